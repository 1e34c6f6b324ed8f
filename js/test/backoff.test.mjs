// manager.backoff: the count that a page reads, and what becomes of a count that it writes.
import assert from "node:assert/strict";
import test from "node:test";
import { desk, event, welcome } from "./desk.mjs";
import { settled } from "./tools.mjs";

const { connect, server, trap, reported } = await desk();
let hosts = 0;

const quick = { reconnectionDelay: 1, reconnectionDelayMax: 2, randomizationFactor: 0 };

/** A socket whose server answers no handshake, and the counts that its listeners read. */
function away(t, options) {
  const socket = connect("http://refusing.test", { ...quick, ...options });
  t.after(() => socket.disconnect());
  const { io } = socket;
  const counts = [];
  for (const name of ["error", "reconnect_error", "reconnect_attempt", "reconnect_failed"]) io.on(name, () => counts.push([name, io.backoff.attempts]));
  return { socket, io, backoff: io.backoff, counts };
}

async function connected(t) {
  const host = `backoff${++hosts}.test`;
  const socket = connect(`http://${host}`, quick);
  t.after(() => socket.disconnect());
  const up = event(socket, "connect");
  const c = await server(host).connection();
  await welcome(c);
  await up;
  return { socket, io: socket.io, backoff: socket.io.backoff, c, connections: server(host) };
}

test("attempts grow by one with each attempt, and are 0 again when the manager has given up", async (t) => {
  const { io, counts } = away(t, { reconnectionAttempts: 2 });
  await event(io, "reconnect_failed");
  assert.deepEqual(counts, [
    ["error", 0], ["reconnect_attempt", 1],
    ["error", 1], ["reconnect_error", 2], ["reconnect_attempt", 2],
    ["error", 2], ["reconnect_failed", 0], ["reconnect_error", 0],
  ]);
});

test("an attempt that is planned is counted once, when its failure has been told", async (t) => {
  const { io, backoff } = away(t, { reconnectionDelayMax: 60_000 });
  io.once("reconnect_attempt", () => io.reconnectionDelay(60_000));
  await event(io, "reconnect_error");
  await settled();
  assert.deepEqual([io._reconnecting, backoff.attempts], [true, 2]);
});

test("attempts are 0 again when the connection is back, and when it is lost", async (t) => {
  const one = await connected(t);
  const counts = [];
  for (const name of ["close", "reconnect_attempt", "reconnect"]) one.io.on(name, () => counts.push([name, one.backoff.attempts]));
  one.backoff.attempts = 5;
  const up = event(one.io, "reconnect");
  one.c.hangUp();
  const c = await one.connections.connection();
  await welcome(c);
  await up;
  assert.deepEqual(counts, [["close", 0], ["reconnect_attempt", 1], ["reconnect", 0]]);
});

test("what a page writes is what the next attempts are counted from, and reset() begins anew", async (t) => {
  const { io, backoff } = away(t, { reconnectionAttempts: 6 });
  const numbers = [];
  io.on("reconnect_attempt", (n) => {
    numbers.push(n);
    if (numbers.length == 1) backoff.attempts = 4;
    if (numbers.length == 2) backoff.reset();
    if (numbers.length == 3) backoff.attempts = "5.9";
  });
  await event(io, "reconnect_failed");
  assert.deepEqual(numbers, [1, 5, 1, 6]);
});

test("with a count written before the first attempt, none follows the one that fails, as in socket.io-client", async (t) => {
  const { socket, io, backoff } = away(t, { autoConnect: false });
  backoff.attempts = 1;
  const failed = event(socket, "connect_error");
  socket.connect();
  await failed;
  await settled();
  assert.deepEqual([io._reconnecting, backoff.attempts], [false, 1]);
});

test("a count that is none is 0, and one beyond all sense does no harm", async (t) => {
  const { backoff } = await connected(t);
  for (const [written, read] of [["x", 0], [NaN, 0], [-3, -3], [1e300, 1e300], [Infinity, Infinity], [2, 2]]) {
    backoff.attempts = written;
    assert.equal(backoff.attempts, read);
  }
});

test("duration() doubles up to the maximum, and counts; the settings are those of the manager's setters", async (t) => {
  const { io, backoff } = await connected(t);
  io.reconnectionDelay(20).reconnectionDelayMax(70);
  assert.deepEqual([backoff.ms, backoff.max, backoff.jitter, backoff.factor], [20, 70, 0, 2]);
  assert.deepEqual([backoff.duration(), backoff.duration(), backoff.duration(), backoff.attempts], [20, 40, 70, 3]);
  backoff.setMin(4);
  backoff.setMax(6);
  backoff.setJitter(1);
  assert.deepEqual([io.reconnectionDelay(), io.reconnectionDelayMax(), io.randomizationFactor()], [4, 6, 1]);
  t.mock.method(Math, "random", () => 1);
  backoff.reset();
  assert.deepEqual([backoff.duration(), backoff.duration()], [6, 6], "twice 4, but 6 at most");
  Math.random.mock.mockImplementation(() => 0);
  backoff.reset();
  assert.equal(backoff.duration(), 0);
});

test("a core that is started anew counts from 0", async (t) => {
  const one = await connected(t);
  one.backoff.attempts = 5;
  const counts = [];
  one.socket.on("disconnect", (reason) => counts.push([reason, one.backoff.attempts]));
  const next = event(one.io, "reconnect_attempt");
  trap();
  one.io.reconnectionDelay(1);
  assert.deepEqual(await next, [1]);
  assert.deepEqual(counts, [["client fault", 0]]);
  assert.equal(reported.splice(0).length, 1);
});
