//go:build !js

// Command http3 ends HTTP/3 for the e2e tests: it takes WebTransport sessions on a UDP port and passes the first stream of
// each to a TCP port of this machine, one connection for a session. Its one argument is {"port": …, "backend": …}. It
// prints {"hash": …}, the SHA-256 of its certificate in base64, and ends when its standard input does.
package main

import (
	"context"
	"crypto/tls"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"os"

	"github.com/quic-go/quic-go/http3"
	"github.com/quic-go/webtransport-go"

	"github.com/socketio-jwt/socketio-jwt-wasm/e2e/servers/certificate"
)

func main() {
	if err := run(); err != nil {
		log.Fatal(err)
	}
}

func run() error {
	var c struct{ Port, Backend int }
	if len(os.Args) != 2 {
		return errors.New("usage: http3 '{…}'")
	}
	if err := json.Unmarshal([]byte(os.Args[1]), &c); err != nil {
		return err
	}
	made, hash, err := certificate.New()
	if err != nil {
		return err
	}
	conn, err := net.ListenUDP("udp", &net.UDPAddr{IP: net.IPv4(127, 0, 0, 1), Port: c.Port})
	if err != nil {
		return err
	}
	mux := http.NewServeMux()
	server := &webtransport.Server{
		H3: &http3.Server{
			TLSConfig: http3.ConfigureTLSConfig(&tls.Config{Certificates: []tls.Certificate{made}}),
			Handler:   mux,
		},
		CheckOrigin: func(*http.Request) bool { return true }, // the tests' pages have other origins
	}
	webtransport.ConfigureHTTP3Server(server.H3)
	mux.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		session, err := server.Upgrade(w, r)
		if err != nil {
			w.WriteHeader(http.StatusBadRequest)
			return
		}
		pass(session, c.Backend)
	})
	if err := json.NewEncoder(os.Stdout).Encode(map[string]any{"hash": hash}); err != nil {
		return err
	}
	go func() {
		_, _ = io.Copy(io.Discard, os.Stdin)
		os.Exit(0)
	}()
	return server.Serve(conn)
}

// pass copies the session's first stream to and from the backend, until either side ends.
func pass(session *webtransport.Session, backend int) {
	defer func() { _ = session.CloseWithError(0, "") }()
	stream, err := session.AcceptStream(context.Background())
	if err != nil {
		return
	}
	conn, err := net.Dial("tcp", fmt.Sprintf("127.0.0.1:%d", backend))
	if err != nil {
		return
	}
	defer func() { _ = conn.Close() }()
	context.AfterFunc(session.Context(), func() { _ = conn.Close() })
	go func() {
		_, _ = io.Copy(conn, stream)
		_ = conn.(*net.TCPConn).CloseWrite()
	}()
	_, _ = io.Copy(stream, conn)
}
