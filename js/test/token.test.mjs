// A socket's token on the desk: the ways, renewal, refusals, hooks and acknowledgement, frame by frame.
import assert from "node:assert/strict";
import test from "node:test";
import { desk, event, jwt, queue, welcome } from "./desk.mjs";
import { settled } from "./tools.mjs";

const { connect, server, reported, Manager, UnauthorizedError } = await desk();
let hosts = 0;

/** A socket to a server of its own, and what its hooks hear. */
function open(t, options) {
  const heard = queue();
  const note = (name) => (...args) => void heard.push([name, ...args]);
  const host = `t${++hosts}.test`;
  const socket = connect(`http://${host}`, {
    reconnectionDelay: 1, randomizationFactor: 0,
    onAuthenticated: note("authenticated"), onUnauthorized: note("unauthorized"), onExpired: note("expired"),
    ...options,
  });
  t.after(() => socket.disconnect());
  return { socket, heard, server: server(host) };
}
const authFrame = (token, name = "token") => `40${JSON.stringify({ [name]: token })}`;

test("auth: the token is in CONNECT, and onAuthenticated tells of its claims", async (t) => {
  const before = Date.now();
  const token = jwt({ sub: "ann", exp: 60 });
  const { socket, heard, server } = open(t, { token, via: "auth" });
  const c = await server.connection();
  assert.equal(await c.frame(), authFrame(token));
  assert.equal(socket.authenticated, false);
  c.say('40{"sid":"x"}');
  const [, info] = await heard.next();
  assert.equal(info.claims.sub, "ann");
  assert.deepEqual([info.via, info.refreshed, info.recovered], ["auth", false, false]);
  assert.ok(info.expiresAt >= before + 59_000 && info.expiresAt <= Date.now() + 61_000, `in ${info.expiresAt - before} ms`); // claims are whole seconds
  assert.equal(socket.authenticated, true);
  assert.equal(socket.tokenExpiresAt, info.expiresAt);
});

test("options that are inherited count as those that are given: of a socket, and of the manager that lends them", async (t) => {
  const inherited = (o, own = {}) => Object.assign(Object.create(o), own);
  const transports = ["websocket"];
  for (const [ofManager, ofSocket, sent] of [
    [{ transports }, inherited({ token: "T", via: "auth", auth: { a: 1 } }), '40{"a":1,"token":"T"}'],
    [inherited({ token: "T", via: "auth" }, { transports }), undefined, authFrame("T")],
    [inherited({ token: "T", via: "auth" }, { transports }), { tokenName: "jwt" }, authFrame("T", "jwt")],
    [{ transports }, inherited({ auth: { a: 1 } }), '40{"a":1}'],
  ]) {
    const host = `t${++hosts}.test`;
    const socket = new Manager(`http://${host}`, ofManager).socket("/", ofSocket);
    t.after(() => socket.disconnect());
    assert.equal(await (await server(host).connection()).frame(), sent);
  }
});

test("query: in the address of the handshake, and in no later one", async (t) => {
  const { heard, server } = open(t, { token: "T", via: "query", tokenName: "jwt" });
  const c = await server.connection();
  assert.equal(c.query.get("jwt"), "T");
  assert.equal(await c.frame(), "40");
  c.say('40{"sid":"x"}');
  assert.equal((await heard.next())[0], "authenticated");
});

test("header: each request has it, also when one of the namespaces that share the connection has left", async (t) => {
  const token = () => "T";
  const requests = queue();
  t.mock.method(globalThis, "fetch", (url, { method, body, headers }) => new Promise((done) => requests.push({ method, body, headers, answer: (body) => done(new Response(body)) })));
  for (const leaves of [0, 1]) {
    const sockets = ["/a", "/b"].map((nsp) => connect(`http://t${hosts}.test${nsp}`, { token, via: "header", transports: ["polling"], forceNew: false }));
    t.after(() => sockets.forEach((socket) => socket.disconnect()));
    let poll;
    /** The next POST; polls wait meanwhile. */
    const post = async () => {
      for (;;) {
        const request = await requests.next();
        assert.deepEqual(request.headers, { Authorization: "Bearer T" }, `${request.method} ${request.body}`);
        if (request.method == "POST") return request.answer("ok"), request.body;
        poll = request;
        if (!sockets[0].io.engine.id) poll.answer('0{"sid":"e","upgrades":[],"pingInterval":25000,"pingTimeout":20000,"maxPayload":1000000}');
      }
    };
    const sent = await post();
    if (!sent.includes("\x1e")) await post();
    poll.answer('40/a,{"sid":"x"}\x1e40/b,{"sid":"y"}');
    await Promise.all(sockets.map((socket) => event(socket, "connect")));
    sockets[leaves].disconnect();
    assert.match(await post(), /^41/);
    sockets[1 - leaves].emit("hi");
    assert.match(await post(), /hi/);
    hosts++;
  }
});

