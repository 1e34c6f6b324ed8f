//go:build !js

package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"
)

// release prepares VERSION of the npm package: the version, the changelog's date, the hashes of the scripts, and the packed
// file. It builds and checks the packed file in a fresh clone of the last commit, so no other file gets into it. It changes
// the working tree only when all steps have succeeded. A person does the steps that others see: commit, tag, push, publish.
func release(out io.Writer, root, version string) error {
	if status, err := output(root, "git", "status", "--porcelain"); err != nil {
		return err
	} else if status != "" {
		return errors.New("there are changes that are not committed: commit or stash them, a release is made of a commit\n" + status)
	}
	home, err := os.MkdirTemp("", "socketio-jwt-release-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(home)
	clone := filepath.Join(home, "clone")
	if err := do(out, root, "git", "clone", "--quiet", "--no-hardlinks", ".", clone); err != nil {
		return err
	}

	edited := map[string]string{}
	edit := func(name string, change func(string) (string, error)) error {
		text, err := os.ReadFile(filepath.Join(clone, name))
		if err != nil {
			return err
		}
		changed, err := change(string(text))
		if err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
		edited[name] = changed
		return os.WriteFile(filepath.Join(clone, name), []byte(changed), 0o644)
	}
	if err := edit("js/package.json", func(text string) (string, error) { return setVersion(text, version) }); err != nil {
		return err
	}
	if err := do(out, clone, "make", "--no-print-directory", "dist"); err != nil {
		return err
	}
	hashes, err := integrity(scriptsIn(clone))
	if err != nil {
		return err
	}
	date := time.Now().UTC().Format(time.DateOnly)
	if err := edit("js/CHANGELOG.md", func(text string) (string, error) { return dateChangelog(text, version, date, hashes) }); err != nil {
		return err
	}
	if err := edit("js/README.md", func(text string) (string, error) { return showScript(text, version, hashes) }); err != nil {
		return err
	}

	// Packs the clone, and checks the packed file with the linters and an empty project.
	if err := do(out, clone, "make", "--no-print-directory", "package"); err != nil {
		return err
	}
	packed := "socketio-jwt-wasm-" + version + ".tgz"
	file, err := os.ReadFile(filepath.Join(clone, "build", packed))
	if err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Join(root, "build"), 0o755); err != nil {
		return err
	}
	if err := os.WriteFile(filepath.Join(root, "build", packed), file, 0o644); err != nil {
		return err
	}
	for name, text := range edited {
		if err := os.WriteFile(filepath.Join(root, name), []byte(text), 0o644); err != nil {
			return err
		}
	}
	_, err = fmt.Fprint(out, left(version, packed))
	return err
}

// scriptsIn lists the scripts that pages name in a tag.
func scriptsIn(root string) []string {
	return []string{filepath.Join(root, "js/dist/socketio-jwt.min.js"), filepath.Join(root, "js/dist/socketio-jwt.nowasm.min.js")}
}

func left(version, packed string) string {
	return strings.NewReplacer("VERSION", version, "PACKED", packed).Replace(`
build/PACKED is built, packed and checked. js/package.json, js/CHANGELOG.md and js/README.md
are edited. What is left to you:

  make test                          # everything, on this version
  git diff                           # read what users will read
  git commit -am "Release VERSION"
  git tag vVERSION
  git push && git push --tags
  npm publish build/PACKED --access public

To take it back instead: git checkout js/package.json js/CHANGELOG.md js/README.md
`)
}

func do(out io.Writer, dir, name string, args ...string) error {
	fmt.Fprintln(out, "+", name, strings.Join(args, " "))
	command := exec.Command(name, args...)
	command.Dir, command.Stdout, command.Stderr = dir, out, os.Stderr
	if err := command.Run(); err != nil {
		return fmt.Errorf("%s %s: %w", name, strings.Join(args, " "), err)
	}
	return nil
}

func output(dir, name string, args ...string) (string, error) {
	command := exec.Command(name, args...)
	command.Dir, command.Stderr = dir, os.Stderr
	text, err := command.Output()
	if err != nil {
		err = fmt.Errorf("%s %s: %w", name, strings.Join(args, " "), err)
	}
	return string(text), err
}
