// What a worker makes once, for all of its tests: each when a test first asks for it. It is all declared here, and every spec
// has it: the test runner starts another worker, with another browser and other servers, for a spec that has more of this kind.
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { buildGo } from "../adapters/go.mjs";
import { install, pack } from "../fixtures/pack.mjs";
import { Host } from "../servers/index.mjs";
import { buildSite, startSite } from "./site.js";

/** What runs in every page before its own scripts. */
export const scripts = ["kit.js", "sessions.js"].map((name) => readFileSync(new URL(name, import.meta.url), "utf8"));

export const workers = {
  /** What `mint` in a page calls, see lifecycle.js: `minting.now`, while a test runs. */
  minting: [async ({}, use) => use({}), { scope: "worker" }],

  /** The shared context, made when it is first asked for. One page stays in it, and with it the compiled WASM. */
  shared: [
    async ({ browser, pages, minting }, use) => {
      let made;
      const make = async () => {
        const context = await furnished(browser, minting);
        const keeper = await context.newPage();
        await keeper.goto(pages + "/script");
        await keeper.evaluate(() => lib.load());
        return { context, keeper };
      };
      await use(() => (made ??= make()));
      await (await made)?.context.close();
    },
    { scope: "worker" },
  ],

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

  /** app(files): a directory with these files and the packed package installed. `app.files`: what npm has packed. */
  app: [
    async ({}, use) => {
      const home = mkdtempSync(join(tmpdir(), "socketio-jwt-"));
      const { packed, files } = await pack(home);
      await install(packed, home);
      let n = 0;
      const app = (sources) => {
        const dir = join(home, `app${++n}`);
        mkdirSync(dir);
        cpSync(join(home, "node_modules"), join(dir, "node_modules"), { recursive: true });
        for (const [name, text] of Object.entries({ "package.json": '{"private":true,"type":"module"}', ...sources })) {
          mkdirSync(dirname(join(dir, name)), { recursive: true });
          writeFileSync(join(dir, name), text);
        }
        return dir;
      };
      await use(Object.assign(app, { files }));
      rmSync(home, { recursive: true });
    },
    { scope: "worker" },
  ],

  /** The program of Go programs' adapter, see adapters/godriver. */
  godriver: [async ({}, use, { parallelIndex }) => use(buildGo(parallelIndex)), { scope: "worker", timeout: 120_000 }],

  /** The address of an example site of this worker's own. */
  site: [
    async ({}, use, { parallelIndex }) => {
      const { address, stop } = await startSite(buildSite(parallelIndex));
      await use(address);
      await stop();
    },
    { scope: "worker", timeout: 120_000 },
  ],
};

/** A browser context whose pages have the scripts and `mint`. */
export async function furnished(browser, minting) {
  const context = await browser.newContext();
  await context.exposeFunction("mint", (...args) => minting.now(...args));
  for (const script of scripts) await context.addInitScript(script);
  return context;
}
