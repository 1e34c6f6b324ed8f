// `crossTab` with five real tabs: one of them asks, all of them live by the answer, and by the end.
import { counted, expect, expectGoodTokens, test as base } from "../lib/lifecycle.js";

/** In a context of its own, see playwright.config.js. */
const test = base.extend({
  context: async ({ context }, use) => {
    await context.addInitScript(() => sessions.patient());
    await use(context);
  },
});

/** Five tabs of one user that connect at the same time; token(context, mint) is the text of their function. */
const five = async (open, s, options, token) => {
  const pages = await Promise.all(counted(5).map(() => open(s)));
  await Promise.all(
    pages.map((page) =>
      page.evaluate(
        ([url, options, token]) => {
          const ask = (0, eval)(token);
          window.calls = [];
          kit.connect(url, { crossTab: "ada", reconnectionDelay: 20, ...options, token: (context) => (calls.push(context.cause), ask(context)) });
        },
        [s.url, options, token],
      ),
    ),
  );
  return pages;
};

const each = (pages, fn, arg) => Promise.all(pages.map((page) => page.evaluate(fn, arg)));

test("one call of the function serves five tabs, when they connect and when they renew", async ({ server, open, mint }) => {
  const s = await server({ io: "4", mode: "handshake" });
  const pages = await five(open, s, { via: "query" }, "async () => (await new Promise((done) => setTimeout(done, 200)), mint(kit.sockets[0].story().includes('onAuthenticated') ? 600 : 8))");
  await each(pages, () => kit.sockets[0].until("onAuthenticated", 2));
  expect(mint).toHaveLength(2);
  for (const story of await each(pages, () => kit.sockets[0].story())) expect(story).toEqual(["connect", "onAuthenticated", "onAuthenticated"]);
  await s.all();
  expect(s.of("ready").map((o) => o.decoded.jti).sort()).toEqual([...Array(5).fill("1"), ...Array(5).fill("2")]);
  expectGoodTokens(s);
});

test("a tab that dies while it asks: another one asks in its place", async ({ server, open, mint }) => {
  const s = await server({ io: "4", mode: "handshake" });
  const stuck = await open(s);
  await stuck.evaluate((url) => new Promise((done) => void kit.connect(url, { via: "query", crossTab: "ada", tokenTimeout: 600_000, token: () => (done(), new Promise(() => {})) })), s.url);
  const page = await open(s);
  await page.evaluate((url) => {
    kit.connect(url, { via: "query", crossTab: "ada", tokenTimeout: 600_000, token: () => mint(600) });
  }, s.url);
  // It waits in line behind the other one.
  await page.waitForFunction(async () => (await navigator.locks.query()).pending.length > 0);
  expect(mint).toHaveLength(0);
  await stuck.close();
  await page.evaluate(() => kit.sockets[0].until("onAuthenticated")); // ten minutes before the deadline of the function
});

test("a logout in one tab reaches each tab once, and none reconnects", async ({ server, open, mint }) => {
  const s = await server({ io: "2", mode: "event" });
  const pages = await five(open, s, {}, "() => (localStorage.out ? null : mint(600))");
  await each(pages, () => kit.sockets[0].until("onAuthenticated"));
  expect(mint).toHaveLength(1);
  await pages[0].evaluate(() => (localStorage.out = "yes"));
  // The server says no to one of them, as it does to a token that it has revoked.
  const asked = s.tell("ask", { args: ["unauthorized", { message: "revoked", data: { code: "invalid_token", message: "revoked", type: "UnauthorizedError" } }] });
  await each(pages, () => kit.sockets[0].until("onUnauthorized"));
  await asked;
  const tabs = await each(pages, () => ({ story: kit.sockets[0].story(), reason: kit.sockets[0].log.find((e) => e.what === "onUnauthorized").value.reason, authenticated: kit.sockets[0].socket.authenticated }));
  for (const tab of tabs) {
    expect(tab).toMatchObject({ reason: "invalid", authenticated: false });
    expect(tab.story.filter((what) => what === "onUnauthorized")).toHaveLength(1);
  }
  expect(mint).toHaveLength(1);
});

