package lifecycle

import "testing"

const toServer = `
attempt connect : ask connect 1
token 1         : go 1
connected       : authenticate 1
`

func TestRefusing(t *testing.T) { runRows(t, refusingRows) }

var refusingRows = []row{
	{"idle → asking → connecting → authenticating → asking → replacing → connecting → authenticating → authenticated: another token", byEvent, toServer + `
refused expired callback : ask unauthorized 1
token 2                  : acknowledge, reconnect unauthorized 2
attempt unauthorized     : go 2
connected                : authenticate 2
authenticated            : accepted 2`},
	{"idle → asking → connecting → asking → replacing → connecting → authenticated: another token in the handshake", byHeader, `
attempt connect           : ask connect 1
token 1                   : go 1
refused invalid           : ask unauthorized 1
token 2                   : reconnect unauthorized 2
attempt unauthorized      : go 2
connected                 : accepted 2`},
	{"idle → asking → connecting → asking → replacing → asking → connecting: another token that grew old on the way", byHeader, `
attempt connect           : ask connect 1
token 1                   : go 1
refused invalid           : ask unauthorized 1
token 2 5000              : reconnect unauthorized 2
sleep 6000                :
attempt unauthorized      : ask unauthorized 1
token 3                   : go 3`},
	{"idle → asking → connecting → authenticating → asking → refused → halted: the same token", byEvent, toServer + `
refused expired callback : ask unauthorized 1
token 1                  : halt, hook expired!
hook                     : acknowledge, expired, redirect expired`},
	{"idle → asking → connecting → authenticating → asking → refused → halted: no other token", byEvent, toServer + `
refused invalid callback : ask unauthorized 1
token none               : halt, hook invalid!
hook                     : acknowledge, redirect invalid`},
	{"idle → asking → connecting → authenticating → asking → refused → halted: another one, over", byEvent, toServer + `
refused invalid callback : ask unauthorized 1
token 2 over             : halt, hook invalid!
hook                     : acknowledge, redirect invalid`},
	{"idle → asking → connecting → authenticating → asking → refused → halted: the provider fails", byEvent, toServer + `
refused expired callback : ask unauthorized 1
fail                     : halt, hook expired!
hook                     : acknowledge, expired, redirect expired`},
	{"idle → asking → connecting → authenticating → refused → halted: none sent, not asked again", byEvent, toServer + `
refused missing callback : halt, hook missing!
hook                     : acknowledge, redirect missing`},
	{"idle → asking → connecting → asking → replacing → connecting → refused → halted: refused twice", byHeader, `
attempt connect           : ask connect 1
token 1                   : go 1
refused invalid           : ask unauthorized 1
token 2                   : reconnect unauthorized 2
attempt unauthorized      : go 2
sleep 30000               :
refused invalid           : halt, hook invalid!
hook                      : redirect invalid`},
	{"idle → asking → connecting → authenticating → asking → replacing → connecting → authenticating → authenticated → refused: accepted and refused at once", byEvent, toServer + `
refused invalid          : ask unauthorized 1
token 2                  : reconnect unauthorized 2
attempt unauthorized     : go 2
connected                : authenticate 2
authenticated            : accepted 2
refused invalid callback : hold, halt, hook invalid!`},
	{"idle → asking → connecting → authenticated → asking → replacing → connecting → authenticated → asking: refused again much later", byHeader, accepted + `
refused invalid      : hold, ask unauthorized 1
token 2              : reconnect unauthorized 2
attempt unauthorized : go 2
connected            : accepted 2 refreshed
wait 5000            :
refused invalid      : hold, ask unauthorized 1`},
	{"idle → asking → connecting → authenticating → refused → halted: a static token", static, toServer + `
refused expired callback : halt, hook expired!
hook                     : acknowledge, expired, redirect expired`},
	{"idle → asking → connecting → authenticating → refused → halted: acknowledged by the user", static, toServer + `
refused invalid callback : halt, hook invalid!
acked                    :
disconnected server      :
hook                     : redirect invalid`},
	{"idle → asking → connecting → authenticating → refused → halted: a disconnect while the hook runs", static, toServer + `
refused expired callback : halt, hook expired!
disconnected server      :
hook                     : expired, redirect expired`},
	{"idle → asking → connecting → authenticating → refused → halted: a second refusal while the hook runs", static, toServer + `
refused expired callback : halt, hook expired!
refused expired callback :
acked                    :
hook                     : acknowledge, expired, redirect expired`},
	{"idle → asking → connecting → authenticating → asking → replacing: a second refusal while the provider is asked", byEvent, toServer + `
refused expired callback : ask unauthorized 1
refused expired callback :
token 2                  : acknowledge, reconnect unauthorized 2
refused expired callback : acknowledge`},
	{"idle → asking → connecting → authenticating → refused → halted: a hook that never settles", static, toServer + `
refused expired callback : halt, hook expired!
wait 9999                :
wait 1                   : acknowledge, expired, redirect expired
hook 2                   :`},
	{"idle → asking → connecting → authenticating → refused → replacing → connecting: the hook's token", static, toServer + `
refused expired callback : halt, hook expired!
hook 2                   : acknowledge, reconnect unauthorized 2
attempt unauthorized     : go 2`},
	{"idle → asking → connecting → authenticating → refused → replacing → connecting: … which a server that hangs up does not take away", static, toServer + `
refused invalid callback : halt, hook invalid!
hook 2                   : acknowledge, reconnect unauthorized 2
disconnected server      : reconnect unauthorized 2
attempt unauthorized     : go 2`},
	{"idle → asking → connecting → refused → replacing → connecting → refused → halted: the hook's token, refused", Config{Via: ViaHeader}, `
attempt connect           : ask connect 1
token 1                   : go 1
refused invalid           : halt, hook invalid!
hook 2                    : reconnect unauthorized 2
attempt unauthorized      : go 2
refused invalid           : halt, hook invalid!
hook 3                    : redirect invalid`},
	{"idle → asking → connecting → refused → halted: the hook's token is the refused one", Config{Via: ViaHeader}, `
attempt connect           : ask connect 1
token 1                   : go 1
refused invalid           : halt, hook invalid!
hook 1                    : redirect invalid`},
	{"idle → asking → connecting → refused → halted: the hook's token is over", Config{Via: ViaHeader}, `
attempt connect           : ask connect 1
token 1                   : go 1
refused invalid           : halt, hook invalid!
hook 2 over               : redirect invalid`},
	{"idle → asking → refused → halted → asking: connect() after a login", byHeader, `
attempt connect     : ask connect 1
token none          : halt, hook missing!
hook                : redirect missing
attempt reconnect 1 :
attempt connect     : ask connect 1`},
	{"idle → asking → refused → asking → connecting: connect() in the hook", byHeader, `
attempt connect     : ask connect 1
token none          : halt, hook missing!
attempt reconnect 1 :
attempt connect     : ask connect 1
hook                :
token 1             : go 1`},
	{"idle → asking → refused → asking → refused → halted: connect() in the hook, which settles later", byHeader, `
attempt connect     : ask connect 1
token none          : halt, hook missing!
attempt connect     : ask connect 1
token none          : halt, hook missing!
late hook           :
hook                : redirect missing`},
	{"idle → asking → connecting → authenticating → refused → asking: connect() in the hook, with a callback", static, toServer + `
refused expired callback : halt, hook expired!
attempt connect          : acknowledge, ask connect 1`},
}

