package lifecycle

// SourceEventKind names what happened to a token source.
type SourceEventKind uint8

// What can happen to a source. Any event is safe at any time.
const (
	SrcAsk    SourceEventKind = iota + 1 // Socket, Seq, Cause, Attempt, Have: a socket's ActAsk
	SrcAnswer                            // Call, Token: the provider answered
	SrcFailed                            // Call: the provider threw or rejected, or was not called after a SrcCancel; Reason: what it means by that, 0: nothing
	SrcTick                              // look at the deadline
	SrcForget                            // Socket: its user has called disconnect(), or it is closed
)

// SourceEvent is one thing that happened to a source. Have is the ID of ActAsk's
// Token, the one that is not wanted again.
type SourceEvent struct {
	Kind    SourceEventKind
	Now     int64
	Socket  int
	Seq     uint32
	Cause   Cause
	Attempt int
	Have    uint32
	Call    uint32
	Token   Token
	Reason  Reason
}

// SourceActionKind names what a source wants done.
type SourceActionKind uint8

// What a source wants.
const (
	// SrcCall (Call, Cause, Attempt): call the provider. Exactly one SrcAnswer or
	// SrcFailed with this Call answers, also after a SrcCancel.
	SrcCall SourceActionKind = iota + 1
	// SrcDeliver (Socket, Seq, Token): give the socket's Lifecycle EvToken.
	SrcDeliver
	// SrcDeliverFailed (Socket, Seq, Reason): give the socket's Lifecycle EvTokenFailed.
	SrcDeliverFailed
	// SrcDeadline (At): a SrcTick is wanted at this time; 0: none. It is given
	// whenever it changes, last.
	SrcDeadline
	// SrcCancel (Call): nobody wants the answer of this call any more. Cancel the
	// provider if it can be cancelled. A provider that has not been called yet must
	// not be called: answer SrcFailed, in this turn or later. The next call waits
	// for that answer, or for the end of the call's time.
	SrcCancel
)

// SourceAction is one thing that a source wants done.
type SourceAction struct {
	_       [0]func()
	Kind    SourceActionKind
	Call    uint32
	Cause   Cause
	Attempt int
	Socket  int
	Seq     uint32
	Token   Token
	Reason  Reason
	At      int64
}

// waiter is a socket that waits for an answer.
type waiter struct {
	_       [0]func()
	socket  int
	seq     uint32
	cause   Cause
	attempt int
	have    uint32
	from    uint32 // the first call whose answer it may get
}

// act adds an action, whose fields the caller sets.
//
//go:noinline
func (s *Source) act(kind SourceActionKind) *SourceAction {
	s.out = append(s.out, SourceAction{Kind: kind})
	return &s.out[len(s.out)-1]
}

// sourceState is where the call of a Source stands. A provider is called by one
// call at a time, and no user gets what was asked before a disconnect():
//
//	quiet → ask → open → answer, failure, time-out → quiet
//	open → forget, somebody waits → closed → answer, failure, time-out → quiet
//	open, closed → forget, nobody waits → abandoned → answer, failure, time-out → quiet
//
// Whoever asks while the call is closed or abandoned waits for the next one, which
// begins when the source becomes quiet.
type sourceState uint8

const (
	quiet     sourceState = iota // no call runs
	open                         // a call runs; whoever asks now shares its answer
	closed                       // a call from before a disconnect() runs for those who asked before it
	abandoned                    // a call from before a disconnect() runs for nobody
)

// Source is a token provider that several sockets share: however many ask, one
// call runs. It holds a list, so a copy of it must not Step: Next is for those who keep
// the source that was.
type Source struct {
	timeout int64
	state   sourceState
	waiting []waiter
	call    uint32 // the number of the last call
	cause   Cause  // of that call
	due     int64
	told    int64
	last    Token          // the last answer
	before  uint32         // the answer that it took the place of; 0: it serves nobody who asks later
	at      int64          // when it did
	now     int64          // of the event that Step is about
	out     []SourceAction // of this Step
}

// NewSource is a source whose calls may take tokenTimeout milliseconds; 0 means the
// default.
func NewSource(tokenTimeout int64) Source {
	return Source{timeout: timeout(tokenTimeout, DefaultTokenTimeout)}
}

// Sockets find out one after the other that a token is refused or due. For this
// long the first one's answer serves those that had the same token.
const shared = 5_000

// Next is the source after e. What is to be done is appended to out.
func (s Source) Next(e SourceEvent, out []SourceAction) (Source, []SourceAction) {
	s.waiting = append([]waiter(nil), s.waiting...)
	out = s.Step(&e, out)
	return s, out
}

