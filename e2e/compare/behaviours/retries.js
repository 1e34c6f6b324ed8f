// `retries`: a queue that sends one event at a time and repeats what is not answered.
import { both, each, once } from "./define.js";

export default (it) => {
  const LIMIT = 250;
  const patient = (t) => ({ retries: 3, ackTimeout: t.NEVER });

  /** A socket whose clock stands still: an event is sent again when the test has let the limit pass, however long its answer takes. */
  const connected = async (t, retries) => {
    const socket = await t.connected("/", { retries, ackTimeout: LIMIT });
    t.clock.stop();
    return socket;
  };
  /** The server has heard the event that often. */
  const tries = (t, socket, event, n) => t.until(async () => (await t.heardArgs(socket.id, event)).length >= n, `${event} ${n} times`);
  /** … and the answers stay out, but for the last one's. */
  const exhaust = async (t, socket, event, n, limit = LIMIT) => {
    for (let i = 1; i < n; i++) {
      await tries(t, socket, event, i);
      await t.clock.move(limit);
    }
    await tries(t, socket, event, n);
  };

  it("retries: an event is acknowledged though no callback was given, and the next follows", each, async (t) => {
    const socket = await t.connected("/", patient(t));
    socket.emit("echo", 1);
    socket.emit("echo", 2);
    t.assert.same(await t.asks(socket, "echo", 3), [null, 3]);
    t.assert.same((await t.heardArgs(socket.id, "echo")).map(([n]) => n), [1, 2, 3]);
  });

  it("retries: the callback takes an error first", both, async (t) => {
    const socket = await t.connected("/", patient(t));
    t.assert.same(await t.asks(socket, "echo", "a", "b"), [null, "a", "b"]);
  });

  it("retries: emit() hands back the socket", once, async (t) => {
    const socket = t.connect("/", { ...patient(t), autoConnect: false });
    t.assert.equal(socket.emit("x"), socket);
  });

  it("retries: an unanswered event is sent again until it is answered", both, async (t) => {
    const socket = await connected(t, 3);
    const answer = t.asks(socket, "fussy", "k", 3);
    await exhaust(t, socket, "fussy", 3);
    t.assert.same(await answer, [null, 3]);
    await t.clock.move(4 * LIMIT);
    await t.asks(socket, "echo");
    t.assert.equal((await t.heardArgs(socket.id, "fussy")).length, 3);
  });

  it("retries: gives up after the first try and that many more", both, async (t) => {
    const socket = await connected(t, 2);
    const answered = t.asks(socket, "nobody answers", 1);
    await exhaust(t, socket, "nobody answers", 3);
    await t.clock.move(LIMIT);
    const answer = await answered;
    t.assert.equal(answer.length, 1);
    t.assert.error(answer[0], "operation has timed out");
    await t.asks(socket, "echo");
    t.assert.equal((await t.heardArgs(socket.id, "nobody answers")).length, 3);
  });

  it("retries: after giving up on one, the next goes its way", both, async (t) => {
    const socket = await connected(t, 1);
    const seen = [];
    socket.emit("nobody answers", (error) => seen.push(error.message));
    const next = t.asks(socket, "echo", "next");
    await exhaust(t, socket, "nobody answers", 2);
    await t.clock.move(LIMIT);
    seen.push(await next);
    t.assert.same(seen, ["operation has timed out", [null, "next"]]);
  });

  it("retries: one at a time: the second waits for the first one's answer", both, async (t) => {
    const socket = await connected(t, 5);
    const seen = [];
    socket.emit("fussy", "k", 3, () => seen.push("first"));
    socket.emit("echo", () => seen.push("second"));
    await exhaust(t, socket, "fussy", 3);
    await t.until(() => seen.length === 2);
    t.assert.same(seen, ["first", "second"]);
    t.assert.same(await t.heard(socket.id), ["fussy", "fussy", "fussy", "echo"]);
  });

  it("retries: what was emitted before the connection is sent in order", both, async (t) => {
    const socket = t.connect("/", patient(t));
    for (let i = 0; i < 5; i++) socket.emit("echo", i);
    t.assert.same(await t.asks(socket, "echo", 5), [null, 5]);
    t.assert.same((await t.heardArgs(socket.id, "echo")).map(([n]) => n), [0, 1, 2, 3, 4, 5]);
  });

  it("retries: nothing waits in sendBuffer for the connection", once, async (t) => {
    const socket = t.connect("/", { ...patient(t), autoConnect: false });
    socket.emit("x");
    t.assert.equal(socket.sendBuffer.length, 0);
  });

  it("retries: an unanswered event is sent again in the next session", both, async (t) => {
    const socket = await t.connected("/", patient(t));
    const first = socket.id;
    t.assert.same(await t.asks(socket, "echo", 1), [null, 1]);
    const pending = t.asks(socket, "keep", t.key);
    await tries(t, socket, "keep", 1);
    await t.bounce(socket);
    t.assert.ok(socket.id !== first, "in another session");
    await t.server.act(socket.id, [["answer", t.key]]);
    t.assert.same(await pending, [null, t.key]);
    t.assert.same(await t.heardArgs(socket.id, "keep"), [[t.key, "[function]"]]);
  });

  it("retries: volatile goes around the queue", both, async (t) => {
    const socket = await t.connected("/", patient(t));
    socket.emit("nobody answers");
    await tries(t, socket, "nobody answers", 1);
    await t.until(() => socket.io.engine.transport.writable);
    socket.volatile.emit("quick", 1);
    await t.until(async () => (await t.heard(socket.id)).includes("quick"));
    t.assert.same(await t.heardArgs(socket.id, "quick"), [[1]]);
  });

  it("retries: emitWithAck", both, async (t) => {
    const socket = await connected(t, 2);
    const answer = socket.emitWithAck("fussy", t.key, 2);
    await exhaust(t, socket, "fussy", 2);
    t.assert.equal(await t.within(answer, "the answer"), 2);
    const rejected = t.assert.rejects(t.within(socket.emitWithAck("nobody answers"), "the rejection"), Error, "operation has timed out");
    await exhaust(t, socket, "nobody answers", 3);
    await t.clock.move(LIMIT);
    await rejected;
  });

  it("retries: timeout() counts for each try", both, async (t) => {
    const socket = await t.connected("/", { retries: 1, ackTimeout: 5000 });
    t.clock.stop();
    const answer = t.asks(socket.timeout(25), "nobody answers");
    await exhaust(t, socket, "nobody answers", 2, 25);
    await t.clock.move(25);
    t.assert.error((await answer)[0], "operation has timed out");
    t.assert.equal((await t.heardArgs(socket.id, "nobody answers")).length, 2);
  });

  it("retries: bytes are sent whole each time", both, async (t) => {
    const socket = await t.connected("/", { retries: 3, ackTimeout: 25 });
    await t.asks(socket.timeout(25), "nobody answers", new Uint8Array([1, 2]));
    let heard;
    await t.until(async () => (heard = await t.heardArgs(socket.id, "nobody answers")).length === 4, "four tries");
    for (const args of heard) t.assert.same(args, [{ bytes: [1, 2] }, "[function]"]);
  });

  it("retries without ackTimeout: an unanswered event blocks the queue until the next session", both, async (t) => {
    const socket = await t.connected("/", { retries: 3 });
    socket.emit("nobody answers");
    socket.emit("echo", "behind");
    await t.until(async () => (await t.heard(socket.id)).length > 0);
    await t.sleep(60);
    t.assert.same(await t.heard(socket.id), ["nobody answers"]);
  });

  it("retries: onAnyOutgoing hears each try", both, async (t) => {
    const socket = await connected(t, 2);
    const seen = t.recordAny(socket, "onAnyOutgoing");
    const answer = t.asks(socket, "fussy", t.key, 2);
    await exhaust(t, socket, "fussy", 2);
    await answer;
    t.assert.same(seen, Array(2).fill(["fussy", t.key, 2]));
  });

  it("retries: flags of what has to wait in the queue stay for the next emit()", once, async (t) => {
    const socket = t.connect("/", { retries: 3, ackTimeout: LIMIT, autoConnect: false });
    const flags = [];
    const look = () => flags.push({ ...socket.flags });
    t.clock.stop();
    socket.timeout(77).compress(false).emit("first");
    look();
    socket.volatile.emit("second");
    look();
    socket.emit("third");
    look();
    flags.push(socket._queue.map((packet) => packet.flags));
    socket.connect();
    await t.ready(socket);
    // Nobody answers what stands before that in the queue: four tries of each, whatever their flags say.
    const answer = t.asks(socket, "echo");
    await t.clock.move(3 * 4 * LIMIT);
    await answer;
    look();
    return flags;
  });

  it("retries: flags of what goes out at once are used up", once, async (t) => {
    const socket = await t.connected("/", patient(t));
    socket.timeout(500).compress(false).emit("echo");
    return socket.flags;
  });

  it("retries: what is emitted in the connect listener is sent once, and the engine shows each packet of it", { over: each, two: "2.x sends other packets" }, async (t) => {
    const socket = t.connect("/", { retries: 3 });
    const { engine } = socket.io;
    const sent = [];
    const received = [];
    engine.on("packetCreate", ({ type, data }) => sent.push([type, data]));
    // Whether the noop that ends the last poll comes before that is given up is a race.
    engine.on("packet", ({ type, data }) => type !== "noop" && received.push([type, type === "message" ? data.replace(/"sid":"[^"]*"/, "sid") : typeof data]));
    socket.on("connect", () => socket.emit("echo", null));
    await t.ready(socket);
    await t.until(() => received.some(([, data]) => data.startsWith("3")), "the answer");
    await t.until(async () => (await t.heard(socket.id)).length > 0);
    await t.sleep(50);
    return [sent, received];
  });
};
