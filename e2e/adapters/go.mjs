// The adapter of Go programs: client/zishang in a process, see godriver/main.go.
import { execFileSync, spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { Client } from "./client.mjs";

const root = fileURLToPath(new URL("../../", import.meta.url));

/** Builds the program under a name of this worker's own, and returns its path. */
export function buildGo(worker) {
  const program = `build/godriver-${worker}`;
  execFileSync("go", ["build", "-o", program, "./e2e/adapters/godriver"], { cwd: root });
  return root + program;
}

/** As startPage(page). What the program writes to its log is an error. */
export async function startGo(program) {
  const clients = [];
  const calls = new Map();
  const logged = [];
  let next = 1;
  const child = spawn(program, [], { stdio: ["pipe", "pipe", "pipe"] });
  const exited = new Promise((done) => child.once("exit", done));
  exited.then((code) => calls.forEach(({ reject }) => reject(new Error(`the Go program ended with ${code}: ${logged.join("\n")}`))));
  createInterface(child.stderr).on("line", (line) => logged.push(line));
  const say = (message) => child.stdin.write(JSON.stringify(message) + "\n");
  const call = (message) =>
    new Promise((resolve, reject) => {
      const id = next++;
      calls.set(id, { resolve, reject });
      say({ ...message, id });
    });

  createInterface(child.stdout).on("line", async (line) => {
    const { id, result, error, conn, note, value, ask, cause, hook, refusal } = JSON.parse(line);
    if (ask) say({ do: "answer", question: ask, ...(await clients[conn].asked(cause)) });
    else if (hook) say({ do: "answer", question: hook, token: await clients[conn].refused(refusal) });
    else if (note) clients[conn].note(note, value);
    else {
      const { resolve, reject } = calls.get(id);
      calls.delete(id);
      if (error) reject(new Error(error));
      else resolve(result);
    }
  });

  return {
    logged,
    async connect(url, options, script) {
      const conn = clients.length;
      clients.push(new Client({ ...script, call: (what, ...args) => call({ do: what, conn, args }) }));
      await call({ do: "open", conn, url, options });
      return clients[conn];
    },
    async stop() {
      child.stdin.end();
      await exited;
    },
  };
}
