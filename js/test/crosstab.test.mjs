import test from "node:test";
import assert from "node:assert/strict";
import { leaf, settled } from "./tools.mjs";
import { browser } from "./tabs.mjs";

const { share } = await leaf("auth/crosstab");

const now = () => Date.now() / 1000;
const b64 = (o) => Buffer.from(JSON.stringify(o)).toString("base64url");
let serial = 0;
/** Lifetime and age in seconds; `skew`: how far the server's clock is ahead of ours. */
const token = ({ life = 3600, age = 0, skew = 0, ...claims } = {}) => {
  const iat = now() - age + skew;
  return ["h", b64({ iat, exp: iat + life, n: ++serial, ...claims }), "s"].join(".");
};

let keys = 0;
/** n tabs of one browser that share a key; closed with the test. */
function open(t, n, options = {}, kind = {}) {
  const key = "test:" + ++keys;
  const b = browser(kind);
  const tab = (o = options) => {
    const s = b.tab(() => share(key, o));
    t.after(() => s.close());
    return s;
  };
  return { b, key, tab, tabs: Array.from({ length: n }, () => tab()) };
}

/** A provider that counts, and notices when it is asked twice at once. */
function provider(answer = () => token()) {
  let running = 0;
  const call = async (n = ++call.calls) => {
    call.most = Math.max(call.most, ++running);
    try {
      await settled(2);
      return await answer(n);
    } finally {
      running--;
    }
  };
  return Object.assign(call, { calls: 0, most: 0 });
}

/** A clock that the test moves, so that what is asked one after the other has times of its own. */
const clock = (t) => {
  const c = { now: Date.now() };
  t.mock.method(Date, "now", () => c.now);
  return c;
};

/** Until the tabs hold their shared locks: what a browser has done long before a user opens the next tab. */
const ready = () => settled(5);

test("five tabs at once: one call, one token", async (t) => {
  const { tabs } = open(t, 5);
  const p = provider();
  await ready();
  const got = await Promise.all(tabs.map((s) => s.ask(() => p())));
  assert.equal(p.calls, 1);
  assert.equal(new Set(got).size, 1);
  assert.ok(got[0]);
});

test("five tabs, one after the other: still one", async (t) => {
  const { tab } = open(t, 0);
  const p = provider();
  const got = [];
  for (let i = 0; i < 5; i++) {
    const s = tab();
    await ready();
    got.push(await s.ask(() => p()));
  }
  assert.equal(p.calls, 1);
  assert.equal(new Set(got).size, 1);
});

test("a tab without company does not wait for any", async (t) => {
  const { tabs: [s] } = open(t, 1);
  await ready();
  const timers = t.mock.method(globalThis, "setTimeout");
  const first = await s.ask(() => token());
  assert.ok(first);
  const patience = 200; // with frozen tabs
  assert.ok(timers.mock.calls.every(({ arguments: [, ms] }) => ms !== patience));
  assert.equal(await s.ask(() => assert.fail("what it knows serves")), first);
});

test("a renewal in five tabs: one call, and nobody gets the old token", async (t) => {
  const { tabs } = open(t, 5);
  const p = provider();
  await ready();
  const [first] = await Promise.all(tabs.map((s) => s.ask(() => p())));
  // The same second, as far as claims go: the new token must outlive the old one.
  const renewed = provider(() => token({ life: 7200 }));
  const second = await Promise.all(tabs.map((s) => s.ask(() => renewed(), first)));
  assert.equal(renewed.calls, 1);
  assert.equal(new Set(second).size, 1);
  assert.notEqual(second[0], first);
});

test("a refused token is not handed out again, in no tab", async (t) => {
  const { tabs: [a, b, c] } = open(t, 3);
  const p = provider((n) => token({ life: 3600 * n }));
  await ready();
  const first = await a.ask(() => p());
  assert.equal(await b.ask(() => p()), first);
  const second = await b.ask(() => p(), first);
  assert.notEqual(second, first);
  assert.equal(await a.ask(() => p(), first), second, "and the other's new one serves");
  assert.equal(await c.ask(() => p()), second);
  assert.equal(p.calls, 2);
});

