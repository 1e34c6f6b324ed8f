// Logins and logouts among tabs, on the desk: two sockets with token functions of their own are two tabs of one browser.
import assert from "node:assert/strict";
import test from "node:test";
import { desk, event, jwt, welcome } from "./desk.mjs";
import { browser } from "./tabs.mjs";
import { settled } from "./tools.mjs";

browser().tab(() => ({})); // Web Locks for this page
// No tab here is frozen: however busy the machine is, the others' answers are waited for, and not their 2 s.
const timer = globalThis.setTimeout;
globalThis.setTimeout = (fn, ms, ...args) => timer(fn, ms == 2000 ? 2 ** 31 - 1 : ms, ...args);
const { FakeServer, connect, server } = await desk();
let hosts = 0;

/** Opens tabs of one user. tab(options) gives { socket, token: what its function gives, asked: how often, enter(), refuse(), status() }. */
function user(t) {
  const host = `t${++hosts}.test`;
  const crossTab = `user-${hosts}`;
  return (options = {}) => {
    const one = { asked: 0 };
    const token = () => (one.asked++, one.token);
    // A namespace of its own: what is connected over one server is told apart by it.
    const { nsp = "/" + String(Math.random()).slice(2), ...more } = options;
    const socket = connect(`http://${host}${nsp}`, { token, via: "auth", crossTab, forceNew: true, ...more });
    t.after(() => socket.disconnect());
    return Object.assign(one, {
      socket,
      /** Answers CONNECT on the next connection; gives what was sent with it. */
      async enter() {
        const c = await server(host).connection();
        const frame = await c.frame();
        const [, name, payload] = frame.match(/^40([^,]*),(.*)$/);
        c.say(`40${name},{"sid":"s"}`);
        return payload && JSON.parse(payload).token;
      },
      async refuse() {
        const c = await server(host).connection();
        await c.frame();
        c.say(`44${nsp},{"message":"jwt malformed"}`);
      },
      status: () => socket.session.getSnapshot().status,
      unseen: () => server(host).unseen(),
    });
  };
}

/** Resolves when the session has this status. */
const until = (tab, status) =>
  new Promise((done) => {
    const look = () => tab.status() == status && (end(), done());
    const end = tab.socket.session.subscribe(look);
    look();
  });

/** A tab that connects is authenticated with this token. */
async function signIn(tab, token) {
  tab.token = token;
  await tab.enter();
  await until(tab, "authenticated");
}

/** Two tabs that a logout in one of them has put at rest. */
async function loggedOut(t) {
  const tab = user(t);
  const a = tab();
  await signIn(a, jwt({ sub: "ann", exp: 3600 }));
  const b = tab();
  await signIn(b, a.token); // what is shared of a time before its connect() is not taken in one page
  a.socket.logout();
  await until(b, "idle");
  await settled();
  return { a, b, tab };
}

test("a login brings the tabs back that a logout has put at rest, whichever tab logs in", async (t) => {
  for (const first of ["a", "b"]) {
    const tabs = await loggedOut(t);
    const one = tabs[first];
    const other = first == "a" ? tabs.b : tabs.a;
    const asked = other.asked;
    const bob = jwt({ sub: "bob", exp: 3600 });
    one.socket.login(bob);
    assert.deepEqual([await one.enter(), await one.enter()], [bob, bob]);
    await Promise.all([until(one, "authenticated"), until(other, "authenticated")]);
    assert.equal(other.socket.session.getSnapshot().claims.sub, "bob");
    assert.equal(other.asked, asked, "its own function was not asked");
  }
});

for (const [reason, message] of [["invalid", "unauthorized"], ["expired", "jwt expired"]])
  test(`a refusal by one namespace, ${reason}: other tabs hear it for that namespace${reason == "invalid" ? "; another namespace judges for itself" : ", and for the others"}`, async (t) => {
    const tab = user(t);
    const ann = jwt({ sub: "ann", exp: 3600 });
    const [a, same, other] = [tab({ nsp: "/a" }), tab({ nsp: "/a" }), tab({ nsp: "/b" })];
    for (const one of [a, same, other]) one.token = ann;
    for (const one of [a, same, other]) await one.enter();
    await Promise.all([a, same, other].map((one) => until(one, "authenticated")));
    const refused = [same, other].map((one) => until(one, "refused"));
    a.socket.onpacket({ type: 2, nsp: "/a", data: ["unauthorized", { message }] });
    await refused[0];
    if (reason == "expired") await refused[1];
    else {
      assert.deepEqual(other.socket.inspect().filter((event) => event.cause == "unauthorized"), [], "nothing is to be mended");
      assert.equal(other.status(), "authenticated");
    }
  });

