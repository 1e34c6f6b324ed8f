package socketio

import "github.com/socketio-jwt/socketio-jwt-wasm/internal/engineio"

// handover is how a renewed token takes over from the old one, unnoticed by the user. It
// has one stage at a time. renew (renewal.go) chooses between three ways:
//
//   - Break before make: the old connection ends in order, then the new one opens. What the
//     server sends between the two is lost. Any server takes it.
//   - Make before break: the new connection opens beside the old one, which goes on
//     delivering. Events that come over both are told apart by the number that the server
//     gives them (Namespace.Numbered).
//   - Standby: only one namespace needs another token, and the connection stays. The
//     namespace joins a second connection with the new token, leaves the connection in use,
//     rejoins it, and leaves the second one again. Its events, too, must be numbered.
//
// The stages, and what leads from one to the next:
//
//	Break before make (handover_connection.go):
//	  steady ─Renew→ draining ─Drained→ retiring ─Retired→ opening ─Opened→ steady
//	  steady ─Misjudged→ retiring
//
//	Make before break (handover_connection.go):
//	  steady ─RenewBeside→ openingBeside ─Opened→ joining ─Joined→ drainingBeside
//	  drainingBeside ─Drained→ retiringBeside ─Retired→ steady
//	  joining ─Late→ retiringBeside
//	  joining, drainingBeside, retiringBeside ─Refused→ drainingAlone
//	  drainingAlone ─Drained→ retiringAlone ─Retired→ opening
//
//	Standby (handover_standby.go):
//	  steady ─RenewByStandby→ standbyOpening ─Ready→ standbyJoining ─Answered→ standbyJoined
//	  standbyJoined ─Settled→ standbyCarrying ─Rejoined→ standbyDelivering ─Delivered→ steady
//	  standbyOpening, standbyJoining, standbyJoined, standbyDelivering ─Left→ standbyCarrying
//	  standby* ─Abandoned→ steady
//
//	The connection in use has closed:
//	  any ─Closed→ steady
//
// The zero value is steady.
type handover struct {
	_     [0]func()
	stage stage
	// wait ends the stage: by its deadline, and when the acks are there that the stage
	// waits for.
	wait wait
	// other is the connection beside the one in use: the old one, or the standby.
	other engineio.State
	// awaited counts the answers that the stage waits for. In the stages of two
	// connections: acks and the answer to a fence on the old one. In a standby's: 1 for the
	// answer to its CONNECT or to a fence.
	awaited int
	// finishing is the link that sends its last in the retiring stages.
	finishing int
	// carried is the namespace that a standby carries.
	carried *Namespace
	// single: the server refuses a second connection of a user, and gets none any more.
	single bool
}

// stage is where a handover stands. The manager's phase is PhaseOpening in opening and
// openingBeside, any in steady, and else PhaseOpen.
type stage uint8

const (
	steady stage = iota // there is one connection, or none, and it stays

	draining // the old connection's outstanding acks are awaited
	retiring // the old connection sends its last and closes
	opening  // the new connection opens

	openingBeside  // the new connection opens
	joining        // it is open and in use; the namespaces join it
	drainingBeside // they have joined; acks, and the answer to a fence, are awaited on the old one
	retiringBeside // the old one sends its last and closes

	// The server has refused the second connection. The new one is given up, the old one
	// goes on delivering alone.
	drainingAlone // the old connection's outstanding acks are awaited
	retiringAlone // the old connection sends its last and closes

	standbyOpening    // the standby opens, and the new token is asked for
	standbyJoining    // CONNECT is sent there
	standbyJoined     // the namespace is on both connections
	standbyCarrying   // it has left the connection in use, and rejoins it
	standbyDelivering // it is back; the standby delivers its queue, up to the answer to a fence
)

func (s stage) String() string {
	return [...]string{
		"steady", "draining", "retiring", "opening",
		"openingBeside", "joining", "drainingBeside", "retiringBeside", "drainingAlone", "retiringAlone",
		"standbyOpening", "standbyJoining", "standbyJoined", "standbyCarrying", "standbyDelivering",
	}[s]
}

// replaces says whether the connection in use is to end, or has ended: everybody begins
// anew on the next one.
func (s stage) replaces() bool {
	return s >= draining && s <= openingBeside || s == drainingAlone || s == retiringAlone
}

// beside says whether the old connection delivers beside, or in place of, the new one.
func (s stage) beside() bool { return s >= openingBeside && s <= retiringAlone }

// standby says whether a standby carries a namespace.
func (s stage) standby() bool { return s >= standbyOpening }

// cue is what leads from one stage to another.
type cue uint8

