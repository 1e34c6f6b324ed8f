package socketio

import (
	"strings"
	"testing"
)

// accepted is "/" with its token in the handshake, connected on link 1.
const accepted = `
			connect /              > ask / connect 0
			cleared /              > link 1
			handshake 1            > opened, CONNECT /
			connected /            > connected /
			accepted /             > flush /`

// openedBeside is accepted, renewed as far as to a new connection that is open beside the
// old one. emitted is the same with an emit on the old one that is not answered yet.
const (
	beside = `
			renew /                > handover, ask / refresh 0
			cleared /              > link 2
			handshake 2            > opened, CONNECT /`
	openedBeside = accepted + beside
	emitted      = accepted + `
			emits /                >` + beside
)

// Where the server numbers its events, the new connection opens beside the old one, which
// goes on delivering. The user hears of nothing.
func TestBeside(t *testing.T) {
	play(t, []row{
		{"opening → open → openingBeside → joining → drainingBeside → retiringBeside → open: the server numbers all events", "/:open numbered", openedBeside + `
			connected /            > connected / silently, fence 1
			accepted /             > flush /
			passed                 >
			tick 49                >
			tick 1                 > finish 1
			finished 1             > flush / silently, retire`},
		{"opening → open → openingBeside → joining → drainingBeside → retiringBeside → open: acks on the old connection are awaited", "/:open numbered", emitted + `
			connected /            > connected / silently, fence 1
			accepted /             > flush /
			passed                 >
			tick 1000              >
			answered /             >
			tick 50                > finish 1
			finished 1             > flush / silently, retire`},
		{"opening → open → openingBeside → joining → drainingBeside → retiringBeside → open: acks on the old connection are awaited until a deadline", "/:open numbered", emitted + `
			connected /            > connected / silently, fence 1
			accepted /             > flush /
			passed                 >
			tick 1999              >
			tick 1                 > finish 1
			tick 1499              >
			tick 1                 > flush / silently, retire`},
		{"opening → open → openingBeside → joining → drainingBeside: without acks, the answer to the fence is awaited", "/:open numbered", openedBeside + `
			connected /            > connected / silently, fence 1
			accepted /             > flush /
			tick 1999              >`},
		{"opening → open → openingBeside → joining → retiringBeside → open: a namespace does not join in time", "/:open /a numbered", accepted + `
			connect /a             > CONNECT /a
			connected /a           > connected /a, flush /a
			renew /                > handover, ask / refresh 0
			cleared /              > link 2
			handshake 2            > opened, CONNECT /, CONNECT /a
			connected /            > connected / silently
			tick 2000              > finish 1
			connected /a           > connected /a silently, flush /a
			finished 1             > flush / silently, flush /a silently, retire`},
		{"opening → open → openingBeside → joining → drainingBeside → retiringBeside → open → openingBeside → joining → drainingBeside → retiringBeside: a wildcard server gets a pause instead of a fence the next time", "/:open numbered", openedBeside + `
			connected /            > connected / silently, fence 1
			accepted /             > flush /
			taken aside            > wildcard
			tick 50                > finish 1
			finished 1             > flush / silently, retire
			renew /                > handover, ask / refresh 0
			cleared /              > link 3
			handshake 3            > opened, CONNECT /
			connected /            > connected / silently
			accepted /             > flush /
			tick 499               >
			tick 1                 > finish 2`},
		{"opening → open → draining: one namespace is not numbered: break before make", "/:open /a", accepted + `
			renew /                >`},

		// One of the two connections ends.
		{"opening → open → openingBeside → pausing: the new connection does not open: both close, and the user is told", "/:open numbered", accepted + `
			renew /                > handover, ask / refresh 0
			cleared /              > link 2
			lost 2                 > cut 2, finish 1, retire, error: transport error, disconnected /: transport close, failed /`},
		{"opening → open → openingBeside → joining → drainingBeside → open: the server closes the old connection", "/:open numbered", accepted + `
			renew /                > handover, ask / refresh 0
			gone 1                 > cut 1
			cleared /              > link 2
			handshake 2            > opened, CONNECT /
			connected /            > connected / silently
			accepted /             > flush /
			tick 50                > flush / silently, retire`},
		{"opening → open → openingBeside → joining → drainingBeside → retiringBeside → pausing: the server closes the new connection", "/:open numbered", openedBeside + `
			connected /            > connected / silently, fence 1
			passed                 >
			tick 50                > finish 1
			lost 2                 > cut 2, flush / silently, retire, closed: transport error, disconnected /: transport error`},
		{"opening → open → openingBeside → joining: the old connection finishes its upgrade", "/:open numbered polling", `
			connect /              > ask / connect 0
			cleared /              > link 1
			handshake 1 upgrade    > opened, CONNECT /, link 2
			connected /            > connected /
			accepted /             > flush /
			linkopened 2           > send 2probe
			probe 2                >
			renew /                > handover, ask / refresh 0
			paused 1               > send 5, cut 1
			cleared /              > link 3
			handshake 3            > opened, CONNECT /`},

		// Another renewal in the middle of this one.
		{"opening → open → openingBeside → joining → drainingBeside → retiringBeside → openingBeside: another renewal waits for the end of this one", "/:open numbered", openedBeside + `
			connected /            > connected / silently, fence 1
			accepted /             > flush /
			renew /                >
			passed                 >
			tick 50                > finish 1
			finished 1             > flush / silently, retire, handover, ask / refresh 0`},
		{"opening → open → openingBeside → joining → drainingBeside → retiringBeside → retiring → opening: the server refuses the token: the connection with another token waits for the end of this handover", "/:open numbered", openedBeside + `
			connected /            > connected / silently, fence 1
			accepted /             > flush /
			hold /                 >
			retry /                >
			unnumbered /           >
			passed                 >
			tick 50                > finish 1
			finished 1             > flush / silently, retire, finish 2
			finished 2             > ask / unauthorized 0`},
		{"opening → open → openingBeside → joining → drainingBeside → retiringBeside → open: another renewal ends with its user's disconnect()", "/:open /a:open numbered", `
			connect /              > ask / connect 0
			connect /a             > ask /a connect 0
			cleared /              >
			cleared /a             > link 1
			handshake 1            > opened, CONNECT /, CONNECT /a
			connected /            > connected /
			connected /a           > connected /a
			renew /                > handover, ask / refresh 0, ask /a reconnect 0
			cleared /              >
			cleared /a             > link 2
			handshake 2            > opened, CONNECT /, CONNECT /a
			connected /            > connected / silently
			connected /a           > connected /a silently, fence 1
			renew /a               >
			disconnect /a          > DISCONNECT /a, disconnected /a: io client disconnect
			passed                 >
			tick 50                > finish 1
			finished 1             > flush / silently, retire`},
	})
}

