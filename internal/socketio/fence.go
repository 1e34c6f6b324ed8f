package socketio

// A fence is a question to the server. Its answer shows that the server has read what
// was sent before the question, and that what the server had sent before has arrived.
//
// Of all that a client may say, servers 3.x and 4.x answer CONNECT alone, and in order:
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
// for names: "." stands for no line break, and what follows is a second "/". A pattern
// that takes everything (/.*/, next(null, true)) takes them as well. That is found out by
// the first fence, and the namespace left at once. From then on that server is not asked
// any more (Unfenced): the same steps wait for a pause, twice as long as the answer took, and half a second at least.
//
// The same holds if a guard of such a namespace has refused: its words are not the
// server's own. A user's parser has another form of packets, which these texts would
// break, so there no fence is used at all.

// FenceNames are the namespaces that fences ask for, by Action.Slot. There are two, as a
// standby's fence may be open while a namespace rejoins.
var FenceNames = [...]string{FenceServed: "/\n/", FenceRejoin: "/\n\n/"}

const (
	FenceServed = iota // all that the link has been sent before is here
	FenceRejoin        // the namespace's DISCONNECT has been read
)

// unknownNamespace are the words with which servers refuse a namespace that does not
// exist: socket.io and its Go port, python-socketio.
var unknownNamespace = [...]string{"Invalid namespace", "Unable to connect"}

// fence asks, and says whether there will be an answer.
func (m *Manager) fence(link, which int) bool {
	if m.Unfenced {
		return false
	}
	m.fencedAt = m.now
	a := m.act(ActFence)
	a.N, a.Slot = link, which
	return true
}

// leastFencePause is what a busy server gets, ms: how long it takes once says little about
// the next time, and a namespace that comes back too soon costs everybody the connection.
const leastFencePause = 500

// pause is how long a step waits that has no fence, ms.
func (m *Manager) pause(least int64) int64 { return max(least, m.fencePause) }

// fenced handles the answer to a fence. old says that it came over Old.
func (m *Manager) fenced(old bool, h *Header, payload []uint16, which int) {
	switch {
	case which == FenceRejoin:
		m.rejoined = m.rejoined || !old && m.rejoining != nil
	case old && m.overlap == overlapSettling, !old && m.overlap == overlapStaying:
		m.OldAcks--
	}
	switch {
	case h.Type == TypeConnect:
		m.taken = takenHere + taken(which)
		if old { // that link is about to be closed
			m.taken = takenElsewhere
		}
	case !unknown(payload):
		m.taken = takenElsewhere
	}
}

// taken says that what a fence has asked for exists, until Next sees to it.
type taken uint8

const (
	takenNot       taken = iota
	takenElsewhere       // there is nothing to leave
	takenHere            // and, counted from here on, which is to be left on the connection in use
)

// unfence gives up fences on this server.
func (m *Manager) unfence() {
	m.Unfenced = true
	m.fencePause = max(leastFencePause, min(2*(m.now-m.fencedAt), drainFor))
	if m.taken >= takenHere {
		a := m.act(ActFence)
		a.N, a.Slot, a.Silent = m.Engine.Link, int(m.taken-takenHere), true
	}
	m.taken = takenNot
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