test("a refused token that says nothing of its time is not handed out again", async (t) => {
  const { tabs: [a] } = open(t, 1);
  await ready();
  assert.equal(await a.ask(() => "first"), "first");
  assert.equal(await a.ask(() => "second", "first"), "second");
});

test("of two tokens of the same moment the one that this tab has stays", async (t) => {
  const { tabs: [a], key } = open(t, 1);
  const c = clock(t);
  await ready();
  const first = await a.ask(() => token());
  const channel = new BroadcastChannel(key);
  t.after(() => channel.close());
  channel.postMessage(["!", token(), c.now, 1]);
  await settled();
  assert.equal(await a.ask(() => assert.fail("not needed")), first);
});

test("a provider that gives the refused token again speaks for itself only", async (t) => {
  const { tabs: [a, b] } = open(t, 2);
  await ready();
  const old = token();
  assert.equal(await a.ask(() => old), old);
  await settled();
  assert.equal(await a.ask(() => old, old), old);
  const p = provider();
  assert.notEqual(await b.ask(() => p(), old), old);
  assert.equal(p.calls, 1);
});

const freshness = {
  "fresh": [{}, true],
  "no exp": [{ exp: undefined }, true],
  "no claims at all": ["opaque", true],
  "without iat, fresh": [{ iat: undefined }, true],
  "without iat, ten seconds left: that is its lifetime, as far as we know": [{ iat: undefined, exp: now() + 10 }, true],
  "without iat, expired": [{ iat: undefined, exp: now() - 10 }, false],
  "short-lived, fresh": [{ life: 20 }, true],
  "born dead": [{ life: 0 }, false],
  "our clock an hour behind": [{ skew: 3600 }, true],
  "our clock an hour ahead": [{ skew: -3600 }, true],
};
for (const [name, [claims, shared]] of Object.entries(freshness))
  test(`${shared ? "shared" : "not shared"}: ${name}`, async (t) => {
    const { tabs: [a, b] } = open(t, 2);
    await ready();
    const first = typeof claims == "string" ? claims : token(claims);
    assert.equal(await a.ask(() => first), first);
    const p = provider();
    const second = await b.ask(() => p());
    assert.equal(p.calls, shared ? 0 : 1);
    assert.equal(second === first, shared);
  });

test("what was fresh grows old", async (t) => {
  const { tabs: [a, b] } = open(t, 2, { refreshBefore: 30 });
  await ready();
  const first = await a.ask(() => token({ life: 100 }));
  const clock = t.mock.method(Date, "now", () => Math.round((performance.timeOrigin + performance.now()) + later));
  let later = 60_000;
  const p = provider(() => token({ life: 100 }));
  assert.equal(await b.ask(() => p()), first);
  later = 80_000;
  assert.notEqual(await b.ask(() => p()), first);
  clock.mock.restore();
  assert.equal(p.calls, 1);
});

test("a tab that dies with the lock, asking: the next one asks", async (t) => {
  const { tabs: [a, b, c], b: browser } = open(t, 3);
  await ready();
  let began;
  const asking = new Promise((r) => (began = r));
  a.ask(() => new Promise(() => began())).catch(() => {});
  await asking;
  const p = provider();
  const others = [b.ask(() => p()), c.ask(() => p())];
  await settled();
  assert.equal(p.calls, 0, "they wait");
  a.die();
  const got = await Promise.all(others);
  assert.equal(p.calls, 1);
  assert.equal(got[0], got[1]);
  assert.equal(browser.held.filter((l) => l.mode == "exclusive").length, 0);
});

test("a clock set back while running does not freeze what is known", async (t) => {
  const { tabs: [a, b] } = open(t, 2);
  await ready();
  const p = provider();
  const first = await a.ask(() => p());
  const real = Date.now;
  t.mock.method(Date, "now", () => real() - 7200_000);
  const second = await b.ask(() => p());
  assert.notEqual(second, first, "its age is not known any more");
  assert.equal(await a.ask(() => p()), second);
  assert.equal(p.calls, 2);
});

