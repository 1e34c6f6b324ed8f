// The ports of servers that stop and start again, or that a page is to find gone. One that the system gives to whoever asks
// for any may be somebody else's by then: another server's, or the near end of a connection.
import { createServer } from "node:net";

const SIZE = 500;
const LOWEST = 12_000;
const HIGHEST = 32_000; // systems give from 32,768 on

let block; // the promise of this process's first port
// In turn, from anywhere: a browser keeps things for an origin, and the process before this one may have had the block.
let turn = Math.floor(Math.random() * SIZE);

/** Has the server listen on a port of this process's own, or on that one; resolves with the port. */
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

/** A port on which another program is about to listen. */
export async function portForAnother() {
  const server = createServer();
  const port = await listen(server);
  await new Promise((done) => server.close(done));
  return port;
}

/** SIZE ports: who listens on the first of them has them all. */
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
