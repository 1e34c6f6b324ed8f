// Connection state recovery: a short loss of the connection costs neither the id nor an event.
import { both, each, once } from "./define.js";

const how = (over) => ({ over, two: "2.x has no connection state recovery" });

export default (it) => {
  const recovering = (t, more) => t.server.spawn({ connectionStateRecovery: { maxDisconnectionDuration: 60_000 }, ...more });

  /** Loses the connection, has `missed` emitted meanwhile by the server, and waits until it is back. */
  const lose = async (t, socket, ...missed) => {
    const { id } = socket;
    const back = new Promise((resolve) => socket.once("disconnect", () => resolve(t.once(socket, "connect"))));
    await t.server.act(id, [["close"], ...missed.map((args) => ["room", ...args])]);
    await (await back);
  };
  /** The server has to have sent something before there is a place to go on from. */
  const begun = async (t, url, more) => {
    const socket = t.connect(url, more);
    await t.ready(socket);
    const got = t.once(socket, "first");
    await t.server.act(socket.id, [["room", "first"]]);
    await got;
    return socket;
  };

  it("recovered is not true on the first connection", how(each), async (t) => {
    const { url } = await recovering(t);
    const socket = t.connect(url);
    await t.ready(socket);
    t.assert.equal(socket.recovered, false);
  });

  it("after a loss: recovered is true, the id is the same", how(each), async (t) => {
    const { url } = await recovering(t);
    const socket = await begun(t, url);
    const { id } = socket;
    await lose(t, socket);
    t.assert.equal(socket.recovered, true);
    t.assert.equal(socket.id, id);
  });

  it("recovered is set before connect is heard", how(both), async (t) => {
    const { url } = await recovering(t);
    const socket = await begun(t, url);
    let seen;
    socket.on("connect", () => (seen = socket.recovered));
    await lose(t, socket);
    t.assert.equal(seen, true);
  });

  it("missed events arrive once, in order", how(each), async (t) => {
    const { url } = await recovering(t);
    const socket = await begun(t, url);
    const seen = t.record(socket, "n");
    await lose(t, socket, ["n", 1], ["n", 2], ["n", 3]);
    await t.settled(socket);
    t.assert.same(seen.map(([n]) => n), [1, 2, 3]);
    t.assert.equal(socket.recovered, true);
  });

  it("missed events have their offset as the last argument, as all events of such a server", how(both), async (t) => {
    const { url } = await recovering(t);
    const socket = await begun(t, url);
    const seen = t.record(socket, "n");
    await t.server.act(socket.id, [["room", "n", "live"]]);
    await t.until(() => seen.length === 1);
    await lose(t, socket, ["n", "missed"]);
    await t.until(() => seen.length === 2);
    t.assert.same(seen.map((args) => [args[0], args.length, typeof args[1]]), [["live", 2, "string"], ["missed", 2, "string"]]);
  });

  it("bytes that were missed come whole", how(both), async (t) => {
    const { url } = await recovering(t);
    const socket = await begun(t, url);
    const seen = t.record(socket, "n");
    await lose(t, socket, ["n", { b: new Uint8Array([1, 2]) }], ["n", "after"]);
    await t.until(() => seen.length === 2);
    t.assert.same([t.bytes(seen[0][0].b), seen[1][0]], [[1, 2], "after"]);
  });

  it("events emitted while the connection is lost are sent once after the recovery", how(each), async (t) => {
    const { url } = await recovering(t);
    const socket = await begun(t, url);
    socket.on("disconnect", () => {
      for (let i = 0; i < 3; i++) socket.emit("mine", i);
    });
    await lose(t, socket);
    await t.settled(socket);
    t.assert.same(await t.heardArgs(socket.id, "mine"), [[0], [1], [2]]);
  });

  it("five losses in a row, an event missed in each", how(both), async (t) => {
    const { url } = await recovering(t);
    const socket = await begun(t, url);
    const { id } = socket;
    const seen = t.record(socket, "n");
    for (let i = 0; i < 5; i++) {
      await lose(t, socket, ["n", i]);
      await t.until(() => seen.length === i + 1);
    }
    t.assert.same(seen.map(([n]) => n), [0, 1, 2, 3, 4]);
    t.assert.equal(socket.id, id);
  });

  it("after disconnect() by the page: recovered is false, the id is another", how(both), async (t) => {
    const { url } = await recovering(t);
    const socket = await begun(t, url);
    const { id } = socket;
    socket.disconnect();
    await t.server.until(id, { at: "disconnect" });
    socket.connect();
    await t.once(socket, "connect");
    t.assert.equal(socket.recovered, false);
    t.assert.ok(socket.id !== id, "another id");
  });

  it("after disconnect() by the server: recovered is false", how(both), async (t) => {
    const { url } = await recovering(t);
    const socket = await begun(t, url);
    const gone = t.once(socket, "disconnect");
    await t.server.act(socket.id, [["disconnect"]]);
    await gone;
    socket.connect();
    await t.once(socket, "connect");
    t.assert.equal(socket.recovered, false);
  });

  it("after a restart of the server, recovered is false, the id is another, and events work", how(both), async (t) => {
    const { url, port } = await recovering(t);
    const socket = await begun(t, url);
    const { id } = socket;
    await t.server.stop(port);
    await t.until(() => !socket.connected);
    await t.server.start(port);
    await t.until(() => socket.connected);
    t.assert.equal(socket.recovered, false);
    t.assert.ok(socket.id !== id, "another id");
    t.assert.same(await t.asks(socket, "echo", 1), [1]);
  });

  it("each namespace is recovered on its own", how(both), async (t) => {
    const { url } = await recovering(t);
    const m = t.manager(url);
    const a = m.socket("/a");
    const b = m.socket("/b");
    await Promise.all([t.ready(a), t.ready(b)]);
    const ids = [a.id, b.id];
    for (const s of [a, b]) {
      const got = t.once(s, "first");
      await t.server.act(s.id, [["room", "first"]]);
      await got;
    }
    const seen = t.record(b, "n");
    const back = Promise.all([t.once(a, "connect"), t.once(b, "connect")]);
    await t.server.act(ids[1], [["close"], ["room", "n", 1]]);
    await back;
    await t.until(() => seen.length === 1);
    t.assert.same([a.recovered, b.recovered, a.id, b.id], [true, true, ...ids]);
  });

  it("auth still goes with a recovered connection", how(once), async (t) => {
    const { url } = await recovering(t, {});
    let asked = 0;
    const socket = await begun(t, url, { auth: (cb) => cb({ n: ++asked }) });
    await lose(t, socket);
    t.assert.equal(socket.recovered, true);
    t.assert.equal(asked, 2);
  });

  it("a server without recovery: recovered is never true", { over: both, two: true }, async (t) => {
    const socket = await t.connected();
    t.assert.ok(!socket.recovered, "recovered");
    const first = socket.id;
    await t.bounce(socket);
    t.assert.ok(!socket.recovered, "recovered");
  });
};
