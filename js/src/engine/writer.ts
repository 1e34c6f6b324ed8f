/** The queue of packets before a connection's transport. */
import { clock } from "../bridge/clock.js";
import type { Engine } from "./engine.js";
import type { Outgoing } from "./transport.js";

/** ms between looks at whether everything has been written, and how long that is waited for. */
const LOOK = 5;
const PATIENCE = 1000;

export class Writer {
  /** Pages see it as `engine.writeBuffer`. What the transport is busy with stands first. */
  queue: Outgoing[] = [];
  /** Nothing is sent while transports are changed, nor after the last word. */
  held = false;
  /** Bytes that the server takes in one payload. */
  maxPayload?: number;
  /** How many of the queue the transport is busy with. */
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

  /** Nothing is sent any more; gives what no transport has, in parts that the server takes. */
  takeUnsent(): Outgoing[][] {
    this.held = true;
    const { queue } = this;
    const parts: Outgoing[][] = [];
    queue.splice(0, this._sent);
    while (queue.length) parts.push(queue.splice(0, this._count()));
    return parts;
  }

  /** The connection is over. Who holds the old queue finds in it what was not sent. */
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

  /** How many of the queue can be sent at once: with payloads, what the server takes in one, and at least one packet. */
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
