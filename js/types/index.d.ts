// Types of socketio-jwt-wasm, without imports. The members of socket.io-client 4.8 have the types that they have there, so
// that code written for it compiles. Members that this package adds have a comment, with their default.

export as namespace SocketIOJWT;

// ---------------------------------------------------------------------------------------------------------- events

// Where `any` stands below, code that is written for socket.io-client would not compile with `unknown`.

/** any: values that the server sends or gets. The application knows their types, and gives them in the listener's parameters. */
type Payload = any;

/** any: parameters of every type fit these, in listeners as in calls. */
type Args = any[];

/** any: a class of the user's own may declare narrower parameters than the client gives. */
type GivenToUsersClass = any;

type AnyListener = (...args: Args) => void;

/** A token's claims (RFC 7519), where the application does not type them. */
type AnyClaims = Record<string, Payload>;

interface EventsMap {
  /** any: an interface of events has no index signature, and is none's subtype but this one's. */
  [event: string]: any;
}

interface DefaultEventsMap {
  [event: string]: AnyListener;
}

type EventNames<Map extends EventsMap> = keyof Map & (string | symbol);
type EventParams<Map extends EventsMap, Ev extends EventNames<Map>> = Parameters<Map[Ev]>;

/** The listener's type is that of the first map with the event. An event in none of them takes any listener. */
type ListenerOf<Reserved extends EventsMap, User extends EventsMap, Extra extends EventsMap, Ev> = OrAny<
  Ev extends EventNames<Reserved>
    ? Reserved[Ev]
    : Ev extends EventNames<User>
      ? User[Ev]
      : Ev extends EventNames<Extra>
        ? Extra[Ev]
        : never
>;
type OrAny<T> = [T] extends [never] ? (...args: Args) => void | Promise<void> : T;

declare class Emitter<
  Listen extends EventsMap,
  Emit extends EventsMap,
  Reserved extends EventsMap = {},
  Extra extends EventsMap = {},
> {
  on<Ev extends EventNames<Reserved> | EventNames<Listen> | EventNames<Extra>>(
    ev: Ev,
    listener: ListenerOf<Reserved, Listen, Extra, Ev>,
  ): this;
  once<Ev extends EventNames<Reserved> | EventNames<Listen> | EventNames<Extra>>(
    ev: Ev,
    listener: ListenerOf<Reserved, Listen, Extra, Ev>,
  ): this;
  /** Without arguments: every listener; with an event: all of its listeners. */
  off<Ev extends EventNames<Reserved> | EventNames<Listen> | EventNames<Extra>>(
    ev?: Ev,
    listener?: ListenerOf<Reserved, Listen, Extra, Ev>,
  ): this;
  removeListener<Ev extends EventNames<Reserved> | EventNames<Listen> | EventNames<Extra>>(
    ev?: Ev,
    listener?: ListenerOf<Reserved, Listen, Extra, Ev>,
  ): this;
  removeAllListeners<Ev extends EventNames<Reserved> | EventNames<Listen> | EventNames<Extra>>(ev?: Ev): this;
  emit<Ev extends EventNames<Emit>>(ev: Ev, ...args: EventParams<Emit, Ev>): this;
  /** For subclasses. Not protected: a class with protected members cannot be compared with the sources. */
  emitReserved<Ev extends EventNames<Reserved>>(ev: Ev, ...args: EventParams<Reserved, Ev>): this;
  listeners<Ev extends EventNames<Reserved> | EventNames<Listen> | EventNames<Extra>>(
    event: Ev,
  ): ListenerOf<Reserved, Listen, Extra, Ev>[];
  hasListeners<Ev extends EventNames<Reserved> | EventNames<Listen> | EventNames<Extra>>(event: Ev): boolean;
}

// ------------------------------------------------------------------------------------------------------------ token

/**
 * How the token travels. `event`: the event `authenticate`; `query`: the handshake's URL; `header`: `Authorization: Bearer`
 * (RFC 6750, section 2.1), which needs polling as the first transport; `auth`: the payload of CONNECT, on servers 3.x and 4.x
 * only.
 */
