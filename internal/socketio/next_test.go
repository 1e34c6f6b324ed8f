package socketio

import "testing"

// One namespace among others on a connection.
func TestNamespace(t *testing.T) {
	play(t, []row{
		{"waiting → connecting → off → connecting → connected: refused, and asked again by the user only", "/ /admin watch=/admin", `
			connect /              > link 1
			connect /admin         >
			handshake 1            > opened, CONNECT /, CONNECT /admin
			refused /admin         > failed /admin
			lost 1                 > cut 1, closed: transport error, disconnected /: transport error
			tick 1000              > try 1
			continue               > link 2
			handshake 2            > opened, CONNECT /, reconnected 1
			connect /admin         > CONNECT /admin
			connected /admin       > connected /admin, flush /admin`},
		{"waiting → connecting → connected → off → waiting: the server disconnects the namespace", "/ /admin watch=/admin", `
			connect /              > link 1
			connect /admin         >
			handshake 1            > opened, CONNECT /, CONNECT /admin
			connected /            > connected /, flush /
			connected /admin       > connected /admin, flush /admin
			kicked /admin          > disconnected /admin: io server disconnect
			tick 100000            > cut 1, closed: ping timeout, disconnected /: ping timeout
			connect /admin         >`},
		{"waiting → connecting → connected → off: the user disconnects, and other namespaces stay", "/ /admin watch=/admin", `
			connect /              > link 1
			connect /admin         >
			handshake 1            > opened, CONNECT /, CONNECT /admin
			connected /admin       > connected /admin, flush /admin
			disconnect /admin      > DISCONNECT /admin, disconnected /admin: io client disconnect
			connected /admin       >
			accepted /admin        >`},
		{"waiting → connecting → off: the user disconnects before the answer", "/ /admin watch=/admin", `
			connect /              > link 1
			connect /admin         >
			handshake 1            > opened, CONNECT /, CONNECT /admin
			disconnect /admin      >
			late /admin            > DISCONNECT /admin
			late /admin            >`},
	})
}

// A server ends the connection when it reads a second CONNECT of a namespace that it has, or is about to have.
func TestOneConnectAtATime(t *testing.T) {
	const sent = `
			connect /              > link 1
			connect /a             > ask /a connect 0
			handshake 1            > opened, CONNECT /, CONNECT /a
			connected /            > connected /, flush /`
	play(t, []row{
		{"waiting → connecting → waiting → connecting → connected: CONNECT is answered before the retry: the namespace leaves and rejoins", "/ /a:event watch=/a", sent + `
			backoff /a             >
			tick 999               >
			late /a                > DISCONNECT /a
			tick 1                 > rejoin fence 1, ask /a reconnect 1
			read                   > CONNECT /a
			connected /a           > connected /a`},
		{"waiting → connecting → waiting → connecting: CONNECT is not answered when the retry is due: the retry waits for the answer", "/ /a:event watch=/a", sent + `
			backoff /a             >
			tick 1000              > ask /a reconnect 1
			late /a                > DISCONNECT /a, rejoin fence 1
			read                   > CONNECT /a`},
		{"waiting → connecting → waiting → connecting: CONNECT is refused when the retry is due: no DISCONNECT", "/ /a:event watch=/a", sent + `
			backoff /a             >
			tick 1000              > ask /a reconnect 1
			late /a refused        > CONNECT /a`},
		{"waiting → connecting → off → waiting → connecting: the hook has a token before CONNECT is answered", "/ /a:event watch=/a", sent + `
			halt /a                >
			retry /a               > ask /a unauthorized 0
			cleared /a             >
			late /a                > DISCONNECT /a, rejoin fence 1
			read                   > CONNECT /a`},
		{"connecting → off → waiting → connecting: the user disconnects and connects before CONNECT is answered", "/ /a watch=/a", `
			connect /              > link 1
			handshake 1            > opened, CONNECT /
			connect /a             > CONNECT /a
			disconnect /a          >
			connect /a             >
			late /a                > DISCONNECT /a, rejoin fence 1
			read                   > CONNECT /a`},
		{"connecting → connected → off → waiting → connecting: the user disconnects and connects in one turn: CONNECT waits until the server has read DISCONNECT", "/ /a watch=/a", `
			connect /              > link 1
			handshake 1            > opened, CONNECT /
			connect /a             > CONNECT /a
			connected /a           > connected /a, flush /a
			disconnect /a          > DISCONNECT /a, disconnected /a: io client disconnect
			connect /a             > rejoin fence 1
			read                   > CONNECT /a`},
		{"connecting → connected → off → connecting: the user connects two seconds after disconnect(): CONNECT goes at once", "/ /a watch=/a", `
			connect /              > link 1
			handshake 1            > opened, CONNECT /
			connect /a             > CONNECT /a
			connected /a           > connected /a, flush /a
			disconnect /a          > DISCONNECT /a, disconnected /a: io client disconnect
			tick 2000              >
			connect /a             > CONNECT /a`},
		{"connecting → off → waiting → connecting: servers 1.x and 2.x let go at once", "/ /a eio3 watch=/a", `
			connect /              > link 1
			handshake 1            > opened
			root                   >
			connect /a             > CONNECT /a
			disconnect /a          >
			connect /a             >
			late /a                > DISCONNECT /a, CONNECT /a`},
		{"connecting → off → waiting → connecting: a new connection has nothing to wait for", "/ /a watch=/a", `
			connect /              > link 1
			handshake 1            > opened, CONNECT /
			connect /a             > CONNECT /a
			disconnect /a          >
			connect /a             >
			lost 1                 > cut 1, closed: transport error, disconnected /: transport error, disconnected /a: transport error
			tick 1000              > try 1
			continue               > link 2
			handshake 2            > opened, CONNECT /, CONNECT /a, reconnected 1
			late /a                >`},
	})
}

