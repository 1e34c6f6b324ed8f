/**
 * One namespace, as in socket.io-client, and the token, if any: what pages call, and what becomes of it with the core.
 *
 * Who does what: outgoing.ts sends packets, acks.ts keeps acknowledgements, retries.ts sends again, namespace.ts joins and
 * leaves the namespace, effects.ts does what the core wants done.
 */
import { Token } from "./auth/token.js";
import { tell, type Listener } from "./emitter.js";
import type { AuthenticatedInfo, SocketOptions, TraceEvent } from "../types/index.js";
import type { Manager } from "./manager.js";
import { control, running, withdraw } from "./bridge/calls.js";
import { CloseReason, Op, SocketDo, Tx, TxAnswer, Type } from "./bridge/bridge.gen.js";
import { checkOptions, copyOf, type Options } from "./options.js";
import { Session, changed } from "./session.js";
import { abandonAnswers, answerTo, answered, awaitAnswer, type Ack } from "./socket/acks.js";
import { CatchAllEmitter } from "./socket/catchall.js";
import { perform, performAhead, tellFailure } from "./socket/effects.js";
import { connectReceived, refusalReceived, type Hello, type Refusal } from "./socket/namespace.js";
import { send } from "./socket/outgoing.js";
import type { Args, Flags, Packet, Received } from "./socket/packet.js";
import { enqueue, type Queued } from "./socket/retries.js";
import { sockets } from "./tables.js";
import { Trace } from "./trace.js";

/** Names of events that only we emit. */
export const reserved = ["connect", "connect_error", "disconnect", "disconnecting", "newListener", "removeListener"];

export class Socket extends CatchAllEmitter {
  readonly io: Manager;
  readonly nsp: string;
  declare id: string | undefined;
  connected = false;
  recovered = false;
  auth: NonNullable<SocketOptions["auth"]>;
  receiveBuffer: Args[] = [];
  sendBuffer: Packet[] = [];
  ids = 0;
  acks: Record<string, Ack> = {};
  flags: Flags = {};
  /** Its number with the core; -1 while nothing is under way for it. */
  _slot = -1;
  readonly _opts: Partial<Options>;
  readonly _token?: Token;
  /** What a page shows of the session. */
  readonly session = new Session();
  private readonly _trace: Trace;
  subs?: Record<string, Listener>;
  /** onpacket() as connect() found it. */
  _reads?: Listener;
  /** Events that wait for their turn, with option `retries`, and the number of the next one. */
  _queue: Queued[] = [];
  _queueSeq = 0;
  /** What a server asks for to recover the session: its private id, and the offset of the last event. */
  _pid?: string;
  _lastOffset?: string;
  /** Whom the last CONNECT was for. That session is this user's. */
  _user?: unknown;
  /** Counts connections, so that late answers do not go out over another one. */
  _epoch = 0;
  /** disconnect() runs. What the core wanted done before it knew is done meanwhile, and leads to no session. */
  _leaving = false;
  /** auth() has been called for a CONNECT and has not answered. */
  _asking?: object;
  /** What the server has said with CONNECT, until the core agrees. */
  _hello?: { id?: string; pid?: string };
  /** What the server has refused the attempt with, until the core has said what becomes of it. */
  _refusal?: Error & { data?: unknown };

  constructor(io: Manager, nsp: string, opts?: Partial<Options>) {
    super();
    this.io = io;
    this.nsp = nsp;
    this._opts = copyOf(opts || {});
    this.auth = this._opts.auth!; // undefined where it is not given, as in the official client
    const own = io._lends && !("token" in this._opts) ? copyOf(io.opts, opts) : this._opts;
    // What the manager's options say of the connection counts for a token of the socket's own, too.
    checkOptions({ transports: io.opts.transports, protocol: io.opts.protocol, ...own });
    io._checkBearer(own);
    if (own.token !== undefined) this._token = new Token(this, own);
    this._trace = new Trace(nsp, own.onTrace, () => this._token?.secrets() || []);
    if (io._autoConnect) this.connect();
  }

  /** The one way in which anything is told of the session. `about` is for its store only. */
  _happened(name: string, fields?: Record<string, unknown>, about?: Parameters<typeof changed>[2]): void {
    this._trace.record(name, fields);
    this.session._change(changed(this.session.getSnapshot(), name, about));
  }

