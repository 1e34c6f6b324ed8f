// Package wasmfile reads and writes the outer shape of WebAssembly modules: sections
// and LEB128 numbers (WebAssembly Core Specification 2.0, section 5).
package wasmfile

import "errors"

// The sections that somebody here looks into, by their ids.
const (
	Custom  = 0
	Imports = 2
	Memory  = 5
	Globals = 6
	Exports = 7
	Code    = 10
	Data    = 11
)

const magic = "\x00asm\x01\x00\x00\x00"

// A Section is one part of a module.
type Section struct {
	ID   byte
	Body Reader
}

// ErrFormat is what is said of a file that is cut short or no module at all.
var ErrFormat = errors.New("not a WebAssembly module, or one that is cut short")

// Parse splits a module. look may read within sections; where it reads beyond
// the end of what there is, Parse gives ErrFormat.
func Parse(file []byte, look func(Section) error) (err error) {
	defer func() {
		if recover() != nil { // every read is within the file or panics here
			err = ErrFormat
		}
	}()
	r := Reader(file)
	if string(r.Take(len(magic))) != magic {
		return ErrFormat
	}
	for len(r) > 0 {
		if err := look(Section{r.Byte(), r.Bytes()}); err != nil {
			return err
		}
	}
	return nil
}

// Join is the module that Parse would split into these.
func Join(sections []Section) []byte {
	file := []byte(magic)
	for _, s := range sections {
		file = AppendBytes(append(file, s.ID), s.Body)
	}
	return file
}

// A Reader panics at the end of what it reads: see Parse.
type Reader []byte

// Take is the next n bytes.
func (r *Reader) Take(n int) []byte {
	b := (*r)[:n:n]
	*r = (*r)[n:]
	return b
}

// Byte is the next one.
func (r *Reader) Byte() byte { return r.Take(1)[0] }

// Number is an unsigned LEB128.
func (r *Reader) Number() (n int) {
	for shift := 0; ; shift += 7 {
		b := r.Byte()
		n |= int(b&0x7f) << shift
		if b < 0x80 {
			return n
		}
	}
}

// Bytes are as many as the number before them says: a section, a text.
func (r *Reader) Bytes() Reader { return r.Take(r.Number()) }

// AppendNumber writes what Number reads.
func AppendNumber(b []byte, n int) []byte {
	for ; n > 0x7f; n >>= 7 {
		b = append(b, byte(n)|0x80)
	}
	return append(b, byte(n))
}

// AppendBytes writes what Bytes reads.
func AppendBytes(b, bytes []byte) []byte { return append(AppendNumber(b, len(bytes)), bytes...) }

// AppendSigned writes a signed LEB128, as constants are.
func AppendSigned(b []byte, n int64) []byte {
	for n < -0x40 || n > 0x3f {
		b = append(b, byte(n)|0x80)
		n >>= 7
	}
	return append(b, byte(n)&0x7f)
}
