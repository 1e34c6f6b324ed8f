// The npm package: what is in it, and what TypeScript, Node and Jest find there. No bundler and no page; see bundlers.spec.js.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, root, run, test, token } from "../lib/app.js";

// One pack and one install serve the whole file.
test.describe.configure({ mode: "default" });

const { version } = JSON.parse(readFileSync(join(root, "js/package.json")));
const entries = ["socketio-jwt-wasm", "socketio-jwt-wasm/nowasm"];
/** Entries that hold nothing of the client. */
const others = ["testing", "react", "vue", "svelte", "solid", "preact", "angular"];
const scripts = ["index.js", "index.cjs", "nowasm.js", "nowasm.cjs", "socketio-jwt.min.js", "socketio-jwt.nowasm.min.js", ...others.flatMap((name) => [name + ".js", name + ".cjs"])];
const types = ["index.d.ts", "index.d.cts", "nowasm.d.ts", "nowasm.d.cts", "script.d.ts", ...others.flatMap((name) => [name + ".d.ts", name + ".d.cts"])];

test("npm packs the scripts, their maps and hashes, types, README, changelog and licence, and nothing else", ({ app }) => {
  const dist = [...scripts, ...scripts.map((name) => name + ".map"), ...types, "integrity.json"].map((name) => "dist/" + name);
  expect(app.files.sort()).toEqual(["CHANGELOG.md", "LICENSE", "README.md", "package.json", ...dist].sort());
});

