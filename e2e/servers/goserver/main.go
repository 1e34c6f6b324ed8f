//go:build !js

// Command goserver is the example's Go server for the e2e tests. Its one argument describes it, in the words of
// real.mjs: {"mode": "event", "jwt": {"callback": false}, "secret": …, "site": "http://127.0.0.1:…"}. It prints its port
// and then its observations, as lines of JSON. It answers each line of its standard input after the observations from
// before, and ends when its standard input does.
package main

import (
	"bufio"
	"crypto/tls"
	"encoding/json"
	"errors"
	"log"
	"net"
	"net/http"
	"net/http/httputil"
	"net/url"
	"os"
	"regexp"
	"runtime"
	"strings"
	"sync"
	"time"

	"github.com/golang-jwt/jwt/v5"
	"github.com/quic-go/quic-go/http3"
	"github.com/quic-go/webtransport-go"
	"github.com/zishang520/socket.io/servers/engine/v3"
	"github.com/zishang520/socket.io/servers/socket/v3"
	"github.com/zishang520/socket.io/v3/pkg/types"

	"github.com/socketio-jwt/socketio-jwt-wasm/e2e/servers/certificate"
	"github.com/socketio-jwt/socketio-jwt-wasm/example-site/server"
)

type config struct {
	Mode    string
	Secret  string
	Site    string // the address of the pages
	Protect []string
	Open    []string
	EIO3    bool
	HTTP3   bool   // serves WebTransport, too, and prints the hash of its certificate with the port
	Dynamic string // the pattern of namespaces that a CONNECT creates
	JWT     struct {
		Callback           any
		Timeout            int
		AuthHeaderRequired bool   `json:"auth_header_required"`
		AdditionalAuth     string `json:"additional_auth"`
		CustomDecoded      bool
		ClockTimestamp     int64
	}
}

func main() {
	if err := run(); err != nil {
		log.Fatal(err)
	}
}

func run() error {
	var c config
	if len(os.Args) != 2 {
		return errors.New("usage: goserver '{…}'")
	}
	if err := json.Unmarshal([]byte(os.Args[1]), &c); err != nil {
		return err
	}
	site, err := url.Parse(c.Site)
	if err != nil {
		return err
	}
	opts := socket.DefaultServerOptions()
	opts.SetAllowEIO3(c.EIO3)
	if c.HTTP3 {
		opts.SetTransports(types.NewSet(engine.Polling, engine.WebSocket, engine.WebTransport))
	}
	io_ := socket.NewServer(nil, opts)
	for _, name := range c.Protect {
		nsp := io_.Of(name, nil)
		if c.Mode == "plain" {
			_ = nsp.On("connection", func(args ...any) { ready(args[0].(*socket.Socket), nil) })
			continue
		}
		if err := server.Protect(nsp, c.options()); err != nil {
			return err
		}
	}
	for _, name := range c.Open {
		_ = io_.Of(name, nil).On("connection", func(args ...any) { ready(args[0].(*socket.Socket), nil) })
	}
	if c.Dynamic != "" {
		_ = io_.Of(regexp.MustCompile(c.Dynamic), nil).On("connection", func(args ...any) {
			observe("connection", fields{"nsp": args[0].(*socket.Socket).Nsp().Name()})
		})
	}

	pages := httputil.NewSingleHostReverseProxy(site)
	sockets := server.Handler(io_)
	handler := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !strings.HasPrefix(r.URL.Path, "/socket.io") {
			pages.ServeHTTP(w, r)
			return
		}
		q := r.URL.Query()
		observe("request", fields{"method": r.Method, "eio": q.Get("EIO"), "sid": q.Has("sid"), "transport": q.Get("transport"), "header": r.Header.Get("Authorization") != "", "token": q.Has("token")})
		sockets.ServeHTTP(w, r)
	})
	// The library sends a connection's first packet before it listens for the answer, and drops an answer that it reads in
	// between. On one processor it seldom reads one there.
	runtime.GOMAXPROCS(1)
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	go func() {
		for lines := bufio.NewScanner(os.Stdin); lines.Scan(); {
			tell(fields{"synced": true})
		}
		os.Exit(0)
	}()
	port := listener.Addr().(*net.TCPAddr).Port
	var hash []byte
	if c.HTTP3 {
		if hash, err = serveHTTP3(io_, port); err != nil {
			return err
		}
	}
	tell(fields{"port": port, "hash": hash})
	return http.Serve(listener, handler)
}

