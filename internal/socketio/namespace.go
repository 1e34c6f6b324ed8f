package socketio

// Gate says what must not be sent before a namespace's token is in hand.
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
	Token bool // it has a token lifecycle, which is told of each attempt
	Phase NamespacePhase
	// Active: the user wants it connected, and reconnected when the connection is lost.
	Active bool
	// Held: the user's emits are held though the namespace is connected, because the
	// server has not accepted the token yet or a handover is under way.
	Held bool
	// Silent: the namespace has left its connection, and will rejoin it or join the next
	// one. The user gets no disconnect event.
	Silent bool
	// Numbered: the server's events have an offset (connection state recovery), which is
	// the same on every connection.
	Numbered bool

	sent     bool  // a CONNECT of ours was sent on the connection in use, and is not answered
	sentAt   int64 // when
	answerBy int64 // ms: how long that answer is waited for (unanswered); 0: as long as it takes
	cleared  bool  // the token for this attempt is in hand (EvCleared)
	asked    bool  // the lifecycle was told of this attempt (ActAttempt)
	cause    Cause
	counted  bool  // attempts already counts the manager's first attempt to reconnect
	attempts int   // failures while the connection stayed open, since its token was last accepted
	retryAt  int64 // ms: when it tries again on the open connection
	leaving  bool  // it waits until the server has handled its DISCONNECT; retryAt is the deadline
	leaves   wait  // for its acks, before it leaves the connection and rejoins it
	again    bool  // renew it again when the handover under way is over
	acks     acks  // outstanding on the connection in use
	before   acks  // outstanding on the old connection
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

// NextAttempt is when a namespace whose attempt has failed tries again on the open connection,
// ms; 0: no attempt is planned there.
func (n *Namespace) NextAttempt() int64 { return n.retryAt }

// wait sets a namespace to the beginning of an attempt.
func (n *Namespace) wait() {
	n.reset(Waiting)
	n.Held = n.Token
}

// rest sets a namespace to its state without a connection. Active stays.
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
