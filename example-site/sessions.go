package main

import (
	"crypto/rand"
	"net/http"
	"sync"
	"time"
)

const (
	sessionCookie = "session"
	sessionLife   = 12 * time.Hour
	maxSessions   = 10_000
)

// session is a signed-in user. Any name is accepted.
type session struct {
	id      string // the cookie's value, a secret
	subject string // the tokens' subject; it is public
	name    string
	feed    *feed
	over    *time.Timer // after sessionLife
}

// sessions holds the sessions in memory: a restart of the site signs all users out.
type sessions struct {
	mu   sync.Mutex
	byID map[string]*session
}

func newSessions() *sessions { return &sessions{byID: map[string]*session{}} }

// begin begins a session, which ends after sessionLife. It returns nil if there are too many.
func (s *sessions) begin(name string, end func(*session)) *session {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.byID) >= maxSessions {
		return nil
	}
	fresh := &session{id: rand.Text(), subject: rand.Text(), name: name, feed: newFeed()}
	fresh.over = time.AfterFunc(sessionLife, func() { end(fresh) })
	s.byID[fresh.id] = fresh
	return fresh
}

// end ends a session: it gets no more tokens. Its feed continues until its sockets have closed.
func (s *sessions) end(old *session) {
	s.mu.Lock()
	defer s.mu.Unlock()
	old.over.Stop()
	delete(s.byID, old.id)
}

func (s *sessions) close() {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, old := range s.byID {
		old.over.Stop()
		old.feed.close()
	}
	clear(s.byID)
}

// of returns the session of a request, or nil.
func (s *sessions) of(r *http.Request) *session {
	cookie, err := r.Cookie(sessionCookie)
	if err != nil {
		return nil
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.byID[cookie.Value]
}

func setSession(w http.ResponseWriter, r *http.Request, id string) {
	cookie := &http.Cookie{Name: sessionCookie, Value: id, Path: "/", HttpOnly: true, Secure: r.TLS != nil,
		SameSite: http.SameSiteLaxMode, MaxAge: int(sessionLife.Seconds())}
	if id == "" {
		cookie.MaxAge = -1
	}
	http.SetCookie(w, cookie)
}
