// A namespace without a token on the desk: sending, acknowledgements, retries, listeners, its end.
import assert from "node:assert/strict";
import test from "node:test";
import { desk, event, welcome } from "./desk.mjs";
import { deepProxy, settled } from "./tools.mjs";

const { FakeServer, connect, server, reported } = await desk();
let hosts = 0;

/** A socket, and its connection to a server of its own; connected, unless `namespace` is false. */
async function open(t, options = {}, nsp = "", connected = true) {
  const host = `s${++hosts}.test`;
  const socket = connect(`http://${host}${nsp}`, { reconnectionDelay: 1, randomizationFactor: 0, ...options });
  t.after(() => socket.disconnect());
  const c = await server(host).connection();
  if (connected) await welcome(c, { nsp: nsp && nsp + "," });
  return { socket, c, server: server(host) };
}

test("events emitted before the connection are sent after it, in order; volatile ones are dropped", async (t) => {
  const { socket, c } = await open(t, {}, "", false);
  socket.emit("a", 1);
  socket.volatile.emit("lost");
  socket.send("b");
  assert.equal(socket.connected, false);
  const connected = event(socket, "connect");
  await welcome(c, { sid: "id" });
  await connected;
  assert.deepEqual([await c.frame(), await c.frame()], ['42["a",1]', '42["message","b"]']);
  assert.deepEqual([socket.connected, socket.disconnected, socket.id], [true, false, "id"]);
  await settled();
  socket.volatile.emit("kept");
  assert.equal(await c.frame(), '42["kept"]');
});

test("parameters of any kind are in the address, as text", async (t) => {
  const circular = { toString: () => "round" };
  circular.self = circular;
  const { c } = await open(t, { query: { big: 2n ** 64n, circular, none: null, list: [1, 2] } });
  assert.equal(c.query.toString(), "big=18446744073709551616&circular=round&none=null&list=1%2C2&EIO=4&transport=websocket");
});

test("a namespace stands in each of its packets", async (t) => {
  const { socket, c } = await open(t, { auth: { room: 7 } }, "/chat", false);
  assert.deepEqual(await welcome(c, { nsp: "/chat," }), ['40/chat,{"room":7}']);
  socket.emit("a");
  assert.equal(await c.frame(), '42/chat,["a"]');
  const heard = event(socket, "b");
  c.say('42/chat,["b",{"x":1}]');
  assert.deepEqual(await heard, [{ x: 1 }]);
});

test("auth as a function that answers later", async (t) => {
  const { c } = await open(t, { auth: (send) => setTimeout(send, 5, { late: 1 }) }, "", false);
  assert.equal(await c.frame(), '40{"late":1}');
});

/** A second namespace, "/b", on the connection of one that stays. */
async function beside(t, options = {}) {
  const { socket, c } = await open(t);
  const other = socket.io.socket("/b", options);
  t.after(() => other.disconnect());
  return { other, c };
}

/** Answers the fence that stands before a CONNECT: the server has read what came before it. */
async function passFence(c) {
  const [name] = /\/\n[^,]*/.exec(await c.frame());
  c.say(`44${name},{"message":"Invalid namespace"}`);
}

test("disconnect() before the answer to CONNECT: DISCONNECT follows the answer, and connect() after that", async (t) => {
  const { other, c } = await beside(t, { auth: { user: "alice" } });
  const heard = [];
  other.onAny((name) => heard.push(name));
  assert.equal(await c.frame(), '40/b,{"user":"alice"}');
  other.disconnect();
  other.auth = { user: "bob" };
  other.connect();
  await settled();
  assert.deepEqual(c.sent(), [], "the server ends the connection when it reads a second CONNECT");
  c.say('40/b,{"sid":"a"}');
  c.say('42/b,["for alice"]');
  assert.equal(other.connected, false);
  assert.equal(await c.frame(), "41/b,");
  await passFence(c);
  assert.equal(await c.frame(), '40/b,{"user":"bob"}');
  const connected = event(other, "connect");
  c.say('40/b,{"sid":"b"}');
  await connected;
  assert.deepEqual([other.id, heard], ["b", []]);
});

test("connect() after a CONNECT that is never answered opens another connection", async (t) => {
  const { socket, c, server } = await open(t);
  const b = socket.io.socket("/b");
  t.after(() => b.disconnect());
  assert.equal(await c.frame(), "40/b,");
  b.disconnect();
  b.connect();
  const [reason] = await event(socket, "disconnect");
  assert.equal(reason, "transport close");
  const other = await server.connection();
  assert.deepEqual([await other.frame(), await other.frame()], ["40", "40/b,"]);
  const connected = Promise.all([event(socket, "connect"), event(b, "connect")]);
  other.say('40{"sid":"x"}');
  other.say('40/b,{"sid":"y"}');
  await connected;
  assert.deepEqual([c.open, b.id], [false, "y"]);
});

