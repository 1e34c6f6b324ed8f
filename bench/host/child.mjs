// A process of its own for what would otherwise share the driver's time.
import { fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";

/** Starts a script of this folder, which tells its port. */
export async function child(file, ...argv) {
  const started = fork(fileURLToPath(new URL(file, import.meta.url)), argv.map(String));
  const [{ port }] = await once(started, "message");
  return { port, pid: started.pid, stop: () => started.kill() };
}
