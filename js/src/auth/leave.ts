/** Leaves the page for the login page, once for all refused sockets. redirect.ts computes the address. */
import type { TokenOptions } from "../../types/index.js";
import { clock } from "../bridge/clock.js";
import { fatalReasons } from "../bridge/bridge.gen.js";
import { report } from "../emitter.js";
import { listen } from "../listen.js";
import { target } from "./redirect.js";
import type { UnauthorizedError } from "./refusal.js";
import { leaveFor, ledHere } from "./trail.js";

/** ms after which a page that is still there may be left again. */
const PATIENCE = 1e4;

/** By clock(), ms: no other socket leaves the page until then. */
let leaving = 0;
listen(["pageshow"], () => (leaving = 0));

/**
 * Leaves the page if options `redirect` and `redirectOn` say so. `accepted`: the server has accepted a token in this page, so
 * the loop guard of trail.ts does not apply. `written(go)` calls go when the sent packets have reached the server.
 */
export function leave(error: UnauthorizedError, o: TokenOptions, accepted: boolean, written: (go: () => void) => void): void {
  if (!(o.redirectOn || fatalReasons).includes(error.reason) || clock() < leaving) return;
  let to: string | undefined;
  try {
    to = target(o.redirect, error, o);
  } catch (e) {
    report(e);
  }
  if (!to || (!accepted && ledHere(to))) return;
  leaving = clock() + PATIENCE;
  written(() => {
    leaveFor(to!);
    location.assign(to!);
    if (location.href == to) leaving = 0; // a route of this very page
  });
}
