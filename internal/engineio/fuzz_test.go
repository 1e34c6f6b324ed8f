package engineio

import (
	"testing"
	"unicode/utf16"
)

// No input may bring the codec down: a panic would end the page's client.
func FuzzParsePacket(f *testing.F) {
	for _, file := range readVectors(f) {
		for _, v := range file.Received.Polling {
			f.Add(v.Body, 0, file.EIO == 3)
			f.Add(v.Body, 100, file.EIO == 3)
		}
		for _, v := range file.Received.Websocket {
			f.Add(v.Text, 0, false)
		}
	}
	for _, s := range []string{"", ":", "0:", "1:", "9999999999:4", "-1:4", "2:b", "2:b4", "3:b5A", "b", "7", "\x1e", "1\x1e"} {
		f.Add(s, 0, true)
		f.Add(s, 1<<30, true)
		f.Add(s, 0, false)
	}
	f.Fuzz(func(t *testing.T, text string, more int, framed bool) {
		units := utf16.Encode([]rune(text))
		size := len(units)
		if more > 0 {
			size += more & 0xffffff // the units are the first of so many
		}
		DetectRevision(units)
		h, fault := ParsePacket(units, size, framed)
		if fault != FaultNone {
			return
		}
		if h.Type > Noop || h.Start < 1 || h.Start > len(units) {
			t.Fatalf("%+v of %d units", h, len(units))
		}
		if framed != (h.End >= 0) || h.End >= 0 && (h.End < h.Start || h.End > size) {
			t.Fatalf("%+v of %d units, framed %v", h, size, framed)
		}
	})
}

// The machine takes events in any order, from any link, at any time: it answers each, keeps to its word about being
// open and closed, and never holds more than the transport in use and two probes.
func FuzzMachine(f *testing.F) {
	f.Add(uint8(0), []byte{1, 3, 4, 9, 10})
	f.Add(uint8(7), []byte{1, 2, 3, 5, 4, 4, 9, 9, 6, 7, 7, 1})
	f.Fuzz(func(t *testing.T, shape uint8, script []byte) {
		s := State{Config: configOf(shape)}
		links := map[int]bool{}
		open := false
		now := int64(1)
		for i := 0; i+1 < len(script); i += 2 {
			e := eventOf(script[i], script[i+1])
			now += int64(script[i+1]) << (script[i] >> 5) // up to half a minute
			e.Now = now
			was := s.Phase
			var out []Action
			s, out = s.Next(e, nil)
			for _, a := range out {
				switch a.Kind {
				case ActOpenLink:
					if links[a.Link] || a.Link == 0 {
						t.Fatalf("link %d is given out again", a.Link)
					}
					links[a.Link] = true
				case ActCloseLink, ActFinishLink:
					delete(links, a.Link)
				case ActOpened:
					if open {
						t.Fatal("opened twice")
					}
					open = true
				case ActClosed:
					if was == Idle || was == Closed {
						t.Fatalf("closed when %v", was)
					}
					open = false
				}
			}
			if e.Kind == EvLinkClosed {
				delete(links, e.Link)
			}
			if len(links) > 3 {
				t.Fatalf("%d links at once", len(links))
			}
			if open != (s.Phase == Opened) {
				t.Fatalf("told open %v, and is %v after %+v", open, s.Phase, e)
			}
			if s.Phase == Closed && (s.Deadline() != 0 || len(links) != 0) {
				t.Fatalf("closed, with a deadline (%d) or links (%v) left", s.Deadline(), links)
			}
		}
	})
}

func configOf(shape uint8) Config {
	c := Config{Upgrade: shape&1 != 0, TryAll: shape&2 != 0, Revision: [4]int{0, 3, 4, 0}[shape>>2&3]}
	c.Transports = [4]Order{{Polling, WebSocket, WebTransport}, {WebSocket, Polling}, {Polling}, {WebTransport, WebSocket}}[shape>>4&3]
	return c
}

func eventOf(kind, what byte) Event {
	return Event{
		Kind:       EvOpen + EventKind(kind&31)%EvClose,
		Link:       int(what & 7),
		Revision:   [4]int{0, 3, 4, 4}[what>>3&3],
		Interval:   25_000,
		Timeout:    int64(what>>5&1) * 20_000,
		Upgradable: TransportSet(what>>6&1<<WebSocket | what>>5&1<<WebTransport),
		Packet:     PacketType(what>>3) % (Noop + 1),
		Probe:      what>>6&1 != 0,
		Failed:     what>>7&1 != 0,
	}
}
