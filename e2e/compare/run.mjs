#!/usr/bin/env node
// The suite:
//   node e2e/compare/run.mjs [--client official|ours|both] [--only text] [--file connect,events] [--over websocket]
//                            [--no-two] (leave out ours on 2.x) [--lacks] (list what that leaves out anyway) [--repeat 5] [--lanes 4] [--verbose] [--slow 300]
import { parseArgs } from "node:util";
import { groups } from "./behaviours/index.mjs";
import { COLUMNS, openHall } from "./host/lanes.mjs";
import { jobsOf } from "./host/jobs.mjs";
import { describe, rowsOf, sentence, tally } from "./host/verdict.mjs";

const { values: args } = parseArgs({
  options: {
    client: { type: "string", default: "both" },
    only: { type: "string" },
    file: { type: "string" },
    over: { type: "string" },
    lanes: { type: "string", default: "4" },
    repeat: { type: "string", default: "1" },
    slow: { type: "string" },
    "no-two": { type: "boolean", default: false },
    lacks: { type: "boolean", default: false },
    verbose: { type: "boolean", default: false },
  },
});

if (args.lacks) {
  // What 2.x servers' protocol does not have, by the behaviours that are not asked of it.
  const reasons = new Map();
  for (const { file, behaviours } of groups) {
    for (const { name, two } of behaviours) if (two !== true) reasons.set(two, [...(reasons.get(two) ?? []), `${file} · ${name}`]);
  }
  for (const [reason, names] of reasons) console.log(`${reason}\n${names.map((name) => `    ${name}`).join("\n")}`);
  process.exit();
}

const pattern = args.only && new RegExp(args.only, "i");
const files = args.file?.split(",");
const modes = args.over?.split(",");
const columns = (major) =>
  COLUMNS[major].filter((c) => (args.client === "both" || (args.client === "official") === !!c.official) && !(c.two && args["no-two"]));

const jobs = Array.from({ length: Number(args.repeat) }).flatMap(() =>
  groups
    .filter((group) => !files || files.includes(group.file))
    .flatMap((group) => jobsOf([group], columns(group.major), { modes, only: (name) => !pattern || pattern.test(name) })),
);

const start = performance.now();
const results = [];
const hall = await openHall({ lanes: Number(args.lanes) });
try {
  await hall.run(jobs, (result) => {
    results.push(result);
    if (args.verbose || !result.ok) {
      console.log(`${result.ok ? "ok  " : "FAIL"} ${result.column.padEnd(12)} ${result.file} · ${result.name} · ${result.mode} (${result.ms ?? "?"} ms)`);
    }
  });
} finally {
  await hall.close();
}

const rows = rowsOf(results);
const bad = rows.filter((row) => row.failures.length);
if (bad.length) console.log(`\n${bad.map(describe).join("\n")}`);
if (args.slow) for (const r of results.filter((r) => r.ms > Number(args.slow))) console.log(`slow: ${r.ms} ms ${r.column} ${r.file} · ${r.name} · ${r.mode}`);

console.log("");
for (const file of new Set(rows.map((row) => row.file))) {
  const own = rows.filter((row) => row.file === file);
  const spent = own.flatMap((row) => row.results).reduce((sum, one) => sum + (one.ms ?? 0), 0);
  console.log(`${file.padEnd(14)} ${String((spent / 1000).toFixed(0)).padStart(4)} s ${String(tally(own).behaviours).padStart(4)} behaviours ${String(own.length).padStart(4)} rows ${String(own.filter((r) => r.failures.length).length).padStart(4)} fail`);
}
console.log(`\n${sentence(tally(rows), args.client)} (${((performance.now() - start) / 1000).toFixed(1)} s)`);
process.exitCode = bad.length ? 1 : 0;
