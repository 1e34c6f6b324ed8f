//go:build !js

package zishang

import (
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/zishang520/socket.io/clients/engine/v3"
	"github.com/zishang520/socket.io/parsers/engine/v3/packet"
	"github.com/zishang520/socket.io/v3/pkg/types"
)

// nextTransport takes over from polling.
type nextTransport struct {
	engine.Transport
	got []string
}

func (h *nextTransport) Send(packets []*packet.Packet) {
	for _, p := range packets {
		h.got = append(h.got, string(p.Type))
	}
}

// What comes while polling pauses is sent by it, what comes after that by the
// transport that takes over, and nothing twice.
func TestPausing(t *testing.T) {
	s := engine.MakeSocket()
	p := newPolling(newRoute([]string{Polling}, nil, network{}), s, engine.DefaultSocketOptions()).(*polling)
	p.busy = 1 // a poll hangs
	p.SetReadyState(engine.TransportStateOpen)
	paused := 0
	p.Pause(func() { paused++ })
	p.Send([]*packet.Packet{{Type: "while pausing"}})
	if batches, _ := p.out.take(); len(batches) != 1 || paused != 0 {
		t.Fatalf("%d batches for the writer, paused %d times", len(batches), paused)
	}
	p.rest() // the poll is answered
	p.rest() // and the packet written
	if paused != 1 {
		t.Fatalf("paused %d times", paused)
	}
	p.Send([]*packet.Packet{{Type: "late"}})
	next := &nextTransport{Transport: engine.MakeTransport()}
	s.Emit("upgrade", engine.Transport(next))
	p.Send([]*packet.Packet{{Type: "too late"}})
	if len(next.got) != 2 || next.got[0] != "late" || next.got[1] != "too late" {
		t.Errorf("the nextTransport got %v", next.got)
	}
	if batches, _ := p.out.take(); len(batches) != 0 {
		t.Error("something is sent twice")
	}
}

// roundTrip answers the requests of a polling transport.
type roundTrip func(r *http.Request) (*http.Response, error)

func (f roundTrip) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

// Batches that go in one request are together no more than the server takes: text, and bytes, which become base64.
func TestTogetherKeepsToTheServersLimit(t *testing.T) {
	for _, most := range []int{0, 2000, 1_000_000} {
		posts := make(chan string)
		answer := func(body string) (*http.Response, error) {
			return &http.Response{StatusCode: http.StatusOK, Body: io.NopCloser(strings.NewReader(body))}, nil
		}
		polled := false
		p := newPolling(newRoute([]string{Polling}, nil, network{}), engine.MakeSocket(), engine.DefaultSocketOptions()).(*polling)
		p.client = &http.Client{Transport: roundTrip(func(r *http.Request) (*http.Response, error) {
			switch {
			case r.Method == http.MethodPost:
				body, _ := io.ReadAll(r.Body)
				posts <- string(body)
				return answer("ok")
			case !polled:
				polled = true
				return answer(fmt.Sprintf(`0{"sid":"0","upgrades":[],"pingInterval":25000,"pingTimeout":20000,"maxPayload":%d}`, most))
			}
			<-r.Context().Done()
			return nil, r.Context().Err()
		})}
		opened := make(chan struct{})
		_ = p.Once("open", func(...any) { close(opened) })
		p.Open()
		<-opened
		one := func(data types.BufferInterface) {
			p.Send([]*packet.Packet{{Type: packet.MESSAGE, Data: data}})
		}
		one(types.NewStringBufferString("first"))
		<-posts
		const each = 200
		for range each {
			one(types.NewStringBufferString(strings.Repeat("x", 900)))
			one(types.NewBytesBuffer(make([]byte, 900)))
		}
		limit := most
		if limit == 0 || limit > payloadBytes {
			limit = payloadBytes
		}
		for sent := 0; sent < 2*each; {
			body := <-posts
			sent += strings.Count(body, "4x") + strings.Count(body, "bAAAA")
			if len(body) > limit {
				t.Errorf("a request has %d bytes where %d are the limit", len(body), limit)
			}
		}
		p.cancel()
		<-p.route.quiet()
	}
}

