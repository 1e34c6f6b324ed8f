//go:build !js

package main

import (
	"strings"
	"testing"
)

func TestGrown(t *testing.T) {
	before := map[string]int{}
	for _, name := range scripts {
		before[name] = 40_000
	}
	now := map[string]int{"index.js": 42_000, "nowasm.js": 42_001}
	err := grown(now, before)
	if err := grown(map[string]int{"vue.js": 601}, map[string]int{"vue.js": 500}); err == nil || !strings.Contains(err.Error(), "vue.js has grown from 500 to 601") {
		t.Errorf("got %v, want vue.js named", err)
	}
	if err == nil || !strings.Contains(err.Error(), "nowasm.js has grown from 40000 to 42001") || strings.Contains(err.Error(), "index.js") {
		t.Errorf("got %v, want nowasm.js alone named", err)
	}
	if err := grown(map[string]int{}, before); err != nil {
		t.Errorf("smaller is not grown: %v", err)
	}
	if err := grown(map[string]int{"index.js": 1}, nil); err == nil {
		t.Error("a script that nobody has accepted passes")
	}
}

func TestUnlisted(t *testing.T) {
	if err := unlisted(linked); err != nil {
		t.Error(err)
	}
	if err := unlisted([]string{"slices", "fmt"}); err == nil || !strings.Contains(err.Error(), "fmt") {
		t.Errorf("fmt is not named: %v", err)
	}
}

func TestCompressedOfNoFile(t *testing.T) {
	if size, err := compressed(t.TempDir() + "/none"); size != 0 || err == nil {
		t.Errorf("got %d bytes and %v, want none and an error", size, err)
	}
}
