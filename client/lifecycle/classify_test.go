package lifecycle

import (
	"encoding/json"
	"os"
	"strings"
	"testing"

	"github.com/golang-jwt/jwt/v5"
)

// TestRecognise draws what is heard → the reason; no reason: not a no to the token.
func TestRecognise(t *testing.T) {
	for _, c := range []struct {
		name string
		said Said
		over bool
		want Reason
	}{
		{"jwt expired → expired", Said{Code: "invalid_token", Message: "jwt expired"}, false, ReasonExpired},
		{"jwt expired in other words → expired", Said{Code: "unknown", Message: "Unauthorized: jwt expired."}, false, ReasonExpired},
		{"invalid_token and its exp has passed → expired", Said{Code: "invalid_token", Message: "Unauthorized"}, true, ReasonExpired},
		{"invalid_token → invalid", Said{Code: "invalid_token", Message: "jwt malformed"}, false, ReasonInvalid},
		{"another code, its exp has passed → invalid", Said{Code: "invalid_secret"}, true, ReasonInvalid},
		{"credentials_required → missing", Said{Code: "credentials_required", Message: "no token provided"}, true, ReasonMissing},
		{"missing_authorization_header → missing", Said{Code: "missing_authorization_header"}, false, ReasonMissing},
		{"credentials_bad_format → invalid", Said{Code: "credentials_bad_format", Message: "Format is Authorization: Bearer [token]"}, false, ReasonInvalid},
		{"a code of one's own", Said{Code: "not_on_the_list"}, false, 0},
		{"nothing", Said{}, false, 0},
		{"nothing, its exp has passed", Said{}, true, 0},
		{"UnauthorizedError → invalid", Said{Type: "UnauthorizedError", Code: "not_on_the_list"}, false, ReasonInvalid},
		{"TypeError", Said{Type: "TypeError", Code: "unknown"}, false, 0},

		{"TOKEN_EXPIRED → expired", Said{Code: "TOKEN_EXPIRED"}, false, ReasonExpired},
		{"token-expired → expired", Said{Code: "token-expired"}, false, ReasonExpired},
		{"TokenExpired → expired", Said{Code: "TokenExpired"}, false, ReasonExpired},
		{"auth/id-token-expired → expired", Said{Code: "auth/id-token-expired"}, false, ReasonExpired},
		{"TokenExpiredError → expired", Said{Type: "TokenExpiredError"}, false, ReasonExpired},
		{"TOKEN_INVALID → invalid", Said{Code: "TOKEN_INVALID"}, false, ReasonInvalid},
		{"INVALID_TOKEN and its exp has passed → expired", Said{Code: "INVALID_TOKEN"}, true, ReasonExpired},
		{"TOKEN_MISSING → missing", Said{Code: "TOKEN_MISSING"}, false, ReasonMissing},
		{"TOKEN_REVOKED → invalid", Said{Code: "TOKEN_REVOKED"}, false, ReasonInvalid},
		{"401 as code → invalid", Said{Code: "401"}, false, ReasonInvalid},
		{"UNAUTHENTICATED → invalid", Said{Code: "UNAUTHENTICATED"}, false, ReasonInvalid},
		{"a code as the message → expired", Said{Message: "TOKEN_EXPIRED"}, false, ReasonExpired},
		{"a code as the message, beside the program's own → expired", Said{Code: "4001", Message: "no\nToken-Expired"}, false, ReasonExpired},
		{"a name as the message → invalid", Said{Code: "E42", Message: "JsonWebTokenError"}, false, ReasonInvalid},
		{"a code as a part of a message", Said{Message: "no TOKEN_EXPIRED here"}, false, 0},
		{"the code says more than the message", Said{Code: "TOKEN_EXPIRED", Message: "invalid token"}, false, ReasonExpired},
		{"the message says more than the code", Said{Code: "E42", Message: "jwt malformed"}, false, ReasonInvalid},
		{"the first of two messages counts", Said{Message: "jwt expired\nplease sign in"}, false, ReasonExpired},
		{"the second of two messages counts", Said{Message: "no entry\njwt expired"}, false, ReasonExpired},

		{"Invalid token. → invalid", Said{Message: "Invalid token."}, false, ReasonInvalid},
		{"Authentication error: Invalid token → invalid", Said{Message: "Authentication error: Invalid token"}, false, ReasonInvalid},
		{"Unauthorized - invalid token → invalid", Said{Message: "Unauthorized - invalid token"}, false, ReasonInvalid},
		{"Invalid token provided → invalid", Said{Message: "Invalid token provided"}, false, ReasonInvalid},
		{"invalid token, its exp has passed → expired", Said{Message: "invalid token"}, true, ReasonExpired},
		{"Your token has expired, please sign in → expired", Said{Message: "Your token has expired, please sign in"}, false, ReasonExpired},
		{"The access token expired at noon → expired", Said{Message: "The access token expired at noon"}, false, ReasonExpired},
		{"JWT expired at … → expired", Said{Message: "JWT expired at 2026-01-01T00:00:00Z"}, false, ReasonExpired},
		{"Signature has expired → expired", Said{Message: "Signature has expired"}, false, ReasonExpired},
		{"Token is expired by 1m → expired", Said{Message: "Token is expired by 1m"}, false, ReasonExpired},
		{"Authentication required → missing", Said{Message: "Authentication required"}, false, ReasonMissing},
		{"No token provided! → missing", Said{Message: "No token provided!"}, false, ReasonMissing},
		{"Unauthorized → invalid", Said{Message: "Unauthorized"}, false, ReasonInvalid},
		{"authentication error → invalid", Said{Message: "authentication error"}, false, ReasonInvalid},
		{"JsonWebTokenError: jwt malformed → invalid", Said{Message: "JsonWebTokenError: jwt malformed"}, false, ReasonInvalid},
		{"Unauthorized: Token is missing or invalid Bearer → invalid", Said{Message: "Unauthorized: Token is missing or invalid Bearer"}, false, ReasonInvalid},

		{"Missing or invalid token → invalid", Said{Message: "Missing or invalid token"}, false, ReasonInvalid},
		{"Invalid or missing token, its exp has passed → expired", Said{Message: "Invalid or missing token"}, true, ReasonExpired},
		{"Expired or invalid token → invalid", Said{Message: "Expired or invalid token"}, false, ReasonInvalid},
		{"Missing authentication token → missing", Said{Message: "Missing authentication token"}, false, ReasonMissing},
		{"Firebase's expired → expired", Said{Message: "Firebase ID token has expired. Get a fresh ID token from your client app and try again (auth/id-token-expired)."}, false, ReasonExpired},
		{"Firebase's revoked → invalid", Said{Message: "The Firebase ID token has been revoked."}, false, ReasonInvalid},
		{"jose: two keys fit → invalid", Said{Message: "multiple matching keys found in the JSON Web Key Set"}, false, ReasonInvalid},
		{"jose: no key of that kind in a set → invalid", Said{Message: `Unsupported "alg" value for a JSON Web Key Set`}, false, ReasonInvalid},

		{"Invalid/expired token → invalid", Said{Message: "Invalid/expired token"}, false, ReasonInvalid},
		{"Invalid/expired token, its exp has passed → expired", Said{Message: "Invalid/expired token"}, true, ReasonExpired},
		{"Expired/Invalid Token → invalid", Said{Message: "Expired/Invalid Token"}, false, ReasonInvalid},
		{"Invalid or expired access token → invalid", Said{Message: "Invalid or expired access token"}, false, ReasonInvalid},
		{"Token is invalid or has expired → invalid", Said{Message: "Token is invalid or has expired"}, false, ReasonInvalid},
		{"Expired access token → expired", Said{Message: "Expired access token"}, false, ReasonExpired},
		{"AUTH_ERROR → invalid", Said{Message: "AUTH_ERROR"}, false, ReasonInvalid},
		{"AUTH_INVALID, its exp has passed → expired", Said{Message: "AUTH_INVALID"}, true, ReasonExpired},
		{"AUTH_INVALID_TOKEN → invalid", Said{Message: "AUTH_INVALID_TOKEN"}, false, ReasonInvalid},
		{"auth-error as type → invalid", Said{Type: "auth-error", Message: "Please sign in"}, false, ReasonInvalid},
		{"AUTH_MISSING → missing", Said{Message: "AUTH_MISSING"}, false, ReasonMissing},
		{"a code before a colon → missing", Said{Message: "AUTH_MISSING: sign in first"}, false, ReasonMissing},
		{"a code after a colon → missing", Said{Message: "unauthorized:no_token"}, false, ReasonMissing},
		{"a code after a colon → expired", Said{Message: "UNAUTHORIZED: TOKEN_EXPIRED"}, false, ReasonExpired},
		{"AUTH_TOKEN_REVOKED → invalid", Said{Message: "AUTH_TOKEN_REVOKED"}, true, ReasonInvalid},
		{"Token has been blacklisted → invalid", Said{Message: "Token has been blacklisted"}, true, ReasonInvalid},
		{"No access token provided in cookies → missing", Said{Message: "No access token provided in cookies"}, false, ReasonMissing},
		{"no token found → missing", Said{Message: "no token found"}, false, ReasonMissing},
		{"Authentication token not found! → missing", Said{Message: "Authentication token not found!"}, false, ReasonMissing},
		{"Authorization required → missing", Said{Message: "Authorization required"}, false, ReasonMissing},
		{"not valid token → invalid", Said{Message: "not valid token"}, false, ReasonInvalid},
		{"Invalid token format → invalid", Said{Message: "Invalid token format"}, true, ReasonInvalid},
		{"PyJWT: no base64 → invalid", Said{Message: "Invalid header padding"}, false, ReasonInvalid},
		{"PyJWT: another algorithm → invalid", Said{Message: "The specified alg value is not allowed"}, false, ReasonInvalid},
		{"JWT verification failed → invalid", Said{Message: "JWT verification failed"}, false, ReasonInvalid},
		{"Not authorized, token failed → invalid", Said{Message: "Not authorized, token failed"}, false, ReasonInvalid},
		{"Socket authentication failed → invalid", Said{Message: "Socket authentication failed"}, false, ReasonInvalid},
		{"User not authenticated! → invalid", Said{Message: "User not authenticated!"}, false, ReasonInvalid},
		{"You are not authenticated → invalid", Said{Message: "You are not authenticated"}, false, ReasonInvalid},
		{"Unauthorized socket → invalid", Said{Message: "Unauthorized socket"}, false, ReasonInvalid},

		{"HTTP 401 → invalid", Said{Status: 401}, false, ReasonInvalid},
		{"HTTP 401, its exp has passed → expired", Said{Status: 401}, true, ReasonExpired},
		{"HTTP 401 with a message → what that says", Said{Status: 401, Message: "jwt must be provided"}, false, ReasonMissing},
		{"HTTP 403 with a message → invalid", Said{Status: 403, Message: "no"}, false, ReasonInvalid},
		{"HTTP 403 with a message → what that says", Said{Status: 403, Message: "jwt expired"}, false, ReasonExpired},
		{"HTTP 403, Engine.IO's own word", Said{Status: 403, Message: "Forbidden"}, false, 0},
		{"HTTP 403 without a message", Said{Status: 403}, false, 0},
		{"HTTP 400 with a message", Said{Status: 400, Message: "Unsupported protocol version"}, false, 0},
		{"HTTP 500 with a message", Said{Status: 500, Message: "no"}, false, 0},
		{"HTTP 500 with a token's message", Said{Status: 500, Message: "jwt expired"}, true, 0},
		{"HTTP 503 with a token's message", Said{Status: 503, Message: "Unauthorized"}, false, 0},
		{"HTTP 400 with a token's message → what that says", Said{Status: 400, Message: "jwt expired"}, false, ReasonExpired},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := Recognise(c.said, c.over); got != c.want {
				t.Errorf("got %q, want %q", got, c.want)
			}
		})
	}
}

