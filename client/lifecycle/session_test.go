package lifecycle

import "testing"

func TestRenewal(t *testing.T) { runRows(t, renewalRows) }

var renewalRows = []row{
	{"idle → asking → connecting → authenticated → replacing → connecting → authenticated", byHeader, accepted + `
wait 49999      :
wait 1          : ask refresh 1
token 2         : hold, reconnect refresh 2
attempt refresh : go 2
connected       : accepted 2 refreshed`},
	{"idle → asking → connecting → authenticating → authenticated → replacing → connecting → authenticating → authenticated", byEvent, acceptedByEvent + `
wait            : ask refresh 1
token 2         : hold, reconnect refresh 2
attempt refresh : go 2
connected       : authenticate 2
authenticated   : accepted 2 refreshed`},
	{"idle → asking → connecting → authenticating → authenticated: in band", inBand, acceptedByEvent + `
wait            : ask refresh 1
token 2         : authenticate 2
authenticated   : accepted 2 refreshed
authenticated   :`},
	{"idle → asking → connecting → authenticating → authenticated → replacing: in band, the server does not answer", inBand, acceptedByEvent + `
wait            : ask refresh 1
token 2         : authenticate 2
wait 9999       :
wait 1          : hold, reconnect refresh 2`},
	{"idle → asking → connecting → authenticating → authenticated → authenticating → authenticated: in band, the server answers after the old token's end", inBand, `
attempt connect : ask connect 1
token 1 10000   : go 1
connected       : authenticate 1
authenticated   : accepted 1
wait            : ask refresh 1
sleep 4000      :
token 2         : authenticate 2
wait            : hold
authenticated   : accepted 2 refreshed`},
	{"idle → asking → connecting → authenticating → authenticated → asking → replacing: in band, refused", inBand, acceptedByEvent + `
wait                     : ask refresh 1
token 2                  : authenticate 2
refused invalid callback : hold, ask unauthorized 1
token 1                  : acknowledge, reconnect unauthorized 1`},
	{"idle → asking → connecting → authenticating → authenticated → refused → idle: in band, the server closes before it answers", inBand, acceptedByEvent + `
wait                : ask refresh 1
token 2             : authenticate 2
disconnected server : hold, hook timeout
hook                : backoff`},
	{"idle → asking → connecting → authenticating → authenticated → idle: in band, the network fails", inBand, acceptedByEvent + `
wait                 : ask refresh 1
token 2              : authenticate 2
disconnected network : hold
authenticated        :`},
	{"idle → asking → connecting → authenticated: a renewal begins no earlier than half of the lifetime", byHeader, `
attempt connect : ask connect 1
token 1 10000   : go 1
connected       : accepted 1
wait 4999       :
wait 1          : ask refresh 1`},
	{"idle → asking → connecting → authenticated → idle: the network fails while the provider is asked", byHeader, accepted + `
wait                 : ask refresh 1
disconnected network : hold
token 2              :`},
	{"idle → asking → connecting → authenticated → replacing → idle → asking → connecting: the new connection fails", Config{Via: ViaHeader, Provider: true, RefreshBefore: 10_000}, accepted + `
wait                 : ask refresh 1
token 2              : hold, reconnect refresh 2
stop                 :
attempt connect      : ask connect 1
token 2              : go 2`},
	{"idle → asking → connecting → authenticated → replacing → connecting → idle → asking → connecting → authenticated: the new connection fails", byHeader, accepted + `
wait                 : ask refresh 1
token 2              : hold, reconnect refresh 2
attempt refresh      : go 2
disconnected network :
attempt reconnect 1  : ask reconnect 1
token 2              : go 2
connected            : accepted 2`},
	{"idle → asking → connecting → authenticated → replacing → idle → asking → connecting → authenticated: the old connection ends before it is replaced", byHeader, accepted + `
wait                 : ask refresh 1
token 2              : hold, reconnect refresh 2
disconnected network :
attempt reconnect 1  : ask reconnect 1
token 2              : go 2
connected            : accepted 2`},
	{"idle → asking → connecting → authenticated → replacing → connecting: an attempt of the backoff begins first", byHeader, accepted + `
wait                 : ask refresh 1
token 2              : hold, reconnect refresh 2
attempt reconnect 1  : go 2`},
	{"idle → asking → connecting → authenticated → asking → replacing: the provider returns the same token until the end", byHeader, accepted + `
wait            : ask refresh 1
token 1         :
wait 4999       :
wait 1          : ask refresh 2
token 1         :
wait 2500       : ask refresh 3
token none      :
wait 1250       : ask refresh 4
token 1         :
wait 1000       : ask refresh 5
token 1         :
wait            : hold, ask unauthorized 1
token 2         : reconnect unauthorized 2`},
	{"idle → asking → connecting → authenticated → asking → refused → idle: the provider fails until the end", unasked, accepted + `
wait 60000      : hold, ask unauthorized 1
fail            : hook unavailable
hook            : backoff`},
	{"idle → asking → connecting → authenticated → asking → replacing: the token expires while the provider is asked", byHeader, accepted + `
wait            : ask refresh 1
wait            : hold
token 2         : reconnect refresh 2`},
	{"idle → asking → connecting → authenticated → asking → refused → halted: the provider returns the same token at the end", byHeader, accepted + `
wait            : ask refresh 1
wait            : hold
token 1         : ask unauthorized 1
token 1         : halt, hook expired!
hook            : expired, redirect expired`},
	{"idle → asking → connecting → authenticated → asking → refused: the provider fails at the end", byHeader, accepted + `
wait            : ask refresh 1
wait            : hold
fail            : hook unavailable`},
	{"idle → asking → connecting → authenticated: a token without exp never expires", byHeader, `
attempt connect : ask connect 1
token 1 endless : go 1
connected       : accepted 1
wait 99999999999 :`},
}

