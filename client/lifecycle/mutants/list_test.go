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
