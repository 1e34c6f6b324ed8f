package socketio

import "github.com/socketio-jwt/socketio-jwt-wasm/internal/engineio"

// handover is the state of a handover: a renewed token replaces the old one, and the user
// gets no event of it but onAuthenticated. renew (renewal.go) chooses between three ways:
//
//   - Break before make: the old connection drains and closes, then the new one opens. What
//     the server sends between the two is lost. It works on any server.
//   - Make before break: the new connection opens beside the old one, which goes on
//     delivering. The numbers that the server gives its events show which ones have come
//     over both (Namespace.Numbered).
//   - Standby: one namespace needs another token, and the connection stays open. The
//     namespace joins a second connection with the new token, leaves the connection in use,
//     rejoins it, and leaves the second one again. Its events must be numbered.
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
	// wait ends the stage: at its deadline, or when no acks are outstanding.
	wait wait
	// other is the connection beside the one in use: the old one, or the standby.
	other engineio.State
	// awaited counts the answers that the stage waits for. While an old connection
	// delivers (stage.beside): its acks and the answer to its fence. With a standby: 1, for
	// the answer to its CONNECT or to a fence.
	awaited int
	// finishing is the link that sends its queue and closes, in the retiring stages.
	finishing int
	// carried is the namespace that a standby carries.
	carried *Namespace
	// single: the server refuses a second connection of the same user. No more are opened.
	single bool
}

// stage is a state of a handover. The manager's phase is PhaseOpening in opening and
// openingBeside, any phase in steady, and PhaseOpen in all other stages.
type stage uint8

const (
	steady stage = iota // there is one connection, or none, and it stays

	draining // the old connection's outstanding acks are awaited
	retiring // the old connection sends its queue and closes
	opening  // the new connection opens

	openingBeside  // the new connection opens
	joining        // it is open and in use; the namespaces join it
	drainingBeside // they have joined; acks, and the answer to a fence, are awaited on the old one
	retiringBeside // the old one sends its queue and closes

	// The server has refused the second connection. The new one is given up, the old one
	// goes on delivering alone.
	drainingAlone // the old connection's outstanding acks are awaited
	retiringAlone // the old connection sends its queue and closes

	standbyOpening    // the standby opens, and the new token is asked for
	standbyJoining    // CONNECT is sent there
	standbyJoined     // the namespace is on both connections
	standbyCarrying   // the namespace has left the connection in use, and rejoins it
	standbyDelivering // it has rejoined; the standby's packets are read, up to the answer to a fence
)

func (s stage) String() string {
	return [...]string{
		"steady", "draining", "retiring", "opening",
		"openingBeside", "joining", "drainingBeside", "retiringBeside", "drainingAlone", "retiringAlone",
		"standbyOpening", "standbyJoining", "standbyJoined", "standbyCarrying", "standbyDelivering",
	}[s]
}

// replaces says whether the connection in use is about to end, or has ended. All namespaces
// join the next one.
func (s stage) replaces() bool {
	return s >= draining && s <= openingBeside || s == drainingAlone || s == retiringAlone
}

// beside says whether the old connection still delivers, beside the new one or alone.
func (s stage) beside() bool { return s >= openingBeside && s <= retiringAlone }

// standby says whether a standby carries a namespace.
func (s stage) standby() bool { return s >= standbyOpening }

// stageEvent is an event that leads from one stage to another.
type stageEvent uint8

const (
	evRenew          stageEvent = iota // renew has chosen break before make
	evRenewBeside                      // renew has chosen make before break
	evRenewByStandby                   // renew has chosen a standby
	evMisjudged                        // the server is 1.x or 2.x, though it was taken for a later one: replace the connection
	evDrained                          // the acks have come, or their deadline has passed
	evRetired                          // the old connection has closed, or its deadline has passed
	evOpened                           // the new connection is open
	evJoined                           // all active namespaces have joined the new connection
	evLate                             // the time for namespaces to join is over
	evRefused                          // the server has refused the second connection, and not because of its token
	evReady                            // the standby is open, and the new token is in hand
	evAnswered                         // the server has answered CONNECT on the standby
	evSettled                          // the server has had time to disconnect one of the two sockets: the namespace may leave
	evLeft                             // the server has disconnected the namespace, or closed the standby: the namespace must rejoin
	evRejoined                         // the namespace is back on the connection in use
	evDelivered                        // the standby has delivered all that the server sent there
	evAbandoned                        // the standby, or the namespace, is gone
	evClosed                           // the connection in use is closed
)

