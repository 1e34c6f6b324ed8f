// A transport in a page that is left: what it is told to do, and when.
import assert from "node:assert/strict";
import test from "node:test";
import { leaf, page } from "./tools.mjs";

const fire = page();
const { suspended, whenLeft } = await leaf("engine/transports/left");

/** What is called when these events come. */
function called(events, opts = {}) {
  const calls = [];
  const release = whenLeft(opts, () => calls.push("silence"), (error) => calls.push(error));
  for (const [name, fields] of events) fire(name, fields);
  release();
  assert.equal(fire.listening(), 0);
  return calls;
}
const hidden = ["pagehide", { persisted: true }];
const gone = ["pagehide", { persisted: false }];
const shown = ["pageshow", {}];

test("a page in the back/forward cache is silent, and reports the end when it is shown again", () => {
  assert.deepEqual(called([hidden]), ["silence"]);
  assert.deepEqual(called([hidden, shown]), ["silence", suspended]);
});

test("pageshow of a new page and pagehide of one that will not return do nothing", () => {
  assert.deepEqual(called([shown]), []);
  assert.deepEqual(called([gone]), []);
});

test("beforeunload closes, with closeOnBeforeunload", () => {
  const opts = { closeOnBeforeunload: true };
  assert.deepEqual(called([["beforeunload"]]), []);
  assert.deepEqual(called([["beforeunload"]], opts), ["silence"]);
  assert.deepEqual(called([["beforeunload"], gone], opts), ["silence"]);
});
