// Somebody else answers in the server's place, at each step: what is said of it, and how often is asked again.
import { both, polling, upgrade, websocket } from "./define.js";

const HTML = "<!doctype html><title>Sign in</title><form action=/login><input name=user></form>";
const BYTES = [0xff, 0xfe, 0x00, 0x9f, 0x92, 0x96, 0x1e, 0xc3, 0x28];

const ANSWERS = {
  "an HTML page": { body: HTML },
  "a redirect to an HTML page": { status: 302, headers: { location: "/html" } },
  "a 204": { status: 204 },
  "nothing, with 200": { body: "" },
  "bytes at random": { body: BYTES },
  "a type that does not exist": { body: "9" },
  "the end of something longer": { body: 'o"]' },
  "a 400, the session being unknown": { status: 400, headers: { "content-type": "application/json" }, body: '{"code":1,"message":"Session ID unknown"}' },
  "a proxy's 502": { status: 502, body: "<h1>502 Bad Gateway</h1>" },
};

/** What an error says, without what differs from browser to browser. */
const said = (error) =>
  error && { message: error.message, type: error.type, code: error.code, description: error.description, status: error.context?.status, text: error.context?.responseText };

/** Everything that is told of a connection. The text of an XMLHttpRequest can be read while it is told. */
function listen(manager, engine, sockets) {
  const seen = [];
  const on = (emitter, who, ...events) => {
    for (const event of events) emitter.on(event, (...args) => seen.push([who, event, ...args.map((arg) => (arg instanceof Error ? said(arg) : arg))]));
  };
  on(manager, "manager", "open", "error", "close", "reconnect_attempt", "reconnect", "reconnect_error", "reconnect_failed");
  for (const socket of sockets) on(socket, `socket ${socket.nsp}`, "connect", "disconnect", "connect_error");
  return seen;
}

/** How many handshakes a behaviour's servers have seen. */
const handshakes = async (t) => (await t.server.requests(t.key)).filter((request) => !/[?&]sid=/.test(request.url)).length;

