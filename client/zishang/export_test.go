//go:build !js

package zishang

import (
	"context"
	"net"
)

// WithDialContext puts tests on a network of their own.
func WithDialContext(dial func(ctx context.Context, network, address string) (net.Conn, error)) Option {
	return func(s *settings) { s.network.dialContext = dial }
}
