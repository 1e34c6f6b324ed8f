/** The user's hooks. What one of them throws is reported and stops nothing. */
import type { TokenOptions } from "../../types/index.js";
import { report, safely, type Listener } from "../emitter.js";
import type { UnauthorizedError } from "./refusal.js";

/**
 * Runs onUnauthorized, which may be async, and calls `settled` once it has returned, thrown or settled: with the token that
 * it returned, or undefined for anything else. Its ack() calls the server's callbacks.
 */
export function runUnauthorized(hook: TokenOptions["onUnauthorized"], error: UnauthorizedError, callbacks: Listener[], settled: (token?: string) => void): void {
  const settle = (result?: unknown) => settled(typeof result == "string" ? result : undefined);
  const result: unknown = safely(hook, null, [error, () => callbacks.forEach((answer) => answer())]);
  if (typeof (result as PromiseLike<unknown> | undefined)?.then != "function") return settle(result);
  // A promise of the browser's settles once, and never throws at whoever asks it.
  Promise.resolve(result).then(settle, (e: unknown) => {
    report(e);
    settle();
  });
}
