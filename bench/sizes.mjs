// Sizes as a visitor pays them, by `go run ./bench/size`.
import { execFileSync } from "node:child_process";
import { root } from "./host/build.mjs";

export function sizes(site) {
  const found = JSON.parse(execFileSync("go", ["run", "./bench/size", "-json", "-dist", `${site}/ours`], { cwd: root, encoding: "utf8" }));
  return found;
}
