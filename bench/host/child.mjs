// Child processes for work that would otherwise take the driver's time.
import { fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";

/** Starts a script of this folder, which prints its port. */
export async function child(file, ...argv) {
  const started = fork(fileURLToPath(new URL(file, import.meta.url)), argv.map(String));
  const [{ port }] = await once(started, "message");
  return { port, pid: started.pid, stop: () => started.kill() };
}
