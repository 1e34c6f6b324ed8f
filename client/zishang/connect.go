package zishang

import (
	"context"
	"errors"
	"maps"
	"net/url"

	"github.com/zishang520/socket.io/clients/socket/v3"

	"github.com/socketio-jwt/socketio-jwt-wasm/client"
)

// Option is an option of Connect and Wrap beside client.Options.
type Option func(*settings)

// WithOptions sets zishang520's own options: path, headers, query, TLS, delays of
// reconnection, acknowledgement timeout … They are copied. AutoConnect, Reconnection and
// Multiplex have no effect, as a Conn does that itself.
func WithOptions(o *socket.Options) Option {
	return func(s *settings) { s.program = o }
}

// WithTransports sets the transports, in the order of trying; by default Polling, then
// WebSocket. The connection opens with the first and may upgrade to a later one.
func WithTransports(names ...string) Option {
	return func(s *settings) { s.order = names }
}

// WithSetup sets a function that runs before the first byte is sent, so that its listeners
// miss no event. If it calls Disconnect, the Conn does not connect before Conn.Connect.
func WithSetup(setup func(*Conn)) Option {
	return func(s *settings) { s.setup = setup }
}

// WithReport sets the function that gets errors which end nothing: a panic of a listener, a
// hook or Token, an acknowledgement that JSON cannot hold, and a server that sent more than
// the limit of WithReadLimit (ErrReadLimit). By default they go to log/slog. The function may
// call every method, Close too.
func WithReport(report func(error)) Option {
	return func(s *settings) { s.report = report }
}

// Connect makes a connection to the namespace that rawURL names. It returns at once and
// connects in the background, until ctx ends or Close is called; Conn.Wait waits until it is
// authenticated. The error is about the options or the URL and quotes no URL.
func Connect(ctx context.Context, rawURL string, o client.Options, more ...Option) (*Conn, error) {
	set, err := newSettings(o, more)
	if err != nil {
		return nil, err
	}
	origin, namespace, query, err := splitURL(rawURL)
	if err != nil {
		return nil, err
	}
	options := set.libraryOptions(query)
	mend := newParserShim(options.Parser())
	options.SetParser(mend)
	options.SetTransports(set.route.ctors())
	manager := socket.NewManager(origin, options)
	c := newConn(set, manager.Socket(namespace, options))
	c.parserShim = mend
	c.letManagerStop()
	c.start(ctx)
	return c, nil
}

// Wrap adds the token lifecycle to a socket that the program has made. The socket must be the
// only one of its manager. From then on the Conn connects, reconnects and disconnects both,
// and Close disconnects them. Emit through the Conn: an event emitted on the socket itself
// may be sent before the token is accepted, or out of order. A socket that is not connected
// yet may use any Via. A connected one sends its token by ViaEvent, and is reconnected for
// the other ways.
//
// With client.ViaAuth the socket needs an auth map, which the Conn writes to. zishang520
// reads it, unguarded, while the socket connects: wrap such a socket before or after that.
func Wrap(ctx context.Context, s *socket.Socket, o client.Options, more ...Option) (*Conn, error) {
	set, err := newSettings(o, more)
	if err != nil {
		return nil, err
	}
	switch {
	case s == nil:
		return nil, errors.New("zishang: Wrap needs a socket")
	case set.program != nil:
		return nil, errors.New("zishang: WithOptions is for Connect; a wrapped socket has its options")
	case set.options.Via&client.ViaAuth != 0 && s.Auth() == nil:
		return nil, errors.New("zishang: client.ViaAuth needs a socket with an auth map; give its options SetAuth(map[string]any{})")
	}
	if err := set.adopt(s.Io().Opts()); err != nil {
		return nil, err
	}
	set.auth = maps.Clone(s.Auth())
	c := newConn(set, s)
	c.start(ctx)
	return c, nil
}

var errURL = errors.New("zishang: the URL has to be http, https, ws or wss with a host")

// splitURL takes a URL apart as the official client does: the path is the
// namespace. Errors don't repeat the URL, a token may be in its query.
func splitURL(raw string) (origin, namespace string, query url.Values, err error) {
	u, err := url.Parse(raw)
	if err != nil || u.Host == "" {
		return "", "", nil, errURL
	}
	switch u.Scheme {
	case "http", "https", "ws", "wss":
	default:
		return "", "", nil, errURL
	}
	// As it is written: net/url keeps that in RawPath where it is not how it would write the path itself.
	if namespace = u.RawPath; namespace == "" {
		namespace = u.EscapedPath()
	}
	if namespace == "" {
		namespace = "/"
	}
	return u.Scheme + "://" + u.Host, namespace, u.Query(), nil
}
