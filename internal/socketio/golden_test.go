package socketio

import (
	"embed"
	"strings"
	"testing"
	"unicode/utf16"

	"github.com/socketio-jwt/socketio-jwt-wasm/internal/scripttest"
)

// What real servers put on the wire, see e2e/vectors.mjs.
//
//go:embed testdata/socket.io-*.json
var vectors embed.FS

type vector struct {
	Text        string
	Attachments []string
	Payload     string
	Packet      struct {
		Type string
		Nsp  string
		ID   *int
	}
}

type vectorFile struct {
	Server             string
	Protocol           int
	Received, Accepted []vector
}

func readVectors(t testing.TB) []vectorFile { return scripttest.Vectors[vectorFile](t, vectors) }

var typeNames = map[PacketType]string{
	TypeConnect: "connect", TypeDisconnect: "disconnect", TypeEvent: "event", TypeAck: "ack",
	TypeConnectError: "error", TypeBinaryEvent: "binary_event", TypeBinaryAck: "binary_ack",
}

func TestGoldenHeaders(t *testing.T) {
	for _, f := range readVectors(t) {
		for _, v := range f.Received {
			units := utf16.Encode([]rune(v.Text))
			h, ok, fault := ParseHeader(units, 0, true)
			if !ok || fault != 0 {
				t.Errorf("%s: %q: fault %d", f.Server, v.Text, fault)
				continue
			}
			nsp := string(utf16.Decode(h.Namespace))
			if nsp == "" {
				nsp = "/"
			}
			id := NoAck
			if v.Packet.ID != nil {
				id = *v.Packet.ID
			}
			rest := string(utf16.Decode(units[h.Start:]))
			if typeNames[h.Type] != v.Packet.Type || nsp != v.Packet.Nsp || h.AckID != id || h.Attachments != len(v.Attachments) || rest != v.Payload {
				t.Errorf("%s: %q is %s %s, ack %d, %d attachments, then %q; want %+v, then %q", f.Server, v.Text, typeNames[h.Type], nsp, h.AckID, h.Attachments, rest, v.Packet, v.Payload)
			}

			// A beginning of the text is not enough, or says the same: never a fault, never something else.
			for n := range units {
				part, ok, fault := ParseHeader(units[:n], 0, false)
				if fault != 0 {
					t.Errorf("%s: the first %d units of %q: fault %d", f.Server, n, v.Text, fault)
				}
				if ok && (part.Start != h.Start || part.AckID != h.AckID || part.Attachments != h.Attachments || len(part.Namespace) != len(h.Namespace)) {
					t.Errorf("%s: the first %d units of %q say %+v, all say %+v", f.Server, n, v.Text, part, h)
				}
			}
		}
	}
}

// What the servers took from a client is what we would write.
func TestGoldenWriting(t *testing.T) {
	var dst [64]uint16
	written := 0
	for _, f := range readVectors(t) {
		for _, v := range f.Accepted {
			units := utf16.Encode([]rune(v.Text))
			h, ok, fault := ParseHeader(units, 0, true)
			if !ok || fault != 0 {
				t.Fatalf("%s: %q: fault %d", f.Server, v.Text, fault)
			}
			if h.Type == TypeConnect && !strings.HasSuffix(v.Text, ",") && len(h.Namespace) > 0 {
				continue // 1.x and 2.x connect without the comma; both take it
			}
			n := WriteHeader(dst[:], h.Type, h.Namespace, h.AckID, h.Attachments)
			if got := string(utf16.Decode(dst[:n])) + string(utf16.Decode(units[h.Start:])); got != "4"+v.Text {
				t.Errorf("%s: %q, written again %q", f.Server, v.Text, got)
			}
			written++
		}
	}
	if written < 80 {
		t.Errorf("only %d packets were written", written)
	}
}
