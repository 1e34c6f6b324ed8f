/**
 * One Engine.IO connection, as `manager.engine` shows it: transports by link number, the queue before them, and frames
 * on their way to the sockets. What a frame is and what the connection does next, Go says.
 */
import { control, defer, look, rx, words } from "./bridge/calls.js";
import { clock } from "./bridge/clock.js";
import { failure } from "./bridge/core.js";
import { polling, type Polling } from "./polling.js";
import { Do, EngineDo, Op, Rx, TransportKind, Word, transports } from "./bridge/seam.js";
import { Emitter } from "./emitter.js";
import { FirstTransport } from "./engine/first.js";
import { listen, type Frame, type Outgoing, type Transport, type TransportError, type TransportSink } from "./transport.js";
import { managers } from "./tables.js";
import { enginePath, engineUrl } from "./url.js";
import { bytesOf, fromBase64, isBinary, type BinaryPart } from "./values.js";
import { websocket } from "./websocket.js";

/** Where a connection goes. */
export interface Host {
  hostname: string;
  port: string;
  secure: boolean;
  query: Record<string, any>;
}

/** What a connection needs of a token. */
export interface Credentials {
  readonly name: string;
  handshake(query: Record<string, any>): void;
  headers(): Record<string, string> | undefined;
}

/** What a connection needs of the manager above it. */
export interface Above extends Emitter {
  readonly _conn: number;
  _names(): string[];
  engine: Engine;
  _old?: Engine;
  _partial?: unknown;
  /** Packets are delivered after this turn. */
  _later: boolean;
  readonly opts: any;
  readonly _host: Host;
  /** The token that the handshake carries. */
  readonly _credentials?: Credentials;
  /** A token may be in what is sent. */
  readonly _carriesToken: boolean;
  /** The server has answered the handshake by an HTTP status. Gives what the core is to know of it. */
  _denied(status: number, body: unknown): unknown[];
  _received(kind: Rx, slot: number, ack: number, text: string, attachments: number): void;
  _attachment(part: BinaryPart): void;
  _opaque(data: string | BinaryPart): void;
}

type Link = Transport & { _link: number; _probe?: boolean };

/** An error of the official client's shape. */
export const transportError = ({ message, description, context }: TransportError): Error =>
  Object.assign(new Error(message), { type: "TransportError", description, context });

/** Servers that have taken a handshake with revision 3, asked for because they refuse 4: for the life of the page. */
const older = new Set<string>();
const placeOf = (above: Above) => [above._host.secure, above._host.hostname, above._host.port, enginePath(above.opts)].join();
const anyRevision = (opts: any) => opts.protocol != 3 && opts.protocol != 4;
/** Whether the server that a manager connects to is known to be one. */
export const takesOlder = (above: Above): boolean => anyRevision(above.opts) && older.has(placeOf(above));

const kinds = ["open", "close", "ping", "pong", "message", "upgrade", "noop"];

export class Engine extends Emitter {
  /** Remembered by all connections of the page, for `rememberUpgrade`. */
  declare static priorWebsocketSuccess: boolean;

  id?: string | null;
  /** Until Go opens one it has but a name. */
  transport: Link;
  upgrades: string[] = [];
  readyState = "opening";
  binaryType = "arraybuffer";
  writeBuffer: Outgoing[] = [];
  pingInterval?: number;
  pingTimeout?: number;
  protocol = 4;
  readonly opts: any;
  declare hostname: string;
  declare port: string;
  declare secure: boolean;
  declare query: Record<string, any>;
  /** The protocol's revision: 0 until the server has shown it. */
  _revision = 0;
  /** What ended it, for the events of the manager and the sockets. */
  _error?: Error;
  _details?: unknown;
  /** The revision that the handshake was asked for with; 0: 4, and any answer will do. */
  private _asked = 0;
  private _held = false;
  /** What is being written has the token in it, which no event shows. */
  _secret = false;
  /** How many of writeBuffer the transport is busy with. */
  private _sent = 0;
  _links = new Map<number, Link>();
  /** Opened while the core starts, until the core asks for it. */
  private _first?: FirstTransport;
  /** What came while the engine before this one served on, or while this one stood in. */
  private _kept: [Link, Frame, Response?][] = [];
  /** The events that came over the engine before, or beside, which come over this one again. */
  private _seen?: string[];
  /** Those that come over the engine after, or beside, this one again. */
  _told?: string[];
  private _maxPayload?: number;
  private _offline?: () => void;
  /** Polling of an old server: text is UTF-8 encoded once more. */
  private _utf8?: boolean;

