// The example's page in Go: client/zishang compiled to js/wasm, in a browser, against the example's server.
import { execFileSync } from "node:child_process";
import { root } from "../fixtures/pack.mjs";
import { expect, visitors } from "../lib/test.js";

const test = visitors.extend({
  /** visit(query): signed in, and there. Tells what has been on the wire; no token may be written anywhere. */
  visit: async ({ page, site }, use) => {
    const written = [];
    page.on("console", (m) => written.push(m.text()));
    page.on("pageerror", (e) => written.push(`uncaught: ${e.message}`));
    const wire = { polls: 0, sockets: 0 };
    page.on("request", (r) => (wire.polls += /transport=polling/.test(r.url())));
    page.on("websocket", () => wire.sockets++);
    await use(async (query) => {
      await page.goto(`${site}/go?${query}`);
      await page.getByLabel("Name").fill("Ada");
      await page.getByRole("button", { name: "Sign in" }).click();
      return wire;
    });
    expect(written.join("\n")).not.toMatch(/uncaught|panic|released function|eyJ[\w-]{8,}\.eyJ/);
  },
});

test.describe.configure({ mode: "default" }); // one worker: one build

// The site builds the program when its page is asked for. That takes longer than a test has time; then little is left.
test.beforeAll(() => execFileSync("make", ["--no-print-directory", "gopage"], { cwd: root, stdio: ["ignore", "ignore", "inherit"] }));

// Megabytes of Go compile for a second or two, once for each page.
const patient = { timeout: 20_000 };
const state = (page, name) => expect(page.locator("#state")).toHaveAttribute("data-state", name, patient);
const log = (page, text) => expect(page.locator("#log")).toContainText(text, patient);

const asks = async (page) => {
  await page.getByRole("button", { name: "Ask who is there" }).click();
  await expect(page.locator("#answer")).toHaveText(/In General: .*Ada.*, and \d+ messages/);
};

test("WebSocket alone, the token by event", async ({ page, visit }) => {
  const wire = await visit("via=event&transport=websocket");
  await state(page, "authenticated");
  await asks(page);
  expect(wire).toEqual({ polls: 0, sockets: 1 });
});

test("polling alone, the token by header; renewed by hand", async ({ page, visit }) => {
  const wire = await visit("via=header&transport=polling");
  await state(page, "authenticated");
  await asks(page);
  await page.getByRole("button", { name: "Renew now" }).click();
  await log(page, "Renewed");
  await asks(page);
  await state(page, "authenticated");
  await expect(page.locator("#log")).not.toContainText("Disconnected");
  expect(wire.sockets).toBe(0);
});

test("polling, then WebSocket, the token in CONNECT; renewed before it expires", async ({ page, visit }) => {
  const wire = await visit("via=auth&transport=both&life=10");
  await state(page, "authenticated");
  await expect.poll(() => wire.sockets).toBe(1);
  await asks(page);
  expect(wire.polls).toBeGreaterThan(1);
  await log(page, "Renewed");
  await asks(page);
});

test("a malformed token by event is refused", async ({ page, visit }) => {
  await visit("via=event&kind=malformed");
  await state(page, "refused");
  await expect(page.locator("#state-says")).toContainText("jwt malformed");
  await log(page, "cause: unauthorized"); // asked once more before anybody heard of it
});

test("the page says that the server builds the program, and why it could not", async ({ page, visit }) => {
  let fail;
  const failed = new Promise((done) => (fail = done));
  await page.route("**/api/gopage", (route) => route.fulfill({ json: { state: "building" } }));
  await page.route("**/api/gopage?wait", async (route) => {
    await failed;
    await route.fulfill({ json: { state: "failed", message: "go build: no space left" } });
  });
  await visit("via=event");
  await expect(page.locator("#state-word")).toHaveText("Building");
  await expect(page.locator("#state-says")).toContainText("The first time");
  fail();
  await state(page, "broken");
  await expect(page.locator("#state-says")).toContainText("go build: no space left");
});

test("exceptions of the browser's WebSocket and fetch do not end the program", async ({ page, visit }) => {
  await page.addInitScript(() => {
    window.WebSocket = class {
      constructor() {
        throw new DOMException("no", "SecurityError");
      }
    };
    const { fetch } = window;
    let first = true;
    window.fetch = (url, ...rest) => {
      if (!first || !String(url).includes("transport=polling")) return fetch(url, ...rest);
      first = false;
      throw new Error("patched");
    };
  });
  const wire = await visit("via=query&transport=both");
  await state(page, "authenticated"); // at the second try, and polling still
  await asks(page);
  expect(wire.sockets).toBe(0);
});
