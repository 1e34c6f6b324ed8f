package lifecycle

// SourceEventKind names what happened to a token source.
type SourceEventKind uint8

// What can happen to a source.
const (
	SrcAsk    SourceEventKind = iota + 1 // Socket, Seq, Cause, Attempt, Have: a socket's ActAsk
	SrcAnswer                            // Call, Token: the provider answered
	SrcFailed                            // Call: the provider threw or rejected
	SrcTick                              // look at the deadline
	SrcForget                            // Socket: it does not wait any more
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
}

// SourceActionKind names what a source wants done.
type SourceActionKind uint8

// What a source wants.
const (
	SrcCall          SourceActionKind = iota + 1 // Call, Cause, Attempt: call the provider; answer once
	SrcDeliver                                   // Socket, Seq, Token: give the socket's Lifecycle EvToken
	SrcDeliverFailed                             // Socket, Seq: give it EvTokenFailed
	SrcDeadline                                  // At: a SrcTick is wanted then; 0: none
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
}

func (w *waiter) gets(k SourceActionKind, t Token, out []SourceAction) []SourceAction {
	return put(out, SourceAction{Kind: k, Socket: w.socket, Seq: w.seq, Token: t})
}

// put is not inlined, nor is what is below: appending a large struct is much code.
//
//go:noinline
func put(out []SourceAction, a SourceAction) []SourceAction { return append(out, a) }

// Source is a token provider that several sockets share: however many ask, one
// call runs. It is a plain value; the list in it is never written to.
type Source struct {
	timeout int64
	waiting []waiter
	running bool
	call    uint32
	cause   Cause // of the running call
	due     int64
	told    int64
	last    Token  // the last answer
	before  uint32 // the answer that it took the place of
	at      int64  // when it did
}

// NewSource is a source whose calls may take timeout milliseconds; 0 means the
// default.
func NewSource(timeout int64) Source {
	if timeout <= 0 {
		timeout = DefaultTokenTimeout
	}
	return Source{timeout: timeout}
}

// Sockets find out one after the other that a token is refused or due. For this
// long the first one's answer serves those that had the same token.
const shared = 5_000

// Next is the source after e.
func (s Source) Next(e SourceEvent, out []SourceAction) (Source, []SourceAction) {
	switch e.Kind {
	case SrcAsk:
		s.forget(e.Socket) // an ask takes the place of the one before
		w := waiter{socket: e.Socket, seq: e.Seq, cause: e.Cause, attempt: e.Attempt, have: e.Have}
		if !s.running && s.serves(&w, e.Now) {
			out = w.gets(SrcDeliver, s.last, out)
			break
		}
		s.waiting = append(s.waiting[:len(s.waiting):len(s.waiting)], w)
		if !s.running {
			out = s.start(e.Now, out)
		}
	case SrcAnswer:
		if s.running && e.Call == s.call {
			out = s.answer(e, out)
		}
	case SrcFailed:
		if s.running && e.Call == s.call {
			out = s.fail(out)
		}
	case SrcTick:
		if s.running && e.Now >= s.due {
			out = s.fail(out) // a late answer finds no running call
		}
	case SrcForget:
		s.forget(e.Socket)
	}
	at := int64(0)
	if s.running {
		at = s.due
	}
	if at != s.told {
		s.told = at
		out = put(out, SourceAction{Kind: SrcDeadline, At: at})
	}
	return s, out
}

// serves tells whether the last answer is news to w.
func (s *Source) serves(w *waiter, now int64) bool {
	return w.cause >= CauseRefresh && w.have != 0 && w.have == s.before &&
		s.last.ID != 0 && now-s.at < shared
}

// start calls the provider for the most pressing of those who wait.
//
//go:noinline
func (s *Source) start(now int64, out []SourceAction) []SourceAction {
	first := s.waiting[0]
	for _, w := range s.waiting[1:] {
		if w.cause > first.cause {
			first = w
		}
	}
	s.running = true
	s.call++
	s.cause = first.cause
	s.due = now + s.timeout
	return put(out, SourceAction{Kind: SrcCall, Call: s.call, Cause: first.cause, Attempt: first.attempt})
}

func (s *Source) answer(e SourceEvent, out []SourceAction) []SourceAction {
	s.running = false
	if e.Token.ID != 0 && e.Token.ReceivedAt == 0 {
		e.Token.ReceivedAt = e.Now
	}
	if e.Token.ID != s.last.ID {
		s.before = s.last.ID
		s.at = e.Now
	}
	s.last = e.Token
	var left []waiter
	for _, w := range s.waiting {
		if w.cause > s.cause && w.have != 0 && w.have == e.Token.ID {
			left = append(left, w) // a cached one does not do; ask for its cause
			continue
		}
		out = w.gets(SrcDeliver, e.Token, out)
	}
	s.waiting = left
	if left != nil {
		out = s.start(e.Now, out)
	}
	return out
}

//go:noinline
func (s *Source) fail(out []SourceAction) []SourceAction {
	s.running = false
	for _, w := range s.waiting {
		out = w.gets(SrcDeliverFailed, Token{}, out)
	}
	s.waiting = nil
	return out
}

//go:noinline
func (s *Source) forget(socket int) {
	var left []waiter
	for _, w := range s.waiting {
		if w.socket != socket {
			left = append(left, w)
		}
	}
	s.waiting = left
}
