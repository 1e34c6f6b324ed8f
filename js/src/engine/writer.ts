/** The queue of packets before a connection's transport. */
import { clock } from "../bridge/clock.js";
import type { Engine } from "./engine.js";
import type { Outgoing } from "./transport.js";

/** ms between two checks of whenWritten(). */
const LOOK = 5;
/** ms after which whenWritten() gives up. */
const PATIENCE = 1000;

export class Writer {
  /** The queue, which pages see as `engine.writeBuffer`. The packets that the transport is sending come first. */
  queue: Outgoing[] = [];
  /** Send nothing: an upgrade is under way, or the connection is closing. */
  held = false;
  /** The most bytes of one payload, as the server's handshake says. */
  maxPayload?: number;
  /** How many packets of the queue the transport is sending. */
  private _sent = 0;

  constructor(private readonly _engine: Engine) {}

  /** A packet and its attachments; they stay together. */
  write(first: Outgoing, parts?: Outgoing[]): void {
    this.queue.push(first);
    if (parts) this.queue.push(...parts);
    this.flush();
  }

  /** Sends what is queued, if the transport can take it. */
  flush(): void {
    const { queue } = this;
    const t = this._engine._link;
    if (this.held || this._sent || !t.writable || !queue.length) return;
    const n = this._count();
    this._sent = n;
    t.send(n < queue.length ? queue.slice(0, n) : queue);
    if (this._engine._callbacks) this._engine.emitReserved("flush");
  }

  /** The transport in use has handed over what it was given. */
  drained(): void {
    this.queue.splice(0, this._sent);
    this._sent = 0;
    if (this.queue.length) this.flush();
    else this._engine.emitReserved("drain");
  }

  /** Stops sending. Returns the unsent packets, in parts of at most maxPayload. */
  takeUnsent(): Outgoing[][] {
    this.held = true;
    const { queue } = this;
    const parts: Outgoing[][] = [];
    queue.splice(0, this._sent);
    while (queue.length) parts.push(queue.splice(0, this._count()));
    return parts;
  }

  /** Called when the connection has ended. Makes a new queue; the old array keeps the unsent packets. */
  reset(): void {
    this.queue = [];
    this._sent = 0;
  }

  /** Calls `done` when nothing is queued, under way or waited for (`waits`), or after a second. */
  whenWritten(done: () => void, waits: () => unknown, until = clock() + PATIENCE): void {
    const busy = this.queue.length || this._engine._link.busy() || waits();
    if (this._engine.readyState == "open" && busy && clock() < until) setTimeout(() => this.whenWritten(done, waits, until), LOOK);
    else done();
  }

  /** How many packets of the queue to send at once: with payloads, as many as maxPayload allows, and at least one. */
  private _count(): number {
    const { queue, maxPayload } = this;
    if (!this._engine._link.can.payloads || !maxPayload || queue.length == 1) return queue.length;
    let total = 0;
    for (let n = 0; n < queue.length; n++) {
      total += payloadSize(queue[n]!) + 1;
      if (n && total > maxPayload) return n;
    }
    return queue.length;
  }
}

/** Bytes of a packet in a payload. */
const payloadSize = (p: Outgoing): number =>
  typeof p == "string"
    ? /[^\0-\x7f]/.test(p) ? new TextEncoder().encode(p).length : p.length
    : Math.ceil(((p as ArrayBuffer).byteLength ?? (p as Blob).size) / 3) * 4 + 2;
