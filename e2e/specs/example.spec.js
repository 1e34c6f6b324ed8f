// The example site, as `make example` serves it: its page runs on the built library, against its own Go server.
import { readFileSync } from "node:fs";
import { root } from "../fixtures/pack.mjs";
import { TOKEN } from "../lib/site.js";
import { expect, visitors } from "../lib/test.js";

const test = visitors.extend({
  /** visit(path): signed in and there. Nothing may go wrong in the page that nobody sees, and no token may be written. */
  visit: async ({ page, site }, use) => {
    const wrong = [];
    page.on("pageerror", (e) => wrong.push(e.message));
    page.on("console", (m) => {
      // 401: the token endpoint to a session that has ended. 400: a poll that crosses its connection's goodbye. The others:
      // what a test puts in the way.
      if (m.type() === "error" && !/status of (40[01]|429)|net::ERR_FAILED/.test(m.text())) wrong.push(m.text());
      if (TOKEN.test(m.text())) wrong.push("a token in the console");
    });
    await use(async (path) => {
      await page.goto(site + path);
      await signIn(page);
      await state(page, "authenticated");
    });
    expect(wrong).toEqual([]);
  },
});

const patient = { timeout: 40_000 };
const state = (page, name) => expect(page.locator("#state")).toHaveAttribute("data-state", name, patient);

async function signIn(page, name = "Ada") {
  await expect(page).toHaveURL(/\/login/);
  await page.getByLabel("Name").fill(name);
  await page.getByRole("button", { name: "Sign in" }).click();
}

/** What has happened: the page's entries, of which most are the library's events, and the server's. */
const entries = (page) => page.evaluate(() => JSON.parse(sessionStorage.journal));
/** Its kinds, those of the server with an s: before them. */
const journal = async (page) => (await entries(page)).map((e) => (e.lane === "server" ? "s:" : "") + e.kind);

for (const via of ["event", "query", "header", "auth"]) {
  test(`by ${via}: a message arrives, a wrongly signed token is refused, a good one connects again`, async ({ page, visit }) => {
    await visit(`/?via=${via}`);
    await page.getByRole("textbox", { name: "Message" }).fill(`by ${via}, é€😀`);
    await page.keyboard.press("Enter");
    const mine = page.locator("#messages .mine").filter({ hasText: `by ${via}, é€😀` });
    await expect(mine).toHaveCount(1);
    await expect(mine.locator("small")).toHaveText(via);

    await page.getByRole("button", { name: "Wrongly signed" }).click();
    await state(page, "refused");
    await expect(page.locator("#state-says")).toContainText("“invalid signature”, code invalid_token");
    if (via === "event") {
      await expect(page.locator("#state-says")).toContainText("acknowledged");
      // The server's side comes by a stream of its own; what ends the connection comes after the acknowledgement.
      await expect.poll(() => journal(page)).toContain("s:closed");
      expect((await journal(page)).filter((kind) => kind === "s:acknowledged")).toHaveLength(1);
    }
    await page.getByRole("button", { name: "Connect with a good token" }).click();
    await state(page, "authenticated");
  });
}

for (const [kind, message] of [["Malformed", "jwt malformed"], ["Expired", "expired"]]) {
  test(`a token that is ${kind.toLowerCase()} is refused`, async ({ page, visit }) => {
    await visit("/");
    await page.getByRole("button", { name: kind }).click();
    await state(page, "refused");
    await expect(page.locator("#state-says")).toContainText(message);
  });
}

test("Engine.IO 3 works too", async ({ page, visit }) => {
  await visit("/?protocol=3");
  await page.getByRole("textbox", { name: "Message" }).fill("in the old tongue");
  await page.keyboard.press("Enter");
  await expect(page.locator("#messages .mine:not(.waits)").filter({ hasText: "in the old tongue" })).toHaveCount(1);
});

for (const inband of ["no", "yes"]) {
  test(`a token is renewed, on the same connection: ${inband}`, { tag: "@waits" }, async ({ page, visit }) => {
    await visit(`/?life=10&inband=${inband}`);
    await expect.poll(() => journal(page).then((all) => all.filter((kind) => kind === "authenticated").length), patient).toBeGreaterThan(1);
    await expect(page.locator("#strip")).toContainText("renewed");
    await state(page, "authenticated");
    const all = await journal(page);
    expect(all).not.toContain("disconnected");
    const connections = () => journal(page).then((all) => all.filter((kind) => kind === "s:connected").length);
    if (inband === "no") await expect.poll(connections).toBeGreaterThan(1);
    else expect(await connections()).toBeLessThanOrEqual(1);
  });
}