test("a frozen tab holds up nobody for long", async (t) => {
  const { tabs: [a, b] } = open(t, 2);
  await ready();
  a.freeze();
  const p = provider();
  assert.ok(await b.ask(() => p()));
  assert.equal(p.calls, 1);
});

test("a provider that hangs: its tab gives up, and the others do not wait for it", async (t) => {
  const { tabs: [a, b] } = open(t, 2, { tokenTimeout: 400 });
  await ready();
  let gaveUp = false;
  const stuck = assert.rejects(a.ask(() => new Promise(() => {})), (error) => error === undefined).then(() => (gaveUp = true));
  const p = provider();
  assert.ok(await b.ask(() => p()), "after half of the time, on its own");
  assert.equal(gaveUp, false);
  await stuck;
  assert.equal(p.calls, 1);
  assert.ok(await a.ask(() => p()), "and the lock is free again");
  assert.equal(p.calls, 1, "with what the other had got meanwhile");
});

test("a tab that keeps the lock for ever does not keep the others from asking", async (t) => {
  const { tabs: [a], key } = open(t, 1, { tokenTimeout: 50 });
  await ready();
  navigator.locks.request(key, () => new Promise(() => {}));
  await settled();
  const p = provider((n) => token({ life: 3600 * n }));
  const first = await a.ask(() => p());
  assert.ok(first);
  assert.equal(await a.ask(() => p()), first, "what it knows still serves");
  assert.notEqual(await a.ask(() => p(), first), first);
  assert.equal(p.calls, 2);
});

test("a token that does not outlive the refused one is no answer", async (t) => {
  const { tabs: [a, b] } = open(t, 2);
  await ready();
  const [short, long, longer] = [100, 3600, 7200].map((life) => token({ life }));
  await b.ask(() => short);
  await settled();
  assert.equal(await a.ask(() => longer, long), longer);
});

test("a provider that throws, at once or later: its own tab hears it, called once", async (t) => {
  const { tabs: [a, b] } = open(t, 2);
  await ready();
  const wrong = new Error("wrong");
  for (const fail of [() => { throw wrong; }, async () => { throw wrong; }]) {
    let calls = 0;
    await assert.rejects(a.ask(() => (calls++, fail())), wrong);
    assert.equal(calls, 1);
  }
  assert.ok(await b.ask(() => token()));
});

for (const none of [null, undefined, ""])
  test(`a provider without a token (${JSON.stringify(none)}) speaks for its tab only`, async (t) => {
    const { tabs: [a, b] } = open(t, 2);
    await ready();
    assert.equal(await a.ask(() => none), none);
    const p = provider();
    assert.ok(await b.ask(() => p()));
    assert.equal(p.calls, 1);
  });

test("a refusal reaches all other tabs, once each, and takes the token along", async (t) => {
  const { tabs } = open(t, 5);
  await ready();
  const p = provider();
  const [first] = await Promise.all(tabs.map((s) => s.ask(() => p())));
  const heard = [];
  tabs.forEach((s, i) => s.onRefused((...args) => heard.push([i, ...args])));
  tabs[2].refuse("invalid", first);
  await settled();
  assert.deepEqual(heard.sort(), [0, 1, 3, 4].map((i) => [i, "invalid", first]));
  assert.notEqual(await tabs[0].ask(() => p()), first);
  assert.equal(p.calls, 2);
});

test("the refusal of an old token does not take a newer one along", async (t) => {
  const { tabs: [a, b, c] } = open(t, 3);
  await ready();
  const first = await a.ask(() => token());
  const second = await a.ask(() => token({ life: 7200 }), first);
  await settled();
  b.refuse("expired", first);
  await settled();
  assert.equal(await c.ask(() => assert.fail("not needed")), second);
});

test("what other scripts post on the channel does no harm", async (t) => {
  const { tabs: [a], key } = open(t, 1);
  await ready();
  const channel = new BroadcastChannel(key);
  t.after(() => channel.close());
  for (const m of [[], ["?"], ["!"], ["!", 42, 1e15], ["!", {}, Infinity], ["!", "not a token", "when"], ["??", 1], "text", [null]]) channel.postMessage(m);
  await settled();
  const p = provider();
  assert.equal(typeof (await a.ask(() => p(), undefined)), "string");
});