test("a refusal after disconnect() is not reported", async (t) => {
  const { other, c } = await beside(t);
  other.on("connect_error", () => assert.fail("the attempt was given up"));
  assert.equal(await c.frame(), "40/b,");
  other.disconnect();
  c.say('44/b,{"message":"no"}');
  other.connect();
  assert.equal(await c.frame(), "40/b,");
});

test("disconnect() and connect() in one turn: CONNECT goes out when the server has read DISCONNECT", async (t) => {
  const { other, c } = await beside(t);
  await welcome(c, { nsp: "/b," });
  other.disconnect();
  other.connect();
  assert.equal(await c.frame(), "41/b,");
  await passFence(c);
  assert.equal(await c.frame(), "40/b,");
});

test("a wildcard server gets one fence, for all managers", async (t) => {
  const { socket, c, server: there } = await open(t);
  const rejoins = (other) => {
    t.after(() => other.disconnect());
    other.disconnect().connect();
    return other;
  };
  rejoins(socket.io.socket("/b"));
  assert.equal(await c.frame(), "40/b,");
  c.say('40/b,{"sid":"b"}');
  assert.equal(await c.frame(), "41/b,");
  const [fence, name] = /^40(\/\n[^,]*),$/.exec(await c.frame());
  c.say(`${fence}{"sid":"f"}`);
  assert.deepEqual([await c.frame(), await c.frame()].sort(), ["40/b,", `41${name},`]);

  const another = connect(socket.io.uri);
  t.after(() => another.disconnect());
  const second = await there.connection();
  await welcome(second);
  rejoins(another.io.socket("/b"));
  assert.equal(await second.frame(), "40/b,");
  second.say('40/b,{"sid":"b"}');
  assert.equal(await second.frame(), "41/b,");
  assert.equal(await second.frame(), "40/b,", "after a pause, and no fence");
});

test("auth()'s answer after disconnect() does not connect", async (t) => {
  const asked = [];
  const { other, c } = await beside(t, { auth: (answer) => asked.push(answer) });
  other.disconnect();
  asked[0]({ user: "alice" });
  await settled();
  assert.deepEqual(c.sent(), []);
  other.connect();
  asked[1]({ user: "bob" });
  asked[1]({ user: "bob" });
  assert.equal(await c.frame(), '40/b,{"user":"bob"}');
  asked[0]({ user: "alice" });
  await settled();
  assert.deepEqual(c.sent(), []);
});

test("auth() that throws or rejects ends the attempt as a middleware does: reported, told once, and connect() asks again", async (t) => {
  const wrong = new TypeError("no session");
  for (const [token, fail] of [
    [undefined, () => { throw wrong; }],
    [undefined, async () => { throw wrong; }],
    ["T", () => { throw wrong; }],
    [undefined, () => Promise.reject("no session")],
  ]) {
    let auth = fail;
    const host = `s${++hosts}.test`;
    const socket = connect(`http://${host}`, { token, via: token && "auth", auth: (answer) => auth(answer), autoConnect: false });
    t.after(() => socket.disconnect());
    const heard = [];
    socket.on("connect_error", (e) => heard.push(e));
    const told = event(socket, "connect_error");
    const connection = server(host).connection();
    socket.connect();
    const [error] = await told;
    const c = await connection;
    assert.equal(error.message, "no session");
    assert.ok(error == wrong || error.constructor == Error);
    assert.deepEqual(reported.splice(0).map((e) => e.message ?? e), ["no session"]);
    assert.deepEqual([socket.active, socket.session.getSnapshot().status, socket.session.getSnapshot().error], [false, "idle", error]);
    auth = (answer) => answer({ a: 1 });
    socket.connect();
    const again = c.open ? c : await server(host).connection();
    let sent;
    do sent = await again.frame();
    while (sent == "closed");
    assert.equal(sent, token ? '40{"a":1,"token":"T"}' : '40{"a":1}');
    again.say('40{"sid":"s"}');
    await settled();
    assert.deepEqual([socket.connected, heard.length], [true, 1]);
  }
});

