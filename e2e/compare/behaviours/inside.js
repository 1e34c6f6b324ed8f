// Where code that looks inside the official client looks: the order of its emitters, its counters, its options.
import { both, once } from "./define.js";

export default (it) => {
  it("the manager's packet: who listened before connect() is told before the socket's listeners, who did later after them", both, async (t) => {
    const manager = t.manager(t.url, { autoConnect: false });
    const seen = [];
    const note = (who) => (packet) => packet.data?.[0] === "x" && seen.push(who);
    manager.on("packet", note("early"));
    const socket = t.track(manager.socket("/"));
    socket.onAny((name) => name === "x" && seen.push("any"));
    socket.connect();
    manager.on("packet", note("late"));
    socket.on("x", () => seen.push("listener"));
    await t.ready(socket);
    await t.tell(socket, ["emit", "x"]);
    return seen;
  });

  it("the manager's packet: of two namespaces the one that connected first is told first, each of its own", both, async (t) => {
    const manager = t.manager(t.url, { autoConnect: false });
    const [a, b] = ["/a", "/b"].map((nsp) => t.track(manager.socket(nsp)));
    const seen = [];
    a.on("x", () => seen.push("a"));
    b.on("x", () => seen.push("b"));
    b.connect();
    manager.on("packet", (packet) => packet.type === 2 && seen.push(packet.nsp));
    a.connect();
    await Promise.all([t.ready(a), t.ready(b)]);
    await t.tell(b, ["emit", "x"]);
    await t.tell(a, ["emit", "x"]);
    return seen;
  });

  it("the manager's packet: a listener that disconnects keeps the packet from the socket", both, async (t) => {
    const manager = t.manager(t.url, { autoConnect: false });
    manager.on("packet", (packet) => packet.data?.[0] === "x" && socket.disconnect());
    const socket = t.track(manager.socket("/"));
    const seen = t.record(socket, "x", "disconnect");
    socket.connect();
    await t.ready(socket);
    socket.emit("do", [["emit", "x"]]);
    await t.until(() => !socket.connected);
    await t.sleep(20);
    return seen;
  });

  it("new Socket(manager, namespace) connects by itself, and with autoConnect: false when told to", both, async (t) => {
    const socket = t.track(new t.Socket(t.manager(), "/of-its-own", { auth: { a: 1 } }));
    t.assert.equal(socket.active, true);
    await t.ready(socket);
    t.assert.same(await t.asks(socket, "echo", 1), [1]);
    const patient = t.track(new t.Socket(t.manager(t.url, { autoConnect: false }), "/"));
    t.assert.equal(patient.active, false);
    patient.connect();
    await t.ready(patient);
    return [socket.nsp, socket.auth, patient.io.nsps];
  });

  it("io.opts is the object that was given, and what is written to it counts at the next connection", { over: once, two: "the headers are the page's" }, async (t) => {
    const options = t.options({ extraHeaders: { "x-a": "1" }, query: { a: "1" }, transports: ["polling"] });
    const socket = t.track(t.io(t.url, options));
    t.assert.equal(socket.io.opts, options);
    await t.ready(socket);
    options.extraHeaders = { "x-a": "2" };
    socket.io.opts.query = { a: "2" };
    await t.bounce(socket);
    const { headers, query } = await t.server.handshake(socket.id);
    return [headers["x-a"], query.a];
  });

  it("io.opts.transports written to in connect_error", once, async (t) => {
    const { url, port } = await t.server.spawn({ transports: ["polling"] });
    const socket = t.connect(url, { transports: ["websocket"] });
    await t.once(socket, "connect_error");
    socket.io.opts.transports = ["polling", "websocket"];
    await t.once(socket, "connect");
    return [socket.io.engine.transport.name, socket.io.engine.port === String(port)];
  });

  it("io.uri written to: the next connection goes there", both, async (t) => {
    const { url, port } = await t.server.spawn();
    const socket = await t.connected();
    socket.disconnect();
    socket.io.uri = `${url}?a=1`;
    socket.connect();
    await t.ready(socket);
    return [socket.io.engine.port === String(port), (await t.server.handshake(socket.id)).query.a];
  });

  it("acks holds the callbacks of what is not sent yet, numbered in order", once, async (t) => {
    const socket = t.connect("/", { autoConnect: false });
    socket.emit("echo", () => {});
    socket.emit("no callback");
    socket.timeout(1e4).emit("echo", () => {});
    const before = [Object.keys(socket.acks), socket.ids, socket.sendBuffer.map((p) => p.id)];
    socket.connect();
    await t.ready(socket);
    await t.settled(socket);
    return [before, Object.keys(socket.acks), socket.ids];
  });

  it("a timeout takes the callback out of acks, and its number is not given again", once, async (t) => {
    const socket = t.connect("/", { autoConnect: false });
    const late = new Promise((resolve) => socket.timeout(5).emit("late", resolve));
    socket.emit("echo", 1, () => {});
    await late;
    return [Object.keys(socket.acks), socket.ids, socket.sendBuffer.map((p) => [p.id, p.data])];
  });

  it("what is emitted with a callback in the disconnect listener is answered after the reconnection, what was sent is not", both, async (t) => {
    const socket = await t.connected();
    const seen = [];
    socket.timeout(5000).emit("nobody answers", (e) => seen.push(["sent", e?.message]));
    const held = new Promise((resolve) => socket.once("disconnect", () => socket.timeout(5000).emit("echo", 1, (e, v) => resolve(seen.push(["held", e, v])))));
    await t.lose(socket);
    await held;
    return seen;
  });

  it("a heartbeat made late by hand: ping timeout, after the turn, without details", { over: both, two: "the server pings" }, async (t) => {
    const socket = await t.connected();
    const { engine } = socket.io;
    const seen = t.record(socket, "disconnect");
    engine.on("close", (...args) => seen.push(["engine", ...args.map(String)]));
    engine._pingTimeoutTime = Date.now() - 1;
    socket.emit("echo", 1);
    t.assert.same(seen, []);
    t.assert.equal(socket.sendBuffer.length, 1);
    await t.once(socket, "echo");
    return seen;
  });

  it("a volatile event and a heartbeat made late by hand: it is held", { over: both, two: "the server pings" }, async (t) => {
    const socket = await t.connected();
    await t.until(() => socket.io.engine.transport.writable);
    socket.io.engine._pingTimeoutTime = Date.now() - 1;
    socket.volatile.emit("echo", 2);
    return [socket.sendBuffer.length, await t.once(socket, "echo")];
  });

  it("engine.transport.close(): transport close, and it reconnects", both, async (t) => {
    const socket = await t.connected();
    const gone = t.once(socket, "disconnect");
    const back = new Promise((resolve) => socket.once("disconnect", () => socket.once("connect", resolve)));
    socket.io.engine.transport.close();
    const [reason, ...details] = await gone;
    await back;
    return [reason, details.map(String)];
  });

  it("disconnect() of a socket that is not connected closes a connection that was opened by hand, if nobody uses it", both, async (t) => {
    const manager = t.manager(t.url, { autoConnect: false });
    const [a, b] = ["/a", "/b"].map((nsp) => t.track(manager.socket(nsp)));
    b.connect();
    await t.ready(b);
    a.disconnect();
    const seen = [manager._readyState, b.connected];
    b.disconnect();
    manager.open();
    await t.once(manager, "open");
    a.disconnect();
    return [...seen, manager._readyState, manager.engine.readyState];
  });

  it("a volatile event that is dropped is not looked at: what JSON does not take does not throw", both, async (t) => {
    const socket = await t.connected();
    socket.emit("x");
    const seen = [socket.io.engine.transport.writable];
    socket.volatile.emit("x", 10n);
    await t.settled(socket);
    return seen.concat(await t.heard(socket.id));
  });

  it("callbacks of what is dropped or not answered: an error when the connection goes", both, async (t) => {
    const socket = await t.connected();
    const seen = [];
    socket.emit("x");
    socket.timeout(5000).volatile.emit("echo", (e) => seen.push(["dropped", e?.message]));
    socket.volatile.emit("echo", () => seen.push("never"));
    await t.settled(socket);
    await t.lose(socket);
    return seen;
  });
};
