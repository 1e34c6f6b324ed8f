package zishang

import (
	"maps"
	"sync/atomic"

	"github.com/zishang520/socket.io/parsers/socket/v3/parser"
	"github.com/zishang520/socket.io/v3/pkg/types"
)

// mender is the parser of one manager: the program's or zishang520's own, with
// the places mended that a parser can reach.
type mender struct {
	parser.Parser
	decoder *mendedDecoder // of the manager that asked for one
	anew    atomic.Bool    // no connection state recovery
}

func newMender(inner parser.Parser) *mender {
	if inner == nil {
		inner = parser.NewParser()
	}
	return &mender{Parser: inner}
}

func (m *mender) NewEncoder() parser.Encoder {
	return &mendedEncoder{m.Parser.NewEncoder(), m}
}

func (m *mender) NewDecoder() parser.Decoder {
	m.decoder = &mendedDecoder{EventEmitter: types.NewEventEmitter(), parser: m.Parser}
	m.decoder.renew()
	return m.decoder
}

// mendedEncoder asks for a new session where the lifecycle wants one: recovery
// goes round the server's middlewares and with them round the token. zishang520
// keeps the old session's id where nobody can take it away.
type mendedEncoder struct {
	parser.Encoder
	mender *mender
}

func (e *mendedEncoder) Encode(p *parser.Packet) []types.BufferInterface {
	if p.Type == parser.CONNECT && e.mender.anew.Load() {
		if auth, ok := p.Data.(map[string]any); ok {
			auth = maps.Clone(auth)
			delete(auth, "pid")
			delete(auth, "offset")
			plain := *p
			plain.Data = auth
			p = &plain
		}
	}
	return e.Encoder.Encode(p)
}

// noData stands for the data that a CONNECT_ERROR does not have.
type noData struct{}

// mendedDecoder starts afresh with each connection: zishang520's, left by the old
// one in the middle of a binary packet, refuses whatever the new one brings. And
// it gives a CONNECT_ERROR without data one, without which zishang520 puts
// "missing 'data' field" in the place of the server's message.
type mendedDecoder struct {
	types.EventEmitter
	parser parser.Parser
	inner  atomic.Pointer[parser.Decoder]
}

func (d *mendedDecoder) Add(data any) error { return (*d.inner.Load()).Add(data) }

func (d *mendedDecoder) Destroy() {
	(*d.inner.Load()).Destroy()
	d.renew()
}

func (d *mendedDecoder) renew() {
	inner := d.parser.NewDecoder()
	_ = inner.On("decoded", d.decoded)
	d.inner.Store(&inner)
}

func (d *mendedDecoder) decoded(args ...any) {
	p, ok := args[0].(*parser.Packet)
	if !ok {
		return
	}
	if p.Type == parser.CONNECT_ERROR {
		p.Data = mendRefusal(p.Data)
	}
	if p.Type == parser.CONNECT_ERROR || p.Type == parser.DISCONNECT && p != lastPacket {
		letTimersStart() // the manager will close
	}
	if p.Type == parser.BINARY_EVENT && p.Attachments != nil && *p.Attachments == 0 {
		d.renew() // zishang520's would wait for attachments for ever
	}
	d.Emit("decoded", p)
}

func mendRefusal(data any) any {
	switch data := data.(type) {
	case string:
		return map[string]any{"message": data, "data": noData{}}
	case map[string]any:
		if _, ok := data["message"].(string); !ok {
			data["message"] = ""
		}
		if data["data"] == nil {
			data["data"] = noData{}
		}
		return data
	}
	return data
}