// TestNotOfTheToken: what a middleware may say of anything else.
func TestNotOfTheToken(t *testing.T) {
	for _, message := range []string{
		"invalid room", "forbidden", "Forbidden", "expired subscription", "your subscription has expired", "invite expired",
		"CSRF token expired", "invalid csrf token", "invite token expired", "Unexpected token < in JSON at position 0",
		"Invalid or unexpected token", "invalid tokens", "invalid token count", "token bucket is empty", "token limit exceeded",
		"unauthorized to join this room", "unauthorized access to room 5", "Unauthorized origin", "Invalid token role", "token not found in pool",
		"server authentication failed", "database: authentication for user postgres failed", "room: not found", "JWT secret not configured",
		"authorization required for room 5", "not authorized", "Invalid namespace", "already connected", "session expired",
		"missing required \"name\" field", "name is required", "invalid signature algorithm of the upload", "xhr poll error",
		"timeout", "server error", "rate limit exceeded", "not found", "ajwtexpired", "ajwt expired", "jwt expireds", "no",
		"secret or public key must be provided", "too many connections", "origin not allowed", "authentication server is down",
		// jose, when the server cannot fetch the keys: that passes.
		"Expected 200 OK from the JSON Web Key Set HTTP response", "Failed to parse the JSON Web Key Set HTTP response as JSON",
		"JSON Web Key Set malformed", "JSON Web Key Set members must be public keys", "request timed out",
		strings.Repeat("x", 100_000) + " jwt expired", strings.Repeat("jwt", 100_000), "\xff\xfe", "\x00",
	} {
		if got := Recognise(Said{Message: message}, true); got != 0 {
			t.Errorf("%.60q is %q", message, got)
		}
	}
	for _, code := range []string{
		"", "unknown", "forbidden", "invalid_room", "403", "500", "ERR_JWKS_TIMEOUT", "ERR_JWKS_INVALID", "ERR_JOSE_GENERIC",
		"CSRF_TOKEN_EXPIRED", "INVITE_TOKEN_EXPIRED", "token", "expired", "ECONNREFUSED", "___", "token_expired_subscription",
	} {
		if got := Recognise(Said{Code: code, Type: code}, true); got != 0 {
			t.Errorf("code %q is %q", code, got)
		}
	}
}

