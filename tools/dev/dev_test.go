//go:build !js

package main

import (
	"bufio"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

func TestWatchTellsOfASavedANewAndALostFile(t *testing.T) {
	folder := t.TempDir()
	file := filepath.Join(folder, "deep", "a.ts")
	save := func(text string) {
		t.Helper()
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	changes := watch(t.Context(), []string{folder, filepath.Join(folder, "not there")}, time.Millisecond)
	for _, change := range []func(){
		func() { save("new") },
		func() { _ = os.Chtimes(file, time.Now(), time.Now().Add(time.Hour)) },
		func() { _ = os.Remove(file) },
	} {
		change()
		if got := <-changes; got != file {
			t.Errorf("%q has changed, want %q", got, file)
		}
	}
	test := filepath.Join(folder, "a_test.go")
	before := snapshot([]string{folder})
	if err := os.WriteFile(test, nil, 0o644); err != nil {
		t.Fatal(err)
	}
	if path := difference(before, snapshot([]string{folder})); path != "" {
		t.Errorf("%q is told of, which no page loads", path)
	}
}

func TestWatchEndsWithItsContext(t *testing.T) {
	ctx := t.Context()
	changes := watch(ctx, nil, time.Hour)
	t.Cleanup(func() { // the context is over by then
		if _, more := <-changes; more {
			t.Error("a change after the end")
		}
	})
}

// site stands for the example: a page, a script, and the host that it has been asked for.
func site(t *testing.T) *httptest.Server {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/":
			w.Header().Set("Content-Type", "text/html; charset=utf-8")
			w.Header().Set("ETag", `"of the page"`)
			_, _ = io.WriteString(w, "<title>x</title>"+r.Host)
		default:
			w.Header().Set("ETag", `"of the script"`)
			w.Header().Set("Content-Type", "text/javascript")
			_, _ = io.WriteString(w, "// code")
		}
	}))
	t.Cleanup(server.Close)
	return server
}

func TestPagesReloadAfterAChange(t *testing.T) {
	behind := site(t)
	front := newFront(func() string { return strings.TrimPrefix(behind.URL, "http://") })
	server := httptest.NewServer(front)
	t.Cleanup(server.Close) // after the bodies have been closed
	get := func(path string) *http.Response {
		t.Helper()
		response, err := http.Get(server.URL + path)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { response.Body.Close() })
		return response
	}
	text := func(r *http.Response) string {
		body, _ := io.ReadAll(r.Body)
		return string(body)
	}

	page := get("/")
	if want := "<title>x</title>" + strings.TrimPrefix(server.URL, "http://") + `<script src="/dev/reload.js"></script>`; text(page) != want {
		t.Errorf("the page is not %q", want)
	}
	if tag := page.Header.Get("ETag"); tag != "" {
		t.Errorf("the page has the tag %s of another", tag)
	}
	if script := get("/app.js"); text(script) != "// code" || script.Header.Get("ETag") == "" {
		t.Error("a script is not as the site has sent it")
	}
	if !strings.Contains(text(get("/dev/reload.js")), "/dev/changes") {
		t.Error("the reloading script listens to nothing")
	}

	stream := bufio.NewScanner(get("/dev/changes").Body)
	for range 2 {
		front.changed()
		if !stream.Scan() || stream.Text() != "event: changed" {
			t.Fatalf("%q came after a change", stream.Text())
		}
		stream.Scan() // data
		stream.Scan() // the end of the event
	}
}
