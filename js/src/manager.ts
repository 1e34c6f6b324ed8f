/**
 * One connection to one server for any number of namespaces, as in socket.io-client: what pages call, its options, and what
 * becomes of it with the core.
 *
 * Who does what: manager/incoming.ts hands packets to the sockets, manager/effects.ts does what the core wants done,
 * manager/faults.ts what is to be done when there is no core.
 */
import type { Recognisable } from "./auth/refusal.js";
import { Ways } from "./auth/ways.js";
import { control, running, withdraw } from "./bridge/calls.js";
import { CloseReason, Op, TransportKind, newest } from "./bridge/bridge.gen.js";
import { begin } from "./bridge/start.js";
import { Emitter, tell } from "./emitter.js";
import type { Above, Credentials, Host } from "./engine/above.js";
import "./engine/effects.js";
import { Engine } from "./engine/engine.js";
import { anyRevision, olderRevision } from "./engine/revision.js";
import { isWildcard } from "./engine/wildcard.js";
import { carries, chosen, type Row } from "./engine/transports/registry.js";
import "./manager/effects.js";
import "./manager/faults.js";
import { Incoming } from "./manager/incoming.js";
import type { Decoder, Encoder, Parser } from "./manager/parser.js";
import { attemptsOf, checkOptions, delayOf, factorOf, factorOption, limitOf, unlessSet, type Options } from "./options.js";
import { Socket } from "./socket.js";
import { managers } from "./tables.js";
import { parseUri, queryOf } from "./url.js";

type Fn = (error?: Error) => void;

/** Whether the token travels in the connection's handshake. */
export const inHandshake = (opts: Options): boolean => opts.token !== undefined && new Ways(opts).inHandshake;

export class Manager extends Emitter implements Above {
  uri?: string;
  readonly opts: Options & { path: string };
  engine!: Engine;
  nsps: Record<string, Socket> = {};
  _readyState: "closed" | "opening" | "open" = "closed";
  _reconnecting = false;
  /** Its number with the core; -1 while the core knows nothing of it. */
  _conn = -1;
  /** Its sockets have its token, unless they have one of their own: not if it was made by io(). */
  _lends = true;
  /** Called when it has been released. */
  _released?: () => void;
  _autoConnect: boolean;
  /** The socket whose token the handshake carries. */
  _bearer?: Socket;
  encoder?: Encoder;
  decoder?: Decoder;
  private _fns: Fn[] = [];
  private _attempts: number;
  private _on: boolean;
  private _delay: number;
  private _delayMax: number;
  private _factor: number;
  /** What is made of that. */
  private _jitter: number;
  /** A token, and no delay of the user's. */
  private _spread: boolean;
  private _limit: number | false;
  readonly _incoming = new Incoming(this);
  /** The engine that is being replaced, while it serves on. */
  _old?: Engine;
  /** What the last attempt or connection failed of. */
  _error?: Error;
  /** close() has ended it, and nothing has opened it since. */
  _closedByUser = false;
  /** Why a connection was lost, while listeners to "error" are told. */
  _lost?: Error;

  constructor(uri?: string | Options, opts?: Options) {
    super();
    if (uri && typeof uri == "object") {
      opts = uri;
      uri = undefined;
    }
    checkOptions((opts ||= {}));
    opts.path ||= "/socket.io";
    this.opts = opts as this["opts"];
    this.uri = uri;
    this._on = opts.reconnection !== false;
    this._attempts = opts.reconnectionAttempts || Infinity;
    this._delay = opts.reconnectionDelay || 1000;
    this._delayMax = opts.reconnectionDelayMax || 5000;
    this._jitter = factorOption((this._factor = opts.randomizationFactor ?? 0.5));
    this._spread = opts.token !== undefined && (opts.reconnectionDelay ?? opts.reconnectionDelayMax ?? opts.randomizationFactor) == null;
    this._limit = opts.timeout ?? 20000;
    this._autoConnect = opts.autoConnect !== false;
    if (opts.parser) {
      this.encoder = new (opts.parser as Parser).Encoder();
      this._incoming.decodeAnew();
    }
    // With a token in the handshake the first socket opens it: before that nobody has one.
    if (this._autoConnect && !inHandshake(opts)) this.open();
  }

