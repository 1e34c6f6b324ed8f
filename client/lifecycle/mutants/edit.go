//go:build !js

package main

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"strings"
)

// apply edits the package in dir: it gives the path of the file in which the function
// is, and the text of that file with the edit.
func (m mutant) apply(dir string) (path, source string, err error) {
	path, source, from, to, err := find(dir, m.function)
	if err != nil {
		return "", "", err
	}
	edited, err := replace(source[from:to], m.old, m.new)
	if err != nil {
		return "", "", fmt.Errorf("%s: %w", m.function, err)
	}
	return path, source[:from] + edited + source[to:], nil
}

// find gives the file of a function of the package in dir, its text, and where the
// function stands in that. Which of the package's files it is does not matter.
func find(dir, function string) (path, source string, from, to int, err error) {
	paths, err := filepath.Glob(filepath.Join(dir, "*.go"))
	if err != nil {
		return "", "", 0, 0, err
	}
	found := 0
	for _, candidate := range paths {
		if strings.HasSuffix(candidate, "_test.go") {
			continue
		}
		text, err := os.ReadFile(candidate)
		if err != nil {
			return "", "", 0, 0, err
		}
		files := token.NewFileSet()
		file, err := parser.ParseFile(files, candidate, text, parser.SkipObjectResolution)
		if err != nil {
			return "", "", 0, 0, err
		}
		for _, d := range file.Decls {
			if f, ok := d.(*ast.FuncDecl); ok && nameOf(f) == function {
				found++
				path, source = candidate, string(text)
				from, to = files.Position(f.Pos()).Offset, files.Position(f.End()).Offset
			}
		}
	}
	if found != 1 {
		return "", "", 0, 0, fmt.Errorf("%s has %d functions %s", dir, found, function)
	}
	return path, source, from, to, nil
}

// nameOf is a function's name, behind the type whose method it is.
func nameOf(f *ast.FuncDecl) string {
	if f.Recv == nil {
		return f.Name.Name
	}
	receiver := f.Recv.List[0].Type
	for {
		switch r := receiver.(type) {
		case *ast.StarExpr:
			receiver = r.X
		case *ast.IndexExpr:
			receiver = r.X
		case *ast.IndexListExpr:
			receiver = r.X
		case *ast.Ident:
			return r.Name + "." + f.Name.Name
		default:
			return f.Name.Name
		}
	}
}
