// What socket.io-client's types call private and pages use all the same: on sockets with and without a token.
import assert from "node:assert/strict";
import test from "node:test";
import { desk, event, welcome } from "./desk.mjs";
import { settled } from "./tools.mjs";

const { connect, server } = await desk();
let hosts = 0;

/** Each test with a plain socket, and with one whose token goes by CONNECT. */
const kinds = { plain: {}, "with a token": { token: () => "T", via: "auth" } };

async function connected(t, options) {
  const host = `private${++hosts}.test`;
  const socket = connect(`http://${host}`, { reconnectionDelay: 1, randomizationFactor: 0, ...options });
  t.after(() => socket.disconnect());
  const up = event(socket, "connect");
  const c = await server(host).connection();
  await welcome(c);
  await up;
  const connections = server(host);
  return { socket, io: socket.io, c, connections };
}

/** Ends the connection; resolves when the page has heard of it. */
async function lose({ socket, c }) {
  const gone = event(socket, "disconnect");
  c.hangUp();
  await gone;
}

/** Accepts the next connection; resolves when the socket is connected. */
async function back(one) {
  const up = event(one.socket, "connect");
  one.c = await one.connections.connection();
  await welcome(one.c, { sid: "again" });
  await up;
}

/** The manager plans no attempt, and has none under way. */
async function stays({ socket, io, connections }) {
  await settled();
  assert.deepEqual([io._reconnecting, io._readyState, socket.connected], [false, "closed", false]);
  assert.deepEqual(connections.unseen(), []);
}

for (const [kind, options] of Object.entries(kinds)) {
  test(`${kind}: skipReconnect = true stays away until connect(), which takes it back`, async (t) => {
    const one = await connected(t, options);
    assert.equal(one.io.skipReconnect, false);
    one.io.skipReconnect = true;
    await lose(one);
    await stays(one);
    one.socket.connect();
    assert.equal(one.io.skipReconnect, false);
    await back(one);
    await lose(one);
    await back(one);
  });

  test(`${kind}: skipReconnect = true between two attempts ends them`, async (t) => {
    const one = await connected(t, { ...options, reconnectionDelay: 60_000 });
    await lose(one);
    assert.equal(one.io._reconnecting, true);
    one.io.skipReconnect = true;
    await stays(one);
  });

  test(`${kind}: skipReconnect = false takes back what the page has said`, async (t) => {
    const one = await connected(t, options);
    one.io.skipReconnect = true;
    one.io.skipReconnect = false;
    await lose(one);
    await back(one);
  });

  test(`${kind}: skipReconnect is true after disconnect() and when the manager is closed; set to false, reconnect() connects again`, async (t) => {
    const one = await connected(t, options);
    one.socket.disconnect();
    assert.equal(one.io.skipReconnect, true, "the last socket has left");
    one.socket.connect();
    assert.equal(one.io.skipReconnect, false);
    await back(one);
    one.io._close();
    assert.equal(one.io.skipReconnect, true);
    one.io.reconnect();
    await stays(one);
    one.io.skipReconnect = false;
    one.io.reconnect();
    await back(one);
  });

  test(`${kind}: reconnect() in a listener, without option reconnection, attempts once with a new token`, async (t) => {
    const asked = [];
    const own = options.token ? { token: ({ cause }) => (asked.push(cause), "T" + asked.length) } : {};
    const one = await connected(t, { ...options, ...own, reconnection: false });
    const attempts = [];
    one.io.on("reconnect_attempt", (n) => attempts.push(n));
    one.socket.once("disconnect", () => {
      one.io.reconnect();
      assert.equal(one.io._reconnecting, true);
    });
    await lose(one);
    await back(one);
    assert.deepEqual(attempts, [1]);
    if (options.token) assert.deepEqual(asked, ["connect", "reconnect"]);
    await lose(one);
    await stays(one);
  });

  test(`${kind}: reconnect() while connected, while it reconnects, or with skipReconnect does nothing`, async (t) => {
    const one = await connected(t, options);
    one.io.reconnect();
    assert.equal(one.io._reconnecting, false);
    const attempts = [];
    one.io.on("reconnect_attempt", (n) => attempts.push(n));
    await lose(one);
    one.io.reconnect();
    one.io.reconnect();
    await back(one);
    assert.deepEqual(attempts, [1]);
    one.io.skipReconnect = true;
    await lose(one);
    one.io.reconnect();
    await stays(one);
  });

  test(`${kind}: _reconnection and reconnection(true) in a listener: it reconnects; _reconnectionAttempts is the setter's`, async (t) => {
    const one = await connected(t, { ...options, reconnection: false });
    assert.deepEqual([one.io._reconnection, one.io._reconnectionAttempts], [false, Infinity]);
    one.socket.once("disconnect", () => (one.io._reconnection = true));
    await lose(one);
    await back(one);
    one.io._reconnectionAttempts = 3;
    assert.deepEqual([one.io.reconnection(), one.io.reconnectionAttempts()], [true, 3]);
    one.io._reconnection = false;
    one.socket.once("disconnect", () => one.io.reconnection(true));
    await lose(one);
    await back(one);
  });

  test(`${kind}: an onevent of the page's answers by ack()`, async (t) => {
    const one = await connected(t, options);
    one.socket.onevent = function ({ data, id }) {
      data.push(this.ack(id));
      this.emitReserved(...data);
    };
    one.socket.on("ask", (n, answer) => answer(n + 1));
    one.c.say('427["ask",4]');
    assert.equal(await one.c.frame(), "437[5]");
  });

  test(`${kind}: encoder.replacer and decoder.tryParse are used by a manager without option parser`, async (t) => {
    const one = await connected(t, options);
    one.io.encoder.replacer = (key, value) => (value === undefined ? null : value);
    one.io.decoder.tryParse = (text) => JSON.parse(text.replaceAll("NaN", "null"));
    one.socket.emit("n", { a: undefined });
    assert.equal(await one.c.frame(), '42["n",{"a":null}]');
    const heard = event(one.socket, "n");
    one.c.say('42["n",NaN]');
    assert.deepEqual(await heard, [null]);
  });

  test(`${kind}: what tryParse says no to ends the connection`, async (t) => {
    const one = await connected(t, { ...options, reconnection: false });
    one.io.decoder.tryParse = () => false;
    const gone = event(one.socket, "disconnect");
    one.c.say('42["n"]');
    assert.equal((await gone)[0], "parse error");
  });
}

test("engine.transports has the names of the transports that may be tried", async (t) => {
  const { io } = await connected(t, { transports: ["websocket"] });
  assert.deepEqual(io.engine.transports, ["websocket"]);
});

test("skipReconnect stays false until the last of two sockets has left", async (t) => {
  const one = await connected(t, {});
  const other = one.io.socket("/other");
  other.disconnect();
  assert.equal(one.io.skipReconnect, false, "the first one is to be connected");
  one.socket.disconnect();
  assert.equal(one.io.skipReconnect, true);
});
