// Order under pressure: thousands of events each way, mixed with callbacks, bytes and two namespaces over one connection.
import { each, upgrade } from "./define.js";

/** How many events: five bursts over a connection that stays as it is, ten over one that is upgraded on the way. */
const STEADY = 2_500;
const UPGRADED = 5_000;
const BURST = 500;

export default (it) => {
  // The rule of the numbers is host/flood.mjs's: every third over the second namespace, every tenth with a callback,
  // every fiftieth with bytes.
  const second = (i) => i % 3 === 0;
  const asks = (i) => i % 10 === 3;
  const binary = (i) => i % 50 === 7;

  /** Two sockets of one manager, and the server listening to both. */
  const pair = async (t, url, wait) => {
    const m = t.manager(url);
    const nsps = [`/${t.key}-a`, `/${t.key}-b`];
    const sockets = nsps.map((nsp) => m.socket(nsp));
    await Promise.all(sockets.map((s) => (wait ? t.ready(s) : t.once(s, "connect"))));
    await t.asks(sockets[0], "flood", { start: nsps });
    return { m, nsps, sockets };
  };

  const send = async (t, sockets, count, onBurst = () => {}) => {
    const answers = [];
    for (let i = 0; i < count; i++) {
      const socket = sockets[second(i) ? 1 : 0];
      const bytes = new Uint8Array([i & 255, (i >> 8) & 255]);
      const args = binary(i) ? [i, { first: bytes, rest: [bytes] }] : [i, `event ${i}`];
      if (asks(i)) socket.emit("numbered", ...args, (n) => answers.push(n));
      else socket.emit("numbered", ...args);
      if (i % BURST === BURST - 1) {
        await onBurst(i + 1);
        await t.sleep(10);
      }
    }
    return answers;
  };

  const check = async (t, socket, count, answers) => {
    await t.reaches(() => answers.length, count / 10, "answers");
    const [heard] = await t.asks(socket, "flood", { report: true });
    t.assert.same({ count: heard.count, disorder: heard.disorder }, { count, disorder: [] });
    t.assert.same(answers, Array.from({ length: count / 10 }, (_, i) => i * 10 + 3));
  };

  /** What the server sends back, checked as it comes. */
  const listen = (t, sockets) => {
    const got = { count: 0, next: 0, disorder: [] };
    sockets.forEach((socket, which) =>
      socket.on("numbered", (i, payload, ack) => {
        got.count++;
        if (i !== got.next && got.disorder.length < 5) got.disorder.push([got.next, i]);
        got.next = i + 1;
        const whole = binary(i) ? t.bytes(payload.first)[0] === (i & 255) && t.bytes(payload.rest[0])[1] === ((i >> 8) & 255) : payload === `event ${i}`;
        if ((!whole || second(i) !== !!which) && got.disorder.length < 5) got.disorder.push(["content", i]);
        if (asks(i)) ack(i);
      }),
    );
    return got;
  };

  const receive = async (t, sockets, nsps, count, got) => {
    sockets[0].emit("flood", { send: count, nsps }, () => {});
    await t.reaches(() => got.count, count, "events");
    await t.settled(sockets[0]);
    const [heard] = await t.asks(sockets[0], "flood", { report: true });
    t.assert.same(got, { count, next: count, disorder: [] });
    t.assert.same([heard.answers, heard.answersOutOfOrder], [count / 10, 0]);
  };

  it("2,500 events to the server: all, in order, once, and the answers too", each, async (t) => {
    const { sockets } = await pair(t, t.url, true);
    await check(t, sockets[0], STEADY, await send(t, sockets, STEADY));
  });

  it("2,500 events from the server: all, in order, once, and our answers too", each, async (t) => {
    const { sockets, nsps } = await pair(t, t.url, true);
    await receive(t, sockets, nsps, STEADY, listen(t, sockets));
  });

  it("2,500 events each way at the same time", each, async (t) => {
    const { sockets, nsps } = await pair(t, t.url, true);
    const got = listen(t, sockets);
    sockets[0].emit("flood", { send: STEADY, nsps }, () => {});
    const answers = await send(t, sockets, STEADY);
    await check(t, sockets[0], STEADY, answers);
    await t.reaches(() => got.count, STEADY, "events");
    await t.settled(sockets[0]);
    t.assert.same(got, { count: STEADY, next: STEADY, disorder: [] });
  });

  it("5,000 events each way, begun before the upgrade and ended after it", upgrade, async (t) => {
    const { m, sockets, nsps } = await pair(t, t.url, false);
    const got = listen(t, sockets);
    const started = m.engine.transport.name;
    let upgradedAt;
    m.engine.once("upgrade", () => (upgradedAt = got.count));
    sockets[0].emit("flood", { send: UPGRADED, nsps }, () => {});
    const names = new Set([started]);
    const answers = await send(t, sockets, UPGRADED, async (sent) => {
      names.add(m.engine.transport.name);
      // The second half goes over the new transport.
      if (sent === UPGRADED / 2 && started === "polling") await t.until(() => upgradedAt !== undefined, "the upgrade");
    });
    await check(t, sockets[0], UPGRADED, answers);
    await t.reaches(() => got.count, UPGRADED, "events");
    await t.settled(sockets[0]);
    t.assert.same(got, { count: UPGRADED, next: UPGRADED, disorder: [] });
    t.assert.equal(m.engine.transport.name, "websocket");
    // When the machine is slow the upgrade may be over before the first burst; the row above has to hold all the same.
    if (started === "polling") t.assert.equal(names.size, 2, "transports in use");
  });

  it("1,000 events held before the connection, across the upgrade, with bytes and callbacks", each, async (t) => {
    const m = t.manager();
    const socket = m.socket("/");
    const answers = [];
    for (let i = 0; i < 1000; i++) {
      socket.emit("n", i, ...(binary(i) ? [new Uint8Array([1])] : []));
      if (asks(i)) socket.emit("echo", i, (n) => answers.push(n));
    }
    await t.ready(socket);
    await t.settled(socket);
    t.assert.same((await t.heardArgs(socket.id, "n")).map(([i]) => i), [...Array(1000).keys()]);
    t.assert.same(answers, Array.from({ length: 100 }, (_, i) => i * 10 + 3));
  });

  it("100 events, each emitted from inside the listener of the one before", each, async (t) => {
    const socket = await t.connected();
    const seen = [];
    socket.on("echo", (i) => {
      seen.push(i);
      if (i < 99) socket.emit("echo", i + 1);
    });
    socket.emit("echo", 0);
    await t.reaches(() => seen.length, 100, "events");
    t.assert.same(seen, [...Array(100).keys()]);
  });
};
