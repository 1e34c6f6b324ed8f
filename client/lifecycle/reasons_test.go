package lifecycle

import "testing"

func TestReasons(t *testing.T) {
	names := map[string]bool{}
	for r := Reason(1); int(r) < len(reasons); r++ {
		if r.String() == "" || names[r.String()] {
			t.Errorf("reason %d is called %q", r, r)
		}
		names[r.String()] = true
		if r.Text() == "" {
			t.Errorf("%s says nothing", r)
		}
	}
	for _, none := range []Reason{0, Reason(len(reasons)), 255} {
		if none.String() != "" || none.Text() != "" || none.Fatal() {
			t.Errorf("%d is a reason", none)
		}
	}
}

// The numbers travel to the page, which has a table of these words by them: no number between two may be none's.
func TestCloseReasons(t *testing.T) {
	for r, want := range map[CloseReason]string{
		0: "", 1: "transport error", 2: "transport close", 3: "ping timeout", 4: "forced close", 5: "parse error",
		6: "io server disconnect", 7: "io client disconnect", 8: "timeout", 9: "", 255: "",
	} {
		if got := r.String(); got != want {
			t.Errorf("%d is %q, want %q", r, got, want)
		}
	}
}
