//go:build !js

package zishang_test

import (
	"bufio"
	"bytes"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"

	"github.com/zishang520/socket.io/clients/socket/v3"

	"github.com/socketio-jwt/socketio-jwt-wasm/client"
	"github.com/socketio-jwt/socketio-jwt-wasm/client/zishang"
)

// tunnels is a proxy between a program and its server. It is no net/http server, so that a test says each byte of its
// answer.
type tunnels struct {
	net.Listener
	answer string // to CONNECT; "": the proxy connects

	mu   sync.Mutex
	said bytes.Buffer // all that clients have said
}

func newTunnels(t testing.TB, listener net.Listener, answer string) *tunnels {
	p := &tunnels{Listener: listener, answer: answer}
	var all sync.WaitGroup
	all.Go(func() {
		for {
			conn, err := p.Accept()
			if err != nil {
				return
			}
			all.Go(func() { p.serve(conn) })
		}
	})
	t.Cleanup(func() {
		_ = p.Close()
		all.Wait()
	})
	return p
}

func listen(t testing.TB) net.Listener {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	return listener
}

func (p *tunnels) Write(data []byte) (int, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.said.Write(data)
}

func (p *tunnels) heard() string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.said.String()
}

func (p *tunnels) serve(conn net.Conn) {
	defer func() { _ = conn.Close() }()
	from := bufio.NewReader(io.TeeReader(conn, p))
	request, err := http.ReadRequest(from)
	if err != nil {
		return
	}
	if p.answer != "" {
		_, _ = io.WriteString(conn, p.answer)
		return
	}
	server, err := net.Dial("tcp", request.Host)
	if err != nil {
		return
	}
	defer func() { _ = server.Close() }()
	if _, err := io.WriteString(conn, "HTTP/1.1 200\r\n\r\n"); err != nil {
		return
	}
	go func() {
		_, _ = io.Copy(conn, server)
		_ = conn.Close()
	}()
	_, _ = io.Copy(server, from)
}

// A proxy's no to CONNECT is an error that names the status and says that it is the proxy's; it says nothing of the token.
func TestProxyRefuses(t *testing.T) {
	for _, transport := range []string{zishang.Polling, zishang.WebSocket} {
		for name, line := range map[string]string{"with a reason": "407 Go Away", "without a reason": "407", "with a status of HTTP's own": "401 Unauthorized"} {
			t.Run(transport+" "+name, func(t *testing.T) {
				p := newTunnels(t, listen(t), "HTTP/1.1 "+line+"\r\nContent-Length: 0\r\n\r\n")
				heard := make(chan error, 8)
				connect(t, "https://server.invalid", client.Options{
					Via: client.ViaQuery, Token: anyToken.Token,
					OnUnauthorized: func(err *client.UnauthorizedError) { t.Error(err) },
				}, zishang.WithTransports(transport), zishang.WithOptions(quick()),
					zishang.WithProxy(&url.URL{Scheme: "http", Host: p.Addr().String()}),
					zishang.WithSetup(func(c *zishang.Conn) {
						c.On("connect_error", func(args ...any) { heard <- args[0].(error) })
					}))
				err := within(t, heard)
				var status zishang.StatusError
				if !errors.As(err, &status) || !strings.HasPrefix(line, fmt.Sprint(int(status))) || !strings.Contains(err.Error(), "proxy") {
					t.Errorf("the error is %q", err)
				}
				within(t, heard) // the client tries again
			})
		}
	}
}

// A SOCKS proxy that resolves names itself, which each of them does here.
func TestProxyOfSOCKS(t *testing.T) {
	for _, transport := range []string{zishang.Polling, zishang.WebSocket} {
		for _, scheme := range []string{"socks5", "socks5h"} {
			t.Run(transport+" "+scheme, func(t *testing.T) {
				p := newTunnels(t, listen(t), "")
				connect(t, "https://server.invalid", anyToken, zishang.WithTransports(transport),
					zishang.WithProxy(&url.URL{Scheme: scheme, Host: p.Addr().String()}))
				until(t, "the proxy hears nothing", func() bool { return strings.HasPrefix(p.heard(), "\x05") })
			})
		}
	}
}

// A proxy that never answers does not keep Close waiting.
func TestCloseWhileProxyIsSilent(t *testing.T) {
	for _, transport := range []string{zishang.Polling, zishang.WebSocket} {
		t.Run(transport, func(t *testing.T) {
			listener := listen(t)
			reached := make(chan net.Conn, 8)
			go func() {
				for conn, err := listener.Accept(); err == nil; conn, err = listener.Accept() {
					reached <- conn
				}
			}()
			defer func() { _ = listener.Close() }()
			c := connect(t, "https://server.invalid", anyToken, zishang.WithTransports(transport),
				zishang.WithProxy(&url.URL{Scheme: "http", Host: listener.Addr().String()}))
			conn := within(t, reached)
			defer func() { _ = conn.Close() }()
			if _, err := http.ReadRequest(bufio.NewReader(conn)); err != nil {
				t.Fatal(err)
			}
			closed := make(chan error)
			go func() { closed <- c.Close() }()
			if err := within(t, closed); err != nil {
				t.Error(err)
			}
		})
	}
}