type Via = "event" | "query" | "header" | "auth";

/** Why there is no authenticated session. The client tries again after `timeout` and `unavailable`; the others are fatal. */
type Reason = "expired" | "invalid" | "missing" | "timeout" | "unavailable";

/** The argument of a token function: why it is asked for a token. */
interface TokenContext {
  /** `refresh` and `unauthorized` need another token than the last one. */
  cause: "connect" | "reconnect" | "refresh" | "unauthorized";
  /** Counts the attempts with this cause, from 1. */
  attempt: number;
  /** With `unauthorized`: the refusal of the last token. */
  error?: UnauthorizedError;
}

/** `null`, `undefined` and `""`: there is no token now. */
type Token = string | null | undefined;
type TokenProvider = (context: TokenContext) => Token | Promise<Token>;

/** The argument of `onAuthenticated`, and the result of `reauthenticate()` and `login()`. */
interface AuthenticatedInfo<Claims = AnyClaims> {
  via: Via | Via[];
  /** The claim `exp` (RFC 7519, section 4.1.4); `undefined` for a token without it. */
  expiresAt: Date | undefined;
  /** The token's claims: decoded, NOT verified. `undefined` when the token is no JWT. */
  claims: Claims | undefined;
  /** The token was renewed, and the session goes on. */
  refreshed: boolean;
  /** The server has recovered the connection's state and sent the missed events (connection state recovery). */
  recovered: boolean;
}

/** A session as a page shows it. The same object until something changes; it cannot be changed. */
interface SessionSnapshot<Claims = AnyClaims> {
  /**
   * `idle`: nothing is under way, also when the manager was closed, has given up, or does not reconnect. `guest`: connected without a token. `waiting`: for the next attempt, or for the hook of a refusal that may pass.
   * `refused`: over, until `connect()`, `login()` or `reauthenticate()`.
   */
  readonly status: "idle" | "connecting" | "authenticated" | "guest" | "refused" | "waiting";
  /** The error of the last attempt, if it failed; `undefined` once connected. */
  readonly error: UnauthorizedError | Error | undefined;
  /** When the accepted token expires; `undefined` for a token without `exp`, and without a session. */
  readonly expiresAt: Date | undefined;
  /** The claims of the accepted token: decoded, NOT verified. */
  readonly claims: Claims | undefined;
  /** How many times it has tried to reconnect; 0 while connected. */
  readonly attempt: number;
  /** When the next attempt begins, while `status` is `waiting`. */
  readonly nextAttemptAt: Date | undefined;
  /** The token was renewed in this session. */
  readonly refreshed: boolean;
}

/** For `useSyncExternalStore` and its like. Both functions may be called without their object. */
interface SessionStore<Claims = AnyClaims> {
  getSnapshot(): SessionSnapshot<Claims>;
  /** Calls `fn` after each change. Returns the function that ends the subscription. */
  subscribe(fn: () => void): () => void;
}

/** An event of a session, for `inspect()` and `onTrace`. It holds no token. */
interface TraceEvent {
  /** When it happened, ms since 1970. */
  at: number;
  /**
   * `connect`, `ask`, `renew`, `token`, `token_failed`, `connected`, `authenticate`, `authenticated`, `guest`, `refused`,
   * `acknowledge`, `disconnect`, `disconnected`, `connect_error`, `wait`, `attempt`, `login`, `logout`
   */
  name: string;
  nsp: string;
  [field: string]: unknown;
}

/** Why there is no authenticated session: the argument of `onUnauthorized`, `onExpired` and `redirect`. It holds no token. */
declare class UnauthorizedError extends Error {
  readonly name: "UnauthorizedError";
  readonly type: "UnauthorizedError";
  /** `timeout` and `unavailable` may pass and are tried again; the others stop reconnection. */
  readonly reason: Reason;
  /** The server's code, e.g. `invalid_token`, `credentials_required`, `missing_authorization_header`: a text or a number, as the server gave it. */
  readonly code: string | number | undefined;
  /** The server's `data`. */
  readonly data: Payload;
  readonly via: Via | Via[];
  /** With `unavailable`: what the token function threw. */
  readonly cause?: unknown;
  /** For a token function that knows that the session is over: if it throws this with a fatal reason, no attempt follows. */
  constructor(message: string, fields: { reason: Reason; code?: string | number; data?: unknown; cause?: unknown });
}

