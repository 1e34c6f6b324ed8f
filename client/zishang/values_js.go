//go:build js

package zishang

import "github.com/hack-pad/safejs"

// newObject is a new one of a class of the page's.
func newObject(class string, args ...any) (safejs.Value, error) {
	constructor, err := safejs.Global().Get(class)
	if err != nil {
		return safejs.Value{}, err
	}
	return constructor.New(args...)
}

// bytesOf copies an ArrayBuffer or an Uint8Array.
func bytesOf(buffer safejs.Value) ([]byte, error) {
	view, err := newObject("Uint8Array", buffer)
	if err != nil {
		return nil, err
	}
	length, err := view.Length()
	if err != nil {
		return nil, err
	}
	data := make([]byte, length)
	_, err = safejs.CopyBytesToGo(data, view)
	return data, err
}

// sizeOf is a property that is a number of something.
func sizeOf(object safejs.Value, property string) (int, error) {
	value, err := object.Get(property)
	if err != nil {
		return 0, err
	}
	return value.Int()
}

// viewOf copies bytes into an Uint8Array.
func viewOf(data []byte) (safejs.Value, error) {
	view, err := newObject("Uint8Array", len(data))
	if err != nil {
		return safejs.Value{}, err
	}
	_, err = safejs.CopyBytesToJS(view, data)
	return view, err
}

// textOf is a property that is a string, "" otherwise.
func textOf(object safejs.Value, property string) string {
	value, err := object.Get(property)
	if err != nil || value.Type() != safejs.TypeString {
		return ""
	}
	text, _ := value.String()
	return text
}
