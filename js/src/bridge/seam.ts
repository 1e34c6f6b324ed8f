/**
 * The doors between JavaScript and Go, as internal/core/doors.go lists them on the other side: change both, or none.
 *
 * rx and tx read and write packet headers; user code never runs below them. Everything else goes through control(), and
 * what Go wants done comes back by its one import, tell(), and is kept until control() has returned.
 */

/** What rx answers. */
export const enum Rx {
  Ignore,
  // Socket.IO's packets by their type, and one.
  Connect,
  Disconnect,
  Event,
  Ack,
  Refused,
  Binary,
  Handshake,
  Control,
  Decide,
  Fault,
  Stale,
  Opaque,
  Later,
  More,
}

/** Where in the shared words what stands. */
export const enum Word {
  End,
  Start,
  Slot,
  Ack,
  Attachments,
  More,
  Count,
}

/** What tx is asked for, as bits. */
export const enum Tx {
  WantsAck = 1,
  Volatile = 2,
  Busy = 4,
  Bypass = 8,
  Ack = 16,
}

/** tx's answers that are not the length of a header. */
export const enum TxAnswer {
  Hold = 0,
  Drop = -1,
}

/** The operations of control(op, now, ...arguments). */
export const enum Op {
  Manager,
  Socket,
  Source,
  Open,
  Close,
  Connect,
  Disconnect,
  LinkOpened,
  Handshake,
  Control,
  Message,
  Paused,
  LinkClosed,
  Finished,
  Fault,
  Connected,
  Refused,
  Disconnected,
  Acked,
  Continue,
  Tick,
  Token,
  TokenFailed,
  Authenticated,
  Unauthorized,
  Hook,
  Called,
  Reauthenticate,
  Clock,
  EngineClose,
  Stay,
  ReleaseSocket,
  ReleaseManager,
  ReleaseSource,
  Resume,
  Unawaited,
  Recognise,
}

export const enum EngineDo {
  Close,
  Finish,
  Send,
  Pause,
  Use,
  Pinged,
  Upgrading,
  Upgraded,
  UpgradeError,
  Handover,
  Standby,
  Deliver,
  Retire,
}

export const enum ManagerDo {
  Open,
  Close,
  Error,
  ReconnectAttempt,
  Reconnect,
  ReconnectError,
  ReconnectFailed,
}

export const enum SocketDo {
  Connect,
  Disconnect,
  Flush,
  Connected,
  Closed,
  Error,
  Rests,
}

export const enum TokenDo {
  Authenticate,
  Accepted,
  Refused,
  Acknowledge,
  Expired,
  Redirect,
  Settled,
  Use,
  Hold,
}

/** internal/engineio's Transport. */
export const enum TransportKind {
  None,
  Polling,
  WebSocket,
}
/** Their names, by number. */
export const transports = ["", "polling", "websocket"];

/** client/lifecycle's reasons, by number. */
export const refusals = ["", "expired", "invalid", "missing", "timeout", "unavailable"] as const;
/** client/lifecycle's ways, by bit. */
export const ways = ["event", "query", "header", "auth"] as const;

/** What Go wants done, with five numbers in the shared memory and a text; flags are 0 and 1. */
export const enum Do {
  Wake,
  Link,
  Engine,
  Manager,
  Socket,
  Ask,
  Token,
  Cancel,
}

/** Done by whom it concerns, when control() has returned. */
export interface Host {
  [Do.Wake](at: number): void;
  [Do.Link](conn: number, link: number, transport: TransportKind, revision: number, probe: number): void;
  [Do.Engine](conn: number, link: number, what: EngineDo, c: number, d: number, text: string): void;
  /** text: the reason's. */
  [Do.Manager](conn: number, what: ManagerDo, n: number, reconnecting: number, e: number, text: string): void;
  /** text: the reason's. */
  [Do.Socket](slot: number, what: SocketDo, reason: number, silent: number, e: number, text: string): void;
  [Do.Ask](source: number, call: number, attempt: number, d: number, e: number, cause: string): void;
  /** text: a refusal's, if the server has said nothing. */
  [Do.Cancel](source: number, call: number): void;
  [Do.Token](slot: number, what: TokenDo, a: number, b: number, c: number, text: string): void;
}