func (e stageEvent) String() string {
	return [...]string{
		"Renew", "RenewBeside", "RenewByStandby", "Misjudged", "Drained", "Retired", "Opened", "Joined", "Late", "Refused",
		"Ready", "Answered", "Settled", "Left", "Rejoined", "Delivered", "Abandoned", "Closed",
	}[e]
}

// transitions are all transitions between stages. A test compares them with the drawing in
// handover's comment.
var transitions = [...]struct {
	from  stage
	event stageEvent
	to    stage
}{
	{steady, evRenew, draining},
	{steady, evMisjudged, retiring},
	{draining, evDrained, retiring},
	{retiring, evRetired, opening},
	{opening, evOpened, steady},

	{steady, evRenewBeside, openingBeside},
	{openingBeside, evOpened, joining},
	{joining, evJoined, drainingBeside},
	{joining, evLate, retiringBeside},
	{drainingBeside, evDrained, retiringBeside},
	{retiringBeside, evRetired, steady},

	{joining, evRefused, drainingAlone},
	{drainingBeside, evRefused, drainingAlone},
	{retiringBeside, evRefused, drainingAlone},
	{drainingAlone, evDrained, retiringAlone},
	{retiringAlone, evRetired, opening},

	{steady, evRenewByStandby, standbyOpening},
	{standbyOpening, evReady, standbyJoining},
	{standbyJoining, evAnswered, standbyJoined},
	{standbyJoined, evSettled, standbyCarrying},
	{standbyCarrying, evRejoined, standbyDelivering},
	{standbyDelivering, evDelivered, steady},
	{standbyOpening, evLeft, standbyCarrying},
	{standbyJoining, evLeft, standbyCarrying},
	{standbyJoined, evLeft, standbyCarrying},
	{standbyDelivering, evLeft, standbyCarrying},
	{standbyOpening, evAbandoned, steady},
	{standbyJoining, evAbandoned, steady},
	{standbyJoined, evAbandoned, steady},
	{standbyCarrying, evAbandoned, steady},
	{standbyDelivering, evAbandoned, steady},
}

// next returns the stage that an event leads to, and whether it leads to any: an event that does
// not apply is to be ignored.
func (s stage) next(e stageEvent) (stage, bool) {
	if e == evClosed {
		return steady, true
	}
	for _, t := range transitions[:] {
		if t.from == s && t.event == e {
			return t.to, true
		}
	}
	return s, false
}

// move takes a handover to its next stage, which has no deadline yet. It says whether the
// event applies; if not, nothing changes.
func (h *handover) move(e stageEvent) bool {
	to, ok := h.stage.next(e)
	if ok {
		h.stage, h.wait.by = to, 0
	}
	return ok
}

// How long a stage waits, ms: for the next outstanding ack; without outstanding acks, for the
// server to read the page's last packet and to answer it by an event; and for the old
// connection to close. A renewal begins long before the token expires.
const (
	drainFor  = 2000
	settleFor = 50
	finishFor = 1500
)

// wait ends when no acks are outstanding, and at its deadline.
type wait struct {
	by   int64 // ms; 0: nothing is waited for
	acks int   // how many were outstanding when it was last looked at
}

// look notes how many acks are outstanding. When there are none, the wait ends settle ms
// later at most, because the server may answer the last emit by an event. Each ack that comes
// starts the deadline anew, for slow servers; their number is limited, as emits are held.
func (w *wait) look(now int64, acks int, settle int64) {
	switch {
	case acks <= 0:
		w.by = min(w.by, now+settle)
	case acks < w.acks:
		w.by = now + drainFor
	}
	w.acks = acks
}