test("a session whose token expires leads to the login page, and a login back to the page", { tag: "@waits" }, async ({ page, visit }) => {
  await visit("/?room=design&life=10&renew=no");
  await page.getByRole("textbox", { name: "Message" }).fill("half a sentence");
  await expect(page).toHaveURL(/\/login\?why=expired&returnTo=/, patient);
  await expect(page.getByRole("status")).toContainText("the token has expired");
  await signIn(page);
  await state(page, "authenticated");
  await expect(page.getByRole("link", { name: "Design" })).toHaveAttribute("aria-current", "page");
  await expect(page.getByRole("textbox", { name: "Message" })).toHaveValue("half a sentence");
  await expect.poll(() => journal(page)).toContain("back");
  const all = await entries(page);
  const refused = all.findIndex((e) => e.kind === "refused");
  expect(all[refused].reason).toBe("expired");
  expect(all.findIndex((e) => e.kind === "leaving")).toBeGreaterThan(refused);
});

test("what somebody has not sent is not shown to the next person at this tab", async ({ page, visit }) => {
  const message = page.getByRole("textbox", { name: "Message" });
  await visit("/?via=query");
  await message.fill("of Ada's alone");
  await page.getByRole("button", { name: "End it on the server" }).click();
  await signIn(page, "Grace");
  await state(page, "authenticated");
  await expect(page.locator("#who")).toHaveText("Grace");
  await expect(message).toHaveValue("");

  await message.fill("of Grace's alone");
  await page.getByRole("button", { name: "Sign out" }).click();
  await expect(page).toHaveURL(/why=out/);
  expect(await page.evaluate(() => JSON.stringify(sessionStorage))).not.toContain("of Grace's alone");
});

test("a name and a message from right to left turn nothing around that stands beside them", async ({ page, visit, browser, site }) => {
  await visit("/?room=support");
  const other = await browser.newPage();
  await other.goto(site + "/?room=support");
  await signIn(other, "\u05e9\u05dc\u05d5\u05dd");
  await state(other, "authenticated");
  await other.getByRole("textbox", { name: "Message" }).fill("\u05e9\u05dc\u05d5\u05dd.");
  await other.keyboard.press("Enter");
  const said = other.locator("#messages .mine").last();
  await expect(said.locator("small")).toBeVisible();
  const places = await said.evaluate((li) => {
    const left = (node, from, to) => {
      const range = document.createRange();
      range.setStart(node, from);
      range.setEnd(node, to);
      return range.getBoundingClientRect().left;
    };
    const text = li.lastChild.firstChild;
    return { name: left(li.querySelector("b").firstChild, 0, 1), time: left(li.querySelector("time").firstChild, 0, 1), word: left(text, 0, 1), stop: left(text, 4, 5) };
  });
  expect(places.name).toBeLessThan(places.time); // the name comes first, and the time is no part of it
  expect(places.stop).toBeLessThan(places.word); // a sentence from right to left ends on its left
  await expect(page.locator("#people bdi")).toHaveText("\u05e9\u05dc\u05d5\u05dd");
  await expect(other.locator("#state-says bdi")).toHaveText("\u05e9\u05dc\u05d5\u05dd");
  await other.close();
});

test("a name of nothing but spaces is refused by the login page itself", async ({ page, site }) => {
  await page.goto(site + "/login");
  await signIn(page, "   ");
  expect(await page.getByLabel("Name").evaluate((field) => field.validity.patternMismatch)).toBe(true);
  await expect(page.getByRole("heading", { name: "Sign in" })).toBeVisible();
  await signIn(page, " Ada ");
  await state(page, "authenticated");
});

test("a session that the server ends leads to the login page", async ({ page, visit }) => {
  await visit("/?via=query");
  await page.getByRole("button", { name: "End it on the server" }).click();
  await expect(page).toHaveURL(/\/login\?why=missing&returnTo=/, patient);
});

