/**
 * A socket, as in socket.io-client: one namespace, and its token if it has one. This file has its public methods and its
 * registration with the core.
 *
 * Related files, in socket/: outgoing.ts sends packets, acks.ts keeps acknowledgements, retries.ts implements option
 * `retries`, namespace.ts joins and leaves the namespace, effects.ts performs the core's effects.
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

/** Names of events that only the client emits. */
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
  /** Its slot (number at the core); -1 while nothing is under way for it. */
  _slot = -1;
  readonly _opts: Partial<Options>;
  readonly _token?: Token;
  /** The public store socket.session. */
  readonly session = new Session();
  private readonly _trace: Trace;
  subs?: Record<string, Listener>;
  /** The value of onpacket when connect() was called: the official client subscribes with that one. */
  _reads?: Listener;
  /** With option `retries`: the events that wait for their turn; then the number of the next one. */
  _queue: Queued[] = [];
  _queueSeq = 0;
  /** Connection state recovery: the session's private id, and (below) the offset of the last event. */
  _pid?: string;
  _lastOffset?: string;
  /** The user of the last CONNECT (Ways.user). Only the same user may recover that session. */
  _user?: unknown;
  /** Counts connections, so that an ack for one connection is not sent over the next. */
  _epoch = 0;
  /** disconnect() is running. Effects that the core has queued before are performed meanwhile, and must not begin a session. */
  _leaving = false;
  /** Set while a CONNECT waits for the callback of the user's auth function. */
  _asking?: object;
  /** The payload of the server's CONNECT, until the core accepts the connection. */
  _hello?: { id?: string; pid?: string };
  /** The error of the server's refusal, until the core decides what to do. */
  _refusal?: Error & { data?: unknown };

  constructor(io: Manager, nsp: string, opts?: Partial<Options>) {
    super();
    this.io = io;
    this.nsp = nsp;
    this._opts = copyOf(opts || {});
    this.auth = this._opts.auth!; // undefined where it is not given, as in the official client
    const own = io._lends && !("token" in this._opts) ? copyOf(io.opts, opts) : this._opts;
    // Check the socket's own token options together with the connection options of the manager.
    checkOptions({ transports: io.opts.transports, protocol: io.opts.protocol, ...own });
    io._checkBearer(own);
    if (own.token !== undefined) this._token = new Token(this, own);
    this._trace = new Trace(nsp, own.onTrace, () => this._token?.secrets() || []);
    if (io._autoConnect) this.connect();
  }

  /** Records an event of the session: for the trace and the store. `about` is for the store only. */
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

  /** Registers it at the core. */
  _register(): void {
    if (this._slot >= 0) return;
    const { io } = this;
    io._register();
    this._slot = sockets.add(this);
    if (this._token) control(Op.SocketWithToken, io._conn, this._slot, this._name, ...this._token.register());
    else control(Op.Socket, io._conn, this._slot, this._name);
  }

  /** Removes its queued operations, as the core does not run yet. */
  private _withdraw(): void {
    const slot = this._slot;
    if (slot < 0) return;
    withdraw((op, args) => (op == Op.Socket || op == Op.SocketWithToken ? args[1] : op == Op.Connect || op == Op.Reauthenticate ? args[0] : -1) == slot);
    sockets.remove(slot);
    this._slot = -1;
    this._token?.release();
    this._token?.promises.rejectUnanswered();
    this.io._withdraw();
  }

  /** Called when nothing is under way for it. Releases it at the core, unless it is to be connected again. */
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
  /** An active socket listens to its manager, as in the official client. Listeners of the manager run in the order of registration. */
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
    io._left = !on && !io._wanted;
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
    return this._itself()._token?.reauthenticate() || Promise.reject(new Error('reauthenticate: option "token" was not passed to connect(); pass null while there is none'));
  }
  login(token?: string): Promise<AuthenticatedInfo> {
    return this._itself()._token?.login(token) || Promise.reject(new Error('login: option "token" was not passed to connect(); pass null while there is none'));
  }
  logout(): void {
    const { _token: token } = this._itself();
    if (token) token.logout();
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
    this._itself()._begin();
    return this;
  }
  /**
   * Returns the socket where `this` may be a proxy of it, as Vue's reactive() makes: an arrow function has the constructor's
   * `this`. Such a proxy makes proxies of its properties too, which do not equal the objects that the client compares inside.
   */
  private readonly _itself = (): this => this;
  /** Begins to connect. */
  private _begin(): void {
    if (this.connected && this._token && !this.active) this.disconnect(); // its session is over
    if (this.connected) return;
    this._token?.begins();
    this._happened("connect");
    this._active = true;
    const { io } = this;
    this._register();
    if (!io._reconnecting && io._readyState == "closed") io._opening();
    if (io._readyState == "opening") io._openFirst();
    control(Op.Connect, this._slot);
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
    this._token?.refusals.forget();
    // While the auth function is asked, no CONNECT has been sent: end the attempt as if the server had refused it.
    if (this._asking && this._slot >= 0) control(Op.LateAnswer, this._slot, false);
    this._asking = undefined;
    // The core closes the connection of a connected socket. One opened by manager.open() is closed here, if no socket uses it.
    if (!active && !this._token && (io._readyState != "closed" || io._reconnecting) && !io._wanted) io._close();
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

  /** Has its official name, as pages call it with packets of their own. */
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

  /** Has its official name, as pages replace it to get all events. */
  onevent({ data: args = [], id }: { type: number; nsp: string; data?: Args; id?: number }): void {
    if (id != null) args.push(this.ack(id));
    const { connected } = this;
    this._token?.sees(args); // which may end the session: listeners hear of the event that did
    if (connected) this._hear(args);
    else this.receiveBuffer.push(Object.freeze(args) as Args);
  }

  /** The callback that answers the server's event `id`. Has its official name, as a page's own onevent() calls it. */
  ack(id: number): Listener {
    return answerTo(this, id);
  }

  _hear(args: Args): void {
    tell(this._any, this, args);
    this.emitReserved(...(args as [string, ...Args]));
    const last = args[args.length - 1];
    if (typeof last == "string") this._lastOffset = last; // also while a new session begins
  }

  // --- When the core fails -----------------------------------------------------------------------------------------------

  /** The core has failed, and its slot is gone. */
  _lost(error: Error): void {
    this._slot = -1;
    this._token?.lost(error);
  }

  /** Whether another attempt follows by itself: the manager's, or the one of a session that goes on (`goesOn`). */
  _awaits(goesOn: boolean): boolean {
    const { io } = this;
    return this.active && !io._closedByUser && (goesOn || io._reconnecting || io._readyState != "closed");
  }

  /** The socket is not connected any more: emits `disconnect` with the arguments `said`, the reason first. */
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

  /** The core cannot be started, so the socket will not be connected. */
  _failed(error: Error): void {
    this._active = false;
    tellFailure(this, error);
  }
}
