// What every spec starts from: a host for servers, servers that stop with their test, and pages with the built package.
import { expect, test as base } from "@playwright/test";
import { startGo } from "../servers/go.mjs";
import { Host } from "../servers/index.mjs";
import { TOKEN } from "./site.js";
import { furnished, workers } from "./workers.js";

export { expect };
export { scripts } from "./workers.js";
export { tokens, token } from "./tokens.mjs";

/** Not errors of the page's: what Firefox writes into the console of connections that fail comes here as such. */
const FIREFOX_SAYS = /^(Firefox can’t establish a connection to the server at|The connection to wss?:.* was interrupted while the page was loading|The Same Origin Policy disallows reading the remote resource at) ?/;

export const test = base.extend(workers).extend({
  /** Whether a test has a browser context of its own. In most of them every server, and so every origin, is new: they
   * share their worker's context, and the machine has no new process and no new compilation of the WASM for each. */
  alone: [false, { option: true }],

  context: async ({ alone, browser, minting, shared }, use) => {
    if (alone) {
      const context = await furnished(browser, minting);
      await use(context);
      return context.close();
    }
    const { context, keeper } = await shared();
    await use(context);
    await Promise.all(context.pages().map((page) => page === keeper || page.close()));
  },

  /**
   * server(config): a server that stops with the test: real.mjs, or fake.mjs with `fake: true`, or ours in Go with
   * `io: "go"`. `alone: true` gives it a process that it may take down.
   */
  server: async ({ host, pages }, use) => {
    const stops = [];
    await use(async ({ alone, fake, ...config }) => {
      if (config.io === "go") {
        const server = await startGo(config, pages);
        stops.push(() => server.stop());
        return server;
      }
      let home = host;
      if (alone) {
        home = new Host();
        stops.push(() => home.stop());
      }
      const server = await (fake ? home.fake(config) : home.real(config));
      if (!alone) stops.push(() => server.stop());
      return server;
    });
    await Promise.all(stops.map((stop) => stop()));
  },

  /** Errors that reach the page's window. A test that expects one takes it out; what is left at the end is a failure. */
  errors: async ({}, use) => {
    const errors = [];
    await use(errors);
    expect(errors, "errors that nobody caught").toEqual([]);
  },

  /** open(server, path): a page of that server's origin with the library in it. No page may ever log a token. */
  open: async ({ context, errors }, use, testInfo) => {
    const opened = [];
    const logged = [];
    const log = (message) => logged.push(message.text());
    context.on("console", log);
    await use(async (server, path = "/script") => {
      const page = await context.newPage();
      opened.push(page);
      page.on("pageerror", ({ message }) => FIREFOX_SAYS.test(message) || errors.push(message));
      await page.goto(server.url + path);
      if (path !== "/" && path !== "/login") await page.waitForFunction(() => window.ready);
      return page;
    });
    context.off("console", log);
    if (testInfo.status !== testInfo.expectedStatus) await tellSessions(opened, testInfo);
    for (const text of [...logged, ...errors]) expect(text).not.toMatch(TOKEN);
  },
});

/** Tests of whole sites: the browser is a visitor's, with nothing of the tests' in its pages. */
export const visitors = test.extend({
  context: async ({ browser }, use) => {
    const context = await browser.newContext();
    await use(context);
    await context.close();
  },
});

/** Prints the last events of all sockets of a failed test's pages, in the order in which they happened. */
async function tellSessions(pages, { title }) {
  for (const page of pages.filter((page) => !page.isClosed())) {
    const events = page.evaluate(() => kit.sockets.flatMap(({ socket }, i) => socket.inspect().map(({ at, ...event }) => ({ at, socket: i, ...event }))));
    // A page that is being left, or runs a loop, has no answer.
    const told = await Promise.race([events, new Promise((late) => setTimeout(late, 2_000, []))]).catch(() => []);
    if (!told.length) continue;
    told.sort((a, b) => a.at - b.at);
    console.log([`\n${title}: what its page's sockets went through, ms`, ...told.map(({ at, ...event }) => `${at - told[0].at} ${JSON.stringify(event)}`)].join("\n  "));
  }
}

/** The story of a page's first socket, by names. */
export const story = (page) => page.evaluate(() => kit.sockets[0].story());

/** Waits for an entry in the story of a page's socket. */
export const told = (page, what, n = 1, socket = 0) => page.evaluate(([what, n, socket]) => kit.sockets[socket].until(what, n), [what, n, socket]);

/** Connects in the page. */
export const connect = (page, url, options) => page.evaluate(([url, options]) => void kit.connect(url, options), [url, options]);
