package lifecycle

// EventKind names what happened.
type EventKind uint8

// What can happen. Any event is safe in any state.
const (
	EvAttempt        EventKind = iota + 1 // Cause, Attempt: a connection attempt begins
	EvToken                               // Seq, Token: the source's answer (ID 0: no token now)
	EvTokenFailed                         // Seq: the provider threw, rejected or took too long; Reason: what it means by that, 0: nothing
	EvConnected                           // Recovered: the server connected the namespace
	EvAuthenticated                       // the server's `authenticated`
	EvRefused                             // Refusal
	EvDisconnected                        // Source
	EvHookSettled                         // Seq of its ActRefused (0: the one that runs), Token: retry with this one (ID 0: none)
	EvAcked                               // a callback was called by the user himself
	EvTick                                // look at the deadlines
	EvReauthenticate                      // socket.reauthenticate()
	EvStop                                // user's disconnect(), socket closed
	EvServerClock                         // ServerTime from a response's Date header
)

// Event is one thing that happened, at Now by the host's clock. That clock never
// goes back and keeps counting while the machine sleeps.
type Event struct {
	Kind       EventKind
	Now        int64
	Cause      Cause
	Attempt    int
	Seq        uint32
	Token      Token
	Reason     Reason
	Refusal    Refusal
	Recovered  bool
	Source     CloseSource
	ServerTime int64
}

// ActionKind names what is to be done.
type ActionKind uint8

// What there is to do, in the order in which Next gives it.
const (
	// ActAsk (Seq, Cause, Attempt; Token: the one that is not wanted again;
	// Reason: why it was refused): ask the token source. Exactly one EvToken or
	// EvTokenFailed with this Seq answers; other answers are dropped.
	ActAsk ActionKind = iota + 1
	// ActGo (Token, none for a guest): the token may travel. The owner opens the engine (query,
	// header), CONNECTs the namespace (auth), or simply goes on (event).
	ActGo
	// ActAuthenticate (Token): emit `authenticate`.
	ActAuthenticate
	// ActAccepted (Token, none for a guest; Acceptance): the server accepted. Open the
	// gate for emits, then announce.
	ActAccepted
	// ActRefused (Seq, Reason, Fatal): run onUnauthorized and answer with
	// EvHookSettled when it has settled, threw, or does not exist.
	ActRefused
	// ActAcknowledge: call all callbacks of the server that are still held; there
	// is more than one only when it said `unauthorized` twice.
	ActAcknowledge
	// ActExpired: run onExpired.
	ActExpired
	// ActRedirect (Reason): leave the page if `redirect` and `redirectOn` say so.
	ActRedirect
	// ActHalt: no reconnection for this socket until ActReconnect or the user's
	// own connect().
	ActHalt
	// ActReconnect (Cause, Token): replace the connection. The owner sends no
	// EvDisconnected for the old one, and EvAttempt with this Cause when the new
	// attempt begins. The new one must not use connection state recovery: it
	// skips the check of the token.
	ActReconnect
	// ActBackoff: drop the connection or the attempt and begin another with the
	// manager's backoff, with EvAttempt{CauseReconnect}.
	ActBackoff
	// ActHold: keep what the user emits until ActAccepted.
	ActHold
	// ActDeadline (At): an EvTick is wanted at this time; 0: none. It is given
	// whenever it changes, last.
	ActDeadline
	// ActSettled (OK, Reason): settle the promises of reauthenticate(). Neither
	// OK nor a Reason: the user stopped.
	ActSettled
)

// Action is one thing to do.
type Action struct {
	_       [0]func()
	Kind    ActionKind
	Seq     uint32
	Cause   Cause
	Attempt int
	At      int64
	Reason  Reason
	Token   Token
	Fatal   bool
	OK      bool
	Acceptance
}

// Acceptance is what the lifecycle knows of a token that the server has accepted, or of a
// guest whom it has let in. OnAuthenticated tells all of it: a field that is added here is
// one of client.Session, and of what a page's onAuthenticated gets.
type Acceptance struct {
	Refreshed bool // the session went on with another token
	Recovered bool // the server recovered the connection's state
}