// --- Whose token ----------------------------------------------------------------------------------------------------

const alice = (claims) => token({ sub: "alice", ...claims });
const bob = (claims) => token({ sub: "bob", ...claims });

for (const claims of [{ sub: "alice" }, { sub: undefined }])
  for (const crossTab of [true, "user"])
    test(`a new user's connect() takes nothing of before (crossTab ${crossTab}, sub ${claims.sub})`, async (t) => {
      const { tabs: [one, two] } = open(t, 2, { crossTab });
      const c = clock(t);
      await ready();
      const first = await one.ask(() => token(claims), undefined, c.now);
      await two.ask(() => token(claims), undefined, c.now);
      c.now += 1000;
      const renewed = await two.ask(() => token({ ...claims, life: 7200 }), first);
      await settled();
      c.now += 1000;
      const mine = bob({ sub: claims.sub && "bob" });
      assert.equal(await one.ask(() => mine, first, c.now), mine);
      c.now += 1000;
      assert.notEqual(await one.ask(() => assert.fail("what this tab has is fresh enough")), renewed, "nor later");
    });

test("a late answer to a question of before a connect() is not taken after it", async (t) => {
  const { tabs: [one, two] } = open(t, 2, { crossTab: "user" });
  const c = clock(t);
  await ready();
  const first = await one.ask(() => token(), undefined, c.now);
  let answer;
  const late = two.ask(() => new Promise((done) => (answer = done)), first);
  await settled();
  c.now += 1000;
  const since = c.now;
  const mine = one.ask(() => "bob", first, since);
  await settled();
  answer(token({ life: 9000 }));
  assert.ok(await late);
  assert.equal(await mine, "bob");
});

test("nobody hears of an answer to a question of before a connect()", async (t) => {
  const { tabs: [one], key } = open(t, 1, { crossTab: "user" });
  const c = clock(t);
  await ready();
  const first = await one.ask(() => token(), undefined, c.now);
  const said = [];
  const channel = new BroadcastChannel(`${key}:user`);
  t.after(() => channel.close());
  channel.onmessage = ({ data }) => said.push(data[1]);
  let answer;
  const late = one.ask(() => new Promise((done) => (answer = done)), first);
  await settled();
  c.now += 1000;
  const next = one.ask(() => "bob", first, c.now);
  const old = alice();
  answer(old);
  await Promise.all([late, next]);
  await settled();
  assert.ok(said.includes("bob"));
  assert.ok(!said.includes(old));
});

test("an answer that comes after a later one is not this tab's token", async (t) => {
  const { tabs: [one, two] } = open(t, 2, { crossTab: true });
  const c = clock(t);
  await ready();
  let answer;
  const late = one.ask(() => new Promise((done) => (answer = done)), undefined, c.now);
  c.now += 1000;
  const [old, own] = [alice(), bob()];
  assert.equal(await one.ask(() => own, undefined, c.now), own);
  answer(old);
  await late;
  const heard = [];
  one.onRefused((reason, token) => heard.push(token));
  two.refuse("expired", old);
  two.refuse("expired", own);
  await settled();
  assert.deepEqual(heard, [own]);
});

test("what was asked for after a connect() is: an application connects all of its tabs after a login", async (t) => {
  const { tabs } = open(t, 5, { crossTab: "user" });
  const c = clock(t);
  await ready();
  const old = await Promise.all(tabs.map((s) => s.ask(() => token(), undefined, c.now)));
  c.now += 1000;
  const since = c.now;
  const p = provider(() => token({ life: 9000 }));
  const got = await Promise.all(tabs.map((s, i) => s.ask(() => p(), old[i], since)));
  assert.equal(p.calls, 1);
  assert.equal(new Set(got).size, 1);
});

