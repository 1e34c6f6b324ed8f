#!/usr/bin/env node
// Runs the experiments and prints a table: the figures of all clients from the same run on the same machine.
//   node bench/run.mjs [--rounds 7] [--clients ours,official] [--out file.json]
//                      [--rows ack,far.load]                 rows of the table, by id or its beginning
//                      [--only traffic,fake]                 experiments
//                      [--dist folder] [--before folder]     another build than js/dist, and one to measure beside it
//                      [--readme]                            the table and the picture into bench/README.md
//                      [--gate]                              fail where a goal is missed by more than machines vary by
import { execFileSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { cpus } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { experiments } from "./experiments.mjs";
import { buildSite, root } from "./host/build.mjs";
import { child } from "./host/child.mjs";
import { launch } from "./host/chromium.mjs";
import { intoReadme } from "./readme.mjs";
import { rows } from "./rows.mjs";
import { failing, tabulate, print } from "./table.mjs";
import { sizes } from "./sizes.mjs";
import { inTurn } from "./stats.mjs";

const { values: args } = parseArgs({
  options: {
    rounds: { type: "string", default: "7" },
    rows: { type: "string" },
    only: { type: "string" },
    readme: { type: "boolean" },
    gate: { type: "boolean" },
    clients: { type: "string" },
    dist: { type: "string" },
    before: { type: "string" },
    out: { type: "string" },
  },
});
const rounds = Number(args.rounds);
const named = args.rows?.split(",").map((id) => rows.filter((r) => r.id === id || r.id.startsWith(id + ".")).map((r) => r.from));
const nothing = named?.findIndex((found) => !found.length) ?? -1;
if (nothing >= 0) {
  console.error(`bench: no row "${args.rows.split(",")[nothing]}"; there are ${rows.map((r) => r.id).join(", ")}`);
  process.exit(1);
}
const chosen = args.only?.split(",") ?? (named ? [...new Set(named.flat())] : ["size", ...Object.keys(experiments)]);
const wanted = (client) => !args.clients || args.clients.split(",").includes(client);

const note = (text) => process.stderr.write(process.stderr.isTTY ? `\r\x1b[K${text}` : `${text}\n`);

const { site, remove } = await buildSite({ ...args, zishang: wanted("zishang") });
const server = await child("server.mjs", site);
const proxy = await child("proxy.mjs", server.port, 50);
const browser = await launch();

const figures = {};
/** How long each experiment took, in seconds. */
const took = {};
const timed = async (name, work) => {
  const from = performance.now();
  await work();
  took[name] = Math.round((performance.now() - from) / 1000);
};
const samples = {};
const asides = {};
const keep = (client, round, { seen, ...found }) => {
  for (const [id, value] of Object.entries(found)) ((figures[id] ??= {})[client] ??= [])[round] = value;
  return seen;
};

async function open({ scenario, arguments: given = [], far }, client) {
  const url = `http://127.0.0.1:${far ? proxy.port : server.port}/page?client=${client}&scenario=${scenario}&run=${process.pid}&arguments=${encodeURIComponent(JSON.stringify(given).slice(1, -1))}`;
  return { client, page: await browser.open(url), url };
}

async function* alone(experiment, clients, round) {
  for (const client of inTurn(clients, round)) {
    const { page, url } = await open(experiment, client);
    try {
      yield [client, await experiment.measure(page, client, { browser, url })];
    } finally {
      await page.close();
    }
  }
}

/** Opens the pages of all clients at once and runs their parts in turn. */
async function* together(experiment, clients, round) {
  const pages = [];
  try {
    for (const client of inTurn(clients, round)) pages.push(await open(experiment, client));
    let running = pages.map(({ client, page }) => ({ client, parts: experiment.measure(page, client) }));
    for (let turn = round; running.length; turn++)
      for (const one of inTurn(running, turn)) {
        const { value, done } = await one.parts.next();
        if (!done) continue;
        running = running.filter((r) => r !== one);
        yield [one.client, value];
      }
  } finally {
    for (const { page } of pages) await page.close();
  }
}

async function rehearse(name) {
  const experiment = experiments[name];
  const clients = [...experiment.clients.filter(wanted), ...(args.before && experiment.clients.includes("ours") ? ["before"] : [])];
  const warm = experiment.warm ?? 1;
  const last = Math.min(rounds * (experiment.times ?? 1), experiment.most ?? Infinity);
  for (let round = -warm; round < last; round++) {
    note(`${name} ${round < 0 ? "warm-up" : `${round + 1}/${last}`}`);
    for await (const [client, found] of (experiment.together ? together : alone)(experiment, clients, round + warm)) {
      if (round < 0) continue;
      const seen = keep(client, round, found);
      if (seen) ((samples[name] ??= {})[client] ??= [])[round] = seen;
    }
  }
}

try {
  if (chosen.includes("size"))
    await timed("size", () => {
      for (const [client, found] of Object.entries(sizes(site))) keep(client, 0, found);
    });
  for (const name of chosen.filter((n) => n !== "size")) await timed(name, () => rehearse(name));
  if (chosen.includes("zishang") && wanted("zishang")) {
    const page = await browser.open(`http://127.0.0.1:${server.port}/page?client=zishang&scenario=tries&run=${process.pid}`);
    for (const transport of ["polling", "websocket", "both"]) asides[`zishang over ${transport}`] = await page.call("tries", transport, 5000);
    await page.close();
  }
} finally {
  note("");
  await browser.close();
  proxy.stop();
  server.stop();
  await remove();
}

/** Empty where there is no repository. */
const git = (...argv) => {
  try {
    return execFileSync("git", argv, { cwd: root, encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] }).trim();
  } catch {
    return "";
  }
};
const result = {
  when: new Date().toISOString(),
  commit: git("rev-parse", "--short", "HEAD") + (git("status", "--porcelain", "--", "js/src", "wasm", "internal", "client/lifecycle") ? " and changes" : ""),
  machine: `${cpus().length} × ${cpus()[0].model}`,
  versions: { browser: browser.version, node: process.version, go: execFileSync("go", ["env", "GOVERSION"], { encoding: "utf8" }).trim() },
  rounds,
  took,
  rows: tabulate(figures),
  asides,
  samples,
};
const out = args.out ?? join(root, "bench/out", `${result.when.replace(/[:.]/g, "-")}.json`);
mkdirSync(join(out, ".."), { recursive: true });
writeFileSync(out, JSON.stringify(result, null, 1));
print(result, out);
if (args.readme) intoReadme(result);
const failed = args.gate ? failing(result.rows) : [];
for (const row of failed) console.error(`bench: ${row.what}: ${row.ratio.median.toFixed(2)} of ${row.over}, to reach ${row.target}`);
process.exit(failed.length ? 1 : 0);
