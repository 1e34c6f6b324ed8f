#!/usr/bin/env node
// Prints two runs beside each other: node bench/diff.mjs [before.json after.json]; by default the last two of bench/out.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const out = fileURLToPath(new URL("out", import.meta.url));
const named = process.argv.slice(2);
const files = named.length === 2 ? named : readdirSync(out).filter((f) => f.endsWith(".json")).sort().slice(-2).map((f) => join(out, f));
if (files.length < 2) {
  console.error("bench-diff: two runs are needed; make bench writes one to bench/out");
  process.exit(1);
}
const [before, after] = files.map((f) => JSON.parse(readFileSync(f, "utf8")));

/** Our figure is compared by its ratio where it has one, as the same machine differs from hour to hour. */
const figure = (row) => row && { of: row.ratio ? "ratio" : row.unit, ...(row.ratio ?? row.clients.ours) };
const number = (v) => (Math.abs(v) >= 100 ? v.toFixed(0) : v.toFixed(2));

const lines = [["what", "figure", "before", "after", "change", ""]];
for (const row of after.rows) {
  const old = figure(before.rows.find((r) => r.id === row.id));
  const now = figure(row);
  if (!old || old.of !== now.of) continue;
  const change = now.median / old.median - 1;
  // A difference with overlapping ranges may be chance.
  const apart = now.min > old.max || now.max < old.min;
  const better = row.better === "higher" ? change > 0 : change < 0;
  lines.push([row.what, now.of, number(old.median), number(now.median), Number.isFinite(change) ? `${change > 0 ? "+" : ""}${(change * 100).toFixed(0)} %` : "", apart && change ? (better ? "better" : "WORSE") : ""]);
}
console.log(`${before.commit}, ${before.when}  →  ${after.commit}, ${after.when}`);
const widths = lines[0].map((_, i) => Math.max(...lines.map((l) => l[i].length)));
for (const l of lines) console.log(l.map((c, i) => (i > 1 && i < 5 ? c.padStart(widths[i]) : c.padEnd(widths[i]))).join("  ").trimEnd());
