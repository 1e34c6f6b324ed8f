// The packed package's entries for frameworks: an app for each in e2e/fixtures/frameworks, all of them built by one run of
// Vite and served by one development server, at a real server behind the same origin.
import { cpSync, mkdirSync, readFileSync, readdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { svelte } from "@sveltejs/vite-plugin-svelte";
import vue from "@vitejs/plugin-vue";
import * as vite from "vite";
import solid from "vite-plugin-solid";
import { expect, root, test as base, token } from "../lib/app.js";
import { startOrigin } from "../lib/origin.js";

const fixtures = join(root, "e2e/fixtures/frameworks");
const modules = join(root, "e2e/node_modules");
const { peerDependencies } = JSON.parse(readFileSync(join(root, "js/package.json")));

/**
 * The frameworks, by their entry: more pages than index.html, and packages that an app has beside the peer dependencies.
 * Angular's components are compiled in the page: its command line, which does that at build time, takes longer than all of this.
 */
const frameworks = {
  react: { title: "React", pages: ["scenarios"], packages: ["react-dom"] },
  vue: { title: "Vue", pages: ["room"] },
  svelte: { title: "Svelte", pages: ["room"] },
  solid: { title: "Solid", pages: ["room", "hydrated"] },
  preact: { title: "Preact", pages: ["hydrated"], packages: ["preact-render-to-string"] },
  angular: { title: "Angular", pages: ["room"], packages: ["@angular/common", "@angular/compiler", "@angular/platform-browser", "rxjs"] },
};
const pages = Object.entries(frameworks).flatMap(([name, { pages = [] }]) => ["index", ...pages].map((page) => `${name}/${page}.html`));

/** Chromium's word for a WebSocket that a page no longer wants, as when it disconnects during the upgrade. No error of the page's. */
const UNWANTED = /WebSocket is closed before the connection is established/;

const test = base.extend({
  /**
   * visit(mode, path): a page of an app, "development" or "production", at a real server.
   * { page, chat: the server, asked(): how often a token was asked for }. What a page logs as an error or a warning fails.
   */
  visit: async ({ serve, server, context, errors }, use) => {
    const origins = [];
    await use(async (mode, path) => {
      const chat = await server({ io: "4", mode: "handshake" });
      const port = mode === "production" ? Number(new URL(await serve(apps.built)).port) : apps.dev.httpServer.address().port;
      let asked = 0;
      const origin = await startOrigin({ app: port, chat: chat.port, token: () => (asked++, token()) });
      origins.push(origin);
      const page = await context.newPage();
      page.on("pageerror", (error) => errors.push(error.message));
      page.on("console", (message) => ["error", "warning"].includes(message.type()) && !UNWANTED.test(message.text()) && errors.push(message.text()));
      await page.goto(origin.url + path);
      return { page, chat, asked: () => asked };
    });
    for (const origin of origins) await origin.stop();
  },
});

function link(dir, name) {
  if (name.startsWith("@")) mkdirSync(join(dir, "node_modules", name.split("/")[0]), { recursive: true });
  symlinkSync(join(modules, name), join(dir, "node_modules", name));
}

// One pack, one build and one development server serve the whole file.
test.describe.configure({ mode: "default" });

const { NODE_ENV } = process.env;
/** The apps, in a folder with the packed package and the frameworks. { dir, dev: Vite's server, built: the folder of its build } */
let apps;
test.beforeAll(async ({ app }) => {
  const dir = app({});
  cpSync(fixtures, dir, { recursive: true });
  for (const name of [...Object.keys(peerDependencies), ...Object.values(frameworks).flatMap(({ packages = [] }) => packages)]) link(dir, name);
  const plugins = () => [vue(), svelte({ configFile: false }), solid({ include: join(dir, "solid/*.jsx"), ssr: true })];
  const config = { configFile: false, root: dir, logLevel: "error", clearScreen: false };
  // The build is to be one for production, and the server one for development: Vite takes what it finds here for both.
  process.env.NODE_ENV = "production";
  await vite.build({ ...config, plugins: plugins(), build: { rolldownOptions: { input: pages.map((page) => join(dir, page)) } } });
  process.env.NODE_ENV = "development";
  const dev = await vite.createServer({ ...config, plugins: plugins(), cacheDir: join(dir, "cache"), optimizeDeps: { entries: pages }, server: { host: "localhost", port: 0, hmr: false, watch: null, fs: { strict: false } } });
  await dev.listen();
  apps = { dir, dev, built: join(dir, "dist") };
});
test.afterAll(async () => {
  await apps?.dev.close();
  if (NODE_ENV === undefined) delete process.env.NODE_ENV;
  else process.env.NODE_ENV = NODE_ENV;
});

for (const [name, { title }] of Object.entries(frameworks))
  for (const mode of ["development", "production"])
    test(`${title}, ${mode}: two components have one connection and one token, which end with the last of them`, async ({ visit }) => {
      const { page, chat, asked } = await visit(mode, `/${name}/`);
      await expect(page.locator("#status")).toHaveText("ada");
      for (const n of [1, 2]) {
        await page.locator("#say").click();
        await expect(page.locator("#messages li")).toHaveCount(n);
      }
      await chat.all();
      expect([asked(), chat.of("connection").length, chat.of("disconnect").length]).toEqual([1, 1, 0]);

      await page.locator("#toggle").click();
      await chat.count("disconnect", 1);
      await page.locator("#toggle").click();
      await expect(page.locator("#status")).toHaveText("ada");
      await page.locator("#say").click();
      await expect(page.locator("#messages li")).toHaveCount(1);
      await chat.all();
      expect([asked(), chat.of("connection").length, chat.of("disconnect").length]).toEqual([2, 2, 1]);
    });

/** The page shows a room in which its user is; in another one the old connection ends. */
async function changesRoom({ page, chat }) {
  await expect(page.locator("#room")).toHaveText("red");
  await page.locator("#blue").click();
  await expect(page.locator("#room")).toHaveText("blue");
  await chat.count("disconnect", 1);
  await chat.all();
  const red = chat.of("connection").find(({ tag }) => tag === "red");
  expect(chat.of("connection").map(({ tag }) => tag)).toEqual(["red", "blue"]);
  expect(chat.of("disconnect").map(({ id }) => id)).toEqual([red.id]);
}

for (const name of ["vue", "svelte", "solid", "angular"])
  test(`${frameworks[name].title}: a change of a prop replaces the socket`, async ({ visit }) => {
    await changesRoom(await visit("production", `/${name}/room.html`));
  });

for (const name of ["vue", "svelte", "solid", "angular"])
  test(`${frameworks[name].title}: a prop for which the function throws leaves no socket until the next prop`, async ({ visit, errors }) => {
    const { page, chat } = await visit("production", `/${name}/room.html`);
    await expect(page.locator("#room")).toHaveText("red");
    await page.locator("#none").click();
    await chat.count("disconnect", 1);
    await expect(page.locator("#socket")).toHaveText("no socket");
    expect(errors.splice(0).join()).toContain("no such room");
    await page.locator("#blue").click();
    await expect(page.locator("#room")).toHaveText("blue");
    await expect(page.locator("#socket")).toHaveText("a socket");
  });

test("an edit of a module while the page is open replaces its connection, by hot reload", async ({ app, server, context, errors }) => {
  const dir = app({
    "index.html": '<div id="app"></div><script type="module" src="/main.js"></script>',
    "main.js": 'import { createApp } from "vue"; import Page from "./Page.vue"; createApp(Page).mount("#app");',
    "Page.vue": `<script setup>
      import Status from "./vue/Status.vue";
      import { useSession } from "socketio-jwt-wasm/vue";
      import { socket } from "./hot.js";
      const session = useSession(socket);
    </script>
    <template><Status /><p id="hot">{{ session.claims?.sub ?? session.status }}</p></template>`,
  });
  cpSync(fixtures, dir, { recursive: true });
  link(dir, "vue");
  const dev = await vite.createServer({ configFile: false, root: dir, logLevel: "error", clearScreen: false, plugins: [vue()], cacheDir: join(dir, "cache"), optimizeDeps: { entries: "index.html" }, server: { host: "localhost", port: 0, fs: { strict: false } } });
  await dev.listen();
  const chat = await server({ io: "4", mode: "handshake" });
  const origin = await startOrigin({ app: dev.httpServer.address().port, chat: chat.port, token });
  try {
    const page = await context.newPage();
    page.on("pageerror", (error) => errors.push(error.message));
    const connected = page.waitForEvent("console", (message) => message.text().includes("[vite] connected"));
    await page.goto(origin.url);
    await connected;
    await page.evaluate(() => (globalThis.stays = true));
    for (const shown of ["#status", "#hot"]) await expect(page.locator(shown)).toHaveText("ada");
    await chat.count("connection", 2);
    for (const [n, tag] of ["chat", "hot"].entries()) {
      const file = tag + ".js";
      const text = readFileSync(join(dir, file), "utf8");
      writeFileSync(join(dir, file), text.replace('via: "query",', `via: "query",\n    query: { tag: "${tag}" },`));
      await chat.count("disconnect", n + 1);
      await chat.count("connection", n + 3);
      for (const shown of ["#status", "#hot"]) await expect(page.locator(shown)).toHaveText("ada");
    }
    await chat.all();
    expect(await page.evaluate(() => globalThis.stays)).toBe(true);
    expect(chat.of("connection").slice(2).map(({ tag }) => tag)).toEqual(["chat", "hot"]);
    expect([chat.of("connection").length, chat.of("disconnect").length]).toEqual([4, 2]);
    await page.close();
  } finally {
    await origin.stop();
    await dev.close();
  }
});

test("a program with all entries has one copy of the client, and no entry imports it", async () => {
  const scripts = readdirSync(join(apps.built, "assets")).filter((name) => name.endsWith(".js")).map((name) => readFileSync(join(apps.built, "assets", name), "utf8"));
  const core = "0061736d01000000"; // how WebAssembly begins, as the client holds it
  expect(scripts.join().split(core)).toHaveLength(2);
  for (const name of Object.keys(frameworks))
    for (const file of [`${name}.js`, `${name}.cjs`]) {
      const text = readFileSync(join(apps.dir, "node_modules/socketio-jwt-wasm/dist", file), "utf8");
      expect(text).not.toContain(core);
      for (const [, imported] of text.matchAll(/(?:from|import|require\()\s*"([^"]+)"/g)) expect(Object.keys(peerDependencies).some((peer) => imported === peer || imported.startsWith(peer + "/")), `${file} imports ${imported}`).toBe(true);
    }
});

for (const name of ["vue", "svelte"])
  test(`${frameworks[name].title}: rendered on a server, which opens nothing`, async () => {
    const { render } = await apps.dev.ssrLoadModule(`/${name}/rendered.js`);
    expect(await render()).toContain('<p id="status">idle</p>');
  });

for (const name of ["solid", "preact"])
  test(`${frameworks[name].title}: rendered on a server, which opens nothing, and taken over by the page`, async ({ visit }) => {
    const { render } = await apps.dev.ssrLoadModule(`/${name}/rendered.jsx`);
    const html = render();
    expect(html).toMatch(/<p[^>]* id="?status"?>idle<\/p>/);
    const { page, chat, asked } = await visit("development", `/${name}/hydrated.html`);
    const kept = await page.evaluateHandle((html) => {
      takeOver(html);
      return document.querySelector("#status");
    }, html);
    await expect(page.locator("#status")).toHaveText("ada");
    expect(await kept.evaluate((status) => status.isConnected && status.textContent)).toBe("ada");
    await page.locator("#say").click();
    await expect(page.locator("#messages li")).toHaveCount(1);
    await chat.all();
    expect([asked(), chat.of("connection").length]).toEqual([1, 1]);
  });

// --- React ---------------------------------------------------------------------------------------------------------------

test("React: rendered on a server, and taken over by the page", async ({ visit }) => {
  const { render } = await apps.dev.ssrLoadModule("/react/rendered.jsx");
  const html = render();
  expect(html).toContain('<p id="status">idle</p>');
  const { page, chat, asked } = await visit("development", "/react/scenarios.html");
  const mended = await page.evaluateHandle((html) => scenarios.hydrate(html), html);
  await expect(page.locator("#status")).toHaveText("ada");
  expect(await mended.jsonValue()).toEqual([]);
  await chat.all();
  expect([asked(), chat.of("connection").length]).toEqual([1, 1]);
});

test("React: an event's handler sees the state of the latest render", async ({ visit }) => {
  const { page } = await visit("development", "/react/scenarios.html");
  await page.evaluate(() => scenarios.numbered());
  for (const text of ["line 1", "line 1, line 2", "line 1, line 2, line 3"]) {
    await page.locator("#add").click();
    await expect(page.locator("#add")).toHaveText(text);
  }
});

test("React: a change of deps replaces the socket", async ({ visit }) => {
  const visited = await visit("development", "/react/scenarios.html");
  await visited.page.evaluate(() => scenarios.rooms());
  await changesRoom(visited);
});

for (const mode of ["development", "production"])
  test(`React, ${mode}: a session that changes in the middle of a transition is shown as one`, async ({ visit }) => {
    const { page } = await visit(mode, "/react/scenarios.html");
    const { rendered, shown, count } = await page.evaluate(() => scenarios.transition());
    expect(count).toBe(100);
    expect(rendered).toEqual(["authenticated", "idle"]); // React has let the change in between two components
    expect(shown).toEqual(["idle"]);
  });
