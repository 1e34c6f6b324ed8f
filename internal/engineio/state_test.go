package engineio

import (
	"testing"
	"unicode/utf16"
)

// What the owner asks before it reads a frame.
func TestWhoseFrames(t *testing.T) {
	p := newPlayer("polling websocket")
	s := &p.s
	ask := func(when string, link int, owns, framed, polling, probing bool) {
		t.Helper()
		_, lengths, _ := s.Reading(link, nil)
		if s.Owns(link) != owns || lengths != framed || s.OnPolling(link) != polling || s.Probing(link) != probing {
			t.Errorf("%s, link %d: owns %v, framed %v, on polling %v, probing %v", when, link, s.Owns(link), lengths, s.OnPolling(link), s.Probing(link))
		}
	}
	ask("idle", 0, false, false, false, false)
	p.event(t, []string{"open"})
	ask("opening", 1, true, false, true, false)
	ask("opening", 2, false, false, false, false)
	for _, first := range []struct {
		body     string
		revision int
		framed   bool
	}{{"97:0{", 3, true}, {"0{", 4, false}, {"<html>", 0, false}} {
		revision, framed, ok := s.Reading(1, utf16.Encode([]rune(first.body)))
		if revision != first.revision || framed != first.framed || ok != (revision != 0) || s.Revision != 0 {
			t.Errorf("%s: revision %d, framed %v, ok %v, and the state's is %d", first.body, revision, framed, ok, s.Revision)
		}
	}
	p.event(t, []string{"handshake", "1", "3"})
	ask("probing", 1, true, true, true, false)
	ask("probing", 2, true, false, false, true)
	p.event(t, []string{"probe", "2"})
	p.event(t, []string{"paused", "1"})
	ask("upgraded", 1, false, false, false, false)
	ask("upgraded", 2, true, false, false, false)
	p.event(t, []string{"close"})
	ask("closed", 2, false, false, false, false)
}

func TestNames(t *testing.T) {
	for got, want := range map[string]string{
		Polling.String(): "polling", WebSocket.String(): "websocket", Transport(0).String(): "none",
		Deciding.String(): "deciding", ReasonParse.String(): "parse error", ReasonNone.String(): "",
	} {
		if got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}

// TestBeside: a connection beside this one uses the transport that works, and their links are told apart.
func TestBeside(t *testing.T) {
	for kind := Polling; kind <= WebSocket; kind++ {
		s, _ := (State{Config: Config{Transports: Order{kind}, TryAll: true}}).Next(Event{Kind: EvOpen}, nil)
		s, _ = s.Next(Event{Kind: EvHandshake, Link: 1, Revision: 4}, nil)
		var other State
		s.Beside(&other)
		_, did := other.Next(Event{Kind: EvOpen}, nil)
		if a := did[0]; a.Kind != ActOpenLink || a.Link != 2 || a.Transport != kind || a.Revision != 4 {
			t.Errorf("beside a connection over %v: %+v", kind, a)
		}
		s, _ = s.Next(Event{Kind: EvClose}, nil)
		if _, did = s.Next(Event{Kind: EvOpen}, nil); did[0].Link != 3 {
			t.Errorf("the next one after that has link %d", did[0].Link)
		}
	}
}