test("two users in a room get each other's messages, whichever way their tokens travel", async ({ browser, page, visit, site }) => {
  await visit("/?room=support&via=auth");
  const other = await browser.newPage();
  await other.goto(site + "/?room=support&via=event");
  await signIn(other, "Grace");
  await expect(page.locator("#people")).toHaveText("You and Grace", patient);
  await other.getByRole("textbox", { name: "Message" }).fill("anybody there?");
  await other.keyboard.press("Enter");
  await expect(page.locator("#messages li").filter({ hasText: "anybody there?" })).toHaveCount(1);
  await other.close();
});

test("the first screen shows the script's size, and the page loads no other script of the client", async ({ page, visit }) => {
  const loaded = [];
  page.on("response", (response) => response.url().includes("/socketio-jwt/") && loaded.push(response));
  await visit("/");
  expect([...new Set(loaded.map((response) => new URL(response.url()).pathname))]).toEqual(["/socketio-jwt/index.js"]); // by the login page, and again
  const { encoded, decoded } = await page.evaluate(() => {
    const [{ encodedBodySize, decodedBodySize }] = performance.getEntriesByName(location.origin + "/socketio-jwt/index.js");
    return { encoded: encodedBodySize, decoded: decodedBodySize };
  });
  expect(encoded).toBeGreaterThan(30_000);
  expect(encoded).toBeLessThan(decoded);
  await expect(page.locator("#loads")).toHaveText(`The whole client, Go included, is one script: ${Math.round(encoded / 1000)} KB compressed.`);
});

/** Copies the report. Gives what the button says of that, which it does for two seconds. */
async function copied(page) {
  const button = page.getByRole("button", { name: "Copy report" });
  await button.evaluate((button) => void (window.says = new Promise((done) => new MutationObserver(() => done(button.textContent)).observe(button, { childList: true }))));
  await button.click();
  return page.evaluate(() => says);
}

test("the timeline is made of the events that the report has, in the same order", async ({ page, context, visit }) => {
  await context.grantPermissions(["clipboard-read", "clipboard-write"]);
  await visit("/?via=query");
  expect(await copied(page)).toBe("Copied");
  const report = JSON.parse(await page.evaluate(() => navigator.clipboard.readText()));
  expect(report.map((e) => e.name)).toEqual(["connect", "ask", "token", "connected", "authenticated"]);
  expect(JSON.stringify(report)).not.toMatch(TOKEN);
  const own = ["load", "loaded", "upgraded"];
  const drawn = (await entries(page)).filter((e) => e.lane === "page" && !own.includes(e.kind));
  expect(drawn.map((e) => [e.t, e.kind])).toEqual(report.map((e) => [e.at, e.name]));
  await page.getByRole("button", { name: "As a list" }).click();
  await expect(page.locator("#log li.page").first()).toContainText(/The token was accepted|moved to WebSocket/);
});

test("without a clipboard, the copy button says so", async ({ page, visit }) => {
  await page.addInitScript(() => Object.defineProperty(navigator, "clipboard", { value: undefined }));
  await visit("/");
  expect(await copied(page)).toBe("No clipboard here");
});

/** What the page shows of the snapshot. */
const snapshot = async (page) => JSON.parse(await page.locator("#snapshot").textContent());

test("the state is that of the snapshot: authenticated, waiting for a token, refused", async ({ page, visit }) => {
  await visit("/");
  expect(await snapshot(page)).toMatchObject({ status: "authenticated", claims: { name: "Ada" }, attempt: 0, refreshed: false });
  await expect(page.locator("#state-says")).toContainText("As Ada, by event");

  await page.route("**/api/token", (route) => route.fulfill({ status: 429 }));
  await page.locator("[name=via][value=auth]").locator("..").click();
  await state(page, "waiting");
  await expect(page.locator("#state-says")).toContainText("No token could be had.");
  await expect.poll(() => snapshot(page)).toMatchObject({ status: "waiting", error: { name: "UnauthorizedError", reason: "unavailable" } });
  await expect(page.getByRole("button", { name: "Renew now" })).toBeDisabled();
  await page.unroute("**/api/token");
  await state(page, "authenticated");
  expect(await journal(page)).toEqual(expect.arrayContaining(["disconnect", "token_failed"]));

  await page.getByRole("button", { name: "Malformed" }).click();
  await state(page, "refused");
  expect(await snapshot(page)).toMatchObject({ status: "refused", error: { reason: "invalid", message: "jwt malformed" } });
});

