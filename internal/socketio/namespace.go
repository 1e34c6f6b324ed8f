package socketio

// Gate says what is not sent before a namespace's token is in hand.
type Gate uint8

const (
	GateNone    Gate = iota // nothing: there is no token, or it is emitted once connected
	GateConnect             // the CONNECT packet carries it
	GateOpen                // the connection's handshake carries it
)

// NamespacePhase is where one namespace stands on its connection.
type NamespacePhase uint8

const (
	Off        NamespacePhase = iota
	Waiting                   // wants to be connected: the connection or the token is not there yet
	Connecting                // CONNECT is sent, or (unasked) the server's is awaited
	Connected
)

func (p NamespacePhase) String() string {
	return [...]string{"off", "waiting", "connecting", "connected"}[p]
}

// Namespace is one socket's side of the connection.
type Namespace struct {
	_     [0]func()
	Slot  int
	Name  []uint16
	Gate  Gate
	Token bool // it has a token's lifecycle, which is told of each attempt
	Phase NamespacePhase
	// Active is the user's wish: reconnect when the connection is lost.
	Active bool
	// Held keeps back what the user emits though the namespace is connected: the
	// server has not accepted the token yet, or a handover is under way.
	Held bool
	// Silent: the namespace has left its connection, and rejoins it or joins the next
	// one. The user does not hear of that.
	Silent bool
	// Numbered: what the server sends has a number that is the same on every
	// connection.
	Numbered bool

	sent     bool  // a CONNECT of ours was sent on the connection in use, and is not answered
	sentAt   int64 // when
	answerBy int64 // ms: how long that answer is waited for (unanswered); 0: as long as it takes
	cleared  bool  // the token for this attempt is in hand
	asked    bool  // the lifecycle was told of this attempt
	cause    Cause
	counted  bool  // the first of the manager's attempts to reconnect is among the failures
	attempts int   // failures of this namespace alone, since it was connected and its token accepted
	retryAt  int64 // ms: when it tries again on a connection that stays
	leaving  bool  // … which is when the server has handled its DISCONNECT
	leaves   wait  // for its acks, before it leaves the connection and rejoins it
	again    bool  // it is to be renewed when the handover under way is over
	acks     acks  // of what was emitted on the connection in use
	before   acks  // of what was emitted on the old connection beside that
}

// Cause is why an attempt is made; the lifecycle passes it to the token function.
type Cause uint8

const (
	CauseConnect Cause = iota
	CauseReconnect
	CauseRefresh
	CauseUnauthorized
)

// Open says whether what the user emits may go out.
func (n *Namespace) Open() bool { return n.Phase == Connected && !n.Held }

// NextAttempt is when a namespace whose attempt has failed tries again on a connection that
// stays; 0: it does not wait for that.
func (n *Namespace) NextAttempt() int64 { return n.retryAt }

// wait puts a namespace at the beginning of an attempt.
func (n *Namespace) wait() {
	n.reset(Waiting)
	n.Held = n.Token
}

// rest puts a namespace where it stands without a connection. Its wish to be connected
// stays.
func (n *Namespace) rest() {
	if n.Active {
		n.reset(Waiting)
	} else {
		n.reset(Off)
	}
}

// leave takes a namespace off the connection.
func (n *Namespace) leave() {
	n.reset(Off)
	n.Silent = false
}

func (n *Namespace) reset(p NamespacePhase) {
	n.Phase = p
	n.cleared, n.asked = !n.Token, false
	n.retryAt, n.answerBy, n.leaving, n.leaves.by, n.acks = 0, 0, false, 0, nil
}

func (n *Namespace) isRoot() bool { return len(n.Name) == 1 }

// is compares a name as it came over the wire; empty means "/".
func (n *Namespace) is(name []uint16) bool {
	if len(name) == 0 {
		return n.isRoot()
	}
	if len(name) != len(n.Name) {
		return false
	}
	for i, c := range name {
		if n.Name[i] != c {
			return false
		}
	}
	return true
}
