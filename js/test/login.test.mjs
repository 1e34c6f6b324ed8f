// Guests, logins and the session's store, on the desk.
import assert from "node:assert/strict";
import test from "node:test";
import { desk, event, jwt, queue, welcome } from "./desk.mjs";
import { deepProxy, settled } from "./tools.mjs";

const { UnauthorizedError, connect, server, trap } = await desk();
let hosts = 0;

/** A socket to a server of its own, and the statuses that its store tells of. */
function open(t, options) {
  const host = `l${++hosts}.test`;
  const socket = connect(`http://${host}`, { reconnectionDelay: 1, randomizationFactor: 0, autoConnect: false, ...options });
  t.after(() => socket.disconnect());
  const statuses = queue();
  const seen = new Set([socket.session.getSnapshot()]);
  socket.session.subscribe(() => {
    const now = socket.session.getSnapshot();
    assert.ok(!seen.has(now), "another object after each change");
    assert.equal(socket.session.getSnapshot(), now, "and the same until the next");
    seen.add(now);
    statuses.push(now);
  });
  const until = async (status) => {
    let now;
    while ((now = await statuses.next()).status != status);
    return now;
  };
  socket.connect();
  return { socket, until, server: server(host) };
}

/** Connects and accepts whoever comes. */
async function answers(server) {
  for (;;) {
    const c = await server.connection();
    for (let frame; (frame = await c.frame()) != "closed"; ) {
      if (frame.startsWith("40")) c.say('40{"sid":"x"}');
      if (frame.startsWith('42["authenticate"')) c.say('42["authenticated"]');
    }
  }
}

for (const via of ["auth", "event", "query"])
  test(`a token function that keeps failing, by ${via}: each wait tells when the next attempt begins, and each attempt its number`, async (t) => {
    let calls = 0;
    const token = () => {
      if (++calls < 3) throw new Error(`no token ${calls}`);
      return "a";
    };
    const { until, server } = open(t, { token, via, reconnectionDelay: 5 });
    answers(server);
    for (const attempt of [1, 2]) {
      let waiting;
      do waiting = await until("waiting");
      while (!waiting.nextAttemptAt || !waiting.error);
      assert.equal(waiting.error.cause.message, `no token ${attempt}`);
      assert.ok(waiting.nextAttemptAt - Date.now() < 1000, "soon");
      const next = await until("connecting");
      assert.deepEqual([next.attempt, next.nextAttemptAt], [attempt, undefined]);
    }
    const { attempt, nextAttemptAt, error } = await until("authenticated");
    assert.deepEqual([attempt, nextAttemptAt, error], [0, undefined, undefined]);
  });

test("a session from its beginning to its end", async (t) => {
  const token = jwt({ sub: "ann", exp: 60 });
  const { socket, until, server } = open(t, { token: () => token, via: "auth", reconnectionDelay: 50 });
  assert.equal(socket.session.getSnapshot().status, "connecting");
  const c = await server.connection();
  await welcome(c);
  const now = await until("authenticated");
  assert.equal(now.claims.sub, "ann");
  assert.equal(+now.expiresAt, +socket.tokenExpiresAt);
  const lost = Date.now();
  c.hangUp();
  const waiting = await until("waiting");
  assert.equal(waiting.claims.sub, "ann", "whose session it is");
  const { nextAttemptAt } = await until("waiting");
  assert.ok(nextAttemptAt >= lost + 49 && nextAttemptAt <= Date.now() + 51, `${nextAttemptAt - lost} ms after the loss`);
  assert.equal((await until("connecting")).attempt, 1);
  await welcome(await server.connection());
  assert.equal((await until("authenticated")).attempt, 0);
  socket.disconnect();
  assert.equal(socket.session.getSnapshot().status, "idle");
  const names = socket.inspect().map((e) => e.name);
  assert.deepEqual(names, ["connect", "ask", "token", "connected", "authenticated", "disconnected", "wait", "attempt", "ask", "token", "connected", "authenticated", "disconnect", "disconnected"]);
  const events = socket.inspect();
  assert.ok(!JSON.stringify(events).includes(token));
  assert.deepEqual(events.map((e) => e.at), events.map((e) => e.at).sort((a, b) => a - b), "each at the time when it happened");
  assert.equal(events.find((e) => e.name == "wait").nextAttemptAt, +nextAttemptAt);
});

test("a refusal that stands, with its error", async (t) => {
  const { until, server } = open(t, { token: "T", via: "auth" });
  const c = await server.connection();
  await c.frame();
  c.say('44{"message":"jwt malformed"}');
  const { error } = await until("refused");
  assert.deepEqual([error.name, error.reason], ["UnauthorizedError", "invalid"]);
});

test("guest: no token is no refusal; the namespace is connected without one, and what is emitted goes out", async (t) => {
  for (const via of ["auth", "event", "query"]) {
    const { socket, until, server } = open(t, { token: () => null, via, guest: true, onAuthenticated: () => assert.fail("nobody is"), onUnauthorized: () => assert.fail("nor refused") });
    const c = await server.connection();
    socket.emit("hi");
    assert.deepEqual(await welcome(c), ["40"]);
    await until("guest");
    assert.equal(await c.frame(), '42["hi"]');
    assert.deepEqual([socket.connected, socket.authenticated, c.query.has("token")], [true, false, false]);
  }
});