test("a login brings a tab back whose token was refused", async (t) => {
  const tab = user(t);
  const refused = tab();
  refused.token = "malformed";
  await refused.refuse();
  await until(refused, "refused");
  await settled();
  const one = tab({ autoConnect: false });
  const bob = jwt({ sub: "bob", exp: 3600 });
  one.socket.login(bob);
  assert.deepEqual([await one.enter(), await one.enter()], [bob, bob]);
  await Promise.all([until(one, "authenticated"), until(refused, "authenticated")]);
});

test("a tab that was disconnected by hand stays so, also after a logout", async (t) => {
  const { a, b, tab } = await loggedOut(t);
  b.socket.disconnect();
  const c = tab();
  c.socket.disconnect();
  a.socket.login(jwt({ sub: "bob", exp: 3600 }));
  await a.enter();
  await until(a, "authenticated");
  await settled(20);
  assert.deepEqual([b.status(), c.status(), a.unseen()], ["idle", "idle", []]);
});

test("a tab that has connected by itself meanwhile logs in once", async (t) => {
  const { a, b } = await loggedOut(t);
  b.socket.connect();
  await signIn(b, jwt({ sub: "bob", exp: 3600 }));
  const carol = jwt({ sub: "carol", exp: 3600 });
  a.socket.login(carol);
  assert.deepEqual([await a.enter(), await b.enter()], [carol, carol]);
  await Promise.all([until(a, "authenticated"), until(b, "authenticated")]);
  await settled(20);
  assert.deepEqual(a.unseen(), []);
});

test("a logout told by a tab at rest reaches the tabs that are connected", async (t) => {
  const tab = user(t);
  const a = tab();
  const b = tab({ autoConnect: false });
  await signIn(a, jwt({ sub: "ann", exp: 3600 }));
  b.socket.logout();
  await until(a, "idle");
});

test("without the other tabs' key a tab at rest hears nothing", async (t) => {
  const { a, tab } = await loggedOut(t);
  const other = tab({ crossTab: "somebody else" });
  await signIn(other, jwt({ sub: "eve", exp: 3600 }));
  other.socket.logout();
  await until(other, "idle");
  await settled();
  a.socket.login(jwt({ sub: "bob", exp: 3600 }));
  await Promise.all([a.enter(), a.enter()]);
  await until(a, "authenticated");
  await settled(20);
  assert.deepEqual([other.status(), a.unseen()], ["idle", []]);
});

test("reauthenticate() asks this tab's function, whatever another tab has been given before", async (t) => {
  const tab = user(t);
  const a = tab();
  /** A token that was asked for in the same millisecond would do. */
  const later = async () => {
    const then = Date.now();
    while (Date.now() == then) await settled();
  };
  await signIn(a, jwt({ sub: "ann", exp: 3600 }));
  await later();
  const b = tab();
  await signIn(b, jwt({ sub: "ann", exp: 7200 }));
  assert.equal(b.asked, 1, "the other tab's token is its own function's");
  await later();
  a.token = jwt({ sub: "ann", exp: 9000 });
  const info = a.socket.reauthenticate();
  assert.equal(await a.enter(), a.token);
  await info;
});

test("a token that login() was given is used, though another tab has a newer one, and waits for no other tab", async (t) => {
  const tab = user(t);
  const a = tab();
  await signIn(a, jwt({ sub: "ann", exp: 3600 }));
  const key = `socketio-jwt:t${hosts}.test:80:user-${hosts}`;
  const channel = new BroadcastChannel(key);
  t.after(() => channel.close());
  let free;
  await new Promise((held) => navigator.locks.request(key, () => (held(), new Promise((done) => (free = done))))); // another tab asks
  const bob = jwt({ sub: "bob", exp: 3600 });
  const info = a.socket.login(bob);
  channel.postMessage(["!", jwt({ sub: "bob", exp: 7200 }), Date.now() + 500]);
  await settled(20);
  free();
  assert.equal(await a.enter(), bob);
  await info;
});

