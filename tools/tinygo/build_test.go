//go:build linux

package tinygo_test

import (
	"os"
	"strings"
	"testing"
)

func TestBuildSetsAllThatDecides(t *testing.T) {
	m := newMachine(t)
	m.program("wasm-opt", "")
	m.write("opt/go/bin/go", "#!/bin/sh\necho the right go\n")
	m.program("go", "echo the wrong go")
	m.program("tinygo", `[ "$1" = version ] && echo tinygo version 0.40.1 && exit
echo "$@" && echo "$GOFLAGS $GOTOOLCHAIN $GOWORK ${GOOS:-none} ${GOARCH:-none}" && go`)
	m.write("go.mod", "module example.org/page\n\ngo 1.26.0\n\nrequire example.org/other v1.0.0\n")
	m.env = append(m.env, "GO="+m.path("opt/go/bin/go"), "GOFLAGS=-mod=vendor", "GOOS=js", "GOARCH=wasm", "GOTOOLCHAIN=local")

	got := m.run("build.sh", "build/page/page.wasm", "wasm/target.json", "./wasm", "-tags", "testing")
	want := `build -o build/page/page.wasm -target wasm/target.json -scheduler=none -gc=none -panic=trap -opt=2 -no-debug -tags testing ./wasm
-modfile=build/tinygo.mod go1.25.5 off none none
the right go
`
	if got.code != 0 || got.stdout != want {
		t.Errorf("exit %d:\n%s%s\nwant:\n%s", got.code, got.stdout, got.stderr, want)
	}
	if mod, _ := os.ReadFile(m.path("build/tinygo.mod")); string(mod) != "module example.org/page\ngo 1.25\n" {
		t.Errorf("mod file:\n%s", mod)
	}
	if _, err := os.Stat(m.path("build/page")); err != nil {
		t.Error(err)
	}
}

func TestBuildFailsWithoutACompiler(t *testing.T) {
	m := newMachine(t)
	m.write("go.mod", "module example.org/page\n")
	got := m.run("build.sh", "build/page.wasm", "wasm/target.json", "./wasm")
	if got.code != 1 || !strings.Contains(got.stderr, "The page's compiler is missing") {
		t.Errorf("exit %d:\n%s", got.code, got.stderr)
	}
}

// A Go before 1.21 cannot fetch the one that go.mod asks for, and says of go.mod what nobody understands.
func TestBuildSaysThatGoIsTooOld(t *testing.T) {
	for said, old := range map[string]bool{
		"go version go1.19.8 linux/amd64": true, // Debian 12's
		"go version go1.20 linux/arm64":   true,
		"go version go1.21.0 linux/amd64": false,
		"go version go1.26.8 linux/amd64": false,
		"go version go2.0 linux/amd64":    false,
		"go version devel go1.27-ab12 x":  false,
	} {
		t.Run(said, func(t *testing.T) {
			m := newMachine(t)
			m.program("wasm-opt", "")
			m.tinygo("bin/tinygo", "tinygo version 0.40.1")
			m.write("go.mod", "module example.org/page\n")
			m.program("go", "echo '"+said+"'")
			got := m.run("build.sh", "build/page.wasm", "wasm/target.json", "./wasm")
			if refused := got.code == 1 && strings.Contains(got.stderr, "Install Go 1.26 or newer: https://go.dev/dl/"); refused != old {
				t.Errorf("exit %d:\n%s", got.code, got.stderr)
			}
		})
	}
}

func TestBuildSaysThatThereIsNoGo(t *testing.T) {
	m := newMachine(t)
	m.program("wasm-opt", "")
	m.tinygo("bin/tinygo", "tinygo version 0.40.1")
	m.write("go.mod", "module example.org/page\n")
	got := m.run("build.sh", "build/page.wasm", "wasm/target.json", "./wasm")
	if got.code != 1 || !strings.Contains(got.stderr, "There is no go on the PATH") {
		t.Errorf("exit %d:\n%s", got.code, got.stderr)
	}
}
