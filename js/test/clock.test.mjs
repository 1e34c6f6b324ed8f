import assert from "node:assert/strict";
import test from "node:test";
import { leaf } from "./tools.mjs";

let wall = 1_800_000_000_000;
let mono = 1000;
Date.now = () => Math.floor(wall);
performance.now = () => mono;
const { clock } = await leaf("bridge/clock");

test("clock() begins with its first call: in Cloudflare's workers performance.now() is 0 while a script is loaded, and the time since 1970 afterwards", () => {
  mono = wall;
  assert.equal(clock(), Date.now());
});

/** Real time goes by. */
const pass = (ms) => ((wall += ms), (mono += ms));

test("clock() agrees with the real clock after 10,000 calls", () => {
  const start = clock();
  for (let i = 0; i < 10_000; i++) {
    pass(0.3);
    clock();
  }
  assert.ok(Math.abs(clock() - start - 3000) < 2, `${clock() - start}`);
});

test("clock() counts the sleep of a laptop, though performance.now() stood still", () => {
  const before = clock();
  wall += 3_600_000;
  assert.ok(Math.abs(clock() - before - 3_600_000) < 2);
  pass(1000);
  assert.ok(Math.abs(clock() - before - 3_601_000) < 3);
});

test("clock() goes on when the system's clock is set back by hours or milliseconds", () => {
  for (const by of [7_200_000, 60]) {
    const before = clock();
    wall -= by;
    assert.ok(clock() >= before);
    pass(500);
    assert.ok(Math.abs(clock() - before - 500) < by + 3 && clock() >= before + 400, `${clock() - before}`);
  }
});

test("clock() counts half of a sleep when the system's clock is set back by the other half", () => {
  const before = clock();
  wall += 3_600_000;
  clock();
  wall -= 1_800_000;
  pass(1000);
  assert.ok(Math.abs(clock() - before - 3_601_000) < 105, `${clock() - before}`);
});

test("clock() goes on when a test restores the real clocks", () => {
  const real = [wall, mono];
  pass(3_600_000);
  const before = clock();
  [wall, mono] = real;
  assert.ok(clock() >= before);
  pass(500);
  assert.ok(Math.abs(clock() - before - 500) < 2, `${clock() - before}`);
});
