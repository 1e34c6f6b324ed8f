package lifecycle

import (
	"slices"
	"strings"
	"testing"
)

var (
	byEvent  = Config{Via: ViaEvent, Provider: true, RefreshBefore: 10_000}
	byHeader = Config{Via: ViaHeader, Provider: true, RefreshBefore: 10_000}
	inBand   = Config{Via: ViaEvent, Provider: true, RefreshBefore: 10_000, InBand: true}
	unasked  = Config{Via: ViaHeader, Provider: true} // renewal off
	static   = Config{Via: ViaEvent}
)

// A row's name is the way its script takes through the states; what follows a
// colon tells rows with the same way apart.
type row struct {
	name   string
	config Config
	script string
}

const accepted = `
attempt connect : ask connect 1
token 1         : go 1
connected       : accepted 1
`

const acceptedByEvent = `
attempt connect : ask connect 1
token 1         : go 1
connected       : authenticate 1
authenticated   : accepted 1
`

func TestConnecting(t *testing.T) { runRows(t, connectingRows) }

var connectingRows = []row{
	{"idle → asking → connecting → authenticating → authenticated: no way given means event", Config{Provider: true}, acceptedByEvent},
	{"idle → asking → connecting → authenticated: header", byHeader, accepted},
	{"idle → asking → connecting → authenticating → authenticated: event", byEvent, acceptedByEvent},
	{"idle → asking → connecting → authenticated: state recovered", byHeader, `
attempt reconnect 3 : ask reconnect 3
token 1             : go 1
connected recovered : accepted 1 recovered`},
	{"idle → asking → connecting → authenticating → authenticated: event and query", Config{Via: ViaEvent | ViaQuery, Provider: true}, acceptedByEvent},
	{"idle → asking → connecting → authenticated: the server sends no answer to the token", byHeader, `
authenticated        :
acked                :
token 7              :
connected            :
attempt connect      : ask connect 1
connected            :
authenticated        :
late token 7         :
token 1              : go 1
token 2              :
fail                 :
authenticated        :
hook 3               :
connected            : accepted 1
connected            :
authenticated        :
late token 7         :
fail                 :`},
	{"idle → asking: a second attempt while the first one asks", byHeader, `
attempt connect     : ask connect 1
attempt reconnect 2 :`},
	{"idle → asking → connecting → idle → asking: network", byHeader, `
attempt connect      : ask connect 1
token 1              : go 1
disconnected network :
attempt reconnect 1  : ask reconnect 1`},
	{"idle → asking → idle → asking: network while asking", byHeader, `
attempt connect      : ask connect 1
disconnected network :
token 1              :
attempt reconnect 1  : ask reconnect 1
late token 1         :`},
	{"idle → asking → connecting → authenticating → idle: network", byEvent, `
attempt connect      : ask connect 1
token 1              : go 1
connected            : authenticate 1
disconnected network :
authenticated        :`},
	{"idle → asking → connecting → authenticated → idle → asking: network", byHeader, accepted + `
disconnected network : hold
attempt reconnect 1  : ask reconnect 1`},
	{"idle → asking → connecting → authenticated → idle: the server disconnects", byHeader, accepted + `
disconnected server  : hold`},
	{"idle → asking → connecting → authenticated → asking: an attempt begins without a disconnection before it", byHeader, accepted + `
attempt reconnect 1  : hold, ask reconnect 1`},
	{"idle → asking → connecting → asking: an attempt replaces another while it connects", byHeader, `
attempt connect      : ask connect 1
token 1              : go 1
attempt reconnect 1  : ask reconnect 1`},
	{"idle → asking → connecting → authenticating → asking: an attempt replaces another after `authenticate`", byEvent, `
attempt connect      : ask connect 1
token 1              : go 1
connected            : authenticate 1
attempt reconnect 1  : ask reconnect 1`},
}

func TestStopping(t *testing.T) { runRows(t, stoppingRows) }