/** A tab whose function signs for who is signed in, in this tab or in all. */
const signedIn = async (open, s, crossTab, who, options = {}) => {
  const page = await open(s);
  await page.evaluate(
    ([url, options, who]) => {
      window.who = who;
      window.calls = [];
      const sub = async (claims) => (calls.push(claims.sub), mint(window.seconds || 600, claims));
      kit.connect(url, { via: "query", reconnectionDelay: 20, ...options, token: () => sub({ sub: window.who }) });
    },
    [s.url, { crossTab, ...options }, who],
  );
  await page.evaluate(() => kit.sockets[0].until("onAuthenticated"));
  return page;
};
const whose = (page) => page.evaluate(() => kit.sockets[0].log.filter((e) => e.what === "onAuthenticated").at(-1).value.claims.sub);

for (const crossTab of [true, "a key"])
  test(`a new user's connect() and reauthenticate() take no token of the user before (crossTab: ${JSON.stringify(crossTab)})`, async ({ server, open }) => {
    const s = await server({ io: "4", mode: "handshake" });
    const one = await signedIn(open, s, crossTab, "alice");
    const two = await signedIn(open, s, crossTab, "alice");
    // Tab 2 has a newer token than tab 1.
    await two.evaluate(() => ((window.seconds = 900), kit.sockets[0].socket.reauthenticate()));
    await one.evaluate(async () => {
      const client = kit.sockets[0];
      client.socket.disconnect();
      window.who = "bob";
      client.socket.connect();
      await client.until("onAuthenticated", client.story().filter((what) => what === "onAuthenticated").length + 1);
    });
    expect(await whose(one)).toBe("bob");
    await two.evaluate(() => ((window.who = "carol"), kit.sockets[0].socket.reauthenticate()));
    expect(await whose(two)).toBe("carol");
    expect(await whose(one)).toBe("bob");
  });

test("a fresh page asks its own function, unless a key says that the same user has an open tab", async ({ server, open }) => {
  const s = await server({ io: "4", mode: "handshake" });
  await signedIn(open, s, true, "alice");
  expect(await whose(await signedIn(open, s, true, "bob"))).toBe("bob");
  await signedIn(open, s, "user-17", "alice");
  const same = await signedIn(open, s, "user-17", "alice");
  expect([await whose(same), await same.evaluate(() => calls.length)]).toEqual(["alice", 0]);
  expect(await whose(await signedIn(open, s, "user-18", "bob"))).toBe("bob");
});

for (const [reason, said] of Object.entries({
  missing: { code: "credentials_required", message: "no token provided" },
  expired: { code: "invalid_token", message: "jwt expired" },
  invalid: { code: "invalid_token", message: "revoked" },
}))
  test(`a refusal in one tab reaches the other with its reason: ${reason}`, async ({ server, open }) => {
    const s = await server({ io: "2", mode: "event" });
    const pages = [await open(s), await open(s)];
    for (const page of pages)
      await page.evaluate(async (url) => {
        // One token, also where a busy machine lets the second tab wait for the first one's in vain: two would mend each other's refusal.
        await kit.connect(url, { crossTab: "ada", token: async () => (localStorage.out ? null : (localStorage.token ||= await mint(600))) }).until("onAuthenticated");
      }, s.url);
    await pages[0].evaluate(() => (localStorage.out = "yes"));
    const asked = s.tell("ask", { args: ["unauthorized", { ...said, data: { ...said, type: "UnauthorizedError" } }] });
    const errors = await each(pages, () => kit.sockets[0].until("onUnauthorized"));
    await asked;
    expect(errors.map((error) => error.reason)).toEqual([reason, reason]);
  });

for (const missing of ["locks", "BroadcastChannel"])
  test(`without ${missing}, crossTab works as if off`, async ({ server, open, mint }) => {
    const s = await server({ io: "4", mode: "handshake" });
    const pages = await Promise.all([open(s), open(s)]);
    await each(
      pages,
      async ([url, missing]) => {
        if (missing === "locks") Object.defineProperty(navigator, "locks", { value: undefined });
        else delete window.BroadcastChannel;
        await kit.connect(url, { via: "query", crossTab: true, token: () => mint(600) }).until("onAuthenticated");
      },
      [s.url, missing],
    );
    expect(mint).toHaveLength(2);
  });
