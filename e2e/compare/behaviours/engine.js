// What pages reach through `socket.io.engine`.
import { both, each, once, polling, upgrade, websocket } from "./define.js";

const heartbeat = "2.x clients ping, servers answer: see two.js";

export default (it) => {
  it("engine is there right after io(), opening", both, async (t) => {
    const socket = t.connect();
    const { engine } = socket.io;
    t.assert.equal(engine.readyState, "opening");
    t.assert.equal(typeof engine.on, "function");
    t.assert.equal(engine.transport.name, t.mode);
    await t.ready(socket);
    t.assert.equal(socket.io.engine, engine);
    t.assert.equal(engine.readyState, "open");
  });

  it("engine: listeners added right after io() hear open and upgrade", upgrade, async (t) => {
    const socket = t.connect();
    const seen = t.record(socket.io.engine, "open", "upgrading", "upgrade");
    await t.ready(socket);
    t.assert.same(seen.map(([name]) => name), ["open", "upgrading", "upgrade"]);
    t.assert.same(seen.map(([, transport]) => transport?.name), [undefined, "websocket", "websocket"]);
  });

  it("engine.id is the session's, from open to close", both, async (t) => {
    const socket = await t.connected();
    const { engine } = socket.io;
    t.assert.equal(engine.id, await t.tell(socket, ["session"]));
    socket.disconnect();
    await t.until(() => engine.readyState === "closed");
    t.assert.equal(engine.id, null);
  });

  it("engine.transport.name", each, async (t) => {
    const socket = await t.connected();
    const name = t.mode === "polling" ? "polling" : "websocket";
    t.assert.equal(socket.io.engine.transport.name, name);
    t.assert.equal(await t.tell(socket, ["transport"]), name);
  });

  it("when the engine opens on a connection that will be upgraded, the transport is polling; the upgrade names the other", upgrade, async (t) => {
    const socket = t.connect();
    const { engine } = socket.io;
    const names = [];
    engine.once("open", () => names.push(engine.transport.name));
    engine.once("upgrade", (transport) => names.push(engine.transport.name, transport.name));
    await t.until(() => names.length === 3);
    t.assert.same(names, ["polling", "websocket", "websocket"]);
  });

  it("engine: handshake with what the server said", { over: both, two: "2.x says less" }, async (t) => {
    const { url } = await t.server.spawn({ pingInterval: 12_345, pingTimeout: 6_789, maxHttpBufferSize: 54_321 });
    const socket = t.connect(url);
    const [handshake] = await t.once(socket.io.engine, "handshake");
    t.assert.same(handshake, {
      sid: handshake.sid,
      upgrades: t.mode === "polling" ? ["websocket"] : [],
      pingInterval: 12_345,
      pingTimeout: 6_789,
      maxPayload: 54_321,
    });
    t.assert.equal(socket.io.engine.id, handshake.sid);
  });

  it("engine: packet for each one that comes, with type and data", each, async (t) => {
    const socket = await t.connected();
    const seen = [];
    socket.io.engine.on("packet", ({ type, data }) => type === "message" && seen.push(data));
    await t.tell(socket, ["emit", "x", 1], ["emit", "y", "é"]);
    t.assert.same(seen.slice(0, 2), ['2["x",1]', '2["y","é"]']);
    t.assert.ok(/^3\d+\[/.test(seen[2]), seen[2]);
  });

  it("engine: every packet of a session from its first, both ways", { over: ["polling", "websocket"], two: "2.x has other packets" }, async (t) => {
    const socket = t.connect();
    const seen = [];
    socket.io.engine.on("packetCreate", ({ type, data }) => seen.push(["out", type, data]));
    socket.io.engine.on("packet", ({ type, data }) => seen.push(["in", type, String(data).replace(/"[\w-]{20}"/g, '"…"')]));
    socket.on("connect", () => socket.emit("echo", null, () => {}));
    await t.until(() => seen.some(([, , data]) => /^3/.test(data)));
    return seen;
  });

  it("engine.once(\"packet\") is for one packet", both, async (t) => {
    const socket = await t.connected();
    const seen = [];
    socket.io.engine.once("packet", (packet) => seen.push(packet.type));
    await t.tell(socket, ["emit", "x"], ["emit", "y"]);
    t.assert.equal(seen.length, 1);
  });

  it("engine: packetCreate for each one that goes", both, async (t) => {
    const socket = await t.connected();
    const seen = [];
    socket.io.engine.on("packetCreate", ({ type, data }) => seen.push([type, data]));
    socket.emit("x", 1);
    t.assert.same(seen, [["message", '2["x",1]']]);
    await t.settled(socket);
  });

  it("engine: packetCreate for the attachments and for DISCONNECT, with options", both, async (t) => {
    const socket = await t.connected();
    const seen = [];
    socket.io.engine.on("packetCreate", ({ type, data, options }) => seen.push([type, typeof data === "string" ? data : t.bytes(data), options.compress]));
    socket.compress(false).emit("x", new Uint8Array([1, 2]), [new Uint8Array([3])]);
    socket.disconnect();
    t.assert.same(seen, [
      ["message", '52-["x",{"_placeholder":true,"num":0},[{"_placeholder":true,"num":1}]]', false],
      ["message", [1, 2], false],
      ["message", [3], false],
      ["message", "1", true],
    ]);
  });

  it("engine: data and message for each message", both, async (t) => {
    const socket = await t.connected();
    const seen = t.record(socket.io.engine, "data", "message");
    const got = t.once(socket, "x");
    socket.emit("do", [["emit", "x", 1]]);
    await got;
    t.assert.same(seen.slice(0, 2), [["data", '2["x",1]'], ["message", '2["x",1]']]);
  });

  it("engine: data is an ArrayBuffer for bytes", both, async (t) => {
    const socket = await t.connected();
    const seen = t.record(socket.io.engine, "data");
    const got = t.once(socket, "x");
    socket.emit("do", [["emit", "x", new Uint8Array([1, 2])]]);
    await got;
    t.assert.ok(seen[1][0] instanceof ArrayBuffer, "an ArrayBuffer");
    t.assert.same(t.bytes(seen[1][0]), [1, 2]);
  });

  it("engine: ping, pong and heartbeat", { over: each, two: heartbeat }, async (t) => {
    const { url } = await t.server.spawn({ pingInterval: 25, pingTimeout: 60_000 });
    const socket = await t.connected(url);
    const seen = t.record(socket.io.engine, "heartbeat", "ping", "pong");
    await t.until(() => seen.some(([name]) => name === "pong"));
    const first = seen.findIndex(([name]) => name === "ping");
    t.assert.same(seen.slice(first - 1, first + 2), [["heartbeat"], ["ping"], ["pong"]]);
  });

  it("engine: flush and drain around what is sent", both, async (t) => {
    const socket = await t.connected();
    await t.until(() => socket.io.engine.transport.writable);
    const seen = t.record(socket.io.engine, "flush", "drain");
    socket.emit("x");
    t.assert.same(seen, [["flush"]]);
    await t.until(() => seen.length >= 2);
    t.assert.same(seen[1], ["drain"]);
  });

  it("engine.write() and engine.send() send a message of Engine.IO, and call back", both, async (t) => {
    const socket = await t.connected();
    const { engine } = socket.io;
    await t.until(() => engine.transport.writable && engine.writeBuffer.length === 0);
    const flushed = [];
    for (const method of ["write", "send"]) {
      const echoed = t.once(socket, "echo");
      t.assert.equal(engine[method](`2["echo","${method}"]`, {}, () => flushed.push(method)), engine);
      t.assert.same(await echoed, [method]);
    }
    t.assert.same(flushed, ["write", "send"]);
  });

  it("engine.write of the page's own gets what sockets send", both, async (t) => {
    const socket = await t.connected();
    const { engine } = socket.io;
    const { write } = engine;
    const seen = [];
    engine.write = (data, ...rest) => {
      seen.push(typeof data === "string" ? data : data.byteLength);
      return write.call(engine, data, ...rest);
    };
    socket.emit("x", new Uint8Array(3));
    engine.write = () => engine;
    socket.emit("kept from the server");
    await t.until(() => engine.writeBuffer.length === 0);
    t.assert.same(seen, ['51-["x",{"_placeholder":true,"num":0}]', 3]);
  });

  it("engine.writeBuffer holds what waits and is empty after drain", polling, async (t) => {
    const socket = await t.connected();
    const { engine } = socket.io;
    await t.until(() => engine.transport.writable && engine.writeBuffer.length === 0);
    socket.emit("a");
    socket.emit("b");
    socket.emit("c");
    t.assert.equal(engine.writeBuffer.length, 3);
    await t.settled(socket);
    await t.until(() => engine.writeBuffer.length === 0);
  });

  it("engine.writeBuffer holds what was not sent in the listeners to close, and is empty after them", both, async (t) => {
    const socket = await t.connected();
    const { engine } = socket.io;
    await t.until(() => engine.writeBuffer.length === 0); // CONNECT has been sent
    const seen = [];
    const closed = new Promise((resolve) => engine.on("close", () => resolve(seen.push(engine.writeBuffer.length))));
    socket.on("disconnect", () => seen.push(engine.writeBuffer.length));
    socket.emit("x");
    engine.transport.close();
    await closed;
    await 0;
    t.assert.same([...seen, engine.writeBuffer.length], [1, 1, 0]);
  });

  it("engine.transport.writable", polling, async (t) => {
    const socket = await t.connected();
    const { engine } = socket.io;
    await t.until(() => engine.transport.writable);
    socket.emit("a");
    t.assert.equal(engine.transport.writable, false);
    await t.once(engine, "drain");
    t.assert.equal(engine.transport.writable, true);
  });

  it("engine.close(): disconnect with \"forced close\", and back again", each, async (t) => {
    const socket = await t.connected();
    const first = socket.id;
    const { engine } = socket.io;
    const seen = t.record(socket, "disconnect");
    const connected = t.once(socket, "connect");
    t.assert.equal(engine.close(), engine);
    await t.until(() => seen.length === 1);
    t.assert.equal(seen[0][0], "forced close");
    t.assert.equal(engine.readyState, "closed");
    await connected;
    t.assert.ok(socket.id !== first, "another id");
  });

  it("engine: close with the reason", both, async (t) => {
    const socket = await t.connected();
    const closed = t.once(socket.io.engine, "close");
    socket.io.engine.close();
    t.assert.equal((await closed)[0], "forced close");
    const again = await t.connected();
    const lost = t.once(again.io.engine, "close");
    await t.server.act(again.id, [["close"]]);
    t.assert.equal((await lost)[0], "transport close");
  });

  it("an end by the page emits no error of the engine", both, async (t) => {
    for (const end of [(socket) => socket.disconnect(), (socket) => socket.io.engine.close(), (socket) => socket.emit("farewell").disconnect()]) {
      const socket = await t.connected("/", { reconnection: false, forceNew: true });
      const errors = t.record(socket.io.engine, "error");
      const closed = t.once(socket.io.engine, "close");
      end(socket);
      t.assert.equal((await closed)[0], "forced close");
      t.assert.same(errors, []);
    }
  });

  it("an end while it opens, by the page or the option timeout, emits no error of the engine", once, async (t) => {
    t.clock.stop();
    for (const end of [(socket) => socket.disconnect(), (socket) => socket.io.engine.close(), () => {}]) {
      const socket = t.connect("/", { path: "/silent", reconnection: false, forceNew: true, timeout: 400 });
      const errors = t.record(socket.io.engine, "error");
      const closed = t.once(socket.io.engine, "close");
      await t.clock.move(398);
      end(socket);
      await t.clock.move(4);
      t.assert.same([await closed, errors], [["forced close", undefined], []]);
    }
  });

  it("engine.close() lets go what was emitted before", both, async (t) => {
    const socket = await t.connected("/", { reconnection: false });
    const { id } = socket;
    socket.emit("farewell", 1);
    socket.io.engine.close();
    await t.server.until(id, { at: "disconnect" });
    t.assert.same(await t.heardArgs(id, "farewell"), [[1]]);
  });

  it("engine.close() a second time does nothing", both, async (t) => {
    const socket = await t.connected("/", { reconnection: false });
    const seen = t.record(socket, "disconnect");
    socket.io.engine.close();
    socket.io.engine.close();
    await t.until(() => seen.length);
    await t.sleep(20);
    t.assert.equal(seen.length, 1);
  });

  it("engine.close() while it is upgraded", upgrade, async (t) => {
    const socket = t.connect("/", { reconnection: false });
    const { engine } = socket.io;
    // The answer to CONNECT and the probe's race; both have to be there.
    await Promise.all([t.once(engine, "upgrading"), t.once(socket, "connect")]);
    const { id } = socket;
    const closed = t.once(socket, "disconnect");
    engine.close();
    await closed;
    t.assert.equal(engine.readyState, "closed");
    await t.server.until(id, { at: "disconnect" });
  });

  it("events emitted while it is upgraded arrive once, in order", upgrade, async (t) => {
    const socket = t.connect();
    const { engine } = socket.io;
    await t.once(socket, "connect");
    const marks = [];
    engine.once("upgrading", () => socket.emit("n", (marks.push("upgrading"), "upgrading")));
    engine.once("upgrade", () => socket.emit("n", (marks.push("upgrade"), "upgrade")));
    let i = 0;
    while (engine.transport.name === "polling") {
      socket.emit("n", i++);
      marks.push(i - 1);
      await t.sleep(3);
    }
    socket.emit("n", "end");
    await t.settled(socket);
    t.assert.same((await t.heardArgs(socket.id, "n")).flat(), [...marks, "end"]);
  });

  it("an upgrade that fails leaves polling as it is, and says upgradeError", polling, async (t) => {
    const { url } = await t.server.spawn({ lies: true });
    const socket = t.connect(url, { transports: ["polling", "websocket"] });
    const seen = t.once(socket.io.engine, "upgradeError");
    await t.once(socket, "connect");
    const [error] = await seen;
    t.assert.ok(error instanceof Error && error.message.startsWith("probe error"), t.show(error));
    t.assert.equal(error.transport, "websocket");
    t.assert.equal(socket.io.engine.transport.name, "polling");
    t.assert.same(await t.asks(socket, "echo", 1), [1]);
  });

  it("engine: hostname, port, secure, opts, as parsed from the address", both, async (t) => {
    const socket = t.connect(`${t.url}/room?a=1`, { query: { b: "2" } });
    const { engine } = socket.io;
    t.assert.equal(engine.hostname, "localhost");
    t.assert.equal(String(engine.port), location.port);
    t.assert.equal(engine.secure, false);
    t.assert.equal(engine.opts.path, "/socket.io/");
    await t.ready(socket);
  });

  it("engine.transport.query has sid, transport and EIO", each, async (t) => {
    const socket = await t.connected("/", { query: { mine: "x" } });
    const { engine } = socket.io;
    const { query } = engine.transport;
    t.assert.same([query.mine, query.transport, query.sid], ["x", engine.transport.name, engine.id]);
    t.assert.ok([3, 4].includes(query.EIO), `EIO ${query.EIO}`);
  });

  it("engine.transport.ws is the WebSocket", { over: ["websocket", "upgrade"] }, async (t) => {
    const socket = await t.connected();
    t.assert.ok(socket.io.engine.transport.ws instanceof WebSocket, "a WebSocket");
    t.assert.equal(socket.io.engine.transport.ws.readyState, WebSocket.OPEN);
  });

  it("engine.transport is told of a packet after the engine and before the socket, and of its drain", each, async (t) => {
    const socket = await t.connected();
    const { engine } = socket.io;
    const seen = [];
    engine.on("packet", ({ type }) => type === "message" && seen.push("engine"));
    engine.transport.on("packet", ({ type, data }) => type === "message" && seen.push(`transport: ${typeof data}`));
    socket.emit("echo", 1, () => seen.push("socket"));
    await t.until(() => seen.length === 3);
    t.assert.same(seen, ["engine", "transport: string", "socket"]);
    const drained = t.once(engine.transport, "drain");
    socket.emit("echo", 2);
    t.assert.same(await drained, []);
  });

  it("listeners on engine.transport before it has opened", { over: ["polling", "websocket"] }, async (t) => {
    const socket = t.connect();
    const { transport } = socket.io.engine;
    const seen = [];
    transport.once("open", (...args) => seen.push("open", ...args));
    transport.once("packet", ({ type }) => seen.push(type));
    await t.ready(socket);
    t.assert.same(seen, ["open", "open"]);
  });

  it("engine.transport tells of its end", websocket, async (t) => {
    const socket = await t.connected();
    const ended = t.once(socket.io.engine.transport, "close");
    await t.server.act(socket.id, [["cut"]]);
    const [details] = await ended;
    t.assert.same([details.description, details.context.type], ["websocket connection closed", "close"]);
  });

  it("an end by the page while it opens, and an attempt that takes too long, emit no error of the engine", both, async (t) => {
    const seen = [];
    const hear = (socket) => {
      for (const name of ["close", "error"]) socket.io.engine.on(name, (e) => seen.push([name, e?.message ?? e]));
      return socket;
    };
    await t.connected();
    for (const end of [(socket) => socket.disconnect(), (socket) => socket.io.engine.close()]) end(hear(t.connect({ reconnection: false })));
    await t.once(hear(t.connect({ reconnection: false, timeout: 1 })), "connect_error");
    await t.connected();
    return seen;
  });

  it("engine.transport does not tell of an end by the page", each, async (t) => {
    const socket = await t.connected();
    const { engine } = socket.io;
    const seen = [];
    const ended = t.once(engine, "close");
    for (const name of ["close", "error"]) engine.transport.on(name, () => seen.push(name));
    socket.disconnect();
    await ended;
    await t.connected(); // meanwhile the first connection is over at both ends
    t.assert.same(seen, []);
  });

  it("a WebSocket that breaks: transport close, and back", websocket, async (t) => {
    const socket = await t.connected();
    const gone = t.once(socket, "disconnect");
    const back = new Promise((resolve) => socket.once("disconnect", () => socket.once("connect", resolve)));
    await t.server.act(socket.id, [["cut"]]);
    t.assert.equal((await gone)[0], "transport close");
    await t.within(back, "the reconnection");
  });

  it("engine: on, once, off hand back the engine", once, async (t) => {
    const { engine } = t.connect().io;
    const a = () => {};
    t.assert.equal(engine.on("x", a), engine);
    t.assert.equal(engine.once("x", a), engine);
    t.assert.equal(engine.off("x", a), engine);
    t.assert.equal(engine.off("x"), engine);
  });

  it("no upgrade is tried when the server offers none", upgrade, async (t) => {
    const { url } = await t.server.spawn({ allowUpgrades: false });
    const socket = t.connect(url, { query: { key: t.key } });
    await t.once(socket, "connect");
    await t.settled(socket);
    await t.sleep(50);
    t.assert.equal(socket.io.engine.transport.name, "polling");
    t.assert.same((await t.server.requests(t.key)).filter((r) => r.upgrade), []);
  });
};
