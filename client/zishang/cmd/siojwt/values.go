//go:build !js

package main

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"strings"

	"github.com/zishang520/socket.io/v3/pkg/types"
)

// parseArgument reads an argument of an event: JSON, or else text.
func parseArgument(text string) any {
	if values, err := parseValues(text); err == nil && len(values) == 1 {
		return values[0]
	}
	return text
}

// parseLine reads an event: ["name",arg,…], or name and its arguments, which are JSON
// values or, where they are no JSON, one text.
func parseLine(line string) (event string, args []any, err error) {
	line = strings.TrimSpace(line)
	if strings.HasPrefix(line, "[") {
		var all []any
		if values, err := parseValues(line); err == nil && len(values) == 1 {
			all, _ = values[0].([]any)
		}
		if len(all) > 0 {
			event, _ = all[0].(string)
		}
		if event == "" {
			return "", nil, fmt.Errorf(`an event in brackets has to be JSON and begin with its name: ["message","hi"]`)
		}
		return event, all[1:], nil
	}
	space := strings.IndexAny(line, " \t")
	if space < 0 {
		return line, nil, nil
	}
	event, rest := line[:space], strings.TrimSpace(line[space:])
	if args, err := parseValues(rest); err == nil {
		return event, args, nil
	}
	return event, []any{rest}, nil
}

// parseValues reads JSON values one after the other. Numbers keep their digits.
func parseValues(text string) (values []any, err error) {
	d := json.NewDecoder(strings.NewReader(text))
	d.UseNumber()
	for {
		var v any
		switch err := d.Decode(&v); err {
		case nil:
			values = append(values, v)
		case io.EOF:
			return values, nil
		default:
			return nil, err
		}
	}
}

// toJSON writes a value from the server. Binary data is {"base64":"…"}.
func toJSON(v any) string {
	var text strings.Builder
	e := json.NewEncoder(&text)
	e.SetEscapeHTML(false)
	if err := e.Encode(printable(v)); err != nil {
		return fmt.Sprintf("%q", fmt.Sprint(v))
	}
	return strings.TrimSuffix(text.String(), "\n")
}

func printable(v any) any {
	switch v := v.(type) {
	case []any:
		all := make([]any, len(v))
		for i, one := range v {
			all[i] = printable(one)
		}
		return all
	case map[string]any:
		all := make(map[string]any, len(v))
		for key, one := range v {
			all[key] = printable(one)
		}
		return all
	case types.BufferInterface:
		return binary(v.Bytes())
	case []byte:
		return binary(v)
	}
	return v
}

func binary(data []byte) any {
	return map[string]string{"base64": base64.StdEncoding.EncodeToString(data)}
}