// TestWordings: what jsonwebtoken, jose, express-jwt and jwt-simple really say (wordings.mjs),
// whole, as a part of another message, in capitals, by code and by name.
func TestWordings(t *testing.T) {
	text, err := os.ReadFile("testdata/wordings.json")
	if err != nil {
		t.Fatal(err)
	}
	var rows []struct{ From, What, Reason, Name, Code, Message string }
	if err := json.Unmarshal(text, &rows); err != nil || len(rows) == 0 {
		t.Fatalf("%d rows: %v", len(rows), err)
	}
	for _, r := range rows {
		t.Run(r.From+": "+r.What, func(t *testing.T) {
			for _, said := range []Said{
				{Message: r.Message},
				{Message: "Authentication error: " + r.Message},
				{Message: r.Name + ": " + r.Message + " (handshake)"},
				{Message: strings.ToUpper(r.Message)},
				{Type: r.Name, Code: r.Code, Message: r.Message},
				{Status: 401, Message: r.Message},
			} {
				if got := Recognise(said, false); got.String() != r.Reason {
					t.Errorf("%+v is %q, want %q", said, got, r.Reason)
				}
			}
			// jwt-simple's errors have no name of their own.
			if r.Name != "Error" && Recognise(Said{Type: r.Name}, false) == 0 {
				t.Errorf("%s is not recognised by name", r.Name)
			}
			if r.Code != "" && Recognise(Said{Code: r.Code}, false) == 0 {
				t.Errorf("%s is not recognised by code", r.Code)
			}
		})
	}
}

