// Unit tests of the modules that need no browser: compiles js/src as it ships (minified, names mangled) to
// build/js-test, then runs node's test runner over js/test/*.test.mjs.
//   node js/test/run.mjs [file …]
import { spawnSync } from "node:child_process";
import { mkdirSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const here = dirname(fileURLToPath(import.meta.url));
const root = join(here, "../..");
const out = join(root, process.env.JS_TEST_OUT || "build/js-test");
const src = process.env.JS_TEST_SRC || "js/src";
const leaves = [
  "bridge/bridge.gen", "bridge/calls", "bridge/clock", "bridge/core", "bridge/nowasm", "bridge/start", "bridge/wasm",
  "engine/above", "engine/byhand", "engine/deliveries", "engine/effects", "engine/engine", "engine/errors", "engine/first", "engine/handover",
  "engine/links", "engine/packets", "engine/reader", "engine/revision", "engine/transport", "engine/transports/payload", "engine/transports/polling",
  "engine/transports/registry", "engine/transports/websocket", "engine/unopened", "engine/writer",
  "auth/acknowledgement", "auth/claims", "auth/crosstab", "auth/hooks", "auth/leave", "auth/numbers", "auth/redact", "auth/redirect",
  "auth/refusal", "auth/source", "auth/token", "auth/trail", "auth/ways",
  "api", "emitter", "listen", "manager", "options", "socket", "tables", "url", "values",
];

const run = (command, args) => {
  const { status, error } = spawnSync(command, args, { cwd: root, stdio: "inherit" });
  if (error) console.error(`${command}: ${error.message}`);
  if (status !== 0) process.exit(status ?? 1);
};

rmSync(out, { recursive: true, force: true });
mkdirSync(out, { recursive: true });
writeFileSync(join(out, "package.json"), '{"type":"module"}');
run("go", [
  "tool", "esbuild", ...leaves.map((name) => `${src}/${name}.ts`), `--outdir=${out}`,
  "--format=esm", "--minify", "--mangle-props=^_", "--reserve-props=^_initialize$", "--target=es2020", "--log-level=warning", `--define:__VERSION__="test"`,
]);

const asked = process.argv.slice(2);
const files = asked.length ? asked : readdirSync(here).filter((f) => f.endsWith(".test.mjs")).map((f) => join(here, f));
run(process.execPath, ["--test", `--test-timeout=${process.env.JS_TEST_TIMEOUT || 30000}`, ...files]);