func TestExpiryInSession(t *testing.T) { runRows(t, expiryInSessionRows) }

var expiryInSessionRows = []row{
	{"idle → asking → connecting → authenticated → refused → halted: a static token", Config{Via: ViaHeader}, accepted + `
wait 59999 :
wait 1     : hold, halt, hook expired!
hook       : expired, redirect expired`},
	{"idle → asking → connecting → authenticated → refused → halted: the server hangs up at the end", Config{Via: ViaHeader}, accepted + `
sleep 59500         :
disconnected server : hold, halt, hook expired!
hook                : expired, redirect expired`},
	{"idle → asking → connecting → authenticated → idle: the server hangs up for another reason", Config{Via: ViaHeader}, accepted + `
sleep 58000         :
disconnected server : hold`},
	{"idle → asking → connecting → authenticated → asking → replacing → connecting → authenticated: renewal is off", unasked, accepted + `
wait 60000           : hold, ask unauthorized 1
token 2              : reconnect unauthorized 2
attempt unauthorized : go 2
connected            : accepted 2 refreshed`},
	{"idle → asking → connecting → authenticating → authenticated → asking → authenticating → authenticated: in band", inBand, acceptedByEvent + `
sleep 60000          :
tick                 : hold, ask unauthorized 1
token 2              : authenticate 2
authenticated        : accepted 2 refreshed`},
	{"idle → asking → connecting → authenticated → asking → replacing → connecting → authenticated: the page sleeps for a year", byHeader, accepted + `
sleep 31536000000    :
tick                 : hold, ask unauthorized 1
disconnected network :
token 2              : reconnect unauthorized 2
attempt unauthorized : go 2
connected            : accepted 2`},
	{"idle → asking → connecting → authenticated → idle → asking: the page sleeps, and hears first of the lost connection", byHeader, accepted + `
sleep 31536000000    :
disconnected network : hold
attempt reconnect 1  : ask reconnect 1`},
}

func TestReauthenticate(t *testing.T) { runRows(t, reauthenticateRows) }

