// The store of a session: what each event makes of it, and whom it tells.
import assert from "node:assert/strict";
import test from "node:test";
import { leaf } from "./tools.mjs";

const { Session, changed } = await leaf("session");
const error = new Error("no");
const idle = new Session().getSnapshot();

/** Each row draws the statuses that its events lead to. */
const rows = [
  ["idle → connecting → authenticated", [["connect"], ["authenticated", { info: { claims: { sub: "a" } } }]]],
  ["idle → connecting → connecting → authenticated: the namespace's own CONNECT is not enough", [["connect"], ["connected", {}], ["authenticated", {}]]],
  ["idle → connecting → guest: a plain client", [["connect"], ["connected", { plain: true }]]],
  ["idle → connecting → guest", [["connect"], ["guest"]]],
  ["idle → connecting → refused → refused → refused", [["connect"], ["refused", { fatal: true, error }], ["connect_error", { error }], ["disconnected", {}]]],
  ["idle → connecting → waiting → waiting → connecting → authenticated", [["connect"], ["refused", { error }], ["wait", { nextAttemptAt: 5 }], ["attempt", { attempt: 1 }], ["authenticated", {}]]],
  ["idle → connecting → authenticated → waiting → waiting → connecting", [["connect"], ["authenticated", {}], ["disconnected", { active: true }], ["wait", { nextAttemptAt: 5 }], ["attempt", { attempt: 1 }]]],
  ["idle → connecting → waiting → idle: the user's end", [["connect"], ["connect_error", { active: true, error }], ["disconnect"]]],
  ["idle → connecting → idle: a middleware's no", [["connect"], ["connect_error", { active: false, error }]]],
  ["idle → connecting → authenticated → idle: the server's end", [["connect"], ["authenticated", {}], ["disconnected", { active: false }]]],
  ["idle → connecting → authenticated → authenticated → authenticated: another namespace reconnects, a token is renewed", [["connect"], ["authenticated", {}], ["attempt", { attempt: 2 }], ["authenticated", { info: { refreshed: true } }]]],
  ["idle → connecting → refused → connecting", [["connect"], ["refused", { fatal: true, error }], ["connect"]]],
  ["idle → idle: another namespace of the connection waits", [["wait", { nextAttemptAt: 5 }]]],
];
for (const [name, events] of rows)
  test(name, () => {
    const s = new Session();
    const statuses = [s.getSnapshot().status];
    let now = s.getSnapshot();
    for (const event of events) {
      now = { ...now, ...changed(now, ...event) };
      statuses.push(now.status);
    }
    assert.equal(statuses.join(" → "), name.split(":")[0]);
  });

test("what a snapshot holds", () => {
  const after = (...events) => events.reduce((now, event) => ({ ...now, ...changed(now, ...event) }), idle);
  const waiting = after(["connect"], ["connect_error", { active: true, error }], ["wait", { nextAttemptAt: 5 }]);
  assert.deepEqual(waiting, { status: "waiting", error, expiresAt: undefined, claims: undefined, attempt: 0, nextAttemptAt: new Date(5), refreshed: false });
  const again = { ...waiting, ...changed(waiting, "attempt", { attempt: 3 }) };
  assert.deepEqual([again.attempt, again.nextAttemptAt, again.error], [3, undefined, error], "the error stays until it works");
  const info = { expiresAt: new Date(9), claims: { sub: "a" }, refreshed: true };
  assert.deepEqual({ ...again, ...changed(again, "authenticated", { info }) }, { status: "authenticated", error: undefined, attempt: 0, nextAttemptAt: undefined, ...info });
});

test("a new store is idle, and its snapshot frozen", () => {
  const s = new Session();
  assert.equal(s.getSnapshot().status, "idle");
  assert.ok(Object.isFrozen(s.getSnapshot()));
  const { getSnapshot, subscribe } = s;
  assert.equal(getSnapshot(), s.getSnapshot(), "without their object");
  subscribe(() => {})();
});
