package zishang

import (
	"encoding/json"
	"fmt"
	"io"
	"reflect"
	"slices"

	"github.com/zishang520/socket.io/clients/socket/v3"
	"github.com/zishang520/socket.io/parsers/socket/v3/parser"
	"github.com/zishang520/socket.io/v3/pkg/types"
)

// emittable returns the arguments in the form in which they are sent, or the reason why they
// cannot be sent. zishang520 gives no error for an argument that JSON cannot hold: it sends an
// event without a name and without arguments.
func emittable(event string, args []any) ([]any, error) {
	if socket.RESERVED_EVENTS.Has(event) {
		return nil, fmt.Errorf("zishang: %q is a reserved event name", event)
	}
	if len(args) > 0 && reflect.ValueOf(args[len(args)-1]).Kind() == reflect.Func {
		return nil, fmt.Errorf("zishang: the last argument of %q is a function; use EmitWithAck for an acknowledgement", event)
	}
	args, err := sendable(args)
	if err != nil {
		return nil, fmt.Errorf("zishang: an argument of %q: %w", event, err)
	}
	return args, nil
}

// sendable returns the values, with the content of each reader in its place. The error says
// which value cannot be sent. It checks all values before it reads from the first reader.
//
// The readers are read here, on the program's goroutine, which may wait. zishang520 would read
// them on the owner's goroutine, and would send what it has read before a reader's error as if
// that were all.
func sendable(values []any) ([]any, error) {
	binary, err := checkJSON(values)
	if err != nil {
		return nil, err
	}
	if !binary {
		return values, nil
	}
	list, err := replaceBinary(values, contentOf)
	if err != nil {
		return nil, err
	}
	return list.([]any), nil
}

// contentOf reads a reader to its end and closes it if it is an io.Closer, as zishang520 does.
// It returns other binary data as it is.
func contentOf(binary any) (any, error) {
	r, ok := binary.(io.Reader)
	if !ok {
		return binary, nil
	}
	if received, ok := r.(types.BufferInterface); ok {
		return received.Bytes(), nil // not read to its end: other listeners read it, too
	}
	if closer, ok := r.(io.Closer); ok {
		defer func() { _ = closer.Close() }()
	}
	data, err := io.ReadAll(r)
	if err != nil {
		return nil, fmt.Errorf("reading a %T: %w", r, err)
	}
	return data, nil
}

// replaceBinary returns a copy of a value, with the result of replace in the place of each
// []byte and io.Reader in it.
func replaceBinary(value any, replace func(binary any) (any, error)) (_ any, err error) {
	if parser.IsBinary(value) {
		return replace(value)
	}
	switch v := value.(type) {
	case []any:
		list := make([]any, len(v))
		for i := range v {
			if list[i], err = replaceBinary(v[i], replace); err != nil {
				return nil, err
			}
		}
		return list, nil
	case map[string]any:
		object := make(map[string]any, len(v))
		for key := range v {
			if object[key], err = replaceBinary(v[key], replace); err != nil {
				return nil, err
			}
		}
		return object, nil
	}
	return value, nil
}

// checkJSON returns an error if JSON cannot hold one of the values. Binary data travels beside
// the JSON. binary tells whether there is some besides values that are a []byte: it may be a reader.
func checkJSON(values []any) (binary bool, err error) {
	var above [16]container
	for _, value := range values {
		switch value.(type) {
		case nil, bool, string, int, []byte:
			continue
		}
		// First, as parser.HasBinary does not return from a value that contains itself.
		if err := checkNesting(value, above[:0]); err != nil {
			return false, err
		}
		if parser.HasBinary(value) {
			binary = true
			value, _ = replaceBinary(value, func(any) (any, error) { return nil, nil })
		}
		if _, err := json.Marshal(value); err != nil {
			return false, err
		}
	}
	return binary, nil
}

// container is a list or an object by its place in memory.
type container struct {
	at     uintptr
	length int
}

// checkNesting returns an error if zishang520 would hang or panic when it looks for binary data
// in the value: the value contains itself, or a reader that is a nil pointer. above are the
// containers that the value is in.
func checkNesting(value any, above []container) error {
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
		_, err := json.Marshal(value) // which has an error for it
		return err
	}
	above = append(above, here)
	switch v := value.(type) {
	case []any:
		for _, one := range v {
			if err := checkNesting(one, above); err != nil {
				return err
			}
		}
	case map[string]any:
		for _, one := range v {
			if err := checkNesting(one, above); err != nil {
				return err
			}
		}
	}
	return nil
}
