/**
 * A manager, as in socket.io-client: one connection to one server for any number of namespaces. This file has its public
 * methods, its options, and its registration with the core.
 *
 * Related files: manager/incoming.ts hands packets to the sockets, manager/effects.ts performs the core's effects,
 * manager/backoff.ts shows pages the count of attempts, manager/faults.ts handles a core that has failed.
 */
import type { Recognisable } from "./auth/refusal.js";
import { Ways } from "./auth/ways.js";
import { control, running, withdraw } from "./bridge/calls.js";
import { CloseReason, Op, TransportKind, newest } from "./bridge/bridge.gen.js";
import { begin } from "./bridge/start.js";
import { Emitter, tell } from "./emitter.js";
import type { EngineManager, Credentials, Host } from "./engine/manager.js";
import "./engine/effects.js";
import { Engine } from "./engine/engine.js";
import { anyRevision, olderRevision } from "./engine/revision.js";
import { isWildcard } from "./engine/wildcard.js";
import { carries, chosen, type Row } from "./engine/transports/registry.js";
import "./manager/effects.js";
import "./manager/faults.js";
import { Backoff } from "./manager/backoff.js";
import { Incoming } from "./manager/incoming.js";
import type { Decoder, Encoder, Parser } from "./manager/parser.js";
import { attemptsOf, checkOptions, delayOf, factorOf, factorOption, limitOf, unlessSet, type Options } from "./options.js";
import { Socket } from "./socket.js";
import { managers } from "./tables.js";
import { parseUri, queryOf } from "./url.js";

type Fn = (error?: Error) => void;

/** Whether the token travels in the connection's handshake. */
export const inHandshake = (opts: Options): boolean => opts.token !== undefined && new Ways(opts).inHandshake;

