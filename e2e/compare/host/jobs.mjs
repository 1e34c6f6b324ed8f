// The work of a run: a file's behaviours with one client are one job, in one page, over one transport after the other.
const MODES = ["polling", "websocket", "upgrade"];

/** The official client's jobs stand before the others' of the same file. */
export function jobsOf(groups, columns, { modes = MODES, only } = {}) {
  return groups.flatMap((group) => columns.map((column) => ({ group, column, modes, only })));
}
