package lifecycle

import (
	"encoding/binary"
	"reflect"
	"testing"
)

// FuzzNext gives any event in any state: nothing may panic, the same must give
// the same, and no state may be left that is none.
func FuzzNext(f *testing.F) {
	f.Add(uint8(0xff), []byte{1, 0, 0, 0, 2, 0, 1, 9, 4, 0, 0, 0, 5, 0, 0, 0, 10, 200, 0, 0, 2, 2, 2, 9, 6, 255, 0, 0, 8, 0, 3, 1})
	f.Add(uint8(2), []byte{1, 0, 0, 0, 3, 0, 0, 0, 8, 0, 0, 0, 11, 0, 0, 0, 2, 0, 1, 5, 12, 0, 0, 0, 13, 250, 1, 1})
	f.Fuzz(func(t *testing.T, how uint8, data []byte) {
		l := New(Config{
			Via: Via(how & 15), Provider: how&16 != 0, InBand: how&32 != 0,
			RefreshBefore: int64(how&64) * 300, Seed: uint32(how),
		})
		now := int64(start)
		var out []Action
		for ; len(data) >= 4; data = data[4:] {
			e := fuzzEvent(data, &now)
			a, did := l.Next(e, out[:0:0])
			b, again := l.Next(e, nil)
			if !reflect.DeepEqual(a, b) || !reflect.DeepEqual(did, again) && len(did)+len(again) > 0 {
				t.Fatal("the same event in the same state gave something else")
			}
			if a.state > Halted {
				t.Fatalf("state %d", a.state)
			}
			checkActions(t, l, a, did)
			l = a
		}
	})
}

// FuzzSource gives any event to a source: one call runs at a time, nobody is
// answered twice, and nobody waits for nothing.
func FuzzSource(f *testing.F) {
	f.Add([]byte{1, 1, 7, 1, 2, 9, 2, 1, 3, 4, 0, 0, 3, 1, 0, 5, 1, 0, 4, 255, 255})
	f.Fuzz(func(t *testing.T, data []byte) {
		s := NewSource(1_000)
		now, running := int64(start), false
		waits := map[int]uint32{}
		for n := uint32(1); len(data) >= 3; data, n = data[3:], n+1 {
			x, y := data[1], data[2]
			now += int64(y) * 5
			e := SourceEvent{
				Kind: SourceEventKind(data[0] % 7), Now: now, Socket: int(x & 3), Seq: n, Cause: Cause(x >> 2 & 3),
				Have: uint32(x >> 4 & 3), Call: uint32(y & 7), Token: Token{ID: uint32(y >> 3 & 3)},
			}
			switch e.Kind {
			case SrcAsk:
				waits[e.Socket] = n
			case SrcForget:
				delete(waits, e.Socket)
			}
			var out []SourceAction
			s, out = s.Next(e, nil)
			for _, a := range out {
				switch a.Kind {
				case SrcDeliver, SrcDeliverFailed:
					if waits[a.Socket] != a.Seq || a.Seq == 0 {
						t.Fatalf("socket %d did not wait for %d", a.Socket, a.Seq)
					}
					delete(waits, a.Socket)
				case SrcCall:
					if running && e.Kind != SrcAnswer && e.Kind != SrcFailed && e.Kind != SrcTick {
						t.Fatal("two calls at once")
					}
				case SrcCancel:
					if !running || e.Kind != SrcForget {
						t.Fatal("nobody has stopped, and a call is cancelled")
					}
				}
			}
			running = s.state != quiet
			if len(waits) > 0 && !running {
				t.Fatal("somebody waits and nobody is called")
			}
		}
	})
}

func fuzzEvent(data []byte, now *int64) Event {
	*now += int64(data[1]) * int64(data[1]) * 10
	x := binary.LittleEndian.Uint16(data[2:])
	e := Event{
		Kind: EventKind(data[0] % 15), Now: *now,
		Cause: Cause(x & 3), Attempt: int(x & 7), Seq: uint32(x >> 8 & 15),
		Source: CloseSource(x & 3), Recovered: x&4 != 0,
		Refusal:    Refusal{Callback: x&8 != 0},
		ServerTime: *now + int64(int16(x))*1000,
	}
	if x&16 != 0 {
		e.Refusal.Code, e.Refusal.Message = "invalid_token", "jwt expired"
	}
	if id := x >> 5 & 7; id != 0 {
		e.Token = Token{ID: uint32(id), ReceivedAt: *now, IssuedAt: *now - int64(x&15)*100_000, ExpiresAt: *now + int64(int8(x>>8))*2_000}
	}
	return e
}

// checkActions holds what every single step must hold.
func checkActions(t *testing.T, before, after Lifecycle, did []Action) {
	t.Helper()
	acks := 0
	for i, a := range did {
		switch a.Kind {
		case ActAcknowledge:
			acks++
		case ActDeadline:
			if i != len(did)-1 {
				t.Fatal("the deadline is not the last word")
			}
		case ActGo, ActAuthenticate, ActReconnect:
			guest := before.config.Guest && a.Kind != ActAuthenticate
			if a.Token.ID == 0 && !guest {
				t.Fatal("no token travels")
			}
		case ActSettled:
			if !before.reauth && !after.reauth && a.OK && before.state == Idle {
				t.Fatal("settled what nobody asked for")
			}
		case 0:
			t.Fatal("an action without a kind")
		}
	}
	if acks > 1 {
		t.Fatal("acknowledged twice")
	}
	if after.open != (after.state == Authenticated || after.state == Guest) {
		t.Fatalf("emits flow in state %s: %v", after.state, after.open)
	}
}
