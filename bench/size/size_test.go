//go:build !js

package main

import (
	"maps"
	"strings"
	"testing"
)

func TestPackageOf(t *testing.T) {
	a := attributorOf([]string{"runtime", "internal/abi", "gopkg.in/yaml", "slices", "github.com/hack-pad/safejs", "github.com/hack-pad/safejs/internal/catch"})
	for symbol, want := range map[string]string{
		"main.main":              "main",
		"runtime.gcStart":        "runtime",
		"cmpbody":                "runtime",
		"type_.eq._2_string":     "runtime",
		"internal_abi.Name.Name": "internal/abi",
		"github.com_hack_pad_safejs.FuncOf.func1":                "github.com/hack-pad/safejs",
		"github.com_hack_pad_safejs_internal_catch.Try":          "github.com/hack-pad/safejs/internal/catch",
		"slices.SortFunc_go.shape.__github.com_hack_pad_safejs.": "slices",
	} {
		if got := a.packageOf(symbol); got != want {
			t.Errorf("%s is of %s, not %s", symbol, got, want)
		}
	}
}

// section is a WASM section of less than 128 bytes.
func section(id byte, body ...byte) []byte { return append([]byte{id, byte(len(body))}, body...) }

func TestParse(t *testing.T) {
	file := []byte("\x00asm\x01\x00\x00\x00")
	file = append(file, section(2, 1, 2, 'g', 'o', 1, 'f', 0, 0)...)        // one function imported
	file = append(file, section(10, 2, 3, 0, 0, 11, 5, 0, 0, 0, 0, 11)...)  // two of its own
	file = append(file, section(11, 0, 0, 0, 0)...)                         // data
	names := []byte{3, 0, 1, 'f', 1, 3, 'a', '.', 'B', 2, 3, 'c', '.', 'D'} // by number, imported ones first
	body := append([]byte{4, 'n', 'a', 'm', 'e', 1, byte(len(names))}, names...)
	whole := append(file, section(0, body...)...)

	m, err := parse(whole)
	if err != nil {
		t.Fatal(err)
	}
	if want := map[string]int{"a.B": 3, "c.D": 5}; !maps.Equal(m.code, want) || m.data != 4 {
		t.Errorf("got %v and %d of data, want %v and 4", m.code, m.data, want)
	}
	for cut := range whole[:len(whole)-1] {
		if _, err := parse(whole[:cut]); err == nil {
			t.Errorf("no error for a file cut at %d", cut)
		}
	}
}

func TestCheck(t *testing.T) {
	fits := sizes{wasm: 100, floor: 100, js: mostJS}
	for _, row := range []struct {
		name string
		s    sizes
		code map[string]int
		want string // of the error; "": none
	}{
		{"as listed", fits, map[string]int{"main": 1, "runtime": 1}, ""},
		{"pulled in", fits, map[string]int{"main": 1, "runtime": 1, "net/url": 7}, "package net/url has been pulled in: 7 bytes"},
		{"gone", fits, map[string]int{"main": 1}, "package runtime is not linked any more"},
		{"WASM too large", sizes{wasm: 101, floor: 100}, map[string]int{"main": 1, "runtime": 1}, "1.010 times the smallest"},
		{"JavaScript too large", sizes{floor: 1, js: mostJS + 1}, map[string]int{"main": 1, "runtime": 1}, "the JavaScript has 14337 bytes"},
		{"the script too large", sizes{floor: 1, script: mostJS + 1}, map[string]int{"main": 1, "runtime": 1}, "the JavaScript has 14337 bytes"},
	} {
		err := check(row.s, row.code, []string{"main", "runtime"})
		switch {
		case row.want == "" && err != nil:
			t.Errorf("%s: %v", row.name, err)
		case row.want != "" && (err == nil || !strings.Contains(err.Error(), row.want)):
			t.Errorf("%s: got %v, want %q", row.name, err, row.want)
		}
	}
}
