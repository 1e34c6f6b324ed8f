//go:build !js

package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	neturl "net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"
)

// write makes a file.
func write(t *testing.T, text string) (path string) {
	t.Helper()
	path = filepath.Join(t.TempDir(), "tokens.txt")
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestEmitWithAck(t *testing.T) {
	ours := func(mode string) func(*testing.T) string {
		return func(t *testing.T) string { return startServer(t, mode) }
	}
	node := func(pkg, guard string) func(*testing.T) string {
		return func(t *testing.T) string { return startNode(t, pkg, guard) }
	}
	for _, c := range []struct {
		name        string
		serve       func(*testing.T) string
		via, scheme string
	}{
		{"ours, event", ours("event"), "event", ""},
		{"ours, query", ours("handshake"), "query", ""},
		{"ours, header", ours("handshake"), "header", ""},
		{"ours, auth", ours("handshake"), "auth", ""},
		{"socketio-jwt on 3.x, query", node("socket.io-3", "socketio-jwt"), "query", ""},
		{"socketio-jwt on 4.x, header", node("socket.io-4", "header"), "header", ""},
		{"@thream/socketio-jwt on 4.x, auth", node("socket.io-4", "thream"), "auth", "Bearer"},
	} {
		t.Run(c.name, func(t *testing.T) {
			url := c.serve(t)
			file := write(t, sign(t, "bot", time.Hour)+"\n")
			status, out, err := run(t, nil, "emit", "-token-file", file, "-via", c.via, "-scheme", c.scheme, "-ack", url, "echo", "9007199254740991", `{"a":"<b>"}`, "plain text", "-5")
			if status != exitDone || out != `[9007199254740991,{"a":"<b>"},"plain text",-5]`+"\n" || err != "" {
				t.Errorf("status %d, prints %q, says %q", status, out, err)
			}
		})
	}
}

func TestConnect(t *testing.T) {
	url := startServer(t, "event")
	env := map[string]string{"SIOJWT_TOKEN": sign(t, "bot", time.Hour)}
	r := start(t, env, "connect", url)
	r.err.until(t, "# authenticated; the token expires at ")
	for _, line := range []string{`echo {"n":1} [true,null]`, `["echo","a b"]`, "echo a b", "", "[1]", "disconnect", "bytes"} {
		_, _ = r.in.Write([]byte(line + "\n"))
	}
	r.out.until(t, `["bytes",{"base64":"AQL+"}]`+"\n")
	want := `["echoed",{"n":1},[true,null]]` + "\n" + `["echoed","a b"]` + "\n" + `["echoed","a b"]` + "\n" + `["bytes",{"base64":"AQL+"}]` + "\n"
	if r.out.String() != want {
		t.Errorf("prints %q", r.out)
	}
	for _, part := range []string{`begin with its name`, `"disconnect" is a reserved event name`} {
		r.err.until(t, part)
	}
	_ = r.in.Close() // the command ends with its input
	if status := r.wait(t); status != exitDone {
		t.Errorf("status %d", status)
	}
}

// An interruption is a success; a disconnection by the server is a failure.
func TestListenEnds(t *testing.T) {
	url := startServer(t, "event")
	file := write(t, sign(t, "bot", time.Hour))
	r := start(t, nil, "listen", "-token-file", file, url, "echoed", "kicked")
	r.err.until(t, "# authenticated")
	r.stop()
	if status := r.wait(t); status != exitDone || r.out.String() != "" {
		t.Errorf("interrupted: status %d, prints %q", status, r.out)
	}

	r = start(t, nil, "connect", "-token-file", file, url)
	r.err.until(t, "# authenticated")
	_, _ = r.in.Write([]byte("kick\n"))
	if status := r.wait(t); status != exitFailed {
		t.Errorf("disconnected by the server: status %d", status)
	}
	r.err.until(t, "# disconnected: io server disconnect")
	r.err.until(t, "siojwt: the server has disconnected the client")
}

// What cannot be printed is not done: a full disk, a pipe that nobody reads.
func TestPrintsInVain(t *testing.T) {
	url := startServer(t, "open")
	for name, args := range map[string][]string{
		"emit":         {"emit", "-guest", "-ack", "-via", "query", url, "echo", "hi"},
		"load":         {"load", "-guest", "-via", "query", "-users", "1", url},
		"load -json":   {"load", "-guest", "-via", "query", "-users", "1", "-json", url},
		"help":         {"help"},
		"help COMMAND": {"help", "load"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var says strings.Builder
			p := &program{in: strings.NewReader(""), out: brokenOutput{}, err: &says, getenv: func(string) string { return "" }}
			if status := p.run(t.Context(), args); status != exitFailed || !strings.Contains(says.String(), "siojwt: the output: the disk is full") {
				t.Errorf("status %d, says %q", status, says.String())
			}
		})
	}
	t.Run("listen", func(t *testing.T) {
		t.Parallel()
		var says strings.Builder
		p := &program{in: strings.NewReader(""), out: brokenOutput{}, err: &says, getenv: func(string) string { return "" }}
		ended := make(chan int, 1)
		go func() { ended <- p.run(t.Context(), []string{"listen", "-guest", "-via", "query", "-q", url}) }()
		emits := start(t, nil, "connect", "-guest", "-via", "query", url)
		emits.err.until(t, "# connected as a guest")
		for {
			_, _ = emits.in.Write([]byte("shout hello\n"))
			select {
			case status := <-ended:
				if status != exitFailed || says.String() != "siojwt: the output: the disk is full\n" {
					t.Errorf("status %d, says %q", status, says.String())
				}
				return
			case <-t.Context().Done():
				return
			case <-time.After(100 * time.Millisecond): // until the listener is there
			}
		}
	})
}

