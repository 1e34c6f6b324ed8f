package main

import (
	"bytes"
	"os"
	"testing"
)

func TestGeneratedFilesAreUpToDate(t *testing.T) {
	l, err := read()
	if err != nil {
		t.Fatal(err)
	}
	source, err := l.goSource()
	if err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string][]byte{"../" + goFile: source, "../" + typeScriptFile: l.typeScript()} {
		got, err := os.ReadFile(name)
		if err != nil {
			t.Error(err)
		} else if !bytes.Equal(got, want) {
			t.Errorf("%s is not what internal/core says: run `go generate ./internal/bridge`", name)
		}
	}
}
