// Copies the files that the pages load into a folder of this run, so that a build during the run does not change them.
import { execFile } from "node:child_process";
import { cp, mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const run = promisify(execFile);
export const root = fileURLToPath(new URL("../..", import.meta.url));
const modules = join(root, "e2e/node_modules");
const site = join(root, "build/bench", String(process.pid));

/** dist: the package to measure, js/dist if not told otherwise. before: another one of ours, to measure beside it. zishang: build its program, too. */
export async function buildSite({ dist = join(root, "js/dist"), before, zishang } = {}) {
  await mkdir(site, { recursive: true });
  const { stdout } = await run("go", ["env", "GOROOT"], { cwd: root });
  await Promise.all([
    cp(dist, join(site, "ours"), { recursive: true }),
    cp(join(root, "bench/page"), join(site, "page"), { recursive: true }),
    before && cp(before, join(site, "before"), { recursive: true }),
    cp(join(modules, "socket.io-client/dist/socket.io.esm.min.js"), join(site, "official.js")),
    cp(join(modules, "socket.io-client-2/dist/socket.io.js"), join(site, "official2.js")),
    cp(join(stdout.trim(), "lib/wasm/wasm_exec.js"), join(site, "wasm_exec.js")),
    zishang && wasm("zishang", join(site, "zishang.wasm")),
  ]);
  if (before) {
    const client = await readFile(join(root, "bench/page/client-ours.js"), "utf8");
    await writeFile(join(site, "page/client-before.js"), client.replace("../ours/", "../before/"));
  }
  return { site, remove: () => rm(site, { recursive: true, force: true }) };
}

/** With the flags of our own build. */
const wasm = (program, out) =>
  run("go", ["build", "-trimpath", "-ldflags=-s -w", "-o", out, `./bench/programs/${program}`], { cwd: root, env: { ...process.env, GOOS: "js", GOARCH: "wasm" } });
