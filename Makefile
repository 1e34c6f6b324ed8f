# What a person runs here. `make example` and `make dist` need Go and nothing else; `make test` needs Node too.
.DEFAULT_GOAL := help
.PHONY: help dist package release frameworks gopage example dev test vectors fuzz soak bench size mutants clean FORCE
.DELETE_ON_ERROR:

GO ?= go
DIST := js/dist

# All that the core, the Go program in the page, is made of.
GO_SOURCES := $(shell find wasm client/lifecycle internal/bridge internal/core internal/engineio internal/socketio -name '*.go' ! -name '*_test.go' ! -path '*/mutants/*' ! -path '*/generate/*')
JS_SOURCES := $(shell find js/src -name '*.ts') js/package.json

help: ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## /{printf "make %-10s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

# --- the package ------------------------------------------------------------------------------------------------

SCRIPTS := $(DIST)/socketio-jwt.min.js $(DIST)/socketio-jwt.nowasm.min.js
# The entries that js/package.json exports as ES and as CommonJS modules, `.` as index: an entry more is a line more there.
ENTRIES := $(shell sed -n 's|.*"default": "./dist/\([a-z-]*\)\.cjs".*|\1|p' js/package.json)
# Those beside the client itself, which hold nothing of it: js/src/<entry>.ts, for a framework js/src/frameworks/<entry>.ts,
# and js/types/<entry>.d.ts. Packages that they import are the application's.
SUBPATHS := $(filter-out index nowasm,$(ENTRIES))
FRAMEWORKS := $(filter $(patsubst js/src/frameworks/%.ts,%,$(wildcard js/src/frameworks/*.ts)),$(SUBPATHS))

dist: $(SCRIPTS) $(foreach entry,$(ENTRIES),$(addprefix $(DIST)/$(entry),.js .cjs .d.ts .d.cts)) $(DIST)/script.d.ts $(DIST)/integrity.json ## the npm package's files, in js/dist

# The core: for WebAssembly, and for what becomes JavaScript, which has no bulk memory operations. TinyGo, which make gets
# where there is none, compiles both, and ends with wasm-opt. Once more it finds more: with what TinyGo does not tell it,
# that no address wraps around to the first 1,024 bytes, constants move into the offsets of loads and stores. It is
# repeated until it finds nothing, and what has no effect by then is taken out.
OPTIMISE = wasm-opt -g -Oz --converge --low-memory-unused --vacuum

build/core.wasm: $(GO_SOURCES) wasm/target.json tools/tinygo/build.sh
	GO=$(GO) tools/tinygo/build.sh $@ wasm/target.json ./wasm -opt=z
	$(OPTIMISE) $@ -o $@

# With an export that traps, for the tests of what comes then, and with a collection after each call.
build/core-faults.wasm: $(GO_SOURCES) wasm/target.json tools/tinygo/build.sh
	GO=$(GO) tools/tinygo/build.sh $@ wasm/target.json ./wasm -opt=z -tags=faults
	$(OPTIMISE) $@ -o $@

# As the scripts hold it: two hexadecimal digits a byte. Compressed that is a sixth less than base64 of the same, as a byte
# that stands twice reads the same twice. The names of Go's functions, a twentieth of it, stay in build/core.wasm: a trap's
# stack names functions by number, and the same sources give the same numbers.
build/%.hex: build/%.wasm
	wasm-opt --strip-debug --strip-producers --strip-target-features $< -o $@.wasm
	od -An -v -tx1 $@.wasm | tr -d ' \n' > $@

build/faults.js: build/core-faults.hex $(JS_SOURCES) js/test/faults.ts Makefile
	$(ESBUILD) js/test/faults.ts --format=iife --outfile=$@

build/core-nowasm.wasm: $(GO_SOURCES) wasm/nowasm.json tools/tinygo/build.sh
	GO=$(GO) tools/tinygo/build.sh $@ wasm/nowasm.json ./wasm -opt=z
	$(OPTIMISE) $@ -o $@

# wasm2js writes a module that makes one instance. The client makes the instances, so it gets the function that does.
build/core.js: build/core-nowasm.wasm
	wasm2js -Oz $< -o $@.module
	sed -e '/^import /d' -e '/^var retasmFunc/,$$d' $@.module > $@.new
	@grep -q '^function asmFunc(' $@.new || { echo "wasm2js writes another form of module than build/core.js is made of"; exit 1; }
	@echo 'export default asmFunc;' >> $@.new
	@mv $@.new $@

# Properties that start with _ are ours to shorten, except those that somebody else reads by name: the wire
# (_placeholder), the core (_initialize), and code written for socket.io-client that looks inside.
MINIFY = --minify --mangle-props=^_ --reserve-props='^(_placeholder|_initialize|_readyState|_reconnecting|_reconnection|_reconnectionAttempts|_autoConnect|_close|_opts|_pid|_lastOffset|_queue|_callbacks|_pingTimeoutTime)$$'
ESBUILD = $(GO) tool esbuild --bundle $(MINIFY) --target=es2021 --log-level=warning --legal-comments=none \
	--loader:.hex=text --sourcemap --sources-content=true \
	--define:__VERSION__="\"$$(sed -n 's/^  "version": "\(.*\)",/\1/p' js/package.json)\""

# What browsers load as it is begins with a hint to V8 (Chrome 136 and later): compile every function while the script
# arrives, off the main thread, and not one by one as each is called first, which is 5 ms of the main thread.
EAGER = --banner:js='//\# allFunctionsCalledOnLoad'

$(DIST)/index.js: build/core.hex $(JS_SOURCES) Makefile
	$(ESBUILD) js/src/index.ts --format=esm $(EAGER) --outfile=$@

$(DIST)/socketio-jwt.min.js: build/core.hex $(JS_SOURCES) Makefile
	$(ESBUILD) js/src/script.ts --format=iife $(EAGER) --outfile=$@

$(DIST)/nowasm.js: build/core.js $(JS_SOURCES) Makefile
	$(ESBUILD) js/src/nowasm.ts --format=esm --outfile=$@

$(DIST)/socketio-jwt.nowasm.min.js: build/core.js $(JS_SOURCES) Makefile
	$(ESBUILD) js/src/nowasm-script.ts --format=iife --outfile=$@

# CommonJS: require() answers io() itself. esbuild would warn of `module` beside imports, which is meant.
CJS := --format=cjs --log-override:commonjs-variable-in-esm=silent
$(DIST)/index.cjs: build/core.hex $(JS_SOURCES) Makefile
	$(ESBUILD) js/src/index-cjs.ts $(CJS) --outfile=$@

$(DIST)/nowasm.cjs: build/core.js $(JS_SOURCES) Makefile
	$(ESBUILD) js/src/nowasm-cjs.ts $(CJS) --outfile=$@

SUBPATHS_ESM = $(ESBUILD) $< --format=esm --packages=external --outfile=$@
SUBPATHS_CJS = $(ESBUILD) $< --format=cjs --packages=external --outfile=$@

$(patsubst %,$(DIST)/%.js,$(filter-out $(FRAMEWORKS),$(SUBPATHS))): $(DIST)/%.js: js/src/%.ts $(JS_SOURCES) Makefile
	$(SUBPATHS_ESM)

$(patsubst %,$(DIST)/%.cjs,$(filter-out $(FRAMEWORKS),$(SUBPATHS))): $(DIST)/%.cjs: js/src/%.ts $(JS_SOURCES) Makefile
	$(SUBPATHS_CJS)

# tsconfig.json says where frameworks have their types, which esbuild would take for the frameworks, and bundle.
$(FRAMEWORKS:%=$(DIST)/%.js): $(DIST)/%.js: js/src/frameworks/%.ts $(JS_SOURCES) Makefile
	$(SUBPATHS_ESM) --tsconfig-raw={}

$(FRAMEWORKS:%=$(DIST)/%.cjs): $(DIST)/%.cjs: js/src/frameworks/%.ts $(JS_SOURCES) Makefile
	$(SUBPATHS_CJS) --tsconfig-raw={}

$(DIST)/%.d.ts: js/types/%.d.ts
	@mkdir -p $(DIST)
	cp $< $@

$(DIST)/index.d.cts: js/types/index.d.ts tools/npm/types.go
	@mkdir -p $(DIST)
	$(GO) run ./tools/npm types <$< >$@

$(DIST)/%.d.cts: js/types/%.d.cts
	@mkdir -p $(DIST)
	cp $< $@

$(SUBPATHS:%=$(DIST)/%.d.cts): $(DIST)/%.d.cts: js/types/%.d.ts
	cp $< $@

$(DIST)/integrity.json: $(SCRIPTS) tools/npm/integrity.go
	$(GO) run ./tools/npm integrity $(SCRIPTS) >$@

package: dist e2e/node_modules/.package-lock.json ## packs the npm package into build/ and has publint, attw and an empty project look at it
	node e2e/fixtures/check.mjs

release: ## prepares release VERSION of the npm package, all but the publishing
	@$(GO) run ./tools/npm release "$(VERSION)"

# --- to look at ---------------------------------------------------------------------------------------------------

# The example's page in Go, on client/zishang. Its 20 MB of WASM are why the other page is not made of that.
gopage: ## build the example's page that is written in Go
	@mkdir -p build/gopage
	@cp "$$($(GO) env GOROOT)/lib/wasm/wasm_exec.js" build/gopage/wasm_exec.js
	GOOS=js GOARCH=wasm $(GO) build -trimpath -ldflags="-s -w" -o build/gopage/gopage.wasm ./example-site/gopage

example: dist ## build it and serve the example site (PORT, 8080 if unset)
	$(GO) run ./example-site

dev: ## the same to work on it: not minified, built again on each save, the page reloads (PORT)
	$(GO) run ./tools/dev $(if $(PORT),-port $(PORT))

# --- to trust -----------------------------------------------------------------------------------------------------

test: ## everything that a change must pass, with a summary; seven to thirteen minutes on two cores
	@$(GO) run ./internal/testreport

# Each target for FUZZTIME; what one of them finds is written to its package's testdata and stays there as a test.
FUZZTIME ?= 30s
fuzz: ## let the fuzzers look for input that brings a codec down (FUZZTIME, 30s each)
	@for package in $$($(GO) list ./internal/... ./client/...); do \
	  for target in $$($(GO) test -list '^Fuzz' $$package | grep '^Fuzz'); do \
	    echo "$$package $$target"; $(GO) test -run '^$$' -fuzz "^$$target\$$" -fuzztime $(FUZZTIME) $$package || exit 1; \
	  done; \
	done

# Each renewal takes five seconds: half of the lifetime.
RENEWALS ?= 24
soak: dist e2e/node_modules/.package-lock.json ## ten-second tokens, renewed RENEWALS times (24), each way, on real servers
	cd e2e && TOKEN_SECONDS=10 RENEWALS=$(RENEWALS) npx playwright test lifecycle-renewal -g "by reconnecting"

mutants: e2e/node_modules/.package-lock.json ## take the invariants out one by one: a test must see each
	$(GO) run ./client/lifecycle/mutants
	node js/test/mutants.mjs

bench: dist e2e/node_modules/.package-lock.json ## measure against socket.io-client, in this machine's Chromium (ROWS=far,ack)
	node bench/run.mjs $(if $(ROWS),--rows $(ROWS),--readme)

bench-diff: ## the last two runs of make bench beside each other (BEFORE=a.json AFTER=b.json)
	@node bench/diff.mjs $(BEFORE) $(AFTER)

size: dist ## what a visitor loads; fails when it has grown by 5 % (ACCEPT=1 accepts)
	$(GO) run ./tools/size $(if $(ACCEPT),-accept)

build/goserver: FORCE
	@$(GO) build -o $@ ./e2e/servers/goserver

build/http3: FORCE
	@$(GO) build -o $@ ./e2e/servers/http3

vectors: e2e/node_modules/.package-lock.json ## take the codecs' golden vectors from the real servers again
	node e2e/vectors.mjs

# The lockfiles hold the address of each package (`resolved`): without it npm asks the registry for all versions of each, and
# reads the answers for a third of the processor time of `npm ci`. After a change of dependencies see that it is still there:
# npm leaves it out where omit-lockfile-registry-resolved is set. A mirror's user is well served: npm puts the mirror's
# address in the place of registry.npmjs.org.
e2e/node_modules/.package-lock.json: e2e/package-lock.json
	cd e2e && npm ci --no-audit --no-fund

# Next.js and Nuxt, which only e2e/frameworks needs.
e2e/fixtures/%/node_modules/.package-lock.json: e2e/fixtures/%/package-lock.json
	cd e2e/fixtures/$* && npm ci --no-audit --no-fund --loglevel=error

frameworks: e2e/node_modules/.package-lock.json $(patsubst %,e2e/fixtures/%/node_modules/.package-lock.json,next nuxt) ## io() in apps of Next.js and Nuxt, rendered on the server
	cd e2e && npx playwright test -c frameworks

clean: ## remove what was built
	rm -rf build $(DIST) e2e/test-results bench/out
