//go:build !js

package main

import (
	"errors"
	"strconv"

	"github.com/socketio-jwt/socketio-jwt-wasm/internal/wasmfile"
)

// A module is a program's sections, and the types of its globals: the stack
// pointer, the current goroutine and other registers of Go's.
type module struct {
	sections []wasmfile.Section
	imports  []function
	globals  []byte
}

// A function is one that the program imports, and the number of its type.
type function struct {
	from, name string
	kind       int
}

// A state is what a program has changed since it was instantiated.
type state struct {
	memory  []byte
	globals []int64
}

const (
	i32, i64           = 0x7f, 0x7e // types
	i32const, i64const = 0x41, 0x42 // instructions
	end                = 0x0b
	mutable            = 1
	unlimited          = 0
	globalExport       = 3
	pageSize           = 1 << 16
)

var errShape = errors.New("not shaped like a Go program for js/wasm: it imports functions alone, has one memory without a limit, and its globals are mutable integers")

func parse(program []byte) (m module, err error) {
	err = wasmfile.Parse(program, func(s wasmfile.Section) error {
		if s.ID == wasmfile.Custom { // names, the producer: nobody's in a page
			return nil
		}
		m.sections = append(m.sections, s)
		switch r := s.Body; s.ID {
		case wasmfile.Imports:
			m.imports, err = imports(r)
		case wasmfile.Memory:
			if r.Number() != 1 || r.Byte() != unlimited {
				return errShape
			}
		case wasmfile.Globals:
			m.globals, err = registers(r)
		}
		return err
	})
	if err == nil && len(m.globals) == 0 {
		err = errShape
	}
	return m, err
}

func imports(r wasmfile.Reader) (fs []function, err error) {
	for n := r.Number(); n > 0; n-- {
		f := function{from: string(r.Bytes()), name: string(r.Bytes())}
		if r.Byte() != 0 {
			return nil, errShape
		}
		f.kind = r.Number()
		fs = append(fs, f)
	}
	return fs, nil
}

func registers(r wasmfile.Reader) (kinds []byte, err error) {
	for n := r.Number(); n > 0; n-- {
		kind := r.Byte()
		if kind != i32 && kind != i64 || r.Byte() != mutable || r.Byte() != constant(kind) {
			return nil, errShape
		}
		r.Number()
		if r.Byte() != end {
			return nil, errShape
		}
		kinds = append(kinds, kind)
	}
	return kinds, nil
}

// constant is the instruction for one of a type.
func constant(kind byte) byte { return i32const + (i32 - kind) }

// edited is the module with some sections' bodies replaced.
func (m module) edited(edit func(wasmfile.Section) []byte) []byte {
	sections := make([]wasmfile.Section, len(m.sections))
	for i, s := range m.sections {
		sections[i] = wasmfile.Section{ID: s.ID, Body: edit(s)}
	}
	return wasmfile.Join(sections)
}

// open is the module with its globals exported, by their numbers.
func (m module) open() []byte {
	return m.edited(func(s wasmfile.Section) []byte {
		if s.ID != wasmfile.Exports {
			return s.Body
		}
		r := s.Body
		body := wasmfile.AppendNumber(nil, r.Number()+len(m.globals))
		body = append(body, r...)
		for i := range m.globals {
			body = wasmfile.AppendBytes(body, []byte(globalName(i)))
			body = wasmfile.AppendNumber(append(body, globalExport), i)
		}
		return body
	})
}

func globalName(i int) string { return "global " + strconv.Itoa(i) }

// with is the module that begins in a state.
func (m module) with(now state) []byte {
	return m.edited(func(s wasmfile.Section) []byte {
		switch s.ID {
		case wasmfile.Imports:
			return m.asking()
		case wasmfile.Memory:
			return wasmfile.AppendNumber([]byte{1, unlimited}, len(now.memory)/pageSize)
		case wasmfile.Globals:
			return m.holding(now.globals)
		case wasmfile.Data:
			return image(now.memory)
		}
		return s.Body
	})
}

// asking is the section of imports with the names that the page has for them:
// each visitor loads them.
func (m module) asking() []byte {
	known := gojs(nil)
	body := wasmfile.AppendNumber(nil, len(m.imports))
	for _, f := range m.imports {
		name := f.name
		if host, ok := known[name]; ok {
			name = host.page
		}
		body = wasmfile.AppendBytes(wasmfile.AppendBytes(body, []byte(f.from)), []byte(name))
		body = wasmfile.AppendNumber(append(body, 0), f.kind)
	}
	return body
}

// holding is the section of globals with these values.
func (m module) holding(values []int64) []byte {
	body := wasmfile.AppendNumber(nil, len(values))
	for i, v := range values {
		kind := m.globals[i]
		body = append(body, kind, mutable, constant(kind))
		body = append(wasmfile.AppendSigned(body, v), end)
	}
	return body
}

// As many zeros in a row part two segments. Go's linker parts them at 8, which
// makes 36,000 segments: 8 % more to load after brotli than the zeros would be,
// and 1 ms more to instantiate.
const gap = 64

// image is the data section that makes a memory.
func image(memory []byte) []byte {
	var n int
	var segments []byte
	for at := 0; ; {
		from, to := span(memory, at)
		if from == to {
			return append(wasmfile.AppendNumber(nil, n), segments...)
		}
		n++
		segments = wasmfile.AppendSigned(append(segments, 0, i32const), int64(int32(from)))
		segments = wasmfile.AppendBytes(append(segments, end), memory[from:to])
		at = to
	}
}

// span is the next piece of memory that has no gap.
func span(memory []byte, from int) (int, int) {
	for from < len(memory) && memory[from] == 0 {
		from++
	}
	to := from
	for i := from; i < len(memory) && i < to+gap; i++ {
		if memory[i] != 0 {
			to = i + 1
		}
	}
	return from, to
}
