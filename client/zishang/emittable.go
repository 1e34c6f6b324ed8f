package zishang

import (
	"encoding/json"
	"fmt"
	"io"
	"reflect"
	"slices"

	"github.com/zishang520/socket.io/clients/socket/v3"
	"github.com/zishang520/socket.io/parsers/socket/v3/parser"
)

// emittable refuses what would otherwise go wrong without a word: zishang520 sends
// an event with an argument that JSON cannot hold without any, and without its name.
func emittable(event string, args []any) error {
	if socket.RESERVED_EVENTS.Has(event) {
		return fmt.Errorf("zishang: %q is a reserved event name", event)
	}
	if err := sendable(args); err != nil {
		return fmt.Errorf("zishang: an argument of %q: %w", event, err)
	}
	return nil
}

// sendable says why JSON cannot hold one of the values.
func sendable(values []any) error {
	var above [16]container
	for _, value := range values {
		switch value.(type) {
		case nil, bool, string, int, []byte:
			continue
		}
		// First, as parser.HasBinary has no end where a value contains itself.
		if err := walkable(value, above[:0]); err != nil {
			return err
		}
		if parser.HasBinary(value) {
			value = withoutBinary(value)
		}
		if _, err := json.Marshal(value); err != nil {
			return err
		}
	}
	return nil
}

// container is a list or an object by its place in memory.
type container struct {
	at     uintptr
	length int
}

// walkable says why zishang520, which looks for binary data, would not come back from a value: the value contains itself,
// which JSON has an error for, or a reader that is none. above are the containers that the value is in.
func walkable(value any, above []container) error {
	var here container
	switch v := value.(type) {
	case []any:
		here = container{reflect.ValueOf(v).Pointer(), len(v)}
	case map[string]any:
		here.at = reflect.ValueOf(v).Pointer()
	case io.Reader:
		if pointer := reflect.ValueOf(v); pointer.Kind() == reflect.Pointer && pointer.IsNil() {
			return fmt.Errorf("nobody can read from a %T that is nil", v)
		}
		return nil
	default:
		return nil
	}
	if slices.Contains(above, here) {
		_, err := json.Marshal(value)
		return err
	}
	above = append(above, here)
	switch v := value.(type) {
	case []any:
		for _, one := range v {
			if err := walkable(one, above); err != nil {
				return err
			}
		}
	case map[string]any:
		for _, one := range v {
			if err := walkable(one, above); err != nil {
				return err
			}
		}
	}
	return nil
}

// withoutBinary is a copy of an argument with nothing in the places of binary data, which travels beside the JSON.
func withoutBinary(arg any) any {
	if parser.IsBinary(arg) {
		return nil
	}
	switch v := arg.(type) {
	case []any:
		list := make([]any, len(v))
		for i := range v {
			list[i] = withoutBinary(v[i])
		}
		return list
	case map[string]any:
		object := make(map[string]any, len(v))
		for key := range v {
			object[key] = withoutBinary(v[key])
		}
		return object
	}
	return arg
}