// TestGolangJWT: what golang-jwt says.
func TestGolangJWT(t *testing.T) {
	for err, want := range map[error]Reason{
		jwt.ErrTokenExpired:              ReasonExpired,
		jwt.ErrTokenMalformed:            ReasonInvalid,
		jwt.ErrTokenUnverifiable:         ReasonInvalid,
		jwt.ErrTokenSignatureInvalid:     ReasonInvalid,
		jwt.ErrTokenRequiredClaimMissing: ReasonInvalid,
		jwt.ErrTokenInvalidAudience:      ReasonInvalid,
		jwt.ErrTokenUsedBeforeIssued:     ReasonInvalid,
		jwt.ErrTokenInvalidIssuer:        ReasonInvalid,
		jwt.ErrTokenInvalidSubject:       ReasonInvalid,
		jwt.ErrTokenNotValidYet:          ReasonInvalid,
		jwt.ErrTokenInvalidId:            ReasonInvalid,
		jwt.ErrTokenInvalidClaims:        ReasonInvalid,
		jwt.ErrSignatureInvalid:          ReasonInvalid,
	} {
		for _, message := range []string{err.Error(), "token has invalid claims: " + err.Error(), "unauthorized: " + err.Error()} {
			if got := Recognise(Said{Message: message}, false); got != want {
				t.Errorf("%q is %q, want %q", message, got, want)
			}
		}
	}
}

