// Frames that take almost no time of the server: encoded once, written to the TCP socket as they are, and counted without
// decoding.
const small = (i) => ({ id: i, name: "ann", text: "the quick brown fox" });

let json;
/** About 100 KB of JSON, such as a list that a page asks for. */
const large = () =>
  (json ??= Array.from({ length: 900 }, (_, i) => ({ id: i, name: `name ${i}`, email: `user${i}@example.com`, tags: ["a", "b", "c"], score: i * 1.5, active: i % 2 === 0, note: "é – ü" })));

const binary = Buffer.alloc(64 * 1024, 7);

export const payload = (kind, i) => (kind === "small" ? small(i) : kind === "json" ? large() : binary);

const encoded = new Map();

/** n events "n" as WebSocket frames of a server: [name, number, payload]. */
export function encodeFrames(kind, n, dialect) {
  const key = `${kind} ${n} ${dialect}`;
  if (!encoded.has(key)) {
    const parts = [];
    for (let i = 0; i < n; i++) {
      if (kind !== "binary") parts.push(frame(text(["n", i, payload(kind, i)], dialect)));
      else {
        if (dialect === "socket.io") parts.push(frame(`451-["n",${i},{"_placeholder":true,"num":0}]`));
        parts.push(frame(binary));
      }
    }
    encoded.set(key, Buffer.concat(parts));
  }
  return encoded.get(key);
}

const text = (event, dialect) => (dialect === "bare" ? "[0," : "42[") + JSON.stringify(event).slice(1);

function frame(data) {
  const body = Buffer.from(data);
  const long = body.length > 65535 ? 10 : body.length > 125 ? 4 : 2;
  const head = Buffer.alloc(long);
  head[0] = typeof data === "string" ? 0x81 : 0x82;
  if (long === 10) head[1] = 127, head.writeBigUInt64BE(BigInt(body.length), 2);
  else if (long === 4) head[1] = 126, head.writeUInt16BE(body.length, 2);
  else head[1] = body.length;
  return Buffer.concat([head, body]);
}

/** Writes to the TCP socket directly: no other frame is on its way, as the page waits for the flood. */
export const flood = (ws, frames) => ws._socket.write(frames);

/** Resolves when n frames have come. The server does not get them, only pongs, without which it would close. */
export function countFrames(ws, n) {
  const listeners = ws.listeners("message");
  ws.removeAllListeners("message");
  return new Promise((done) => {
    ws.on("message", function count(data, binary) {
      if (data.length === 1) return listeners.forEach((listen) => listen.call(ws, data, binary));
      if (--n) return;
      ws.removeListener("message", count);
      for (const listen of listeners) ws.on("message", listen);
      done();
    });
  });
}
