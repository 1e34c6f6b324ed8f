/** The core's clock, and the browser's own setTimeout. */

/**
 * Date.now(), performance.now() and clock() at the last comparison; then the last result of clock(). The first call compares
 * the clocks, and takes the later one. They are not read when the script is loaded: in Cloudflare's workers they stand still
 * then, performance.now() at 0, and both tell the time since 1970 once there is a request.
 */
let wall = 0;
let mono = 0;
let past = 0;
let latest = 0;
/** performance.now() at the last call of clock(). */
let read = 0;

/** ms by which the clocks may differ: browsers round both. */
const ROUNDING = 100;

/**
 * The time in ms, about that of Date.now(). It never goes back. It advances by the greater advance of two clocks:
 * performance.now() stops while the machine sleeps, Date.now() may be set back.
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

/** Limits ms to what setTimeout can take. With a longer time it would fire at once. */
export const forTimer = (ms: number): number => Math.min(ms, 2 ** 31 - 1);

/** The browser's own setTimeout, also when a test replaces it later by fake timers. */
export const native = globalThis.setTimeout.bind(globalThis);
