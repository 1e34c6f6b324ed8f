//go:build js

package zishang

import (
	"context"
	"syscall/js"
	"testing"

	"github.com/hack-pad/safejs"
)

// A goodbye waits until the browser has sent what was written, and ends its wait with the connection.
func TestReachWaitsForTheBrowser(t *testing.T) {
	waiting, looks := 2, 0
	get := js.FuncOf(func(js.Value, []js.Value) any {
		looks++
		waiting = max(waiting-1, 0)
		return waiting
	})
	defer get.Release()
	socket := js.Global().Get("Object").New()
	js.Global().Get("Object").Call("defineProperty", socket, "bufferedAmount", map[string]any{"get": get})
	w := &browserSocket{socket: safejs.Safe(socket)}
	if err := w.Reach(context.Background()); err != nil || looks != 2 {
		t.Errorf("%d looks, %v", looks, err)
	}
	over, cancel := context.WithCancel(context.Background())
	cancel()
	if err := w.Reach(over); err != nil || looks != 2 {
		t.Errorf("when the connection is over: %d looks, %v", looks, err)
	}
}
