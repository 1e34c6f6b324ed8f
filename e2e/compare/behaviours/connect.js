// Connecting and disconnecting: the socket's properties, events and their order.
import { both, each, once } from "./define.js";

const v3ConnectPacket = "the server connects the namespace unasked, without an id of its own";

export default (it) => {
  it("io() hands out a socket at once, before anything has happened", once, async (t) => {
    const socket = t.connect();
    t.assert.ok(socket instanceof t.Socket, "instanceof Socket");
    t.assert.equal(socket.connected, false);
    t.assert.equal(socket.disconnected, true);
    t.assert.equal(socket.active, true);
    t.assert.equal(socket.id, undefined);
    t.assert.equal(socket.nsp, "/");
    t.assert.ok(!socket.recovered, "recovered");
  });

  it("connect comes without arguments, with id and flags set, as the server sees it", each, async (t) => {
    const socket = t.connect();
    const seen = await new Promise((resolve) => {
      socket.on("connect", (...args) => resolve({ args, id: socket.id, connected: socket.connected, disconnected: socket.disconnected }));
    });
    t.assert.same(seen.args, []);
    t.assert.equal(seen.connected, true);
    t.assert.equal(seen.disconnected, false);
    t.assert.equal(typeof seen.id, "string");
    t.assert.equal(socket.id, seen.id);
    t.assert.equal((await t.server.log(seen.id))[0].at, "connect");
  });

  it("the id is 20 characters and not the engine's", { over: once, two: v3ConnectPacket }, async (t) => {
    const socket = await t.connected();
    t.assert.equal(socket.id.length, 20);
    t.assert.ok(socket.id !== socket.io.engine.id, "the engine has another id");
  });

  it("connect never comes in the turn that called io()", both, async (t) => {
    const socket = t.connect();
    let early = true;
    const connected = new Promise((resolve) => socket.on("connect", () => resolve(early)));
    early = false;
    t.assert.equal(await connected, false);
  });

  it("a listener for connect that is added later is not called for the past", once, async (t) => {
    const socket = await t.connected();
    const seen = t.record(socket, "connect");
    await t.settled(socket);
    t.assert.same(seen, []);
  });

  it("autoConnect: false opens nothing", once, async (t) => {
    const socket = t.connect("/", { autoConnect: false, query: { key: t.key } });
    t.assert.equal(socket.active, false);
    t.assert.equal(socket.connected, false);
    t.assert.equal(socket.io._readyState, "closed");
    await t.sleep(40);
    t.assert.same(await t.server.requests(t.key), []);
  });

  it("autoConnect: false and connect() connects, and hands back the socket", each, async (t) => {
    const socket = t.connect("/", { autoConnect: false });
    t.assert.equal(socket.connect(), socket);
    t.assert.equal(socket.active, true);
    await t.ready(socket);
    t.assert.equal(socket.connected, true);
  });

  it("open() is connect()", once, async (t) => {
    const socket = t.connect("/", { autoConnect: false });
    t.assert.equal(socket.open(), socket);
    await t.ready(socket);
    t.assert.equal(socket.connected, true);
  });

  it("connect() on a connected socket does nothing", both, async (t) => {
    const socket = await t.connected();
    const { id } = socket;
    const seen = t.record(socket, "connect");
    t.assert.equal(socket.connect(), socket);
    await t.settled(socket);
    t.assert.same(seen, []);
    t.assert.equal(socket.id, id);
  });

  it("connect() twice before the connection is one connection", both, async (t) => {
    const socket = t.connect("/", { autoConnect: false, query: { key: t.key } });
    const seen = t.record(socket, "connect");
    socket.connect();
    socket.connect();
    await t.ready(socket);
    await t.settled(socket);
    t.assert.equal(seen.length, 1);
    const handshakes = (await t.server.requests(t.key)).filter((r) => !r.url.includes("sid="));
    t.assert.equal(handshakes.length, 1);
  });

  it("disconnect() fires disconnect before it returns, with the reason, and hands back the socket", each, async (t) => {
    const socket = await t.connected();
    const { id } = socket;
    const seen = [];
    socket.on("disconnect", (...args) => seen.push([args, socket.connected, socket.disconnected, socket.active, socket.id]));
    t.assert.equal(socket.disconnect(), socket);
    t.assert.same(seen, [[["io client disconnect", undefined], false, true, false, undefined]]);
    t.assert.equal((await t.server.until(id, { at: "disconnect" })).reason, "client namespace disconnect");
  });

  it("close() is disconnect()", both, async (t) => {
    const socket = await t.connected();
    const seen = t.record(socket, "disconnect");
    t.assert.equal(socket.close(), socket);
    t.assert.equal(seen.length, 1);
    t.assert.equal(seen[0][0], "io client disconnect");
    t.assert.equal(socket.connected, false);
  });

  it("disconnect() a second time says nothing", once, async (t) => {
    const socket = await t.connected();
    const seen = t.record(socket, "disconnect");
    socket.disconnect();
    t.assert.equal(socket.disconnect(), socket);
    t.assert.equal(seen.length, 1);
  });

  it("disconnect() before the connection is there: neither connect nor disconnect", both, async (t) => {
    const socket = t.connect();
    const seen = t.record(socket, "connect", "disconnect", "connect_error");
    socket.disconnect();
    t.assert.equal(socket.active, false);
    await t.sleep(60);
    t.assert.same(seen, []);
    t.assert.equal(socket.connected, false);
  });

  it("disconnect() on a socket that was never opened says nothing", once, async (t) => {
    const socket = t.connect("/", { autoConnect: false });
    const seen = t.record(socket, "connect", "disconnect", "connect_error");
    t.assert.equal(socket.disconnect(), socket);
    t.assert.same(seen, []);
    t.assert.equal(socket.active, false);
  });

  it("disconnect() in the connect listener", each, async (t) => {
    const socket = t.connect();
    const seen = t.record(socket, "connect", "disconnect");
    let id;
    socket.on("connect", () => {
      ({ id } = socket);
      socket.disconnect();
    });
    await t.until(() => seen.length === 2);
    t.assert.same(seen, [["connect"], ["disconnect", "io client disconnect", undefined]]);
    t.assert.equal((await t.server.until(id, { at: "disconnect" })).reason, "client namespace disconnect");
  });

  it("what was emitted just before disconnect() still arrives", each, async (t) => {
    const socket = await t.connected();
    const { id } = socket;
    for (let i = 0; i < 5; i++) socket.emit("farewell", i);
    socket.disconnect();
    t.assert.equal((await t.server.until(id, { at: "disconnect" })).reason, "client namespace disconnect");
    t.assert.same(await t.server.log(id).then((log) => log.filter((l) => l.event).map((l) => l.args[0])), [0, 1, 2, 3, 4]);
  });

  it("disconnect() closes the connection when it was the last namespace", both, async (t) => {
    const socket = await t.connected();
    const { engine } = socket.io;
    socket.disconnect();
    await t.until(() => engine.readyState === "closed");
    t.assert.equal(socket.io._readyState, "closed");
  });

  it("after disconnect() it does not reconnect by itself", both, async (t) => {
    const socket = await t.connected();
    const seen = t.record(socket, "connect");
    const attempts = t.record(socket.io, "reconnect_attempt");
    socket.disconnect();
    await t.sleep(80);
    t.assert.same(seen, []);
    t.assert.same(attempts, []);
  });

  it("connect() after disconnect() is a new session with a new id", each, async (t) => {
    const socket = await t.connected();
    const first = socket.id;
    socket.disconnect();
    socket.connect();
    t.assert.equal(socket.active, true);
    await t.ready(socket);
    t.assert.ok(socket.id !== first, "another id");
    t.assert.same(await t.asks(socket, "echo", "again"), ["again"]);
  });

  it("disconnect().connect() in one call chain: disconnect, then connect", both, async (t) => {
    const socket = await t.connected();
    const seen = t.record(socket, "connect", "disconnect");
    socket.disconnect().connect();
    await t.until(() => seen.length === 2);
    t.assert.same(seen.map(([name]) => name), ["disconnect", "connect"]);
    t.assert.same(await t.asks(socket, "echo", 1), [1]);
  });

  it("ten times connect and disconnect leave one live session", both, async (t) => {
    const socket = t.connect("/", { autoConnect: false });
    const seen = t.record(socket, "connect", "disconnect");
    for (let i = 0; i < 10; i++) socket.connect().disconnect();
    socket.connect();
    await t.ready(socket);
    t.assert.same(await t.asks(socket, "echo", "alive"), ["alive"]);
    t.assert.same(seen.map(([name]) => name), ["connect"]);
  });

  it("the server disconnects: reason, no reconnection, active is false", each, async (t) => {
    const socket = await t.connected();
    const reconnects = t.record(socket.io, "reconnect_attempt");
    socket.emit("do", [["disconnect"]]);
    const args = await t.once(socket, "disconnect");
    t.assert.equal(args[0], "io server disconnect");
    t.assert.equal(args[1], undefined);
    t.assert.equal(socket.active, false);
    t.assert.equal(socket.connected, false);
    t.assert.equal(socket.id, undefined);
    await t.sleep(60);
    t.assert.same(reconnects, []);
  });

  it("the server disconnects and closes the connection: the same reason", both, async (t) => {
    const socket = await t.connected();
    socket.emit("do", [["disconnect", true]]);
    const [reason] = await t.once(socket, "disconnect");
    t.assert.equal(reason, "io server disconnect");
    t.assert.equal(socket.active, false);
  });

  it("connect() in the disconnect listener after the server's disconnect, as the documentation says", both, async (t) => {
    const socket = await t.connected();
    const first = socket.id;
    socket.on("disconnect", (reason) => {
      if (reason === "io server disconnect") socket.connect();
    });
    socket.emit("do", [["disconnect"]]);
    await t.once(socket, "connect");
    t.assert.ok(socket.id && socket.id !== first, "another id");
    t.assert.same(await t.asks(socket, "echo", 7), [7]);
  });

  it("the connection is lost: reason, active stays true, it reconnects with a new id", each, async (t) => {
    const socket = await t.connected();
    const first = socket.id;
    const reasons = t.record(socket, "disconnect");
    await t.bounce(socket);
    t.assert.same(reasons.map(([reason]) => reason), ["transport close"]);
    t.assert.equal(socket.active, true);
    t.assert.ok(socket.id !== first, "another id");
  });

  it("in the disconnect listener after a loss: not connected, active, no id", both, async (t) => {
    const socket = await t.connected();
    const seen = new Promise((resolve) => {
      socket.once("disconnect", () => resolve([socket.connected, socket.disconnected, socket.active, socket.id]));
    });
    await t.server.act(socket.id, [["close"]]);
    t.assert.same(await seen, [false, true, true, undefined]);
  });

  it("events, callbacks and connect keep their order when the server speaks first", both, async (t) => {
    const socket = t.connect();
    const seen = [];
    socket.on("connect", () => {
      seen.push("connect");
      socket.emit("do", [["emit", "one"], ["emit", "two"]], () => seen.push("answer"));
    });
    socket.on("one", () => seen.push("one"));
    socket.on("two", () => seen.push("two"));
    await t.until(() => seen.length === 4);
    t.assert.same(seen, ["connect", "one", "two", "answer"]);
  });

  it("disconnect does not remove listeners: they serve the next session", both, async (t) => {
    const socket = await t.connected();
    const seen = t.record(socket, "echo");
    socket.emit("echo", 1);
    await t.until(() => seen.length === 1);
    socket.disconnect();
    socket.connect();
    await t.ready(socket);
    socket.emit("echo", 2);
    await t.until(() => seen.length === 2);
    t.assert.same(seen, [[1], [2]]);
  });

  it("a page that is left closes the connection at the server", both, async (t) => {
    // A frame of the same origin with a client of its own, which is then taken out of the document.
    const frame = document.createElement("iframe");
    frame.src = location.pathname;
    document.body.append(frame);
    await t.until(() => frame.contentWindow?.ready, "the frame's client");
    const socket = frame.contentWindow.io(t.options());
    await t.once(socket, "connect");
    const { id } = socket;
    await t.settled(socket);
    await t.server.act(id, [["free"]]); // a poll waits again, whose end the server will notice
    frame.remove();
    const line = await t.server.until(id, { at: "disconnect" });
    t.assert.ok(["transport close", "transport error"].includes(line.reason), line.reason);
  });
};
