// Events that may be lost, compression, and flags.
import { both, each, once, polling, websocket } from "./define.js";

export default (it) => {
  it("volatile on an idle connection arrives", each, async (t) => {
    const socket = await t.connected();
    await t.until(() => socket.io.engine.transport.writable);
    socket.volatile.emit("v", 1, "x");
    await t.settled(socket);
    t.assert.same(await t.heardArgs(socket.id, "v"), [[1, "x"]]);
  });

  it("volatile before the connection is dropped", each, async (t) => {
    const socket = t.connect();
    socket.volatile.emit("v", 1);
    socket.emit("kept", 2);
    await t.ready(socket);
    await t.settled(socket);
    t.assert.same((await t.heard(socket.id)).filter((n) => n !== "echo"), ["kept"]);
  });

  it("volatile after disconnect() is dropped", both, async (t) => {
    const socket = await t.connected();
    socket.disconnect();
    // The transport of a closed connection may still be winding up; a moment later it is surely not writable.
    await t.until(() => socket.io.engine.readyState === "closed");
    socket.volatile.emit("v");
    socket.connect();
    await t.ready(socket);
    await t.settled(socket);
    t.assert.same((await t.heard(socket.id)).filter((n) => n === "v").length <= 1, true);
  });

  it("volatile right behind another event is dropped: the transport is busy", both, async (t) => {
    const socket = await t.connected();
    await t.until(() => socket.io.engine.transport.writable);
    socket.emit("first");
    socket.volatile.emit("v");
    socket.emit("last");
    await t.settled(socket);
    t.assert.same((await t.heard(socket.id)).filter((n) => n !== "echo"), ["first", "last"]);
  });

  it("of ten volatile events in one turn the first arrives", both, async (t) => {
    const socket = await t.connected();
    await t.until(() => socket.io.engine.transport.writable);
    for (let i = 0; i < 10; i++) socket.volatile.emit("v", i);
    await t.settled(socket);
    t.assert.same(await t.heardArgs(socket.id, "v"), [[0]]);
  });

  it("volatile over WebSocket: the next turn is free again", websocket, async (t) => {
    const socket = await t.connected();
    for (let i = 0; i < 5; i++) {
      socket.volatile.emit("v", i);
      await t.sleep(1);
    }
    await t.settled(socket);
    t.assert.same((await t.heardArgs(socket.id, "v")).flat(), [0, 1, 2, 3, 4]);
  });

  it("volatile over polling: busy as long as a POST is under way", polling, async (t) => {
    const socket = await t.connected();
    await t.until(() => socket.io.engine.transport.writable);
    socket.emit("first");
    await Promise.resolve();
    t.assert.equal(socket.io.engine.transport.writable, false);
    socket.volatile.emit("v", "too early");
    await t.until(() => socket.io.engine.transport.writable);
    socket.volatile.emit("v", "free");
    await t.settled(socket);
    t.assert.same(await t.heardArgs(socket.id, "v"), [["free"]]);
  });

  it("volatile with a callback", both, async (t) => {
    const socket = await t.connected();
    await t.until(() => socket.io.engine.transport.writable);
    t.assert.same(await t.asks(socket.volatile, "echo", 3), [3]);
  });

  it("volatile with bytes", both, async (t) => {
    const socket = await t.connected();
    await t.until(() => socket.io.engine.transport.writable);
    const [value] = await t.asks(socket.volatile, "echo", new Uint8Array([1, 2]));
    t.assert.same(t.bytes(value), [1, 2]);
  });

  it("volatile dropped, with timeout(): the error comes", both, async (t) => {
    const socket = t.connect("/", { autoConnect: false });
    const [error] = await t.asks(socket.volatile.timeout(15), "v");
    t.assert.error(error, "operation has timed out");
  });

  it("volatile dropped, with a plain callback: never called", both, async (t) => {
    const socket = t.connect("/", { autoConnect: false });
    let calls = 0;
    socket.volatile.emit("echo", () => calls++);
    socket.connect();
    await t.ready(socket);
    await t.settled(socket);
    t.assert.equal(calls, 0);
  });

  it("volatile holds for the next emit() only", both, async (t) => {
    const socket = t.connect("/", { autoConnect: false });
    socket.volatile.emit("dropped");
    socket.emit("kept");
    socket.connect();
    await t.ready(socket);
    await t.settled(socket);
    t.assert.same((await t.heard(socket.id)).filter((n) => n !== "echo"), ["kept"]);
  });

  it("the server's volatile events arrive", both, async (t) => {
    const socket = await t.connected();
    const got = t.once(socket, "v");
    socket.emit("do", [["free"], ["volatile", "v", 1]]);
    t.assert.same(await got, [1]);
  });

  it("compress() hands back the socket and the event arrives", each, async (t) => {
    const socket = await t.connected();
    t.assert.equal(socket.compress(false), socket);
    t.assert.same(await t.asks(socket, "echo", "c".repeat(3000)), ["c".repeat(3000)]);
    t.assert.same(await t.asks(socket.compress(true), "echo", 2), [2]);
  });

  it("volatile, timeout and compress in one chain", both, async (t) => {
    const socket = await t.connected();
    await t.until(() => socket.io.engine.transport.writable);
    t.assert.same(await t.asks(socket.compress(false).volatile.timeout(t.NEVER), "echo", 1), [null, 1]);
  });

  it("flags hold what was set and are empty after emit()", once, async (t) => {
    const socket = t.connect("/", { autoConnect: false });
    t.assert.same(socket.flags, {});
    const self = socket.compress(false).timeout(99).volatile;
    t.assert.equal(self, socket);
    t.assert.same(socket.flags, { compress: false, timeout: 99, volatile: true });
    socket.emit("x");
    t.assert.same(socket.flags, {});
  });
};
