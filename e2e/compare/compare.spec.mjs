// One test per file of behaviours: first the official client, then ours. Each row that fails is one error of its test.
import { expect, test } from "@playwright/test";
import { groups } from "./behaviours/index.mjs";
import { COLUMNS, openHall } from "./host/lanes.mjs";
import { jobsOf } from "./host/jobs.mjs";
import { describe, rowsOf, sentence, tally } from "./host/verdict.mjs";

test.describe.configure({ mode: "default" });

let hall;
const all = [];
test.beforeAll(async () => {
  hall = await openHall();
});
test.afterAll(async () => {
  await hall?.close();
  console.log(sentence(tally(rowsOf(all)), "both"));
});

for (const group of groups) {
  test(`${group.file}: ${group.behaviours.length} behaviours`, async () => {
    const results = [];
    await hall.run(jobsOf([group], COLUMNS[group.major]), (result) => results.push(result));
    all.push(...results);
    for (const row of rowsOf(results)) expect.soft(row.failures, describe(row)).toEqual([]);
  });
}
