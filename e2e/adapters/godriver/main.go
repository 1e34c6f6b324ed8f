//go:build !js

// Command godriver is a Go program on client/zishang that does what its standard
// input says, for the behaviours that both adapters have to show. Each line is an
// object of JSON.
//
// In: {"id", "do", "conn", …}, answered by {"id", "result"} or {"id", "error"}.
//
//	open            conn, url, options: opens the connection with that number
//	emit, ack       conn, args: the event and its arguments; ack answers with the server's
//	connect, disconnect, reauthenticate, state
//	answer          question, token or error: to an ask or a hook; has no id and no answer
//
// Out, beside the answers: {"conn", "note", "value"} is what the program was told,
// {"conn", "ask", "cause"} the token function, {"conn", "hook", "refusal"} OnUnauthorized;
// ask and hook are the number of the question.
//
// The program ends with its standard input.
package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log"
	"os"
	"sync"
	"time"

	"github.com/zishang520/socket.io/clients/socket/v3"

	"github.com/socketio-jwt/socketio-jwt-wasm/client"
	"github.com/socketio-jwt/socketio-jwt-wasm/client/zishang"
)

type fields map[string]any

// command is a line of the input.
type command struct {
	ID       int
	Do       string
	Conn     int
	URL      string
	Options  options
	Args     []any
	Question int
	Token    string
	Error    string
}

// options are the page's, as far as behaviours set them. Times are in milliseconds.
type options struct {
	Via                  any // one way, or a list
	Scheme               string
	Transports           []string
	TokenTimeout         int
	AuthTimeout          int
	RefreshBefore        int
	InBandRefresh        bool
	Guest                bool
	Reconnection         *bool
	ReconnectionDelay    float64
	ReconnectionDelayMax float64
}

// driver has the connections, and the questions that are not answered yet.
type driver struct {
	out  sync.Mutex
	text *json.Encoder

	mu        sync.Mutex
	conns     map[int]*zishang.Conn
	asked     int
	questions map[int]chan command
}

func main() {
	d := &driver{text: json.NewEncoder(os.Stdout), conns: map[int]*zishang.Conn{}, questions: map[int]chan command{}}
	lines := bufio.NewScanner(os.Stdin)
	lines.Buffer(nil, 16<<20)
	for lines.Scan() {
		var c command
		if err := json.Unmarshal(lines.Bytes(), &c); err != nil {
			log.Fatalf("godriver: a line is no command: %v", err)
		}
		d.take(c)
	}
	d.close()
}

// take does a command. What waits has a goroutine of its own; the rest keeps its order.
func (d *driver) take(c command) {
	switch c.Do {
	case "answer":
		d.mu.Lock()
		question := d.questions[c.Question]
		delete(d.questions, c.Question)
		d.mu.Unlock()
		if question != nil {
			question <- c
		}
	case "ack", "reauthenticate":
		go d.answer(c)
	default:
		d.answer(c)
	}
}

func (d *driver) answer(c command) {
	result, err := d.do(c)
	if err != nil {
		d.say(fields{"id": c.ID, "error": err.Error()})
		return
	}
	d.say(fields{"id": c.ID, "result": result})
}

func (d *driver) say(line fields) {
	d.out.Lock()
	defer d.out.Unlock()
	_ = d.text.Encode(line)
}

var errNoConn = errors.New("godriver: there is no such connection; open it first")

func (d *driver) do(c command) (any, error) {
	if c.Do == "open" {
		return nil, d.open(c)
	}
	d.mu.Lock()
	conn := d.conns[c.Conn]
	d.mu.Unlock()
	if conn == nil {
		return nil, errNoConn
	}
	switch c.Do {
	case "emit", "ack":
		return emit(conn, c)
	case "connect":
		conn.Connect()
	case "disconnect":
		conn.Disconnect()
	case "reauthenticate":
		if _, err := conn.Reauthenticate(context.Background()); err != nil {
			return err.Error(), nil
		}
		return "", nil
	case "state":
		state := fields{"authenticated": conn.Authenticated(), "expiresAt": nil}
		if at := conn.TokenExpiresAt(); !at.IsZero() {
			state["expiresAt"] = at.UnixMilli()
		}
		return state, nil
	default:
		return nil, fmt.Errorf("godriver: there is no command %q", c.Do)
	}
	return nil, nil
}

