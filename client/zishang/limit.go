package zishang

import (
	"errors"
	"fmt"
	"io"
)

// DefaultReadLimit is the default of WithReadLimit: 64 MiB. The server's maxPayload is
// another limit, for what clients send.
const DefaultReadLimit = 64 << 20

// ErrReadLimit says that the server sent more at once than the limit of WithReadLimit.
// The connection is closed, as after any other failure of the network.
var ErrReadLimit = errors.New("zishang: the server sent too much at once")

// WithReadLimit sets how many bytes, after decompression, the server may send at once: in one
// HTTP response, which may hold several packets, or in one WebSocket message.
func WithReadLimit(bytes int64) Option {
	return func(s *settings) {
		s.network.readLimit = bytes
		s.limited = true
	}
}

func (s *settings) checkLimit() error {
	if s.limited && s.network.readLimit <= 0 {
		return fmt.Errorf("zishang: WithReadLimit(%d): the limit is a number of bytes above 0; leave WithReadLimit out for %d", s.network.readLimit, DefaultReadLimit)
	}
	return nil
}

// limit is how many bytes may be read at once.
func (n network) limit() int64 {
	if n.readLimit <= 0 {
		return DefaultReadLimit
	}
	return n.readLimit
}

func (n network) tooLarge() error {
	return fmt.Errorf("%w: more than %d bytes; if it has to, raise the limit with WithReadLimit", ErrReadLimit, n.limit())
}

// readAll is everything that comes from r, within the limit.
func (n network) readAll(r io.Reader) ([]byte, error) {
	data, err := io.ReadAll(io.LimitReader(r, n.limit()+1))
	if err == nil && int64(len(data)) > n.limit() {
		return nil, n.tooLarge()
	}
	return data, err
}
