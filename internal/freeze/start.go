//go:build !js

package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/tetratelabs/wazero"
	"github.com/tetratelabs/wazero/api"
)

// What is at these addresses when a Go program starts is its arguments (none) and
// its environment: pointers to texts, each list ended by 0 (wasm_exec.js).
const (
	argv        = 4096
	environment = argv + 8
	text        = environment + 16
	// By default Go collects when it has made 4 MB of garbage.
	setting = "GOGC=10"
)

// start runs a program up to its first wait.
func start(ctx context.Context, m module) (s state, err error) {
	// The interpreter: what runs once is not worth compiling.
	runtime := wazero.NewRuntimeWithConfig(ctx, wazero.NewRuntimeConfigInterpreter())
	defer runtime.Close(ctx)
	compiled, err := runtime.CompileModule(ctx, m.open())
	if err != nil {
		return s, err
	}
	var said bytes.Buffer
	if err := provide(ctx, runtime, compiled, gojs(&said)); err != nil {
		return s, err
	}
	program, err := runtime.InstantiateModule(ctx, compiled, wazero.NewModuleConfig().WithStartFunctions())
	if err != nil {
		return s, err
	}
	memory := program.Memory()
	if memory == nil {
		return s, errShape
	}
	memory.WriteUint32Le(environment, text)
	memory.WriteString(text, setting)
	for _, call := range []struct {
		name string
		args []uint64
	}{{"run", []uint64{0, argv}}, {"warm", nil}} {
		f := program.ExportedFunction(call.name)
		if f == nil && call.name == "warm" {
			continue
		}
		if f == nil {
			return s, errShape
		}
		if _, err := f.Call(ctx, call.args...); err != nil {
			return s, fmt.Errorf("%s: %w\n%s", call.name, err, said.Bytes())
		}
	}
	s.memory, _ = memory.Read(0, memory.Size())
	s.memory = bytes.Clone(s.memory)
	for i, kind := range m.globals {
		v := int64(program.ExportedGlobal(globalName(i)).Get())
		if kind == i32 {
			v = int64(int32(v))
		}
		s.globals = append(s.globals, v)
	}
	return s, nil
}

var errEnded = errors.New("the program has ended: its main must wait (select {})")

// A hostFunction is one that Go's runtime asks of its host, with the name that it
// has for the page (js/src/runtime.ts): several are nothing there.
type hostFunction struct {
	page string
	do   func(memory api.Memory, sp uint32)
}

// gojs is what Go's runtime asks of its host: arguments and results stand in
// memory behind sp (runtime/sys_wasm.go, lock_js.go, wasm_exec.js). Time and
// randomness are the same in each build, so that the result is, too: the page's
// clock goes on from here, and Go's maps have the same hashes in each page, which
// matters where others choose the keys: here nobody does.
func gojs(said *bytes.Buffer) map[string]hostFunction {
	nothing := func(api.Memory, uint32) {}
	return map[string]hostFunction{
		"runtime.wasmExit": {"exit", func(api.Memory, uint32) { panic(errEnded) }},
		"runtime.wasmWrite": {"write", func(memory api.Memory, sp uint32) {
			at, _ := memory.ReadUint64Le(sp + 16)
			n, _ := memory.ReadUint32Le(sp + 24)
			words, _ := memory.Read(uint32(at), n)
			said.Write(words)
		}},
		"runtime.nanotime1": {"nanotime", func(memory api.Memory, sp uint32) { memory.WriteUint64Le(sp+8, 1) }},
		// Asked for at the start alone.
		"runtime.getRandomData": {"nothing", func(memory api.Memory, sp uint32) {
			at, _ := memory.ReadUint64Le(sp + 8)
			n, _ := memory.ReadUint64Le(sp + 16)
			for i := range uint32(n) {
				memory.WriteByte(uint32(at)+i, byte(i*i+7))
			}
		}},
		// The time of day is asked for by package time, which nothing of the page's
		// links (make size), and by the collector, for statistics that nobody reads.
		"runtime.walltime": {"nothing", func(memory api.Memory, sp uint32) {
			memory.WriteUint64Le(sp+8, 1)
			memory.WriteUint32Le(sp+16, 0)
		}},
		"runtime.resetMemoryDataView":  {"nothing", nothing},
		"runtime.scheduleTimeoutEvent": {"nothing", nothing},
		"runtime.clearTimeoutEvent":    {"nothing", nothing},
	}
}

// provide gives a program what it imports: Go's runtime what it needs, the program
// itself functions that do nothing.
func provide(ctx context.Context, runtime wazero.Runtime, program wazero.CompiledModule, known map[string]hostFunction) error {
	builders := map[string]wazero.HostModuleBuilder{}
	var names []string
	for _, f := range program.ImportedFunctions() {
		from, name, _ := f.Import()
		host, ok := known[name]
		if from == "gojs" && !ok {
			return fmt.Errorf("this toolchain's runtime imports %q, which is new: say what it does in internal/freeze/start.go and in js/src/runtime.ts", name)
		}
		if builders[from] == nil {
			builders[from] = runtime.NewHostModuleBuilder(from)
			names = append(names, from)
		}
		builders[from].NewFunctionBuilder().WithGoModuleFunction(api.GoModuleFunc(func(_ context.Context, m api.Module, stack []uint64) {
			if ok {
				host.do(m.Memory(), uint32(stack[0]))
			} else {
				clear(stack)
			}
		}), f.ParamTypes(), f.ResultTypes()).Export(name)
	}
	for _, name := range slices.Sorted(slices.Values(names)) {
		if _, err := builders[name].Instantiate(ctx); err != nil {
			return err
		}
	}
	return nil
}