// A middleware that never answers CONNECT keeps nobody off for longer than two seconds.
func TestConnectIsNeverAnswered(t *testing.T) {
	play(t, []row{
		{"opening → open → draining → retiring → opening → open: the user disconnects and connects: another connection, and namespaces without a token are told", "/ /a", `
			connect /              > link 1
			handshake 1            > opened, CONNECT /
			connected /            > connected /, flush /
			connect /a             > CONNECT /a
			disconnect /a          >
			tick 5000              >
			connect /a             >
			tick 1999              >
			tick 1                 >
			tick 50                > finish 1
			finished 1             > disconnected /: transport close, link 2
			handshake 2            > opened, CONNECT /, CONNECT /a
			connected /            > connected /, flush /
			connected /a           > connected /a, flush /a`},
		{"opening → open → draining → retiring → opening → open: the user disconnects and connects: another connection, and namespaces with a token are not told", "/:event /a:connect noreconnect", `
			connect /              > ask / connect 0, link 1
			connect /a             > ask /a connect 0
			cleared /              >
			cleared /a             >
			handshake 1            > opened, CONNECT /, CONNECT /a
			connected /            > connected /
			accepted /             > flush /
			disconnect /a          >
			connect /a             > ask /a connect 0
			cleared /a             >
			tick 2000              >
			tick 50                > finish 1
			finished 1             > ask / reconnect 0, ask /a reconnect 0, link 2
			cleared /              >
			cleared /a             >
			handshake 2            > opened, CONNECT /, CONNECT /a
			connected /            > connected / silently
			connected /a           > connected /a`},
		{"opening → open: CONNECT is answered in time: the connection stays", "/ /a", `
			connect /              > link 1
			handshake 1            > opened, CONNECT /
			connect /a             > CONNECT /a
			disconnect /a          >
			connect /a             >
			tick 1999              >
			late /a                > DISCONNECT /a, rejoin fence 1
			read                   > CONNECT /a
			tick 10000             >
			connected /a           > connected /a, flush /a`},
		{"opening → open: the user does not connect again: the connection stays", "/ /a", `
			connect /              > link 1
			handshake 1            > opened, CONNECT /
			connect /a             > CONNECT /a
			disconnect /a          >
			connect /a             >
			disconnect /a          >
			tick 10000             >`},
		{"opening → open: a namespace that rejoins: its user hears of it, and is connected when the answer is there", "/ /a:connect", up + `
			renew /a               >
			tick deadline          > DISCONNECT /a, rejoin fence 1
			read                   > ask /a refresh 0
			cleared /a             > CONNECT /a
			tick 9999              >
			tick 1                 > disconnected /a: transport close
			tick 10000             >
			connected /a           > connected /a`},
	})
}

