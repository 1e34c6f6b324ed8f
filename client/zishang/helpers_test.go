//go:build !js

package zishang_test

import (
	"context"
	"regexp"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/golang-jwt/jwt/v5"
	"github.com/socketio-jwt/socketio-jwt-wasm/client"
	"github.com/socketio-jwt/socketio-jwt-wasm/client/zishang"
)

// patience is for what must come, on a machine however busy.
const patience = 20 * time.Second

var key = []byte("a key for tests, long enough for HS256")

// sign makes a token that lives for d; each is another text.
func sign(d time.Duration) string {
	now := time.Now()
	return signed(now, now.Add(d))
}

var serial struct {
	sync.Mutex
	n int
}

func signed(issued, expires time.Time) string {
	serial.Lock()
	defer serial.Unlock()
	serial.n++
	claims := jwt.MapClaims{"sub": "bot", "n": serial.n, "iat": seconds(issued), "exp": seconds(expires)}
	text, err := jwt.NewWithClaims(jwt.SigningMethodHS256, claims).SignedString(key)
	if err != nil {
		panic(err)
	}
	return text
}

func seconds(t time.Time) float64 { return float64(t.UnixMilli()) / 1000 }

// diary records in order what a program hears.
type diary struct {
	mu    sync.Mutex
	lines []string
	more  chan struct{}
}

func newDiary() *diary { return &diary{more: make(chan struct{}, 1)} }

func (d *diary) write(line string) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.lines = append(d.lines, line)
	select {
	case d.more <- struct{}{}:
	default:
	}
}

func (d *diary) read() string {
	d.mu.Lock()
	defer d.mu.Unlock()
	return strings.Join(d.lines, " → ")
}

// until waits for a state of the diary.
func (d *diary) until(t testing.TB, good func(lines string) bool) string {
	t.Helper()
	deadline := time.After(patience)
	for {
		if lines := d.read(); good(lines) {
			return lines
		}
		select {
		case <-d.more:
		case <-deadline:
			t.Fatalf("in vain; so far: %s", d.read())
		}
	}
}

func (d *diary) reads(t testing.TB, want string) {
	t.Helper()
	d.until(t, func(lines string) bool { return len(lines) >= len(want) })
	if got := d.read(); got != want {
		t.Errorf("the program heard\n     %s\nwant %s", got, want)
	}
}

// hooks writes the hooks into the diary.
func (d *diary) hooks(o client.Options) client.Options {
	o.OnAuthenticated = func(s client.Session) {
		if s.Refreshed {
			d.write("refreshed")
		} else {
			d.write("authenticated")
		}
	}
	o.OnUnauthorized = func(err *client.UnauthorizedError) { d.write("unauthorized:" + err.Reason.String()) }
	o.OnExpired = func(*client.UnauthorizedError) { d.write("expired") }
	return o
}

// listen writes events into it.
func (d *diary) listen(events ...string) zishang.Option {
	return zishang.WithSetup(func(c *zishang.Conn) {
		for _, event := range events {
			c.On(event, func(args ...any) {
				line := event
				if len(args) > 0 {
					if text, ok := args[0].(string); ok {
						line += ":" + text
					}
				}
				d.write(line)
			})
		}
	})
}

// listenErrors writes what a connection fails with into it.
func (d *diary) listenErrors() zishang.Option {
	return zishang.WithSetup(func(c *zishang.Conn) {
		c.On("connect_error", func(args ...any) { d.write(args[0].(error).Error()) })
	})
}

// connect is a Conn that ends with the test.
func connect(t testing.TB, url string, o client.Options, more ...zishang.Option) *zishang.Conn {
	t.Helper()
	more = append([]zishang.Option{zishang.WithReport(func(err error) { t.Error(err) })}, more...)
	c, err := zishang.Connect(context.Background(), url, o, more...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = c.Close() })
	return c
}

// until waits for what no channel tells of.
func until(t testing.TB, what string, holds func() bool) {
	t.Helper()
	for deadline := time.Now().Add(patience); !holds(); time.Sleep(time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("in vain: %s", what)
		}
	}
}

func waits(t testing.TB) context.Context {
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	t.Cleanup(cancel)
	return ctx
}

func authenticated(t testing.TB, c *zishang.Conn) client.Session {
	t.Helper()
	s, err := c.Wait(waits(t))
	if err != nil {
		t.Fatalf("not authenticated: %v", err)
	}
	return s
}

var inBubble = regexp.MustCompile(`synctest bubble \d+\]`)

// goroutines are the stacks of those that a Conn, or the library for it, runs. On a
// busy machine a timer of the library may outlive its connection; in virtual time,
// see TestLeavesNothingAnywhere, none may.
func goroutines(timers bool) []string {
	buffer := make([]byte, 8<<20)
	var ours []string
	stacks := strings.Split(string(buffer[:runtime.Stack(buffer, true)]), "\n\n")
	// In a bubble only those of the bubble: what the library left behind elsewhere comes and goes in its own time.
	bubble := inBubble.FindString(stacks[0])
	for _, stack := range stacks {
		if !strings.Contains(stack, bubble) {
			continue
		}
		if strings.Contains(stack, "setupNetworkHandling") || strings.Contains(stack, "utils.SetInterval") {
			continue // the library's look at the network, from its init on
		}
		if !timers && strings.Contains(stack, "utils.SetTimeout.func1") {
			continue
		}
		for _, mark := range []string{"client/zishang.", "clients/", "pkg/queue", "pkg/utils", "net/http.(*persistConn)"} {
			if strings.Contains(stack, mark) && !strings.Contains(stack, "zishang_test.goroutines") {
				ours = append(ours, stack)
				break
			}
		}
	}
	return ours
}
