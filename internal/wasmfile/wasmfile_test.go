package wasmfile

import (
	"bytes"
	"errors"
	"math"
	"testing"
)

func TestSectionsComeBack(t *testing.T) {
	want := []Section{{Custom, []byte("name")}, {Code, bytes.Repeat([]byte{7}, 300)}, {Data, nil}}
	file := Join(want)
	var got []Section
	if err := Parse(file, func(s Section) error { got = append(got, s); return nil }); err != nil {
		t.Fatal(err)
	}
	if len(got) != len(want) {
		t.Fatalf("%d sections of %d", len(got), len(want))
	}
	for i := range want {
		if got[i].ID != want[i].ID || !bytes.Equal(got[i].Body, want[i].Body) {
			t.Errorf("section %d: got %v, want %v", i, got[i], want[i])
		}
	}
	ends := map[int]bool{len(magic): true, len(magic) + 6: true, len(file) - 2: true, len(file): true}
	for n := range len(file) {
		if err := Parse(file[:n], func(Section) error { return nil }); !ends[n] && !errors.Is(err, ErrFormat) {
			t.Errorf("cut at %d of %d: %v", n, len(file), err)
		}
	}
}

func TestLookFails(t *testing.T) {
	file := Join([]Section{{Custom, nil}})
	mine := errors.New("mine")
	if err := Parse(file, func(Section) error { return mine }); !errors.Is(err, mine) {
		t.Error(err)
	}
	if err := Parse(file, func(s Section) error { s.Body.Byte(); return nil }); !errors.Is(err, ErrFormat) {
		t.Error(err)
	}
}

func TestNumbers(t *testing.T) {
	for _, n := range []int{0, 1, 127, 128, 16383, 16384, math.MaxUint32} {
		r := Reader(AppendNumber(nil, n))
		if got := r.Number(); got != n || len(r) > 0 {
			t.Errorf("%d became %d, %d bytes left", n, got, len(r))
		}
	}
	// From the specification's definition of sN, with the lengths that it gives.
	for n, want := range map[int64]string{
		0: "\x00", 63: "\x3f", 64: "\xc0\x00", -1: "\x7f", -64: "\x40", -65: "\xbf\x7f", 128: "\x80\x01", -128: "\x80\x7f",
		math.MinInt64: "\x80\x80\x80\x80\x80\x80\x80\x80\x80\x7f",
	} {
		if got := AppendSigned(nil, n); string(got) != want {
			t.Errorf("%d: got % x, want % x", n, got, want)
		}
	}
}
