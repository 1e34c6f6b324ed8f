package lifecycle

import "testing"

const toServer = `
attempt connect : ask connect 1
token 1         : go 1
connected       : authenticate 1
`

func TestRefusing(t *testing.T) { runRows(t, refusingRows) }

var refusingRows = []row{
	{"idle → asking → connecting → authenticating → asking → replacing → connecting → authenticating → authenticated: the provider has another token after the refusal", byEvent, toServer + `
refused expired callback : ask unauthorized 1
token 2                  : acknowledge, reconnect unauthorized 2
attempt unauthorized     : go 2
connected                : authenticate 2
authenticated            : accepted 2`},
	{"idle → asking → connecting → asking → replacing → connecting → authenticated: the provider has another token after a refusal in the handshake", byHeader, `
attempt connect           : ask connect 1
token 1                   : go 1
refused invalid           : ask unauthorized 1
token 2                   : reconnect unauthorized 2
attempt unauthorized      : go 2
connected                 : accepted 2`},
	{"idle → asking → connecting → asking → replacing → asking → connecting: the other token expires before the attempt", byHeader, `
attempt connect           : ask connect 1
token 1                   : go 1
refused invalid           : ask unauthorized 1
token 2 5000              : reconnect unauthorized 2
sleep 6000                :
attempt unauthorized      : ask unauthorized 1
token 3                   : go 3`},
	{"idle → asking → connecting → authenticating → asking → refused → halted: the provider returns the refused token again", byEvent, toServer + `
refused expired callback : ask unauthorized 1
token 1                  : halt, hook expired!
hook                     : acknowledge, expired, redirect expired`},
	{"idle → asking → connecting → authenticating → asking → refused → halted: the provider returns no token", byEvent, toServer + `
refused invalid callback : ask unauthorized 1
token none               : halt, hook invalid!
hook                     : acknowledge, redirect invalid`},
	{"idle → asking → connecting → authenticating → asking → refused → halted: the provider returns an expired token", byEvent, toServer + `
refused invalid callback : ask unauthorized 1
token 2 over             : halt, hook invalid!
hook                     : acknowledge, redirect invalid`},
	{"idle → asking → connecting → authenticating → asking → refused → halted: the provider fails after the refusal", byEvent, toServer + `
refused expired callback : ask unauthorized 1
fail                     : halt, hook expired!
hook                     : acknowledge, expired, redirect expired`},
	{"idle → asking → connecting → authenticating → refused → halted: without a token sent, the provider is not asked again", byEvent, toServer + `
refused missing callback : halt, hook missing!
hook                     : acknowledge, redirect missing`},
	{"idle → asking → connecting → asking → replacing → connecting → refused → halted: the second token is refused, too", byHeader, `
attempt connect           : ask connect 1
token 1                   : go 1
refused invalid           : ask unauthorized 1
token 2                   : reconnect unauthorized 2
attempt unauthorized      : go 2
sleep 30000               :
refused invalid           : halt, hook invalid!
hook                      : redirect invalid`},
	{"idle → asking → connecting → authenticating → asking → replacing → connecting → authenticating → authenticated → refused: the server accepts and refuses at once", byEvent, toServer + `
refused invalid          : ask unauthorized 1
token 2                  : reconnect unauthorized 2
attempt unauthorized     : go 2
connected                : authenticate 2
authenticated            : accepted 2
refused invalid callback : hold, halt, hook invalid!`},
	{"idle → asking → connecting → authenticated → asking → replacing → connecting → authenticated → asking: the server refuses again much later", byHeader, accepted + `
refused invalid      : hold, ask unauthorized 1
token 2              : reconnect unauthorized 2
attempt unauthorized : go 2
connected            : accepted 2 refreshed
wait 5000            :
refused invalid      : hold, ask unauthorized 1`},
	{"idle → asking → connecting → authenticating → refused → halted: a static token", static, toServer + `
refused expired callback : halt, hook expired!
hook                     : acknowledge, expired, redirect expired`},
	{"idle → asking → connecting → authenticating → refused → halted: the user acknowledges", static, toServer + `
refused invalid callback : halt, hook invalid!
acked                    :
disconnected server      :
hook                     : redirect invalid`},
	{"idle → asking → connecting → authenticating → refused → halted: the connection closes while the hook runs", static, toServer + `
refused expired callback : halt, hook expired!
disconnected server      :
hook                     : expired, redirect expired`},
	{"idle → asking → connecting → authenticating → refused → halted: the server refuses again while the hook runs", static, toServer + `
refused expired callback : halt, hook expired!
refused expired callback :
acked                    :
hook                     : acknowledge, expired, redirect expired`},
	{"idle → asking → connecting → authenticating → asking → replacing: the server refuses again while the provider is asked", byEvent, toServer + `
refused expired callback : ask unauthorized 1
refused expired callback :
token 2                  : acknowledge, reconnect unauthorized 2
refused expired callback : acknowledge`},
	{"idle → asking → connecting → authenticating → refused → halted: the hook never settles", static, toServer + `
refused expired callback : halt, hook expired!
wait 9999                :
wait 1                   : acknowledge, expired, redirect expired
hook 2                   :`},
	{"idle → asking → connecting → authenticating → refused → replacing → connecting: the hook returns a token", static, toServer + `
refused expired callback : halt, hook expired!
hook 2                   : acknowledge, reconnect unauthorized 2
attempt unauthorized     : go 2`},
	{"idle → asking → connecting → authenticating → refused → replacing → connecting: the hook returns a token, and the server has hung up", static, toServer + `
refused invalid callback : halt, hook invalid!
hook 2                   : acknowledge, reconnect unauthorized 2
disconnected server      : reconnect unauthorized 2
attempt unauthorized     : go 2`},
	{"idle → asking → connecting → refused → replacing → connecting → refused → halted: the hook's token is refused", Config{Via: ViaHeader}, `
attempt connect           : ask connect 1
token 1                   : go 1
refused invalid           : halt, hook invalid!
hook 2                    : reconnect unauthorized 2
attempt unauthorized      : go 2
refused invalid           : halt, hook invalid!
hook 3                    : redirect invalid`},
	{"idle → asking → connecting → refused → halted: the hook returns the refused token", Config{Via: ViaHeader}, `
attempt connect           : ask connect 1
token 1                   : go 1
refused invalid           : halt, hook invalid!
hook 1                    : redirect invalid`},
	{"idle → asking → connecting → refused → halted: the hook returns an expired token", Config{Via: ViaHeader}, `
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
	{"idle → asking → refused → replacing: the hook returns a token", byHeader, `
attempt connect : ask connect 1
fail            : hook unavailable
hook 2          : reconnect unauthorized 2`},
	{"idle → asking → refused → connecting: the hook returns a token while an attempt waits", byHeader, `
attempt connect     : ask connect 1
fail                : hook unavailable
attempt reconnect 1 :
hook 2              : go 2`},
	{"idle → asking → refused → asking: an attempt waits for the hook", byHeader, `
attempt connect     : ask connect 1
fail                : hook unavailable
attempt reconnect 4 :
hook                : ask reconnect 4`},
	{"idle → asking → connecting → authenticating → refused → idle: the server does not answer the token", byEvent, toServer + `
wait 9999     :
wait 1        : hook timeout
authenticated :
hook          : backoff`},
	{"idle → asking → connecting → authenticating → authenticated: the answer came while the page was frozen", byEvent, toServer + `
sleep 11000   :
authenticated : accepted 1`},
	{"idle → asking → connecting → authenticating → refused → idle: the server closes before it answers", byEvent, toServer + `
disconnected server : hook timeout
hook                : backoff`},
	{"idle → asking → connecting → refused → idle: the server closes in the handshake", byHeader, `
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
	{"idle → asking → connecting → asking → authenticating → authenticated: the token expires before it could be sent", byEvent, `
attempt connect : ask connect 1
token 1 5000    : go 1
sleep 6000      :
connected       : ask unauthorized 1
token 2         : authenticate 2
authenticated   : accepted 2`},
	{"idle → asking → connecting → asking → replacing: the connection closes while the provider is asked", byEvent, `
attempt connect      : ask connect 1
token 1 5000         : go 1
sleep 6000           :
connected            : ask unauthorized 1
disconnected network :
token 2              : reconnect unauthorized 2`},
	{"idle → asking → connecting → asking → connecting: another attempt begins while the provider is asked", byEvent, `
attempt connect      : ask connect 1
token 1 5000         : go 1
sleep 6000           :
connected            : ask unauthorized 1
disconnected network :
attempt reconnect 1  :
token 2              : go 2`},
	{"idle → asking → connecting → asking → replacing: the server refuses while the provider is asked", byEvent, `
attempt connect          : ask connect 1
token 1 5000             : go 1
sleep 6000               :
connected                : ask unauthorized 1
refused missing callback :
token 2                  : acknowledge, reconnect unauthorized 2`},
	{"idle → asking → connecting → asking: the server says invalid, and the token has expired", byHeader, `
attempt connect        : ask connect 1
token 1 5000           : go 1
sleep 6000             :
refused bare           : ask unauthorized 1`},
}
