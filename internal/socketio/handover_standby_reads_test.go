package socketio

import "testing"

// TestStandbyRefused: the namespace is refused, and that lets another change the connection, which begins with the end of
// this one: it waits for the next.
func TestStandbyRefused(t *testing.T) {
	p := newPlayer("/ /a:connect /q:open numbered")
	p.live(t, `
		connect /q
		cleared /q`+left+`
		connected /q
		renew /q`)
	p.m.Namespaces[2].Numbered = false
	p.live(t, "refused /a")
	if p.live(t, "retry /a"); p.place() != "retiring" || p.m.Namespaces[1].Phase != Waiting {
		t.Errorf("%s, and /a is %s", p.place(), p.m.Namespaces[1].Phase)
	}
}

// TestStandbyWaitsForToken: it may be open before the token is there.
func TestStandbyWaitsForToken(t *testing.T) {
	p := newPlayer("/ /a:connect numbered")
	p.live(t, up+`
		renew /a
		tick deadline
		handshake 2`)
	if p.place() != "standbyOpening" {
		t.Fatalf("%s without the token", p.place())
	}
	if p.live(t, "cleared /a"); p.place() != "standbyJoining" {
		t.Fatalf("%s with it", p.place())
	}
}

// TestStandbyReads: what is read at once, what waits, and what is an answer, on both connections.
func TestStandbyReads(t *testing.T) {
	for _, stage := range []struct {
		script      string
		used, aside string // what becomes of each type of packet of "/a", and of a fence, on the connection in use, and on the other
		open        bool   // the page may emit in "/a"
		acks        bool   // … and answer
	}{
		{up, "nnnnnnn annnann", "", true, true},
		{stood, "nnnnnnn annnann", "anlnaln anlnaln", false, true},
		{stood + `
			greeted /a             >`, "nnnnnnn annnann", "nnlnnln anlnaln", false, true},
		{left, "nnnnnnn annnann", "nnlnnln anlnaln", false, false},
		{back, "lllllll alllall", "nnnnnnn annnann", true, true},
	} {
		p := newPlayer("/ /a:connect numbered")
		p.live(t, stage.script)
		t.Run(p.place(), func(t *testing.T) {
			plain, covered := p.m.Namespaces[0], p.m.Namespaces[1]
			uses := func(old bool, n *Namespace) string { return usesOf(p.m, old, n) }
			if got := uses(false, covered) + " " + uses(false, nil); got != stage.used {
				t.Errorf("on the connection in use: %s", got)
			}
			if got := uses(true, covered) + " " + uses(true, nil); stage.aside != "" && got != stage.aside {
				t.Errorf("on the standby: %s", got)
			}
			if got, want := uses(false, plain), stage.used[:7]; got != want {
				t.Errorf("without a token: %s", got)
			}
			if !plain.Open() || covered.Open() != stage.open {
				t.Error("what is emitted without a token waits, or with one does not, or for too long")
			}
			if (covered.Phase == Connected) != stage.acks {
				t.Error("answers go out to nobody, or not at all")
			}
			if p.m.HandingOver() {
				t.Error("the connection is taken for one that is replaced")
			}
		})
	}
}