func TestPassing(t *testing.T) { runRows(t, passingRows) }

var passingRows = []row{
	{"idle → asking → refused → idle → asking: the provider fails", byHeader, `
attempt connect     : ask connect 1
fail                : hook unavailable
hook                : backoff
attempt reconnect 1 : ask reconnect 1`},
	{"idle → asking → refused → replacing: the hook has a token", byHeader, `
attempt connect : ask connect 1
fail            : hook unavailable
hook 2          : reconnect unauthorized 2`},
	{"idle → asking → refused → connecting: the hook has a token and an attempt waits", byHeader, `
attempt connect     : ask connect 1
fail                : hook unavailable
attempt reconnect 1 :
hook 2              : go 2`},
	{"idle → asking → refused → asking: an attempt waits for the hook", byHeader, `
attempt connect     : ask connect 1
fail                : hook unavailable
attempt reconnect 4 :
hook                : ask reconnect 4`},
	{"idle → asking → connecting → authenticating → refused → idle: no answer", byEvent, toServer + `
wait 9999     :
wait 1        : hook timeout
authenticated :
hook          : backoff`},
	{"idle → asking → connecting → authenticating → authenticated: an answer that came while the page was frozen", byEvent, toServer + `
sleep 11000   :
authenticated : accepted 1`},
	{"idle → asking → connecting → authenticating → refused → idle: closed before the answer", byEvent, toServer + `
disconnected server : hook timeout
hook                : backoff`},
	{"idle → asking → connecting → refused → idle: closed in the handshake", byHeader, `
attempt connect     : ask connect 1
token 1             : go 1
disconnected server : hook timeout
hook                : backoff`},
}

func TestKnownExpiry(t *testing.T) { runRows(t, knownExpiryRows) }

var knownExpiryRows = []row{
	{"idle → asking → refused → halted: a static token", static, `
attempt connect : ask connect 1
token 1 over    : halt, hook expired!
hook            : expired, redirect expired`},
	{"idle → asking → connecting: another token", byHeader, `
attempt connect : ask connect 1
token 1 over    : ask unauthorized 1
token 2         : go 2`},
	{"idle → asking → refused: the same token", byHeader, `
attempt connect : ask connect 1
token 1 over    : ask unauthorized 1
token 1         : halt, hook expired!`},
	{"idle → asking → refused → idle: the provider fails", byHeader, `
attempt connect : ask connect 1
token 1 over    : ask unauthorized 1
fail            : hook unavailable
hook            : backoff`},
	{"idle → asking → connecting → asking → authenticating → authenticated: over before it could be sent", byEvent, `
attempt connect : ask connect 1
token 1 5000    : go 1
sleep 6000      :
connected       : ask unauthorized 1
token 2         : authenticate 2
authenticated   : accepted 2`},
	{"idle → asking → connecting → asking → replacing: the connection went meanwhile", byEvent, `
attempt connect      : ask connect 1
token 1 5000         : go 1
sleep 6000           :
connected            : ask unauthorized 1
disconnected network :
token 2              : reconnect unauthorized 2`},
	{"idle → asking → connecting → asking → connecting: and another attempt began", byEvent, `
attempt connect      : ask connect 1
token 1 5000         : go 1
sleep 6000           :
connected            : ask unauthorized 1
disconnected network :
attempt reconnect 1  :
token 2              : go 2`},
	{"idle → asking → connecting → asking → replacing: the server refused meanwhile", byEvent, `
attempt connect          : ask connect 1
token 1 5000             : go 1
sleep 6000               :
connected                : ask unauthorized 1
refused missing callback :
token 2                  : acknowledge, reconnect unauthorized 2`},
	{"idle → asking → connecting → asking: says only invalid, but its time is over", byHeader, `
attempt connect        : ask connect 1
token 1 5000           : go 1
sleep 6000             :
refused bare           : ask unauthorized 1`},
}
