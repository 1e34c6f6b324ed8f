// Runtimes other than browsers that have fetch and WebSocket: the one that npm has installed beside the tests.
import { installed } from "./installed.js";
import { node22 } from "./node22.js";

const otherwise = "cd e2e && npm ci, on Linux with glibc";

/** By name: the program, and what stands before the name of a module that it is to run. */
export const runtimes = {
  Node: () => [node22()],
  Deno: () => [installed(`@deno/linux-${process.arch}-glibc`, "deno", otherwise), "run", "--quiet", "--no-prompt", "--allow-net=localhost,127.0.0.1"],
  Bun: () => [installed(`@oven/bun-linux-${process.arch === "arm64" ? "aarch64" : process.arch}`, "bin/bun", otherwise), "run"],
};
