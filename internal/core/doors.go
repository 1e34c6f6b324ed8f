package core

// The doors between Go and JavaScript. js/src/bridge/seam.ts lists the same ones on the
// other side: change both, or none.

const maxArguments = 14 // opManager's

// What rx answers.
const (
	rxIgnore     = iota // nothing to do
	rxConnect           // CONNECT: slot, or -1. From here on Socket.IO's packets by their type, and one
	rxDisconnect        // DISCONNECT: slot
	rxEvent             // deliver: slot, ack id, attachments
	rxAck               // answer to an emit: slot, ack id, attachments
	rxRefused           // CONNECT_ERROR: slot
	rxBinary            // base64 of an attachment
	rxHandshake         // Engine.IO's open packet; revision
	rxControl           // an Engine.IO control packet: its type
	rxDecide            // tell opMessage, then read the frame again
	rxFault             // garbage
	rxStale             // nobody reads this link any more
	rxOpaque            // a message for the user's own parser
	rxLater             // keep it, and all that follows on the connection, until engineRetire or engineDeliver
	rxMore              // the header is longer than what there is of it: ask again with more units
)

// What stands in the shared words after rx. tx leaves them alone.
const (
	wordEnd = iota // first unit behind the packet; -1: up to the separator, or to the end
	wordStart
	wordSlot
	wordAck
	wordAttachments
	wordMore // rxHandshake: revision. rxControl: packet type. rxAck: opAcked is wanted. rxFault: it is not even Engine.IO
	wordCount
)

// What tx is asked for, as bits, and its answers below 1. A positive answer is
// the length of the header.
const (
	txWantsAck = 1 << iota
	txVolatile
	txBusy   // the transport cannot take more at once
	txBypass // goes out though emits are held: `authenticate`
	txAck    // the packet is an answer, with the ack id given
)
const (
	txHold = 0
	txDrop = -1
)

// The operations of control, each followed by its arguments behind (op, now).
const (
	opManager        = iota // conn, reconnection, attempts, delay, delayMax, jitter (below 0: lifecycle.Backoff.Spread), timeout, first, second transport, upgrade, tryAll, revision (0: any; -3: any, 3 first), opaque, seed
	opSocket                // conn, slot, name, source (-1: no token), via, provider, refreshBefore, authTimeout, inBand
	opSource                // source, timeout
	opOpen                  // conn, callback
	opClose                 // conn
	opConnect               // slot
	opDisconnect            // slot
	opLinkOpened            // conn, link
	opHandshake             // conn, link, interval, timeout, upgradable, revision
	opControl               // conn, link, type, probe
	opMessage               // conn, link
	opPaused                // conn, link
	opLinkClosed            // conn, link, failed (2: late), status, message of the answer's body, what classify() says, Engine.IO's error code in the body, as a text
	opFinished              // conn, link
	opFault                 // conn, link
	opConnected             // conn, slot, 1: the server can recover the session, 2: it has
	opRefused               // conn, slot, code, message, type, what classify() says (a reason; 0: nothing)
	opDisconnected          // conn, slot
	opAcked                 // conn
	opContinue              // conn
	opTick                  //
	opToken                 // source, call, id, receivedAt, iat, exp (ms, 0: absent)
	opTokenFailed           // source, call, reason that the token function has thrown (0: none)
	opAuthenticated         // slot
	opUnauthorized          // slot, code, message, callback, type, what classify() says
	opHook                  // slot, seq, id, receivedAt, iat, exp
	opCalled                // slot, all: the user called the server's callback; or all have been, as Go wanted
	opReauthenticate        // slot
	opClock                 // conn, server's time in ms
	opEngineClose           // conn: the user closes the connection below the manager
	opStay                  // conn: no reconnection any more
	opReleaseSocket         // slot
	opReleaseManager        // conn
	opReleaseSource         // source
	opResume                // slot: it was wanted when the core before this one failed: connect with backoff
	opUnawaited             // slot, ack id: its answer is not waited for any more, or has been read by the user's parser
	opRecognise             // code, message, type, status: answers in wordSlot the reason of a no to the token; 0: it is about something else
	opCount
)

// What the host is to do, and the words of theirs that say what. Numbers, and a text last.
const (
	hostWake    int32 = iota // at
	hostLink                 // conn, link, transport, revision, probe
	hostEngine               // conn, link, what, -, -, text
	hostManager              // conn, what, n, reconnecting, -, text
	hostSocket               // slot, what, reason, silent, -, text
	hostAsk                  // source, call, attempt, -, -, cause
	hostToken                // slot, what, a, b, c, text
	hostCancel               // source, call
)
const (
	engineClose = iota
	engineFinish
	engineSend
	enginePause
	engineUse
	enginePinged
	engineUpgrading
	engineUpgraded
	engineUpgradeError
	engineHandover // the next link opens the new connection, beside this one, which is the old one from now on
	engineStandby  // the next link opens a standby beside this connection
	engineDeliver  // read what the standby has kept, and keep what comes over this connection
	engineRetire   // the connection beside this one is gone: read what this one has kept
)
const (
	managerOpen = iota // n: the protocol's revision
	managerClose
	managerError
	managerReconnectAttempt
	managerReconnect
	managerReconnectError
	managerReconnectFailed
)
const (
	socketConnect = iota // 1: over the standby; fresh: do not recover the old session
	socketDisconnect
	socketFlush // what was emitted over the connection before is not answered any more
	socketConnected
	socketClosed
	socketError
	socketRests // nothing is under way: the slot may be released
)
const (
	tokenAuthenticate = iota // id
	tokenAccepted            // id, refreshed, recovered
	tokenRefused             // seq, reason, fatal
	tokenAcknowledge
	tokenExpired
	tokenRedirect // reason
	tokenSettled  // ok, reason
	tokenUse      // id: the one that travels
	tokenHold     //
)
