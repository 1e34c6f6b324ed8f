package server

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/golang-jwt/jwt/v5"
	"github.com/gorilla/websocket"
	"github.com/zishang520/socket.io/servers/engine/v3"
	"github.com/zishang520/socket.io/servers/socket/v3"
)

// peer sends and receives Socket.IO packets over a bare WebSocket, without a client library, so that the tests see each
// packet. say sends a packet, hear takes the next one.
type peer struct {
	t       *testing.T
	ws      *websocket.Conn
	open    chan struct{} // the handshake has come
	packets chan string
	closed  <-chan struct{}
}

const (
	patience = 20 * time.Second // how long a test waits for an expected packet
	nsp      = "/guarded"
)

var key = []byte("a key for tests")

// hello describes a peer's connection: query and header are in the handshake, auth in CONNECT.
type hello struct {
	eio    int // 4 unless told
	query  string
	header string
	auth   string
}

// host is a server under test.
type host struct {
	url    string
	closed chan struct{} // an item for a connection that the server has done with; for tests with a single peer
}

// start serves a namespace protected with o. Its sockets answer "echo" with what they got.
func start(t *testing.T, o Options) host {
	t.Helper()
	opts := socket.DefaultServerOptions()
	opts.SetAllowEIO3(true)
	io := socket.NewServer(nil, opts)
	guarded := io.Of(nsp, nil)
	if err := Protect(guarded, o); err != nil {
		t.Fatal(err)
	}
	_ = guarded.On("connection", func(args ...any) {
		s := args[0].(*socket.Socket)
		_ = s.On("echo", func(args ...any) { _ = s.Emit("echo", args...) })
	})
	srv := httptest.NewServer(Handler(io))
	closed := make(chan struct{}, 64)
	_ = io.Engine().On("connection", func(args ...any) {
		_ = args[0].(engine.Socket).Once("close", func(...any) {
			select {
			case closed <- struct{}{}:
			default: // no test needs that many
			}
		})
	})
	t.Cleanup(func() {
		io.Close(nil)
		srv.CloseClientConnections()
		srv.Close()
	})
	return host{srv.URL, closed}
}

// dial opens a connection and asks for the namespace.
func dial(t *testing.T, at host, h hello) *peer {
	t.Helper()
	if h.eio == 0 {
		h.eio = 4
	}
	url := fmt.Sprintf("ws%s/socket.io/?EIO=%d&transport=websocket", strings.TrimPrefix(at.url, "http"), h.eio)
	if h.query != "" {
		url += "&" + h.query
	}
	header := http.Header{}
	if h.header != "" {
		header.Set("Authorization", h.header)
	}
	ws, _, err := websocket.DefaultDialer.Dial(url, header)
	if err != nil {
		t.Fatal(err)
	}
	p := &peer{t: t, ws: ws, open: make(chan struct{}), packets: make(chan string, 64), closed: at.closed}
	done := make(chan struct{})
	go func() { defer close(done); p.read() }()
	t.Cleanup(func() { ws.Close(); <-done })

	connect := "40" + nsp
	switch {
	case h.eio == 4:
		connect += "," + h.auth
	case h.auth != "":
		connect += "?" + h.auth
	}
	select {
	case <-p.open:
	case <-time.After(patience):
		t.Fatal("the connection did not open")
	}
	p.say(connect)
	return p
}

func (p *peer) read() {
	defer close(p.packets)
	for {
		_, packet, err := p.ws.ReadMessage()
		if err != nil {
			return
		}
		switch text := string(packet); {
		case strings.HasPrefix(text, "0"):
			close(p.open)
		case text == "40": // Engine.IO 3: the namespace / connects unasked
		default:
			p.packets <- text
		}
	}
}

func (p *peer) say(packet string) {
	p.t.Helper()
	if err := p.ws.WriteMessage(websocket.TextMessage, []byte(packet)); err != nil {
		p.t.Errorf("the server did not take %.20q: %v", packet, err)
	}
}

// emit sends an event to the namespace: body is the JSON array.
func (p *peer) emit(body string) { p.t.Helper(); p.say("42" + nsp + "," + body) }

// hear takes the next packet, without the namespace; "" when the server has closed the connection.
func (p *peer) hear() string {
	p.t.Helper()
	select {
	case packet := <-p.packets:
		kind, rest, found := strings.Cut(packet, nsp)
		if !found {
			return packet
		}
		return kind + strings.TrimPrefix(rest, ",")
	case <-time.After(patience):
		p.t.Fatal("nothing came")
		return ""
	}
}

// expect hears a packet that starts with prefix, and returns it.
func (p *peer) expect(prefix string) string {
	p.t.Helper()
	packet := p.hear()
	if !strings.HasPrefix(packet, prefix) || packet == "" {
		p.t.Fatalf("heard %q instead of %q", packet, prefix)
	}
	return packet
}

// expectEnd expects DISCONNECT and the end of the connection.
func (p *peer) expectEnd() {
	p.t.Helper()
	for packet := p.expect("41"); packet != ""; packet = p.hear() {
		if packet != "41" {
			p.t.Fatalf("heard %q after the disconnect", packet)
		}
	}
	select {
	case <-p.closed:
	case <-time.After(patience):
		p.t.Fatal("the server keeps the connection in its books")
	}
}

// expectOpen checks that the connection is open and that no other packet was on its way.
func (p *peer) expectOpen() {
	p.t.Helper()
	p.emit(`["echo","still here"]`)
	p.expect(`42["echo","still here"]`)
}

func sign(t *testing.T, claims jwt.MapClaims, with []byte) string {
	t.Helper()
	token, err := jwt.NewWithClaims(jwt.SigningMethodHS256, claims).SignedString(with)
	if err != nil {
		t.Fatal(err)
	}
	return token
}

// tokens are one of each kind.
func tokens(t *testing.T) map[string]string {
	t.Helper()
	in := func(d time.Duration) int64 { return time.Now().Add(d).Unix() }
	unsigned, err := jwt.NewWithClaims(jwt.SigningMethodNone, jwt.MapClaims{"sub": "ada"}).
		SignedString(jwt.UnsafeAllowNoneSignatureType)
	if err != nil {
		t.Fatal(err)
	}
	good := sign(t, jwt.MapClaims{"sub": "ada", "exp": in(time.Hour)}, key)
	return map[string]string{
		"good":      good,
		"eternal":   sign(t, jwt.MapClaims{"sub": "ada"}, key),
		"long":      sign(t, jwt.MapClaims{"sub": "ada", "pad": strings.Repeat("x", 8<<10)}, key),
		"expired":   sign(t, jwt.MapClaims{"sub": "ada", "exp": in(-time.Minute)}, key),
		"early":     sign(t, jwt.MapClaims{"sub": "ada", "nbf": in(time.Hour)}, key),
		"forged":    sign(t, jwt.MapClaims{"sub": "ada", "exp": in(time.Hour)}, []byte("another key")),
		"unsigned":  unsigned,
		"none":      unsigned + "c2lnbmVk",
		"malformed": "not-a-token",
		"garbage":   "a.b.c",
		"broken":    good[:len(good)-3] + "!!!",
	}
}
