// The transports of a connection by the core's numbers: how each is opened, and what becomes of its reports.
import assert from "node:assert/strict";
import test from "node:test";
import { fakeCore } from "./core.mjs";
import { plain, settled } from "./tools.mjs";

const { Ending, Op, newest } = await plain("bridge/bridge.gen");
const { enter, tell } = await plain("bridge/calls");
const { Emitter } = await plain("emitter");
const { Links } = await plain("engine/links");
const { rows } = await plain("engine/transports/registry");

const told = [];
enter(fakeCore(tell, { control: (op, args) => told.push([op, ...args.slice(0, 3)]) }));

/** A transport of the test's: what it was made with, and the sink that it reports to. */
const KIND = 9;
const made = [];
rows.push({
  name: "fake",
  kind: KIND,
  schemes: ["http", "https"],
  can: { query: true, payloads: false },
  make(url, opts, sink) {
    const t = Object.assign(new Emitter(), { name: "fake", url, opts, sink, opened: 0, closed: 0, open: () => t.opened++, close: () => t.closed++ });
    made.push(t);
    return t;
  },
});

function connection({ id, credentials, query = {}, opts = {}, ...manager } = {}) {
  told.length = made.length = 0;
  const happened = [];
  const engine = {
    id,
    readyState: id ? "open" : "opening",
    query,
    opts: { hostname: "a.test", path: "/socket.io/", ...opts },
    _manager: { _conn: 3, opts: {}, _credentials: credentials, _carriesToken: !!credentials, _secrets: () => [], _denied: (...args) => void happened.push(["denied", ...args]), ...manager },
    _forgetToken: (q) => delete q[credentials?.name],
    _watchNetwork: () => happened.push("network"),
    _linkEnded: (t, error, failed) => happened.push(["ended", t._link, error.message, failed]),
    _reader: { data: (...args) => happened.push(["data", ...args]) },
    _writer: { drained: () => happened.push("drained") },
  };
  const links = new Links(engine);
  return { engine, links, happened, open: (link = 7, { revision = 0, probe = false } = {}) => (links.open(link, KIND, revision, probe), made.at(-1)) };
}

/** A token in the address, as ways.ts puts it there. */
const inQuery = { name: "token", handshake: (query) => void (query.token = "secret"), headers: () => undefined };

test("a transport is opened with the user's query, the revision and its name, and known by its number", () => {
  const { links, open, happened } = connection({ query: { mine: "1" } });
  const t = open(7);
  assert.equal(t.opened, 1);
  assert.deepEqual(happened, ["network"]);
  assert.equal(t.url(), `http://a.test/socket.io/?mine=1&EIO=${newest}&transport=fake`);
  assert.deepEqual([t._link, t._probe, t.generation.revision, links.get(7), links.has(7)], [7, false, newest, t, true]);
  assert.equal(open(8, { revision: newest - 1 }).generation.revision, newest - 1);
  assert.match(made[1].url(), new RegExp(`EIO=${newest - 1}`));
});

test("options of the transport's own count more than those of all", () => {
  const { open } = connection({ opts: { requestTimeout: 1, transportOptions: { fake: { requestTimeout: 2 } } } });
  assert.equal(open().opts.requestTimeout, 2);
});

test("the token is in the address of the handshake alone: not once the session has an id", () => {
  const { open } = connection({ credentials: inQuery });
  const t = open();
  assert.match(t.url(), /token=secret/);
  assert.deepEqual([t.opts.secret(false), t.opts.secrets()], [true, ["secret"]]);
  t.opts.handshaken("sid-1");
  assert.doesNotMatch(t.url(), /secret/);
  assert.match(t.url(), /sid=sid-1/);
  assert.equal(t.opts.secret(false), false);
  assert.equal(t.opts.secret(true), true, "what is posted may hold it");
  const upgrade = connection({ id: "sid-2", credentials: inQuery, query: { token: "secret" } }).open(8, { probe: true });
  assert.doesNotMatch(upgrade.url(), /secret/);
  assert.match(upgrade.url(), /sid=sid-2/);
});

test("headers are asked anew for each request, and are secret", () => {
  let token = "one";
  const { open } = connection({ credentials: { name: "token", handshake() {}, headers: () => ({ authorization: token }) } });
  const { opts } = open();
  token = "two";
  assert.deepEqual([opts.headers(), opts.secrets().includes("two"), opts.secret(false)], [{ authorization: "two" }, true, true]);
});

