/** The encoding of packets: Engine.IO payloads of both generations, and Socket.IO's text. */
import { Type } from "../bridge/bridge.gen.js";
import { fromBase64, isBinary, isBlob, joined, toBase64 } from "../values.js";

/** A packet of Engine.IO: text with its type digit, or the bytes of a binary message. */
export type EnginePacket = string | ArrayBuffer;

/** The body of a request or an answer of polling. */
export type Body = string | ArrayBuffer;

/** The differences between Engine.IO 3, of servers 1.x and 2.x, and Engine.IO 4, of servers 3.x and 4.x. */
export interface Generation {
  readonly revision: 3 | 4;
  /** The server pings; otherwise the client does. */
  readonly serverPings: boolean;
  /** The namespace "/" is connected by the server, unasked. */
  readonly connectsUnasked: boolean;
  /** What the server adds to the answer to the handshake. */
  readonly handshake: object;
  readonly pingTimeout: number;
  /** Packets as the body of an answer to a poll; and those of a request. Bytes are octets, a type of content of its own. */
  encode(packets: readonly EnginePacket[]): Body;
  decode(body: Body): EnginePacket[];
  /** A binary message as a frame of a WebSocket, and back. */
  frame(bytes: ArrayBuffer): ArrayBuffer;
  unframe(bytes: ArrayBuffer): ArrayBuffer;
}

const four: Generation = {
  revision: 4,
  serverPings: true,
  connectsUnasked: false,
  handshake: { maxPayload: 1_000_000 },
  pingTimeout: 20_000,
  encode: (packets) => packets.map((p) => (typeof p == "string" ? p : "b" + toBase64(p))).join("\x1e"),
  decode: (body) => `${body}`.split("\x1e").map((p) => (p[0] == "b" ? fromBase64(p.slice(1)).buffer : p)),
  frame: (bytes) => bytes,
  unframe: (bytes) => bytes,
};

const three: Generation = {
  revision: 3,
  serverPings: false,
  connectsUnasked: true,
  handshake: {},
  pingTimeout: 5000,
  encode: (packets) => (packets.every((p) => typeof p == "string") ? packets.map((p) => `${(p as string).length}:${p}`).join("") : octets(packets)),
  decode(body) {
    if (typeof body != "string") return fromOctets(body);
    const packets: EnginePacket[] = [];
    for (let at = 0; at < body.length; ) {
      const colon = body.indexOf(":", at);
      const p = body.slice(colon + 1, (at = colon + 1 + +body.slice(at, colon)));
      packets.push(p[0] == "b" ? fromBase64(p.slice(2)).buffer : p);
    }
    return packets;
  },
  // The first byte is the packet's type: 4, a message.
  frame: (bytes) => joined([[MESSAGE], new Uint8Array(bytes)]).buffer,
  unframe: (bytes) => bytes.slice(1),
};

// Octets: 0 or 1 for text or binary, the digits of the length, 255, and the packet.
const TEXT = 0;
const BINARY = 1;
const END = 255;
/** Engine.IO's type of a message. */
const MESSAGE = 4;

function octets(packets: readonly EnginePacket[]): ArrayBuffer {
  const parts = packets.flatMap((p) => {
    const bytes = typeof p == "string" ? new TextEncoder().encode(p) : joined([[MESSAGE], new Uint8Array(p)]);
    return [[typeof p == "string" ? TEXT : BINARY, ...[...`${bytes.length}`].map(Number), END], bytes];
  });
  return joined(parts).buffer;
}

function fromOctets(body: ArrayBuffer): EnginePacket[] {
  const packets: EnginePacket[] = [];
  const bytes = new Uint8Array(body);
  for (let at = 0; at < bytes.length; ) {
    const end = bytes.indexOf(END, at);
    const size = +bytes.slice(at + 1, end).join("");
    const packet = bytes.slice(end + 1, end + 1 + size);
    packets.push(bytes[at] == TEXT ? new TextDecoder().decode(packet) : packet.buffer.slice(1));
    at = end + 1 + size;
  }
  return packets;
}

/** The generation of a server's major version. */
export const generationOf = (version: number): Generation => (version < 3 ? three : four);

export interface Packet {
  type: Type;
  nsp: string;
  /** Of the acknowledgement that is asked for or given. */
  id?: number;
  /** Binary messages that follow. */
  attachments: number;
  data?: unknown;
}

/** Reads the text of a message, without the 4 of Engine.IO. */
export function parse(text: string): Packet | undefined {
  const [, type, attachments = 0, nsp = "/", id, json] = /^([0-6])(?:(\d+)-)?(?:(\/[^,]*),?)?(\d+)?(.*)$/s.exec(text) || [];
  if (type === undefined) return undefined;
  return { type: +type, nsp, id: id === undefined ? undefined : +id, attachments: +attachments, data: json ? JSON.parse(json) : undefined };
}

/** Writes a message, with the 4 of Engine.IO. */
export function text({ type, nsp, id, attachments, data }: Packet): string {
  const at = nsp == "/" ? "" : nsp + (id === undefined && data === undefined ? "" : ",");
  return `4${type}${attachments ? attachments + "-" : ""}${at}${id ?? ""}${data === undefined ? "" : JSON.stringify(data)}`;
}

/** The bytes of any data that a page may send. */
export function bytesIn(data: unknown): ArrayBuffer | Promise<ArrayBuffer> {
  if (isBlob(data)) return data.arrayBuffer ? data.arrayBuffer() : read(data);
  if (ArrayBuffer.isView(data)) return data.buffer.slice(data.byteOffset, data.byteOffset + data.byteLength) as ArrayBuffer;
  if (isBinary(data)) return (data as ArrayBuffer).slice(0);
  throw new TypeError("FakeServer: only text and binary values can be sent");
}

/** For jsdom, whose Blob has no arrayBuffer(). */
const read = (blob: Blob): Promise<ArrayBuffer> =>
  new Promise((done, failed) => {
    const reader = new FileReader();
    reader.onload = () => done(reader.result as ArrayBuffer);
    reader.onerror = () => failed(reader.error);
    reader.readAsArrayBuffer(blob);
  });
