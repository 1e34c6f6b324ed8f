// Makes rows of figures, and prints them.
import { rows } from "./rows.mjs";
import { median, ratio, summary } from "./stats.mjs";

const others = ["before", "official", "official2", "bare", "zishang"];

export function tabulate(figures) {
  return rows
    .filter(({ id }) => figures[id]?.ours)
    .map((row) => {
      const found = figures[row.id];
      const clients = Object.fromEntries(Object.entries(found).map(([client, values]) => [client, summary(values)]));
      const rival = found[row.over];
      const out = { ...row, clients, ratio: rival && ratio(found.ours, rival) };
      const [is, target] = verdict(out, found, rival);
      return { ...out, ...(target && { target, met: is }) };
    });
}

function verdict({ limit, most, plus, better, over, ratio: r }, { ours }, rival) {
  if (most !== undefined) return [median(ours) <= most, `≤ ${most}`];
  if (!rival) return [];
  if (plus !== undefined) return [median(ours.map((v, i) => v - rival[i])) <= plus, `≤ ${over} + ${plus}`];
  if (limit === undefined) return [];
  return better === "higher" ? [r.median >= limit, `≥ ${limit.toFixed(2)}`] : [r.median <= limit, `≤ ${limit.toFixed(2)}`];
}

/**
 * How much the figures of one client vary on small machines: for received events, the client's code alone took 0.52, 0.68
 * and 0.90 of the official client's time in three runs of a day. With a limit of 0.75, a client that is slower than the
 * official one fails.
 */
const noise = 1.35;

/** The rows whose ratio misses its limit by more than this. */
export const failing = (rows) => rows.filter(({ limit, better, ratio: r }) => limit !== undefined && (better === "higher" ? r.median < limit / noise : r.median > limit * noise));

const short = (v) =>
  Math.abs(v) >= 10_000 ? `${(v / 1000).toFixed(0)}k` : Math.abs(v) >= 100 ? v.toFixed(0) : Math.abs(v) >= 10 ? v.toFixed(1) : v.toFixed(2);
const spread = (s) => (s ? `${short(s.median)}${s.values.length > 1 ? ` (${short(s.min)}–${short(s.max)})` : ""}` : "");

/** The table as cells, its head first. */
function cells(rows) {
  const names = { official2: "official 2.5", bare: "bare WebSocket" };
  const shown = others.filter((o) => rows.some((r) => r.clients[o]));
  const head = ["what", "unit", "ours", ...shown.map((o) => names[o] ?? o), "ratio", "to reach", ""];
  return [head, ...rows.map((r) => [
    r.what,
    r.unit,
    spread(r.clients.ours),
    ...shown.map((o) => spread(r.clients[o])),
    r.ratio ? `${r.ratio.median.toFixed(2)}${r.ratio.values.length > 1 ? ` (${r.ratio.min.toFixed(2)}–${r.ratio.max.toFixed(2)})` : ""}` : "",
    r.target ?? "",
    r.target ? (r.met ? "met" : "MISSED") : "",
  ])];
}

const about = ({ rounds, versions, machine, commit, when }) =>
  `${rounds} rounds, medians (min–max); ratios are medians of the rounds' ratios. ${versions.browser}, ${versions.go}, Node ${versions.node}, ${machine}, ${commit || "no repository"}, ${when}`;

const duration = (took = {}) => {
  const all = Object.entries(took);
  return `${all.reduce((sum, [, s]) => sum + s, 0)} s: ${all.map(([name, s]) => `${name} ${s}`).join(", ")}`;
};

export function markdown(result) {
  const [head, ...lines] = cells(result.rows);
  const row = (c) => `| ${c.join(" | ")} |`;
  const asides = Object.entries(result.asides ?? {}).map(([what, said]) => `- ${what}: ${said}`);
  return [`${about(result)}. It took ${duration(result.took)}.`, "", row(head), row(head.map((_, i) => (i > 1 && i < head.length - 1 ? "--:" : "---"))), ...lines.map(row), ...(asides.length ? ["", ...asides] : [])].join("\n");
}

export function print(result, file) {
  const { rows, asides } = result;
  const [head, ...lines] = cells(rows);
  const widths = head.map((h, i) => Math.max(h.length, ...lines.map((l) => l[i].length)));
  const line = (cells) => cells.map((c, i) => (i ? c.padStart(widths[i]) : c.padEnd(widths[i]))).join("  ").trimEnd();
  console.log(about(result));
  console.log([line(head), line(widths.map((w) => "-".repeat(w))), ...lines.map(line)].join("\n"));
  for (const [what, said] of Object.entries(asides ?? {})) console.log(`${what}: ${said}`);
  if (result.took) console.log(`took ${duration(result.took)}`);
  if (file) console.log(`written to ${file}`);
}
