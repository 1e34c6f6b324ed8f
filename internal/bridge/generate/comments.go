package main

import (
	"cmp"
	"go/ast"
	"go/token"
	"slices"
	"strings"
)

// spec is the declaration of a type.
func (r *reader) spec(path, name string) *ast.TypeSpec {
	for _, file := range r.files[path] {
		for _, d := range file.Decls {
			if g, ok := d.(*ast.GenDecl); ok && g.Tok == token.TYPE {
				for _, s := range g.Specs {
					if s := s.(*ast.TypeSpec); s.Name.Name == name {
						return s
					}
				}
			}
		}
	}
	return nil
}

// fieldDocs are the comments of the fields of a struct.
func (r *reader) fieldDocs(path, name string) map[string]string {
	docs := map[string]string{}
	for _, f := range r.spec(path, name).Type.(*ast.StructType).Fields.List {
		for _, n := range f.Names {
			docs[n.Name] = clean(f.Doc.Text() + f.Comment.Text())
		}
	}
	return docs
}

// constantDocs are the comments of a package's constants.
func (r *reader) constantDocs(path string) map[string]string {
	docs := map[string]string{}
	for _, file := range r.files[path] {
		for _, d := range file.Decls {
			g, ok := d.(*ast.GenDecl)
			if !ok || g.Tok != token.CONST {
				continue
			}
			for _, s := range g.Specs {
				v := s.(*ast.ValueSpec)
				docs[v.Names[0].Name] = clean(v.Doc.Text() + v.Comment.Text())
			}
		}
	}
	return docs
}

// clean makes one line of a comment.
func clean(doc string) string { return strings.Join(strings.Fields(doc), " ") }

func sortByValue(all []constantDoc) {
	slices.SortStableFunc(all, func(a, b constantDoc) int { return cmp.Compare(a.value, b.value) })
}
