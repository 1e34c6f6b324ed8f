package server

import (
	"net/http"
	"runtime"
	"strings"
	"testing"

	"github.com/golang-jwt/jwt/v5"
	"github.com/zishang520/socket.io/parsers/engine/v3/packet"
	"github.com/zishang520/socket.io/v3/pkg/types"
)

// The server checks a token before it knows the client: a long token is refused by its length alone.
func TestALongTokenIsRefusedUnread(t *testing.T) {
	asked := false
	secret := func(*http.Request, *jwt.Token) (any, error) { asked = true; return key, nil }
	g := &guard{Options{Secret: secret}.withDefaults()}
	long := sign(t, jwt.MapClaims{"sub": "ada", "pad": strings.Repeat("x", maxToken)}, key)
	for name, token := range map[string]string{
		"dots":           strings.Repeat(".", 1<<20),
		"a long payload": long,
		"a long header":  strings.Repeat("x", maxToken) + ".e30.c2ln",
		"one byte more":  strings.Repeat("x", maxToken-7) + ".e30.c2l",
	} {
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		_, refusal := g.identify(nil, token)
		runtime.ReadMemStats(&after)
		if refusal == nil || refusal.Code != CodeInvalidToken || !strings.HasPrefix(refusal.Message, "jwt too long: ") {
			t.Errorf("%s: %+v", name, refusal)
		}
		if asked {
			t.Errorf("%s: the secret is asked for", name)
		}
		if used := after.TotalAlloc - before.TotalAlloc; used > 64<<10 {
			t.Errorf("%s: %d bytes of memory for a refusal", name, used)
		}
	}
	whole := strings.Repeat("x", maxToken-8) + ".e30.c2l"
	if _, refusal := g.identify(nil, whole); refusal == nil || strings.Contains(refusal.Message, "too long") {
		t.Errorf("a token of %d bytes: %+v", len(whole), refusal)
	}
	real := sign(t, jwt.MapClaims{"sub": "ada", "pad": strings.Repeat("x", 11<<10)}, key)
	if who, refusal := g.identify(nil, real); refusal != nil || who.Claims["sub"] != "ada" {
		t.Errorf("a good token of %d bytes: %+v", len(real), refusal)
	}
}

func TestFarewellsToNobodyAreNotKept(t *testing.T) {
	farewell := func(name string) *packet.Packet {
		return &packet.Packet{Type: packet.MESSAGE, Data: types.NewStringBufferString("1" + name + ",")}
	}
	g := newGate()
	for _, name := range []string{"/a", "/b", "/" + strings.Repeat("c", 1<<16)} {
		g.leaving(farewell(name))
	}
	if len(g.leaves) > 0 || g.goes != "" {
		t.Errorf("%d names are kept, and the end of %.20q is waited for", len(g.leaves), g.goes)
	}
	g.news("/a", "id")
	if g.leaving(farewell("/a")); g.goes != "/a" {
		t.Error("the end of a namespace that has been joined is not waited for")
	}
}
