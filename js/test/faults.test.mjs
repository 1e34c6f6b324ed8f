// What a session shows when the core has trapped, on the desk. A file of its own: a page starts three cores anew in a minute.
import assert from "node:assert/strict";
import test from "node:test";
import { desk, event, welcome } from "./desk.mjs";

const { connect, reported, server, trap } = await desk();
const timers = () => process.getActiveResourcesInfo().filter((kind) => kind == "Timeout").length;
const before = timers();

for (const { reconnection, statuses } of [
  { reconnection: true, statuses: ["waiting", "waiting", "connecting", "authenticated"] },
  { reconnection: false, statuses: ["idle"] },
])
  test(`a core that is started anew, with reconnection: ${reconnection}: the session is ${statuses.join(", ")}, as after the loss of a connection`, async (t) => {
    const host = `f${reconnection}.test`;
    const socket = connect(`http://${host}`, { token: "a", via: "auth", reconnection, reconnectionDelay: 1, randomizationFactor: 0 });
    t.after(() => socket.disconnect());
    const c = await server(host).connection();
    await welcome(c);
    if (!socket.connected) await event(socket, "connect");
    const closed = [];
    socket.io.on("close", (reason) => closed.push(["manager", reason]));
    socket.io.engine.on("close", (reason) => closed.push(["engine", reason]));
    const seen = [];
    socket.session.subscribe(() => seen.push(socket.session.getSnapshot()));
    const ended = event(socket, "disconnect");
    trap();
    socket.io.reconnectionDelayMax(20); // tells the core
    assert.deepEqual(await ended, ["client fault"]);
    assert.deepEqual(closed, [["manager", "client fault"], ["engine", "client fault"]]);
    assert.equal(await c.frame(), "closed");
    if (reconnection) {
      await welcome(await server(host).connection());
      if (!socket.connected) await event(socket, "connect");
      assert.ok(seen[1].nextAttemptAt instanceof Date);
    }
    assert.deepEqual(seen.map(({ status }) => status), statuses);
    assert.match(reported.pop().message, /a fault in the client's core/);
  });

test("a core that has trapped leaves no timer behind, which would keep Node.js running", async () => {
  const socket = connect("http://timers.test", { reconnection: false });
  await welcome(await server("timers.test").connection());
  if (!socket.connected) await event(socket, "connect");
  assert.equal(timers(), before + 1, "for the server's next ping");
  const ended = event(socket, "disconnect");
  trap();
  socket.io.reconnectionDelayMax(20); // tells the core
  await ended;
  assert.equal(timers(), before);
  reported.pop();
});

test("a core that traps for the fourth time in a minute is not started again: connections are closed, and sockets are told", async (t) => {
  const socket = connect("http://often.test", { token: "a", via: "auth", reconnectionDelay: 1, randomizationFactor: 0 });
  t.after(() => socket.disconnect());
  const idle = connect("http://idle.test", { autoConnect: false });
  idle.on("connect_error", () => assert.fail("it does not want to be connected"));
  const c = await server("often.test").connection();
  await welcome(c);
  if (!socket.connected) await event(socket, "connect");
  const ended = event(socket, "disconnect");
  const refused = event(socket, "connect_error");
  const again = socket.reauthenticate().catch((error) => error);
  trap();
  socket.io.reconnectionDelayMax(20); // tells the core
  assert.deepEqual(await ended, ["client fault"]);
  assert.equal(await c.frame(), "closed");
  const { message } = reported.pop();
  assert.match(message, /has failed 4 times in a minute/);
  assert.equal((await refused)[0].message, message);
  assert.ok((await again) instanceof Error);
  assert.deepEqual([socket.active, socket.session.getSnapshot().status], [false, "idle"]);
});