  constructor(readonly _above: Above) {
    super();
    const o = _above.opts;
    const host = _above._host;
    Object.assign(this, host);
    this.opts = { upgrade: true, ...o, ...host, path: enginePath(o) };
    this.transport = { name: _above._names()[0], writable: false } as any;
  }

  /** As long as it has a transport, an engine that is not on this machine ends when the network does. */
  private _listen(): void {
    if (this._offline || this.hostname == "localhost") return;
    this._offline = listen(["offline"], () => {
      this._details = { description: "network connection lost" };
      control(Op.LinkClosed, this._above._conn, this.transport._link);
    });
  }

  /** It listens to the page no more. */
  _release(): void {
    this._offline?.();
    this._offline = undefined;
  }

  get writable(): boolean {
    return !!this.transport?.writable && !this._held;
  }

  /** Opens a transport while the core starts, of the kind and revision that it will ask for first. */
  _openFirst(kind: TransportKind, revision: number): void {
    if (this._first) return;
    const { key, open } = this._plan(kind, revision);
    this._first = new FirstTransport(key, this._sink, open);
  }

  _openLink(link: number, kind: TransportKind, revision: number, probe?: number): void {
    const { key, open } = this._plan(kind, revision);
    const t = (this._first?.take(key) || open(this._sink)) as Link;
    this._first = undefined;
    t._link = link;
    t._probe = !!probe;
    if (!probe) {
      this._asked = revision;
      this._error = undefined; // of a transport, or a revision, in whose place this one is tried
    }
    this._links.set(link, t);
  }

  /** How to open a transport now, and a text that is the same for transports that are. */
  private _plan(kind: TransportKind, revision: number): { key: string; open(sink: TransportSink): Transport } {
    const credentials = this._above._credentials;
    const name = transports[kind] as Transport["name"];
    const opts = { ...this.opts, ...this.opts.transportOptions?.[name] };
    const query: Record<string, any> = { ...this.query, EIO: revision || 4, transport: name };
    if (this.id) {
      query.sid = this.id;
      this._forget(query);
    } else credentials?.handshake(query);
    const headers = () => this._above._credentials?.headers();
    const handshaken = (sid: string) => {
      query.sid = sid;
      this._forget(query);
    };
    const secret = (posts: boolean) => (posts ? this._above._carriesToken : !!headers() || (!!credentials && credentials.name in query));
    return {
      key: JSON.stringify([query, headers()]),
      open: (sink) => {
        this._listen();
        const t = (kind == TransportKind.Polling ? polling : websocket)(() => engineUrl(name, opts, query), { ...opts, query, headers, handshaken, secret }, sink);
        if (revision == 3) t.eio = 3;
        t.open();
        return t;
      },
    };
  }

  /** Nobody wants the transport that was opened while the core starts. */
  _closeFirst(): void {
    this._first?.close();
    this._first = undefined;
  }

  /** The core does not start. */
  _abandon(): void {
    this._closeFirst();
    this._release();
    for (const t of this._links.values()) t.close();
    this._links.clear();
  }

  /** The handshake's URL has carried the token, no other may. */
  private _forget(query: Record<string, any>): void {
    delete query[this._above._credentials?.name!];
  }