test("true: a fresh page asks its own function, and at once; renewals are shared", async (t) => {
  const { tab } = open(t, 0, { crossTab: true });
  const p = provider((n) => token({ life: 3600 * n }));
  const tabs = [tab(), tab(), tab()];
  await ready();
  const got = await Promise.all(tabs.map((s) => s.ask(() => p(), undefined, Date.now())));
  assert.equal(p.calls, 3);
  assert.equal(p.most, 3, "they do not wait for each other");
  assert.equal(new Set(got).size, 3);
  await settled();
  const renewed = await Promise.all(tabs.map((s, i) => s.ask(() => p(), got[i])));
  assert.ok(p.calls <= 4, `${p.calls}`);
  assert.ok(renewed.every((token, i) => token !== got[i]));
});

test("a key: a fresh page takes what an open tab of the same key has, and nothing of another key", async (t) => {
  const { tab } = open(t, 0);
  const c = clock(t);
  const [a17, b17, a18, on] = ["user-17", "user-17", "user-18", true].map((crossTab) => tab({ crossTab }));
  await ready();
  const first = await a17.ask(() => token(), undefined, c.now);
  c.now += 1000;
  assert.equal(await b17.ask(() => assert.fail("not needed"), undefined, c.now), first);
  for (const other of [a18, on]) assert.notEqual(await other.ask(() => token()), first);
});

test("a token of another user is not taken, whoever is renewed", async (t) => {
  const { tabs: [one, two] } = open(t, 2);
  await ready();
  const mine = await one.ask(() => alice());
  await two.ask(() => bob({ life: 9000 }), mine);
  await settled();
  assert.notEqual(await one.ask(() => alice({ life: 7200 }), mine), undefined);
  const p = provider(() => alice({ life: 9999 }));
  two.refuse("expired", "nothing");
  await two.ask(() => bob({ life: 99999 }), "nothing");
  await settled();
  await one.ask(() => p());
  assert.equal(p.calls, 1, "a reconnection neither");
});

/** [reason, the token of the tab that hears of it, whether that tab is refused as well] */
const refusals = {
  "its own token": ["expired", "same", true],
  "its own token, missing": ["missing", "same", true],
  "another of the same user, who is thrown out": ["invalid", "alice", true],
  "another of the same user, of which only the time is over": ["expired", "alice", false],
  "another of the same user, which did not arrive": ["missing", "alice", false],
  "another user's": ["invalid", "bob", false],
  "another, of nobody in particular": ["invalid", "nobody", false],
  "one that this tab has replaced": ["invalid", "renewed", false],
  "none at all: this tab has no token": ["invalid", "none", false],
};
for (const [name, [reason, whose, reaches]] of Object.entries(refusals))
  test(`a refusal of ${name}: ${reaches ? "reaches" : "does not concern"} the other tab, its reason unchanged`, async (t) => {
    const { tabs: [a, b] } = open(t, 2, { crossTab: true });
    await ready();
    const refused = whose == "nobody" ? token() : alice();
    await a.ask(() => refused, undefined, Date.now());
    const its = { same: refused, alice: alice(), bob: bob(), nobody: token(), renewed: refused, none: null }[whose];
    await b.ask(() => its, undefined, Date.now());
    if (whose == "renewed") await b.ask(() => alice({ life: 9000 }), refused);
    const heard = [];
    b.onRefused((reason) => heard.push(reason));
    a.refuse(reason, refused);
    await settled();
    assert.deepEqual(heard, reaches ? [reason] : []);
  });

test("a listener is released", async (t) => {
  const { tabs: [a, b] } = open(t, 2);
  await ready();
  const first = await a.ask(() => token());
  await b.ask(() => assert.fail("not needed"));
  const heard = [];
  const release = b.onRefused(() => heard.push("released"));
  b.onRefused(() => heard.push("stays"));
  release();
  a.refuse("invalid", first);
  await settled();
  assert.deepEqual(heard, ["stays"]);
});

// --- Logins and logouts ---------------------------------------------------------------------------------------------

for (const [name, login] of [["login", true], ["logout", false]])
  test(`a ${name} reaches all other tabs, once each, with its time`, async (t) => {
    const { tabs } = open(t, 4);
    const c = clock(t);
    await ready();
    const heard = [];
    tabs.forEach((s, i) => s.onChanged((...args) => heard.push([i, ...args])));
    c.now += 1000;
    tabs[2].change(login);
    await settled();
    assert.deepEqual(heard.sort(), [0, 1, 3].map((i) => [i, login, c.now]));
  });

