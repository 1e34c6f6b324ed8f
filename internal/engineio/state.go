package engineio

import "github.com/socketio-jwt/socketio-jwt-wasm/client/lifecycle"

// Transport is the kind of a transport. Values from 16 on are the page's own classes.
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

// Order lists the transports to try, in that order. A zero element is none.
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

// Phase is the state of a connection.
type Phase uint8

const (
	Idle     Phase = iota
	Opening        // a transport is being opened, or the server's handshake is awaited
	Deciding       // websocket alone: the handshake has arrived, the revision is not known yet
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
	upgradeProbing         // one or two other transports are being opened and probed ("2probe")
	upgradePausing         // one has answered; polling waits for its requests in flight
	upgradeDone
)

// Config are the caller's options. Like most structs here it has a field of type
// [0]func(), which takes no room and makes it not comparable: otherwise the compiler
// would put code for comparing it into the page.
type Config struct {
	_          [0]func()
	Transports Order
	Upgrade    bool // go from polling to another of the transports when the server offers it
	TryAll     bool // when a transport does not open, try the next one
	Revision   int  // 3, 4, or 0: whichever the server speaks
	Begin      int  // with Revision 0: the revision to try first, as this server is known to accept it; 0: not known
}

// State is a connection. The zero value is idle. A link is the number of a transport:
// the State chooses it and uses each number once.
type State struct {
	_ [0]func()
	Config
	Phase     Phase
	Revision  int  // of the protocol in use: 0 until known
	begin     int  // the revision that the next handshake asks for first; 0 until a handshake has worked
	asked     int  // the revision that the last handshake asked for; 0: 4, and any answer is accepted
	other     bool // this attempt asks for the other revision, as the server has refused the first
	dialled   bool // the websocket in use has opened
	undialled int  // successive attempts in which the websocket has not opened
	Link      int  // the transport in use
	probe     int  // the transport being probed
	probing   Transport
	rival     int // the link of a websocket being probed beside a WebTransport; 0: none
	links     int // the number of the last link
	try       int // index into Transports
	kinds     Transport
	upgrade   upgrade
	interval  int64    // ms, the server's pingInterval
	timeout   int64    // ms, the server's pingTimeout
	deadAt    int64    // ms: the deadline of the next packet, else ping timeout
	pingAt    int64    // ms: when to send the next ping (Generation.ClientPings)
	decideAt  int64    // ms: when to stop waiting for a 1.x/2.x server's CONNECT
	rivalAt   int64    // ms: when to probe a websocket beside the WebTransport
	out       []Action // of this Step
}

// decideAfter is how long, ms, the client waits over websocket alone for the CONNECT that
// only servers 1.x and 2.x send unasked, if the handshake does not show the generation. A
// CONNECT of the client would make such a server connect the namespace twice.
const decideAfter = 200

// rivalAfter is how long, ms, a probed WebTransport may take to answer before a websocket is
// probed as well. On networks that drop UDP it never answers.
const rivalAfter = 200

// EventKind names what happened.
type EventKind uint8

const (
	EvOpen       EventKind = iota + 1 // Config is set: connect
	EvLinkOpened                      // Link: a transport has opened; polling never reports this
	EvHandshake                       // Link, Revision (0 unknown), Interval, Timeout, Upgradable
	EvPacket                          // Link, Packet, Probe: neither open nor message
	EvMessage                         // Link: a message arrived while Deciding
	EvPaused                          // Link: polling has no request in flight (ActPause)
	EvLinkClosed                      // Link, Failed, Late, Refused
	EvFault                           // Link: a frame has arrived that cannot be read
	EvTick                            // Now: look at the deadlines
	EvClose                           // the caller closes the connection
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
	Refused           bool // the handshake's HTTP status may mean that the server does not accept this revision
	Late              bool // the page has found the heartbeat's deadline passed
}

// ActionKind names what the caller has to do.
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
	ActPinged                             // a heartbeat (ping and pong) is complete
	ActUpgrading                          // the server has answered the probe
	ActUpgraded                           // Link: packets travel over the transport that was probed
	ActUpgradeError                       // Link: a probe has failed; polling goes on
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

// Sooner returns the earlier of two times; 0 is none.
func Sooner(a, b int64) int64 {
	if a == 0 || (b != 0 && b < a) {
		return b
	}
	return a
}

// Beside sets other to a new connection to the same server, which will use the transport
// and the revision in use here, and the next link number.
func (s *State) Beside(other *State) {
	*other = State{Config: Config{Transports: Order{s.kinds}, Revision: s.Revision}, links: s.links}
	s.links++
}

// Links is how many links have been given out.
func (s *State) Links() int { return s.links }

// Number makes the next links have numbers above n, so that late reports about the links of a
// released connection are not taken for reports about this one's.
func (s *State) Number(n int) { s.links = max(s.links, n) }

// Owns says whether link is this connection's: in use, or being probed.
func (s *State) Owns(link int) bool {
	return link != 0 && s.Phase != Closed && s.Phase != Idle && (link == s.Link || link == s.probe || link == s.rival)
}

// Reading returns how to read a frame: the revision of the protocol, and whether a length
// precedes each packet. units is the frame's beginning. The first polling body shows the
// revision; ok is false if it is of neither. Over websocket revision is 0 until it is known.
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