/** An error of the server that is not recognised as a refusal of the token: the argument of `classify`. */
interface ServerError {
  message: string;
  code?: string | number;
  data?: Payload;
  /** The HTTP status by which the server has answered the handshake, if that was refused. */
  status?: number;
}

interface TokenOptions<Claims = AnyClaims> {
  /**
   * The JWT, or a function that is asked before every attempt. `null` and `""`, here and from the function: there is no
   * token now, a refusal with reason `missing`. Without the option (`undefined`) this is a plain Socket.IO client.
   */
  token?: string | null | undefined | TokenProvider;
  /** @default "event" */
  via?: Via | readonly Via[];
  /** Key for `query`, `auth` and `event`; none that Engine.IO (`sid`, `EIO` …) or Socket.IO (`pid`, `offset`) needs. @default "token" */
  tokenName?: string;
  /** Text before the token, with a space between. @default "Bearer" for `header`, "" for `auth` */
  scheme?: string;
  /** Deadline of the token function, ms. @default 10000 */
  tokenTimeout?: number;
  /** `event`: how long to wait for the server's answer, ms. @default 10000 */
  authTimeout?: number;
  /** Renew this many seconds before the token expires, never more than half of its lifetime before; 0: never. @default 30 */
  refreshBefore?: number;
  /** `event`: renew on the live connection instead of reconnecting. @default false */
  inBandRefresh?: boolean;
  /** Called each time that the server accepts a token, also a renewed one. */
  onAuthenticated?: (info: AuthenticatedInfo<Claims>) => unknown;
  /**
   * Called for a refusal that stands: no other token has helped. It may be async, and has 10 s. The server's callback is acknowledged exactly once: by `ack()`, or when this has settled. A returned token is tried,
   * once per failure.
   */
  onUnauthorized?: (error: UnauthorizedError, ack: () => void) => unknown;
  /** Called after `onUnauthorized`, when `error.reason` is "expired". */
  onExpired?: (error: UnauthorizedError) => unknown;
  /** The URL to which the page goes after a fatal refusal; `undefined` from a function: it stays. */
  redirect?: string | URL | ((error: UnauthorizedError) => string | URL | null | undefined | void);
  /** The reasons for which `redirect` leaves the page. @default ["expired", "invalid", "missing"] */
  redirectOn?: readonly Reason[];
  /** Query parameter that takes the current address to the login page; `false`: none. @default "returnTo" */
  returnTo?: string | false;
  /** Other origins that `redirect` may lead to. @default [] */
  redirectOrigins?: readonly string[];
  /**
   * One tab asks for the token and the others reuse it; a refusal in one tab reaches all. With `true` each page asks its
   * function when it connects, and renewals are shared. A text, such as the user's id, says whose tabs share: a page that
   * has just been loaded takes the token of an open tab with the same text. @default false
   */
  crossTab?: boolean | string;
  /** No token now: connect without one, the server decides. A token function is asked again with the next attempt. @default false */
  guest?: boolean;
  /** Hears of each event that `inspect()` gives. */
  onTrace?: (event: TraceEvent) => unknown;
  /** Called with an error of the server that is not recognised as a refusal of the token. A returned reason makes it one. */
  classify?: (error: ServerError) => "expired" | "invalid" | "missing" | null | undefined | void;
}

/** The events of `socketio-jwt` itself. A map of your own may type them otherwise. */
interface TokenEvents {
  authenticated: AnyListener;
  unauthorized: (error: Payload, callback: AnyListener) => void;
}

// ----------------------------------------------------------------------------------------------------------- engine

type TransportName = "polling" | "websocket" | "webtransport" | (string & {});

