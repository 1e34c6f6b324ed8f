//go:build !js

package main

import (
	"os"
	"path/filepath"
	"testing"
)

// TestMutantsFit: the mutants are run by hand; a change of the code that one of them
// takes out is told of here.
func TestMutantsFit(t *testing.T) {
	names := map[string]bool{}
	for _, s := range suites {
		dir := filepath.Join("../../..", s.dir)
		for _, m := range s.mutants {
			if _, _, err := m.apply(dir); err != nil {
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
}

func TestFind(t *testing.T) {
	dir := t.TempDir()
	for name, code := range map[string]string{
		"a.go":      "package p\n\n// f and F: comments say func f() {}.\nfunc f() {}\n\ntype T[K any] struct{}\n\nfunc (t *T[K]) f() { f() }\n",
		"b.go":      "package p\n\ntype U int\n\nfunc (U) f() { g() }\n\nfunc g() {}\n",
		"c.go":      "//go:build js\n\npackage p\n\nfunc g() {}\n",
		"d_test.go": "package p\n\nfunc h() {}\n",
	} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(code), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for _, row := range []struct{ name, function, file, want string }{
		{"a function", "f", "a.go", "func f() {}"},
		{"a method of a generic type", "T.f", "a.go", "func (t *T[K]) f() { f() }"},
		{"a method", "U.f", "b.go", "func (U) f() { g() }"},
		{"one of two files → refused", "g", "", ""},
		{"a test's → not there", "h", "", ""},
	} {
		path, source, from, to, err := find(dir, row.function)
		if row.want == "" {
			if err == nil {
				t.Errorf("%s: found in %s", row.name, path)
			}
			continue
		}
		if err != nil || filepath.Base(path) != row.file || source[from:to] != row.want {
			t.Errorf("%s: %v, %s, %q", row.name, err, path, source[from:to])
		}
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
