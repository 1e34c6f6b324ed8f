// The Manager: settings, open(), sockets, events.
import { both, each, once, upgrade } from "./define.js";

export default (it) => {
  const idle = (t, more) => t.track(new t.Manager(t.url, { autoConnect: false, ...more }));

  it("Manager: the defaults", once, async (t) => {
    const m = idle(t);
    t.assert.same(
      [m.reconnection(), m.reconnectionAttempts(), m.reconnectionDelay(), m.reconnectionDelayMax(), m.randomizationFactor(), m.timeout()],
      [true, Infinity, 1000, 5000, 0.5, 20000],
    );
  });

  it("Manager: the options arrive in the getters", once, async (t) => {
    const m = idle(t, { reconnection: false, reconnectionAttempts: 3, reconnectionDelay: 10, reconnectionDelayMax: 20, randomizationFactor: 0.25, timeout: 30 });
    t.assert.same(
      [m.reconnection(), m.reconnectionAttempts(), m.reconnectionDelay(), m.reconnectionDelayMax(), m.randomizationFactor(), m.timeout()],
      [false, 3, 10, 20, 0.25, 30],
    );
  });

  it("Manager: randomizationFactor 0 and timeout false are taken as said", { over: once, two: true }, async (t) => {
    const m = idle(t, { randomizationFactor: 0, timeout: false });
    t.assert.same([m.randomizationFactor(), m.timeout()], [0, false]);
  });

  for (const [name, value] of [["reconnection", false], ["reconnectionAttempts", 5], ["reconnectionDelay", 77], ["reconnectionDelayMax", 99], ["randomizationFactor", 0.1], ["timeout", 1234]]) {
    it(`Manager: ${name}(value) sets it and hands back the manager`, once, async (t) => {
      const m = idle(t);
      t.assert.equal(m[name](value), m);
      t.assert.equal(m[name](), value);
    });
  }

  it("Manager: the setters chain", once, async (t) => {
    const m = idle(t);
    t.assert.equal(m.reconnection(true).reconnectionAttempts(1).reconnectionDelay(2).reconnectionDelayMax(3).randomizationFactor(0.4).timeout(5), m);
  });

  it("new Manager(options) without an address means the page's origin", both, async (t) => {
    const m = t.track(new t.Manager({ transports: t.transports }));
    const socket = m.socket("/");
    await t.ready(socket);
    t.assert.same(await t.asks(socket, "echo", 1), [1]);
  });

  it("new Manager() connects at once unless told not to", both, async (t) => {
    const m = t.manager();
    t.assert.equal(m._readyState, "opening");
    await t.once(m, "open");
    t.assert.equal(m._readyState, "open");
  });

  it("open(fn): fn is called without arguments when it is open; open() hands back the manager", each, async (t) => {
    const m = t.manager(t.url, { autoConnect: false });
    const args = t.within(new Promise((resolve) => t.assert.equal(m.open((...all) => resolve(all)), m)), "the callback");
    t.assert.same(await args, []);
    t.assert.equal(m._readyState, "open");
  });

  it("connect(fn) is open(fn)", once, async (t) => {
    const m = t.manager(t.url, { autoConnect: false });
    await t.within(new Promise((resolve) => t.assert.equal(m.connect(resolve), m)), "the callback");
    t.assert.equal(m._readyState, "open");
  });

  it("open() when open or opening does nothing and hands back the manager", both, async (t) => {
    const m = t.manager(t.url, { autoConnect: false });
    const seen = t.record(m, "open");
    m.open();
    const { engine } = m;
    t.assert.equal(m.open(), m);
    t.assert.equal(m.engine, engine);
    await t.until(() => seen.length);
    t.assert.equal(m.open(), m);
    t.assert.equal(m.engine, engine);
    await t.sleep(20);
    t.assert.equal(seen.length, 1);
  });

  it("open(fn) that fails gives the error and does not try again", both, async (t) => {
    const m = t.manager(t.url, { autoConnect: false, path: "/status/500" });
    const attempts = t.record(m, "reconnect_attempt");
    const error = await t.within(new Promise((resolve) => m.open(resolve)), "the callback");
    t.assert.ok(error instanceof Error, "an Error");
    t.assert.equal(m._readyState, "closed");
    await t.sleep(60);
    t.assert.same(attempts, []);
  });

  it("the first open() without fn that fails is tried again", both, async (t) => {
    const m = t.manager(t.url, { autoConnect: false, path: "/status/500" });
    m.open();
    await t.once(m, "error");
    t.assert.same(await t.once(m, "reconnect_attempt"), [1]);
  });

  it("open before error: the order of a manager's events over its life", each, async (t) => {
    const m = t.manager(t.url, { autoConnect: false });
    const seen = [];
    for (const name of ["open", "error", "close", "reconnect_attempt", "reconnect_error", "reconnect_failed", "reconnect"]) m.on(name, () => seen.push(name));
    const socket = m.socket("/");
    socket.connect();
    socket.on("connect", () => seen.push("socket connect"));
    socket.on("disconnect", () => seen.push("socket disconnect"));
    await t.ready(socket);
    await t.server.act(socket.id, [["close"]]);
    await t.until(() => seen.filter((name) => name === "socket connect").length === 2);
    // Sockets listen to their manager from connect() on; who listened earlier is told earlier.
    return seen;
  });

  for (const [how, end] of Object.entries({
    "the server closes the connection": (t, { id }) => t.server.act(id, [["close"]]),
    "the server disconnects the namespace": (t, { id }) => t.server.act(id, [["disconnect"]]),
    "disconnect() of the only socket": (t, socket) => void socket.disconnect(),
    "disconnect() of the manager": (t, socket) => void socket.io.disconnect(),
  })) {
    it(`a manager's listeners from before connect() run before the socket's, later ones after: ${how}`, { over: both, two: "2.x has no auth" }, async (t) => {
      const m = t.manager(t.url, { autoConnect: false, reconnection: false });
      const socket = m.socket("/", { auth: (cb) => (seen.push("auth"), cb({})) });
      const seen = [];
      const listen = (when) => ["open", "close"].forEach((name) => m.on(name, () => seen.push(`${name} ${when}`)));
      listen("before");
      socket.connect();
      listen("after");
      socket.on("disconnect", () => seen.push("disconnect"));
      await t.ready(socket);
      await end(t, socket);
      await t.until(() => seen.includes("close after") && seen.includes("disconnect"));
      return seen;
    });
  }

  it("a failed attempt: listeners run before and after the socket's connect_error, in the order of their registration", both, async (t) => {
    const m = t.manager(t.url, { autoConnect: false, path: "/status/500" });
    const socket = m.socket("/");
    const seen = [];
    m.on("error", () => seen.push("before"));
    socket.on("connect_error", () => seen.push("connect_error"));
    socket.connect();
    m.on("error", () => seen.push("after"));
    m.on("reconnect_error", () => seen.push("reconnect_error"));
    await t.until(() => seen.includes("reconnect_error"));
    return seen.slice(0, 7);
  });

  it("close: the reason", both, async (t) => {
    const m = t.manager();
    const socket = m.socket("/");
    await t.ready(socket);
    const closed = t.once(m, "close");
    socket.disconnect();
    t.assert.equal((await closed)[0], "forced close");
    t.assert.equal(m._readyState, "closed");
  });

  it("close: the reason when the server goes", both, async (t) => {
    const m = t.manager();
    const socket = m.socket("/");
    await t.ready(socket);
    const closed = t.once(m, "close");
    await t.server.act(socket.id, [["close"]]);
    t.assert.equal((await closed)[0], "transport close");
  });

  it("ping is heard with every heartbeat of the server", { over: each, two: "2.x clients ping, servers answer: see two.js" }, async (t) => {
    const { url } = await t.server.spawn({ pingInterval: 30, pingTimeout: 60_000 });
    const socket = t.connect(url);
    let pings = 0;
    socket.io.on("ping", (...args) => {
      t.assert.same(args, []);
      pings++;
    });
    await t.ready(socket);
    await t.until(() => pings >= 3);
    t.assert.equal(socket.connected, true);
  });

  it("packet is heard with every packet, with type, nsp, data and id", { over: both, two: "2.x packets have other types" }, async (t) => {
    const socket = t.connect();
    const seen = t.record(socket.io, "packet");
    await t.ready(socket);
    await t.asks(socket, "echo", 1);
    await t.tell(socket, ["emit", "x", "y"]);
    const lines = seen.map(([p]) => [p.type, p.nsp, p.type === 0 ? Object.keys(p.data)[0] : p.data]);
    t.assert.same(lines.slice(0, 3), [[0, "/", "sid"], [3, "/", [1]], [2, "/", ["x", "y"]]]);
    t.assert.equal(seen[1][0].id, 0);
  });

  it("socket(nsp) hands out the same socket for the same namespace", once, async (t) => {
    const m = idle(t);
    const socket = m.socket("/a");
    t.assert.ok(socket instanceof t.Socket, "a Socket");
    t.assert.equal(m.socket("/a"), socket);
    t.assert.ok(m.socket("/b") !== socket, "another namespace, another socket");
    t.assert.equal(socket.io, m);
    t.assert.equal(socket.nsp, "/a");
  });

  it("socket(nsp, { auth })", { over: both, two: "2.x has no auth" }, async (t) => {
    const m = t.manager();
    const socket = m.socket("/", { auth: { who: t.key } });
    await t.ready(socket);
    t.assert.same((await t.server.handshake(socket.id)).auth, { who: t.key });
    t.assert.same(socket.auth, { who: t.key });
  });

  it("socket(nsp) of a manager with autoConnect connects it again when it has been disconnected", both, async (t) => {
    const m = t.manager();
    const socket = m.socket("/a");
    await t.ready(socket);
    socket.disconnect();
    t.assert.equal(m.socket("/a"), socket);
    t.assert.equal(socket.active, true);
    await t.once(socket, "connect");
  });

  it("socket(nsp) of a manager without autoConnect waits for connect()", both, async (t) => {
    const m = t.manager(t.url, { autoConnect: false });
    const socket = m.socket("/a");
    t.assert.equal(socket.active, false);
    await new Promise((resolve) => m.open(resolve));
    await t.sleep(20);
    t.assert.equal(socket.connected, false);
    socket.connect();
    await t.once(socket, "connect");
  });

  it("a socket made after the manager is open connects over the same connection", each, async (t) => {
    const m = t.manager();
    await t.once(m, "open");
    const { engine } = m;
    const a = m.socket("/a");
    await t.ready(a);
    const b = m.socket("/b");
    await t.once(b, "connect");
    t.assert.equal(m.engine, engine);
    t.assert.equal(await t.tell(a, ["session"]), await t.tell(b, ["session"]));
  });

  it("manager.opts is what it was given, uri what it was told", once, async (t) => {
    const opts = { autoConnect: false, query: { a: "1" }, transports: ["websocket"] };
    const m = t.track(new t.Manager(t.url, opts));
    t.assert.equal(m.opts, opts);
    t.assert.equal(m.uri, t.url);
    t.assert.equal(m.opts.path, "/socket.io");
  });

  it("engine: the transport's name before and after the upgrade", upgrade, async (t) => {
    const m = t.manager();
    await t.once(m, "open");
    t.assert.equal(m.engine.transport.name, "polling");
    await t.once(m.engine, "upgrade");
    t.assert.equal(m.engine.transport.name, "websocket");
  });

  it("disconnect() closes everything: every socket hears it", both, async (t) => {
    const m = t.manager();
    const a = m.socket("/a");
    const b = m.socket("/b");
    await Promise.all([t.once(a, "connect"), t.once(b, "connect")]);
    const seen = [];
    a.on("disconnect", (reason) => seen.push(["a", reason]));
    b.on("disconnect", (reason) => seen.push(["b", reason]));
    m.disconnect();
    await t.until(() => seen.length === 2);
    t.assert.same(seen, [["a", "forced close"], ["b", "forced close"]]);
    await t.sleep(40);
    t.assert.equal(a.connected, false);
  });
};