/** The connection. Options that only Node.js has are accepted and have no effect in a page. */
interface EngineOptions {
  host?: string;
  hostname?: string;
  secure?: boolean;
  port?: string | number;
  query?: { [key: string]: Payload };
  agent?: string | boolean;
  /** @default true */
  upgrade?: boolean;
  /** Over polling, bytes travel as base64 with servers 1.x and 2.x too, as they always do with others. A WebSocket never needs it. */
  forceBase64?: boolean;
  /** @default "t" */
  timestampParam?: string;
  timestampRequests?: boolean;
  /** In the order of trying: names, and classes of one's own or of engine.io-client. @default ["polling", "websocket", "webtransport"] */
  transports?: (TransportName | TransportClass)[];
  /** @default false */
  tryAllTransports?: boolean;
  /** @default false */
  rememberUpgrade?: boolean;
  /** Deadline of a polling request, ms. @default 0: none */
  requestTimeout?: number;
  /** By a transport's name: `webtransport` is given to the browser's constructor. */
  transportOptions?: Object;
  pfx?: string;
  key?: string;
  passphrase?: string;
  cert?: string;
  ca?: string | string[];
  ciphers?: string;
  rejectUnauthorized?: boolean;
  /** Polling only: a browser's WebSocket carries none. */
  extraHeaders?: { [header: string]: string };
  /** @default false */
  withCredentials?: boolean;
  /** @default false */
  closeOnBeforeunload?: boolean;
  useNativeTimers?: boolean;
  autoUnref?: boolean;
  perMessageDeflate?: { threshold: number };
  /** @default "/socket.io" */
  path?: string;
  /** @default true */
  addTrailingSlash?: boolean;
  protocols?: string | string[];
  /** Servers 1.x and 2.x speak 3, servers 3.x and 4.x speak 4. @default "auto" */
  protocol?: "auto" | 3 | 4;
}

/**
 * For `transports: [Fetch, WebSocket]`. Socket.IO's own client exports a class for each; here they are the names that
 * `transports` takes: polling is always by fetch. Classes of engine.io-client can be passed as well. What the browser
 * has not is passed over.
 */
declare const Fetch: "polling";
declare const XHR: "polling";
declare const NodeFetch: "polling";
declare const NodeXHR: "polling";
declare const WebSocket: "websocket";
declare const NodeWebSocket: "websocket";
declare const WebTransport: "webtransport";

interface EnginePacket {
  type: "open" | "close" | "ping" | "pong" | "message" | "upgrade" | "noop" | "error";
  data?: Payload;
  options?: { compress: boolean };
}

interface CloseDetails {
  description: string;
  context?: unknown;
}

/** What `connect_error` tells of a transport that has failed, too. */
interface TransportError extends Error {
  readonly type: "TransportError";
  /** Of polling: the HTTP status, if there was an answer. */
  readonly description: Payload;
  /** Of polling: a `Response` with `responseText`, or what `fetch` has thrown. */
  readonly context: Payload;
}

interface TransportEvents {
  open: () => void;
  packet: (packet: EnginePacket) => void;
  drain: () => void;
  close: (details?: CloseDetails) => void;
  error: (err: TransportError) => void;
}

interface EngineTransport extends Emitter<Record<never, never>, Record<never, never>, TransportEvents> {
  readonly name: string;
  writable: boolean;
  query: Record<string, string>;
}

/**
 * A transport class, as engine.io-client's are: it encodes and decodes packets, tells `on` of open, packet, drain, close
 * and error, and its prototype has the `name` that the handshake asks for. It speaks revision 4.
 */
interface TransportClass {
  new (opts: GivenToUsersClass): {
    readonly name: string;
    writable: boolean;
    on(event: GivenToUsersClass, listener: GivenToUsersClass): unknown;
    open(): unknown;
    send(packets: GivenToUsersClass): unknown;
    pause(paused: () => void): unknown;
    close(): unknown;
  };
}

