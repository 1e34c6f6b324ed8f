/**
 * One Engine.IO connection, as pages see it in `manager.engine`: its state and its events. Its transports are in links.ts;
 * reader.ts reads what they receive, writer.ts is the queue of packets to send. effects.ts performs the core's effects.
 */
import { control } from "../bridge/calls.js";
import { CloseReason, Ending, generationOf, newest, Op, packetTypes, type TransportKind } from "../bridge/bridge.gen.js";
import { Emitter } from "../emitter.js";
import { listen } from "../listen.js";
import { enginePath, type Query } from "../url.js";
import type { EngineManager, Host } from "./manager.js";
import { byHand } from "./byhand.js";
import { Deliveries } from "./deliveries.js";
import { transportError } from "./errors.js";
import { Links, type Link } from "./links.js";
import { Reader } from "./reader.js";
import { rememberRevision } from "./revision.js";
import type { Outgoing, TransportError } from "./transport.js";
import { unopened } from "./unopened.js";
import { Writer } from "./writer.js";

/** The manager's options, completed. */
export type EngineOptions = EngineManager["opts"] & Host;

/** The server's answer to a handshake. */
export interface ServerHandshake {
  sid: string;
  upgrades?: string | string[];
  pingInterval: number;
  pingTimeout: number;
  maxPayload?: number;
}

type WriteOptions = { compress?: boolean } | null;
type Flushed = () => void;
/** The arguments of send() and write(). `flushed` is called when the message has been handed to the transport. */
type Message = [data: Outgoing, options?: WriteOptions | Flushed, flushed?: Flushed];

/** The packet of Engine.IO that carries a message: a text begins with the packet type, bytes do not. */
export const packetOf = (message: Outgoing): Outgoing => (typeof message == "string" ? "4" + message : message);
/** The message that a packet of type "message" carries. */
const messageOf = (packet: Outgoing): Outgoing => (typeof packet == "string" ? packet.slice(1) : packet);

export class Engine extends Emitter {
  /** Whether the page's last connection used a websocket successfully: for option `rememberUpgrade`. */
  declare static priorWebsocketSuccess: boolean;

  /** Not there before the session and null after it, which the official client's types do not say. */
  id!: string;
  /** The transport in use. any: it may be an object of the user's own transport class. */
  transport: any;
  /** The names of the transports that may be tried, in that order. */
  readonly transports: string[];
  upgrades: string[] = [];
  readyState: "opening" | "open" | "closing" | "closed" = "opening";
  binaryType: "arraybuffer" | "blob" | "nodebuffer" = "arraybuffer";
  pingInterval?: number;
  pingTimeout?: number;
  protocol: number = newest;
  readonly opts: EngineOptions;
  declare hostname: string;
  declare port: string;
  declare secure: boolean;
  declare query: Query;
  /** The generation of the server; the zero one until it is known. */
  _generation = generationOf(0);
  /** The error that ended it, for the events of the manager and the sockets. */
  _error?: Error;
  _details?: unknown;
  /** The reason of a `close` that the page has emitted. */
  _said?: string;
  /** The packet that is being written carries a token: no event may show it. */
  _secret = false;
  /** The transport in use, as we see it. */
  _link: Link;
  readonly _links = new Links(this);
  readonly _reader = new Reader(this);
  readonly _writer = new Writer(this);
  readonly _deliveries = new Deliveries();
  /** The protocol revision that the handshake asked for; 0: the newest, and any answer is accepted. */
  _asked = 0;
  private _offline?: () => void;

  constructor(readonly _manager: EngineManager) {
    super();
    const o = _manager.opts;
    const host = _manager._host;
    Object.assign(this, host);
    this.opts = { upgrade: true, ...o, ...host, path: enginePath(o) };
    this.transports = _manager._transports().map((row) => row.name);
    this._link = this.transport = unopened(this.transports[0]);
  }

  get writable(): boolean {
    return this._link.writable && !this._writer.held;
  }

