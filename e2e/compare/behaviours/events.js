// Events: what emit() takes and gives, names, arguments, order.
import { both, each, once } from "./define.js";

const RESERVED = ["connect", "connect_error", "disconnect", "disconnecting", "newListener", "removeListener"];
const otherReserved = "a 2.x server keeps some of these names to itself";

export default (it) => {
  it("emit() hands back the socket, so does send()", once, async (t) => {
    const socket = await t.connected();
    t.assert.equal(socket.emit("a"), socket);
    t.assert.equal(socket.emit("a", 1, () => {}), socket);
    t.assert.equal(socket.send("b"), socket);
  });

  it("emit() before the connection hands back the socket, too", once, async (t) => {
    const socket = t.connect("/", { autoConnect: false });
    t.assert.equal(socket.emit("a"), socket);
    t.assert.equal(socket.volatile.emit("a"), socket);
  });

  it("an event travels there and back with its arguments", each, async (t) => {
    const socket = await t.connected();
    const back = t.once(socket, "echo");
    socket.emit("echo", 1, "2", { 3: ["4"] }, null, true);
    t.assert.same(await back, [1, "2", { 3: ["4"] }, null, true]);
  });

  it("an event without arguments calls its listener without arguments", both, async (t) => {
    const socket = await t.connected();
    const back = new Promise((resolve) => socket.on("echo", function () { resolve(arguments.length); }));
    socket.emit("echo");
    t.assert.equal(await back, 0);
    t.assert.same(await t.server.log(socket.id).then((log) => log.at(-1)), { event: "echo", args: [] });
  });

  it("forty arguments", both, async (t) => {
    const socket = await t.connected();
    const args = Array.from({ length: 40 }, (_, i) => i);
    t.assert.same(await t.asks(socket, "echo", ...args), args);
  });

  it("send() emits message, with a callback, too", both, async (t) => {
    const socket = await t.connected();
    socket.send("one", 2);
    socket.emit("echo");
    await t.settled(socket);
    t.assert.same(await t.server.log(socket.id).then((log) => log[1]?.event === "upgrade" ? log[2] : log[1]), { event: "message", args: ["one", 2] });
  });

  it("message from the server reaches on(\"message\")", both, async (t) => {
    const socket = await t.connected();
    const got = t.once(socket, "message");
    socket.emit("do", [["emit", "message", "hi"]]);
    t.assert.same(await got, ["hi"]);
  });

  for (const name of RESERVED) {
    it(`emitting ${name} throws`, once, async (t) => {
      const socket = t.connect("/", { autoConnect: false });
      t.assert.throws(() => socket.emit(name, 1), Error, `"${name}" is a reserved event name`);
      t.assert.throws(() => socket.volatile.emit(name), Error, `"${name}" is a reserved event name`);
    });
  }

  it("emitWithAck of a reserved name rejects", once, async (t) => {
    const socket = t.connect("/", { autoConnect: false });
    await t.assert.rejects(socket.emitWithAck("connect"), Error, '"connect" is a reserved event name');
  });

  it("a reserved name leaves nothing behind: the next event goes its way", both, async (t) => {
    const socket = await t.connected();
    t.assert.throws(() => socket.emit("disconnect"), Error);
    t.assert.same(await t.asks(socket, "echo", 1), [1]);
    t.assert.equal(socket.connected, true);
  });

  it("names that mean something elsewhere are ordinary events", { over: both, two: otherReserved }, async (t) => {
    const socket = await t.connected();
    const names = ["error", "open", "close", "ping", "packet", "message", "data", "reconnect", "connecting", "ready", "authenticated", "end"];
    const seen = [];
    for (const name of names) socket.on(name, (...args) => seen.push([name, ...args]));
    await t.tell(socket, ...names.map((name) => ["emit", name, `from ${name}`]));
    t.assert.same(seen, names.map((name) => [name, `from ${name}`]));
    for (const name of names) socket.emit(name, name);
    await t.settled(socket);
    const heard = await t.heard(socket.id);
    t.assert.same(heard.filter((name) => names.includes(name)), names);
  });

  it("names with blanks, quotes, commas, brackets, slashes, emoji, digits first", both, async (t) => {
    const socket = await t.connected();
    const names = ["with blank", 'with "quotes"', "comma,comma", "[bracket]", "/slash", "é€😀", "42abc", "\\back", "a\nb", "\u2028"];
    const seen = [];
    for (const name of names) socket.on(name, (...args) => seen.push([name, ...args]));
    await t.tell(socket, ...names.map((name) => ["emit", name, 1]));
    t.assert.same(seen, names.map((name) => [name, 1]));
    for (const name of names) socket.emit(name);
    await t.settled(socket);
    t.assert.same((await t.heard(socket.id)).filter((name) => names.includes(name)), names);
  });

  it("names that every object has: constructor, toString, __proto__, hasOwnProperty", both, async (t) => {
    const socket = await t.connected();
    const names = ["constructor", "toString", "__proto__", "hasOwnProperty", "valueOf"];
    t.assert.same(names.map((name) => socket.listeners(name)), names.map(() => []));
    const seen = [];
    for (const name of names) socket.on(name, (...args) => seen.push([name, ...args]));
    await t.tell(socket, ...names.map((name) => ["emit", name, 1]));
    t.assert.same(seen, names.map((name) => [name, 1]));
  });

  it("such names without a listener are ignored", both, async (t) => {
    const socket = await t.connected();
    await t.tell(socket, ["emit", "constructor", 1], ["emit", "__proto__", 1], ["emit", "toString"]);
    t.assert.same(await t.asks(socket, "echo", 1), [1]);
  });

  it("the empty name", both, async (t) => {
    const socket = await t.connected();
    const got = t.once(socket, "");
    socket.emit("do", [["emit", "", 5]]);
    t.assert.same(await got, [5]);
    socket.emit("", "x");
    await t.settled(socket);
    t.assert.same(await t.heardArgs(socket.id, ""), [["x"]]);
  });

  it("a number as a name, both ways", { over: both, two: "2.x servers emit strings only" }, async (t) => {
    const socket = await t.connected();
    const got = t.once(socket, 42);
    socket.emit("do", [["emit", 42, "x"]]);
    t.assert.same(await got, ["x"]);
    socket.emit(7, "seven");
    await t.settled(socket);
    const line = (await t.server.log(socket.id)).find((l) => l.event === 7);
    t.assert.same(line, { event: 7, args: ["seven"] });
  });

  it("the listener's this is the socket", both, async (t) => {
    const socket = await t.connected();
    const self = new Promise((resolve) => socket.on("echo", function () { resolve(this); }));
    socket.emit("echo");
    t.assert.equal(await self, socket);
  });

  it("the listener's this is the socket for connect and disconnect", once, async (t) => {
    const socket = t.connect();
    const seen = [];
    socket.on("connect", function () { seen.push(this === socket); });
    socket.on("disconnect", function () { seen.push(this === socket); });
    await t.ready(socket);
    socket.disconnect();
    t.assert.same(seen, [true, true]);
  });

  it("events arrive in the order sent", each, async (t) => {
    const socket = await t.connected();
    for (let i = 0; i < 300; i++) socket.emit("n", i);
    await t.settled(socket);
    t.assert.same((await t.heardArgs(socket.id, "n")).flat(), Array.from({ length: 300 }, (_, i) => i));
  });

  it("events come in the order the server sent them", each, async (t) => {
    const socket = await t.connected();
    const seen = t.record(socket, "n");
    await t.tell(socket, ["many", 300, "n"]);
    t.assert.same(seen.flat(), Array.from({ length: 300 }, (_, i) => i));
  });

  it("what is emitted before the connection is sent once it is there, in order, before what connect listeners emit", each, async (t) => {
    const socket = t.connect();
    for (let i = 0; i < 20; i++) socket.emit("n", i);
    socket.on("connect", () => socket.emit("n", "from connect"));
    await t.ready(socket);
    await t.settled(socket);
    t.assert.same((await t.heardArgs(socket.id, "n")).flat(), [...Array(20).keys(), "from connect"]);
  });

  it("what is emitted between two sessions is sent in the next one, once", both, async (t) => {
    const socket = await t.connected();
    socket.disconnect();
    socket.emit("n", 1);
    socket.emit("n", 2);
    socket.connect();
    await t.ready(socket);
    await t.settled(socket);
    t.assert.same(await t.heardArgs(socket.id, "n"), [[1], [2]]);
    socket.disconnect().connect();
    await t.once(socket, "connect");
    await t.settled(socket);
    t.assert.same(await t.heardArgs(socket.id, "n"), []);
  });

  it("what is emitted while it reconnects is sent afterwards, in order", both, async (t) => {
    const socket = await t.connected();
    socket.once("disconnect", () => {
      for (let i = 0; i < 10; i++) socket.emit("n", i);
    });
    await t.bounce(socket);
    await t.settled(socket);
    t.assert.same((await t.heardArgs(socket.id, "n")).flat(), [...Array(10).keys()]);
  });

  it("a value changed right after emit() goes out as it was", both, async (t) => {
    const socket = await t.connected();
    const value = { n: 1, list: [1] };
    const answer = t.asks(socket, "echo", value);
    value.n = 2;
    value.list.push(2);
    t.assert.same(await answer, [{ n: 1, list: [1] }]);
  });

  it("emit() does not change what it is given", both, async (t) => {
    const socket = await t.connected();
    const args = ["echo", { a: { b: new Uint8Array([1, 2]) } }, [new Uint8Array([3])]];
    const [, object, list] = args;
    const inner = object.a.b;
    socket.emit(...args);
    await t.settled(socket);
    t.assert.equal(object.a.b, inner);
    t.assert.ok(list[0] instanceof Uint8Array, "still bytes");
    t.assert.equal(args.length, 3);
  });

  it("a text of 125,000 characters", both, async (t) => {
    const socket = await t.connected();
    const text = "é€😀x".repeat(25_000);
    const [back] = await t.asks(socket, "echo", text);
    t.assert.equal(back === text, true, "the same text");
  });

  it("a listener may take itself off", both, async (t) => {
    const socket = await t.connected();
    const seen = [];
    socket.on("echo", function listener(n) {
      seen.push(n);
      socket.off("echo", listener);
    });
    socket.emit("echo", 1);
    socket.emit("echo", 2);
    await t.settled(socket);
    t.assert.same(seen, [1]);
  });

  it("emit() inside a listener goes out after what was emitted before", both, async (t) => {
    const socket = await t.connected();
    socket.on("echo", (n) => n < 5 && socket.emit("echo", n + 1));
    const seen = t.record(socket, "echo");
    socket.emit("echo", 0);
    await t.until(() => seen.length === 6);
    t.assert.same(seen.flat(), [0, 1, 2, 3, 4, 5]);
  });
};
