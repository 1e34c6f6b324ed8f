package lifecycle

import "testing"

func TestGuest(t *testing.T) { runRows(t, guestRows) }

var (
	guestByEvent  = Config{Via: ViaEvent, Provider: true, RefreshBefore: 10_000, Guest: true}
	guestByHeader = Config{Via: ViaHeader, Provider: true, RefreshBefore: 10_000, Guest: true}
)

const (
	guestEntered = `
attempt connect : ask connect 1
token none      : go 0
connected       : accepted 0`
)

var guestRows = []row{
	{"idle → asking → connecting → guest: no token now, nothing is sent with `authenticate`", guestByEvent, guestEntered + `
authenticated :
wait 100000   :`},
	{"idle → asking → connecting → guest → idle → asking → connecting → authenticated: a token is there at the next attempt", guestByHeader, guestEntered + `
disconnected network : hold
attempt reconnect    : ask reconnect 1
token 1              : go 1
connected            : accepted 1`},
	{"idle → asking → connecting → guest → asking → authenticating → authenticated: a login by event goes over the guest's connection", guestByEvent, guestEntered + `
reauth        : hold, ask refresh 1
token 1       : authenticate 1
authenticated : accepted 1, settled ok`},
	{"idle → asking → connecting → guest → asking → replacing → connecting → authenticated: another way needs another connection", guestByHeader, guestEntered + `
reauth          : hold, ask refresh 1
token 1         : reconnect refresh 1
attempt refresh : go 1
connected       : accepted 1, settled ok`},
	{"idle → asking → connecting → asking → authenticating → authenticated: a login while the guest's connection is made", guestByEvent, `
attempt connect : ask connect 1
token none      : go 0
reauth          :
connected       : ask refresh 1
token 1         : authenticate 1
authenticated   : accepted 1, settled ok`},
	{"idle → asking → connecting → asking → replacing → connecting → authenticated: a login by header while the guest's connection is made", guestByHeader, `
attempt connect : ask connect 1
token none      : go 0
reauth          :
connected       : ask refresh 1
token 1         : reconnect refresh 1
attempt refresh : go 1
connected       : accepted 1, settled ok`},
	{"idle → asking → connecting → guest → asking → guest: a login without a token stays a guest", guestByEvent, guestEntered + `
reauth     : hold, ask refresh 1
token none : accepted 0, settled ok`},
	{"idle → asking → connecting → refused → halted: a server that lets no guest in", guestByHeader, `
attempt connect : ask connect 1
token none      : go 0
refused missing : halt, hook missing!
hook            : redirect missing`},
	{"idle → asking → connecting → guest → refused → halted: a server that throws a guest out", guestByEvent, guestEntered + `
refused missing callback : hold, halt, hook missing!
hook                     : acknowledge, redirect missing`},
	{"idle → asking → connecting → guest → idle: the user's end", guestByEvent, guestEntered + `
stop : hold`},
	{"idle → asking → refused: a token that is over makes no guest", guestByHeader, `
attempt connect : ask connect 1
token 1 over    : ask unauthorized 1
token none      : halt, hook expired!`},
}
