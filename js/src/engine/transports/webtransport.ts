/**
 * The browser's WebTransport: one stream over HTTP/3, packets framed as engine.io-parser does. The first byte has the top
 * bit for binary and the length below 126; 126: it stands in the next 2 bytes, 127: in the next 8.
 *
 * Its address has no query: a session of its own begins with the packet `0`, an upgrade with the session id in it.
 */
import { redactError } from "../../auth/redact.js";
import { generationOf, newest } from "../../bridge/bridge.gen.js";
import { Emitter } from "../../emitter.js";
import { isBlob, joined } from "../../values.js";
import { whenLeft } from "./left.js";
import type { Capabilities, Frame, Outgoing, Transport, TransportError, TransportOptions, TransportSink } from "../transport.js";

export const webtransportCan: Capabilities = { payloads: false, immediate: false, header: false, query: false, upgrade: true };

/** What is used of the browser's class, which TypeScript's DOM library may not have. */
interface Session {
  readonly ready: Promise<unknown>;
  readonly closed: Promise<unknown>;
  createBidirectionalStream(): Promise<{ readable: ReadableStream<Uint8Array>; writable: WritableStream<Uint8Array> }>;
  close(): void;
}
type SessionClass = new (url: string, options?: object) => Session;

const sessionClass = () => (globalThis as { WebTransport?: SessionClass }).WebTransport;

/** Where the browser has none it is passed over. */
export const hasWebTransport = (): boolean => typeof sessionClass() == "function";

const BINARY = 0x80;

/**
 * ms for which a session stays open after its last word, unless the server ends it before, as some do when the stream ends.
 * The end of a session throws away what the server has not read of its stream.
 */
const LINGER = 500;

/** A packet as it goes over the stream, in memory of its own: the caller may change his buffers afterwards. */
export function frame(packet: Outgoing): Uint8Array | Promise<Uint8Array> {
  if (isBlob(packet)) return packet.arrayBuffer().then(frame);
  const text = typeof packet == "string";
  const body = text ? new TextEncoder().encode(packet) : ArrayBuffer.isView(packet) ? new Uint8Array(packet.buffer, packet.byteOffset, packet.byteLength) : new Uint8Array(packet);
  const { length } = body;
  const start = length < 126 ? 1 : length < 0x10000 ? 3 : 9;
  const out = new Uint8Array(start + length);
  const view = new DataView(out.buffer);
  out[0] = (text ? 0 : BINARY) | (start == 1 ? length : start == 3 ? 126 : 127);
  if (start == 3) view.setUint16(1, length);
  if (start == 9) view.setBigUint64(1, BigInt(length));
  out.set(body, start);
  return out;
}

/** Asks for a number of bytes, gets them, and hands over packets. */
function* reading(found: (packet: Frame) => void): Generator<number, void, Uint8Array> {
  for (;;) {
    const [first] = yield 1;
    let length = first! & ~BINARY;
    if (length == 126) {
      const [high, low] = yield 2;
      length = high! * 256 + low!;
    } else if (length == 127) {
      const bytes = yield 8;
      length = Number(new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(0));
      if (!Number.isSafeInteger(length)) throw new Error("a packet of more bytes than there are");
    }
    const body = yield length;
    found(first! & BINARY ? new Uint8Array(body).buffer : new TextDecoder().decode(body));
  }
}

/** Takes in the stream, however it is cut, and hands over its packets. Throws when it is no such stream. */
export function unframer(found: (packet: Frame) => void): (chunk: Uint8Array) => void {
  const reader = reading(found);
  let chunks: Uint8Array[] = [];
  let size = 0;
  let wanted = reader.next().value as number;
  return (chunk) => {
    chunks.push(chunk);
    size += chunk.length;
    while (size >= wanted) {
      if (chunks.length > 1 && chunks[0]!.length < wanted) chunks = [joined(chunks)];
      const head = chunks[0] || new Uint8Array();
      const bytes = head.subarray(0, wanted);
      if (head.length > wanted) chunks[0] = head.subarray(wanted);
      else chunks.shift();
      size -= wanted;
      wanted = reader.next(bytes).value as number;
    }
  };
}

export function webtransport(url: () => string, opts: TransportOptions, sink: TransportSink): Transport {
  let ended = false;
  let left = false; // the page is going away
  let session: Session | undefined;
  let writer: WritableStreamDefaultWriter<Uint8Array> | undefined;
  /** What is written stands in line: a Blob has to be read first. */
  let line: Promise<unknown> = Promise.resolve();
  /** Calls of send() that are not written yet. */
  let sending = 0;
  let release: (() => void) | undefined;

  /** The end, when nobody here has asked for it. */
  const lost = (error: TransportError) => left || end(error);
  const failed = (e: unknown) => lost({ message: "webtransport error", description: redactError(e, []) });

  /** What was sent goes out before the session ends, and the server has `linger` ms to read it. */
  const hangUp = (linger?: number) =>
    line
      .then(() => writer?.close())
      .then(() => linger && Promise.race([session!.closed, new Promise((done) => setTimeout(done, linger))]))
      .catch(() => {}) // it has ended already
      .then(() => session?.close());

  const end = (error?: TransportError, linger?: number) => {
    if (ended) return;
    ended = true;
    t.writable = false;
    release?.();
    hangUp(linger);
    queueMicrotask(() => sink.closed(t, error));
  };

  const write = (packets: Outgoing[]) => {
    const frames = packets.map(frame);
    line = line.then(() => Promise.all(frames)).then((all) => Promise.all(all.map((bytes) => writer!.write(bytes))));
    return line;
  };

  const dial = async () => {
    if (ended) return;
    try {
      session = new (sessionClass()!)(url(), (opts.transportOptions as { webtransport?: object } | undefined)?.webtransport);
      session.closed.then(
        () => lost({ message: "transport close" }),
        failed,
      );
      await session.ready;
      const stream = await session.createBidirectionalStream();
      if (ended) return;
      writer = stream.writable.getWriter();
      await write([t.query.sid ? `0${JSON.stringify({ sid: t.query.sid })}` : "0"]);
      if (ended || left) return;
      t.writable = true;
      sink.opened(t);
      await read(stream.readable.getReader());
    } catch (e) {
      failed(e);
    }
  };

  const read = async (reader: ReadableStreamDefaultReader<Uint8Array>) => {
    const unframe = unframer((packet) => ended || left || sink.data(t, packet));
    for (;;) {
      const { value, done } = await reader.read();
      if (ended) return;
      // Nothing will come any more, though the session may be open.
      if (done) return void lost({ message: "transport close" });
      unframe(value);
    }
  };

  const t: Transport = Object.assign(new Emitter(), {
    name: "webtransport",
    can: webtransportCan,
    writable: false,
    generation: generationOf(newest),
    query: opts.query!,

    open() {
      queueMicrotask(dial); // who closes it in this task opens nothing
      release = whenLeft(
        opts,
        () => {
          left = true;
          t.writable = false;
          hangUp();
        },
        end,
      );
    },

    send(packets: Outgoing[]) {
      t.writable = false;
      sending++;
      write(packets).then(
        () => {
          if (--sending || ended || left) return;
          t.writable = true;
          sink.drained(t);
        },
        failed,
      );
    },

    busy: () => sending > 0,
    pause() {},
    goodbye() {}, // the server sees the session end

    finish(rest: Outgoing[][], done: () => void) {
      rest.forEach(t.send);
      end(undefined, LINGER);
      (session ? session.closed : Promise.resolve()).then(done, done);
    },

    close: () => end(),
  });
  return t;
}
