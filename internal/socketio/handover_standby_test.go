package socketio

import "testing"

// up is "/" without a token and "/a" whose token is in its CONNECT, connected on link 1.
const up = `
			connect /              > link 1
			connect /a             > ask /a connect 0
			handshake 1            > opened, CONNECT /
			connected /            > connected /, flush /
			cleared /a             > CONNECT /a
			connected /a           > connected /a
			accepted /a            > flush /a`

// stood is up, renewed as far as to CONNECT on the standby.
const stood = up + `
			renew /a               >
			tick deadline          > standby, link 2, ask /a refresh 0
			cleared /a             >
			handshake 2            > CONNECT /a on 2`

// left is stood, until "/a" is to come back.
const left = stood + `
			greeted /a             > fence 1
			read                   >
			tick 50                > DISCONNECT /a, rejoin fence 1
			read                   > CONNECT /a`

// back is left, until both connections bring what the server sends.
const back = left + `
			connected /a           > connected /a silently, deliver, fence 2
			accepted /a            > flush /a`

// Where the server numbers its events, a standby carries a namespace that leaves and rejoins: "/" without a token is
// never told anything, and never leaves.
func TestStandby(t *testing.T) {
	play(t, []row{
		{"opening → open → standbyOpening → standbyJoining → standbyJoined → standbyCarrying → standbyDelivering → open: CONNECT carries the token, and other namespaces are connected", "/ /a:connect numbered", back + `
			passed                 > finish 2, retire`},
		{"opening → open → standbyOpening → standbyJoining → standbyJoined → standbyCarrying → standbyDelivering → open → standbyOpening: a second renewal has a standby with another link", "/ /a:connect numbered", back + `
			passed                 > finish 2, retire
			renew /a               >
			tick deadline          > standby, link 3, ask /a refresh 0
			cleared /a             >`},
		{"opening → open → standbyOpening: the standby opens when the namespace's own acks have come", "/ /a:connect numbered", up + `
			emits /a               >
			renew /a               >
			tick 100               >
			answered /a            >
			tick 50                > standby, link 2, ask /a refresh 0
			cleared /a             >`},
		{"opening → open → standbyOpening → standbyJoining: the standby opens with the transport in use", "/ /a:connect numbered polling", stood},
		{"opening → open → standbyOpening: the standby opens at once, where the lifecycle holds events already", "/ /a:connect numbered", up + `
			hold /a                >
			renew /a               > standby, link 2, ask /a refresh 0`},
		{"opening → open: without a standby: the token replaces a refused one", "/ /a:connect numbered", up + `
			hold /a                >
			retry /a               > DISCONNECT /a, rejoin fence 1`},
		{"opening → open → standbyOpening → standbyJoining → standbyJoined → standbyCarrying: the namespace leaves 50 ms after it is on both connections", "/ /a:connect numbered", stood + `
			greeted /a             > fence 1
			tick 30                >
			read                   >
			tick 19                >
			tick 1                 > DISCONNECT /a, rejoin fence 1`},
		{"opening → open → standbyOpening → standbyJoining → standbyJoined → standbyCarrying: the namespace leaves later than 50 ms, when the fence is answered", "/ /a:connect numbered", stood + `
			greeted /a             > fence 1
			tick 50                >
			tick 50                >
			read                   > DISCONNECT /a, rejoin fence 1`},
		{"opening → open → standbyOpening → standbyJoining → standbyJoined → open: the fence is not answered: the standby ends at its deadline", "/ /a:connect numbered", stood + `
			greeted /a             > fence 1
			tick 50                >
			tick 1950              > finish 2, DISCONNECT /a, rejoin fence 1, retire
			read                   > CONNECT /a`},
		{"opening → open → standbyOpening → standbyJoining → standbyJoined → standbyCarrying: the namespace rejoins when the server has read DISCONNECT, after a second", "/ /a:connect numbered", stood + `
			greeted /a             > fence 1
			read                   >
			tick 50                > DISCONNECT /a, rejoin fence 1
			tick 1000              >
			read                   > CONNECT /a`},
		{"opening → open → standbyOpening → standbyJoining → standbyJoined → standbyCarrying: the namespace rejoins at its deadline, though the server has not read DISCONNECT", "/ /a:connect numbered", stood + `
			greeted /a             > fence 1
			read                   >
			tick 50                > DISCONNECT /a, rejoin fence 1
			tick 2000              > CONNECT /a`},
		// A server has what the fence asks for: one fence, left at once. After that pauses, as long as two of its answers took.
		{"opening → open → standbyOpening → standbyJoining → standbyJoined → standbyCarrying → standbyDelivering → open → standbyOpening → standbyJoining → standbyJoined → standbyCarrying → standbyDelivering → open: a wildcard server gets one fence, and pauses after that", "/ /a:connect numbered", stood + `
			greeted /a             > fence 1
			tick 40                >
			taken                  > wildcard, leave fence 1
			tick 10                > DISCONNECT /a
			tick 499               >
			tick 1                 > CONNECT /a
			connected /a           > connected /a silently, deliver
			accepted /a            > flush /a
			tick 499               >
			tick 1                 > finish 2, retire
			renew /a               >
			tick deadline          > standby, link 3, ask /a refresh 0
			cleared /a             >
			handshake 3            > CONNECT /a on 3
			greeted /a             >
			tick 499               >
			tick 1                 > DISCONNECT /a
			tick 500               > CONNECT /a
			connected /a           > connected /a silently, deliver
			accepted /a            > flush /a
			tick 500               > finish 3, retire`},
		{"opening → open → standbyOpening → standbyJoining → standbyJoined → standbyCarrying: a wildcard server with a guard refuses the fence: the page does not leave it", "/ /a:connect numbered", stood + `
			greeted /a             > fence 1
			guarded                > wildcard
			tick 50                > DISCONNECT /a
			tick 500               > CONNECT /a`},
		{"opening → open → standbyOpening → standbyJoining → standbyJoined → standbyCarrying: the fence of the rejoin shows a wildcard server", "/ /a:connect numbered", stood + `
			greeted /a             > fence 1
			read                   >
			tick 50                > DISCONNECT /a, rejoin fence 1
			taken                  > wildcard, leave rejoin fence 1, CONNECT /a`},
		{"opening → open → standbyOpening → standbyJoining → standbyJoined → standbyCarrying → standbyDelivering → open → standbyOpening → standbyJoining → standbyJoined: the last fence on the standby shows a wildcard server", "/ /a:connect numbered", back + `
			taken aside            > wildcard, finish 2, retire
			renew /a               >
			tick deadline          > standby, link 3, ask /a refresh 0
			cleared /a             >
			handshake 3            > CONNECT /a on 3
			greeted /a             >`},
		{"opening → open → standbyOpening → standbyJoining → standbyJoined → standbyCarrying → open: the standby ends before the namespace has rejoined", "/ /a:connect numbered", stood + `
			greeted /a             > fence 1
			read                   >
			tick 50                > DISCONNECT /a, rejoin fence 1
			lost 2                 > cut 2, retire
			tick 1000              >
			read                   > CONNECT /a
			connected /a           > connected /a silently`},
		{"opening → open → standbyOpening → standbyJoining → standbyJoined → open: the standby ends while the namespace is on both connections", "/ /a:connect numbered", stood + `
			greeted /a             > fence 1
			lost 2                 > cut 2, DISCONNECT /a, rejoin fence 1, retire
			read                   > CONNECT /a`},
		{"opening → open: without a standby: the server does not number events", "/ /a:connect", up + `
			renew /a               >
			tick deadline          > DISCONNECT /a, rejoin fence 1`},

		// The standby fails: as without one.
		{"opening → open → standbyOpening → open: the standby does not open", "/ /a:connect numbered", up + `
			renew /a               >
			tick deadline          > standby, link 2, ask /a refresh 0
			cleared /a             >
			lost 2                 > cut 2, DISCONNECT /a, rejoin fence 1, retire
			read                   > CONNECT /a
			connected /a           > connected /a silently
			accepted /a            > flush /a`},
		{"opening → open → standbyOpening → open: the standby does not open in time", "/ /a:connect numbered", up + `
			renew /a               >
			tick deadline          > standby, link 2, ask /a refresh 0
			cleared /a             >
			tick 1999              >
			tick 1                 > cut 2, DISCONNECT /a, rejoin fence 1, retire
			read                   > CONNECT /a
			connected /a           > connected /a silently`},
		{"opening → open → standbyOpening → standbyJoining → open: opening and CONNECT share one deadline", "/ /a:connect numbered", up + `
			renew /a               >
			tick deadline          > standby, link 2, ask /a refresh 0
			cleared /a             >
			tick 1000              >
			handshake 2            > CONNECT /a on 2
			tick 999               >
			tick 1                 > finish 2, DISCONNECT /a, rejoin fence 1, retire`},
		{"opening → open → standbyOpening → standbyJoining → open: CONNECT on the standby is not answered", "/ /a:connect numbered", stood + `
			tick 1999              >
			tick 1                 > finish 2, DISCONNECT /a, rejoin fence 1, retire
			read                   > CONNECT /a
			connected /a           > connected /a silently`},
		{"opening → open → standbyOpening → standbyJoining → standbyJoined → standbyCarrying → standbyDelivering → open: CONNECT on the standby is refused by a server that takes one socket of a user: no standby after that", "/ /a:connect numbered", stood + `
			denied /a              > fence 1
			read                   >
			tick 50                > DISCONNECT /a, rejoin fence 1
			read                   > CONNECT /a
			connected /a           > connected /a silently, deliver, fence 2
			accepted /a            > flush /a
			passed                 > finish 2, retire
			renew /a               >
			tick deadline          > DISCONNECT /a, rejoin fence 1
			read                   > ask /a refresh 0`},
		{"opening → open → standbyOpening → standbyJoining → standbyJoined → standbyCarrying → open → standbyOpening: CONNECT is refused on both connections for its token: another token, and a standby the next time", "/ /a:connect numbered", stood + `
			denied /a              > fence 1
			read                   >
			tick 50                > DISCONNECT /a, rejoin fence 1
			read                   > CONNECT /a
			refused /a             > failed /a, finish 2, retire
			retry /a               > ask /a unauthorized 0
			cleared /a             > CONNECT /a
			connected /a           > connected /a silently
			accepted /a            > flush /a
			renew /a               >
			tick deadline          > standby, link 3, ask /a refresh 0
			cleared /a             >`},
		{"opening → open → standbyOpening → standbyJoining → standbyJoined → standbyCarrying → open: the standby ends while it carries the namespace", "/ /a:connect numbered", left + `
			lost 2                 > cut 2, retire
			connected /a           > connected /a silently`},
		{"opening → open → standbyOpening → standbyJoining → standbyJoined → standbyCarrying → standbyDelivering → open: the standby ends while it delivers", "/ /a:connect numbered", back + `
			lost 2                 > cut 2, retire`},
		{"opening → open → standbyOpening → standbyJoining → standbyJoined → standbyCarrying → standbyDelivering → open: the last fence on the standby is not answered", "/ /a:connect numbered", back + `
			tick 1999              >
			tick 1                 > finish 2, retire`},

		// The connection in use ends: told as ever.
		{"opening → open → standbyOpening → pausing: the network fails", "/ /a:connect numbered", up + `
			renew /a               >
			tick deadline          > standby, link 2, ask /a refresh 0
			cleared /a             >
			lost 1                 > cut 1, cut 2, retire, closed: transport error, disconnected /: transport error, disconnected /a: transport error`},
		{"opening → open → standbyOpening → standbyJoining → standbyJoined → standbyCarrying → standbyDelivering → pausing: the connection in use ends while both deliver", "/ /a:connect numbered", back + `
			lost 1                 > cut 1, finish 2, retire, closed: transport error, disconnected /: transport error, disconnected /a: transport error`},
		{"opening → open → standbyOpening → standbyJoining → pausing → reopening → open: the server closes the connection in use for the standby: no standby after that", "/ /a:connect numbered", stood + `
			gone 1                 > cut 1, finish 2, retire, closed: transport close, disconnected /: transport close, disconnected /a: transport close
			tick 1000              > try 1
			continue               > ask /a reconnect 1, link 3
			handshake 3            > opened, CONNECT /, reconnected 1
			connected /            > connected /, flush /
			cleared /a             > CONNECT /a
			connected /a           > connected /a
			accepted /a            > flush /a
			renew /a               >
			tick deadline          > DISCONNECT /a, rejoin fence 3`},

		// The server hangs up on the namespace.
		{"opening → open → standbyOpening → standbyJoining → standbyCarrying → standbyDelivering: the server disconnects the older socket: the user is not told, and the server gets no answer", "/ /a:connect numbered", stood + `
			kicked /a              > rejoin fence 1
			greeted /a             >
			read                   > CONNECT /a
			connected /a           > connected /a silently, deliver, fence 2`},
		{"opening → open → standbyOpening → standbyJoining → standbyJoined → standbyCarrying: the server disconnects the older socket, after it has connected the newer", "/ /a:connect numbered", stood + `
			greeted /a             > fence 1
			kicked /a              > rejoin fence 1
			read                   > CONNECT /a`},
		{"opening → open → standbyOpening → open: the server disconnects the namespace before CONNECT on the standby", "/ /a:connect numbered", up + `
			renew /a               >
			tick deadline          > standby, link 2, ask /a refresh 0
			cleared /a             >
			kicked /a              > rejoin fence 1, cut 2, retire
			read                   > CONNECT /a
			connected /a           > connected /a silently`},
		{"opening → open → standbyOpening → open: the server disconnects the namespace before there is a token", "/ /a:connect numbered", up + `
			renew /a               >
			tick deadline          > standby, link 2, ask /a refresh 0
			kicked /a              > rejoin fence 1, cut 2, retire
			read                   >
			cleared /a             > CONNECT /a`},
		{"opening → open → standbyOpening → standbyJoining → standbyJoined → standbyCarrying → standbyDelivering → open: the server disconnects another namespace", "/ /a:connect numbered", stood + `
			kicked /               > disconnected /: io server disconnect
			greeted /a             > fence 1
			read                   >
			tick 50                > DISCONNECT /a, rejoin fence 1
			read                   > CONNECT /a
			connected /a           > connected /a silently, deliver, fence 2
			passed                 > finish 2, retire`},

		// The user, and the lifecycle.
		{"opening → open → standbyOpening → standbyJoining → open: the user disconnects", "/ /a:connect numbered", stood + `
			disconnect /a          > DISCONNECT /a, disconnected /a: io client disconnect, finish 2, retire
			connect /a             > rejoin fence 1, ask /a connect 0
			cleared /a             >
			read                   > CONNECT /a`},
		{"opening → open → standbyOpening → standbyJoining → standbyJoined → standbyCarrying → open: the user disconnects after the namespace has left", "/ /a:connect numbered", left + `
			disconnect /a          > disconnected /a: io client disconnect, finish 2, retire`},
		{"opening → open → standbyOpening → standbyJoining → standbyJoined → standbyCarrying → standbyDelivering → open: other namespaces connect and disconnect meanwhile", "/ /a:connect /b numbered", stood + `
			connect /b             > CONNECT /b
			greeted /a             > fence 1
			read                   >
			tick 50                > DISCONNECT /a, rejoin fence 1
			connected /b           > connected /b, flush /b
			read                   > CONNECT /a
			disconnect /           > DISCONNECT /, disconnected /: io client disconnect
			connected /a           > connected /a silently, deliver, fence 2
			passed                 > finish 2, retire`},
		{"opening → open → standbyOpening → standbyJoining → closed: the manager is closed", "/ /a:connect numbered", stood + `
			close                  > finish 1, finish 2, retire, closed: forced close, disconnected /: forced close, disconnected /a: forced close`},
		{"opening → open → standbyOpening → open: the lifecycle ends: there is no token", "/ /a:connect numbered", up + `
			renew /a               >
			tick deadline          > standby, link 2, ask /a refresh 0
			halt /a                > cut 2, retire`},
		{"opening → open → standbyOpening → open: there is no token now: the namespace disconnects until the next attempt", "/ /a:connect numbered", up + `
			renew /a               >
			tick deadline          > standby, link 2, ask /a refresh 0
			backoff /a             > DISCONNECT /a, disconnected /a: io client disconnect, cut 2, retire
			tick 1000              > rejoin fence 1, ask /a reconnect 1`},

		{"opening → open: there is no token now, outside of a handover: what is emitted waits for the token of the next attempt", "/ /a:connect", up + `
			backoff /a             > DISCONNECT /a, disconnected /a: io client disconnect
			tick 1000              > rejoin fence 1, ask /a reconnect 1
			read                   >
			cleared /a             > CONNECT /a
			connected /a           > connected /a
			accepted /a            > flush /a`},

		// Other changes.
		{"opening → open → standbyOpening → standbyJoining → standbyJoined → standbyCarrying → standbyDelivering → open → standbyOpening: another renewal begins when this one is over", "/ /a:connect numbered", stood + `
			renew /a               >
			greeted /a             > fence 1
			read                   >
			tick 50                > DISCONNECT /a, rejoin fence 1
			read                   > CONNECT /a
			renew /a               >
			connected /a           > connected /a silently, deliver, fence 2
			accepted /a            > flush /a
			renew /a               >
			passed                 > finish 2, retire
			tick 50                > standby, link 3, ask /a refresh 0
			cleared /a             >`},
		{"opening → open → standbyOpening → standbyJoining: another renewal while the standby opens asks for a token at once", "/ /a:connect numbered", up + `
			renew /a               >
			tick deadline          > standby, link 2, ask /a refresh 0
			renew /a               > ask /a refresh 0
			cleared /a             >
			handshake 2            > CONNECT /a on 2`},
		{"opening → open → standbyOpening → standbyJoining → standbyJoined → standbyCarrying → standbyDelivering → open → standbyOpening: two namespaces are renewed one after the other", "/ /a:connect /b:connect numbered", up + `
			connect /b             > ask /b connect 0
			cleared /b             > CONNECT /b
			connected /b           > connected /b
			accepted /b            > flush /b
			renew /a               >
			renew /b               >
			tick deadline          > standby, link 2, ask /a refresh 0
			cleared /a             >
			handshake 2            > CONNECT /a on 2
			greeted /a             > fence 1
			read                   >
			tick 50                > DISCONNECT /a, rejoin fence 1
			read                   > CONNECT /a
			connected /a           > connected /a silently, deliver, fence 2
			passed                 > finish 2, retire
			tick deadline          > standby, link 3, ask /b refresh 0
			cleared /b             >`},
		{"opening → open → standbyOpening → standbyJoining → open: the users of both namespaces to be renewed disconnect", "/ /a:connect /b:connect numbered", up + `
			connect /b             > ask /b connect 0
			cleared /b             > CONNECT /b
			connected /b           > connected /b
			accepted /b            > flush /b
			renew /a               >
			tick deadline          > standby, link 2, ask /a refresh 0
			cleared /a             >
			handshake 2            > CONNECT /a on 2
			renew /b               >
			tick 50                >
			disconnect /b          > DISCONNECT /b, disconnected /b: io client disconnect
			disconnect /a          > DISCONNECT /a, disconnected /a: io client disconnect, finish 2, retire`},
	})
}