interface EngineEvents {
  open: () => void;
  handshake: (data: { sid: string; upgrades: string[]; pingInterval: number; pingTimeout: number; maxPayload: number }) => void;
  packet: (packet: EnginePacket) => void;
  packetCreate: (packet: EnginePacket) => void;
  data: (data: Payload) => void;
  message: (data: Payload) => void;
  drain: () => void;
  flush: () => void;
  heartbeat: () => void;
  ping: () => void;
  pong: () => void;
  error: (err: string | Error) => void;
  upgrading: (transport: EngineTransport) => void;
  upgrade: (transport: EngineTransport) => void;
  upgradeError: (err: Error) => void;
  close: (reason: string, description?: CloseDetails | Error) => void;
}

interface Engine extends Emitter<Record<never, never>, Record<never, never>, EngineEvents> {
  id: string;
  transport: EngineTransport;
  /** In which form listeners get bytes. `nodebuffer` is accepted, and is `arraybuffer`. @default "arraybuffer" */
  binaryType: "nodebuffer" | "arraybuffer" | "blob";
  readyState: "opening" | "open" | "closing" | "closed";
  /** What waits for the transport, encoded: its length is how much does. */
  readonly writeBuffer: Payload[];
  /** Sends a message of Engine.IO. `flushed` is called when it has been handed to the transport. */
  write(data: Payload, options?: { compress?: boolean } | null, flushed?: () => void): this;
  /** As `write()`. */
  send(data: Payload, options?: { compress?: boolean } | null, flushed?: () => void): this;
  close(): this;
}

// ---------------------------------------------------------------------------------------------------------- manager

interface ManagerOptions extends EngineOptions {
  /** @default false */
  forceNew: boolean;
  /** @default true */
  multiplex: boolean;
  path: string;
  /** @default true */
  reconnection: boolean;
  /** @default Infinity */
  reconnectionAttempts: number;
  /** ms. @default 1000 */
  reconnectionDelay: number;
  /** ms. @default 5000 */
  reconnectionDelayMax: number;
  /** @default 0.5 */
  randomizationFactor: number;
  /** Deadline of an attempt to connect, ms. @default 20000 */
  timeout: number;
  /** @default true */
  autoConnect: boolean;
  /** A Socket.IO parser, e.g. socket.io-msgpack-parser. */
  parser: GivenToUsersClass;
}

interface Packet {
  type: number;
  nsp: string;
  data?: Payload;
  id?: number;
  attachments?: number;
}

interface ManagerReservedEvents {
  open: () => void;
  error: (err: Error) => void;
  ping: () => void;
  packet: (packet: Packet) => void;
  close: (reason: string, description?: DisconnectDescription) => void;
  reconnect_failed: () => void;
  reconnect_attempt: (attempt: number) => void;
  reconnect_error: (err: Error) => void;
  reconnect: (attempt: number) => void;
}

declare class Manager<
  ListenEvents extends EventsMap = DefaultEventsMap,
  EmitEvents extends EventsMap = ListenEvents,
> extends Emitter<{}, {}, ManagerReservedEvents> {
  constructor(opts: Partial<ManagerOptions>);
  constructor(uri?: string, opts?: Partial<ManagerOptions>);
  constructor(uri?: string | Partial<ManagerOptions>, opts?: Partial<ManagerOptions>);
  engine: Engine;
  opts: Partial<ManagerOptions>;
  _autoConnect: boolean;
  _readyState: "opening" | "open" | "closed";
  _reconnecting: boolean;
  reconnection(v: boolean): this;
  reconnection(): boolean;
  reconnection(v?: boolean): this | boolean;
  reconnectionAttempts(v: number): this;
  reconnectionAttempts(): number;
  reconnectionAttempts(v?: number): this | number;
  reconnectionDelay(v: number): this;
  reconnectionDelay(): number;
  reconnectionDelay(v?: number): this | number;
  randomizationFactor(v: number): this;
  randomizationFactor(): number;
  randomizationFactor(v?: number): this | number;
  reconnectionDelayMax(v: number): this;
  reconnectionDelayMax(): number;
  reconnectionDelayMax(v?: number): this | number;
  timeout(v: number | boolean): this;
  timeout(): number | boolean;
  timeout(v?: number | boolean): this | number | boolean;
  open(fn?: (err?: Error) => void): this;
  connect(fn?: (err?: Error) => void): this;
  /** Closes the connection, whoever uses it, and does not reconnect. */
  close(): void;
  /** close() under its official name. */
  _close(): void;
  socket(nsp: string, opts?: Partial<SocketOptions>): Socket;
}

