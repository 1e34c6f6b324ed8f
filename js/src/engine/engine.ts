/**
 * One Engine.IO connection, as pages see it in `manager.engine`: its state and its events. Its transports are in links.ts;
 * reader.ts takes in what they receive, writer.ts is the queue before them. What happens next, the core says: effects.ts.
 */
import { control } from "../bridge/calls.js";
import { CloseReason, Ending, generationOf, newest, Op, packetTypes, type TransportKind } from "../bridge/bridge.gen.js";
import { Emitter } from "../emitter.js";
import { listen } from "../listen.js";
import { enginePath, type Query } from "../url.js";
import type { Above, Host } from "./above.js";
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
export type EngineOptions = Above["opts"] & Host;

/** The server's answer to a handshake. */
export interface ServerHandshake {
  sid: string;
  upgrades?: string | string[];
  pingInterval: number;
  pingTimeout: number;
  maxPayload?: number;
}

export class Engine extends Emitter {
  /** Whether the last connection of the page travelled over a websocket, and did not fail: for `rememberUpgrade`. */
  declare static priorWebsocketSuccess: boolean;

  /** Not there before the session and null after it, which the official client's types do not say. */
  id!: string;
  /** The transport in use. any: it may be an object of the user's own transport class. */
  transport: any;
  upgrades: string[] = [];
  readyState: "opening" | "open" | "closing" | "closed" = "opening";
  binaryType = "arraybuffer";
  pingInterval?: number;
  pingTimeout?: number;
  protocol: number = newest;
  readonly opts: EngineOptions;
  declare hostname: string;
  declare port: string;
  declare secure: boolean;
  declare query: Query;
  /** What the server's generation does: nothing is known until the server has shown it. */
  _generation = generationOf(0);
  /** What ended it, for the events of the manager and the sockets. */
  _error?: Error;
  _details?: unknown;
  /** The reason that a page has given for the end. */
  _said?: string;
  /** What is being written has the token in it, which no event shows. */
  _secret = false;
  /** The transport in use, as we see it. */
  _link: Link;
  readonly _links = new Links(this);
  readonly _reader = new Reader(this);
  readonly _writer = new Writer(this);
  readonly _deliveries = new Deliveries();
  /** The revision that the handshake was asked for with; 0: the newest, and any answer will do. */
  _asked = 0;
  private _offline?: () => void;

  constructor(readonly _above: Above) {
    super();
    const o = _above.opts;
    const host = _above._host;
    Object.assign(this, host);
    this.opts = { upgrade: true, ...o, ...host, path: enginePath(o) };
    this._link = this.transport = unopened(_above._transports()[0]?.name);
  }

  get writable(): boolean {
    return this._link.writable && !this._writer.held;
  }

  /** Packets that the server has not got. */
  get writeBuffer(): Outgoing[] {
    return this._writer.queue;
  }

  // --- What pages do -----------------------------------------------------------------------------------------------------

  send(data: Outgoing, options?: object): this {
    return this.write(typeof data == "string" ? "4" + data : data, undefined, options);
  }

  /** A packet and its attachments; they stay together. */
  write(first: Outgoing, parts?: Outgoing[], options?: object): this {
    if (this._callbacks && !this._secret) {
      const text = typeof first == "string";
      this.emitReserved("packetCreate", { type: text ? packetTypes[+first[0]!] : "message", data: text ? first.slice(1) || undefined : first, options });
    }
    this._writer.write(first, parts);
    return this;
  }

  close(): this {
    if (this.readyState != "closed") control(Op.EngineClose, this._above._conn);
    return this;
  }

  /** Pages emit on the engine to see what comes of it: the official manager listens to these events. */
  override emit(event: string, ...args: unknown[]): this {
    if (this._above.engine == this && this.readyState == "open") byHand(this, event, args);
    return super.emit(event, ...args);
  }

  // --- Its life ------------------------------------------------------------------------------------------------------------