test("the handshake carries nothing of a namespace that has left: neither with another one that stays, nor for the next", async (t) => {
  for (const stays of [true, false]) {
    const host = `t${++hosts}.test`;
    const manager = new Manager(`http://${host}`, { transports: ["websocket"], autoConnect: false, reconnectionDelay: 1, randomizationFactor: 0 });
    t.after(() => manager.close());
    const leaves = manager.socket("/a", { token: () => "T", via: "query" });
    const other = manager.socket("/b");
    leaves.connect();
    if (stays) other.connect();
    const c = await server(host).connection();
    assert.equal(c.query.get("token"), "T");
    await Promise.all([leaves, other].slice(0, stays ? 2 : 1).map(() => c.frame()));
    if (stays) c.say('40/b,{"sid":"y"}');
    c.say('40/a,{"sid":"x"}');
    leaves.disconnect();
    assert.equal(await c.frame(), "41/a,");
    if (stays) c.hangUp();
    else {
      assert.equal(await c.frame(), "closed");
      other.connect();
    }
    const next = await server(host).connection();
    assert.equal(await next.frame(), "40/b,");
    assert.equal(next.query.get("token"), null);
  }
});

test("the handshake carries the token of the namespace that is to be connected, not the one that another was refused with", async (t) => {
  let now = "old";
  const host = `t${++hosts}.test`;
  const options = { token: () => now, via: "query" };
  const manager = new Manager(`http://${host}`, { transports: ["websocket"], autoConnect: false, reconnectionDelay: 1, randomizationFactor: 0 });
  t.after(() => manager.close());
  const refused = queue();
  const first = manager.socket("/a", { ...options, onUnauthorized: () => new Promise(() => refused.push(now)) });
  const second = manager.socket("/b", options);
  first.connect();
  second.connect();
  const c = await server(host).connection();
  await Promise.all([c.frame(), c.frame()]);
  c.say('40/b,{"sid":"y"}');
  c.say('44/a,{"message":"jwt malformed"}');
  await refused.next();
  now = "new";
  c.hangUp();
  const next = await server(host).connection();
  assert.equal(next.query.get("token"), "new");
});

test("event: authenticate is the first thing that the namespace hears; what was emitted before waits for the answer", async (t) => {
  const { socket, heard, server } = open(t, { token: "T" });
  socket.emit("early", 1);
  const c = await server.connection();
  assert.equal(await c.frame(), "40");
  c.say('40{"sid":"x"}');
  assert.equal(await c.frame(), '42["authenticate",{"token":"T"}]');
  await settled();
  assert.deepEqual(c.sent(), []);
  c.say('42["authenticated"]');
  assert.equal((await heard.next())[0], "authenticated");
  assert.equal(await c.frame(), '42["early",1]');
});

test("a refusal: hook, then the server's callback, then onExpired; the session is over", async (t) => {
  const { socket, heard, server } = open(t, { token: "T" });
  const c = await server.connection();
  await welcome(c);
  await c.frame();
  const order = [];
  socket.on("unauthorized", (error) => order.push(error.message));
  c.say('420["unauthorized",{"message":"jwt expired","code":"invalid_token","type":"UnauthorizedError"}]');
  const [name, error] = await heard.next();
  assert.equal(name, "unauthorized");
  assert.ok(error instanceof UnauthorizedError);
  assert.deepEqual([error.reason, error.message, error.code, error.via], ["expired", "jwt expired", "invalid_token", "event"]);
  assert.deepEqual(order, ["jwt expired"]);
  assert.equal(await c.frame(), "430[]");
  const [last, same] = await heard.next();
  assert.equal(last, "expired");
  assert.equal(same, error);
  assert.equal(socket.active, false);
});

