//go:build !js

package zishang_test

import (
	"os"
	"os/exec"
	"strings"
	"testing"
)

// What this package brings must not reach the page: nothing that the page's WASM
// is made of comes from zishang520, or from here. (tools/size/imports.go has the
// whole list.)
func TestThePageLinksNoneOfThis(t *testing.T) {
	made := func(of string) (all, heavy []string) {
		list := exec.Command("go", "list", "-deps", of)
		list.Dir = "../.."
		list.Env = append(os.Environ(), "GOOS=js", "GOARCH=wasm")
		out, err := list.Output()
		if err != nil {
			t.Fatalf("%v: %v", list, err)
		}
		all = strings.Fields(string(out))
		for _, pkg := range all {
			if strings.Contains(pkg, "zishang") || strings.HasPrefix(pkg, "net/") || pkg == "encoding/json" {
				heavy = append(heavy, pkg)
			}
		}
		return all, heavy
	}
	if all, heavy := made("./internal/core"); len(heavy) > 0 || len(all) < 10 {
		t.Errorf("the page links %q", heavy)
	}
	if _, heavy := made("./example-site/gopage"); len(heavy) < 10 {
		t.Errorf("the Go page, which does link it, seems to link only %q: this test sees nothing", heavy)
	}
}
