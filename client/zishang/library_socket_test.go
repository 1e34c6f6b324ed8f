//go:build !js

package zishang_test

import (
	"bufio"
	"io"
	"net"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/zishang520/socket.io/clients/engine/v3/transports"
	"github.com/zishang520/socket.io/clients/socket/v3"
	"github.com/zishang520/socket.io/v3/pkg/types"
)

// librarySocket is a socket of the library's own, on one transport.
func librarySocket(t testing.TB, address string, transport transports.TransportCtor, set ...func(*socket.Options)) *socket.Socket {
	t.Helper()
	o := socket.DefaultOptions()
	o.SetAutoConnect(false)
	o.SetTransports(types.NewSet(transport))
	o.SetReconnectionDelay(20)
	o.SetTimeout(500 * time.Millisecond) // what it misses when it connects again, it tries again
	for _, one := range set {
		one(o)
	}
	s := socket.NewManager(address, o).Socket("/", o)
	t.Cleanup(func() { s.Disconnect() })
	return s
}

// listeningSocket is a librarySocket that listens before the server answers.
//
// The library opens a transport before it listens to it, and gives it the open
// packet before it may write. On a busy machine it misses a quick handshake, or
// hears it before it has written down the timer of the attempt, which then goes off
// on a healthy connection, or does not send its CONNECT. So that another defect can be
// looked at without these, the server is kept quiet until Connect has returned.
type listeningSocket struct {
	*socket.Socket
	listens func()
}

func (a *listeningSocket) Connect() *socket.Socket {
	a.Socket.Connect()
	a.listens()
	return a.Socket
}

func listeningLibrarySocket(t testing.TB, address string, transport transports.TransportCtor, set ...func(*socket.Options)) *listeningSocket {
	t.Helper()
	door, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	listening := make(chan struct{})
	listens := sync.OnceFunc(func() { close(listening) })
	t.Cleanup(func() {
		_ = door.Close()
		listens()
	})
	go func() {
		for {
			there, err := door.Accept()
			if err != nil {
				return
			}
			go relay(there, strings.TrimPrefix(address, "http://"), listening)
		}
	}()
	return &listeningSocket{librarySocket(t, "http://"+door.Addr().String(), transport, set...), listens}
}

// relay carries bytes until one of the two hangs up. The server's answers wait for
// listening, but not the 101 of a WebSocket: Connect waits for that.
func relay(there net.Conn, address string, listening <-chan struct{}) {
	defer there.Close()
	here, err := net.Dial("tcp", address)
	if err != nil {
		return
	}
	go func() {
		defer here.Close()
		_, _ = io.Copy(here, there)
	}()
	answers := bufio.NewReader(here)
	if status, _ := answers.Peek(len("HTTP/1.1 101")); strings.HasSuffix(string(status), " 101") {
		for line := ""; line != "\r\n"; {
			if line, err = answers.ReadString('\n'); err != nil {
				return
			}
			_, _ = io.WriteString(there, line)
		}
	}
	<-listening
	_, _ = io.Copy(there, answers)
}

// connectLibrary opens a socket of the library's and waits for it.
func connectLibrary[S interface {
	Connect() *socket.Socket
	On(types.EventName, ...types.EventListener) error
}](t testing.TB, s S) S {
	t.Helper()
	connected := make(chan struct{}, 10)
	_ = s.On("connect", func(...any) { connected <- struct{}{} })
	s.Connect()
	select {
	case <-connected:
	case <-time.After(patience):
		t.Fatal("the library does not connect")
	}
	return s
}
