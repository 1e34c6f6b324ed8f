package server

import (
	"context"
	"io"
	"net/http"
	"strings"
	"testing"
)

// A server that hangs up at once sends its refusal first. Every test of the callback policy shows that over WebSocket; this
// test shows it over polling.
func TestRefusalArrivesBeforeTheHangUpOfAPoll(t *testing.T) {
	at := start(t, Options{Secret: Secret(key), Callback: AtOnce})
	url := at.url + "/socket.io/?EIO=4&transport=polling"
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	heard := ""
	request := func(method, body string) string {
		t.Helper()
		req, err := http.NewRequestWithContext(ctx, method, url, strings.NewReader(body))
		if err != nil {
			t.Fatal(err)
		}
		res, err := http.DefaultClient.Do(req)
		if err != nil {
			t.Fatalf("%v after %q", err, heard)
		}
		defer res.Body.Close()
		text, err := io.ReadAll(res.Body)
		if err != nil || res.StatusCode != http.StatusOK {
			t.Fatalf("%s answered %s %q, %v", method, res.Status, text, err)
		}
		return string(text)
	}
	_, rest, _ := strings.Cut(request(http.MethodGet, ""), `"sid":"`)
	sid, _, _ := strings.Cut(rest, `"`)
	url += "&sid=" + sid
	request(http.MethodPost, "40"+nsp+",")
	request(http.MethodGet, "")
	request(http.MethodPost, "42"+nsp+","+authenticate("not-a-token"))
	for !strings.Contains(heard, "41"+nsp) {
		heard += request(http.MethodGet, "")
	}
	if refused := strings.Index(heard, `"unauthorized"`); refused < 0 || refused > strings.Index(heard, "41"+nsp) {
		t.Errorf("heard %q", heard)
	}
}
