// What is not documented and yet stands in pages everywhere.
import { both, once } from "./define.js";

export default (it) => {
  it("sendBuffer holds what waits: packets with their data", { over: once }, async (t) => {
    const socket = t.connect("/", { autoConnect: false });
    t.assert.same(socket.sendBuffer, []);
    socket.emit("a", 1);
    socket.emit("b", { c: 2 });
    t.assert.equal(socket.sendBuffer.length, 2);
    t.assert.same(socket.sendBuffer.map((packet) => packet.data), [["a", 1], ["b", { c: 2 }]]);
    socket.connect();
    await t.ready(socket);
    t.assert.same(socket.sendBuffer, []);
  });

  it("sendBuffer = []: what waited is forgotten", both, async (t) => {
    const socket = t.connect("/", { autoConnect: false });
    socket.emit("forgotten", 1);
    socket.sendBuffer = [];
    socket.emit("kept", 2);
    socket.connect();
    await t.ready(socket);
    await t.settled(socket);
    t.assert.same((await t.heard(socket.id)).filter((n) => n !== "echo"), ["kept"]);
  });

  it("sendBuffer.length = 0: the same", both, async (t) => {
    const socket = t.connect("/", { autoConnect: false });
    socket.emit("forgotten", 1);
    socket.sendBuffer.length = 0;
    socket.emit("kept", 2);
    socket.connect();
    await t.ready(socket);
    await t.settled(socket);
    t.assert.same((await t.heard(socket.id)).filter((n) => n !== "echo"), ["kept"]);
  });

  it("sendBuffer emptied in the disconnect listener: nothing old is sent after the reconnection", both, async (t) => {
    const socket = await t.connected();
    socket.on("disconnect", () => {
      socket.emit("forgotten");
      socket.sendBuffer = [];
    });
    await t.bounce(socket);
    await t.settled(socket);
    t.assert.same((await t.heard(socket.id)).filter((n) => n !== "echo"), []);
  });

  it("receiveBuffer is a list, empty once connected", once, async (t) => {
    const socket = t.connect();
    t.assert.same(socket.receiveBuffer, []);
    await t.ready(socket);
    t.assert.same(socket.receiveBuffer, []);
  });

  it("acks has an entry for each callback that is waited for", once, async (t) => {
    const socket = await t.connected();
    t.assert.equal(Object.keys(socket.acks).length, 0);
    socket.emit("nobody answers", () => {});
    t.assert.equal(Object.keys(socket.acks).length, 1);
    await t.settled(socket);
    t.assert.equal(Object.keys(socket.acks).length, 1);
  });

  it("io._readyState and engine.readyState from opening to closed", both, async (t) => {
    const socket = t.connect();
    t.assert.same([socket.io._readyState, socket.io.engine.readyState], ["opening", "opening"]);
    await t.ready(socket);
    const { engine } = socket.io;
    t.assert.same([socket.io._readyState, engine.readyState], ["open", "open"]);
    socket.disconnect();
    t.assert.equal(socket.io._readyState, "closed");
    await t.until(() => engine.readyState === "closed");
  });

  it("io.uri, io.opts, io.nsps", once, async (t) => {
    const socket = t.connect(`${t.url}/room?a=1`, { autoConnect: false });
    t.assert.equal(socket.io.uri, `${t.url}/room?a=1`);
    t.assert.equal(socket.io.opts.forceNew, true);
    t.assert.same(Object.keys(socket.io.nsps), ["/room"]);
    t.assert.equal(socket.io.nsps["/room"], socket);
  });

  it("io._reconnecting while it reconnects", once, async (t) => {
    const { url, port } = await t.server.spawn();
    await t.server.stop(port);
    const socket = t.connect(url, { reconnectionDelay: 100 });
    await t.once(socket, "connect_error");
    t.assert.equal(socket.io._reconnecting, true);
    socket.disconnect();
    t.assert.ok(!socket.io._reconnecting, "no more");
  });

  it("_callbacks has the listeners by event", once, async (t) => {
    const socket = t.connect("/", { autoConnect: false });
    const a = () => {};
    socket.on("x", a);
    t.assert.same(socket._callbacks.$x, [a]);
    socket.off("x");
    t.assert.equal(socket._callbacks.$x, undefined);
  });

  it("a socket takes properties of the page's", once, async (t) => {
    const socket = await t.connected();
    socket.user = { name: "x" };
    socket.myEmit = socket.emit.bind(socket);
    const got = t.once(socket, "echo");
    socket.myEmit("echo", 1);
    t.assert.same(await got, [1]);
    t.assert.same(socket.user, { name: "x" });
  });

  it("emit replaced on an instance: others call the new one", once, async (t) => {
    const socket = await t.connected();
    const seen = [];
    const real = socket.emit;
    socket.emit = function (...args) {
      seen.push(args[0]);
      return real.apply(this, args);
    };
    socket.send("hi");
    const value = await socket.emitWithAck("echo", 5);
    t.assert.equal(value, 5);
    t.assert.same(seen, ["message", "echo"]);
  });

  it("onevent replaced on an instance: a wildcard of older times", both, async (t) => {
    const socket = await t.connected();
    const seen = [];
    const real = socket.onevent;
    socket.onevent = function (packet) {
      seen.push(packet.data.slice());
      real.call(this, packet);
    };
    const got = t.once(socket, "x");
    socket.emit("do", [["emit", "x", 1]]);
    t.assert.same(await got, [1]);
    t.assert.same(seen, [["x", 1]]);
  });

  it("Socket.prototype and Manager.prototype have the methods: they may be wrapped", once, async (t) => {
    for (const name of ["emit", "on", "once", "off", "send", "connect", "open", "disconnect", "close", "compress", "timeout", "emitWithAck", "onAny", "prependAny", "offAny", "listenersAny", "onAnyOutgoing", "prependAnyOutgoing", "offAnyOutgoing", "listenersAnyOutgoing"]) {
      t.assert.equal(typeof t.Socket.prototype[name], "function", `Socket.prototype.${name}`);
    }
    for (const name of ["open", "connect", "socket", "reconnection", "reconnectionAttempts", "reconnectionDelay", "reconnectionDelayMax", "randomizationFactor", "timeout", "on", "once", "off", "emit"]) {
      t.assert.equal(typeof t.Manager.prototype[name], "function", `Manager.prototype.${name}`);
    }
    const real = t.Socket.prototype.emit;
    const seen = [];
    t.Socket.prototype.emit = function (...args) {
      seen.push(args[0]);
      return real.apply(this, args);
    };
    try {
      const socket = await t.connected();
      t.assert.same(await t.asks(socket, "echo", 1), [1]);
      t.assert.same(seen, ["echo"]);
    } finally {
      t.Socket.prototype.emit = real;
    }
  });

  it("Socket.prototype: disconnected, active and volatile are getters", once, async (t) => {
    for (const name of ["disconnected", "active", "volatile"]) {
      t.assert.equal(typeof Object.getOwnPropertyDescriptor(t.Socket.prototype, name)?.get, "function", name);
    }
  });

  it("listeners added to the manager's engine in reconnect hear the new engine", both, async (t) => {
    const socket = await t.connected();
    const seen = [];
    socket.io.on("reconnect", () => socket.io.engine.once("packet", () => seen.push("packet")));
    await t.server.act(socket.id, [["close"]]);
    await t.until(() => seen.length === 1);
    if (!socket.connected) await t.once(socket, "connect");
  });

  it("engine.opts and io.opts.query may be read after the connection", once, async (t) => {
    const socket = await t.connected("/", { query: { a: "1" } });
    t.assert.equal(socket.io.opts.query.a, "1");
    t.assert.equal(socket.io.engine.opts.query.a, "1");
    t.assert.equal(socket.io.engine.opts.upgrade, true);
  });

  it("onevent replaced by one that answers by ack(), as socketio-wildcard does", both, async (t) => {
    const socket = await t.connected();
    const seen = [];
    const { emit } = t.Manager.prototype;
    socket.onevent = function (packet) {
      const args = packet.data || [];
      if (packet.id != null) args.push(this.ack(packet.id));
      emit.call(this, "*", packet);
      return emit.apply(this, args);
    };
    socket.on("*", (packet) => seen.push(packet.data[0]));
    socket.on("ask", (n, answer) => answer(n + 1));
    t.assert.same(await t.tell(socket, ["ask", "ask", 4]), [5]);
    t.assert.same(seen, ["ask"]);
  });

  it("io.skipReconnect: set when the last socket has left or been disconnected, not while one is to be connected", both, async (t) => {
    const socket = await t.connected();
    const seen = [];
    const look = () => seen.push(!!socket.io.skipReconnect);
    look();
    socket.on("disconnect", (reason) => {
      seen.push(reason);
      look();
    });
    const gone = t.once(socket, "disconnect");
    socket.emit("do", [["disconnect"]]);
    await gone;
    look();
    socket.connect();
    await t.ready(socket);
    look();
    socket.disconnect();
    look();
    socket.connect();
    look();
    await t.ready(socket);
    return seen;
  });

  it("io.skipReconnect = true: no reconnection before connect(); = false: again", both, async (t) => {
    const socket = await t.connected("/", { reconnectionDelay: 10 });
    let attempts = 0;
    socket.io.on("reconnect_attempt", () => attempts++);
    socket.io.skipReconnect = true;
    await t.lose(socket);
    await t.sleep(200);
    t.assert.same([attempts, socket.connected, !!socket.io._reconnecting], [0, false, false]);
    socket.connect();
    await t.ready(socket);
    await t.bounce(socket);
    t.assert.equal(attempts, 1);
    socket.io.skipReconnect = true;
    socket.io.skipReconnect = false;
    await t.bounce(socket);
    t.assert.equal(attempts, 2);
  });

  it("io.skipReconnect = true between two attempts ends them", once, async (t) => {
    const { url, port } = await t.server.spawn();
    await t.server.stop(port);
    const socket = t.connect(url, { reconnectionDelay: 100 });
    let attempts = 0;
    socket.io.on("reconnect_attempt", () => attempts++);
    await t.once(socket, "connect_error");
    socket.io.skipReconnect = true;
    await t.sleep(400);
    t.assert.equal(attempts, 0);
  });

  it("io.reconnect() in the disconnect listener, with reconnection: false: attempts with backoff", both, async (t) => {
    const socket = await t.connected("/", { reconnection: false, reconnectionDelay: 10 });
    const seen = [];
    for (const event of ["reconnect_attempt", "reconnect"]) socket.io.on(event, (n) => seen.push(event, n));
    socket.on("disconnect", () => {
      socket.io.reconnect();
      seen.push(socket.io._reconnecting);
    });
    await t.bounce(socket);
    return seen;
  });

  it("io.reconnect() while it reconnects, while it is connected and after disconnect(): nothing", both, async (t) => {
    const socket = await t.connected("/", { reconnectionDelay: 10 });
    const seen = [];
    for (const event of ["reconnect_attempt", "reconnect"]) socket.io.on(event, (n) => seen.push(event, n));
    socket.on("disconnect", () => socket.io.reconnect());
    await t.bounce(socket);
    socket.disconnect();
    socket.io.reconnect();
    await t.sleep(200);
    return [seen, socket.connected];
  });

  it("io.reconnect() after the manager was closed and skipReconnect taken back, to another address", both, async (t) => {
    const socket = await t.connected("/", { reconnectionDelay: 10 });
    const { url, port } = await t.server.spawn();
    socket.io._close();
    socket.io.uri = url;
    socket.io.skipReconnect = false;
    socket.io.reconnect();
    await t.ready(socket);
    t.assert.equal(String(socket.io.engine.port), String(port));
  });

  it("io._reconnection and io._reconnectionAttempts say what is set, and what is written counts", both, async (t) => {
    const socket = await t.connected("/", { reconnection: false, reconnectionDelay: 10 });
    const seen = [socket.io._reconnection, socket.io._reconnectionAttempts === Infinity];
    socket.io._reconnection = true;
    socket.io._reconnectionAttempts = 3;
    seen.push(socket.io.reconnection(), socket.io.reconnectionAttempts());
    await t.bounce(socket);
    socket.io._reconnection = false;
    await t.lose(socket);
    await t.sleep(200);
    seen.push(socket.connected);
    return seen;
  });

  it("io.backoff.attempts from the first failure to reconnect_failed", both, async (t) => {
    const { url } = await t.nowhere();
    const socket = t.connect(url, { reconnectionDelay: 10, reconnectionAttempts: 2 });
    const seen = [["before", socket.io.backoff.attempts]];
    const notes = (event) => () => seen.push([event, socket.io.backoff.attempts]);
    socket.on("connect_error", notes("connect_error"));
    for (const event of ["error", "reconnect_attempt", "reconnect_error", "reconnect_failed"]) socket.io.on(event, notes(event));
    await t.once(socket.io, "reconnect_failed");
    return seen;
  });

  it("io.backoff.attempts from the loss of a connection to reconnect", both, async (t) => {
    const socket = await t.connected("/", { reconnectionDelay: 10 });
    const seen = [];
    const notes = (event) => () => seen.push([event, socket.io.backoff.attempts]);
    for (const event of ["disconnect", "connect"]) socket.on(event, notes(event));
    for (const event of ["close", "reconnect_attempt", "reconnect"]) socket.io.on(event, notes(event));
    await t.bounce(socket);
    return seen;
  });

  it("io.backoff.duration() is the next pause, and counts; ms, max, jitter, setMin(), setMax(), setJitter() are those of the setters", both, async (t) => {
    const socket = await t.connected("/", { reconnectionDelay: 20, reconnectionDelayMax: 70, randomizationFactor: 0 });
    const { backoff } = socket.io;
    const seen = [backoff.ms, backoff.max, backoff.jitter, backoff.factor];
    for (let i = 0; i < 4; i++) seen.push(backoff.duration(), backoff.attempts);
    backoff.reset();
    seen.push(backoff.attempts, backoff.duration());
    socket.io.reconnectionDelay(50).reconnectionDelayMax(60);
    backoff.reset();
    seen.push(backoff.ms, backoff.max, backoff.duration(), backoff.duration());
    backoff.setMin(4);
    backoff.setMax(6);
    backoff.setJitter(1);
    backoff.reset();
    const pause = backoff.duration();
    return [seen, pause >= 0 && pause <= 6, backoff.jitter];
  });

  it("io.backoff.reset() at reconnect_attempt: the pauses begin anew, and the attempts are counted anew", once, async (t) => {
    const { url } = await t.nowhere();
    const socket = t.connect(url, { reconnectionDelay: 5, reconnectionAttempts: 2 });
    const seen = [];
    await new Promise((enough) => {
      socket.io.on("reconnect_attempt", (n) => {
        seen.push(n);
        if (seen.length < 5) socket.io.backoff.reset();
      });
      socket.io.on("reconnect_failed", enough);
    });
    t.assert.same(seen, [1, 1, 1, 1, 1, 2]);
  });

  it("io.backoff.attempts written between two attempts: the next ones are counted from it", both, async (t) => {
    const { url } = await t.nowhere();
    const socket = t.connect(url, { reconnectionDelay: 5, reconnectionDelayMax: 20, reconnectionAttempts: 8 });
    const seen = [];
    socket.io.on("reconnect_error", () => {
      if (socket.io.backoff.attempts === 2) socket.io.backoff.attempts = 6;
    });
    socket.io.on("reconnect_attempt", (n) => seen.push(n));
    await t.once(socket.io, "reconnect_failed");
    return seen;
  });

  it("io.backoff.attempts after disconnect() between two attempts, and from the next connect() on", both, async (t) => {
    const { url } = await t.nowhere();
    const socket = t.connect(url, { reconnectionDelay: 5, reconnectionDelayMax: 5 });
    const seen = [];
    for (let i = 0; i < 2; i++) {
      for (const _ of "123") seen.push((await t.once(socket.io, "reconnect_error")).length, socket.io.backoff.attempts);
      socket.disconnect();
      seen.push(socket.io.backoff.attempts);
      socket.connect();
    }
    return seen;
  });

  it("io.backoff.attempts written before the first connection: none follows the one that fails", both, async (t) => {
    const { url } = await t.nowhere();
    const socket = t.connect(url, { autoConnect: false, reconnectionDelay: 5 });
    socket.io.backoff.attempts = 2;
    socket.io.backoff.duration();
    const seen = [socket.io.backoff.attempts];
    socket.io.on("reconnect_attempt", (n) => seen.push(n));
    socket.connect();
    await t.once(socket, "connect_error");
    await t.sleep(100);
    return seen;
  });

  it("io.backoff.reset() in connect_error: each attempt is the first", both, async (t) => {
    const { url } = await t.nowhere();
    const socket = t.connect(url, { reconnectionDelay: 5, reconnectionAttempts: 8 });
    const seen = [];
    socket.on("connect_error", () => socket.io.backoff.reset());
    await new Promise((enough) => socket.io.on("reconnect_attempt", (n) => seen.push(n) == 4 && enough()));
    return seen;
  });

  it("engine.transports has the names of option transports, also after an upgrade", both, async (t) => {
    const socket = await t.connected("/", { transports: ["polling", "websocket"] });
    const one = await t.connected("/", { forceNew: true });
    return [socket.io.engine.transports, one.io.engine.transports];
  });

  it("encoder.replacer and decoder.tryParse of the manager may be set, as Reflex does", both, async (t) => {
    const socket = t.connect();
    socket.io.encoder.replacer = (key, value) => (value === undefined ? null : value);
    const read = [];
    socket.io.decoder.tryParse = (text) => {
      read.push(text);
      return JSON.parse(text);
    };
    await t.ready(socket);
    t.assert.same(await t.asks(socket, "echo", { a: undefined, b: 1 }), [{ a: null, b: 1 }]);
    t.assert.same(read.at(-1), '[{"a":null,"b":1}]');
  });
};
