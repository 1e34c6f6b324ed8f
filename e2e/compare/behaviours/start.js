// The first thing that a page does, in a page of its own: what a client takes and keeps before it has loaded, opened or
// asked anything.
import { both, each, once, polling } from "./define.js";

export default (it) => {
  it("start: everything of a socket works in the first turn", both, async (t) => {
    const socket = t.connect();
    t.assert.same([socket.connected, socket.disconnected, socket.active, socket.id, socket.nsp], [false, true, true, undefined, "/"]);
    t.assert.same([socket.io._readyState, socket.io.engine.readyState, socket.io.engine.transport.name], ["opening", "opening", t.mode]);
    t.assert.equal(socket.emit("a").on("b", () => {}).compress(true), socket);
    t.assert.equal(socket.sendBuffer.length, 1);
    await t.ready(socket);
  });

  it("start: fifty events and callbacks emitted in the first turn, in order", each, async (t) => {
    const socket = t.connect();
    const answers = [];
    for (let i = 0; i < 50; i++) socket.emit("echo", i, i % 7 ? "text" : new Uint8Array([i]), (n) => answers.push(n));
    t.assert.equal(socket.sendBuffer.length, 50);
    await t.until(() => answers.length === 50);
    t.assert.same(answers, [...Array(50).keys()]);
    t.assert.same((await t.heardArgs(socket.id, "echo")).map(([n]) => n), [...Array(50).keys()]);
  });

  it("start: emitWithAck, and with a timeout", polling, async (t) => {
    const socket = t.connect();
    const answers = await Promise.all([socket.emitWithAck("echo", 1), socket.timeout(t.NEVER).emitWithAck("echo", 2)]);
    t.assert.same(answers, [1, 2]);
  });

  it("start: volatile is dropped, the rest is not", polling, async (t) => {
    const socket = t.connect();
    socket.volatile.emit("dropped");
    socket.emit("kept");
    await t.ready(socket);
    await t.settled(socket);
    t.assert.same((await t.heard(socket.id)).filter((n) => n !== "echo"), ["kept"]);
  });

  it("start: disconnect() in the first turn: nothing happens, ever", polling, async (t) => {
    const socket = t.connect("/", { query: { key: t.key } });
    const seen = t.record(socket, "connect", "disconnect", "connect_error");
    t.assert.equal(socket.disconnect(), socket);
    t.assert.equal(socket.active, false);
    await t.sleep(500);
    t.assert.same(seen, []);
    t.assert.same((await t.server.requests(t.key)).filter((r) => r.method === "POST"), []);
  });

  it("start: disconnect() and connect() in the first turn", both, async (t) => {
    const socket = t.connect();
    const seen = t.record(socket, "connect", "disconnect");
    socket.emit("n", 1);
    socket.disconnect().connect().disconnect().connect();
    socket.emit("n", 2);
    await t.ready(socket);
    await t.settled(socket);
    t.assert.same(seen.map(([name]) => name), ["connect"]);
    t.assert.same(await t.heardArgs(socket.id, "n"), [[1], [2]]);
  });

  it("start: three namespaces of one manager, an event in each", each, async (t) => {
    const m = t.manager();
    const sockets = ["/", "/a", "/b"].map((nsp) => m.socket(nsp));
    const answers = sockets.map((s) => t.asks(s, "echo", s.nsp));
    t.assert.same(await Promise.all(answers), [["/"], ["/a"], ["/b"]]);
    t.assert.equal(new Set(sockets.map((s) => s.io.engine.id)).size, 1);
  });

  it("start: two connections", polling, async (t) => {
    const [a, b] = [t.connect(), t.connect("/b")];
    t.assert.same(await Promise.all([t.asks(a, "echo", "a"), t.asks(b, "echo", "b")]), [["a"], ["b"]]);
    t.assert.ok(a.io !== b.io, "two managers");
  });

  it("start: the manager's settings are there and may be changed", polling, async (t) => {
    const socket = t.connect("/", { reconnectionDelay: 1234 });
    t.assert.same([socket.io.reconnection(), socket.io.reconnectionDelay(), socket.io.timeout()], [true, 1234, 20000]);
    t.assert.equal(socket.io.reconnection(false).reconnectionAttempts(7).reconnectionAttempts(), 7);
    await t.ready(socket);
    const attempts = t.record(socket.io, "reconnect_attempt");
    await t.lose(socket);
    await t.sleep(60);
    t.assert.same(attempts, []);
  });

  it("start: listeners of every kind hear the beginning, in order", polling, async (t) => {
    const socket = t.connect();
    const seen = [];
    socket.io.engine.on("open", () => seen.push("engine open"));
    socket.io.on("open", () => seen.push("manager open"));
    socket.onAnyOutgoing((name) => seen.push(`out ${name}`));
    socket.onAny((name) => seen.push(`in ${name}`));
    socket.on("connect", () => seen.push("connect"));
    socket.once("echo", () => seen.push("echo"));
    socket.emit("echo");
    await t.until(() => seen.includes("echo"));
    // The manager hears its engine before those who came later do.
    t.assert.same(seen, ["manager open", "engine open", "out echo", "connect", "in echo", "echo"]);
  });

  it("start: auth as a function is called once, after the turn", { over: polling, two: "2.x has no auth" }, async (t) => {
    let calls = 0;
    let early = true;
    const socket = t.connect("/", {
      auth: (cb) => {
        calls++;
        cb({ early, who: "me" });
      },
    });
    early = false;
    await t.ready(socket);
    t.assert.equal(calls, 1);
    t.assert.same((await t.server.handshake(socket.id)).auth, { early: false, who: "me" });
  });

  it("start: a cyclic value throws at once when it is sent, not when it is kept", once, async (t) => {
    const socket = t.connect("/", { autoConnect: false });
    const cyclic = {};
    cyclic.self = cyclic;
    socket.emit("cyclic", cyclic);
    t.assert.equal(socket.sendBuffer.length, 1);
    socket.sendBuffer = [];
    socket.connect();
    await t.ready(socket);
    t.assert.same(await t.asks(socket, "echo", 1), [1]);
  });

  it("start: a reserved name throws in the first turn", once, async (t) => {
    const socket = t.connect();
    t.assert.throws(() => socket.emit("connect"), Error, '"connect" is a reserved event name');
    await t.ready(socket);
  });

  it("start: nobody there: connect_error, then attempts", polling, async (t) => {
    const { url, port } = await t.server.spawn();
    await t.server.stop(port);
    const socket = t.connect(url);
    const [error] = await t.once(socket, "connect_error");
    t.assert.error(error, t.mode === "polling" ? "xhr poll error" : "websocket error");
    t.assert.same(await t.once(socket.io, "reconnect_attempt"), [1]);
  });

  it("start: a refusal", { over: polling, two: "2.x says it by the event error: see two.js" }, async (t) => {
    const socket = t.connect("/", { auth: { refuse: "no", data: 1 } });
    const [error] = await t.once(socket, "connect_error");
    t.assert.error(error, "no");
    t.assert.equal(error.data, 1);
    t.assert.equal(socket.active, false);
  });

  it("start: new Manager() with autoConnect: false, open(fn)", polling, async (t) => {
    const m = t.manager(t.url, { autoConnect: false });
    const seen = [];
    await t.within(new Promise((resolve) => m.open((...args) => (seen.push(args), resolve()))), "the callback");
    t.assert.same(seen, [[]]);
    t.assert.equal(m._readyState, "open");
  });

  it("start: the engine is closed in the first turn: it comes back", both, async (t) => {
    const socket = t.connect();
    const gone = t.once(socket, "disconnect");
    const back = new Promise((resolve) => socket.once("disconnect", () => socket.once("connect", resolve)));
    socket.once("connect", () => socket.io.engine.close());
    t.assert.equal((await gone)[0], "forced close");
    await t.within(back, "the reconnection");
    t.assert.same(await t.asks(socket, "echo", 1), [1]);
  });

  it("start: retries: the queue begins with the connection", both, async (t) => {
    const socket = t.connect("/", { retries: 3, ackTimeout: t.NEVER });
    const answers = await Promise.all([1, 2, 3].map((n) => t.asks(socket, "echo", n)));
    t.assert.same(answers, [[null, 1], [null, 2], [null, 3]]);
    t.assert.same((await t.heardArgs(socket.id, "echo")).map(([n]) => n), [1, 2, 3]);
  });
};
