package socketio

import (
	"slices"
	"testing"
)

// A user who disconnects in the middle of a handover hears of that, and the namespace is at rest when the connection is
// closed.
func TestDisconnectDuringAHandover(t *testing.T) {
	for _, row := range []struct {
		when, config, script string
		slot                 int
		before               []Event
	}{
		{"refused on the new connection", "/:open numbered", openedBeside, 0, []Event{{Kind: EvNspRefused}}},
		{"rejoining, behind a fence", "/ /a:connect numbered", stood + `
			greeted /a             > fence 1
			read                   >
			tick 50                > DISCONNECT /a, rejoin fence 1`, 1, nil},
	} {
		t.Run(row.when, func(t *testing.T) {
			p := newPlayer(row.config)
			p.live(t, row.script)
			for _, e := range row.before {
				p.next(e)
			}
			out := p.next(Event{Kind: EvDisconnect, Slot: row.slot})
			if !slices.ContainsFunc(out, func(a Action) bool {
				return a.Kind == ActSocketClosed && a.Slot == row.slot && a.Reason == ReasonClient
			}) {
				t.Error("its user does not hear that it is closed")
			}
			p.next(Event{Kind: EvClose})
			for _, n := range p.m.Namespaces {
				p.next(Event{Kind: EvDisconnect, Slot: n.Slot})
				if !p.m.AtRest(n) {
					t.Errorf("%s is never released", p.names[n.Slot])
				}
			}
		})
	}
}
