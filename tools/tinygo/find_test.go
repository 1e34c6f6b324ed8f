//go:build linux

package tinygo_test

import (
	"os"
	"strings"
	"testing"
)

func TestFindReadsTheVersion(t *testing.T) {
	for _, row := range []struct {
		says string
		take bool
	}{
		{"tinygo version 0.40.0 linux/amd64 (using go version go1.25.5 and LLVM version 20.1.1)", true},
		{"tinygo version 0.40.1 linux/amd64 (using go version go1.25.5 and LLVM version 19.1.7)", true},
		{"tinygo version 0.41.0-dev-1234abc darwin/arm64 (using go version go1.25.5 and LLVM version 20.1.1)", true},
		{"tinygo version 0.100.0 linux/amd64", true},
		{"tinygo version 1.0.0 linux/amd64", true},
		{"tinygo version 0.39.0 linux/amd64 (using go version go1.40.1 and LLVM version 19.1.7)", false},
		{"tinygo version 0.4.40 linux/amd64", false},
		{"tinygo version 0.40x linux/amd64", false},
		{"tinygo version", false},
		{"", false},
	} {
		t.Run(row.says, func(t *testing.T) {
			m := newMachine(t)
			m.program("wasm-opt", "")
			path := m.tinygo("bin/tinygo", row.says)
			if row.take {
				if said := m.finds(path).stderr; said != "" {
					t.Errorf("says %q", said)
				}
				return
			}
			m.refuses("passing over "+path, "the page needs 0.40 or newer")
		})
	}
}

func TestFindPassesOverAnOldTinyGoForTheOneItHasBuilt(t *testing.T) {
	m := newMachine(t)
	m.tinygo("bin/tinygo", "tinygo version 0.39.0 linux/amd64")
	built := m.cached()
	if said := m.finds(built).stderr; !strings.Contains(said, "version 0.39.0") {
		t.Errorf("does not name the old version: %q", said)
	}
}

func TestFindTakesTheOneOnThePathBeforeTheOneItHasBuilt(t *testing.T) {
	m := newMachine(t)
	m.cached()
	m.finds(m.tinygo("bin/tinygo", "tinygo version 0.40.0 linux/amd64"))
}

func TestFindTakesTINYGOBeforeAll(t *testing.T) {
	m := newMachine(t)
	m.program("wasm-opt", "")
	m.tinygo("bin/tinygo", "tinygo version 0.40.1 linux/amd64")
	named := m.tinygo("opt/mine/tinygo", "tinygo version 0.41.0 linux/amd64")
	m.env = append(m.env, "TINYGO="+named)
	m.finds(named)
	m.env = append(m.env, "TINYGO=opt/mine/tinygo") // below the working directory
	m.finds(named)
}

func TestFindReplacesNoTINYGOThatCannotBeUsed(t *testing.T) {
	m := newMachine(t)
	m.program("wasm-opt", "")
	m.tinygo("bin/tinygo", "tinygo version 0.40.1 linux/amd64")
	old := m.tinygo("opt/old/tinygo", "tinygo version 0.39.0 linux/amd64")
	m.env = append(m.env, "TINYGO="+old)
	m.refuses("TINYGO="+old+" is version 0.39.0", "0.40 or newer")
	m.env = append(m.env, "TINYGO=/nowhere/tinygo")
	m.refuses("TINYGO=/nowhere/tinygo is no program")
}

func TestFindSaysWhatToInstallForWasmOpt(t *testing.T) {
	m := newMachine(t)
	path := m.tinygo("opt/bin/tinygo", "tinygo version 0.40.1 linux/amd64")
	m.env = append(m.env, "TINYGO="+path)
	m.refuses("needs wasm-opt", "Install binaryen")

	m.write("opt/bin/wasm-opt", "#!/bin/sh\n") // as in the archives of tinygo.org
	m.finds(path)
	if err := os.Remove(m.path("opt/bin/wasm-opt")); err != nil {
		t.Fatal(err)
	}
	m.env = append(m.env, "WASMOPT=/somewhere/wasm-opt")
	m.finds(path)
}

func TestFindSaysInThreeLinesWhatToInstallElsewhere(t *testing.T) {
	for name, prepare := range map[string]func(m *machine){
		"no apt":   func(*machine) {},
		"not root": func(m *machine) { m.debian(1000, checksum(t)) },
	} {
		t.Run(name, func(t *testing.T) {
			m := newMachine(t)
			prepare(m)
			said := m.refuses("TinyGo 0.40 or newer", "wasm-opt of binaryen", "https://tinygo.org/getting-started/install/", "TINYGO=/path", "On Debian").stderr
			if lines := strings.Count(said, "\n"); lines != 3 {
				t.Errorf("%d lines:\n%s", lines, said)
			}
			if m.lines("apt-get") != 0 || len(m.below("home")) != 0 {
				t.Errorf("has changed the machine: %v", m.below("home"))
			}
		})
	}
}

// cached puts a TinyGo into the cache directory, with the programs that TinyGo runs on the PATH.
func (m *machine) cached() string {
	m.t.Helper()
	for _, name := range []string{"clang-19", "wasm-ld-19", "wasm-opt"} {
		m.program(name, "")
	}
	return m.tinygo("home/.cache/socketio-jwt-wasm/tinygo-0.40.1/bin/tinygo", "tinygo version 0.40.1 linux/amd64")
}
