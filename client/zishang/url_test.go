//go:build !js

package zishang

import "testing"

// The namespace is the path as it is written, as in the official client and in pages.
func TestNamespaceOfAURL(t *testing.T) {
	for url, want := range map[string]string{
		"https://host":                "/",
		"https://host/":               "/",
		"https://host/chat?token=x":   "/chat",
		"https://host/a%20b":          "/a%20b",
		"https://host/a b":            "/a b",
		"https://host/caf%C3%A9":      "/caf%C3%A9",
		"https://host/café":           "/café",
		"https://host/one%2Ftwo/#top": "/one%2Ftwo/",
	} {
		if _, got, _, err := splitURL(url); err != nil || got != want {
			t.Errorf("%s: %q instead of %q, %v", url, got, want, err)
		}
	}
}
