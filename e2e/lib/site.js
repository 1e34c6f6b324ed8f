// The example's server, as `make example` runs it.
import { execFileSync, spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { expect } from "@playwright/test";
import { root } from "../fixtures/pack.mjs";

/** What a token looks like in a log: the two parts that every JWT of ours begins with. */
export const TOKEN = /eyJ[\w-]{8,}\.eyJ[\w-]{4,}/;

/** Builds the program under a name of this worker's own, and returns its path. */
export function buildSite(worker) {
  const program = `build/example-site-${worker}`;
  execFileSync("go", ["build", "-o", program, "./example-site"], { cwd: root });
  return root + program;
}

/** { address, stop() }. It must end orderly and write no token. */
export async function startSite(program) {
  const child = spawn(program, ["-port", "0", "-host", "127.0.0.1"], { cwd: root, stdio: ["ignore", "pipe", "pipe"] });
  const gone = new Promise((done) => child.once("exit", done));
  let said = "";
  child.stderr.on("data", (text) => (said += text));
  const address = await new Promise((done, fail) => {
    gone.then((code) => fail(new Error(`the example ended with ${code}: ${said}`)));
    createInterface(child.stdout).on("line", (line) => {
      said += line;
      const found = line.match(/http:\S+/);
      if (found) done(found[0]);
    });
  });
  return {
    address,
    async stop() {
      child.kill();
      expect(await gone, "ended orderly").toBe(0);
      expect(said, "what the server wrote").not.toMatch(TOKEN);
    },
  };
}
