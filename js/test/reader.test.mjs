// Frames on their way to the sockets, with a core that says what the test tells it to.
import assert from "node:assert/strict";
import test from "node:test";
import { fakeCore } from "./core.mjs";
import { plain } from "./tools.mjs";

const { Op, Rx, Word, generationOf } = await plain("bridge/bridge.gen");
const { enter, tell } = await plain("bridge/calls");
const { Deliveries } = await plain("engine/deliveries");
const { Reader } = await plain("engine/reader");
const { Emitter } = await plain("emitter");

/** What the core answers to the next headers: [kind, words]; and the operations that it was told. */
let answers = [];
const told = [];
const core = fakeCore(tell, {
  rx(_, core) {
    const [kind, words = {}] = answers.shift() ?? [Rx.Stale];
    core.words().fill(-1);
    for (const name of ["Start", "Attachments", "Draining", "Foreign", "Revision", "Packet"]) core.words()[Word[name]] = 0;
    for (const name in words) core.words()[Word[name]] = words[name];
    return kind;
  },
  control: (op, args) => told.push([op, ...args.slice(0, 6)]),
});
enter(core);

/** An engine with one transport, and what reaches the sockets. */
function made({ payloads = false, listens = false } = {}) {
  answers = [];
  told.length = 0;
  const got = [];
  const polls = [];
  const t = Object.assign(new Emitter(), { can: { payloads }, generation: generationOf(4), query: {}, _link: 7, close: () => got.push("transport closed"), goodbye() {} });
  if (payloads) t.poll = () => polls.push(1);
  const links = new Set([7]);
  const engine = Object.assign(new Emitter(), {
    _manager: {
      _conn: 3,
      opts: {},
      _incoming: {
        received: (kind, slot, ack, text, attachments) => got.push([kind, slot, ack, text, attachments]),
        attachment: (part) => got.push(part),
        opaque: (data) => got.push(["opaque", data]),
      },
    },
    _links: { has: (link) => links.has(link), forget: (link) => links.delete(link) },
    _deliveries: new Deliveries(),
    _link: t,
    id: "x",
    readyState: "open",
    binaryType: "arraybuffer",
    upgrades: [],
    _fault: (error, link) => got.push([error.message, link]),
    _goodbye: () => got.push("goodbye"),
    _welcome: (t, data) => got.push(["welcome", data.sid]),
  });
  const events = [];
  if (listens) {
    for (const name of ["packet", "heartbeat", "data", "message"]) engine.on(name, (x) => events.push([name, x?.data ?? x]));
    t.on("packet", (x) => events.push(["transport", x.data]));
  }
  return { reader: new Reader(engine), engine, t, got, polls, events, links };
}

test("a websocket's frame is one packet; its separator is text", () => {
  const { reader, t, got } = made();
  answers = [[Rx.Event, { Start: 2, Slot: 5 }]];
  reader.data(t, '42["a\x1eb"]');
  assert.deepEqual(got, [[Rx.Event, 5, -1, '["a\x1eb"]', 0]]);
});

test("a payload's packets, by separator and by length; then the next are asked for", () => {
  const { reader, t, got, polls } = made({ payloads: true });
  answers = [[Rx.Event, { Start: 2 }], [Rx.Ack, { Start: 3, Ack: 1 }]];
  reader.data(t, '42["a"]\x1e431["b"]');
  answers = [[Rx.Event, { Start: 4, End: 9 }], [Rx.Event, { Start: 4, End: 9 }]];
  reader.data(t, '7:42["a"]7:42["b"]');
  assert.deepEqual(got.map((g) => g[3]), ['["a"]', '["b"]', '["a"]', '["b"]']);
  assert.equal(polls.length, 2);
});

test("listeners of the engine hear of a packet, then those of the transport, then the sockets", () => {
  const { reader, t, engine, events } = made({ listens: true });
  engine._manager._incoming.received = () => events.push(["socket"]);
  answers = [[Rx.Event, { Start: 2 }]];
  reader.data(t, '42["a"]');
  assert.deepEqual(events, [["packet", '2["a"]'], ["heartbeat", undefined], ["data", '2["a"]'], ["message", '2["a"]'], ["transport", '2["a"]'], ["socket"]]);
});

test("listeners get a packet of a payload without the length before it", () => {
  const { reader, t, events } = made({ listens: true, payloads: true });
  t.generation = generationOf(3);
  const text = `42["${"a".repeat(37)}"]`;
  answers = [[Rx.Event, { Start: 5, End: 3 + text.length }]];
  reader.data(t, `${text.length}:${text}`);
  assert.equal(text.length, 43);
  assert.deepEqual(events[0], ["packet", text.slice(1)]);
});

test("listeners get a payload's packet without a length whole, but for its type", () => {
  const { reader, t, events } = made({ listens: true, payloads: true });
  answers = [[Rx.Event, { Start: 2 }]];
  reader.data(t, '42["a:4"]');
  assert.deepEqual(events[0], ["packet", '2["a:4"]']);
});

test("listeners get a websocket's packet whole", () => {
  const { reader, t, events } = made({ listens: true });
  t.generation = generationOf(3);
  answers = [[Rx.Event, { Start: 2 }]];
  reader.data(t, '42["a:4"]');
  assert.deepEqual(events[0], ["packet", '2["a:4"]']);
});

