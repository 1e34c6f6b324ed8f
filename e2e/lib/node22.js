// A Node of at least 22: the one that runs this, or the one that npm ci has installed beside the tests.
import { createRequire } from "node:module";
import { dirname, join } from "node:path";

export function node22() {
  if (Number(process.versions.node.split(".")[0]) >= 22) return process.execPath;
  const name = `node-22-${process.arch}`;
  try {
    return join(dirname(createRequire(import.meta.url).resolve(`${name}/package.json`)), "bin/node");
  } catch (cause) {
    throw new Error(`this needs Node 22 or later, and npm has installed no ${name} in e2e: run the tests with a later Node`, { cause });
  }
}