  private _sink: TransportSink = {
    opened: (t: Link) => control(Op.LinkOpened, this._above._conn, t._link),
    data: (t: Link, frames, response) => this._data(t, frames, response),
    drained: (t) => {
      if (t != this.transport) return;
      this.writeBuffer.splice(0, this._sent);
      this._sent = 0;
      if (this.writeBuffer.length) this._flush();
      else this.emitReserved("drain");
    },
    paused: (t: Link) => {
      control(Op.Paused, this._above._conn, t._link);
      (t as unknown as Polling).poll(); // unless it was for good
    },
    closed: (t: Link, error) => {
      // Closed by somebody else than us: pages do that to see what happens.
      if (this._links.delete(t._link)) {
        error ||= { message: "transport close" };
        const { description, context } = error;
        const failed = error.message != "transport close";
        if (failed || t._probe) this._error = transportError(error);
        if (!t._probe || t == this.transport)
          this._details = failed && this.readyState == "open" ? this._error : description && { description, context };
        const body = (error.context as any)?.responseText;
        const [message = "", reason = 0] = error.status && !this.id ? this._above._denied(error.status, body) : [];
        control(Op.LinkClosed, this._above._conn, t._link, failed, error.status, message, reason, /^{"code":(\d+)/.exec(body)?.[1] || "");
      }
    },
  };

  // --- Receiving -----------------------------------------------------------------------------------------------------

  private _data(t: Link, body: Frame, response?: Response): void {
    const live = this._links.has(t._link);
    if (this._kept[0]) {
      this._kept.push([t, body, response]);
      return;
    }
    if (response && !this.id && t == this.transport) {
      const date = Date.parse(response.headers.get("date")!);
      if (date) control(Op.Clock, this._above._conn, date);
    }
    if (typeof body == "string") this._read(t, body);
    else if (live) this._binary(t.eio < 4 ? (body as ArrayBuffer).slice(1) : body);
    if (!t.ws && this.readyState == "open") (t as unknown as Polling).poll();
    look(); // the timers of a hidden page are late
  }

  private _binary(part: BinaryPart): void {
    if (this.binaryType == "blob" && !(part instanceof Blob)) part = new Blob([part as ArrayBuffer]);
    this._packet("message", part);
    if (this.readyState != "opening") this._part(part);
  }

  private _part(part: BinaryPart): void {
    if (this._above.opts.parser) this._above._opaque(part);
    else this._above._attachment(part);
  }

  private _packet(type: string, data?: unknown): void {
    if (!this._callbacks) return;
    this.emitReserved("packet", { type, data });
    this.emitReserved("heartbeat");
    if (type == "message") this.emitReserved("data", data).emitReserved("message", data);
  }

  private _read(t: Link, body: string): void {
    const conn = this._above._conn;
    const link = t._link;
    const size = body.length;
    if (!size) return this._foreign(t);
    for (let at = 0; at < size; ) {
      const kind = rx(conn, link, body, at);
      if (kind == Rx.Stale) return;
      if (kind == Rx.Later) {
        this._kept.push([t, body.slice(at)]);
        return;
      }
      if (kind == Rx.Fault) return words[Word.More] ? this._foreign(t) : this._unread(link);
      if (kind == Rx.Decide) {
        control(Op.Message, conn, link);
        continue;
      }
      const start = at + words[Word.Start]!;
      let end = words[Word.End]!;
      let next: number;
      if (end >= 0) next = end += at;
      else {
        end = !t.ws ? body.indexOf("\x1e", start) : -1;
        if (end < 0) end = size;
        next = end + 1;
      }
      let text = start || end < size ? body.slice(start, end) : body;
      if (t.eio < 4 && !t.ws && !this._byHand) text = this._decode(text);
      if (kind > Rx.Refused) this._other(kind, t, text, size);
      else if (kind) {
        const slot = words[Word.Slot]!;
        const ack = words[Word.Ack]!;
        const attachments = words[Word.Attachments]!;
        const more = words[Word.More]!;
        if (this._callbacks && !this._byHand) this._packet("message", body.slice(body.indexOf("4", at) + 1, end));
        this._above._received(kind == Rx.Event && (this._seen || this._told) && this._twice(ack + text) ? Rx.Ignore : kind, slot, ack, text, attachments);
        if (more) control(Op.Acked, conn);
      }
      at = next;
    }
  }

  /** Events of a server that numbers them have the same text on both engines of an overlap, and the same order. */
  private _twice(text: string): unknown {
    const n = this._seen?.indexOf(text);
    if (n! >= 0) return this._seen!.splice(0, n! + 1);
    return this._told?.push(text) && 0;
  }

  /** Everything but packets of the sockets. */
  private _other(kind: Rx, t: Link, text: string, size: number): void {
    const more = words[Word.More]!;
    switch (kind) {
      case Rx.Handshake:
        return this._handshake(t, text, more, size);
      case Rx.Binary:
        try {
          return this._binary(fromBase64(text).buffer);
        } catch (e) {
          return this._unread(t._link);
        }
      case Rx.Control:
        if (!t._probe) this._packet(kinds[more]!, text || undefined);
        if (more == 1) this._details = { description: "transport closed by the server" };
        return control(Op.Control, this._above._conn, t._link, more, text == "probe");
      case Rx.Opaque:
        if (!this._byHand) this._packet("message", text);
        this._above._opaque(text);
    }
  }

  private _handshake(t: Link, text: string, revision: number, size: number): void {
    if (this.id) return;
    let data: any;
    try {
      data = JSON.parse(text);
    } catch (e) {}
    if (typeof data?.sid != "string") return this._foreign(t);
    // Over websocket alone the handshake tells the generation only where it has what no 1.x or 2.x server sends.
    if (!revision && data.maxPayload) revision = 4;
    // Servers 2.x without a middleware send CONNECT along with the handshake, 1.x never do.
    if (revision == 3 && !t.ws && size > text.length + 9) this._plain(t);
    this.id = t.query.sid = data.sid;
    this._forget(t.query);
    this.upgrades = [].concat(data.upgrades || []);
    this.pingInterval = data.pingInterval;
    this.pingTimeout = data.pingTimeout;
    this._maxPayload = data.maxPayload;
    this._packet("open", text);
    this.emitReserved("handshake", data);
    control(Op.Handshake, this._above._conn, t._link, data.pingInterval, data.pingTimeout, this.upgrades.includes("websocket"), revision);
  }

  /**
   * Servers 1.x encode text of polling as UTF-8 once more, 2.x do not. Nothing says which one this is but the text: what
   * has a character beyond a byte, or bytes that are no UTF-8, was not encoded.
   */
  private _decode(text: string): string {
    if (this._utf8 === false || !/[^\0-\x7f]/.test(text)) return text;
    try {
      if (/[^\0-\xff]/.test(text)) throw 0;
      return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytesOf(text));
    } catch (e) {
      this._plain(this.transport);
      return text;
    }
  }

