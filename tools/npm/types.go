//go:build !js

package main

import (
	"errors"
	"regexp"
	"strings"
)

var (
	globalName = regexp.MustCompile(`(?m)^export as namespace \w+;\n\n?`)
	// The overloads of connect(), each with its comment if it has one.
	overload = regexp.MustCompile(`(?ms)^declare function connect\b.*?;$`)
	exports  = regexp.MustCompile(`(?ms)^export \{\n(.*?)^\};\n`)
)

// commonJS writes the types of the CommonJS module from those of the ES module. The module is io() itself. A namespace with
// the function's name has the function's properties and the types.
func commonJS(types string) (string, error) {
	calls := overload.FindAllString(types, -1)
	lists := exports.FindAllStringSubmatch(types, -1)
	if len(calls) == 0 || len(lists) != 1 || !strings.HasSuffix(types, lists[0][0]) {
		return "", errors.New("js/types/index.d.ts: expected `declare function connect`, and one `export {…};` at the end, which the types for CommonJS are made of")
	}
	var out strings.Builder
	out.WriteString(strings.TrimSuffix(globalName.ReplaceAllString(types, ""), lists[0][0]))
	out.WriteString("// What require() answers: io(), which carries the other exports.\n")
	for _, call := range calls {
		out.WriteString(strings.Replace(call, "function connect", "function client", 1) + "\n")
	}
	out.WriteString("declare namespace client {\n  export {\n")
	for line := range strings.Lines(lists[0][1]) {
		out.WriteString("  " + line)
	}
	out.WriteString("  };\n}\nexport = client;\n")
	return out.String(), nil
}
