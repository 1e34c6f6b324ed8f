package zishang

import "sync"

// mailbox is a queue without a bound, so that posting to it never waits: what
// zishang520's goroutines and the browser's callbacks post must not block them.
type mailbox[T any] struct {
	mu     sync.Mutex
	items  []T
	closed bool
	wake   chan struct{}
}

func newMailbox[T any]() *mailbox[T] {
	return &mailbox[T]{wake: make(chan struct{}, 1)}
}

// put reports whether anybody will still take v.
func (m *mailbox[T]) put(v T) bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.closed {
		return false
	}
	m.items = append(m.items, v)
	m.ring()
	return true
}

func (m *mailbox[T]) ring() {
	select {
	case m.wake <- struct{}{}:
	default:
	}
}

// take is everything that has been put since. It does not wait; wake says when
// it is worth to ask again. open is false when there will be nothing more.
func (m *mailbox[T]) take() (items []T, open bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	items, m.items = m.items, nil
	return items, len(items) > 0 || !m.closed
}

// next waits for everything that has been put since.
func (m *mailbox[T]) next() (items []T, open bool) {
	for {
		if items, open = m.take(); len(items) > 0 || !open {
			return items, open
		}
		<-m.wake
	}
}

// close lets what has been put be taken, and refuses the rest.
func (m *mailbox[T]) close() {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.closed = true
	m.ring()
}

// drop closes the mailbox and forgets what nobody has taken.
func (m *mailbox[T]) drop() {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.items = nil
	m.closed = true
	m.ring()
}