  private _plain(t: Link): void {
    this._utf8 = false;
    t.plain = true;
  }

  _fault(error: any, link = this.transport._link): void {
    this._error = this._details = error;
    this._goodbye(this._links.get(link));
    control(Op.Fault, this._above._conn, link);
  }

  private _unread(link: number): void {
    this._fault(transportError({ message: "parse error" }), link);
  }

  /** What came is no packet of Engine.IO's: somebody else has answered. */
  private _foreign(t: Link): void {
    if (this.readyState == "closing" || !this._links.delete(t._link)) return;
    if (!t._probe) {
      const data = "parser error";
      this._packet("error", data);
      this._error = Object.assign(new Error("server error"), { code: data });
      if (this.readyState == "open") this._details = this._error;
      this._goodbye(t);
    }
    t.close();
    control(Op.LinkClosed, this._above._conn, t._link, true);
  }

  /** Before a session is given up: the server would keep it until a ping is missed. A WebSocket's end it sees. */
  private _goodbye(t?: Link): void {
    if (t && !t.ws && this.readyState == "open") t.send(["1"]);
  }

  // --- By hand -------------------------------------------------------------------------------------------------------

  /** Being read is what a page has given to emit(), and not the server. */
  private _byHand = false;
  /** The reason that a page has given for the end. */
  private _said?: string;

  /** Pages emit on the engine to see what comes of it: the official manager listens to these events. */
  override emit(event: string, ...args: any[]): this {
    if (this._above.engine == this && this.readyState == "open") this._given(event, args);
    return super.emit(event, ...args);
  }

  private _given(event: string, [value, details]: any[]): void {
    const { _above: above } = this;
    switch (event) {
      case "data":
        return this._injected(value);
      case "ping":
      case "error":
        above.emitReserved(event, value);
        return;
      case "close":
        this._said = value;
        this._details = details;
        this.close();
    }
  }

