// The sizes that a visitor loads, by `go run ./tools/size`, in KB.
import { execFileSync } from "node:child_process";
import { root } from "./host/build.mjs";

export function sizes(site) {
  const bytes = JSON.parse(execFileSync("go", ["run", "./tools/size", "-json", "-dist", `${site}/ours`], { cwd: root, encoding: "utf8" }));
  const kb = (name) => bytes[name] / 1024;
  return { ours: { "size.script": kb("socketio-jwt.min.js"), "size.nowasm": kb("socketio-jwt.nowasm.min.js") }, official: { "size.script": kb("socket.io-client") } };
}
