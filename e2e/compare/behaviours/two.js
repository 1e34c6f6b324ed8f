// A 2.5.1 server: what its own client, 2.5.0, and ours do alike. Bytes are ArrayBuffers here: 2.5.0 sends a lone typed
// array as an object, and later clients, ours among them, as bytes.
import { both, each, once, polling, upgrade, websocket } from "./define.js";

export default (it) => {
  it("2.x: connect, with id and flags", each, async (t) => {
    const socket = t.connect();
    t.assert.same([socket.connected, socket.disconnected, socket.id], [false, true, undefined]);
    const args = await t.once(socket, "connect");
    t.assert.same([args.length, socket.connected, socket.disconnected], [0, true, false]);
    t.assert.equal((await t.server.log(socket.id))[0].at, "connect");
  });

  it("2.x: the id is the engine's, with the namespace before it", each, async (t) => {
    const m = t.manager();
    const root = m.socket("/");
    const room = m.socket("/room");
    await Promise.all([t.ready(root), t.ready(room)]);
    t.assert.equal(root.id, m.engine.id);
    t.assert.equal(room.id, `/room#${m.engine.id}`);
    t.assert.equal((await t.server.log(room.id))[0].at, "connect");
  });

  it("2.x: events there and back", each, async (t) => {
    const socket = await t.connected();
    const back = t.once(socket, "echo");
    t.assert.equal(socket.emit("echo", 1, "é€😀", { a: [null, true] }), socket);
    t.assert.same(await back, [1, "é€😀", { a: [null, true] }]);
  });

  it("2.x: texts of every kind over every transport", each, async (t) => {
    const socket = await t.connected();
    const texts = ["", "é€😀", "שלום", "\u2028\u2029", "\u0000\u001f", "a:b", "12:x", "\ufeff", "x".repeat(5000), "é".repeat(5000)];
    t.assert.same(await t.asks(socket, "echo", ...texts), texts);
    for (const text of texts) t.assert.same(await t.asks(socket, "echo", text), [text]);
  });

  it("2.x: callbacks, in their order, each with its own", each, async (t) => {
    const socket = await t.connected();
    const seen = [];
    for (let i = 0; i < 50; i++) socket.emit("echo", i, (n) => seen.push([i, n]));
    await t.settled(socket);
    t.assert.same(seen, Array.from({ length: 50 }, (_, i) => [i, i]));
  });

  it("2.x: the server asks, the page answers, once", each, async (t) => {
    const socket = await t.connected();
    socket.on("question", (n, ack) => {
      ack(n + 1, "x");
      ack("again");
    });
    t.assert.same(await t.tell(socket, ["ask", "question", 1]), [2, "x"]);
  });

  for (const [kind, make] of [
    ["ArrayBuffer", () => new Uint8Array([1, 2, 255]).buffer],
    ["Blob", () => new Blob([new Uint8Array([1, 2, 255])])],
    ["File", () => new File([new Uint8Array([1, 2, 255])], "x")],
  ]) {
    it(`2.x: ${kind} to the server`, each, async (t) => {
      const socket = await t.connected();
      socket.emit("bytes", make(), { inside: [make()] });
      await t.settled(socket);
      t.assert.same(await t.heardArgs(socket.id, "bytes"), [[{ bytes: [1, 2, 255] }, { inside: [{ bytes: [1, 2, 255] }] }]]);
    });
  }

  it("2.x: bytes from the server are an ArrayBuffer", each, async (t) => {
    const socket = await t.connected();
    const got = t.once(socket, "b");
    socket.emit("do", [["emit", "b", { b: new Uint8Array([9, 8]).buffer }, "tail"]]);
    const [value, tail] = await got;
    t.assert.ok(value.b instanceof ArrayBuffer, "an ArrayBuffer");
    t.assert.same([t.bytes(value.b), tail], [[9, 8], "tail"]);
  });

  it("2.x: bytes in answers, both ways", each, async (t) => {
    const socket = await t.connected();
    const [value] = await t.asks(socket, "echo", { b: new Uint8Array([1]).buffer });
    t.assert.same(t.bytes(value.b), [1]);
    socket.on("question", (ack) => ack(new Uint8Array([2, 3]).buffer));
    t.assert.same(await t.tell(socket, ["ask", "question"]), [{ bytes: [2, 3] }]);
  });

  it("2.x: bytes among texts keep their order", each, async (t) => {
    const socket = await t.connected();
    for (let i = 0; i < 20; i++) socket.emit("n", i, i % 3 ? "text" : new Uint8Array([i]).buffer);
    await t.settled(socket);
    t.assert.same((await t.heardArgs(socket.id, "n")).map(([n, v]) => [n, v === "text" ? v : v.bytes]), Array.from({ length: 20 }, (_, i) => [i, i % 3 ? "text" : [i]]));
  });

  it("2.x: 300 events each way, in order", each, async (t) => {
    const socket = await t.connected();
    const seen = t.record(socket, "n");
    for (let i = 0; i < 300; i++) socket.emit("n", i);
    await t.tell(socket, ["many", 300, "n"]);
    t.assert.same(seen.flat(), [...Array(300).keys()]);
    t.assert.same((await t.heardArgs(socket.id, "n")).flat(), [...Array(300).keys()]);
  });

  it("2.x: what was emitted before the connection, in order", each, async (t) => {
    const socket = t.connect();
    for (let i = 0; i < 20; i++) socket.emit("n", i);
    await t.ready(socket);
    await t.settled(socket);
    t.assert.same((await t.heardArgs(socket.id, "n")).flat(), [...Array(20).keys()]);
  });

  it("2.x: events emitted across the upgrade arrive once, in order", upgrade, async (t) => {
    const socket = t.connect();
    await t.once(socket, "connect");
    let i = 0;
    while (socket.io.engine.transport.name === "polling") {
      socket.emit("n", i++);
      await t.sleep(3);
    }
    socket.emit("n", i++);
    await t.settled(socket);
    t.assert.same((await t.heardArgs(socket.id, "n")).flat(), [...Array(i).keys()]);
  });

  it("2.x: disconnect() by the page", each, async (t) => {
    const socket = await t.connected();
    const { id } = socket;
    const seen = t.record(socket, "disconnect");
    t.assert.equal(socket.disconnect(), socket);
    t.assert.same([seen.length, seen[0][0], socket.connected, socket.id], [1, "io client disconnect", false, undefined]);
    t.assert.equal((await t.server.until(id, { at: "disconnect" })).reason, "client namespace disconnect");
  });

  it("2.x: disconnect() in the connect listener", both, async (t) => {
    const socket = t.connect();
    const seen = t.record(socket, "disconnect");
    let id;
    socket.on("connect", () => {
      ({ id } = socket);
      socket.disconnect();
    });
    await t.until(() => seen.length === 1);
    t.assert.equal(seen[0][0], "io client disconnect");
    const { reason } = await t.server.until(id, { at: "disconnect" });
    t.assert.ok(["client namespace disconnect", "transport close"].includes(reason), reason);
    await t.sleep(40);
    t.assert.equal(socket.connected, false);
  });

  it("2.x: disconnect() by the server, and connect() again", each, async (t) => {
    const socket = await t.connected();
    socket.emit("do", [["disconnect"]]);
    t.assert.equal((await t.once(socket, "disconnect"))[0], "io server disconnect");
    const attempts = t.record(socket.io, "reconnect_attempt");
    await t.sleep(40);
    t.assert.same(attempts, []);
    socket.connect();
    await t.once(socket, "connect");
    t.assert.same(await t.asks(socket, "echo", 1), [1]);
  });

  it("2.x: a lost connection comes back", each, async (t) => {
    const socket = await t.connected();
    const first = socket.id;
    const attempts = t.record(socket.io, "reconnect_attempt");
    const back = t.record(socket.io, "reconnect");
    const gone = t.once(socket, "disconnect");
    const connected = new Promise((resolve) => socket.once("disconnect", () => resolve(t.once(socket, "connect"))));
    await t.server.act(first, [["close"]]);
    t.assert.equal((await gone)[0], "transport close");
    await (await connected);
    t.assert.ok(socket.id !== first, "another id");
    t.assert.same([attempts, back], [[[1]], [[1]]]);
    t.assert.same(await t.asks(socket, "echo", 1), [1]);
  });

  it("2.x: reconnectionAttempts against nobody: attempts and failed", both, async (t) => {
    const { url, port } = await t.server.spawn();
    await t.server.stop(port);
    const socket = t.connect(url, { reconnectionAttempts: 2 });
    const seen = [];
    for (const name of ["reconnect_attempt", "reconnect_failed"]) socket.io.on(name, (...args) => seen.push([name, ...args]));
    await t.until(() => seen.length === 3);
    t.assert.same(seen, [["reconnect_attempt", 1], ["reconnect_attempt", 2], ["reconnect_failed"]]);
  });

  it("2.x: a server that restarts, with events emitted meanwhile", both, async (t) => {
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

  it("2.x: refused by a middleware: the error event with the server's text", each, async (t) => {
    const socket = t.connect("/", { query: { refuse: "not today" } });
    const [error] = await t.once(socket, "error");
    t.assert.equal(error, "not today");
    t.assert.equal(socket.connected, false);
  });

  it("2.x: a refusal in one namespace leaves the other connected", both, async (t) => {
    const m = t.manager();
    const a = m.socket("/a");
    const b = m.socket("/b", { query: "refuse=no" });
    const [[error]] = await Promise.all([t.once(b, "error"), t.ready(a)]);
    t.assert.equal(error, "no");
    t.assert.same(await t.asks(a, "echo", 1), [1]);
    t.assert.equal(b.connected, false);
  });

  it("2.x: an unknown namespace", both, async (t) => {
    const socket = t.connect("/unknown");
    const [error] = await t.once(socket, "error");
    t.assert.equal(error, "Invalid namespace");
  });

  it("2.x: query, as an object and in a namespace's address", each, async (t) => {
    const socket = await t.connected("/", { query: { a: "1", b: "two words", c: "é&=" } });
    const { query } = await t.server.handshake(socket.id);
    t.assert.same([query.a, query.b, query.c], ["1", "two words", "é&="]);
    const room = await t.connected(`${t.url}/room?d=4`);
    t.assert.equal((await t.server.handshake(room.id)).query.d, "4");
  });

  it("2.x: namespaces over one connection", each, async (t) => {
    const m = t.manager();
    const sockets = ["/", "/a", "/b/c"].map((nsp) => m.socket(nsp));
    await Promise.all(sockets.map(t.ready));
    t.assert.same(await Promise.all(sockets.map((s) => t.asks(s, "echo", s.nsp))), [["/"], ["/a"], ["/b/c"]]);
    const sessions = await Promise.all(sockets.map((s) => t.tell(s, ["session"])));
    t.assert.equal(new Set(sessions).size, 1);
  });

  it("2.x: a namespace disconnects, the others stay", both, async (t) => {
    const m = t.manager();
    const a = m.socket("/a");
    const b = m.socket("/b");
    await Promise.all([t.ready(a), t.ready(b)]);
    a.disconnect();
    t.assert.same(await t.asks(b, "echo", 1), [1]);
    a.connect();
    await t.once(a, "connect");
    t.assert.same(await t.asks(a, "echo", 1), [1]);
  });

  it("2.x: io() shares a connection, forceNew and the same namespace do not", both, async (t) => {
    const { url } = await t.server.spawn();
    const options = { transports: t.transports };
    const a = t.track(t.io(`${url}/a`, options));
    const b = t.track(t.io(`${url}/b`, options));
    const again = t.track(t.io(`${url}/a`, options));
    const forced = t.track(t.io(`${url}/c`, { ...options, forceNew: true }));
    t.assert.same([a.io === b.io, a.io === again.io, a.io === forced.io], [true, false, false]);
    await Promise.all([a, b, again, forced].map(t.ready));
  });

  it("2.x: extraHeaders over polling", polling, async (t) => {
    const socket = await t.connected("/", { transportOptions: { polling: { extraHeaders: { "x-mine": "one" } } } });
    t.assert.equal((await t.server.handshake(socket.id)).headers["x-mine"], "one");
  });

  it("2.x: engine.transport.name, before and after the upgrade", upgrade, async (t) => {
    const socket = t.connect();
    const names = [];
    socket.io.engine.once("open", () => names.push(socket.io.engine.transport.name));
    await t.ready(socket);
    names.push(socket.io.engine.transport.name);
    t.assert.same(names, ["polling", "websocket"]);
    t.assert.equal(await t.tell(socket, ["transport"]), "websocket");
  });

  it("2.x: engine.close() and back again", each, async (t) => {
    const socket = await t.connected();
    const first = socket.id;
    const gone = t.once(socket, "disconnect");
    const connected = new Promise((resolve) => socket.once("disconnect", () => resolve(t.once(socket, "connect"))));
    socket.io.engine.close();
    t.assert.equal((await gone)[0], "forced close");
    await (await connected);
    t.assert.ok(socket.id !== first, "another id");
  });

  it("2.x: heartbeats keep an idle connection alive", each, async (t) => {
    const { url } = await t.server.spawn({ pingInterval: 40_000, pingTimeout: 60_000 });
    t.clock.stop();
    const socket = t.connect(url);
    await t.ready(socket);
    const seen = t.record(socket, "disconnect");
    const heard = await t.server.act(socket.id, [["heartbeats"]]);
    for (let i = 1; i <= 4; i++) {
      const answer = t.once(socket.io.engine, "pong");
      await t.clock.move(40_010);
      await answer;
      t.assert.equal(await t.server.act(socket.id, [["heartbeats"]]), heard + i);
    }
    t.assert.same(seen, []);
    t.assert.same(await t.asks(socket, "echo", 1), [1]);
  });

  it("2.x: a server that does not answer the heartbeat: \"ping timeout\"", websocket, async (t) => {
    const { url } = await t.server.spawn({ pingInterval: 40_000, pingTimeout: 60_000 });
    t.clock.stop();
    const socket = t.connect(url, { reconnection: false });
    await t.ready(socket);
    const seen = t.record(socket, "disconnect");
    await t.server.act(socket.id, [["deafen"]]);
    await t.clock.move(99_990);
    t.assert.same(seen, []);
    await t.clock.move(20);
    t.assert.equal(seen[0]?.[0], "ping timeout");
  });

  it("2.x: autoConnect: false, connect()", both, async (t) => {
    const socket = t.connect("/", { autoConnect: false });
    t.assert.equal(socket.connected, false);
    t.assert.equal(socket.connect(), socket);
    await t.ready(socket);
  });

  it("2.x: the manager's settings", once, async (t) => {
    const m = t.track(new t.Manager(t.url, { autoConnect: false, reconnectionAttempts: 3, reconnectionDelay: 10, reconnectionDelayMax: 20, randomizationFactor: 0.25, timeout: 30 }));
    t.assert.same([m.reconnection(), m.reconnectionAttempts(), m.reconnectionDelay(), m.reconnectionDelayMax(), m.randomizationFactor(), m.timeout()], [true, 3, 10, 20, 0.25, 30]);
    t.assert.equal(m.reconnection(false).reconnectionAttempts(4).timeout(1), m);
    t.assert.same([m.reconnection(), m.reconnectionAttempts(), m.timeout()], [false, 4, 1]);
  });

  it("2.x: listeners: on, once, off, listeners, hasListeners", both, async (t) => {
    const socket = await t.connected();
    const seen = [];
    const a = (n) => seen.push(["a", n]);
    socket.on("x", a).once("x", (n) => seen.push(["once", n]));
    t.assert.equal(socket.hasListeners("x"), true);
    await t.tell(socket, ["emit", "x", 1], ["emit", "x", 2]);
    socket.off("x", a);
    await t.tell(socket, ["emit", "x", 3]);
    t.assert.same(seen, [["a", 1], ["once", 1], ["a", 2]]);
    t.assert.equal(socket.hasListeners("x"), false);
  });

  it("2.x: compress(false) and send()", both, async (t) => {
    const socket = await t.connected();
    t.assert.same(await t.asks(socket.compress(false), "echo", 1), [1]);
    t.assert.equal(socket.send("hi", 2), socket);
    await t.settled(socket);
    t.assert.same(await t.heardArgs(socket.id, "message"), [["hi", 2]]);
  });

  it("2.x: 100,000 bytes and 100,000 characters", each, async (t) => {
    const socket = await t.connected();
    const bytes = Uint8Array.from({ length: 100_000 }, (_, i) => (i * 7) & 255);
    const text = "é€😀x".repeat(20_000);
    const [value, back] = await t.asks(socket, "echo", bytes.buffer, text);
    t.assert.equal(new Uint8Array(value).every((byte, i) => byte === bytes[i]) && value.byteLength === bytes.length, true, "the bytes");
    t.assert.equal(back === text, true, "the text");
  });

  it("2.x: WebSocket alone makes no HTTP request", websocket, async (t) => {
    const socket = await t.connected("/", { query: { key: t.key } });
    await t.settled(socket);
    const all = await t.server.requests(t.key);
    t.assert.same([all.length, all[0].upgrade], [1, true]);
  });

  for (const [how, options, b64, octets] of [["as bytes", {}, false, true], ["as base64, where the page wants that", { forceBase64: true }, true, false]]) {
    it(`2.x: bytes travel over polling ${how}`, polling, async (t) => {
      const socket = await t.connected("/", { ...options, query: { key: t.key } });
      const [value] = await t.asks(socket, "echo", new Uint8Array([1, 2, 255]).buffer);
      t.assert.same(t.bytes(value), [1, 2, 255]);
      const all = await t.server.requests(t.key);
      t.assert.equal(all.some((request) => request.url.includes("b64=")), b64, "b64 in an address");
      t.assert.equal(all.some(({ headers }) => headers["content-type"] === "application/octet-stream"), octets, "a request of octets");
    });
  }

  it("2.x: sendBuffer holds what waits", once, async (t) => {
    const socket = t.connect("/", { autoConnect: false });
    socket.emit("a", 1);
    t.assert.same(socket.sendBuffer.map((packet) => packet.data), [["a", 1]]);
    socket.sendBuffer = [];
    socket.connect();
    await t.ready(socket);
    await t.settled(socket);
    t.assert.same((await t.heard(socket.id)).filter((n) => n === "a"), []);
  });
};
