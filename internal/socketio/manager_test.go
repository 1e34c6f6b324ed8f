package socketio

import "testing"

// The manager from opening to closed, with the namespaces that wish to be on it.
func TestManagerOpens(t *testing.T) {
	play(t, []row{
		{"opening → open: open and connect", "/", `
			connect /              > link 1
			handshake 1            > opened, CONNECT /
			connected /            > connected /, flush /
			ping 1                 > send 3`},
		{"opening → open → closed: two namespaces share the connection", "/ /admin", `
			connect /              > link 1
			handshake 1            > opened, CONNECT /
			connect /admin         > CONNECT /admin
			connected /            > connected /, flush /
			connected /admin       > connected /admin, flush /admin
			disconnect /           > DISCONNECT /, disconnected /: io client disconnect
			disconnect /admin      > DISCONNECT /admin, finish 1, closed: forced close, disconnected /admin: io client disconnect`},
		{"opening → open: an old server connects \"/\" unasked", "/ eio3", `
			connect /              > link 1
			handshake 1            > opened
			connected /            > connected /, flush /`},
		{"opening → open: an old server's CONNECT comes before anybody wants it", "/ /admin eio3", `
			connect /admin         > link 1
			handshake 1            > opened, CONNECT /admin
			root                   >
			connect /              > connected /, flush /
			connected /admin       > connected /admin, flush /admin`},
		{"opening → open: the user connects while it opens", "/ /admin", `
			connect /              > link 1
			connect /admin         >
			handshake 1            > opened, CONNECT /, CONNECT /admin
			connect /              >`},
		{"opening → open → pausing → reopening → open: open() without sockets: a lost connection is opened again", "/", `
			open                   > link 1
			open                   >
			handshake 1            > opened
			lost 1                 > cut 1, closed: transport error
			tick 1000              > try 1
			continue               > link 2
			handshake 2            > opened, reconnected 1`},
		{"opening → open → closed: the lifecycle has given up: a lost connection is not opened again", "/:event", `
			connect /              > ask / connect 0, link 1
			cleared /              >
			handshake 1            > opened, CONNECT /
			connected /            > connected /
			halt /                 >
			lost 1                 > cut 1, closed: transport error, disconnected /: transport error
			tick 100000            >`},
		{"opening → open → closed → opening → open: the user closes", "/", `
			connect /              > link 1
			handshake 1            > opened, CONNECT /
			connected /            > connected /, flush /
			close                  > finish 1, closed: forced close, disconnected /: forced close
			tick 100000            >
			connect /              > link 2
			handshake 2            > opened, CONNECT /`},
		{"opening → open: the time for opening ends with the handshake", "/ timeout=5000", `
			connect /              > link 1
			handshake 1            > opened, CONNECT /
			tick 5000              >`},
		{": what does not apply changes nothing", "/ /admin", `
			cleared /              >
			connected /            >
			refused /              >
			kicked /               >
			accepted /             >
			disconnect /           >
			continue               >
			finished 1             >
			acked                  >
			tick 100000            >
			handshake 1            >
			lost 1                 >`},
	})
}

