package socketio

import (
	"testing"
	"unicode/utf16"

	"github.com/socketio-jwt/socketio-jwt-wasm/client/lifecycle"
	"github.com/socketio-jwt/socketio-jwt-wasm/internal/engineio"
)

// The manager takes events in any order: those of three namespaces (one of them "/", two behind a token) and those of
// the connection. It stays on its feet, and a socket is told when it is connected: once, and only on a connection that is
// open.
func FuzzManager(f *testing.F) {
	// open, link, handshake, CONNECT of "/", accepted; then lost, ticks, and back.
	f.Add(uint8(0), []byte{1, 0, 128, 1, 130, 81, 129, 1, 7, 0, 11, 0, 133, 1, 20, 9, 17, 0, 128, 2})
	f.Add(uint8(1), []byte{4, 1, 5, 1, 131, 0x51, 6, 1, 11, 1, 13, 1, 20, 200, 20, 200})
	f.Fuzz(func(t *testing.T, shape uint8, script []byte) {
		m := NewManager(Config{
			Engine:       engineio.Config{Transports: engineio.Order{engineio.Polling, engineio.WebSocket}, Upgrade: shape&1 != 0, TryAll: shape&2 != 0},
			Reconnection: shape&4 == 0,
			MaxAttempts:  int(shape>>3&3) - 1,
			Timeout:      20_000,
			Backoff:      Backoff{Backoff: lifecycle.Backoff{Min: 1000, Max: 5000, Jitter: 0.5}},
		}, 0)
		for slot, name := range []string{"/", "/admin", "/chat"} {
			m.Add(&Namespace{Slot: slot, Name: utf16.Encode([]rune(name)), Token: slot > 0, Gate: Gate(slot)})
		}
		connected := map[int]bool{}
		now := int64(1)
		for i := 0; i+1 < len(script); i += 2 {
			e := managerEvent(script[i], script[i+1])
			switch e.Kind {
			case EvNspConnected, EvNspRefused, EvNspDisconnected, EvRootConnected:
				if m.Engine.Phase != engineio.Opened {
					continue // packets come over an open connection only
				}
			case EvCleared, EvAccepted, EvHold, EvRenew, EvBackoff, EvHalt:
				if n := m.Find(e.Slot); n == nil || !n.Token {
					continue // no lifecycle stands above it
				}
			case EvConnect:
				if n := m.Find(e.Slot); n != nil && connected[e.Slot] && !n.Active {
					continue // the page disconnects it first
				}
			}
			now += int64(script[i+1]) << (script[i] >> 5)
			e.Now, e.Engine.Now = now, now
			for _, a := range m.Next(&e, nil) {
				switch a.Kind {
				case ActSocketConnected:
					if connected[a.Slot] && !a.Silent {
						t.Fatalf("socket %d is told twice that it is connected, after %+v", a.Slot, e)
					}
					connected[a.Slot] = true
				case ActSocketClosed: // as with socket.io-client, also when it was still connecting
					connected[a.Slot] = false
				}
			}
			for _, n := range m.Namespaces {
				if n.Phase == Connected && !connected[n.Slot] {
					t.Fatalf("socket %d is connected and was not told, after %+v", n.Slot, e)
				}
				if n.Phase == Connected && m.Engine.Phase != engineio.Opened {
					t.Fatalf("socket %d is connected on a connection that is %v, after %+v", n.Slot, m.Engine.Phase, e)
				}
			}
		}
	})
}

// managerEvent: the upper half of the bytes are the connection's events, the lower the manager's own.
func managerEvent(kind, what byte) Event {
	if kind < 128 {
		return Event{Kind: EvOpen + EventKind(kind)%(EvTick-EvOpen+1), Slot: int(what & 3), Cause: Cause(what >> 2 & 3), Callback: what&16 != 0, Link: int(what & 7)}
	}
	return Event{Kind: EvEngine, Engine: engineio.Event{
		Kind:       engineio.EvOpen + engineio.EventKind(kind&31)%engineio.EvClose,
		Link:       int(what & 7),
		Revision:   [4]int{0, 3, 4, 4}[what>>3&3],
		Interval:   25_000,
		Timeout:    20_000,
		Upgradable: engineio.TransportSet(what >> 6 & 1 << engineio.WebSocket),
		Packet:     engineio.PacketType(what>>3) % (engineio.Noop + 1),
		Probe:      what>>6&1 != 0,
		Failed:     what>>7&1 != 0,
	}}
}
