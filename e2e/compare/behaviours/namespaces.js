// Namespaces over one connection, and which calls of io() share a connection.
import { both, each, once } from "./define.js";

export default (it) => {
  /** io() with its cache: a server of one's own has a place of its own in it. */
  const cached = (t, url, more) => t.track(t.io(url, { transports: t.transports, reconnectionDelay: 15, ...more }));

  it("a namespace of its own: nsp, id, events", each, async (t) => {
    const socket = await t.connected("/chat");
    t.assert.equal(socket.nsp, "/chat");
    t.assert.same(await t.asks(socket, "echo", 1), [1]);
    const got = t.once(socket, "hi");
    socket.emit("do", [["emit", "hi", "chat"]]);
    t.assert.same(await got, ["chat"]);
  });

  it("a whole address with a namespace", both, async (t) => {
    const socket = await t.connected(`${t.url}/some/deep/name`);
    t.assert.equal(socket.nsp, "/some/deep/name");
    t.assert.same(await t.asks(socket, "echo", 1), [1]);
  });

  it("namespaces with blanks, accents, dashes, digits", both, async (t) => {
    for (const nsp of ["/with-dash_and.dot", "/42", "/42/7", "/é€", "/a%20b"]) {
      const socket = await t.connected(nsp);
      t.assert.equal(socket.nsp, nsp);
      t.assert.same(await t.asks(socket, "echo", nsp), [nsp]);
      const [value] = await t.asks(socket, "echo", new Uint8Array([1]));
      t.assert.same(t.bytes(value), [1]);
    }
  });

  it("two namespaces, one connection, events kept apart", each, async (t) => {
    const m = t.manager();
    const a = m.socket("/a");
    const b = m.socket("/b");
    await Promise.all([t.ready(a), t.ready(b)]);
    const seen = [];
    a.on("x", (v) => seen.push(["a", v]));
    b.on("x", (v) => seen.push(["b", v]));
    await t.tell(a, ["emit", "x", 1]);
    await t.tell(b, ["emit", "x", 2]);
    t.assert.same(seen, [["a", 1], ["b", 2]]);
    t.assert.ok(a.id !== b.id, "two ids");
    t.assert.equal(await t.tell(a, ["session"]), await t.tell(b, ["session"]));
  });

  it("each namespace has its own callbacks", both, async (t) => {
    const m = t.manager();
    const sockets = ["/", "/a", "/b"].map((nsp) => m.socket(nsp));
    await Promise.all(sockets.map(t.ready));
    const answers = await Promise.all(sockets.map((s) => t.asks(s, "echo", s.nsp)));
    t.assert.same(answers, [["/"], ["/a"], ["/b"]]);
  });

  it("twelve namespaces over one connection", both, async (t) => {
    const m = t.manager();
    const sockets = Array.from({ length: 12 }, (_, i) => m.socket(`/n${i}`));
    await Promise.all(sockets.map(t.ready));
    const answers = await Promise.all(sockets.map((s, i) => t.asks(s, "echo", i, new Uint8Array([i]))));
    t.assert.same(answers.map(([i, v]) => [i, t.bytes(v)[0]]), sockets.map((_, i) => [i, i]));
  });

  it("one namespace disconnects, the other stays", both, async (t) => {
    const m = t.manager();
    const a = m.socket("/a");
    const b = m.socket("/b");
    await Promise.all([t.ready(a), t.ready(b)]);
    const { engine } = m;
    a.disconnect();
    t.assert.equal(b.connected, true);
    t.assert.same(await t.asks(b, "echo", 1), [1]);
    t.assert.equal(engine.readyState, "open");
    b.disconnect();
    await t.until(() => engine.readyState === "closed");
  });

  it("one namespace is disconnected by the server, the other stays", both, async (t) => {
    const m = t.manager();
    const a = m.socket("/a");
    const b = m.socket("/b");
    await Promise.all([t.ready(a), t.ready(b)]);
    a.emit("do", [["disconnect"]]);
    t.assert.equal((await t.once(a, "disconnect"))[0], "io server disconnect");
    t.assert.same(await t.asks(b, "echo", 1), [1]);
    a.connect();
    await t.once(a, "connect");
    t.assert.equal(m.engine, b.io.engine);
  });

  it("a namespace is disconnected and connected again over the same connection", both, async (t) => {
    const m = t.manager();
    const a = m.socket("/a");
    const b = m.socket("/b");
    await Promise.all([t.ready(a), t.ready(b)]);
    const { engine } = m;
    const { id } = a;
    a.disconnect();
    // A server that gets both in one piece takes the second for a breach of the protocol and closes the connection.
    await t.server.until(id, { at: "disconnect" });
    a.connect();
    await t.once(a, "connect");
    t.assert.equal(m.engine, engine);
    t.assert.ok(a.id, "an id");
    t.assert.equal(b.connected, true);
    t.assert.same(await t.asks(a, "echo", id), [id]);
  });

  it("an unknown namespace: connect_error \"Invalid namespace\", and no more tries", { over: each, two: "2.x says it by the event error: see two.js" }, async (t) => {
    const socket = t.connect("/unknown");
    const seen = t.record(socket, "connect", "disconnect");
    const [error] = await t.once(socket, "connect_error");
    t.assert.error(error, "Invalid namespace");
    t.assert.equal(error.data, undefined);
    t.assert.equal(socket.active, false);
    t.assert.equal(socket.connected, false);
    await t.sleep(40);
    t.assert.same(seen, []);
  });

  it("an unknown namespace leaves the others connected", { over: both, two: "2.x says it by the event error: see two.js" }, async (t) => {
    const m = t.manager();
    const a = m.socket("/a");
    const stranger = m.socket("/unknown");
    await Promise.all([t.ready(a), t.once(stranger, "connect_error")]);
    t.assert.same(await t.asks(a, "echo", 1), [1]);
  });

  it("a refused namespace, alone, closes the connection", { over: both, two: "2.x says it by the event error: see two.js" }, async (t) => {
    const socket = t.connect("/a", { auth: { refuse: "no" } });
    const { engine } = socket.io;
    await t.once(socket, "connect_error");
    await t.until(() => engine.readyState === "closed");
    t.assert.equal(socket.io._readyState, "closed");
  });

  it("?query in the address of a namespace goes with the handshake", both, async (t) => {
    const socket = await t.connected(`${t.url}/room?a=1&b=two`);
    t.assert.equal(socket.nsp, "/room");
    const { query } = await t.server.handshake(socket.id);
    t.assert.same([query.a, query.b], ["1", "two"]);
  });

  it("io(): two namespaces of one address share a connection", both, async (t) => {
    const { url } = await t.server.spawn();
    const a = cached(t, `${url}/a`);
    const b = cached(t, `${url}/b`);
    t.assert.equal(a.io, b.io);
    await Promise.all([t.ready(a), t.ready(b)]);
    t.assert.equal(await t.tell(a, ["session"]), await t.tell(b, ["session"]));
  });

  it("io(): the same namespace twice is two connections", both, async (t) => {
    const { url } = await t.server.spawn();
    const one = cached(t, url);
    const two = cached(t, url);
    t.assert.ok(one !== two && one.io !== two.io, "two managers");
    await Promise.all([t.ready(one), t.ready(two)]);
    t.assert.ok((await t.tell(one, ["session"])) !== (await t.tell(two, ["session"])), "two sessions");
  });

  it("io(): forceNew is a connection of its own", once, async (t) => {
    const { url } = await t.server.spawn();
    const a = cached(t, `${url}/a`);
    const b = cached(t, `${url}/b`, { forceNew: true });
    t.assert.ok(a.io !== b.io, "two managers");
    await Promise.all([t.ready(a), t.ready(b)]);
  });

  it("io(): \"force new connection\", its old name", once, async (t) => {
    const { url } = await t.server.spawn();
    const a = cached(t, `${url}/a`);
    const b = cached(t, `${url}/b`, { "force new connection": true });
    t.assert.ok(a.io !== b.io, "two managers");
  });

  it("io(): multiplex: false is a connection of its own", once, async (t) => {
    const { url } = await t.server.spawn();
    const a = cached(t, `${url}/a`);
    const b = cached(t, `${url}/b`, { multiplex: false });
    t.assert.ok(a.io !== b.io, "two managers");
  });

  it("io(): another path is another connection", once, async (t) => {
    const { url } = await t.server.spawn();
    const a = cached(t, `${url}/a`);
    const b = cached(t, `${url}/b`, { path: "/elsewhere" });
    t.assert.ok(a.io !== b.io, "two managers");
  });

  it("io(): 127.0.0.1 and localhost are two connections, another port as well", once, async (t) => {
    const first = await t.server.spawn();
    const second = await t.server.spawn();
    const a = cached(t, `${first.url}/a`);
    const b = cached(t, `http://127.0.0.1:${first.port}/b`);
    const c = cached(t, `${second.url}/c`);
    t.assert.ok(a.io !== b.io && a.io !== c.io && b.io !== c.io, "three managers");
  });

  it("io(): the query in an address is no part of what is shared", once, async (t) => {
    const { url } = await t.server.spawn();
    const a = cached(t, `${url}/a?x=1`);
    const b = cached(t, `${url}/b?x=2`);
    t.assert.equal(a.io, b.io);
  });

  it("io(): a trailing slash and none are the same namespace", once, async (t) => {
    const { url } = await t.server.spawn();
    const a = cached(t, url);
    t.assert.equal(a.nsp, "/");
    const b = cached(t, `${url}/`);
    t.assert.equal(b.nsp, "/");
    t.assert.ok(a.io !== b.io, "so the second has a connection of its own");
  });

  it("io(): a namespace that was disconnected is still taken, the next call gets a new connection", both, async (t) => {
    const { url } = await t.server.spawn();
    const a = cached(t, url);
    await t.ready(a);
    a.disconnect();
    const b = cached(t, url);
    t.assert.ok(a.io !== b.io, "two managers");
    await t.ready(b);
  });

  it("io(): after the shared connection was closed, another namespace opens it again", both, async (t) => {
    const { url } = await t.server.spawn();
    const a = cached(t, `${url}/a`);
    await t.ready(a);
    a.disconnect();
    const b = cached(t, `${url}/b`);
    t.assert.equal(b.io, a.io);
    t.assert.equal(a.active, false);
    await t.ready(b);
    t.assert.equal(a.connected, false);
  });

  it("io() without an address, with options only, with \"\", with \"/nsp\"", both, async (t) => {
    const options = t.options();
    for (const [args, nsp] of [[[{ ...options }], "/"], [[undefined, { ...options }], "/"], [["", { ...options }], "/"], [["/here", { ...options }], "/here"], [[`//${location.host}/there`, { ...options }], "/there"]]) {
      const socket = t.track(t.io(...args));
      t.assert.equal(socket.nsp, nsp, t.show(args[0]));
      await t.ready(socket);
    }
  });

  it("io(\"ws://…\") and an address without a scheme", both, async (t) => {
    const a = t.track(t.io(`ws://${location.host}/a`, t.options()));
    const b = t.track(t.io(`${location.host}/b`, t.options()));
    await Promise.all([t.ready(a), t.ready(b)]);
    t.assert.same([a.nsp, b.nsp], ["/a", "/b"]);
  });

  it("io.connect is io", once, async (t) => {
    t.assert.equal(typeof t.io.connect, "function");
    const socket = t.track(t.io.connect("/", t.options()));
    t.assert.ok(socket instanceof t.Socket, "a Socket");
    await t.ready(socket);
  });

  it("io.Manager and io.Socket are the exported ones", once, async (t) => {
    t.assert.equal(t.io.Manager, t.Manager);
    t.assert.equal(t.io.Socket, t.Socket);
    t.assert.equal(t.client.connect, t.io.connect);
    const socket = t.connect("/", { autoConnect: false });
    t.assert.ok(socket.io instanceof t.Manager, "socket.io is a Manager");
  });

  it("protocol", once, async (t) => {
    t.assert.equal(t.protocol, 5);
  });
};