test("a guest logs in by event over the same connection, and in other ways over another one", async (t) => {
  const byEvent = open(t, { token: () => null, guest: true });
  const c = await byEvent.server.connection();
  await welcome(c);
  await byEvent.until("guest");
  const info = byEvent.socket.login("T");
  assert.equal(await c.frame(), '42["authenticate",{"token":"T"}]');
  c.say('42["authenticated"]');
  assert.equal((await info).refreshed, false);
  assert.equal(byEvent.socket.session.getSnapshot().status, "authenticated");

  const byAuth = open(t, { token: () => null, via: "auth", guest: true });
  await welcome(await byAuth.server.connection());
  await byAuth.until("guest");
  byAuth.socket.login("T");
  assert.deepEqual(await welcome(await byAuth.server.connection()), ['40{"token":"T"}']);
  await byAuth.until("authenticated");
});

test("a guest who logs in as one user and then as another: the first one's connection ends", async (t) => {
  const { socket, until, server } = open(t, { token: () => null, guest: true });
  const c = await server.connection();
  await welcome(c);
  await until("guest");
  const first = assert.rejects(socket.login("ann"), /login: another login took its place/);
  assert.equal(await c.frame(), '42["authenticate",{"token":"ann"}]');
  const second = socket.login("bob");
  await first;
  assert.deepEqual(await welcome(await server.connection(), { authenticated: true }), ["40", '42["authenticate",{"token":"bob"}]']);
  assert.equal((await second).refreshed, false);
  assert.equal(c.open && c.sent().includes('42["authenticate",{"token":"bob"}]'), false);
});

test("a login while a guest who has lost the connection asks for a token: what is answered then is not used", async (t) => {
  const calls = queue();
  const { socket, until, server } = open(t, { token: () => new Promise((answer) => calls.push(answer)), via: "auth", guest: true });
  (await calls.next())(null);
  const c = await server.connection();
  await welcome(c);
  await until("guest");
  c.hangUp();
  const answer = await calls.next();
  const info = socket.login("bob");
  answer("ann");
  let sent;
  do sent = await welcome(await server.connection());
  while (sent[0] == "closed");
  assert.deepEqual(sent, ['40{"token":"bob"}']);
  await info;
});

test("a login while a guest's connection is made is not forgotten", async (t) => {
  for (const via of ["event", "auth"]) {
    let user = null;
    const { socket, until, server } = open(t, { token: () => user, via, guest: true });
    const c = await server.connection();
    assert.equal(await c.frame(), "40");
    user = "T";
    const info = socket.login();
    c.say('40{"sid":"s"}');
    if (via == "event") {
      assert.equal(await c.frame(), '42["authenticate",{"token":"T"}]');
      c.say('42["authenticated"]');
    } else assert.deepEqual(await welcome(await server.connection()), ['40{"token":"T"}']);
    await until("authenticated");
    assert.equal((await info).via, via);
  }
});

test("login() as another user ends the old session first and does not use its token again", async (t) => {
  let user = "ann";
  const { socket, until, server } = open(t, { token: () => user, via: "auth" });
  await welcome(await server.connection());
  await until("authenticated");
  user = "bob";
  const gone = event(socket, "disconnect");
  const info = socket.login();
  assert.equal((await gone)[0], "io client disconnect");
  assert.deepEqual(await welcome(await server.connection()), ['40{"token":"bob"}']);
  assert.equal((await info).refreshed, false);
});

test("login() before the first user is authenticated: nothing that was asked for that user is used, however far the attempt is", async (t) => {
  for (const [via, reach] of [
    ["auth", async () => {}], // the token function works
    ["auth", async (c, ann) => (ann("ann"), assert.equal(await c.frame(), '40{"token":"ann"}'))], // CONNECT is not answered
    ["event", async (c, ann) => (ann("ann"), await welcome(c), assert.equal(await c.frame(), '42["authenticate",{"token":"ann"}]'))], // nor is this
  ])
    for (const given of ["bob", undefined]) {
      const calls = queue();
      const { socket, until, server } = open(t, { token: () => new Promise((answer) => calls.push(answer)), via });
      const c = await server.connection();
      const ann = await calls.next();
      await reach(c, ann);
      const info = socket.login(given);
      ann("ann");
      if (!given) (await calls.next())("bob");
      const next = await server.connection();
      const sent = await welcome(next, { authenticated: via == "event" });
      assert.equal(sent.at(-1), via == "event" ? '42["authenticate",{"token":"bob"}]' : '40{"token":"bob"}');
      await until("authenticated");
      await info;
      assert.ok(!c.open, "the connection of the first user is over");
    }
});

for (const token of [null, "", "T"])
  test(`a token that one server's socket logs in with does not go to another server whose socket has the same ${JSON.stringify(token)}`, async (t) => {
    const one = open(t, { token, guest: true, via: "auth" });
    const other = open(t, { token, guest: true, via: "auth" });
    for (const { server } of [one, other]) await welcome(await server.connection());
    const c = await Promise.all([one, other].map(({ until }) => until(token ? "authenticated" : "guest")));
    assert.equal(c.length, 2);
    one.socket.login("one's own");
    assert.deepEqual(await welcome(await one.server.connection()), ['40{"token":"one\'s own"}']);
    await one.until("authenticated");
    await settled();
    assert.deepEqual([other.server.unseen(), other.socket.connected], [[], true]);
  });

