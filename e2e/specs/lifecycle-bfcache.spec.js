// The back/forward cache itself, in a browser of its own: Playwright turns it off, and the headless shell has none.
import { readFileSync } from "node:fs";
import { chromium } from "@playwright/test";
import { wholeChromium } from "../lib/browser.js";
import { expect, test, token, wait } from "../lib/lifecycle.js";
import { RawContext } from "../lib/raw.js";

const kit = readFileSync(new URL("../lib/kit.js", import.meta.url), "utf8");

test("a page that comes back from the cache is the same page, silent meanwhile, with a session and a token of its own again", async ({ server, launchOptions }) => {
  const s = await server({ io: "4", mode: "handshake" });
  const browser = await chromium.launch({ ...launchOptions, executablePath: wholeChromium, ignoreDefaultArgs: ["--disable-back-forward-cache"] });
  try {
    const context = await RawContext.open(browser);
    const page = await context.page(s.url + "/script?keep", [kit]);
    await page.evaluate(
      async ([url, tokens]) => {
        while (!window.ready) await new Promise((done) => setTimeout(done, 10));
        const causes = (window.causes = []);
        window.shown = new Promise((done) => addEventListener("pageshow", (e) => done(e.persisted)));
        const client = kit.connect(url, { via: "query", transports: ["polling"], reconnectionDelay: 20, token: ({ cause }) => tokens[causes.push(cause) - 1] });
        await client.until("onAuthenticated");
      },
      [s.url, ["first", "second"].map((jti) => token({ jti }))],
    );
    await page.goto(s.url + "/");
    await s.until("disconnect");
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
      const [client] = kit.sockets;
      await client.until("onAuthenticated", 2);
      return { persisted, causes: window.causes, story: client.story(), echo: await client.socket.emitWithAck("echo", "back") };
    });
    expect(lived).toEqual({ persisted: true, causes: ["connect", "reconnect"], story: ["connect", "onAuthenticated", "disconnect", "connect", "onAuthenticated"], echo: "back" });
    await s.all();
    expect(s.of("ready").map((o) => o.decoded.jti)).toEqual(["first", "second"]);
    expect(page.console).toEqual([]);
    await context.close();
  } finally {
    await browser.close();
  }
});
