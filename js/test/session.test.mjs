// The store of a session: what each event makes of it, and whom it tells.
import assert from "node:assert/strict";
import test from "node:test";
import { plain } from "./tools.mjs";

const { Session, changed } = await plain("session");
const error = new Error("no");
const idle = new Session().getSnapshot();

/** Each row draws the statuses that its events lead to. */
const rows = [
  ["idle → connecting → authenticated", [["connect"], ["authenticated", { info: { claims: { sub: "a" } } }]]],
  ["idle → connecting → connecting → authenticated: the namespace's own CONNECT is not enough", [["connect"], ["connected", {}], ["authenticated", {}]]],
  ["idle → connecting → guest: a plain client", [["connect"], ["connected", { plain: true }]]],
  ["idle → connecting → guest", [["connect"], ["guest"]]],
  ["idle → connecting → refused → refused → refused", [["connect"], ["refused", { fatal: true, error }], ["connect_error", { error }], ["disconnected", {}]]],
  ["idle → connecting → waiting → waiting → connecting → authenticated", [["connect"], ["refused", { error, active: true }], ["wait", { nextAttemptAt: 5 }], ["attempt", { attempt: 1 }], ["authenticated", {}]]],
  ["idle → connecting → idle: a refusal that may pass, of which who disconnects hears", [["connect"], ["refused", { error, active: false }]]],
  ["idle → connecting → authenticated → waiting → waiting → connecting", [["connect"], ["authenticated", {}], ["disconnected", { active: true }], ["wait", { nextAttemptAt: 5 }], ["attempt", { attempt: 1 }]]],
  ["idle → connecting → waiting → idle: the user's end", [["connect"], ["connect_error", { active: true, error }], ["disconnect"]]],
  ["idle → connecting → idle: a middleware's no", [["connect"], ["connect_error", { active: false, error }]]],
  ["idle → connecting → authenticated → idle: the server's end", [["connect"], ["authenticated", {}], ["disconnected", { active: false }]]],
  ["idle → connecting → authenticated → authenticated → authenticated: another namespace reconnects, a token is renewed", [["connect"], ["authenticated", {}], ["attempt", { attempt: 2 }], ["authenticated", { info: { refreshed: true } }]]],
  ["idle → connecting → refused → idle → idle: the user logs out", [["connect"], ["refused", { fatal: true, error }], ["logout"], ["connect_error", {}]]],
  ["idle → connecting → refused → connecting", [["connect"], ["refused", { fatal: true, error }], ["connect"]]],
  ["idle → connecting → authenticated → authenticated → authenticated: a second connect(), and another namespace waits", [["connect"], ["authenticated", {}], ["connect"], ["wait", { nextAttemptAt: 5 }]]],
  ["idle → connecting → refused → refused: another namespace waits", [["connect"], ["refused", { fatal: true, error }], ["wait", { nextAttemptAt: 5 }]]],
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

test("a snapshot's fields", () => {
  const after = (...events) => events.reduce((now, event) => ({ ...now, ...changed(now, ...event) }), idle);
  const waiting = after(["connect"], ["connect_error", { active: true, error }], ["wait", { nextAttemptAt: 5 }]);
  assert.deepEqual(waiting, { status: "waiting", error, expiresAt: undefined, claims: undefined, attempt: 0, nextAttemptAt: new Date(5), refreshed: false });
  const again = { ...waiting, ...changed(waiting, "attempt", { attempt: 3 }) };
  assert.deepEqual([again.attempt, again.nextAttemptAt, again.error], [3, undefined, error], "the error stays until it works");
  const info = { expiresAt: new Date(9), claims: { sub: "a" }, refreshed: true };
  assert.deepEqual({ ...again, ...changed(again, "authenticated", { info }) }, { status: "authenticated", error: undefined, attempt: 0, nextAttemptAt: undefined, ...info });
});

test("the error of the last attempt stays when the session ends", () => {
  const failed = { ...idle, ...changed(idle, "connect_error", { active: true, error }) };
  assert.deepEqual({ ...failed, ...changed(failed, "disconnected", { active: false }) }, { ...idle, error });
});

test("listeners are told of changes alone, each as often as it subscribed, and find a frozen snapshot", () => {
  const s = new Session();
  let told = 0;
  const listener = () => told++;
  const ends = [s.subscribe(listener), s.subscribe(listener)];
  s._change({ status: "connecting" });
  assert.deepEqual([told, s.getSnapshot().status, Object.isFrozen(s.getSnapshot())], [2, "connecting", true]);
  const before = s.getSnapshot();
  s._change({ status: "connecting" });
  s._change(undefined);
  assert.deepEqual([told, s.getSnapshot() == before], [2, true]);
  ends[0]();
  s._change({ status: "guest" });
  assert.equal(told, 3);
});

test("a new store is idle, and its snapshot frozen", () => {
  const s = new Session();
  assert.equal(s.getSnapshot().status, "idle");
  assert.ok(Object.isFrozen(s.getSnapshot()));
  const { getSnapshot, subscribe } = s;
  assert.equal(getSnapshot(), s.getSnapshot(), "without their object");
  subscribe(() => {})();
});
