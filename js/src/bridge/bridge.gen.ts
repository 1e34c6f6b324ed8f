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
  /** RxFault: 1: it is not an Engine.IO packet */
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
  /** the link is closed: drop the packet */
  Stale,
  /** a message for the parser of option `parser` */
  Opaque,
  /** keep it, and all that follows on the connection, until EngineRetire or EngineDeliver */
  Later,
  /** it answers a question of the core's own: call Answered with Answer */
  Answer,
  /** the server is 1.x or 2.x, though it was taken for a later one: call Misjudged */
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
  /** drop it instead of holding it */
  Volatile = 2,
  /** send it though emits are held: `authenticate` */
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
  /** to FenceDelivered: the namespace does not exist, as expected */
  Delivered,
  /** to FenceDelivered: a middleware has refused, so the namespace may exist */
  DeliveredRefused,
  /** to FenceDelivered: the namespace exists */
  DeliveredConnected,
  /** to FenceRejoin: the namespace does not exist, as expected */
  Rejoin,
  /** to FenceRejoin: a middleware has refused, so the namespace may exist */
  RejoinRefused,
  /** to FenceRejoin: the namespace exists */
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
  /** the client sends ping, the server answers pong; else the other way round */
  readonly clientPings?: true;
  /** polling: a length precedes each packet; else Separator stands between two */
  readonly lengthFramed?: true;
  /** a binary message begins with its packet type: a byte, or in base64 a digit after the b */
  readonly binaryTyped?: true;
  /** polling: a payload may be binary, unless the handshake has asked for base64 by b64=1 */
  readonly binaryPolling?: true;
  /** polling: text may be UTF-8 encoded twice (servers 1.x do so, 2.x do not) */
  readonly twiceEncoded?: true;
  /** the server connects "/" unasked, and takes no CONNECT for it */
  readonly connectsRoot?: true;
  /** CONNECT has a query and no payload; else auth on the way to the server, {"sid":…} on the way back */
  readonly bareConnect?: true;
  /** the server handles DISCONNECT before it reads the next packet; else a moment later */
  readonly leavesAtOnce?: true;
  /** a refusal's payload is the middleware's value; else an object: {message, data} */
  readonly plainRefusals?: true;
  /** a refused socket keeps the connection open, as in client 2.x; else an unused connection is closed */
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
  StopReconnecting,
  CountAttempts,
  ReleaseSocket,
  ReleaseManager,
  ReleaseSource,
  Resume,
  Unawaited,
  Recognise,
}

/** ms; undefined is 0. */
export type Ms = number | undefined;

