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

// emittable returns the arguments as they are sent. It refuses what would otherwise go wrong
// without a word: zishang520 sends an event with an argument that JSON cannot hold without
// any, and without its name.
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

// sendable returns the values with the bytes of their readers, or says why one of the values cannot be sent. Nothing is
// read when JSON cannot hold one of the others.
func sendable(values []any) ([]any, error) {
	if err := marshalable(values); err != nil {
		return nil, err
	}
	if !slices.ContainsFunc(values, parser.HasBinary) {
		return values, nil
	}
	list, err := withoutReaders(values)
	if err != nil {
		return nil, err
	}
	return list.([]any), nil
}

// withoutReaders is a copy of a value with bytes in the places of readers. They are read here, as the program's goroutine
// may wait for them: zishang520 reads them on the owner's, and sends what came before a reader's error as if it were all.
func withoutReaders(value any) (any, error) {
	switch v := value.(type) {
	case []any:
		list := make([]any, len(v))
		for i := range v {
			var err error
			if list[i], err = withoutReaders(v[i]); err != nil {
				return nil, err
			}
		}
		return list, nil
	case map[string]any:
		object := make(map[string]any, len(v))
		for key := range v {
			var err error
			if object[key], err = withoutReaders(v[key]); err != nil {
				return nil, err
			}
		}
		return object, nil
	case io.Reader:
		if parser.IsBinary(v) {
			return contentOf(v)
		}
	}
	return value, nil
}

// contentOf is what a reader holds. As zishang520 does, it closes what can be closed.
func contentOf(r io.Reader) ([]byte, error) {
	if received, ok := r.(types.BufferInterface); ok {
		return received.Bytes(), nil // it stays as it is: other listeners have it, too
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

// marshalable says why JSON cannot hold one of the values.
func marshalable(values []any) error {
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
