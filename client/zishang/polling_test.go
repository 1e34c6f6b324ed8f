//go:build !js

package zishang

import (
	"testing"

	"github.com/zishang520/socket.io/clients/engine/v3"
	"github.com/zishang520/socket.io/parsers/engine/v3/packet"
)

// nextTransport takes over from polling.
type nextTransport struct {
	engine.Transport
	got []string
}

func (h *nextTransport) Send(packets []*packet.Packet) {
	for _, p := range packets {
		h.got = append(h.got, string(p.Type))
	}
}

// What comes while polling pauses is sent by it, what comes after that by the
// transport that takes over, and nothing twice.
func TestPausing(t *testing.T) {
	s := engine.MakeSocket()
	p := newPolling(newRoute([]string{Polling}, nil, network{}), s, engine.DefaultSocketOptions()).(*polling)
	p.busy = 1 // a poll hangs
	p.SetReadyState(engine.TransportStateOpen)
	paused := 0
	p.Pause(func() { paused++ })
	p.Send([]*packet.Packet{{Type: "while pausing"}})
	if batches, _ := p.out.take(); len(batches) != 1 || paused != 0 {
		t.Fatalf("%d batches for the writer, paused %d times", len(batches), paused)
	}
	p.rest() // the poll is answered
	p.rest() // and the packet written
	if paused != 1 {
		t.Fatalf("paused %d times", paused)
	}
	p.Send([]*packet.Packet{{Type: "late"}})
	next := &nextTransport{Transport: engine.MakeTransport()}
	s.Emit("upgrade", engine.Transport(next))
	p.Send([]*packet.Packet{{Type: "too late"}})
	if len(next.got) != 2 || next.got[0] != "late" || next.got[1] != "too late" {
		t.Errorf("the nextTransport got %v", next.got)
	}
	if batches, _ := p.out.take(); len(batches) != 0 {
		t.Error("something is sent twice")
	}
}