// What fails is tried again: after a pause that doubles, as often and as long as is wished. When
// reconnection is turned off in the pause, the manager is closed and can be opened by hand.
func TestManagerReconnects(t *testing.T) {
	play(t, []row{
		{"opening → pausing → reopening → open: the first attempt fails", "/", `
			connect /              > link 1
			lost 1                 > cut 1, error: transport error, failed /
			tick 999               >
			tick 1                 > try 1
			continue               > link 2
			handshake 2            > opened, CONNECT /, reconnected 1
			connected /            > connected /, flush /`},
		{"opening → pausing → reopening → pausing → reopening → pausing → reopening → pausing → reopening → pausing → reopening → open → pausing: a pause doubles up to the longest", "/", `
			connect /              > link 1
			lost 1                 > cut 1, error: transport error, failed /
			tick deadline          > try 1
			continue               > link 2
			lost 2                 > cut 2, error: transport error, failed /, tryfailed
			tick 1999              >
			tick 1                 > try 2
			continue               > link 3
			lost 3                 > cut 3, error: transport error, failed /, tryfailed
			tick 4000              > try 3
			continue               > link 4
			lost 4                 > cut 4, error: transport error, failed /, tryfailed
			tick 5000              > try 4
			continue               > link 5
			lost 5                 > cut 5, error: transport error, failed /, tryfailed
			tick 5000              > try 5
			continue               > link 6
			handshake 6            > opened, CONNECT /, reconnected 5
			connected /            > connected /, flush /
			lost 6                 > cut 6, closed: transport error, disconnected /: transport error
			tick 1000              > try 1`},
		{"opening → pausing → reopening → pausing → reopening → closed → opening: attempts come to an end", "/ attempts=2", `
			connect /              > link 1
			lost 1                 > cut 1, error: transport error, failed /
			tick deadline          > try 1
			continue               > link 2
			lost 2                 > cut 2, error: transport error, failed /, tryfailed
			tick deadline          > try 2
			continue               > link 3
			lost 3                 > cut 3, error: transport error, failed /, gaveup, tryfailed
			tick 100000            >
			connect /              > link 4`},
		{"opening → closed → opening → open → closed: no reconnection wished", "/ noreconnect", `
			connect /              > link 1
			lost 1                 > cut 1, error: transport error, failed /
			tick 100000            >
			connect /              > link 2
			handshake 2            > opened, CONNECT /
			connected /            > connected /, flush /
			lost 2                 > cut 2, closed: transport error, disconnected /: transport error
			tick 100000            >`},
		{"opening → closed: opened with a callback, which hears of the error instead", "/", `
			call                   > link 1
			lost 1                 > cut 1, error: transport error
			tick 100000            >`},
		{"opening → pausing → reopening → open: it takes too long to open", "/ timeout=5000", `
			connect /              > link 1
			tick 4999              >
			tick 1                 > cut 1, error: timeout, failed /
			tick 1000              > try 1
			continue               > link 2
			handshake 2            > opened, CONNECT /, reconnected 1`},
		{"opening → open → pausing → reopening → open: the network goes", "/ /admin", `
			connect /              > link 1
			connect /admin         >
			handshake 1            > opened, CONNECT /, CONNECT /admin
			connected /            > connected /, flush /
			connected /admin       > connected /admin, flush /admin
			lost 1                 > cut 1, closed: transport error, disconnected /: transport error, disconnected /admin: transport error
			tick 1000              > try 1
			continue               > link 2
			handshake 2            > opened, CONNECT /, CONNECT /admin, reconnected 1
			connected /admin       > connected /admin, flush /admin
			connected /            > connected /, flush /`},
		{"opening → open → pausing: the server closes in order", "/", `
			connect /              > link 1
			handshake 1            > opened, CONNECT /
			connected /            > connected /, flush /
			bye 1                  > cut 1, closed: transport close, disconnected /: transport close`},
		{"opening → open → pausing: the server is silent", "/", `
			connect /              > link 1
			handshake 1            > opened, CONNECT /
			connected /            > connected /, flush /
			tick 44999             >
			tick 1                 > cut 1, closed: ping timeout, disconnected /: ping timeout`},
		{"opening → open → pausing: what arrives cannot be read", "/", `
			connect /              > link 1
			handshake 1            > opened, CONNECT /
			connected /            > connected /, flush /
			fault 1                > cut 1, closed: parse error, disconnected /: parse error`},
		{"opening → open → pausing → closed: the user stops in a listener of reconnect_attempt", "/", `
			connect /              > link 1
			handshake 1            > opened, CONNECT /
			connected /            > connected /, flush /
			lost 1                 > cut 1, closed: transport error, disconnected /: transport error
			tick 1000              > try 1
			disconnect /           > closed: forced close
			continue               >
			tick 100000            >`},
		{"opening → pausing → closed → opening: reconnection is turned off in the pause, and the user connects by hand", "/", `
			connect /              > link 1
			lost 1                 > cut 1, error: transport error, failed /
			stopreconnecting       >
			tick 100000            >
			connect /              > link 2`},
		{"opening → pausing → closed: the user closes in the pause", "/", `
			connect /              > link 1
			lost 1                 > cut 1, error: transport error, failed /
			close                  > closed: forced close, disconnected /: forced close
			tick 100000            >`},
	})
}
