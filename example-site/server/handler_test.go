package server

import (
	"errors"
	"io"
	"syscall"
	"testing"
	"time"

	"github.com/gorilla/websocket"
)

// A client that renews its token leaves the namespace and joins it again at once.
func TestLeavingAndComingBackAtOnce(t *testing.T) {
	at := start(t, Options{Secret: Secret(key)})
	p := dial(t, at, hello{})
	p.expect("40")
	for range 50 {
		p.emit(authenticate(tokens(t)["eternal"]))
		p.expect(`42["authenticated"]`)
		p.say("41" + nsp + ",")
		p.say("40" + nsp + ",")
		p.expect("40")
	}
	p.emit(authenticate(tokens(t)["eternal"]))
	p.expect(`42["authenticated"]`)
	p.expectOpen()
}

// A browser reports its WebSocket closed when the server has closed the TCP connection.
func TestAWebSocketThatIsOverIsClosedDownToTheWire(t *testing.T) {
	p := dial(t, start(t, Options{Secret: Secret(key)}), hello{})
	p.expect("40")
	wire := p.ws.NetConn()
	goodbye := websocket.FormatCloseMessage(websocket.CloseNormalClosure, "")
	if err := p.ws.WriteControl(websocket.CloseMessage, goodbye, time.Now().Add(patience)); err != nil {
		t.Fatal(err)
	}
	if packet := p.hear(); packet != "" {
		t.Fatalf("heard %q", packet)
	}
	_ = wire.SetReadDeadline(time.Now().Add(patience))
	if _, err := wire.Read(make([]byte, 1)); !errors.Is(err, io.EOF) && !errors.Is(err, syscall.ECONNRESET) {
		t.Errorf("the wire is open: %v", err)
	}
}
