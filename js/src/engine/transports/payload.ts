/**
 * Payloads: several packets in one HTTP body. There are three formats: packets with a separator between them, packets with
 * a length before each, both with bytes in base64, and octets, where bytes stay bytes.
 */
import type { Generation } from "../../bridge/bridge.gen.js";
import { isBlob, toBase64 } from "../../values.js";
import type { Frame, Outgoing } from "../transport.js";

export type Payload = string | Blob;

/** The content type of octets. */
const OCTETS = "application/octet-stream";
/** In octets: a text or a binary packet follows; the digits of its length end here. */
const TEXT = 0;
const BINARY = 1;
const END = 255;
/** Engine.IO's type of a packet that holds a message. */
const MESSAGE = 4;

export interface PayloadOptions {
  /** Bytes are to be in base64, also where the generation takes octets. */
  base64?: unknown;
  /** The server is known to read text as it is. */
  plain?: boolean;
}

/** Encodes now: the caller may change his buffers afterwards. It rejects if a Blob cannot be read. */
export async function encodePayload(packets: Outgoing[], generation: Generation, { base64, plain }: PayloadOptions): Promise<Payload> {
  if (generation.binaryPolling && !base64 && packets.some((p) => typeof p != "string")) return octets(packets);
  const escapes = generation.twiceEncoded && !plain;
  const texts = await Promise.all(packets.map((p) => (typeof p != "string" ? inBase64(p, generation) : escapes ? escaped(p) : p)));
  return generation.lengthFramed ? texts.map(withLength).join("") : texts.join("\x1e");
}

const withLength = (packet: string): string => packet.length + ":" + packet;

/** Servers 1.x want UTF-8 twice, 2.x once. Escaped JSON is ASCII and reads the same on both. */
const escaped = (packet: string): string =>
  packet.replace(/[[{"].*/s, (json) => json.replace(/[^\0-\x7f]/g, (c) => "\\u" + c.charCodeAt(0).toString(16).padStart(4, "0")));

function inBase64(p: Exclude<Outgoing, string>, generation: Generation): string | Promise<string> {
  if (isBlob(p)) return p.arrayBuffer().then((bytes) => inBase64(bytes, generation));
  return (generation.binaryTyped ? "b" + MESSAGE : "b") + toBase64(p);
}

function octets(packets: Outgoing[]): Blob {
  const parts = packets.flatMap((p) => {
    const text = typeof p == "string";
    const data = text ? new TextEncoder().encode(p) : p;
    const size = isBlob(data) ? data.size : data.byteLength;
    const head = text ? [TEXT, ...digits(size), END] : [BINARY, ...digits(size + 1), END, MESSAGE];
    return [new Uint8Array(head), data as BlobPart];
  });
  return new Blob(parts, { type: OCTETS });
}

const digits = (n: number): number[] => [..."" + n].map(Number);

/** The body of a response: a text is a payload as it stands, octets are taken apart. `text` says which it was. */
export async function readPayload(response: Response): Promise<{ frames: Frame[]; text: boolean }> {
  if (!response.headers.get("content-type")?.startsWith(OCTETS)) return { frames: [await response.text()], text: true };
  const body = await response.arrayBuffer();
  const [first] = new Uint8Array(body);
  // Some server's text, under the wrong type.
  if (first! > BINARY) return { frames: [new TextDecoder().decode(body)], text: true };
  return { frames: fromOctets(body) || [""], text: false };
}

/** Text packets with a length before each, which are the same in a payload of text, and the bytes of binary messages. */
export function fromOctets(body: ArrayBuffer): Frame[] | undefined {
  const bytes = new Uint8Array(body);
  const frames: Frame[] = [];
  for (let at = 0; at < bytes.length; ) {
    const kind = bytes[at++]!;
    let size = 0;
    for (; bytes[at] != END; at++) {
      if (!(bytes[at]! < 10)) return; // no digit, or the end
      size = size * 10 + bytes[at]!;
    }
    const end = ++at + size;
    if (kind > BINARY || !size || end > bytes.length) return;
    if (kind == BINARY) {
      if (bytes[at] != MESSAGE) return;
      frames.push(body.slice(at + 1, end));
    } else {
      const text = withLength(new TextDecoder("utf-8", { ignoreBOM: true }).decode(bytes.subarray(at, end)));
      const last = frames.length - 1;
      if (typeof frames[last] == "string") frames[last] += text;
      else frames.push(text);
    }
    at = end;
  }
  return frames.length ? frames : undefined;
}