export class Manager extends Emitter implements EngineManager {
  uri?: string;
  readonly opts: Options & { path: string };
  engine!: Engine;
  nsps: Record<string, Socket> = {};
  _readyState: "closed" | "opening" | "open" = "closed";
  _reconnecting = false;
  /** Its number at the core; -1 while it is not registered there. */
  _conn = -1;
  /** Its sockets use its token options, unless they have their own. False if io() has made it. */
  _lends = true;
  /** Called when it has been released. */
  _released?: () => void;
  _autoConnect: boolean;
  /** The socket whose token the handshake carries. */
  _bearer?: Socket;
  /** Those of option `parser`. Without it they are empty, for a page to set encoder.replacer and decoder.tryParse. */
  encoder: Partial<Encoder> = {};
  decoder: Partial<Decoder> = {};
  private _fns: Fn[] = [];
  private _attempts: number;
  private _on: boolean;
  private _delay: number;
  private _delayMax: number;
  private _factor: number;
  /** The randomization factor as the core gets it: a number, not below 0. */
  _jitter: number;
  /** It has a token, and the user has set no delay: the core spreads the pauses. */
  private _spread: boolean;
  private _limit: number | false;
  readonly backoff = new Backoff(this);
  readonly _incoming = new Incoming(this);
  /** The second engine: the old one during a handover, or the standby. */
  _old?: Engine;
  /** The error of the last attempt or connection that failed. */
  _error?: Error;
  /** close() has closed it, and nothing has opened it since. */
  _closedByUser = false;
  /** The page has forbidden reconnection, by skipReconnect or reconnection(false), until the next connection is opened. */
  private _skip = false;
  /** The last socket that was to be connected has left. */
  _left = false;
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
    // With a token in the handshake, the first socket opens it: the manager itself has no token source.
    if (this._autoConnect && !inHandshake(opts)) this.open();
  }

  /** Makes it known to the core, which is started if need be. */
  _register(): void {
    if (this._conn >= 0) return;
    this._conn = managers.add(this);
    this._configure();
    if (this.backoff.attempts) this.backoff._tell();
    begin();
  }

  /** Removes its queued operations (the core does not run yet), when no socket wants to be connected any more. */
  _withdraw(): void {
    const conn = this._conn;
    if (conn < 0 || this._wanted) return;
    withdraw((op, args) => (op == Op.Manager || op == Op.Open) && args[0] == conn);
    managers.remove(conn);
    this._conn = -1;
    this._readyState = "closed";
    this.engine?._closed(CloseReason.None, "forced close");
    this._released?.();
  }

  /** Releases it at the core, if it is closed and no socket uses it. */
  _rest(): void {
    if (this._conn < 0 || this._readyState != "closed" || this._reconnecting || Object.values(this.nsps).some((s) => s._slot >= 0)) return;
    const conn = this._conn;
    this._conn = -1;
    managers.remove(conn);
    control(Op.ReleaseManager, conn);
    this._released?.();
  }

  /** The server's address, and the query of the handshake: the parameters of the address before those of option `query`. */
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
    // An older revision is asked for in the query, so the transport must have one.
    if (!anyRevision(this.opts) && protocol != newest) rows = rows.filter((row) => row.can.query);
    if (rememberUpgrade && Engine.priorWebsocketSuccess) first((row) => row.name == "websocket");
    // With a token in the handshake, the first transport must be able to carry it.
    if (inHandshake(this.opts)) first((row) => carries(row, [via].flat() as string[]));
    return rows;
  }

  /** The protocol revision to ask for; NaN: any. */
  private _revision(rows: readonly Row[]): number {
    return rows.find((row) => row.revision)?.revision ?? Number(this.opts.protocol);
  }

  /** Tells the core the options, which setters may have changed. */
  _configure(reconnection = this._on && !this._skip): this {
    if (this._conn < 0) return this;
    const o = this.opts;
    const rows = this._transports();
    const none = TransportKind.None;
    const [first = none, second = none, third = none, fourth = none] = rows.map((row) => row.kind);
    control(
      Op.Manager, this._conn, reconnection, attemptsOf(this._attempts), delayOf(this._delay), delayOf(this._delayMax), this._jitter, this._spread,
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
    if (!v) {
      this._skip = true;
      this._stopReconnecting();
    }
    return this._configure();
  }

  private _stopReconnecting(): void {
    if (this._conn < 0) return;
    if (this._readyState == "closed") this._reconnecting = false; // at once, so that a listener can connect by hand
    control(Op.StopReconnecting, this._conn);
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
    this._openFirst();
    if (fn) this._fns.push(fn);
    control(Op.Open, this._conn, !!fn);
    return this;
  }

  /** Begins to open: called by open() and by a socket's connect(). */
  _opening(): void {
    this._closedByUser = this._skip = this._left = false;
    this._readyState = "opening";
    this.engine = new Engine(this);
    this._register();
    this._configure(); // the options may have been changed since
  }

  /**
   * Opens the first transport before the core runs, which starts in the next task. Not with a token in the handshake: the
   * core has to ask for that first.
   */
  _openFirst(): void {
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

  /** Throws a TypeError if the handshake cannot carry a socket's token: it carries another one, or the connection is open without. */
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

  /** A socket that is to be connected, if there is one. */
  get _wanted(): Socket | undefined {
    return Object.values(this.nsps).find((s) => s.active);
  }

  get _carriesToken(): boolean {
    return this.opts.token !== undefined || Object.values(this.nsps).some((s) => s._token);
  }

  _secrets(): string[] {
    const sources = new Set(Object.values(this.nsps).map((s) => s._token?._source)); // most sockets share one
    return [...sources].flatMap((source) => source?.tokens.all() || []);
  }

  get _credentials(): Credentials | undefined {
    return this._bearer?._token?.ways;
  }

  /** Tells all sockets whose token the handshake carried. The result of the first one's `classify` counts. */
  _denied(status: number, body: unknown): Recognisable | undefined {
    const all = Object.values(this.nsps).flatMap((s) => (s._slot >= 0 && s._token?.ways.inHandshake ? [s._token.refusals.readStatus(status, body)] : []));
    return all[0];
  }

  /** Calls the callbacks of open(). */
  _settle(...said: Error[]): void {
    tell(this._fns.splice(0), null, said);
  }

  // --- What the official types call private, and pages use nevertheless -----------------------------------------------

  get skipReconnect(): boolean {
    return this._skip || this._left || this._closedByUser;
  }
  set skipReconnect(v: boolean) {
    this._skip = !!v;
    if (!v) this._left = this._closedByUser = false;
    else if (this._readyState != "open") this._stopReconnecting();
    this._configure();
  }
  get _reconnection(): boolean {
    return this._on;
  }
  set _reconnection(v: boolean) {
    this._on = !!v;
    this._configure();
  }
  get _reconnectionAttempts(): number {
    return this._attempts;
  }
  set _reconnectionAttempts(v: number) {
    this.reconnectionAttempts(v);
  }

  /** Plans an attempt with backoff, also where option `reconnection` is false. */
  reconnect(): this {
    const socket = this._wanted;
    if (!socket || this._readyState != "closed" || this.skipReconnect) return this;
    socket._register();
    this._reconnecting = true;
    this._configure(true); // for this attempt: when it begins, the core is told the option itself again
    control(Op.Resume, socket._slot); // one attempt, also if one is planned already
    return this;
  }
}
