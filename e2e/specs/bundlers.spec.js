// The package as npm packs it, in a program of its own: bundled by real bundlers, served by their servers, loaded by
// plain tags, under a content security policy, imported where there is no page. What docs/loading.md says is done here.
import { execFile } from "node:child_process";
import { copyFileSync, cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import http from "node:http";
import { tmpdir } from "node:os";
import { extname, join } from "node:path";
import { promisify } from "node:util";
import { fileURLToPath } from "node:url";
import * as vite from "vite";
import * as vite7 from "vite-7";
import webpack from "webpack";
import { expect, test as base, token } from "../lib/test.js";

const run = promisify(execFile);
const root = fileURLToPath(new URL("../../", import.meta.url));

/** The program: what a page does with the package, in few lines. `job` comes from the test. */
const program = (head) => `${head}
window.done = new Promise((resolve, reject) => {
  const socket = connect(job.url, {
    via: "query",
    token: job.token,
    onAuthenticated: ({ claims }) => socket.emitWithAck("echo", "é€😀").then((echo) => resolve({ sub: claims.sub, echo })),
  });
  socket.on("connect_error", reject);
});
`;
const imported = 'import { connect } from "socketio-jwt-wasm";';
const page = (script) => `<!doctype html><meta charset="utf-8"><link rel="icon" href="data:,"><title>app</title>${script}`;
const types = { ".html": "text/html", ".js": "text/javascript", ".wasm": "application/wasm" };

const test = base.extend({
  /** app(files): a directory with these files and the packed package installed. */
  app: [
    async ({}, use) => {
      const home = mkdtempSync(join(tmpdir(), "socketio-jwt-"));
      const { stdout } = await run("npm", ["pack", "--json", "--pack-destination", home, join(root, "js")]);
      const [{ filename, files }] = JSON.parse(stdout);
      writeFileSync(join(home, "package.json"), '{"private":true,"type":"module"}');
      await run("npm", ["install", "--offline", "--no-audit", "--no-fund", join(home, filename)], { cwd: home });
      let n = 0;
      const app = (sources) => {
        const dir = join(home, `app${++n}`);
        mkdirSync(dir);
        cpSync(join(home, "node_modules"), join(dir, "node_modules"), { recursive: true });
        for (const [name, text] of Object.entries({ "package.json": '{"private":true,"type":"module"}', ...sources })) writeFileSync(join(dir, name), text);
        return dir;
      };
      await use(Object.assign(app, { files: files.map(({ path }) => path) }));
      rmSync(home, { recursive: true });
    },
    { scope: "worker" },
  ],

  /** serve(dir, headers): a plain static server, as anybody's; returns its address. */
  serve: async ({}, use) => {
    const servers = [];
    await use(async (dir, headers = {}) => {
      const server = http.createServer((req, res) => {
        const path = new URL(req.url, "http://localhost").pathname.replace(/\/$/, "/index.html");
        try {
          res.writeHead(200, { "Content-Type": types[extname(path)] ?? "text/plain", ...headers }).end(readFileSync(join(dir, path)));
        } catch {
          res.writeHead(404).end();
        }
      });
      servers.push(server);
      await new Promise((done) => server.listen(0, "127.0.0.1", done));
      return `http://127.0.0.1:${server.address().port}`;
    });
    for (const server of servers) {
      server.closeAllConnections();
      server.close();
    }
  },

  /** dev(vite, dir, config): the bundler's own server; returns its address. */
  dev: async ({}, use) => {
    const servers = [];
    await use(async ({ createServer }, dir, config) => {
      const server = await createServer({ configFile: false, root: dir, logLevel: "error", server: { host: "127.0.0.1", port: 0, hmr: false, watch: null }, ...config });
      servers.push(server);
      await server.listen();
      return `http://127.0.0.1:${server.httpServer.address().port}`;
    });
    await Promise.all(servers.map((server) => server.close()));
  },

  /** The address of a real server that lets in who brings a token. */
  guarded: async ({ server }, use) => use(await server({ io: "4", mode: "handshake", cors: "answered" })),

  /** authenticates(address): opens the page there and expects that its program gets through. */
  authenticates: async ({ context, guarded, errors }, use) => {
    await use(async (address) => {
      const tab = await context.newPage();
      tab.on("pageerror", (error) => errors.push(error.message));
      await tab.addInitScript((job) => (window.job = job), { url: guarded.url, token: token() });
      await tab.goto(address);
      await tab.waitForFunction(() => "done" in window);
      expect(await tab.evaluate(() => done)).toEqual({ sub: "ada", echo: "é€😀" });
      expect((await guarded.until("ready")).decoded.sub).toBe("ada");
      return tab;
    });
  },
});

// One pack and one install serve the whole file.
test.describe.configure({ mode: "default", timeout: 90_000 });

test("what npm packs: the build, its types, a README and the licence, nothing else", ({ app }) => {
  expect(app.files.sort()).toEqual(["LICENSE", "README.md", "dist/index.d.ts", "dist/index.js", "dist/socketio-jwt.min.js", "dist/socketio-jwt.wasm", "package.json"]);
});

test("TypeScript finds the types, by the strictest of its rules", async ({ app }) => {
  const dir = app({ "main.ts": 'import io, { connect, load, type Via } from "socketio-jwt-wasm";\nconst via: Via = "query";\nload().then(() => connect("/", { via, token: async () => "x" }).authenticated === io("/").connected);\n// @ts-expect-error\nconnect("/", { via: "cookie" });\n' });
  const tsc = join(root, "e2e/node_modules/typescript/bin/tsc");
  await run(process.execPath, [tsc, "--noEmit", "--strict", "--skipLibCheck", "--target", "es2020", "--lib", "es2020,dom", "--module", "nodenext", "main.ts"], { cwd: dir });
});

test("imported where there is no page, it throws nothing, and load() says what is missing", async ({ app }) => {
  const dir = app({ "server.js": 'import io, { connect, load, Manager, Socket, version } from "socketio-jwt-wasm";\nconsole.log([connect, io, load, Manager, Socket].map((f) => typeof f).join(), version);\nload().catch((error) => console.log(error.message));\n' });
  const { stdout, stderr } = await run(process.execPath, ["server.js"], { cwd: dir });
  const { version } = JSON.parse(readFileSync(join(root, "js/package.json")));
  expect(stdout).toBe(`function,function,function,function,function ${version}\nsocketio-jwt-wasm: the WASM could not be fetched (network, CORS or content security policy)\n`);
  expect(stderr).toBe("");
});

for (const [name, bundler] of [["vite 8", vite], ["vite 7", vite7]])
  test(`${name}: build`, async ({ app, serve, authenticates }) => {
    const dir = app({ "index.html": page('<script type="module" src="main.js"></script>'), "main.js": program(imported) });
    await bundler.build({ configFile: false, root: dir, logLevel: "error" });
    await authenticates(await serve(join(dir, "dist")));
  });

for (const [name, bundler, config, head] of [
  ["vite 8, as it is", vite, {}, imported],
  ["vite 7, left out of its pre-bundling", vite7, { optimizeDeps: { exclude: ["socketio-jwt-wasm"] } }, imported],
  ["vite 7, told the address", vite7, {}, 'import { connect, load } from "socketio-jwt-wasm";\nimport wasm from "socketio-jwt-wasm/socketio-jwt.wasm?url";\nload({ wasm });'],
])
  test(`${name}: development server`, async ({ app, dev, authenticates }) => {
    const dir = app({ "index.html": page('<script type="module" src="main.js"></script>'), "main.js": program(head) });
    await authenticates(await dev(bundler, dir, { cacheDir: join(dir, "cache"), ...config }));
  });

test("webpack 5, told not to mind the WASM's size", async ({ app, serve, authenticates }) => {
  const dir = app({ "src.js": program(imported) });
  const stats = await promisify(webpack)({ mode: "production", context: dir, entry: "./src.js", output: { path: join(dir, "out"), publicPath: "auto" }, performance: { assetFilter: (name) => !/\.(wasm|map)$/.test(name) } });
  expect(stats.toJson({ all: false, errors: true, warnings: true })).toMatchObject({ errors: [], warnings: [] });
  writeFileSync(join(dir, "out/index.html"), page('<script defer src="main.js"></script>'));
  await authenticates(await serve(join(dir, "out")));
});

/** `go tool esbuild`, with which the package itself is built. */
const esbuild = (dir, ...flags) => run("go", ["tool", "esbuild", join(dir, "main.js"), "--bundle", "--log-level=error", `--outfile=${join(dir, "out/main.js")}`, ...flags], { cwd: root });

test("esbuild, which copies no assets: the WASM copied beside the bundle", async ({ app, serve, authenticates }) => {
  const dir = app({ "main.js": program(imported) });
  await esbuild(dir, "--format=esm");
  copyFileSync(join(dir, "node_modules/socketio-jwt-wasm/dist/socketio-jwt.wasm"), join(dir, "out/socketio-jwt.wasm"));
  writeFileSync(join(dir, "out/index.html"), page('<script type="module" src="main.js"></script>'));
  await authenticates(await serve(join(dir, "out")));
});

for (const format of ["esm", "iife"])
  test(`esbuild, ${format}: the address from its file loader`, async ({ app, serve, authenticates }) => {
    const dir = app({ "main.js": program('import { connect, load } from "socketio-jwt-wasm";\nimport wasm from "socketio-jwt-wasm/socketio-jwt.wasm";\nload({ wasm });') });
    await esbuild(dir, `--format=${format}`, "--loader:.wasm=file");
    writeFileSync(join(dir, "out/index.html"), page(`<script ${format === "esm" ? 'type="module"' : "defer"} src="main.js"></script>`));
    await authenticates(await serve(join(dir, "out")));
  });

const policy = (script, url) => ({ "Content-Security-Policy": `default-src 'none'; script-src 'self' ${script}; img-src data:; connect-src 'self' ${url} ${url.replace("http", "ws")}` });
const tags = {
  "the classic script": { "index.html": page('<script src="node_modules/socketio-jwt-wasm/dist/socketio-jwt.min.js"></script><script src="main.js"></script>'), "main.js": program("const { connect } = SocketIOJWT;") },
  "a plain import": { "index.html": page('<script type="module" src="main.js"></script>'), "main.js": program('import { connect } from "./node_modules/socketio-jwt-wasm/dist/index.js";') },
};
for (const [name, sources] of Object.entries(tags)) {
  test(`${name}, under script-src 'self' 'wasm-unsafe-eval'`, async ({ app, serve, guarded, authenticates }) => {
    const dir = app(sources);
    await authenticates(await serve(dir, policy("'wasm-unsafe-eval'", guarded.url)));
  });

  test(`${name}, under a policy that forbids WebAssembly: connect_error says which word is missing`, async ({ app, serve, guarded, context }) => {
    const dir = app(sources);
    const tab = await context.newPage();
    await tab.addInitScript((job) => (window.job = job), { url: guarded.url, token: token() });
    await tab.route("**/*.wasm", async (route) => {
      await guarded.until("connection"); // the first link is open while the WASM is on its way
      await route.continue();
    });
    await tab.goto(await serve(dir, policy("", guarded.url)));
    await tab.waitForFunction(() => "done" in window);
    expect(await tab.evaluate(() => done.catch((error) => error.message))).toContain("add 'wasm-unsafe-eval' to script-src");
    await guarded.until("disconnect"); // and is hung up at once
  });
}

/** The first block of code in a README that contains this. */
const printed = (file, what) => [...readFileSync(join(root, file), "utf8").matchAll(/```(?:html|js)\n(.*?)```/gs)].map((block) => block[1]).find((code) => code.includes(what));

for (const [name, file, prepare] of [
  ["the script in README.md", "README.md", (snippet) => ({ "index.html": page(snippet) })],
  ["the module in js/README.md", "js/README.md", (snippet) => ({ "main.js": snippet, "index.html": page('<script>const session = { accessToken: () => fetch("/token").then((answer) => answer.text()) }</script><script type="module" src="/out/main.js"></script>') })],
])
  test(`${name}, as it is printed but for the address`, async ({ app, serve, server, context, errors }) => {
    const chat = await server({ io: "4", mode: "handshake", cors: "answered", protect: ["/chat"] });
    const snippet = printed(file, "connect(");
    expect(snippet).toContain("https://api.example.com/chat");
    const dir = app({ token: token(), ...prepare(snippet.replace("https://api.example.com", chat.url)) });
    mkdirSync(join(dir, "assets"));
    for (const built of ["socketio-jwt.min.js", "socketio-jwt.wasm"]) copyFileSync(join(dir, "node_modules/socketio-jwt-wasm/dist", built), join(dir, "assets", built));
    if (file.startsWith("js")) {
      await esbuild(dir, "--format=esm");
      copyFileSync(join(dir, "assets/socketio-jwt.wasm"), join(dir, "out/socketio-jwt.wasm"));
    }
    const tab = await context.newPage();
    tab.on("pageerror", (error) => errors.push(error.message));
    await tab.goto(await serve(dir));
    expect((await chat.until("ready", ({ nsp }) => nsp === "/chat")).decoded.sub).toBe("ada");
    expect(await chat.until("event")).toMatchObject({ nsp: "/chat", name: "message", args: ["hi"], ack: true });
  });

test("the preload of docs/loading.md is the only request for the WASM", async ({ app, serve, authenticates, context }) => {
  const preload = printed("docs/loading.md", 'rel="preload"').replace("/assets/", "/node_modules/socketio-jwt-wasm/dist/");
  const dir = app({ ...tags["a plain import"], "index.html": page(preload + '<script type="module" src="main.js"></script>') });
  const asked = [];
  context.on("request", (request) => request.url().endsWith(".wasm") && asked.push(request.resourceType()));
  await authenticates(await serve(dir));
  expect(asked).toHaveLength(1);
});

test("without WebAssembly: said at once, and tried again when it is asked to", async ({ app, serve, context }) => {
  const dir = app({ "index.html": page('<script src="node_modules/socketio-jwt-wasm/dist/socketio-jwt.min.js"></script>') });
  const tab = await context.newPage();
  await tab.addInitScript(() => {
    window.kept = WebAssembly;
    delete window.WebAssembly;
  });
  await tab.goto(await serve(dir));
  const said = await tab.evaluate(async () => {
    const first = await SocketIOJWT.load().catch((error) => error.message);
    window.WebAssembly = kept;
    return [first, await SocketIOJWT.load().then(() => "loaded")];
  });
  expect(said).toEqual(["socketio-jwt-wasm: this browser has no WebAssembly, or a policy turns it off", "loaded"]);
});
