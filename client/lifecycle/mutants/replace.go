//go:build !js

package main

import (
	"fmt"
	"go/scanner"
	"go/token"
)

// lexeme is a token of Go, and where it stands in its text.
type lexeme struct {
	text     string
	from, to int
}

// lexemes are the tokens of Go code, or of a piece of it, without comments and
// without the semicolons that a line break stands for.
func lexemes(code string) []lexeme {
	files := token.NewFileSet()
	file := files.AddFile("", files.Base(), len(code))
	var s scanner.Scanner
	s.Init(file, []byte(code), func(token.Position, string) {}, 0)
	var all []lexeme
	for {
		pos, kind, text := s.Scan()
		switch {
		case kind == token.EOF:
			return all
		case kind == token.SEMICOLON && text == "\n":
			continue
		case text == "":
			text = kind.String() // an operator
		}
		from := file.Offset(pos)
		all = append(all, lexeme{text, from, from + len(text)})
	}
}

// replace puts new where old stands in a source, and fails unless old is there
// exactly once. Only code counts: comments, line breaks and indentation may
// differ.
func replace(source, old, new string) (string, error) {
	all, wanted := lexemes(source), lexemes(old)
	if len(wanted) == 0 {
		return "", fmt.Errorf("the list names no code to take out")
	}
	var from, to, found int
	for i := range all[:max(0, len(all)-len(wanted)+1)] {
		if begins(all[i:], wanted) {
			from, to = all[i].from, all[i+len(wanted)-1].to
			found++
		}
	}
	if found != 1 {
		return "", fmt.Errorf("the code to take out is there %d times", found)
	}
	return source[:from] + new + source[to:], nil
}

func begins(all, wanted []lexeme) bool {
	for i, w := range wanted {
		if all[i].text != w.text {
			return false
		}
	}
	return true
}
