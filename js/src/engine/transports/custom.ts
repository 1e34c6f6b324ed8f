/**
 * A transport class of the page: one of engine.io-client's, or one that follows its Transport interface. It decodes and
 * encodes packets itself, and speaks the newest revision.
 */
import { redact, redactError, redactResponse } from "../../auth/redact.js";
import { headersOf } from "../../auth/ways.js";
import { generationOf, newest, packetTypes, type Generation } from "../../bridge/bridge.gen.js";
import { Emitter, type Listener } from "../../emitter.js";
import type { Query } from "../../url.js";
import { whenLeft } from "./left.js";
import type { Capabilities, Frame, MakeTransport, Outgoing, Transport, TransportError, TransportOptions, TransportSink } from "../transport.js";

/** A packet as engine.io-client's transports give and take it. */
interface Packet {
  type: string;
  data?: Frame;
}

/** What is used of an instance. `on` is told open, packet, drain, close and error. */
interface Instance {
  writable: boolean;
  query?: Query;
  ws?: WebSocket | null;
  on(event: string, fn: Listener): unknown;
  open(): unknown;
  send(packets: Packet[]): unknown;
  pause(paused: () => void): unknown;
  close(): unknown;
}

/** any: a class of the user's own says what it takes. */
export type TransportClass = (new (opts: any) => Instance) & { prototype: { name?: unknown } };

export const custom =
  (Class: TransportClass, name: string, can: Capabilities): MakeTransport =>
  (_, opts, sink) =>
    new CustomTransport(Class, name, can, opts, sink);

class CustomTransport extends Emitter implements Transport {
  generation: Generation = generationOf(newest);
  readonly shown: unknown;
  private readonly _inner: Instance;
  private _opened = false;
  private _ended = false;
  private _left = false; // the page is going away
  private _paused = false;
  /** Called when the instance can take more, instead of drained(). */
  private _next?: () => void;
  private _release?: () => void;
  private readonly _secrets: TransportOptions["secrets"];

  constructor(
    Class: TransportClass,
    readonly name: string,
    readonly can: Capabilities,
    opts: TransportOptions,
    private readonly _sink: TransportSink,
  ) {
    super();
    const { headers, handshaken, secret, secrets, ...given } = opts;
    this._secrets = secrets;
    const options = { timestampParam: "t", transportOptions: {}, ...given };
    // Asked anew for each request: they change when the token does.
    Object.defineProperty(options, "extraHeaders", { enumerable: true, get: () => (opts.extraHeaders || headers?.() ? headersOf(opts.extraHeaders, headers?.()) : undefined) });
    const inner = (this.shown = this._inner = new Class(options));
    const later = (report: () => void) => queueMicrotask(() => this._ended || this._left || report());
    inner.on("open", () => later(() => _sink.opened(this)));
    inner.on("packet", (packet: Packet) => later(() => _sink.data(this, frameOf(packet))));
    inner.on("drain", () => {
      if (this._next) this._continue();
      else later(() => _sink.drained(this));
    });
    inner.on("close", (details?: { description?: unknown; context?: unknown }) =>
      later(() => this._end({ message: "transport close", description: this._bare(details?.description), context: this._bare(details?.context) })),
    );
    inner.on("error", (error: unknown) => {
      this._continue();
      if (!this._left) this._failed(error);
    });
    this._release = whenLeft(
      opts,
      () => {
        if (this._opened) inner.close();
        this._left = true;
      },
      (error) => this._end(error),
    );
  }

  get writable(): boolean {
    return this._inner.writable;
  }
  /** The instance says itself when it is. */
  set writable(_: boolean) {}

  get query(): Query {
    return this._inner.query || {};
  }

  get ws(): WebSocket | undefined {
    return this._inner.ws || undefined;
  }

  open(): void {
    // Who closes it in this task opens nothing.
    queueMicrotask(() => {
      if (this._ended || this._left) return;
      this._opened = true;
      try {
        this._inner.open();
      } catch (e) {
        this._failed(e);
      }
    });
  }

  send(packets: Outgoing[]): void {
    this._inner.send(
      packets.map((p) => (typeof p == "string" ? { type: packetTypes[+p[0]!]!, data: p.slice(1) || undefined } : { type: "message", data: p as ArrayBuffer })),
    );
  }

  busy(): boolean {
    const { ws, writable } = this._inner;
    return ws ? ws.bufferedAmount > 0 : !writable;
  }

  pause(): void {
    this._inner.pause(() => {
      // After the packets that it has told of before.
      queueMicrotask(() => {
        this._paused = true;
        if (!this._ended) this._sink.paused(this);
      });
    });
  }

  /** It asks for data by itself, but an instance that has been paused cannot go on. */
  poll(): void {
    if (this._paused) this._end({ message: "transport close" });
  }

  /** close() of an instance tells the server. */
  goodbye(): void {}

  finish(rest: Outgoing[][], done: () => void): void {
    const inner = this._inner;
    const whenWritable = (fn: () => void) => {
      if (inner.writable === false) this._next = fn;
      else queueMicrotask(fn);
    };
    const hangUp = () => {
      const { ws } = inner;
      ws?.addEventListener("close", done);
      this.close();
      if (!ws) whenWritable(done);
    };
    const next = () => {
      const part = rest.shift();
      if (!part) return hangUp();
      this.send(part);
      whenWritable(next);
    };
    whenWritable(next);
  }

  close(): void {
    this._end();
  }

  private _continue(): void {
    const next = this._next;
    this._next = undefined;
    next?.();
  }

  private _end(error?: TransportError): void {
    if (this._ended) return;
    this._ended = true;
    this._release?.();
    if (this._opened && !this._left) this._inner.close();
    queueMicrotask(() => this._sink.closed(this, error));
  }

  /** What a server has said against the handshake stands in the body, which engine.io-client's Fetch leaves unread. */
  private async _failed(error: unknown): Promise<void> {
    let { message = "transport error", description, context } = (error || {}) as Partial<TransportError>;
    if (context instanceof Response) {
      context = redactResponse(context, context.bodyUsed ? "" : await context.text().catch(() => ""), this._sent());
    } else context = this._bare(context);
    const status = typeof description == "number" ? description : undefined;
    this._end({ message: redact(message, this._sent()), description: this._bare(description), context, status });
  }

  /** What the page's class says, without what may hold the token: addresses, and whoever the event is about. */
  private _bare(said: unknown): unknown {
    if (typeof said == "string") return redact(said, this._sent());
    if (said instanceof Error) return redactError(said, this._sent());
    if (!said || typeof said != "object") return said;
    const bare: Record<string, unknown> = {};
    for (const key of ["type", "code", "reason", "wasClean", "status", "statusText", "responseText", "message"])
      if (key in said) bare[key] = this._bare((said as Record<string, unknown>)[key]);
    return bare;
  }

  private _sent(): unknown[] {
    return this._secrets?.() || [];
  }
}

/** The empty frame is one that cannot be read. */
function frameOf({ type, data }: Packet): Frame {
  const digit = (packetTypes as readonly string[]).indexOf(type);
  if (digit < 0) return "";
  return data === undefined || typeof data == "string" ? digit + (data || "") : data;
}
