// Runtimes other than browsers that have fetch and WebSocket: the one that npm has installed beside the tests.
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { node22 } from "./node22.js";

const { resolve } = createRequire(import.meta.url);

/** A file of a package that npm installs where the processor is the right one. */
function binary(name, file) {
  try {
    return join(dirname(resolve(`${name}/package.json`)), file);
  } catch (cause) {
    throw new Error(`npm has installed no ${name} in e2e: cd e2e && npm ci, on Linux with glibc`, { cause });
  }
}

/** By name: the program, and what stands before the name of a module that it is to run. */
export const runtimes = {
  Node: () => [node22()],
  Deno: () => [binary(`@deno/linux-${process.arch}-glibc`, "deno"), "run", "--quiet", "--no-prompt", "--allow-net=localhost,127.0.0.1"],
  Bun: () => [binary(`@oven/bun-linux-${process.arch === "arm64" ? "aarch64" : process.arch}`, "bin/bun"), "run"],
};
