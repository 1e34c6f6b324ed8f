//go:build !js

package main

import (
	"os"
	"path/filepath"
)

// A step is a command that checks the repository. A setup step installs what later steps need. It is no test, and counts
// only when it fails.
type step struct {
	name     string
	command  []string
	dir      string
	env      []string // beside the inherited environment, or instead of it when clean
	clean    bool
	setup    bool
	provides []string
	needs    []string
	count    func(output []byte) (passed, failed int) // nil: the step counts as one test
	empty    bool                                     // any output is a failure (gofmt -l)
	alone    bool                                     // it measures time: runs when all others have ended
}

// atOnce is how many steps run side by side: the long ones mostly wait, for servers and for tokens to expire. The list
// begins with the steps that many others need. The longest follow, so that none of them runs alone at the end.
const atOnce = 3

// machines are the packages without goroutines. They run without the race detector: it would find nothing there, and
// their simulations of millions of steps would take minutes.
const machines = "/(client/lifecycle|internal/(core|engineio|socketio))$"

// otherServers matches the titles of tests with servers other than the newest of each generation.
const otherServers = `on (1\.7\.4|3\.1\.2|our Go server)`

const (
	debian   = "Debian's browsers and C compiler"
	compiler = "TinyGo"
	modules  = "npm packages"
	dist     = "js/dist"
)

