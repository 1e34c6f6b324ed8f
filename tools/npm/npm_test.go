//go:build !js

package main

import (
	"os"
	"strings"
	"testing"
)

func read(t *testing.T, name string) string {
	t.Helper()
	text, err := os.ReadFile("../../" + name)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func TestTypesOfTheFunction(t *testing.T) {
	const types = `// Types.

export as namespace SocketIOJWT;

type A = 1;
/** Comment. */
declare function connect(opts?: A): void;
declare function connect<T>(
  uri?: string,
): T;
declare const io: typeof connect;

export {
  connect,
  io as default,
  type A,
};
`
	const want = `// Types.

type A = 1;
/** Comment. */
declare function connect(opts?: A): void;
declare function connect<T>(
  uri?: string,
): T;
declare const io: typeof connect;

// What require() answers: io(), which carries the other exports.
declare function client(opts?: A): void;
declare function client<T>(
  uri?: string,
): T;
declare namespace client {
  export {
    connect,
    io as default,
    type A,
  };
}
export = client;
`
	got, err := commonJS(types)
	if err != nil || got != want {
		t.Errorf("%v\n%s", err, got)
	}
	for _, broken := range []string{"", strings.Replace(types, "function connect", "function open", 2), types + "export { io };\n", types + "type B = 2;\n"} {
		if _, err := commonJS(broken); err == nil || !strings.Contains(err.Error(), "js/types/index.d.ts") {
			t.Errorf("%v for\n%s", err, broken)
		}
	}
}

func TestHash(t *testing.T) {
	// $ printf hello | openssl dgst -sha384 -binary | base64
	if got, want := hashOf([]byte("hello")), "sha384-WeF0h3dEjGnea4ANejO7+5/xtGPkQ1TDVTvNucZm+pASWjx5+QOXvfX2oT3oKGhP"; got != want {
		t.Error(got)
	}
}

func TestVersion(t *testing.T) {
	const text = "{\n  \"name\": \"x\",\n  \"version\": \"1.2.3\",\n  \"dependencies\": {}\n}\n"
	for version, want := range map[string]string{"1.2.3": "", "1.2.4": "", "1.10.0": "", "2.0.0-rc.1": "", "1.2.2": "older than 1.2.3", "1.2.3-rc.1": "older", "v2": "no version", "2": "no version", "": "no version"} {
		got, err := setVersion(text, version)
		switch {
		case want == "" && (err != nil || got != strings.Replace(text, "1.2.3", version, 1)):
			t.Errorf("%s: %v\n%s", version, err, got)
		case want != "" && (err == nil || !strings.Contains(err.Error(), want)):
			t.Errorf("%s: %v", version, err)
		}
	}
	if _, err := setVersion(read(t, "js/package.json"), "99.0.0"); err != nil {
		t.Error(err)
	}
}

func TestChangelog(t *testing.T) {
	hashes := map[string]string{"b.js": "sha384-B", "a.js": "sha384-A"}
	first, err := dateChangelog("# Changelog\n\n## Unreleased\n\n- One.\n", "1.0.0", "2026-11-27", hashes)
	if want := "# Changelog\n\n## Unreleased\n\n## 1.0.0 - 2026-11-27\n\n- One.\n\n- `a.js`: `sha384-A`\n- `b.js`: `sha384-B`\n"; err != nil || first != want {
		t.Errorf("%v\n%s", err, first)
	}
	if _, err := dateChangelog(first, "1.0.1", "2026-11-28", hashes); err == nil || !strings.Contains(err.Error(), "nothing stands") {
		t.Error(err)
	}
	more := strings.Replace(first, "## Unreleased\n", "## Unreleased\n\n- Two.\n", 1)
	second, err := dateChangelog(more, "1.1.0", "2026-11-28", hashes)
	if err != nil || !strings.HasSuffix(second, strings.SplitAfter(first, "## Unreleased\n")[1]) || !strings.Contains(second, "## Unreleased\n\n## 1.1.0 - 2026-11-28\n\n- Two.\n") {
		t.Errorf("%v\n%s", err, second)
	}
	if _, err := dateChangelog(more, "1.0.0", "2026-11-28", hashes); err == nil || !strings.Contains(err.Error(), "has been released") {
		t.Error(err)
	}
	if _, err := dateChangelog(read(t, "js/CHANGELOG.md")+"\n", "99.0.0", "2026-11-27", hashes); err != nil && !strings.Contains(err.Error(), "nothing stands") {
		t.Error(err)
	}
}

// The hash of a script changes with each build, so the README shows that of the last release: the tag is the one which a
// release of that version would write, with the hash that the changelog has of it. Before the first release there is none.
func TestREADMEShowsTheLastRelease(t *testing.T) {
	version, hash := lastRelease(read(t, "js/CHANGELOG.md"))
	readme := read(t, "js/README.md")
	want, err := showScript(readme, version, map[string]string{"socketio-jwt.min.js": hash})
	if err != nil || readme != want {
		t.Errorf("%v; the script tag in js/README.md should be\n%s", err, scriptTag(version, hash))
	}
}

func TestLastRelease(t *testing.T) {
	if version, hash := lastRelease("# Changelog\n\n## Unreleased\n"); version != "VERSION" || hash != "HASH" {
		t.Error(version, hash)
	}
	text, err := dateChangelog("## Unreleased\n\n- One.\n\n## 1.0.0 - 2026-01-01\n\n- `socketio-jwt.min.js`: `sha384-old`\n", "1.1.0", "2026-11-27", map[string]string{"socketio-jwt.min.js": "sha384-new"})
	if version, hash := lastRelease(text); err != nil || version != "1.1.0" || hash != "sha384-new" {
		t.Error(err, version, hash)
	}
}