test("a token that login() was given is renewed by the function once it has been accepted", async (t) => {
  const causes = [];
  const { socket, until, server } = open(t, { token: ({ cause }) => (causes.push(cause), `${cause} ${causes.length}`), via: "auth" });
  await welcome(await server.connection());
  await until("authenticated");
  const login = socket.login("given");
  assert.deepEqual(await welcome(await server.connection()), ['40{"token":"given"}']);
  await login;
  const again = socket.reauthenticate();
  assert.deepEqual(await welcome(await server.connection()), ['40{"token":"refresh 2"}']);
  await again;
  assert.deepEqual(causes, ["connect", "refresh"]);
});

test("sockets to one server without a token yet log in together", async (t) => {
  const host = `l${++hosts}.test`;
  const sockets = [1, 2].map(() => connect(`http://${host}`, { token: null, guest: true, via: "auth" }));
  t.after(() => sockets.forEach((s) => s.disconnect()));
  for (const _ of sockets) await welcome(await server(host).connection());
  const both = Promise.all(sockets.map((s) => new Promise((done) => s.session.subscribe(() => s.authenticated && done()))));
  sockets[0].login("T");
  for (const _ of sockets) assert.deepEqual(await welcome(await server(host).connection()), ['40{"token":"T"}']);
  await both;
});

test("login() at rest takes no part in a call that another socket of the user before has begun", async (t) => {
  const calls = queue();
  const token = () => new Promise((answer) => calls.push(answer));
  const first = open(t, { token, via: "auth" });
  const second = open(t, { token, via: "auth" });
  second.socket.disconnect();
  const ann = await calls.next();
  const info = second.socket.login();
  ann("ann");
  (await calls.next())("bob");
  for (const { server } of [first, second]) {
    let sent;
    do sent = await (await server.connection()).frame();
    while (sent == "closed");
    assert.equal(sent, '40{"token":"bob"}');
  }
  first.socket.disconnect();
  second.socket.disconnect();
  await assert.rejects(info, /disconnected/);
});

// A server that recovers a session skips its middlewares, and sends the events that were missed.
const ann = jwt({ sub: "ann", exp: 600 });
const bob = jwt({ sub: "bob", exp: 600 });
const asBob = `40{"token":"${bob}"}`;
const annsNext = jwt({ sub: "ann", exp: 700 });
/** What the token function throws: it is asked again, or the session is over. */
const failure = new Error("not now");
const over = new UnauthorizedError("signed out", { reason: "missing" });
for (const [name, options, change, sent] of [
  ["login(token)", {}, (socket) => socket.login(bob), asBob],
  ["login(), as the function fails once", {}, (socket, user) => ((user.tokens = [failure, bob]), socket.login()), asBob],
  ["logout() and login()", {}, (socket) => (socket.logout(), socket.login(bob)), asBob],
  ["logout(), with guest", { guest: true }, (socket) => socket.logout(), "40"],
  ["logout(), with guest, by event", { guest: true, via: "event" }, (socket) => socket.logout(), "40"],
  ["disconnect() and connect(), as the function gives another user's token", {}, (socket, user) => ((user.tokens = [bob]), socket.disconnect().connect()), asBob],
  ["a session that is over, and login(), as the function fails once", { via: "event" }, async (socket, user, until) => {
    user.tokens = [over];
    await until("refused");
    user.tokens = [failure, bob];
    await socket.login();
  }, "40"],
  ["a reconnection, as the function gives another user's token", {}, (_, user) => (user.tokens = [bob]), asBob],
  ["a reconnection, as the function gives none", { guest: true }, (_, user) => (user.tokens = [null]), "40"],
  ["a reconnection, as the function gives the same user's next token", {}, (_, user) => (user.tokens = [annsNext]), `40{"pid":"private","offset":"1","token":"${annsNext}"}`],
  ["a reconnection, by event", { via: "event" }, () => {}, '40{"pid":"private","offset":"1"}'],
])
  test(`connection state recovery asks for a session of the same user only: ${name}`, async (t) => {
    const user = { tokens: [ann] };
    const token = () => {
      const next = user.tokens.length > 1 ? user.tokens.shift() : user.tokens[0];
      if (next instanceof Error) throw next;
      return next;
    };
    const { socket, until, server } = open(t, { token, via: "auth", ...options });
    const c = await server.connection();
    await c.frame();
    c.say('40{"sid":"s","pid":"private"}');
    if (options.via == "event") {
      await c.frame();
      c.say('42["authenticated"]');
    }
    await until("authenticated");
    c.say('42["message","1"]');
    socket.once("disconnect", () => Promise.resolve(change(socket, user, until)).catch(() => {}));
    c.hangUp();
    let frame;
    do frame = await (await server.connection()).frame();
    while (frame == "closed");
    assert.equal(frame, sent);
  });

