/** One namespace, as in socket.io-client: listeners, acks, buffers and the queue of retries; and the token, if any. */
import { saidOf } from "./auth/refusal.js";
import { Token } from "./auth/token.js";
import { Emitter, report, safely, tell, type Listener } from "./emitter.js";
import type { AuthenticatedInfo, SocketOptions, TraceEvent } from "../types/index.js";
import type { Manager } from "./manager.js";
import { ahead, control, defer, look, running, textOf, tx, whenDone, withdraw } from "./bridge/calls.js";
import { native } from "./bridge/clock.js";
import { CloseReason, Do, Op, Reason, Recovery, SocketDo, Tx, TxAnswer, Type, type SocketEffect } from "./bridge/bridge.gen.js";
import { stillAnswers } from "./engine/handover.js";
import { checkOptions, type Options } from "./options.js";
import { Session, changed } from "./session.js";
import { sockets } from "./tables.js";
import { Trace } from "./trace.js";
import { queryOf, search } from "./url.js";
import { deconstruct, hasBinary, type BinaryPart } from "./values.js";

/** `withError`: its first argument is an error, or null. */
type Ack = Listener & { withError?: boolean };

/** What an event or an acknowledgement brings, the event's name included. */
type Args = unknown[];

/** How the next event is sent, as the calls before emit() have said. */
interface Flags {
  volatile?: boolean;
  compress?: boolean;
  timeout?: number;
  /** It has come out of the queue of retries. */
  fromQueue?: boolean;
}

/** A packet as managers tell it. */
export interface Received {
  type: number;
  nsp: string;
  data?: unknown;
  id?: number;
}

/** What a server may say with CONNECT, and with its refusal. */
type Hello = { sid?: string; pid?: string } | undefined;
type Refusal = { message?: unknown; data?: unknown } | undefined;

interface Packet {
  type: number;
  data: Args;
  options?: { compress: boolean };
  id?: number;
}

interface Queued {
  id: number;
  tryCount: number;
  pending: boolean;
  args: Args;
  flags: Flags;
}

/** What _send() answers when a packet is on its way. */
const SENT = 1;

/** Names of events that only we emit. */
export const reserved = ["connect", "connect_error", "disconnect", "disconnecting", "newListener", "removeListener"];

export class Socket extends Emitter {
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
  private _queue: Queued[] = [];
  private _queueSeq = 0;
  private _any?: Listener[];
  private _anyOut?: Listener[];
  private _pid?: string;
  private _lastOffset?: string;
  /** Counts connections, so that late answers do not go out over another one. */
  private _epoch = 0;
  private _refusal?: Error & { data?: unknown };

