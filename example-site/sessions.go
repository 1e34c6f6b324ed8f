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

// session is somebody who has signed in. Any name will do.
type session struct {
	id      string // the cookie's value, a secret
	subject string // what tokens call it; anybody may know it
	name    string
	feed    *feed
	over    *time.Timer // after sessionLife
}

// sessions are kept in memory: a restart of the site signs everybody out.
type sessions struct {
	mu   sync.Mutex
	byID map[string]*session
}

func newSessions() *sessions { return &sessions{byID: map[string]*session{}} }

// begin signs somebody in, and ends the session when its time is over; nil when the house is full.
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

// end forgets a session: there are no more tokens for it. Its feed goes on until its sockets are gone.
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

// of is the session that a request belongs to, or nil.
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
