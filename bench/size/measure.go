//go:build !js

package main

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"github.com/andybalholm/brotli"
)

// sizes are bytes after brotli 11; 0 where there is no such file here. floor is
// built with our flags, inlined with the toolchain's own.
type sizes struct {
	wasm, floor, inlined, js, script, official, zishang int
}

func (s sizes) overFloor() float64 { return float64(s.wasm) / float64(s.floor) }

// figures are what make bench puts into its table, in KB.
func (s sizes) figures() map[string]map[string]float64 {
	kb := func(n int) float64 { return float64(n) / 1024 }
	all := map[string]map[string]float64{
		"ours":  {"size.wasm": kb(s.wasm), "size.js": kb(s.js)},
		"floor": {"size.wasm": kb(s.floor)},
	}
	if s.official > 0 {
		all["official"] = map[string]float64{"size.js": kb(s.official)}
	}
	if s.zishang > 0 {
		all["zishang"] = map[string]float64{"size.wasm": kb(s.zishang)}
	}
	return all
}

const modules = "e2e/node_modules/socket.io-client/dist/"

// measure compresses what is in dist and what it is compared with.
func measure(dist string, rivals bool) (s sizes, err error) {
	ours, err := flags()
	if err != nil {
		return s, err
	}
	for _, program := range []struct {
		to    *int
		flags []string
		of    string
		want  bool
	}{
		{&s.floor, ours, "floor", true},
		{&s.inlined, []string{"-trimpath"}, "floor", true},
		{&s.zishang, []string{"-trimpath"}, "zishang", rivals},
	} {
		if !program.want {
			continue
		}
		file, err := build("./bench/programs/"+program.of, append(program.flags, "-ldflags=-s -w"))
		if err != nil {
			return s, err
		}
		*program.to = compressed(file)
	}
	for name, to := range map[string]*int{
		filepath.Join(dist, "socketio-jwt.wasm"):   &s.wasm,
		filepath.Join(dist, "index.js"):            &s.js,
		filepath.Join(dist, "socketio-jwt.min.js"): &s.script,
	} {
		file, err := os.ReadFile(name)
		if err != nil {
			return s, fmt.Errorf("%w (make dist builds it)", err)
		}
		*to = compressed(file)
	}
	official, err := os.ReadFile(modules + "socket.io.min.js")
	if err == nil {
		s.official = compressed(official)
	} else if !errors.Is(err, fs.ErrNotExist) {
		return s, err
	}
	return s, nil
}

// flags are those that the Makefile builds the page's WASM with.
func flags() ([]string, error) {
	file, err := os.ReadFile("wasm/build.flags")
	return strings.Fields(string(file)), err
}

func compressed(file []byte) int {
	var out bytes.Buffer
	w := brotli.NewWriterLevel(&out, brotli.BestCompression)
	_, _ = w.Write(file) // a Buffer takes everything
	_ = w.Close()
	return out.Len()
}

// unstripped is a program with the names that tell where its code comes from.
func unstripped(pkg string) (module, error) {
	ours, err := flags()
	if err != nil {
		return module{}, err
	}
	file, err := build(pkg, append(ours, "-ldflags=-w"))
	if err != nil {
		return module{}, err
	}
	return parse(file)
}

// dependencies are the import paths of all that could be linked.
func dependencies(pkg string) ([]string, error) {
	cmd := exec.Command("go", "list", "-deps", pkg)
	cmd.Env = append(os.Environ(), "GOOS=js", "GOARCH=wasm")
	out, err := cmd.Output()
	if err != nil {
		return nil, fmt.Errorf("go list -deps %s: %w", pkg, err)
	}
	return strings.Fields(string(out)), nil
}

func build(pkg string, flags []string) ([]byte, error) {
	folder, err := os.MkdirTemp("", "size")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(folder)
	out := filepath.Join(folder, "out.wasm")
	cmd := exec.Command("go", append(append([]string{"build"}, flags...), "-o", out, pkg)...)
	cmd.Env = append(os.Environ(), "GOOS=js", "GOARCH=wasm")
	if said, err := cmd.CombinedOutput(); err != nil {
		return nil, fmt.Errorf("go build %s: %w\n%s", pkg, err, said)
	}
	return os.ReadFile(out)
}
