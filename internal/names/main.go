//go:build !js

// Command names gives variables within functions shorter lives: the same few
// letters again and again.
//
//	names -o named.js bundled.js
//
// esbuild never lets a function's variable have the name of one around it; where
// that one is not used within, it may. So the first argument of nearly every
// function becomes e, the second t, and brotli finds more that it has seen before.
// Nothing else changes, and the names that esbuild has given to the top level stay,
// or to the one function around a classic script.
package main

import (
	"bytes"
	"errors"
	"flag"
	"fmt"
	"os"
	"regexp"
	"sort"
	"strconv"

	"github.com/evanw/esbuild/pkg/api"
	"github.com/tdewolff/parse/v2"
	"github.com/tdewolff/parse/v2/js"
)

func main() {
	out := flag.String("o", "", "where the script goes")
	flag.Parse()
	if flag.NArg() != 1 || *out == "" {
		fmt.Fprintln(os.Stderr, "usage: names -o named.js bundled.js")
		os.Exit(2)
	}
	if err := run(flag.Arg(0), *out); err != nil {
		fmt.Fprintln(os.Stderr, "names:", err)
		os.Exit(1)
	}
}

func run(in, out string) error {
	script, err := os.ReadFile(in)
	if err != nil {
		return err
	}
	named, err := rename(script)
	if err != nil {
		return fmt.Errorf("%s: %w", in, err)
	}
	return os.WriteFile(out, named, 0o644)
}

// The letters, those first that scripts are full of anyway.
const letters = "etnsoiarclduhmfpgvbjy_wOxCEkASMFTzDNLRPHIBV$WUKqYGXQZJ"

// While esbuild prints it a variable has a name of its own: it would part those
// that have the same one.
var placeholder = regexp.MustCompile(`\bvar\d+_\b`)

var (
	errPlaceholder = errors.New("it has a name like var1_, which is needed here")
	errLetters     = errors.New("more variables in one function than there are letters")
)

func rename(script []byte) ([]byte, error) {
	if placeholder.Match(script) {
		return nil, errPlaceholder
	}
	tree, err := js.Parse(parse.NewInputBytes(bytes.Clone(script)), js.Options{})
	if err != nil {
		return nil, err
	}
	n := &namer{names: map[*js.Var]string{}}
	for _, statement := range tree.List {
		js.Walk(n, statement)
	}
	if n.err != nil {
		return nil, n.err
	}
	var list []string
	for v, name := range n.names {
		v.Data = fmt.Appendf(nil, "var%d_", len(list))
		list = append(list, name)
	}
	printed := api.Transform(tree.JSString(), api.TransformOptions{
		MinifyWhitespace: true, MinifySyntax: true, Target: api.ES2021, Charset: api.CharsetUTF8,
	})
	if len(printed.Errors) > 0 {
		return nil, errors.New(printed.Errors[0].Text)
	}
	return placeholder.ReplaceAllFunc(printed.Code, func(name []byte) []byte {
		i, _ := strconv.Atoi(string(name[len("var") : len(name)-1]))
		return []byte(list[i])
	}), nil
}

// A namer names the variables of each scope that it enters, after those around it.
type namer struct {
	names map[*js.Var]string
	err   error
}

func (n *namer) Enter(node js.INode) js.IVisitor {
	switch node := node.(type) {
	case *js.BlockStmt:
		n.scope(node.Scope)
	case *js.SwitchStmt:
		n.scope(node.Scope)
	}
	return n
}

func (n *namer) Exit(js.INode) {}

// scope names arguments in their order and then, those that are used most first,
// what else is declared in it; by any letters but those of what is used within
// and comes from without.
func (n *namer) scope(s js.Scope) {
	if len(s.Declared) > len(letters) && !n.within(s.Parent) {
		return
	}
	taken := map[string]bool{}
	for _, v := range s.Undeclared {
		for v.Link != nil {
			v = v.Link
		}
		name, ok := n.names[v]
		if !ok {
			name = string(v.Data)
		}
		taken[name] = true
	}
	order := append(js.VarArray{}, s.Declared...)
	sort.Stable(js.VarsByUses(order[s.NumFuncArgs:]))
	next := 0
	for _, v := range order {
		for next < len(letters) && taken[letters[next:next+1]] {
			next++
		}
		if next == len(letters) {
			n.err = errLetters
			return
		}
		n.names[v] = letters[next : next+1]
		next++
	}
}

// within tells whether anything has been named in a scope, or around it.
func (n *namer) within(s *js.Scope) bool {
	for ; s != nil; s = s.Parent {
		for _, v := range s.Declared {
			if n.names[v] != "" {
				return true
			}
		}
	}
	return false
}
