// The snippets of the docs, as they are printed but for the address: each runs in a page against a real server, or is that
// server. tools/docs compiles all of them; a row here, by the snippet's name, says what must come of it.
import { spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import http from "node:http";
import net from "node:net";
import { load, pages as all, root } from "../../tools/docs/markdown.mjs";
import { snippets } from "../../tools/docs/snippets.mjs";
import { expect, test as base, token, tokens } from "../lib/test.js";
import { portForAnother } from "../servers/ports.mjs";

const address = "https://api.example.com";
const printed = new Map(snippets(all().map(load)).filter(({ language }) => language !== "go").map((one) => [one.name, one]));

/** A server whose middleware reads auth.token, as that of docs/first-page.md does. */
const own = { io: "4", mode: "handshake", lib: "own", cors: "answered", protect: ["/chat"] };
const socketioJwt = { ...own, lib: "socketio-jwt" };

const isIn = async (s) => expect((await s.until("ready", ({ nsp }) => nsp === "/chat")).decoded.sub).toBe("ada");
const says = async (s) => {
  await isIn(s);
  expect(await s.until("event")).toMatchObject({ nsp: "/chat", name: "message", args: ["hi"], ack: true });
};
const at = (path) => (s, page) => page.waitForURL((url) => url.pathname === path);

/** Login packages with a session, whose first token is over: the snippet has to ask for another one in its own way. */
const logins = (fresh, over) => ({
  "@auth0/auth0-spa-js": `export const createAuth0Client = async () => ({ getTokenSilently: async ({ cacheMode }) => (cacheMode === "off" ? "${fresh}" : "${over}"), loginWithRedirect: async () => location.assign("/login") });`,
  "oidc-client-ts": `export class UserManager {
    constructor(settings) { this.settings = settings; }
    async getUser() { return { access_token: "${over}", expired: false }; }
    async signinSilent() { return { access_token: "${fresh}", expired: false }; }
    async signinRedirect() { location.assign("/login"); }
  }`,
  "@supabase/supabase-js": `const answer = (access_token) => async () => ({ data: { session: { access_token } }, error: null });
    export const createClient = () => ({ auth: { getSession: answer("${over}"), refreshSession: answer("${fresh}"), onAuthStateChange: (listener) => listener("INITIAL_SESSION") } });`,
});

/** name → { server: its config, check(server, page): what must come of it, search, denied: /token answers 401, tabs: how many pages, before: runs in a page before its scripts } */
const rows = {
  "readme-script": { server: socketioJwt, check: says },
  "readme-module": { server: socketioJwt, check: says },
  "import-map": { server: socketioJwt, check: says },
  npm: { server: socketioJwt, check: says },
  ways: { server: own, check: isIn },
  login: { server: own, check: isIn },
  over: { server: own, denied: true, check: at("/welcome") },
  return: { search: "?returnTo=/login", check: at("/login") },
  dialog: { server: own, check: isIn },
  auth0: { server: own, check: isIn },
  oidc: { server: own, check: isIn },
  supabase: { server: own, check: isIn },
  "cookie-token": { server: own, check: isIn },
  "cookie-alone": { server: { ...own, mode: "plain" }, check: (s) => s.until("connection", ({ nsp }) => nsp === "/chat") },
  tabs: {
    server: own,
    tabs: 2,
    before: () => sessions.patient(),
    async check(s, page, asked) {
      await s.count("ready", 2);
      expect(asked()).toBe(1);
    },
  },
  look: { server: own, check: isIn },
  report: {
    server: own,
    async check(s, page) {
      const { decoded } = await s.until("ready");
      await page.waitForFunction(() => report().includes('"authenticated"'));
      const text = await page.evaluate(() => report());
      const { version, browser, events } = JSON.parse(text);
      expect(version).toBe(JSON.parse(readFileSync(root + "js/package.json", "utf8")).version);
      expect(browser).toMatch(/^Mozilla/);
      expect(events.map((event) => event.name)).toEqual(["connect", "ask", "token", "connected", "authenticated"]);
      expect(events[2].expiresAt).toBe(decoded.exp * 1000);
      expect(text).not.toMatch(/eyJ|http/);
    },
  },
  classify: { server: { ...own, mode: "plain", refuse: { message: "no", data: { why: "SESSION_OVER" } } }, check: at("/login") },
  load: { check: (s, page) => page.waitForFunction(() => window.ran) },
  "migrating-script": { check: (s, page) => page.waitForFunction(() => typeof io === "function") },
};
/** Run below, as servers. */
const served = ["first-server", "first-page", "cors-4"];

const test = base.extend({
  /** show(name, server): opens a page with the snippet in it, of another origin than the server's. */
  show: async ({ context, errors }, use) => {
    let shown;
    const site = http.createServer((req, res) => {
      const { pathname: path } = new URL(req.url, "http://localhost");
      const send = (type, body) => res.writeHead(200, { "Content-Type": type, "Cache-Control": "no-store" }).end(body);
      if (path === "/token") {
        shown.asked++;
        return shown.denied ? res.writeHead(401).end() : send("text/plain", token());
      }
      const module = Object.hasOwn(shown.modules, path) ? shown.modules[path] : /min\.js$/.test(path) && readFileSync(root + "js/dist/socketio-jwt.min.js");
      if (module) return send("text/javascript", module);
      send("text/html", path === "/page" ? shown.html : "<!doctype html><link rel=icon href=data:,>");
    });
    await new Promise((done) => site.listen(0, "127.0.0.1", done));
    await use(async (name, server, { search = "", denied, before } = {}) => {
      const fakes = logins(token(), tokens.expired());
      const client = readFileSync(root + "js/dist/index.js");
      const modules = { "/client": client, "/assets/index.js": client, ...Object.fromEntries(Object.entries(fakes).map(([login, code]) => ["/" + login, code])) };
      const imports = { "socketio-jwt-wasm": "/client", ...Object.fromEntries(Object.keys(fakes).map((login) => [login, "/" + login])) };
      shown = { asked: shown?.asked ?? 0, denied, modules, html: html(printed.get(name), imports).replaceAll(address, server?.url) };
      const page = await context.newPage();
      page.on("pageerror", (error) => errors.push(error.message));
      if (before) await page.addInitScript(before);
      await page.goto(`http://127.0.0.1:${site.address().port}/page${search}`);
      return Object.assign(page, { asked: () => shown.asked });
    });
    site.closeAllConnections();
    await new Promise((done) => site.close(done));
  },

  /** start(name, replace): runs the server of a snippet in Node, beside these files; returns its address. */
  start: async ({}, use) => {
    mkdirSync(root + "build", { recursive: true });
    const dir = mkdtempSync(root + "build/docs-");
    mkdirSync(dir + "/node_modules");
    for (const [name, target] of Object.entries({ "socket.io": "e2e/node_modules/socket.io-4", jsonwebtoken: "e2e/node_modules/jsonwebtoken", "socketio-jwt-wasm": "js" })) symlinkSync(root + target, `${dir}/node_modules/${name}`);
    const children = [];
    await use(async (name, change = (code) => code, files = {}) => {
      for (const [file, text] of Object.entries({ ...files, "server.mjs": change(printed.get(name).code) })) writeFileSync(`${dir}/${file}`, text);
      const port = await portForAnother();
      children.push(spawn(process.execPath, ["server.mjs"], { cwd: dir, env: { ...process.env, PORT: String(port) }, stdio: "inherit" }));
      await expect.poll(() => listens(port)).toBe(true);
      return `http://127.0.0.1:${port}`;
    });
    for (const child of children) {
      const ended = new Promise((done) => child.once("exit", done));
      child.kill();
      await ended;
    }
    rmSync(dir, { recursive: true });
  },
});

const html = ({ language, given, code }, imports) =>
  `<!doctype html><meta charset="utf-8"><link rel="icon" href="data:,"><body></body>` +
  (language === "html" ? (given && `<script>${given}</script>`) + code : `<script type="importmap">${JSON.stringify({ imports })}</script><script type="module">${given}${code}\nwindow.ran = true;</script>`);

const listens = (port) =>
  new Promise((done) => {
    const probe = net.connect(port, "127.0.0.1").on("connect", () => probe.destroy()).on("error", () => {}).on("close", (failed) => done(!failed));
  });

test("each snippet that runs in a page or in Node has a row here", () => {
  const asked = [...printed.values()].filter(({ attributes }) => !attributes.compiled).map(({ name }) => name);
  expect([...Object.keys(rows), ...served].sort()).toEqual(asked.sort());
});

for (const [name, { server: config, check, tabs = 1, ...more }] of Object.entries(rows))
  test(`${name}, as it is printed in ${printed.get(name)?.page}`, async ({ server, show }) => {
    const s = config && (await server(config));
    let page;
    for (let i = 0; i < tabs; i++) {
      page = await show(name, s, more);
      if (i + 1 < tabs) await s.until("ready");
    }
    await check(s, page, page.asked);
  });

test("an address of another origin in returnTo is not followed", async ({ show }) => {
  const page = await show("return", undefined, { search: "?returnTo=https://evil.example/" });
  await page.waitForFunction(() => window.ran);
  expect(new URL(page.url()).pathname).toBe("/page");
});

test("docs/first-page.md: the page on its server says hello", async ({ start, context, errors }) => {
  const page = await context.newPage();
  page.on("pageerror", (error) => errors.push(error.message));
  await page.goto(await start("first-server", undefined, { "index.html": printed.get("first-page").code }));
  await expect(page.locator("body")).toHaveText("ada says hello");
  // The server bears what a page that wants no reply says.
  expect(await page.evaluate(() => (socket.emit("message", "no reply"), socket.emitWithAck("message", "again")))).toBe("ada says again");
});

test("docs/servers.md: a server with that CORS takes the header from another origin and shows its Date", async ({ start, open, server }) => {
  const home = await server({ io: "4", mode: "plain" });
  const url = await start("cors-4", (code) => code.replace("https://app.example.com", home.url));
  const page = await open(home);
  const heard = await page.evaluate(
    async ([url, token]) => {
      const socket = lib.connect(url, { via: "header", token });
      await new Promise((done) => socket.on("hello", done));
      const answer = await fetch(`${url}/socket.io/?EIO=4&transport=polling`);
      return [socket.authenticated, answer.headers.get("Date")];
    },
    [url, token()],
  );
  expect(heard).toEqual([true, expect.stringMatching(/GMT$/)]);
});
