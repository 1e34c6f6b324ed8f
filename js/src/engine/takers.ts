/**
 * Servers that have each namespace that is asked for. The core finds that out by a namespace that cannot exist, which such a
 * server connects; it asks in no such way again. The page remembers them for its life, by address, for other managers.
 */
import type { Above } from "./above.js";
import { placeOf } from "./revision.js";

const takers = new Set<string>();

/** Whether the server to which a manager connects is known to be one. */
export const takesAll = (above: Above): boolean => takers.has(placeOf(above));

/** The server to which a manager is connected is one. */
export function rememberTakesAll(above: Above): void {
  takers.add(placeOf(above));
}
