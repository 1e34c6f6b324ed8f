// Package scripttest is what the tests of the machines in internal/ share: tables of scripts, and files of what real
// servers put on the wire. Only tests import it.
package scripttest

import (
	"embed"
	"encoding/json"
	"strings"
	"testing"
)

// Row is a script: a line for each event, "event > actions", in the words of the machine's player. Its name draws where
// the machine goes, opening → opened, then ": " and what is special; Play compares that with where it did go: a name
// cannot lie.
type Row struct{ Name, Config, Script string }

// Play runs rows, each with a player of its own: place names where its machine stands, event lets something happen and
// answers with the actions.
func Play[R ~struct{ Name, Config, Script string }](t *testing.T, rows []R, player func(config string) (place func() string, event func(*testing.T, []string) string)) {
	seen := map[string]bool{}
	for _, r := range rows {
		r := Row(r)
		t.Run(r.Name, func(t *testing.T) {
			if seen[r.Name] {
				t.Fatal("two rows have this name")
			}
			seen[r.Name] = true
			place, event := player(r.Config)
			path := []string{place()}
			for line := range strings.Lines(r.Script) {
				line = strings.TrimSpace(line)
				if line == "" {
					continue
				}
				does, want, _ := strings.Cut(line, ">")
				words := strings.Fields(does)
				if got := event(t, words); got != strings.TrimSpace(want) {
					t.Errorf("%s\n got %s\nwant %s", strings.Join(words, " "), got, strings.TrimSpace(want))
				}
				if at := place(); at != path[len(path)-1] {
					path = append(path, at)
				}
			}
			drawn, _, _ := strings.Cut(r.Name, ": ")
			if went := strings.Join(path[1:], " → "); went != drawn {
				t.Errorf("it went %s", went)
			}
		})
	}
}

// Vectors reads what the four servers put on the wire, see e2e/vectors.mjs: the files of a package's testdata.
func Vectors[File any](t testing.TB, testdata embed.FS) []File {
	t.Helper()
	entries, err := testdata.ReadDir("testdata")
	if err != nil || len(entries) != 4 {
		t.Fatalf("the vectors of four servers, found %d: %v", len(entries), err)
	}
	files := make([]File, len(entries))
	for i, e := range entries {
		data, err := testdata.ReadFile("testdata/" + e.Name())
		if err != nil {
			t.Fatal(err)
		}
		if err := json.Unmarshal(data, &files[i]); err != nil {
			t.Fatal(err)
		}
	}
	return files
}
