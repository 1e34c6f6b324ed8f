// The ports of servers that stop and start again, or stay stopped. A port from the system could belong to another process
// by then: to another server, or to the local end of a connection.
import { createServer } from "node:net";

const SIZE = 500;
const LOWEST = 12_000;
const HIGHEST = 32_000; // systems choose ports from 32,768 on

let block; // the promise of this process's first port
// From a random block on: browsers keep state by origin, and the process before may have used the same block.
let turn = Math.floor(Math.random() * SIZE);

/** Makes the server listen on a port of this process, or on the given one; resolves with the port. */
export async function listen(server, port) {
  if (port) return heard(server, port);
  const first = await (block ??= claim());
  for (let tries = 1; ; tries++) {
    const next = first + 1 + (turn++ % (SIZE - 1));
    try {
      return await heard(server, next);
    } catch (error) {
      if (error.code !== "EADDRINUSE" || tries === SIZE) throw error;
    }
  }
}

/** Returns a port for another program to listen on. */
export async function portForAnother() {
  const server = createServer();
  const port = await listen(server);
  await new Promise((done) => server.close(done));
  return port;
}

/** A block of SIZE ports: the process that listens on the first one owns all. */
async function claim() {
  for (let first = LOWEST; first < HIGHEST; first += SIZE) {
    try {
      return await heard(createServer().unref(), first);
    } catch (error) {
      if (error.code !== "EADDRINUSE") throw error;
    }
  }
  throw new Error(`no ${SIZE} ports between ${LOWEST} and ${HIGHEST} are free`);
}

function heard(server, port) {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, "127.0.0.1", () => {
      server.off("error", reject);
      resolve(port);
    });
  });
}
