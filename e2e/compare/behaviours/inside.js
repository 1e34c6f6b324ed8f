// Where code that looks inside the official client looks: the order of its emitters, its counters, its options.
import { both, each, once } from "./define.js";

export default (it) => {
  it("the manager's packet: listeners from before connect() run before the socket's, later ones after", both, async (t) => {
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

  it("the manager's packet: of two namespaces, the one that connected first gets its packet first", both, async (t) => {
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
    socket.timeout(t.NEVER).emit("echo", () => {});
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
    socket.timeout(t.NEVER).emit("nobody answers", (e) => seen.push(["sent", e?.message]));
    const held = new Promise((resolve) => socket.once("disconnect", () => socket.timeout(t.NEVER).emit("echo", 1, (e, v) => resolve(seen.push(["held", e, v])))));
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
    socket.timeout(t.NEVER).volatile.emit("echo", (e) => seen.push(["dropped", e?.message]));
    socket.volatile.emit("echo", () => seen.push("never"));
    await t.settled(socket);
    await t.lose(socket);
    return seen;
  });

  it("a heartbeat made late by hand in the connect listener, and an emit there: it is sent after the reconnection and answered", { over: each, two: "the server pings" }, async (t) => {
    const socket = t.connect();
    const seen = t.record(socket, "disconnect");
    socket.io.once("reconnect", () => seen.push("reconnect"));
    const answer = new Promise((resolve) => {
      socket.once("connect", () => {
        socket.io.engine._pingTimeoutTime = Date.now() - 1;
        socket.emit("echo", "123", resolve);
      });
    });
    seen.push(await t.within(answer, "the answer"));
    return seen;
  });

  it("engine.emit(\"data\") of what is no packet: parse error for all, the engine is closed, and it reconnects", each, async (t) => {
    const manager = t.manager();
    const sockets = ["/a", "/b"].map((nsp) => t.track(manager.socket(nsp)));
    await Promise.all(sockets.map(t.ready));
    const { engine } = manager;
    const seen = [];
    for (const socket of sockets) socket.on("disconnect", (reason, details) => seen.push([socket.nsp, reason, details instanceof Error]));
    manager.on("close", (reason, details) => seen.push(["manager", reason, details instanceof Error]));
    engine.on("close", (reason) => seen.push(["engine", reason]));
    for (const event of ["error", "reconnect_attempt", "reconnect"]) manager.on(event, () => seen.push(event));
    const back = Promise.all(sockets.map((socket) => t.once(socket, "connect")));
    engine.emit("data", "bad");
    seen.push([manager._readyState]);
    await back;
    seen.push(manager.engine !== engine, await t.asks(sockets[0], "echo", 1));
    return seen;
  });

  it("engine.emit(\"data\") of packets: they are delivered as if the server had sent them", both, async (t) => {
    const socket = await t.connected();
    const seen = t.recordAny(socket, "onAny");
    socket.io.on("packet", ({ type, nsp, data, id }) => seen.push([type, nsp === "/", data, id]));
    const { engine } = socket.io;
    engine.emit("data", '2["x",1,{"a":"é"}]');
    engine.emit("data", '2/elsewhere,["x"]');
    engine.emit("data", '51-["bytes",{"_placeholder":true,"num":0}]');
    engine.emit("data", new Uint8Array([1, 2]).buffer);
    engine.emit("data", '3999[1]');
    seen.push("later");
    await t.until(() => seen.length >= 7);
    t.assert.same(await t.asks(socket, "echo", 1), [1]);
    return seen.map((one) => t.show(one));
  });

  it("engine.emit(\"data\"): an event that wants an answer gets one, and an ack reaches its callback", both, async (t) => {
    const socket = await t.connected();
    socket.on("ask", (ack) => ack("yes"));
    const created = t.record(socket.io.engine, "packetCreate");
    const answer = t.asks(socket, "nobody answers");
    const [[{ data }]] = created;
    const id = /^2(\d+)/.exec(data)[1];
    socket.io.engine.emit("data", `3${id}["by hand"]`);
    const got = await answer;
    socket.io.engine.emit("data", '27["ask"]');
    await t.until(() => created.length > 1);
    return [got, created[1][0].data];
  });

  it("engine.emit(\"data\") of DISCONNECT: io server disconnect, and the connection stays", both, async (t) => {
    const manager = t.manager();
    const [a, b] = ["/a", "/b"].map((nsp) => t.track(manager.socket(nsp)));
    await Promise.all([t.ready(a), t.ready(b)]);
    const seen = t.record(a, "disconnect");
    manager.engine.emit("data", "1/a,");
    await t.until(() => seen.length);
    return [seen, a.active, b.connected, await t.asks(b, "echo", 1)];
  });

  it("engine.emit(\"message\") is nobody's data", both, async (t) => {
    const socket = await t.connected();
    const seen = t.recordAny(socket, "onAny");
    socket.io.engine.emit("message", '2["x"]');
    socket.io.engine.emit("message", "bad");
    await t.settled(socket);
    return [seen, socket.connected];
  });

  const V2 = /v2\.x|1\.x or 2\.x/;

  it("onpacket by hand: CONNECT without an id is a server of another generation", { over: once, two: "there it is none" }, async (t) => {
    const socket = t.connect("/", { autoConnect: false });
    const seen = [];
    socket.on("connect_error", (error) => seen.push(error instanceof Error, V2.test(error.message)));
    socket.onpacket({ type: 0, nsp: "/" });
    socket.onpacket({ type: 0, nsp: "/", data: {} });
    return [seen, socket.connected, socket.active];
  });

  it("onpacket by hand: another namespace's is ignored, and so is a type that does not exist", both, async (t) => {
    const socket = await t.connected("/room");
    const seen = t.recordAny(socket, "onAny");
    socket.on("connect_error", (error) => seen.push(error.message));
    socket.on("disconnect", (reason) => seen.push(reason));
    for (const type of [0, 1, 2, 3, 4, 5, 6]) socket.onpacket({ type, nsp: "/", data: ["x"], id: 1 });
    socket.onpacket({ type: 9, nsp: "/room", data: ["x"] });
    return [seen, socket.connected, await t.asks(socket, "echo", 1)];
  });

  it("onpacket by hand: EVENT and BINARY_EVENT are heard at once, with an ack that is sent", both, async (t) => {
    const socket = await t.connected();
    const seen = t.recordAny(socket, "onAny");
    const created = t.record(socket.io.engine, "packetCreate");
    socket.on("ask", (n, ack) => (ack(n, "yes"), ack("twice")));
    socket.onpacket({ type: 2, nsp: "/", data: ["x", 1] });
    socket.onpacket({ type: 5, nsp: "/", data: ["bytes", new Uint8Array([1])] });
    socket.onpacket({ type: 2, nsp: "/", data: ["ask", 2], id: 33 });
    return [seen.map((args) => args.map((a) => (typeof a === "function" ? "ack" : t.show(a)))), created.map(([{ type, data }]) => [type, data])];
  });

  it("onpacket by hand before the connection: events wait in receiveBuffer", both, async (t) => {
    const socket = t.connect("/", { autoConnect: false });
    const seen = t.recordAny(socket, "onAny");
    socket.on("connect", () => seen.push(["connect"]));
    socket.onpacket({ type: 2, nsp: "/", data: ["x", 1] });
    const before = [seen.length, socket.receiveBuffer.map((args) => [...args])];
    socket.connect();
    await t.ready(socket);
    return [before, seen, socket.receiveBuffer];
  });

  it("onpacket by hand: ACK and BINARY_ACK reach the callback once; of numbers that nobody waits for, nothing", both, async (t) => {
    const socket = await t.connected();
    const seen = [];
    socket.emit("nobody answers", (...args) => seen.push(args));
    socket.timeout(t.NEVER).emit("nobody answers", (...args) => seen.push(args));
    const ids = Object.keys(socket.acks);
    socket.onpacket({ type: 3, nsp: "/", id: +ids[0], data: ["a", 1] });
    socket.onpacket({ type: 3, nsp: "/", id: +ids[0], data: ["again"] });
    socket.onpacket({ type: 6, nsp: "/", id: +ids[1], data: ["b"] });
    socket.onpacket({ type: 3, nsp: "/", id: 12345, data: ["nobody"] });
    return [seen, Object.keys(socket.acks).length, await t.asks(socket, "echo", 1)];
  });

  it("onpacket by hand: DISCONNECT: io server disconnect at once, connect() comes back", both, async (t) => {
    const socket = await t.connected();
    const seen = t.record(socket, "disconnect");
    socket.onpacket({ type: 1, nsp: "/" });
    const after = [socket.connected, socket.active, socket.id, seen.length];
    socket.connect();
    await t.ready(socket);
    return [seen, after, await t.asks(socket, "echo", 1)];
  });

  it("onpacket by hand: CONNECT_ERROR: connect_error with message and data at once", { over: both, two: "there it is the event error" }, async (t) => {
    const socket = t.connect();
    const seen = [];
    socket.on("connect_error", (error) => seen.push([error.constructor.name, error.message, error.data]));
    socket.onpacket({ type: 4, nsp: "/", data: { message: "not today", data: { code: 7 } } });
    return [seen, socket.active, socket.connected];
  });

  it("onpacket by hand: CONNECT connects at once, on a connection that is open", { over: both, two: "its id is the connection's" }, async (t) => {
    const manager = t.manager(t.url, { autoConnect: false });
    const socket = t.track(manager.socket("/"));
    socket.connect();
    await t.once(manager, "open");
    const seen = t.record(socket, "connect");
    socket.onpacket({ type: 0, nsp: "/", data: { sid: "by-hand" } });
    return [socket.connected, socket.id, seen.length];
  });

  it("onpacket replaced on an instance is not what the manager calls; onpacket of the prototype is", once, async (t) => {
    const seen = [];
    const real = t.Socket.prototype.onpacket;
    t.Socket.prototype.onpacket = function (packet) {
      seen.push(packet.type);
      return real.call(this, packet);
    };
    try {
      const socket = await t.connected();
      await t.asks(socket, "echo", 1);
      socket.onpacket = () => seen.push("instance");
      await t.asks(socket, "echo", 2);
    } finally {
      t.Socket.prototype.onpacket = real;
    }
    return seen;
  });
};