test("unauthorized without a callback ends the session at once: listeners hear of it all the same, and once", async (t) => {
  const { socket, heard, server } = open(t, { token: () => "T" });
  const unauthorized = [];
  socket.on("unauthorized", (...args) => unauthorized.push(args));
  const c = await server.connection();
  await welcome(c, { authenticated: true });
  assert.equal((await heard.next())[0], "authenticated");
  c.say('42["unauthorized",{"message":"jwt expired"},2]');
  assert.equal((await heard.next())[0], "unauthorized");
  assert.deepEqual([socket.connected, unauthorized], [false, [[{ message: "jwt expired" }, 2]]]);
  socket.connect();
  await welcome(await server.connection(), { authenticated: true });
  assert.equal((await heard.next())[0], "expired");
  assert.equal((await heard.next())[0], "authenticated");
  assert.equal(unauthorized.length, 1, "the next session hears nothing of it");
});

test("unauthorized with nothing but a callback", async (t) => {
  const { heard, server } = open(t, { token: "T" });
  const c = await server.connection();
  await welcome(c);
  await c.frame();
  c.say('427["unauthorized"]');
  const [name, error] = await heard.next();
  assert.deepEqual([name, error.reason, error.message], ["unauthorized", "invalid", "the token was refused"]);
  assert.equal(await c.frame(), "437[]");
});

test("unauthorized is a no whatever its words are", async (t) => {
  const { heard, server } = open(t, { token: "T" });
  const c = await server.connection();
  await welcome(c);
  await c.frame();
  c.say('420["unauthorized",{"message":"you again?","code":17}]');
  const [, error] = await heard.next();
  assert.deepEqual([error.reason, error.message, error.code], ["invalid", "you again?", 17]);
});

test("a refusal and the server's words are forgotten: a later failure does not repeat them", async (t) => {
  const asked = [];
  let answer = () => "T";
  const { socket, heard, server } = open(t, {
    via: "auth",
    token: ({ cause, error }) => {
      asked.push([cause, error?.reason]);
      return answer();
    },
  });
  const c = await server.connection();
  await c.frame();
  c.say('44{"message":"jwt malformed","data":{"code":"invalid_token"}}');
  assert.equal((await heard.next())[1].code, "invalid_token");
  answer = () => {
    throw new Error("offline");
  };
  socket.connect();
  const [, error] = await heard.next();
  assert.deepEqual([error.reason, error.code], ["unavailable", undefined]);
  answer = () => "U";
  const again = await server.connection();
  await welcome(again);
  assert.equal((await heard.next())[0], "authenticated");
  asked.length = 0;
  answer = () => "V";
  socket.reauthenticate().catch(() => {});
  await welcome(await server.connection());
  assert.deepEqual(asked, [["refresh", undefined]]);
});

test("the acknowledgement waits for an async hook, and comes once though ack() was called", async (t) => {
  let finish;
  let ack;
  const { socket, server } = open(t, { token: "T", onUnauthorized: (error, answer) => ((ack = answer), new Promise((done) => (finish = done))) });
  const c = await server.connection();
  await welcome(c);
  await c.frame();
  c.say('423["unauthorized",{"message":"no","code":"invalid_token"}]');
  await settled();
  assert.deepEqual(c.sent(), [], "the hook runs");
  ack();
  assert.equal(await c.frame(), "433[]");
  finish();
  await settled();
  assert.deepEqual(c.sent(), []);
  assert.equal(socket.active, false);
});

test("a listener may call the server's callback itself", async (t) => {
  const { socket, server } = open(t, { token: "T", onUnauthorized: () => settled() });
  const c = await server.connection();
  await welcome(c);
  await c.frame();
  socket.on("unauthorized", (error, callback) => callback("bye"));
  c.say('425["unauthorized",{"message":"no","code":"invalid_token"}]');
  assert.equal(await c.frame(), '435["bye"]');
  await settled();
  assert.deepEqual(c.sent(), []);
});

