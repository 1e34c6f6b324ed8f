package server

import (
	"errors"
	"fmt"
	"net/http"
	"testing"

	"github.com/golang-jwt/jwt/v5"
	"github.com/zishang520/socket.io/servers/socket/v3"
)

func TestHandshakeTellsGoodTokensFromBad(t *testing.T) {
	at := start(t, Options{Secret: Secret(key), Handshake: true})
	for name, want := range map[string]string{
		"good":      "",
		"eternal":   "",
		"long":      "",
		"expired":   "jwt expired",
		"early":     "jwt not active",
		"forged":    "invalid signature",
		"unsigned":  "jwt signature is required",
		"none":      "invalid algorithm",
		"malformed": "jwt malformed",
		"garbage":   "invalid token",
		"broken":    "invalid token",
	} {
		token := tokens(t)[name]
		for way, h := range map[string]hello{
			"query":              {query: "token=" + token},
			"header":             {header: "Bearer " + token},
			"header, small":      {header: "bearer " + token},
			"auth":               {auth: `{"token":"` + token + `"}`},
			"auth, Bearer":       {auth: `{"token":"Bearer ` + token + `"}`},
			"Engine.IO 3":        {eio: 3, query: "token=" + token},
			"Engine.IO 3, /nsp?": {eio: 3, auth: "token=" + token},
		} {
			if name == "long" && way == "Engine.IO 3, /nsp?" {
				continue // the server's parser takes 512 characters of namespace and query there
			}
			t.Run(name+" by "+way, func(t *testing.T) {
				p := dial(t, at, h)
				if want == "" {
					p.expect("40")
					p.expectOpen()
					return
				}
				p.expect(refused(h.eio, CodeInvalidToken, want))
			})
		}
	}
}

// refused is the packet that refuses a handshake.
func refused(eio int, code, message string) string {
	data := fmt.Sprintf(`{"code":"%s","message":"%s","type":"UnauthorizedError"}`, code, message)
	if eio == 3 {
		return "44" + data
	}
	return fmt.Sprintf(`44{"data":%s,"message":"%s"}`, data, message)
}

func TestHandshakeLooksForTheToken(t *testing.T) {
	good, bad := tokens(t)["good"], tokens(t)["forged"]
	format := refused(4, CodeBadFormat, "Format is Authorization: Bearer [token]")
	none := refused(4, CodeRequired, "no token provided")
	header := refused(4, CodeHeaderRequired, "Server requires Authorization Header")
	invalid := refused(4, CodeInvalidToken, "invalid signature")
	for _, row := range []struct {
		name           string
		headerRequired bool
		hello          hello
		want           string
	}{
		{"nothing", false, hello{}, none},
		{"empty query", false, hello{query: "token="}, none},
		{"empty auth", false, hello{auth: `{"token":""}`}, none},
		{"auth that is no string", false, hello{auth: `{"token":7}`}, none},
		{"header of one part", false, hello{header: good}, format},
		{"header of three parts", false, hello{header: "Bearer " + good + " x"}, format},
		{"header of one part, query right", false, hello{header: good, query: "token=" + good}, format},
		{"header of another scheme", false, hello{header: "Basic " + good}, none},
		{"header wrong, query right", false, hello{header: "Bearer " + bad, query: "token=" + good}, "40"},
		{"header right, query wrong", false, hello{header: "Bearer " + good, query: "token=" + bad}, invalid},
		{"query wrong, auth right", false, hello{query: "token=" + bad, auth: `{"token":"` + good + `"}`}, invalid},
		{"header required, none", true, hello{}, header},
		{"header required, query right", true, hello{query: "token=" + good}, header},
		{"header required, auth right", true, hello{auth: `{"token":"` + good + `"}`}, header},
		{"header required, another scheme", true, hello{header: "Basic " + good}, header},
		{"header required and there", true, hello{header: "Bearer " + good}, "40"},
	} {
		t.Run(row.name, func(t *testing.T) {
			at := start(t, Options{Secret: Secret(key), Handshake: true, AuthHeaderRequired: row.headerRequired})
			dial(t, at, row.hello).expect(row.want)
		})
	}
}

func TestHandshakeHooks(t *testing.T) {
	good := tokens(t)["good"]
	for _, row := range []struct {
		name    string
		options Options
		want    string
	}{
		{"secret by the claims", Options{Secret: bySubject}, "40"},
		{"secret function fails", Options{Secret: func(*http.Request, *jwt.Token) (any, error) {
			return nil, errors.New("the vault is closed")
		}}, refused(4, CodeInvalidSecret, "the vault is closed")},
		{"secret function with a code", Options{Secret: func(*http.Request, *jwt.Token) (any, error) {
			return nil, &UnauthorizedError{"banned", "go away"}
		}}, refused(4, "banned", "go away")},
		{"no secret", Options{Secret: func(*http.Request, *jwt.Token) (any, error) { return nil, nil }},
			refused(4, CodeInvalidSecret, "secret or public key must be provided")},
		{"key of another kind", Options{Secret: func(*http.Request, *jwt.Token) (any, error) { return "a string", nil }},
			refused(4, CodeInvalidToken, "invalid algorithm")},
		{"another audience", Options{Validation: []jwt.ParserOption{jwt.WithAudience("them")}},
			refused(4, CodeInvalidToken, "invalid token")},
		{"additional auth", Options{AdditionalAuth: func(*http.Request, jwt.MapClaims) error {
			return &UnauthorizedError{"no_seat", "the house is full"}
		}}, refused(4, "no_seat", "the house is full")},
	} {
		t.Run(row.name, func(t *testing.T) {
			if row.options.Secret == nil {
				row.options.Secret = Secret(key)
			}
			row.options.Handshake = true
			dial(t, start(t, row.options), hello{query: "token=" + good}).expect(row.want)
		})
	}
}

// bySubject returns another key for each subject.
func bySubject(_ *http.Request, token *jwt.Token) (any, error) {
	if subject, _ := token.Claims.GetSubject(); subject != "ada" {
		return nil, &UnauthorizedError{Message: "who is " + subject + "?"}
	}
	return key, nil
}

func TestHandshakeKnowsWhoIsThere(t *testing.T) {
	met := make(chan *Identity, 1)
	at := start(t, Options{
		Secret:        Secret(key),
		Handshake:     true,
		CustomDecoded: func(claims jwt.MapClaims) any { return "it is " + claims["sub"].(string) },
		Authenticated: func(s *socket.Socket, who *Identity) {
			if IdentityOf(s) != who {
				t.Error("the socket knows another identity")
			}
			met <- who
		},
	})
	dial(t, at, hello{query: "token=" + tokens(t)["good"]}).expect("40")
	who := <-met
	if who.Decoded != "it is ada" || who.Claims["sub"] != "ada" || who.ExpiresAt.IsZero() {
		t.Errorf("met %+v", who)
	}
}
