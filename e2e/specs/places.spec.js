// Where a page, or what is no page, can have the script from: tags, file://, behind basic auth, workers, extensions. Nothing
// is configured anywhere: the script is all there is.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { chromium } from "@playwright/test";
import { wholeChromium } from "../lib/browser.js";
import { answer, callable, callableEmployer, dist, employer, expect, page, program, root, sharedWorker, test as base, token, worker } from "../lib/app.js";

const test = base.extend({
  /** requested(): the addresses that pages have asked for, in order. */
  requested: async ({ context }, use) => {
    const all = [];
    const note = (request) => all.push(request.url());
    context.on("request", note);
    await use(() => all);
    context.off("request", note);
  },
});

// One pack and one install serve the whole file.
test.describe.configure({ mode: "default" });

const script = (path = dist) => `<script src="${path}/socketio-jwt.min.js"></script><script src="main.js"></script>`;
const global = "const { connect } = SocketIOJWT;";
const tags = {
  "a classic script": { "index.html": page(script()), "main.js": program(global) },
  "a plain import": { "index.html": page('<script type="module" src="main.js"></script>'), "main.js": program(`import { connect } from "./${dist}/index.js";`) },
};

for (const [name, sources] of Object.entries(tags)) {
  test(`${name} needs one file and the server's address`, async ({ app, serve, authenticates, guarded, requested }) => {
    const home = await serve(app(sources));
    await authenticates(home);
    const paths = requested().filter((url) => !url.startsWith(guarded.url) && !url.startsWith("data:")).map((url) => url.slice(home.length));
    expect(paths).toHaveLength(3); // the page, its program, the client
    expect(paths.filter((path) => path.includes("socketio-jwt"))).toHaveLength(1);
  });

  test(`${name}, behind basic auth in the address`, async ({ app, serve, authenticates }) => {
    const home = await serve(app(sources), {}, "ada:love/lace");
    await authenticates(home.replace("://", "://ada:love%2Flace@"));
  });
}

test("a page with a login in its address asks its own server without it", async ({ server, context, errors, requested }) => {
  const s = await server({ io: "4", mode: "plain" });
  const tab = await context.newPage();
  tab.on("pageerror", (error) => errors.push(error.message));
  const home = s.url.replace("://", "://ada:lovelace@");
  await tab.goto(home + "/script");
  const echoes = await tab.evaluate(async (home) => {
    const sockets = [lib.io(), lib.io("/", { forceNew: true }), lib.io(home, { forceNew: true }), lib.io(home, { forceNew: true, transports: ["websocket"] })];
    return Promise.all(sockets.map((socket, i) => socket.emitWithAck("echo", i)));
  }, home);
  expect(echoes).toEqual([0, 1, 2, 3]);
  // fetch() throws for an address with a password in it.
  const asked = requested().filter((url) => url.includes("/socket.io/"));
  expect(asked.length).toBeGreaterThanOrEqual(3);
  for (const url of asked) expect(url).not.toContain("lovelace");
});

// --- A hash, an import map -----------------------------------------------------------------------------------------------

/** The script tag in js/README.md, which names a released version at a CDN, for the file that is built here. */
const tag = (src, hash) =>
  readFileSync(join(root, "js/README.md"), "utf8").match(/^<script\n.*?<\/script>$/ms)[0].replace(/src=".*?"/, `src="${src}"`).replace(/integrity=".*?"/, `integrity="${hash}"`);
const hashes = JSON.parse(readFileSync(join(root, "js/dist/integrity.json"), "utf8"));

for (const file of ["socketio-jwt.min.js", "socketio-jwt.nowasm.min.js"])
  test(`the README's script tag from another origin, with the hash of ${file}`, async ({ app, serve, authenticates, at }) => {
    const cdn = await serve(join(app({}), dist), { "Access-Control-Allow-Origin": "*" });
    const home = (hash) => serve(app({ "index.html": page(tag(`${cdn}/${file}`, hash) + '<script src="main.js"></script>'), "main.js": `window.done = undefined;\nif (window.SocketIOJWT) {\n${program(global)}\n}` }));
    await authenticates(await home(hashes[file]));
    const tab = await at(await home(hashes[file].replace(/.{8}$/, "AAAAAAAA")));
    expect(await tab.evaluate(() => typeof SocketIOJWT)).toBe("undefined");
  });

test("an import map, without a bundler", async ({ app, serve, authenticates }) => {
  const map = JSON.stringify({ imports: { "socketio-jwt-wasm": `./${dist}/index.js`, "socketio-jwt-wasm/nowasm": `./${dist}/nowasm.js` } });
  for (const entry of ["socketio-jwt-wasm", "socketio-jwt-wasm/nowasm"])
    await authenticates(await serve(app({ "index.html": page(`<script type="importmap">${map}</script><script type="module" src="main.js"></script>`), "main.js": program(`import { connect } from "${entry}";`) })));
});

