package engineio

import (
	"embed"
	"encoding/base64"
	"testing"
	"unicode/utf16"

	"github.com/socketio-jwt/socketio-jwt-wasm/internal/scripttest"
)

// What real servers put on the wire, see e2e/vectors.mjs.
//
//go:embed testdata/socket.io-*.json
var vectors embed.FS

type vectorPacket struct{ Type, Text, Base64 string }

type vectorFile struct {
	Server   string
	EIO      int
	Received struct {
		Polling []struct {
			Body    string
			Packets []vectorPacket
		}
		Websocket []struct {
			Text, Base64 string
			Packet       vectorPacket
		}
	}
	Accepted struct {
		Polling   []string
		Websocket []struct{ Text, Base64 string }
	}
}

func readVectors(t testing.TB) []vectorFile { return scripttest.Vectors[vectorFile](t, vectors) }

var typeNames = map[PacketType]string{Open: "open", Close: "close", Ping: "ping", Pong: "pong", Message: "message", Upgrade: "upgrade", Noop: "noop"}

// payload reads a whole polling body, as the page does.
func payload(t *testing.T, body string, eio int) []vectorPacket {
	units := utf16.Encode([]rune(body))
	var packets []vectorPacket
	for at := 0; at < len(units); {
		h, fault := ParsePacket(units[at:], len(units)-at, eio == 3)
		if fault != FaultNone {
			t.Fatalf("fault %d at %d of %q", fault, at, body)
		}
		from, to := at+h.Start, at+h.End
		if h.End >= 0 {
			at = to
		} else {
			for to = from; to < len(units) && units[to] != Separator; {
				to++
			}
			at = to + 1
		}
		packets = append(packets, packetOf(h, string(utf16.Decode(units[from:to]))))
	}
	return packets
}

func packetOf(h Header, text string) vectorPacket {
	if h.Binary {
		return vectorPacket{Type: "message", Base64: text}
	}
	return vectorPacket{Type: typeNames[h.Type], Text: text}
}

// once takes one UTF-8 encoding off: 1.x puts two on what it sends over polling.
func once(s string) string {
	bytes := make([]byte, 0, len(s))
	for _, r := range s {
		if r > 0xff {
			return s
		}
		bytes = append(bytes, byte(r))
	}
	return string(bytes)
}

func TestGoldenPayloads(t *testing.T) {
	for _, f := range readVectors(t) {
		for _, v := range f.Received.Polling {
			got := payload(t, v.Body, f.EIO)
			if len(got) != len(v.Packets) {
				t.Errorf("%s: %q: %d packets, want %d", f.Server, v.Body, len(got), len(v.Packets))
				continue
			}
			for i, want := range v.Packets {
				if f.Server == "socket.io 1.7.4" {
					got[i].Text = once(got[i].Text)
				}
				if got[i] != want {
					t.Errorf("%s: %q: packet %d is %+v, want %+v", f.Server, v.Body, i, got[i], want)
				}
			}
		}
		// What servers took from us reads back as packets, too.
		for _, body := range f.Accepted.Polling {
			payload(t, body, f.EIO)
		}
	}
}

func TestGoldenFrames(t *testing.T) {
	for _, f := range readVectors(t) {
		for _, v := range f.Received.Websocket {
			if v.Base64 != "" || v.Text == "" {
				frame, err := base64.StdEncoding.DecodeString(v.Base64)
				if err != nil {
					t.Fatal(err)
				}
				if f.EIO == 3 && (len(frame) == 0 || frame[0] != byte(Message)) {
					t.Errorf("%s: a binary frame that does not begin with 4: %x", f.Server, frame)
				}
				continue
			}
			units := utf16.Encode([]rune(v.Text))
			h, fault := ParsePacket(units, len(units), false)
			if fault != FaultNone {
				t.Errorf("%s: fault %d in %q", f.Server, fault, v.Text)
				continue
			}
			if got := packetOf(h, string(utf16.Decode(units[h.Start:]))); got != v.Packet {
				t.Errorf("%s: %q is %+v, want %+v", f.Server, v.Text, got, v.Packet)
			}
		}
	}
}

func TestGoldenRevision(t *testing.T) {
	for _, f := range readVectors(t) {
		first := utf16.Encode([]rune(f.Received.Polling[0].Body))
		if got := DetectRevision(first); got != f.EIO {
			t.Errorf("%s: revision %d from %q, want %d", f.Server, got, f.Received.Polling[0].Body, f.EIO)
		}
		for n := range 3 { // so little tells nothing wrong
			if got := DetectRevision(first[:n]); got != 0 && got != f.EIO {
				t.Errorf("%s: revision %d from the first %d units", f.Server, got, n)
			}
		}
	}
	for _, other := range []string{"", "<!doctype html>", `{"code":5}`, "ok", "12", "9999999999999:0{", ":0{", "0", "1:", "b4AA=="} {
		if got := DetectRevision(utf16.Encode([]rune(other))); got != 0 {
			t.Errorf("revision %d from %q", got, other)
		}
	}
}
