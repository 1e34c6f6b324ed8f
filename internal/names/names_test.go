//go:build !js

package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestRename(t *testing.T) {
	for _, row := range []struct{ name, script, want string }{
		{"arguments in their order", "function f(a,b){return b-a}", "function f(e,t){return t-e}"},
		{"what is used most first", "function f(a){let b=1,c=a;return c*c*b}", "function f(e){let n=1,t=e;return t*t*n}"},
		{"again within, where it is not used", "function f(a){return a.map(b=>b+1)}", "function f(e){return e.map(e=>e+1)}"},
		{"not again where it is used", "function f(a){return a.map(b=>b+a)}", "function f(e){return e.map(t=>t+e)}"},
		{"nor where it is used further within", "function f(a){return b=>c=>a}", "function f(e){return t=>t=>e}"},
		{"not the name of a global", "function f(a){return e(a,t)}", "function f(n){return e(n,t)}"},
		{"nor of the top level", "var e=1;function f(a){return a+e}", "var e=1;function f(t){return t+e}"},
		{"a name that is a property, too", "function f(e){let{a}=e,o={a};return o}", "function f(e){let{a:t}=e;return{a:t}}"},
		{"blocks", "function f(a){for(let b of a)try{b()}catch(c){d(c)}}", "function f(e){for(let t of e)try{t()}catch(e){d(e)}}"},
		{"a loop's own", "function f(a){for(let b=0;b<a;b++)g(b)}", "function f(e){for(let t=0;t<e;t++)g(t)}"},
		{"switch", "function f(a){switch(a){case 1:let b=a;g(b*b);default:h()}}", "function f(e){switch(e){case 1:let t=e;g(t*t);default:h()}}"},
		{"methods", "var A=class extends B{get c(){return this.c}d(e,...f){super.d(f,e)}};", "var A=class extends B{get c(){return this.c}d(e,...t){super.d(t,e)}};"},
		{"defaults", "function f(a,b=a,{c:d=b}={}){return d}", "function f(e,t=e,{c:n=t}={}){return n}"},
		{"var comes out of its block", "function f(a){if(a){var b=a}return b}", "function f(e){if(e)var t=e;return t}"},
		{"texts and regular expressions stay", "function f(a){return`a${a}a`.split(/a/g)}", "function f(e){return`a${e}a`.split(/a/g)}"},
		{"exports", "var a=1;function b(c){return c}export{a as x,b as default};", "var a=1;function b(e){return e}export{a as x,b as default};"},
		{"a script of its own", "\"use strict\";var A=(()=>{let a=1;return b=>a+b})();", "\"use strict\";var A=(()=>{let e=1;return t=>e+t})();"},
	} {
		t.Run(row.name, func(t *testing.T) {
			got, err := rename([]byte(row.script))
			if err != nil {
				t.Fatal(err)
			}
			if got := strings.TrimSpace(string(got)); got != row.want {
				t.Errorf("got  %s\nwant %s", got, row.want)
			}
		})
	}
}

func TestWhatCannotBeRenamed(t *testing.T) {
	var many strings.Builder
	for i := range len(letters) + 1 {
		fmt.Fprintf(&many, "let a%d=f();", i)
	}
	around := fmt.Sprintf("(()=>{%sg(b=>b+a1)})();", many.String())
	if got, err := rename([]byte(around)); err != nil || !strings.Contains(string(got), "a54=f();g(e=>e+a1)") {
		t.Errorf("got %s, %v", got, err)
	}
	for _, row := range []struct {
		script string
		want   error
	}{
		{"let var1_ = 1", errPlaceholder},
		{"function f(a){" + around + "}", errLetters},
	} {
		if _, err := rename([]byte(row.script)); !errors.Is(err, row.want) {
			t.Errorf("got %v, want %v", err, row.want)
		}
	}
	if _, err := rename([]byte("<!doctype html>")); err == nil {
		t.Error("no error for what is no script")
	}
}

func TestRun(t *testing.T) {
	dir := t.TempDir()
	in, out := filepath.Join(dir, "in.js"), filepath.Join(dir, "out.js")
	if err := run(in, out); !errors.Is(err, os.ErrNotExist) {
		t.Error(err)
	}
	if err := os.WriteFile(in, []byte("function f(a){return a}"), 0o644); err != nil {
		t.Fatal(err)
	}
	if err := run(in, out); err != nil {
		t.Fatal(err)
	}
	if got, _ := os.ReadFile(out); strings.TrimSpace(string(got)) != "function f(e){return e}" {
		t.Errorf("got %s", got)
	}
}
