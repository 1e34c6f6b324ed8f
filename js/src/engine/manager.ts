/** What a connection needs of its manager and of the token. */
import type { Recognisable } from "../auth/refusal.js";
import type { Rx } from "../bridge/bridge.gen.js";
import type { Emitter } from "../emitter.js";
import type { Options } from "../options.js";
import type { Query } from "../url.js";
import type { BinaryPart } from "../values.js";
import type { Engine } from "./engine.js";
import type { Row } from "./transports/registry.js";

/** The server's address and the query of the handshake. */
export interface Host {
  hostname: string;
  port: string;
  secure: boolean;
  query: Query;
}

/** The token, as the handshake needs it. */
export interface Credentials {
  readonly name: string;
  handshake(query: Query): void;
  headers(): Record<string, string> | undefined;
}

/** Takes the packets that a connection has read. */
export interface Incoming {
  /** A packet whose attachments are on their way. */
  partial?: unknown;
  /** Deliver packets in a later microtask. */
  later: boolean;
  /** A packet, which so many attachments follow. ack: its ack id, -1 for none. */
  received(kind: Rx, slot: number, ack: number, text: string, attachments: number): void;
  attachment(part: BinaryPart): void;
  /** A message for the parser of option `parser`. */
  opaque(data: string | BinaryPart): void;
}

/** The manager, as its engines see it. */
export interface EngineManager extends Emitter {
  /** Its number with the core. */
  readonly _conn: number;
  /** The transports to try, in that order. */
  _transports(): readonly Row[];
  /** The engine in use, which pages see. */
  engine: Engine;
  /** The second engine: the old one during a handover, or the standby. */
  _old?: Engine;
  readonly _incoming: Incoming;
  readonly opts: Options & { path: string };
  readonly _host: Host;
  /** The token that the handshake carries. */
  readonly _credentials?: Credentials;
  /** Requests or packets may carry a token. */
  readonly _carriesToken: boolean;
  /** The tokens of its sockets, which CONNECT and `authenticate` carry. */
  _secrets(): string[];
  /** The server has answered the handshake by an HTTP status. Returns arguments for the core if the handshake carried a token. */
  _denied(status: number, body: unknown): Recognisable | undefined;
}
