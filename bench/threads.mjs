#!/usr/bin/env node
// Measures the CPU time of an emitted event in each thread of browser and server, by the kernel (Linux): it shows how much of
// a flood's time a client can save.
//   node bench/threads.mjs [--clients ours,official,bare] [--dist folder] [--rounds 3] [--events 100000]
import { readdirSync, readFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { buildSite } from "./host/build.mjs";
import { child } from "./host/child.mjs";
import { launch } from "./host/chromium.mjs";
import { inTurn, median } from "./stats.mjs";

const { values: args } = parseArgs({
  options: {
    clients: { type: "string", default: "ours,official,bare" },
    dist: { type: "string" },
    rounds: { type: "string", default: "3" },
    events: { type: "string", default: "100000" },
  },
});
const names = args.clients.split(",");
const events = Number(args.events);

/** The kernel counts in hundredths of a second. */
const TICK = 10_000;

/** µs of CPU by thread, of the server and of all processes of the browser. */
function cpu(roots) {
  const processes = new Map();
  for (const pid of readdirSync("/proc").filter((name) => /^\d+$/.test(name))) {
    const parent = status(`/proc/${pid}/stat`)?.rest[1];
    if (parent) processes.set(pid, parent);
  }
  const belongs = (pid) => roots.includes(Number(pid)) || (processes.has(pid) && belongs(processes.get(pid)));
  const found = {};
  for (const pid of processes.keys())
    if (belongs(pid))
      for (const tid of list(`/proc/${pid}/task`)) {
        const seen = status(`/proc/${pid}/task/${tid}/stat`);
        if (seen) found[`${pid} ${tid}`] = { name: `${kind(pid)}${tid === pid ? ", main" : ` ${seen.name}`}`, us: (Number(seen.rest[11]) + Number(seen.rest[12])) * TICK };
      }
  return found;
}

const list = (folder) => {
  try {
    return readdirSync(folder);
  } catch {
    return []; // it has ended
  }
};

function status(file) {
  try {
    const [, name, rest] = /\((.*)\) (.*)/.exec(readFileSync(file, "utf8"));
    return { name, rest: rest.split(" ") };
  } catch {
    return undefined; // it has ended
  }
}

function kind(pid) {
  const line = readFileSync(`/proc/${pid}/cmdline`, "utf8");
  if (line.includes("server.mjs")) return "server";
  return /--utility-sub-type=(\w+)/.exec(line)?.[1] ?? /--type=(\w+)/.exec(line)?.[1] ?? "browser";
}

const { site, remove } = await buildSite({ dist: args.dist });
const server = await child("server.mjs", site);
const browser = await launch();
const found = {};
try {
  for (let round = 0; round < Number(args.rounds); round++)
    for (const client of inTurn(names, round)) {
      const page = await browser.open(`http://127.0.0.1:${server.port}/page?client=${client}&scenario=traffic&run=${process.pid}`);
      await page.call("open", { transports: ["websocket"], forceNew: true });
      await page.call("emit", "small", events / 5, 1000);
      const before = cpu([server.pid, browser.pid]);
      const ms = await page.call("emit", "small", events, 1000);
      const sum = { "(by the clock)": ms * 1000 };
      for (const [id, { name, us }] of Object.entries(cpu([server.pid, browser.pid]))) sum[name] = (sum[name] ?? 0) + us - (before[id]?.us ?? 0);
      for (const [name, us] of Object.entries(sum)) ((found[name] ??= {})[client] ??= []).push(us / events);
      await page.close();
    }
} finally {
  await browser.close();
  server.stop();
  await remove();
}
console.log(`µs an event, medians of ${args.rounds} floods of ${events}`);
const rounded = (values = [0]) => Math.round(median(values) * 10) / 10;
console.table(
  Object.fromEntries(
    Object.entries(found)
      .filter(([, by]) => names.some((n) => rounded(by[n]) >= 0.5))
      .map(([name, by]) => [name, Object.fromEntries(names.map((n) => [n, rounded(by[n])]))]),
  ),
);