test("a refusal in one tab reaches the others with its reason", async (t) => {
  for (const [message, reason] of [["jwt expired", "expired"], ["jwt malformed", "invalid"]]) {
    const tab = user(t);
    const token = jwt({ sub: "ann", exp: 3600 });
    const [a, b] = [tab({ nsp: "/chat" }), tab({ nsp: "/chat" })];
    a.token = b.token = token;
    const c = await server(`t${hosts}.test`).connection();
    assert.match(await c.frame(), /^40/);
    c.say('40/chat,{"sid":"x"}');
    assert.equal(await b.enter(), token);
    await Promise.all([a, b].map((one) => until(one, "authenticated")));
    c.say(`42/chat,["unauthorized",{"message":"${message}"}]`);
    await Promise.all([a, b].map((one) => until(one, "refused")));
    assert.deepEqual([a, b].map(({ socket }) => socket.session.getSnapshot().error.reason), [reason, reason]);
  }
});

test("other tabs get the token of a login along with the news; nothing that stands for none", async (t) => {
  const tab = user(t);
  const { socket } = tab({ autoConnect: false });
  socket.login("null").catch(() => {}); // and the sharing begins
  const channel = new BroadcastChannel(`socketio-jwt:t${hosts}.test:80:user-${hosts}`);
  t.after(() => channel.close());
  const posted = [];
  channel.onmessage = ({ data: [what, said] }) => posted.push([what, said]);
  const bob = jwt({ sub: "bob", exp: 3600 });
  socket.login(bob).catch(() => {});
  socket.login("null").catch(() => {});
  await settled();
  assert.deepEqual(posted.slice(0, 3), [["u", true], ["!", bob], ["u", true]]);
  assert.deepEqual(posted.filter(([, said]) => said == "null"), []);
});

test("a refusal by an HTTP status is of the whole connection: tabs on other namespaces hear it, too", async (t) => {
  const host = new FakeServer({ via: "query" });
  t.after(() => host.close());
  const token = host.token();
  const [a, b] = ["/a", "/b"].map((nsp) => {
    const socket = connect(host.url + nsp, { transports: ["polling"], token: () => token, via: "query", crossTab: "by status", onUnauthorized() {} });
    t.after(() => socket.disconnect());
    return { socket, status: () => socket.session.getSnapshot().status };
  });
  await Promise.all([a, b].map((one) => until(one, "authenticated")));
  host.refuse("invalid", { by: 401 });
  a.socket.reauthenticate().catch(() => {});
  await Promise.all([a, b].map((one) => until(one, "refused")));
});

test("no token at all is told to no other tab, and to the hook of this one", async (t) => {
  const tab = user(t);
  const other = tab();
  await signIn(other, jwt({ sub: "ann", exp: 3600 }));
  const heard = [];
  const one = tab({ onUnauthorized: ({ reason }) => void heard.push(reason) });
  const channel = new BroadcastChannel(`socketio-jwt:t${hosts}.test:80:user-${hosts}`);
  t.after(() => channel.close());
  const posted = [];
  channel.onmessage = ({ data: [what] }) => posted.push(what);
  const ended = one.socket.login().catch(({ reason }) => reason); // and its function gives none
  await until(one, "refused");
  assert.equal(await ended, "missing");
  await settled();
  assert.deepEqual([heard.at(-1), posted.includes("x")], ["missing", false]);
});

test("a socket that was disconnected stays so when another tab logs in, though another socket with its function is connected", async (t) => {
  const host = `t${++hosts}.test`;
  const ann = jwt({ sub: "ann", exp: 3600 });
  const tab = () => {
    const options = { token: () => ann, via: "auth", crossTab: "stays" };
    return ["/a", "/b"].map((nsp) => {
      const socket = connect(`http://${host}${nsp}`, options);
      t.after(() => socket.disconnect());
      return { socket, status: () => socket.session.getSnapshot().status };
    });
  };
  const answer = async () => {
    for (;;) {
      const c = await server(host).connection();
      c.frame().then((frame) => c.say(frame.replace(/,.*/, ',{"sid":"s"}')));
    }
  };
  answer();
  const [here, there] = [tab(), tab()];
  await Promise.all([...here, ...there].map((one) => until(one, "authenticated")));
  here[0].socket.disconnect();
  await settled();
  const bob = jwt({ sub: "bob", exp: 3600 });
  const again = event(here[1].socket, "disconnect");
  there[0].socket.login(bob).catch(() => {});
  await again;
  await Promise.all([here[1], ...there].map((one) => until(one, "authenticated")));
  assert.equal(here[0].status(), "idle");
});
