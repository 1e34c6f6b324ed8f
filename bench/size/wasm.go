//go:build !js

package main

import (
	"errors"
	"regexp"
	"strings"

	"github.com/socketio-jwt/socketio-jwt-wasm/internal/wasmfile"
)

// A module is what a WASM file tells of its functions.
type module struct {
	code map[string]int // bytes of code by function name
	data int            // bytes of the data section: tables of the runtime, strings, variables
	rest int            // all other sections, without names
}

var errWASM = errors.New("not a WASM file with a name section (was it linked with -s?)")

// parse reads the sections that sizes are made of: imports for the numbering of
// the functions, code for their lengths, names for their names.
func parse(file []byte) (m module, err error) {
	var imported int
	var bodies []int
	names := map[int]string{}
	err = wasmfile.Parse(file, func(s wasmfile.Section) error {
		r := s.Body
		switch s.ID {
		case wasmfile.Imports:
			imported = functionsImported(r)
		case wasmfile.Code:
			for n := r.Number(); n > 0; n-- {
				bodies = append(bodies, len(r.Bytes()))
			}
		case wasmfile.Data:
			m.data = len(r)
		case wasmfile.Custom:
			size := len(r)
			if string(r.Bytes()) != "name" {
				m.rest += size
				break
			}
			readNames(r, names)
		default:
			m.rest += len(r)
		}
		return nil
	})
	if err != nil || len(names) == 0 {
		return m, errWASM
	}
	m.code = map[string]int{}
	for i, size := range bodies {
		m.code[names[imported+i]] += size
	}
	return m, nil
}

func functionsImported(r wasmfile.Reader) (functions int) {
	for n := r.Number(); n > 0; n-- {
		r.Bytes()
		r.Bytes()
		switch kind := r.Byte(); kind {
		case 0:
			functions++
			r.Number()
		default: // tables, memories and globals of one byte of type and their limits: Go imports none
			panic("import")
		}
	}
	return functions
}

func readNames(r wasmfile.Reader, names map[int]string) {
	for len(r) > 0 {
		id := r.Byte()
		sub := r.Bytes()
		if id != 1 {
			continue
		}
		for n := sub.Number(); n > 0; n-- {
			i := sub.Number()
			names[i] = string(sub.Bytes())
		}
	}
}

// An attributor knows whose a symbol is. The linker writes names with everything
// but letters, digits, dots and underscores replaced by an underscore, so a path
// can only be found again by those that there are.
type attributor map[string]string

var replaced = regexp.MustCompile(`[^\w.]`)

func attributorOf(paths []string) attributor {
	a := attributor{"main": "main"}
	for _, path := range paths {
		a[replaced.ReplaceAllString(path, "_")] = path
	}
	return a
}

// packageOf is the import path that a symbol belongs to; what the toolchain makes
// up itself counts as the runtime's.
func (a attributor) packageOf(symbol string) string {
	name := symbol
	if at := strings.Index(name, ".go.shape."); at >= 0 { // type arguments have paths of their own
		name = name[:at]
	}
	for end := 0; ; end++ {
		dot := strings.IndexByte(name[end:], '.')
		if dot < 0 {
			return "runtime"
		}
		end += dot
		if path, ok := a[name[:end]]; ok {
			return path
		}
	}
}
