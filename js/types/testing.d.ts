// Types of socketio-jwt-wasm/testing: a server for unit tests. Nothing of it belongs into a page.

/** any: what the other side sends. The test knows, and says so in its parameters and variables. */
type Payload = any;

/** As in the options of `connect()`. */
type Via = "event" | "query" | "header" | "auth";

/** Reasons for which a server refuses a token. */
type RefusalReason = "expired" | "invalid" | "missing";

/** What a server says of its own. */
interface RefusalWords {
  message: string;
  /** Travels in `data`, as servers send it: `data` is an object then, or left out. */
  code?: string;
  data?: unknown;
}

/**
 * How a refusal reaches the client: by the event `unauthorized`, by `connect_error` (`error` of servers 1.x and 2.x), or by
 * an HTTP status of the handshake. Of a status a WebSocket tells nothing: pages see it where they begin with polling.
 */
type RefusedBy = "unauthorized" | "connect_error" | number;

interface FakeServerOptions {
  /** Where it listens. Only requests to this host, port and `path` reach it. @default an address of its own */
  url?: string;
  /** @default "/socket.io" */
  path?: string;
  /** The server's major version: 2 speaks Engine.IO 3, 3 and 4 speak Engine.IO 4. @default 4 */
  version?: 2 | 3 | 4;
  /** How the token comes, as in the options of `connect()`; `false`: nobody is asked for one. @default "event" */
  via?: Via | readonly Via[] | false;
  /** As in the options of `connect()`. @default "token" */
  tokenName?: string;
  /** The namespaces that there are. @default every one that a client asks for */
  namespaces?: readonly string[];
  /** Moves the test's fake timers on. Those of Vitest and Jest are found without it. */
  advanceTimers?: (ms: number) => unknown;
}

/** What the server has seen of a token. Its text is not shown, and not printed. */
interface SeenToken {
  readonly via: Via;
  /** Decoded, not verified; `undefined` when the token is no JWT. */
  readonly claims: Record<string, Payload> | undefined;
  /** Why it was refused, if it was; "other" with words of the test's own. */
  readonly refused: RefusalReason | "other" | undefined;
  /** Whether it is this token. */
  is(token: string): boolean;
}

/** An event of a client. */
interface ReceivedEvent {
  readonly name: string;
  /** Without the callback. */
  readonly args: Payload[];
  readonly connection: FakeConnection;
  /** Whether the client waits for an acknowledgement. */
  readonly wantsAck: boolean;
  /** Acknowledges it. Resolves when the client has been told. */
  ack(...args: unknown[]): Promise<void>;
}

/** A client on a namespace, let in. */
declare class FakeConnection {
  private constructor();
  readonly nsp: string;
  readonly id: string;
  /** The claims of its token. */
  readonly claims: Record<string, Payload> | undefined;
  readonly connected: boolean;
  readonly transport: "polling" | "websocket";
  /** Emits to this client. Resolves when it has been told. */
  emit(event: string, ...args: unknown[]): Promise<void>;
  /** Resolves with the first argument of the client's acknowledgement. Rejects when the connection is over. */
  emitWithAck(event: string, ...args: unknown[]): Promise<Payload>;
  /** Resolves with the next event of that name that nobody has had. */
  received(event: string): Promise<ReceivedEvent>;
  /** Refuses its token in the middle of the session, by the event `unauthorized`. Rejects when the connection is over. */
  refuse(reason: RefusalReason | RefusalWords): Promise<Refusal>;
  /** The server disconnects it: the client hears `io server disconnect` and stays out. */
  disconnect(): Promise<void>;
  /** The network under it is gone: the client connects again. */
  drop(): Promise<void>;
  /** Resolves when it is over. */
  disconnected(): Promise<void>;
}

interface Refusal {
  readonly reason: RefusalReason | "other";
  readonly nsp: string;
  /** Resolves when the client has acknowledged it. Only refusals by `unauthorized` are acknowledged. */
  acknowledged(): Promise<void>;
}

/** A namespace of the server. */
interface FakeNamespace {
  /** The clients that are let in, the oldest first. */
  readonly connections: readonly FakeConnection[];
  /** Emits to all of them. Resolves when they have been told. */
  emit(event: string, ...args: unknown[]): Promise<void>;
  /**
   * Answers an event from now on; `handler` gets the arguments and, if the client waits for one, the acknowledgement. What it
   * throws is reported.
   */
  on(event: string, handler: (...args: Payload[]) => unknown): this;
  /** Resolves with the next client that is let in and that nobody has had. */
  connection(): Promise<FakeConnection>;
  /** Resolves with the next event of that name, of any client, that nobody has had. */
  received(event: string): Promise<ReceivedEvent>;
}

/**
 * A Socket.IO server in the test's process, without a network. From `new` to `close()` it takes the place of `fetch` and
 * `WebSocket` for its address; the client under test is the real one.
 *
 * What waits for a client rejects after a second or two, with a message that says what has not happened. No wait moves fake
 * timers; `advance()` does.
 */
declare class FakeServer implements FakeNamespace {
  constructor(options?: FakeServerOptions);
  readonly url: string;
  readonly connections: readonly FakeConnection[];
  emit(event: string, ...args: unknown[]): Promise<void>;
  on(event: string, handler: (...args: Payload[]) => unknown): this;
  connection(): Promise<FakeConnection>;
  received(event: string): Promise<ReceivedEvent>;
  /** A namespace, named with its slash or without; the server's own methods are those of "/". */
  of(namespace: string): FakeNamespace;

  /** Lets in whoever has a token whose `exp` has not passed; signatures are not looked at. That is so from the beginning. */
  accept(): this;
  /** Refuses tokens from now on, or so many `times`. */
  refuse(reason: RefusalReason | RefusalWords, options?: { by?: RefusedBy; times?: number }): this;
  /** Answers no token until `accept()` or `refuse()`. */
  hold(): this;
  /** Resolves with the next refusal that nobody has had. */
  refused(): Promise<Refusal>;
  /** The tokens that have come, in order. */
  readonly tokens: readonly SeenToken[];
  /** Makes a JWT. `expiresIn`: seconds from now, 3600 by default; `null`: without `exp`. Everything else is a claim. */
  token(claims?: { expiresIn?: number | null; [claim: string]: unknown }): string;
  /** The tokens in use count as expired: they are refused, and whoever is connected with one is told so. */
  expireToken(): Promise<void>;

  /** The network under every client is gone for a moment: they connect again. */
  drop(): Promise<void>;
  /** The same until `online()`: nobody reaches the server. */
  offline(): Promise<void>;
  online(): this;
  /** Moves fake timers on: renewal, time-outs, the pauses between attempts, heartbeats. */
  advance(ms: number): Promise<void>;
  /** Resolves when the clients have read what has been sent to them. */
  settled(): Promise<void>;
  /** Ends it: clients lose their connection, `fetch` and `WebSocket` are what they were. For `afterEach()`. */
  close(): void;
}

export {
  FakeServer,
  type FakeConnection,
  type FakeNamespace,
  type FakeServerOptions,
  type ReceivedEvent,
  type Refusal,
  type RefusalReason,
  type RefusalWords,
  type RefusedBy,
  type SeenToken,
};
