package main

import (
	"bytes"
	"context"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"
)

// library is a folder that looks like js/dist.
func library(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "index.js"), []byte("export {}"+strings.Repeat(" ", 5000)), 0o644); err != nil {
		t.Fatal(err)
	}
	return dir
}

func noEnv(string) string { return "" }

// output can be read during writes.
type output struct {
	mu  sync.Mutex
	buf bytes.Buffer
	say chan struct{}
}

func (o *output) Write(p []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	select {
	case o.say <- struct{}{}:
	default:
	}
	return o.buf.Write(p)
}

func (o *output) String() string {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.buf.String()
}

func TestRunSaysWhatIsWrong(t *testing.T) {
	taken, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer taken.Close()
	_, port, _ := net.SplitHostPort(taken.Addr().String())
	for name, row := range map[string]struct {
		args []string
		says string
	}{
		"port taken":    {[]string{"-host", "127.0.0.1", "-port", port, "-dist", library(t)}, "port " + port + " is taken"},
		"port no port":  {[]string{"-port", "eighty", "-dist", library(t)}, `PORT is "eighty"`},
		"no library":    {[]string{"-dist", t.TempDir()}, "make dist"},
		"no such page":  {[]string{"-port", "0", "-dist", library(t), "-web", t.TempDir()}, "login.html"},
		"unknown flags": {[]string{"-colour", "red"}, "colour"},
	} {
		t.Run(name, func(t *testing.T) {
			err := run(t.Context(), row.args, noEnv, io.Discard)
			if err == nil || !strings.Contains(err.Error(), row.says) {
				t.Errorf("said %v instead of %q", err, row.says)
			}
		})
	}
}

func TestRunServesAndStops(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	out := &output{say: make(chan struct{}, 1)}
	done := make(chan error, 1)
	env := func(name string) string { return map[string]string{"PORT": "0", "HOST": "127.0.0.1"}[name] }
	go func() { done <- run(ctx, []string{"-dist", library(t)}, env, out) }()
	select {
	case <-out.say:
	case err := <-done:
		t.Fatal(err)
	}
	url := strings.Fields(out.String())[0]
	res, err := http.Get(url + "/login")
	if err != nil {
		t.Fatal(err)
	}
	res.Body.Close()
	if res.StatusCode != http.StatusOK {
		t.Errorf("GET /login: %s", res.Status)
	}
	large, err := http.NewRequestWithContext(ctx, "GET", url+"/login", nil)
	if err != nil {
		t.Fatal(err)
	}
	large.Header.Set("Authorization", "Bearer "+strings.Repeat(".", 2*maxHeader))
	if res, err = http.DefaultClient.Do(large); err != nil {
		t.Fatal(err)
	}
	res.Body.Close()
	if res.StatusCode != http.StatusRequestHeaderFieldsTooLarge {
		t.Errorf("a header of %d bytes: %s", 2*maxHeader, res.Status)
	}
	cancel()
	select {
	case err := <-done:
		if err != nil {
			t.Error(err)
		}
	case <-time.After(10 * time.Second):
		t.Fatal("it does not stop")
	}
}

// Whoever sends a body and never ends it is not waited for: a login, a token, a packet by polling.
func TestSlowBodiesAreNotWaitedFor(t *testing.T) {
	usual := bodyPatience
	bodyPatience = 200 * time.Millisecond
	t.Cleanup(func() { bodyPatience = usual })
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	site, err := newSite(builtIn(), os.DirFS(library(t)), t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- serve(ctx, listener, site) }()
	t.Cleanup(func() { stop(); <-ended })
	base := "http://" + listener.Addr().String()

	answer, err := http.Get(base + "/socket.io/?EIO=4&transport=polling")
	if err != nil {
		t.Fatal(err)
	}
	opened, _ := io.ReadAll(answer.Body)
	answer.Body.Close()
	_, after, _ := strings.Cut(string(opened), `"sid":"`)
	sid, _, _ := strings.Cut(after, `"`)

	for _, path := range []string{"/login", "/socket.io/?EIO=4&transport=polling&sid=" + sid} {
		conn, err := net.Dial("tcp", listener.Addr().String())
		if err != nil {
			t.Fatal(err)
		}
		defer conn.Close()
		_, _ = io.WriteString(conn, "POST "+path+" HTTP/1.1\r\nHost: "+listener.Addr().String()+
			"\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: 1000\r\n\r\nname=")
		_ = conn.SetReadDeadline(time.Now().Add(5 * time.Second))
		if _, err := io.ReadAll(conn); err != nil {
			t.Errorf("%s: %v", path, err)
		}
	}
}
