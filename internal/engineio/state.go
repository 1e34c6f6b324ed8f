package engineio

import "github.com/socketio-jwt/socketio-jwt-wasm/client/lifecycle"

// Transport is a way to reach the server.
type Transport uint8

const (
	Polling Transport = iota + 1
	WebSocket
	WebTransport
)

func (t Transport) String() string {
	switch t {
	case Polling:
		return "polling"
	case WebSocket:
		return "websocket"
	case WebTransport:
		return "webtransport"
	}
	return "none"
}

// Order is which transports to try, the first one first; zero is none.
type Order [4]Transport

func (o Order) has(t Transport) bool {
	for _, one := range o {
		if one == t {
			return true
		}
	}
	return false
}

// TransportSet has bit 1<<t for each Transport t in it. Only the three above can be in one.
type TransportSet uint8

func (s TransportSet) has(t Transport) bool { return s&(1<<t) != 0 }

// Phase is where a connection stands.
type Phase uint8

const (
	Idle     Phase = iota
	Opening        // a transport is being opened, or the server's handshake is awaited
	Deciding       // websocket alone: the handshake is there, the revision is not known yet
	Opened
	Closed
)

func (p Phase) String() string {
	return [...]string{"idle", "opening", "deciding", "opened", "closed"}[p]
}

// upgrade is how far the change from polling to another transport has come.
type upgrade uint8

const (
	upgradeNone    upgrade = iota
	upgradeProbing         // another transport is being opened and asked "2probe", or two are
	upgradePausing         // one has answered; polling finishes what is in flight
	upgradeDone
)

// Config is what the caller wants of a connection. Like most structs here it
// cannot be compared ([0]func() takes no room): the code that does it would be in
// the page, called or not.
type Config struct {
	_          [0]func()
	Transports Order
	Upgrade    bool // go from polling to another of the transports when the server offers it
	TryAll     bool // when a transport does not open, try the next one
	Revision   int  // 3, 4, or 0: whichever the server speaks
	Begin      int  // where Revision is 0: the revision that this server is known to take a handshake with, or 0
}

// State is a connection. The zero value is idle. Links, the transports' handles,
// are numbers that the machine gives out, unique for the life of the State.
type State struct {
	_ [0]func()
	Config
	Phase     Phase
	Revision  int  // of the protocol in use: 0 until known
	begin     int  // the revision with which the next handshake is asked for first: 0 until one has worked
	asked     int  // the revision with which the last one was asked for; 0: 4, and any answer is read
	other     bool // this attempt asks with the other revision, as the first was refused
	dialled   bool // the websocket in use has opened
	undialled int  // attempts running in which the websocket has not opened
	Link      int  // the transport in use
	probe     int  // the transport being probed
	probing   Transport
	rival     int // a websocket being probed beside a WebTransport
	links     int // how many were given out
	try       int // index into Transports
	kinds     Transport
	upgrade   upgrade
	interval  int64    // ms, the server's pingInterval
	timeout   int64    // ms, the server's pingTimeout
	deadAt    int64    // ms: nothing heard by then is a ping timeout
	pingAt    int64    // ms: when to send the next ping, if the client is to
	decideAt  int64    // ms: when to stop waiting for a 1.x/2.x server's CONNECT
	rivalAt   int64    // ms: when to probe a websocket beside the WebTransport
	out       []Action // of this Step
}

// decideAfter is how long a server reached over websocket alone, whose
// handshake leaves open which generation it is, may take to send the CONNECT
// that only 1.x and 2.x servers send unasked. Sending ours to such a server
// would connect the namespace twice.
const decideAfter = 200

// rivalAfter is how long a WebTransport may take to answer before a websocket is probed,
// too. Networks that drop UDP let it wait for ever.
const rivalAfter = 200

// EventKind names what happened.
type EventKind uint8

const (
	EvOpen       EventKind = iota + 1 // Config is set: connect
	EvLinkOpened                      // Link: a transport that says so is open
	EvHandshake                       // Link, Revision (0 unknown), Interval, Timeout, Upgradable
	EvPacket                          // Link, Packet, Probe: neither open nor message
	EvMessage                         // Link: a message arrived while Deciding
	EvPaused                          // Link: polling has nothing in flight
	EvLinkClosed                      // Link, Failed, Late, Refused
	EvFault                           // Link: what arrived cannot be read
	EvTick                            // Now: look at the deadlines
	EvClose                           // the caller hangs up
)

