/** The clock that the core lives by, and the browser's own timer. */

/** Both clocks when they were compared last, what this one showed then, and what it has shown since. */
let wall = Date.now();
let mono = performance.now();
let past = wall;
let latest = wall;
/** performance.now() when this clock was read last. */
let read = mono;

/** ms by which the clocks may differ: browsers round both. */
const ROUNDING = 100;

/**
 * ms, and never back. It goes by the clock that is ahead: performance.now() stands still while the laptop sleeps, Date.now()
 * jumps back when somebody sets the clock.
 */
export function clock(): number {
  const byWall = Date.now() - wall;
  const now = performance.now();
  const byMono = now - mono;
  latest = Math.max(latest, past + Math.max(byWall, byMono));
  // Each of the two begins anew where the other one is. performance.now() never goes back, unless a test has put back the
  // clocks that it had replaced: time goes on from there.
  if (Math.abs(byWall - byMono) > ROUNDING || now < read) {
    past = latest;
    wall += byWall;
    mono = now;
  }
  read = now;
  return latest;
}

/** ms for a timer: one that is to run for longer than this would be over at once. */
export const forTimer = (ms: number): number => Math.min(ms, 2 ** 31 - 1);

/** The browser's own, whatever a test puts in its place later. */
export const native = globalThis.setTimeout.bind(globalThis);