  /** The core wants a transport opened. */
  _openLink(link: number, kind: TransportKind, revision: number, probe: boolean): void {
    if (!probe) {
      this._asked = revision;
      this._error = undefined; // of a transport, or a revision, in whose place this one is tried
    }
    this._links.open(link, kind, revision, probe);
  }

  /** Packets go over this transport from now on. */
  _use(t: Link): void {
    const { _link: before } = this;
    t._probe = false;
    this._link = t;
    this.transport = t.shown || t;
    if (!before._link) for (const event in before._callbacks) for (const fn of before._callbacks[event]!) this.transport.on(event.slice(1), fn);
    before.off(); // a transport that is left tells nothing, as in the official client
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

  /** The handshake's URL has carried the token, no other may. */
  _forgetToken(query: Query): void {
    delete query[this._above._credentials?.name!];
  }

  /** The core says that the connection is open, to a server of this revision. */
  _opened(revision: number): void {
    const { _link: t } = this;
    this.readyState = "open";
    rememberRevision(this._above, this._asked);
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
    if (!t._probe || t == this._link)
      this._details = failed && this.readyState == "open" ? this._error : description && { description, context };
  }

  /** What has been read makes no sense. */
  _fault(error: Error, link = this._link._link): void {
    this._error = this._details = error;
    this._goodbye(this._links.get(link));
    control(Op.Fault, this._above._conn, link);
  }

  /** The server is of an earlier generation than it looked: the connection is of no use. */
  _misjudged(link: number): void {
    this._error = this._details = transportError({ message: "parse error" });
    this._goodbye(this._links.get(link));
    control(Op.Misjudged, this._above._conn, link);
  }

  /** Before a session is given up: the server would keep it until a ping is missed. */
  _goodbye(t?: Link): void {
    if (this.readyState == "open") t?.goodbye();
  }

  /** Sends what is queued, hangs up, and says when the server knows. */
  _finish(t: Link): void {
    const rest = this._writer.takeUnsent();
    this._release();
    this.readyState = "closing";
    t.finish(rest, () => {
      this._links.forget(t._link);
      control(Op.Finished, this._above._conn, t._link);
    });
  }

  /** Reason and details that the manager and the sockets tell of the end. */
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
    // The manager closes the engine then.
    if (open && reason >= CloseReason.Forced) {
      text = "forced close";
      details = undefined;
    }
    this.readyState = "closed";
    // The next connection begins with another transport again: where websockets fail, none would come about.
    if (reason == CloseReason.TransportError || (!open && reason != CloseReason.Forced)) Engine.priorWebsocketSuccess = false;
    this._release();
    this._links.closeFirst();
    this.id = null!;
    this._writer.reset();
    return () => {
      if (reason == CloseReason.TransportError || opening) this.emitReserved("error", error || new Error(text));
      this.emitReserved("close", text, details);
    };
  }

  /** There is no core any more: the transports are closed, and nobody is told. */
  _abandon(): void {
    this._release();
    if (this.readyState == "open") this._link.goodbye(); // between two polls the server sees nothing end
    this._links.closeAll();
  }

  // --- The network and the clock -------------------------------------------------------------------------------------------

  /** As long as it has a transport, an engine that is not on this machine ends when the network does. */
  _watchNetwork(): void {
    if (this._offline || this.hostname == "localhost") return;
    this._offline = listen(["offline"], () => {
      this._details = { description: "network connection lost" };
      control(Op.LinkClosed, this._above._conn, this._link._link, Ending.Closed);
    });
  }

  /** It listens to the page no more. */
  _release(): void {
    this._offline?.();
    this._offline = undefined;
  }

  /** The official client's deadline of the heartbeat. Ours is the core's, but pages (and tests) move this one to the past. */
  _pingTimeoutTime = Infinity;

  _expired(): boolean {
    const late = this._pingTimeoutTime < Infinity && Date.now() > this._pingTimeoutTime;
    if (late && this._pingTimeoutTime) {
      this._pingTimeoutTime = 0;
      queueMicrotask(() => control(Op.LinkClosed, this._above._conn, this._link._link, Ending.Late));
    }
    return late;
  }
}

Engine.priorWebsocketSuccess = false;
