//go:build !js

package zishang_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"time"

	"github.com/zishang520/socket.io/clients/socket/v3"

	"github.com/socketio-jwt/socketio-jwt-wasm/client"
	"github.com/socketio-jwt/socketio-jwt-wasm/client/zishang"
)

// Connect, and ask the server something.
func Example() {
	ctx, address, stop := exampleServer("handshake")
	defer stop()
	getToken := func(context.Context, client.Cause) (string, error) { return sign(time.Hour), nil }

	conn, err := zishang.Connect(ctx, address, client.Options{
		Token: getToken,
		Via:   client.ViaAuth,
	})
	if err != nil {
		fmt.Println(err) // the options or the URL
		return
	}
	defer conn.Close()
	answer, err := conn.EmitWithAck(ctx, "echo", "hello", 1)
	fmt.Println(answer, err)
	// Output: [hello 1] <nil>
}

// Listeners that miss nothing are added by WithSetup, before the first byte is sent.
func ExampleConn_On() {
	ctx, address, stop := exampleServer("handshake")
	defer stop()
	options := client.Options{Token: client.StaticToken(sign(time.Hour)), Via: client.ViaHeader}

	heard := make(chan string)
	listen := zishang.WithSetup(func(conn *zishang.Conn) {
		conn.On("echo", func(args ...any) { heard <- fmt.Sprint(args...) })
	})
	conn, err := zishang.Connect(ctx, address, options, listen)
	if err != nil {
		fmt.Println(err)
		return
	}
	defer conn.Close()
	if err := conn.Emit("echo", "hello"); err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(<-heard)
	// Output: hello
}

// Arguments become structs by way of JSON.
func ExampleConn_On_struct() {
	ctx, address, stop := exampleServer("handshake")
	defer stop()
	options := client.Options{Token: client.StaticToken(sign(time.Hour)), Via: client.ViaAuth}

	type message struct {
		Text string `json:"text"`
	}
	heard := make(chan message)
	conn, err := zishang.Connect(ctx, address, options, zishang.WithSetup(func(conn *zishang.Conn) {
		conn.On("echo", func(args ...any) {
			var m message
			data, err := json.Marshal(args[0])
			if err == nil {
				err = json.Unmarshal(data, &m)
			}
			if err != nil {
				return // not what this program understands
			}
			heard <- m
		})
	}))
	if err != nil {
		fmt.Println(err)
		return
	}
	defer conn.Close()
	if err := conn.Emit("echo", message{Text: "hello"}); err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println((<-heard).Text)
	// Output: hello
}

// Wait tells a refusal from a network that does not work.
func ExampleConn_Wait() {
	ctx, address, stop := exampleServer("handshake")
	defer stop()
	expired := client.StaticToken(sign(-time.Hour))

	conn, err := zishang.Connect(ctx, address, client.Options{Token: expired, Via: client.ViaAuth})
	if err != nil {
		fmt.Println(err)
		return
	}
	defer conn.Close()
	session, err := conn.Wait(ctx)
	var refused *client.UnauthorizedError
	switch {
	case err == nil:
		fmt.Println("authenticated until", session.ExpiresAt)
	case errors.As(err, &refused):
		fmt.Println("sign in again:", refused.Reason)
	default:
		fmt.Println("no session:", err) // ctx has ended; the error says what was in the way
	}
	// Output: sign in again: expired
}

// Reauthenticate uses another token at once: of somebody who has been given more rights,
// or who has signed in again after a refusal.
func ExampleConn_Reauthenticate() {
	ctx, address, stop := exampleServer("event")
	defer stop()
	getToken := func(context.Context, client.Cause) (string, error) { return sign(time.Hour), nil }

	conn, err := zishang.Connect(ctx, address, client.Options{Token: getToken})
	if err != nil {
		fmt.Println(err)
		return
	}
	defer conn.Close()
	if _, err := conn.Wait(ctx); err != nil {
		fmt.Println(err)
		return
	}
	session, err := conn.Reauthenticate(ctx)
	fmt.Println(session.Refreshed, err)
	// Output: true <nil>
}

// A guest is connected without a token. Whoever signs in gets a token from then on, and
// Reauthenticate uses it.
func ExampleConn_Reauthenticate_guest() {
	ctx, address, stop := exampleServer("event") // which gives a guest ten seconds
	defer stop()
	signedIn := false
	getToken := func(context.Context, client.Cause) (string, error) {
		if !signedIn {
			return "", nil
		}
		return sign(time.Hour), nil
	}

	conn, err := zishang.Connect(ctx, address, client.Options{Token: getToken, Guest: true})
	if err != nil {
		fmt.Println(err)
		return
	}
	defer conn.Close()
	session, err := conn.Wait(ctx)
	fmt.Println(session.Guest, conn.Authenticated(), err)
	signedIn = true
	session, err = conn.Reauthenticate(ctx)
	fmt.Println(session.Guest, conn.Authenticated(), err)
	// Output:
	// true false <nil>
	// false true <nil>
}

// What zishang520's client can be told goes through WithOptions.
func ExampleWithOptions() {
	ctx, address, stop := exampleServer("handshake")
	defer stop()
	options := client.Options{Token: client.StaticToken(sign(time.Hour)), Via: client.ViaAuth}

	o := socket.DefaultOptions()
	o.SetPath("/socket.io")
	o.SetExtraHeaders(http.Header{"User-Agent": {"bot/1.0"}})
	o.SetReconnectionAttempts(10)
	conn, err := zishang.Connect(ctx, address, options, zishang.WithOptions(o), zishang.WithTransports(zishang.WebSocket))
	if err != nil {
		fmt.Println(err)
		return
	}
	defer conn.Close()
	_, err = conn.Wait(ctx)
	fmt.Println(conn.Authenticated(), err)
	// Output: true <nil>
}

// A program that has a socket of zishang520's already keeps it, and emits through the
// Conn.
func ExampleWrap() {
	ctx, address, stop := exampleServer("handshake")
	defer stop()
	options := client.Options{Token: client.StaticToken(sign(time.Hour)), Via: client.ViaAuth}

	o := socket.DefaultOptions()
	o.SetAutoConnect(false)
	o.SetAuth(map[string]any{})
	s := socket.NewManager(address, o).Socket("/", o)
	conn, err := zishang.Wrap(ctx, s, options)
	if err != nil {
		fmt.Println(err)
		return
	}
	defer conn.Close()
	answer, err := conn.EmitWithAck(ctx, "echo", "hello")
	fmt.Println(answer, err)
	// Output: [hello] <nil>
}
