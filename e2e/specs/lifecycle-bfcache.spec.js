// The back/forward cache itself, in a browser of its own: Playwright turns it off, and the headless shell has none.
import { readFileSync } from "node:fs";
import { chromium } from "@playwright/test";
import { wholeChromium } from "../lib/browser.js";
import { expect, test, token, wait } from "../lib/lifecycle.js";
import { RawContext } from "../lib/raw.js";

const kit = readFileSync(new URL("../lib/kit.js", import.meta.url), "utf8");

test("a page in the back/forward cache is silent, and has a new session with a new token when it is shown again", async ({ server, launchOptions }) => {
  const s = await server({ io: "4", mode: "handshake" });
  const browser = await chromium.launch({ ...launchOptions, executablePath: wholeChromium, ignoreDefaultArgs: ["--disable-back-forward-cache"] });
  try {
    const context = await RawContext.open(browser);
    const page = await context.page(s.url + "/script?keep", [kit]);
    await page.evaluate(
      async ([url, tokens]) => {
        while (!window.ready) await new Promise((done) => setTimeout(done, 10));
        window.causes = {};
        window.shown = new Promise((done) => addEventListener("pageshow", (e) => done(e.persisted)));
        for (const transport in tokens) {
          const asked = (causes[transport] = []);
          const client = kit.connect(url, { via: "query", transports: [transport], forceNew: true, reconnectionDelay: 20, token: ({ cause }) => tokens[transport][asked.push(cause) - 1] });
          await client.until("onAuthenticated");
        }
      },
      [s.url, Object.fromEntries(["polling", "websocket"].map((transport) => [transport, ["first", "second"].map((visit) => token({ jti: `${visit} ${transport}` }))]))],
    );
    await page.goto(s.url + "/");
    await s.count("disconnect", 2);
    await s.all();
    const requests = s.of("request").length;
    await wait(300); // fifteen times the reconnectionDelay
    await s.all();
    expect(s.of("request").length, "it polls nobody").toBe(requests);
    const shown = page.until("Page.frameNavigated");
    await page.evaluate(() => void setTimeout(() => history.back()));
    await shown;
    const lived = await page.evaluate(async () => {
      const persisted = await window.shown;
      const stories = [];
      for (const client of kit.sockets) {
        await client.until("onAuthenticated", 2);
        stories.push({ story: client.story(), why: await client.until("disconnect"), echo: await client.socket.emitWithAck("echo", "back") });
      }
      return { persisted, causes: window.causes, stories };
    });
    const story = { story: ["connect", "onAuthenticated", "disconnect", "connect", "onAuthenticated"], why: "transport close", echo: "back" };
    const asked = ["connect", "reconnect"];
    expect(lived).toEqual({ persisted: true, causes: { polling: asked, websocket: asked }, stories: [story, story] });
    await s.all();
    expect(s.of("ready").map((o) => o.decoded.jti).sort()).toEqual(["first polling", "first websocket", "second polling", "second websocket"]);
    expect(page.console).toEqual([]);
    await context.close();
  } finally {
    await browser.close();
  }
});
