// Figures into rows, rows onto a screen.
import { rows } from "./rows.mjs";
import { median, ratio, summary } from "./stats.mjs";

const others = ["before", "official", "official2", "bare", "zishang", "floor"];

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

const short = (v) =>
  Math.abs(v) >= 10_000 ? `${(v / 1000).toFixed(0)}k` : Math.abs(v) >= 100 ? v.toFixed(0) : Math.abs(v) >= 10 ? v.toFixed(1) : v.toFixed(2);
const spread = (s) => (s ? `${short(s.median)}${s.values.length > 1 ? ` (${short(s.min)}–${short(s.max)})` : ""}` : "");

export function print({ rows, asides, machine, versions, commit, rounds }, file) {
  const names = { official2: "official 2.5", bare: "bare WebSocket" };
  const shown = others.filter((o) => rows.some((r) => r.clients[o]));
  const head = ["what", "unit", "ours", ...shown.map((o) => names[o] ?? o), "ratio", "to reach", ""];
  const lines = rows.map((r) => [
    r.what,
    r.unit,
    spread(r.clients.ours),
    ...shown.map((o) => spread(r.clients[o])),
    r.ratio ? `${r.ratio.median.toFixed(2)}${r.ratio.values.length > 1 ? ` (${r.ratio.min.toFixed(2)}–${r.ratio.max.toFixed(2)})` : ""}` : "",
    r.target ?? "",
    r.target ? (r.met ? "met" : "MISSED") : "",
  ]);
  const widths = head.map((h, i) => Math.max(h.length, ...lines.map((l) => l[i].length)));
  const line = (cells) => cells.map((c, i) => (i ? c.padStart(widths[i]) : c.padEnd(widths[i]))).join("  ").trimEnd();
  console.log(`${rounds} rounds, medians (min–max); ratios are medians of the rounds' ratios. ${versions.browser}, ${versions.go}, Node ${versions.node}, ${machine}, ${commit}`);
  console.log([line(head), line(widths.map((w) => "-".repeat(w))), ...lines.map(line)].join("\n"));
  for (const [what, said] of Object.entries(asides ?? {})) console.log(`${what}: ${said}`);
  if (file) console.log(`written to ${file}`);
}