test("an acknowledgement's number that is too long for the core", () => {
  for (const header of ["42", "42/a4,", "42/a,", "451-", "451-/7,"]) {
    const { reader, t, got } = made();
    answers = [[Rx.Event, { Start: header.length + 10, Ack: -2 }]];
    reader.data(t, header + '4294967297["a"]');
    assert.deepEqual(got[0].slice(2, 4), [4294967297, '["a"]']);
  }
  const { reader, t, got } = made({ payloads: true });
  t.generation = generationOf(3);
  answers = [[Rx.Event, { Start: 15, End: 20, Ack: -2 }]];
  reader.data(t, '17:424294967297["a"]');
  assert.deepEqual(got[0].slice(2, 4), [4294967297, '["a"]']);
});

test("the engine's listeners do not get the packets of a transport that is being probed", () => {
  const { reader, t, events } = made({ listens: true });
  t._probe = true;
  answers = [[Rx.Control, { Start: 1, Packet: 3 }]];
  reader.data(t, "3probe");
  assert.deepEqual([events, told], [[["transport", "probe"]], [[Op.ControlPacket, 3, 7, 3, 1, NaN, NaN]]]);
});

test("bytes and base64 are attachments; before the connection is open they are ignored", () => {
  const { reader, t, got, engine, links } = made();
  const bytes = new Uint8Array([1, 2]).buffer;
  reader.data(t, bytes);
  answers = [[Rx.Binary, { Start: 1 }]];
  reader.data(t, "bAQI=");
  assert.deepEqual(got.map((part) => [...new Uint8Array(part)]), [[1, 2], [1, 2]]);
  engine.readyState = "opening";
  reader.data(t, bytes);
  links.clear();
  engine.readyState = "open";
  reader.data(t, bytes);
  assert.equal(got.length, 2, "nor those of a transport that is gone");
});

test("malformed base64 is a parse error", () => {
  const { reader, t, got } = made();
  answers = [[Rx.Binary, { Start: 1 }]];
  reader.data(t, "b***");
  assert.deepEqual(got, [["parse error", 7]]);
});

test("a packet that the core defers is kept with all that follow, and read later in order", () => {
  const { reader, t, got } = made({ payloads: true });
  answers = [[Rx.Event, { Start: 2 }], [Rx.Later]];
  reader.data(t, '42["a"]\x1e42["b"]');
  reader.data(t, '42["c"]');
  assert.deepEqual(got.map((g) => g[3]), ['["a"]']);
  answers = [[Rx.Event, { Start: 2 }], [Rx.Event, { Start: 2 }]];
  reader.readKept();
  assert.deepEqual(got.map((g) => g[3]), ['["a"]', '["b"]', '["c"]']);
});

test("an event that the other engine has delivered is read and not delivered", () => {
  const { reader, t, got, engine } = made();
  const other = new Deliveries();
  other.noteFor(engine._deliveries);
  other.repeats('-1["a"]');
  for (let i = 0; i < 2; i++) {
    answers = [[Rx.Event, { Start: 2 }]];
    reader.data(t, '42["a"]');
  }
  assert.deepEqual(got.map(([kind]) => kind), [Rx.Ignore, Rx.Event]);
});

test("an answer while acks are awaited is counted", () => {
  const { reader, t } = made();
  answers = [[Rx.Ack, { Start: 3, Ack: 1, Draining: 1 }]];
  reader.data(t, "431[]");
  assert.deepEqual(told.map(([op]) => op), [Op.Acked]);
});

test("a malformed packet ends the connection, and the server is told", () => {
  for (const frame of ["", "<html>"]) {
    const { reader, t, got, engine } = made();
    answers = [[Rx.Fault, { Foreign: 1 }]];
    reader.data(t, frame);
    assert.deepEqual([got, engine._error.message, engine._error.code, told[0][0]], [["goodbye", "transport closed"], "server error", "parser error", Op.LinkClosed]);
  }
  const { reader, t, got } = made();
  answers = [[Rx.Fault, { Foreign: 0 }]];
  reader.data(t, "42[");
  assert.deepEqual(got, [["parse error", 7]]);
});

test("the handshake: what the server offers goes to the core as bits", () => {
  const { reader, t, engine, got } = made();
  engine.id = null;
  engine._welcome = (_, data) => Object.assign(engine, { id: data.sid, upgrades: data.upgrades });
  answers = [[Rx.Handshake, { Start: 1, Revision: 4 }]];
  reader.data(t, '0{"sid":"y","upgrades":["websocket","webtransport","smoke"],"pingInterval":1,"pingTimeout":2}');
  assert.deepEqual(told, [[Op.Handshake, 3, 7, 1, 2, (1 << 2) | (1 << 3), 4]]);
  assert.deepEqual(got, []);
});

test("a handshake without a session, and a second one", () => {
  const { reader, t, engine, got } = made();
  engine.id = null;
  answers = [[Rx.Handshake, { Start: 1 }]];
  reader.data(t, "0{}");
  assert.deepEqual(got, ["goodbye", "transport closed"]);
  const second = made();
  answers = [[Rx.Handshake, { Start: 1 }]];
  second.reader.data(second.t, '0{"sid":"y"}');
  assert.deepEqual([second.got, told], [[], []]);
});