// brokenOutput takes nothing.
type brokenOutput struct{}

func (brokenOutput) Write([]byte) (int, error) { return 0, errors.New("the disk is full") }

// Whoever waits for a session in vain is told why once, and of nothing that is the wait's own.
func TestTimeoutTellsOnce(t *testing.T) {
	silent := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() }))
	t.Cleanup(silent.Close)
	_, _, said := run(t, nil, "emit", "-guest", "-timeout", "300ms", silent.URL, "x")
	if !strings.HasPrefix(said, "siojwt: not authenticated within -timeout\n") || strings.Contains(said, "context") {
		t.Errorf("says %q", said)
	}
}

// A line of the input may be as long as a packet that the server accepts.
func TestConnectWithALongLine(t *testing.T) {
	url := startServer(t, "event")
	env := map[string]string{"SIOJWT_TOKEN": sign(t, "bot", time.Hour)}
	r := start(t, env, "connect", url)
	r.err.until(t, "# authenticated")
	_, _ = r.in.Write([]byte("length " + strings.Repeat("x", 100_000) + "\n"))
	r.out.until(t, `["length",100000]`+"\n")
	_ = r.in.Close()
	if status := r.wait(t); status != exitDone {
		t.Errorf("status %d, says %q", status, r.err)
	}
}

// An error of the input is a failure.
func TestConnectWithABrokenInput(t *testing.T) {
	url := startServer(t, "event")
	env := map[string]string{"SIOJWT_TOKEN": sign(t, "bot", time.Hour)}
	r := start(t, env, "connect", url)
	r.err.until(t, "# authenticated")
	_ = r.in.CloseWithError(errors.New("the disk is broken"))
	if status := r.wait(t); status != exitFailed || !strings.Contains(r.err.String(), "the disk is broken") {
		t.Errorf("status %d, says %q", status, r.err)
	}
}

// An interruption of emit before its end is a failure.
func TestEmitInterrupted(t *testing.T) {
	url := startServer(t, "event")
	env := map[string]string{"TOKEN": sign(t, "bot", time.Hour)}
	heard := filepath.Join(t.TempDir(), "asked")
	for _, c := range []struct {
		name string
		args []string
		says string
	}{
		{"before the session", []string{"emit", "-token-command", "touch " + heard + "; exec sleep 60", url, "echo"}, `stopped before "echo" was emitted`},
		{"before the acknowledgement", []string{"emit", "-token-env", "TOKEN", "-ack", url, "touch", heard}, `stopped before "touch" was acknowledged`},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := start(t, env, c.args...)
			for late := time.Now().Add(patience); ; time.Sleep(time.Millisecond) {
				if os.Remove(heard) == nil {
					break
				}
				if time.Now().After(late) {
					t.Fatalf("in vain; it says %q", r.err)
				}
			}
			r.stop()
			if status := r.wait(t); status != exitFailed || !strings.Contains(r.err.String(), c.says) {
				t.Errorf("status %d, says %q", status, r.err)
			}
		})
	}
}