  /** The last hundred events of the session, without any token. */
  inspect(): TraceEvent[] {
    return this._trace.events();
  }

  /** The namespace without its query. */
  get _name(): string {
    return this.nsp.split("?")[0]!;
  }

  /** Makes it known to the core. */
  _register(): void {
    if (this._slot >= 0) return;
    const { io } = this;
    io._register();
    this._slot = sockets.add(this);
    if (this._token) control(Op.SocketWithToken, io._conn, this._slot, this._name, ...this._token.register());
    else control(Op.Socket, io._conn, this._slot, this._name);
  }

  /** Takes its wish to be connected back, of which the core has not heard yet. */
  private _withdraw(): void {
    const slot = this._slot;
    if (slot < 0) return;
    withdraw((op, args) => (op == Op.Socket || op == Op.SocketWithToken ? args[1] : op == Op.Connect || op == Op.Reauthenticate ? args[0] : -1) == slot);
    sockets.remove(slot);
    this._slot = -1;
    this._token?.release();
    this._token?.settleUnanswered();
    this.io._withdraw();
  }

  /** Nothing is under way for it: the core forgets it, unless it is to be connected again. */
  _rest(): void {
    if (this._slot < 0 || this.active || this.connected) return;
    const slot = this._slot;
    sockets.remove(slot);
    this._slot = -1;
    control(Op.ReleaseSocket, slot);
    this._token?.release();
    this.io._rest();
  }

  get disconnected(): boolean {
    return !this.connected;
  }
  get active(): boolean {
    return !!this.subs;
  }
  /** From connect() on it listens to its manager: who listened to that earlier is told earlier, who did later, later. */
  set _active(on: boolean) {
    if (on) this._leaving = false;
    if (on == this.active) return;
    const { io } = this;
    const turn = (what: SocketDo) => () => performAhead(this, what);
    const subs = this.subs || {
      open: turn(SocketDo.Connect),
      packet: (p) => p.nsp == this.nsp && io._incoming.turn(p, this),
      // A connection that fails before the namespace is connected is a failed attempt as well.
      error: () => (io._lost ? this.connected || tellFailure(this, io._lost) : performAhead(this, SocketDo.Error)),
      close: turn(SocketDo.Closed),
    };
    if (on) this._reads = this.onpacket.bind(this);
    for (const name in subs) io[on ? "on" : "off"](name, subs[name]!);
    this.subs = on ? subs : undefined;
  }
  get volatile(): this {
    this.flags.volatile = true;
    return this;
  }
  /** The server has accepted the token on this connection. */
  get authenticated(): boolean {
    return !!this._token?.accepted;
  }
  get tokenExpiresAt(): Date | undefined {
    return this.session.getSnapshot().expiresAt;
  }
  reauthenticate(): Promise<AuthenticatedInfo> {
    return this._token?.reauthenticate() || Promise.reject(new Error('reauthenticate: option "token" was not passed to connect()'));
  }
  login(token?: string): Promise<AuthenticatedInfo> {
    return this._token?.login(token) || Promise.reject(new Error('login: option "token" was not passed to connect(); pass null while there is none'));
  }
  logout(): void {
    if (this._token) this._token.logout();
    else this.disconnect();
  }
  compress(compress: boolean): this {
    this.flags.compress = compress;
    return this;
  }
  timeout(ms: number): this {
    this.flags.timeout = ms;
    return this;
  }

  connect(): this {
    if (this.connected && this._token && !this.active) this.disconnect(); // its session is over
    if (this.connected) return this;
    this._token?.begins();
    this._happened("connect");
    this._active = true;
    const { io } = this;
    this._register();
    if (!io._reconnecting && io._readyState == "closed") io._opening();
    if (io._readyState == "opening") io._hurry();
    control(Op.Connect, this._slot);
    return this;
  }
  open(): this {
    return this.connect();
  }
  disconnect(): this {
    const { io, active } = this;
    if (active || this.connected) this._happened("disconnect");
    this._active = false;
    this._leaving = true;
    this._token?.left();
    if (!running()) this._withdraw();
    else if (this._slot >= 0) control(Op.Disconnect, this._slot);
    this._leaving = false;
    this._token?.forgetSaid();
    // Who leaves while auth() is asked is not connected after that: as if the server had refused.
    if (this._asking && this._slot >= 0) control(Op.LateAnswer, this._slot, false);
    this._asking = undefined;
    // Go sees to the connection of those who are on it. Opened by hand it is closed by anybody, if nobody uses it.
    if (!active && !this._token && (io._readyState != "closed" || io._reconnecting) && !Object.values(io.nsps).some((s) => s.active)) io._close();
    return this;
  }
  close(): this {
    return this.disconnect();
  }

