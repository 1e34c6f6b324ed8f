/**
 * What the core is told and asked for, and what it wants done: generated from internal/core.
 *
 * To change it, change internal/core and run `go generate ./internal/bridge`.
 */

// --- The shared memory -----------------------------------------------------------------------------------------------

/** The shared memory: an operation's arguments (float64), then words (int32), then units of text (uint16). */
export const enum Memory {
  /** How many arguments. */
  Arguments = 19,
  /** How many words. */
  Words = 12,
  /** How many units. */
  Units = 1024,
}

/** The words: what belongs to an answer of rx, and an operation's answer. */
export const enum Word {
  /** first unit behind the packet; -1: up to the separator, or to the end */
  End,
  /** first unit of the payload */
  Start,
  /** -1: no socket */
  Slot,
  /** -1: no ack id; -2: one that is too long for this word, the digits before Start */
  Ack,
  Attachments,
  /** RxAck: 1: call Acked */
  Draining,
  /** RxHandshake: of the protocol; 0: not known */
  Revision,
  /** RxControl: engineio.PacketType */
  Packet,
  /** RxAnswer: socketio.Answer */
  Answer,
  /** RxLate: 1: by CONNECT, 0: by a refusal */
  Connected,
  /** RxFault: 1: it is not even Engine.IO */
  Foreign,
  /** of the last operation that has one */
  Result,
}

// --- Enumerations, and their names -----------------------------------------------------------------------------------

/** What rx answers. */
export const enum Rx {
  /** nothing */
  Ignore,
  /** CONNECT: Slot, or -1 for "/". From here to RxRefused: Socket.IO's packets by their type, and one */
  Connect,
  /** DISCONNECT: Slot */
  Disconnect,
  /** deliver: Slot, Ack, Attachments */
  Event,
  /** an answer to an emit: Slot, Ack, Attachments, Draining */
  Ack,
  /** CONNECT_ERROR: Slot */
  Refused,
  /** base64 of an attachment */
  Binary,
  /** Engine.IO's open packet: Revision */
  Handshake,
  /** another packet of Engine.IO's own: Packet */
  Control,
  /** call Message, then read the packet again */
  Decide,
  /** it cannot be read: Foreign */
  Fault,
  /** nobody reads this link any more */
  Stale,
  /** a message for the user's own parser */
  Opaque,
  /** keep it, and all that follows on the connection, until EngineRetire or EngineDeliver */
  Later,
  /** it answers a question of the core's own: call Answered with Answer */
  Answer,
  /** the server is of an earlier generation than it looked: call Misjudged */
  Misjudged,
  /** the answer to a CONNECT that was given up: call LateAnswer with Slot and Connected */
  Late,
  /** the header is longer than the units that were given: ask again with more of them */
  More,
}

/** What tx is asked for, as bits. */
export const enum Tx {
  /** the answer to it is waited for */
  WantsAck = 1,
  /** rather dropped than held */
  Volatile = 2,
  /** goes out though emits are held: `authenticate` */
  Bypass = 4,
  /** it is an answer, with the ack id given */
  Ack = 8,
}

/** tx's answers that are not the length of a header. */
export const enum TxAnswer {
  Drop = -1,
  Hold,
}

/** How a transport has ended. */
export const enum Ending {
  Closed,
  /** by an error */
  Failed,
  /** not yet: the page has seen a heartbeat's deadline pass */
  Late,
}

/** What a server has said of connection state recovery with CONNECT. */
export const enum Recovery {
  None,
  /** it can recover the session */
  Possible,
  /** it has */
  Done,
}

/** The transports. */
export const enum TransportKind {
  None,
  Polling,
  WebSocket,
  WebTransport,
}

/** Engine.IO's types of packets. */
export const enum PacketType {
  Open,
  Close,
  Ping,
  Pong,
  Message,
  Upgrade,
  Noop,
}

/** Socket.IO's types of packets. */
export const enum Type {
  Connect,
  Disconnect,
  Event,
  Ack,
  ConnectError,
  BinaryEvent,
  BinaryAck,
}

/** Why a connection or a socket was closed. */
export const enum CloseReason {
  None,
  /** the transport failed */
  TransportError,
  /** the transport was closed */
  TransportClose,
  /** the server has not been heard for too long */
  PingTimeout,
  /** the manager or the engine was closed by the user */
  Forced,
  /** a packet could not be read */
  Parse,
  /** the server sent DISCONNECT */
  ByServer,
  /** the user called disconnect() */
  ByUser,
  /** the connection took too long to open */
  Timeout,
}

