package engineio

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"strings"
	"testing"
)

func TestGenerationOf(t *testing.T) {
	for revision := range 6 {
		want := Generation{}
		switch revision {
		case 3:
			want = Generation3
		case 4:
			want = Generation4
		}
		s := State{Revision: revision}
		if got := s.Generation(); *got != want {
			t.Errorf("revision %d: %+v, want %+v", revision, *got, want)
		}
	}
}

// TestTraitsInsteadOfRevisions: no other package compares a revision with a number.
func TestTraitsInsteadOfRevisions(t *testing.T) {
	files := 0
	for _, room := range []string{"../socketio", "../core", "../bridge", "../../wasm", "../../client"} {
		err := filepath.WalkDir(room, func(path string, _ fs.DirEntry, err error) error {
			if err != nil || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
				return nil // internal/bridge may not be there
			}
			files++
			set := token.NewFileSet()
			file, err := parser.ParseFile(set, path, nil, parser.SkipObjectResolution)
			if err != nil {
				return err
			}
			ast.Inspect(file, func(n ast.Node) bool {
				if c, ok := n.(*ast.BinaryExpr); ok && comparesRevision(c) {
					t.Errorf("%s compares a revision: it is to ask for a trait of engineio.Generation", set.Position(c.Pos()))
				}
				return true
			})
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	if files < 50 {
		t.Fatalf("looked at %d files", files)
	}
}

// comparesRevision finds x.Revision == 3 and the like. Zero, for unknown, may be compared.
func comparesRevision(c *ast.BinaryExpr) bool {
	named := func(e ast.Expr) bool {
		s, ok := e.(*ast.SelectorExpr)
		return ok && s.Sel.Name == "Revision"
	}
	number := func(e ast.Expr) bool {
		l, ok := e.(*ast.BasicLit)
		return ok && l.Kind == token.INT && l.Value != "0"
	}
	switch c.Op {
	case token.EQL, token.NEQ, token.LSS, token.GTR, token.LEQ, token.GEQ:
		return named(c.X) && number(c.Y) || number(c.X) && named(c.Y)
	}
	return false
}
