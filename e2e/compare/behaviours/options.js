// Every option, by what the server sees of it.
import { both, each, once, polling, upgrade, websocket } from "./define.js";

const noAuth = "2.x has no auth";

export default (it) => {
  /** The requests of a connection that carries the run's key in its query. */
  const requests = (t) => t.server.requests(t.key);
  const params = (request) => new URL(request.url, location.origin).searchParams;

  it("query: an object goes with every request", each, async (t) => {
    const socket = await t.connected("/", { query: { key: t.key, a: "1", b: "two words", "c&d": "é€😀" } });
    const { query } = await t.server.handshake(socket.id);
    t.assert.same([query.a, query.b, query["c&d"]], ["1", "two words", "é€😀"]);
    for (const request of await requests(t)) t.assert.equal(params(request).get("a"), "1", request.url);
  });

  it("query: numbers, booleans, null and undefined go as their texts", both, async (t) => {
    const socket = await t.connected("/", { query: { n: 1, b: true, nil: null, u: undefined, list: [1, 2] } });
    const { query } = await t.server.handshake(socket.id);
    t.assert.same([query.n, query.b, query.nil, query.u, query.list], ["1", "true", "null", "undefined", "1,2"]);
  });

  it("query: in the address", each, async (t) => {
    const socket = await t.connected(`${t.url}/?a=1&b=2`);
    const { query } = await t.server.handshake(socket.id);
    t.assert.same([query.a, query.b], ["1", "2"]);
  });

  it("query: in the address and as an option: the address wins", both, async (t) => {
    const socket = await t.connected(`${t.url}/?a=address`, { query: { a: "option", b: "option" } });
    const { query } = await t.server.handshake(socket.id);
    t.assert.same([query.a, query.b], ["address", undefined]);
  });

  it("query: as a text", { over: both, two: true }, async (t) => {
    const socket = await t.connected("/", { query: "a=1&b=two%20words" });
    const { query } = await t.server.handshake(socket.id);
    t.assert.same([query.a, query.b], ["1", "two words"]);
  });

  it("auth: an object", { over: each, two: noAuth }, async (t) => {
    const socket = await t.connected("/", { auth: { name: "é", n: 1, deep: { list: [null] } } });
    t.assert.same((await t.server.handshake(socket.id)).auth, { name: "é", n: 1, deep: { list: [null] } });
    t.assert.same(socket.auth, { name: "é", n: 1, deep: { list: [null] } });
  });

  it("auth: none is an empty object there", { over: both, two: noAuth }, async (t) => {
    const socket = await t.connected();
    t.assert.same((await t.server.handshake(socket.id)).auth, {});
    t.assert.equal(socket.auth, undefined);
  });

  it("auth: a function that calls back", { over: each, two: noAuth }, async (t) => {
    const auth = (cb) => cb({ from: "function" });
    const socket = await t.connected("/", { auth });
    t.assert.equal(socket.auth, auth);
    t.assert.same((await t.server.handshake(socket.id)).auth, { from: "function" });
  });

  it("auth: a function that calls back later", { over: both, two: noAuth }, async (t) => {
    const socket = await t.connected("/", { auth: (cb) => setTimeout(() => cb({ from: "later" }), 20) });
    t.assert.same((await t.server.handshake(socket.id)).auth, { from: "later" });
  });

  it("auth: a function is asked at every connection", { over: both, two: noAuth }, async (t) => {
    let n = 0;
    const socket = await t.connected("/", { auth: (cb) => cb({ n: ++n }) });
    await t.bounce(socket);
    t.assert.same((await t.server.handshake(socket.id)).auth, { n: 2 });
    socket.disconnect().connect();
    await t.once(socket, "connect");
    t.assert.same((await t.server.handshake(socket.id)).auth, { n: 3 });
  });

  it("auth: an object set on the socket goes with the next connection", { over: both, two: noAuth }, async (t) => {
    const socket = t.connect("/", { autoConnect: false });
    socket.auth = { set: "by hand" };
    socket.connect();
    await t.ready(socket);
    t.assert.same((await t.server.handshake(socket.id)).auth, { set: "by hand" });
  });

  it("auth: a function set on the socket, its this is the socket", { over: once, two: noAuth }, async (t) => {
    const socket = t.connect("/", { autoConnect: false });
    let self;
    socket.auth = function (cb) {
      self = this;
      cb({});
    };
    socket.connect();
    await t.ready(socket);
    t.assert.equal(self, socket);
  });

  it("auth: each namespace has its own", { over: both, two: noAuth }, async (t) => {
    const m = t.manager();
    const a = m.socket("/a", { auth: { who: "a" } });
    const b = m.socket("/b", { auth: { who: "b" } });
    await Promise.all([t.ready(a), t.ready(b)]);
    t.assert.same([(await t.server.handshake(a.id)).auth, (await t.server.handshake(b.id)).auth], [{ who: "a" }, { who: "b" }]);
  });

  it("extraHeaders go with every request over polling", polling, async (t) => {
    const socket = await t.connected("/", { query: { key: t.key }, extraHeaders: { "X-Mine": "one", "x-other": "two" } });
    await t.settled(socket);
    const all = await requests(t);
    t.assert.ok(all.length >= 3, "some requests");
    for (const { headers } of all) t.assert.same([headers["x-mine"], headers["x-other"]], ["one", "two"]);
  });

  it("extraHeaders do not go with a browser's WebSocket, and do no harm", websocket, async (t) => {
    const socket = await t.connected("/", { extraHeaders: { "x-mine": "one" } });
    t.assert.equal((await t.server.handshake(socket.id)).headers["x-mine"], undefined);
  });

  it("extraHeaders across origins are asked for beforehand", { over: polling, two: "2.x answers such a question only when told how" }, async (t) => {
    const { url } = await t.server.spawn();
    const socket = await t.connected(url, { query: { key: t.key }, extraHeaders: { "x-mine": "one" } });
    t.assert.equal((await t.server.handshake(socket.id)).headers["x-mine"], "one");
    t.assert.ok((await requests(t)).some((r) => r.method === "OPTIONS"), "a preflight");
  });

  it("transports: websocket alone makes no HTTP request", websocket, async (t) => {
    const socket = await t.connected("/", { query: { key: t.key } });
    await t.settled(socket);
    const all = await requests(t);
    t.assert.equal(all.length, 1);
    t.assert.equal(all[0].upgrade, true);
    t.assert.equal(params(all[0]).get("transport"), "websocket");
  });

  it("transports: polling alone never upgrades", polling, async (t) => {
    const socket = await t.connected("/", { query: { key: t.key } });
    await t.settled(socket);
    await t.sleep(60);
    t.assert.same((await requests(t)).filter((r) => r.upgrade), []);
    t.assert.equal(socket.io.engine.transport.name, "polling");
  });

  it("transports: websocket first, polling second: starts with WebSocket and stays", once, async (t) => {
    const socket = t.connect("/", { transports: ["websocket", "polling"], query: { key: t.key } });
    await t.once(socket, "connect");
    await t.settled(socket);
    t.assert.equal(socket.io.engine.transport.name, "websocket");
    t.assert.equal((await requests(t)).length, 1);
  });

  it("transports: the default is polling, then WebSocket", once, async (t) => {
    const socket = t.track(t.io({ forceNew: true }));
    await t.once(socket.io.engine, "open");
    t.assert.equal(socket.io.engine.transport.name, "polling");
    await t.upgraded(socket);
    t.assert.equal(socket.io.engine.transport.name, "websocket");
  });

  it("transports: the list given is not changed", upgrade, async (t) => {
    const transports = ["polling", "websocket"];
    await t.connected("/", { transports });
    t.assert.same(transports, ["polling", "websocket"]);
  });

  it("transports: none: the error comes, and says so", once, async (t) => {
    const socket = t.connect("/", { transports: [], reconnection: false });
    const [error] = await t.once(socket, "connect_error");
    t.assert.equal(error, "No transports available");
  });

  it("upgrade: false stays with polling", polling, async (t) => {
    const socket = t.connect("/", { transports: ["polling", "websocket"], upgrade: false, query: { key: t.key } });
    await t.once(socket, "connect");
    await t.settled(socket);
    await t.sleep(60);
    t.assert.equal(socket.io.engine.transport.name, "polling");
    t.assert.same((await requests(t)).filter((r) => r.upgrade), []);
  });

  it("rememberUpgrade: after an upgrade the next connection starts with WebSocket", upgrade, async (t) => {
    await t.connected("/", { rememberUpgrade: true });
    const second = t.connect("/", { rememberUpgrade: true });
    await t.once(second, "connect");
    t.assert.equal(second.io.engine.transport.name, "websocket");
    t.assert.equal((await t.server.log(second.id))[0].transport, "websocket");
  });

  it("without rememberUpgrade it starts with polling each time", upgrade, async (t) => {
    await t.connected();
    const second = t.connect();
    await t.once(second, "connect");
    t.assert.equal((await t.server.log(second.id))[0].transport, "polling");
  });

  it("tryAllTransports: WebSocket is refused, polling follows", once, async (t) => {
    const { url } = await t.server.spawn({ transports: ["polling"] });
    const socket = t.connect(url, { transports: ["websocket", "polling"], tryAllTransports: true });
    const errors = t.record(socket, "connect_error");
    await t.once(socket, "connect");
    t.assert.equal(socket.io.engine.transport.name, "polling");
    t.assert.same(errors, []);
  });

  it("tryAllTransports: the end of the connection later has no details of the transport that was tried first", once, async (t) => {
    const { url } = await t.server.spawn({ transports: ["polling"] });
    const socket = t.connect(url, { transports: ["websocket", "polling"], tryAllTransports: true, reconnection: false });
    await t.once(socket, "connect");
    const closed = t.once(socket.io.engine, "close");
    socket.io.engine._pingTimeoutTime = 1;
    socket.emit("late");
    const [reason, details] = await t.once(socket, "disconnect");
    t.assert.same([reason, details, (await closed)[1]], ["ping timeout", undefined, undefined]);
  });

  it("engine: close with the error of a transport that did not open", once, async (t) => {
    const { url } = await t.nowhere();
    const socket = t.connect(url, { transports: ["polling"], reconnection: false });
    const closed = t.once(socket.io.engine, "close");
    const [error] = await t.once(socket, "connect_error");
    const [reason, details] = await closed;
    t.assert.same([reason, details === error], ["transport error", true]);
  });

  it("tryAllTransports: the last one's error when none works", once, async (t) => {
    const socket = t.connect("/", { path: "/status/500", transports: ["websocket", "polling"], tryAllTransports: true, reconnection: false });
    const [error] = await t.once(socket, "connect_error");
    t.assert.error(error, "xhr poll error");
  });

  it("without tryAllTransports the first one's error ends the attempt", once, async (t) => {
    const { url } = await t.server.spawn({ transports: ["polling"] });
    const socket = t.connect(url, { transports: ["websocket", "polling"], reconnection: false });
    const [error] = await t.once(socket, "connect_error");
    t.assert.error(error, "websocket error");
  });

  it("path: with and without a slash at its end", each, async (t) => {
    const { url } = await t.server.spawn({ path: "/my/path" });
    for (const path of ["/my/path", "/my/path/"]) {
      const socket = t.connect(url, { path, query: { key: t.key } });
      await t.ready(socket);
      t.assert.same(await t.asks(socket, "echo", path), [path]);
    }
    for (const request of await requests(t)) t.assert.equal(request.url.startsWith("/my/path/?"), true, request.url);
  });

  it("addTrailingSlash: false", { over: each, two: "a 2.x server has no such option" }, async (t) => {
    const { url } = await t.server.spawn({ addTrailingSlash: false });
    const socket = t.connect(url, { addTrailingSlash: false, query: { key: t.key } });
    await t.ready(socket);
    for (const request of await requests(t)) t.assert.equal(request.url.startsWith("/socket.io?"), true, request.url);
  });

  it("timestampRequests: polling requests differ by `t` unless told not to", polling, async (t) => {
    const socket = await t.connected("/", { query: { key: t.key } });
    await t.settled(socket);
    const stamps = (await requests(t)).map((r) => params(r).get("t"));
    t.assert.ok(stamps.every((s) => s), "each has one");
    t.assert.equal(new Set(stamps).size, stamps.length);
  });

  it("timestampRequests: false", polling, async (t) => {
    const socket = await t.connected("/", { query: { key: t.key }, timestampRequests: false });
    await t.settled(socket);
    for (const request of await requests(t)) t.assert.equal(params(request).get("t"), null, request.url);
  });

  it("timestampRequests: true, over WebSocket; the default is without", websocket, async (t) => {
    await t.connected("/", { query: { key: `${t.key}a` }, timestampRequests: true });
    await t.connected("/", { query: { key: `${t.key}b` } });
    const [stamped] = await t.server.requests(`${t.key}a`);
    const [plain] = await t.server.requests(`${t.key}b`);
    t.assert.ok(params(stamped).get("t"), "stamped");
    t.assert.equal(params(plain).get("t"), null);
  });

  it("timestampParam", polling, async (t) => {
    await t.connected("/", { query: { key: t.key }, timestampParam: "stamp" });
    for (const request of await requests(t)) {
      t.assert.ok(params(request).get("stamp"), request.url);
      t.assert.equal(params(request).get("t"), null);
    }
  });

  it("transportOptions: for one transport only", { over: upgrade, two: true }, async (t) => {
    const socket = await t.connected("/", {
      query: { key: t.key },
      timestampRequests: true,
      transportOptions: { polling: { extraHeaders: { "x-mine": "polling" }, timestampParam: "p" }, websocket: { timestampParam: "w" } },
    });
    await t.settled(socket);
    for (const request of await requests(t)) {
      const over = params(request).get("transport");
      t.assert.equal(!!params(request).get(over === "polling" ? "p" : "w"), true, request.url);
      t.assert.equal(request.headers["x-mine"], over === "polling" ? "polling" : undefined);
    }
  });

  it("protocols: the WebSocket's subprotocols, a text or a list", websocket, async (t) => {
    for (const protocols of ["one", ["one", "two"]]) {
      const key = `${t.key}${protocols.length}`;
      const socket = await t.connected("/", { protocols, query: { key } });
      const [request] = await t.server.requests(key);
      t.assert.equal(request.headers["sec-websocket-protocol"].replaceAll(" ", ""), [protocols].flat().join(","));
      t.assert.equal(socket.io.engine.transport.ws.protocol, "one");
    }
  });

  it("withCredentials: cookies go across origins only with it", polling, async (t) => {
    const { url } = await t.server.spawn();
    document.cookie = `mine=${t.key}; path=/; SameSite=Lax`;
    try {
      const without = await t.connected(url, { query: { q: "without" } });
      const withThem = await t.connected(url, { query: { q: "with" }, withCredentials: true });
      t.assert.equal((await t.server.handshake(without.id)).headers.cookie, undefined);
      t.assert.ok((await t.server.handshake(withThem.id)).headers.cookie.includes(`mine=${t.key}`), "the cookie");
    } finally {
      document.cookie = "mine=; path=/; max-age=0";
    }
  });

  it("withCredentials is not needed on the page's own origin", polling, async (t) => {
    document.cookie = `mine=${t.key}; path=/`;
    try {
      const socket = await t.connected();
      t.assert.ok((await t.server.handshake(socket.id)).headers.cookie.includes(t.key), "the cookie");
    } finally {
      document.cookie = "mine=; path=/; max-age=0";
    }
  });

  it("withCredentials: a cookie that the server sets comes back (sticky sessions)", polling, async (t) => {
    const { url } = await t.server.spawn({ cookie: { name: "sticky", path: "/" } });
    const socket = await t.connected(url, { withCredentials: true, query: { key: t.key } });
    await t.settled(socket);
    const later = (await requests(t)).filter((r) => r.url.includes("sid=") && r.method === "POST").at(-1);
    t.assert.ok(later.headers.cookie?.includes("sticky="), "the cookie");
    document.cookie = "sticky=; path=/; max-age=0";
  });

  it("timeout: a server that says nothing: connect_error \"timeout\", then it tries again", both, async (t) => {
    t.clock.stop();
    const socket = t.connect("/", { path: "/silent", timeout: 400 });
    const errors = t.record(socket, "connect_error");
    const attempts = t.record(socket.io, "reconnect_attempt");
    await t.clock.move(398);
    t.assert.same(errors, []);
    await t.clock.move(4);
    t.assert.equal(errors.length, 1);
    t.assert.error(errors[0][0], "timeout");
    await t.clock.move(50);
    t.assert.same(attempts, [[1]]);
  });

  it("timeout: false waits", both, async (t) => {
    t.clock.stop();
    const socket = t.connect("/", { path: "/silent", timeout: false });
    const errors = t.record(socket, "connect_error");
    await t.clock.move(t.NEVER);
    t.assert.same(errors, []);
  });

  it("timeout: does not fire once it is open", both, async (t) => {
    t.clock.stop();
    const socket = t.connect("/", { timeout: 1500 });
    const errors = t.record(socket, "connect_error", "disconnect");
    await t.ready(socket);
    await t.clock.move(1600);
    t.assert.same(errors, []);
    t.assert.equal(socket.connected, true);
  });

  it("requestTimeout: a poll that takes too long breaks the connection", polling, async (t) => {
    const { url } = await t.server.spawn({ pingInterval: 60_000 });
    const socket = t.connect(url, { requestTimeout: 300 });
    const seen = t.record(socket, "disconnect");
    // On a machine that is slow the handshake takes too long as well, or a POST; then it tries again.
    await t.until(() => seen.some(([, details]) => details?.message === "xhr poll error"));
    t.assert.ok(seen.every(([reason]) => reason === "transport error"), t.show(seen));
  });

  it("forceBase64: bytes arrive all the same", websocket, async (t) => {
    const socket = await t.connected("/", { forceBase64: true });
    const [value] = await t.asks(socket, "echo", new Uint8Array([1, 2, 255]));
    t.assert.same(t.bytes(value), [1, 2, 255]);
  });

  it("useNativeTimers: fake timers in the page do not stop it", both, async (t) => {
    const real = [window.setTimeout, window.clearTimeout];
    window.setTimeout = () => 0;
    window.clearTimeout = () => {};
    try {
      const socket = t.connect("/", { useNativeTimers: true });
      await t.ready(socket);
      t.assert.same(await t.asks(socket, "echo", 1), [1]);
      const [error] = await t.asks(socket.timeout(10), "nobody answers");
      t.assert.error(error, "operation has timed out");
    } finally {
      [window.setTimeout, window.clearTimeout] = real;
    }
  });

  it("transports as classes: polling and WebSocket by import", { over: once }, async (t) => {
    const { XHR, Fetch, WebSocket: WS } = t.client;
    for (const [transports, name] of [[[XHR], "polling"], [[Fetch], "polling"], [[WS], "websocket"]]) {
      const socket = t.connect("/", { transports });
      await t.once(socket, "connect");
      t.assert.equal(socket.io.engine.transport.name, name);
    }
  });

  it("transports as classes of engine.io-client's own package", { over: once, two: "they speak revision 4" }, async (t) => {
    const { Fetch, WebSocket } = await import("/client/official.js");
    for (const [list, name] of [[[Fetch], "polling"], [[WebSocket], "websocket"]]) {
      const socket = t.connect("/", { transports: list });
      await t.ready(socket);
      t.assert.equal(socket.io.engine.transport.name, name);
      t.assert.ok(socket.io.engine.transport instanceof list[0], "an instance of the class");
      t.assert.same(await t.asks(socket, "echo", "é€😀"), ["é€😀"]);
    }
  });

  it("transports as classes, with an upgrade", { over: ["upgrade"], two: "they speak revision 4" }, async (t) => {
    const { Fetch, WebSocket } = await import("/client/official.js");
    const socket = t.connect("/", { transports: [Fetch, WebSocket], forceNew: true });
    const [transport] = await t.once(socket.io.engine, "upgrade");
    t.assert.ok(transport instanceof WebSocket && transport === socket.io.engine.transport, "an instance of the class");
    t.assert.same(await t.asks(socket, "echo", 1), [1]);
  });

  it("a transport class of the page's own", { over: once, two: "it speaks revision 4" }, async (t) => {
    const { WebSocket: WS } = await import("/client/official.js");
    const Transport = Object.getPrototypeOf(Object.getPrototypeOf(WS));
    /** A server in the page: it greets, connects the namespace and answers what it is asked. */
    class Own extends Transport {
      get name() {
        return "own";
      }
      doOpen() {
        setTimeout(() => {
          this.onOpen();
          this.onData('0{"sid":"s","upgrades":[],"pingInterval":25000,"pingTimeout":20000}');
        });
      }
      write(packets) {
        this.writable = false;
        for (const { data } of packets) {
          if (data === "0") setTimeout(() => this.onData('40{"sid":"mine"}'));
          if (data.startsWith("20")) setTimeout(() => this.onData("430" + data.slice(2)));
        }
        setTimeout(() => {
          this.writable = true;
          this.emitReserved("drain");
        });
      }
      doClose() {}
    }
    const socket = t.connect("/", { transports: [Own] });
    await t.once(socket, "connect");
    t.assert.equal(socket.id, "mine");
    t.assert.ok(socket.io.engine.transport instanceof Own, "an instance of the class");
    t.assert.same(await t.asks(socket, "any", 1), ["any", 1]);
    const ended = t.once(socket, "disconnect");
    socket.io.engine.transport.onClose({ description: "gone" });
    const [reason, details] = await ended;
    t.assert.same([reason, details.description], ["transport close", "gone"]);
  });

  it("transports with webtransport behind the others: a server without it is reached by those", each, async (t) => {
    const socket = await t.connected("/", { transports: [...t.transports, "webtransport"] });
    t.assert.equal(socket.io.engine.transport.name, t.mode === "polling" ? "polling" : "websocket");
  });

  it("options given to io() keep their values", once, async (t) => {
    const options = { ...t.options(), query: { a: 1 }, extraHeaders: { b: "2" }, auth: { c: 3 } };
    const copy = structuredClone({ query: options.query, extraHeaders: options.extraHeaders, auth: options.auth });
    await t.ready(t.track(t.io("/", options)));
    t.assert.same({ query: options.query, extraHeaders: options.extraHeaders, auth: options.auth }, copy);
  });

  it("socket.io.opts has what was given", once, async (t) => {
    const socket = t.connect("/", { query: { a: 1 }, autoConnect: false });
    t.assert.equal(socket.io.opts.forceNew, true);
    t.assert.equal(socket.io.opts.path, "/socket.io");
    t.assert.same(socket.io.opts.query, { a: 1 });
    t.assert.same(socket.io.opts.transports, ["websocket"]);
  });

  for (const [name, value] of [["undefined", undefined], ["null", null], ["0", 0], ["an empty text", ""]]) {
    it(`options that are on or off: ${name}, given and not left out, is off where the option is on by itself, but for those that only false turns off`, once, async (t) => {
      const stays = await t.connected("/", { transports: ["polling", "websocket"], upgrade: value, timestampRequests: value, query: { key: t.key } });
      const drained = await t.asks(stays, "echo");
      await t.sleep(50);
      const requests = await t.server.requests(t.key);
      const manager = t.manager(t.url, { autoConnect: value, reconnection: value, addTrailingSlash: value });
      return [
        drained, stays.io.engine.transport.name, stays.io.engine.opts.upgrade === value,
        requests.some((request) => request.upgrade), requests.every((request) => /[?&]t=/.test(request.url)),
        manager._readyState, manager.reconnection(), manager.engine.opts.path,
      ];
    });

    it(`options that are off by themselves: ${name} leaves them off`, once, async (t) => {
      const { url } = await t.server.spawn({ transports: ["polling"] });
      const off = { rememberUpgrade: value, tryAllTransports: value, timestampRequests: value, withCredentials: value, closeOnBeforeunload: value };
      const socket = t.connect(url, { ...off, transports: ["websocket", "polling"], reconnection: false });
      const [error] = await t.once(socket, "connect_error");
      const same = ["forceNew", "multiplex"].map((option) => {
        const [a, b] = ["/a", "/b"].map((nsp) => t.track(t.io(`${t.url}${nsp}`, { autoConnect: false, query: { key: t.key }, [option]: value })));
        return a.io === b.io;
      });
      return [error.message, same];
    });
  }

  it("options that are on or off: any other value is on", once, async (t) => {
    const socket = await t.connected("/", { transports: ["polling", "websocket"], upgrade: 1, addTrailingSlash: "no" });
    await t.upgraded(socket);
    return [socket.io.engine.transport.name, socket.io.engine.opts.path];
  });
};