test("a function is asked once more for another token before a hook hears of a refusal", async (t) => {
  const asked = [];
  const { socket, heard, server } = open(t, {
    via: "auth",
    token: ({ cause, error }) => {
      asked.push([cause, error?.reason]);
      return error || asked.length > 1 ? "new" : "old";
    },
  });
  const c = await server.connection();
  assert.equal(await c.frame(), authFrame("old"));
  c.say('44{"message":"jwt expired"}');
  assert.equal(await c.frame(), authFrame("new"));
  c.say('40{"sid":"x"}');
  assert.equal((await heard.next())[0], "authenticated", "and no refusal before it");
  assert.deepEqual(asked.splice(0), [["connect", undefined], ["unauthorized", "invalid"]]);
  socket.reauthenticate().catch(() => {});
  await settled();
  assert.deepEqual(asked, [["refresh", undefined]], "the refusal has been mended");
});

test("a token that onUnauthorized returns is tried", async (t) => {
  const { heard, server } = open(t, { token: "old", via: "auth", onUnauthorized: () => "new" });
  const c = await server.connection();
  await c.frame();
  c.say('44{"message":"invalid token"}');
  const again = await server.connection();
  assert.equal(await again.frame(), authFrame("new"));
  again.say('40{"sid":"x"}');
  assert.equal((await heard.next())[0], "authenticated");
});

test("what the server has said of a refused token is not said of the one that onUnauthorized returned in its place", async (t) => {
  const heard = queue();
  const { server } = open(t, { token: "old", onUnauthorized: (error) => void heard.push(error) || (error.reason == "invalid" ? "new" : undefined) });
  let c = await server.connection();
  await welcome(c);
  await c.frame();
  c.say('420["unauthorized",{"message":"jwt malformed","code":"invalid_token"}]');
  assert.deepEqual([(await heard.next()).message, await c.frame()], ["jwt malformed", "430[]"]);
  c.hangUp();
  c = await server.connection();
  await welcome(c);
  assert.equal(await c.frame(), '42["authenticate",{"token":"new"}]');
  c.say("41"); // without a word
  const { reason, code, message } = await heard.next();
  assert.deepEqual([reason, code], ["timeout", undefined]);
  assert.doesNotMatch(message, /malformed/);
});

test("what the server has said of a token is forgotten when another one is accepted", async (t) => {
  let answer = ({ cause }) => (cause == "unauthorized" ? "new" : "old");
  const { heard, server } = open(t, { token: (context) => answer(context), via: "auth" });
  const c = await server.connection();
  await c.frame();
  c.say('44{"message":"jwt malformed","data":{"code":"invalid_token"}}');
  assert.equal(await c.frame(), authFrame("new"));
  c.say('40{"sid":"x"}');
  assert.equal((await heard.next())[0], "authenticated");
  answer = () => {
    throw new Error("offline");
  };
  c.hangUp();
  const [name, { reason, code, message }] = await heard.next();
  assert.deepEqual([name, reason, code], ["unauthorized", "unavailable", undefined]);
  assert.doesNotMatch(message, /malformed/);
});

test("a session that is refused is not authenticated from then on, though the server has not hung up", async (t) => {
  const { socket, heard, server } = open(t, { token: "T" });
  const c = await server.connection();
  await welcome(c, { authenticated: true });
  assert.equal((await heard.next())[0], "authenticated");
  assert.equal(socket.authenticated, true);
  c.say('420["unauthorized",{"message":"jwt malformed"}]');
  assert.equal((await heard.next())[0], "unauthorized");
  assert.equal(socket.authenticated, false);
});

test("a refusal of the namespace is one connect_error", async (t) => {
  const { socket, heard, server } = open(t, { token: "T", via: "auth" });
  const told = [];
  socket.on("connect_error", (error) => told.push(error.message));
  const c = await server.connection();
  await c.frame();
  c.say('44{"message":"jwt malformed"}');
  await heard.next();
  await settled();
  assert.deepEqual(told, ["jwt malformed"]);
});