// Event is one thing that happened. Now is in milliseconds on the caller's clock.
type Event struct {
	Kind              EventKind
	Now               int64
	Link              int
	Revision          int
	Interval, Timeout int64
	Upgradable        TransportSet // what the server offers
	Packet            PacketType
	Probe             bool
	Failed            bool
	Refused           bool // the handshake's HTTP status may mean that the server does not take this revision
	Late              bool // the page has seen a heartbeat's deadline pass
}

// ActionKind names what the caller shall do.
type ActionKind uint8

const (
	ActOpenLink     ActionKind = iota + 1 // Link, Transport, Revision (0: ask with 4, read either), Probe
	ActCloseLink                          // Link: at once, nothing more is heard of it
	ActFinishLink                         // Link: send what is queued, then close
	ActSend                               // Link, Packet, Probe: a control packet
	ActPause                              // Link: stop polling when nothing is in flight, queue what is written
	ActUse                                // Link: packets go there from now on
	ActOpened                             // the connection is usable
	ActClosed                             // Reason
	ActPinged                             // a heartbeat went by
	ActUpgrading                          // the probe was answered
	ActUpgraded                           // Link: packets travel over the transport that was probed
	ActUpgradeError                       // Link: a probe failed, polling goes on
)

// Reason says why a connection closed.
type Reason = lifecycle.CloseReason

const (
	ReasonNone           = lifecycle.CloseNone
	ReasonTransportError = lifecycle.CloseTransportError
	ReasonTransportClose = lifecycle.CloseTransportClose
	ReasonPingTimeout    = lifecycle.ClosePingTimeout
	ReasonForced         = lifecycle.CloseForced
	ReasonParse          = lifecycle.CloseParse
)

// Action is one thing to do, in the order given.
type Action struct {
	_         [0]func()
	Kind      ActionKind
	Link      int
	Transport Transport
	Revision  int
	Packet    PacketType
	Probe     bool
	Reason    Reason
}

// Deadline is when EvTick is wanted next; 0: not at all.
func (s *State) Deadline() int64 {
	if s.Phase == Idle { // put there by the caller, whatever was before
		return 0
	}
	return Sooner(Sooner(s.deadAt, s.pingAt), Sooner(s.decideAt, s.rivalAt))
}

// Sooner is the earlier of two times, of which 0 is none.
func Sooner(a, b int64) int64 {
	if a == 0 || (b != 0 && b < a) {
		return b
	}
	return a
}

// Beside makes other a connection that is to be opened beside this one, by the
// transport in use, with a link of a number of its own.
func (s *State) Beside(other *State) {
	*other = State{Config: Config{Transports: Order{s.kinds}, Revision: s.Revision}, links: s.links}
	s.links++
}

// Links is how many links have been given out.
func (s *State) Links() int { return s.links }

// Number lets the links that are opened next have numbers above n, so that late words
// about the links of a connection that is forgotten mean none of this one's.
func (s *State) Number(n int) { s.links = max(s.links, n) }

// Owns says whether frames on link are to be read: the one in use, or a probe.
func (s *State) Owns(link int) bool {
	return link != 0 && s.Phase != Closed && s.Phase != Idle && (link == s.Link || link == s.probe || link == s.rival)
}

// Reading says how a frame on a link is to be read: by which revision of the protocol, and
// whether a length stands before each packet. units are the frame's first: the first body
// of polling shows the revision, ok is false if that is none. Over websocket the revision
// is 0 until it is known.
func (s *State) Reading(link int, units []uint16) (revision int, framed, ok bool) {
	revision = s.Revision
	polling := s.OnPolling(link)
	if revision == 0 && polling {
		if revision = DetectRevision(units); revision == 0 {
			return 0, false, false
		}
	}
	return revision, polling && GenerationOf(revision).LengthFramed, true
}

// OnPolling says whether link is the polling transport in use.
func (s *State) OnPolling(link int) bool { return link == s.Link && s.kinds == Polling }

// Probing says whether link is still being probed.
func (s *State) Probing(link int) bool { return link != 0 && (link == s.probe || link == s.rival) }