/** What the server has said to a question of the core's own. */
export const enum Answer {
  None,
  StandbyConnected,
  StandbyRefused,
  /** to FenceDelivered: its namespace does not exist, as a fence expects */
  Delivered,
  /** to FenceDelivered: a guard of its namespace has refused, which may exist */
  DeliveredRefused,
  /** to FenceDelivered: its namespace exists */
  DeliveredConnected,
  /** to FenceRejoin: its namespace does not exist, as a fence expects */
  Rejoin,
  /** to FenceRejoin: a guard of its namespace has refused, which may exist */
  RejoinRefused,
  /** to FenceRejoin: its namespace exists */
  RejoinConnected,
}

/** Why there is no authenticated session. */
export const enum Reason {
  None,
  /** the token's time is over */
  Expired,
  /** malformed, bad signature, wrong audience … */
  Invalid,
  /** no token given, or the server got none */
  Missing,
  /** no answer to `authenticate` */
  Timeout,
  /** the token function failed */
  Unavailable,
}

/** How a token travels, as bits. */
export const enum Way {
  /** `authenticate` with {token}, once connected */
  Event = 1,
  /** ?token= */
  Query = 2,
  /** Authorization: Bearer */
  Header = 4,
  /** the CONNECT payload of 3.x/4.x servers */
  Auth = 8,
}

/** Why a token is asked for. */
export const enum Cause {
  Connect,
  Reconnect,
  Refresh,
  Unauthorized,
}

/** The names that users know, by Reason. */
export const reasons = ["", "expired", "invalid", "missing", "timeout", "unavailable"] as const;
/** The messages of errors of which the server has said nothing, by Reason. */
export const reasonTexts = ["", "the token has expired", "the token was refused", "there is no token", "no answer from the server", "the token function gave no token"] as const;
/** The reasons that end a session: nothing reconnects after them. */
export const fatalReasons = ["expired", "invalid", "missing"] as const;
/** What listeners of `disconnect` and `close` hear, by CloseReason. */
export const closeReasons = ["", "transport error", "transport close", "ping timeout", "forced close", "parse error", "io server disconnect", "io client disconnect", "timeout"] as const;
/** The namespaces that fences ask for, by a fence's number. */
export const fenceNames = ["/\n/", "/\n\n/"] as const;
/** The ways' names, by Way's bits from the lowest on. */
export const ways = ["event", "query", "header", "auth"] as const;
/** The names that users know, by Cause. */
export const causes = ["connect", "reconnect", "refresh", "unauthorized"] as const;
/** The names that pages know, by PacketType. */
export const packetTypes = ["open", "close", "ping", "pong", "message", "upgrade", "noop"] as const;

// --- Generations of servers ------------------------------------------------------------------------------------------

/** What one generation of servers does that others do not: its traits. */
export interface Generation {
  /** EIO in the handshake's address */
  readonly revision: number;
  /** the client sends Ping, the server answers Pong; else the other way round */
  readonly clientPings?: true;
  /** polling: a length stands before each packet; else Separator stands between two */
  readonly lengthFramed?: true;
  /** a binary message begins with its packet type: a byte, or behind the b of base64 a digit */
  readonly binaryTyped?: true;
  /** polling: a payload may be binary, unless the handshake has asked for base64 by b64=1 */
  readonly binaryPolling?: true;
  /** polling: text may be UTF-8 encoded twice (servers 1.x do so, 2.x do not) */
  readonly twiceEncoded?: true;
  /** the server connects "/" unasked, and takes no CONNECT for it */
  readonly connectsRoot?: true;
  /** CONNECT has a query and no payload; else auth on the way to the server, {"sid":…} on the way back */
  readonly bareConnect?: true;
  /** DISCONNECT is handled before the next packet is read; else a moment later */
  readonly leavesAtOnce?: true;
  /** a refusal is what a middleware has said; else an object with that in it, and a message */
  readonly plainRefusals?: true;
  /** a socket that was refused keeps the connection open, as in the client 2.x; else an unused one closes */
  readonly keepsRefused?: true;
}

const generations: readonly Generation[] = [
  { revision: 3, clientPings: true, lengthFramed: true, binaryTyped: true, binaryPolling: true, twiceEncoded: true, connectsRoot: true, bareConnect: true, leavesAtOnce: true, plainRefusals: true, keepsRefused: true },
  { revision: 4 },
];

/** The revision that servers are asked with, unless they are known to refuse it. */
export const newest = 4;

/** That of a revision. One of a server that has not shown its revision (0) has no trait. */
export const generationOf = (revision: number): Generation => generations.find((g) => g.revision == revision) || { revision: 0 };

// --- Operations: what the core is told by control() ------------------------------------------------------------------

