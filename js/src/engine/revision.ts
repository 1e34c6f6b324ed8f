/**
 * The protocol revision that a handshake asks for first. Most servers 1.x and 2.x answer a handshake of revision 4 by one of
 * revision 3. Some refuse it, and then the core asks for 3. The page remembers these servers for its life, by address.
 */
import { generationOf, newest } from "../bridge/bridge.gen.js";
import type { Options } from "../options.js";
import { enginePath } from "../url.js";
import type { EngineManager } from "./manager.js";

/** The revision that has worked, where that is not the newest, by the server's address. */
const older = new Map<string, number>();

/** A server's address. */
export const placeOf = ({ _host, opts }: EngineManager) => [_host.secure, _host.hostname, _host.port, enginePath(opts)].join();

/** Whether the user leaves the revision to the client: the option names none. */
export const anyRevision = ({ protocol }: Options) => !generationOf(Number(protocol)).revision;

/** The revision that a manager's server accepts, if that server is known to have refused the newest. */
export const olderRevision = (manager: EngineManager): number | undefined => (anyRevision(manager.opts) ? older.get(placeOf(manager)) : undefined);

/** Notes a successful handshake. `asked` is the revision that it asked for; 0: the newest, and any answer was accepted. */
export function rememberRevision(manager: EngineManager, asked: number): void {
  if (!anyRevision(manager.opts)) return;
  if (asked && asked != newest) older.set(placeOf(manager), asked);
  else older.delete(placeOf(manager));
}