test("each script names its map, and no map tells of the machine that built it", async ({ app }) => {
  const dir = join(app({}), "node_modules/socketio-jwt-wasm/dist");
  for (const name of scripts) {
    expect(readFileSync(join(dir, name), "utf8")).toContain(`//# sourceMappingURL=${name}.map`);
    const map = JSON.parse(readFileSync(join(dir, name + ".map"), "utf8"));
    expect(map.sourcesContent).toHaveLength(map.sources.length);
    for (const source of map.sources) expect(source).toMatch(/^\.\.\/(src|\.\.\/build)\//);
  }
});

test("scripts for browsers begin with the hint to compile all functions while they arrive", async ({ app }) => {
  const dir = join(app({}), "node_modules/socketio-jwt-wasm/dist");
  for (const name of ["index.js", "socketio-jwt.min.js"]) expect(readFileSync(join(dir, name), "utf8")).toMatch(/^\/\/# allFunctionsCalledOnLoad\n/);
});

// --- TypeScript ----------------------------------------------------------------------------------------------------------

const use = `const via: Via = "query";
load().then(() => connect("/", { via, token: async () => "x" }).authenticated === io("/").connected);
// @ts-expect-error
connect("/", { via: "cookie" });
`;
const imports = (entry) => `import io, { connect, load, type Via } from "${entry}";\n${use}`;
const requires = (entry) => `import io = require("${entry}");
const { connect, load } = io;
type Via = io.Via;
const same: boolean = io === io.io && io.default("/").connected;
const socket: io.Socket = io("/", { token: "x" });
${use}`;
/** The client's own types and those of an entry beside it are the same. */
const hooks = `import { connect } from "socketio-jwt-wasm";
import { useSession, useSocket } from "socketio-jwt-wasm/react";
const name: string | undefined = useSession(useSocket(() => connect<{ name: string }>("/"))).claims?.name;
// @ts-expect-error
useSocket(connect("/"));
`;
const script = 'import "socketio-jwt-wasm/socketio-jwt.min.js";\nimport "socketio-jwt-wasm/socketio-jwt.nowasm.min.js";\n';

const tsc = join(root, "e2e/node_modules/typescript/bin/tsc");
/** Of the declarations ours are checked, and not TypeScript's own of the browser, which takes as long again. */
const strict = ["--strict", "--skipDefaultLibCheck", "--target", "es2020", "--lib", "es2020,dom"];

/** tsc's settings in projects as they are, and the type of their package.json. */
const projects = {
  "module nodenext": { flags: ["--module", "nodenext"], type: "module" },
  "module node16": { flags: ["--module", "node16"], type: "module" },
  "resolution bundler": { flags: ["--module", "es2020", "--moduleResolution", "bundler"], type: "module" },
  "resolution node10": { flags: ["--module", "es2020", "--moduleResolution", "node10"], type: "module" },
  "module nodenext, CommonJS": { flags: ["--module", "nodenext"], type: "commonjs", required: true },
  "module node16, CommonJS": { flags: ["--module", "node16"], type: "commonjs", required: true, script: false },
  "module commonjs": { flags: ["--module", "commonjs"], type: "commonjs", required: true },
  "module commonjs without esModuleInterop": { flags: ["--module", "commonjs", "--esModuleInterop", "false"], type: "commonjs", required: true },
};

for (const [name, { flags, type, required, script: hasScript = true }] of Object.entries(projects))
  test(`TypeScript finds the types of each entry: ${name}`, async ({ app }) => {
    const sources = Object.fromEntries(entries.flatMap((entry, i) => [
      [`import${i}.ts`, imports(entry)],
      ...(required ? [[`require${i}.ts`, requires(entry)]] : []),
    ]));
    sources["hooks.ts"] = hooks;
    if (hasScript) sources["script.ts"] = script;
    const dir = app({ ...sources, "package.json": JSON.stringify({ private: true, type }) });
    await run(process.execPath, [tsc, "--noEmit", ...strict, "--noUncheckedSideEffectImports", ...flags, ...Object.keys(sources)], { cwd: dir })
      .catch(({ stdout }) => expect(stdout).toBe(""));
  });

for (const interop of ["true", "false"])
  test(`tsc's CommonJS output of an import runs: esModuleInterop ${interop}`, async ({ app }) => {
    const dir = app({
      "package.json": '{"private":true,"type":"commonjs"}',
      "main.ts": 'declare const console: any;\nimport io, { connect, Manager, version } from "socketio-jwt-wasm";\nimport * as all from "socketio-jwt-wasm";\nconsole.log([io === connect, typeof io, typeof Manager, all.connect === io, version].join(" "));\n',
    });
    await run(process.execPath, [tsc, ...strict, "--module", "commonjs", "--esModuleInterop", interop, "main.ts"], { cwd: dir });
    const { stdout } = await run(process.execPath, ["main.js"], { cwd: dir });
    expect(stdout).toBe(`true function function true ${version}\n`);
  });

// --- Node ----------------------------------------------------------------------------------------------------------------

for (const entry of entries) {
  test(`${entry} can be imported and used without a page`, async ({ app }) => {
    const dir = app({ "server.js": `import io, { connect, load, Manager, Socket, version } from "${entry}";\nconsole.log([connect, io, load, Manager, Socket].map((f) => typeof f).join(), version);\nload().then(() => console.log("runs"));\n` });
    const { stdout, stderr } = await run(process.execPath, ["server.js"], { cwd: dir });
    expect(stdout).toBe(`function,function,function,function,function ${version}\nruns\n`);
    expect(stderr).toBe("");
  });

  test(`require("${entry}") answers the function, which carries all that the ES module exports`, async ({ app }) => {
    const dir = app({
      "server.cjs": `const io = require("${entry}");
const { io: same, connect } = io;
import("${entry}").then((module) => {
  const missing = Object.keys(module).filter((name) => typeof io[name] !== typeof module[name]);
  console.log([typeof io, io === same, io === connect, io === io.default, ...missing].join(" "));
  return io.load();
}).then(() => console.log("runs"));
`,
    });
    const { stdout, stderr } = await run(process.execPath, ["server.cjs"], { cwd: dir });
    expect(stdout).toBe("function true true true\nruns\n");
    expect(stderr).toBe("");
  });
}

// --- Jest 29, with its defaults --------------------------------------------------------------------------------------------

const jestTest = (environment, options) => `/** @jest-environment ${environment} */
const io = require("socketio-jwt-wasm");
const { connect } = require("socketio-jwt-wasm");

test("a session", async () => {
  expect(connect).toBe(io);
  const socket = connect(process.env.SERVER, { token: process.env.TOKEN, via: "query", ${options} });
  await new Promise((done, failed) => {
    socket.on("connect", done);
    socket.on("connect_error", failed);
  });
  expect(await socket.emitWithAck("echo", "é€😀")).toBe("é€😀");
  socket.disconnect();
}, 60_000);
`;

for (const [environment, options] of [["node", ""], ["jsdom", 'transports: ["websocket"]']])
  test(`Jest 29 requires the package and has a session: ${environment}`, async ({ app, server }) => {
    const s = await server({ io: "4", mode: "handshake", cors: "answered" });
    const dir = app({ "package.json": '{"private":true}', "session.test.js": jestTest(environment, options) });
    const jest = join(root, "e2e/node_modules/jest/bin/jest.js");
    await run(process.execPath, [jest, "--rootDir", dir, "--watchman=false", "--ci"], { cwd: dir, env: { ...process.env, SERVER: s.url, TOKEN: token() } })
      .catch(({ stdout, stderr }) => expect(stdout + stderr).toBe(""));
    expect((await s.until("ready")).decoded.sub).toBe("ada");
  });
