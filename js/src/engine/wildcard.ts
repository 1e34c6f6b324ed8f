/**
 * Wildcard servers: they have every namespace that a client asks for. The core finds one by a fence (a
 * CONNECT to a namespace that cannot exist), which such a server accepts, and sends it no fence again. The page remembers
 * these servers for its life, by address, for other managers.
 */
import type { Above } from "./above.js";
import { placeOf } from "./revision.js";

const wildcards = new Set<string>();

/** Whether the server to which a manager connects is known to be a wildcard server. */
export const isWildcard = (above: Above): boolean => wildcards.has(placeOf(above));

/** The server to which a manager is connected is a wildcard server. */
export function rememberWildcard(above: Above): void {
  wildcards.add(placeOf(above));
}
