//go:build !js

package main

import (
	"fmt"
	"os/exec"
	"slices"
	"strings"
)

const module = "github.com/socketio-jwt/socketio-jwt-wasm/"

// linked lists the packages that the page's Go may import: every visitor loads them.
var linked = []string{
	module + "client/lifecycle", module + "internal/bridge", module + "internal/core", module + "internal/engineio", module + "internal/socketio",
	"slices", "unsafe",
}

// foreign names the imports that linked does not list.
func foreign() error {
	out, err := exec.Command("go", "list", "-f", `{{join .Imports "\n"}}`,
		"./client/lifecycle", "./internal/bridge", "./internal/core", "./internal/engineio", "./internal/socketio").Output()
	if err != nil {
		return fmt.Errorf("go list: %w", err)
	}
	return unlisted(strings.Fields(string(out)))
}

func unlisted(imports []string) error {
	for _, path := range imports {
		if !slices.Contains(linked, path) {
			return fmt.Errorf("the page's Go imports %s, which every visitor would load: do without, or list it in tools/size/imports.go", path)
		}
	}
	return nil
}
