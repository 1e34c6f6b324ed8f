package socketio

// A fence is a packet whose answer proves two things: the server has read everything sent
// before the fence, and everything that the server sent before the answer has arrived.
//
// CONNECT is the only packet of a client that servers 3.x and 4.x answer in order:
//
//   - a ping from the client is an error in revision 4 ("invalid heartbeat direction"),
//     and ends the connection;
//   - CONNECT for a namespace that the client is on, and DISCONNECT, an event or an ack
//     for one that the client is not on, end the connection on 4.x and are ignored on 3.x;
//   - an ack for an unknown id and a DISCONNECT are not answered;
//   - an event is seen by the application, and not answered if the application does not
//     know it.
//
// So a fence is a CONNECT for a namespace that does not exist, which is refused with
// "Invalid namespace" before any code of the application runs. A server may create
// namespaces on demand: io.of(/^\/[\w-]+$/), io.of(/^\/.+$/),
// io.of((name, auth, next) => …). The names in FenceNames do not match such a pattern, as "."
// matches no line break and the name has a second "/". A wildcard server (/.*/,
// next(null, true)) accepts them. Then the manager leaves that namespace at once, and neither
// this manager nor another one of the page sends that server a fence again (ActWildcard). A
// pause takes the place of each fence (Manager.pause).
//
// A middleware of such a namespace may refuse the fence in other words than the server's own:
// that is a wildcard server, too. With option `parser` packets have another form, so no fence
// is sent (Config.NoFences).

// fences is what the manager knows about fences on its server.
type fences struct {
	none    bool   // send none: pauses take their place
	sentAt  int64  // ms: when the last fence was sent
	slowest int64  // ms: the longest that an answer to CONNECT has taken on the connection in use
	exists  exists // where a fence's namespace exists
}

// FenceNames are the namespaces that fences ask for, by Action.Slot. There are two, as a
// standby's fence may be open while a namespace rejoins.
var FenceNames = [...]string{FenceDelivered: "/\n/", FenceRejoin: "/\n\n/"}

const (
	FenceDelivered = iota // its answer: all that the server has sent on that link has arrived
	FenceRejoin           // its answer: the server has read the DISCONNECT of a namespace that rejoins
)

// unknownNamespace are the words with which servers refuse a namespace that does not
// exist: socket.io and its Go port, python-socketio.
var unknownNamespace = [...]string{"Invalid namespace", "Unable to connect"}

// fence sends a fence over a link. It returns false if none was sent, so that none will be
// answered.
func (m *Manager) fence(link, which int) bool {
	if m.fences.none {
		return false
	}
	m.fences.sentAt = m.now
	a := m.act(ActFence)
	a.N, a.Slot = link, which
	return true
}

// leastFencePause is the shortest pause in place of a fence, ms. A quick server may suddenly be
// busy, and a namespace that rejoins too soon makes the server close the whole connection.
const leastFencePause = 500

// pause returns how long a step waits, ms: its usual pause, or where no fences are sent four
// times the slowest answer to CONNECT, from leastFencePause to drainFor.
func (m *Manager) pause(usual int64) int64 {
	if !m.fences.none {
		return usual
	}
	return max(leastFencePause, min(4*m.fences.slowest, drainFor))
}

// answeredIn notes how long, ms, the server has taken to answer a CONNECT.
func (f *fences) answeredIn(took int64) { f.slowest = max(f.slowest, took) }

// fenceAnswer is what a packet of a fence's namespace says.
func fenceAnswer(which int, t PacketType, payload []uint16) Answer {
	a := AnswerDelivered
	if which == FenceRejoin {
		a = AnswerRejoin
	}
	switch {
	case t == TypeConnect:
		a += fenceConnected
	case !unknown(payload):
		a += fenceRefused
	}
	return a
}

// The answers to a fence, counted from the one that it expects.
const (
	fenceRefused   = AnswerDeliveredRefused - AnswerDelivered
	fenceConnected = AnswerDeliveredConnected - AnswerDelivered
)

// fenced handles the answer to a fence. other says that it came over the connection beside
// the one in use.
func (m *Manager) fenced(other bool, which int, how Answer) {
	switch stage := m.handover.stage; {
	case which == FenceRejoin:
		m.rejoining.answered = m.rejoining.answered || !other && m.rejoining.until != 0
	case other && (stage == drainingBeside || stage == drainingAlone || stage == standbyDelivering), !other && stage == standbyJoined:
		m.handover.awaited--
	}
	switch {
	case how == fenceConnected && !other:
		m.fences.exists = existsHere + exists(which)
	case how != 0:
		m.fences.exists = existsElsewhere
	}
}

// exists says where the server has connected a fence's namespace. Next leaves that namespace
// and resets this.
type exists uint8

const (
	existsNot       exists = iota
	existsElsewhere        // nothing to leave: a middleware has refused, or that connection is about to close
	existsHere             // leave it on the connection in use; plus the fence's number
)

// giveUpFences stops sending fences to this server.
func (m *Manager) giveUpFences() {
	f := &m.fences
	f.none = true
	m.act(ActWildcard)
	f.answeredIn(m.now - f.sentAt)
	if f.exists >= existsHere {
		a := m.act(ActFence)
		a.N, a.Slot, a.Silent = m.Engine.Link, int(f.exists-existsHere), true
	}
	f.exists = existsNot
}

// fenceOf finds the fence that a namespace's name belongs to, or -1.
func fenceOf(name []uint16) int {
	for which, s := range FenceNames {
		if len(name) == len(s) && within(name, s) {
			return which
		}
	}
	return -1
}

// unknown says whether a refusal is the server's own, for a namespace that does not exist.
func unknown(payload []uint16) bool {
	for _, words := range unknownNamespace {
		if within(payload, words) {
			return true
		}
	}
	return false
}

// within says whether an ASCII text is part of a UTF-16 text.
func within(text []uint16, words string) bool {
	for from := 0; from+len(words) <= len(text); from++ {
		n := 0
		for n < len(words) && text[from+n] == uint16(words[n]) {
			n++
		}
		if n == len(words) {
			return true
		}
	}
	return false
}
