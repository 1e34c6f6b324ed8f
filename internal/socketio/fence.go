package socketio

// A fence is a packet to the server whose answer shows two things: the server has read what
// was sent before the fence, and what the server had sent before the answer is here.
//
// Of all that a client may send, servers 3.x and 4.x answer CONNECT alone in order:
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
// "Invalid namespace" before any code of the application runs. A server may make up
// namespaces as they are asked for: io.of(/^\/[\w-]+$/), io.of(/^\/.+$/),
// io.of((name, auth, next) => …). The names in FenceNames fit no pattern that was written
// for names: "." stands for no line break, and a second "/" follows. A pattern that takes
// everything (/.*/, next(null, true)) takes them as well. The first fence finds that out,
// and leaves the namespace at once. That server gets no fence any more, by this manager or by another one of
// the page (ActTakesAll): the same steps wait
// for a pause, twice as long as the answer took, and half a second at least.
//
// The same holds if a guard of such a namespace has refused: the words are not the server's
// own. A user's parser has another form of packets, which these texts would break, so there
// no fence is used at all (Config.NoFences).

// fences is what is known of a server's answers to fences.
type fences struct {
	none    bool   // none is sent: pauses take their place
	sentAt  int64  // when the last one was
	slowest int64  // ms: the longest that an answer to CONNECT has taken on the connection in use
	exists  exists // the server has the namespace that a fence has asked for
}

// FenceNames are the namespaces that fences ask for, by Action.Slot. There are two, as a
// standby's fence may be open while a namespace rejoins.
var FenceNames = [...]string{FenceDelivered: "/\n/", FenceRejoin: "/\n\n/"}

const (
	FenceDelivered = iota // the server's packets on that link up to now are here
	FenceRejoin           // the server has read the DISCONNECT of a namespace that rejoins
)

// unknownNamespace are the words with which servers refuse a namespace that does not
// exist: socket.io and its Go port, python-socketio.
var unknownNamespace = [...]string{"Invalid namespace", "Unable to connect"}

// fence sends one, and says whether it has: whether there will be an answer.
func (m *Manager) fence(link, which int) bool {
	if m.fences.none {
		return false
	}
	m.fences.sentAt = m.now
	a := m.act(ActFence)
	a.N, a.Slot = link, which
	return true
}

// leastFencePause is what a server gets in place of a fence, ms, however quick it is: a busy one
// is slow of a sudden, and a namespace that rejoins too soon costs everybody the connection.
const leastFencePause = 500

// pause is how long a step waits, ms: its usual pause, and where no fence is sent four times as
// long as the slowest answer has taken.
func (m *Manager) pause(usual int64) int64 {
	if !m.fences.none {
		return usual
	}
	return max(leastFencePause, min(4*m.fences.slowest, drainFor))
}

// answeredIn is told how long, ms, the server has taken to answer a CONNECT.
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

// How the answers to one fence differ from the one that it expects.
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

// exists says that the server has the namespace that a fence has asked for, until Next sees
// to that.
type exists uint8

const (
	existsNot       exists = iota
	existsElsewhere        // there is nothing to leave: a guard has refused, or that connection is about to be closed
	existsHere             // the namespace is to be left on the connection in use; plus the fence's number
)

// giveUpFences sends this server no fence any more.
func (m *Manager) giveUpFences() {
	f := &m.fences
	f.none = true
	m.act(ActTakesAll)
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

// unknown says whether a server's own words refuse a namespace.
func unknown(payload []uint16) bool {
	for _, words := range unknownNamespace {
		if within(payload, words) {
			return true
		}
	}
	return false
}

// within looks for ASCII in a text.
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