test("a socket that tries again by itself is active and connecting: with a hook's token, and when the network fails that", async (t) => {
  const { socket, heard, server } = open(t, { token: "a", via: "auth", onUnauthorized: () => void heard.push(["unauthorized"]) || "b" });
  const shows = () => [socket.active, socket.session.getSnapshot().status];
  let c = await server.connection();
  await c.frame();
  c.say('44{"message":"jwt malformed"}');
  await heard.next();
  c = await server.connection();
  assert.equal(await c.frame(), authFrame("b"));
  assert.deepEqual(shows(), [true, "connecting"]);
  const disconnected = event(socket, "disconnect");
  c.hangUp();
  await disconnected;
  assert.deepEqual(shows(), [true, "waiting"]);
  c = await server.connection();
  assert.equal(await c.frame(), authFrame("a"));
  assert.deepEqual(shows(), [true, "connecting"]);
});

test("a server refuses the token in mid-session and ends the connection: the socket is active while another token is asked for", async (t) => {
  const calls = queue();
  const { socket, server } = open(t, { token: () => new Promise((answer) => calls.push(answer)), via: "auth" });
  const shows = () => [socket.active, socket.session.getSnapshot().status];
  (await calls.next())("one");
  let c = await server.connection();
  await welcome(c);
  const seen = event(socket, "disconnect").then(([reason]) => [reason, ...shows()]);
  c.say('42["unauthorized",{"message":"jwt expired"}]');
  c.say("41");
  assert.deepEqual(await seen, ["io server disconnect", true, "waiting"]);
  (await calls.next())("another");
  c = await server.connection();
  assert.equal(await c.frame(), authFrame("another"));
  assert.deepEqual(shows(), [true, "connecting"]);
});

test("a server that ends a session without a word against the token has ended it", async (t) => {
  const { socket, server } = open(t, { token: () => "T", via: "auth" });
  const c = await server.connection();
  await welcome(c);
  const disconnected = event(socket, "disconnect");
  c.say("41");
  await disconnected;
  assert.deepEqual([socket.active, socket.session.getSnapshot().status], [false, "idle"]);
});

test("no token: missing, and nothing is sent over the connection that was opened meanwhile", async (t) => {
  for (const token of [null, "", () => null]) {
    const { socket, heard, server } = open(t, { token, via: "auth" });
    const failed = event(socket, "connect_error");
    const [name, error] = await heard.next();
    assert.equal(name, "unauthorized");
    assert.equal(error.reason, "missing");
    assert.equal((await failed)[0], error);
    await settled();
    for (const c of server.unseen()) assert.deepEqual(c.sent(), ["closed"]);
  }
});

test("a function that throws is asked again; what it threw is the cause", async (t) => {
  let asked = 0;
  const threw = new Error("offline");
  const { heard, server } = open(t, {
    via: "auth",
    token: () => {
      if (!asked++) throw threw;
      return "T";
    },
  });
  const [name, error] = await heard.next();
  assert.deepEqual([name, error.reason, error.cause], ["unauthorized", "unavailable", threw]);
  const c = await server.connection();
  await welcome(c);
  assert.equal((await heard.next())[0], "authenticated");
});

test("a server that quotes the token: in no error, event or snapshot of ours", async (t) => {
  const token = jwt({ sub: "ann" });
  const said = { message: `jwt malformed: ${token}`, data: { message: `bad ${token}`, code: "invalid_token", token, list: [token] } };
  for (const [via, say] of [
    ["auth", (c) => c.say(`44${JSON.stringify(said)}`)],
    ["event", (c) => (c.say('40{"sid":"x"}'), c.say(`42${JSON.stringify(["unauthorized", said])}`))],
  ]) {
    const told = [];
    const { socket, heard, server } = open(t, { token, via, onTrace: (event) => told.push(event) });
    for (const name of ["connect_error", "unauthorized"]) socket.on(name, (error) => told.push(error, error.message, error.data, error.stack));
    const c = await server.connection();
    await c.frame();
    say(c);
    const [, error] = await heard.next();
    assert.deepEqual([error.reason, error.message, error.data.code], ["invalid", "bad …", "invalid_token"]);
    told.push(error.message, error.data, error.stack, socket.inspect(), socket.session.getSnapshot().error.message);
    assert.ok(told.length > 8 && !JSON.stringify(told).includes(token));
  }
});

