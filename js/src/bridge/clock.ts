/** The clock that the core lives by, and the browser's own timer. */

let wall = Date.now();
let mono = performance.now();
let virtual = wall;

/**
 * ms, and never back. It advances by whichever of the two clocks went further: performance.now() stands still while the
 * laptop sleeps, Date.now() jumps when somebody sets the clock.
 */
export function clock(): number {
  const w = Date.now();
  const m = performance.now();
  virtual += Math.max(0, w - wall, m - mono);
  wall = w;
  mono = m;
  return virtual;
}

/** The browser's own, whatever a test puts in its place later. */
export const native = globalThis.setTimeout.bind(globalThis);
