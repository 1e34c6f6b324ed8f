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

// sizes are bytes after brotli 11; 0 where there is no such file here.
type sizes struct {
	wasm, floor, js, script, official, zishang int
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
	floor, err := build("./bench/programs/floor", "-s -w")
	if err != nil {
		return s, err
	}
	s.floor = compressed(floor)
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
	if rivals {
		zishang, err := build("./bench/programs/zishang", "-s -w")
		if err != nil {
			return s, err
		}
		s.zishang = compressed(zishang)
	}
	return s, nil
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
	file, err := build(pkg, "-w")
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

func build(pkg, ldflags string) ([]byte, error) {
	folder, err := os.MkdirTemp("", "size")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(folder)
	out := filepath.Join(folder, "out.wasm")
	cmd := exec.Command("go", "build", "-trimpath", "-ldflags="+ldflags, "-o", out, pkg)
	cmd.Env = append(os.Environ(), "GOOS=js", "GOARCH=wasm")
	if said, err := cmd.CombinedOutput(); err != nil {
		return nil, fmt.Errorf("go build %s: %w\n%s", pkg, err, said)
	}
	return os.ReadFile(out)
}
