// Listeners for any event, incoming and outgoing.
import { each, once } from "./define.js";

export default (it) => {
  it("onAny hears every event, with its name first and the callback last", each, async (t) => {
    const socket = await t.connected();
    const seen = t.recordAny(socket, "onAny");
    await t.tell(socket, ["emit", "a", 1, "x"], ["emit", "b"], ["emit", "c", { d: 1 }]);
    t.assert.same(seen, [["a", 1, "x"], ["b"], ["c", { d: 1 }]]);
    socket.on("question", (ack) => ack(1));
    await t.tell(socket, ["ask", "question"]);
    t.assert.equal(typeof seen[3][1], "function");
  });

  it("onAny hears events that have no listener of their own", once, async (t) => {
    const socket = await t.connected();
    const seen = t.recordAny(socket, "onAny");
    await t.tell(socket, ["emit", "unheard", 1]);
    t.assert.same(seen, [["unheard", 1]]);
  });

  it("onAny is called before the event's own listeners", once, async (t) => {
    const socket = await t.connected();
    const seen = [];
    socket.on("a", () => seen.push("on"));
    socket.onAny(() => seen.push("any"));
    await t.tell(socket, ["emit", "a"]);
    t.assert.same(seen, ["any", "on"]);
  });

  it("onAny does not hear connect and disconnect, nor answers", once, async (t) => {
    const socket = t.connect();
    const seen = t.recordAny(socket, "onAny");
    await t.ready(socket);
    await t.asks(socket, "echo", 1);
    socket.disconnect();
    t.assert.same(seen, []);
  });

  it("onAny does not hear connect_error", once, async (t) => {
    const socket = t.connect("/", { query: { refuse: "no" }, auth: { refuse: "no" }, autoConnect: false });
    const seen = t.recordAny(socket, "onAny");
    socket.connect();
    await t.once(socket, "connect_error");
    t.assert.same(seen, []);
  });

  it("onAny: this is the socket", once, async (t) => {
    const socket = await t.connected();
    let self;
    socket.onAny(function () { self = this; });
    await t.tell(socket, ["emit", "a"]);
    t.assert.equal(self, socket);
  });

  it("onAny and prependAny: their order", once, async (t) => {
    const socket = await t.connected();
    const seen = [];
    socket.onAny(() => seen.push(2));
    socket.onAny(() => seen.push(3));
    socket.prependAny(() => seen.push(1));
    await t.tell(socket, ["emit", "a"]);
    t.assert.same(seen, [1, 2, 3]);
  });

  it("offAny(fn) takes one, offAny() takes all", once, async (t) => {
    const socket = await t.connected();
    const seen = [];
    const one = () => seen.push(1);
    socket.onAny(one).onAny(() => seen.push(2));
    socket.offAny(one);
    await t.tell(socket, ["emit", "a"]);
    socket.offAny();
    await t.tell(socket, ["emit", "a"]);
    t.assert.same(seen, [2]);
  });

  it("offAny(fn) takes the first of equal listeners", once, async (t) => {
    const socket = t.connect("/", { autoConnect: false });
    const a = () => {};
    const b = () => {};
    socket.onAny(a).onAny(b).onAny(a).offAny(a);
    t.assert.same(socket.listenersAny(), [b, a]);
  });

  it("listenersAny() lists them", once, async (t) => {
    const socket = t.connect("/", { autoConnect: false });
    const a = () => {};
    const b = () => {};
    t.assert.same(socket.listenersAny(), []);
    socket.onAny(a).prependAny(b);
    t.assert.same(socket.listenersAny(), [b, a]);
    socket.offAny();
    t.assert.same(socket.listenersAny(), []);
  });

  it("listenersAny() may be changed in place", once, async (t) => {
    const socket = await t.connected();
    const seen = [];
    socket.onAny(() => seen.push(1));
    socket.onAny(() => seen.push(2));
    socket.listenersAny().shift();
    await t.tell(socket, ["emit", "a"]);
    t.assert.same(seen, [2]);
  });

  it("all of them hand back the socket", once, async (t) => {
    const socket = t.connect("/", { autoConnect: false });
    const a = () => {};
    for (const name of ["offAny", "onAny", "prependAny", "offAny", "offAnyOutgoing", "onAnyOutgoing", "prependAnyOutgoing", "offAnyOutgoing"]) {
      t.assert.equal(socket[name](a), socket, name);
    }
    t.assert.equal(socket.offAny(), socket);
    t.assert.equal(socket.offAnyOutgoing(), socket);
  });

  it("onAny: one that takes itself off, its neighbour is still called", once, async (t) => {
    const socket = await t.connected();
    const seen = [];
    socket.onAny(function self() {
      seen.push("self");
      socket.offAny(self);
    });
    socket.onAny(() => seen.push("neighbour"));
    await t.tell(socket, ["emit", "a"], ["emit", "b"]);
    t.assert.same(seen, ["self", "neighbour", "neighbour"]);
  });

  it("onAny: one that adds another, which hears the next event", once, async (t) => {
    const socket = await t.connected();
    const seen = [];
    socket.onAny((name) => {
      seen.push(name);
      if (name === "a") socket.onAny((again) => seen.push(`second ${again}`));
    });
    await t.tell(socket, ["emit", "a"], ["emit", "b"]);
    t.assert.same(seen, ["a", "b", "second b"]);
  });

  it("onAny hears bytes put together", once, async (t) => {
    const socket = await t.connected();
    const seen = t.recordAny(socket, "onAny");
    await t.tell(socket, ["emit", "a", { b: new Uint8Array([1, 2]) }]);
    t.assert.same(t.bytes(seen[0][1].b), [1, 2]);
  });

  it("onAnyOutgoing hears what is emitted, at once, without the callback", once, async (t) => {
    const socket = await t.connected();
    const seen = t.recordAny(socket, "onAnyOutgoing");
    socket.emit("a", 1, "x");
    socket.emit("b", { c: 1 }, () => {});
    socket.send("hi");
    t.assert.same(seen, [["a", 1, "x"], ["b", { c: 1 }], ["message", "hi"]]);
  });

  it("onAnyOutgoing: what is held is heard when it goes out, not before", once, async (t) => {
    const socket = t.connect();
    const seen = t.recordAny(socket, "onAnyOutgoing");
    const order = [];
    socket.onAnyOutgoing((name) => order.push(name));
    socket.on("connect", () => order.push("connect"));
    socket.emit("a", 1);
    socket.emit("b", 2);
    t.assert.same(seen, []);
    await t.ready(socket);
    t.assert.same(seen, [["a", 1], ["b", 2]]);
    t.assert.same(order, ["a", "b", "connect"]);
  });

  it("onAnyOutgoing does not hear answers to the server", once, async (t) => {
    const socket = await t.connected();
    const seen = t.recordAny(socket, "onAnyOutgoing");
    socket.on("question", (ack) => ack("answer"));
    await t.tell(socket, ["ask", "question"]);
    t.assert.same(seen.map(([name]) => name), ["do"]);
  });

  it("onAnyOutgoing does not hear what volatile drops", once, async (t) => {
    const socket = t.connect("/", { autoConnect: false });
    const seen = t.recordAny(socket, "onAnyOutgoing");
    socket.volatile.emit("dropped");
    socket.connect();
    await t.ready(socket);
    t.assert.same(seen, []);
  });

  it("onAnyOutgoing hears bytes as they were given", once, async (t) => {
    const socket = await t.connected();
    const seen = t.recordAny(socket, "onAnyOutgoing");
    const value = new Uint8Array([1]);
    socket.emit("a", value);
    t.assert.equal(seen[0][1], value);
    await t.settled(socket);
  });

  it("onAnyOutgoing and prependAnyOutgoing: order, this, list", once, async (t) => {
    const socket = await t.connected();
    const seen = [];
    const second = function () { seen.push([2, this === socket]); };
    const first = () => seen.push([1]);
    socket.onAnyOutgoing(second).prependAnyOutgoing(first);
    t.assert.same(socket.listenersAnyOutgoing(), [first, second]);
    socket.emit("a");
    t.assert.same(seen, [[1], [2, true]]);
  });

  it("offAnyOutgoing(fn) takes one, offAnyOutgoing() takes all", once, async (t) => {
    const socket = await t.connected();
    const seen = [];
    const one = () => seen.push(1);
    socket.onAnyOutgoing(one).onAnyOutgoing(() => seen.push(2));
    socket.offAnyOutgoing(one);
    socket.emit("a");
    socket.offAnyOutgoing();
    socket.emit("b");
    t.assert.same(seen, [2]);
    t.assert.same(socket.listenersAnyOutgoing(), []);
  });

  it("onAnyOutgoing: emitting in it", once, async (t) => {
    const socket = await t.connected();
    const seen = [];
    socket.onAnyOutgoing((name) => {
      seen.push(name);
      if (name === "a") socket.emit("inner");
    });
    socket.emit("a");
    await t.settled(socket);
    t.assert.same(seen, ["a", "inner", "echo"]);
    // The listener runs before its event is handed on, so that what it emits goes first.
    t.assert.same((await t.heard(socket.id)).slice(0, 2), ["inner", "a"]);
  });

  it("a catch-all's exception gets out of emit()", { over: once }, async (t) => {
    const socket = await t.connected();
    socket.onAnyOutgoing(() => { throw new Error("boom"); });
    let thrown;
    try {
      socket.emit("a");
    } catch (error) {
      thrown = error;
    }
    // Either it is thrown to the caller or it is reported; it is not lost.
    if (thrown) t.assert.error(thrown, "boom");
    else await t.thrown("boom");
    socket.offAnyOutgoing();
    t.assert.same(await t.asks(socket, "echo", 1), [1]);
  });
};
