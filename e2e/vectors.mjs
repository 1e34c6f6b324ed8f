// Takes golden vectors for the codecs from the real servers: what they put on the wire, and what they understood of what
// was sent to them. Each is decoded by the parser of its own server version, never by ours.
//
//   node e2e/vectors.mjs        writes internal/engineio/testdata/socket.io-*.json and internal/socketio/testdata/…
//
// engineio: { server, eio, received: { polling: [{ body, packets }], websocket: [{ text|base64, packet }] }, accepted: … }
//   A body is the text of a response. 1.x encodes each packet once more as UTF-8 there; `packets` are the plain ones.
//   `accepted` are bodies and frames of ours that the server took for what they mean.
// socketio: { server, protocol, received: [{ text, attachments, packet, payload }], accepted: [{ text, attachments }] }
//   `payload` is the JSON at the end of `text`; `packet.data` is what the server's own parser makes of it.
//
// Session ids are replaced by others of the same length. To add a value, extend VALUES or BINARY; to add a situation,
// extend `session`.
import { createRequire } from "node:module";
import { mkdirSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { isDeepStrictEqual } from "node:util";
import { Host } from "./servers/index.mjs";
import { PollingWire, SocketWire } from "./lib/wire.mjs";

const root = new URL("../", import.meta.url);
const VALUES = [
  [],
  ["plain"],
  ["é€😀"],
  ["\ud800 lone \udc00", "\u2028\u2029\u0000\u007f\u0080"],
  [null, true, 0, -1.5, 1e21, "", [], {}],
  [{ a: { b: [1, { "ключ": "\"quoted\\" }] } }],
  ["12:4", "\u001e", "b4AA=="],
  ["x".repeat(300)],
];
const BINARY = [
  [Buffer.from([0, 1, 2, 254, 255])],
  [{ first: Buffer.from("é€😀"), deep: [{ second: Buffer.alloc(0) }] }, "tail"],
];

const versions = { 1: "1.7.4", 2: "2.5.1", 3: "3.1.2", 4: "4.8.4" };

async function take(io) {
  const eio = io < 3 ? 3 : 4;
  const name = `socket.io ${versions[io]}`;
  const parsers = parsersOf(io);
  const wires = {};
  for (const [transport, Wire] of [["polling", PollingWire], ["websocket", SocketWire]]) {
    const server = await host.real({ io, mode: "handshake", protect: ["/closed"], open: ["/", "/admin"] });
    wires[transport] = await session(server, new Wire(server.url, eio), eio);
    if (transport === "polling") wires.upgrade = await upgrade(server, eio);
    await server.stop();
    if (eio === 4) await serverPings(io, new Wire("", eio), wires[transport]);
  }

  const bodies = [...wires.polling.received, ...wires.upgrade.bodies].map((body) => ({ body: hide(body), packets: parsers.payload(hide(body)) }));
  const frames = [...wires.websocket.received, ...wires.upgrade.frames].map((frame) => ({ ...carry(hide(frame)), packet: parsers.packet(hide(frame)) }));
  write("engineio", io, {
    server: name,
    eio,
    received: { polling: bodies, websocket: frames },
    accepted: { polling: wires.polling.sent, websocket: wires.websocket.sent.map(carry) },
  });

  const messages = [...bodies.flatMap((b) => b.packets), ...frames.map((f) => f.packet)].filter((p) => p.type === "message");
  write("socketio", io, { server: name, protocol: eio + 1, received: unique(parsers.messages(messages)), accepted: unique([...wires.polling.messages, ...wires.websocket.messages]) });
}

/** Everything that one connection can show; awaits what it causes, so the order is the same in each run. */
async function session(server, wire, eio) {
  const at = (nsp) => (nsp === "/" ? "" : `${nsp},`);
  await wire.open();
  if (eio === 4) await wire.send("40");
  await wire.until((packet) => packet.startsWith("40"));
  for (const nsp of ["/admin", "/closed"]) {
    await wire.send(eio === 4 ? `40${nsp},` : `40${nsp}`);
    await wire.until((packet) => packet.startsWith(`40${nsp}`) || packet.startsWith(`44${nsp}`));
  }
  if (eio === 3) {
    await wire.send("2");
    await wire.until((packet) => packet === "3");
  }

  let id = 0;
  for (const nsp of ["/", "/admin"]) {
    for (const args of nsp === "/" ? VALUES : VALUES.slice(0, 3)) {
      await server.tell("emit", { nsp, args: ["v", ...args] });
      await wire.until((packet) => packet.startsWith(`42${at(nsp)}["v"`));
      await wire.send(`42${at(nsp)}${id}${JSON.stringify(["echo", ...args])}`);
      await wire.until((packet) => packet.startsWith(`43${at(nsp)}${id}[`));
      await understood(server, wire, args);
      id += 7; // ids of one, two and three digits
    }
    const asked = server.tell("ask", { nsp, args: ["question", "é?"] });
    const question = await wire.until((packet) => packet.includes('["question"'));
    await wire.send(question.replace(/^42/, "43").replace(/\[.*/s, '["answer é€😀"]'));
    if (!isDeepStrictEqual(await asked, ["answer é€😀"])) throw new Error("the ack was not understood");

    for (const args of BINARY) {
      await server.tell("emit", { nsp, args: ["v", ...args] });
      await wire.attachments(await wire.until((packet) => packet.startsWith("45")));
      const { text, buffers } = deconstruct(["echo", ...args]);
      await wire.send(`45${buffers.length}-${at(nsp)}${id}${text}`, ...buffers);
      await wire.attachments(await wire.until((packet) => packet.startsWith("46")));
      await understood(server, wire, args);
      id += 7;
    }
  }
  await wire.send('42["burst",3]');
  await wire.until((packet) => packet === '42["n",2]');
  await server.tell("disconnect", { nsp: "/admin" });
  await wire.until((packet) => packet.startsWith("41/admin"));
  await wire.send("41");
  await server.until("disconnect", (o) => o.nsp === "/");
  wire.close();
  return wire;
}

async function understood(server, wire, args) {
  const n = wire.messages.filter(({ text }) => text[0] === "2" || text[0] === "5").length;
  await server.until("event", () => server.of("event").length >= n);
  const { args: got } = server.of("event")[n - 1];
  if (!isDeepStrictEqual(plain(got.slice(0, args.length)), plain(args))) throw new Error(`sent ${JSON.stringify(args)}, understood as ${JSON.stringify(got)}`);
}

/** The probe of an upgrade, on both transports at once. */
async function upgrade(server, eio) {
  const polling = new PollingWire(server.url, eio);
  await polling.open();
  const socket = new SocketWire(server.url, eio, polling.sid);
  await socket.open();
  await socket.send("2probe");
  await socket.until((packet) => packet === "3probe");
  await polling.until((packet) => packet === "6");
  await socket.send("5");
  if (eio === 4) {
    await socket.send("40");
    await socket.until((packet) => packet.startsWith("40")); // 4.x hangs up on whoever speaks before it
  }
  await socket.send('42["echo","after the upgrade"]');
  await socket.until((packet) => packet.includes("after the upgrade"));
  socket.close();
  return { bodies: polling.received.slice(1), frames: socket.received };
}

/** The heartbeat that the server begins; on a connection of its own, lest it stand anywhere among the other packets. */
async function serverPings(io, wire, into) {
  const server = await host.real({ io, mode: "plain", options: { pingInterval: 50 } });
  wire.url = server.url;
  await wire.open();
  await wire.until((packet) => packet === "2");
  await wire.send("3");
  await wire.until((packet) => packet === "2");
  wire.close();
  into.received.push(...wire.received.slice(-1));
  into.sent.push(...wire.sent);
  await server.stop();
}

/** The server version's own parsers. */
function parsersOf(io) {
  const require = createRequire(createRequire(import.meta.url).resolve(`socket.io-${io}`));
  const engine = require("engine.io-parser");
  const { Decoder } = require("socket.io-parser");
  const types = ["connect", "disconnect", "event", "ack", "error", "binary_event", "binary_ack"];
  const engineTypes = { open: 1, close: 1, ping: 1, pong: 1, message: 1, upgrade: 1, noop: 1 };
  const packet = ({ type, data }) => {
    if (!engineTypes[type]) throw new Error(`the server's own parser does not take what it sent: ${type} ${data}`);
    return { type, ...(data === undefined ? {} : carry(data)) };
  };
  return {
    packet: (frame) => packet(engine.decodePacket(frame)),
    payload(body) {
      const packets = [];
      const result = engine.decodePayload(body, io < 3 ? (p) => void packets.push(packet(p)) : undefined);
      return io < 3 ? packets : result.map(packet);
    },
    messages(messages) {
      const decoder = new Decoder();
      const out = [];
      let current;
      // The type is named by its digit: the parser of 4.x calls a binary event an event once it is complete.
      decoder.on("decoded", ({ nsp, id, data }) => out.push({ ...current, packet: { type: types[current.text[0]], nsp, ...(id === undefined ? {} : { id }), ...(data === undefined ? {} : { data: plain(data) }) } }));
      for (const { text, base64 } of messages) {
        if (base64 !== undefined) {
          current.attachments.push(base64);
          decoder.add(Buffer.from(base64, "base64"));
        } else {
          current = { text, attachments: [], payload: payloadOf(text) };
          decoder.add(text);
        }
      }
      return out;
    },
  };
}

/** The JSON that a packet ends with: the longest end of it that is JSON and is no bare number (those are ids). */
function payloadOf(text) {
  for (let i = 1; i < text.length; i++) {
    if (!'[{"'.includes(text[i])) continue;
    try {
      JSON.parse(text.slice(i));
      return text.slice(i);
    } catch {}
  }
  return "";
}

function deconstruct(args) {
  const buffers = [];
  const text = JSON.stringify(args, function (key, value) {
    const original = this[key];
    return Buffer.isBuffer(original) ? { _placeholder: true, num: buffers.push(original) - 1 } : value;
  });
  return { text, buffers };
}

/** Binary as { "$base64": … }, so that it has a place in JSON. */
function plain(value) {
  if (value instanceof Uint8Array) return { $base64: Buffer.from(value).toString("base64") };
  if (Array.isArray(value)) return value.map(plain);
  if (value && typeof value === "object") return Object.fromEntries(Object.entries(value).map(([k, v]) => [k, plain(v)]));
  return value;
}

const carry = (data) => (typeof data === "string" ? { text: data } : { base64: Buffer.from(data).toString("base64") });
const hide = (data) => (typeof data === "string" ? data.replace(/(\\*"[sp]id\\*":\\*")([^"\\]+)/g, (_, key, id) => key + "s".repeat(id.length)) : data);
const unique = (list) => [...new Map(list.map((item) => [JSON.stringify(item), item])).values()];

function write(room, io, vectors) {
  const dir = fileURLToPath(new URL(`internal/${room}/testdata/`, root));
  mkdirSync(dir, { recursive: true });
  const file = `${dir}socket.io-${versions[io]}.json`;
  writeFileSync(file, JSON.stringify(vectors, null, 1) + "\n");
  console.log(file);
}

const host = new Host();
try {
  for (const io of Object.keys(versions)) await take(io);
} finally {
  await host.stop();
}
