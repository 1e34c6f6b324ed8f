package main

import (
	"fmt"
	"reflect"
	"strings"

	"github.com/socketio-jwt/socketio-jwt-wasm/internal/engineio"
)

// traits are the fields of engineio.Generation: whether a generation has them. Revision,
// the first, is a number.
func (r *reader) traits() []constantDoc {
	docs := r.fieldDocs(engineIO, "Generation")
	var all []constantDoc
	for _, f := range reflect.VisibleFields(reflect.TypeFor[engineio.Generation]()) {
		all = append(all, constantDoc{name: f.Name, doc: docs[f.Name]})
	}
	return all
}

// generations writes what each generation does, as the page asks for it.
func (w *typeScriptWriter) generations(traits []constantDoc) {
	w.p("/** What one generation of servers does that others do not: its traits. */\nexport interface Generation {\n")
	for _, t := range traits {
		w.doc("  ", t.doc)
		kind := "?: true"
		if t.name == "Revision" {
			kind = ": number"
		}
		w.p("  readonly %s%s;\n", lowerFirst(t.name), kind)
	}
	w.p("}\n\nconst generations: readonly Generation[] = [\n")
	for _, g := range []engineio.Generation{engineio.Generation3, engineio.Generation4} {
		value := reflect.ValueOf(g)
		var had []string
		for _, t := range traits {
			if field := value.FieldByName(t.name); !field.IsZero() {
				had = append(had, fmt.Sprintf("%s: %v", lowerFirst(t.name), field))
			}
		}
		w.p("  { %s },\n", strings.Join(had, ", "))
	}
	w.p("];\n\n/** The revision that servers are asked with, unless they are known to refuse it. */\n")
	w.p("export const newest = %d;\n\n", engineio.Generation4.Revision)
	w.p("/** That of a revision. One of a server that has not shown its revision (0) has no trait. */\n")
	w.p("export const generationOf = (revision: number): Generation => generations.find((g) => g.revision == revision) || { revision: 0 };\n\n")
}