// ----------------------------------------------------------------------------------------------------------- socket

type WithError<A extends Args> = {
  [K in keyof A]: A[K] extends (...args: infer P) => infer R ? (err: Error, ...args: P) => R : A[K];
};

/** The same events with acknowledgements that take an error first, as `timeout()` calls them. */
type DecorateAcknowledgements<E> = {
  [K in keyof E]: E[K] extends (...args: infer P) => infer R ? (...args: WithError<P>) => R : E[K];
};

type Last<T extends Args> = T extends [...Args, infer L] ? L : Payload;
type AllButLast<T extends Args> = T extends [...infer H, unknown] ? H : Args;
type FirstArg<T> = T extends (arg: infer A) => unknown ? A : Payload;

type AuthPayload = { [key: string]: Payload } | ((cb: (data: object) => void) => void);

interface SocketOptions<Claims = AnyClaims> extends TokenOptions<Claims> {
  /** Sent when the namespace is connected. With `via: "auth"` the token joins it. */
  auth?: AuthPayload;
  retries?: number;
  /** Deadline of an acknowledgement, ms. */
  ackTimeout?: number;
}

type DisconnectDescription = Error | { description: string; context?: unknown };

interface ExtendedError extends Error {
  data?: Payload;
}

interface SocketReservedEvents {
  connect: () => void;
  connect_error: (err: ExtendedError) => void;
  disconnect: (reason: Socket.DisconnectReason, description?: DisconnectDescription) => void;
}

declare class Socket<
  ListenEvents extends EventsMap = DefaultEventsMap,
  EmitEvents extends EventsMap = ListenEvents,
  Claims = AnyClaims,
> extends Emitter<ListenEvents, EmitEvents, SocketReservedEvents, TokenEvents> {
  constructor(io: Manager, nsp: string, opts?: Partial<SocketOptions>);
  readonly io: Manager<ListenEvents, EmitEvents>;
  readonly nsp: string;
  id: string | undefined;
  connected: boolean;
  recovered: boolean;
  auth: AuthPayload;
  receiveBuffer: Array<Readonly<Args>>;
  /** Their namespace is that of the socket. */
  sendBuffer: Array<Omit<Packet, "nsp">>;
  get disconnected(): boolean;
  get active(): boolean;
  get volatile(): this;

  /** The server has accepted the token on this connection. */
  readonly authenticated: boolean;
  /** When the accepted token expires; `undefined` for a token without `exp`, and without a session. */
  readonly tokenExpiresAt: Date | undefined;
  /**
   * Asks for a token and uses it. Rejects with an UnauthorizedError when that fails, and with an Error that says why when
   * there is no connection, or when disconnect(), login() or logout() ends it.
   */
  reauthenticate(): Promise<AuthenticatedInfo<Claims>>;
  /** The session as a store. */
  readonly session: SessionStore<Claims>;
  /**
   * Logs another user in: connects with this token, or with one that the token function gives. With `crossTab` the other
   * tabs do so, too, also those whose session logout() or a refusal has ended. Events that the user before has emitted and
   * that were not sent are dropped. Rejects as reauthenticate() does; also when another login() takes its place.
   */
  login(token?: string): Promise<AuthenticatedInfo<Claims>>;
  /**
   * Logs the user out: calls the server's callback, if it waits for one, and disconnects; with `crossTab` in all tabs. With
   * `guest` it connects again without a token. No token is asked for before login(), reauthenticate() or connect().
   */
  logout(): void;
  /** The last hundred events of the session, the oldest first. For reports: no token is in them. */
  inspect(): TraceEvent[];

  connect(): this;
  open(): this;
  disconnect(): this;
  close(): this;
  send(...args: Args): this;
  emit<Ev extends EventNames<EmitEvents>>(ev: Ev, ...args: EventParams<EmitEvents, Ev>): this;
  emitWithAck<Ev extends EventNames<EmitEvents>>(
    ev: Ev,
    ...args: AllButLast<EventParams<EmitEvents, Ev>>
  ): Promise<FirstArg<Last<EventParams<EmitEvents, Ev>>>>;
  compress(compress: boolean): this;
  timeout(timeout: number): Socket<ListenEvents, DecorateAcknowledgements<EmitEvents>, Claims>;
  onAny(listener: AnyListener): this;
  prependAny(listener: AnyListener): this;
  offAny(listener?: AnyListener): this;
  listenersAny(): AnyListener[];
  onAnyOutgoing(listener: AnyListener): this;
  prependAnyOutgoing(listener: AnyListener): this;
  offAnyOutgoing(listener?: AnyListener): this;
  listenersAnyOutgoing(): AnyListener[];
}

