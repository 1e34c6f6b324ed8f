//go:build !js

package zishang_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// Each exported name of the two packages that Go programs use has a comment.
func TestExportedNamesAreDocumented(t *testing.T) {
	for _, dir := range []string{".", ".."} {
		names := 0
		for _, file := range parseDir(t, dir) {
			for _, d := range file.Decls {
				for name, comment := range exported(d) {
					names++
					if comment == "" {
						t.Errorf("%s: %s has no comment", file.Name.Name, name)
					}
				}
			}
		}
		if names < 20 {
			t.Errorf("%s: only %d exported names", dir, names)
		}
	}
}

func parseDir(t *testing.T, dir string) (files []*ast.File) {
	t.Helper()
	paths, err := filepath.Glob(filepath.Join(dir, "*.go"))
	if err != nil {
		t.Fatal(err)
	}
	for _, path := range paths {
		if strings.HasSuffix(path, "_test.go") {
			continue
		}
		file, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.ParseComments|parser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}
		files = append(files, file)
	}
	return files
}

// exported is the exported names of a declaration, and their comments.
func exported(d ast.Decl) map[string]string {
	names := map[string]string{}
	switch d := d.(type) {
	case *ast.FuncDecl:
		if d.Name.IsExported() && (d.Recv == nil || receiverIsExported(d.Recv)) {
			names[d.Name.Name] = d.Doc.Text()
		}
	case *ast.GenDecl:
		for _, spec := range d.Specs {
			switch s := spec.(type) {
			case *ast.TypeSpec:
				if s.Name.IsExported() {
					names[s.Name.Name] = s.Doc.Text() + d.Doc.Text()
				}
			case *ast.ValueSpec:
				for _, name := range s.Names {
					if name.IsExported() {
						names[name.Name] = s.Doc.Text() + s.Comment.Text() + d.Doc.Text()
					}
				}
			}
		}
	}
	return names
}

func receiverIsExported(fields *ast.FieldList) bool {
	receiver := fields.List[0].Type
	if star, ok := receiver.(*ast.StarExpr); ok {
		receiver = star.X
	}
	name, ok := receiver.(*ast.Ident)
	return ok && name.IsExported()
}

// The Go code of docs/go-programs.md stands in the examples, which are run.
func TestDocsAreExamples(t *testing.T) {
	page, err := os.ReadFile("../../docs/go-programs.md")
	if err != nil {
		t.Fatal(err)
	}
	paths, err := filepath.Glob("example_*_test.go")
	if err != nil {
		t.Fatal(err)
	}
	code := ""
	for _, path := range paths {
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		code += withoutLayout(string(text))
	}
	blocks := strings.Split(string(page), "```go\n")[1:]
	if len(blocks) < 5 {
		t.Errorf("the page has %d pieces of Go", len(blocks))
	}
	for _, block := range blocks {
		block, _, _ = strings.Cut(block, "```")
		if !strings.Contains(code, withoutLayout(block)) {
			t.Errorf("no example has this code:\n%s", block)
		}
	}
}

// withoutLayout is code without indentation and empty lines.
func withoutLayout(code string) string {
	var lines strings.Builder
	for line := range strings.Lines(code) {
		if line = strings.TrimSpace(line); line != "" {
			lines.WriteString(line + "\n")
		}
	}
	return lines.String()
}