  /** Packets that have not been sent. */
  get writeBuffer(): Outgoing[] {
    return this._writer.queue;
  }

  // --- What pages do -----------------------------------------------------------------------------------------------------

  send(...message: Message): this {
    return this._sendMessage(...message);
  }

  write(...message: Message): this {
    return this._sendMessage(...message);
  }

  private _sendMessage(data: Outgoing, options?: WriteOptions | Flushed, flushed?: Flushed): this {
    if (typeof options == "function") [options, flushed] = [null, options];
    if (this.readyState == "closing" || this.readyState == "closed") return this;
    if (flushed) this.once("flush", flushed);
    return this._write(packetOf(data), undefined, options);
  }

  /**
   * Sends a packet of Socket.IO and its attachments. They go through write() if the page has replaced it, one by one, except
   * for a packet that carries a token.
   */
  _writePacket(first: Outgoing, attachments?: Outgoing[], options?: WriteOptions): void {
    if (this.write == Engine.prototype.write || this._secret) this._write(first, attachments, options);
    else for (const packet of [first, ...(attachments || [])]) this.write(messageOf(packet), options);
  }

  /** Sends packets of Engine.IO. No other packet comes between them. */
  _write(first: Outgoing, rest?: Outgoing[], options?: WriteOptions): this {
    if (this._callbacks && !this._secret) {
      const shown = { ...options, compress: options?.compress !== false };
      for (const packet of [first, ...(rest || [])]) {
        const text = typeof packet == "string";
        this.emitReserved("packetCreate", {
          type: text ? packetTypes[+packet[0]!] : "message",
          data: text ? packet.slice(1) || undefined : packet,
          options: shown,
        });
      }
    }
    this._writer.write(first, rest);
    return this;
  }

  close(): this {
    if (this.readyState != "closed") control(Op.EngineClose, this._manager._conn);
    return this;
  }

  /** Pages emit on the engine to see what comes of it: the official manager listens to these events. */
  override emit(event: string, ...args: unknown[]): this {
    if (this._manager.engine == this && this.readyState == "open") byHand(this, event, args);
    return super.emit(event, ...args);
  }

  // --- Its life ------------------------------------------------------------------------------------------------------------

  /** The core wants a transport opened. */
  _openLink(link: number, kind: TransportKind, revision: number, probe: boolean): void {
    this._asked = revision;
    this._error = this._details = undefined; // of the transport or revision that was tried before
    this._links.open(link, kind, revision, probe);
  }

  /** Packets go over this transport from now on. */
  _use(t: Link): void {
    const { _link: before } = this;
    t._probe = false;
    this._link = t;
    this.transport = t.shown || t;
    if (!before._link) for (const event in before._callbacks) for (const fn of before._callbacks[event]!) this.transport.on(event.slice(1), fn);
    if (before != t) before.off(); // the transport before emits no more events, as in the official client
    this._writer.held = false;
    if (this.id) this._writer.flush();
  }

  /** The server's answer to the handshake. */
  _welcome(t: Link, { sid, upgrades, pingInterval, pingTimeout, maxPayload }: ServerHandshake): void {
    this.id = t.query.sid = sid;
    this._forgetToken(t.query);
    this.upgrades = [upgrades || []].flat();
    this.pingInterval = pingInterval;
    this.pingTimeout = pingTimeout;
    this._writer.maxPayload = maxPayload;
  }

  /** Removes the token from the query: only the handshake's URL carries it. */
  _forgetToken(query: Query): void {
    delete query[this._manager._credentials?.name!];
  }

  /** The core says that the connection is open, to a server of this revision. */
  _opened(revision: number): void {
    const { _link: t } = this;
    this.readyState = "open";
    rememberRevision(this._manager, this._asked);
    this._generation = t.generation = generationOf(revision);
    this.protocol = t.query.EIO = revision;
    t.writable = true;
    this._rememberTransport();
  }

  _rememberTransport(): void {
    Engine.priorWebsocketSuccess = this._link.name == "websocket";
  }

