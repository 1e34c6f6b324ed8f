/** The clock that the core lives by, and the browser's own timer. */

/** Both clocks when they were compared last, and what they had shown by then. */
let wall = Date.now();
let mono = performance.now();
let past = wall;

/** ms by which the clocks may differ: browsers round both. */
const ROUNDING = 100;

/**
 * ms, and never back. It advances with performance.now(), which stands still while the laptop sleeps, and jumps ahead
 * where Date.now() has. Date.now() alone jumps back when somebody sets the clock.
 */
export function clock(): number {
  const byWall = Date.now() - wall;
  const byMono = performance.now() - mono;
  if (Math.abs(byWall - byMono) < ROUNDING) return past + byMono;
  past += Math.max(byWall, byMono);
  wall += byWall;
  mono += byMono;
  return past;
}

/** The browser's own, whatever a test puts in its place later. */
export const native = globalThis.setTimeout.bind(globalThis);