test("auth() that throws after its answer, or when the connection is gone, is reported and no more", async (t) => {
  const { socket, c } = await open(t, { auth: (answer) => { answer({ a: 1 }); throw new Error("late"); } }, "", false);
  socket.on("connect_error", () => assert.fail("it has answered"));
  assert.equal(await c.frame(), '40{"a":1}');
  await settled();
  assert.deepEqual(reported.splice(0).map((e) => e.message), ["late"]);

  const rejects = [];
  const other = await open(t, { auth: () => new Promise((_, no) => rejects.push(no)) }, "", false);
  await settled();
  other.c.hangUp();
  other.socket.on("connect_error", (e) => assert.notEqual(e.message, "late"));
  rejects[0](new Error("late"));
  await settled();
  assert.deepEqual(reported.splice(0).map((e) => e.message), ["late"]);
  assert.ok(other.socket.active, "comes back");
});

test("acknowledgements: ours by number, the server's once", async (t) => {
  const { socket, c } = await open(t);
  const answered = new Promise((done) => socket.emit("ask", "x", (...args) => done(args)));
  assert.equal(await c.frame(), '420["ask","x"]');
  c.say('430["y",2]');
  assert.deepEqual(await answered, ["y", 2]);
  assert.deepEqual(socket.acks, {});
  socket.on("asked", (value, answer) => {
    answer(value + 1);
    answer("again");
  });
  c.say('427["asked",1]');
  assert.equal(await c.frame(), "437[2]");
  await settled();
  assert.deepEqual(c.sent(), []);
});

test("a server's number of an acknowledgement may be as long as JavaScript counts", async (t) => {
  for (const nsp of ["", "/a"]) {
    const { socket, c } = await open(t, {}, nsp);
    const at = nsp && nsp + ",";
    socket.on("ask", (what, answer) => answer(what));
    socket.on("bytes", (what, answer) => answer(what));
    for (const id of ["2147483647", "2147483648", "4294967297", "9007199254740991"]) {
      c.say(`42${at}${id}["ask",12]`);
      assert.equal(await c.frame(), `43${at}${id}[12]`);
      c.say(`451-${at}${id}["bytes",{"_placeholder":true,"num":0}]`);
      c.say(new Uint8Array([7]).buffer);
      assert.equal(await c.frame(), `461-${at}${id}[{"_placeholder":true,"num":0}]`);
      assert.deepEqual(new Uint8Array(await c.frame()), new Uint8Array([7]));
    }
    c.say(`43${at}4294967296[1]`);
    assert.equal(socket.connected, true, "an answer to nothing changes nothing");
  }
});

test("emitWithAck, timeout and ackTimeout", async (t) => {
  const { socket, c } = await open(t, { ackTimeout: 20 });
  const answer = socket.timeout(20_000).emitWithAck("ask");
  assert.equal(await c.frame(), '420["ask"]');
  c.say("430[5]");
  assert.equal(await answer, 5);
  await assert.rejects(socket.emitWithAck("ask"), /^Error: operation has timed out$/);
  await assert.rejects(socket.timeout(1).emitWithAck("ask"), /^Error: operation has timed out$/);
  assert.deepEqual(socket.acks, {});
});

test("timeout(Infinity) and ackTimeout: Infinity wait as long as a timer can", async (t) => {
  const { socket, c } = await open(t, { ackTimeout: Infinity });
  const limits = [];
  const { setTimeout } = globalThis;
  t.mock.method(globalThis, "setTimeout", (fn, ms) => (limits.push(ms), setTimeout(fn, ms)));
  const answers = [socket.emitWithAck("ask"), socket.timeout(Infinity).emitWithAck("ask"), socket.timeout(2 ** 31).emitWithAck("ask")];
  assert.deepEqual(limits, Array(3).fill(2 ** 31 - 1), "setTimeout takes a longer time for none");
  for (const id of [0, 1, 2]) c.say(`43${id}["answer"]`);
  assert.deepEqual(await Promise.all(answers), ["answer", "answer", "answer"]);
});

test("acknowledgements with an error first hear of a disconnection, others do not", async (t) => {
  const { socket, c } = await open(t, { reconnection: false });
  const failed = socket.timeout(10_000).emitWithAck("ask");
  socket.emit("ask", () => assert.fail("nobody has answered"));
  c.hangUp();
  await assert.rejects(failed, /^Error: socket has been disconnected$/);
});

test("events emitted while the connection is lost are sent over the next one, and acknowledged", async (t) => {
  const { socket, c, server } = await open(t);
  let answer;
  const gone = new Promise((done) =>
    socket.once("disconnect", () => {
      answer = socket.timeout(10_000).emitWithAck("ask");
      done();
    }),
  );
  c.hangUp();
  await gone;
  const again = await server.connection();
  await welcome(again);
  assert.equal(await again.frame(), '420["ask"]');
  again.say("430[5]");
  assert.equal(await answer, 5);
});

