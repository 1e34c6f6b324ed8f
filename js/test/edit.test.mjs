import test from "node:test";
import assert from "node:assert/strict";
import { edit } from "./edit.mjs";

const source = `if (a && // why
    b) go("https://x"); // then
/* a block */ stop(1);
  stop(2);`;

test("edit() ignores comments and layout", () => {
  assert.deepEqual(edit(source, 'if (a && b) go("https://x");', "gone;"), { text: source.replace(/if[^]*"\);/, "gone;"), times: 1 });
  assert.deepEqual(edit(source, 'b) go("https://x"); // another comment\n\n stop(1)', "c"), { text: "if (a && // why\n    c;\n  stop(2);", times: 1 });
});

test("each place is edited, and counted", () => {
  const { text, times } = edit(source, "stop(", "$&halt(");
  assert.equal(times, 2);
  assert.match(text, /\$&halt\(1\);\n {2}\$&halt\(2\);$/);
});

test("other code is not found, and a comment is no code", () => {
  assert.equal(edit(source, "stop(3)", "").times, 0);
  assert.equal(edit(source, "why", "").times, 0);
  assert.throws(() => edit(source, "// then", ""), /no code/);
});
