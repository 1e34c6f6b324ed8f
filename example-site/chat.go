package main

import (
	"fmt"
	"net/http"
	"strings"
	"sync"
	"time"

	"github.com/socketio-jwt/socketio-jwt-wasm/example-site/server"
	"github.com/zishang520/socket.io/servers/socket/v3"
)

// chat holds the rooms. Users of all namespaces, and so of all ways of the token, meet in a room.
type chat struct {
	io       *socket.Server
	handler  http.Handler
	sessions *sessions
	mu       sync.Mutex
	guests   map[socket.SocketId]*guest
	rooms    map[string]*room
	nextID   int
	order    sync.Mutex // held while a message is numbered and sent, so that all sockets get the messages in one order
}

// guest is a socket whose token was accepted.
type guest struct {
	socket *socket.Socket
	who    *session
	door   string
	room   string
}

type room struct{ messages []message }

type message struct {
	ID   int    `json:"id"`
	At   int64  `json:"at"`
	Name string `json:"name"`
	Text string `json:"text"`
	Via  string `json:"via,omitempty"`
}

const (
	roomMemory = 50
	maxText    = 500
)

// welcome is called for each accepted token; in the event flow also for a renewed token on the same socket.
func (c *chat) welcome(s *socket.Socket, door string) {
	who := c.sessions.of(s.Request().Request())
	if who == nil {
		server.HangUp(s) // the session ended a moment ago
		return
	}
	c.mu.Lock()
	_, known := c.guests[s.Id()]
	if !known {
		c.guests[s.Id()] = &guest{socket: s, who: who, door: door}
	}
	c.mu.Unlock()
	if known {
		return
	}
	_ = s.On("join", func(args ...any) { c.join(s, args) })
	_ = s.On("message", func(args ...any) { c.say(s, args) })
	_ = s.On("disconnect", func(...any) { c.leave(s) })
	if c.sessions.of(s.Request().Request()) == nil {
		server.HangUp(s) // the session ended before end could find the guest
	}
	if !s.Connected() {
		c.leave(s) // the socket closed before the listener was added
	}
}

func (c *chat) join(s *socket.Socket, args []any) {
	wish, reply := arguments(args)
	name, _ := wish["room"].(string)
	c.mu.Lock()
	r, g := c.rooms[name], c.guests[s.Id()]
	if r == nil || g == nil {
		c.mu.Unlock()
		reply(map[string]any{"error": "there is no such room"})
		return
	}
	old := g.room
	g.room = name
	messages := append([]message{}, r.messages...)
	c.mu.Unlock()
	reply(map[string]any{"room": name, "messages": messages, "people": c.people(name)})
	c.tell(name, "people", map[string]any{"room": name, "people": c.people(name)})
	if old != "" && old != name {
		c.tell(old, "people", map[string]any{"room": old, "people": c.people(old)})
	}
}

func (c *chat) say(s *socket.Socket, args []any) {
	wish, reply := arguments(args)
	text, _ := wish["text"].(string)
	text = strings.TrimSpace(text)
	room, _ := wish["room"].(string)
	who := server.IdentityOf(s)
	switch {
	case who == nil || !who.ExpiresAt.IsZero() && time.Now().After(who.ExpiresAt):
		// The server checks a token when it arrives. The application checks whether it has expired since.
		reply(map[string]any{"error": "your token has expired"})
		return
	case text == "" || len([]rune(text)) > maxText:
		reply(map[string]any{"error": fmt.Sprintf("a message has 1 to %d characters", maxText)})
		return
	}
	name, _ := who.Claims["name"].(string)
	c.order.Lock()
	defer c.order.Unlock()
	c.mu.Lock()
	g := c.guests[s.Id()]
	if g == nil || c.rooms[room] == nil {
		c.mu.Unlock()
		reply(map[string]any{"error": "there is no such room"})
		return
	}
	m := c.add(room, message{At: time.Now().UnixMilli(), Name: name, Text: text, Via: via(s, g.door)})
	c.mu.Unlock()
	reply(map[string]any{"id": m.ID, "at": m.At})
	c.tell(room, "message", map[string]any{"room": room, "message": m})
}

// add keeps a message. The caller holds the lock.
func (c *chat) add(name string, m message) message {
	r := c.rooms[name]
	c.nextID++
	m.ID = c.nextID
	r.messages = append(r.messages, m)
	if len(r.messages) > roomMemory {
		r.messages = r.messages[len(r.messages)-roomMemory:]
	}
	return m
}

func (c *chat) leave(s *socket.Socket) {
	c.mu.Lock()
	g := c.guests[s.Id()]
	delete(c.guests, s.Id())
	c.mu.Unlock()
	if g != nil && g.room != "" {
		c.tell(g.room, "people", map[string]any{"room": g.room, "people": c.people(g.room)})
	}
}

// end hangs up on a session's sockets.
func (c *chat) end(who *session) {
	c.mu.Lock()
	var theirs []*socket.Socket
	for _, g := range c.guests {
		if g.who == who {
			theirs = append(theirs, g.socket)
		}
	}
	c.mu.Unlock()
	for _, s := range theirs {
		server.HangUp(s)
	}
}

// tell sends to all sockets in a room, of all namespaces. (The server's own broadcast gives one options object to all
// sockets, and each writes to it: a data race in v3.0.1.)
func (c *chat) tell(room, event string, what map[string]any) {
	c.mu.Lock()
	var there []*socket.Socket
	for _, g := range c.guests {
		if g.room == room {
			there = append(there, g.socket)
		}
	}
	c.mu.Unlock()
	for _, s := range there {
		_ = s.Emit(event, what)
	}
}

// people returns the users in a room, each once however many tabs they have.
func (c *chat) people(room string) []string {
	c.mu.Lock()
	defer c.mu.Unlock()
	names, seen := []string{}, map[string]bool{}
	for _, g := range c.guests {
		who := server.IdentityOf(g.socket)
		if g.room != room || who == nil {
			continue
		}
		subject, _ := who.Claims["sub"].(string)
		if name, _ := who.Claims["name"].(string); !seen[subject] {
			seen[subject] = true
			names = append(names, name)
		}
	}
	return names
}

// arguments returns the object and the callback of an event; both may be missing.
func arguments(args []any) (wish map[string]any, reply func(any)) {
	reply = func(any) {}
	for _, arg := range args {
		switch a := arg.(type) {
		case map[string]any:
			wish = a
		case socket.Ack:
			reply = func(answer any) { a([]any{answer}, nil) }
		}
	}
	return wish, reply
}

// seed adds messages to the rooms that say what a visitor can try.
func (c *chat) seed() {
	for _, one := range []struct {
		room, name, text string
		ago              time.Duration
	}{
		{"general", "Grace", "Good morning. The strip above is this tab's own session, drawn while it happens.", 9 * time.Minute},
		{"general", "Edsger", "Write something while the token is being renewed. It waits, and arrives once.", 7 * time.Minute},
		{"design", "Ada", "Twenty-second tokens are fun to watch. The renewal comes at half of their life.", 12 * time.Minute},
		{"design", "Grace", "Then turn renewal off, leave a draft in the box, and let it run out.", 11 * time.Minute},
		{"support", "Edsger", "A forged token? Send one. The server says why it refuses, and waits for your acknowledgement.", 20 * time.Minute},
	} {
		if c.rooms[one.room] == nil {
			c.rooms[one.room] = &room{}
		}
		c.add(one.room, message{At: time.Now().Add(-one.ago).UnixMilli(), Name: one.name, Text: one.text})
	}
}