// listen prints the events with the given names, in the server's order.
func TestListen(t *testing.T) {
	url := startServer(t, "open")
	r := start(t, map[string]string{"TOKEN": "any"}, "listen", "-via", "query", "-token-env", "TOKEN", "-q", url)
	emits := start(t, map[string]string{"TOKEN": "any"}, "connect", "-via", "query", "-token-env", "TOKEN", url)
	emits.err.until(t, "# authenticated")
	for {
		_, _ = emits.in.Write([]byte("shout hello\n"))
		select {
		case <-r.out.more:
			if out := r.out.String(); !strings.HasPrefix(out, `["shouted","hello"]`+"\n") {
				t.Errorf("prints %q", out)
			}
			if said := r.err.String(); said != "" {
				t.Errorf("-q says %q", said)
			}
			return
		case <-time.After(100 * time.Millisecond): // until the listener is there
		}
	}
}

// A client without a token is a guest, whatever its source of tokens is.
func TestGuest(t *testing.T) {
	url := startServer(t, "open")
	for name, where := range map[string][]string{
		"no flag":            nil,
		"an empty file":      {"-token-file", write(t, "\n")},
		"an empty variable":  {"-token-env", "NONE"},
		"nothing by command": {"-token-command", "true"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := start(t, nil, append([]string{"connect", "-guest", "-via", "query", url}, where...)...)
			r.err.until(t, "# connected as a guest, without a token\n")
			_, _ = r.in.Write([]byte("echo hi\n"))
			r.out.until(t, `["echoed","hi"]`+"\n")
			_ = r.in.Close()
			if status := r.wait(t); status != exitDone {
				t.Errorf("status %d", status)
			}
		})
	}
	t.Run("with a token", func(t *testing.T) {
		t.Parallel()
		r := start(t, map[string]string{"SIOJWT_TOKEN": sign(t, "bot", time.Hour)}, "connect", "-guest", "-via", "query", url)
		r.err.until(t, "# authenticated; the token expires at ")
	})
}

// A guest's reconnection is reported.
func TestGuestReturns(t *testing.T) {
	target, err := neturl.Parse(startServer(t, "open"))
	if err != nil {
		t.Fatal(err)
	}
	proxy := httputil.NewSingleHostReverseProxy(target)
	var refuse atomic.Bool
	door := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if refuse.Load() {
			w.WriteHeader(http.StatusBadGateway)
			return
		}
		proxy.ServeHTTP(w, r)
	}))
	defer door.Close()
	r := start(t, nil, "listen", "-guest", "-via", "query", "-transports", "polling", door.URL)
	told := "# connected as a guest, without a token\n"
	r.err.until(t, told)
	refuse.Store(true)
	door.CloseClientConnections() // the poll that waits is sent once more
	r.err.until(t, "# disconnected: ")
	refuse.Store(false)
	r.err.until(t, "\n"+told)
}

// Before the token expires, another one is read, with its cause.
func TestRenews(t *testing.T) {
	url := startServer(t, "handshake")
	file := write(t, sign(t, "bot", 8*time.Second))
	r := start(t, nil, "listen", "-token-command", `echo "$SIOJWT_CAUSE $SIOJWT_USER" >> `+file+`.log; cat `+file, "-via", "auth", url)
	r.err.until(t, "# authenticated; the token expires at ")
	if err := os.WriteFile(file, []byte(sign(t, "bot", time.Hour)), 0o600); err != nil {
		t.Fatal(err)
	}
	r.err.until(t, "# renewed the token; the token expires at ")
	causes, err := os.ReadFile(file + ".log")
	if err != nil || string(causes) != "connect 1\nrefresh 1\n" {
		t.Errorf("the command was run for %q, %v", causes, err)
	}
}

