import test from "node:test";
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";

// The list is run by hand (make mutants), so a change of the code that it takes out is told of here.
test("each mutant's code is still in the sources", () => {
  const { status, stderr } = spawnSync(process.execPath, [fileURLToPath(new URL("mutants.mjs", import.meta.url)), "--fit"], { encoding: "utf8" });
  assert.equal(status, 0, stderr);
});
