/** Sends a socket's packets. The core writes the header of each, or says to hold or drop the packet. */
import { look, tx } from "../bridge/calls.js";
import { Tx, TxAnswer, Type } from "../bridge/bridge.gen.js";
import { report, tell } from "../emitter.js";
import { packetOf } from "../engine/engine.js";
import type { Socket } from "../socket.js";
import { deconstruct, hasBinary, type BinaryPart } from "../values.js";
import type { Args, Packet } from "./packet.js";

/** What send() answers when a packet is on its way. */
const SENT = 1;

/** Sends a packet, unless the core holds or drops it. */
export function send(socket: Socket, packet: Packet, bits: number): TxAnswer | typeof SENT {
  const { io } = socket;
  const { engine } = io;
  const { parser } = io.opts;
  // If packets wait for the end of this task, this task has already checked the deadline.
  if (!engine._link.can.immediate || !engine.writeBuffer.length) look();
  const { data, id = "", options = { compress: true } } = packet;
  let parts: BinaryPart[] | undefined;
  let text = "";
  if (!parser) {
    let json: unknown = data;
    if (hasBinary(data)) json = deconstruct(data, (parts = []));
    text = JSON.stringify(json, io.encoder.replacer);
  }
  const header = tx(socket._slot, id === "" ? bits : bits | Tx.WantsAck, parts?.length || 0, id);
  if (typeof header == "number") return header;
  if (!(bits & (Tx.Ack | Tx.Bypass))) tell(socket._anyOut, socket, data);
  if (parser) sendByParser(socket, packet);
  else engine._writePacket(header + text, parts, options);
  return SENT;
}

/** Says whether an event of the user's would be sent if it were emitted now: neither held nor dropped. */
export function wouldSend(socket: Socket): boolean {
  if (!socket.connected || socket.io.engine._expired()) return false;
  look();
  return typeof tx(socket._slot, Tx.Volatile, 0, "") == "string";
}

/** Sends a packet by the user's own parser. */
export function sendByParser({ io, nsp }: Socket, packet: object): void {
  const whole = { nsp, options: { compress: true }, ...packet };
  for (const part of io.encoder.encode!(whole)) io.engine._writePacket(packetOf(part), undefined, whole.options);
}

/** Sends an event of ours, which carries the token: the core does not hold it back, and no event of the engine shows it. */
export function sendSecretly(socket: Socket, ...data: Args): void {
  const { engine } = socket.io;
  if (!socket.connected) return;
  engine._secret = true;
  send(socket, { type: Type.Event, data }, Tx.Bypass);
  engine._secret = false;
}

/** Sends what was held, as far as the core lets it go. */
export function flush(socket: Socket): void {
  // What was emitted when the heartbeat was late waits for the next connection.
  if (!socket.connected || socket.io.engine._expired()) return;
  const { sendBuffer: held } = socket;
  let n = 0;
  for (; n < held.length; n++)
    try {
      if (send(socket, held[n]!, 0) == TxAnswer.Hold) break;
    } catch (e) {
      report(e);
    }
  held.splice(0, n);
}