// The steps of `go test` have -vet=off: the steps of `go vet` read the same files and find more. Otherwise each build (race,
// js/wasm) would be vetted again, with all packages that it imports.
func steps() []step {
	wasm := []string{"GOOS=js", "GOARCH=wasm"}
	nowasm := []string{"BUILD=nowasm"}     // read by e2e/servers/site.mjs and e2e/compare/host/origin.mjs
	firefox := []string{"BROWSER=firefox"} // read by e2e/lib/browser.js
	all := []step{
		{name: "setup: Debian packages", command: []string{"sh", "internal/testreport/setup.sh"}, setup: true, provides: []string{debian}},
		{name: "setup: npm packages", command: []string{"make", "--no-print-directory", "e2e/node_modules/.package-lock.json"}, setup: true, provides: []string{modules}},
		// It needs the packages of Debian, as Debian installs for one process at a time.
		{name: "setup: TinyGo", command: []string{"tools/tinygo/find.sh"}, setup: true, provides: []string{compiler}, needs: []string{debian}},
		// It also builds what a step of e2e builds when it runs alone, so that two steps do not build it at once.
		{name: "dist", command: []string{"make", "--no-print-directory", "dist", "build/goserver", "build/http3", "build/faults.js"}, needs: []string{compiler}, provides: []string{dist}},

		{name: "e2e: real servers, real Chromium", command: []string{"npx", "playwright", "test"}, dir: "e2e", needs: []string{debian, modules, dist}, count: countPlaywright("chromium")},
		{name: "compare: ours and socket.io-client", command: []string{"node", "e2e/compare/run.mjs"}, needs: []string{debian, modules, dist}, count: countCompare},
		{name: "e2e: Next.js and Nuxt", command: []string{"make", "--no-print-directory", "frameworks"}, needs: []string{debian, modules, dist}, count: countPlaywright("frameworks")},
		{name: "go test -race, what has goroutines", command: []string{"sh", "-c", "go test -vet=off -race -json -timeout 4m $(go list ./... | grep -vE '" + machines + "')"}, needs: []string{debian, modules, dist}, count: countGo},
		// It runs the newest server of each generation: the other servers differ alike in all browsers and builds. One
		// worker: a second Firefox costs eight seconds of processor time, and other steps run beside it.
		{name: "e2e: the core of it, in Firefox", command: []string{"npx", "playwright", "test", "--workers", "1", "specs/ways", "specs/order", "specs/faults", "--grep-invert", otherServers}, dir: "e2e", env: firefox, needs: []string{debian, modules, dist}, count: countPlaywright("firefox")},
		{name: "e2e: the core of it, without WebAssembly", command: []string{"npx", "playwright", "test", "--workers", "1", "specs/ways", "specs/order", "specs/faults", "--grep-invert", otherServers}, dir: "e2e", env: nowasm, needs: []string{debian, modules, dist}, count: countPlaywright("nowasm")},
		{name: "compare: the core of it, without WebAssembly", command: []string{"node", "e2e/compare/run.mjs", "--client", "ours", "--file", "events,acks,binary,reconnect,namespaces"}, env: nowasm, needs: []string{debian, modules, dist}, count: countCompare},
		{name: "compare: the core of it, in Firefox", command: []string{"node", "e2e/compare/run.mjs", "--client", "ours", "--no-two", "--file", "events,acks,binary,reconnect,namespaces"}, env: firefox, needs: []string{debian, modules, dist}, count: countCompare},
		{name: "js: modules that need no browser", command: []string{"node", "js/test/run.mjs"}, needs: []string{modules, dist}, count: countLines("# pass ", "# fail ", "# cancelled ", "# skipped ", "# todo ")},
		{name: "go test, the machines", command: []string{"sh", "-c", "go test -vet=off -json $(go list ./... | grep -E '" + machines + "')"}, needs: []string{modules, dist}, count: countGo},
		{name: "go test, the compiled core", command: []string{"go", "test", "-vet=off", "-json", "./internal/bridge"}, needs: []string{dist}, count: countGo},
		// A clean environment: Go's js/wasm takes 8 KB of it with the arguments and no more, and a CI's may be larger. The
		// runner takes the first browser in PATH by the name that it looks for first. A folder for temporary files of its own:
		// an example's output is a file there, and one that a run cut short has left is in the way of the next.
		{name: "go test, in Chromium", command: []string{"sh", "-c", `go build -o build/wasmbrowsertest github.com/agnivade/wasmbrowsertest && mkdir -p build/bin &&
			ln -sf "${CHROMIUM:-/usr/bin/chromium-headless-shell}" build/bin/headless_shell && PATH="$PWD/build/bin:$PATH" &&
			TMPDIR=$(mktemp -d) && trap 'rm -rf "$TMPDIR"' EXIT && export TMPDIR GOOS=js GOARCH=wasm && go test -vet=off -json -timeout 4m -exec "$PWD/build/wasmbrowsertest" ./client/...`},
			env: kept("PATH", "HOME", "CHROMIUM", "GOPATH", "GOROOT", "GOCACHE", "GOMODCACHE", "GOPROXY", "GOFLAGS", "GOSUMDB", "GONOSUMDB", "GOTOOLCHAIN", "TMPDIR", "SSL_CERT_FILE"), clean: true, needs: []string{debian}, count: countGo},
		{name: "package: publint, attw, an empty project", command: []string{"make", "--no-print-directory", "package"}, needs: []string{modules, dist}},
		{name: "docs: links, names, snippets", command: []string{"node", "--test", "--test-reporter=tap", "tools/docs/docs.test.mjs"}, needs: []string{modules}, count: countLines("# pass ", "# fail ", "# cancelled ", "# skipped ", "# todo ")},

		{name: "gofmt", command: []string{"sh", "-c", `gofmt -l $(git ls-files --cached --others --exclude-standard '*.go')`}, empty: true},
		{name: "go vet", command: []string{"go", "vet", "./..."}},
		{name: "go vet, js/wasm", command: []string{"go", "vet", "./..."}, env: wasm},
		{name: "go vet, the page's program", command: []string{"go", "vet", "./wasm"}, env: []string{"GOOS=wasip1", "GOARCH=wasm"}},
		{name: "staticcheck", command: []string{"go", "tool", "staticcheck", "./..."}},
		// It builds staticcheck for this machine and runs it for js/wasm: `go tool` would build staticcheck itself for js/wasm.
		{name: "staticcheck, js/wasm", command: []string{"sh", "-c", `go build -o build/staticcheck honnef.co/go/tools/cmd/staticcheck && GOOS=js GOARCH=wasm build/staticcheck ./...`}},
		{name: "dist: another folder, the same bytes", command: []string{"tools/tinygo/reproducible.sh"}, needs: []string{compiler, dist}},
		{name: "size: growth, packages linked", command: []string{"go", "run", "./tools/size"}, needs: []string{dist}},
		{name: "types: the sources", command: []string{"e2e/node_modules/.bin/tsc", "-p", "js"}, needs: []string{modules}},
	}
	configs, _ := filepath.Glob("js/types/tests/tsconfig.*.json")
	for _, config := range configs {
		if name := filepath.Base(config); name != "tsconfig.base.json" {
			all = append(all, step{name: "types: " + name[len("tsconfig."):len(name)-len(".json")], command: []string{"e2e/node_modules/.bin/tsc", "-p", config}, needs: []string{modules, dist}})
		}
	}
	return append(all,
		step{name: "bench: client code alone", command: []string{"node", "bench/run.mjs", "--only", "fake", "--rounds", "5", "--clients", "ours,official", "--gate"}, needs: []string{debian, modules, dist}, alone: true})
}

// kept returns these variables of the environment.
func kept(names ...string) []string {
	var env []string
	for _, name := range names {
		if value, ok := os.LookupEnv(name); ok {
			env = append(env, name+"="+value)
		}
	}
	return env
}