  constructor(io: Manager, nsp: string, opts?: Partial<Options>) {
    super();
    this.io = io;
    this.nsp = nsp;
    this._opts = { ...opts };
    this.auth = this._opts.auth!; // undefined where it is not given, as in the official client
    const own = io._lends && !("token" in this._opts) ? { ...io.opts, ...opts } : this._opts;
    // What the manager's options say of the connection counts for a token of the socket's own, too.
    checkOptions({ transports: io.opts.transports, protocol: io.opts.protocol, ...own });
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

  /** Makes it known to the core. */
  _register(): void {
    if (this._slot >= 0) return;
    const { io } = this;
    io._register();
    this._slot = sockets.add(this);
    const name = this.nsp.split("?")[0]!;
    if (this._token) control(Op.SocketWithToken, io._conn, this._slot, name, ...this._token.register());
    else control(Op.Socket, io._conn, this._slot, name);
  }

  /** Takes its wish to be connected back, of which the core has not heard yet. */
  private _withdraw(): void {
    const slot = this._slot;
    if (slot < 0) return;
    withdraw((op, args) => (op == Op.Socket || op == Op.SocketWithToken ? args[1] : op == Op.Connect || op == Op.Reauthenticate ? args[0] : -1) == slot);
    sockets.remove(slot);
    this._slot = -1;
    this._token?.release();
    this._token?.settle(new Error("reauthenticate: the socket was disconnected"));
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
  private _ahead(wanted: SocketDo): void {
    // Reasons from CloseReason.ByServer on end the subscription to the manager.
    ahead(perform, (slot, what, reason) => slot == this._slot && what == wanted && (what != SocketDo.Closed || reason < CloseReason.ByServer));
  }
  /** From connect() on it listens to its manager: who listened to that earlier is told earlier, who did later, later. */
  set _active(on: boolean) {
    if (on == this.active) return;
    const { io } = this;
    const turn = (what: SocketDo) => () => this._ahead(what);
    const subs = this.subs || {
      open: turn(SocketDo.Connect),
      packet: (p) => p.nsp == this.nsp && io._turn(p, this),
      error: turn(SocketDo.Error),
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
    return this._token?.info?.expiresAt;
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
    this._token?.acknowledge();
    if (!running()) this._withdraw();
    else if (this._slot >= 0) control(Op.Disconnect, this._slot);
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
      this._enqueue(args);
      return this;
    }
    const packet: Packet = { type: Type.Event, data: args, options: { compress: flags.compress !== false } };
    if (typeof args[args.length - 1] == "function") this._await((packet.id = this.ids++), args.pop() as Ack);
    const { engine } = this.io;
    const dropped = flags.volatile && (!engine?.transport?.writable || engine.writeBuffer.length);
    if (!dropped && (!this.connected || engine._expired() || this._send(packet, flags.volatile ? Tx.Volatile : 0) == TxAnswer.Hold))
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

  private _await(id: number, ack: Ack): void {
    const timeout = this.flags.timeout ?? this._opts.ackTimeout;
    this.acks[id] = ack;
    if (timeout === undefined) return;
    const timer = (this.io.opts.useNativeTimers ? native : setTimeout)(() => {
      delete this.acks[id];
      this.sendBuffer = this.sendBuffer.filter((p) => p.id !== id);
      control(Op.Unawaited, this._slot, id);
      ack.call(this, new Error("operation has timed out"));
    }, timeout);
    const fn: Ack = (this.acks[id] = (...args) => {
      clearTimeout(timer);
      ack.apply(this, args);
    });
    fn.withError = true;
  }

  /** Sends a packet, unless it is to be held or was dropped. */
  private _send(packet: Packet, bits: number): TxAnswer | typeof SENT {
    const { io } = this;
    const { engine } = io;
    const { parser } = io.opts;
    // What waits for the end of this task was looked at in this task.
    if (!engine._link.can.immediate || !engine.writeBuffer.length) look();
    const { data, id = "", options = { compress: true } } = packet;
    let parts: BinaryPart[] | undefined;
    let text = "";
    if (!parser) {
      let json: unknown = data;
      if (hasBinary(data)) json = deconstruct(data, (parts = []));
      text = JSON.stringify(json);
    }
    const header = tx(this._slot, id === "" ? bits : bits | Tx.WantsAck, parts?.length || 0, id);
    if (typeof header == "number") return header;
    if (!(bits & (Tx.Ack | Tx.Bypass))) tell(this._anyOut, this, data);
    if (parser) this._coded(packet);
    else engine.write(header + text, parts, options);
    return SENT;
  }

  /** Sends a packet by the user's own parser. */
  private _coded(packet: object): void {
    const { io, nsp } = this;
    const whole = { nsp, options: { compress: true }, ...packet };
    for (const part of io.encoder!.encode(whole)) io.engine.send(part, whole.options);
  }

  /** Sends what was held, as far as it goes. */
  private _flush(): void {
    // What was emitted when the heartbeat was late waits for the next connection.
    if (!this.connected || this.io.engine._expired()) return;
    const { sendBuffer: held } = this;
    let n = 0;
    for (; n < held.length; n++)
      try {
        if (this._send(held[n]!, 0) == TxAnswer.Hold) break;
      } catch (e) {
        report(e);
      }
    held.splice(0, n);
  }

  // --- Retries -------------------------------------------------------------------------------------------------------

  private _enqueue(args: Args): void {
    let ack: Ack | undefined;
    if (typeof args[args.length - 1] == "function") ack = args.pop() as Ack;
    const item: Queued = { id: this._queueSeq++, tryCount: 0, pending: false, args, flags: { fromQueue: true, ...this.flags } };
    args.push((e: Error | null, ...answer: Args) => {
      if (item !== this._queue[0]) return; // answered after it was given up
      if (!e || item.tryCount > this._opts.retries!) {
        this._queue.shift();
        ack?.(e, ...answer);
      }
      item.pending = false;
      this._drain();
    });
    this._queue.push(item);
    this._drain();
  }

  private _drain(force?: boolean): void {
    const item = this._queue[0];
    if (!this.connected || !item || (item.pending && !force)) return;
    item.pending = true;
    item.tryCount++;
    this.flags = item.flags;
    this.emit(...(item.args as [string]));
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
        return this._onack(id!, data as Args);
      case Type.Connect:
        return this._onconnect(data as Hello);
      case Type.ConnectError:
        return this._onrefused(data as Refusal);
      case Type.Disconnect:
        if (this._slot >= 0) control(Op.Disconnected, this._slot);
        else this._do([SocketDo.Closed, CloseReason.ByServer, "io server disconnect"]);
    }
  }

  /** Under its official name, as pages replace it to hear everything. */
  onevent({ data: args = [], id }: { type: number; nsp: string; data?: Args; id?: number }): void {
    if (id != null) args.push(this._answer(id));
    this._token?.sees(args);
    if (this.connected) this._hear(args);
    else this.receiveBuffer.push(Object.freeze(args) as Args);
  }

  _hear(args: Args): void {
    tell(this._any, this, args);
    this.emitReserved(...(args as [string, ...Args]));
    const last = args[args.length - 1];
    if (typeof last == "string") this._lastOffset = last; // also while a new session begins
  }

  private _answer(id: number): Listener {
    let epoch = this._epoch;
    return (...data) => {
      if (epoch != this._epoch) return;
      epoch = -1; // once
      this._send({ type: Type.Ack, data, id }, Tx.Ack);
    };
  }

  private _onack(id: number, data: Args): void {
    const ack = this.acks[id];
    if (typeof ack != "function") return;
    delete this.acks[id];
    if (ack.withError) data.unshift(null);
    safely(ack, this, data);
  }

  // --- The namespace's life ------------------------------------------------------------------------------------------

  /** What the server said with CONNECT, until Go has agreed. */
  private _hello?: { id?: string; pid?: string };

  private _onconnect(data: Hello): void {
    const { engine } = this.io;
    const bare = engine?._generation.bareConnect;
    if (!bare && !data?.sid) {
      this.emitReserved("connect_error", new Error('this server is a 1.x or 2.x: option "protocol" must be "auto" or 3'));
      return;
    }
    if (this._slot < 0) return; // given by hand to a socket that is not to be connected
    this._hello = bare ? { id: this._bareId } : { id: data?.sid, pid: data?.pid };
    control(Op.Connected, this._slot, !data?.pid ? Recovery.None : this._pid === data.pid ? Recovery.Done : Recovery.Possible);
  }

  /** Of a socket whose CONNECT brings no id. */
  private get _bareId(): string {
    return this._name("#") + this.io.engine.id;
  }

  /** The server has refused: with what a middleware has said, or with an object that has that and a message. */
  private _onrefused(data: Refusal): void {
    const plainRefusals = this.io.engine?._generation.plainRefusals;
    // An application's own word to a socket that is connected. A renewed connection's refusal comes before its CONNECT.
    if (plainRefusals && this.connected && this.id == this._bareId) {
      this.emitReserved("error", data);
      return;
    }
    const said = plainRefusals ? data : data?.data;
    this._refusal = Object.assign(new Error(textOf(data?.message ?? (plainRefusals ? data : ""))), { data: said });
    if (this._slot < 0) return this._do([SocketDo.Error]);
    const { code, messages, type, reason } = this._token?.refusedBy(saidOf(data, plainRefusals), false) || { code: "", messages: "", type: "", reason: Reason.None };
    control(Op.Refused, this._slot, code, messages, type, reason);
  }

  private _ackless(): void {
    for (const id of Object.keys(this.acks)) {
      if (this.sendBuffer.some((p) => "" + p.id == id)) continue; // it may still be answered
      const ack = this.acks[id]!;
      delete this.acks[id];
      if (ack.withError) safely(ack, this, [new Error("socket has been disconnected")]);
    }
  }

  _do(effect: SocketEffect): void {
    const { io } = this;
    const { engine } = io;
    switch (effect[0]) {
      case SocketDo.Connect:
        return this._connectPacket(!!effect[1], !!effect[2]);
      case SocketDo.Disconnect:
        if (io.encoder) this._coded({ type: Type.Disconnect });
        else engine.write("41" + this._name(","));
        return;
      case SocketDo.Flush:
        if (effect[1]) this._ackless();
        return this._flush();
      case SocketDo.Connected: {
        const { id, pid } = this._hello || {};
        this._epoch++;
        this.id = id;
        this.recovered = !!pid && this._pid === pid;
        this._pid = pid;
        this._refusal = undefined;
        if (effect[1]) {
          if (!stillAnswers(io)) this._ackless();
          return;
        }
        this.connected = true;
        this._happened("connected", { recovered: this.recovered }, { plain: !this._token });
        for (const args of this.receiveBuffer.splice(0)) this._hear(args);
        this._flush();
        this._drain(true);
        this.emitReserved("connect");
        return;
      }
      case SocketDo.Closed: {
        const [, reason, text] = effect;
        this._epoch++;
        if (reason == CloseReason.ByServer) this._active = false;
        this.connected = false;
        this.id = undefined;
        if (this._token) this._token.accepted = false;
        this._happened("disconnected", { reason: text }, { active: this.active });
        this.emitReserved("disconnect", ...(engine?._why(reason, text) || [text]));
        this._ackless();
        return;
      }
      case SocketDo.Rests:
        return whenDone(this);
      case SocketDo.Error: {
        this._ahead(SocketDo.Closed);
        const refusal = this._refusal;
        this._refusal = undefined;
        if (refusal) {
          this._active = false;
          if (engine?._generation.plainRefusals) this.emitReserved("error", refusal.data);
        }
        // Without either it is a 401 to the handshake, of which the token's own error tells.
        const error = refusal || io._error;
        if (!error) return;
        this._happened("connect_error", { message: error.message }, { error, active: this.active });
        this.emitReserved("connect_error", error);
      }
    }
  }

  /** The namespace as it stands in packets: the main one does not. */
  private _name(end: string): string {
    return this.nsp == "/" ? "" : this.nsp + end;
  }

  private _connectPacket(standby: boolean, fresh: boolean): void {
    const { io } = this;
    const over = () => (standby ? io._old! : io.engine);
    const engine = over();
    if (standby) engine._opened(io.engine._generation.revision);
    if (fresh) this._pid = undefined; // recovery would skip the check of the new token
    const send = (auth?: object) => {
      // The user's function may answer when this connection is history.
      if (over() != engine || engine.readyState != "open") return;
      if (this._token) auth = this._token.ways.auth(auth) as object | undefined;
      const data = this._pid ? { pid: this._pid, offset: this._lastOffset, ...auth } : auth;
      engine._secret = !!this._token;
      if (io.encoder) this._coded({ type: Type.Connect, data });
      else if (engine._generation.bareConnect) engine.write("40" + this._name("") + this._search() + ",");
      else engine.write("40" + this._name(",") + (data ? JSON.stringify(data) : ""));
      engine._secret = false;
    };
    if (typeof this.auth == "function") this.auth(send);
    else send(this.auth);
  }

  /** Where CONNECT has no payload, it carries the namespace's query. */
  private _search(): string {
    const query = queryOf(this._opts.query);
    this._token?.ways.handshake(query);
    const text = search(query);
    return text && "?" + text;
  }

  // --- Catch-all listeners ---------------------------------------------------------------------------------------------

  onAny(fn: Listener): this {
    (this._any ||= []).push(fn);
    return this;
  }
  prependAny(fn: Listener): this {
    (this._any ||= []).unshift(fn);
    return this;
  }
  offAny(fn?: Listener): this {
    this._any = without(this._any, fn);
    return this;
  }
  listenersAny(): Listener[] {
    return this._any || [];
  }
  onAnyOutgoing(fn: Listener): this {
    (this._anyOut ||= []).push(fn);
    return this;
  }
  prependAnyOutgoing(fn: Listener): this {
    (this._anyOut ||= []).unshift(fn);
    return this;
  }
  offAnyOutgoing(fn?: Listener): this {
    this._anyOut = without(this._anyOut, fn);
    return this;
  }
  listenersAnyOutgoing(): Listener[] {
    return this._anyOut || [];
  }

  // --- When the core fails -----------------------------------------------------------------------------------------------

  /** The core has no number for it any more. */
  _lost(error: Error): void {
    this._slot = -1;
    this._token?.lost(error);
  }

  /** Its connection is gone with the core. */
  _disconnected(reason: string): void {
    if (!this.connected) return;
    this._epoch++;
    this.connected = false;
    this.id = undefined;
    this._happened("disconnected", { reason }, { active: this.active });
    this.emitReserved("disconnect", reason);
    this._ackless();
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
    this._happened("connect_error", { message: error.message }, { error });
    this.emitReserved("connect_error", error);
  }

  /** An emit of ours that no gate holds back. */
  _emitNow(...args: Args): void {
    const { engine } = this.io;
    if (!this.connected) return;
    engine._secret = true;
    this._send({ type: Type.Event, data: args }, Tx.Bypass);
    engine._secret = false;
  }
}

function without(list: Listener[] | undefined, fn?: Listener): Listener[] | undefined {
  if (!list || !fn) return list && [];
  const i = list.indexOf(fn);
  if (i >= 0) list.splice(i, 1);
  return list;
}

const perform = (slot: number, ...effect: SocketEffect) => sockets.get(slot)?._do(effect);
defer(Do.Socket, perform);
