import assert from "node:assert/strict";
import test from "node:test";
import { leaf } from "./tools.mjs";

let wall = 1_800_000_000_000;
let mono = 1000;
Date.now = () => Math.floor(wall);
performance.now = () => mono;
const { clock } = await leaf("bridge/clock");

/** Real time goes by. */
const pass = (ms) => ((wall += ms), (mono += ms));

test("it keeps time, however often it is asked", () => {
  const start = clock();
  for (let i = 0; i < 10_000; i++) {
    pass(0.3);
    clock();
  }
  assert.ok(Math.abs(clock() - start - 3000) < 2, `${clock() - start}`);
});

test("the laptop sleeps: performance.now() stood still", () => {
  const before = clock();
  wall += 3_600_000;
  assert.ok(Math.abs(clock() - before - 3_600_000) < 2);
  pass(1000);
  assert.ok(Math.abs(clock() - before - 3_601_000) < 3);
});

test("the clock is set back, by much and by little: it never goes back, and goes on", () => {
  for (const by of [7_200_000, 60]) {
    const before = clock();
    wall -= by;
    assert.ok(clock() >= before);
    pass(500);
    assert.ok(Math.abs(clock() - before - 500) < by + 3 && clock() >= before + 400, `${clock() - before}`);
  }
});

test("the clock is set back while the laptop sleeps: what is left of it counts", () => {
  const before = clock();
  wall += 3_600_000;
  clock();
  wall -= 1_800_000;
  pass(1000);
  assert.ok(Math.abs(clock() - before - 3_601_000) < 105, `${clock() - before}`);
});

test("a test puts back the clocks that it had replaced by fake ones: time goes on", () => {
  const real = [wall, mono];
  pass(3_600_000);
  const before = clock();
  [wall, mono] = real;
  assert.ok(clock() >= before);
  pass(500);
  assert.ok(Math.abs(clock() - before - 500) < 2, `${clock() - before}`);
});