  private _injected(data: unknown): void {
    const { transport: t, _above: above } = this;
    const text = "4" + data;
    this._byHand = above._later = true;
    try {
      if (typeof data == "string") this._read(t, t.eio < 4 && !t.ws ? text.length + ":" + text : text);
      else if (isBinary(data)) this._part(data);
      else this._fault(new Error("Unknown type: " + typeof data));
    } finally {
      this._byHand = above._later = false;
    }
  }

  // --- Sending -------------------------------------------------------------------------------------------------------

  /** A packet and its attachments; they stay together. */
  write(first: Outgoing, parts?: Outgoing[], options?: object): this {
    const { writeBuffer } = this;
    if (this._callbacks && !this._secret) {
      const text = typeof first == "string";
      this.emitReserved("packetCreate", { type: text ? kinds[+first[0]!] : "message", data: text ? first.slice(1) || undefined : first, options });
    }
    writeBuffer.push(first);
    if (parts) writeBuffer.push(...parts);
    this._flush();
    return this;
  }

  send(data: Outgoing, options?: object): this {
    return this.write(typeof data == "string" ? "4" + data : data, undefined, options);
  }

  private _flush(): void {
    const { transport: t, writeBuffer: all } = this;
    if (this._held || this._sent || !t.writable || !all.length) return;
    let n = all.length;
    if (this._maxPayload && n > 1 && !t.ws) {
      let total = 0;
      for (n = 0; n < all.length; n++) {
        total += bytes(all[n]!) + 1;
        if (n && total > this._maxPayload) break;
      }
    }
    this._sent = n;
    t.send(n < all.length ? all.slice(0, n) : all);
    if (this._callbacks) this.emitReserved("flush");
  }

  /** Whatever is queued, and what else there is to wait for, and then `done`, or after a second. */
  _written(done: () => void, waits: () => unknown, until = clock() + 1000): void {
    const t = this.transport;
    const busy = this.writeBuffer.length || (t.ws ? t.ws.bufferedAmount : !t.writable) || waits();
    if (this.readyState == "open" && busy && clock() < until) setTimeout(() => this._written(done, waits, until), 5);
    else done();
  }

  // --- What Go wants -------------------------------------------------------------------------------------------------

  _do(what: EngineDo, link: number, text: string): void {
    const t = this._links.get(link);
    switch (what) {
      case EngineDo.Close:
        this._links.delete(link);
        return t?.close();
      case EngineDo.Finish:
        return this._finish(t);
      case EngineDo.Send:
        if (t && t == this.transport) this.write(text);
        else t?.send([text]);
        return;
      case EngineDo.Pause:
        this._held = true;
        return t?.pause();
      case EngineDo.Use:
        if (!t) return;
        t._probe = false;
        this.transport = t;
        this._held = false;
        if (this.id) this._flush();
        return;
      case EngineDo.Pinged:
        this._pingTimeoutTime = Infinity;
        this.emitReserved("ping");
        this.emitReserved("pong");
        this._above.emitReserved("ping");
        return;
      case EngineDo.Upgrading:
        this.emitReserved("upgrading", t);
        return;
      case EngineDo.Upgraded:
        Engine.priorWebsocketSuccess = true;
        this.emitReserved("upgrade", t);
        return;
      case EngineDo.UpgradeError:
        this.emitReserved("upgradeError", Object.assign(new Error("probe error" + (this._error ? ": " + this._error : "")), { transport: "websocket" }));
        this._error = undefined;
        return;
      case EngineDo.Leave: {
        const { _above: above } = this;
        above._old = this;
        (above.engine = new Engine(above))._seen = this._told = [];
        return;
      }
      case EngineDo.Stand: {
        const other = (this._above._old = new Engine(this._above));
        this._told = other._seen = [];
        other._told = this._seen ||= [];
        return;
      }
      case EngineDo.Serve:
        this._told = undefined; // from now on what comes over this one waits
        return this._above._old!._late();
      case EngineDo.Release: {
        const { _above: above } = this;
        above._old?._release();
        above._old = undefined;
        if (!this._told && above._partial) {
          above._partial = undefined; // it comes again
          this._seen!.pop();
        }
        this._told = undefined;
        this._late();
      }
    }
  }

