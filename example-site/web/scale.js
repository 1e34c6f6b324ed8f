// Maps time to pixels. Events of a burst, within milliseconds, stay a few pixels apart, so that their order can be read; the
// scale catches up after them.

export function scale(times, perMs, gap) {
  const zero = times[0] ?? Date.now();
  const at = [];
  let last = -Infinity;
  for (const t of times) {
    last = Math.max((t - zero) * perMs, last + gap);
    at.push(last);
  }
  return {
    /** Where the nth of the times is. */
    nth: (i) => at[i],
    /** Where any time is: never before an event that has happened by then. */
    place(t) {
      let low = 0;
      let high = times.length;
      while (low < high) {
        const middle = (low + high) >> 1;
        if (times[middle] <= t) low = middle + 1;
        else high = middle;
      }
      return Math.max((t - zero) * perMs, low ? at[low - 1] : -Infinity);
    },
    straight: (t) => (t - zero) * perMs,
  };
}

const steps = [5, 10, 15, 30, 60, 120, 300, 600, 1200, 1800, 3600];

/** A round number of milliseconds that is at least so many pixels wide. */
export function step(perMs, pixels) {
  return 1000 * (steps.find((s) => s * 1000 * perMs >= pixels) || 7200);
}
