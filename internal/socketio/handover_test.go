package socketio

import (
	"go/ast"
	"go/parser"
	"go/token"
	"maps"
	"path"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// ways are sequences of stages and events.
var ways = []string{
	// Break before make.
	"steady->Renew->draining->Drained->retiring->Retired->opening->Opened->steady",
	"steady->Renew->draining->Closed->steady",
	"steady->Misjudged->retiring->Retired->opening->Opened->steady",
	"steady->Renew->draining->Drained->retiring->Retired->opening->Closed->steady",
	// Make before break.
	"steady->RenewBeside->openingBeside->Opened->joining->Joined->drainingBeside->Drained->retiringBeside->Retired->steady",
	"steady->RenewBeside->openingBeside->Opened->joining->Late->retiringBeside->Retired->steady",
	"steady->RenewBeside->openingBeside->Closed->steady",
	"steady->RenewBeside->openingBeside->Opened->joining->Refused->drainingAlone->Drained->retiringAlone->Retired->opening->Opened->steady",
	"steady->RenewBeside->openingBeside->Opened->joining->Joined->drainingBeside->Refused->drainingAlone->Closed->steady",
	"steady->RenewBeside->openingBeside->Opened->joining->Joined->drainingBeside->Drained->retiringBeside->Refused->drainingAlone",
	// Standby.
	"steady->RenewByStandby->standbyOpening->Ready->standbyJoining->Answered->standbyJoined->Settled->standbyCarrying->Rejoined->standbyDelivering->Delivered->steady",
	"steady->RenewByStandby->standbyOpening->Left->standbyCarrying->Abandoned->steady",
	"steady->RenewByStandby->standbyOpening->Ready->standbyJoining->Left->standbyCarrying->Rejoined->standbyDelivering->Abandoned->steady",
	"steady->RenewByStandby->standbyOpening->Ready->standbyJoining->Answered->standbyJoined->Left->standbyCarrying->Closed->steady",
	"steady->RenewByStandby->standbyOpening->Ready->standbyJoining->Answered->standbyJoined->Settled->standbyCarrying->Rejoined->standbyDelivering->Left->standbyCarrying",
	"steady->RenewByStandby->standbyOpening->Abandoned->steady",
	"steady->RenewByStandby->standbyOpening->Ready->standbyJoining->Abandoned->steady",
	"steady->RenewByStandby->standbyOpening->Ready->standbyJoining->Answered->standbyJoined->Abandoned->steady",
	// What does not apply.
	"steady->Retired->steady->Delivered->steady->Refused->steady->Opened->steady",
	"steady->Renew->draining->RenewBeside->draining->Retired->draining->Abandoned->draining",
	"steady->RenewBeside->openingBeside->Renew->openingBeside->Refused->openingBeside->Drained->openingBeside",
	"steady->RenewByStandby->standbyOpening->Renew->standbyOpening->Opened->standbyOpening->Settled->standbyOpening",
}

func TestWays(t *testing.T) {
	taken := map[string]bool{}
	for _, way := range ways {
		words := strings.Split(way, "->")
		h := handover{}
		for i := 0; i+2 < len(words); i += 2 {
			from := h.stage
			if from.String() != words[i] {
				t.Errorf("%s: it is %v, not %s", way, from, words[i])
				break
			}
			h.wait.by = 1
			moved := h.move(eventNamed(t, words[i+1]))
			if moved != (words[i] != words[i+2] || words[i+1] == "Closed") {
				t.Errorf("%s: %s is said to apply: %t", way, words[i+1], moved)
			}
			if moved && h.wait.by != 0 {
				t.Errorf("%s: %v keeps the deadline of %v", way, h.stage, from)
			}
			if moved {
				taken[edge(from, words[i+1], h.stage)] = true
			}
		}
		if h.stage.String() != words[len(words)-1] {
			t.Errorf("%s: it came to %v", way, h.stage)
		}
	}
	for _, tr := range transitions {
		if e := edge(tr.from, tr.event.String(), tr.to); !taken[e] {
			t.Errorf("no way takes %s", e)
		}
	}
}

func edge(from stage, event string, to stage) string {
	return from.String() + " ─" + event + "→ " + to.String()
}

func eventNamed(t *testing.T, name string) stageEvent {
	t.Helper()
	for e := evRenew; e <= evClosed; e++ {
		if e.String() == name {
			return e
		}
	}
	t.Fatalf("no event %q", name)
	return 0
}

// stages are all there are.
func stages() (all []stage) {
	for s := steady; s <= standbyDelivering; s++ {
		all = append(all, s)
	}
	return all
}

// TestDiagram: the drawing in handover's comment has the transitions of the machine, each
// once, and no other.
func TestDiagram(t *testing.T) {
	drawn := map[string]int{}
	arrow := regexp.MustCompile(` ─(\w+)→ `)
	for line := range strings.Lines(commentOf(t, "handover.go", "handover")) {
		arrows := arrow.FindAllStringSubmatch(line, -1)
		places := arrow.Split(strings.TrimSpace(line), -1)
		for i, c := range arrows {
			for from := range strings.SplitSeq(places[i], ", ") {
				for _, s := range stages() {
					if from == "any" || matches(from, s.String()) {
						drawn[s.String()+" ─"+c[1]+"→ "+places[i+1]]++
					}
				}
			}
		}
	}
	wanted := map[string]int{}
	for _, s := range stages() {
		for e := evRenew; e <= evClosed; e++ {
			if to, ok := s.next(e); ok {
				wanted[edge(s, e.String(), to)] = 1
			}
		}
	}
	if len(wanted) != len(transitions)+len(stages()) {
		t.Errorf("the table has a transition twice: %d differ, of %d", len(wanted), len(transitions)+len(stages()))
	}
	for _, e := range slices.Sorted(maps.Keys(wanted)) {
		if drawn[e] != 1 {
			t.Errorf("drawn %d times: %s", drawn[e], e)
		}
		delete(drawn, e)
	}
	for e := range drawn {
		t.Errorf("drawn, and not in the table: %s", e)
	}
}

func matches(pattern, name string) bool {
	ok, _ := path.Match(pattern, name)
	return ok
}

// commentOf is the comment of a type.
func commentOf(t *testing.T, file, name string) string {
	f, err := parser.ParseFile(token.NewFileSet(), file, nil, parser.ParseComments)
	if err != nil {
		t.Fatal(err)
	}
	for _, d := range f.Decls {
		if g, ok := d.(*ast.GenDecl); ok && g.Tok == token.TYPE && g.Specs[0].(*ast.TypeSpec).Name.Name == name {
			return g.Doc.Text()
		}
	}
	t.Fatalf("%s has no type %s", file, name)
	return ""
}
