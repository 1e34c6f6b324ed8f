//go:build js && wasm

// Command gopage is the program of a page, written in Go on client/zishang. The page
// shows the life of a token. The example site serves it at /go, and builds it at the
// first request for that page.
package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"github.com/socketio-jwt/socketio-jwt-wasm/client"
	"github.com/socketio-jwt/socketio-jwt-wasm/client/zishang"
)

// This server has a namespace for each way of the token.
var ways = map[string]struct {
	via  client.Via
	door string
}{
	"event":  {client.ViaEvent, "/event"},
	"query":  {client.ViaQuery, "/handshake"},
	"header": {client.ViaHeader, "/header"},
	"auth":   {client.ViaAuth, "/handshake"},
}

var roads = map[string][]string{
	"both":      {zishang.Polling, zishang.WebSocket},
	"polling":   {zishang.Polling},
	"websocket": {zishang.WebSocket},
}

func main() {
	p := newPage()
	s := session{page: p, settings: p.settings(), origin: p.origin}
	if err := s.connect(); err != nil {
		p.state("broken", "Not connected", err.Error())
		return
	}
	select {} // the program lives as long as the page
}

type session struct {
	page     *page
	settings url.Values
	origin   string
	conn     *zishang.Conn
}

func (s *session) connect() error {
	name := s.settings.Get("via")
	way, ok := ways[name]
	if !ok {
		return fmt.Errorf("no token travels by %q", name)
	}
	p := s.page
	p.state("connecting", "Connecting", "The token travels by "+name+".")
	conn, err := zishang.Connect(context.Background(), s.origin+way.door, client.Options{
		Token: s.token,
		Via:   way.via,
		OnAuthenticated: func(now client.Session) {
			until := now.ExpiresAt.Local().Format("15:04:05")
			p.state("authenticated", "Authenticated", fmt.Sprintf("As %v, by %s, until %s.", now.Claims["name"], name, until))
			if now.Refreshed {
				p.log("good", "Renewed: a new token was accepted, and the session goes on.")
			} else {
				p.log("good", "Authenticated: the token was accepted.")
			}
		},
		OnUnauthorized: func(err *client.UnauthorizedError) {
			if !err.Fatal() {
				p.log("bad", "Not yet: "+err.Reason.String()+".")
				return
			}
			p.state("refused", "Refused", fmt.Sprintf("The reason is %v: “%s”, code %s.", err.Reason, err.Message, err.Code))
			p.log("bad", "Refused: "+err.Message+".")
		},
	}, zishang.WithTransports(roads[s.settings.Get("transport")]...), zishang.WithSetup(s.listen))
	if err != nil {
		return err
	}
	s.conn = conn
	p.click("renew", s.renew)
	p.click("ask", s.ask)
	return nil
}

// listen adds the listeners before the first byte is sent.
func (s *session) listen(c *zishang.Conn) {
	c.On("connect", func(...any) { s.page.log("", "The namespace is connected.") })
	c.On("disconnect", func(args ...any) { s.page.log("", fmt.Sprint("Disconnected: ", args[0], ".")) })
}

// token asks the site for one.
func (s *session) token(ctx context.Context, cause client.Cause) (string, error) {
	s.page.log("", "The token function was asked, cause: "+cause.String()+".")
	life, _ := strconv.Atoi(s.settings.Get("life"))
	wish, err := json.Marshal(map[string]any{"kind": s.settings.Get("kind"), "life": life})
	if err != nil {
		return "", err
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, s.origin+"/api/token", bytes.NewReader(wish))
	if err != nil {
		return "", err
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		return "", err
	}
	defer func() { _ = res.Body.Close() }()
	switch res.StatusCode {
	case http.StatusOK:
	case http.StatusUnauthorized:
		return "", nil // signed out: there is no token any more
	default:
		return "", fmt.Errorf("the token endpoint says %d", res.StatusCode)
	}
	var answer struct{ Token string }
	err = json.NewDecoder(res.Body).Decode(&answer)
	return answer.Token, err
}

func (s *session) renew() {
	if _, err := s.conn.Reauthenticate(context.Background()); err != nil {
		s.page.log("bad", "The renewal brought nothing: "+err.Error()+".")
	}
}

// ask emits an event and waits for the server's answer.
func (s *session) ask() {
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
	defer cancel()
	answer, err := s.conn.EmitWithAck(ctx, "join", map[string]any{"room": "general"})
	if err != nil {
		s.page.answer("No answer: " + err.Error() + ".")
		return
	}
	room, _ := answer[0].(map[string]any)
	messages, _ := room["messages"].([]any)
	s.page.answer(fmt.Sprintf("In General: %v, and %d messages.", room["people"], len(messages)))
}
