package main

import (
	"bufio"
	"encoding/json"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"os"
	"strings"
	"testing"

	"github.com/golang-jwt/jwt/v5"
)

// visitor is an HTTP client with cookies that follows no redirects.
type visitor struct {
	t      *testing.T
	site   *site
	url    string
	client *http.Client
}

func visit(t *testing.T) *visitor {
	t.Helper()
	s, err := newSite(builtIn(), os.DirFS(library(t)), t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	srv := httptest.NewServer(s.handler)
	t.Cleanup(func() {
		s.close()
		srv.CloseClientConnections()
		srv.Close()
	})
	return (&visitor{t: t, site: s, url: srv.URL}).another()
}

// another is a visitor of the same site, with no cookies yet.
func (v *visitor) another() *visitor {
	v.t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		v.t.Fatal(err)
	}
	client := &http.Client{Jar: jar, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	return &visitor{v.t, v.site, v.url, client}
}

func (v *visitor) send(method, path, body string, header ...string) (*http.Response, string) {
	v.t.Helper()
	req, err := http.NewRequestWithContext(v.t.Context(), method, v.url+path, strings.NewReader(body))
	if err != nil {
		v.t.Fatal(err)
	}
	for i := 0; i+1 < len(header); i += 2 {
		req.Header.Set(header[i], header[i+1])
	}
	res, err := v.client.Do(req)
	if err != nil {
		v.t.Fatal(err)
	}
	defer res.Body.Close()
	text, err := io.ReadAll(res.Body)
	if err != nil {
		v.t.Fatal(err)
	}
	return res, string(text)
}

func (v *visitor) signIn(name, returnTo string) *http.Response {
	v.t.Helper()
	form := url.Values{"name": {name}, "returnTo": {returnTo}}
	res, _ := v.send("POST", "/login", form.Encode(), "Content-Type", "application/x-www-form-urlencoded")
	return res
}

func (v *visitor) token(kind string, life int) (*http.Response, string) {
	v.t.Helper()
	wish, _ := json.Marshal(map[string]any{"kind": kind, "life": life})
	res, body := v.send("POST", "/api/token", string(wish))
	var answer struct{ Token string }
	_ = json.Unmarshal([]byte(body), &answer)
	return res, answer.Token
}

func TestTheWayInAndOut(t *testing.T) {
	v := visit(t)
	res, _ := v.send("GET", "/?room=design&via=query", "")
	if to := res.Header.Get("Location"); res.StatusCode != http.StatusSeeOther || to != "/login?returnTo=%2F%3Froom%3Ddesign%26via%3Dquery" {
		t.Fatalf("a stranger is led to %q, %s", to, res.Status)
	}
	_, page := v.send("GET", "/login?why=expired&returnTo="+url.QueryEscape("/?room=design"), "")
	if !strings.Contains(page, `value="/?room=design"`) || !strings.Contains(page, reasons["expired"]) {
		t.Error("the login page does not know why, or where to go back")
	}
	if res := v.signIn(" Ada  Lovelace ", "/?room=design"); res.Header.Get("Location") != "/?room=design" {
		t.Fatalf("after signing in: %s %q", res.Status, res.Header.Get("Location"))
	}
	if res, page := v.send("GET", "/", ""); res.StatusCode != http.StatusOK || !strings.Contains(page, "timeline") {
		t.Errorf("the page: %s", res.Status)
	}
	if res, _ := v.send("POST", "/logout", ""); res.Header.Get("Location") != "/login?why=out" {
		t.Errorf("after signing out: %q", res.Header.Get("Location"))
	}
	if res, _ := v.token("good", 60); res.StatusCode != http.StatusUnauthorized {
		t.Errorf("a token after signing out: %s", res.Status)
	}
}

func TestNamesAreChecked(t *testing.T) {
	v := visit(t)
	for _, name := range []string{"", "  ", strings.Repeat("x", 33)} {
		if res := v.signIn(name, "/"); res.StatusCode != http.StatusBadRequest {
			t.Errorf("name %q: %s", name, res.Status)
		}
	}
}

func TestReturnToLeadsNowhereElse(t *testing.T) {
	for wish, want := range map[string]string{
		"/?room=design#here":       "/?room=design#here",
		"/deep/path":               "/deep/path",
		"":                         "/",
		"login":                    "/",
		"/login":                   "/",
		"/login?returnTo=/":        "/",
		"//evil.example":           "/",
		"///evil.example":          "/",
		`/\evil.example`:           "/",
		`\\evil.example`:           "/",
		"https://evil.example/":    "/",
		"javascript:alert(1)":      "/",
		"/%2f/evil.example":        "/",
		"http://user@host/":        "/",
		"/\t/evil.example":         "/",
		"data:text/html,<script>x": "/",
	} {
		if got := returnTo(wish); got != want {
			t.Errorf("%q leads to %q instead of %q", wish, got, want)
		}
	}
}

func TestTokens(t *testing.T) {
	v := visit(t)
	v.signIn("Ada", "/")
	verify := func(token string) error {
		_, err := jwt.Parse(token, func(*jwt.Token) (any, error) { return v.site.tokens.secret, nil })
		return err
	}
	res, good := v.token("good", 10)
	if err := verify(good); err != nil {
		t.Fatal(err)
	}
	if res.Header.Get("Cache-Control") != "no-store" {
		t.Error("a token may be cached")
	}
	claims := jwt.MapClaims{}
	if _, _, err := jwt.NewParser().ParseUnverified(good, claims); err != nil {
		t.Fatal(err)
	}
	if life := claims["exp"].(float64) - claims["iat"].(float64); life != 10 || claims["name"] != "Ada" {
		t.Errorf("claims %v", claims)
	}
	for kind, says := range map[string]string{"forged": "signature", "expired": "expired", "malformed": "malformed"} {
		_, token := v.token(kind, 60)
		if err := verify(token); token == "" || err == nil || !strings.Contains(err.Error(), says) {
			t.Errorf("%s: %v", kind, err)
		}
	}
	for _, life := range []int{9, 3601, 0, -1, 18_446_744_134} {
		if res, _ := v.token("good", life); res.StatusCode != http.StatusBadRequest {
			t.Errorf("a life of %d s: %s", life, res.Status)
		}
	}
	if res, _ := v.token("golden", 60); res.StatusCode != http.StatusBadRequest {
		t.Errorf("an unknown kind: %s", res.Status)
	}
}

func TestOtherSitesMayNotAsk(t *testing.T) {
	v := visit(t)
	v.signIn("Ada", "/")
	for _, path := range []string{"/api/token", "/logout", "/login"} {
		res, _ := v.send("POST", path, "{}", "Origin", "https://evil.example", "Sec-Fetch-Site", "cross-site")
		if res.StatusCode != http.StatusForbidden {
			t.Errorf("POST %s from elsewhere: %s", path, res.Status)
		}
	}
}

func TestAssets(t *testing.T) {
	v := visit(t)
	for path, kind := range map[string]string{
		"/socketio-jwt/index.js": "text/javascript; charset=utf-8",
		"/assets/app.css":        "text/css; charset=utf-8",
		"/assets/icon.svg":       "image/svg+xml",
	} {
		res, _ := v.send("GET", path, "")
		if res.StatusCode != http.StatusOK || res.Header.Get("Content-Type") != kind {
			t.Errorf("%s: %s, %s", path, res.Status, res.Header.Get("Content-Type"))
		}
		tag := res.Header.Get("ETag")
		if res, _ := v.send("GET", path, "", "If-None-Match", tag); res.StatusCode != http.StatusNotModified {
			t.Errorf("%s again: %s", path, res.Status)
		}
	}
	res, body := v.send("GET", "/socketio-jwt/index.js", "", "Accept-Encoding", "gzip")
	if res.Header.Get("Content-Encoding") != "gzip" || len(body) > 1000 {
		t.Errorf("not compressed: %d bytes", len(body))
	}
	for _, path := range []string{"/assets/", "/assets/none.js", "/socketio-jwt/../main.go", "/assets/%2e%2e/main.go"} {
		if res, _ := v.send("GET", path, ""); res.StatusCode == http.StatusOK {
			t.Errorf("%s is served", path)
		}
	}
}

func TestTheFeedTellsWhatATabMissed(t *testing.T) {
	v := visit(t)
	if res, _ := v.send("GET", "/api/feed?tab=mine", ""); res.StatusCode != http.StatusNoContent {
		t.Fatalf("a stranger's feed: %s", res.Status)
	}
	v.signIn("Ada", "/")
	var who *session
	for _, who = range v.site.sessions.byID {
	}
	who.feed.tell(sight{Tab: "mine", Kind: "connected"})
	who.feed.tell(sight{Tab: "other", Kind: "connected"})
	req, err := http.NewRequestWithContext(t.Context(), "GET", v.url+"/api/feed?tab=mine&after=1", nil)
	if err != nil {
		t.Fatal(err)
	}
	res, err := v.client.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	who.feed.tell(sight{Tab: "mine", Kind: "refused", Code: "invalid_token", After: 5})
	v.site.end(who)
	var heard []string
	for lines := bufio.NewScanner(res.Body); lines.Scan(); {
		if data, ok := strings.CutPrefix(lines.Text(), "data: "); ok {
			heard = append(heard, data)
		}
	}
	if len(heard) != 1 || !strings.Contains(heard[0], `"kind":"refused"`) || !strings.Contains(heard[0], `"id":3`) {
		t.Errorf("heard %q", heard)
	}
}
