// The browser around it: offline, pages that go, timers that sleep, fake globals.
import { both, each, once, polling, websocket } from "./define.js";

const heartbeat = "2.x clients ping, servers answer: see two.js";

export default (it) => {
  /** localhost is never offline; the same server under its number may be. */
  const byNumber = `http://127.0.0.1:${globalThis.location?.port}`;

  it("offline: disconnect with \"transport close\" and its description, then it comes back", both, async (t) => {
    const socket = t.connect(byNumber);
    await t.ready(socket);
    const seen = t.record(socket, "disconnect");
    window.dispatchEvent(new Event("offline"));
    t.assert.equal(seen.length, 1);
    const [reason, details] = seen[0];
    t.assert.equal(reason, "transport close");
    t.assert.equal(details.description, "network connection lost");
    t.assert.equal(socket.active, true);
    await t.once(socket, "connect");
  });

  it("offline does not end a connection to localhost", both, async (t) => {
    const socket = await t.connected();
    const seen = t.record(socket, "disconnect");
    window.dispatchEvent(new Event("offline"));
    t.assert.same(await t.asks(socket, "echo", 1), [1]);
    t.assert.same(seen, []);
  });

  it("offline a second time, after disconnect(), does nothing", once, async (t) => {
    const socket = t.connect(byNumber);
    await t.ready(socket);
    socket.disconnect();
    const seen = t.record(socket, "disconnect");
    window.dispatchEvent(new Event("offline"));
    t.assert.same(seen, []);
  });

  it("closeOnBeforeunload: the connection is closed without a disconnect event", both, async (t) => {
    const socket = await t.connected("/", { closeOnBeforeunload: true, reconnection: false });
    const { id } = socket;
    const seen = t.record(socket, "disconnect");
    window.dispatchEvent(new Event("beforeunload"));
    await t.server.until(id, { at: "disconnect" });
    t.assert.same(seen, []);
  });

  it("without closeOnBeforeunload beforeunload does nothing", both, async (t) => {
    const socket = await t.connected();
    window.dispatchEvent(new Event("beforeunload"));
    t.assert.same(await t.asks(socket, "echo", 1), [1]);
  });

  it("closeOnBeforeunload: after disconnect() beforeunload does nothing", once, async (t) => {
    const socket = await t.connected("/", { closeOnBeforeunload: true });
    socket.disconnect();
    window.dispatchEvent(new Event("beforeunload"));
    socket.connect();
    await t.once(socket, "connect");
    t.assert.same(await t.asks(socket, "echo", 1), [1]);
  });

  it("timers asleep past the heartbeat: emit() notices, holds the event, and sends it once in the next session", { over: both, two: heartbeat }, async (t) => {
    t.clock.stop();
    const socket = await t.connected();
    t.clock.jump(60_000);
    t.assert.equal(socket.connected, true);
    const first = socket.id;
    const seen = t.record(socket, "disconnect");
    const back = t.once(socket, "connect");
    socket.emit("late", 1);
    t.assert.equal(socket.sendBuffer.length, 1);
    t.clock.go();
    await t.until(() => seen.length === 1);
    t.assert.equal(seen[0][0], "ping timeout");
    await back;
    await t.settled(socket);
    t.assert.ok(socket.id !== first, "another session");
    t.assert.same(await t.heardArgs(socket.id, "late"), [[1]]);
    t.assert.same(await t.heardArgs(first, "late"), []);
  });

  it("a heartbeat made late by hand (engine._pingTimeoutTime): emit() holds the event, which goes out after the reconnection", { over: each, two: heartbeat }, async (t) => {
    const socket = await t.connected();
    let back = false;
    socket.io.once("reconnect", () => (back = true));
    socket.io.engine._pingTimeoutTime = Date.now() - 1;
    const answer = t.asks(socket, "echo", "123");
    t.assert.equal(socket.sendBuffer.length, 1);
    t.assert.same(await answer, ["123"]);
    t.assert.equal(back, true);
  });

  it("timers asleep, but the heartbeat was in time: emit() sends at once", { over: once, two: heartbeat }, async (t) => {
    t.throttle.floor = 1500;
    const socket = await t.connected();
    t.throttle.floor = 0;
    t.assert.same(await t.asks(socket, "echo", 1), [1]);
  });

  it("a clock that jumps ahead (sleep): emit() notices that the heartbeat is long over", { over: both, two: heartbeat }, async (t) => {
    const socket = await t.connected();
    const first = socket.id;
    const real = Date.now;
    Date.now = () => real() + 3_600_000;
    try {
      const seen = t.once(socket, "disconnect");
      socket.emit("late", 1);
      t.assert.equal((await seen)[0], "ping timeout");
      await t.once(socket, "connect");
      await t.settled(socket);
      t.assert.ok(socket.id !== first, "another session");
      t.assert.same(await t.heardArgs(socket.id, "late"), [[1]]);
    } finally {
      Date.now = real;
    }
  });

  it("heartbeats keep an idle connection alive", { over: each, two: heartbeat }, async (t) => {
    // The server pings every 50 ms; to the page its pings are 50 s apart, and a missing one ends the connection 60.05 s after the last.
    const { url } = await t.server.spawn({ pingInterval: 50, pingTimeout: 60_000 });
    t.clock.stop();
    const socket = t.connect(url);
    await t.ready(socket);
    const { id } = socket;
    const seen = t.record(socket, "disconnect");
    const heard = await t.server.act(id, [["heartbeats"]]);
    for (let i = 0; i < 4; i++) {
      await t.once(socket.io, "ping");
      await t.clock.move(50_000);
    }
    await t.until(async () => (await t.server.act(id, [["heartbeats"]])) >= heard + 3, "the answers to three pings");
    t.assert.same(seen, []);
    t.assert.equal(socket.id, id);
    t.assert.same(await t.asks(socket, "echo", 1), [1]);
  });

  it("a listener on window that stops the page's own events does no harm", once, async (t) => {
    const stop = (event) => event.stopImmediatePropagation();
    for (const name of ["online", "offline", "visibilitychange", "focus"]) window.addEventListener(name, stop);
    try {
      const socket = await t.connected();
      for (const name of ["online", "visibilitychange", "focus"]) window.dispatchEvent(new Event(name));
      t.assert.same(await t.asks(socket, "echo", 1), [1]);
    } finally {
      for (const name of ["online", "offline", "visibilitychange", "focus"]) window.removeEventListener(name, stop);
    }
  });

  it("the page gets no new globals and keeps its own", once, async (t) => {
    const before = Object.getOwnPropertyNames(window).sort();
    const socket = await t.connected();
    await t.asks(socket, "echo", new Uint8Array([1]));
    const added = Object.getOwnPropertyNames(window).filter((name) => !before.includes(name));
    t.assert.same(added, []);
    for (const name of ["Go", "fs", "process", "path"]) t.assert.equal(name in window, false, name);
  });

  it("Object.prototype with a member of the page's own does not disturb", both, async (t) => {
    Object.defineProperty(Object.prototype, "ofThePage", { value: () => {}, enumerable: true, configurable: true, writable: true });
    try {
      const socket = await t.connected("/", { query: { a: "1" }, auth: { b: 2 } });
      const [value, bytes] = await t.asks(socket, "echo", { x: 1 }, { b: new Uint8Array([1]) });
      t.assert.same([value.x, t.bytes(bytes.b)], [1, [1]]);
      t.assert.equal((await t.server.handshake(socket.id)).query.a, "1");
    } finally {
      delete Object.prototype.ofThePage;
    }
  });

  // More than a dozen that are not open yet are slowed down by Chromium itself.
  it("many sockets at once: twelve over WebSocket", websocket, async (t) => {
    const sockets = Array.from({ length: 12 }, () => t.connect());
    await Promise.all(sockets.map(t.ready));
    const answers = await Promise.all(sockets.map((s, i) => t.asks(s, "echo", i)));
    t.assert.same(answers.flat(), sockets.map((_, i) => i));
    t.assert.equal(new Set(sockets.map((s) => s.id)).size, 12);
  });

  it("two connections over polling beside each other", polling, async (t) => {
    const [a, b] = await Promise.all([t.connected(), t.connected()]);
    const answers = await Promise.all(Array.from({ length: 20 }, (_, i) => t.asks(i % 2 ? a : b, "echo", i)));
    t.assert.same(answers.flat(), [...Array(20).keys()]);
  });
};
