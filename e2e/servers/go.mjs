// The example's Go server, as a child process; `make build/goserver` builds it (playwright's global setup does).
import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import { createInterface } from "node:readline";
import { SECRET } from "../lib/tokens.mjs";
import { ServerHandle } from "./index.mjs";

const PROGRAM = fileURLToPath(new URL("../../build/goserver", import.meta.url));

/** `site` is the address of a server that has the pages. The handle observes and stops; it takes no commands. */
export async function startGo({ mode, jwt, protect = ["/"], open = [], eio3 = false }, site) {
  const child = spawn(PROGRAM, [JSON.stringify({ mode, jwt, protect, open, eio3, secret: SECRET, site })], { stdio: ["pipe", "pipe", "inherit"] });
  const exited = new Promise((done) => child.once("exit", done));
  const handle = new ServerHandle(0, async (what) => {
    if (what !== "stop") throw new Error(`the Go server takes no commands, such as ${what}`);
    child.stdin.end();
    await exited;
  });
  await new Promise((done, fail) => {
    exited.then((code) => fail(new Error(`the Go server ended with ${code}`)));
    createInterface(child.stdout).on("line", (line) => {
      const { port, observation } = JSON.parse(line);
      if (port) done((handle.port = port));
      else handle.observe(observation);
    });
  });
  return handle;
}
