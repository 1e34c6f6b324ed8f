// What every spec starts from: a host for servers, servers that stop with their test, and pages with the built package.
import { readFileSync } from "node:fs";
import { expect, test as base } from "@playwright/test";
import { startGo } from "../servers/go.mjs";
import { Host } from "../servers/index.mjs";

export { expect };
export { tokens, token } from "./tokens.mjs";

const kit = readFileSync(new URL("kit.js", import.meta.url), "utf8");
/** What a token looks like in a log: the two parts that every JWT of ours begins with. */
const TOKEN = /eyJ[\w-]{8,}\.eyJ[\w-]{4,}/;

export const test = base.extend({
  host: [
    async ({}, use) => {
      const host = new Host();
      await use(host);
      await host.stop();
    },
    { scope: "worker" },
  ],

  /** The address of a server that has nothing but pages. */
  pages: [
    async ({ host }, use) => {
      const server = await host.real({ io: "4", mode: "plain" });
      await use(server.url);
    },
    { scope: "worker" },
  ],

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
  open: async ({ context, errors }, use) => {
    const logged = [];
    context.on("console", (message) => logged.push(message.text()));
    await context.addInitScript(kit);
    await use(async (server, path = "/script") => {
      const page = await context.newPage();
      page.on("pageerror", (error) => errors.push(error.message));
      await page.goto(server.url + path);
      if (path !== "/" && path !== "/login") await page.waitForFunction(() => window.ready);
      return page;
    });
    for (const text of [...logged, ...errors]) expect(text).not.toMatch(TOKEN);
  },
});

/** The story of a page's first socket, by names. */
export const story = (page) => page.evaluate(() => kit.sockets[0].story());

/** Waits for an entry in the story of a page's socket. */
export const told = (page, what, n = 1, socket = 0) => page.evaluate(([what, n, socket]) => kit.sockets[socket].until(what, n), [what, n, socket]);

/** Connects in the page. */
export const connect = (page, url, options) => page.evaluate(([url, options]) => void kit.connect(url, options), [url, options]);
