// Compiles code written for socket.io-client against its types and against ours, and the tests of what we add.
//   node js/types/tests/run.mjs
// Needs the packages of e2e/ (npm ci there). Any diagnostic fails.
import { createRequire } from "node:module";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";

const here = dirname(fileURLToPath(import.meta.url));
const ts = createRequire(join(here, "../../../e2e/package.json"))("typescript");

function compile(config, extra = {}) {
  const path = join(here, `tsconfig.${config}.json`);
  const parsed = ts.getParsedCommandLineOfConfigFile(path, {}, { ...ts.sys, onUnRecoverableConfigFileDiagnostic: (d) => report([d]) });
  const host = ts.createCompilerHost(parsed.options);
  const read = host.getSourceFile;
  host.getSourceFile = (name, ...rest) =>
    name in extra ? ts.createSourceFile(name, extra[name], rest[0]) : read.call(host, name, ...rest);
  const exists = host.fileExists;
  host.fileExists = (name) => name in extra || exists(name);
  const program = ts.createProgram([...parsed.fileNames, ...Object.keys(extra)], parsed.options, host);
  const files = program.getSourceFiles().map((f) => relative(here, f.fileName));
  const tests = parsed.fileNames.filter((f) => !f.endsWith(".d.ts")).map((f) => program.getSourceFile(f));
  const assertions = tests.reduce((n, f) => n + (f.text.match(/@ts-expect-error|expectType<|accepts</g) || []).length, 0);
  return { diagnostics: [...parsed.errors, ...ts.getPreEmitDiagnostics(program)], files, tests: tests.length, assertions };
}

function report(diagnostics) {
  if (!diagnostics.length) return;
  const host = { getCanonicalFileName: (f) => f, getCurrentDirectory: () => process.cwd(), getNewLine: () => "\n" };
  console.error(ts.formatDiagnostics(diagnostics, host));
  process.exitCode = 1;
}

function must(what, ok) {
  if (ok) return;
  console.error("types: " + what);
  process.exitCode = 1;
}

const official = compile("official");
const dropin = compile("dropin");
const own = compile("own");
const frameworks = compile("frameworks");
for (const { diagnostics } of [official, dropin, own, frameworks]) report(diagnostics);

// Each run looked at the types that it is meant to look at, and only at those.
const uses = (run, part) => run.files.some((f) => f.includes(part));
must("the official run does not reach socket.io-client", uses(official, "socket.io-client/build") && !uses(official, "../index.d.ts"));
for (const run of [dropin, own]) must("ours are not self-contained", uses(run, "../index.d.ts") && !uses(run, "node_modules/socket.io") && !uses(run, "node_modules/@"));
must("the two runs differ in files", official.tests > 0 && official.tests === dropin.tests && official.assertions === dropin.assertions);

// The assertions can fail.
const probe = join(here, "shared/probe.ts");
const wrong = [
  'import { io } from "socket.io-client"; import { accepts, expectType } from "../expect.js";',
  "expectType<any>()(io().id);",
  "expectType<string>()(io().id);",
  "accepts<string>(io().id);",
  "// @ts-expect-error\nio();",
].join("\n");
for (const config of ["official", "dropin"]) {
  const caught = compile(config, { [probe]: wrong }).diagnostics.length;
  must(`${config}: ${caught} of 4 wrong assertions noticed`, caught === 4);
}

if (!process.exitCode)
  console.log(
    `types: ${official.tests} files, ${official.assertions} assertions hold for socket.io-client and for socketio-jwt-wasm; ` +
      `${own.tests + frameworks.tests} files, ${own.assertions + frameworks.assertions} assertions on what is added`,
  );
