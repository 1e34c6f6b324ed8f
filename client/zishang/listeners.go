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
	of map[string][]*listener
}

type listener struct{ call func(args ...any) }

// add registers a listener; the event "" is any.
func (l *listeners) add(event string, call func(args ...any)) (remove func()) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.of == nil {
		l.of = map[string][]*listener{}
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

func (l *listeners) list(event string) []*listener {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.of[event] // never written to, see add and remove
}

// tell calls the listeners of an event, on the goroutine of callbacks.
func (c *Conn) tell(event string, any bool, args []any) {
	if any {
		for _, l := range c.listeners.list("") {
			c.guard(func() { l.call(append([]interface{}{event}, args...)...) })
		}
	}
	for _, l := range c.listeners.list(event) {
		c.guard(func() { l.call(args...) })
	}
}

// guard runs what belongs to the program and may panic.
func (c *Conn) guard(run func()) {
	defer func() {
		if r := recover(); r != nil {
			c.settings.report(fmt.Errorf("zishang: panic in a listener or hook: %v\n%s", r, debug.Stack()))
		}
	}()
	run()
}

// deliver is the goroutine of callbacks.
func (c *Conn) deliver() {
	for {
		calls, open := c.calls.next()
		for _, call := range calls {
			call()
		}
		if !open {
			return
		}
	}
}
