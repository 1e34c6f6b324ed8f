// Reconnection: events and their numbers, backoff, what may be changed between two attempts.
import { both, each, once } from "./define.js";

export default (it) => {
  const EVENTS = ["reconnect_attempt", "reconnect_error", "reconnect_failed", "reconnect"];
  /** By the page's clock, which stands still, the next attempt is the n-th and comes after that delay. Waits until it has failed. */
  const nextAttempt = async (t, socket, n, ms) => {
    const seen = t.record(socket.io, "reconnect_attempt");
    await t.clock.move(ms - 2);
    t.assert.same(seen, [], `after ${ms - 2} ms`);
    const failed = t.once(socket, "connect_error");
    await t.clock.move(4);
    t.assert.same(seen, [[n]], `after ${ms + 2} ms`);
    await failed;
  };

  it("a lost connection comes back: reconnect_attempt 1, reconnect 1, then connect", each, async (t) => {
    const socket = await t.connected();
    const seen = t.record(socket.io, ...EVENTS);
    socket.on("connect", () => seen.push(["connect"]));
    await t.server.act(socket.id, [["close"]]);
    await t.until(() => seen.some(([name]) => name === "connect"));
    t.assert.same(seen, [["reconnect_attempt", 1], ["reconnect", 1], ["connect"]]);
  });

  it("reconnectionAttempts: 2 against nobody: each attempt, each error, then failed", both, async (t) => {
    const { url } = await t.nowhere();
    const socket = t.connect(url, { reconnectionAttempts: 2 });
    const seen = [];
    for (const name of EVENTS) socket.io.on(name, (arg) => seen.push(arg instanceof Error ? [name, "error"] : [name, arg]));
    await t.until(() => seen.some(([name]) => name === "reconnect_failed"));
    return seen;
  });

  it("reconnect_failed comes without arguments", once, async (t) => {
    const { url } = await t.nowhere();
    const socket = t.connect(url, { reconnectionAttempts: 1 });
    t.assert.same(await t.once(socket.io, "reconnect_failed"), []);
    t.assert.equal(socket.active, true);
    t.assert.equal(socket.io._readyState, "closed");
  });

  it("after reconnect_failed connect() starts anew", both, async (t) => {
    const { url, port } = await t.nowhere();
    const socket = t.connect(url, { reconnectionAttempts: 1 });
    await t.once(socket.io, "reconnect_failed");
    await t.server.start(port);
    socket.connect();
    await t.ready(socket);
    t.assert.same(await t.asks(socket, "echo", 1), [1]);
  });

  it("connect_error comes with every failed attempt", both, async (t) => {
    const { url } = await t.nowhere();
    const socket = t.connect(url, { reconnectionAttempts: 2 });
    const seen = t.record(socket, "connect_error");
    await t.once(socket.io, "reconnect_failed");
    t.assert.equal(seen.length, 3);
    for (const [error] of seen) t.assert.ok(error instanceof Error, "an Error");
  });

  it("the attempts' numbers rise until one succeeds, and reconnect has the number of the one that did", both, async (t) => {
    const { url, port } = await t.nowhere();
    const socket = t.connect(url);
    const seen = t.record(socket.io, "reconnect_attempt");
    await t.until(() => seen.length === 3);
    t.assert.same(seen.slice(0, 3), [[1], [2], [3]]);
    const reconnected = t.once(socket.io, "reconnect"); // it may be before the page hears that the server is up
    await t.server.start(port);
    const [n] = await reconnected;
    t.assert.equal(n, seen.length);
    if (!socket.connected) await t.once(socket, "connect");
  });

  it("reconnect_error has the error of the attempt", both, async (t) => {
    const { url } = await t.nowhere();
    const socket = t.connect(url);
    const [error] = await t.once(socket.io, "reconnect_error");
    t.assert.error(error, t.mode === "polling" ? "xhr poll error" : "websocket error");
  });

  it("reconnection: false: one attempt and no more", both, async (t) => {
    const { url } = await t.nowhere();
    const socket = t.connect(url, { reconnection: false });
    const errors = t.record(socket, "connect_error");
    const attempts = t.record(socket.io, "reconnect_attempt");
    await t.until(() => errors.length);
    await t.sleep(60);
    t.assert.equal(errors.length, 1);
    t.assert.same(attempts, []);
  });

  it("reconnection: false: a lost connection stays lost", both, async (t) => {
    const socket = await t.connected("/", { reconnection: false });
    const attempts = t.record(socket.io, "reconnect_attempt");
    await t.lose(socket);
    await t.sleep(60);
    t.assert.same(attempts, []);
    t.assert.equal(socket.connected, false);
    socket.connect();
    await t.once(socket, "connect");
  });

  it("manager.reconnection(false) while connected: the same", both, async (t) => {
    const socket = await t.connected();
    socket.io.reconnection(false);
    const attempts = t.record(socket.io, "reconnect_attempt");
    await t.lose(socket);
    await t.sleep(60);
    t.assert.same(attempts, []);
  });

  for (const event of ["disconnect", "close"]) {
    it(`manager.reconnection(false) in a listener to ${event}: no attempt, and connect() by hand works`, both, async (t) => {
      const socket = await t.connected();
      const attempts = t.record(socket.io, "reconnect_attempt");
      (event == "close" ? socket.io : socket).once(event, () => socket.io.reconnection(false));
      await t.lose(socket);
      await t.sleep(60);
      t.assert.same([attempts, socket.active, socket.connected, !!socket.io._reconnecting], [[], true, false, false]);
      socket.connect();
      await t.once(socket, "connect");
    });
  }

  it("manager.reconnection(true) in a listener to disconnect: it reconnects", both, async (t) => {
    const socket = await t.connected("/", { reconnection: false, reconnectionDelay: 10 });
    const seen = [];
    for (const event of ["reconnect_attempt", "reconnect"]) socket.io.on(event, (n) => seen.push(event, n));
    socket.once("disconnect", () => socket.io.reconnection(true));
    await t.bounce(socket);
    return seen;
  });

  it("manager.reconnection(false) and connect() in a listener to disconnect", both, async (t) => {
    const socket = await t.connected();
    const attempts = t.record(socket.io, "reconnect_attempt");
    socket.once("disconnect", () => {
      socket.io.reconnection(false);
      socket.connect();
    });
    await t.bounce(socket);
    t.assert.same(attempts, []);
  });

  it("backoff: the delays double up to the maximum", once, async (t) => {
    const { url } = await t.nowhere();
    t.clock.stop();
    const socket = t.connect(url, { reconnectionDelay: 20, reconnectionDelayMax: 70, randomizationFactor: 0 });
    await t.once(socket, "connect_error");
    for (const [i, ms] of [20, 40, 70, 70, 70, 70].entries()) await nextAttempt(t, socket, i + 1, ms);
  });

  it("backoff: with a random factor the first delay stays within it", once, async (t) => {
    const { url } = await t.nowhere();
    t.clock.stop();
    for (let i = 0; i < 4; i++) {
      const socket = t.connect(url, { reconnectionDelay: 60, reconnectionDelayMax: 100, randomizationFactor: 0.5 });
      const seen = t.record(socket.io, "reconnect_attempt");
      await t.once(socket, "connect_error");
      await t.clock.move(28);
      t.assert.same(seen, []);
      await t.clock.move(64);
      t.assert.same(seen, [[1]]);
      socket.disconnect();
    }
  });

  it("backoff: reconnectionDelay() may be changed while it goes on", once, async (t) => {
    const { url } = await t.nowhere();
    t.clock.stop();
    const socket = t.connect(url, { reconnectionDelay: 30, reconnectionDelayMax: 30 });
    await t.once(socket, "connect_error");
    await nextAttempt(t, socket, 1, 30);
    socket.io.reconnectionDelay(120).reconnectionDelayMax(120);
    // The delay that is running already is the old one.
    await nextAttempt(t, socket, 2, 30);
    await nextAttempt(t, socket, 3, 120);
  });

  it("backoff: starts anew after a success", both, async (t) => {
    const { url, port } = await t.nowhere();
    t.clock.stop();
    const socket = t.connect(url, { reconnectionDelay: 20, reconnectionDelayMax: 1000 });
    await t.once(socket, "connect_error");
    for (const [i, ms] of [20, 40, 80, 160].entries()) await nextAttempt(t, socket, i + 1, ms);
    await t.server.start(port);
    const connected = t.once(socket, "connect");
    await t.clock.move(322);
    await connected;
    const lost = t.once(socket, "disconnect");
    await t.server.stop(port);
    await lost;
    await nextAttempt(t, socket, 1, 20); // and not after 640
  });

  it("disconnect() while it waits for the next attempt ends it", both, async (t) => {
    const { url, port } = await t.nowhere();
    const socket = t.connect(url, { reconnectionDelay: 50 });
    await t.once(socket, "connect_error");
    socket.disconnect();
    const seen = t.record(socket.io, ...EVENTS);
    await t.server.start(port);
    await t.sleep(120);
    t.assert.same(seen, []);
    t.assert.equal(socket.active, false);
  });

  it("disconnect() in reconnect_attempt ends it before a request is made", both, async (t) => {
    const { url } = await t.nowhere();
    const socket = t.connect(url, { query: { key: t.key } });
    const errors = t.record(socket, "connect_error");
    await new Promise((resolve) => socket.io.on("reconnect_attempt", () => (socket.disconnect(), resolve())));
    await t.sleep(50);
    t.assert.equal(errors.length, 1);
  });

  it("connect() while it waits for the next attempt does not hurry it", both, async (t) => {
    const { url, port } = await t.nowhere();
    t.clock.stop();
    const socket = t.connect(url, { reconnectionDelay: 150, reconnectionDelayMax: 150 });
    await t.once(socket, "connect_error");
    await t.clock.move(50);
    socket.connect();
    t.assert.equal(socket.active, true);
    await nextAttempt(t, socket, 1, 100);
    await t.server.start(port);
    const connected = t.once(socket, "connect");
    await t.clock.move(152);
    await connected;
  });

  it("opts.query changed in reconnect_attempt goes with the next attempt", both, async (t) => {
    const socket = await t.connected("/", { query: { n: "first" } });
    t.assert.equal((await t.server.handshake(socket.id)).query.n, "first");
    socket.io.on("reconnect_attempt", () => (socket.io.opts.query.n = "second"));
    await t.bounce(socket);
    t.assert.equal((await t.server.handshake(socket.id)).query.n, "second");
  });

  it("opts.extraHeaders changed in reconnect_attempt go with the next attempt", ["polling"], async (t) => {
    const socket = await t.connected("/", { extraHeaders: { "x-n": "first" } });
    t.assert.equal((await t.server.handshake(socket.id)).headers["x-n"], "first");
    socket.io.on("reconnect_attempt", () => (socket.io.opts.extraHeaders["x-n"] = "second"));
    await t.bounce(socket);
    t.assert.equal((await t.server.handshake(socket.id)).headers["x-n"], "second");
  });

  it("opts.transports changed after an error: back to polling, as the documentation says", ["websocket"], async (t) => {
    const { url } = await t.server.spawn({ transports: ["polling"] });
    const socket = t.connect(url, { transports: ["websocket"] });
    socket.on("connect_error", () => (socket.io.opts.transports = ["polling", "websocket"]));
    await t.once(socket, "connect");
    t.assert.equal(socket.io.engine.transport.name, "polling");
  });

  it("auth changed after connect_error goes with the next attempt, as the documentation says", { over: both, two: "2.x has no auth" }, async (t) => {
    const socket = t.connect("/", { auth: { refuse: "not yet" } });
    const [error] = await t.once(socket, "connect_error");
    t.assert.error(error, "not yet");
    socket.auth = { who: "me" };
    socket.connect();
    await t.once(socket, "connect");
    t.assert.same((await t.server.handshake(socket.id)).auth, { who: "me" });
  });

  it("the engine is another one after a reconnection", both, async (t) => {
    const socket = await t.connected();
    const { engine } = socket.io;
    const { id } = engine;
    await t.bounce(socket);
    t.assert.ok(socket.io.engine !== engine, "another object");
    t.assert.ok(socket.io.engine.id !== id, "another session");
    t.assert.equal(engine.readyState, "closed");
  });

  it("a server that restarts: the client is back, and each event is heard once", each, async (t) => {
    const { url, port } = await t.server.spawn();
    const socket = t.connect(url);
    await t.ready(socket);
    await t.server.stop(port);
    await t.until(() => !socket.connected);
    for (let i = 0; i < 5; i++) socket.emit("n", i);
    await t.server.start(port);
    await t.until(() => socket.connected);
    await t.settled(socket);
    t.assert.same((await t.heardArgs(socket.id, "n")).flat(), [0, 1, 2, 3, 4]);
  });

  it("events and callbacks across ten lost connections, none twice", both, async (t) => {
    const socket = await t.connected();
    const answers = [];
    for (let i = 0; i < 10; i++) {
      socket.once("disconnect", () => socket.emit("echo", i, (n) => answers.push(n)));
      await t.bounce(socket);
      await t.until(() => answers.length === i + 1);
    }
    t.assert.same(answers, [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
  });

  it("all namespaces come back, each with connect", both, async (t) => {
    const m = t.manager();
    const sockets = ["/a", "/b", "/c"].map((nsp) => m.socket(nsp));
    await Promise.all(sockets.map((s) => t.once(s, "connect")));
    const seen = [];
    for (const s of sockets) s.on("connect", () => seen.push(s.nsp));
    await t.server.act(sockets[0].id, [["close"]]);
    await t.until(() => seen.length === 3);
    t.assert.same(seen, ["/a", "/b", "/c"]);
  });

  it("a namespace that was disconnected does not come back with the others", both, async (t) => {
    const m = t.manager();
    const a = m.socket("/a");
    const b = m.socket("/b");
    await Promise.all([t.once(a, "connect"), t.once(b, "connect")]);
    b.disconnect();
    const seen = t.record(b, "connect");
    await t.bounce(a);
    await t.settled(a);
    t.assert.same(seen, []);
  });

  it("a refused namespace is not tried again by itself", both, async (t) => {
    const socket = t.connect("/", { auth: { refuse: "no" }, query: { refuse: "no" } });
    // On 2.x it is the error event that says it.
    const errors = t.record(socket, "connect_error", "error");
    const attempts = t.record(socket.io, "reconnect_attempt");
    await t.until(() => errors.length);
    await t.sleep(20);
    const { length } = errors;
    await t.sleep(60);
    t.assert.equal(errors.length, length);
    t.assert.same(attempts, []);
  });

  for (const [when, turn] of [["one turn"], ["the next turn", (t) => t.sleep(0)]])
    it(`the manager's _close() and open() in ${when}: one connection`, both, async (t) => {
      const socket = await t.connected();
      const seen = t.record(socket.io, "open", "close", "reconnect_attempt", "reconnect");
      const heard = t.record(socket, "connect", "disconnect");
      socket.io._close();
      if (turn) await turn(t);
      socket.io.open();
      await t.until(() => socket.connected);
      await t.settled(socket);
      await t.sleep(100);
      return [seen.map(([name, arg]) => [name, typeof arg]), heard.map(([name]) => name)];
    });

  it("a connection without sockets is opened again when it is lost", both, async (t) => {
    const { url, port } = await t.server.spawn();
    const manager = t.manager(url, { autoConnect: false });
    const socket = manager.socket("/");
    const opened = t.once(manager, "open");
    manager.open();
    await opened;
    const back = t.once(manager, "reconnect");
    const lost = t.once(manager, "close");
    await t.server.stop(port);
    await lost;
    await t.server.start(port);
    await back;
    t.assert.equal(socket.connected, false);
  });

  it("a connection without sockets is not opened again when a socket of it is disconnected in the pause", both, async (t) => {
    const manager = t.manager(t.url, { autoConnect: false, reconnectionDelay: 60 });
    const socket = manager.socket("/");
    const opened = t.once(manager, "open");
    manager.open();
    await opened;
    const lost = t.once(manager, "close");
    manager.engine.close();
    await lost;
    const seen = t.record(manager, "reconnect_attempt", "close");
    socket.disconnect();
    await t.sleep(150);
    t.assert.same([seen.filter(([name]) => name === "reconnect_attempt"), manager._readyState], [[], "closed"]);
    return seen.map(([name]) => name);
  });
};
