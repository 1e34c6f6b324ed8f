package zishang

import (
	"maps"
	"sync/atomic"

	"github.com/zishang520/socket.io/parsers/socket/v3/parser"
	"github.com/zishang520/socket.io/v3/pkg/types"
)

// parserShim is the parser of one manager: the program's or zishang520's own, with
// workarounds for zishang520's client where a parser can reach.
type parserShim struct {
	parser.Parser
	decoder    *decoderShim // of the manager that asked for one
	noRecovery atomic.Bool  // no connection state recovery
}

func newParserShim(inner parser.Parser) *parserShim {
	if inner == nil {
		inner = parser.NewParser()
	}
	return &parserShim{Parser: inner}
}

func (m *parserShim) NewEncoder() parser.Encoder {
	return &encoderShim{m.Parser.NewEncoder(), m}
}

func (m *parserShim) NewDecoder() parser.Decoder {
	m.decoder = &decoderShim{EventEmitter: types.NewEventEmitter(), parser: m.Parser}
	m.decoder.renew()
	return m.decoder
}

// encoderShim asks for a new session where the lifecycle wants one: recovery
// goes round the server's middlewares and with them round the token. zishang520
// keeps the old session's id where nobody can take it away.
type encoderShim struct {
	parser.Encoder
	parserShim *parserShim
}

func (e *encoderShim) Encode(p *parser.Packet) []types.BufferInterface {
	if p.Type == parser.CONNECT && e.parserShim.noRecovery.Load() {
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

// decoderShim starts afresh with each connection: zishang520's, left by the old
// one in the middle of a binary packet, refuses whatever the new one brings. And
// it gives a CONNECT_ERROR without data one, without which zishang520 puts
// "missing 'data' field" in the place of the server's message.
type decoderShim struct {
	types.EventEmitter
	parser parser.Parser
	inner  atomic.Pointer[parser.Decoder]
}

func (d *decoderShim) Add(data any) error { return (*d.inner.Load()).Add(data) }

func (d *decoderShim) Destroy() {
	(*d.inner.Load()).Destroy()
	d.renew()
}

func (d *decoderShim) renew() {
	inner := d.parser.NewDecoder()
	_ = inner.On("decoded", d.decoded)
	d.inner.Store(&inner)
}

func (d *decoderShim) decoded(args ...any) {
	p, ok := args[0].(*parser.Packet)
	if !ok {
		return
	}
	if p.Type == parser.CONNECT_ERROR {
		p.Data = completeRefusal(p.Data)
	}
	if p.Type == parser.CONNECT_ERROR || p.Type == parser.DISCONNECT && p != stopPacket {
		letTimersStart() // the manager will close
	}
	if p.Type == parser.BINARY_EVENT && p.Attachments != nil && *p.Attachments == 0 {
		d.renew() // zishang520's would wait for attachments for ever
	}
	d.Emit("decoded", p)
}

func completeRefusal(data any) any {
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