test("a login stays among the tabs of its key", async (t) => {
  const { tab } = open(t, 0);
  const [mine, other, on] = ["user-17", "user-18", true].map((crossTab) => tab({ crossTab }));
  await ready();
  for (const s of [other, on]) s.onChanged(() => assert.fail("another key"));
  mine.change(true);
  await settled();
});

for (const crossTab of [true, "user"])
  test(`after a login nobody gets a token of before, in no tab (crossTab ${crossTab})`, async (t) => {
    const { tabs: [one, two, three] } = open(t, 3, { crossTab });
    const c = clock(t);
    await ready();
    const old = await one.ask(() => token(), undefined, c.now);
    assert.equal(await two.ask(() => assert.fail("not needed")), old);
    c.now += 1000;
    const since = c.now;
    one.change(true);
    await settled();
    const fresh = token();
    const got = await one.ask(() => fresh, undefined, since);
    await settled();
    assert.equal(await two.ask(() => assert.fail("the login's token serves")), fresh);
    assert.equal(await three.ask(() => assert.fail("here, too")), fresh, "which had none");
    assert.equal(got, fresh);
  });

test("what was asked for before a login, and is answered after it, is taken nowhere", async (t) => {
  const { tabs: [one, two] } = open(t, 2, { crossTab: "user" });
  const c = clock(t);
  await ready();
  let answer;
  const late = two.ask(() => new Promise((done) => (answer = done)));
  await settled();
  c.now += 1000;
  one.change(true);
  await settled();
  answer(token({ life: 9000 }));
  const before = await late;
  await settled();
  const mine = token();
  for (const s of [one, two]) assert.notEqual(await s.ask(() => mine), before);
});

test("after a logout a token of any user is taken: the tab has none to compare with", async (t) => {
  const { tabs: [one, two] } = open(t, 2);
  const c = clock(t);
  await ready();
  await one.ask(() => alice());
  await two.ask(() => assert.fail("not needed"));
  c.now += 1000;
  one.change(false);
  await settled();
  c.now += 1000;
  const bobs = bob();
  await one.ask(() => bobs);
  await settled();
  assert.equal(await two.ask(() => assert.fail("not needed")), bobs);
});

test("a listener to logins is released, and a closed tab hears and says nothing", async (t) => {
  const { tabs: [a, b, c] } = open(t, 3);
  await ready();
  const heard = [];
  const release = b.onChanged(() => heard.push("released"));
  b.onChanged(() => heard.push("stays"));
  c.onChanged(() => heard.push("closed"));
  release();
  c.close();
  a.change(true);
  await settled();
  c.change(false);
  await settled();
  assert.deepEqual(heard, ["stays"]);
});

for (const [name, message] of Object.entries({ "no time": ["u", true], "a text for a time": ["u", true, "soon"], "no login": ["u"], "a time to come": ["u", true, 1e15] }))
  test(`what other scripts post as a login does no harm: ${name}`, async (t) => {
    const { tabs: [a], key } = open(t, 1);
    await ready();
    const channel = new BroadcastChannel(key);
    t.after(() => channel.close());
    const first = await a.ask(() => token());
    channel.postMessage(message);
    await settled();
    assert.equal(await a.ask(() => assert.fail("still known")), first);
    assert.ok(await a.ask(() => token(), first));
  });

const odd = { "over long ago": [{ exp: 1 }, false], "zero": [{ exp: 0 }, true], "in ms": [{ exp: 1.7e12 }, true], "a text": [{ exp: "1" }, true], "beyond dates": [{ exp: 1e20 }, true], "iat a text": [{ iat: "x" }, true] };
for (const [name, [claims, shared]] of Object.entries(odd))
  test(`${shared ? "shared" : "not shared"}: an odd date, ${name}`, async (t) => {
    const { tabs: [a, b] } = open(t, 2);
    await ready();
    const first = await a.ask(() => token(claims));
    assert.equal((await b.ask(() => token())) === first, shared);
  });

