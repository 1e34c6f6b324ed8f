/** Leaves the page for the login page, once, however many sockets are refused. redirect.ts says where that is. */
import type { TokenOptions } from "../../types/index.js";
import { clock } from "../bridge/clock.js";
import { fatalReasons } from "../bridge/bridge.gen.js";
import { report } from "../emitter.js";
import { listen } from "../listen.js";
import { target } from "./redirect.js";
import type { UnauthorizedError } from "./refusal.js";
import { leaveFor, ledHere } from "./trail.js";

/** ms after which a page that was to be left, and is still here, may be left again. */
const PATIENCE = 1e4;

/** Until when no other socket leaves the page. */
let leaving = 0;
listen(["pageshow"], () => (leaving = 0));

/**
 * Leaves the page if the options say so. `accepted`: the server has accepted a token in this page, so that no redirect has
 * led here. `written(go)` calls go when what was sent has reached the server.
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