// Step is Next in place, as Lifecycle.Step is. A page's manager asks for all of its sockets in
// one turn, so an ask copies no list.
func (s *Source) Step(e *SourceEvent, out []SourceAction) []SourceAction {
	s.now, s.out = e.Now, out
	switch e.Kind {
	case SrcAsk:
		s.drop(e.Socket) // an ask takes the place of the one before
		w := waiter{socket: e.Socket, seq: e.Seq, cause: e.Cause, attempt: e.Attempt, have: e.Have, from: s.call}
		if s.state == quiet && s.serves(&w, e.Now) {
			s.tell(SrcDeliver, &w, s.last, 0)
			break
		}
		if s.state != open {
			w.from = s.call + 1
		}
		s.waiting = append(s.waiting, w)
		if s.state == quiet {
			s.start()
		}
	case SrcAnswer:
		if s.state != quiet && e.Call == s.call {
			s.answer(e.Token)
		}
	case SrcFailed:
		if s.state != quiet && e.Call == s.call {
			s.fail(e.Reason)
		}
	case SrcTick:
		if s.state != quiet && e.Now >= s.due {
			s.fail(0) // a late answer finds another call, or none
		}
	case SrcForget:
		s.forget(e.Socket)
	}
	at := int64(0)
	if s.state != quiet {
		at = s.due
	}
	if at != s.told {
		s.told = at
		s.act(SrcDeadline).At = at
	}
	out, s.out = s.out, nil
	return out
}

// serves tells whether the last answer is news to w. One that is over serves nobody: whoever
// got it has kept the token before it, and asks for another one.
func (s *Source) serves(w *waiter, now int64) bool {
	return w.cause >= CauseRefresh && w.have != 0 && w.have == s.before &&
		s.last.ID != 0 && now-s.at < shared && (s.last.ExpiresAt == 0 || now < s.last.ExpiresAt)
}

// tell gives a socket that waits a token (SrcDeliver), or the reason why there is none
// (SrcDeliverFailed).
func (s *Source) tell(kind SourceActionKind, w *waiter, token Token, reason Reason) {
	a := s.act(kind)
	a.Socket, a.Seq, a.Token, a.Reason = w.socket, w.seq, token, reason
}

// start calls the provider for the most pressing of those who wait.
func (s *Source) start() {
	first := &s.waiting[0]
	for i := range s.waiting {
		if w := &s.waiting[i]; w.cause > first.cause {
			first = w
		}
	}
	s.state = open
	s.call++
	s.cause = first.cause
	s.due = s.now + s.timeout
	a := s.act(SrcCall)
	a.Call, a.Cause, a.Attempt = s.call, first.cause, first.attempt
}

// answer gives the provider's answer to those who waited for this call.
func (s *Source) answer(token Token) {
	if token.ID != 0 && token.ReceivedAt == 0 {
		token.ReceivedAt = s.now
	}
	switch {
	case s.state != open: // asked before a disconnect(): nobody who asks later gets it
	case token.ID != s.last.ID:
		s.before = s.last.ID
		s.at = s.now
		s.last = token
	default:
		s.last = token
	}
	s.end(SrcDeliver, token, 0)
}

// fail is the end of a call without an answer.
func (s *Source) fail(reason Reason) { s.end(SrcDeliverFailed, Token{}, reason) }

// end ends a call: it tells those who waited for that call, and begins the next one for
// those who are left.
func (s *Source) end(kind SourceActionKind, token Token, reason Reason) {
	left := s.waiting[:0]
	for _, w := range s.waiting {
		// A cached one does not do for a stronger cause.
		if w.from > s.call || w.cause > s.cause && w.have != 0 && w.have == token.ID {
			left = append(left, w)
			continue
		}
		s.tell(kind, &w, token, reason)
	}
	s.state = quiet
	s.waiting = left
	if len(s.waiting) > 0 {
		s.start()
	}
}

// forget is a user's disconnect(): whoever connects next may be somebody else.
func (s *Source) forget(socket int) {
	s.drop(socket)
	s.before = 0
	if s.state != open && s.state != closed {
		return
	}
	s.state = closed
	for _, w := range s.waiting {
		if w.from <= s.call {
			return
		}
	}
	s.state = abandoned
	s.act(SrcCancel).Call = s.call
}

// drop takes a socket off the list.
func (s *Source) drop(socket int) {
	left := s.waiting[:0]
	for _, w := range s.waiting {
		if w.socket != socket {
			left = append(left, w)
		}
	}
	s.waiting = left
}