test("a lost connection: the page says when the next attempt comes, and sends what was written meanwhile", async ({ page, visit }) => {
  await visit("/?transport=polling");
  await page.route("**/socket.io/**", (route) => route.abort());
  await page.getByRole("textbox", { name: "Message" }).fill("into the dark");
  await page.keyboard.press("Enter");
  await state(page, "waiting");
  await expect(page.locator("#state-says")).toHaveText(/Attempt \d+ in \d+ s\.$/);
  await expect(page.locator("#state-says")).toContainText("There is no connection: “xhr poll error”.");
  await expect.poll(() => snapshot(page)).toMatchObject({ claims: { name: "Ada" }, error: { message: "xhr poll error" } });
  await page.unroute("**/socket.io/**");
  await state(page, "authenticated");
  await expect(page.locator("#messages .mine").filter({ hasText: "into the dark" })).toHaveCount(1);
  expect(await journal(page)).toEqual(expect.arrayContaining(["disconnected", "wait", "attempt", "connect_error"]));
  await expect(page.locator("#strip")).toContainText("Disconnected: transport error.");
});

test("the journal's list has a sentence for each event of the library", async () => {
  // As text: no package.json beside it says what kind of module it is, and Node may guess wrong.
  const { sentence } = await import("data:text/javascript," + encodeURIComponent(readFileSync(root + "example-site/web/words.js", "utf8")));
  const types = readFileSync(root + "js/types/index.d.ts", "utf8");
  const [, text] = types.match(/interface TraceEvent \{.*?(`connect`.*?)\*\//s);
  const names = [...text.matchAll(/`(\w+)`/g)].map(([, name]) => name);
  expect(names.length).toBeGreaterThan(15);
  for (const kind of names) expect(sentence({ lane: "page", kind, t: 1, nextAttemptAt: 2000 }), kind).toMatch(/^[A-Z].*\.$/);
});

test("every control can be reached by keyboard", async ({ page, site }) => {
  await page.goto(site);
  await expect(page.getByLabel("Name")).toBeFocused();
  await page.keyboard.type("Ada");
  await page.keyboard.press("Enter");
  await state(page, "authenticated");
  const reached = [];
  for (let i = 0; i < 30; i++) {
    await page.keyboard.press("Tab");
    reached.push(
      await page.evaluate(() => {
        const e = document.activeElement;
        const { outlineStyle, outlineWidth } = getComputedStyle(e.type === "radio" ? e.nextElementSibling : e);
        const seen = e.type === "range" || (outlineStyle !== "none" && outlineWidth !== "0px");
        return `${e.id || e.name || e.dataset.bad || e.textContent.trim().slice(0, 20)}${seen ? "" : " UNSEEN"}`;
      }),
    );
  }
  expect(reached.filter((one) => one.endsWith("UNSEEN") && !one.startsWith("Skip"))).toEqual([]);
  for (const one of ["strip", "as-list", "report", "text", "via", "life-range", "renew", "renew-now", "malformed", "forged", "end"]) expect(reached).toContain(one);
  await page.locator("#life-range").focus();
  await page.keyboard.press("End");
  await expect(page.locator("#life-says")).toHaveText("1 hour");
  await expect(page.locator("#digits")).toHaveText(/^(60:00|59:\d\d)$/);
});

for (const colorScheme of ["light", "dark"]) {
  test(`no element is wider than a screen of 360 px, ${colorScheme}`, async ({ page, visit }) => {
    await page.emulateMedia({ colorScheme });
    await page.setViewportSize({ width: 360, height: 740 });
    await visit("/?via=header");
    await expect.poll(() => page.evaluate(() => document.documentElement.scrollWidth)).toBe(360);
    await page.getByText("The code for this").click();
    await page.getByText("Protocol and transport").click();
    await page.getByRole("button", { name: "As a list" }).click();
    await expect.poll(() => page.evaluate(() => document.documentElement.scrollWidth)).toBe(360);
    await expect(page.locator("#log li").first()).toBeVisible();
  });
}
