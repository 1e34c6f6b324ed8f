//go:build !js

package main

import "testing"

func TestParseLine(t *testing.T) {
	for line, want := range map[string]string{
		`["message",{"a":1},"b"]`:      `message [{"a":1},"b"]`,
		`message`:                      `message []`,
		`message {"a":1}`:              `message [{"a":1}]`,
		`message 1 "b" [null]`:         `message [1,"b",[null]]`,
		`message hello there`:          `message ["hello there"]`,
		`message 12:30`:                `message ["12:30"]`,
		"message\thello there":         `message ["hello there"]`,
		` message   9007199254740993 `: `message [9007199254740993]`,
		`[`:                            ``,
		`[]`:                           ``,
		`[1,2]`:                        ``,
		`["message"] more`:             ``,
	} {
		event, args, err := parseLine(line)
		if args == nil {
			args = []any{}
		}
		if got := event + " " + toJSON(args); err == nil && got != want || (err != nil) != (want == "") {
			t.Errorf("%s: %s, %v", line, got, err)
		}
	}
}

func TestRedact(t *testing.T) {
	const token = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJib3QifQ.c2lnbmF0dXJl"
	for text, want := range map[string]string{
		"bad token " + token + ", says the server": "bad token [token], says the server",
		"https://host/?token=" + token + "&EIO=4":  "https://host/?token=[token]&EIO=4",
		"eyJhbGciOiJub25lIn0.e30.":                 "[token]",
		"nothing to hide":                          "nothing to hide",
	} {
		if got := redact(text); got != want {
			t.Errorf("%s: %s", text, got)
		}
	}
}
