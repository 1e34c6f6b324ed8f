package main

import (
	"encoding/json"
	"html/template"
	"io/fs"
	"net/http"
	"net/url"
	"os"
	"strings"
	"time"
)

// site holds the pages, sessions, tokens and the chat.
type site struct {
	handler  http.Handler
	sessions *sessions
	tokens   *issuer
	page     *assets
	login    *template.Template
	chat     *chat
	goBuild  *goBuild
}

// newSite makes a site from its pages, the built library, and the folder for the program of /go.
func newSite(page, library fs.FS, goPage string) (*site, error) {
	login, err := template.ParseFS(page, "login.html")
	if err != nil {
		return nil, err
	}
	s := &site{sessions: newSessions(), tokens: newIssuer(), page: newAssets(page), login: login, goBuild: newGoBuild(compile(goPage))}
	if s.chat, err = newChat(s.tokens.secret, s.sessions); err != nil {
		return nil, err
	}
	dist := newAssets(library)
	go func() { _, _ = dist.load("index.js") }() // compress it before the first request

	mux := http.NewServeMux()
	mux.HandleFunc("GET /{$}", s.index)
	mux.HandleFunc("GET /go", s.goPage)
	mux.HandleFunc("GET /login", s.loginPage)
	mux.HandleFunc("POST /login", s.signIn)
	mux.HandleFunc("POST /logout", s.signOut)
	mux.HandleFunc("POST /api/token", s.token)
	mux.HandleFunc("DELETE /api/session", s.endSession)
	mux.HandleFunc("GET /api/feed", s.feed)
	mux.HandleFunc("GET /api/gopage", s.goState)
	mux.Handle("GET /socketio-jwt/", http.StripPrefix("/socketio-jwt/", dist))
	mux.Handle("GET /gopage/", http.StripPrefix("/gopage/", newAssets(os.DirFS(goPage))))
	mux.Handle("GET /assets/", http.StripPrefix("/assets/", s.page))
	mux.Handle("/socket.io/", s.chat.handler)
	// Pages of other origins must not sign users in or out, or get their tokens.
	s.handler = headers(bodies(http.NewCrossOriginProtection().Handler(mux)))
	return s, nil
}

func (s *site) close() {
	s.goBuild.close()
	s.sessions.close()
	s.chat.close()
}

// bodyPatience is how long a request's body may take. All bodies of the site's requests are small.
var bodyPatience = 10 * time.Second

// bodies ends a request whose body never ends. Otherwise it would keep its connection for ever.
func bodies(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.ContentLength != 0 {
			_ = http.NewResponseController(w).SetReadDeadline(time.Now().Add(bodyPatience))
		}
		next.ServeHTTP(w, r)
	})
}

// headers sets the headers of a careful site: a page with a token in its memory runs scripts of the site alone.
func headers(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Content-Security-Policy", "default-src 'self'; object-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; "+
			"img-src 'self' data:; connect-src 'self' ws://"+r.Host+" wss://"+r.Host+"; form-action 'self'; "+
			"base-uri 'none'; frame-ancestors 'none'")
		h.Set("Referrer-Policy", "same-origin")
		h.Set("X-Content-Type-Options", "nosniff")
		next.ServeHTTP(w, r)
	})
}

func (s *site) index(w http.ResponseWriter, r *http.Request) { s.inside(w, r, "index.html") }

// goPage serves the page of the Go program, and begins to build that program.
func (s *site) goPage(w http.ResponseWriter, r *http.Request) {
	if s.sessions.of(r) != nil {
		s.goBuild.begin()
	}
	s.inside(w, r, "go.html")
}

// goState answers with the state of that build.
func (s *site) goState(w http.ResponseWriter, r *http.Request) {
	if s.sessions.of(r) == nil {
		http.Error(w, "sign in first", http.StatusUnauthorized)
		return
	}
	s.goBuild.ServeHTTP(w, r)
}