// Each row is a failure with its exit status and texts of its message. No message has a token.
func TestErrors(t *testing.T) {
	event, handshake := startServer(t, "event"), startServer(t, "handshake")
	good, expired := sign(t, "bot", time.Hour), sign(t, "bot", -time.Hour)
	forged := good[:len(good)-6] + "AAAAAA"
	missing := filepath.Join(t.TempDir(), "none")
	gone := httptest.NewServer(http.NotFoundHandler())
	gone.Close()
	notFound := httptest.NewServer(http.NotFoundHandler())
	t.Cleanup(notFound.Close)
	old := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		_, _ = w.Write([]byte(`97:0{"sid":"x","upgrades":[],"pingInterval":25000,"pingTimeout":5000}2:40`))
	}))
	t.Cleanup(old.Close)
	secure := httptest.NewTLSServer(http.NotFoundHandler())
	t.Cleanup(secure.Close)
	for _, c := range []struct {
		name   string
		token  string // in the environment variable TOKEN
		args   []string
		status int
		says   []string
	}{
		{"nothing", "", nil, exitUsage, []string{"usage: siojwt COMMAND"}},
		{"no such command", "", []string{"talk"}, exitUsage, []string{`no command "talk"`, "connect, listen, emit or load"}},
		{"no such flag", good, []string{"listen", "-tokens", "x", event}, exitUsage, []string{"-tokens", "siojwt help listen"}},
		{"a token on the command line", "", []string{"listen", "-token", good, event}, exitUsage, []string{"-token-file, -token-env or -token-command"}},
		{"no URL", good, []string{"listen", "-token-env", "TOKEN"}, exitUsage, []string{"the URL is missing"}},
		{"no token", "", []string{"listen", event}, exitUsage, []string{"there is no token", "SIOJWT_TOKEN"}},
		{"two tokens", good, []string{"listen", "-token-env", "TOKEN", "-token-file", missing, event}, exitUsage, []string{"one of -token-file"}},
		{"no file", "", []string{"listen", "-token-file", missing, event}, exitUsage, []string{missing, "no such file"}},
		{"an empty file", "", []string{"listen", "-token-file", write(t, "\n"), event}, exitUsage, []string{"is empty"}},
		{"a file with more", "", []string{"listen", "-token-file", write(t, good+"\n"+good), event}, exitUsage, []string{"has 2 lines"}},
		{"a file with the scheme", "", []string{"listen", "-token-file", write(t, "Bearer "+good), event}, exitUsage, []string{"has a space", "-scheme"}},
		{"an unset variable", "", []string{"listen", "-token-env", "TOKEN", event}, exitUsage, []string{"variable TOKEN is empty"}},
		{"a guest at a server for users", "", []string{"emit", "-guest", "-via", "auth", handshake, "x"}, exitUnauthorized, []string{"unauthorized (missing)", "nobody without a token"}},
		{"no such way", good, []string{"listen", "-token-env", "TOKEN", "-via", "cookie", event}, exitUsage, []string{`no way "cookie"`}},
		{"no such transport", good, []string{"listen", "-token-env", "TOKEN", "-transports", "pigeon", event}, exitUsage, []string{`no transport "pigeon"`}},
		{"no URL of ours", good, []string{"listen", "-token-env", "TOKEN", "ftp://localhost"}, exitUsage, []string{"http, https, ws or wss"}},
		{"a header without a colon", good, []string{"listen", "-token-env", "TOKEN", "-header", good, event}, exitUsage, []string{"'Name: value'"}},
		{"a header's name with a space", good, []string{"listen", "-token-env", "TOKEN", "-header", "X A: b", event}, exitUsage, []string{"a -header's name"}},
		{"a header with a line break", good, []string{"listen", "-token-env", "TOKEN", "-header", "X-A: " + good + "\nb", event}, exitUsage, []string{"a -header's value", "line break"}},
		{"no event", good, []string{"emit", "-token-env", "TOKEN", event}, exitUsage, []string{"the event is missing"}},
		{"a reserved event", good, []string{"emit", "-token-env", "TOKEN", event, "connect"}, exitUsage, []string{"reserved"}},
		{"no users", good, []string{"load", "-token-env", "TOKEN", "-users", "-1", event}, exitUsage, []string{"-users"}},
		{"more users than tokens", "", []string{"load", "-token-file", write(t, good), "-users", "2", event}, exitUsage, []string{"has 1 token"}},

		{"nobody there", good, []string{"emit", "-token-env", "TOKEN", gone.URL, "x"}, exitFailed, []string{"connection refused", "is the server running"}},
		{"nobody there, for a while", good, []string{"emit", "-token-env", "TOKEN", "-retry", "-timeout", "1s", gone.URL, "x"}, exitFailed, []string{"within -timeout", "connection refused"}},
		{"no Socket.IO there", good, []string{"emit", "-token-env", "TOKEN", notFound.URL, "x"}, exitFailed, []string{"404", "-path"}},
		{"an old server", good, []string{"emit", "-token-env", "TOKEN", "-transports", "polling", old.URL, "x"}, exitFailed, []string{"1.x or 2.x"}},
		{"an unknown authority", good, []string{"emit", "-token-env", "TOKEN", secure.URL, "x"}, exitFailed, []string{"-cacert"}},
		{"a command that fails", "", []string{"emit", "-token-command", "echo " + good + " is bad >&2; exit 3", event, "x"}, exitFailed, []string{"exit status 3: [token] is bad"}},
		{"a command that says nothing", "", []string{"emit", "-token-command", "true", event, "x"}, exitFailed, []string{"output of the token command is empty"}},
		{"no such namespace", good, []string{"emit", "-token-env", "TOKEN", handshake + "/socket.io", "x"}, exitFailed, []string{"Invalid namespace", "the path of the URL"}},
		{"no acknowledgement", good, []string{"emit", "-token-env", "TOKEN", "-ack", "-timeout", "500ms", event, "unheard"}, exitFailed, []string{`no acknowledgement of "unheard"`}},

		{"expired", expired, []string{"emit", "-token-env", "TOKEN", event, "x"}, exitUnauthorized, []string{"unauthorized (expired)", "get a fresh one"}},
		{"forged", forged, []string{"emit", "-token-env", "TOKEN", "-via", "auth", handshake, "x"}, exitUnauthorized, []string{"unauthorized (invalid)", "for this server"}},
		{"by an event, to a server that wants it in the handshake", good, []string{"emit", "-token-env", "TOKEN", handshake, "x"}, exitUnauthorized, []string{"-via auth, header or query"}},
		{"by a name that the server does not know", good, []string{"emit", "-token-env", "TOKEN", "-via", "query", "-token-name", "jwt", handshake, "x"}, exitUnauthorized, []string{"-token-name"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			status, out, said := run(t, map[string]string{"TOKEN": c.token}, c.args...)
			if status != c.status || out != "" {
				t.Errorf("status %d, want %d; prints %q", status, c.status, out)
			}
			for _, part := range c.says {
				if !strings.Contains(said, part) {
					t.Errorf("says %q, which has no %q in it", said, part)
				}
			}
			for _, token := range []string{good, expired, forged} {
				if strings.Contains(said, token) {
					t.Error("a token is in what it says")
				}
			}
		})
	}
}

