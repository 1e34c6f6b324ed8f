package main

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"
	"sync"
	"time"
)

// feed sends the tabs of a session the server's view of their sockets, so that the page can draw both sides. It is a
// stream of server-sent events, so it continues when the sockets close.
type feed struct {
	mu     sync.Mutex
	last   []sight // a tab that was hidden asks for what it missed
	next   int
	woken  chan struct{} // closed and replaced at every sight
	closed bool
}

// sight is one event that the server has seen.
type sight struct {
	ID      int    `json:"id"`
	At      int64  `json:"at"` // ms
	Tab     string `json:"-"`
	Kind    string `json:"kind"`
	Code    string `json:"code,omitempty"`
	Message string `json:"message,omitempty"`
	Why     string `json:"why,omitempty"`
	After   int64  `json:"after,omitempty"` // ms
}

const feedMemory = 256

func newFeed() *feed { return &feed{woken: make(chan struct{}), next: 1} }

func (f *feed) tell(s sight) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.closed {
		return
	}
	s.ID, s.At = f.next, time.Now().UnixMilli()
	f.next++
	f.last = append(f.last, s)
	if len(f.last) > feedMemory {
		f.last = f.last[len(f.last)-feedMemory:]
	}
	f.wake()
}

func (f *feed) wake() {
	close(f.woken)
	f.woken = make(chan struct{})
}

func (f *feed) close() {
	f.mu.Lock()
	defer f.mu.Unlock()
	if !f.closed {
		f.closed = true
		f.wake()
	}
}

// since returns the tab's sights after one, and a channel to wait on for more; over: no more will come.
func (f *feed) since(tab string, after int) (news []sight, more <-chan struct{}, over bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, s := range f.last {
		if s.ID > after && s.Tab == tab {
			news = append(news, s)
		}
	}
	return news, f.woken, f.closed
}

// stream writes the feed to a tab until the tab or the feed ends.
func (f *feed) stream(w http.ResponseWriter, r *http.Request) {
	after, _ := strconv.Atoi(r.URL.Query().Get("after"))
	if id := r.Header.Get("Last-Event-ID"); id != "" {
		after, _ = strconv.Atoi(id)
	}
	tab := r.URL.Query().Get("tab")
	w.Header().Set("Content-Type", "text/event-stream")
	w.Header().Set("Cache-Control", "no-store")
	out := http.NewResponseController(w)
	if _, err := fmt.Fprint(w, "retry: 2000\n\n"); err != nil {
		return
	}
	for {
		news, more, over := f.since(tab, after)
		for _, s := range news {
			body, err := json.Marshal(s)
			if err != nil {
				return
			}
			if _, err := fmt.Fprintf(w, "id: %d\ndata: %s\n\n", s.ID, body); err != nil {
				return
			}
			after = s.ID
		}
		if out.Flush() != nil || over {
			return
		}
		select {
		case <-more:
		case <-r.Context().Done():
			return
		}
	}
}
