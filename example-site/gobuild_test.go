package main

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
)

type goState struct{ State, Message string }

func (v *visitor) goState(path string) (state goState) {
	v.t.Helper()
	res, body := v.send("GET", path, "")
	if res.StatusCode != http.StatusOK {
		v.t.Fatalf("%s: %s", path, res.Status)
	}
	if err := json.Unmarshal([]byte(body), &state); err != nil {
		v.t.Fatalf("%q: %v", body, err)
	}
	return state
}

func TestTheGoProgramIsBuiltWhenItsPageIsAskedFor(t *testing.T) {
	v := visit(t)
	var builds atomic.Int32
	results := make(chan error)
	v.site.goBuild.build = func(context.Context) error {
		builds.Add(1)
		return <-results
	}
	if res, _ := v.send("GET", "/api/gopage", ""); res.StatusCode != http.StatusUnauthorized {
		t.Errorf("a stranger: %s", res.Status)
	}
	v.signIn("Ada", "/")
	v.send("GET", "/", "")
	if n := builds.Load(); n != 0 {
		t.Fatalf("%d builds before anybody has asked", n)
	}

	v.send("GET", "/go", "")
	if got := v.goState("/api/gopage"); got.State != "building" {
		t.Errorf("while it builds: %+v", got)
	}
	first := v.site.goBuild.begin()
	results <- errors.New("go build: no space left")
	<-first.done

	// A failed build is repeated once for all requests.
	waited := make(chan goState)
	go func() { waited <- v.goState("/api/gopage?wait") }()
	results <- nil
	if got := <-waited; got.State != "ready" {
		t.Errorf("at the second try: %+v", got)
	}
	if got := v.goState("/api/gopage"); got.State != "ready" {
		t.Errorf("later: %+v", got)
	}
	if n := builds.Load(); n != 2 {
		t.Errorf("%d builds", n)
	}
}

func TestABuildThatFailsSaysWhy(t *testing.T) {
	v := visit(t)
	v.site.goBuild.build = func(context.Context) error { return errors.New("go build: no space left") }
	v.signIn("Ada", "/")
	if got := v.goState("/api/gopage?wait"); got != (goState{"failed", "go build: no space left"}) {
		t.Errorf("%+v", got)
	}
}

func TestABuildEndsWithTheSite(t *testing.T) {
	v := visit(t)
	v.site.goBuild.build = func(ctx context.Context) error {
		<-ctx.Done()
		return ctx.Err()
	}
	under := v.site.goBuild.begin()
	v.site.close()
	<-under.done
}

func TestGoToolSaysWhatGoSaid(t *testing.T) {
	t.Chdir(t.TempDir())
	err := compile("out")(t.Context())
	if err == nil || !strings.HasPrefix(err.Error(), "go build: exit status 1: ") || !strings.Contains(err.Error(), "go.mod") {
		t.Errorf("outside of the repository: %v", err)
	}
	if _, err := os.Stat(filepath.Join("out", "wasm_exec.js")); err != nil {
		t.Error(err)
	}
	t.Setenv("PATH", "")
	if err := compile("out")(t.Context()); err == nil || !strings.Contains(err.Error(), "no go command") {
		t.Errorf("without go: %v", err)
	}
}

func TestLastOf(t *testing.T) {
	for text, want := range map[string]string{"": "", "short\n": "short", "a line\nthe last": "the last", "äöüäöüäöü": "üäöü"} {
		if got := lastOf(text, 9); got != want {
			t.Errorf("%q: %q, not %q", text, got, want)
		}
	}
}