  /** Makes it known to the core, which is started if need be. */
  _register(): void {
    if (this._conn >= 0) return;
    this._conn = managers.add(this);
    this._configure();
    begin();
  }

  /** Takes back what the core has not heard yet, when no socket wishes to be connected any more. */
  _withdraw(): void {
    const conn = this._conn;
    if (conn < 0 || Object.values(this.nsps).some((s) => s.active)) return;
    withdraw((op, args) => (op == Op.Manager || op == Op.Open) && args[0] == conn);
    managers.remove(conn);
    this._conn = -1;
    this._readyState = "closed";
    this.engine?._closed(CloseReason.None, "forced close");
    this._released?.();
  }

  /** Nobody uses it and nothing is under way: the core forgets it. */
  _rest(): void {
    if (this._conn < 0 || this._readyState != "closed" || this._reconnecting || Object.values(this.nsps).some((s) => s._slot >= 0)) return;
    const conn = this._conn;
    this._conn = -1;
    managers.remove(conn);
    control(Op.ReleaseManager, conn);
    this._released?.();
  }

  /** Where the next connection goes, and what its handshake asks with: the address's query comes before the option. */
  get _host(): Host {
    const { hostname, secure, port, path, query } = this.opts;
    let u = parseUri(this.uri ?? (hostname ? `http${secure ? "s" : ""}://${hostname}:${port ?? ""}` : undefined), path);
    if (!u.host) u = { ...parseUri(), query: u.query };
    return { hostname: u.host, port: u.port, secure: u.secure, query: queryOf(u.query || query) };
  }

  /** The transports to try, in that order. */
  _transports(): readonly Row[] {
    const { transports, rememberUpgrade, protocol, via } = this.opts;
    let rows = chosen(transports);
    const first = (fits: (row: Row) => boolean) => (rows = [...rows].sort((a, b) => +fits(b) - +fits(a)));
    // An older revision is asked for in the address.
    if (!anyRevision(this.opts) && protocol != newest) rows = rows.filter((row) => row.can.query);
    if (rememberUpgrade && Engine.priorWebsocketSuccess) first((row) => row.name == "websocket");
    // A token in the handshake begins where it can travel, and upgrades.
    if (inHandshake(this.opts)) first((row) => carries(row, [via].flat() as string[]));
    return rows;
  }

  /** The revision to ask with; NaN: any. */
  private _revision(rows: readonly Row[]): number {
    return rows.find((row) => row.revision)?.revision ?? Number(this.opts.protocol);
  }

  /** Tells the core the options, which may have been changed. */
  _configure(): this {
    if (this._conn < 0) return this;
    const o = this.opts;
    const rows = this._transports();
    const none = TransportKind.None;
    const [first = none, second = none, third = none, fourth = none] = rows.map((row) => row.kind);
    control(
      Op.Manager, this._conn, this._on, attemptsOf(this._attempts), delayOf(this._delay), delayOf(this._delayMax), this._jitter, this._spread,
      limitOf(this._limit), first, second, third, fourth, unlessSet(o, "upgrade"), !!o.tryAllTransports, this._revision(rows), !!olderRevision(this), !!o.parser, isWildcard(this), Math.random(),
    );
    return this;
  }