// A program may close a transport in the moment in which it opens, when zishang520 has not read the handshake yet: the server
// is told which session is over, and the token is in the handshake's address alone.
func TestClosedAsItOpens(t *testing.T) {
	posts := make(chan *http.Request, 1)
	answer := func(body string) (*http.Response, error) {
		return &http.Response{StatusCode: http.StatusOK, Body: io.NopCloser(strings.NewReader(body))}, nil
	}
	options := engine.DefaultSocketOptions()
	options.SetQuery(url.Values{"EIO": {"4"}, "auth_token": {"secret"}})
	route := newRoute([]string{Polling}, nil, network{})
	route.inQuery = "auth_token"
	p := newPolling(route, engine.MakeSocket(), options).(*polling)
	p.client = &http.Client{Transport: roundTrip(func(r *http.Request) (*http.Response, error) {
		if r.Method == http.MethodPost {
			posts <- r
			return answer("ok")
		}
		return answer("0{\"sid\":\"the session\",\"upgrades\":[],\"pingInterval\":25000,\"pingTimeout\":20000}\x1e6")
	})}
	_ = p.Once("open", func(...any) { p.Close() })
	p.Open()
	said := <-posts
	if query := said.URL.Query(); query.Get("sid") != "the session" || query.Has("auth_token") {
		t.Errorf("the session %q is closed; the token is in the address: %v", query.Get("sid"), query.Has("auth_token"))
	}
	if body, _ := io.ReadAll(said.Body); string(body) != "1" {
		t.Errorf("the server hears %q", body)
	}
	<-p.route.quiet()
}

// A transport of the program's own goes by the query that it was made with: after the handshake that holds no token.
func TestOwnTransportForgetsTheToken(t *testing.T) {
	route := newRoute([]string{"own"}, map[string]engine.TransportCtor{"own": &engine.PollingBuilder{}}, network{})
	route.inQuery = "auth_token"
	options := engine.DefaultSocketOptions()
	options.SetQuery(url.Values{"EIO": {"4"}, "auth_token": {"secret"}})
	s := engine.MakeSocket()
	own := (&ctor{route, "own"}).New(s, options)
	if !own.Query().Has("auth_token") {
		t.Fatal("the handshake carries no token")
	}
	s.Emit("handshake")
	if own.Query().Has("auth_token") {
		t.Error("requests after the handshake carry the token")
	}
}

// socket.io throws an event away that it reads in the tick in which it reads a goodbye: no request has both.
func TestGoodbyeGoesInARequestOfItsOwn(t *testing.T) {
	message := func(text string) *packet.Packet {
		return &packet.Packet{Type: packet.MESSAGE, Data: types.NewStringBufferString(text)}
	}
	for name, sent := range map[string][][]*packet.Packet{
		"one batch":       {{message(`2["a"]`), message("1")}},
		"two batches":     {{message(`2["a"]`)}, {message("1/chat,")}},
		"only the engine": {{message(`2["a"]`)}},
	} {
		t.Run(name, func(t *testing.T) {
			var posts []string
			polled := make(chan struct{}, 1)
			answer := func(body string) (*http.Response, error) {
				return &http.Response{StatusCode: http.StatusOK, Body: io.NopCloser(strings.NewReader(body))}, nil
			}
			p := newPolling(newRoute([]string{Polling}, nil, network{}), engine.MakeSocket(), engine.DefaultSocketOptions()).(*polling)
			p.client = &http.Client{Transport: roundTrip(func(r *http.Request) (*http.Response, error) {
				if r.Method == http.MethodPost {
					body, _ := io.ReadAll(r.Body)
					posts = append(posts, string(body))
					return answer("ok")
				}
				select {
				case polled <- struct{}{}:
					return answer(`0{"sid":"0","upgrades":[],"pingInterval":25000,"pingTimeout":20000}`)
				default:
				}
				<-r.Context().Done()
				return nil, r.Context().Err()
			})}
			// What is sent as the transport opens waits for the writer together.
			_ = p.Once("open", func(...any) {
				for _, batch := range sent {
					p.Send(batch)
				}
				p.Close()
			})
			p.Open()
			<-p.route.quiet()
			if len(posts) != 2 || posts[0] != `42["a"]` {
				t.Errorf("the requests have %q", posts)
			}
		})
	}
}
