// Listeners that throw, emit, disconnect, connect, or take themselves or their neighbours off, at every moment at
// which a listener is called. What each moment does next is written down as a trace, and both clients must leave the
// same one.
import { both } from "./define.js";

export default (it) => {
  /**
   * A moment sets the listener and brings it about; `prepare` is given the socket in between. `target` says where
   * neighbours of the listener go. `spoils`: the official client does not get over an exception there by itself.
   */
  const MOMENTS = {
    connect: {
      async arm(t, fn, prepare = () => {}) {
        const socket = t.connect();
        socket.on("connect", fn);
        prepare(socket);
        return socket;
      },
      target: (socket) => [socket, "connect"],
    },
    "an event": {
      async arm(t, fn, prepare = () => {}) {
        const socket = await t.connected();
        socket.on("x", fn);
        prepare(socket);
        socket.emit("do", [["emit", "x", 1]]);
        return socket;
      },
      target: (socket) => [socket, "x"],
    },
    "an event with bytes": {
      async arm(t, fn, prepare = () => {}) {
        const socket = await t.connected();
        socket.on("x", fn);
        prepare(socket);
        socket.emit("do", [["emit", "x", new Uint8Array([1])]]);
        return socket;
      },
      target: (socket) => [socket, "x"],
    },
    "a question": {
      async arm(t, fn) {
        const socket = await t.connected();
        socket.on("x", function (ack) {
          ack("answer");
          fn.call(this);
        });
        socket.emit("do", [["ask", "x"]]);
        return socket;
      },
    },
    "an answer": {
      async arm(t, fn) {
        const socket = await t.connected();
        socket.emit("echo", fn);
        return socket;
      },
    },
    "any event": {
      async arm(t, fn) {
        const socket = await t.connected();
        socket.onAny((name) => name === "x" && fn.call(socket));
        socket.emit("do", [["emit", "x", 1]]);
        return socket;
      },
    },
    "disconnect by the server": {
      async arm(t, fn, prepare = () => {}) {
        const socket = await t.connected();
        socket.on("disconnect", fn);
        prepare(socket);
        socket.emit("do", [["disconnect"]]);
        return socket;
      },
      target: (socket) => [socket, "disconnect"],
    },
    "a lost connection": {
      async arm(t, fn, prepare = () => {}) {
        const socket = await t.connected();
        socket.on("disconnect", fn);
        prepare(socket);
        await t.server.act(socket.id, [["close"]]);
        return socket;
      },
      target: (socket) => [socket, "disconnect"],
    },
    "a refusal": {
      two: "2.x says it by the event error: see two.js",
      async arm(t, fn) {
        const socket = t.connect("/", { auth: { refuse: "no" } });
        socket.on("connect_error", function () {
          socket.auth = {};
          fn.call(this);
        });
        return socket;
      },
    },
    reconnect: {
      spoils: true,
      async arm(t, fn) {
        const socket = await t.connected();
        socket.io.on("reconnect", () => fn.call(socket));
        await t.server.act(socket.id, [["close"]]);
        return socket;
      },
    },
    reconnect_attempt: {
      spoils: true,
      async arm(t, fn) {
        const socket = await t.connected();
        socket.io.on("reconnect_attempt", () => fn.call(socket));
        await t.server.act(socket.id, [["close"]]);
        return socket;
      },
    },
  };

  /** Connected at last, whatever has happened, with a working callback and no event twice. */
  const alive = async (t, socket) => {
    if (!socket.connected) {
      const back = t.once(socket, "connect");
      if (!socket.active) socket.connect();
      await back;
    }
    t.assert.same(await t.asks(socket, "echo", "alive"), ["alive"]);
    const seen = t.record(socket, "once more");
    await t.tell(socket, ["emit", "once more"]);
    t.assert.equal(seen.length, 1);
  };

  /** Whether it is answered before its connection ends. */
  const lives = (socket) => socket.emitWithAck("echo", true).catch(() => false);

  for (const [moment, { arm, target, spoils, two = true }] of Object.entries(MOMENTS)) {
    const how = { over: both, two };

    it(`at ${moment}: a listener that throws is reported, and life goes on`, how, async (t) => {
      let calls = 0;
      const socket = await arm(t, () => {
        if (calls++ === 0) throw new Error("boom");
      });
      await t.thrown("boom");
      // After an exception in disconnect the official client does not reconnect by itself; connect() helps.
      if (spoils) socket.disconnect();
      socket.connect();
      await alive(t, socket);
    });

    it(`at ${moment}: a listener that emits`, how, async (t) => {
      let socket;
      const called = new Promise((resolve) => {
        arm(t, function () {
          this.emit("from inside", 1);
          this.emit("from inside", 2, new Uint8Array([2]));
          resolve(this);
        }).then((s) => (socket = s));
      });
      const self = await t.within(called, moment);
      await t.until(() => socket);
      t.assert.equal(self, socket);
      await alive(t, socket);
      const heard = await t.heardArgs(socket.id, "from inside");
      // Those emitted into a dying connection are held for the next one; none is lost, none comes twice.
      if (moment !== "disconnect by the server") t.assert.same(heard.slice(0, 2), [[1], [2, { bytes: [2] }]]);
      return heard.length;
    });

    it(`at ${moment}: a listener that disconnects`, how, async (t) => {
      let seen;
      const socket = await new Promise((resolve) => {
        let done = false;
        const armed = arm(t, function () {
          if (done) return;
          done = true;
          seen = t.record(this, "disconnect", "connect");
          this.disconnect();
          armed.then(resolve);
        });
      });
      t.assert.equal(socket.connected, false);
      t.assert.equal(socket.active, false);
      await t.sleep(60);
      t.assert.equal(socket.connected, false);
      const trace = seen.map(([name, reason]) => [name, reason]);
      await alive(t, socket);
      return trace;
    });

    it(`at ${moment}: a listener that disconnects and connects again`, how, async (t) => {
      const socket = await new Promise((resolve) => {
        let done = false;
        const armed = arm(t, function () {
          if (done) return;
          done = true;
          this.disconnect().connect();
          armed.then(resolve);
        });
      });
      t.assert.equal(socket.active, true);
      await alive(t, socket);
    });

    it(`at ${moment}: a listener that connects`, how, async (t) => {
      let connects = 0;
      const socket = await new Promise((resolve) => {
        let done = false;
        const armed = arm(t, function () {
          if (done) return;
          done = true;
          this.on("connect", () => connects++);
          t.assert.equal(this.connect(), this);
          armed.then(resolve);
        });
      });
      // Where the manager has just opened, the official client asks for the namespace twice, for which the server
      // closes the connection: only the one after that is alive.
      if (moment === "reconnect") return t.until(() => lives(socket), "alive");
      await alive(t, socket);
      return connects;
    });

    it(`at ${moment}: a listener that opens another connection`, how, async (t) => {
      let other;
      const socket = await new Promise((resolve) => {
        const armed = arm(t, () => {
          other ??= t.connect("/other");
          armed.then(resolve);
        });
      });
      await Promise.all([alive(t, socket), t.ready(other)]);
      t.assert.same(await t.asks(other, "echo", 1), [1]);
    });

    if (!target) continue;
    const beside = (neighbour) => (socket) => {
      const [emitter, event] = target(socket);
      emitter.on(event, neighbour);
    };

    it(`at ${moment}: a listener that takes itself and a neighbour off`, how, async (t) => {
      const seen = [];
      const neighbour = () => seen.push("neighbour");
      const socket = await arm(t, function self() {
        seen.push("self");
        const [emitter, event] = target(this);
        emitter.off(event, self);
        emitter.off(event, neighbour);
      }, beside(neighbour));
      const [emitter, event] = target(socket);
      await t.until(() => seen.length >= 2);
      t.assert.same(seen, ["self", "neighbour"]);
      t.assert.equal(emitter.hasListeners(event), false);
      await alive(t, socket);
      t.assert.same(seen, ["self", "neighbour"]);
    });

    it(`at ${moment}: a listener that takes all off`, how, async (t) => {
      const seen = [];
      const socket = await arm(t, function () {
        seen.push("first");
        this.off();
      }, beside(() => seen.push("second")));
      await t.until(() => seen.length >= 2);
      t.assert.same(seen, ["first", "second"]);
      await alive(t, socket);
      t.assert.same(seen, ["first", "second"]);
    });

    it(`at ${moment}: a listener that adds another, which is for the next time`, how, async (t) => {
      const seen = [];
      const socket = await arm(t, function () {
        const [emitter, event] = target(this);
        seen.push("first");
        emitter.on(event, () => seen.push("added"));
      });
      await t.until(() => seen.length >= 1);
      t.assert.same(seen, ["first"]);
      await t.until(() => socket.io);
      socket.off("connect");
      await alive(t, socket);
    });
  }
};
