package lifecycle

import (
	"fmt"
	"strconv"
	"strings"
	"testing"
)

// A script is a life in lines: what happens, a colon, what is to be done.
// Deadlines are left out of the actions; `wait` goes to the next one.
//
//	attempt connect     EvAttempt              (cause, number)
//	token 1             EvToken, issued now for a minute; see tokens below
//	fail                EvTokenFailed
//	connected           EvConnected            (recovered)
//	authenticated       EvAuthenticated
//	refused expired     EvRefused              (expired, bare, invalid, missing; callback)
//	disconnected server EvDisconnected         (server, network, user)
//	hook                EvHookSettled          (a token)
//	acked, reauth, stop, tick
//	date 3600000        EvServerClock, that much ahead of the host
//	wait                goes to the deadline and ticks
//	wait 500            goes 500 ms on and ticks
//	sleep 500           goes 500 ms on and does not
//	late <line>         the same, with the Seq before
//
// Tokens: `1` is fresh; `1 over` ended long ago, `1 old` was issued an hour ago
// for ten minutes; `1 endless` has no exp; `1 5000` lives 5 s; `none`.
type script struct {
	t    *testing.T
	l    Lifecycle
	now  int64
	seq  uint32
	hook uint32
	at   int64
	path []string
	tok  map[uint32]Token

	after func(Lifecycle) // looks at each state
}

const start = 1_700_000_000_000

func newScript(t *testing.T, c Config) *script {
	return &script{t: t, l: New(c), now: start, path: []string{"idle"}, tok: map[uint32]Token{}}
}

func (s *script) run(text string) {
	s.t.Helper()
	for line := range strings.SplitSeq(strings.TrimSpace(text), "\n") {
		do, want, found := strings.Cut(line, ":")
		if !found && strings.TrimSpace(do) == "" {
			continue
		}
		do, want = strings.TrimSpace(do), strings.TrimSpace(want)
		got := s.step(strings.Fields(do))
		if got != want {
			s.t.Fatalf("%s\n  did:  %s\n  want: %s\n  path: %s", do, got, want, strings.Join(s.path, " → "))
		}
	}
}

func (s *script) step(words []string) string {
	s.t.Helper()
	e := Event{Seq: s.seq}
	if words[0] == "late" {
		e.Seq--
		words = words[1:]
	}
	rest := words[1:]
	arg := strings.Join(rest, " ")
	switch words[0] {
	case "attempt":
		e.Kind, e.Cause, e.Attempt = EvAttempt, causeNamed(s.t, rest[0]), 1
		if len(rest) > 1 {
			e.Attempt, _ = strconv.Atoi(rest[1])
		}
	case "token":
		e.Kind, e.Token = EvToken, s.token(rest)
	case "fail":
		e.Kind = EvTokenFailed
	case "connected":
		e.Kind, e.Recovered = EvConnected, arg == "recovered"
	case "authenticated":
		e.Kind = EvAuthenticated
	case "refused":
		e.Kind, e.Refusal = EvRefused, refusalNamed(s.t, rest)
	case "disconnected":
		e.Kind, e.Source = EvDisconnected, map[string]CloseSource{"network": ByNetwork, "server": ByServer, "user": ByUser}[arg]
	case "hook":
		e.Kind, e.Token = EvHookSettled, s.token(rest)
		e.Seq += s.hook - s.seq // late stays late
	case "acked":
		e.Kind = EvAcked
	case "reauth":
		e.Kind = EvReauthenticate
	case "stop":
		e.Kind = EvStop
	case "tick":
		e.Kind = EvTick
	case "date":
		ahead, _ := strconv.ParseInt(arg, 10, 64)
		e.Kind, e.ServerTime = EvServerClock, s.now+ahead
	case "wait", "sleep":
		if arg == "" {
			if s.at == 0 {
				s.t.Fatal("nothing to wait for")
			}
			s.now = max(s.now, s.at)
		} else {
			ms, _ := strconv.ParseInt(arg, 10, 64)
			s.now += ms
		}
		if words[0] == "sleep" {
			return ""
		}
		e.Kind = EvTick
	default:
		s.t.Fatalf("no such event: %s", words[0])
	}
	e.Now = s.now
	from := s.l.State()
	var out []Action
	s.l, out = s.l.Next(e, nil)
	if to := s.l.State(); to != from {
		s.path = append(s.path, to.String())
	}
	text := s.describe(out)
	if s.after != nil {
		s.after(s.l)
	}
	return text
}