// A namespace is at rest when the server cannot connect it any more.
func TestAtRestWhenAnswered(t *testing.T) {
	p := newPlayer("/ /a")
	p.live(t, `
		connect /              > link 1
		handshake 1            > opened, CONNECT /
		connect /a             > CONNECT /a
		disconnect /a          >`)
	n := p.m.Find(1)
	if p.m.AtRest(n) {
		t.Error("the answer to its CONNECT finds nobody")
	}
	p.live(t, "late /a > DISCONNECT /a")
	if !p.m.AtRest(n) {
		t.Error("answered, and never released")
	}
}

// One that has a token: what waits for it, and what becomes of it when there is none.
func TestNamespaceWithToken(t *testing.T) {
	play(t, []row{
		{"waiting → connecting → connected: the handshake waits for its token", "/:open watch=/", `
			connect /              > ask / connect 0
			tick 100000            >
			cleared /              > link 1
			handshake 1            > opened, CONNECT /
			connected /            > connected /
			accepted /             > flush /`},
		{"waiting → connecting → connected: the handshake waits for the tokens of all namespaces", "/:open /q:open watch=/q", `
			connect /              > ask / connect 0
			connect /q             > ask /q connect 0
			cleared /              >
			cleared /q             > link 1
			handshake 1            > opened, CONNECT /, CONNECT /q
			connected /q           > connected /q
			connected /            > connected /`},
		{"waiting → connecting → connected: CONNECT waits for its token, the connection does not", "/ /a:connect watch=/a", `
			connect /              > link 1
			connect /a             > ask /a connect 0
			handshake 1            > opened, CONNECT /
			tick 1000              >
			cleared /a             > CONNECT /a
			connected /a           > connected /a
			accepted /a            > flush /a`},
		{"waiting → connecting → connected: a token to emit keeps nothing waiting but what the user emits", "/:event watch=/", `
			connect /              > ask / connect 0, link 1
			handshake 1            > opened, CONNECT /
			cleared /              >
			connected /            > connected /
			accepted /             > flush /
			hold /                 >
			accepted /             > flush /`},
		{"waiting → connecting → connected → waiting → connecting → connected: a new attempt asks for a token again", "/:open watch=/", `
			connect /              > ask / connect 0
			cleared /              > link 1
			handshake 1            > opened, CONNECT /
			connected /            > connected /
			accepted /             > flush /
			lost 1                 > cut 1, closed: transport error, disconnected /: transport error
			tick 1000              > try 1
			continue               > ask / reconnect 1
			cleared /              > link 2
			handshake 2            > opened, CONNECT /, reconnected 1
			connected /            > connected /`},
		{"waiting: each attempt is told of by its number", "/:open watch=/", `
			connect /              > ask / connect 0
			cleared /              > link 1
			lost 1                 > cut 1, error: transport error, failed /
			tick deadline          > try 1
			continue               > ask / reconnect 1
			cleared /              > link 2
			lost 2                 > cut 2, error: transport error, failed /, tryfailed
			tick deadline          > try 2
			continue               > ask / reconnect 2`},
		{"waiting → off → waiting: the lifecycle gives up: nothing is tried", "/:open watch=/", `
			connect /              > ask / connect 0
			halt /                 > closed: forced close
			cleared /              >
			tick 100000            >
			connect /              > ask / connect 0`},
		{"waiting → off: the lifecycle gives up, and another namespace goes on", "/:open /q:open watch=/", `
			connect /              > ask / connect 0
			connect /q             > ask /q connect 0
			cleared /q             >
			halt /                 > link 1`},
		{"waiting → connecting → connected → off: the server waits for an acknowledgement: it stays", "/:event watch=/", `
			connect /              > ask / connect 0, link 1
			cleared /              >
			handshake 1            > opened, CONNECT /
			connected /            > connected /
			halt /                 >
			kicked /               > finish 1, closed: forced close, disconnected /: io server disconnect`},
		{"waiting → connecting → connected: no token to be had: later, on the connection that goes on", "/ /a:connect watch=/a", `
			connect /              > link 1
			connect /a             > ask /a connect 0
			handshake 1            > opened, CONNECT /
			connected /            > connected /, flush /
			backoff /a             >
			tick 999               >
			tick 1                 > ask /a reconnect 1
			cleared /a             > CONNECT /a
			connected /a           > connected /a`},
		{"waiting → connecting → connected → waiting → connecting: there is no token: the pause doubles until a token is accepted", "/ /a:connect watch=/a", `
			connect /              > link 1
			connect /a             > ask /a connect 0
			handshake 1            > opened, CONNECT /
			backoff /a             >
			tick 1000              > ask /a reconnect 1
			backoff /a             >
			tick 1999              >
			tick 1                 > ask /a reconnect 2
			cleared /a             > CONNECT /a
			connected /a           > connected /a
			accepted /a            > flush /a
			backoff /a             > DISCONNECT /a, disconnected /a: io client disconnect
			tick 1000              > rejoin fence 1, ask /a reconnect 1
			cleared /a             >
			read                   > CONNECT /a`},
		{"waiting → connecting → connected → waiting → connecting → connected → waiting → connecting: there is no token by event: the namespace is connected for each attempt", "/ /a:event watch=/a", `
			connect /              > link 1
			connect /a             > ask /a connect 0
			handshake 1            > opened, CONNECT /, CONNECT /a
			connected /a           > connected /a
			backoff /a             > DISCONNECT /a, disconnected /a: io client disconnect
			tick 1000              > rejoin fence 1, ask /a reconnect 1
			read                   > CONNECT /a
			connected /a           > connected /a
			backoff /a             > DISCONNECT /a, disconnected /a: io client disconnect
			tick 1999              >
			tick 1                 > ask /a reconnect 2, CONNECT /a`},
		{"waiting: no token for the handshake: the whole connection later", "/:open watch=/", `
			connect /              > ask / connect 0
			backoff /              > error: none, failed /
			tick 1000              > try 1
			continue               > ask / reconnect 1
			cleared /              > link 1`},
		{"waiting → connecting → connected → waiting: no answer to the token: a new connection where the server connects unasked", "/:event eio3 watch=/", `
			connect /              > ask / connect 0, link 1
			cleared /              >
			handshake 1            > opened
			connected /            > connected /
			backoff /              > finish 1, closed: forced close, disconnected /: forced close
			tick 1000              > try 1
			continue               > ask / reconnect 1, link 2`},
		{"waiting → connecting → connected → waiting → connecting → connected → waiting → connecting → connected: no answer to the token: the pause doubles until a token is accepted", "/:event eio3 watch=/", `
			connect /              > ask / connect 0, link 1
			handshake 1            > opened
			connected /            > connected /
			backoff /              > finish 1, closed: forced close, disconnected /: forced close
			tick 1000              > try 1
			continue               > ask / reconnect 1, link 2
			handshake 2            > opened, reconnected 1
			connected /            > connected /
			backoff /              > finish 2, closed: forced close, disconnected /: forced close
			tick 1999              >
			tick 1                 > try 1
			continue               > ask / reconnect 2, link 3
			backoff /              >
			handshake 3            > opened, reconnected 1
			tick 3999              >
			tick 1                 > ask / reconnect 3
			connected /            > connected /`},
	})
}
