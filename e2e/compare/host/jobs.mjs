// The work of a run: a file's behaviours with one client over one transport are one job, in one page.
const MODES = ["polling", "websocket", "upgrade"];

/** The official client's jobs stand before the others' of the same file. */
export function jobsOf(groups, columns, { modes = MODES, only } = {}) {
  return groups.flatMap((group) => columns.flatMap((column) => modes.map((mode) => ({ group, column, mode, only }))));
}