// serveHTTP3 takes WebTransport sessions on the same port, of UDP. It answers with the certificate's hash.
func serveHTTP3(io_ *socket.Server, port int) ([]byte, error) {
	made, hash, err := certificate.New()
	if err != nil {
		return nil, err
	}
	conn, err := net.ListenUDP("udp", &net.UDPAddr{IP: net.IPv4(127, 0, 0, 1), Port: port})
	if err != nil {
		return nil, err
	}
	wt := &webtransport.Server{
		H3:          &http3.Server{TLSConfig: http3.ConfigureTLSConfig(&tls.Config{Certificates: []tls.Certificate{made}})},
		CheckOrigin: func(*http.Request) bool { return true },
	}
	wt.H3.Handler = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		io_.Engine().(engine.Server).OnWebTransportSession(types.NewHttpContext(w, r), wt)
	})
	webtransport.ConfigureHTTP3Server(wt.H3)
	go func() { log.Print(wt.Serve(conn)) }()
	return hash, nil
}

func (c config) options() server.Options {
	o := server.Options{
		Secret:             server.Secret([]byte(c.Secret)),
		Handshake:          c.Mode == "handshake",
		AuthHeaderRequired: c.JWT.AuthHeaderRequired,
		Timeout:            time.Duration(c.JWT.Timeout) * time.Millisecond,
		Authenticated:      ready,
		Observe: func(s *socket.Socket, e server.Event) {
			switch e.Kind {
			case server.Acknowledged:
				observe("ack", fields{"nsp": s.Nsp().Name(), "id": s.Id()})
			case server.Closed:
				observe("disconnect", fields{"nsp": s.Nsp().Name(), "id": s.Id(), "reason": e.Reason})
			case server.Refused:
				observe("refused", fields{"nsp": s.Nsp().Name(), "id": s.Id(), "code": e.Refusal.Code})
			}
		},
	}
	switch callback := c.JWT.Callback.(type) {
	case bool:
		o.Callback = server.AtOnce
	case float64:
		o.Callback = server.Within(time.Duration(callback) * time.Millisecond)
	}
	if c.JWT.AdditionalAuth == "deny" {
		o.AdditionalAuth = func(_ *http.Request, claims jwt.MapClaims) error {
			sub, _ := claims.GetSubject()
			return &server.UnauthorizedError{Code: "account_locked", Message: sub + " is locked"}
		}
	}
	if c.JWT.CustomDecoded {
		o.CustomDecoded = func(claims jwt.MapClaims) any { return fields{"sub": claims["sub"], "custom": true} }
	}
	if c.JWT.ClockTimestamp != 0 {
		o.Validation = append(o.Validation, jwt.WithTimeFunc(func() time.Time { return time.Unix(c.JWT.ClockTimestamp, 0) }))
	}
	return o
}

// ready adds the application's listeners to an accepted socket.
func ready(s *socket.Socket, who *server.Identity) {
	query := s.Handshake().Query.Query()
	f := fields{"nsp": s.Nsp().Name(), "tag": query.Get("tag"), "query": query.Has("token"), "auth": s.Handshake().Auth["token"] != nil}
	if who != nil {
		f["decoded"] = who.Decoded
	}
	observe("ready", f)
	_ = s.On("echo", func(args ...any) {
		if len(args) > 0 {
			if ack, ok := args[len(args)-1].(socket.Ack); ok {
				ack(args[:len(args)-1], nil)
				return
			}
		}
		_ = s.Emit("echo", args...)
	})
}

type fields map[string]any

func observe(kind string, f fields) {
	f["type"], f["at"] = kind, time.Now().UnixMilli()
	tell(fields{"observation": f})
}

var out sync.Mutex

func tell(v fields) {
	out.Lock()
	defer out.Unlock()
	_ = json.NewEncoder(os.Stdout).Encode(v)
}
