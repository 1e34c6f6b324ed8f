/** Takes the packets of a connection: decodes their payloads, emits `packet` on the manager, and hands them to the sockets. */
import { control } from "../bridge/calls.js";
import { Op, Rx, Type } from "../bridge/bridge.gen.js";
import type { Incoming as IncomingOfEngines } from "../engine/manager.js";
import type { Manager } from "../manager.js";
import { reserved, type Socket } from "../socket.js";
import type { Received } from "../socket/packet.js";
import { sockets } from "../tables.js";
import { reconstruct, type BinaryPart } from "../values.js";
import type { Parser } from "./parser.js";

type Node = { Buffer: { from(bytes: ArrayBuffer): Uint8Array }; process?: { versions?: { node?: string } } };

/** A packet whose attachments have not all arrived. */
interface Partial {
  kind: Rx;
  slot: number;
  ack: number;
  data: unknown;
  left: number;
  parts: BinaryPart[];
}

/** Whether a payload is an event: an array that begins with a name that is not reserved. */
const isEvent = (data: unknown) => Array.isArray(data) && (typeof data[0] == "string" ? !reserved.includes(data[0]) : typeof data[0] == "number");

export class Incoming implements IncomingOfEngines {
  partial?: Partial;
  later = false;
  /** The packet that is being emitted as `packet`, until its socket gets it. */
  private _due?: Received;

  constructor(private readonly _manager: Manager) {}

  received(kind: Rx, slot: number, ack: number, text: string, attachments: number): void {
    let data: unknown;
    try {
      const { decoder } = this._manager;
      if (text) data = decoder.tryParse ? decoder.tryParse(text) : JSON.parse(text);
      if (this.partial) throw new Error("illegal attachments");
      if (kind == Rx.Event ? !isEvent(data) : kind == Rx.Ack && !Array.isArray(data)) throw new Error("invalid payload");
    } catch (e) {
      return this._manager.engine._fault(e as Error);
    }
    if (attachments) this.partial = { kind, slot, ack, data, left: attachments, parts: [] };
    else this._deliver(kind, slot, ack, data);
  }

  attachment(part: BinaryPart): void {
    const p = this.partial!;
    try {
      if (!p) throw new Error("illegal attachments");
      p.parts.push(part);
      if (--p.left) return;
      this.partial = undefined;
      p.data = reconstruct(p.data, p.parts);
    } catch (e) {
      return this._manager.engine._fault(e as Error);
    }
    this._deliver(p.kind, p.slot, p.ack, p.data);
  }

  /** Emits `packet` on the manager and hands the packet to its socket. Listeners added before the socket's own run before it. */
  private _deliver(kind: Rx, slot: number, ack: number, data: unknown): void {
    if (!kind) return; // the other engine has delivered it
    if (this.later) return queueMicrotask(() => this._deliver(kind, slot, ack, data));
    const { _manager: manager } = this;
    const socket = sockets.get(slot);
    const packet: Received = { type: kind - Rx.Connect, nsp: socket?.nsp!, data };
    if (ack >= 0) packet.id = ack;
    const before = this._due;
    this._due = packet;
    // Usually the socket is the only listener.
    const listeners = manager._callbacks?.["$packet"];
    if (listeners?.length != 1 || listeners[0] != socket?.subs?.packet) manager.emitReserved("packet", packet);
    this.turn(packet, socket);
    this._due = before;
  }

  /**
   * Hands a packet to its socket. Only the first call for a packet counts. `_due` is a field and not a closure because pages
   * that receive events and acks in turn take three quarters of the time with it.
   */
  turn(packet: Received, socket?: Socket): void {
    if (packet != this._due) return;
    this._due = undefined;
    if (socket) (socket._reads || socket.onpacket).call(socket, packet);
    else if (packet.type == Type.Connect) control(Op.RootConnected, this._manager._conn);
  }

  // --- A parser of the user's ------------------------------------------------------------------------------------------

  /** Makes a decoder of the option `parser`. */
  decodeAnew(): void {
    const { _manager: manager } = this;
    manager.decoder = new (manager.opts.parser as Parser).Decoder();
    manager.decoder.on!("decoded", (p) => {
      const socket = manager.nsps[p.nsp];
      // The decoder has already put the attachments in.
      const type = p.type == Type.BinaryEvent ? Type.Event : p.type == Type.BinaryAck ? Type.Ack : p.type;
      this._deliver(type + Rx.Connect, socket ? socket._slot : -1, p.id ?? -1, p.data);
      if (socket && type == Type.Ack) control(Op.Unawaited, socket._slot, p.id!); // the core reads no packets of such a parser
    });
  }

  opaque(data: string | BinaryPart): void {
    try {
      // In Node.js packages decode a Buffer, as the official client hands them: socket.io-msgpack-parser reads nothing else there.
      const node = globalThis as unknown as Node;
      if (data instanceof ArrayBuffer && node.process?.versions?.node) data = node.Buffer.from(data) as BinaryPart;
      this._manager.decoder.add!(data);
    } catch (e) {
      this._manager.engine._fault(e as Error);
    }
  }
}