test("different keys, different tokens", async (t) => {
  const { tabs: [a] } = open(t, 1);
  const { tabs: [b] } = open(t, 1);
  await ready();
  assert.notEqual(await a.ask(() => token()), await b.ask(() => token()));
});

test("close() before the shared lock is granted: it is not kept", async (t) => {
  const { tabs: [a], b: browser } = open(t, 1);
  a.close();
  await settled();
  assert.deepEqual([browser.held.length, browser.pending.length], [0, 0]);
});

test("close() while the provider works: the lock is free, the others go on, and nobody hears the answer", async (t) => {
  const { tabs: [a, b], b: browser } = open(t, 2);
  await ready();
  let answer;
  const asked = a.ask(() => new Promise((done) => (answer = done)));
  await settled();
  a.close();
  assert.equal(await asked, undefined);
  await settled();
  assert.equal(browser.held.length, 1);
  answer(token({ life: 9000 }));
  const mine = token();
  assert.equal(await b.ask(() => mine), mine);
});

test("close() while it waits for the lock, or for the other tabs: its provider is not called", async (t) => {
  const { tabs: [a, b, c], b: browser } = open(t, 3);
  await ready();
  a.ask(() => new Promise(() => {})).catch(() => {});
  await settled();
  const waiting = b.ask(() => assert.fail("not called"));
  await settled();
  b.close();
  assert.equal(await waiting, undefined);
  a.close();
  c.close();
  await settled();
  assert.deepEqual([browser.held.length, browser.pending.length], [0, 0]);

  const { tabs: [d, e] } = open(t, 2);
  await ready();
  e.freeze();
  const p = provider();
  const listening = d.ask(() => p());
  await settled(); // it has the lock, and its question is out
  d.close();
  assert.equal(await listening, undefined);
  await settled();
  assert.equal(p.calls, 0);
});

test("nothing keeps a closed tab alive: no timer is left", async (t) => {
  const { tabs: [a, b] } = open(t, 2);
  await ready();
  const timers = () => process.getActiveResourcesInfo().filter((r) => r == "Timeout").length;
  const before = timers();
  await a.ask(() => token());
  await b.ask(() => token(), "refused");
  a.ask(() => new Promise(() => {})).catch(() => {});
  b.ask(() => token(), "refused again");
  await settled();
  a.close();
  b.close();
  await settled();
  assert.ok(timers() <= before, `${timers()} after, ${before} before`);
});

test("close() gives everything back, and asking goes on without the others", async (t) => {
  const { tabs: [a, b], b: browser } = open(t, 2);
  await ready();
  await a.ask(() => token());
  b.close();
  b.close();
  await settled();
  assert.equal(browser.held.length, 1);
  const p = provider();
  await b.ask(() => p());
  assert.equal(p.calls, 1);
  b.refuse("missing");
  a.close();
  await settled();
  assert.equal(browser.held.length, 0);
});

for (const [name, kind] of Object.entries({
  "no Web Locks": { locks: false }, "no BroadcastChannel": { channels: false }, "neither": { locks: false, channels: false },
  "locks are forbidden": { locks: "forbidden" }, "channels are forbidden": { channels: "forbidden" },
}))
  test(`as if off: ${name}`, async (t) => {
    const { tabs: [a, b] } = open(t, 2, {}, kind);
    const p = provider();
    const got = await Promise.all([a.ask(() => p()), b.ask(() => p())]);
    assert.equal(p.calls, 2);
    assert.notEqual(got[0], got[1]);
    await assert.rejects(a.ask(async () => { throw new Error("mine"); }), /mine/);
    a.onRefused(() => {});
    a.refuse("invalid", got[0]);
    a.close();
  });

test("nothing is stored", async (t) => {
  for (const name of ["localStorage", "sessionStorage", "indexedDB", "caches"])
    Object.defineProperty(globalThis, name, { configurable: true, get: () => assert.fail(name) });
  const { tabs: [a, b] } = open(t, 2);
  await ready();
  await a.ask(() => token());
  await b.ask(() => assert.fail("not needed"));
});