test("an answer to an event of a connection that is gone goes nowhere", async (t) => {
  const { socket, c, server } = await open(t);
  const [answer] = await new Promise((done) => {
    socket.once("asked", (...args) => done(args));
    c.say('421["asked"]');
  });
  c.hangUp();
  const again = await server.connection();
  await welcome(again);
  answer("late");
  await settled();
  assert.deepEqual(again.sent(), []);
});

test("binary in both directions", async (t) => {
  const { socket, c } = await open(t);
  const bytes = new Uint8Array([1, 2]);
  socket.emit("a", bytes, { b: bytes.buffer });
  assert.equal(await c.frame(), '452-["a",{"_placeholder":true,"num":0},{"b":{"_placeholder":true,"num":1}}]');
  assert.equal(await c.frame(), bytes);
  assert.equal(await c.frame(), bytes.buffer);
  const heard = event(socket, "b");
  c.say('451-["b",{"_placeholder":true,"num":0}]');
  c.say(bytes.buffer);
  assert.deepEqual(await heard, [bytes.buffer]);
});

test("retries: the first is repeated until it is answered, the next waits; given up after so many", async (t) => {
  const { socket, c } = await open(t, { retries: 1, ackTimeout: 20 });
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const outcomes = [];
  socket.emit("a", (e) => outcomes.push(["a", e?.message]));
  socket.emit("b", (e, v) => outcomes.push(["b", v]));
  assert.equal(await c.frame(), '420["a"]');
  t.mock.timers.tick(20);
  assert.equal(await c.frame(), '421["a"]', "after ackTimeout");
  t.mock.timers.tick(20);
  assert.equal(await c.frame(), '422["b"]', "given up: one retry");
  c.say("432[7]");
  assert.deepEqual(outcomes, [["a", "operation has timed out"], ["b", 7]]);
});

test("retries: what was sent over a connection that is gone is sent over the next one; an answer that comes after it was given up changes nothing", async (t) => {
  const { socket, c, server } = await open(t, { retries: 3 });
  const outcomes = [];
  const acked = new Promise((done) => socket.emit("a", (e, v) => done(outcomes.push(v))));
  socket.emit("b", (e, v) => outcomes.push(v));
  assert.equal(await c.frame(), '420["a"]');
  const { 0: late } = socket.acks;
  c.hangUp();
  const again = await server.connection();
  await welcome(again);
  assert.equal(await again.frame(), '421["a"]');
  again.say("431[null,1]"); // without a time-out the error is the server's to say
  await acked;
  assert.equal(await again.frame(), '422["b"]');
  late.call(socket, null, "late");
  again.say("432[null,2]");
  assert.deepEqual(outcomes, [1, 2]);
});

test("retries: what a listener emits while it hears events from before the connection is sent once", async (t) => {
  const { socket, c } = await open(t, { retries: 3 }, "", false);
  socket.on("early", () => socket.emit("reply"));
  socket.onpacket({ type: 2, nsp: "/", data: ["early"] });
  await welcome(c);
  assert.equal(await c.frame(), '420["reply"]');
  await settled();
  assert.deepEqual(c.sent(), []);
});

test("catch-all listeners, in both directions", async (t) => {
  const { socket, c } = await open(t);
  const heard = [];
  const note = (name) => (...args) => heard.push([name, ...args]);
  const second = note("second");
  socket.onAny(second).prependAny(note("first")).onAnyOutgoing(note("out"));
  c.say('42["a",1]');
  socket.emit("b", 2);
  assert.deepEqual(heard.splice(0), [["first", "a", 1], ["second", "a", 1], ["out", "b", 2]]);
  socket.offAny(second);
  assert.equal(socket.listenersAny().length, 1);
  socket.offAny().offAnyOutgoing();
  c.say('42["a",1]');
  socket.emit("b");
  assert.deepEqual(heard, []);
});

test("the lists of catch-all listeners: empty at first, in the order in which they hear; who is taken out is the one that was named", async (t) => {
  const { socket } = await open(t);
  const [a, b, c] = [() => "a", () => "b", () => "c"];
  for (const [list, on, prepend, off] of [["listenersAny", "onAny", "prependAny", "offAny"], ["listenersAnyOutgoing", "onAnyOutgoing", "prependAnyOutgoing", "offAnyOutgoing"]]) {
    assert.deepEqual(socket[list](), []);
    socket[off](a);
    socket[on](a)[on](b)[prepend](c);
    assert.deepEqual(socket[list](), [c, a, b]);
    socket[off](() => "another");
    assert.deepEqual(socket[list](), [c, a, b]);
    socket[off](a);
    assert.deepEqual(socket[list](), [c, b]);
  }
  socket.offAny();
  assert.deepEqual([socket.listenersAny(), socket.listenersAnyOutgoing()], [[], [c, b]]);
});

