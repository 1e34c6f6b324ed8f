// WebTransport for a real server: http3/ ends HTTP/3 on the server's own port, and each session comes here as a TCP
// connection. engine.io gets an object like those of @fails-components/webtransport.
import { spawn } from "node:child_process";
import { once } from "node:events";
import net from "node:net";
import { createInterface } from "node:readline";
import { Duplex } from "node:stream";
import { fileURLToPath } from "node:url";

const PROGRAM = fileURLToPath(new URL("../../build/http3", import.meta.url));

/** Serves WebTransport sessions on UDP `port` to `engine`. `hash` is its certificate's, as numbers. */
export async function startHttp3(engine, port) {
  const sessions = new Set();
  const backend = net.createServer((connection) => {
    sessions.add(connection.on("close", () => sessions.delete(connection)));
    connection.on("error", () => {});
    engine.onWebTransportSession(sessionOf(connection));
  });
  await new Promise((done) => backend.listen(0, "127.0.0.1", done));
  const child = spawn(PROGRAM, [JSON.stringify({ port, backend: backend.address().port })], { stdio: ["pipe", "pipe", "inherit"] });
  const exited = once(child, "exit");
  const [line] = await Promise.race([
    once(createInterface(child.stdout), "line"),
    exited.then(([code]) => Promise.reject(new Error(`http3 ended with ${code}`))),
  ]);
  return {
    hash: [...Buffer.from(JSON.parse(line).hash, "base64")],
    /** Cuts all sessions at once, without a close. */
    cut: () => sessions.forEach((connection) => connection.destroy()),
    async stop() {
      child.stdin.end();
      sessions.forEach((connection) => connection.destroy());
      backend.close();
      await exited;
    },
  };
}

function sessionOf(connection) {
  return {
    ready: Promise.resolve(),
    closed: new Promise((done) => connection.once("close", done)),
    incomingBidirectionalStreams: new ReadableStream({
      start(streams) {
        streams.enqueue(Duplex.toWeb(connection));
        streams.close();
      },
    }),
    close: () => connection.end(),
  };
}
