/** The browser's WebSocket. Blobs are sent as they are: the browser reads them and keeps the order. */
import { Emitter } from "../../emitter.js";
import { generationOf, newest } from "../../bridge/bridge.gen.js";
import { redact, withoutTokens } from "../../auth/redact.js";
import { isBlob } from "../../values.js";
import { whenLeft } from "./left.js";
import type { Capabilities, Outgoing, Transport, TransportError, TransportOptions, TransportSink } from "../transport.js";

export const websocketCan: Capabilities = { payloads: false, immediate: true, header: false, query: true, upgrade: true };

/** The same event without its target, whose url may hold the token. */
const bare = <E extends Event>(e: E): E => new (e.constructor as new (type: string, fields: E) => E)(e.type, e);

export function websocket(url: () => string, opts: TransportOptions, sink: TransportSink): Transport {
  let ended = false;
  let release: (() => void) | undefined;

  const silence = () => {
    const { ws } = t;
    t.writable = false;
    if (ws) {
      // Not onerror: Node's package ws throws an error that nobody listens to, and closing it while it connects is one.
      ws.onopen = ws.onmessage = ws.onclose = null;
      ws.close(); // what was sent before goes out first
    }
  };

  const end = (error?: TransportError) => {
    if (ended) return;
    ended = true;
    silence();
    release?.();
    queueMicrotask(() => sink.closed(t, error));
  };

  const dial = () => {
    if (ended) return;
    let ws: WebSocket;
    let address = "";
    const protocols = opts.protocols || [];
    try {
      ws = t.ws = new WebSocket((address = url()), protocols);
    } catch (e) {
      // Bad URL, bad protocol, mixed content, content security policy.
      return end({ message: "websocket error", description: redact("" + e, [address].concat(protocols)) });
    }
    ws.binaryType = "arraybuffer";
    ws.onopen = () => {
      t.writable = true;
      sink.opened(t);
    };
    // Where a binary message begins with its packet type, that is cut off.
    ws.onmessage = ({ data }) => sink.data(t, t.generation.binaryTyped && typeof data != "string" ? data.slice(1) : data);
    ws.onerror = (e) => end({ message: "websocket error", description: bare(e) });
    ws.onclose = (e) => end({ message: "transport close", description: "websocket connection closed", context: ending(e) });
  };

  /** The event of the close in the same way. The server's reason may quote the token. */
  const ending = ({ constructor, type, code, wasClean, reason }: CloseEvent) =>
    new (constructor as typeof CloseEvent)(type, { code, wasClean, reason: withoutTokens(reason, opts.secrets?.() || []) });

  const t: Transport = Object.assign(new Emitter(), {
    name: "websocket",
    can: websocketCan,
    writable: false,
    generation: generationOf(newest),
    query: opts.query!,

    open() {
      queueMicrotask(dial); // who closes it in this task opens nothing
      release = whenLeft(opts, silence, end);
    },

    send(packets: Outgoing[]) {
      t.writable = false;
      for (const p of packets)
        // It throws when the browser knows of a close that we have not been told yet.
        try {
          t.ws!.send(typeof p != "string" && t.generation.binaryTyped ? typed(p) : (p as string));
        } catch (e) {}
      // queueMicrotask() is a call into the browser, and costs a microsecond.
      Promise.resolve().then(() => {
        if (ended || t.ws!.readyState != 1) return;
        t.writable = true;
        sink.drained(t);
      });
    },

    busy: () => !!t.ws?.bufferedAmount,
    pause() {},
    goodbye() {}, // the server sees the connection close

    finish(rest: Outgoing[][], done: () => void) {
      rest.forEach(t.send);
      t.ws!.addEventListener("close", done);
      t.close();
    },

    close: () => end(),
  });
  return t;
}

/** Bytes for servers 1.x and 2.x. No Blob is made of them: Node.js reads it later, and a close() in the same task overtakes it. */
function typed(p: Exclude<Outgoing, string>): Blob | Uint8Array<ArrayBuffer> {
  if (isBlob(p)) return new Blob([new Uint8Array([4]), p]);
  const frame = new Uint8Array(p.byteLength + 1);
  frame[0] = 4;
  frame.set(ArrayBuffer.isView(p) ? new Uint8Array(p.buffer, p.byteOffset, p.byteLength) : new Uint8Array(p), 1);
  return frame;
}