  private _late(): void {
    for (const late of this._kept.splice(0)) this._data(...late);
  }

  /** Sends what is queued, hangs up, and says when the server knows. */
  private _finish(t: Link | undefined): void {
    if (!t) return;
    const over = () => {
      this._links.delete(t._link);
      control(Op.Finished, this._above._conn, t._link);
    };
    const rest = this.writeBuffer.splice(0).slice(this._sent);
    this._release();
    this._held = true;
    this.readyState = "closing";
    if (rest.length) t.send(rest);
    if (t.ws) {
      t.ws.addEventListener("close", over);
      return t.close();
    }
    // In a request of its own: a server takes a moment to act on what is before it, and would forget that.
    t.send(["1"]);
    this._sink.drained = (x) => {
      if (x == t) {
        t.close();
        over();
      }
    };
  }

  _opened(revision: number): void {
    const { transport: t } = this;
    this.readyState = "open";
    if (anyRevision(this.opts)) older[this._asked == 3 ? "add" : "delete"](placeOf(this._above));
    this._revision = this.protocol = t.query.EIO = revision;
    t.eio = revision as 3 | 4;
    t.writable = true;
    Engine.priorWebsocketSuccess = t.name == "websocket";
  }

  /** Reason and details that the manager and the sockets tell of the end. */
  _why(reason: number, text: string): [string, unknown] {
    if (reason > 5) return [text, undefined]; // a socket's own
    return [this._said ?? text, reason == 4 && this._said === undefined ? undefined : this._details];
  }

  /** The manager calls it when Go has closed the connection. What it returns tells the listeners. */
  _closed(reason: number, text: string): (() => void) | undefined {
    if (this.readyState == "closed") return;
    const open = this.readyState == "open";
    const { _error: error } = this;
    let { _details: details } = this;
    // The manager closes the engine then.
    if (open && reason > 3) {
      text = "forced close";
      details = undefined;
    }
    this.readyState = "closed";
    this._release();
    this._closeFirst();
    this.id = null;
    this.writeBuffer = [];
    this._sent = 0;
    return () => {
      if (reason == 1 || !open) this.emitReserved("error", error || new Error(text));
      this.emitReserved("close", text, details);
    };
  }

  /** The official client's deadline of the heartbeat. Ours is Go's, but pages (and tests) move this one to the past. */
  _pingTimeoutTime = Infinity;

  _expired(): boolean {
    const late = this._pingTimeoutTime < Infinity && Date.now() > this._pingTimeoutTime;
    if (late && this._pingTimeoutTime) {
      this._pingTimeoutTime = 0;
      queueMicrotask(() => control(Op.LinkClosed, this._above._conn, this.transport._link, 2));
    }
    return late;
  }

  close(): this {
    if (this.readyState != "closed") control(Op.EngineClose, this._above._conn);
    return this;
  }
}

Engine.priorWebsocketSuccess = false;

const bytes = (p: Outgoing): number =>
  typeof p == "string"
    ? /[^\0-\x7f]/.test(p) ? new TextEncoder().encode(p).length : p.length
    : Math.ceil(((p as ArrayBuffer).byteLength ?? (p as Blob).size) / 3) * 4 + 2;

defer(Do.Link, (conn, link, kind, revision, probe) => {
  const above: Above | undefined = managers.get(conn);
  if (!above) return;
  if (!above.engine || /^clos/.test(above.engine.readyState)) above.engine = new Engine(above);
  const engine = above._old?.readyState == "opening" ? above._old : above.engine;
  if (kind && engine.hostname) return engine._openLink(link, kind, revision, probe);
  setTimeout(() => {
    engine._error = kind ? failure("connect() got no address, and there is no page here that has one: pass the server's") : ("No transports available" as any);
    control(Op.LinkClosed, above._conn, link, true);
  });
});

defer(Do.Engine, (conn, link, what, _c, _d, text) => {
  const above: Above | undefined = managers.get(conn);
  if (!above) return;
  const { engine, _old } = above;
  (_old?._links.has(link) ? _old : engine)?._do(what, link, text);
});
