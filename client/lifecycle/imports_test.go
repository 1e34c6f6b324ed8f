package lifecycle

import (
	"go/parser"
	"go/token"
	"path/filepath"
	"strings"
	"testing"
)

// Visitors pay for every package that the page links: this one brings none.
func TestImportsNothing(t *testing.T) {
	files, err := filepath.Glob("*.go")
	if err != nil || len(files) == 0 {
		t.Fatalf("no files to look at: %v", err)
	}
	for _, name := range files {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		f, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.ImportsOnly)
		if err != nil {
			t.Fatal(err)
		}
		for _, i := range f.Imports {
			t.Errorf("%s imports %s", name, i.Path.Value)
		}
	}
}
