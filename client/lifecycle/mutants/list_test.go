package main

import (
	"path/filepath"
	"testing"
)

// TestMutantsFit: the list is run by hand, so a change of the code that it takes
// out is told of here.
func TestMutantsFit(t *testing.T) {
	names := map[string]bool{}
	for _, m := range mutants {
		if _, err := m.apply(filepath.Join("..", m.file)); err != nil {
			t.Errorf("%s: %v", m.name, err)
		}
		if m.new == m.old {
			t.Errorf("%s: takes nothing out", m.name)
		}
		if names[m.name] {
			t.Errorf("%s: twice in the list", m.name)
		}
		names[m.name] = true
	}
}

func TestReplace(t *testing.T) {
	const source = "func f() {\n\tif a && // why\n\t\tb {\n\t\tg(\"a b\") // then\n\t}\n\tg(1)\n}\n"
	for _, row := range []struct{ name, old, new, want string }{
		{"as it stands → replaced", "g(1)", "", "func f() {\n\tif a && // why\n\t\tb {\n\t\tg(\"a b\") // then\n\t}\n\t\n}\n"},
		{"another layout, another comment → replaced", "if a && b { // because\n g(\"a b\")", "if c {", "func f() {\n\tif c { // then\n\t}\n\tg(1)\n}\n"},
		{"another text → not there", "g(\"ab\")", "", ""},
		{"there twice → refused", "g(", "", ""},
		{"the beginning of a name → not there", "fu", "", ""},
		{"nothing but a comment → refused", "// then", "", ""},
	} {
		got, err := replace(source, row.old, row.new)
		if got != row.want || (err != nil) != (row.want == "") {
			t.Errorf("%s: %q, %v", row.name, got, err)
		}
	}
}
