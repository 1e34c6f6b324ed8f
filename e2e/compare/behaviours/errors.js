// What goes wrong and what is said: connect_error and disconnect with message, data, description and context.
import { both, each, once, polling, upgrade, websocket } from "./define.js";

const other = "2.x says it by the event error: see two.js";

export default (it) => {
  /**
   * The error of such an event, and what its context says while the event is heard: the official client's is an
   * XMLHttpRequest, which it aborts right afterwards, so that it says nothing any more.
   */
  const failure = (t, socket, event) =>
    t.within(
      new Promise((resolve) => {
        socket.once(event, (...args) => {
          const error = args.at(-1);
          resolve({ reason: args[0], error, status: error.context?.status, text: error.context?.responseText });
        });
      }),
      `"${event}"`,
    );

  it("connect_error by middleware: an Error with the server's message and no data", { over: each, two: other }, async (t) => {
    const socket = t.connect("/", { auth: { refuse: "not today" } });
    const [error, ...rest] = await t.once(socket, "connect_error");
    t.assert.error(error, "not today");
    t.assert.equal(error.data, undefined);
    t.assert.same(rest, []);
    t.assert.equal(socket.active, false);
    t.assert.equal(socket.connected, false);
    t.assert.equal(socket.id, undefined);
  });

  it("connect_error by middleware: data as the server gave it", { over: both, two: other }, async (t) => {
    const data = { code: "E_NO", list: [1, null], deep: { text: "é" } };
    const socket = t.connect("/", { auth: { refuse: "no", data } });
    const [error] = await t.once(socket, "connect_error");
    t.assert.same(error.data, data);
  });

  it("connect_error by middleware: texts with quotes, accents, line ends; data of every kind", { over: both, two: other }, async (t) => {
    for (const [message, data] of [['"quoted"', "text"], ["é€😀\n", 0], ["", false], ["{}", [1]]]) {
      const socket = t.connect("/", { auth: { refuse: message, data } });
      const [error] = await t.once(socket, "connect_error");
      t.assert.error(error, message);
      t.assert.same(error.data, data);
    }
  });

  it("connect_error by middleware in a namespace; the manager hears nothing of it", { over: both, two: other }, async (t) => {
    const socket = t.connect("/room", { auth: { refuse: "no" } });
    const seen = t.record(socket.io, "error", "reconnect_attempt", "reconnect_error");
    await t.once(socket, "connect_error");
    await t.sleep(40);
    t.assert.same(seen, []);
  });

  it("connect_error in one namespace is not heard in another", { over: both, two: other }, async (t) => {
    const m = t.manager();
    const a = m.socket("/a");
    const seen = t.record(a, "connect_error", "disconnect");
    const b = m.socket("/b", { auth: { refuse: "no" } });
    await Promise.all([t.ready(a), t.once(b, "connect_error")]);
    await t.settled(a);
    t.assert.same(seen, []);
  });

  it("connect() after connect_error tries again; refused again is said again", { over: both, two: other }, async (t) => {
    const socket = t.connect("/", { auth: { refuse: "no" } });
    for (let i = 0; i < 3; i++) {
      const [error] = await t.once(socket, "connect_error");
      t.assert.error(error, "no");
      socket.connect();
      t.assert.equal(socket.active, true);
    }
    // The attempt that is under way takes it: it is read when the connection is open.
    socket.auth = {};
    await t.once(socket, "connect");
    t.assert.same(await t.asks(socket, "echo", 1), [1]);
  });

  it("connect() in the connect_error listener", { over: both, two: other }, async (t) => {
    const socket = t.connect("/", { auth: { refuse: "first" } });
    const seen = [];
    socket.on("connect_error", (error) => {
      seen.push(error.message);
      socket.auth = seen.length === 1 ? { refuse: "second" } : {};
      socket.connect();
    });
    socket.on("connect", () => seen.push("connect"));
    await t.until(() => seen.length === 3);
    t.assert.same(seen, ["first", "second", "connect"]);
  });

  it("no server: the error has message, description and type; active stays true", both, async (t) => {
    const { url, port } = await t.server.spawn();
    await t.server.stop(port);
    const socket = t.connect(url);
    const [error] = await t.once(socket, "connect_error");
    t.assert.error(error, t.mode === "polling" ? "xhr poll error" : "websocket error");
    t.assert.equal(error.type, "TransportError");
    if (t.mode === "polling") t.assert.equal(error.description, 0);
    else t.assert.ok(error.description instanceof Event, "the browser's event");
    t.assert.equal(socket.active, true);
  });

  it("the manager hears error first, then the sockets connect_error, with the same object", both, async (t) => {
    const m = t.manager(t.url, { path: "/status/500", autoConnect: false });
    const seen = t.record(m, "error").map(String);
    const order = [];
    m.on("error", (error) => order.push(["manager", error]));
    const socket = m.socket("/");
    socket.on("connect_error", (error) => order.push(["socket", error]));
    socket.connect();
    await t.until(() => order.length >= 2);
    t.assert.same(order.slice(0, 2).map(([who]) => who), ["manager", "socket"]);
    t.assert.equal(order[0][1], order[1][1]);
    t.assert.same(seen, []);
  });

  for (const status of [400, 401, 403, 404, 500, 502, 503]) {
    it(`HTTP ${status} instead of the handshake: description is the status, context has status and text`, polling, async (t) => {
      const socket = t.connect("/", { path: `/status/${status}` });
      const seen = await failure(t, socket, "connect_error");
      t.assert.error(seen.error, "xhr poll error");
      t.assert.equal(seen.error.type, "TransportError");
      t.assert.equal(seen.error.description, status);
      t.assert.equal(seen.status, status);
      t.assert.equal(seen.text, `status ${status}`);
      t.assert.equal(socket.active, true);
    });
  }

  it("a WebSocket refused with 404", websocket, async (t) => {
    const socket = t.connect("/", { path: "/status/404" });
    const [error] = await t.once(socket, "connect_error");
    t.assert.error(error, "websocket error");
    t.assert.equal(error.type, "TransportError");
  });

  it("a server of Engine.IO's that refuses: its JSON is in the context", polling, async (t) => {
    const { url } = await t.server.spawn({ transports: ["websocket"] });
    const socket = t.connect(url);
    const { error, text } = await failure(t, socket, "connect_error");
    t.assert.equal(error.description, 400);
    t.assert.same(JSON.parse(text), { code: 0, message: "Transport unknown" });
  });

  it("garbage instead of the handshake does not connect, the timeout ends it, and it tries again", polling, async (t) => {
    for (const path of ["/garbage", "/html"]) {
      const socket = t.connect("/", { path, timeout: 100 });
      const seen = t.record(socket, "connect");
      await t.once(socket, "connect_error");
      await t.once(socket.io, "reconnect_attempt");
      t.assert.same(seen, []);
      socket.disconnect();
    }
  });

  it("disconnect by us: no details", both, async (t) => {
    const socket = await t.connected();
    const got = t.record(socket, "disconnect");
    socket.disconnect();
    t.assert.same(got, [["io client disconnect", undefined]]);
  });

  it("disconnect: a WebSocket that is closed: details.description, and the CloseEvent in details.context", ["websocket", "upgrade"], async (t) => {
    const socket = await t.connected();
    const got = t.once(socket, "disconnect");
    await t.server.act(socket.id, [["close"]]);
    const [reason, details] = await got;
    t.assert.equal(reason, "transport close");
    t.assert.equal(details.description, "websocket connection closed");
    t.assert.ok(details.context instanceof CloseEvent, "a CloseEvent");
    t.assert.equal(details.context.code, 1005);
  });

  it("disconnect: a WebSocket that is cut: code 1006", websocket, async (t) => {
    const socket = await t.connected();
    const got = t.once(socket, "disconnect");
    await t.server.act(socket.id, [["cut"]]);
    const [reason, details] = await got;
    t.assert.equal(reason, "transport close");
    t.assert.equal(details.context.code, 1006);
    t.assert.equal(details.context.wasClean, false);
  });

  it("disconnect: polling that the server closes: details.description", polling, async (t) => {
    const socket = await t.connected();
    const got = t.once(socket, "disconnect");
    await t.server.act(socket.id, [["close"]]);
    const [reason, details] = await got;
    t.assert.equal(reason, "transport close");
    t.assert.equal(details.description, "transport closed by the server");
  });

  it("disconnect: a session the server does not know any more: transport error, 400, its JSON", polling, async (t) => {
    const { url, port } = await t.server.spawn();
    const socket = t.connect(url, { reconnection: false });
    await t.ready(socket);
    const gone = t.once(socket, "disconnect");
    await t.server.stop(port);
    const [reason, details] = await gone;
    t.assert.equal(reason, "transport error");
    t.assert.error(details, "xhr poll error");
  });

  it("disconnect: a server that forgot: transport error with 400 and Session ID unknown", polling, async (t) => {
    const { url } = await t.server.spawn();
    const socket = t.connect(url, { reconnection: false });
    await t.ready(socket);
    const got = failure(t, socket, "disconnect");
    await t.server.act(socket.id, [["forget"]]);
    socket.emit("x");
    const { reason, error, text } = await got;
    t.assert.equal(reason, "transport error");
    t.assert.ok(["xhr post error", "xhr poll error"].includes(error.message), error.message);
    t.assert.equal(error.description, 400);
    t.assert.same(JSON.parse(text), { code: 1, message: "Session ID unknown" });
  });

  it("disconnect: more than the server takes, over polling: 413", { over: polling, two: "2.x cuts the connection in the middle of its answer" }, async (t) => {
    const { url } = await t.server.spawn({ maxHttpBufferSize: 1000 });
    const socket = t.connect(url, { reconnection: false });
    await t.ready(socket);
    const got = failure(t, socket, "disconnect");
    socket.emit("large", "x".repeat(5000));
    const { reason, error, status, text } = await got;
    t.assert.equal(reason, "transport error");
    t.assert.error(error, "xhr post error");
    t.assert.equal(error.description, 413);
    t.assert.equal(status, 413);
    t.assert.equal(text, "");
  });

  it("disconnect: more than the server takes, over WebSocket: 1009", ["websocket", "upgrade"], async (t) => {
    const { url } = await t.server.spawn({ maxHttpBufferSize: 1000 });
    const socket = t.connect(url, { reconnection: false });
    await t.ready(socket);
    const got = t.once(socket, "disconnect");
    socket.emit("large", "x".repeat(5000));
    const [reason, details] = await got;
    t.assert.equal(reason, "transport close");
    t.assert.equal(details.context.code, 1009);
  });

  it("many events that together are too much for one POST are split", { over: polling, two: "2.x does not say its limit" }, async (t) => {
    const { url } = await t.server.spawn({ maxHttpBufferSize: 2000 });
    const socket = t.connect(url);
    await t.ready(socket);
    for (let i = 0; i < 20; i++) socket.emit("n", i, "é".repeat(200));
    await t.settled(socket);
    t.assert.same((await t.heardArgs(socket.id, "n")).map(([n]) => n), [...Array(20).keys()]);
  });

  it("bytes that together are too much for one POST are split", { over: polling, two: "2.x does not say its limit" }, async (t) => {
    const { url } = await t.server.spawn({ maxHttpBufferSize: 2000 });
    const socket = t.connect(url);
    await t.ready(socket);
    for (let i = 0; i < 10; i++) socket.emit("n", i, new Uint8Array(600));
    await t.settled(socket);
    t.assert.same((await t.heardArgs(socket.id, "n")).map(([n]) => n), [...Array(10).keys()]);
  });

  const PACKETS = {
    "a type that does not exist": "9",
    "JSON cut in half": '2["x"',
    "an event that is no list": '2{"a":1}',
    "a reserved event": '2["connect"]',
    "attachments without a number": '5["x"]',
    "an answer that is no list": '30{"a":1}',
  };
  for (const [what, text] of Object.entries(PACKETS)) {
    it(`a packet that cannot be read (${what}): disconnect with "parse error", and back`, both, async (t) => {
      const socket = await t.connected();
      const first = socket.id;
      const connected = new Promise((resolve) => socket.once("disconnect", () => resolve(t.once(socket, "connect"))));
      const got = t.once(socket, "disconnect");
      await t.server.act(first, [["raw", text]]);
      const [reason, details] = await got;
      t.assert.equal(reason, "parse error");
      t.assert.ok(details instanceof Error, "an Error as details");
      await (await connected);
      t.assert.ok(socket.id !== first, "another session");
    });
  }

  it("a packet for a namespace that nobody has asked for is ignored", both, async (t) => {
    const socket = await t.connected();
    const seen = t.recordAny(socket, "onAny");
    await t.server.act(socket.id, [["raw", '2/elsewhere,["x"]'], ["raw", '3/elsewhere,0["x"]'], ["raw", "1/elsewhere"]]);
    t.assert.same(await t.asks(socket, "echo", 1), [1]);
    t.assert.same(seen, []);
  });

  it("an answer that nobody waits for is ignored", both, async (t) => {
    const socket = await t.connected();
    await t.server.act(socket.id, [["raw", "3999[1]"]]);
    t.assert.same(await t.asks(socket, "echo", 1), [1]);
    t.assert.equal(socket.connected, true);
  });

  it("an exception in a listener is seen by the page, and the next event is heard", each, async (t) => {
    const socket = await t.connected();
    const seen = [];
    socket.on("x", (n) => {
      seen.push(n);
      if (n === 1) throw new Error("boom");
    });
    socket.emit("do", [["emit", "x", 1], ["emit", "x", 2]]);
    await t.thrown("boom");
    await t.until(() => seen.length === 2);
    t.assert.same(seen, [1, 2]);
    t.assert.equal(socket.connected, true);
    t.assert.same(await t.asks(socket, "echo", 1), [1]);
  });

  it("a heartbeat that stays out: \"ping timeout\"", { over: each, two: "2.x clients ping, servers answer: see two.js" }, async (t) => {
    const { url } = await t.server.spawn({ pingInterval: 60_000, pingTimeout: 20_000 });
    t.clock.stop();
    const socket = t.connect(url);
    await t.ready(socket);
    const seen = t.record(socket, "disconnect");
    await t.clock.move(79_990);
    t.assert.same(seen, []);
    await t.clock.move(20);
    t.assert.same(seen, [["ping timeout", undefined]]);
  });

  it("an upgrade is no disconnect", upgrade, async (t) => {
    const socket = t.connect();
    const seen = t.record(socket, "disconnect", "connect_error");
    await t.ready(socket);
    await t.settled(socket);
    t.assert.same(seen, []);
  });

  it("connect_error has no data of its own when the network failed", once, async (t) => {
    const socket = t.connect("/", { path: "/status/404" });
    const [error] = await t.once(socket, "connect_error");
    t.assert.equal(error.data, undefined);
    t.assert.equal(error.context, undefined);
  });
};
