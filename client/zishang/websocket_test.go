//go:build !js

package zishang

import (
	"net"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/gorilla/websocket"
	"github.com/zishang520/socket.io/clients/engine/v3"
	"github.com/zishang520/socket.io/parsers/engine/v3/packet"
	"github.com/zishang520/socket.io/v3/pkg/types"
)

// socket.io throws an event away that it reads in the tick in which it reads a goodbye: this one comes when the server has
// said that it has read the event.
func TestGoodbyeWaitsForTheServer(t *testing.T) {
	heard := make(chan string, 10)
	web := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		conn, err := new(websocket.Upgrader).Upgrade(w, r, nil)
		if err != nil {
			t.Error(err)
			return
		}
		defer func() { _ = conn.Close(); close(heard) }()
		answer := conn.PingHandler()
		conn.SetPingHandler(func(data string) error {
			heard <- "ping"
			return answer(data)
		})
		for {
			_, message, err := conn.ReadMessage()
			if err != nil {
				return
			}
			heard <- string(message)
		}
	}))
	defer web.Close()
	host, port, _ := net.SplitHostPort(web.Listener.Addr().String())
	options := engine.DefaultSocketOptions()
	options.SetHostname(host)
	options.SetPort(port)
	w := newWebSocket(newRoute([]string{WebSocket}, nil, network{readLimit: DefaultReadLimit}), engine.MakeSocket(), options).(*webSocket)
	opened := make(chan struct{})
	_ = w.Once("open", func(...any) { close(opened) })
	w.Open()
	<-opened
	message := func(text string) *packet.Packet {
		return &packet.Packet{Type: packet.MESSAGE, Data: types.NewStringBufferString(text)}
	}
	w.Write([]*packet.Packet{message(`2["a"]`), message("1")})
	w.DoClose()
	var got []string
	for one := range heard {
		got = append(got, one)
	}
	if len(got) != 3 || got[0] != `42["a"]` || got[1] != "ping" || got[2] != "41" {
		t.Errorf("the server hears %q", got)
	}
	<-w.route.quiet()
}