test("events of a user that were not sent are not sent for the next user; their acks are errors", async (t) => {
  for (const retries of [undefined, 3])
    for (const change of [(socket) => socket.login("bob"), (socket) => (socket.logout(), socket.login("bob"))]) {
      let ann;
      const { socket, until, server } = open(t, { token: () => new Promise((answer) => (ann = answer)), via: "auth", retries, ackTimeout: 1e4 });
      const c = await server.connection();
      await settled();
      const answers = queue();
      socket.emit("ann's", 1, (...args) => answers.push(args));
      socket.emit("ann's", 2, (...args) => answers.push(args));
      const promised = socket.emitWithAck("ann's", 3);
      change(socket).catch(() => {});
      await assert.rejects(promised, /disconnected/);
      for (const _ of [1, 2]) assert.match((await answers.next())[0].message, /disconnected/);
      ann("ann");
      socket.emit("bob's", 1);
      const next = await server.connection();
      assert.deepEqual(await welcome(next), ['40{"token":"bob"}']);
      await until("authenticated");
      assert.match(await next.frame(), /^42\d*\["bob's",1]$/);
      await settled();
      assert.deepEqual([next.sent(), c.sent().join().includes("ann's")], [[], false]);
    }
});

for (const [name, options, leave] of [
  ["disconnect(), with a token", { token: "a" }, (socket) => socket.disconnect()],
  ["logout(), with a token", { token: "a" }, (socket) => socket.logout()],
  ["disconnect(), as a guest", { token: null, guest: true }, (socket) => socket.disconnect()],
])
  test(`${name} in a listener of connect: the socket disconnects, and no session is reported`, async (t) => {
    const told = [];
    const { socket, server } = open(t, { via: "auth", onAuthenticated: () => told.push("onAuthenticated"), ...options });
    socket.session.subscribe(() => told.push(socket.session.getSnapshot().status));
    socket.once("connect", () => leave(socket));
    const left = event(socket, "disconnect");
    const info = options.guest || assert.rejects(socket.reauthenticate(), /^Error: reauthenticate: the (socket was disconnected|user was logged out)$/);
    await welcome(await server.connection());
    await info;
    assert.equal((await left)[0], "io client disconnect");
    await settled();
    assert.deepEqual([socket.active, socket.connected, socket.authenticated, told], [false, false, false, ["idle"]]);
  });