test("the tokens of the sockets are secret, whatever carries them", () => {
  const { open } = connection({ _secrets: () => ["by CONNECT"] });
  const { opts } = open();
  assert.ok(opts.secrets().includes("by CONNECT"));
});

test("a transport that was opened while the core starts is used if the core asks for the same one, and closed otherwise", async () => {
  const same = connection();
  same.links.openFirst(KIND, newest);
  same.links.openFirst(KIND, newest);
  assert.equal(made.length, 1, "once");
  assert.equal(same.open(7), made[0]);
  assert.deepEqual([made.length, made[0].opened, made[0].closed], [1, 1, 0]);
  assert.notEqual(same.open(8), made[0], "once");
  const other = connection();
  other.links.openFirst(KIND, newest - 1);
  other.open(7, { revision: newest });
  assert.deepEqual(made.map((t) => t.closed), [1, 0]);
  const unwanted = connection();
  unwanted.links.openFirst(KIND, newest);
  unwanted.links.closeFirst();
  assert.equal(made[0].closed, 1);
  unwanted.open(7);
  assert.equal(made.length, 2, "a closed one is not given away");
});

test("a transport's opened, paused, drained and data reach the core", () => {
  const { engine, open, happened } = connection();
  const t = open();
  const heard = [];
  for (const name of ["open", "drain"]) t.on(name, () => heard.push(name));
  t.sink.opened(t);
  t.poll = () => heard.push("poll");
  t.sink.paused(t);
  assert.deepEqual(told, [[Op.LinkOpened, 3, 7, NaN], [Op.Paused, 3, 7, NaN]]);
  happened.length = 0;
  t.sink.drained(t);
  assert.deepEqual(happened, [], "another transport is in use");
  engine._link = t;
  t.sink.drained(t);
  t.sink.data(t, "frame", "response");
  assert.deepEqual(happened, ["drained", ["data", t, "frame", "response"]]);
  assert.deepEqual(heard, ["open", "poll", "drain", "drain"]);
});

test("a transport's end is reported once, with its cause; a forgotten transport reports nothing", () => {
  for (const [error, ending, event] of [[undefined, Ending.Closed, "close"], [{ message: "websocket error" }, Ending.Failed, "error"]]) {
    const { links, open, happened } = connection();
    const t = open();
    const heard = [];
    for (const name of ["close", "error"]) t.on(name, () => heard.push(name));
    t.sink.closed(t, error);
    t.sink.closed(t, error);
    assert.deepEqual(told, [[Op.LinkClosed, 3, 7, ending]]);
    assert.deepEqual([heard, links.has(7)], [[event], false]);
    assert.deepEqual(happened.slice(1), [["ended", 7, error?.message ?? "transport close", !!error]]);
  }
  const { links, open } = connection();
  const t = open();
  assert.deepEqual([links.forget(7), links.forget(7)], [true, false]);
  t.sink.closed(t);
  assert.deepEqual(told, []);
});

test("a handshake that is answered by an HTTP status may be about the token; later ones are not", () => {
  const failed = { message: "xhr poll error", status: 401, context: { responseText: '{"code":5,"message":"no"}' } };
  const { open, happened } = connection();
  const t = open();
  t.sink.closed(t, failed);
  assert.deepEqual(told, [[Op.HandshakeFailed, 3, 7, 401]]);
  assert.deepEqual(happened.at(-1), ["denied", 401, failed.context.responseText]);
  for (const readyState of ["open", "opening"]) {
    const later = connection({ id: "sid" });
    later.engine.readyState = readyState; // the server has answered the handshake, and the core has not said so yet
    const u = later.open();
    u.sink.closed(u, failed);
    assert.deepEqual(told, [[Op.LinkClosed, 3, 7, Ending.Failed]]);
  }
});

test("the name of a transport that was tried for an upgrade outlives it", async () => {
  const { links, open } = connection();
  open(7, { probe: true });
  open(8);
  links.closeAll();
  await settled();
  assert.deepEqual([links.probeName(7), links.probeName(8), links.has(7)], ["fake", undefined, false]);
  assert.deepEqual(made.map((t) => t.closed), [1, 1]);
});
