// A Node of at least 22: the one that runs this, or the one that npm ci has installed beside the tests.
import { installed } from "./installed.js";

export const node22 = () =>
  Number(process.versions.node.split(".")[0]) >= 22 ? process.execPath : installed(`node-22-${process.arch}`, "bin/node", "run the tests with Node 22 or later");