test("disconnect() in the listener of disconnect, after the server has closed without an answer: no reconnection", async (t) => {
  const reasons = [];
  const { socket, server } = open(t, { token: "a", via: "event", onUnauthorized: ({ reason }) => void reasons.push(reason) });
  socket.once("disconnect", () => socket.disconnect());
  const c = await server.connection();
  await welcome(c);
  assert.match(await c.frame(), /^42\["authenticate"/);
  c.say("41");
  await settled();
  assert.deepEqual([socket.active, socket.connected, socket.session.getSnapshot().status, reasons], [false, false, "idle", ["timeout"]]);
});

test("disconnect() and connect() in a listener of connect: only the second session is reported", async (t) => {
  let told = 0;
  const { socket, until, server } = open(t, { token: "a", via: "auth", onAuthenticated: () => told++ });
  socket.once("connect", () => socket.disconnect().connect());
  for (let i = 0; i < 2; i++) await welcome(await server.connection());
  await until("authenticated");
  assert.deepEqual([told, socket.active, socket.connected, socket.authenticated], [1, true, true, true]);
});

test("retries: an event emitted in the callback of one that failed by login() belongs to the next user", async (t) => {
  const { socket, until, server } = open(t, { token: () => null, via: "auth", retries: 1, ackTimeout: 1e4 });
  await until("refused");
  const failed = [];
  const emit = () => {
    if (failed.length < 9) socket.emit("again", failed.length, (error) => error && (failed.push(error.message), emit()));
  };
  emit();
  socket.logout();
  assert.deepEqual(failed, ["socket has been disconnected"], "once");
  socket.login("bob").catch(() => {});
  let c;
  do c = await server.connection();
  while (!c.open);
  await welcome(c);
  assert.equal(await c.frame(), '420["again",1]');
});

test("retries: an event that waits for the token to be accepted uses up no attempt, and is sent once", async (t) => {
  const { socket, until, server } = open(t, { token: () => "a", via: "event", retries: 1, ackTimeout: 20 });
  const outcomes = [];
  socket.emit("first", (...args) => outcomes.push(args));
  socket.emit("second", (...args) => outcomes.push(args));
  let c;
  for (const last of [false, false, true]) {
    c = await server.connection();
    await welcome(c);
    assert.match(await c.frame(), /^42\["authenticate"/);
    t.mock.timers.enable({ apis: ["setTimeout"] });
    for (let i = 0; i < 3; i++) t.mock.timers.tick(20);
    t.mock.timers.reset();
    if (!last) c.hangUp();
  }
  assert.deepEqual([outcomes, socket.sendBuffer], [[], []]);
  c.say('42["authenticated"]');
  await until("authenticated");
  assert.match(await c.frame(), /^42\d+\["first"]$/);
  c.say(`43${socket.ids - 1}[1]`);
  assert.match(await c.frame(), /^42\d+\["second"]$/);
  c.say(`43${socket.ids - 1}[2]`);
  await settled();
  assert.deepEqual([outcomes, c.sent()], [[[null, 1], [null, 2]], []]);
});

test("retries: what was sent over a connection that is gone is sent again once the token is accepted", async (t) => {
  const { socket, until, server } = open(t, { token: () => "a", via: "event", retries: 1 });
  socket.emit("mine");
  for (const id of [0, 1]) {
    const c = await server.connection();
    await welcome(c);
    assert.match(await c.frame(), /^42\["authenticate"/);
    await settled();
    assert.deepEqual(c.sent(), []);
    c.say('42["authenticated"]');
    await until("authenticated");
    assert.equal(await c.frame(), `42${id}["mine"]`);
    if (!id) c.hangUp();
  }
});

test("reauthenticate(): a function that has given a token that is over is asked again", async (t) => {
  const over = jwt({ iat: -60, exp: -30 });
  const given = ["first", over, over, "second"];
  const { socket, until, server } = open(t, { token: () => given.shift(), via: "auth" });
  answers(server);
  await until("authenticated");
  for (const _ of [1, 2]) await assert.rejects(socket.reauthenticate(), { reason: "expired" });
  await socket.reauthenticate();
  assert.deepEqual(given, []);
});

test("events emitted while nobody is logged in are sent when a user logs in", async (t) => {
  const { socket, until, server } = open(t, { token: () => null, via: "auth" });
  await until("refused");
  socket.emit("mine", 1);
  socket.login("bob");
  let c;
  do c = await server.connection();
  while (!c.open);
  await welcome(c);
  await until("authenticated");
  assert.equal(await c.frame(), '42["mine",1]');
});

test("logout(): disconnected, and with guest connected again without asking for a token", async (t) => {
  const plain = open(t, { token: () => "T", via: "auth" });
  const first = await plain.server.connection();
  await welcome(first);
  await plain.until("authenticated");
  plain.socket.logout();
  assert.equal(plain.socket.session.getSnapshot().status, "idle");
  await settled();
  assert.deepEqual(first.sent(), ["41", "closed"]);
  assert.deepEqual(plain.server.unseen(), []);

  let asked = 0;
  const guest = open(t, { token: () => (asked++, "T"), via: "auth", guest: true });
  await welcome(await guest.server.connection());
  await guest.until("authenticated");
  guest.socket.logout();
  const c = await guest.server.connection();
  assert.deepEqual(await welcome(c), ["40"]);
  await guest.until("guest");
  c.hangUp();
  assert.deepEqual(await welcome(await guest.server.connection()), ["40"], "also after the loss of a connection");
  assert.equal(asked, 1);
  guest.socket.login().catch(() => {});
  assert.deepEqual(await welcome(await guest.server.connection()), ['40{"token":"T"}']);
  assert.equal(asked, 2);
});

test("logout() acknowledges what the server waits for, before the hook has settled", async (t) => {
  const { socket, server } = open(t, { token: "T", onUnauthorized: () => new Promise(() => {}) });
  const c = await server.connection();
  await welcome(c);
  await c.frame();
  c.say('427["unauthorized",{"message":"no","code":"invalid_token"}]');
  await settled();
  socket.logout();
  await settled();
  assert.deepEqual(c.sent().slice(0, 2), ["437[]", "41"]);
});

test("after a refusal: logout() ends showing it, login() and reauthenticate() are under way at once", async (t) => {
  for (const does of [(s) => s.login("bob"), (s) => s.login(), (s) => s.reauthenticate()])
    for (const logout of [true, false]) {
      const { socket, until, server } = open(t, { token: "T", via: "auth" });
      const c = await server.connection();
      await c.frame();
      c.say('44{"message":"jwt malformed"}');
      assert.equal((await until("refused")).error.reason, "invalid");
      if (logout) {
        socket.logout();
        assert.deepEqual([(await until("idle")).error, socket.session.getSnapshot().status], [undefined, "idle"]);
      }
      const done = does(socket);
      assert.equal(socket.session.getSnapshot().status, "connecting");
      await welcome(await server.connection());
      await done;
      assert.equal(socket.session.getSnapshot().status, "authenticated");
    }
});

test("reauthenticate() before a planned attempt: the session goes on waiting for that", async (t) => {
  const { socket, until, server } = open(t, { token: () => "T", via: "auth", reconnectionDelay: 60_000 });
  const c = await server.connection();
  await welcome(c);
  await until("authenticated");
  c.hangUp();
  let waiting;
  do waiting = await until("waiting");
  while (!waiting.nextAttemptAt);
  socket.reauthenticate().catch(() => {});
  assert.equal(socket.session.getSnapshot(), waiting);
});

test("login() takes a text, and harms no session with anything else", async (t) => {
  for (const odd of [5, {}, [], true, Symbol("x"), () => "b", new String("b")]) {
    const { socket, until, server } = open(t, { token: "T", via: "auth" });
    await welcome(await server.connection());
    await until("authenticated");
    await assert.rejects(socket.login(odd), { name: "TypeError", message: /^login: the token must be a string/ });
    assert.equal(socket.authenticated, true);
  }
});

test("disconnect() in a listener of the session's \"authenticated\" ends all its events", async (t) => {
  for (const end of [(s) => s.disconnect(), (s) => s.logout()]) {
    const heard = [];
    const { socket, until, server } = open(t, { token: "T", via: "auth", onAuthenticated: () => heard.push("authenticated") });
    socket.session.subscribe(() => socket.session.getSnapshot().status == "authenticated" && end(socket));
    await welcome(await server.connection());
    await until("idle");
    await settled();
    assert.deepEqual(heard, []);
  }
});

test("all sockets with the same token function are the same user's", async (t) => {
  const token = () => "T";
  const a = open(t, { token, via: "auth" });
  const b = open(t, { token, via: "auth" });
  await welcome(await a.server.connection());
  await welcome(await b.server.connection());
  await Promise.all([a.until("authenticated"), b.until("authenticated")]);
  a.socket.login("bob").catch(() => {});
  assert.deepEqual(await welcome(await a.server.connection()), ['40{"token":"bob"}']);
  assert.deepEqual(await welcome(await b.server.connection()), ['40{"token":"bob"}']);
  await Promise.all([a.until("authenticated"), b.until("authenticated")]);
  a.socket.logout();
  assert.deepEqual([a.socket.connected, b.socket.connected], [false, false]);
});

test("reauthenticate() ends being a guest by logout(): the function is asked again", async (t) => {
  const { socket, until, server } = open(t, { token: () => "T", via: "auth", guest: true });
  await welcome(await server.connection());
  await until("authenticated");
  socket.logout();
  assert.deepEqual(await welcome(await server.connection()), ["40"]);
  await until("guest");
  const info = socket.reauthenticate();
  assert.deepEqual(await welcome(await server.connection()), ['40{"token":"T"}']);
  assert.equal((await info).via, "auth");
});

test("without the option token there is nobody to log in", async (t) => {
  const { socket, until, server } = open(t, {});
  await welcome(await server.connection());
  await until("guest");
  await assert.rejects(socket.login("T"), /option "token" was not passed/);
  socket.logout();
  assert.equal(socket.connected, false);
});

/** A namespace with a token, "/b", on the connection of another one that stays; `calls` is how often its function was called. */
async function beside(t) {
  const host = `l${++hosts}.test`;
  const stays = connect(`http://${host}`);
  const c = await server(host).connection();
  await welcome(c);
  const calls = [];
  const other = stays.io.socket("/b", { token: () => (calls.push(1), `own-${calls.length}`), via: "auth" });
  t.after(() => {
    stays.disconnect();
    other.disconnect();
  });
  assert.equal(await c.frame(), '40/b,{"token":"own-1"}');
  c.say('40/b,{"sid":"1"}');
  const read = async () => {
    const [name] = /\/\n[^,]*/.exec(await c.frame());
    c.say(`44${name},{"message":"Invalid namespace"}`);
  };
  return { other, c, read, calls };
}

for (const [how, end] of [["logout()", (s) => s.logout()], ["disconnect()", (s) => s.disconnect()]])
  test(`the token of login() is over with ${how}, also before the server has answered it`, async (t) => {
    const { other, c, read, calls } = await beside(t);
    other.login("alice").catch(() => {});
    assert.equal(await c.frame(), "41/b,");
    await read();
    assert.equal(await c.frame(), '40/b,{"token":"alice"}');
    end(other);
    other.connect();
    await settled();
    c.say('40/b,{"sid":"2"}');
    assert.equal(await c.frame(), "41/b,");
    await read();
    assert.equal(await c.frame(), '40/b,{"token":"own-2"}');
    assert.equal(calls.length, 2);
  });

for (const [who, does, sent] of [["who has logged in by hand is", (s) => void s.login("alice").catch(() => {}), '40{"token":"alice"}'], ["who has logged out is still", (s) => s.logout(), "40"]])
  test(`a core that is started anew: ${who} the user`, async (t) => {
    const { socket, until, server } = open(t, { token: () => "somebody", via: "auth", guest: true });
    const first = await server.connection();
    assert.deepEqual(await welcome(first), ['40{"token":"somebody"}']);
    await until("authenticated");
    does(socket);
    assert.deepEqual(await welcome(await server.connection()), [sent]);
    await settled();
    trap();
    socket.emit("x");
    socket.io.reconnectionDelay(1);
    assert.deepEqual(await welcome(await server.connection()), [sent]);
  });

test("a login() or reauthenticate() that comes to nothing says why: another login, a logout, the user's end, or no connection", async (t) => {
  const { socket } = open(t, { token: () => new Promise(() => {}), via: "auth" });
  const said = (promise) => promise.then(() => "resolved", ({ message, cause }) => [message, cause?.message]);
  const first = said(socket.login());
  const second = said(socket.login());
  assert.deepEqual(await first, ["login: another login took its place", undefined]);
  socket.logout();
  assert.deepEqual(await second, ["login: the user was logged out", undefined]);
  const third = said(socket.reauthenticate());
  socket.disconnect();
  assert.deepEqual(await third, ["reauthenticate: the socket was disconnected", undefined]);

  const lonely = connect("http://refusing.test", { token: () => "a", via: "auth", autoConnect: false, reconnection: false, forceNew: true });
  assert.deepEqual(await said(lonely.reauthenticate()), ["reauthenticate: the connection did not open, was refused, or was lost", "websocket error"]);
  const other = open(t, { token: () => "a", via: "auth", reconnection: false });
  const fourth = said(other.socket.reauthenticate());
  const c = await other.server.connection();
  await c.frame();
  c.say('44{"message":"no room","data":{"code":"FULL"}}');
  assert.deepEqual(await fourth, ["reauthenticate: the connection did not open, was refused, or was lost", "no room"]);
  assert.deepEqual(await said(lonely.login("b")), ["login: the connection did not open, was refused, or was lost", "websocket error"]);
  lonely.disconnect();
});

test("a login() in a listener that replaces another one is not ended with it", async (t) => {
  const { socket, server } = open(t, { token: () => "a", via: "auth" });
  answers(server);
  const first = socket.login("ann");
  let second;
  socket.once("connect", () => (second = socket.login("bob")));
  await assert.rejects(first, { message: "login: another login took its place" });
  assert.equal((await second).via, "auth");
});

for (const [when, token] of [["with a token", () => "a"], ["without one", undefined]])
  test(`a session whose manager is closed is idle, ${when}: no attempt comes; connect() begins the next one`, async (t) => {
    const { socket, until, server } = open(t, { token, via: "auth", reconnectionDelay: 1_000_000 });
    answers(server);
    const there = token ? "authenticated" : "guest";
    await until(there);
    socket.io.close();
    await until("idle");
    socket.connect();
    await until(there);
    socket.io.engine.close();
    while (!(await until("waiting")).nextAttemptAt);
    socket.io.close();
    await until("idle");
    socket.connect();
    socket.io.close();
    await until("idle");
    socket.connect();
    await until(there);
  });

for (const [what, begin] of [["connect()", (socket) => socket.connect()], ["open() of the manager", ({ io }) => io.open()]])
  test(`${what} after close() of the manager, where no server answers: the session waits for the next attempt`, async (t) => {
    const socket = connect("http://refusing.test", { token: () => "a", via: "auth", forceNew: true, reconnectionDelay: 1_000_000 });
    t.after(() => socket.disconnect());
    const failed = () => event(socket, "connect_error");
    await failed();
    socket.io.close();
    assert.equal(socket.session.getSnapshot().status, "idle");
    const again = failed();
    begin(socket);
    await again;
    await settled();
    assert.equal(socket.session.getSnapshot().status, "waiting");
  });

test("a session of which the manager has given up is idle, and keeps the error", async (t) => {
  const socket = connect("http://refusing.test", { token: () => "a", via: "auth", forceNew: true, reconnectionAttempts: 1, reconnectionDelay: 1 });
  t.after(() => socket.disconnect());
  const shown = new Promise((done) => socket.io.on("reconnect_failed", () => done(socket.session.getSnapshot())));
  const { status, error, nextAttemptAt } = await shown;
  assert.deepEqual([status, error.message, nextAttemptAt], ["idle", "websocket error", undefined]);
  await settled();
  assert.equal(socket.session.getSnapshot().status, "idle");
});

for (const via of [undefined, "auth", "event", "query"])
  test(`option reconnection: false, ${via ? `a token by ${via}` : "no token"}: after a loss, or an attempt that has failed, no attempt comes, and the session is idle`, async (t) => {
    const token = via && (() => "a");
    const there = via ? "authenticated" : "guest";
    const { socket, until, server } = open(t, { token, via, reconnection: false });
    answers(server);
    await until(there);
    const statuses = [];
    socket.session.subscribe(() => statuses.push(socket.session.getSnapshot().status));
    const lost = event(socket, "disconnect");
    socket.io.engine.close();
    await lost;
    await settled();
    assert.deepEqual([statuses, server.unseen()], [["idle"], []]);
    socket.connect();
    await until(there);

    const refusing = connect("http://refusing.test", { token, via, reconnection: false });
    t.after(() => refusing.disconnect());
    const [failed] = await event(refusing, "connect_error");
    const { status, error } = refusing.session.getSnapshot();
    assert.deepEqual([status, error], ["idle", failed]);
  });

for (const via of ["auth", "query"])
  test(`option reconnection: false, a token function by ${via} that fails: the session waits as long as an attempt comes`, async (t) => {
    let calls = 0;
    const { socket, server } = open(t, { token: () => Promise.reject(new Error(`no token ${++calls}`)), via, reconnection: false, reconnectionDelay: 1_000_000 });
    answers(server);
    await event(socket, "connect_error");
    await settled();
    const { status, error, nextAttemptAt } = socket.session.getSnapshot();
    assert.deepEqual([status, error?.message, !!nextAttemptAt], via == "auth" ? ["waiting", "the token function gave no token", true] : ["idle", "the token function gave no token", false]);
  });

test("option reconnection: false, a token that is refused by a server which hangs up: the attempt with another token is waited for", async (t) => {
  let calls = 0;
  const { socket, until, server } = open(t, { token: () => `t${++calls}`, via: "event", reconnection: false });
  const c = await server.connection();
  await welcome(c);
  await c.frame();
  const statuses = [];
  socket.session.subscribe(() => statuses.push(socket.session.getSnapshot().status));
  c.say('42["unauthorized",{"message":"jwt expired","data":{"message":"jwt expired","code":"invalid_token"}}]');
  c.hangUp();
  answers(server);
  await until("authenticated");
  assert.deepEqual([calls, statuses.includes("waiting"), statuses.includes("idle")], [2, true, false]);
});

test("close() of the manager while reauthenticate() waits for its token: the attempt that the token brings is shown", async (t) => {
  let give;
  let n = 0;
  const { socket, until, server } = open(t, { token: () => (n++ ? new Promise((done) => (give = done)) : "a"), via: "auth" });
  answers(server);
  await until("authenticated");
  const again = socket.reauthenticate();
  await settled();
  socket.io.close();
  await until("idle");
  give("b");
  await until("connecting");
  await until("authenticated");
  await again;
  const shown = [];
  socket.session.subscribe(() => shown.push(socket.session.getSnapshot().status));
  socket.io.engine.close();
  await until("waiting");
  assert.equal(shown[0], "waiting", "this connection comes back");
});

test("retries: what was sent over a connection that another one has replaced is sent over that one, as no answer will come", async (t) => {
  const given = ["first", "second"];
  const { socket, until, server } = open(t, { token: () => given.shift(), via: "auth", retries: 1 });
  const outcomes = [];
  const c = await server.connection();
  await welcome(c);
  await until("authenticated");
  socket.emit("mine", (...args) => outcomes.push(args));
  assert.equal(await c.frame(), '420["mine"]');
  const renewed = socket.reauthenticate();
  const next = await server.connection();
  await welcome(next);
  await renewed;
  c.hangUp();
  assert.equal(await next.frame(), '421["mine"]');
  next.say("431[null,1]");
  await settled();
  assert.deepEqual(outcomes, [[null, 1]]);
});

test("tokenExpiresAt is the present user's: none after logout() or disconnect(), nor while the next one logs in", async (t) => {
  for (const leave of ["logout", "disconnect"]) {
    const { socket, until, server } = open(t, { token: () => ann, via: "auth" });
    await welcome(await server.connection());
    await until("authenticated");
    assert.ok(socket.tokenExpiresAt);
    socket[leave]();
    assert.equal(socket.tokenExpiresAt, undefined);
    socket.login("bob").catch(() => {});
    await welcome(await server.connection());
    await until("authenticated");
    assert.equal(socket.tokenExpiresAt, undefined);
  }
});

for (const [name, begin] of [
  ["logout() and login()", (socket) => (socket.logout(), socket.login())],
  ["disconnect() and connect()", (socket) => socket.disconnect().connect()],
])
  test(`a refusal is not told to the next user: ${name} while the function is asked about it`, async (t) => {
    const calls = queue();
    const errors = [];
    const { socket, until, server } = open(t, { token: () => new Promise((answer) => calls.push(answer)), via: "auth" });
    (await calls.next())("ann");
    const c = await server.connection();
    await c.frame();
    c.say('44{"message":"jwt malformed","data":{"code":"anns"}}');
    const again = await calls.next();
    socket.on("connect_error", ({ message }) => errors.push(message));
    Promise.resolve(begin(socket)).catch(() => {});
    again("ann's next");
    (await calls.next())(null);
    const { error } = await until("refused");
    assert.deepEqual([error.reason, error.code, errors], ["missing", undefined, [error.message]]);
    assert.ok(!error.message.includes("malformed"));
  });

for (const begin of ["connect", "login"])
  test(`${begin}() after a refusal whose hook has not settled: the refusal is not told to the next user`, async (t) => {
    let user = "ann";
    const { socket, until, server } = open(t, { token: () => user, via: "auth", onUnauthorized: () => new Promise(() => {}) });
    const c = await server.connection();
    await c.frame();
    c.say('44{"message":"jwt malformed"}');
    await until("refused");
    user = null;
    Promise.resolve(socket[begin]()).catch(() => {});
    const { error } = await until("refused");
    assert.deepEqual([error.reason, error.message.includes("malformed")], ["missing", false]);
  });

for (const ends of ["the core has failed", "login() follows at once"])
  test(`a hook that settles in the next user's session gives that one no token, and ends no wait for its own hook: ${ends}`, async (t) => {
    const hooks = queue();
    let user = "ann";
    const { socket, until, server } = open(t, { token: () => user, via: "auth", onUnauthorized: () => new Promise((settle) => hooks.push(settle)) });
    const refuse = async () => {
      let c;
      do c = await server.connection();
      while (!c.open);
      assert.equal(await c.frame(), `40{"token":"${user}"}`);
      c.say('44{"message":"jwt malformed"}');
      return hooks.next();
    };
    const anns = await refuse();
    socket.logout();
    if (ends == "the core has failed") trap();
    user = "bob";
    socket.login().catch(() => {});
    const bobs = await refuse();
    anns("ann's next");
    await settled();
    assert.deepEqual([server.unseen().length, socket.session.getSnapshot().status], [0, "refused"]);
    bobs("bob's next");
    let c;
    do c = await server.connection();
    while (!c.open);
    assert.deepEqual(await welcome(c), ['40{"token":"bob\'s next"}']);
    await until("authenticated");
  });

test("login(), reauthenticate() and logout() on a deep proxy of the socket, as Vue's reactive() makes, act on the socket itself", { timeout: 5000 }, async (t) => {
  const { socket, until, server } = open(t, { via: "auth", token: () => jwt({ sub: "a" }) });
  answers(server);
  await until("authenticated");
  const proxy = deepProxy(socket);
  assert.equal((await proxy.login(jwt({ sub: "b" }))).claims.sub, "b");
  assert.equal((await proxy.reauthenticate()).via, "auth");
  proxy.logout();
  assert.deepEqual([socket.session.getSnapshot().status, socket.connected, socket.active], ["idle", false, false]);
  assert.equal((await proxy.login(jwt({ sub: "c" }))).claims.sub, "c");
});
