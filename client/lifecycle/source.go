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
	Kind    SourceActionKind
	Call    uint32
	Cause   Cause
	Attempt int
	Socket  int
	Seq     uint32
	Token   Token
	At      int64
}

// Source is a token provider that several sockets share: however many ask, one
// call runs.
type Source struct {
	timeout int64
}

// NewSource is a source whose calls may take timeout milliseconds; 0 means the
// default.
func NewSource(timeout int64) Source {
	if timeout <= 0 {
		timeout = DefaultTokenTimeout
	}
	return Source{timeout: timeout}
}

// Next is the source after e.
func (s Source) Next(e SourceEvent, out []SourceAction) (Source, []SourceAction) {
	return s, out
}
