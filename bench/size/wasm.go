//go:build !js

package main

import (
	"errors"
	"regexp"
	"strings"
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
	defer func() {
		if recover() != nil { // cut short: every read below is within the file or panics here
			err = errWASM
		}
	}()
	if string(file[:4]) != "\x00asm" {
		return m, errWASM
	}
	var imported int
	var bodies []int
	names := map[int]string{}
	for r := reader(file[8:]); len(r) > 0; {
		id := r.take(1)[0]
		section := reader(r.take(r.number()))
		switch {
		case id == 2:
			imported = functionsImported(section)
		case id == 10:
			for n := section.number(); n > 0; n-- {
				size := section.number()
				section.take(size)
				bodies = append(bodies, size)
			}
		case id == 11:
			m.data = len(section)
		case id == 0:
			size := len(section)
			if string(section.take(section.number())) != "name" {
				m.rest += size
				continue
			}
			readNames(section, names)
		default:
			m.rest += len(section)
		}
	}
	if len(names) == 0 {
		return m, errWASM
	}
	m.code = map[string]int{}
	for i, size := range bodies {
		m.code[names[imported+i]] += size
	}
	return m, nil
}

func functionsImported(r reader) (functions int) {
	for n := r.number(); n > 0; n-- {
		r.take(r.number())
		r.take(r.number())
		switch kind := r.take(1)[0]; kind {
		case 0:
			functions++
			r.number()
		default: // tables, memories and globals of one byte of type and their limits: Go imports none
			panic("import")
		}
	}
	return functions
}

func readNames(r reader, names map[int]string) {
	for len(r) > 0 {
		id := r.take(1)[0]
		sub := reader(r.take(r.number()))
		if id != 1 {
			continue
		}
		for n := sub.number(); n > 0; n-- {
			i := sub.number()
			names[i] = string(sub.take(sub.number()))
		}
	}
}

// A reader panics at the end of what it reads.
type reader []byte

func (r *reader) take(n int) []byte {
	b := (*r)[:n]
	*r = (*r)[n:]
	return b
}

// number reads an unsigned LEB128.
func (r *reader) number() (n int) {
	for shift := 0; ; shift += 7 {
		b := r.take(1)[0]
		n |= int(b&0x7f) << shift
		if b < 0x80 {
			return n
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