// TestTablesAreReachable: no row is spelled in a way that nothing can match, and each
// is recognised with the reason of its own table.
func TestTablesAreReachable(t *testing.T) {
	tables := map[Reason]*words{ReasonInvalid: &invalid, 0: &unclear}
	for _, table := range strongest {
		tables[table.reason] = table.words
	}
	for want, w := range tables {
		if want == 0 {
			want = ReasonInvalid
		}
		for _, name := range strings.Split(string(w.names), "|") {
			if got := Recognise(Said{Code: name}, false); got != want {
				t.Errorf("code %q is %q, want %q", name, got, want)
			}
		}
		for _, phrase := range strings.FieldsFunc(string(w.phrases+"|"+w.clauses), func(r rune) bool { return r == '|' }) {
			if got := Recognise(Said{Message: phrase}, false); got != want {
				t.Errorf("%q is %q, want %q", phrase, got, want)
			}
		}
	}
}

func FuzzRecognise(f *testing.F) {
	f.Add("UnauthorizedError", "TOKEN_EXPIRED", "Unauthorized: jwt expired", 401)
	f.Fuzz(func(t *testing.T, typ, code, message string, status int) {
		s := Said{typ, code, message, status}
		if r := Recognise(s, true); r != 0 && !r.Fatal() {
			t.Errorf("%q", r)
		}
		if Recognise(s, true) == 0 != (Recognise(s, false) == 0) {
			t.Error("whether it is a refusal depends on the clock")
		}
	})
}

// TestClassifySays: a reason that the option `classify` gives counts, if it is one
// that a server can have; what nobody knows is invalid.
func TestClassifySays(t *testing.T) {
	for _, c := range []struct {
		name    string
		refusal Refusal
		want    Reason
	}{
		{"expired → expired", Refusal{Code: "E42", Reason: ReasonExpired}, ReasonExpired},
		{"missing → missing", Refusal{Code: "E42", Reason: ReasonMissing}, ReasonMissing},
		{"nothing → invalid", Refusal{Code: "E42"}, ReasonInvalid},
		{"timeout → invalid", Refusal{Code: "E42", Reason: ReasonTimeout}, ReasonInvalid},
		{"nothing, and a message → what that says", Refusal{Message: "jwt expired"}, ReasonExpired},
		{"nothing, and a type → what that says", Refusal{Type: "TokenExpiredError"}, ReasonExpired},
		{"nothing, and HTTP 401 without a token → what that says", Refusal{Status: 401, Message: "no token provided"}, ReasonMissing},
	} {
		t.Run(c.name, func(t *testing.T) {
			l := New(Config{Via: ViaHeader})
			for _, e := range []Event{{Kind: EvAttempt}, {Kind: EvToken, Seq: 1, Token: Token{ID: 1}}, {Kind: EvConnected}} {
				e.Now = start
				l, _ = l.Next(e, nil)
			}
			if l.State() != Authenticated {
				t.Fatalf("%s", l.State())
			}
			_, did := l.Next(Event{Kind: EvRefused, Now: start, Refusal: c.refusal}, nil)
			for _, a := range did {
				if a.Kind == ActRefused && a.Reason == c.want {
					return
				}
			}
			t.Errorf("did %+v, want %q", did, c.want)
		})
	}
}

// TestDocumentedWords: what docs/lifecycle.md lists is recognised, with its row's
// reason for a token whose exp has passed.
func TestDocumentedWords(t *testing.T) {
	text, err := os.ReadFile("../../docs/lifecycle.md")
	if err != nil {
		t.Fatal(err)
	}
	_, section, _ := strings.Cut(string(text), "## What counts as a refusal")
	section, _, _ = strings.Cut(section, "\n## ")
	words := 0
	for line := range strings.Lines(section) {
		cells := strings.Split(line, " | ")
		if len(cells) != 3 || !strings.HasPrefix(line, "| `") {
			continue
		}
		want := strings.Split(cells[0], "`")[1]
		for i, cell := range cells[1:] {
			for j, word := range strings.Split(cell, "`") {
				word, open := strings.CutSuffix(word, "…")
				if j%2 == 0 || open && i == 0 {
					continue // between words; the beginning of many codes
				}
				words++
				said := Said{Message: strings.TrimSpace(word)}
				if i == 0 {
					said = Said{Code: word}
				}
				if got := Recognise(said, true); got.String() != want {
					t.Errorf("%+v is %q, want %q", said, got, want)
				}
			}
		}
	}
	if words < 50 {
		t.Errorf("only %d words in the table", words)
	}
}
