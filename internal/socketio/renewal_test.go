package socketio

import "testing"

// Another token for a session that goes on, where the server does not number its events: the user notices nothing.
func TestRenewal(t *testing.T) {
	play(t, []row{
		{"opening → open → draining → retiring → opening → open: the handshake carries the token: the old connection closes, then the new one opens", "/:open", `
			connect /              > ask / connect 0
			cleared /              > link 1
			handshake 1            > opened, CONNECT /
			connected /            > connected /
			accepted /             > flush /
			renew /                >
			tick deadline          > finish 1
			finished 1             > ask / refresh 0
			cleared /              > link 2
			handshake 2            > opened, CONNECT /
			connected /            > connected / silently
			accepted /             > flush /`},
		{"opening → open → draining → retiring → opening: the renewal waits for acks", "/:open", `
			connect /              > ask / connect 0
			cleared /              > link 1
			handshake 1            > opened, CONNECT /
			connected /            > connected /
			accepted /             > flush /
			emits /                >
			emits /                >
			renew /                >
			tick 100               >
			answered /             >
			answered /             >
			tick deadline          > finish 1
			finished 1             > ask / refresh 0
			cleared /              > link 2`},
		{"opening → open → draining → retiring → opening: the renewal waits for acks until a deadline", "/:open", `
			connect /              > ask / connect 0
			cleared /              > link 1
			handshake 1            > opened, CONNECT /
			connected /            > connected /
			accepted /             > flush /
			emits /                >
			renew /                >
			tick 1999              >
			tick 1                 > finish 1
			tick 1499              >
			tick 1                 > ask / refresh 0
			cleared /              > link 2`},
		{"opening → open → draining → pausing → reopening → open: the network fails while acks are awaited", "/:open", `
			connect /              > ask / connect 0
			cleared /              > link 1
			handshake 1            > opened, CONNECT /
			connected /            > connected /
			accepted /             > flush /
			emits /                >
			renew /                >
			lost 1                 > cut 1, closed: transport error, disconnected /: transport error
			tick 1000              > try 1
			continue               > ask / refresh 1
			cleared /              > link 2
			handshake 2            > opened, CONNECT /, reconnected 1
			connected /            > connected /`},
		{"opening → open → draining → retiring → opening → pausing → reopening: the new connection does not open", "/:open", `
			connect /              > ask / connect 0
			cleared /              > link 1
			handshake 1            > opened, CONNECT /
			connected /            > connected /
			accepted /             > flush /
			renew /                >
			tick deadline          > finish 1
			finished 1             > ask / refresh 0
			cleared /              > link 2
			lost 2                 > cut 2, error: transport error, disconnected /: transport close, failed /
			tick 1000              > try 1
			continue               > ask / reconnect 1`},
		{"opening → open → draining → retiring → opening → open: refused while the old connection ends, another token is there", "/:open", `
			connect /              > ask / connect 0
			cleared /              > link 1
			handshake 1            > opened, CONNECT /
			connected /            > connected /
			accepted /             > flush /
			renew /                >
			halt /                 >
			tick deadline          > finish 1
			retry /                >
			finished 1             > ask / unauthorized 0
			cleared /              > link 2
			handshake 2            > opened, CONNECT /
			connected /            > connected / silently`},
		{"opening → open → draining → retiring → opening → open: a namespace that connects while the old connection ends waits for the new one", "/q:open / eio3", `
			connect /q             > ask /q connect 0
			cleared /q             > link 1
			handshake 1            > opened, CONNECT /q
			root                   >
			connected /q           > connected /q
			accepted /q            > flush /q
			renew /q               >
			tick deadline          > finish 1
			connect /              >
			finished 1             > ask /q refresh 0
			cleared /q             > link 2
			handshake 2            > opened, CONNECT /q
			connected /            > connected /, flush /
			connected /q           > connected /q silently`},
		{"opening → open → draining → retiring → opening → open: a namespace that connects while acks are awaited waits for the new connection", "/:open /a", `
			connect /              > ask / connect 0
			cleared /              > link 1
			handshake 1            > opened, CONNECT /
			connected /            > connected /
			accepted /             > flush /
			emits /                >
			renew /                >
			connect /a             >
			tick 2000              > finish 1
			finished 1             > ask / refresh 0
			cleared /              > link 2
			handshake 2            > opened, CONNECT /, CONNECT /a
			connected /a           > connected /a, flush /a
			connected /            > connected / silently`},
		{"opening → open → draining → closed: the user disconnects meanwhile", "/:open", `
			connect /              > ask / connect 0
			cleared /              > link 1
			handshake 1            > opened, CONNECT /
			connected /            > connected /
			accepted /             > flush /
			emits /                >
			renew /                >
			disconnect /           > DISCONNECT /, finish 1, closed: forced close, disconnected /: io client disconnect
			tick 100000            >`},
		{"opening → open: CONNECT carries the token, and other namespaces are connected: the namespace rejoins", "/ /a:connect", up + `
			renew /a               >
			tick deadline          > DISCONNECT /a, rejoin fence 1
			tick 1999              >
			read                   > ask /a refresh 0
			cleared /a             > CONNECT /a
			connected /a           > connected /a silently
			accepted /a            > flush /a`},
		{"opening → open: the fence is not answered in time, and the next one shows a wildcard server: the namespace rejoins", "/ /a:connect", up + `
			renew /a               >
			tick deadline          > DISCONNECT /a, rejoin fence 1
			tick 2000              > ask /a refresh 0
			read                   >
			cleared /a             > CONNECT /a
			connected /a           > connected /a silently
			accepted /a            > flush /a
			renew /a               >
			tick deadline          > DISCONNECT /a, rejoin fence 1
			taken                  > wildcard, leave rejoin fence 1, ask /a refresh 0`},
		{"opening → open: the namespace for which the fence was sent may have disconnected before the answer", "/ /a:connect", up + `
			renew /a               >
			tick deadline          > DISCONNECT /a, rejoin fence 1
			disconnect /a          > disconnected /a: io client disconnect
			read                   >
			connect /a             > ask /a connect 0`},
		{"opening → open: another manager has found the server to be a wildcard server: half a second", "/ /a:connect takesall", up + `
			renew /a               >
			tick deadline          > DISCONNECT /a
			tick 499               >
			tick 1                 > ask /a refresh 0
			cleared /a             > CONNECT /a`},
		{"opening → open: a namespace that leaves while a fence is under way waits for the next fence", "/ /a:connect /b:connect", `
			connect /              > link 1
			connect /a             > ask /a connect 0
			connect /b             > ask /b connect 0
			handshake 1            > opened, CONNECT /
			connected /            > connected /, flush /
			cleared /a             > CONNECT /a
			cleared /b             > CONNECT /b
			connected /a           > connected /a
			connected /b           > connected /b
			renew /a               > DISCONNECT /a, rejoin fence 1
			renew /b               > DISCONNECT /b
			tick 30                >
			read                   > ask /a refresh 0, rejoin fence 1
			read                   > ask /b refresh 0`},
		{"opening → open: two namespaces that have left before the fence rejoin with its answer", "/ /a:connect /b:connect /c:connect", `
			connect /              > link 1
			connect /a             > ask /a connect 0
			connect /b             > ask /b connect 0
			connect /c             > ask /c connect 0
			handshake 1            > opened, CONNECT /
			connected /            > connected /, flush /
			cleared /a             > CONNECT /a
			cleared /b             > CONNECT /b
			cleared /c             > CONNECT /c
			connected /a           > connected /a
			connected /b           > connected /b
			connected /c           > connected /c
			renew /a               > DISCONNECT /a, rejoin fence 1
			renew /b               > DISCONNECT /b
			renew /c               > DISCONNECT /c
			read                   > ask /a refresh 0, rejoin fence 1
			read                   > ask /b refresh 0, ask /c refresh 0`},
		{"opening → open: the pause is four times the slowest CONNECT on this connection, where that is longer", "/ /a:connect takesall", `
			connect /              > link 1
			connect /a             > ask /a connect 0
			handshake 1            > opened, CONNECT /
			tick 100               >
			connected /            > connected /, flush /
			cleared /a             > CONNECT /a
			tick 200               >
			connected /a           > connected /a
			accepted /a            > flush /a
			renew /a               >
			tick deadline          > DISCONNECT /a
			tick 799               >
			tick 1                 > ask /a refresh 0
			cleared /a             > CONNECT /a`},
		{"opening → open: with a parser of the user's no fence is sent: half a second", "/ /a:connect parser", up + `
			renew /a               >
			tick deadline          > DISCONNECT /a
			tick 499               >
			tick 1                 > ask /a refresh 0
			cleared /a             > CONNECT /a`},
		{"opening → open: the namespace leaves when its own acks have come", "/ /a:connect", up + `
			emits /a               >
			renew /a               >
			tick 100               >
			answered /a            >
			tick deadline          > DISCONNECT /a, rejoin fence 1
			read                   > ask /a refresh 0
			cleared /a             > CONNECT /a
			connected /a           > connected /a silently`},
		{"opening → open: an old server: no pause", "/ /a:event eio3", `
			connect /              > link 1
			connect /a             > ask /a connect 0
			handshake 1            > opened, CONNECT /a
			connected /            > connected /, flush /
			cleared /a             >
			connected /a           > connected /a
			accepted /a            > flush /a
			renew /a               >
			tick deadline          > DISCONNECT /a, ask /a refresh 0, CONNECT /a
			cleared /a             >
			connected /a           > connected /a silently
			accepted /a            > flush /a`},
		{"opening → open → draining → retiring → opening → open: CONNECT carries the token, and all on the connection renew: a new connection", "/a:connect", `
			connect /a             > ask /a connect 0, link 1
			handshake 1            > opened
			cleared /a             > CONNECT /a
			connected /a           > connected /a
			accepted /a            > flush /a
			renew /a               >
			tick deadline          > finish 1
			finished 1             > ask /a refresh 0, link 2
			cleared /a             >
			handshake 2            > opened, CONNECT /a
			connected /a           > connected /a silently`},
		{"opening → open → draining → retiring → opening → open: \"/\" of an old server: a new connection", "/:event eio3", `
			connect /              > ask / connect 0, link 1
			cleared /              >
			handshake 1            > opened
			connected /            > connected /
			accepted /             > flush /
			renew /                >
			tick deadline          > finish 1
			finished 1             > ask / refresh 0, link 2
			cleared /              >
			handshake 2            > opened
			connected /            > connected / silently
			accepted /             > flush /`},
		{"opening → open → closed → opening: the manager is closed: the renewal opens a connection", "/:open", `
			connect /              > ask / connect 0
			cleared /              > link 1
			handshake 1            > opened, CONNECT /
			connected /            > connected /
			close                  > finish 1, closed: forced close, disconnected /: forced close
			renew /                > ask / refresh 0
			cleared /              > link 2`},
		{"opening → pausing → closed → opening: the manager does not reconnect any more: the renewal opens a connection at once", "/:open", `
			connect /              > ask / connect 0
			cleared /              > link 1
			lost 1                 > cut 1, error: transport error, failed /
			stopreconnecting       >
			renew /                > ask / refresh 0
			cleared /              > link 2`},
		{"opening → pausing → reopening: a renewal in the pause before a reconnection waits for the attempt", "/:open", `
			connect /              > ask / connect 0
			cleared /              > link 1
			lost 1                 > cut 1, error: transport error, failed /
			renew /                >
			tick 1000              > try 1
			continue               > ask / refresh 1`},
	})
}

