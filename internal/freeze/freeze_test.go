//go:build !js

package main

import (
	"bytes"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/tetratelabs/wazero"
	"github.com/tetratelabs/wazero/api"

	"github.com/socketio-jwt/socketio-jwt-wasm/internal/wasmfile"
)

// program builds testdata/program.
func program(t *testing.T, args ...string) []byte {
	t.Helper()
	out := filepath.Join(t.TempDir(), "program.wasm")
	build := exec.Command("go", append(append([]string{"build", "-trimpath", "-o", out}, args...), "./testdata/program")...)
	build.Env = append(os.Environ(), "GOOS=js", "GOARCH=wasm", "GOFLAGS=")
	if said, err := build.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, said)
	}
	file, err := os.ReadFile(out)
	if err != nil {
		t.Fatal(err)
	}
	return file
}

func TestFrozenGoesOnWhereItWaited(t *testing.T) {
	ctx := t.Context()
	built := program(t)
	frozen, err := freeze(ctx, built)
	if err != nil {
		t.Fatal(err)
	}
	again, err := freeze(ctx, built)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(frozen, again) {
		t.Error("frozen twice, and not the same")
	}

	runtime := wazero.NewRuntimeWithConfig(ctx, wazero.NewRuntimeConfigInterpreter())
	defer runtime.Close(ctx)
	compiled, err := runtime.CompileModule(ctx, frozen)
	if err != nil {
		t.Fatal(err)
	}
	var said bytes.Buffer
	page := map[string]hostFunction{}
	for _, f := range gojs(&said) {
		page[f.page] = f
	}
	page["nothing"] = hostFunction{do: func(api.Memory, uint32) {}}
	if err := provide(ctx, runtime, compiled, page); err != nil {
		t.Fatal(err)
	}
	instance, err := runtime.InstantiateModule(ctx, compiled, wazero.NewModuleConfig().WithStartFunctions())
	if err != nil {
		t.Fatal(err)
	}
	m, err := parse(built)
	if err != nil {
		t.Fatal(err)
	}
	want, err := start(ctx, m)
	if err != nil {
		t.Fatal(err)
	}
	if got, _ := instance.Memory().Read(0, instance.Memory().Size()); !bytes.Equal(got, want.memory) {
		t.Error("its memory is not what it was")
	}
	// Enough for the collector and for more memory.
	for i := range 3000 {
		got, err := instance.ExportedFunction("step").Call(ctx)
		if err != nil {
			t.Fatalf("%v\n%s", err, said.Bytes())
		}
		if int(got[0]) != i+3 { // after main and warm
			t.Fatalf("step %d counted %d", i, got[0])
		}
	}
	if int(instance.Memory().Size()) <= len(want.memory) {
		t.Error("12 MB in the memory of the start")
	}
}

func TestWhatCannotBeFrozen(t *testing.T) {
	for _, row := range []struct {
		name    string
		program []byte
		want    string
	}{
		{"ends", program(t, "-ldflags=-X main.mode=ends"), errEnded.Error()},
		{"panics", program(t, "-ldflags=-X main.mode=panics"), "out of sorts"},
		{"of a newer toolchain", program(t, "-tags=new"), `imports "runtime.unheardOf"`},
		{"no program", wasmfile.Join([]wasmfile.Section{{ID: wasmfile.Data, Body: []byte{0}}}), errShape.Error()},
		{"no module", []byte("<!doctype html>"), wasmfile.ErrFormat.Error()},
	} {
		t.Run(row.name, func(t *testing.T) {
			_, err := freeze(t.Context(), row.program)
			if err == nil || !strings.Contains(err.Error(), row.want) {
				t.Errorf("got %v, want %q", err, row.want)
			}
		})
	}
}

func TestRun(t *testing.T) {
	out := filepath.Join(t.TempDir(), "frozen.wasm")
	if err := run(t.Context(), "nowhere.wasm", out); !errors.Is(err, os.ErrNotExist) {
		t.Error(err)
	}
	if _, err := os.Stat(out); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("a file is there all the same: %v", err)
	}
}

func TestImage(t *testing.T) {
	memory := make([]byte, 1000)
	for _, at := range []int{0, 3, 3 + gap, 4 + 2*gap, 700, 999} {
		memory[at] = byte(at) | 1
	}
	r := wasmfile.Reader(image(memory))
	got := make([]byte, len(memory))
	segments := r.Number()
	for range segments {
		if kind, op := r.Byte(), r.Byte(); kind != 0 || op != i32const {
			t.Fatal("not an active segment at a constant address")
		}
		at := r.Number() // these addresses read the same signed and unsigned, below 64 or in two bytes
		if op := r.Byte(); op != end {
			t.Fatal("no end")
		}
		copy(got[at:], r.Bytes())
	}
	if !bytes.Equal(got, memory) || len(r) > 0 {
		t.Errorf("another memory, or %d bytes too many", len(r))
	}
	if segments != 4 {
		t.Errorf("%d segments, want 4: 0 to 67, 132, 700, 999", segments)
	}
}
