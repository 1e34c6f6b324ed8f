package server

import (
	"strings"
	"testing"
	"time"

	"github.com/zishang520/socket.io/servers/socket/v3"
)

func TestOptionsAreChecked(t *testing.T) {
	secret := Secret(key)
	for _, row := range []struct {
		name    string
		options Options
		names   string // what the error names; "" for none
	}{
		{"nothing but a secret", Options{Secret: secret}, ""},
		{"every policy", Options{Secret: secret, Callback: Within(time.Second)}, ""},
		{"no secret", Options{}, "Options.Secret"},
		{"negative timeout", Options{Secret: secret, Timeout: -1}, "Options.Timeout"},
		{"negative callback", Options{Secret: secret, Callback: -2}, "Options.Callback"},
		{"header in the event flow", Options{Secret: secret, AuthHeaderRequired: true}, "Options.AuthHeaderRequired"},
	} {
		t.Run(row.name, func(t *testing.T) {
			err := Protect(socket.NewServer(nil, nil).Of(nsp, nil), row.options)
			if row.names == "" && err != nil {
				t.Fatal(err)
			}
			if row.names != "" && (err == nil || !strings.Contains(err.Error(), row.names)) {
				t.Fatalf("error %v does not name %s", err, row.names)
			}
		})
	}
}

func TestDefaults(t *testing.T) {
	o := Options{Secret: Secret(key)}.withDefaults()
	if o.Timeout != 5*time.Second || o.Callback != WhenAcknowledged {
		t.Errorf("defaults are %v and %v", o.Timeout, o.Callback)
	}
}
