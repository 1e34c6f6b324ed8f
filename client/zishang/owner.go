package zishang

import (
	"context"
	"math/rand/v2"
	"sync/atomic"
	"time"

	"github.com/zishang520/socket.io/clients/socket/v3"

	"github.com/socketio-jwt/socketio-jwt-wasm/client"
	"github.com/socketio-jwt/socketio-jwt-wasm/client/lifecycle"
)

// longestSleep is the longest time that a timer runs. A timer stops while the machine sleeps,
// so the owner checks its deadlines at least this often.
const longestSleep = 30 * time.Second

// leftoverFor is how long a wrapped socket's manager may take to handle the last packets of a
// dropped connection. A refusal among them would count for the next connection.
const leftoverFor = 100 * time.Millisecond

// phase is the state of the connection, as far as the owner knows.
type phase uint8

const (
	down phase = iota
	dialing
	up
)

// owner is the state of a Conn that only the owner's goroutine (Conn.run) uses. It runs the
// lifecycle and performs its actions. Other goroutines post functions to inbox.
type owner struct {
	*settings
	socket     *socket.Socket
	parserShim *parserShim // nil: the socket is the program's

	inbox *mailbox[func()]
	calls *mailbox[func()] // for the goroutine of callbacks
	done  chan struct{}

	ctx      context.Context // of the Conn
	stop     context.CancelFunc
	dropping atomic.Bool // the owner itself disconnects

	host   *hostClock
	life   lifecycle.Lifecycle
	source lifecycle.Source
	events []lifecycle.Event
	busy   bool // in feed

	lifeAt, sourceAt, retryAt, drainBy, connectAt int64 // deadlines; 0: none

	phase          phase
	managerStopped bool
	connection     int // number of the connection, or of the attempt; events of another number are dropped
	failures       int
	replacing      bool // the next connection takes the place of a good one
	user           user // whom the last attempt was for
	another        bool // the next connection may be another user's than the last one's
	silent         bool // and the listeners do not hear of the change, unless it fails

	open         bool // the server has accepted the token: events may be sent
	held         []*outgoing
	outstanding  int // acknowledgements that have not come
	tokens       tokenTable
	pending      []*callback
	refusal      *refusal
	failure      error                     // of Token
	tokenRefusal *client.UnauthorizedError // Token returned it, and it is final
	refused      *client.UnauthorizedError
	denial       error // the server's, of which the program has not heard yet
	settle       []chan<- error

	cancelCall context.CancelFunc // cancels the last call of Token
}

func newConn(s *settings, zs *socket.Socket) *Conn {
	c := &Conn{owner: owner{
		settings: s,
		socket:   zs,
		inbox:    newMailbox[func()](),
		calls:    newMailbox[func()](),
		done:     make(chan struct{}),
		host:     newHostClock(s.clock),
		life:     lifecycle.New(s.options.Lifecycle(rand.Uint32())),
		source:   s.options.Source(),
	}}
	c.seen.changed = make(chan struct{})
	return c
}

// start begins the life of a Conn.
func (c *Conn) start(ctx context.Context) {
	c.ctx, c.stop = context.WithCancel(ctx)
	var heard atomic.Int64
	c.route.clock = func(date time.Time) {
		// Every poll has a date; one in a while is enough.
		now := time.Now().UnixMilli()
		if last := heard.Load(); now-last > longestSleep.Milliseconds() && heard.CompareAndSwap(last, now) {
			c.inbox.put(func() {
				c.feed(lifecycle.Event{Kind: lifecycle.EvServerClock, ServerTime: date.UnixMilli()})
			})
		}
	}
	c.route.hear = c.reportLater
	c.listen()
	ready := make(chan struct{})
	go c.deliver(nil)
	go c.run(ready)
	// When setup panics, nothing is left of the Conn.
	panicked := true
	defer func() {
		if panicked {
			c.stop()
		}
	}()
	c.setup(c)
	panicked = false
	c.inbox.put(c.begin)
	close(ready)
}