// Another token after a refusal.
func TestRetry(t *testing.T) {
	play(t, []row{
		{"opening → pausing → reopening → open: the handshake is refused, and another token is there: no pause", "/:open", `
			connect /              > ask / connect 0
			cleared /              > link 1
			lost 1                 > cut 1, error: transport error, failed /
			tick 10                >
			retry /                >
			tick 0                 > try 1
			continue               > ask / unauthorized 1
			cleared /              > link 2
			handshake 2            > opened, CONNECT /, reconnected 1
			connected /            > connected /`},
		{"opening → pausing → reopening: the handshake is refused: the other token, which comes while the user hears of the attempt, makes no second attempt", "/:open", `
			connect /              > ask / connect 0
			cleared /              > link 1
			lost 1                 > cut 1, error: transport error, failed /
			tick 1000              > try 1
			retry /                >
			tick 0                 >
			continue               > ask / unauthorized 1
			cleared /              > link 2`},
		{"opening → open → retiring → opening → open: the server refuses the token, and another one is there: a new connection", "/:open", `
			connect /              > ask / connect 0
			cleared /              > link 1
			handshake 1            > opened, CONNECT /
			refused /              > failed /
			retry /                > finish 1
			finished 1             > ask / unauthorized 0
			cleared /              > link 2
			handshake 2            > opened, CONNECT /
			connected /            > connected /`},
		{"opening → open → retiring → opening → open: the refusal stood, and a good token comes before the server has hung up: no pause", "/:event eio3", `
			connect /              > ask / connect 0, link 1
			cleared /              >
			handshake 1            > opened
			connected /            > connected /
			halt /                 >
			renew /                > finish 1
			finished 1             > ask / refresh 0, link 2
			cleared /              >
			handshake 2            > opened
			connected /            > connected / silently
			accepted /             > flush /`},
		{"opening → open: the handshake's token is refused while the connection opens: the attempt is given up", "/:open /q:open", `
			connect /              > ask / connect 0
			connect /q             > ask /q connect 0
			cleared /              >
			cleared /q             > link 1
			retry /                > cut 1, ask / unauthorized 0, ask /q unauthorized 0
			cleared /              >
			cleared /q             > link 2
			handshake 2            > opened, CONNECT /, CONNECT /q`},
		{"opening → open: CONNECT is refused: another CONNECT goes over the same connection", "/ /a:connect", `
			connect /              > link 1
			connect /a             > ask /a connect 0
			handshake 1            > opened, CONNECT /
			cleared /a             > CONNECT /a
			refused /a             > failed /a
			retry /a               > ask /a unauthorized 0
			cleared /a             > CONNECT /a
			connected /a           > connected /a`},
	})
}