var reauthenticateRows = []row{
	{"idle → asking → replacing → connecting → authenticated", byHeader, `
reauth          : ask refresh 1
token 1         : reconnect refresh 1
attempt refresh : go 1
connected       : accepted 1, settled ok`},
	{"idle → asking → connecting: an attempt begins while the provider is asked", byHeader, `
reauth              : ask refresh 1
attempt reconnect 1 :
token 1             : go 1`},
	{"idle → asking → connecting → authenticated: while the provider is asked", byHeader, `
attempt connect : ask connect 1
reauth          :
reauth          :
token 1         : go 1
connected       : accepted 1, settled ok`},
	{"idle → asking → connecting → authenticating → authenticated: while an attempt connects", byEvent, `
attempt connect : ask connect 1
token 1         : go 1
reauth          :
connected       : authenticate 1
authenticated   : accepted 1, settled ok`},
	{"idle → asking → connecting → authenticated → replacing → connecting → authenticated: the provider returns the same token in a live session", byHeader, accepted + `
reauth          : ask refresh 1
token 1         : hold, reconnect refresh 1
attempt refresh : go 1
connected       : accepted 1 refreshed, settled ok`},
	{"idle → asking → connecting → authenticating → authenticated: in band", inBand, acceptedByEvent + `
reauth          : ask refresh 1
token 1         : authenticate 1
authenticated   : accepted 1 refreshed, settled ok`},
	{"idle → asking → connecting → authenticated: the provider fails, and the session goes on", byHeader, accepted + `
reauth          : ask refresh 1
fail            : settled unavailable
reauth          : ask refresh 1
token none      : settled missing
reauth          : ask refresh 1
token 2 over    : settled expired
wait            : ask refresh 4`},
	{"idle → asking → connecting → authenticated → asking → replacing: the connection closes while the provider is asked", byHeader, accepted + `
reauth              : ask refresh 1
disconnected server : hold
token 2             : reconnect refresh 2`},
	{"idle → asking → connecting → authenticated → replacing → connecting → authenticated: the connection closes when the token is there", byHeader, accepted + `
reauth              : ask refresh 1
token 2             : hold, reconnect refresh 2
disconnected server : reconnect refresh 2
attempt refresh     : go 2
connected           : accepted 2, settled ok`},
	{"idle → asking → connecting → authenticated → replacing → connecting → idle: the connection closes when the token is there, and the new one does not open", byHeader, accepted + `
reauth               : ask refresh 1
token 2              : hold, reconnect refresh 2
disconnected network : reconnect refresh 2
attempt refresh      : go 2
disconnected network : settled`},
	{"idle → asking → connecting → authenticated → replacing → idle: the server disconnects in a renewal that nobody waits for", byHeader, accepted + `
wait                : ask refresh 1
token 2             : hold, reconnect refresh 2
disconnected server :`},
	{"idle → asking → connecting → authenticated: it joins a renewal under way", byHeader, accepted + `
wait            : ask refresh 1
reauth          :
token none      : settled missing`},
	{"idle → asking → refused → halted → asking → replacing: after a refusal and a login", byHeader, `
attempt connect : ask connect 1
token none      : halt, hook missing!
hook            : redirect missing
reauth          : ask refresh 1
token 1         : reconnect refresh 1`},
	{"idle → asking → connecting → authenticating → refused → asking → replacing: inside the hook", static, `
attempt connect          : ask connect 1
token 1                  : go 1
connected                : authenticate 1
refused invalid callback : halt, hook invalid!
reauth                   : acknowledge, ask refresh 1
hook                     :
token 2                  : reconnect refresh 2`},
	{"idle → asking → refused → halted: refused", static, `
reauth     : ask refresh 1
token none : halt, hook missing!
hook       : redirect missing, settled missing`},
	{"idle → asking → refused → idle: not fatal", byHeader, `
reauth     : ask refresh 1
fail       : hook unavailable
hook       : settled unavailable, backoff`},
	{"idle → asking → idle: stopped", byHeader, `
reauth     : ask refresh 1
stop       : settled`},
	{"idle → asking → replacing → idle: stopped before the attempt", byHeader, `
reauth     : ask refresh 1
token 1    : reconnect refresh 1
stop       : settled`},
	{"idle → asking → replacing → asking: the token expires before the attempt", byHeader, `
reauth          : ask refresh 1
token 1         : reconnect refresh 1
sleep 60000     :
attempt refresh : ask refresh 1`},
}