  reconnection(v: boolean): this;
  reconnection(): boolean;
  reconnection(v?: boolean): boolean | this;
  reconnection(v?: boolean): boolean | this {
    if (!arguments.length) return this._on;
    this._on = !!v;
    if (!v && this._conn >= 0) {
      if (this._readyState == "closed") this._reconnecting = false; // at once, so that a listener can connect by hand
      control(Op.StopReconnecting, this._conn);
    }
    return this._configure();
  }
  reconnectionAttempts(v: number): this;
  reconnectionAttempts(): number;
  reconnectionAttempts(v?: number): number | this;
  reconnectionAttempts(v?: number): number | this {
    if (v === undefined) return this._attempts;
    this._attempts = v;
    return this._configure();
  }
  reconnectionDelay(v: number): this;
  reconnectionDelay(): number;
  reconnectionDelay(v?: number): number | this;
  reconnectionDelay(v?: number): number | this {
    if (v === undefined) return this._delay;
    this._spread = false;
    this._delay = v;
    return this._configure();
  }
  randomizationFactor(v: number): this;
  randomizationFactor(): number;
  randomizationFactor(v?: number): number | this;
  randomizationFactor(v?: number): number | this {
    if (v === undefined) return this._factor;
    this._spread = false;
    this._jitter = factorOf((this._factor = v));
    return this._configure();
  }
  reconnectionDelayMax(v: number): this;
  reconnectionDelayMax(): number;
  reconnectionDelayMax(v?: number): number | this;
  reconnectionDelayMax(v?: number): number | this {
    if (v === undefined) return this._delayMax;
    this._spread = false;
    this._delayMax = v;
    return this._configure();
  }
  timeout(v: number | false): this;
  timeout(): number | false;
  timeout(v?: number | false): number | false | this;
  timeout(v?: number | false): number | false | this {
    if (!arguments.length) return this._limit;
    this._limit = v as number;
    return this._configure();
  }

  open(fn?: Fn): this {
    if (this._readyState != "closed") return this;
    this._opening();
    this._hurry();
    if (fn) this._fns.push(fn);
    control(Op.Open, this._conn, !!fn);
    return this;
  }

  /** Opening begins, here or in a socket's connect(). */
  _opening(): void {
    this._closedByUser = false;
    this._readyState = "opening";
    this.engine = new Engine(this);
    this._register();
    this._configure(); // the options may have been changed since
  }

  /**
   * Opens the first transport of a connection that is wanted, if the core does not run yet. It will: it starts in the next
   * task. How a handshake that carries a token begins is for the core to say.
   */
  _hurry(): void {
    if (!running() && !this._bearer && limitOf(this._limit) >= 0 && this.engine.hostname) {
      const rows = this._transports();
      if (rows[0]) this.engine._links.openFirst(rows[0].kind, olderRevision(this) ?? this._revision(rows));
    }
  }

  connect(fn?: Fn): this {
    return this.open(fn);
  }

  socket(nsp: string, opts?: Options): Socket {
    checkOptions(opts || {});
    let socket = this.nsps[nsp];
    if (!socket) {
      socket = this.nsps[nsp] = new Socket(this, nsp, opts);
    } else if (this._autoConnect && !socket.active) socket.connect();
    return socket;
  }

  /** A handshake carries one token, and carries it from the beginning. Throws for a socket whose token has no place there. */
  _checkBearer(own: Options): void {
    if (!inHandshake(own)) return;
    const others = [this.opts, ...Object.values(this.nsps).map((s) => s._opts)].filter(inHandshake);
    if (others.length ? others.every((o) => o.token === own.token) : this._readyState == "closed") return;
    throw new TypeError(
      `connect: option "via": "${own.via}" puts the token into the handshake, and this manager's connection ${others.length ? "carries another one" : "has begun without"}: ` +
        'pass "token" and "via" to a Manager of its own, or use "auth" or "event"',
    );
  }

  /** Closes the connection, whoever uses it. */
  _close(): void {
    this._reconnecting = false;
    this._closedByUser = true;
    this._register(); // listeners hear of each close(), also of a closed one
    control(Op.Close, this._conn);
  }

  close(): void {
    this._close();
  }

  disconnect(): void {
    this._close();
  }

  get _carriesToken(): boolean {
    return this.opts.token !== undefined || Object.values(this.nsps).some((s) => s._token);
  }

  get _credentials(): Credentials | undefined {
    return this._bearer?._token?.ways;
  }

  /** All sockets whose token the handshake carried hear the same answer; what the first one's classify says counts. */
  _denied(status: number, body: unknown): Recognisable | undefined {
    const all = Object.values(this.nsps).flatMap((s) => (s._slot >= 0 && s._token?.ways.inHandshake ? [s._token.denied(status, body)] : []));
    return all[0];
  }

  /** Calls those who wait for open(). */
  _settle(...said: Error[]): void {
    tell(this._fns.splice(0), null, said);
  }
}