func TestHelp(t *testing.T) {
	for _, args := range [][]string{{"help"}, {"-h"}, {"help", "load"}, {"load", "-h"}, {"listen", "--help"}} {
		status, out, said := run(t, nil, args...)
		if status != exitDone || !strings.HasPrefix(out, "usage: siojwt ") && !strings.HasPrefix(out, "siojwt talks to") || said != "" {
			t.Errorf("%q: status %d, prints %q, says %q", args, status, out, said)
		}
	}
	for _, c := range commands {
		if details[c.name] == "" {
			t.Errorf("the help of %s says nothing", c.name)
		}
	}
}

// The command lines of the documentation are valid.
func TestDocsAreCommandLines(t *testing.T) {
	for path, least := range map[string]int{"main.go": 4, "../../../../docs/go-programs.md": 4} {
		page, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		found := 0
		for line := range strings.Lines(string(page)) {
			line = strings.TrimPrefix(strings.TrimSpace(line), "//\t")
			name, rest, _ := strings.Cut(strings.TrimPrefix(line, "siojwt "), " ")
			if !strings.HasPrefix(line, "siojwt ") || !strings.Contains(rest, "https://") {
				continue
			}
			found++
			if err := parses(name, words(t, rest)); err != nil {
				t.Errorf("%s: %s: %v", path, line, err)
			}
		}
		if found < least {
			t.Errorf("%s has %d command lines", path, found)
		}
	}
}

// parses returns the error of a command line. Its files and variables need not exist.
func parses(name string, args []string) error {
	for _, c := range commands {
		if c.name == name {
			flags := flag.NewFlagSet(name, flag.ContinueOnError)
			flags.SetOutput(io.Discard)
			cfg := &config{}
			cfg.declare(flags, c.many)
			c.setup(flags)
			if _, err := cfg.parse(flags, args); err != nil {
				return err
			}
			_, err := parseVia(cfg.via)
			return err
		}
	}
	return fmt.Errorf("there is no command %q", name)
}

// words splits a command line as the shell does.
func words(t *testing.T, line string) []string {
	t.Helper()
	out, err := exec.Command("sh", "-c", `for word in `+line+`; do printf '%s\0' "$word"; done`).Output()
	if err != nil {
		t.Fatal(err)
	}
	return strings.Split(strings.TrimSuffix(string(out), "\x00"), "\x00")
}
