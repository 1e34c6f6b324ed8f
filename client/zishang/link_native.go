//go:build !js

package zishang

import (
	"context"
	"crypto/tls"
	"errors"
	"io"
	"maps"
	"net"
	"net/http"
	"net/url"
	"slices"
	"time"

	"github.com/gorilla/websocket"
	"github.com/zishang520/socket.io/clients/engine/v3"
)

// Answers of Engine.IO may not be cached, and nothing between a Go program and
// the server caches them anyway.
const stampPolls = false

// headersOverWebSocket tells whether a WebSocket can carry headers of ours.
const headersOverWebSocket = true

// How long a dial may take when zishang520's own timeout is longer.
const dialTimeout = 45 * time.Second

// network is how this platform gets on the wire.
type network struct {
	readLimit   int64
	dialContext func(ctx context.Context, network, address string) (net.Conn, error)
	proxy       func(*http.Request) (*url.URL, error) // nil: http.ProxyFromEnvironment
}

func (n network) connect(ctx context.Context, network, address string) (net.Conn, error) {
	if n.dialContext != nil {
		return n.dialContext(ctx, network, address)
	}
	return new(net.Dialer).DialContext(ctx, network, address)
}

// client is a polling transport's own, so that its connections end with it.
func (n network) client(t engine.Transport) *http.Client {
	return &http.Client{
		Jar:           t.Socket().CookieJar(),
		Timeout:       t.Opts().RequestTimeout(),
		CheckRedirect: followRedirect,
		Transport: &http.Transport{
			Proxy:           n.proxyOf,
			DialContext:     n.dialContext,
			TLSClientConfig: tlsConfig(t),
			OnProxyConnectResponse: func(_ context.Context, _ *url.URL, _ *http.Request, answer *http.Response) error {
				return proxyError(answer)
			},
		},
	}
}

// tlsConfig is the program's without HTTP/2, which no transport here speaks.
func tlsConfig(t engine.Transport) *tls.Config {
	config := t.Opts().TLSClientConfig()
	if config == nil || !slices.Contains(config.NextProtos, "h2") {
		return config
	}
	config = config.Clone()
	config.NextProtos = slices.DeleteFunc(slices.Clone(config.NextProtos), func(name string) bool { return name == "h2" })
	return config
}

func (n network) dial(ctx context.Context, address string, t engine.Transport) (frames, time.Time, error) {
	header := http.Header{}
	maps.Copy(header, t.Opts().ExtraHeaders())
	config := tlsConfig(t)
	var through *url.URL // the HTTP proxy; gorilla asks for one before it dials
	dialer := websocket.Dialer{
		Proxy: func(r *http.Request) (*url.URL, error) {
			proxy, err := n.proxyOf(r)
			if err != nil || proxy == nil {
				return nil, err
			}
			switch proxy.Scheme {
			case "http", "https":
				through = proxy
				return nil, nil
			case "socks5", "socks5h": // both have the proxy resolve names; gorilla knows the first only, and only with a port
				return &url.URL{Scheme: "socks5", User: proxy.User, Host: addressOf(proxy)}, nil
			}
			return proxy, nil
		},
		NetDialContext: func(dialing context.Context, network, address string) (net.Conn, error) {
			to := address
			if through != nil {
				to = addressOf(through)
			}
			conn, err := n.connect(dialing, network, to)
			if err != nil {
				return nil, err
			}
			// Nothing that waits for an answer looks at the context.
			context.AfterFunc(ctx, func() { _ = conn.Close() })
			if through != nil {
				return tunnel(dialing, conn, through, address, config)
			}
			return conn, nil
		},
		TLSClientConfig:   config,
		Subprotocols:      t.Opts().Protocols(),
		EnableCompression: t.Opts().PerMessageDeflate() != nil,
		Jar:               t.Socket().CookieJar(),
		HandshakeTimeout:  dialTimeout,
	}
	conn, answer, err := dialer.DialContext(ctx, address, header)
	if err != nil {
		return nil, time.Time{}, dialError(answer, err)
	}
	date, _ := http.ParseTime(answer.Header.Get("Date"))
	reached := make(chan struct{}, 1)
	conn.SetPongHandler(func(string) error {
		select {
		case reached <- struct{}{}:
		default:
		}
		return nil
	})
	return wire{conn, n, reached}, date, nil
}

// dialError is what went wrong with a dial; answer may be nil.
func dialError(answer *http.Response, err error) error {
	if answer == nil {
		return err
	}
	if isRedirect(answer.StatusCode) { // which no WebSocket follows
		to, _ := answer.Location()
		return redirectError(StatusError(answer.StatusCode), to)
	}
	said, _ := io.ReadAll(io.LimitReader(answer.Body, longestRefusal))
	return &answerError{answer.StatusCode, string(said)}
}

// wire is a gorilla WebSocket.
type wire struct {
	conn    *websocket.Conn
	network network
	reached chan struct{} // hears of the other side's pongs
}

func (w wire) Read() (bool, []byte, error) {
	kind, message, err := w.conn.NextReader()
	var data []byte
	if err == nil {
		// gorilla's own limit does not count what decompression makes of a message.
		data, err = w.network.readAll(message)
	}
	var closed *websocket.CloseError
	if errors.As(err, &closed) || errors.Is(err, net.ErrClosed) {
		err = io.EOF
	}
	return kind == websocket.TextMessage, data, err
}

func (w wire) Write(text bool, data []byte, compress bool) error {
	kind := websocket.BinaryMessage
	if text {
		kind = websocket.TextMessage
	}
	w.conn.EnableWriteCompression(compress)
	return w.conn.WriteMessage(kind, data)
}

// Reach sends a ping: its answer comes after what was written before has been read.
func (w wire) Reach(ctx context.Context) error {
	deadline, _ := ctx.Deadline()
	if err := w.conn.WriteControl(websocket.PingMessage, nil, deadline); err != nil {
		return err
	}
	select {
	case <-w.reached:
	case <-ctx.Done():
	}
	return nil
}

func (w wire) Close() error {
	goodbye := websocket.FormatCloseMessage(websocket.CloseNormalClosure, "")
	return w.conn.WriteControl(websocket.CloseMessage, goodbye, time.Now().Add(lingerFor))
}

func (w wire) Abort() { _ = w.conn.Close() }