test("a page from file://", async ({ app, authenticates }) => {
  const dir = app(tags["a classic script"]);
  await authenticates(pathToFileURL(join(dir, "index.html")).href);
});

for (const [name, made, source] of [
  ["a dedicated worker, by importScripts", 'new Worker("worker.js")', worker(`importScripts("${dist}/socketio-jwt.min.js");\n${global}`)],
  ["a dedicated worker that is a module", 'new Worker("worker.js", { type: "module" })', worker(`import { connect } from "./${dist}/index.js";`)],
  ["a shared worker, by importScripts", 'new SharedWorker("worker.js")', sharedWorker(`importScripts("${dist}/socketio-jwt.min.js");\n${global}`)],
  ["a shared worker that is a module", 'new SharedWorker("worker.js", { type: "module" })', sharedWorker(`import { connect } from "./${dist}/index.js";`)],
  ["a dedicated worker without WebAssembly", 'new Worker("worker.js")', worker(`importScripts("${dist}/socketio-jwt.nowasm.min.js");\n${global}`)],
])
  test(name, async ({ app, serve, authenticates }) => {
    const dir = app({ "index.html": page('<script src="main.js"></script>'), "main.js": employer(made), "worker.js": source });
    await authenticates(await serve(dir));
  });

const blob = (text) => `URL.createObjectURL(new Blob([${text}], { type: "text/javascript" }))`;
/** A worker's program but for its first line, which says where connect() is. */
const rest = JSON.stringify(worker(""));

test("a blob: worker, which has no address of its own", async ({ app, serve, authenticates }) => {
  const text = `(await (await fetch("${dist}/socketio-jwt.min.js")).text()) + ${JSON.stringify(`\n${global}\n`)} + ${rest}`;
  await authenticates(await serve(app({ "index.html": page('<script src="main.js"></script>'), "main.js": employer(`new Worker(${blob(text)})`) })));
});

test("a blob: worker that is a module", async ({ app, serve, authenticates }) => {
  const text = `'import { connect } from "' + new URL("${dist}/index.js", location.href) + '";' + ${rest}`;
  await authenticates(await serve(app({ "index.html": page('<script src="main.js"></script>'), "main.js": employer(`new Worker(${blob(text)}, { type: "module" })`) })));
});

// --- Extensions, Manifest V3 -------------------------------------------------------------------------------------------

const manifest = (more) =>
  JSON.stringify({
    manifest_version: 3,
    name: "app",
    version: "1",
    host_permissions: ["http://127.0.0.1/*"],
    background: { service_worker: "service.js" },
    ...more,
  });
/** What docs/loading.md has an extension's manifest say. */
const allowed = JSON.parse(readFileSync(join(root, "docs/loading.md"), "utf8").match(/```json\n(\{\n  "content_security_policy".*?)```/s)[1]);

/** Calls use(page, serviceWorker) with those of an extension, in a browser of its own. */
async function extension(dir, use) {
  const context = await chromium.launchPersistentContext("", {
    executablePath: wholeChromium,
    args: ["--no-sandbox", "--disable-gpu", `--disable-extensions-except=${dir}`, `--load-extension=${dir}`],
  });
  try {
    const service = context.serviceWorkers()[0] ?? (await context.waitForEvent("serviceworker"));
    const tab = await context.newPage();
    await tab.goto(new URL("page.html", service.url()).href);
    await use(tab, service);
  } finally {
    await context.close();
  }
}

for (const [name, built, more] of [
  ["with the word for WebAssembly in its policy", "socketio-jwt.min.js", allowed],
  ["under the policy that extensions have by default, without WebAssembly", "socketio-jwt.nowasm.min.js", {}],
])
  test(`an extension's page, service worker, dedicated and shared worker, ${name}`, async ({ app, server }) => {
    const dir = app({});
    const lib = readFileSync(join(dir, dist, built), "utf8");
    const home = app({
      "manifest.json": manifest(more),
      "client.js": lib,
      "page.html": page('<script src="client.js"></script><script src="page.js"></script>'),
      "page.js": callable(global) + callableEmployer("dedicated", 'new Worker("worker.js")') + callableEmployer("shared", 'new SharedWorker("shared.js")'),
      "service.js": callable(`importScripts("client.js");\n${global}`),
      "worker.js": worker(`importScripts("client.js");\n${global}`),
      "shared.js": sharedWorker(`importScripts("client.js");\n${global}`),
    });
    await extension(home, async (tab, service) => {
      for (const [one, name] of [[tab, "work"], [service, "work"], [tab, "dedicated"], [tab, "shared"]]) {
        const s = await server({ io: "4", mode: "handshake" });
        expect(await one.evaluate(([name, job]) => self[name](job), [name, { url: s.url, token: token() }])).toEqual(answer);
        expect((await s.until("ready")).decoded.sub).toBe("ada");
      }
    });
  });
