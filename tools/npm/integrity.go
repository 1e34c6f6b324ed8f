//go:build !js

package main

import (
	"crypto/sha512"
	"encoding/base64"
	"encoding/json"
	"io"
	"os"
	"path/filepath"
)

// integrity hashes files for the attribute `integrity` of a script, by their names.
func integrity(paths []string) (map[string]string, error) {
	hashes := map[string]string{}
	for _, path := range paths {
		file, err := os.ReadFile(path)
		if err != nil {
			return nil, err
		}
		hashes[filepath.Base(path)] = hashOf(file)
	}
	return hashes, nil
}

func hashOf(file []byte) string {
	sum := sha512.Sum384(file)
	return "sha384-" + base64.StdEncoding.EncodeToString(sum[:])
}

func printJSON(out io.Writer, value any) error {
	encoder := json.NewEncoder(out)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	return encoder.Encode(value)
}