export const enum Op {
  Manager,
  Socket,
  SocketWithToken,
  Source,
  Open,
  Close,
  Connect,
  Disconnect,
  LinkOpened,
  Handshake,
  ControlPacket,
  Message,
  Paused,
  LinkClosed,
  HandshakeFailed,
  Finished,
  Fault,
  Misjudged,
  Answered,
  Connected,
  RootConnected,
  Refused,
  Disconnected,
  LateAnswer,
  Acked,
  Continue,
  Tick,
  Token,
  TokenFailed,
  Authenticated,
  Unauthorized,
  Hook,
  Called,
  Acknowledged,
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

/** ms; undefined is 0. */
export type Ms = number | undefined;

export type ManagerOptionsFields = [reconnection: boolean, attempts: number, delay: Ms, delayMax: Ms, jitter: number, spread: boolean, timeout: Ms, first: TransportKind, second: TransportKind, third: TransportKind, fourth: TransportKind, upgrade: boolean, tryAll: boolean, revision: number, older: boolean, opaque: boolean, takesAll: boolean, seed: number];

export type TokenOptionsFields = [via: Way, provider: boolean, refreshBefore: Ms, authTimeout: Ms, inBand: boolean, guest: boolean];

export type TokenFields = [id: number, receivedAt: Ms, issuedAt: Ms, expiresAt: Ms];

/** The operations' arguments. */
export interface Ops {
  /** Manager makes a manager known, or changes the options of one that is. */
  [Op.Manager]: [conn: number, ...options: ManagerOptionsFields];
  /** Socket makes a socket without a token known. */
  [Op.Socket]: [conn: number, slot: number, name: string];
  /** SocketWithToken makes a socket known whose tokens come from a source. */
  [Op.SocketWithToken]: [conn: number, slot: number, name: string, source: number, ...options: TokenOptionsFields];
  /** Source makes a token source known. timeout is what an answer may take; 0: as usual. */
  [Op.Source]: [source: number, timeout: Ms];
  /** Open is the user's manager.open(); callback: with one, which gets the error in place of a reconnection. */
  [Op.Open]: [conn: number, callback: boolean];
  /** Close is the user's manager.close(). */
  [Op.Close]: [conn: number];
  /** Connect is the user's socket.connect(). */
  [Op.Connect]: [slot: number];
  /** Disconnect is the user's socket.disconnect(). */
  [Op.Disconnect]: [slot: number];
  /** a transport has opened that says so (not polling). */
  [Op.LinkOpened]: [conn: number, link: number];
  /**
   * Engine.IO's open packet. upgrades has bit 1<<t for each transport t that the server offers to change to; revision
   * is 0 where the packet does not tell.
   */
  [Op.Handshake]: [conn: number, link: number, pingInterval: Ms, pingTimeout: Ms, upgrades: number, revision: number];
  /** a packet of Engine.IO's own. probe: its text is "probe". */
  [Op.ControlPacket]: [conn: number, link: number, packet: PacketType, probe: boolean];
  /** one has arrived on a link whose revision it decides (RxDecide). */
  [Op.Message]: [conn: number, link: number];
  /** no request of polling is in flight any more. */
  [Op.Paused]: [conn: number, link: number];
  /** the end of a transport. */
  [Op.LinkClosed]: [conn: number, link: number, ending: Ending];
  /**
   * the end of a transport, as its handshake was answered by an HTTP status. message and code are of the answer's body
   * (code: Engine.IO's), reason is what the option classify says of it.
   */
  [Op.HandshakeFailed]: [conn: number, link: number, status: number, message: string, reason: Reason, code: string];
  /** a transport has sent its last and closed, as EngineFinish asked for. */
  [Op.Finished]: [conn: number, link: number];
  /** what has arrived cannot be read. */
  [Op.Fault]: [conn: number, link: number];
  /** the server on a link is of an earlier generation than it looked (RxMisjudged). */
  [Op.Misjudged]: [conn: number, link: number];
  /** the server has answered a question of the core's own (RxAnswer). */
  [Op.Answered]: [conn: number, link: number, answer: Answer];
  /** the server has connected a socket's namespace. */
  [Op.Connected]: [slot: number, recovery: Recovery];
  /** the server has connected "/", for which there is no socket. */
  [Op.RootConnected]: [conn: number];
  /** the server has refused to connect a namespace. reason is what the option classify says of it. */
  [Op.Refused]: [slot: number, code: string, message: string, kind: string, reason: Reason];
  /** the server has disconnected a namespace. */
  [Op.Disconnected]: [slot: number];
  /** the server has answered the CONNECT of an attempt that was given up (RxLate). connected: by CONNECT. */
  [Op.LateAnswer]: [slot: number, connected: boolean];
  /** an ack has arrived while a handover waits for it (Words.Draining). */
  [Op.Acked]: [conn: number];
  /** the listeners of reconnect_attempt have run. */
  [Op.Continue]: [conn: number];
  /** the time that Wake asked for has come, or may have. */
  [Op.Tick]: [];
  /** Token is a source's answer to a call. */
  [Op.Token]: [source: number, call: number, ...token: TokenFields];
  /** a source gives no token by a call. reason is what the token function has thrown, if it threw one. */
  [Op.TokenFailed]: [source: number, call: number, reason: Reason];
  /** the server's `authenticated`. */
  [Op.Authenticated]: [slot: number];
  /** the server's `unauthorized`; callback: with one. reason is what the option classify says of it. */
  [Op.Unauthorized]: [slot: number, code: string, message: string, callback: boolean, kind: string, reason: Reason];
  /** onUnauthorized has settled, with a token or none. */
  [Op.Hook]: [slot: number, seq: number, ...token: TokenFields];
  /** the user has called the callback of an `unauthorized`. */
  [Op.Called]: [slot: number];
  /** all callbacks have been called, as TokenAcknowledge asked for. */
  [Op.Acknowledged]: [slot: number];
  /** Reauthenticate is the user's socket.reauthenticate(). */
  [Op.Reauthenticate]: [slot: number];
  /** the server's time, by the date of a response. */
  [Op.Clock]: [conn: number, time: Ms];
  /** EngineClose is the user's manager.engine.close(). */
  [Op.EngineClose]: [conn: number];
  /** no reconnection any more. */
  [Op.Stay]: [conn: number];
  /** ReleaseSocket, ReleaseManager, ReleaseSource: the number is free for something else. */
  [Op.ReleaseSocket]: [slot: number];
  [Op.ReleaseManager]: [conn: number];
  [Op.ReleaseSource]: [source: number];
  /** the socket was to be connected when the core before this one failed. It connects with backoff. */
  [Op.Resume]: [slot: number];
  /** nobody waits for an ack any more, or the user's parser has read it. */
  [Op.Unawaited]: [slot: number, ack: number];
  /** Recognise finds the reason of a server's no to the token; none: it is about something else. */
  [Op.Recognise]: [code: string, message: string, kind: string, status: number];
}

// --- Effects: what the core wants done -------------------------------------------------------------------------------

export const enum Do {
  Wake,
  Link,
  Ask,
  Cancel,
  Engine,
  Manager,
  Socket,
  Token,
}

/** false or true. */
export type Flag = 0 | 1;

/** lifecycle.Acceptance, as an effect brings it. */
export interface Acceptance {
  /** the session went on with another token */
  refreshed: boolean;
  /** the server recovered the connection's state */
  recovered: boolean;
}

export type AcceptanceFields = [refreshed: Flag, recovered: Flag];

export const acceptanceOf = ([refreshed, recovered]: AcceptanceFields): Acceptance => ({ refreshed: !!refreshed, recovered: !!recovered });

export const enum EngineDo {
  /** close a transport at once; nothing more is heard of it. */
  Close,
  /** send what is queued, and close. Finished answers. */
  Finish,
  /** a packet of Engine.IO's own. probe: its text is "probe". */
  Send,
  /** CONNECT for the fence's namespace (fenceNames); leave: DISCONNECT, as that namespace exists. */
  Fence,
  /** stop polling when nothing is in flight, and keep what is written. Paused answers. */
  Pause,
  /** packets go out over this transport. */
  Use,
  /** a heartbeat went by. */
  Pinged,
  /** the probe was answered. */
  Upgrading,
  /** packets travel over the websocket. */
  Upgraded,
  /** the probe failed; polling goes on. */
  UpgradeError,
  /** the next link opens the new connection, beside the one in use, which is the old one from now on. */
  Handover,
  /** the next link opens a standby beside the connection in use. */
  Standby,
  /** read what the standby has kept, and keep what comes over the connection in use. */
  Deliver,
  /** the other connection is gone: read what the one in use has kept. */
  Retire,
}

export type EngineEffect =
  | [what: EngineDo.Close]
  | [what: EngineDo.Finish]
  | [what: EngineDo.Send, packet: PacketType, probe: Flag]
  | [what: EngineDo.Fence, fence: number, leave: Flag]
  | [what: EngineDo.Pause]
  | [what: EngineDo.Use]
  | [what: EngineDo.Pinged]
  | [what: EngineDo.Upgrading]
  | [what: EngineDo.Upgraded]
  | [what: EngineDo.UpgradeError]
  | [what: EngineDo.Handover]
  | [what: EngineDo.Standby]
  | [what: EngineDo.Deliver]
  | [what: EngineDo.Retire];

export const enum ManagerDo {
  /** the connection is open, with this revision of the protocol. */
  Open,
  /** it is closed. */
  Close,
  /** opening has failed. No reason: a lifecycle has given up the attempt, for lack of a token. */
  Error,
  /** tell the listeners, then Continue. */
  ReconnectAttempt,
  /** another attempt begins after so many ms. */
  Wait,
  /** the attempt-th one has worked. */
  Reconnect,
  /** an attempt has failed. */
  ReconnectError,
  /** there will be no other. */
  ReconnectFailed,
  /**
   * the server has each namespace that is asked for. Managers that are made for it from now on are to be told
   * (ManagerOptions.TakesAll).
   */
  TakesAll,
}

export type ManagerEffect =
  | [what: ManagerDo.Open, revision: number]
  | [what: ManagerDo.Close, reason: CloseReason]
  | [what: ManagerDo.Error, reason: CloseReason]
  | [what: ManagerDo.ReconnectAttempt, attempt: number]
  | [what: ManagerDo.Wait, delay: number]
  | [what: ManagerDo.Reconnect, attempt: number]
  | [what: ManagerDo.ReconnectError]
  | [what: ManagerDo.ReconnectFailed]
  | [what: ManagerDo.TakesAll];

export const enum SocketDo {
  /** send CONNECT. standby: over the standby. fresh: the old session must not be recovered. */
  Connect,
  /** send DISCONNECT. */
  Disconnect,
  /** send what is held. moved: what was emitted over the connection before is not answered any more. */
  Flush,
  /** the namespace is connected. silent: the user has not noticed that it was not. */
  Connected,
  /**
   * it is not connected any more. goesOn: the server has ended the connection, not the session: another token is asked
   * for, or what the server refused may pass.
   */
  Closed,
  /** the attempt has failed. */
  Error,
  /** its attempt has failed and its connection stays: another one begins after so many ms. */
  Wait,
  /** the attempt-th one of those begins. */
  Attempt,
  /** nothing is under way for it; it may be released. */
  Rests,
}

export type SocketEffect =
  | [what: SocketDo.Connect, standby: Flag, fresh: Flag]
  | [what: SocketDo.Disconnect]
  | [what: SocketDo.Flush, moved: Flag]
  | [what: SocketDo.Connected, silent: Flag]
  | [what: SocketDo.Closed, reason: CloseReason, goesOn: Flag]
  | [what: SocketDo.Error]
  | [what: SocketDo.Wait, delay: number]
  | [what: SocketDo.Attempt, attempt: number]
  | [what: SocketDo.Rests];

export const enum TokenDo {
  /** emit `authenticate` with this token. */
  Authenticate,
  /** the server has accepted this token, or a guest (0). */
  Accepted,
  /** run onUnauthorized; Hook with this seq answers. */
  Refused,
  /** call the callbacks that the server waits for, then Acknowledged. */
  Acknowledge,
  /** run onExpired. */
  Expired,
  /** leave the page, if the options say so. */
  Redirect,
  /** settle the promises of reauthenticate(). Neither ok nor a reason: the user has disconnected. */
  Settled,
  /** this is the token that travels, in the handshake or in CONNECT. */
  Use,
}

export type TokenEffect =
  | [what: TokenDo.Authenticate, id: number]
  | [what: TokenDo.Accepted, id: number, ...acceptance: AcceptanceFields]
  | [what: TokenDo.Refused, seq: number, reason: Reason, fatal: Flag]
  | [what: TokenDo.Acknowledge]
  | [what: TokenDo.Expired]
  | [what: TokenDo.Redirect, reason: Reason]
  | [what: TokenDo.Settled, ok: Flag, reason: Reason]
  | [what: TokenDo.Use, id: number];

/** Each effect is done by whoever it concerns, when control() has returned. */
export interface Host {
  [Do.Wake](at: number): void;
  [Do.Link](conn: number, link: number, transport: TransportKind, revision: number, probe: Flag): void;
  [Do.Ask](source: number, call: number, attempt: number, cause: Cause): void;
  [Do.Cancel](source: number, call: number): void;
  [Do.Engine](conn: number, link: number, ...effect: EngineEffect): void;
  [Do.Manager](conn: number, reconnecting: Flag, ...effect: ManagerEffect): void;
  [Do.Socket](slot: number, ...effect: SocketEffect): void;
  [Do.Token](slot: number, ...effect: TokenEffect): void;
}
