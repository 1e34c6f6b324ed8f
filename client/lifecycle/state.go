package lifecycle

// State is where a Lifecycle stands.
type State uint8

// The states. Every one of them has a way to Authenticated or Halted.
const (
	Idle           State = iota // waits for an attempt
	Asking                      // waits for a token
	Connecting                  // the token travels, or will with `authenticate`
	Authenticating              // waits for the server's answer to `authenticate`
	Authenticated               // accepted
	Guest                       // connected without a token
	Replacing                   // waits for the attempt that replaces the connection
	Refused                     // waits for onUnauthorized
	Halted                      // waits for the user
)

// String is the state's name.
func (s State) String() string {
	switch s {
	case Idle:
		return "idle"
	case Asking:
		return "asking"
	case Connecting:
		return "connecting"
	case Authenticating:
		return "authenticating"
	case Authenticated:
		return "authenticated"
	case Guest:
		return "guest"
	case Replacing:
		return "replacing"
	case Refused:
		return "refused"
	case Halted:
		return "halted"
	}
	return "unknown"
}

// renewal is what goes on beside an authenticated session.
type renewal uint8

const (
	renewScheduled renewal = iota
	renewAsking
	renewProving // in band: the new token is on the wire
)

// chain remembers what has been tried about one failure, so that a token that is
// refused again and again is not tried again and again.
type chain struct {
	_        [0]func()
	provider bool // the provider was asked once more
	hook     bool // the hook's token was tried
	doubt    bool // the clock was doubted
	accepted bool // the server has accepted since
	at       int64
}

// Lifecycle is the state of one socket's token. It is a plain value.
type Lifecycle struct {
	_      [0]func()
	config Config
	state  State
	renew  renewal

	waiting   bool // an attempt waits for ActGo
	connected bool // this connection can take an `authenticate`
	open      bool // emits flow
	session   bool // the accepted session goes on
	fresh     bool // token has not travelled yet
	reauth    bool // reauthenticate() waits
	stopped   bool // the user stopped while the hook ran
	byServer  bool // it was the server that refused
	recovered bool // what EvConnected said
	pending   uint8
	reason    Reason
	tried     chain

	seq   uint32 // of the ask or the hook that is waited for
	asked Cause
	tries int
	fails int

	token Token // the one in use, or refused
	next  Token // in band, on the wire

	due     int64 // of the state
	renewAt int64
	told    int64 // the last ActDeadline

	clock  clock
	random Random // of pauses

	now int64    // of the event that Step is about
	out []Action // of this Step
}

// New is a socket that has not been connected yet.
func New(c Config) Lifecycle {
	c = c.withDefaults()
	return Lifecycle{config: c, random: NewRandom(c.Seed)}
}

// AtRest says that nothing is under way and nobody waits: what happens next is the
// user's doing.
func (l Lifecycle) AtRest() bool { return (l.state == Idle || l.state == Halted) && !l.reauth }

// State is where l stands.
func (l Lifecycle) State() State { return l.state }
