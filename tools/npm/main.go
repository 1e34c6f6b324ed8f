//go:build !js

// Command npm makes the files of the npm package that are not scripts, and prepares a release:
//
//	npm types <index.d.ts >index.d.cts   the types of the CommonJS module
//	npm integrity FILE...                the scripts' hashes for <script integrity>, as JSON
//	npm release VERSION                  all steps but publishing, see release.go
package main

import (
	"errors"
	"fmt"
	"io"
	"os"
)

func main() {
	if err := run(os.Args[1:], os.Stdin, os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "npm:", err)
		os.Exit(1)
	}
}

func run(args []string, in io.Reader, out io.Writer) error {
	if len(args) == 0 {
		return errors.New("name a command: types, integrity or release")
	}
	switch args[0] {
	case "types":
		text, err := io.ReadAll(in)
		if err != nil {
			return err
		}
		types, err := commonJS(string(text))
		if err != nil {
			return err
		}
		_, err = io.WriteString(out, types)
		return err
	case "integrity":
		hashes, err := integrity(args[1:])
		if err != nil {
			return err
		}
		return printJSON(out, hashes)
	case "release":
		if len(args) != 2 {
			return errors.New("release takes a version: make release VERSION=1.2.3")
		}
		return release(out, ".", args[1])
	}
	return fmt.Errorf("there is no command %q: types, integrity or release", args[0])
}
