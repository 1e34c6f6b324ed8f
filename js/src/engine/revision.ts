/**
 * Which revision a server is asked with first. Most servers of revision 3 answer a handshake with 4 by one of their own;
 * some refuse it, and the core asks those with 3. The page remembers them for its life, by address.
 */
import type { Options } from "../options.js";
import { enginePath } from "../url.js";
import type { Above } from "./above.js";

const older = new Set<string>();

const placeOf = ({ _host, opts }: Above) => [_host.secure, _host.hostname, _host.port, enginePath(opts)].join();
const anyRevision = ({ protocol }: Options) => protocol != 3 && protocol != 4;

/** Whether the server that a manager connects to is known to take a handshake with revision 3, having refused 4. */
export const takesOlder = (above: Above): boolean => anyRevision(above.opts) && older.has(placeOf(above));

/** A handshake has worked that was asked for with `asked`. */
export function rememberRevision(above: Above, asked: number): void {
  if (anyRevision(above.opts)) older[asked == 3 ? "add" : "delete"](placeOf(above));
}
