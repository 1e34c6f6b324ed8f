package client_test

import (
	"context"
	"errors"
	"fmt"
	"sync"

	"github.com/socketio-jwt/socketio-jwt-wasm/client"
)

// cache keeps the last token. A token that the server has refused, or that is about to
// expire, is not given again.
type cache struct {
	fetch func(ctx context.Context) (string, error)

	mu   sync.Mutex
	last string
}

func (c *cache) token(ctx context.Context, cause client.Cause) (string, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.last != "" && (cause == client.CauseConnect || cause == client.CauseReconnect) {
		return c.last, nil
	}
	fresh, err := c.fetch(ctx)
	if err == nil {
		c.last = fresh
	}
	return fresh, err
}

// A TokenFunc that keeps a token and fetches another one only when that is needed.
func ExampleTokenFunc() {
	fetched := 0
	c := cache{fetch: func(context.Context) (string, error) {
		fetched++
		return fmt.Sprint("token ", fetched), nil
	}}
	o := client.Options{Token: c.token}
	for _, cause := range []client.Cause{client.CauseConnect, client.CauseReconnect, client.CauseRefresh} {
		token, err := o.Token(context.Background(), cause)
		fmt.Println(cause, token, err)
	}
	// Output:
	// connect token 1 <nil>
	// reconnect token 1 <nil>
	// refresh token 2 <nil>
}

// A TokenFunc says by an UnauthorizedError that nobody is signed in any more. Any other
// error is tried again.
func ExampleUnauthorizedError() {
	token := func(context.Context, client.Cause) (string, error) {
		return "", &client.UnauthorizedError{Reason: client.ReasonExpired, Message: "the refresh token has expired"}
	}
	_, err := token(context.Background(), client.CauseRefresh)

	var refused *client.UnauthorizedError
	if errors.As(err, &refused) && refused.Fatal() {
		fmt.Println("sign in again:", refused)
	}
	// Output: sign in again: unauthorized (expired): the refresh token has expired
}

func ExampleOptions_Validate() {
	o := client.Options{Token: client.StaticToken("…"), Via: client.ViaHeader, InBandRefresh: true}
	fmt.Println(o.Validate())
	// Output: client: Options.InBandRefresh needs ViaEvent; leave it out for the other ways
}
