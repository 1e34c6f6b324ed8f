// Whose token tabs share: other users, refusals, logins and logouts.
import test from "node:test";
import assert from "node:assert/strict";
import { clock, open, provider, ready, token } from "./crosstab.mjs";
import { settled } from "./tools.mjs";

const alice = (claims) => token({ sub: "alice", ...claims });
const bob = (claims) => token({ sub: "bob", ...claims });

for (const claims of [{ sub: "alice" }, { sub: undefined }])
  for (const crossTab of [true, "user"])
    test(`a new user's connect() takes no token that was asked for before it (crossTab ${crossTab}, sub ${claims.sub})`, async (t) => {
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

test("tabs share the tokens of a user whose sub is an object", async (t) => {
  const { tabs: [one, two] } = open(t, 2, { crossTab: "user" });
  await ready();
  const sub = { id: 7 };
  const first = await one.ask(() => token({ sub }));
  assert.equal(await two.ask(() => assert.fail("the other tab has one")), first);
  const own = token({ sub: { id: 8 }, life: 7200 });
  assert.equal(await two.ask(() => own, first), own);
  await settled();
  assert.notEqual(await one.ask(() => token({ sub, life: 7200 }), first), own, "another user's");
});

test("after connect(), a tab does not take the answer to an ask from before it", async (t) => {
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

test("other tabs do not get the answer to an ask from before connect()", async (t) => {
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

test("the answer to an older ask does not replace the tab's newer token", async (t) => {
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

test("tabs that connect at the same time after a login share one token", async (t) => {
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

test("true: a fresh page whose function fails, or has no token yet, goes on asking that, and takes no other user's", async (t) => {
  const { tab } = open(t, 0, { crossTab: true });
  const [ann, bob] = [tab(), tab()];
  const c = clock(t);
  await ready();
  for (const fails of [() => null, () => { throw new Error("offline"); }]) {
    await bob.ask(fails, undefined, c.now).catch(() => {});
    c.now += 1000;
    const hers = await ann.ask(() => token({ sub: "ann" }), undefined, c.now); // later than bob's connect()
    await settled();
    await bob.ask(fails).catch(() => {});
    const his = token({ sub: "bob" });
    assert.equal(await bob.ask(() => his), his);
    assert.notEqual(hers, his);
    c.now += 1000;
  }
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

test("a login reaches only the tabs with its key", async (t) => {
  const { tab } = open(t, 0);
  const [mine, other, on] = ["user-17", "user-18", true].map((crossTab) => tab({ crossTab }));
  await ready();
  for (const s of [other, on]) s.onChanged(() => assert.fail("another key"));
  mine.change(true);
  await settled();
});

for (const crossTab of [true, "user"])
  test(`after a login, no tab gets an older token (crossTab ${crossTab})`, async (t) => {
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

test("no tab takes a token that was asked for before a login and arrives after it", async (t) => {
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
  test(`a malformed login on the channel is ignored: ${name}`, async (t) => {
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

test("a login or logout that is older than this tab's own is ignored", async (t) => {
  const c = clock(t);
  const { tabs: [a, b], key } = open(t, 2);
  await ready();
  const channel = new BroadcastChannel(key);
  t.after(() => channel.close());
  const heard = [];
  a.onChanged((login) => heard.push(login));
  const first = c.now;
  c.now += 10;
  a.change(true);
  const bobs = bob();
  await a.ask(() => bobs, undefined, c.now);
  channel.postMessage(["u", false, first]);
  await settled();
  assert.deepEqual(heard, []);
  assert.equal(await b.ask(() => assert.fail("not needed")), bobs);
  c.now -= 3_600_000; // the clock is set back: nothing can be said of what is older
  b.change(false);
  await settled();
  assert.deepEqual(heard, [false]);
});

test("other tabs know the token of a login before they ask for one", async (t) => {
  const { tabs: [a, b] } = open(t, 2);
  await ready();
  const bobs = bob();
  a.change(true, bobs);
  await settled();
  assert.equal(await b.ask(() => assert.fail("not needed")), bobs);
});

test("a tab uses its own login's token, whatever other tabs have", async (t) => {
  const { tabs: [a, b] } = open(t, 2, { crossTab: "u" });
  await ready();
  await b.ask(() => alice());
  const bobs = bob();
  assert.equal(await a.ask(() => bobs, undefined, undefined, true), bobs);
});

for (const [name, again] of Object.entries({
  "connect() or reauthenticate()": (tab, c, mine) => tab.ask(() => mine, undefined, c.now),
  "login()": (tab, c, mine) => (tab.change(true, mine), tab.ask(() => mine, undefined, c.now, true)),
  "a logout and a login in another tab": (tab, c, mine, other) => (other.change(false), other.change(true, mine), settled().then(() => tab.ask(() => mine, undefined, c.now))),
}))
  for (const crossTab of [true, "user"])
    test(`a server ends the older session of a user, and the one begun by ${name} goes on (crossTab ${crossTab})`, async (t) => {
      const c = clock(t);
      const { tabs: [a, b, late] } = open(t, 3, { crossTab });
      await ready();
      const before = await a.ask(() => alice(), undefined, c.now);
      c.now += 1000;
      await again(a, c, alice(), b);
      const heard = [];
      a.onRefused((reason) => heard.push(reason));
      late.refuse("invalid", before);
      await settled();
      assert.deepEqual(heard, []);
      late.refuse("invalid", alice());
      await settled();
      assert.deepEqual(heard, ["invalid"], "nobody knows that one");
    });