test("no error, hook or trace of a socket tells the token of another socket of the connection, which the server quotes to it", async (t) => {
  const token = jwt({ sub: "ann" });
  const said = { message: `not with ${token}`, data: { token, code: "E1" } };
  for (const kind of ["plain", "of another user"]) {
    const told = [];
    const hooks = { onUnauthorized: (error) => void told.push(error.message, error.data), classify: (error) => void told.push(error) };
    const own = kind == "plain" ? { token: undefined } : { token: jwt({ sub: "bob" }), via: "auth", ...hooks };
    const { socket, server } = open(t, { token, via: "auth" });
    const c = await server.connection();
    await welcome(c);
    const other = socket.io.socket("/other", { ...own, onTrace: (traced) => told.push(traced) });
    t.after(() => other.disconnect());
    const refused = event(other, "connect_error");
    await c.frame();
    c.say(`44/other,${JSON.stringify(said)}`);
    const [error] = await refused;
    told.push(error.message, error.data);
    assert.equal(error.message, "not with …");
    assert.equal(JSON.stringify(told).includes(token), false);
  }
});

test("a token that is a word of the server's does not hide the reason", async (t) => {
  for (const [via, say] of [
    ["auth", (c) => c.say('44{"message":"no","data":{"code":"TOKEN_EXPIRED"}}')],
    ["event", (c) => (c.say('40{"sid":"x"}'), c.say('42["unauthorized",{"message":"no","data":{"code":"TOKEN_EXPIRED"}}]'))],
  ]) {
    const { heard, server } = open(t, { token: "TOKEN_EXPIRED", via });
    const c = await server.connection();
    await c.frame();
    say(c);
    const [, error] = await heard.next();
    assert.deepEqual([error.reason, error.code], ["expired", "…"]);
  }
});

test("a function that gives the text of nothing, as localStorage does: missing, and nothing is sent", async (t) => {
  for (const guest of [false, true]) {
    const { socket, heard, server } = open(t, { token: async () => String(undefined), via: "auth", guest });
    const [name, { reason, message, cause }] = await heard.next();
    assert.deepEqual([name, reason, message], ["unauthorized", "missing", 'the token is the text "undefined": give null, not a text, where there is no token']);
    assert.equal(cause.message, message);
    assert.deepEqual([socket.active, socket.session.getSnapshot().status], [false, "refused"]);
    assert.deepEqual((await Promise.all(server.unseen().map((c) => c.sent()))).flat().filter((frame) => frame != "closed"), []);
  }
});

test("a token with a line break: an error that names the mend, from a function, as the option, by login() and by a hook", async (t) => {
  const broken = "secret.secret.secret\n";
  let token = broken;
  const { socket, heard, server } = open(t, { token: () => token, via: "auth", onUnauthorized: (error) => (heard.push(error), broken) });
  const { reason, cause } = await heard.next();
  assert.deepEqual([reason, cause.message], ["unavailable", "the token has a line break or another control character: trim() it"]);
  token = "T";
  let c = await server.connection();
  for (let frame; (frame = await c.frame()) != authFrame("T"); ) if (frame == "closed") c = await server.connection();
  reported.splice(0);
  c.say('44{"message":"jwt malformed"}');
  assert.equal((await heard.next()).reason, "invalid");
  await settled();
  assert.deepEqual([reported.splice(0).map((e) => e.message), socket.session.getSnapshot().status], [[cause.message], "refused"]);
  await assert.rejects(socket.login(broken), /^TypeError: login: the token must be a string without line breaks/);
  assert.throws(() => connect("http://t.test", { token: broken }), /^TypeError: connect: option "token" must be a string without line breaks/);
});