export type ManagerOptionsFields = [reconnection: boolean, attempts: number, delay: Ms, delayMax: Ms, jitter: number, spread: boolean, timeout: Ms, first: TransportKind, second: TransportKind, third: TransportKind, fourth: TransportKind, upgrade: boolean, tryAll: boolean, revision: number, older: boolean, opaque: boolean, wildcard: boolean, seed: number];

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
  /** Source makes a token source known. timeout is the deadline of an answer; 0: the default. */
  [Op.Source]: [source: number, timeout: Ms];
  /** Open is the user's manager.open(); callback: with one, which gets the error in place of a reconnection. */
  [Op.Open]: [conn: number, callback: boolean];
  /** Close is the user's manager.close(). */
  [Op.Close]: [conn: number];
  /** Connect is the user's socket.connect(). */
  [Op.Connect]: [slot: number];
  /** Disconnect is the user's socket.disconnect(). */
  [Op.Disconnect]: [slot: number];
  /** a transport has opened. Polling never reports this. */
  [Op.LinkOpened]: [conn: number, link: number];
  /**
   * Engine.IO's open packet. upgrades has bit 1<<t for each transport t that the server offers to change to; revision
   * is 0 where the packet does not tell.
   */
  [Op.Handshake]: [conn: number, link: number, pingInterval: Ms, pingTimeout: Ms, upgrades: number, revision: number];
  /** a control packet of Engine.IO has arrived (ping, pong …). probe: its text is "probe". */
  [Op.ControlPacket]: [conn: number, link: number, packet: PacketType, probe: boolean];
  /** a message has arrived on a link whose protocol revision it decides (RxDecide). */
  [Op.Message]: [conn: number, link: number];
  /** polling has no request in flight, as EnginePause asked for. */
  [Op.Paused]: [conn: number, link: number];
  /** a transport has ended. */
  [Op.LinkClosed]: [conn: number, link: number, ending: Ending];
  /**
   * a transport has ended because the server answered its handshake with an HTTP status. message and code (Engine.IO's)
   * are from the response's body, reason is the result of option `classify`.
   */
  [Op.HandshakeFailed]: [conn: number, link: number, status: number, message: string, reason: Reason, code: string];
  /** a transport has sent its queue and closed, as EngineFinish asked for. */
  [Op.Finished]: [conn: number, link: number];
  /** a frame has arrived that cannot be read. */
  [Op.Fault]: [conn: number, link: number];
  /** the server on a link is 1.x or 2.x, though it was taken for a later one (RxMisjudged). */
  [Op.Misjudged]: [conn: number, link: number];
  /** the server has answered a CONNECT of the core's own: a fence, or one on a standby (RxAnswer). */
  [Op.Answered]: [conn: number, link: number, answer: Answer];
  /** the server has connected a socket's namespace. */
  [Op.Connected]: [slot: number, recovery: Recovery];
  /** the server has connected "/", for which there is no socket. */
  [Op.RootConnected]: [conn: number];
  /** the server has refused to connect a namespace (CONNECT_ERROR). reason is the result of option `classify`. */
  [Op.Refused]: [slot: number, code: string, message: string, kind: string, reason: Reason];
  /** the server has disconnected a namespace. */
  [Op.Disconnected]: [slot: number];
  /**
   * the server has answered the CONNECT of an attempt that was given up (RxLate). connected: with CONNECT, not with
   * CONNECT_ERROR.
   */
  [Op.LateAnswer]: [slot: number, connected: boolean];
  /** an ack has arrived while a handover waits for it (Words.Draining). */
  [Op.Acked]: [conn: number];
  /** the listeners of reconnect_attempt have run. */
  [Op.Continue]: [conn: number];
  /** check the deadlines. The time that Wake asked for has come, or may have. */
  [Op.Tick]: [];
  /** Token is a source's answer to a call. */
  [Op.Token]: [source: number, call: number, ...token: TokenFields];
  /** a call of a source has failed. reason is that of an UnauthorizedError which the token function threw. */
  [Op.TokenFailed]: [source: number, call: number, reason: Reason];
  /** the server has sent `authenticated`. */
  [Op.Authenticated]: [slot: number];
  /** the server has sent `unauthorized`; callback: it wants an ack. reason is the result of option `classify`. */
  [Op.Unauthorized]: [slot: number, code: string, message: string, callback: boolean, kind: string, reason: Reason];
  /** onUnauthorized has settled, with a token or none. */
  [Op.Hook]: [slot: number, seq: number, ...token: TokenFields];
  /** the user has called the callback of an `unauthorized`. */
  [Op.Called]: [slot: number];
  /** all callbacks have been called, as TokenAcknowledge asked for. */
  [Op.Acknowledged]: [slot: number];
  /** Reauthenticate is the user's socket.reauthenticate(). */
  [Op.Reauthenticate]: [slot: number];
  /** the server's time, from a response's Date header, ms since 1970. */
  [Op.Clock]: [conn: number, time: Ms];
  /** EngineClose is the user's manager.engine.close(). */
  [Op.EngineClose]: [conn: number];
  /** StopReconnecting ends the planned reconnection. The user has called manager.reconnection(false). */
  [Op.StopReconnecting]: [conn: number];
  /**
   * CountAttempts sets the number of attempts from which the next pause is computed. The page has written it to
   * manager.backoff.attempts.
   */
  [Op.CountAttempts]: [conn: number, attempts: number];
  /** ReleaseSocket, ReleaseManager, ReleaseSource: the number is free for something else. */
  [Op.ReleaseSocket]: [slot: number];
  [Op.ReleaseManager]: [conn: number];
  [Op.ReleaseSource]: [source: number];
  /**
   * Resume connects a socket with backoff. It was to be connected when the core before this one failed, or the page has
   * called manager.reconnect().
   */
  [Op.Resume]: [slot: number];
  /** nobody waits for an ack any more (it has timed out), or the parser of option `parser` has read it. */
  [Op.Unawaited]: [slot: number, ack: number];
  /** Recognise returns the reason for which the server refuses the token; none: the error is not about the token. */
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
  /** close a transport at once; report nothing of it any more. */
  Close,
  /** send what is queued, and close. Finished answers. */
  Finish,
  /** send a control packet of Engine.IO (ping, pong, upgrade …). probe: its text is "probe". */
  Send,
  /** send CONNECT for the fence's namespace (fenceNames); leave: DISCONNECT, as the server has connected it. */
  Fence,
  /** stop polling, and queue packets. Paused answers when no request is in flight. */
  Pause,
  /** send packets over this transport from now on. */
  Use,
  /** a heartbeat (ping and pong) is complete. */
  Pinged,
  /** the server has answered the probe. */
  Upgrading,
  /** packets travel over the transport that was probed. */
  Upgraded,
  /** the probe failed; polling goes on. */
  UpgradeError,
  /** the next link opens the new connection. The connection in use becomes the old one. */
  Handover,
  /** the next link opens a standby beside the connection in use. */
  Standby,
  /** read the packets kept from the standby, and keep those of the connection in use. */
  Deliver,
  /** the other connection is gone: read the packets kept from the connection in use. */
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
  /** the connection is closed. */
  Close,
  /** opening the connection has failed. CloseNone: a lifecycle has given up the attempt, for lack of a token. */
  Error,
  /** emit reconnect_attempt, then call Continue. */
  ReconnectAttempt,
  /** the next attempt begins after delay ms; not reconnecting: none does. */
  Wait,
  /** the attempt-th attempt to reconnect has succeeded. */
  Reconnect,
  /** an attempt to reconnect has failed. */
  ReconnectError,
  /** all attempts to reconnect have failed, and no other follows. */
  ReconnectFailed,
  /** the server accepts a CONNECT for any namespace. Set ManagerOptions.Wildcard for later managers of that server. */
  Wildcard,
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
  | [what: ManagerDo.Wildcard];

export const enum SocketDo {
  /** send CONNECT. standby: over the standby. fresh: the old session must not be recovered. */
  Connect,
  /** send DISCONNECT. */
  Disconnect,
  /** send the held emits. moved: acks of the connection before will not come any more. */
  Flush,
  /** the namespace is connected. silent: emit no `connect`, as no `disconnect` was emitted. */
  Connected,
  /**
   * the namespace is not connected any more. goesOn: the session goes on, though the server has ended the connection:
   * another token is asked for, or a refusal that is not fatal is tried again.
   */
  Closed,
  /** the attempt to connect the namespace has failed: emit `connect_error`. */
  Error,
  /** the namespace's attempt has failed, and its connection stays open. The next attempt begins after delay ms. */
  Wait,
  /** the attempt-th attempt after SocketWait begins. */
  Attempt,
  /** nothing is under way for the socket; it may be released. */
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
