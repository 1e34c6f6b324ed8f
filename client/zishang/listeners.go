package zishang

import (
	"fmt"
	"runtime/debug"
	"slices"
	"sync"
)

// listeners are a Conn's own. zishang520's emitter tells listeners apart by the
// address of their code, so that two closures from one line are the same to it.
type listeners struct {
	mu sync.Mutex
	of map[eventKey][]*listener
}

// eventKey is an event's name, which may be "", or any event.
type eventKey struct {
	name string
	any  bool
}

type listener struct{ call func(args ...any) }

// add registers a listener.
func (l *listeners) add(event eventKey, call func(args ...any)) (remove func()) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.of == nil {
		l.of = map[eventKey][]*listener{}
	}
	added := &listener{call}
	l.of[event] = append(l.of[event], added)
	return func() {
		l.mu.Lock()
		defer l.mu.Unlock()
		left := slices.DeleteFunc(slices.Clone(l.of[event]), func(one *listener) bool { return one == added })
		if len(left) == 0 {
			delete(l.of, event)
		} else {
			l.of[event] = left
		}
	}
}

func (l *listeners) list(event eventKey) []*listener {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.of[event] // never written to, see add and remove
}

// tell calls the listeners of an event, on the goroutine of callbacks.
func (c *Conn) tell(event string, any bool, args []any) {
	if any {
		for _, l := range c.listeners.list(eventKey{any: true}) {
			c.guard(func() { l.call(append([]interface{}{event}, args...)...) })
		}
	}
	for _, l := range c.listeners.list(eventKey{name: event}) {
		c.guard(func() { l.call(args...) })
	}
}

// reportLater is for goroutines that Close waits for: what hears of err may call Close.
func (c *Conn) reportLater(err error) {
	if !c.calls.put(func() { c.settings.report(err) }) {
		go c.settings.report(err)
	}
}

// guard runs a function of the program and reports its panic.
func (c *Conn) guard(run func()) { guarded(run, c.settings.report) }

// guardClassify runs Classify, on the owner's goroutine.
func (c *Conn) guardClassify(run func()) { guarded(run, c.reportLater) }

func guarded(run func(), report func(error)) {
	defer func() {
		if r := recover(); r != nil {
			report(fmt.Errorf("zishang: panic in a listener or hook: %v\n%s", r, debug.Stack()))
		}
	}()
	run()
}

// deliver is the goroutine of callbacks: it runs calls, and what is put into the mailbox
// afterwards. Nothing begins once the Conn is closed.
func (c *Conn) deliver(calls []func()) {
	over := false
	defer func() {
		if !over { // a listener has ended its goroutine, as FailNow of package testing does
			go c.deliver(calls)
		}
	}()
	for {
		for len(calls) > 0 {
			select {
			case <-c.done:
				over = true
				return
			default:
			}
			call := calls[0]
			calls = calls[1:]
			call()
		}
		var open bool
		if calls, open = c.calls.next(); !open {
			over = true
			return
		}
	}
}
