// Unit tests of the modules that need no browser: compiles js/src as it ships (minified, names mangled) to
// build/js-test, then runs node's test runner over js/test/*.test.mjs.
//   node js/test/run.mjs [file …]
import { spawnSync } from "node:child_process";
import { mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const here = dirname(fileURLToPath(import.meta.url));
const root = join(here, "../..");
const out = join(root, process.env.JS_TEST_OUT || "build/js-test");
const src = process.env.JS_TEST_SRC || "js/src";
const leaves = [
  "bridge/bridge.gen", "bridge/calls", "bridge/clock", "bridge/core", "bridge/nowasm", "bridge/start", "bridge/wasm",
  "engine/byhand", "engine/deliveries", "engine/effects", "engine/engine", "engine/errors", "engine/first", "engine/handover",
  "engine/links", "engine/manager", "engine/reader", "engine/revision", "engine/wildcard", "engine/transport", "engine/transports/custom", "engine/transports/left", "engine/transports/payload",
  "engine/transports/polling",
  "engine/transports/registry", "engine/transports/websocket", "engine/transports/webtransport", "engine/unopened", "engine/writer",
  "auth/acknowledgement", "auth/claims", "auth/crosstab", "auth/hooks", "auth/leave", "auth/numbers", "auth/promises", "auth/redact", "auth/redirect",
  "auth/refusal", "auth/refusals", "auth/source", "auth/trail", "auth/ways",
  "debug", "emitter", "frameworks/preact", "frameworks/sockets", "frameworks/svelte", "frameworks/vue", "idle", "listen", "options", "session", "tables", "trace", "url", "values",
];

const run = (command, args) => {
  const { status, error } = spawnSync(command, args, { cwd: root, stdio: "inherit" });
  if (error) console.error(`${command}: ${error.message}`);
  if (status !== 0) process.exit(status ?? 1);
};

rmSync(out, { recursive: true, force: true });
mkdirSync(out, { recursive: true });
writeFileSync(join(out, "package.json"), '{"type":"module"}');
const compiler = ["tool", "esbuild", "--format=esm", "--minify", "--mangle-props=^_", "--target=es2020", "--log-level=warning", "--tsconfig=js/tsconfig.json", '--define:__VERSION__="test"'];
run("go", [...compiler, ...leaves.map((name) => `${src}/${name}.ts`), `--outdir=${out}`, "--reserve-props=^_initialize$"]);
// The same with private properties under their own names: for tests that put something of theirs in a neighbour's place.
run("go", [...compiler.filter((arg) => !arg.startsWith("--mangle")), ...leaves.map((name) => `${src}/${name}.ts`), `--outdir=${out}/plain`]);
// The names that the Makefile keeps.
const kept = /--reserve-props='([^']+)'/.exec(readFileSync(join(root, "Makefile"), "utf8"))[1].replaceAll("$$", "$");
// The whole client: modules that are compiled one by one do not agree on the names of each other's private properties.
const whole = ["api", "bridge/start", "bridge/wasm", "testing", "testing/hosts", "testing/websocket"].map((name) => `export * from "${join(root, src, name)}.js";`).join("\n");
writeFileSync(join(out, "whole.ts"), whole);
run("go", [...compiler, "--bundle", join(out, "whole.ts"), `--outfile=${out}/whole.js`, `--reserve-props=${kept}`]);

const asked = process.argv.slice(2);
const files = asked.length ? asked : readdirSync(here).filter((f) => f.endsWith(".test.mjs")).map((f) => join(here, f));
// More files at once than cores: a file mostly waits, for its servers and for requests that a fake never answers. The limit
// is each test's and each file's: it says that something will not come any more. mutants.mjs gives a shorter one, and does not
// wait for timers that are left at the end of a file.
const limit = process.env.JS_TEST_TIMEOUT;
run(process.execPath, ["--test", "--test-concurrency=4", `--test-timeout=${limit || 180_000}`, ...(limit ? ["--test-force-exit"] : []), ...files]);
