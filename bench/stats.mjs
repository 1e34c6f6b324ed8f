// Medians, and ratios of figures from the same round.
/** Skips rounds without a figure: a trace may lack a task's CPU time. */
const sorted = (values) => values.filter(Number.isFinite).sort((a, b) => a - b);

export function quantile(values, q) {
  const s = sorted(values);
  const at = (s.length - 1) * q;
  const low = Math.floor(at);
  return s[low] + (s[Math.ceil(at)] - s[low]) * (at - low);
}

export const median = (values) => quantile(values, 0.5);

export const summary = (values) => ({ median: median(values), min: quantile(values, 0), max: quantile(values, 1), values });

/** Uses the rounds with both figures: neighbours in a round have the same load of the machine. */
export function ratio(ours, theirs) {
  const pairs = ours.map((v, round) => v / theirs[round]).filter(Number.isFinite);
  return pairs.length ? summary(pairs) : undefined;
}

/**
 * The order of a round (rows of a Williams design): each client is equally often at each place, and after each other client.
 * Otherwise one client alone would be measured beside the remains of a page: threads that compile, or a process that ends.
 */
export function inTurn(all, round) {
  const n = all.length;
  const order = all.map((_, i) => all[(round + (i % 2 ? (i + 1) / 2 : n - i / 2)) % n]);
  return n % 2 && Math.floor(round / n) % 2 ? order.reverse() : order;
}
