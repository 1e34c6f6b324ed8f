package server

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/zishang520/socket.io/servers/socket/v3"
)

// story collects what Observe hears, as words.
func story(o Options) (Options, func(t *testing.T, words ...string)) {
	told := make(chan Event, 32)
	o.Observe = func(_ *socket.Socket, e Event) { told <- e }
	return o, func(t *testing.T, words ...string) {
		t.Helper()
		for _, want := range words {
			select {
			case e := <-told:
				if string(e.Kind) != want {
					t.Fatalf("observed %s instead of %s", e.Kind, want)
				}
				if text := fmt.Sprintf("%+v %v", e, e.Refusal); strings.Contains(text, "eyJ") {
					t.Errorf("a token was told: %s", e.Kind)
				}
			case <-time.After(patience):
				t.Fatalf("nobody told of %s", want)
			}
		}
	}
}

func TestObserve(t *testing.T) {
	t.Run("event", func(t *testing.T) {
		o, told := story(Options{Secret: Secret(key)})
		p := dial(t, start(t, o), hello{})
		p.expect("40")
		p.emit(authenticate(tokens(t)["good"]))
		p.expect(`42["authenticated"]`)
		p.emit(authenticate(tokens(t)["forged"]))
		p.say(p.expectRefusal(CodeInvalidToken, "invalid signature"))
		p.expectEnd()
		told(t, "connected", "authenticated", "refused", "acknowledged", "hungup", "closed")
	})
	t.Run("handshake", func(t *testing.T) {
		o, told := story(Options{Secret: Secret(key), Handshake: true})
		at := start(t, o)
		dial(t, at, hello{query: "token=" + tokens(t)["forged"]}).expect("44")
		p := dial(t, at, hello{query: "token=" + tokens(t)["good"]})
		p.expect("40")
		p.say("41" + nsp + ",")
		told(t, "refused", "authenticated", "closed")
	})
}
