// Tabs that share a token: who asks, who waits, what is handed out, and the end of it.
import test from "node:test";
import assert from "node:assert/strict";
import { clock, now, open, provider, ready, token } from "./crosstab.mjs";
import { settled } from "./tools.mjs";

test("five tabs ask at once: one call of the provider, one token", async (t) => {
  const { tabs } = open(t, 5);
  const p = provider();
  await ready();
  const got = await Promise.all(tabs.map((s) => s.ask(() => p())));
  assert.equal(p.calls, 1);
  assert.equal(new Set(got).size, 1);
  assert.ok(got[0]);
});

test("five tabs ask one after the other: one call of the provider, one token", async (t) => {
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

test("the only open tab does not wait for others", async (t) => {
  const { tabs: [s] } = open(t, 1);
  await ready();
  const timers = t.mock.method(globalThis, "setTimeout");
  const first = await s.ask(() => token());
  assert.ok(first);
  const patience = 2000; // with frozen tabs
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

test("no tab gets a refused token again", async (t) => {
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

test("no tab gets a refused token without exp again", async (t) => {
  const { tabs: [a] } = open(t, 1);
  await ready();
  assert.equal(await a.ask(() => "first"), "first");
  assert.equal(await a.ask(() => "second", "first"), "second");
});

test("of two tokens issued at the same time, a tab keeps its own", async (t) => {
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

test("a provider that returns the refused token again fails for its own tab alone", async (t) => {
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

test("a shared token is not taken when it is due for renewal", async (t) => {
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

test("a tab closes while it asks with the lock: the next tab asks", async (t) => {
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

test("a clock that is set back does not keep an old token in use", async (t) => {
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

test("a frozen tab holds up nobody for longer than two seconds, or a fifth of the function's time", async (t) => {
  for (const [options, patience] of [[{}, 2000], [{ tokenTimeout: 5000 }, 1000], [{ tokenTimeout: 60_000 }, 2000]]) {
    const { tabs: [a, b] } = open(t, 2, options);
    await ready();
    a.freeze();
    const p = provider();
    const asked = b.ask(() => p());
    await settled();
    t.mock.timers.tick(patience - 1);
    await settled();
    assert.equal(p.calls, 0);
    t.mock.timers.tick(1);
    assert.ok(await asked);
    assert.equal(p.calls, 1);
  }
});

test("a tab waits for another one that is busy for a second", async (t) => {
  const { tabs: [a], tab } = open(t, 1);
  await ready();
  const first = await a.ask(() => token());
  const b = tab(); // a fresh page: it has heard of no token
  await ready();
  const wake = a.freeze();
  const asked = b.ask(() => assert.fail("the other tab has a token"));
  await settled();
  t.mock.timers.tick(1000);
  await settled();
  wake();
  assert.equal(await asked, first);
});

test("a tab counts an answer to its previous question: a tab without a token ends the wait", async (t) => {
  t.mock.timers.enable({ apis: ["setTimeout", "setInterval"] });
  const { tabs: [a, b] } = open(t, 2, {}, { timers: "real" }); // those of this test, that is
  await ready();
  const wake = a.freeze();
  const p = provider();
  const asked = b.ask(() => p());
  await settled();
  wake(); // it answers the first question
  a.freeze();
  t.mock.timers.tick(100); // the second is asked before the answer is there
  await settled();
  assert.equal(p.calls, 1);
  assert.ok(await asked);
});

test("a tab waits for the open tabs and not for one that has closed", async (t) => {
  const { tabs: [a, busy], tab } = open(t, 2);
  await ready();
  const first = await busy.ask(() => token());
  const leaving = tab();
  const b = tab(); // a fresh page: it has heard of no token
  await ready();
  a.freeze();
  leaving.freeze();
  const wake = busy.freeze();
  const p = provider();
  const asked = b.ask(() => p());
  await settled();
  leaving.close();
  await settled();
  wake();
  assert.equal(await asked, first);
  assert.equal(p.calls, 0);

  busy.close();
  const again = b.ask(() => p(), first);
  await settled();
  a.close();
  assert.ok(await again);
  assert.equal(p.calls, 1);
});

test("a provider that never answers: its tab gives up, and the others do not wait", async (t) => {
  const { tabs: [a, b] } = open(t, 2, { tokenTimeout: 400 });
  await ready();
  let gaveUp = false;
  const stuck = assert.rejects(a.ask(() => new Promise(() => {})), (error) => error === undefined).then(() => (gaveUp = true));
  await settled(); // a has the lock and has heard that b knows no token
  const p = provider();
  const other = b.ask(() => p());
  t.mock.timers.tick(200);
  assert.ok(await other, "after half of the time, on its own");
  assert.equal(gaveUp, false);
  t.mock.timers.tick(400);
  await stuck;
  assert.equal(p.calls, 1);
  assert.ok(await a.ask(() => p()), "and the lock is free again");
  assert.equal(p.calls, 1, "with what the other had got meanwhile");
});

test("a tab that keeps the lock for ever does not keep the others from asking", async (t) => {
  const { tabs: [a], key } = open(t, 1, { tokenTimeout: 50 }, { timers: "real" });
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

test("a page that is being prerendered asks its own function at once: browsers give it no lock before it is shown", async (t) => {
  const { tabs: [a], key } = open(t, 1, { crossTab: "user" });
  navigator.locks.request(key + ":user", () => new Promise(() => {}));
  await ready();
  globalThis.document = { prerendering: true };
  t.after(() => delete globalThis.document);
  const soon = (asked) => Promise.race([asked, settled().then(() => "it waits")]);
  const mine = token();
  assert.equal(await soon(a.ask(() => mine)), mine);
  globalThis.document.prerendering = false;
  assert.equal(await soon(a.ask(() => token({ life: 7200 }), mine)), "it waits", "like any other tab from then on");
});

test("a token that expires no later than the refused one is not taken", async (t) => {
  const { tabs: [a, b] } = open(t, 2);
  await ready();
  const [short, long, longer] = [100, 3600, 7200].map((life) => token({ life }));
  await b.ask(() => short);
  await settled();
  assert.equal(await a.ask(() => longer, long), longer);
});

test("a provider that throws or rejects is called once, and its own tab alone gets the error", async (t) => {
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
  test(`a provider without a token (${JSON.stringify(none)}) answers for its own tab alone`, async (t) => {
    const { tabs: [a, b] } = open(t, 2);
    await ready();
    assert.equal(await a.ask(() => none), none);
    const p = provider();
    assert.ok(await b.ask(() => p()));
    assert.equal(p.calls, 1);
  });

test("a refusal reaches each other tab once, and they drop the token", async (t) => {
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

test("tabs keep a newer token when an older one is refused", async (t) => {
  const { tabs: [a, b, c] } = open(t, 3);
  await ready();
  const first = await a.ask(() => token());
  const second = await a.ask(() => token({ life: 7200 }), first);
  await settled();
  b.refuse("expired", first);
  await settled();
  assert.equal(await c.ask(() => assert.fail("not needed")), second);
});

test("malformed messages on the channel are ignored", async (t) => {
  const { tabs: [a], key } = open(t, 1);
  await ready();
  const channel = new BroadcastChannel(key);
  t.after(() => channel.close());
  for (const m of [[], ["?"], ["!"], ["!", 42, 1e15], ["!", {}, Infinity], ["!", "not a token", "when"], ["??", 1], "text", [null], null, undefined, 1]) channel.postMessage(m);
  await settled();
  const p = provider();
  assert.equal(typeof (await a.ask(() => p(), undefined)), "string");
});

const odd = { "over long ago": [{ exp: 1 }, false], "zero": [{ exp: 0 }, true], "in ms": [{ exp: 1.7e12 }, true], "a text": [{ exp: "1" }, true], "beyond dates": [{ exp: 1e20 }, true], "iat a text": [{ iat: "x" }, true] };
for (const [name, [claims, shared]] of Object.entries(odd))
  test(`${shared ? "shared" : "not shared"}: an odd date, ${name}`, async (t) => {
    const { tabs: [a, b] } = open(t, 2);
    await ready();
    const first = await a.ask(() => token(claims));
    assert.equal((await b.ask(() => token())) === first, shared);
  });

const unusable = { "a line break in the token": ["a\nb", Date.now()], "no token as a text": ["undefined", Date.now()], "a time that is no number": [token(), 10n ** 12n] };
for (const [name, [text, at]] of Object.entries(unusable))
  test(`a token on the channel that could not be used is ignored: ${name}`, async (t) => {
    const { tabs: [a], key } = open(t, 1);
    await ready();
    const channel = new BroadcastChannel(key);
    t.after(() => channel.close());
    channel.postMessage(["!", text, at]);
    await settled();
    const own = token();
    assert.equal(await a.ask(() => own), own);
  });

test("different keys, different tokens", async (t) => {
  const { tabs: [a] } = open(t, 1);
  const { tabs: [b] } = open(t, 1);
  await ready();
  assert.notEqual(await a.ask(() => token()), await b.ask(() => token()));
});

test("close() before the shared lock is granted: the tab does not keep the lock", async (t) => {
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

test("close() while the tab waits for the lock or for other tabs: its provider is not called", async (t) => {
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

test("close() leaves no timer", async (t) => {
  const { tabs: [a, b] } = open(t, 2, {}, { timers: "real" }); // those of this test, that is
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

test("after close(), the tab asks its own provider", async (t) => {
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
  test(`crossTab works as if off: ${name}`, async (t) => {
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

test("crossTab stores no token", async (t) => {
  for (const name of ["localStorage", "sessionStorage", "indexedDB", "caches"])
    Object.defineProperty(globalThis, name, { configurable: true, get: () => assert.fail(name) });
  const { tabs: [a, b] } = open(t, 2);
  await ready();
  await a.ask(() => token());
  await b.ask(() => assert.fail("not needed"));
});

test("a time limit longer than a timer's maximum does not end an ask at once", async (t) => {
  const { tabs: [a, b] } = open(t, 2, { tokenTimeout: Number.MAX_SAFE_INTEGER }, { timers: "real" });
  await ready();
  const answer = token();
  const slow = a.ask(() => new Promise((done) => setTimeout(done, 50, answer)));
  assert.equal(await b.ask(() => assert.fail("the other tab's is waited for")), answer);
  assert.equal(await slow, answer);
});
