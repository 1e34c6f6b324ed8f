//go:build !js

package zishang_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/zishang520/socket.io/clients/socket/v3"

	"github.com/socketio-jwt/socketio-jwt-wasm/client"
	"github.com/socketio-jwt/socketio-jwt-wasm/client/zishang"
)

// A Conn that a program prints, or gives to its log, shows no token.
func TestPrintsNoToken(t *testing.T) {
	f := newFakeServer(t)
	token := sign(time.Hour)
	c := connect(t, fakeURL, client.Options{Token: client.StaticToken(token), Via: client.ViaAuth}, f.network())
	authenticated(t, c)
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%d", "%x", "%X"} {
		printed := fmt.Sprintf(verb, c)
		for _, secret := range []string{token, fmt.Sprintf("%x", token), fmt.Sprintf("%X", token)} {
			if strings.Contains(printed, secret) {
				t.Errorf("%s shows the token", verb)
			}
		}
	}
	if got := fmt.Sprint((*zishang.Conn)(nil)); got != "(*zishang.Conn)(nil)" {
		t.Errorf("no Conn prints as %s", got)
	}
}

// A program neither reads nor changes a Conn's options, as its methods are all that is safe from other goroutines.
func TestConnHasNoExportedField(t *testing.T) {
	for _, field := range reflect.VisibleFields(reflect.TypeFor[zishang.Conn]()) {
		if field.IsExported() {
			t.Errorf("a program reaches conn.%s", field.Name)
		}
	}
	conn, options := reflect.TypeFor[*zishang.Conn](), reflect.TypeFor[*client.Options]()
	for i := range options.NumMethod() {
		if name := options.Method(i).Name; hasMethod(conn, name) {
			t.Errorf("a program can call conn.%s", name)
		}
	}
	logged := []any{new(zishang.Conn)}
	if printed, err := json.Marshal(logged); string(printed) != "[{}]" {
		t.Errorf("a Conn in a log of JSON is %s, %v", printed, err)
	}
}

func hasMethod(of reflect.Type, name string) bool {
	_, ok := of.MethodByName(name)
	return ok
}

// What nobody waits for any more is not begun.
func TestEndedContextSendsNothing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFakeServer(t)
		heard := newDiary()
		f.onEvent = func(_ *fakeSession, e clientEvent) { heard.write(e.name) }
		c := connect(t, fakeURL, client.Options{Token: client.StaticToken(sign(time.Hour)), Via: client.ViaAuth}, f.network())
		authenticated(t, c)
		over, cancel := context.WithCancel(context.Background())
		cancel()
		if _, err := c.EmitWithAck(over, "x"); !errors.Is(err, context.Canceled) {
			t.Errorf("EmitWithAck says %v", err)
		}
		if _, err := c.Reauthenticate(over); !errors.Is(err, context.Canceled) {
			t.Errorf("Reauthenticate says %v", err)
		}
		synctest.Wait()
		if got := heard.read(); got != "" || f.sessionCount() != 1 {
			t.Errorf("the server heard %q on %d connections", got, f.sessionCount())
		}
	})
}

// The library puts what is to be retried into a queue, and again into that queue when its turn comes.
func TestRefusesRetries(t *testing.T) {
	for _, via := range []client.Via{client.ViaEvent, client.ViaAuth} {
		o := socket.DefaultOptions()
		o.SetRetries(2)
		c, err := zishang.Connect(context.Background(), fakeURL, client.Options{Token: client.StaticToken(sign(time.Hour)), Via: via}, zishang.WithOptions(o))
		if c != nil {
			_ = c.Close()
		}
		if err == nil || !strings.Contains(err.Error(), "SetRetries") {
			t.Errorf("via %d: %v", via, err)
		}
	}
}
