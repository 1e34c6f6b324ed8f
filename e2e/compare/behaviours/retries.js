// `retries`: a queue that sends one event at a time and repeats what is not answered.
import { both, each, once } from "./define.js";

export default (it) => {
  // Answers come in a few milliseconds; what is never answered is given up soon enough.
  const impatient = { retries: 3, ackTimeout: 250 };

  it("retries: an event is acknowledged though no callback was given, and the next follows", each, async (t) => {
    const socket = await t.connected("/", { retries: 3, ackTimeout: 2000 });
    socket.emit("echo", 1);
    socket.emit("echo", 2);
    t.assert.same(await t.asks(socket, "echo", 3), [null, 3]);
    t.assert.same((await t.heardArgs(socket.id, "echo")).map(([n]) => n), [1, 2, 3]);
  });

  it("retries: the callback takes an error first", both, async (t) => {
    const socket = await t.connected("/", impatient);
    t.assert.same(await t.asks(socket, "echo", "a", "b"), [null, "a", "b"]);
  });

  it("retries: emit() hands back the socket", once, async (t) => {
    const socket = t.connect("/", { ...impatient, autoConnect: false });
    t.assert.equal(socket.emit("x"), socket);
  });

  it("retries: an unanswered event is sent again until it is answered", both, async (t) => {
    const socket = await t.connected("/", impatient);
    t.assert.same(await t.asks(socket, "fussy", "k", 3), [null, 3]);
    t.assert.equal((await t.heardArgs(socket.id, "fussy")).length, 3);
  });

  it("retries: gives up after the first try and that many more", both, async (t) => {
    const socket = await t.connected("/", { retries: 2, ackTimeout: 40 });
    const answer = await t.asks(socket, "nobody answers", 1);
    t.assert.equal(answer.length, 1);
    t.assert.error(answer[0], "operation has timed out");
    await t.until(async () => (await t.heardArgs(socket.id, "nobody answers")).length === 3, "three tries");
  });

  it("retries: after giving up on one, the next goes its way", both, async (t) => {
    const socket = await t.connected("/", { retries: 1, ackTimeout: 250 });
    const seen = [];
    socket.emit("nobody answers", (error) => seen.push(error.message));
    seen.push(await t.asks(socket, "echo", "next"));
    t.assert.same(seen, ["operation has timed out", [null, "next"]]);
  });

  it("retries: one at a time: the second waits for the first one's answer", both, async (t) => {
    const socket = await t.connected("/", { retries: 5, ackTimeout: 250 });
    const seen = [];
    socket.emit("fussy", "k", 3, () => seen.push("first"));
    socket.emit("echo", () => seen.push("second"));
    await t.until(() => seen.length === 2);
    t.assert.same(seen, ["first", "second"]);
    // Three times at least: an answer may be late on a busy machine.
    t.assert.ok(/^(fussy ){3,}echo( echo)*$/.test((await t.heard(socket.id)).join(" ")), t.show(await t.heard(socket.id)));
  });

  it("retries: what was emitted before the connection is sent in order", both, async (t) => {
    const socket = t.connect("/", { retries: 3, ackTimeout: 2000 });
    for (let i = 0; i < 5; i++) socket.emit("echo", i);
    t.assert.same(await t.asks(socket, "echo", 5), [null, 5]);
    t.assert.same((await t.heardArgs(socket.id, "echo")).map(([n]) => n), [0, 1, 2, 3, 4, 5]);
  });

  it("retries: nothing waits in sendBuffer for the connection", once, async (t) => {
    const socket = t.connect("/", { ...impatient, autoConnect: false });
    socket.emit("x");
    t.assert.equal(socket.sendBuffer.length, 0);
  });

  it("retries: an unanswered event is sent again in the next session", both, async (t) => {
    const socket = await t.connected("/", { retries: 3, ackTimeout: 10_000 });
    const first = socket.id;
    const answered = t.asks(socket, "fussy", t.key, 1);
    await answered;
    // Long enough to close the connection before the answer, on a machine however busy.
    const pending = t.asks(socket, "later", 1500);
    await t.until(async () => (await t.heard(first)).includes("later"));
    await t.server.act(first, [["close"]]);
    t.assert.same(await pending, [null, 1500]);
    t.assert.ok(socket.id !== first, "in another session");
    t.assert.same(await t.heardArgs(socket.id, "later"), [[1500, "[function]"]]);
  });

  it("retries: volatile goes around the queue", both, async (t) => {
    const socket = await t.connected("/", { retries: 3, ackTimeout: 2000 });
    socket.emit("later", 100);
    await t.until(async () => (await t.heard(socket.id)).includes("later"));
    await t.until(() => socket.io.engine.transport.writable);
    socket.volatile.emit("quick", 1);
    await t.until(async () => (await t.heard(socket.id)).includes("quick"));
    t.assert.same(await t.heardArgs(socket.id, "quick"), [[1]]);
  });

  it("retries: emitWithAck", both, async (t) => {
    const socket = await t.connected("/", { retries: 2, ackTimeout: 250 });
    t.assert.equal(await socket.emitWithAck("fussy", t.key, 2), 2);
    await t.assert.rejects(t.within(socket.emitWithAck("nobody answers"), "the rejection"), Error, "operation has timed out");
  });

  it("retries: timeout() counts for each try", both, async (t) => {
    const socket = await t.connected("/", { retries: 1, ackTimeout: 5000 });
    const start = performance.now();
    const late = t.timer(5000);
    const [error] = await t.asks(socket.timeout(25), "nobody answers");
    t.assert.error(error, "operation has timed out");
    t.assert.atLeast(performance.now() - start, 46, "two tries"); // and sooner than after the ackTimeout
    t.assert.equal(late.due, false, "late");
    await t.until(async () => (await t.heardArgs(socket.id, "nobody answers")).length === 2, "two tries");
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
    const socket = await t.connected("/", { retries: 2, ackTimeout: 250 });
    const seen = t.recordAny(socket, "onAnyOutgoing");
    await t.asks(socket, "fussy", t.key, 2);
    t.assert.same(seen, (await t.heardArgs(socket.id, "fussy")).map(() => ["fussy", t.key, 2]));
    t.assert.ok(seen.length >= 2, "two tries");
  });

  it("retries: flags of what has to wait in the queue stay for the next emit()", once, async (t) => {
    const socket = t.connect("/", { ...impatient, autoConnect: false });
    const flags = [];
    const look = () => flags.push({ ...socket.flags });
    socket.timeout(77).compress(false).emit("first");
    look();
    socket.volatile.emit("second");
    look();
    socket.emit("third");
    look();
    flags.push(socket._queue.map((packet) => packet.flags));
    socket.connect();
    await t.ready(socket);
    await t.asks(socket, "echo");
    look();
    return flags;
  });

  it("retries: flags of what goes out at once are used up", once, async (t) => {
    const socket = await t.connected("/", impatient);
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
