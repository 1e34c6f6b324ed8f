// The example's Go server, as a child process; `make build/goserver` builds it (playwright's global setup does).
import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import { createInterface } from "node:readline";
import { SECRET } from "../lib/tokens.mjs";
import { late, ServerHandle } from "./index.mjs";

const PROGRAM = fileURLToPath(new URL("../../build/goserver", import.meta.url));

/** `site` is the address of a server with the pages. The handle observes and stops, and takes no commands. */
export async function startGo({ mode, jwt, protect = ["/"], open = [], eio3 = false, dynamic = "", http3 = false }, site) {
  const child = spawn(PROGRAM, [JSON.stringify({ mode, jwt, protect, open, eio3, dynamic, http3, secret: SECRET, site })], { stdio: ["pipe", "pipe", "inherit"] });
  const exited = new Promise((done) => child.once("exit", done));
  const syncs = [];
  let hash;
  const handle = new ServerHandle(0, async (what, { name } = {}) => {
    if (what === "sync") return new Promise((done) => syncs.push(done) && child.stdin.write("sync\n"));
    if (what === "command" && name === "certificate") return hash;
    if (what !== "stop") throw new Error(`the Go server takes no commands, such as ${what}`);
    child.stdin.end();
    await exited;
  });
  await new Promise((done, fail) => {
    exited.then((code) => fail(new Error(`the Go server ended with ${code}`)));
    const hear = late((line) => {
      const { port, observation, synced, ...more } = JSON.parse(line);
      if (port) {
        hash = [...Buffer.from(more.hash ?? "", "base64")];
        done((handle.port = port));
      }
      else if (synced) syncs.shift()();
      else handle.observe(observation);
    });
    createInterface(child.stdout).on("line", hear);
  });
  return handle;
}
