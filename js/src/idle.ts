/** The session of a socket that has not been connected, and of no socket at all. */
import type { SessionSnapshot } from "../types/index.js";

export const nothing: SessionSnapshot = Object.freeze({
  status: "idle", error: undefined, expiresAt: undefined, claims: undefined, attempt: 0, nextAttemptAt: undefined, refreshed: false,
});