  /** A transport has ended by itself. */
  _linkEnded(t: Link, error: TransportError, failed: boolean): void {
    const { description, context } = error;
    if (failed || t._probe) this._error = transportError(error);
    if (!t._probe || t == this._link) this._details = failed ? this._error : description && { description, context };
  }

  /** Reports a frame that cannot be read. */
  _fault(error: Error, link = this._link._link): void {
    this._error = this._details = error;
    this._goodbye(this._links.get(link));
    control(Op.Fault, this._manager._conn, link);
  }

  /** The server is 1.x or 2.x, though it was taken for a later one: the core replaces the connection. */
  _misjudged(link: number): void {
    this._error = this._details = transportError({ message: "parse error" });
    this._goodbye(this._links.get(link));
    control(Op.Misjudged, this._manager._conn, link);
  }

  /** Tells the server that the session ends. It would keep the session until a ping is missed. */
  _goodbye(t?: Link): void {
    if (this.readyState == "open") t?.goodbye();
  }

  /** Sends the queue, closes the transport, and reports Op.Finished when the server knows. */
  _finish(t: Link): void {
    const rest = this._writer.takeUnsent();
    this._release();
    this.readyState = "closing";
    t.off(); // it emits no more events, as in the official client
    t.finish(rest, () => control(Op.Finished, this._manager._conn, t._link));
  }

  /** The arguments of the events `close` and `disconnect`: reason and description. */
  _why(reason: CloseReason, text: string): [string, unknown] {
    if (reason >= CloseReason.ByServer) return [text, undefined]; // a socket's own
    return [this._said ?? text, reason == CloseReason.Forced && this._said === undefined ? undefined : this._details];
  }

  /** The manager calls it when the core has closed the connection. What it returns tells the listeners. */
  _closed(reason: CloseReason, text: string): (() => void) | undefined {
    if (this.readyState == "closed") return;
    const open = this.readyState == "open";
    const opening = this.readyState == "opening";
    const { _error: error } = this;
    let { _details: details } = this;
    // For these reasons it is the manager that closes the engine, which is all that the engine's listeners hear.
    if (reason >= CloseReason.Forced) {
      text = "forced close";
      details = undefined;
    }
    this.readyState = "closed";
    // The next connection begins with another transport again: where websockets fail, none would come about.
    if (reason == CloseReason.TransportError || (!open && reason != CloseReason.Forced)) Engine.priorWebsocketSuccess = false;
    this._release();
    this._links.closeFirst();
    this.id = null!;
    return () => {
      if (reason == CloseReason.TransportError || (opening && reason < CloseReason.Forced)) this.emitReserved("error", error || new Error(text));
      this.emitReserved("close", text, details);
      this._writer.reset(); // now, as in the official client: listeners to close find in writeBuffer what was not sent
    };
  }

  /** The core has failed: closes the transports without events. */
  _abandon(): void {
    this._release();
    if (this.readyState == "open") this._link.goodbye(); // between two polls the server sees nothing end
    this._links.closeAll();
  }

  // --- The network and the clock -------------------------------------------------------------------------------------------

  /** Closes the connection on the event `offline`, unless the server is on this machine. */
  _watchNetwork(): void {
    if (this._offline || this.hostname == "localhost") return;
    this._offline = listen(["offline"], () => {
      this._details = { description: "network connection lost" };
      control(Op.LinkClosed, this._manager._conn, this._link._link, Ending.Closed);
    });
  }

  /** Removes the listeners to the page's events. */
  _release(): void {
    this._offline?.();
    this._offline = undefined;
  }

  /** The heartbeat's deadline, as in engine.io-client. The core has its own, but pages and tests set this one to the past. */
  _pingTimeoutTime = Infinity;

  _expired(): boolean {
    const late = this._pingTimeoutTime < Infinity && Date.now() > this._pingTimeoutTime;
    if (late) queueMicrotask(() => control(Op.LinkClosed, this._manager._conn, this._link._link, Ending.Late));
    return late;
  }
}

Engine.priorWebsocketSuccess = false;
