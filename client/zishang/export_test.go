//go:build !js

package zishang

import (
	"context"
	"net"
	"net/http"
	"net/url"
)

// WithDialContext puts tests on a network of their own.
func WithDialContext(dial func(ctx context.Context, network, address string) (net.Conn, error)) Option {
	return func(s *settings) { s.network.dialContext = dial }
}

// WithProxy is for tests: HTTP_PROXY and HTTPS_PROXY are read once, and no proxy of theirs is used for localhost.
func WithProxy(proxy *url.URL) Option {
	return func(s *settings) {
		s.network.proxy = func(*http.Request) (*url.URL, error) { return proxy, nil }
	}
}