test("a listener that throws is reported, and the next one hears", async (t) => {
  const { socket, c } = await open(t);
  socket.on("a", () => {
    throw new Error("mine");
  });
  const heard = event(socket, "a");
  c.say('42["a"]');
  await heard;
  assert.equal(reported.splice(0)[0].message, "mine");
});

test("reserved names cannot be emitted", async (t) => {
  const { socket } = await open(t);
  for (const name of ["connect", "connect_error", "disconnect", "disconnecting", "newListener", "removeListener"])
    assert.throws(() => socket.emit(name), new RegExp(`^Error: "${name}" is a reserved event name$`));
});

test("a middleware's no: connect_error with the server's data, and no further attempt", async (t) => {
  const { socket, c, server } = await open(t, {}, "", false);
  await c.frame();
  const failed = event(socket, "connect_error");
  c.say('44{"message":"no room","data":{"room":7}}');
  const [error] = await failed;
  assert.deepEqual([error.message, error.data, socket.active], ["no room", { room: 7 }, false]);
  await settled();
  assert.deepEqual(server.unseen(), []);
});

for (const [said, message] of [
  ['{"reason":"full","room":7}', '{"reason":"full","room":7}'],
  ['["full",7]', '["full",7]'],
  ['{"message":{"en":"full"}}', '{"en":"full"}'],
  ['{"message":"full","room":7}', "full"],
  ['"full"', "full"],
])
  test(`a middleware's no on 2.x, ${said}: the error's message can be read, and the data is what the server has said`, async (t) => {
    const { socket, c } = await open(t, { protocol: 3 }, "", false);
    const failed = event(socket, "connect_error");
    const plain = event(socket, "error");
    c.say(`44${said}`);
    const [error] = await failed;
    assert.deepEqual([error.message, error.data, await plain], [message, JSON.parse(said), [JSON.parse(said)]]);
  });

test("disconnected by the server: told, and not connected again; by us: the server is told", async (t) => {
  const { socket, c, server } = await open(t);
  const gone = event(socket, "disconnect");
  c.say("41");
  assert.equal((await gone)[0], "io server disconnect");
  assert.equal(socket.active, false);
  socket.connect();
  const again = await server.connection();
  await welcome(again);
  const left = event(socket, "disconnect");
  socket.disconnect();
  assert.equal((await left)[0], "io client disconnect");
  assert.equal(await again.frame(), "41");
  assert.equal(await again.frame(), "closed");
});

test("a connection that is lost comes back, with what was emitted meanwhile and the session's state asked for", async (t) => {
  const { socket, c, server } = await open(t, {}, "", false);
  await c.frame();
  c.say('40{"sid":"x","pid":"private"}');
  c.say('42["a","offset-1"]');
  const gone = event(socket, "disconnect");
  c.hangUp();
  assert.equal((await gone)[0], "transport close");
  socket.emit("meanwhile");
  const again = await server.connection();
  assert.equal(await again.frame(), '40{"pid":"private","offset":"offset-1"}');
  const connected = event(socket, "connect");
  again.say('40{"sid":"x","pid":"private"}');
  await connected;
  assert.equal(socket.recovered, true);
  assert.equal(await again.frame(), '42["meanwhile"]');
});

test("a server 2.x refuses the renewed connection: that is no word of the application to the socket that is connected", async (t) => {
  const old = new FakeServer({ version: 2, via: "query" });
  const socket = connect(old.url, { via: "query", token: () => old.token() });
  t.after(() => {
    socket.disconnect();
    old.close();
  });
  await old.connection();
  old.refuse("invalid");
  await assert.rejects(socket.reauthenticate(), { reason: "invalid", message: "invalid signature" });
  assert.equal(socket.connected, false);
});

test("disconnect() before the core runs: nothing is opened", async () => {
  const socket = connect("http://nobody.test");
  socket.disconnect();
  await settled();
  assert.equal(socket.active, false);
});

test("connect() on a deep proxy of the socket, as Vue's reactive() makes, connects it again", async (t) => {
  const { socket, c, server: s } = await open(t);
  const proxy = deepProxy(socket);
  proxy.disconnect();
  assert.equal(await c.frame(), "41");
  proxy.connect();
  const again = await s.connection();
  const connected = event(socket, "connect");
  await welcome(again, { sid: "second" });
  await connected;
  assert.deepEqual([proxy.connected, proxy.id], [true, "second"]);
  const heard = event(proxy, "x");
  again.say('42["x",1]');
  assert.deepEqual(await heard, [1]);
});