test("the refusal that a function is asked to mend is not told to it for another socket, which has lost its connection", async (t) => {
  const asked = [];
  const token = (context) => (asked.push(context), "T");
  const refused = open(t, { token, via: "auth" });
  const goesOn = open(t, { token, via: "auth" });
  const c = await goesOn.server.connection();
  await welcome(c);
  await goesOn.heard.next();
  const no = await refused.server.connection();
  await no.frame();
  no.say('44{"message":"jwt malformed"}');
  assert.equal((await refused.heard.next())[0], "unauthorized");
  c.hangUp();
  await (await goesOn.server.connection()).frame();
  assert.deepEqual(asked.map(({ cause, error }) => [cause, error?.message]), [["connect", undefined], ["unauthorized", "jwt malformed"], ["reconnect", undefined]]);
});

test("classify that says what is no refusal, or throws: the error stays what it was, and no token is asked for because of it", async (t) => {
  for (const says of ["timeout", "unavailable", "", "toString", 1, {}, null, Promise.resolve("expired"), () => { throw new Error("of classify"); }]) {
    const asked = [];
    const token = (context) => (asked.push(context), "T");
    open(t, { token, via: "auth" }); // goes on with the same source
    const { socket, server } = open(t, { token, via: "auth", classify: typeof says == "function" ? says : () => says, onUnauthorized: () => assert.fail("no refusal") });
    const c = await server.connection();
    await c.frame();
    const told = event(socket, "connect_error");
    c.say('44{"message":"the room is full"}');
    assert.equal((await told)[0].name, "Error");
    socket.connect();
    await (await server.connection()).frame();
    assert.deepEqual(asked, [{ cause: "connect", attempt: 1 }, { cause: "connect", attempt: 1 }]);
  }
  assert.deepEqual(reported.splice(0).map((e) => e.message), ["of classify"]);
});

test("what is no refusal is not said of a later failure, whatever classify says that is no reason for a refusal", async (t) => {
  let answer = () => "T";
  const { socket, heard, server } = open(t, { token: () => answer(), via: "auth", classify: () => "timeout" });
  const c = await server.connection();
  await c.frame();
  const told = event(socket, "connect_error");
  c.say('44{"message":"the room is full","data":{"code":"E17"}}');
  await told;
  answer = () => {
    throw new Error("offline");
  };
  socket.connect();
  const [, error] = await heard.next();
  assert.deepEqual([error.reason, error.code, error.cause.message], ["unavailable", undefined, "offline"]);
  assert.doesNotMatch(error.message, /room/);
});

test("classify is not asked about a refusal that is recognised", async (t) => {
  const { heard, server } = open(t, { token: "T", via: "auth", classify: () => assert.fail("it says jwt expired") });
  const c = await server.connection();
  await c.frame();
  c.say('44{"message":"jwt expired"}');
  assert.equal((await heard.next())[1].reason, "expired");
  assert.deepEqual(reported.splice(0), []);
});

test("classify says what nobody can know", async (t) => {
  const asked = [];
  const { heard, server } = open(t, { token: "T", via: "auth", classify: (error) => (asked.push(error), "missing") });
  const c = await server.connection();
  await c.frame();
  c.say('44{"message":"who are you?","data":{"code":"E17"}}');
  const [, error] = await heard.next();
  assert.equal(error.reason, "missing");
  assert.deepEqual(asked, [{ message: "who are you?", code: "E17", data: { code: "E17" }, status: undefined }]);
});

test("a code as the message is a refusal, also beside a code of the server's own", async (t) => {
  const { heard, server } = open(t, { token: "T", via: "auth" });
  const c = await server.connection();
  await c.frame();
  c.say('44{"message":"TOKEN_EXPIRED","data":{"code":4001}}');
  const [, error] = await heard.next();
  assert.deepEqual([error.reason, error.code, error.message], ["expired", 4001, "TOKEN_EXPIRED"]);
});

test("an error that does not refuse the token is a connect_error and calls no hook", async (t) => {
  const { socket, server } = open(t, { token: "T", via: "auth", classify: () => undefined, onUnauthorized: () => assert.fail("no refusal") });
  const c = await server.connection();
  await c.frame();
  const failed = event(socket, "connect_error");
  c.say('44{"message":"room is full"}');
  assert.equal((await failed)[0].message, "room is full");
  await settled();
});

