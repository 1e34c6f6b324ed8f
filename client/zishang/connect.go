package zishang

import (
	"context"
	"errors"
	"maps"
	"net/url"

	"github.com/zishang520/socket.io/clients/socket/v3"

	"github.com/socketio-jwt/socketio-jwt-wasm/client"
)

// Option is something that Connect and Wrap can be told beyond client.Options.
type Option func(*settings)

// WithOptions are zishang520's own options: path, headers, query, TLS, delays of
// reconnection, acknowledgement timeout … They are copied. What a Conn does
// itself is taken out of them: auto-connection, reconnection, multiplexing.
func WithOptions(o *socket.Options) Option {
	return func(s *settings) { s.program = o }
}

// WithTransports says which transports may be used, in this order: Polling, then
// WebSocket by default. A later one than the first is tried as an upgrade.
func WithTransports(names ...string) Option {
	return func(s *settings) { s.order = names }
}

// WithSetup runs before the first byte is sent, so that listeners which it adds
// miss nothing. A setup that calls Disconnect leaves it to Connect to begin.
func WithSetup(setup func(*Conn)) Option {
	return func(s *settings) { s.setup = setup }
}

// WithReport hears of what breaks nothing but should be known: a listener, a hook
// or Token that panicked, an answer to the server that JSON cannot hold, and a server that
// sent more than the limit of WithReadLimit.
// By default it goes to log/slog. It may call everything, Close too.
func WithReport(report func(error)) Option {
	return func(s *settings) { s.report = report }
}

// Connect is a connection to the namespace that rawURL names. It returns at once
// and goes on in the background, for as long as ctx lasts or until Close; Wait
// waits until it is authenticated. The error is about the options or the URL.
func Connect(ctx context.Context, rawURL string, o client.Options, more ...Option) (*Conn, error) {
	set, err := newSettings(o, more)
	if err != nil {
		return nil, err
	}
	origin, namespace, query, err := splitURL(rawURL)
	if err != nil {
		return nil, err
	}
	options := set.options(query)
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

// Wrap gives a socket that the program has made itself the lifecycle of a token.
// The socket has to be the only one of its manager, for both are the Conn's from
// here on: it connects, reconnects and disconnects them. Emit through the Conn:
// what goes by the socket goes past the order of things. A socket that is not
// connected yet gets its token by any way; one that is gets it by an event, or is
// reconnected for the other ways. Close disconnects it.
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
	case set.Via&client.ViaAuth != 0 && s.Auth() == nil:
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
