/**
 * Which revision a server is asked with first. Most older servers answer a handshake with the newest revision by one of their
 * own; some refuse it, and the core asks those with the older one. The page remembers them for its life, by address.
 */
import { generationOf, newest } from "../bridge/bridge.gen.js";
import type { Options } from "../options.js";
import { enginePath } from "../url.js";
import type { Above } from "./above.js";

/** The revision that has worked, where that is not the newest, by the server's address. */
const older = new Map<string, number>();

/** A server's address. */
export const placeOf = ({ _host, opts }: Above) => [_host.secure, _host.hostname, _host.port, enginePath(opts)].join();

/** Whether the user leaves the revision to the client: the option names none. */
export const anyRevision = ({ protocol }: Options) => !generationOf(Number(protocol)).revision;

/** The revision that the server takes to which a manager connects, if that is known to have refused the newest. */
export const olderRevision = (above: Above): number | undefined => (anyRevision(above.opts) ? older.get(placeOf(above)) : undefined);

/** A handshake has worked that was asked for with `asked`; 0: with the newest revision, and any answer would have done. */
export function rememberRevision(above: Above, asked: number): void {
  if (!anyRevision(above.opts)) return;
  if (asked && asked != newest) older.set(placeOf(above), asked);
  else older.delete(placeOf(above));
}
