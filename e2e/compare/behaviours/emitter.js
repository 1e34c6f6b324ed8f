// The listener methods of Socket and Manager.
import { once } from "./define.js";

export default (it) => {
  // None of these needs a server: the methods are the same on any socket. Events are delivered by `deliver`.
  const quiet = (t) => t.connect("/", { autoConnect: false });
  const a = () => {};
  const b = () => {};

  for (const [name, make] of [["Socket", quiet], ["Manager", (t) => t.manager(undefined, { autoConnect: false })]]) {
    it(`${name}: on, once, off and their other names hand back the object`, once, async (t) => {
      const emitter = make(t);
      t.assert.equal(emitter.on("x", a), emitter);
      t.assert.equal(emitter.addEventListener("x", a), emitter);
      t.assert.equal(emitter.once("x", a), emitter);
      t.assert.equal(emitter.off("x", a), emitter);
      t.assert.equal(emitter.off("x"), emitter);
      t.assert.equal(emitter.off("nothing"), emitter);
      t.assert.equal(emitter.off("nothing", a), emitter);
      t.assert.equal(emitter.removeListener("x", a), emitter);
      t.assert.equal(emitter.removeAllListeners("x"), emitter);
      t.assert.equal(emitter.removeEventListener("x", a), emitter);
    });

    it(`${name}: listeners() and hasListeners()`, once, async (t) => {
      const emitter = make(t);
      t.assert.same(emitter.listeners("x"), []);
      t.assert.equal(emitter.hasListeners("x"), false);
      emitter.on("x", a).on("x", b);
      t.assert.same(emitter.listeners("x"), [a, b]);
      t.assert.equal(emitter.hasListeners("x"), true);
      t.assert.equal(emitter.hasListeners("y"), false);
    });

    it(`${name}: off(event, fn) takes the first of equal listeners`, once, async (t) => {
      const emitter = make(t);
      emitter.on("x", a).on("x", b).on("x", a);
      emitter.off("x", a);
      t.assert.same(emitter.listeners("x"), [b, a]);
    });

    it(`${name}: off(event) takes all of one event, off() takes all`, once, async (t) => {
      const emitter = make(t);
      emitter.on("x", a).on("y", b).on("z", b);
      emitter.off("x");
      t.assert.equal(emitter.hasListeners("x"), false);
      t.assert.equal(emitter.hasListeners("y"), true);
      emitter.off();
      t.assert.equal(emitter.hasListeners("y"), false);
      t.assert.equal(emitter.hasListeners("z"), false);
    });

    it(`${name}: off() of one that is not there leaves the others`, once, async (t) => {
      const emitter = make(t);
      emitter.on("x", a);
      emitter.off("x", b);
      t.assert.same(emitter.listeners("x"), [a]);
    });

    it(`${name}: removeAllListeners(event) is off(event)`, once, async (t) => {
      const emitter = make(t);
      emitter.on("x", a).on("x", b).on("y", a);
      emitter.removeAllListeners("x");
      t.assert.same([emitter.listeners("x"), emitter.listeners("y")], [[], [a]]);
    });

    it(`${name}: off() finds a once listener by its own function`, once, async (t) => {
      const emitter = make(t);
      emitter.once("x", a);
      t.assert.equal(emitter.hasListeners("x"), true);
      t.assert.equal(emitter.listeners("x")[0].fn, a);
      emitter.off("x", a);
      t.assert.equal(emitter.hasListeners("x"), false);
    });
  }

  it("the same function twice is called twice", once, async (t) => {
    const socket = await t.connected();
    let calls = 0;
    const count = () => calls++;
    socket.on("echo", count).on("echo", count);
    socket.emit("echo");
    await t.settled(socket);
    t.assert.equal(calls, 2);
  });

  it("listeners are called in the order they were added", once, async (t) => {
    const socket = await t.connected();
    const seen = [];
    socket.on("echo", () => seen.push(1));
    socket.once("echo", () => seen.push(2));
    socket.on("echo", () => seen.push(3));
    socket.emit("echo");
    socket.emit("echo");
    await t.settled(socket);
    t.assert.same(seen, [1, 2, 3, 1, 3]);
  });

  it("once is called once, with the arguments and the socket as this", once, async (t) => {
    const socket = await t.connected();
    const seen = [];
    socket.once("echo", function (...args) { seen.push(args, this === socket); });
    socket.emit("echo", 1, "a");
    socket.emit("echo", 2);
    await t.settled(socket);
    t.assert.same(seen, [[1, "a"], true]);
  });

  it("once with the same function for two events: each once", once, async (t) => {
    const socket = await t.connected();
    const seen = [];
    const listener = (n) => seen.push(n);
    socket.once("x", listener).once("y", listener);
    await t.tell(socket, ["emit", "x", 1], ["emit", "x", 2], ["emit", "y", 3], ["emit", "y", 4]);
    t.assert.same(seen, [1, 3]);
  });

  it("a once listener is gone before it is called", once, async (t) => {
    const socket = await t.connected();
    let inside;
    socket.once("echo", () => (inside = socket.hasListeners("echo")));
    socket.emit("echo");
    await t.settled(socket);
    t.assert.equal(inside, false);
  });

  it("a listener added while an event is delivered hears the next one", once, async (t) => {
    const socket = await t.connected();
    const seen = [];
    let added = false;
    socket.on("echo", (n) => {
      seen.push(["first", n]);
      if (!added) socket.on("echo", (m) => seen.push(["second", m]));
      added = true;
    });
    socket.emit("echo", 1);
    socket.emit("echo", 2);
    await t.settled(socket);
    t.assert.same(seen, [["first", 1], ["first", 2], ["second", 2]]);
  });

  it("a neighbour removed while an event is delivered hears that one still", once, async (t) => {
    const socket = await t.connected();
    const seen = [];
    const neighbour = (n) => seen.push(["neighbour", n]);
    socket.on("echo", (n) => {
      seen.push(["first", n]);
      socket.off("echo", neighbour);
    });
    socket.on("echo", neighbour);
    socket.emit("echo", 1);
    socket.emit("echo", 2);
    await t.settled(socket);
    t.assert.same(seen, [["first", 1], ["neighbour", 1], ["first", 2]]);
  });

  it("off() inside a listener: the listeners of this event still hear it, none hears the next", once, async (t) => {
    const socket = await t.connected();
    const seen = [];
    socket.on("echo", () => {
      seen.push(1);
      socket.off();
    });
    socket.on("echo", () => seen.push(2));
    socket.emit("echo");
    socket.emit("echo");
    await t.settled(socket);
    t.assert.same(seen, [1, 2]);
  });

  it("off() leaves the connection working", once, async (t) => {
    const socket = await t.connected();
    socket.off();
    t.assert.same(await t.asks(socket, "echo", 1), [1]);
    const [reason] = await new Promise((resolve) => {
      socket.on("disconnect", (...args) => resolve(args));
      socket.disconnect();
    });
    t.assert.equal(reason, "io client disconnect");
  });

  it("listeners get the same objects: what one changes the next one sees", once, async (t) => {
    const socket = await t.connected();
    const seen = [];
    socket.on("echo", (value) => (value.n = 2));
    socket.on("echo", (value) => seen.push(value.n));
    socket.emit("echo", { n: 1 });
    await t.settled(socket);
    t.assert.same(seen, [2]);
  });

  it("emit() does not call the socket's own listeners", once, async (t) => {
    const socket = await t.connected();
    const seen = t.record(socket, "mine");
    socket.emit("mine", 1);
    await t.settled(socket);
    t.assert.same(seen, []);
  });

  it("Manager.emit() is local", once, async (t) => {
    const manager = t.manager(undefined, { autoConnect: false });
    const seen = t.record(manager, "mine");
    t.assert.equal(manager.emit("mine", 1, 2), manager);
    t.assert.same(seen, [[1, 2]]);
  });
};