func emit(conn *zishang.Conn, c command) (any, error) {
	if len(c.Args) == 0 {
		return nil, errors.New("godriver: args begin with the name of an event")
	}
	name, _ := c.Args[0].(string)
	if c.Do == "ack" {
		return conn.EmitWithAck(context.Background(), name, c.Args[1:]...)
	}
	return nil, conn.Emit(name, c.Args[1:]...)
}

var ways = map[string]client.Via{"event": client.ViaEvent, "query": client.ViaQuery, "header": client.ViaHeader, "auth": client.ViaAuth}

func (o options) via() (via client.Via) {
	if one, ok := o.Via.(string); ok {
		return ways[one]
	}
	list, _ := o.Via.([]any)
	for _, way := range list {
		name, _ := way.(string)
		via |= ways[name]
	}
	return via
}

// library are the options of zishang520's. What is not set has its default.
func (o options) library() *socket.Options {
	l := socket.DefaultOptions()
	if o.Reconnection != nil {
		l.SetReconnection(*o.Reconnection)
	}
	if o.ReconnectionDelay > 0 {
		l.SetReconnectionDelay(o.ReconnectionDelay)
	}
	if o.ReconnectionDelayMax > 0 {
		l.SetReconnectionDelayMax(o.ReconnectionDelayMax)
	}
	return l
}

func milliseconds(n int) time.Duration { return time.Duration(n) * time.Millisecond }

func (d *driver) open(c command) error {
	note := func(word string, value any) { d.say(fields{"conn": c.Conn, "note": word, "value": value}) }
	o := client.Options{
		Via:           c.Options.via(),
		Scheme:        c.Options.Scheme,
		TokenTimeout:  milliseconds(c.Options.TokenTimeout),
		AuthTimeout:   milliseconds(c.Options.AuthTimeout),
		RefreshBefore: milliseconds(c.Options.RefreshBefore),
		InBandRefresh: c.Options.InBandRefresh,
		Guest:         c.Options.Guest,
		Token: func(ctx context.Context, cause client.Cause) (string, error) {
			answer, err := d.ask(ctx, fields{"conn": c.Conn, "cause": cause.String()}, "ask")
			if err == nil && answer.Error != "" {
				err = errors.New(answer.Error)
			}
			return answer.Token, err
		},
		OnAuthenticated: func(s client.Session) {
			if s.Refreshed {
				note("refreshed", nil)
			} else {
				note("authenticated", nil)
			}
		},
		OnUnauthorized: func(err *client.UnauthorizedError) {
			refusal := fields{"reason": err.Reason.String(), "code": err.Code, "message": err.Message}
			if answer, _ := d.ask(context.Background(), fields{"conn": c.Conn, "refusal": refusal}, "hook"); answer.Token != "" {
				err.Retry(answer.Token)
			}
		},
		OnExpired: func(*client.UnauthorizedError) { note("expired", nil) },
	}
	more := []zishang.Option{zishang.WithOptions(c.Options.library()), zishang.WithSetup(func(conn *zishang.Conn) { listen(conn, note) })}
	if len(c.Options.Transports) > 0 {
		more = append(more, zishang.WithTransports(c.Options.Transports...))
	}
	conn, err := zishang.Connect(context.Background(), c.URL, o, more...)
	if err != nil {
		return err
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	d.conns[c.Conn] = conn
	return nil
}

func listen(conn *zishang.Conn, note func(string, any)) {
	conn.On("connect", func(...any) { note("connect", nil) })
	conn.On("connect_error", func(args ...any) { note("connect_error", fmt.Sprint(args[0])) })
	conn.On("disconnect", func(args ...any) { note(fmt.Sprint("disconnect ", args[0]), nil) })
	conn.OnAny(func(args ...any) {
		if name := fmt.Sprint(args[0]); name != "authenticated" && name != "unauthorized" {
			note("event "+name, args[1:])
		}
	})
}

// ask puts a question, and waits for its answer.
func (d *driver) ask(ctx context.Context, line fields, kind string) (command, error) {
	answers := make(chan command, 1)
	d.mu.Lock()
	d.asked++
	number := d.asked
	d.questions[number] = answers
	d.mu.Unlock()
	line[kind] = number
	d.say(line)
	select {
	case answer := <-answers:
		return answer, nil
	case <-ctx.Done():
		return command{}, ctx.Err()
	}
}

func (d *driver) close() {
	d.mu.Lock()
	conns := d.conns
	d.mu.Unlock()
	var closing sync.WaitGroup
	for _, conn := range conns {
		closing.Go(func() { _ = conn.Close() })
	}
	closing.Wait()
}