var stoppingRows = []row{
	{"idle: stop", byHeader, `stop :`},
	{"idle → asking → idle", byHeader, `
attempt connect : ask connect 1
stop            :
token 1         :`},
	{"idle → asking → connecting → idle", byHeader, `
attempt connect : ask connect 1
token 1         : go 1
stop            :
connected       :`},
	{"idle → asking → connecting → authenticated → idle", byHeader, accepted + `stop : hold`},
	{"idle → asking → connecting → authenticated → idle: by the user", byHeader, accepted + `disconnected user : hold`},
	{"idle → asking → connecting → authenticating → idle", byEvent, `
attempt connect : ask connect 1
token 1         : go 1
connected       : authenticate 1
stop            :
authenticated   :`},
	{"idle → asking → connecting → authenticating → asking → idle: while the provider is asked once more", byEvent, `
attempt connect          : ask connect 1
token 1                  : go 1
connected                : authenticate 1
refused invalid callback : ask unauthorized 1
stop                     : acknowledge
token 2                  :`},
	{"idle → asking → connecting → authenticating → refused → halted: while the hook runs", static, `
attempt connect          : ask connect 1
token 1                  : go 1
connected                : authenticate 1
refused expired callback : halt, hook expired!
stop                     : acknowledge
hook 2                   : expired, redirect expired`},
	{"idle → asking → refused → idle: while the hook runs, not fatal", byHeader, `
attempt connect : ask connect 1
fail            : hook unavailable
stop            :
attempt reconnect 1 :
hook            :`},
	{"idle → asking → connecting → authenticated → replacing → idle", byHeader, accepted + `
wait            : ask refresh 1
token 2         : hold, reconnect refresh 2
stop            :`},
	{"idle → asking → refused → halted: halted stays halted", byHeader, `
attempt connect     : ask connect 1
token none          : halt, hook missing!
hook                : redirect missing
stop                :
attempt reconnect 1 :
refused invalid callback : acknowledge
disconnected server :`},
}

func runRows(t *testing.T, rows []row) {
	for _, r := range rows {
		t.Run(r.name, func(t *testing.T) {
			s := newScript(t, r.config)
			s.run(r.script)
			if arrows, _, _ := strings.Cut(r.name, ":"); strings.Join(s.path, " → ") != arrows {
				t.Errorf("took %s", strings.Join(s.path, " → "))
			}
		})
	}
}

// TestTotal gives every event in every state that a row comes to: none may panic,
// and what must hold of any step must hold of this one.
func TestTotal(t *testing.T) {
	met := map[State]bool{}
	for _, r := range allRows() {
		s := newScript(t, r.config)
		s.after = func(l Lifecycle) {
			met[l.State()] = true
			for kind := range EvServerClock + 2 {
				for _, e := range []Event{
					{Kind: kind, Seq: s.seq},
					{Kind: kind, Seq: s.hook, Cause: CauseReconnect, Source: ByServer, Token: Token{ID: 99, ReceivedAt: s.now, ExpiresAt: s.now + 1}},
					{Kind: kind, Cause: CauseUnauthorized, Source: ByUser, Refusal: Refusal{Callback: true}, ServerTime: s.now},
				} {
					e.Now = s.now
					next, did := l.Next(e, nil)
					checkActions(t, l, next, did)
				}
			}
		}
		s.run(r.script)
	}
	for state := range Halted + 1 {
		if !met[state] {
			t.Errorf("no row comes to %s", state)
		}
	}
}

// drawn are the transitions that the rows' names have.
func drawn() map[string]bool {
	moves := map[string]bool{}
	for _, r := range allRows() {
		arrows, _, _ := strings.Cut(r.name, ":")
		states := strings.Split(arrows, " → ")
		for i := range states[1:] {
			moves[states[i]+" → "+states[i+1]] = true
		}
	}
	return moves
}

func allRows() []row {
	return slices.Concat(connectingRows, stoppingRows, refusingRows, passingRows, knownExpiryRows,
		renewalRows, expiryInSessionRows, reauthenticateRows, guestRows)
}
