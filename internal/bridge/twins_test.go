//go:build !js && !race

package bridge

import (
	"context"
	"encoding/binary"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"unicode/utf16"
	"unsafe"

	"github.com/socketio-jwt/socketio-jwt-wasm/internal/core"
	"github.com/tetratelabs/wazero"
	"github.com/tetratelabs/wazero/api"
)

// twins are the bridge and the core as this test compiles them, and as the page loads them.
// They are given the same calls and must give the same answers and effects.
type twins struct {
	testing.TB
	bridge   *Bridge
	told     []told
	heard    func(told) // is told each effect when both agree
	page     api.Module
	pageTold []told
	at       uint32 // where the page's Memory is
	calls    int
	control  api.Function
	rx, tx   api.Function
}

// A build is the page's core as wazero has compiled it, once for all twins. The twins made last hear of its effects.
type build func() (wazero.Runtime, wazero.CompiledModule)

var (
	// ships is what a page loads.
	ships = compiled("../../build/core.wasm")
	// frees ends each call with a collection, and overwrites what that frees (wasm/heap_faults.go).
	frees = compiled("../../build/core-faults.wasm")
)

func compiled(path string) build {
	return sync.OnceValues(func() (wazero.Runtime, wazero.CompiledModule) { return compile(path) })
}

// compile has no answer where the file is missing or older than its sources.
func compile(path string) (wazero.Runtime, wazero.CompiledModule) {
	binary, err := os.ReadFile(path)
	if err != nil || stale(path) {
		return nil, nil
	}
	ctx := context.Background()
	runtime := wazero.NewRuntime(ctx)
	tell := func(do int32, n0, n1, n2, n3, n4 float64) {
		calling.pageTold = append(calling.pageTold, told{do, [...]float64{n0, n1, n2, n3, n4}})
	}
	if _, err := runtime.NewHostModuleBuilder("page").NewFunctionBuilder().WithFunc(tell).Export("tell").Instantiate(ctx); err != nil {
		panic(err)
	}
	module, err := runtime.CompileModule(ctx, binary)
	if err != nil {
		panic(err)
	}
	return runtime, module
}

// stale says whether a source of the compiled core has been changed since.
func stale(path string) bool {
	made, err := os.Stat(path)
	if err != nil {
		return true
	}
	for _, folder := range []string{"../../wasm", "../../client/lifecycle", "../bridge", "../core", "../engineio", "../socketio"} {
		files, _ := filepath.Glob(folder + "/*.go")
		for _, name := range files {
			info, err := os.Stat(name)
			if err == nil && !strings.HasSuffix(name, "_test.go") && info.ModTime().After(made.ModTime()) {
				return true
			}
		}
	}
	return false
}

var calling *twins

// told is an effect.
type told struct {
	do      int32
	numbers [5]float64
}

// newTwins skips the test where the page's core has not been built.
func newTwins(t testing.TB, build build) *twins {
	runtime, module := build()
	if runtime == nil {
		t.Skip("the core has not been compiled for the page, or from other sources than these: run `make dist build/core-faults.wasm` first, as `make test` does")
	}
	w := &twins{TB: t}
	calling = w
	w.bridge = New(func(do int32, n0, n1, n2, n3, n4 float64) {
		w.told = append(w.told, told{do, [...]float64{n0, n1, n2, n3, n4}})
	})
	ctx := context.Background()
	var err error
	w.page, err = runtime.InstantiateModule(ctx, module, wazero.NewModuleConfig().WithName("").WithStartFunctions("_initialize"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = w.page.Close(ctx) })
	got, err := w.page.ExportedFunction("shared").Call(ctx)
	if err != nil {
		t.Fatal(err)
	}
	w.at = uint32(got[0])
	w.control, w.rx, w.tx = w.page.ExportedFunction("control"), w.page.ExportedFunction("rx"), w.page.ExportedFunction("tx")
	return w
}

