#!/usr/bin/env node
// Random scripts of API calls, played with both clients against the same server: what does not leave the same trace
// three times over is shown. For what tables do not think of; what it finds becomes a behaviour. Not part of the tests.
//   node e2e/compare/fuzz.mjs [--seed 1] [--count 50] [--over websocket] [--lanes 4] [--timing] [--verbose]
import { parseArgs } from "node:util";
import { openHall } from "./host/lanes.mjs";

const { values: args } = parseArgs({
  options: {
    seed: { type: "string", default: "1" },
    count: { type: "string", default: "50" },
    over: { type: "string", default: "websocket" },
    lanes: { type: "string", default: "4" },
    verbose: { type: "boolean", default: false },
  },
});
const hall = await openHall({ lanes: Number(args.lanes) });
const seeds = Array.from({ length: Number(args.count) }, (_, i) => Number(args.seed) + i);
let differ = 0, shaky = 0, same = 0;
try {
  await hall.each(seeds, 4, async (page, seed) => {
    const play = async (client) => (await page(client)).evaluate(([mode, n]) => window.fuzz(mode, n), [args.over, seed]);
    let first;
    for (let round = 0; round < 3; round++) {
      const [theirs, ours] = await Promise.all([play("official"), play("ours")]);
      if (args.verbose) console.log(`seed ${seed}\n${theirs.join("\n")}`);
      if (theirs.join() === ours.join()) return first ? shaky++ : same++;
      // Only a difference that is the same each time is one; the rest is the weather.
      if (first && (first[0].join() !== theirs.join() || first[1].join() !== ours.join())) return shaky++;
      first = [theirs, ours];
    }
    differ++;
    const [theirs, ours] = first;
    const at = theirs.findIndex((line, i) => line !== ours[i]);
    const from = at < 0 ? theirs.length : at;
    console.log(`\nseed ${seed}\n${theirs.slice(0, from).map((l) => `    ${l}`).join("\n")}`);
    for (let i = from; i < from + 6; i++) console.log(`  official ${theirs[i] ?? "–"}\n  ours     ${ours[i] ?? "–"}`);
  });
} finally {
  await hall.close();
}
console.log(`${same} scripts alike, ${shaky} not the same twice, ${differ} differ`);
process.exitCode = differ ? 1 : 0;