// inside serves a page to signed-in users.
func (s *site) inside(w http.ResponseWriter, r *http.Request, name string) {
	if s.sessions.of(r) == nil {
		http.Redirect(w, r, "/login?returnTo="+url.QueryEscape(r.URL.RequestURI()), http.StatusSeeOther)
		return
	}
	w.Header().Set("Cache-Control", "no-store") // after signing out, "back" must not show it
	s.page.serve(w, r, name)
}

// reasons are the login page's messages for redirected users.
var reasons = map[string]string{
	"expired": "Your session has ended: the token has expired.",
	"missing": "Your session has ended: there is no token for you any more.",
	"invalid": "Your session has ended: the server did not accept the token.",
	"out":     "You have signed out.",
}

func (s *site) loginPage(w http.ResponseWriter, r *http.Request) {
	back := returnTo(r.URL.Query().Get("returnTo"))
	why := reasons[r.URL.Query().Get("why")]
	w.Header().Set("Content-Type", types[".html"])
	w.Header().Set("Cache-Control", "no-store")
	if err := s.login.Execute(w, map[string]any{"ReturnTo": back, "Why": why, "Back": why != "" && back != "/"}); err != nil {
		http.Error(w, "the login page is broken", http.StatusInternalServerError)
	}
}

func (s *site) signIn(w http.ResponseWriter, r *http.Request) {
	r.Body = http.MaxBytesReader(w, r.Body, 16<<10)
	name := strings.Join(strings.Fields(r.PostFormValue("name")), " ")
	if name == "" || len([]rune(name)) > 32 {
		http.Error(w, "give a name of 1 to 32 characters", http.StatusBadRequest)
		return
	}
	fresh := s.sessions.begin(name, s.end)
	if fresh == nil {
		http.Error(w, "too many people are here", http.StatusServiceUnavailable)
		return
	}
	if old := s.sessions.of(r); old != nil {
		s.end(old)
	}
	setSession(w, r, fresh.id)
	http.Redirect(w, r, returnTo(r.PostFormValue("returnTo")), http.StatusSeeOther)
}

func (s *site) signOut(w http.ResponseWriter, r *http.Request) {
	if who := s.sessions.of(r); who != nil {
		s.end(who)
	}
	setSession(w, r, "")
	http.Redirect(w, r, "/login?why=out", http.StatusSeeOther)
}

// endSession ends a session as an administrator would: the page hears of it by its socket.
func (s *site) endSession(w http.ResponseWriter, r *http.Request) {
	if who := s.sessions.of(r); who != nil {
		s.end(who)
	}
	w.WriteHeader(http.StatusNoContent)
}

func (s *site) end(who *session) {
	s.sessions.end(who)
	s.chat.end(who)
	who.feed.close()
}

// token issues a token for a session. `kind` is good, forged, expired or malformed.
func (s *site) token(w http.ResponseWriter, r *http.Request) {
	who := s.sessions.of(r)
	if who == nil {
		http.Error(w, "sign in first", http.StatusUnauthorized)
		return
	}
	wish := struct {
		Kind string
		Life int // seconds
	}{Kind: "good"}
	if err := json.NewDecoder(http.MaxBytesReader(w, r.Body, 1<<10)).Decode(&wish); err != nil {
		http.Error(w, "send JSON: {kind, life}", http.StatusBadRequest)
		return
	}
	token, err := s.tokens.issue(who, wish.Kind, wish.Life)
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "no-store")
	_ = json.NewEncoder(w).Encode(map[string]string{"token": token})
}

func (s *site) feed(w http.ResponseWriter, r *http.Request) {
	who := s.sessions.of(r)
	if who == nil {
		w.WriteHeader(http.StatusNoContent) // an EventSource stays away after this
		return
	}
	who.feed.stream(w, r)
}

// returnTo returns a path of this site; for any other address, the front page.
func returnTo(wish string) string {
	to, err := url.Parse(wish)
	if err != nil || to.Scheme != "" || to.Host != "" || to.User != nil || to.Opaque != "" ||
		!strings.HasPrefix(to.Path, "/") || strings.HasPrefix(to.Path, "//") || strings.Contains(wish, `\`) ||
		to.Path == "/login" {
		return "/"
	}
	return to.String()
}
