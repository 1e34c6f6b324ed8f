/** What a connection needs of its manager, and of a token. */
import type { Recognisable } from "../auth/refusal.js";
import type { Rx } from "../bridge/bridge.gen.js";
import type { Emitter } from "../emitter.js";
import type { Options } from "../options.js";
import type { Query } from "../url.js";
import type { BinaryPart } from "../values.js";
import type { Engine } from "./engine.js";
import type { Row } from "./transports/registry.js";

/** Where a connection goes. */
export interface Host {
  hostname: string;
  port: string;
  secure: boolean;
  query: Query;
}

/** What a connection needs of a token. */
export interface Credentials {
  readonly name: string;
  handshake(query: Query): void;
  headers(): Record<string, string> | undefined;
}

/** Who takes what a connection has read. */
export interface Incoming {
  /** A packet whose attachments are on their way. */
  partial?: unknown;
  /** Packets are delivered after this turn. */
  later: boolean;
  /** A packet, with as many attachments to follow. ack: -1 if it has no number. */
  received(kind: Rx, slot: number, ack: number, text: string, attachments: number): void;
  attachment(part: BinaryPart): void;
  /** A message for the user's own parser. */
  opaque(data: string | BinaryPart): void;
}

/** The manager, as its engines see it. */
export interface Above extends Emitter {
  /** Its number with the core. */
  readonly _conn: number;
  /** The transports to try, in that order. */
  _transports(): readonly Row[];
  /** The engine in use, which pages see. */
  engine: Engine;
  /** The one beside it: the old one during a handover, or a standby. */
  _old?: Engine;
  readonly _incoming: Incoming;
  readonly opts: Options & { path: string };
  readonly _host: Host;
  /** The token that the handshake carries. */
  readonly _credentials?: Credentials;
  /** A token may be in what is sent. */
  readonly _carriesToken: boolean;
  /** The server has answered the handshake by an HTTP status. Gives what the core is to know of it, if that may be about the token. */
  _denied(status: number, body: unknown): Recognisable | undefined;
}
