#!/usr/bin/env node
// Compares round trips to a hundredth, with the clients in one page in turn; the rounds of run.mjs compare them to a tenth.
//   node bench/turns.mjs [--clients ours,official,bare] [--dist folder] [--before folder]
//                        [--pages 4] [--turns 300] [--trips 50]
import { parseArgs } from "node:util";
import { buildSite } from "./host/build.mjs";
import { child } from "./host/child.mjs";
import { launch } from "./host/chromium.mjs";
import { inTurn, median } from "./stats.mjs";

const { values: args } = parseArgs({
  options: {
    clients: { type: "string", default: "ours,official,bare" },
    dist: { type: "string" },
    before: { type: "string" },
    pages: { type: "string", default: "4" },
    turns: { type: "string", default: "300" },
    trips: { type: "string", default: "50" },
  },
});
const names = [...args.clients.split(","), ...(args.before ? ["before"] : [])];
const { site, remove } = await buildSite({ dist: args.dist, before: args.before });
const server = await child("server.mjs", site);
const browser = await launch();
const found = {};
try {
  for (let i = 0; i < Number(args.pages); i++) {
    const page = await browser.open(`http://127.0.0.1:${server.port}/page?client=${names[0]}&scenario=turns&run=${process.pid}`);
    await page.call("open", inTurn(names, i));
    await page.call("run", Number(args.turns), Number(args.trips));
    for (const { client, ...figures } of await page.call("figures"))
      for (const [what, value] of Object.entries(figures)) ((found[client] ??= {})[what] ??= []).push(value);
    await page.close();
  }
} finally {
  await browser.close();
  server.stop();
  await remove();
}
console.log(`medians of ${args.pages} pages`);
console.table(Object.fromEntries(names.map((name) => [name, Object.fromEntries(Object.entries(found[name]).map(([what, values]) => [what, median(values)]))])));
