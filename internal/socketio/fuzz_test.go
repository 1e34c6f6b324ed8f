package socketio

import (
	"slices"
	"testing"
	"unicode/utf16"

	"github.com/socketio-jwt/socketio-jwt-wasm/internal/engineio"
)

// No input may bring the codec down, what it reads stands in the input, and what it reads can be written again.
func FuzzParseHeader(f *testing.F) {
	for _, file := range readVectors(f) {
		for _, v := range append(file.Received, file.Accepted...) {
			f.Add(v.Text, 0, true)
			f.Add(v.Text, 0, false)
		}
	}
	for _, s := range []string{"", "7", "5", "51", "51-", "5-", "50-", "599999999999-", "2/", "2/a", "2/a?x=1,1[]", "2/a?b?c,", "2,", "299999999999[]", "2\x1e", "4/a\x1e"} {
		f.Add(s, 0, true)
		f.Add(s, 3, false)
	}
	f.Fuzz(func(t *testing.T, text string, at int, whole bool) {
		units := utf16.Encode([]rune(text))
		at &= 0xff
		h, ok, fault := ParseHeader(units, at, whole)
		if !ok {
			if whole && fault == engineio.FaultNone {
				t.Fatal("there is no more to come, and no fault")
			}
			return
		}
		if fault != engineio.FaultNone || h.Type > TypeBinaryAck || h.Start <= at || h.Start > len(units) || h.AckID < LongAck || h.Attachments < 0 {
			t.Fatalf("%+v of %d units from %d, fault %d", h, len(units), at, fault)
		}
		if (h.Type >= TypeBinaryEvent) != (h.Attachments > 0) {
			t.Fatalf("%+v: attachments and type disagree", h)
		}
		if h.AckID == LongAck { // the page's to write
			return
		}
		dst := make([]uint16, len(units)+8)
		n := WriteHeader(dst, h.Type, h.Namespace, h.AckID, h.Attachments)
		if n == 0 {
			t.Fatalf("%+v does not fit into %d units", h, len(dst))
		}
		again, ok, _ := ParseHeader(dst[:n], 1, true)
		if !ok || again.Type != h.Type || again.AckID != h.AckID || again.Attachments != h.Attachments || (len(h.Namespace) > 1 && !slices.Equal(again.Namespace, h.Namespace)) {
			t.Fatalf("%+v, written and read again %+v", h, again)
		}
		if WriteHeader(dst[:n-1], h.Type, h.Namespace, h.AckID, h.Attachments) != 0 {
			t.Fatal("a header that does not fit was written")
		}
	})
}