test("reauthenticate() asks anew and resolves with what onAuthenticated gets; others wait for the same", async (t) => {
  let asked = 0;
  const { socket, heard, server } = open(t, { token: () => "T" + ++asked, inBandRefresh: true });
  const c = await server.connection();
  await welcome(c, { authenticated: true });
  await heard.next();
  const both = Promise.all([socket.reauthenticate(), socket.reauthenticate()]);
  assert.equal(await c.frame(), '42["authenticate",{"token":"T2"}]');
  c.say('42["authenticated"]');
  const [a, b] = await both;
  assert.equal(a, b);
  assert.deepEqual([a.refreshed, asked], [true, 2]);
  socket.disconnect();
});

test("the token function is told why it is asked, and how often for that: from 1", async (t) => {
  const asked = [];
  const { socket, heard, server } = open(t, { token: ({ cause, attempt }) => (asked.push(`${cause} ${attempt}`), `T${asked.length}`), via: "auth" });
  await welcome(await server.connection());
  await heard.next();
  for (let i = 0; i < 2; i++) {
    socket.disconnect();
    socket.connect();
    const c = await server.connection();
    c.hangUp();
    await welcome(await server.connection());
    await heard.next();
  }
  assert.deepEqual(asked, ["connect 1", "connect 1", "reconnect 1", "connect 1", "reconnect 1"]);
});

test("reauthenticate() rejects when the user disconnects, and without a token", async (t) => {
  const { socket } = open(t, { token: () => new Promise(() => {}), via: "auth" });
  const waiting = socket.reauthenticate();
  await settled();
  socket.disconnect();
  await assert.rejects(waiting, /^Error: reauthenticate: the socket was disconnected$/);
  const plain = connect("http://plain.test", { autoConnect: false });
  await assert.rejects(plain.reauthenticate(), /^Error: reauthenticate: option "token" was not passed to connect\(\); pass null while there is none$/);
});

test("a renewal by another connection: the token is asked for before the old one is over, and nobody notices", async (t) => {
  let n = 0;
  const tokens = [jwt({ iat: -58, exp: 2, n: 1 }), jwt({ exp: 600, n: 2 })];
  const { socket, heard, server } = open(t, { token: () => tokens[n++], via: "auth", refreshBefore: 30 });
  const first = await server.connection();
  assert.equal(await first.frame(), authFrame(tokens[0]));
  socket.on("disconnect", () => assert.fail("a renewal is not noticed"));
  first.say('40{"sid":"x"}');
  assert.equal((await heard.next())[1].refreshed, false);
  const second = await server.connection();
  const frame = await second.frame();
  assert.equal(frame, authFrame(tokens[1]));
  second.say('40{"sid":"y"}');
  const [name, info] = await heard.next();
  assert.deepEqual([name, info.refreshed, socket.connected], ["authenticated", true, true]);
  socket.off("disconnect");
});

test("no hook that throws breaks anything", async (t) => {
  reported.length = 0;
  const boom = () => {
    throw new Error("boom");
  };
  const { socket, server } = open(t, { token: "T", onAuthenticated: boom, onUnauthorized: boom, onExpired: boom });
  const c = await server.connection();
  await welcome(c, { authenticated: true });
  assert.equal(socket.authenticated, true);
  c.say('429["unauthorized",{"message":"jwt expired","code":"invalid_token"}]');
  assert.equal(await c.frame(), "439[]");
  await settled();
  assert.equal(reported.length, 3);
});

test("refreshBefore: 0: no token is renewed", async (t) => {
  t.mock.timers.enable({ apis: ["setTimeout", "Date"], now: Date.now() });
  const asked = [];
  const opened = ["by default", 0].map((refreshBefore) => {
    const token = ({ cause }) => (asked.push(`${cause}, ${refreshBefore}`), jwt({ exp: 40 }));
    return open(t, { via: "auth", token, ...(refreshBefore === 0 && { refreshBefore }) });
  });
  const connections = [];
  for (const { heard, server } of opened) {
    const c = await server.connection();
    await welcome(c);
    assert.equal((await heard.next())[0], "authenticated");
    connections.push(c);
  }
  asked.length = 0;
  t.mock.timers.tick(30_000);
  for (const c of connections) c.say("2"); // a ping: the core looks at its clock
  await settled();
  assert.deepEqual(asked, ["refresh, by default"]);
});