// A clock that runs ahead makes fresh tokens look old, one that is behind makes
// old ones look fresh.
func TestClock(t *testing.T) {
	const hour = 3_600_000
	ms := func(s *script, id uint32, iat, lives int64) Token {
		tok := Token{ID: id, ReceivedAt: s.now, IssuedAt: iat, ExpiresAt: iat + lives}
		s.tok[id] = tok
		return tok
	}
	t.Run("behind: the end is that of the lifetime", func(t *testing.T) {
		s := newScript(t, Config{Via: ViaHeader})
		ms(s, 1, s.now+hour, 60_000)
		s.run(accepted + "wait 58999 :\nwait 1 : hold, halt, hook expired!")
	})
	t.Run("ahead: a provider's token that looks old is doubted, another one issued meanwhile is sent", func(t *testing.T) {
		s := newScript(t, byHeader)
		ms(s, 1, s.now-hour, 600_000)
		s.run("attempt connect : ask connect 1\ntoken 1 :\nwait 1099 :\nwait 1 : ask unauthorized 1")
		ms(s, 2, s.now-hour, 600_000)
		s.run("token 2 : go 2\nconnected : accepted 2\nwait 580000 :\nwait 10000 : ask refresh 1")
	})
	t.Run("right: a provider's old token is doubted once", func(t *testing.T) {
		s := newScript(t, byHeader)
		s.run(`
attempt connect : ask connect 1
token 1 old     :
wait            : ask unauthorized 1
token 1         : halt, hook expired!`)
	})
	t.Run("right: the Date header leaves no doubt", func(t *testing.T) {
		s := newScript(t, byHeader)
		s.run(`
date 0          :
attempt connect : ask connect 1
token 1 old     : ask unauthorized 1
token 1         : halt, hook expired!`)
	})
	t.Run("ahead: the Date header says so", func(t *testing.T) {
		s := newScript(t, byHeader)
		s.run("date -3600000 :")
		ms(s, 1, s.now-hour, 600_000)
		s.run(accepted + "wait 587000 :\nwait 1000 : ask refresh 1")
	})
	t.Run("behind: the Date header in a session brings the end nearer", func(t *testing.T) {
		s := newScript(t, byHeader)
		s.run(accepted + "date 45000 :\nwait 7499 :\nwait 1 : ask refresh 1\ndate 60000 : hold")
	})
	t.Run("behind: a fresh refusal says so", func(t *testing.T) {
		s := newScript(t, byHeader)
		s.tok[1] = Token{ID: 1, ReceivedAt: s.now, ExpiresAt: s.now + 60_000}
		s.run("attempt connect : ask connect 1\ntoken 1 : go 1\nrefused expired : ask unauthorized 1")
		s.tok[2] = Token{ID: 2, ReceivedAt: s.now, ExpiresAt: s.now + 50_000} // so this one is over, too
		s.run("token 2 : halt, hook expired!")
	})
	t.Run("jumps ahead in a session: the new token looks old, the one after proves the clock", func(t *testing.T) {
		s := newScript(t, byHeader)
		s.run(accepted)
		s.run("sleep 3600000 :\ntick : hold, ask unauthorized 1")
		ms(s, 2, s.now-hour, 60_000)
		s.run("token 2 :\nwait : ask unauthorized 1")
		ms(s, 3, s.now-hour, 60_000)
		s.run("token 3 : reconnect unauthorized 3\nattempt unauthorized : go 3\nconnected : accepted 3 refreshed")
	})
}

// However short tokens live and whatever the clock says, nothing runs hot.
func TestNoHotLoop(t *testing.T) {
	const hour, minute = 3_600_000, 60_000
	for _, lives := range []int64{1, 500, 999, 1_000, 1_500, 2_000, 5_000, 10_000, 3 * minute, hour, 24 * hour} {
		for _, ahead := range []int64{-hour, 0, hour} {
			for _, cut := range []int64{1, 1_000} { // claims in seconds
				for _, band := range []bool{false, true} {
					asks, down := kindWorld(t, Config{Via: ViaEvent, Provider: true, RefreshBefore: 30_000, InBand: band}, lives, ahead, cut, 10*minute)
					if asks > 10*60+5 {
						t.Errorf("tokens for %d ms, clock %+d ms: %d asks in ten minutes", lives, ahead, asks)
					}
					if down && lives >= 5_000 {
						t.Errorf("tokens for %d ms, clock %+d ms: the session ended", lives, ahead)
					}
				}
			}
		}
	}
}

