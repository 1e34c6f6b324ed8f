/** Runs the hook onUnauthorized. An exception of it is reported and stops nothing. */
import type { TokenOptions } from "../../types/index.js";
import { report, safely, type Listener } from "../emitter.js";
import type { UnauthorizedError } from "./refusal.js";

/**
 * Runs onUnauthorized, which may be async. When it has returned, thrown or settled, calls `settled` once: with the string
 * that it gave, or undefined for anything else. The hook's ack() calls `callbacks`.
 */
export function runUnauthorized(hook: TokenOptions["onUnauthorized"], error: UnauthorizedError, callbacks: Listener[], settled: (token?: string) => void): void {
  const settle = (result?: unknown) => settled(typeof result == "string" ? result : undefined);
  const result: unknown = safely(hook, null, [error, () => callbacks.forEach((answer) => answer())]);
  // Reading `then` may throw.
  if (!safely(() => typeof (result as PromiseLike<unknown> | undefined)?.then == "function", null, [])) return settle(result);
  // The user's promise may settle twice or throw in then(); a native one does neither.
  Promise.resolve(result).then(settle, (e: unknown) => {
    report(e);
    settle();
  });
}