export default (it) => {
  for (const [what, answer] of Object.entries(ANSWERS)) {
    it(`instead of the handshake: ${what}: said at once, one request for each attempt, and then back`, polling, async (t) => {
      const { url, port } = await t.server.spawn();
      await t.server.instead(port, { on: "GET", ...answer, times: 1000 });
      const manager = t.manager(url, { autoConnect: false, reconnectionAttempts: 3, query: { key: t.key } });
      const sockets = ["/", "/b"].map((nsp) => t.track(manager.socket(nsp)));
      const seen = listen(manager, manager.engine, sockets);
      const over = t.once(manager, "reconnect_failed");
      for (const socket of sockets) socket.connect();
      await over;
      await t.sleep(100); // more than the longest delay
      const requests = (await t.server.requests(t.key)).map((request) => request.method);
      await t.server.instead(port);
      manager.open();
      await Promise.all(sockets.map((socket) => socket.connected || t.once(socket, "connect")));
      return [seen, requests];
    });

    it(`instead of the answer to CONNECT: ${what}: connect_error and disconnect, and back by one more handshake`, polling, async (t) => {
      const { url, port } = await t.server.spawn();
      const manager = t.manager(url, { autoConnect: false, query: { key: t.key } });
      const sockets = ["/", "/b"].map((nsp) => t.track(manager.socket(nsp)));
      const seen = listen(manager, manager.engine, sockets);
      // As a server does that has never heard of the session, behind a proxy without sticky sessions.
      await t.server.instead(port, { on: "GET", sid: true, ...answer });
      for (const socket of sockets) socket.connect();
      await Promise.all(sockets.map((socket) => t.once(socket, "connect")));
      return [seen, await handshakes(t)];
    });

    it(`instead of an answer to a poll: ${what}: transport error, and back by one more handshake`, polling, async (t) => {
      const { url, port } = await t.server.spawn();
      const socket = t.connect(url, { query: { key: t.key } });
      await t.ready(socket);
      await t.settled(socket);
      const { id, io: manager } = socket;
      const seen = listen(manager, manager.engine, [socket]);
      const engine = [];
      for (const event of ["error", "close"]) manager.engine.on(event, (arg) => engine.push([event, arg.message ?? arg]));
      const back = new Promise((resolve) => socket.once("disconnect", () => socket.once("connect", resolve)));
      await t.server.instead(port, { on: "GET", sid: true, ...answer });
      await t.server.act(id, [["emit", "x"]]); // ends a poll that is under way
      await t.within(back, "the reconnection");
      t.assert.same(await t.asks(socket, "echo", 1), [1]);
      return [seen, engine, await handshakes(t)];
    });
  }

  for (const what of ["a 204", "a proxy's 502"]) {
    it(`instead of an answer to a POST: ${what}: transport error, and back`, polling, async (t) => {
      const { url, port } = await t.server.spawn();
      const socket = t.connect(url);
      await t.ready(socket);
      await t.settled(socket);
      const seen = listen(socket.io, socket.io.engine, [socket]);
      await t.server.instead(port, { on: "POST", sid: true, ...ANSWERS[what] });
      const back = new Promise((resolve) => socket.once("disconnect", () => socket.once("connect", resolve)));
      socket.emit("x");
      await t.within(back, "the reconnection");
      t.assert.same(await t.asks(socket, "echo", 1), [1]);
      return seen;
    });
  }

  const FRAMES = { "an HTML page": HTML, nothing: "", "a type that does not exist": "9", "text at random": "\u0001%%% {{{" };
  for (const [what, frame] of Object.entries(FRAMES)) {
    it(`instead of the handshake over WebSocket: ${what}`, websocket, async (t) => {
      const { url, port } = await t.server.spawn();
      await t.server.instead(port, { on: "UPGRADE", frames: [frame], times: 1000 });
      const socket = t.connect(url, { autoConnect: false, reconnectionAttempts: 2, query: { key: t.key } });
      const seen = listen(socket.io, socket.io.engine, [socket]);
      const over = t.once(socket.io, "reconnect_failed");
      socket.connect();
      await over;
      await t.sleep(100);
      return [seen, (await t.server.requests(t.key)).length];
    });

    it(`a frame in the middle of a session: ${what}`, websocket, async (t) => {
      const socket = await t.connected();
      const seen = listen(socket.io, socket.io.engine, [socket]);
      const back = new Promise((resolve) => socket.once("disconnect", () => socket.once("connect", resolve)));
      await t.server.act(socket.id, [["frame", frame]]);
      await t.within(back, "the reconnection");
      return seen;
    });

    it(`instead of the answer to a probe: ${what}: polling goes on`, upgrade, async (t) => {
      const { url, port } = await t.server.spawn();
      await t.server.instead(port, { on: "UPGRADE", sid: true, frames: [frame] });
      const socket = t.connect(url);
      const [error] = await t.once(socket.io.engine, "upgradeError");
      if (!socket.connected) await t.once(socket, "connect");
      t.assert.same(await t.asks(socket, "echo", 1), [1]);
      return [error.message, error.transport, socket.io.engine.transport.name];
    });
  }

  it("tryAllTransports: HTML over polling, and WebSocket follows", polling, async (t) => {
    const { url, port } = await t.server.spawn();
    await t.server.instead(port, { on: "GET", body: HTML, times: 1000 });
    const socket = t.connect(url, { transports: ["polling", "websocket"], tryAllTransports: true, query: { key: t.key } });
    const seen = listen(socket.io, socket.io.engine, [socket]);
    await t.once(socket, "connect");
    return [seen, socket.io.engine.transport.name, (await t.server.requests(t.key)).map((request) => request.upgrade)];
  });

  it("a packet that is cut off: parse error, and back", both, async (t) => {
    const socket = await t.connected();
    const seen = [];
    socket.io.on("close", (reason, details) => seen.push(["manager", reason, details instanceof Error]));
    socket.on("disconnect", (reason, details) => seen.push(["socket", reason, details instanceof Error]));
    socket.io.engine.on("close", (reason) => seen.push(["engine", reason]));
    const back = new Promise((resolve) => socket.once("disconnect", () => socket.once("connect", resolve)));
    await t.server.act(socket.id, [["raw", '2["x",{"a":1']]);
    await t.within(back, "the reconnection");
    return seen;
  });

  it("a packet that is cut off: the server hears of the end", both, async (t) => {
    const socket = await t.connected("/", { reconnection: false });
    const { id } = socket;
    await t.server.act(id, [["raw", '2["x"']]);
    await t.server.until(id, { at: "disconnect" });
  });

  it("bytes that nobody has announced: parse error, and back", both, async (t) => {
    const socket = await t.connected();
    const seen = [];
    socket.on("disconnect", (reason, details) => seen.push(["socket", reason, details instanceof Error]));
    const back = new Promise((resolve) => socket.once("disconnect", () => socket.once("connect", resolve)));
    await t.server.act(socket.id, [["rawBytes", BYTES]]);
    await t.within(back, "the reconnection");
    return seen;
  });
};
