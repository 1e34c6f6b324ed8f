package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestMutantsFit: the list is run by hand, so a change of the code that it takes
// out is told of here.
func TestMutantsFit(t *testing.T) {
	names := map[string]bool{}
	for _, m := range mutants {
		source, err := os.ReadFile(filepath.Join("..", m.file))
		if err != nil {
			t.Fatal(err)
		}
		if n := strings.Count(string(source), m.old); n != 1 {
			t.Errorf("%s: %s has the text to take out %d times", m.name, m.file, n)
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