// do gives both an operation. Arguments are numbers and texts, as js/src/bridge/calls.ts takes them.
func (w *twins) do(now float64, op int32, args ...any) {
	m := &w.bridge.Memory
	m.Arguments = [maxArguments]float64{}
	used := 0
	for i, a := range args {
		switch a := a.(type) {
		case string:
			n := copy(m.Units[used:], utf16.Encode([]rune(a)))
			used += n
			m.Arguments[i] = float64(n)
		case float64:
			m.Arguments[i] = a
		case int:
			m.Arguments[i] = float64(a)
		case bool:
			m.Arguments[i] = float64(bit(a))
		}
	}
	w.write()
	w.bridge.Control(op, now)
	if _, err := w.control.Call(context.Background(), uint64(uint32(op)), math.Float64bits(now)); err != nil {
		w.Fatalf("call %d: operation %d %v at %v: %v", w.calls, op, args, now, err)
	}
	w.compare(fmt.Sprintf("operation %d %v at %v", op, args, now), 0, 0)
}

// read gives both a frame whose first units are text, of size units in all.
func (w *twins) read(conn, link int32, text []uint16, size int32) core.Rx {
	n := int32(copy(w.bridge.Units[:], text))
	w.write()
	want := w.bridge.Rx(conn, link, n, size)
	got, err := w.rx.Call(context.Background(), uint64(uint32(conn)), uint64(uint32(link)), uint64(uint32(n)), uint64(uint32(size)))
	if err != nil {
		w.Fatalf("call %d: %q on %d/%d: %v", w.calls, string(utf16.Decode(text)), conn, link, err)
	}
	w.compare(fmt.Sprintf("%q on %d/%d", string(utf16.Decode(text)), conn, link), int32(want), int32(got[0]))
	return want
}

// send asks both for a header.
func (w *twins) send(slot, flags, attachments, ack int32) {
	want := w.bridge.Tx(slot, core.TxFlags(flags), attachments, ack)
	got, err := w.tx.Call(context.Background(), uint64(uint32(slot)), uint64(uint32(flags)), uint64(uint32(attachments)), uint64(uint32(ack)))
	if err != nil {
		w.Fatalf("call %d: header of %d %d %d %d: %v", w.calls, slot, flags, attachments, ack, err)
	}
	w.compare(fmt.Sprintf("header of %d %d %d %d", slot, flags, attachments, ack), int32(want), int32(got[0]))
}

// write copies what this test's core is told to the page's.
func (w *twins) write() {
	m := &w.bridge.Memory
	size := unsafe.Sizeof(m.Arguments)
	w.page.Memory().Write(w.at, unsafe.Slice((*byte)(unsafe.Pointer(m)), size))
	units := unsafe.Slice((*byte)(unsafe.Pointer(&m.Units)), unsafe.Sizeof(m.Units))
	w.page.Memory().Write(w.at+uint32(unsafe.Offsetof(m.Units)), units)
}

func (w *twins) compare(what string, want, got int32) {
	w.calls++
	if want != got {
		w.Fatalf("call %d, %s: Go answers %d, the page's core %d", w.calls, what, want, got)
	}
	if len(w.told) != len(w.pageTold) {
		w.Fatalf("call %d, %s: Go wants %v, the page's core %v", w.calls, what, w.told, w.pageTold)
	}
	for i := range w.told {
		if w.told[i] != w.pageTold[i] {
			w.Fatalf("call %d, %s: Go wants %v, the page's core %v", w.calls, what, w.told, w.pageTold)
		}
	}
	for _, t := range w.told {
		if w.heard != nil {
			w.heard(t)
		}
	}
	w.told, w.pageTold = w.told[:0], w.pageTold[:0]
	m := &w.bridge.Memory
	bytes, _ := w.page.Memory().Read(w.at+uint32(unsafe.Offsetof(m.Words)), uint32(unsafe.Sizeof(m.Words)+unsafe.Sizeof(m.Units)))
	words := unsafe.Slice((*int32)(unsafe.Pointer(&m.Words)), unsafe.Sizeof(m.Words)/4)
	for i, word := range words {
		if page := int32(binary.LittleEndian.Uint32(bytes[4*i:])); page != word {
			w.Fatalf("call %d, %s: word %d is %d, in the page %d", w.calls, what, i, word, page)
		}
	}
	units := bytes[unsafe.Sizeof(m.Words):]
	for i := range max(0, min(int(want), len(m.Units))) {
		if page := binary.LittleEndian.Uint16(units[2*i:]); page != m.Units[i] {
			w.Fatalf("call %d, %s: unit %d is %d, in the page %d", w.calls, what, i, m.Units[i], page)
		}
	}
}
