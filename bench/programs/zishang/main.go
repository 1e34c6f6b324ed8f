//go:build js && wasm

// Command zishang shows github.com/zishang520/socket.io's client to a page, as it
// is: no transport of ours, no lifecycle.
package main

import (
	"encoding/json"
	"syscall/js"

	"github.com/zishang520/socket.io/clients/socket/v3"
	"github.com/zishang520/socket.io/v3/pkg/types"
)

func main() {
	js.Global().Set("zishang", js.FuncOf(func(_ js.Value, args []js.Value) any {
		return connect(args[0].String(), args[1])
	}))
	js.Global().Call("zishangReady")
	select {}
}

// connect(url, {path, query, transport}) is an object with on, emit, ask and
// disconnect. Values cross as JSON towards Go, and as they are towards the page.
func connect(url string, o js.Value) any {
	options := socket.DefaultOptions()
	options.SetForceNew(true)
	if path := o.Get("path"); path.Truthy() {
		options.SetPath(path.String())
	}
	if query := o.Get("token"); query.Truthy() {
		options.SetQuery(map[string][]string{"token": {query.String()}})
	}
	switch o.Get("transport").String() {
	case "polling":
		options.SetTransports(types.NewSet(socket.Polling))
	case "websocket":
		options.SetTransports(types.NewSet(socket.WebSocket))
	}
	s, err := socket.Connect(url, options)
	if err != nil {
		return err.Error()
	}
	return map[string]any{
		"on": js.FuncOf(func(_ js.Value, args []js.Value) any {
			listen := args[1]
			_ = s.On(types.EventName(args[0].String()), func(values ...any) { listen.Invoke(toPage(values)...) })
			return nil
		}),
		"emit": js.FuncOf(func(_ js.Value, args []js.Value) any {
			_ = s.Emit(args[0].String(), fromPage(args[1])...)
			return nil
		}),
		"ask": js.FuncOf(func(_ js.Value, args []js.Value) any {
			answer := args[2]
			s.EmitWithAck(args[0].String(), fromPage(args[1])...)(func(values []any, err error) {
				if err == nil {
					answer.Invoke(toPage(values)...)
				}
			})
			return nil
		}),
		"disconnect": js.FuncOf(func(js.Value, []js.Value) any {
			s.Disconnect()
			return nil
		}),
	}
}

func fromPage(v js.Value) []any {
	var values []any
	_ = json.Unmarshal([]byte(v.String()), &values)
	return values
}

func toPage(values []any) []any {
	for i, v := range values {
		switch v := v.(type) {
		case error:
			values[i] = v.Error()
		case nil, bool, float64, string, map[string]any, []any:
		default:
			values[i] = "?"
		}
	}
	return values
}
