# What a person runs here. `make example` and `make dist` need Go and nothing else; `make test` needs Node too.
.DEFAULT_GOAL := help
.PHONY: help dist gopage example test vectors fuzz soak bench size mutants clean FORCE
.DELETE_ON_ERROR:

GO ?= go
DIST := js/dist

# All that the page loads is made of. A file that is new or gone changes the list, and so the version below.
GO_SOURCES := $(shell find wasm client internal -name '*.go' ! -name '*_test.go' ! -path 'client/zishang/*' ! -path '*/mutants/*' ! -path 'internal/testreport/*' ! -path 'internal/scripttest/*') wasm/build.flags go.mod go.sum
JS_SOURCES := $(shell find js/src -name '*.ts') js/package.json

help: ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## /{printf "make %-10s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

# --- the package ------------------------------------------------------------------------------------------------

dist: $(DIST)/index.js $(DIST)/socketio-jwt.min.js $(DIST)/index.d.ts $(DIST)/socketio-jwt.wasm ## the npm package's files, in js/dist

# The loader refuses a WASM that was not built with it: both get this version, a checksum of what both are made of (and
# of the toolchain). The file changes only when the checksum does, so nothing is rebuilt without need.
build/version: FORCE
	@mkdir -p build
	@{ $(GO) version; cat $(sort $(GO_SOURCES) $(JS_SOURCES)); } | cksum | cut -d ' ' -f 1 > $@.new
	@cmp -s $@.new $@ && rm $@.new || mv $@.new $@

# Properties that start with _ are ours to shorten, except those that somebody else reads by name: the wire
# (_placeholder), and code written for socket.io-client that looks inside.
ESBUILD = $(GO) tool esbuild --bundle --minify --target=es2021 --charset=utf8 --log-level=warning \
	--legal-comments=none --define:__BUILD__="\"$$(cat build/version)\"" \
	--define:__VERSION__="\"$$(sed -n 's/^  "version": "\(.*\)",/\1/p' js/package.json)\"" \
	--mangle-props=^_ --reserve-props='^(_placeholder|_readyState|_reconnecting|_autoConnect|_close|_opts|_pid|_lastOffset|_queue|_callbacks|_pingTimeoutTime)$$'

$(DIST)/index.js: build/version Makefile
	@mkdir -p $(DIST)
	$(ESBUILD) js/src/index.ts --format=esm --outfile=build/index.js
	$(GO) run ./internal/names -o $@ build/index.js

$(DIST)/socketio-jwt.min.js: build/version Makefile
	@mkdir -p $(DIST)
	$(ESBUILD) js/src/script.ts --format=iife --outfile=build/socketio-jwt.min.js
	$(GO) run ./internal/names -o $@ build/socketio-jwt.min.js

$(DIST)/index.d.ts: js/types/index.d.ts
	@mkdir -p $(DIST)
	cp $< $@

# Inlining makes Go's own packages faster, and larger by what a visitor waits for: without it the page loads 40 KB less
# (444 to 403, brotli), compiles as fast, and the header of a packet takes 50 ns longer. The flags stand in a file, as
# what the size is compared with is built by the same ones.
build/page.wasm: build/version Makefile
	GOOS=js GOARCH=wasm $(GO) build $$(cat wasm/build.flags) -ldflags="-s -w -X main.version=$$(cat build/version)" -o $@ ./wasm

# As it is after its start, so that no visitor waits for that.
$(DIST)/socketio-jwt.wasm: build/page.wasm
	@mkdir -p $(DIST)
	$(GO) run ./internal/freeze -o $@ $<

# --- to look at ---------------------------------------------------------------------------------------------------

# The example's page in Go, on client/zishang. Its 20 MB of WASM are why the other page is not made of that.
gopage: ## build the example's page that is written in Go
	@mkdir -p build/gopage
	@cp "$$($(GO) env GOROOT)/lib/wasm/wasm_exec.js" build/gopage/wasm_exec.js
	GOOS=js GOARCH=wasm $(GO) build -trimpath -ldflags="-s -w" -o build/gopage/gopage.wasm ./example-site/gopage

example: dist gopage ## build it and serve the example site (PORT, 8080 if unset)
	$(GO) run ./example-site

# --- to trust -----------------------------------------------------------------------------------------------------

test: ## everything that a change must pass, with a summary; some ten minutes on two cores
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

size: dist ## what a visitor loads, and what it is made of
	$(GO) run ./bench/size

build/goserver: FORCE
	@$(GO) build -o $@ ./e2e/servers/goserver

vectors: e2e/node_modules/.package-lock.json ## take the codecs' golden vectors from the real servers again
	node e2e/vectors.mjs

e2e/node_modules/.package-lock.json: e2e/package-lock.json
	cd e2e && npm ci --no-audit --no-fund

clean: ## remove what was built
	rm -rf build $(DIST) e2e/test-results bench/out