// secured serves a fakeServer by TLS, and speaks HTTP/2 to who wants it. roots are for the options of a client.
func secured(t testing.TB) (f *proxy, address string, roots *x509.CertPool) {
	f = newProxy(t, nil)
	web := httptest.NewUnstartedServer(f)
	web.EnableHTTP2 = true
	web.StartTLS()
	t.Cleanup(func() {
		f.server.hangUpAll()
		web.CloseClientConnections()
		web.Close()
	})
	roots = x509.NewCertPool()
	roots.AddCert(web.Certificate())
	return f, web.URL, roots
}

// A proxy hears where the server is, and no token.
func TestTokenThroughProxy(t *testing.T) {
	_, address, roots := secured(t)
	certificate := httptest.NewUnstartedServer(nil)
	certificate.StartTLS()
	defer certificate.Close()
	roots.AddCert(certificate.Certificate())
	for _, scheme := range []string{"http", "https"} {
		for _, transport := range transportOrders {
			t.Run(scheme+" "+transport.name, func(t *testing.T) {
				listener := listen(t)
				if scheme == "https" {
					listener = tls.NewListener(listener, &tls.Config{Certificates: certificate.TLS.Certificates})
				}
				p := newTunnels(t, listener, "")
				o := socket.DefaultOptions()
				o.SetTLSClientConfig(&tls.Config{RootCAs: roots})
				c := connect(t, address, client.Options{Via: client.ViaHeader | client.ViaQuery, Token: anyToken.Token},
					zishang.WithTransports(transport.order...), zishang.WithOptions(o),
					zishang.WithProxy(&url.URL{Scheme: scheme, Host: p.Addr().String(), User: url.UserPassword("ann", "pass")}))
				authenticated(t, c)
				if _, err := c.EmitWithAck(waits(t), "echo"); err != nil {
					t.Fatal(err)
				}
				_ = c.Close()
				said := p.heard()
				if !strings.HasPrefix(said, "CONNECT "+strings.TrimPrefix(address, "https://")+" HTTP/1.1\r\n") ||
					!strings.Contains(said, "\r\nProxy-Authorization: Basic YW5uOnBhc3M=\r\n") {
					t.Error("the proxy hears no CONNECT that it understands")
				}
				if strings.Contains(said, "\r\nAuthorization") || strings.Contains(said, "token=") {
					t.Error("the proxy hears the token")
				}
			})
		}
	}
}

// A tls.Config that the program uses for HTTP/2, too.
func TestTLSConfigOfHTTP2(t *testing.T) {
	_, address, roots := secured(t)
	for _, transport := range transportOrders {
		t.Run(transport.name, func(t *testing.T) {
			o := socket.DefaultOptions()
			config := &tls.Config{RootCAs: roots, NextProtos: []string{"h2", "http/1.1"}}
			o.SetTLSClientConfig(config)
			authenticated(t, connect(t, address, client.Options{Via: client.ViaHeader, Token: anyToken.Token},
				zishang.WithTransports(transport.order...), zishang.WithOptions(o)))
			if len(config.NextProtos) != 2 {
				t.Errorf("the program's tls.Config has %q now", config.NextProtos)
			}
		})
	}
}

// The header Host names another host than the URL, as for a server behind an address of its own.
func TestHostHeader(t *testing.T) {
	for _, transport := range transportOrders {
		for _, name := range []string{"Host"} {
			t.Run(transport.name+" "+name, func(t *testing.T) {
				var mu sync.Mutex
				hosts := map[string]int{}
				f := newProxy(t, func(_ http.ResponseWriter, r *http.Request) bool {
					mu.Lock()
					defer mu.Unlock()
					hosts[r.Host]++
					return false
				})
				o := socket.DefaultOptions()
				o.SetExtraHeaders(http.Header{name: {"chat.example.com"}})
				c := connect(t, f.url, client.Options{Via: client.ViaHeader, Token: anyToken.Token},
					zishang.WithTransports(transport.order...), zishang.WithOptions(o))
				authenticated(t, c)
				if _, err := c.EmitWithAck(waits(t), "echo"); err != nil {
					t.Fatal(err)
				}
				_ = c.Close()
				mu.Lock()
				defer mu.Unlock()
				if len(hosts) != 1 || hosts["chat.example.com"] == 0 {
					t.Errorf("the server is asked for %v", hosts)
				}
			})
		}
	}
}
