// A random script of API calls, played with one client; what is heard and seen on the way is the trace. The same seed
// makes the same script, whichever client plays it.
import { show } from "./assert.js";
import { sleep } from "./clock.js";
import { kitFor } from "./kit.js";
import { uncaught } from "./uncaught.js";

function randomFrom(seed) {
  let a = seed >>> 0;
  return () => {
    a = (a + 0x6d2b79f5) | 0;
    let t = Math.imul(a ^ (a >>> 15), 1 | a);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

const noop = () => {};

const VALUES = [
  1, "text", null, undefined, NaN, -0, true, [1, [2]], { a: { b: undefined, c: noop } }, new Date(0), new Uint8Array([1, 2]),
  { deep: [new ArrayBuffer(1)] }, Symbol("s"), noop, Object.create(null), new Map([[1, 2]]), { toJSON: () => "json" }, new Error("e"), Infinity, "\u2028é😀",
];
const EVENTS = ["connect", "disconnect", "connect_error", "echo", "x"];
const MANAGER_EVENTS = ["open", "close", "error", "reconnect_attempt", "reconnect", "reconnect_error", "reconnect_failed", "packet"];

export async function play(client, mode, seed) {
  const random = randomFrom(seed);
  const pick = (list) => list[Math.floor(random() * list.length)];
  const kit = kitFor(client, mode);
  const trace = [];
  const ids = new Map();
  let stage = 0;
  const say = (...line) => trace.push(line.map((one) => text(one)).join(" "));
  const text = (one) => (typeof one === "string" ? one : show(one)).replace(/[\w-]{20}/g, (id) => ids.get(id) ?? (ids.set(id, `id${ids.size}`), ids.get(id))).replace(/:\d{4,5}/g, ":port");

  const manager = kit.manager(kit.url, { autoConnect: random() < 0.5, reconnectionDelay: 10, reconnectionDelayMax: 10, ...(random() < 0.2 && { reconnectionAttempts: 1 }) });
  const more = () => ({ ...(random() < 0.25 && { retries: 1 + Math.floor(random() * 2) }), ...(random() < 0.25 && { ackTimeout: 80 }), ...(random() < 0.1 && { auth: pick([{ refuse: "no" }, (cb) => cb({ a: 1 }), noop]) }) });
  const sockets = ["/", "/a"].slice(0, random() < 0.6 ? 1 : 2).map((nsp) => kit.track(manager.socket(nsp, more())));

  const args = () => Array.from({ length: Math.floor(random() * 3) }, () => pick(VALUES));
  const ack = (what) => (...answer) => say("  ack", what, answer);
  let counter = 0;
  /** A call, as [what it is called, what it does]; nothing of it is drawn when it is made. */
  const call = (depth = 0) => {
    const socket = pick(sockets);
    const n = ++counter;
    const s = sockets.indexOf(socket);
    const event = pick(["echo", "echo", "echo", "nobody", "later", pick(EVENTS), pick(["", "__proto__", "disconnecting", "newListener", "error", "message", 5])]);
    const values = args();
    const listener = function (...got) {
      say("  extra", n, got.length);
      if (next) run(next);
    };
    const next = depth < 1 && random() < 0.3 ? call(depth + 1) : undefined;
    const heard = pick(EVENTS);
    const late = event === "later" ? [pick([5, 60])] : values;
    const withAck = () => [...late, ack(n)];
    const ms = pick([0, 20, 300]);
    const calls = [
      ["connect", () => socket.connect()], ["connect", () => socket.connect()], ["disconnect", () => socket.disconnect()], ["open", () => socket.open()], ["close", () => socket.close()],
      ["emit", () => socket.emit(event, ...late)], ["emit", () => socket.emit(event, ...late)], ["emit ack", () => socket.emit(event, ...withAck())], ["emit ack", () => socket.emit(event, ...withAck())],
      ["send", () => socket.send(...values)],
      ["volatile", () => socket.volatile.emit(event, ...late)], ["volatile ack", () => socket.volatile.emit(event, ...withAck())],
      ["timeout", () => socket.timeout(ms).emit(event, ...withAck())], ["timeout volatile", () => socket.timeout(ms).volatile.emit(event, ...withAck())], ["timeout without ack", () => socket.timeout(ms).emit(event, ...late)],
      ["emitWithAck", () => void socket.timeout(300).emitWithAck(event, ...late).then(ack(`${n} resolved`), ack(`${n} rejected`))],
      ["compress", () => socket.compress(false).emit(event, ...late)],
      ["on", () => socket.on(heard, listener)], ["once", () => socket.once(heard, listener)], ["off", () => socket.off(heard, listener)],
      ["onAny", () => socket.onAny(listener)], ["prependAny", () => socket.prependAny(listener)], ["offAny", () => socket.offAny()], ["onAnyOutgoing", () => socket.onAnyOutgoing(listener)], ["offAnyOutgoing", () => socket.offAnyOutgoing()],
      ["manager.open", () => manager.open((error) => say("  opened", error?.message))], ["manager.connect", () => manager.connect()], ["manager._close", () => manager._close()], ["manager.disconnect", () => manager.disconnect()],
      ["manager.reconnection", () => manager.reconnection(n % 2 === 0)], ["manager.socket", () => sockets.includes(manager.socket("/"))],
      ["engine.close", () => open() && !manager.engine.writeBuffer.length && void manager.engine.close()], ["engine.transport.close", () => void setTimeout(() => open() && manager.engine.transport.close())],
      ["late heartbeat", () => manager.engine && ((manager.engine._pingTimeoutTime = Date.now() - 1), 0)],
      ["sendBuffer", () => (socket.sendBuffer.length = 0)],
      ["server emits", () => act(socket, [["emit", pick2, 1, "text"]])], ["server asks", () => act(socket, [["emit", "x", 1], ["emit", "echo", new Date(0)]])],
      ["server disconnects", () => act(socket, [["disconnect", false]])], ["server closes", () => act(socket, [["close"]])], ["server disconnects all", () => act(socket, [["disconnect", true]])],
    ];
    const pick2 = pick(EVENTS.slice(3));
    const [name, fn] = pick(calls);
    return [`${n} ${s}.${name}(${/emit|volatile|timeout|compress/.test(name) ? `${event} ${show(late)} ${ms}` : /^on|off/.test(name) ? heard : ""})`, fn];
  };
  // Where the official client hangs for good or closes twice nobody wants the same: an engine closed while it opens or
  // has something to send, a manager closed in its open.
  const open = () => manager.engine?.readyState === "open";
  const act = (socket, operations) => (socket.connected && window.control("act", [socket.id, operations]).catch(() => {}), 0);
  const run = ([name, fn]) => {
    try {
      const value = fn();
      say(" ", name, "→", value === undefined ? "" : sockets.includes(value) ? "socket" : value === manager ? "manager" : value);
    } catch (error) {
      say(" ", name, "threw", error.name, /circular|call stack/i.test(error.message) ? "" : error.message);
    }
  };
  const reactions = {};
  for (const event of [...EVENTS.slice(0, 3), "reconnect_attempt", "close"]) if (random() < 0.35) reactions[event] = [call(1), ...(random() < 0.3 ? [call(1)] : [])];
  const react = (event) => {
    const next = reactions[event]?.shift();
    if (next) run(next);
  };
  sockets.forEach((socket, s) => {
    for (const event of EVENTS)
      socket.on(event, (...got) => {
        say(" >", s, event, got.map((one) => (typeof one === "function" ? "ack" : one instanceof Error ? one.message : event === "disconnect" && typeof one === "object" ? "details" : one)));
        react(event);
      });
  });
  let over = true;
  for (const event of MANAGER_EVENTS)
    manager.on(event, (got) => {
      // The official client says so again each time somebody closes what is closed.
      if (event === "close" && over) return;
      over = event === "close";
      if (event === "packet") return say(" > manager packet", got.type, got.nsp);
      say(" > manager", event, got instanceof Error ? got.message : got);
      react(event);
    });

  const state = () => say(stage, ...sockets.map((socket) => `${+socket.connected}${+socket.active}${socket.id ? 1 : 0}${+!!socket.recovered} ${socket.sendBuffer.length}/${socket.receiveBuffer.length} acks ${Object.keys(socket.acks)} ids ${socket.ids} queue ${socket._queue.length};`), manager._readyState, manager.engine?.readyState, +!!manager._reconnecting);
  /** Nothing has been heard for a while. */
  const quiet = async () => {
    for (let seen = -1, end = performance.now() + 1500; trace.length !== seen && performance.now() < end; ) {
      seen = trace.length;
      await sleep(110);
    }
  };

  const steps = 3 + Math.floor(random() * 10);
  state();
  for (; stage < steps; stage++) {
    const step = call();
    const rest = random() < 0.6;
    run(step);
    if (rest) {
      await quiet();
      state();
    }
  }
  await quiet();
  state();
  trace.push(...uncaught.drain().map((error) => `uncaught ${error?.message ?? error}`));
  await kit.close().catch(noop);
  return trace;
}
