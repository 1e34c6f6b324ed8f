// Options that are numbers, given as texts and as what is no number: pages read them from attributes and from forms.
import { both, once, polling } from "./define.js";

export default (it) => {
  // By polling: Chromium itself puts off WebSockets to where none was reached.
  const nowhere = async (t) => (await t.nowhere()).url;
  /** The page's clock says that a failed attempt is followed by the next one after `from` to `to` ms. */
  const pauses = async (t, [from, to], more, change) => {
    const url = await nowhere(t);
    t.clock.stop();
    const socket = t.connect(url, more);
    change?.(socket.io);
    const attempts = t.record(socket.io, "reconnect_attempt");
    await t.once(socket, "connect_error");
    await t.clock.move(from - 2);
    t.assert.same(attempts, [], `after ${from - 2} ms`);
    await t.clock.move(to - from + 4);
    t.assert.same(attempts, [[1]], `after ${to + 2} ms`);
    t.clock.go();
    socket.disconnect();
  };
  const exact = { randomizationFactor: "0", reconnectionDelayMax: "5000" };

  it("reconnectionDelay as a text", polling, async (t) => {
    await pauses(t, [300, 300], { ...exact, reconnectionDelay: "300" });
  });

  it("reconnectionDelayMax as a text", polling, async (t) => {
    await pauses(t, [300, 300], { ...exact, reconnectionDelay: 1e6, reconnectionDelayMax: "300" });
  });

  it("randomizationFactor as a text: the delay moves by that part of itself and no more", polling, async (t) => {
    await pauses(t, [300, 500], { reconnectionDelay: 400, reconnectionDelayMax: 5000, randomizationFactor: "0.25" });
  });

  it("randomizationFactor outside of 0 to 1 is 0", polling, async (t) => {
    for (const randomizationFactor of ["all", "-0.5", -0.5, 7, "7"])
      await pauses(t, [100, 100], { reconnectionDelay: 100, reconnectionDelayMax: 5000, randomizationFactor });
  });

  it("the manager's setters take texts, too", polling, async (t) => {
    const change = (m) => m.reconnectionDelay("300").reconnectionDelayMax("300").randomizationFactor("0").reconnectionAttempts("5").timeout("20000");
    await pauses(t, [300, 300], {}, change);
  });

  it("reconnectionDelay that is no number is no delay", polling, async (t) => {
    for (const more of [{ reconnectionDelay: "soon" }, { reconnectionDelay: 1e6, reconnectionDelayMax: "soon" }]) {
      const url = await nowhere(t);
      t.clock.stop();
      const socket = t.connect(url, { ...exact, ...more });
      t.assert.same(await t.once(socket.io, "reconnect_attempt"), [1]);
      t.clock.go();
      socket.disconnect();
    }
  });

  for (const [text, attempts] of [["2", 2], ["1.5", 2], ["0", 0], [-1, 0]])
    it(`reconnectionAttempts: ${JSON.stringify(text)}`, polling, async (t) => {
      const socket = t.connect(await nowhere(t), { reconnectionAttempts: text });
      const seen = t.record(socket.io, "reconnect_attempt");
      await t.once(socket.io, "reconnect_failed");
      t.assert.equal(seen.length, attempts);
    });

  it("reconnectionAttempts that is no number sets no limit", polling, async (t) => {
    const socket = t.connect(await nowhere(t), { reconnectionAttempts: "many" });
    const seen = t.record(socket.io, "reconnect_attempt");
    await t.until(() => seen.length === 5);
    t.assert.same(seen.map(([n]) => n), [1, 2, 3, 4, 5]);
  });

  it("timeout as a text leaves time to connect", both, async (t) => {
    const { url } = await t.server.spawn();
    const socket = t.connect(url, { timeout: "20000", reconnection: false });
    await t.ready(socket);
  });

  it("timeout as a text ends what takes longer", both, async (t) => {
    const socket = t.connect("/", { path: "/silent", timeout: "100", reconnection: false });
    const [error] = await t.once(socket, "connect_error");
    t.assert.error(error, "timeout");
  });

  it("timeout that is no number, or below 0, fails at once", both, async (t) => {
    for (const timeout of ["soon", "0", "", -5, "-5", NaN]) {
      const socket = t.connect("/", { timeout, reconnection: false });
      const [error] = await t.once(socket, "connect_error");
      t.assert.error(error, "timeout");
      socket.disconnect();
    }
  });

  it("ackTimeout, retries and timeout() as texts", both, async (t) => {
    const socket = await t.connected("/", { ackTimeout: "40", retries: "2" });
    const [error] = await t.asks(socket, "nobody answers", 1);
    t.assert.error(error, "operation has timed out");
    await t.until(async () => (await t.heardArgs(socket.id, "nobody answers")).length === 3, "three tries");
    const plain = await t.connected();
    t.assert.same(await t.asks(plain.timeout(`${t.NEVER}`), "echo", 1), [null, 1]);
    t.assert.error((await t.asks(plain.timeout("20"), "nobody answers"))[0], "operation has timed out");
  });

  it("requestTimeout as a text, and as a text that is none", polling, async (t) => {
    for (const requestTimeout of ["20000", "0", "none"]) {
      const socket = await t.connected("/", { requestTimeout });
      t.assert.same(await t.asks(socket, "echo", 1), [1]);
    }
  });

  it("port as a text and as a number", both, async (t) => {
    const { hostname, port } = new URL(t.url);
    for (const given of [port, +port]) await t.ready(t.track(new t.Manager({ ...t.options(), hostname, port: given })).socket("/"));
  });

  it("the manager's getters return the given values", once, async (t) => {
    const given = { reconnectionAttempts: "3", reconnectionDelay: "10", reconnectionDelayMax: "20", randomizationFactor: "0.5", timeout: "1000" };
    const m = t.track(new t.Manager(t.url, { autoConnect: false, ...given }));
    t.assert.same(Object.fromEntries(Object.keys(given).map((name) => [name, m[name]()])), given);
  });
};