  // --- Sending -------------------------------------------------------------------------------------------------------

  send(...args: Args): this {
    return this.emit("message", ...args);
  }

  override emit(event: string, ...args: Args): this {
    if (reserved.includes(event)) throw new Error(`"${event}" is a reserved event name`);
    args.unshift(event);
    const { flags } = this;
    if (this._opts.retries && !flags.fromQueue && !flags.volatile) {
      enqueue(this, args);
      return this;
    }
    const packet: Packet = { type: Type.Event, data: args, options: { compress: flags.compress !== false } };
    if (typeof args[args.length - 1] == "function") awaitAnswer(this, (packet.id = this.ids++), args.pop() as Ack);
    const { engine } = this.io;
    const dropped = flags.volatile && (!engine?.transport?.writable || engine.writeBuffer.length);
    if (!dropped && (!this.connected || engine._expired() || send(this, packet, flags.volatile ? Tx.Volatile : 0) == TxAnswer.Hold))
      this.sendBuffer.push(packet);
    this.flags = {};
    return this;
  }

  emitWithAck(event: string, ...args: Args): Promise<unknown> {
    return new Promise((resolve, reject) => {
      const fn: Ack = (e: unknown, value: unknown) => (e ? reject(e) : resolve(value));
      fn.withError = true;
      args.push(fn);
      this.emit(event, ...args);
    });
  }

  // --- Receiving -----------------------------------------------------------------------------------------------------

  /** Under its official name, as pages hand it packets of their own. */
  onpacket(packet: Received): void {
    const { type, nsp, data, id } = packet;
    if (nsp !== this.nsp) return;
    switch (type) {
      case Type.Event:
      case Type.BinaryEvent:
        return this.onevent(packet as Received & { data: Args });
      case Type.Ack:
      case Type.BinaryAck:
        return answered(this, id!, data as Args);
      case Type.Connect:
        return connectReceived(this, data as Hello);
      case Type.ConnectError:
        return refusalReceived(this, data as Refusal);
      case Type.Disconnect:
        if (this._slot >= 0) control(Op.Disconnected, this._slot);
        else perform(this, [SocketDo.Closed, CloseReason.ByServer, 0]);
    }
  }

  /** Under its official name, as pages replace it to hear everything. */
  onevent({ data: args = [], id }: { type: number; nsp: string; data?: Args; id?: number }): void {
    if (id != null) args.push(answerTo(this, id));
    const { connected } = this;
    this._token?.sees(args); // which may end the session: listeners hear of the event that did
    if (connected) this._hear(args);
    else this.receiveBuffer.push(Object.freeze(args) as Args);
  }

  _hear(args: Args): void {
    tell(this._any, this, args);
    this.emitReserved(...(args as [string, ...Args]));
    const last = args[args.length - 1];
    if (typeof last == "string") this._lastOffset = last; // also while a new session begins
  }

  // --- When the core fails -----------------------------------------------------------------------------------------------

  /** The core has no number for it any more. */
  _lost(error: Error): void {
    this._slot = -1;
    this._token?.lost(error);
  }

  /** Whether another attempt comes by itself: the manager's, or with the token that is asked for (`goesOn`). */
  _awaits(goesOn: boolean): boolean {
    const { io } = this;
    return this.active && !io._closedByUser && (goesOn || io._reconnecting || io._readyState != "closed");
  }

  /** It is connected no more: listeners get `said`, the reason first. */
  _ended(reason: string, said: unknown[] = [reason], goesOn = false): void {
    this._epoch++;
    this.connected = false;
    this.id = undefined;
    this._happened("disconnected", { reason }, { active: this._awaits(goesOn) });
    this.emitReserved("disconnect", ...said);
    abandonAnswers(this);
  }

  /** Connects with backoff, as after the loss of a connection. */
  _resume(): void {
    if (!this.active || this._slot >= 0) return;
    this._register();
    control(Op.Resume, this._slot);
  }

  /** The core cannot be started: nothing will become of its wish to be connected. */
  _failed(error: Error): void {
    this._active = false;
    tellFailure(this, error);
  }
}
