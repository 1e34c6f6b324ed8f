// Corners between the concerns of the other files: packets that come too early or in pieces, upgrades that are
// disturbed, settings at their edges, who hears what of an error.
import { both, each, once, polling, upgrade } from "./define.js";

export default (it) => {
  const held = "2.x namespaces are connected without auth";

  it("events that come before the namespace is connected are kept, and heard before connect", { over: both, two: held }, async (t) => {
    const m = t.manager();
    const root = m.socket("/");
    await t.ready(root);
    let release;
    const late = m.socket("/late", { auth: (cb) => (release = () => cb({})) });
    const seen = t.record(late, "early", "connect");
    late.onAny((name) => seen.push([`any ${name}`]));
    await t.server.act(root.id, [["raw", '2/late,["early",1]'], ["raw", '2/late,["early",2]']]);
    await t.settled(root);
    t.assert.same(seen, []);
    t.assert.same(late.receiveBuffer, [["early", 1], ["early", 2]]);
    await t.until(() => release);
    release();
    await t.until(() => late.connected);
    t.assert.same(seen, [["any early"], ["early", 1], ["any early"], ["early", 2], ["connect"]]);
    t.assert.same(late.receiveBuffer, []);
  });

  it("what is emitted while auth is being asked waits for the namespace", { over: each, two: held }, async (t) => {
    let release;
    const socket = t.connect("/", { auth: (cb) => (release = () => cb({ n: 1 })) });
    socket.emit("n", 1);
    await t.until(() => release);
    socket.emit("n", 2);
    t.assert.equal(socket.sendBuffer.length, 2);
    release();
    await t.ready(socket);
    await t.settled(socket);
    t.assert.same(await t.heardArgs(socket.id, "n"), [[1], [2]]);
  });

  const BROKEN = {
    "a text where bytes are due": [["raw", '51-["x",{"_placeholder":true,"num":0}]'], ["raw", '2["y"]']],
    "bytes that nobody announced": [["rawBytes", [1, 2]]],
    "a place that has no bytes": [["raw", '51-["x",{"_placeholder":true,"num":3}]'], ["rawBytes", [1]]],
    "attachments that are none": [["raw", '50-["x"]']],
    "attachments without their dash": [["raw", '51["x"]']],
  };
  for (const [what, operations] of Object.entries(BROKEN)) {
    it(`${what}: disconnect with "parse error", and a reconnection`, both, async (t) => {
      const socket = await t.connected();
      const seen = t.record(socket, "x", "y");
      const got = t.once(socket, "disconnect");
      const back = new Promise((resolve) => socket.once("disconnect", () => resolve(t.once(socket, "connect"))));
      await t.server.act(socket.id, operations);
      const [reason, details] = await got;
      t.assert.equal(reason, "parse error");
      t.assert.ok(details instanceof Error, "an Error");
      await (await back);
      t.assert.same(await t.asks(socket, "echo", 1), [1]);
      t.assert.same(seen, []);
    });
  }

  it("bytes announced in one session do not meet those of the next", both, async (t) => {
    const socket = await t.connected();
    const seen = t.record(socket, "x");
    const back = new Promise((resolve) => socket.once("disconnect", () => resolve(t.once(socket, "connect"))));
    await t.server.act(socket.id, [["raw", '52-["x",{"_placeholder":true,"num":0},{"_placeholder":true,"num":1}]'], ["rawBytes", [1]], ["close"]]);
    await (await back);
    const [value] = await t.asks(socket, "echo", new Uint8Array([9]));
    t.assert.same(t.bytes(value), [9]);
    t.assert.same(seen, []);
  });

  it("an error of a live connection: the manager's error, no connect_error, then disconnect", polling, async (t) => {
    const socket = await t.connected("/", { reconnection: false });
    const seen = [];
    socket.io.on("error", (error) => seen.push(["error", error.message]));
    socket.on("connect_error", () => seen.push(["connect_error"]));
    socket.on("disconnect", (reason) => seen.push(["disconnect", reason]));
    socket.io.on("close", (reason) => seen.push(["close", reason]));
    await t.server.act(socket.id, [["forget"]]);
    socket.emit("x");
    await t.until(() => seen.some(([name]) => name === "close"));
    t.assert.ok(/^xhr (post|poll) error$/.test(seen[0][1]), t.show(seen));
    t.assert.same(seen.map(([name, reason]) => (name === "error" ? [name] : [name, reason])), [["error"], ["disconnect", "transport error"], ["close", "transport error"]]);
  });

  it("errors are plain Errors by name and text", polling, async (t) => {
    const socket = t.connect("/", { path: "/status/404" });
    const [error] = await t.once(socket, "connect_error");
    t.assert.equal(String(error), "Error: xhr poll error");
    t.assert.ok(error instanceof Error && typeof error.stack === "string", "an Error with a stack");
  });

  it("a manager's and an engine's listeners have them as this", once, async (t) => {
    const socket = t.connect();
    const seen = [];
    socket.io.on("open", function () { seen.push(this === socket.io); });
    socket.io.engine.on("open", function () { seen.push(this === socket.io.engine); });
    await t.ready(socket);
    t.assert.same(seen, [true, true]);
  });

  it("forced close by the engine: no details", both, async (t) => {
    const socket = await t.connected("/", { reconnection: false });
    const got = t.once(socket, "disconnect");
    const closed = t.once(socket.io, "close");
    socket.io.engine.close();
    t.assert.same([(await got)[1], (await closed)[1]], [undefined, undefined]);
  });

  it("packetCreate tells whether a packet is to be compressed", once, async (t) => {
    const socket = await t.connected();
    const seen = [];
    socket.io.engine.on("packetCreate", ({ options }) => seen.push(options.compress));
    socket.emit("a");
    socket.compress(false).emit("b");
    socket.compress(true).emit("c");
    t.assert.same(seen, [true, false, true]);
  });

  it("an engine's close listener that was added in connect runs after the socket's disconnect", both, async (t) => {
    const socket = await t.connected("/", { reconnection: false });
    const seen = [];
    socket.io.engine.on("close", () => seen.push("engine"));
    socket.on("disconnect", () => seen.push("socket"));
    socket.io.on("close", () => seen.push("manager"));
    await t.lose(socket);
    await t.until(() => seen.length === 3);
    t.assert.same(seen, ["socket", "manager", "engine"]);
  });

  it("zero counts as unset: reconnectionAttempts, reconnectionDelay, reconnectionDelayMax", once, async (t) => {
    const m = t.track(new t.Manager(t.url, { autoConnect: false, reconnectionAttempts: 0, reconnectionDelay: 0, reconnectionDelayMax: 0 }));
    t.assert.same([m.reconnectionAttempts(), m.reconnectionDelay(), m.reconnectionDelayMax()], [Infinity, 1000, 5000]);
  });

  it("timeout: 0 fails at once", both, async (t) => {
    const socket = t.connect("/", { timeout: 0, reconnection: false });
    const [error] = await t.once(socket, "connect_error");
    t.assert.error(error, "timeout");
  });

  it("reconnection(false) while it waits for the next attempt ends that, too", both, async (t) => {
    const { url, port } = await t.server.spawn();
    await t.server.stop(port);
    const socket = t.connect(url, { reconnectionDelay: 60, reconnectionDelayMax: 60 });
    await t.once(socket, "connect_error");
    socket.io.reconnection(false);
    const seen = t.record(socket.io, "reconnect_attempt");
    await t.sleep(150);
    t.assert.same(seen, []);
  });

  it("a socket disconnected while the others reconnect stays away", both, async (t) => {
    const m = t.manager();
    const [a, b] = [m.socket("/a"), m.socket("/b")];
    await Promise.all([t.ready(a), t.ready(b)]);
    const seen = t.record(b, "connect");
    m.once("reconnect_attempt", () => b.disconnect());
    await t.bounce(a);
    await t.settled(a);
    t.assert.same([seen, b.active, b.connected], [[], false, false]);
  });

  it("the server closes the connection in the middle of an upgrade: it comes back, and no event is heard twice", upgrade, async (t) => {
    const socket = t.connect();
    const { engine } = socket.io;
    await Promise.all([t.once(engine, "upgrading"), t.once(socket, "connect")]);
    const seen = t.record(socket, "connect");
    socket.emit("n", 1);
    await t.bounce(socket);
    socket.emit("n", 2);
    await t.ready(socket);
    await t.settled(socket);
    t.assert.equal(seen.length, 1);
    t.assert.same((await t.heardArgs(socket.id, "n")).filter(([n]) => n === 2), [[2]]);
  });

  it("disconnect() in the middle of an upgrade, and connect()", upgrade, async (t) => {
    const socket = t.connect();
    const { engine } = socket.io;
    await Promise.all([t.once(engine, "upgrading"), t.once(socket, "connect")]);
    const { id } = socket;
    socket.disconnect();
    await t.server.until(id, { at: "disconnect" });
    socket.connect();
    await t.ready(socket);
    t.assert.same(await t.asks(socket, "echo", 1), [1]);
  });

  it("what is emitted in the connect listener arrives, although that disconnects while the upgrade goes on", upgrade, async (t) => {
    for (let i = 0; i < 5; i++) {
      const socket = t.connect();
      let id;
      await t.within(
        new Promise((resolve) =>
          socket.on("connect", () => {
            ({ id } = socket);
            socket.emit("farewell", 1);
            socket.emit("farewell", new Uint8Array([2]));
            socket.disconnect();
            resolve();
          }),
        ),
        "connect",
      );
      await t.server.until(id, { at: "disconnect" });
      t.assert.same(await t.heardArgs(id, "farewell"), [[1], [{ bytes: [2] }]]);
    }
  });

  it("bytes and callbacks both ways in the middle of an upgrade", upgrade, async (t) => {
    const socket = t.connect();
    const { engine } = socket.io;
    const seen = [];
    socket.on("b", (i, value) => seen.push([i, t.bytes(value)[0]]));
    await t.once(socket, "connect");
    const answers = [];
    let i = 0;
    while (engine.transport.name === "polling" || i < 5) {
      const n = i++;
      socket.emit("echo", new Uint8Array([n]), new Blob([new Uint8Array([n])]), (one, two) => answers.push([t.bytes(one)[0], t.bytes(two)[0]]));
      socket.emit("do", [["emit", "b", n, new Uint8Array([n])]]);
      await t.sleep(4);
    }
    await t.until(() => answers.length === i && seen.length === i, "all of them");
    t.assert.same(answers, Array.from({ length: i }, (_, n) => [n & 255, n & 255]));
    t.assert.same(seen, answers.map(([n], at) => [at, n]));
  });

  it("ten connections one after the other, each upgraded, leave nothing open", upgrade, async (t) => {
    for (let i = 0; i < 10; i++) {
      const socket = await t.connected();
      const { id } = socket;
      const { engine } = socket.io;
      socket.disconnect();
      await t.server.until(id, { at: "disconnect" });
      await t.until(() => engine.readyState === "closed");
    }
  });

  it("events to a room reach every one of its sockets once", each, async (t) => {
    const nsp = `/${t.key}`;
    const sockets = await Promise.all([t.connected(nsp), t.connected(nsp)]);
    const seen = sockets.map((s) => t.record(s, "news"));
    await t.server.act(sockets[0].id, [["room", "news", { n: 1, b: new Uint8Array([1]) }]]);
    await Promise.all(sockets.map(t.settled));
    t.assert.same(seen.map((list) => list.map(([v]) => v.n)), [[1], [1]]);
  });

  it("a listener added in connect for what the server sends at once misses nothing", each, async (t) => {
    const socket = t.connect("/greeting");
    const seen = [];
    socket.on("connect", () => socket.on("welcome", (n) => seen.push(n)));
    await t.until(() => seen.length === 2);
    t.assert.same(seen, [1, 2]);
  });

  it("the same listener for events of two sockets", both, async (t) => {
    const [a, b] = await Promise.all([t.connected("/a"), t.connected("/b")]);
    const seen = [];
    const listener = function (n) { seen.push([this.nsp, n]); };
    a.on("x", listener);
    b.on("x", listener);
    await t.tell(a, ["emit", "x", 1]);
    await t.tell(b, ["emit", "x", 2]);
    a.off("x", listener);
    await t.tell(a, ["emit", "x", 3]);
    await t.tell(b, ["emit", "x", 4]);
    t.assert.same(seen, [["/a", 1], ["/b", 2], ["/b", 4]]);
  });
};
