import assert from "node:assert/strict";
import test from "node:test";
import { leaf } from "./tools.mjs";

const { Table } = await leaf("tables");

test("freed numbers are used again", () => {
  const t = new Table();
  assert.deepEqual(["a", "b", "c"].map((x) => t.add(x)), [0, 1, 2]);
  t.remove(1);
  assert.equal(t.get(1), undefined);
  assert.deepEqual(t.all(), ["a", "c"]);
  assert.equal(t.add("d"), 1);
  for (let i = 0; i < 1000; i++) t.remove(t.add(i));
  assert.equal(t.add("e"), 3, "as long as there have been things at once");
  assert.deepEqual(t.clear(), ["a", "d", "c", "e"]);
  assert.equal(t.add("f"), 0);
});
