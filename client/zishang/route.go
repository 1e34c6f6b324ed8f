package zishang

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"net/url"
	"strings"
	"sync"
	"time"

	"github.com/zishang520/socket.io/clients/engine/v3"
	"github.com/zishang520/socket.io/v3/pkg/types"
)

// The names of the transports.
const (
	Polling   = "polling"
	WebSocket = "websocket"
)

// ErrProtocol says that the server speaks Engine.IO 3, which zishang520's client
// does not: it is a Socket.IO server 1.x or 2.x.
var ErrProtocol = errors.New("zishang: this is a Socket.IO server 1.x or 2.x; the Go client speaks to 3.x and 4.x only")

// route makes the transports of one connection.
//
// zishang520 keeps transports in a set and takes them in the order in which a Go
// map is walked. A constructor may return any transport, though, so the first
// one of a connection is the first one of order whatever name was drawn.
type route struct {
	order  []string
	custom map[string]engine.TransportCtor // the program's own, by name
	net    network
	clock  func(time.Time) // hears of Date headers
	hear   func(error)     // hears of a broken read limit

	carries bool   // the handshake carries the token
	inQuery string // the token's name in the handshake's query, if it is there

	ctx    context.Context // of everything that is on the wire
	cancel context.CancelFunc

	mu    sync.Mutex
	open  bool
	gate  chan struct{}
	of    engine.Socket
	tried int

	live    *tally // transports on the wire
	opening *tally // transports that hand over a handshake
}

// tally counts what is under way.
type tally struct {
	mu   sync.Mutex
	n    int
	none chan struct{} // closed while n is 0
}

func newTally() *tally {
	t := &tally{none: make(chan struct{})}
	close(t.none)
	return t
}

func (t *tally) begin() {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.n == 0 {
		t.none = make(chan struct{})
	}
	t.n++
}

func (t *tally) end() {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.n--
	if t.n == 0 {
		close(t.none)
	}
}

// over is closed when nothing is under way.
func (t *tally) over() <-chan struct{} {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.none
}

func newRoute(order []string, custom map[string]engine.TransportCtor, n network) *route {
	r := &route{order: order, custom: custom, net: n, open: true, live: newTally(), opening: newTally()}
	r.gate = make(chan struct{})
	close(r.gate)
	r.ctx, r.cancel = context.WithCancel(context.Background())
	return r
}

// ctors is what zishang520's options want.
func (r *route) ctors() *types.Set[engine.TransportCtor] {
	set := types.NewSet[engine.TransportCtor]()
	for _, name := range r.order {
		set.Add(&ctor{route: r, name: name})
	}
	return set
}

// hold delays the events of transports made from now on until release. zishang520 opens a
// transport before it listens to it, so it would miss the failure or handshake of a quick one.
func (r *route) hold() {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.open {
		r.open = false
		r.gate = make(chan struct{})
	}
}

func (r *route) release() {
	r.mu.Lock()
	defer r.mu.Unlock()
	if !r.open {
		r.open = true
		close(r.gate)
	}
}

// begin is called by a transport that goes on the wire, end when it is off it.
func (r *route) begin() (gate <-chan struct{}) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.live.begin()
	return r.gate
}

func (r *route) end() { r.live.end() }

// quiet is closed when no transport is on the wire.
func (r *route) quiet() <-chan struct{} { return r.live.over() }

// handOver runs what gives zishang520 a handshake. Its manager opens then, at the same time as the owner may drop the
// connection and dial the next one.
func (r *route) handOver(handshake func()) {
	r.opening.begin()
	defer r.opening.end()
	handshake()
}

// awaitHandOver waits until no transport hands over a handshake. A listener of the program's manager may take its time.
func (r *route) awaitHandOver() {
	opened := r.opening.over()
	select {
	case <-opened:
	default:
		select {
		case <-opened:
		case <-time.After(lingerFor):
		}
	}
}

// pick is the name of the next transport to try for s.
func (r *route) pick(s engine.Socket) string {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.of != s {
		r.of, r.tried = s, 0
	}
	name := r.order[min(r.tried, len(r.order)-1)]
	r.tried++
	return name
}

// ctor is a zishang520 TransportCtor.
type ctor struct {
	route *route
	name  string
}

func (c *ctor) Name() string { return c.name }

func (c *ctor) New(s engine.Socket, o engine.SocketOptionsInterface) engine.Transport {
	name := c.name
	query := o.Query()
	if query.Has("sid") {
		c.route.withoutToken(query)
	} else {
		name = c.route.pick(s)
		query.Set("transport", name)
	}
	if own := c.route.custom[name]; own != nil {
		// Its later requests may go by this query, too.
		_ = s.Once("handshake", func(...any) { c.route.withoutToken(query) })
		return own.New(s, o)
	}
	if name == Polling {
		return newPolling(c.route, s, o)
	}
	return newWebSocket(c.route, s, o)
}

// withoutToken takes the token out of a query: the handshake's URL has carried it, no other may.
func (r *route) withoutToken(query url.Values) {
	if r.inQuery != "" {
		query.Del(r.inQuery)
	}
}

// report tells of what another attempt will not mend.
func (r *route) report(err error) {
	if errors.Is(err, ErrReadLimit) && r.hear != nil {
		r.hear(err)
	}
}

// copyOf is a query that may be changed while others read the first.
func copyOf(query url.Values) url.Values {
	own := url.Values{}
	maps.Copy(own, query)
	return own
}

// endpoint is where a transport's requests go.
func endpoint(t engine.Transport, query url.Values, scheme string, stamp bool) string {
	query = copyOf(query)
	if stamp {
		query.Set(t.Opts().TimestampParam(), fmt.Sprintf("%x", time.Now().UnixNano()))
	}
	if t.Opts().Secure() {
		scheme += "s"
	}
	return t.CreateUri(scheme, query).String()
}

// withoutURL is err without the URL that net/http puts into it, and without an address that
// a server has named: the token may be in the query of either, under any name.
func withoutURL(err error) error {
	var in *url.Error
	if errors.As(err, &in) {
		err = in.Err
	}
	if strings.Contains(err.Error(), "?") {
		return errors.New("the request failed")
	}
	return err
}