// kindWorld answers everything at once and counts what is asked.
func kindWorld(t *testing.T, c Config, lives, ahead, cut, span int64) (asks int, down bool) {
	l := New(c)
	now, id, at := int64(start), uint32(0), int64(0)
	inbox := []Event{{Kind: EvAttempt}}
	for end := now + span; now < end; {
		if len(inbox) == 0 {
			if at == 0 {
				return asks, l.State() != Authenticated
			}
			now = max(now, at)
			inbox = append(inbox, Event{Kind: EvTick})
			at = -1
		}
		e := inbox[0]
		inbox = inbox[1:]
		e.Now = now
		var out []Action
		l, out = l.Next(e, nil)
		for _, a := range out {
			switch a.Kind {
			case ActAsk:
				asks++
				id++
				now += 20
				iat := (now - ahead) / cut * cut
				inbox = append(inbox, Event{Kind: EvToken, Seq: a.Seq, Token: Token{ID: id, ReceivedAt: now, IssuedAt: iat, ExpiresAt: iat + lives}})
			case ActGo:
				inbox = append(inbox, Event{Kind: EvConnected})
			case ActAuthenticate:
				if now-ahead >= a.Token.ExpiresAt {
					t.Errorf("tokens for %d ms, clock %+d ms: sent one that was over", lives, ahead)
				}
				now += 5
				inbox = append(inbox, Event{Kind: EvAuthenticated})
			case ActReconnect:
				inbox = append(inbox, Event{Kind: EvAttempt, Cause: a.Cause})
			case ActBackoff:
				inbox = append(inbox, Event{Kind: EvAttempt, Cause: CauseReconnect})
			case ActRefused:
				inbox = append(inbox, Event{Kind: EvHookSettled, Seq: a.Seq})
			case ActDeadline:
				at = a.At
			}
		}
		if at == -1 {
			t.Fatalf("tokens for %d ms, clock %+d ms: a tick at its time changed nothing", lives, ahead)
		}
	}
	return asks, l.State() != Authenticated && l.State() != Connecting && l.State() != Authenticating
}

// GoesOn says whether the lifecycle asks for another attempt after the server has disconnected.
func TestGoesOn(t *testing.T) {
	for _, row := range []struct {
		name   string
		config Config
		script string
		want   bool
	}{
		{"nothing was said against the token", byHeader, accepted + "disconnected server : hold", false},
		{"the token has expired", unasked, accepted + "sleep 59500 :\ndisconnected server : hold, ask unauthorized 1", true},
		{"the token has expired, and there is no other", Config{Via: ViaHeader}, accepted + "sleep 59500 :\ndisconnected server : hold, halt, hook expired!", false},
		{"refused, another token is asked for", byHeader, accepted + "refused expired : hold, ask unauthorized 1\ndisconnected server :", true},
		{"refused, another token is in hand", byHeader, accepted + "refused expired : hold, ask unauthorized 1\ntoken 2 : reconnect unauthorized 2\ndisconnected server : reconnect unauthorized 2", true},
		{"no answer to the token", byEvent, "attempt connect : ask connect 1\ntoken 1 : go 1\nconnected : authenticate 1\ndisconnected server : hook timeout", true},
		{"no answer to the token, and the user has left", byEvent, "attempt connect : ask connect 1\ntoken 1 : go 1\nconnected : authenticate 1\ndisconnected server : hook timeout\nstop :", false},
	} {
		t.Run(row.name, func(t *testing.T) {
			s := newScript(t, row.config)
			s.run(row.script)
			if s.l.GoesOn() != row.want {
				t.Errorf("GoesOn is %t", !row.want)
			}
		})
	}
}