// The server takes one connection of a user: the new one is given up, the old one goes
// first, and from then on it always does.
func TestBesideRefused(t *testing.T) {
	play(t, []row{
		{"opening → open → openingBeside → joining → retiringAlone → opening → open → draining: no acks are outstanding", "/:open numbered", openedBeside + `
			single                 > finish 2, finish 1
			finished 1             > retire, ask / reconnect 0
			cleared /              > link 3
			handshake 3            > opened, CONNECT /
			connected /            > connected / silently
			accepted /             > flush /
			renew /                >`},
		{"opening → open → openingBeside → joining → drainingAlone → retiringAlone → opening → open: acks are awaited first", "/:open numbered", emitted + `
			single                 > finish 2
			single                 >
			tick 100               >
			answered /             >
			tick 50                > finish 1
			finished 1             > retire, ask / reconnect 0
			cleared /              > link 3
			handshake 3            > opened, CONNECT /
			connected /            > connected / silently`},
		{"opening → open → openingBeside → joining → drainingAlone → retiringAlone → opening: outstanding acks are awaited until a deadline", "/:open numbered", emitted + `
			single                 > finish 2
			tick 1999              >
			tick 1                 > finish 1
			tick 1500              > retire, ask / reconnect 0`},
		{"opening → open → openingBeside → joining → drainingAlone → opening → open: the server hangs up while acks are awaited", "/:open numbered", emitted + `
			single                 > finish 2
			gone 1                 > cut 1
			tick 50                > retire, ask / reconnect 0
			cleared /              > link 3
			handshake 3            > opened, CONNECT /
			connected /            > connected / silently`},
		{"opening → open → openingBeside → joining → drainingBeside → drainingAlone: the server refuses the second connection when all have joined", "/:open numbered", openedBeside + `
			connected /            > connected / silently, fence 1
			single                 > finish 2`},
		{"opening → open → openingBeside → joining → retiringAlone → opening → open: a namespace without a token is connected on the refused connection: its user is told", "/:open /a numbered", accepted + `
			renew /                > handover, ask / refresh 0
			connect /a             >
			cleared /              > link 2
			handshake 2            > opened, CONNECT /, CONNECT /a
			connected /a           > connected /a, flush /a
			single                 > finish 2, disconnected /a: transport close, finish 1
			finished 1             > retire, ask / reconnect 0
			cleared /              > link 3
			handshake 3            > opened, CONNECT /, CONNECT /a
			connected /a           > connected /a, flush /a`},
		{"opening → open → openingBeside → joining → retiringAlone → opening → open: a namespace without a token is not connected yet on the refused connection: its user is not told", "/:open /a numbered", accepted + `
			renew /                > handover, ask / refresh 0
			connect /a             >
			cleared /              > link 2
			handshake 2            > opened, CONNECT /, CONNECT /a
			single                 > finish 2, finish 1
			finished 1             > retire, ask / reconnect 0
			cleared /              > link 3
			handshake 3            > opened, CONNECT /, CONNECT /a
			connected /a           > connected /a, flush /a`},
	})
}

// What the page emits waits, and of the two connections the old one is read first.
func TestBesideReads(t *testing.T) {
	for _, stage := range []struct {
		script      string
		used, other string // what becomes of each type of packet on the connection in use, and on the old one
		holds       bool
	}{
		{accepted, "nnnnnnn", "", false},
		{openedBeside, "nllnnln", "nnnnnnn annnann", true},
		{openedBeside + "\nconnected /\naccepted /", "nllnnln", "nnnnnnn annnann", true},
		{openedBeside + "\nconnected /\naccepted /\npassed\ntick 50", "nllnnln", "", true},
		{openedBeside + "\nconnected /\naccepted /\npassed\ntick 50\nfinished 1", "nnnnnnn", "", false},
	} {
		p := newPlayer("/:open numbered")
		p.live(t, stage.script)
		t.Run(p.place(), func(t *testing.T) {
			n := p.m.Namespaces[0]
			if got := usesOf(p.m, false, n); got != stage.used {
				t.Errorf("on the connection in use: %s, want %s", got, stage.used)
			}
			if got := usesOf(p.m, true, n) + " " + usesOf(p.m, true, nil); stage.other != "" && got != stage.other {
				t.Errorf("on the old connection: %s, want %s", got, stage.other)
			}
			if p.m.HandingOver() != stage.holds {
				t.Errorf("what the page emits waits: %t", !stage.holds)
			}
		})
	}
}

// live plays a script, whatever comes of it.
func (p *player) live(t *testing.T, script string) {
	for line := range strings.Lines(strings.TrimSpace(script)) {
		does, _, _ := strings.Cut(line, ">")
		p.event(t, strings.Fields(does))
	}
}