// begin is the first thing that the owner does.
func (c *Conn) begin() {
	c.socket.Io().SetReconnection(false)
	switch {
	case c.look().end != nil: // WithSetup has disconnected it
		return
	case c.socket.Connected() && c.options.Via == client.ViaEvent:
		c.phase = up
	case c.socket.Active(), c.parserShim == nil && c.socket.Io().Engine() != nil:
		// Also when it is not active any more: a refusal of the program's own attempt may still be under way.
		c.drop()
		c.attemptAfter(nil, leftoverFor, lifecycle.CauseConnect)
		return
	}
	c.attempt(lifecycle.CauseConnect, 1)
}

// run is the owner's goroutine. It begins when ready is closed; setup may close the Conn
// before that.
func (c *Conn) run(ready <-chan struct{}) {
	defer c.finish()
	select {
	case <-ready:
	case <-c.ctx.Done():
		return
	}
	timer := time.NewTimer(0)
	defer timer.Stop()
	for {
		c.work()
		c.deadlines()
		timer.Reset(c.sleep())
		select {
		case <-c.inbox.wake:
		case <-timer.C:
		case <-c.ctx.Done():
			c.inbox.close()
			c.work() // what was emitted before the end goes out before it
			return
		}
	}
}

// work does what has been posted.
func (c *Conn) work() {
	jobs, _ := c.inbox.take()
	for _, job := range jobs {
		job()
	}
}

// feed gives the lifecycle an event and performs its actions. Events that these cause are
// handled afterwards.
func (c *Conn) feed(e lifecycle.Event) {
	c.events = append(c.events, e)
	if c.busy {
		return
	}
	c.busy = true
	for len(c.events) > 0 {
		e := c.events[0]
		c.events = c.events[1:]
		e.Now = c.host.now()
		var actions []lifecycle.Action
		c.life, actions = c.life.Next(e, nil)
		for _, a := range actions {
			c.perform(a)
		}
	}
	c.busy = false
}

// deadlines handles all deadlines that have passed.
func (c *Conn) deadlines() {
	now := c.host.now()
	due := func(at *int64) bool {
		if *at == 0 || now < *at {
			return false
		}
		*at = 0
		return true
	}
	if c.sourceAt != 0 && now >= c.sourceAt {
		c.ask(lifecycle.SourceEvent{Kind: lifecycle.SrcTick}, errTokenTimeout)
	}
	if c.lifeAt != 0 && now >= c.lifeAt {
		c.feed(lifecycle.Event{Kind: lifecycle.EvTick})
	}
	if due(&c.drainBy) {
		c.handOver(lifecycle.CauseRefresh)
	}
	if due(&c.connectAt) {
		c.unanswered()
	}
	if due(&c.retryAt) {
		c.attempt(lifecycle.CauseReconnect, c.failures)
	}
}

// sleep is how long the owner may sleep. A deadline may be further away than a
// Duration can hold: the pause is cut while it is still a number of milliseconds.
func (c *Conn) sleep() time.Duration {
	wait := longestSleep.Milliseconds()
	now := c.host.now()
	for _, at := range []int64{c.lifeAt, c.sourceAt, c.retryAt, c.drainBy, c.connectAt} {
		if at != 0 {
			wait = min(wait, at-now)
		}
	}
	return time.Duration(max(wait, 1)) * time.Millisecond
}

// finish is the end of a Conn.
func (c *Conn) finish() {
	defer close(c.done)
	defer c.stop()
	c.feed(lifecycle.Event{Kind: lifecycle.EvStop})
	c.stopManager()
	c.drop()
	c.stopManager()
	c.inbox.drop()
	select {
	case <-c.route.quiet():
	case <-time.After(lingerFor):
	}
	c.route.cancel()
	c.calls.drop()
	c.show(func(v *view) {
		v.authenticated, v.guest, v.id = false, false, ""
		v.end = ErrClosed
	})
	<-c.route.quiet()
}