const (
	cueRenew          cue = iota // renew has chosen break before make
	cueRenewBeside               // renew has chosen make before break
	cueRenewByStandby            // renew has chosen a standby
	cueMisjudged                 // the server is older than it looked: the connection to it is of no use
	cueDrained                   // the acks have come, or their time is over
	cueRetired                   // the old connection has closed, or its time is over
	cueOpened                    // the new connection is open
	cueJoined                    // all active namespaces have joined the new connection
	cueLate                      // the time for namespaces to join is over
	cueRefused                   // the server has refused the second connection, for no reason of the token's
	cueReady                     // the standby is open, and the new token is in hand
	cueAnswered                  // the server has answered CONNECT on the standby
	cueSettled                   // the server has had time to hang up on one of two: the namespace may leave
	cueLeft                      // the server has hung up on the namespace, or the standby on us: the namespace has to rejoin
	cueRejoined                  // the namespace is back on the connection in use
	cueDelivered                 // the standby has delivered all that the server sent there
	cueAbandoned                 // the standby, or the namespace, is gone
	cueClosed                    // the connection in use is closed
)

func (c cue) String() string {
	return [...]string{
		"Renew", "RenewBeside", "RenewByStandby", "Misjudged", "Drained", "Retired", "Opened", "Joined", "Late", "Refused",
		"Ready", "Answered", "Settled", "Left", "Rejoined", "Delivered", "Abandoned", "Closed",
	}[c]
}

// transitions are all there are. handover's comment draws them.
var transitions = [...]struct {
	from stage
	cue  cue
	to   stage
}{
	{steady, cueRenew, draining},
	{steady, cueMisjudged, retiring},
	{draining, cueDrained, retiring},
	{retiring, cueRetired, opening},
	{opening, cueOpened, steady},

	{steady, cueRenewBeside, openingBeside},
	{openingBeside, cueOpened, joining},
	{joining, cueJoined, drainingBeside},
	{joining, cueLate, retiringBeside},
	{drainingBeside, cueDrained, retiringBeside},
	{retiringBeside, cueRetired, steady},

	{joining, cueRefused, drainingAlone},
	{drainingBeside, cueRefused, drainingAlone},
	{retiringBeside, cueRefused, drainingAlone},
	{drainingAlone, cueDrained, retiringAlone},
	{retiringAlone, cueRetired, opening},

	{steady, cueRenewByStandby, standbyOpening},
	{standbyOpening, cueReady, standbyJoining},
	{standbyJoining, cueAnswered, standbyJoined},
	{standbyJoined, cueSettled, standbyCarrying},
	{standbyCarrying, cueRejoined, standbyDelivering},
	{standbyDelivering, cueDelivered, steady},
	{standbyOpening, cueLeft, standbyCarrying},
	{standbyJoining, cueLeft, standbyCarrying},
	{standbyJoined, cueLeft, standbyCarrying},
	{standbyDelivering, cueLeft, standbyCarrying},
	{standbyOpening, cueAbandoned, steady},
	{standbyJoining, cueAbandoned, steady},
	{standbyJoined, cueAbandoned, steady},
	{standbyCarrying, cueAbandoned, steady},
	{standbyDelivering, cueAbandoned, steady},
}

// next returns the stage that a cue leads to, and whether it leads to any: a cue that does
// not apply is to be ignored.
func (s stage) next(c cue) (stage, bool) {
	if c == cueClosed {
		return steady, true
	}
	for _, t := range transitions[:] {
		if t.from == s && t.cue == c {
			return t.to, true
		}
	}
	return s, false
}

// move takes a handover to its next stage, which has no deadline yet. It says whether the
// cue applies; if not, nothing changes.
func (h *handover) move(c cue) bool {
	to, ok := h.stage.next(c)
	if ok {
		h.stage, h.wait.by = to, 0
	}
	return ok
}

// ms: how long a stage waits for the next outstanding ack; when there are none, for what
// the page has said last to be read, and answered without an ack; and for the old
// connection to close. Renewal begins long before the token expires.
const (
	drainFor  = 2000
	settleFor = 50
	finishFor = 1500
)

// wait ends when the acks that it waits for are there, and at its deadline.
type wait struct {
	by   int64 // ms; 0: nothing is waited for
	acks int   // how many were outstanding when it was last looked at
}

// look is told how many acks are outstanding. When there are none, the wait ends settle ms
// later, and no later than it would have: the last emit may be answered by an event. A slow
// server gets its time anew with each ack. There are only so many, as emits are held.
func (w *wait) look(now int64, acks int, settle int64) {
	switch {
	case acks <= 0:
		w.by = min(w.by, now+settle)
	case acks < w.acks:
		w.by = now + drainFor
	}
	w.acks = acks
}
