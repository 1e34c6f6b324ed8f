// What a behaviour is given: the client under test, the way to connect, the servers, and patience with a limit.
import { assert, bytes, Difference, show } from "./assert.js";
import { after, clock, now, sleep, throttle } from "./clock.js";
import { uncaught } from "./uncaught.js";

// Says that something will not come any more, on a machine however busy.
const PATIENCE = 20_000;

// Longer than any run may take: the limit of what must come.
const NEVER = 600_000;

/** One kit per run of a behaviour. `mode` is polling, websocket or upgrade. */
export function kitFor(client, mode) {
  const opened = [];
  const { io, Manager, Socket, protocol } = client;
  const transports = mode === "upgrade" ? ["polling", "websocket"] : [mode];

  let spawned = false;
  const server = new Proxy({}, {
    get: (_, name) => (...args) => {
      spawned ||= name === "spawn";
      return kit.within(window.control(name, args), `the server's ${name} ${show(args)}`);
    },
  });

  const kit = {
    client, io, Manager, Socket, protocol, mode, transports,
    assert, bytes, clock, sleep, throttle, server, show, NEVER,
    /** A text that only this run uses. */
    key: `k${crypto.randomUUID().slice(0, 8)}`,
    url: location.origin,

    /** The options of a connection of one's own with this run's transports and an impatient reconnection. */
    options: (more) => ({ forceNew: true, transports, reconnectionDelay: 15, reconnectionDelayMax: 60, randomizationFactor: 0, ...more }),
    /** io() with them. `to` is a namespace or a whole URL. */
    connect: (to = "/", more) => kit.track(io(to, kit.options(more))),
    /** … and connected, on the transport that the run is about. */
    async connected(to, more) {
      const socket = kit.connect(to, more);
      await kit.ready(socket);
      return socket;
    },
    async ready(socket) {
      if (!socket.connected) await kit.once(socket, "connect");
      if (mode === "upgrade") await kit.upgraded(socket);
    },
    async upgraded(socket) {
      const { engine } = socket.io;
      if (engine.transport.name !== "websocket") await kit.once(engine, "upgrade");
    },
    manager: (to = location.origin, more) => kit.track(new Manager(to, kit.options(more))),
    /** What is tracked is closed after the run. */
    track(thing) {
      opened.push(thing);
      return thing;
    },

    /** The server closes the connection: the arguments of disconnect. It may be back before this is read. */
    async lose(socket, ...operations) {
      const gone = kit.once(socket, "disconnect");
      await server.act(socket.id, [["close"], ...operations]);
      return gone;
    },
    /** … and until it is back. To be awaited as a whole: the connection may be back before the server has told of its end. */
    async bounce(socket, ...operations) {
      const back = new Promise((resolve, reject) => socket.once("disconnect", () => kit.once(socket, "connect").then(resolve, reject)));
      const gone = await kit.lose(socket, ...operations);
      await back;
      return gone;
    },
    /** A place where nothing listens: a server that was there and has gone. */
    async nowhere() {
      const { url, port } = await server.spawn();
      await server.stop(port);
      return { url, port };
    },

    /** The arguments of the next such event. */
    once: (emitter, event) => kit.within(new Promise((resolve) => emitter.once(event, (...args) => resolve(args))), `"${event}"`),
    /** Every such event from now on, as a list of argument lists that grows. */
    record(emitter, ...events) {
      const seen = [];
      for (const event of events) emitter.on(event, (...args) => seen.push(events.length === 1 ? args : [event, ...args]));
      return seen;
    },
    /** The same for onAny and onAnyOutgoing. */
    recordAny(socket, method) {
      const seen = [];
      socket[method]((...args) => seen.push(args));
      return seen;
    },
    /** The callback's arguments. */
    asks: (socket, ...args) => kit.within(new Promise((resolve) => socket.emit(...args, (...answer) => resolve(answer))), `the answer to "${args[0]}"`),
    /** Everything sent so far has arrived there, and everything that this led to is back. */
    settled: (socket) => kit.asks(socket, "echo"),
    /** Has the server do something: lists of an operation and its arguments. */
    tell: (socket, ...operations) => kit.asks(socket, "do", operations).then(([value]) => value),
    /** Until it holds. */
    async until(condition, what = String(condition), patience = PATIENCE) {
      const end = now() + patience;
      for (;;) {
        if (await condition()) return;
        if (now() > end) throw new Difference(`${what}: did not come to hold in ${patience} ms`);
        await sleep(4);
      }
    },
    /** Until n of them have come. What is slow may take its time, as long as they keep coming. */
    async reaches(count, n, what) {
      for (let seen = -1; seen < n; ) {
        const before = (seen = count());
        if (seen < n) await kit.until(() => (seen = count()) > before, `${what}: ${n}, of which there were ${before}; one more`);
      }
    },
    within(promise, what) {
      const site = new Error().stack;
      return new Promise((resolve, reject) => {
        after(() => {
          const late = new Difference(`waited ${PATIENCE} ms for ${what}`);
          late.stack = `${late.message}\n${site}`;
          reject(late);
        }, PATIENCE);
        promise.then(resolve, reject);
      });
    },
    /** An exception with that message got out of a listener, as it must. */
    thrown: (message) => kit.within(uncaught.take(message), `the uncaught error "${message}"`),
    /** The names of events heard by the server's socket, in order. */
    heard: async (id) => (await server.log(id)).filter((line) => line.event).map((line) => line.event),
    /** What the server's socket heard under a name: a list of argument lists. */
    heardArgs: async (id, event) => (await server.log(id)).filter((line) => line.event === event).map((line) => line.args),
  };
  kit.close = async () => {
    throttle.floor = 0;
    clock.go();
    for (const thing of opened.reverse()) close(thing);
    if (spawned) await server.sweep();
  };
  return kit;
}

function close(thing) {
  const manager = thing.io ?? thing;
  manager.reconnection(false);
  thing.off();
  if (thing !== manager) thing.disconnect();
  // Also one that is between two attempts, or has other namespaces.
  (manager.disconnect ?? manager._close ?? manager.close)?.call(manager);
}