func (s *script) token(words []string) Token {
	if len(words) == 0 || words[0] == "none" {
		return Token{}
	}
	id, err := strconv.ParseUint(words[0], 10, 32)
	if err != nil {
		s.t.Fatal(err)
	}
	if known, ok := s.tok[uint32(id)]; ok {
		known.ReceivedAt = s.now
		return known
	}
	t := Token{ID: uint32(id), ReceivedAt: s.now, IssuedAt: s.now, ExpiresAt: s.now + 60_000}
	if len(words) > 1 {
		switch words[1] {
		case "over":
			t.IssuedAt, t.ExpiresAt = s.now-48*3_600_000, s.now-47*3_600_000
		case "old":
			t.IssuedAt, t.ExpiresAt = s.now-3_600_000, s.now-3_000_000
		case "endless":
			t.ExpiresAt = 0
		default:
			ms, err := strconv.ParseInt(words[1], 10, 64)
			if err != nil {
				s.t.Fatal(err)
			}
			t.ExpiresAt = s.now + ms
		}
	}
	s.tok[t.ID] = t
	return t
}

func causeNamed(t *testing.T, name string) Cause {
	for c := CauseConnect; c <= CauseUnauthorized; c++ {
		if c.String() == name {
			return c
		}
	}
	t.Fatalf("no such cause: %s", name)
	return 0
}

func refusalNamed(t *testing.T, words []string) Refusal {
	var r Refusal
	for _, w := range words {
		switch w {
		case "expired":
			r.Code, r.Message = "invalid_token", "jwt expired"
		case "bare":
			r.Code, r.Message = "invalid_token", "Unauthorized: Token is missing or invalid Bearer"
		case "invalid":
			r.Code, r.Message = "invalid_token", "invalid signature"
		case "missing":
			r.Code, r.Message = "credentials_required", "no token provided"
		case "callback":
			r.Callback = true
		default:
			t.Fatalf("no such refusal: %s", w)
		}
	}
	return r
}

func (s *script) describe(out []Action) string {
	var did []string
	for _, a := range out {
		switch a.Kind {
		case ActAsk:
			s.seq = a.Seq
		case ActRefused:
			s.hook = a.Seq
		case ActDeadline:
			s.at = a.At
			continue
		}
		did = append(did, describe(a))
	}
	return strings.Join(did, ", ")
}

func describe(a Action) string {
	text := "nothing known"
	switch a.Kind {
	case ActAsk:
		text = fmt.Sprintf("ask %s %d", a.Cause, a.Attempt)
	case ActGo:
		text = fmt.Sprintf("go %d", a.Token.ID)
	case ActAuthenticate:
		text = fmt.Sprintf("authenticate %d", a.Token.ID)
	case ActAccepted:
		text = fmt.Sprintf("accepted %d", a.Token.ID)
		if a.Refreshed {
			text += " refreshed"
		}
		if a.Recovered {
			text += " recovered"
		}
	case ActRefused:
		text = "hook " + a.Reason.String()
		if a.Fatal {
			text += "!"
		}
	case ActAcknowledge:
		text = "acknowledge"
	case ActExpired:
		text = "expired"
	case ActRedirect:
		text = "redirect " + a.Reason.String()
	case ActHalt:
		text = "halt"
	case ActReconnect:
		text = fmt.Sprintf("reconnect %s %d", a.Cause, a.Token.ID)
	case ActBackoff:
		text = "backoff"
	case ActHold:
		text = "hold"
	case ActDeadline:
		text = fmt.Sprintf("deadline %.3f", float64(a.At-start)/1000)
	case ActSettled:
		text = "settled ok"
		if !a.OK {
			text = strings.TrimSpace("settled " + a.Reason.String())
		}
	}
	return text
}

var eventNames = [...]string{"", "attempt", "token", "token failed", "connected", "authenticated", "refused",
	"disconnected", "hook settled", "acked", "tick", "reauthenticate", "stop", "server clock"}
