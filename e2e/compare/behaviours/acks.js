// Acknowledgements: callbacks both ways, emitWithAck, timeouts.
import { both, each, once } from "./define.js";

export default (it) => {
  it("the callback gets what the server answers", each, async (t) => {
    const socket = await t.connected();
    t.assert.same(await t.asks(socket, "echo", 1, "two", { three: [3] }, null), [1, "two", { three: [3] }, null]);
  });

  it("an answer without values calls the callback without arguments", both, async (t) => {
    const socket = await t.connected();
    t.assert.same(await t.asks(socket, "echo"), []);
  });

  it("the callback is called once and never in the turn of emit()", both, async (t) => {
    const socket = await t.connected();
    let calls = 0;
    socket.emit("echo", () => calls++);
    t.assert.equal(calls, 0);
    await t.settled(socket);
    await t.settled(socket);
    t.assert.equal(calls, 1);
  });

  it("the callback's this is the socket", both, async (t) => {
    const socket = await t.connected();
    const self = await new Promise((resolve) => socket.emit("echo", function () { resolve(this); }));
    t.assert.equal(self, socket);
  });

  it("answers find their callbacks, whatever their order", each, async (t) => {
    const socket = await t.connected();
    const seen = [];
    for (const key of ["a", "b", "c"]) socket.emit("keep", key, (answer) => seen.push(answer));
    await t.tell(socket, ["answer", "b"], ["answer", "c"], ["answer", "a"]);
    t.assert.same(seen, ["b", "c", "a"]);
  });

  it("200 callbacks, in order, each with its own answer", each, async (t) => {
    const socket = await t.connected();
    const seen = [];
    for (let i = 0; i < 200; i++) socket.emit("echo", i, (n) => seen.push([i, n]));
    await t.settled(socket);
    t.assert.same(seen, Array.from({ length: 200 }, (_, i) => [i, i]));
  });

  it("an answer that comes twice calls its callback once", both, async (t) => {
    const socket = await t.connected();
    const seen = [];
    socket.emit("echo", 1, (...args) => seen.push(args));
    await t.until(() => seen.length);
    await t.server.act(socket.id, [["raw", '30["again"]'], ["raw", '30["and again"]']]);
    t.assert.same(await t.asks(socket, "echo", 2), [2]);
    t.assert.same(seen, [[1]]);
  });

  it("only a function in the last place is a callback", both, async (t) => {
    const socket = await t.connected();
    socket.emit("odd", () => {}, 1);
    await t.settled(socket);
    t.assert.same(await t.heardArgs(socket.id, "odd"), [[null, 1]]);
  });

  it("a callback given before the connection is answered after it", both, async (t) => {
    const socket = t.connect();
    t.assert.same(await t.asks(socket, "echo", "early"), ["early"]);
  });

  it("an event and an answer come in the order the server sent them", both, async (t) => {
    const socket = await t.connected();
    const seen = [];
    socket.on("first", () => seen.push("event"));
    socket.emit("do", [["emit", "first"]], () => seen.push("answer"));
    await t.until(() => seen.length === 2);
    t.assert.same(seen, ["event", "answer"]);
  });

  it("bytes in an answer", each, async (t) => {
    const socket = await t.connected();
    const [value] = await t.asks(socket, "echo", { bytes: new Uint8Array([1, 2, 3]) });
    t.assert.same(t.bytes(value.bytes), [1, 2, 3]);
  });

  it("the server asks: the listener's last argument is the callback", each, async (t) => {
    const socket = await t.connected();
    let args;
    socket.on("question", (...all) => {
      args = all;
      all.at(-1)("yes", { n: 1 });
    });
    t.assert.same(await t.tell(socket, ["ask", "question", 1, "a"]), ["yes", { n: 1 }]);
    t.assert.equal(args.length, 3);
    t.assert.equal(typeof args[2], "function");
  });

  it("the server asks: an answer without values", both, async (t) => {
    const socket = await t.connected();
    socket.on("question", (ack) => ack());
    t.assert.same(await t.tell(socket, ["ask", "question"]), []);
  });

  it("the server asks: the second call of the callback is nothing", both, async (t) => {
    const socket = await t.connected();
    socket.on("question", (ack) => {
      t.assert.equal(ack(1), undefined);
      ack(2);
      ack(3);
    });
    // The server would not care for a second one; it must not be sent at all.
    const sent = [];
    socket.io.engine.on("packetCreate", ({ data }) => /^3/.test(data) && sent.push(data));
    t.assert.same(await t.tell(socket, ["ask", "question"]), [1]);
    t.assert.same(await t.asks(socket, "echo", "fine"), ["fine"]);
    t.assert.equal(sent.length, 1);
  });

  it("the server asks: two listeners share one answer, the first wins", both, async (t) => {
    const socket = await t.connected();
    socket.on("question", (ack) => ack("first"));
    socket.on("question", (ack) => ack("second"));
    t.assert.same(await t.tell(socket, ["ask", "question"]), ["first"]);
  });

  it("the server asks: the answer may come later", both, async (t) => {
    const socket = await t.connected();
    socket.on("question", async (ack) => {
      await t.sleep(20);
      ack("late");
    });
    t.assert.same(await t.tell(socket, ["ask", "question"]), ["late"]);
  });

  it("the server asks: bytes in the answer", each, async (t) => {
    const socket = await t.connected();
    socket.on("question", (ack) => ack(new Uint8Array([9, 8]), [new Uint8Array([7]).buffer]));
    t.assert.same(await t.tell(socket, ["ask", "question"]), [{ bytes: [9, 8] }, [{ bytes: [7] }]]);
  });

  it("the server asks with bytes: the callback stands last", both, async (t) => {
    const socket = await t.connected();
    socket.on("question", (value, ack) => ack(t.bytes(value)));
    t.assert.same(await t.tell(socket, ["ask", "question", new Uint8Array([4, 5])]), [[4, 5]]);
  });

  it("answering after the connection is gone throws nothing and reaches nobody", both, async (t) => {
    const socket = await t.connected();
    const ack = await new Promise((resolve) => {
      socket.on("question", resolve);
      socket.emit("do", [["ask", "question"]]);
    });
    socket.disconnect();
    t.assert.equal(ack("too late"), undefined);
    socket.connect();
    await t.ready(socket);
    t.assert.same(await t.asks(socket, "echo", 1), [1]);
  });

  it("a plain callback is forgotten when the connection goes", both, async (t) => {
    const socket = await t.connected();
    let calls = 0;
    socket.emit("nobody answers", () => calls++);
    await t.settled(socket);
    socket.disconnect();
    await t.sleep(10);
    t.assert.equal(calls, 0);
  });

  it("a plain callback of an event that was still held survives to the next session", both, async (t) => {
    const socket = t.connect("/", { autoConnect: false });
    const answer = t.asks(socket, "echo", "held");
    socket.connect();
    socket.disconnect();
    socket.connect();
    t.assert.same(await answer, ["held"]);
  });

  it("emitWithAck: a promise of the first value", each, async (t) => {
    const socket = await t.connected();
    const promise = socket.emitWithAck("echo", "one", "two");
    t.assert.ok(promise instanceof Promise, "a Promise");
    t.assert.equal(await promise, "one");
  });

  it("emitWithAck: an answer without values is undefined", both, async (t) => {
    const socket = await t.connected();
    t.assert.equal(await socket.emitWithAck("echo"), undefined);
  });

  it("emitWithAck before the connection", both, async (t) => {
    const socket = t.connect();
    t.assert.equal(await t.within(socket.emitWithAck("echo", "early"), "the answer"), "early");
  });

  it("emitWithAck rejects when the connection goes", both, async (t) => {
    const socket = await t.connected();
    const promise = socket.emitWithAck("nobody answers");
    promise.catch(() => {});
    await t.settled(socket);
    socket.disconnect();
    await t.assert.rejects(promise, Error, "socket has been disconnected");
  });

  it("emitWithAck rejects when the server closes the connection", both, async (t) => {
    const socket = await t.connected();
    const promise = socket.emitWithAck("nobody answers");
    promise.catch(() => {});
    await t.server.act(socket.id, [["close"]]);
    await t.assert.rejects(t.within(promise, "the rejection"), Error, "socket has been disconnected");
  });

  it("the promise is rejected after disconnect was fired", both, async (t) => {
    const socket = await t.connected();
    const seen = [];
    socket.timeout(t.NEVER).emit("nobody answers", (error) => seen.push(error.message));
    socket.on("disconnect", () => seen.push("disconnect"));
    await t.settled(socket);
    socket.disconnect();
    t.assert.same(seen, ["disconnect", "socket has been disconnected"]);
  });

  it("timeout(): null and the answer", each, async (t) => {
    const socket = await t.connected();
    t.assert.same(await t.asks(socket.timeout(t.NEVER), "echo", 1, 2), [null, 1, 2]);
  });

  it("timeout(): an error when no answer comes, and nothing afterwards", both, async (t) => {
    const socket = await t.connected();
    const seen = [];
    t.clock.stop();
    socket.timeout(30).emit("keep", t.key, (...args) => seen.push(args));
    await t.clock.move(29);
    t.assert.equal(seen.length, 0);
    await t.clock.move(1);
    t.assert.equal(seen.length, 1);
    t.assert.equal(seen[0].length, 1);
    t.assert.error(seen[0][0], "operation has timed out");
    await t.tell(socket, ["answer", t.key]);
    t.assert.equal(seen.length, 1);
  });

  it("timeout() and emitWithAck", both, async (t) => {
    const socket = await t.connected();
    t.assert.equal(await socket.timeout(t.NEVER).emitWithAck("echo", "v"), "v");
    await t.assert.rejects(socket.timeout(20).emitWithAck("nobody answers"), Error, "operation has timed out");
  });

  it("timeout() holds for the next emit() only", both, async (t) => {
    const socket = await t.connected();
    socket.timeout(t.NEVER).emit("nothing");
    t.assert.same(await t.asks(socket, "echo", 5), [5]);
  });

  it("timeout() hands back the socket", once, async (t) => {
    const socket = t.connect("/", { autoConnect: false });
    t.assert.equal(socket.timeout(10), socket);
  });

  it("timeout() runs while there is no connection, and takes the event out of the queue", both, async (t) => {
    const socket = t.connect("/", { autoConnect: false });
    const [error] = await t.asks(socket.timeout(20), "never sent", 1);
    t.assert.error(error, "operation has timed out");
    t.assert.equal(socket.sendBuffer.length, 0);
    socket.connect();
    await t.ready(socket);
    await t.settled(socket);
    t.assert.same(await t.heardArgs(socket.id, "never sent"), []);
  });

  it("timeout() leaves the other held events in place", both, async (t) => {
    const socket = t.connect("/", { autoConnect: false });
    socket.emit("kept", 1);
    const gone = t.asks(socket.timeout(15), "gone");
    socket.emit("kept", 2);
    await gone;
    socket.connect();
    await t.ready(socket);
    await t.settled(socket);
    t.assert.same((await t.heard(socket.id)).filter((name) => name !== "echo"), ["kept", "kept"]);
  });

  it("timeout(): when the connection goes, that error and not the other", both, async (t) => {
    const socket = await t.connected();
    const seen = [];
    t.clock.stop();
    socket.timeout(300).emit("nobody answers", (...args) => seen.push(args));
    await t.settled(socket);
    socket.disconnect();
    t.assert.equal(seen.length, 1);
    t.assert.error(seen[0][0], "socket has been disconnected");
    await t.clock.move(300);
    t.assert.equal(seen.length, 1);
  });

  it("timeout(): this is the socket in both cases", both, async (t) => {
    const socket = await t.connected();
    const self = (ms, ...event) => new Promise((resolve) => socket.timeout(ms).emit(...event, function () { resolve(this === socket); }));
    t.assert.same([await self(t.NEVER, "echo"), await self(10, "nobody answers")], [true, true]);
  });

  it("ackTimeout: every callback takes an error first", both, async (t) => {
    const socket = await t.connected("/", { ackTimeout: 250 });
    t.clock.stop();
    t.assert.same(await t.asks(socket, "echo", 1), [null, 1]);
    const unanswered = t.asks(socket, "nobody answers");
    await t.clock.move(250);
    t.assert.error((await unanswered)[0], "operation has timed out");
  });

  it("ackTimeout: timeout() comes before it", both, async (t) => {
    const socket = await t.connected("/", { ackTimeout: 15 });
    t.clock.stop();
    const answer = t.asks(socket.timeout(2000), "keep", t.key);
    await t.clock.move(1999);
    await t.server.act(socket.id, [["answer", t.key]]);
    t.assert.same(await answer, [null, t.key]);
  });

  it("ackTimeout: emitWithAck rejects", both, async (t) => {
    const socket = await t.connected("/", { ackTimeout: 15 });
    await t.assert.rejects(socket.emitWithAck("nobody answers"), Error, "operation has timed out");
    t.assert.equal(await socket.timeout(t.NEVER).emitWithAck("echo", 3), 3);
  });

  it("disconnect() in the callback of a lost answer does no harm", both, async (t) => {
    const socket = await t.connected();
    const seen = [];
    for (let i = 0; i < 3; i++) {
      socket.timeout(t.NEVER).emit("nobody answers", (error) => {
        seen.push(error.message);
        socket.disconnect();
      });
    }
    await t.settled(socket);
    socket.disconnect();
    t.assert.same(seen, Array(3).fill("socket has been disconnected"));
  });
};
