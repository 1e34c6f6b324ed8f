// What bundlers make of the packed package as they come: nothing is configured for it.
import { copyFileSync, mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { nodeResolve } from "@rollup/plugin-node-resolve";
import * as rollup from "rollup";
import * as vite from "vite";
import * as vite6 from "vite-6";
import * as vite7 from "vite-7";
import webpack from "webpack";
import { expect, imported, page, program, root, run, test as base, token } from "../lib/app.js";

const test = base.extend({
  /** dev(vite, dir): the bundler's own server; returns its address. */
  dev: async ({}, use) => {
    const servers = [];
    await use(async ({ createServer }, dir) => {
      const server = await createServer({ configFile: false, root: dir, cacheDir: join(dir, "cache"), logLevel: "error", server: { host: "127.0.0.1", port: 0, hmr: false, watch: null } });
      servers.push(server);
      await server.listen();
      return `http://127.0.0.1:${server.httpServer.address().port}`;
    });
    await Promise.all(servers.map((server) => server.close()));
  },

  /** watch(config): webpack as its development server runs it; resolves when the first bundle is written. */
  watch: async ({}, use) => {
    const watching = [];
    await use((config) => new Promise((resolve, reject) => {
      const compiler = webpack({ mode: "development", ...config });
      watching.push(compiler.watch({}, (error, stats) => (error ? reject(error) : resolve(stats))));
    }));
    await Promise.all(watching.map((one) => new Promise((done) => one.close(done))));
  },
});

// One pack and one install serve the whole file.
test.describe.configure({ mode: "default" });

const module = { "index.html": page('<script type="module" src="main.js"></script>') };

for (const [name, bundler] of [["vite 8", vite], ["vite 7", vite7], ["vite 6", vite6]]) {
  test(`${name}: build`, async ({ app, serve, authenticates }) => {
    const dir = app({ ...module, "main.js": program(imported) });
    await bundler.build({ configFile: false, root: dir, logLevel: "error" });
    await authenticates(await serve(join(dir, "dist")));
  });

  test(`${name}: development server`, async ({ app, dev, authenticates }) => {
    const dir = app({ ...module, "main.js": program(imported) });
    await authenticates(await dev(bundler, dir));
  });
}

test("vite 8: the build without WebAssembly", async ({ app, dev, authenticates }) => {
  const dir = app({ ...module, "main.js": program('import { connect } from "socketio-jwt-wasm/nowasm";') });
  await authenticates(await dev(vite, dir));
});

const said = (stats) => stats.toJson({ all: false, errors: true, warnings: true });
const bundled = (dir) => ({ context: dir, entry: "./src.js", output: { path: join(dir, "out"), publicPath: "auto" } });

test("webpack 5: build", async ({ app, serve, authenticates }) => {
  const dir = app({ "src.js": program(imported), "out/index.html": page('<script defer src="main.js"></script>') });
  const stats = await promisify(webpack)({ mode: "production", ...bundled(dir) });
  expect(said(stats)).toMatchObject({ errors: [], warnings: [] });
  await authenticates(await serve(join(dir, "out")));
});

test("webpack 5: in development, watching", async ({ app, serve, watch, authenticates }) => {
  const dir = app({ "src.js": program(imported), "out/index.html": page('<script defer src="main.js"></script>') });
  expect(said(await watch(bundled(dir)))).toMatchObject({ errors: [], warnings: [] });
  await authenticates(await serve(join(dir, "out")));
});

const rolled = (dir) => ({ input: join(dir, "main.js"), plugins: [nodeResolve({ browser: true })], onLog: (level, { message }) => expect(`${level}: ${message}`).toBe("nothing") });

test("rollup: build", async ({ app, serve, authenticates }) => {
  const dir = app({ "main.js": program(imported), "out/index.html": page('<script defer src="main.js"></script>') });
  const bundle = await rollup.rollup(rolled(dir));
  await bundle.write({ file: join(dir, "out/main.js"), format: "iife", compact: true });
  await bundle.close();
  await authenticates(await serve(join(dir, "out")));
});

test("rollup: in development, watching", async ({ app, serve, authenticates }) => {
  const dir = app({ "main.js": program(imported), "out/index.html": page('<script type="module" src="main.js"></script>') });
  const watcher = rollup.watch({ ...rolled(dir), output: { file: join(dir, "out/main.js"), format: "es", sourcemap: true } });
  await new Promise((resolve, reject) => watcher.on("event", ({ code, result, error }) => {
    result?.close();
    if (code === "END") resolve();
    if (code === "ERROR") reject(error);
  }));
  await watcher.close();
  await authenticates(await serve(join(dir, "out")));
});

/** `go tool esbuild`, with which the package itself is built. */
const esbuild = (dir, ...flags) => run("go", ["tool", "esbuild", join(dir, "main.js"), "--bundle", "--log-level=error", `--outfile=${join(dir, "out/main.js")}`, ...flags], { cwd: root });

for (const [name, format, tag, ...flags] of [["build", "iife", "defer", "--minify"], ["in development", "esm", 'type="module"', "--sourcemap"]])
  test(`esbuild: ${name}, ${format}`, async ({ app, serve, authenticates }) => {
    const dir = app({ "main.js": program(imported), "out/index.html": page(`<script ${tag} src="main.js"></script>`) });
    await esbuild(dir, `--format=${format}`, ...flags);
    await authenticates(await serve(join(dir, "out")));
  });

test("a program that uses nothing of the package is bundled without it", async ({ app }) => {
  const dir = app({ "main.js": 'import { connect } from "socketio-jwt-wasm";\nimport * as other from "socketio-jwt-wasm/nowasm";\nconsole.log("nothing");\n' });
  await esbuild(dir, "--format=esm");
  expect(readFileSync(join(dir, "out/main.js"), "utf8").length).toBeLessThan(200);
});

test("a classic script is bundled for what it sets", async ({ app }) => {
  const dir = app({ "main.js": 'import "socketio-jwt-wasm/socketio-jwt.min.js";\n' });
  await esbuild(dir, "--format=esm");
  expect(readFileSync(join(dir, "out/main.js"), "utf8")).toContain("SocketIOJWT");
});

/** The first block of code in a README that contains this. */
const printed = (file, what) => [...readFileSync(join(root, file), "utf8").matchAll(/```(?:html|js)\b.*\n([^]*?)```/g)].map((block) => block[1]).find((code) => code.includes(what));

for (const [name, file, what, prepare] of [
  ["the script in README.md", "README.md", "connect(", (snippet) => ({ "index.html": page(snippet) })],
  ["the import map in docs/loading.md", "docs/loading.md", "importmap", (snippet) => ({ "index.html": page(snippet) })],
  ["the module in js/README.md", "js/README.md", "import { connect }", (snippet) => ({ "main.js": snippet, "index.html": page('<script>const session = { accessToken: () => fetch("/token").then((answer) => answer.text()) }</script><script type="module" src="/out/main.js"></script>') })],
])
  test(`${name}, as it is printed but for the address`, async ({ app, serve, server, context, errors }) => {
    const chat = await server({ io: "4", mode: "handshake", cors: "answered", protect: ["/chat"] });
    const snippet = printed(file, what);
    expect(snippet).toContain("https://api.example.com/chat");
    const dir = app({ token: token(), ...prepare(snippet.replace("https://api.example.com", chat.url)) });
    mkdirSync(join(dir, "assets"));
    for (const name of ["socketio-jwt.min.js", "index.js"]) copyFileSync(join(dir, "node_modules/socketio-jwt-wasm/dist", name), join(dir, "assets", name));
    if (file.startsWith("js")) await esbuild(dir, "--format=esm");
    const tab = await context.newPage();
    tab.on("pageerror", (error) => errors.push(error.message));
    await tab.goto(await serve(dir));
    expect((await chat.until("ready", ({ nsp }) => nsp === "/chat")).decoded.sub).toBe("ada");
    expect(await chat.until("event")).toMatchObject({ nsp: "/chat", name: "message", args: ["hi"], ack: true });
  });
