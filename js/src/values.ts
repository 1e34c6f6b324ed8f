/**
 * Binary values inside payloads, as socket.io-parser 4 treats them: taken out of the JSON, replaced by numbered
 * placeholders, sent as attachments. Cyclic values end in the stack's RangeError, as in the official client.
 */
export type BinaryPart = ArrayBuffer | ArrayBufferView | Blob;

const has = Object.prototype.hasOwnProperty;

type Fields = Record<string, unknown>;
/** What JSON.stringify asks objects for. */
type Jsonable = { toJSON?: unknown };
const jsonOf = (v: object): unknown => (v as { toJSON(): unknown }).toJSON();

/** The name of v's class. Objects that a frame or a popup has made are of classes of its own, with the same names. */
const classOf = (v: unknown): string => Object.prototype.toString.call(v).slice(8, -1);

export const isBlob = (v: unknown): v is Blob => v instanceof Blob || /^(Blob|File)$/.test(classOf(v));

/** Most values are plain objects of this page, which are told first. */
export const isBinary = (v: unknown): v is BinaryPart =>
  !!v && Object.getPrototypeOf(v) != Object.prototype && (v instanceof ArrayBuffer || ArrayBuffer.isView(v) || isBlob(v) || classOf(v) == "ArrayBuffer");

/** `plain`: v came out of a toJSON() already, which is asked once per value as JSON.stringify does. */
export function hasBinary(v: unknown, plain?: boolean): boolean {
  if (!v || typeof v != "object") return false;
  if (Array.isArray(v)) {
    for (let i = 0; i < v.length; i++) if (typeof v[i] == "object" && hasBinary(v[i])) return true;
    return false;
  }
  if (isBinary(v)) return true;
  if (typeof (v as Jsonable).toJSON == "function" && !plain) return hasBinary(jsonOf(v), true);
  for (const k in v) if (typeof (v as Fields)[k] == "object" && has.call(v, k) && hasBinary((v as Fields)[k])) return true;
  return false;
}

/** The same bytes in memory that no other thread writes to: WebSocket, Blob and fetch refuse views of shared memory. */
function unshared(part: BinaryPart): BinaryPart {
  const { buffer, byteOffset, byteLength } = part as ArrayBufferView;
  return !buffer || buffer instanceof ArrayBuffer ? part : new Uint8Array(buffer, byteOffset, byteLength).slice();
}

/** A copy of data in which every binary value is a placeholder; the values are appended to out. */
export function deconstruct(data: unknown, out: BinaryPart[], plain?: boolean): unknown {
  if (!data || typeof data != "object" || data instanceof Date) return data;
  // Quoted: this name goes over the wire and must survive the minifier.
  if (isBinary(data)) return { "_placeholder": true, num: out.push(unshared(data)) - 1 };
  if (Array.isArray(data)) {
    // Not map(): it would skip holes, and JSON has a null for them.
    const copy = [];
    for (let i = 0; i < data.length; i++) copy[i] = deconstruct(data[i], out);
    return copy;
  }
  if (typeof (data as Jsonable).toJSON == "function" && !plain) return deconstruct(jsonOf(data), out, true);
  const copy: Fields = {};
  for (const k in data) if (has.call(data, k)) copy[k] = deconstruct((data as Fields)[k], out);
  return copy;
}

/** Puts the attachments back in place of their placeholders. Changes data, which came out of JSON.parse. */
export function reconstruct(data: unknown, parts: readonly BinaryPart[]): unknown {
  if (!data || typeof data != "object") return data;
  const fields = data as Fields;
  if (fields["_placeholder"] === true) {
    if (typeof fields.num == "number" && fields.num in parts) return parts[fields.num];
    throw new Error("illegal attachments");
  }
  for (const k in fields) if (has.call(fields, k)) fields[k] = reconstruct(fields[k], parts);
  return fields;
}

export function toBase64(part: ArrayBuffer | ArrayBufferView): string {
  const { buffer = part as ArrayBuffer, byteOffset } = part as ArrayBufferView;
  const bytes = new Uint8Array(buffer, byteOffset, part.byteLength);
  let s = "";
  // In pieces: a call takes a limited number of arguments.
  for (let i = 0; i < bytes.length; i += 0x8000) s += String.fromCharCode.apply(null, bytes.subarray(i, i + 0x8000) as Iterable<number> as number[]);
  return btoa(s);
}

/** A text as a part of a URL: UTF-8, percent-encoded. Half a surrogate, for which encodeURIComponent() throws, becomes U+FFFD. */
export const inUrl = (value: unknown): string => encodeURIComponent(`${value}`.replace(/[\ud800-\udfff]/gu, "\ufffd"));

/** The characters of s as bytes. */
export function bytesOf(s: string): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(s.length);
  for (let i = 0; i < s.length; i++) bytes[i] = s.charCodeAt(i);
  return bytes;
}

/** Throws what atob() throws when s is not base64. Padding may be missing. */
export const fromBase64 = (s: string) => bytesOf(atob(s));

/** The bytes that hexadecimal digits stand for, two digits a byte. The digits are the build's own: nothing is checked. */
export function fromHex(hex: string): Uint8Array<ArrayBuffer> {
  // Newer browsers do this natively, in a tenth of the time.
  const { fromHex: native } = Uint8Array as { fromHex?(hex: string): Uint8Array<ArrayBuffer> };
  if (native) return native.call(Uint8Array, hex);
  const digit = (at: number) => {
    const c = hex.charCodeAt(at);
    return c < 58 ? c - 48 : c - 87; // "0" is 48, "a" is 97
  };
  const bytes = new Uint8Array(hex.length / 2);
  for (let i = 0; i < bytes.length; i++) bytes[i] = digit(2 * i) * 16 + digit(2 * i + 1);
  return bytes;
}

/** The bytes of all parts, one after the other. */
export function joined(parts: readonly ArrayLike<number>[]): Uint8Array<ArrayBuffer> {
  const all = new Uint8Array(parts.reduce((size, part) => size + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}
