package zishang

import (
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"time"

	"github.com/zishang520/socket.io/clients/engine/v3"
	"github.com/zishang520/socket.io/clients/socket/v3"

	"github.com/socketio-jwt/socketio-jwt-wasm/client"
)

// settings are what a Conn is made of.
type settings struct {
	options client.Options
	program *socket.Options
	order   []string
	setup   func(*Conn)
	report  func(error)
	network network
	limited bool // by WithReadLimit
	clock   func() time.Time

	route   *route
	manager socket.ManagerOptionsInterface
	query   url.Values
	headers http.Header
	auth    map[string]any
	backoff backoff
}

func newSettings(o client.Options, more []Option) (*settings, error) {
	if err := o.Validate(); err != nil {
		return nil, err
	}
	s := &settings{options: o.WithDefaults(), clock: time.Now}
	for _, option := range more {
		option(s)
	}
	if err := s.checkLimit(); err != nil {
		return nil, err
	}
	if s.report == nil {
		s.report = func(err error) { slog.Error("socket.io", "error", err) }
	}
	s.report = unbreakable(s.report)
	if s.setup == nil {
		s.setup = func(*Conn) {}
	}
	custom := map[string]engine.TransportCtor{}
	if s.program != nil {
		if s.program.Retries() > 0 {
			return nil, errRetries
		}
		custom = s.chooseTransports(s.program)
	}
	return s, s.lay(custom)
}

// errRetries is about an option with which the library sends no event at all, nor the token.
var errRetries = errors.New("zishang: with SetRetries the library sends no event; leave it out, and emit again what EmitWithAck has no answer to")

// unbreakable is a report whose panic goes to log/slog: it is the last to hear of errors,
// also on goroutines where a panic would end the program.
func unbreakable(report func(error)) func(error) {
	return func(err error) {
		defer func() {
			if r := recover(); r != nil {
				slog.Error("socket.io: panic in the function of WithReport", "panic", r, "error", err)
			}
		}()
		report(err)
	}
}

// lay makes the route.
func (s *settings) lay(custom map[string]engine.TransportCtor) error {
	if len(s.order) == 0 {
		s.order = []string{Polling, WebSocket}
	}
	for _, name := range s.order {
		if name != Polling && name != WebSocket && custom[name] == nil {
			return fmt.Errorf("zishang: there is no transport %q; use Polling or WebSocket", name)
		}
	}
	if s.options.Via&client.ViaHeader != 0 && !headersOverWebSocket && s.order[0] == WebSocket {
		return errors.New("zishang: a browser's WebSocket carries no headers, which client.ViaHeader needs; put Polling first")
	}
	s.route = newRoute(s.order, custom, s.network)
	s.route.carries = s.options.Via.InHandshake()
	if s.options.Via&client.ViaQuery != 0 {
		s.route.inQuery = s.options.TokenName
	}
	return nil
}

// chooseTransports reads the set in the program's options: which transports, and
// those that are neither zishang520's polling nor its WebSocket.
func (s *settings) chooseTransports(o socket.ManagerOptionsInterface) map[string]engine.TransportCtor {
	custom := map[string]engine.TransportCtor{}
	if o.Transports() == nil {
		return custom
	}
	var named []string
	for _, known := range []string{Polling, WebSocket} {
		for _, t := range o.Transports().Keys() {
			if t.Name() == known {
				named = append(named, known)
			}
		}
	}
	for _, t := range o.Transports().Keys() {
		switch t.(type) {
		case *engine.PollingBuilder, *engine.WebSocketBuilder, *ctor:
			continue
		}
		custom[t.Name()] = t
		if !slices.Contains(named, t.Name()) {
			named = append(named, t.Name())
		}
	}
	if s.order == nil {
		s.order = named
	}
	return custom
}

// libraryOptions are zishang520's options for a Conn of its own.
func (s *settings) libraryOptions(query url.Values) *socket.Options {
	o := socket.DefaultOptions()
	if s.program != nil {
		o.Assign(s.program)
	}
	if len(query) > 0 {
		merged := url.Values{}
		maps.Copy(merged, o.Query())
		maps.Copy(merged, query)
		o.SetQuery(merged)
	}
	s.remember(o)
	o.SetAutoConnect(false)
	o.SetReconnection(false)
	s.auth = maps.Clone(o.Auth())
	o.SetAuth(map[string]any{})
	return o
}

// adopt takes over the options of a manager that the program made.
func (s *settings) adopt(o socket.ManagerOptionsInterface) error {
	if err := s.lay(s.chooseTransports(o)); err != nil {
		return err
	}
	o.SetTransports(s.route.ctors())
	s.remember(o)
	return nil
}

// remember what the token is added to before each attempt.
func (s *settings) remember(o socket.ManagerOptionsInterface) {
	s.manager = o
	s.query = o.Query()
	s.headers = o.ExtraHeaders()
	s.backoff = newBackoff(o)
}

// carry puts the token where it travels on the next attempt; a guest has none, and nothing
// of an earlier token is left. zishang520 reads the options, and the map, only when it
// opens a connection.
func (s *settings) carry(token string, auth map[string]any) {
	if s.options.Via&client.ViaQuery != 0 {
		query := url.Values{}
		maps.Copy(query, s.query)
		if token != "" {
			query.Set(s.options.TokenName, s.options.Prefixed(client.ViaQuery, token))
		}
		s.manager.SetQuery(query)
	}
	if s.options.Via&client.ViaHeader != 0 {
		headers := http.Header{}
		maps.Copy(headers, s.headers)
		if token != "" {
			headers.Set("Authorization", s.options.Prefixed(client.ViaHeader, token))
		}
		s.manager.SetExtraHeaders(headers)
	}
	if auth == nil {
		return
	}
	// Of what the library wrote into the map nothing is left.
	clear(auth)
	maps.Copy(auth, s.auth)
	if s.options.Via&client.ViaAuth != 0 && token != "" {
		auth[s.options.TokenName] = s.options.Prefixed(client.ViaAuth, token)
	}
}
