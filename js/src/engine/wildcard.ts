/**
 * Wildcard servers: they have every namespace that a client asks for. The core finds one by a fence (a
 * CONNECT to a namespace that cannot exist), which such a server accepts, and sends it no fence again. The page remembers
 * these servers for its life, by address, for other managers.
 */
import type { EngineManager } from "./manager.js";
import { placeOf } from "./revision.js";

const wildcards = new Set<string>();

/** Whether the server to which a manager connects is known to be a wildcard server. */
export const isWildcard = (manager: EngineManager): boolean => wildcards.has(placeOf(manager));

/** The server to which a manager is connected is a wildcard server. */
export function rememberWildcard(manager: EngineManager): void {
  wildcards.add(placeOf(manager));
}
