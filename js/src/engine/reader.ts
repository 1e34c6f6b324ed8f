/**
 * Reads the frames of a connection's transports. The core reads the header of each packet and decides what happens with it;
 * it never gets the payload.
 */
import { control, look, rx, words } from "../bridge/calls.js";
import { Ending, Op, PacketType, Rx, Word, newest, packetTypes } from "../bridge/bridge.gen.js";
import { bytesOf, fromBase64, type BinaryPart } from "../values.js";
import type { Engine, ServerHandshake } from "./engine.js";
import { transportError } from "./errors.js";
import type { Link } from "./links.js";
import { anyRevision } from "./revision.js";
import { offered } from "./transports/registry.js";
import type { Frame } from "./transport.js";

/** Whether a frame consists of packets that a length precedes. */
export const framed = (t: Link): boolean => !!(t.can.payloads && t.generation.lengthFramed);

/** The content of the Engine.IO message that begins at `at`, without its packet type. */
const message = (t: Link, body: string, at: number, end: number): string => body.slice(framed(t) ? body.indexOf(":", at) + 2 : at + 1, end);

export class Reader {
  /** The data being read is from the page, which has emitted it on the engine, and not from the server. */
  byHand = false;

  constructor(private readonly _engine: Engine) {}

  /** A transport has received a frame. */
  data(t: Link, frame: Frame, response?: Response): void {
    const { _engine: engine } = this;
    const { _deliveries: deliveries } = engine;
    const live = engine._links.has(t._link);
    if (deliveries.keeping) return deliveries.keep(t, frame, response);
    if (response && !engine.id && t == engine._link) {
      const date = Date.parse(response.headers.get("date")!);
      if (date) control(Op.Clock, engine._manager._conn, date);
    }
    if (typeof frame == "string") this.read(t, frame);
    else if (live) this._binary(t, frame);
    if (t.poll && engine.readyState == "open") t.poll();
    look(); // the browser delays the timers of hidden pages
  }

  /** Reads the frames that were kept (Rx.Later). */
  readKept(): void {
    for (const kept of this._engine._deliveries.takeKept()) this.data(...kept);
  }

  /** Reads the packets of a frame of text. */
  read(t: Link, body: string): void {
    const { _engine: engine, byHand } = this;
    const { payloads } = t.can;
    const manager = engine._manager;
    const link = t._link;
    const size = body.length;
    if (!size) return this._foreign(t);
    for (let at = 0; at < size; ) {
      const kind = rx(manager._conn, link, body, at);
      if (kind == Rx.Stale) return;
      if (kind == Rx.Later) return engine._deliveries.keep(t, body.slice(at));
      if (kind == Rx.Fault) return words[Word.Foreign] ? this._foreign(t) : this._unreadable(link);
      if (kind == Rx.Misjudged) return engine._misjudged(link);
      if (kind == Rx.Decide) {
        control(Op.Message, manager._conn, link);
        continue;
      }
      const start = at + words[Word.Start]!;
      let end = words[Word.End]!;
      let next: number;
      if (end >= 0) next = end += at;
      else {
        end = payloads ? body.indexOf("\x1e", start) : -1;
        if (end < 0) end = size;
        next = end + 1;
      }
      let text = start || end < size ? body.slice(start, end) : body;
      if (t.asksBase64 && t.generation.twiceEncoded && !byHand) text = this._decode(t, text);
      if (kind == Rx.Late) this._late(t, message(t, body, at, end));
      else if (kind > Rx.Refused) this._other(kind, t, text, size);
      else if (kind) {
        const slot = words[Word.Slot]!;
        let ack = words[Word.Ack]!;
        if (ack < -1) ack = +/^\d(?:\d+-)?(?:\/[^,]*,)?(\d+)/.exec(message(t, body, at, end))![1]!;
        const attachments = words[Word.Attachments]!;
        const draining = words[Word.Draining]!;
        if (!byHand && (engine._callbacks || t._callbacks)) this._announce(t, "message", message(t, body, at, end));
        const { _deliveries: deliveries } = engine;
        const repeated = kind == Rx.Event && deliveries.compared && deliveries.repeats(ack + text);
        manager._incoming.received(repeated ? Rx.Ignore : kind, slot, ack, text, attachments);
        if (draining) control(Op.Acked, manager._conn);
      }
      at = next;
    }
  }

  /** Takes a binary message: an attachment, or any message of a user's parser. */
  part(part: BinaryPart): void {
    const manager = this._engine._manager;
    if (manager.opts.parser) manager._incoming.opaque(part);
    else manager._incoming.attachment(part);
  }