/** The events that a socket with this map of events may be listened to: the server's, and those of the client itself. */
type SocketEventName<Listen extends EventsMap = DefaultEventsMap> = EventNames<SocketReservedEvents> | EventNames<Listen> | EventNames<TokenEvents>;

/** The listener that `on()` takes for an event. */
type SocketListener<Listen extends EventsMap, Ev> = ListenerOf<SocketReservedEvents, Listen, TokenEvents, Ev>;

declare namespace Socket {
  type DisconnectReason =
    | "io server disconnect"
    | "io client disconnect"
    | "ping timeout"
    | "transport close"
    | "transport error"
    | "parse error"
    /** The client's core was started anew. The socket reconnects. Only this package has this reason. */
    | "client fault";
}

// ------------------------------------------------------------------------------------------------------------ entry

type ConnectOptions<Claims = AnyClaims> = Partial<ManagerOptions & SocketOptions<Claims>>;

/** Returns a socket at once. `Claims` types the claims of its token. The client starts in the next task, and calls made before that are kept in order. */
declare function connect<Claims = AnyClaims>(opts?: ConnectOptions<Claims>): Socket<DefaultEventsMap, DefaultEventsMap, Claims>;
declare function connect<Claims = AnyClaims>(
  uri?: string,
  opts?: ConnectOptions<Claims>,
): Socket<DefaultEventsMap, DefaultEventsMap, Claims>;
/** Without `Claims`. It stands last, so that `ReturnType<typeof io>` is `Socket`. */
declare function connect(uri?: string, opts?: ConnectOptions): Socket;

/**
 * `connect` under its official name. When the code runs, it has `io.connect`, `io.Manager` and `io.Socket`. Its type does not
 * declare them, as the official one does not: so a function of the page's own, or a mock, fits `typeof io`.
 */
declare const io: typeof connect;

/**
 * Starts the client now, which the first `connect()` does otherwise. Resolves when it runs; rejects with what forbids it,
 * e.g. a content security policy. A later `load()` or `connect()` tries again.
 */
declare function load(): Promise<void>;

/** The Socket.IO protocol revision of socket.io-client 4.8: 5. */
declare const protocol: number;
/** The version of this package. */
declare const version: string;

export {
  connect,
  io,
  io as default,
  load,
  protocol,
  version,
  Manager,
  Socket,
  UnauthorizedError,
  Fetch,
  XHR,
  NodeFetch,
  NodeXHR,
  WebSocket,
  NodeWebSocket,
  WebTransport,
  type AuthenticatedInfo,
  type SessionSnapshot,
  type SessionStore,
  type TraceEvent,
  type ConnectOptions,
  type DisconnectDescription,
  type ExtendedError,
  type ManagerOptions,
  type ManagerReservedEvents,
  type Reason,
  type ServerError,
  type SocketEventName,
  type SocketListener,
  type SocketOptions,
  type SocketReservedEvents,
  type TokenContext,
  type TokenOptions,
  type TokenProvider,
  type Via,
};