  private _binary(t: Link, part: BinaryPart): void {
    const { _engine: engine } = this;
    if (engine.binaryType == "blob" && !(part instanceof Blob)) part = new Blob([part as ArrayBuffer]);
    this._announce(t, "message", part);
    if (engine.readyState != "opening") this.part(part);
  }

  /** Listeners of the engine and of the transport hear of a packet before the sockets do. */
  private _announce(t: Link, type: string, data?: unknown): void {
    const { _engine: engine } = this;
    if (engine._callbacks && !t._probe) {
      engine.emitReserved("packet", { type, data });
      engine.emitReserved("heartbeat");
      if (type == "message") engine.emitReserved("data", data).emitReserved("message", data);
    }
    if (t._callbacks) t.emitReserved("packet", { type, data });
  }

  /** Handles the answer to a CONNECT that was given up. No socket gets it. */
  private _late(t: Link, message: string): void {
    const slot = words[Word.Slot]!;
    const connected = !!words[Word.Connected];
    if (!this.byHand) this._announce(t, "message", message);
    control(Op.LateAnswer, slot, connected);
  }

  /** Handles all kinds but the sockets' own packets. */
  private _other(kind: Rx, t: Link, text: string, size: number): void {
    const { _engine: engine } = this;
    switch (kind) {
      case Rx.Handshake:
        return this._handshake(t, text, words[Word.Revision]!, size);
      case Rx.Binary:
        try {
          return this._binary(t, fromBase64(text).buffer);
        } catch (e) {
          return this._unreadable(t._link);
        }
      case Rx.Control: {
        const packet: PacketType = words[Word.Packet]!;
        this._announce(t, packetTypes[packet]!, text || undefined);
        if (packet == PacketType.Close) engine._details = { description: "transport closed by the server" };
        return control(Op.ControlPacket, engine._manager._conn, t._link, packet, text == "probe");
      }
      case Rx.Answer:
        return control(Op.Answered, engine._manager._conn, t._link, words[Word.Answer]!);
      case Rx.Opaque:
        if (!this.byHand) this._announce(t, "message", text);
        engine._manager._incoming.opaque(text);
    }
  }

  private _handshake(t: Link, text: string, revision: number, size: number): void {
    const { _engine: engine } = this;
    if (engine.id) return;
    let data: ServerHandshake | undefined;
    try {
      data = JSON.parse(text);
    } catch (e) {}
    if (typeof data?.sid != "string") return this._foreign(t);
    // Only servers of the newest generation send maxPayload. Over websocket alone that is what tells the generation; a server
    // that was asked with an older revision, though the user did not say so, takes both: the core opens another connection.
    const both = engine._asked && engine._asked != newest && data.maxPayload && anyRevision(engine._manager.opts);
    if (both) return control(Op.Handshake, engine._manager._conn, t._link, data.pingInterval, data.pingTimeout, 0, newest);
    if (!revision && data.maxPayload) revision = newest;
    // Servers 2.x without a middleware send CONNECT along with the handshake, 1.x never do.
    if (t.asksBase64 && size > text.length + 9) t.plain = true;
    engine._welcome(t, data);
    if (t.can.payloads) t.emitReserved("open");
    this._announce(t, "open", text);
    engine.emitReserved("handshake", data);
    control(Op.Handshake, engine._manager._conn, t._link, data.pingInterval, data.pingTimeout, offered(engine.upgrades), revision);
  }

  /**
   * Decodes text that a server 1.x has encoded as UTF-8 twice, which it does when asked for base64; servers 2.x do not. Only
   * the text shows it: text with a character above U+00FF, or with bytes that are no UTF-8, was encoded once.
   */
  private _decode(t: Link, text: string): string {
    if (t.plain || !/[^\0-\x7f]/.test(text)) return text;
    try {
      if (/[^\0-\xff]/.test(text)) throw 0;
      return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytesOf(text));
    } catch (e) {
      t.plain = true;
      return text;
    }
  }

  /** Handles a packet that no Socket.IO server sends. */
  private _unreadable(link: number): void {
    this._engine._fault(transportError({ message: "parse error" }), link);
  }

  /** Handles a packet that no Engine.IO server sends: the address is another kind of server's. */
  private _foreign(t: Link): void {
    const { _engine: engine } = this;
    if (engine.readyState == "closing" || !engine._links.forget(t._link)) return;
    if (!t._probe) {
      const data = "parser error";
      this._announce(t, "error", data);
      engine._error = Object.assign(new Error("server error"), { code: data });
      if (engine.readyState == "open") engine._details = engine._error;
      engine._goodbye(t);
    }
    t.close();
    control(Op.LinkClosed, engine._manager._conn, t._link, Ending.Failed);
  }
}
