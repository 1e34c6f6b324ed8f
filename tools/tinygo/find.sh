#!/bin/sh
# Prints the path of a TinyGo that can compile the page: one line on stdout. Everything else goes to stderr.
#
# The first of these that exists:
#   1. TINYGO=/path in the environment. If it cannot be used, find.sh fails and tries no other.
#   2. tinygo on the PATH, 0.40 or newer.
#   3. The one in the cache directory, ${XDG_CACHE_HOME:-~/.cache}/socketio-jwt-wasm.
#   4. A new one in the cache directory, built by install-debian.sh, once per machine.
set -eu

here=$(cd "$(dirname "$0")" && pwd)
. "$here/common.sh"

# version_of <path>: what `tinygo version` calls itself (0.40.1, 0.41.0-dev-1234abc), or nothing.
version_of() {
	"$1" version 2>/dev/null | sed -n 's/^tinygo version \([^ ]*\).*/\1/p'
}

# is_new_enough <version>
is_new_enough() {
	numbers=$(echo "$1" | sed -n 's/^\([0-9][0-9]*\)\.\([0-9][0-9]*\)\(\..*\)*$/\1 \2/p')
	major=${numbers% *}
	minor=${numbers#* }
	[ -n "$numbers" ] && { [ "$major" -gt 0 ] || [ "$minor" -ge "$tinygo_oldest_minor" ]; }
}

# require_wasm_opt <tinygo>: TinyGo ends each build for wasm32 with binaryen's wasm-opt, which optimises the linked
# program once more. TinyGo takes WASMOPT, then the one in its own directory (the archives of tinygo.org hold one), then
# the one on the PATH.
require_wasm_opt() {
	[ -n "${WASMOPT:-}" ] && return
	command -v wasm-opt >/dev/null && return
	[ -x "$("$1" env TINYGOROOT 2>/dev/null)/bin/wasm-opt" ] && return
	say "$1 needs wasm-opt 102 or newer, which is not on the PATH."
	say "Install binaryen (apt-get install binaryen, brew install binaryen), or name one: WASMOPT=/path/to/wasm-opt"
	exit 1
}

if [ -n "${TINYGO:-}" ]; then
	found=$(command -v "$TINYGO") || { say "TINYGO=$TINYGO is no program."; exit 1; }
	version=$(version_of "$found")
	is_new_enough "$version" || {
		say "TINYGO=$TINYGO is version ${version:-unknown}; the page needs TinyGo 0.$tinygo_oldest_minor or newer."
		exit 1
	}
	require_wasm_opt "$found"
	case $found in /*) echo "$found" ;; *) echo "$PWD/$found" ;; esac
	exit
fi

if found=$(command -v tinygo); then
	version=$(version_of "$found")
	if is_new_enough "$version"; then
		require_wasm_opt "$found"
		echo "$found"
		exit
	fi
	say "passing over $found: version ${version:-unknown}, and the page needs 0.$tinygo_oldest_minor or newer."
fi

cache=${XDG_CACHE_HOME:-${HOME:+$HOME/.cache}}
if [ -z "$cache" ]; then
	say "HOME and XDG_CACHE_HOME are not set: set one, for the directory that TinyGo is built in."
	exit 1
fi
directory=$cache/socketio-jwt-wasm/tinygo-$tinygo_version

if ! tinygo_is_usable "$directory/bin/tinygo"; then
	status=0
	"$here/install-debian.sh" "$directory" >&2 || status=$?
	if [ "$status" = 3 ]; then
		say "The page's compiler is missing: TinyGo 0.$tinygo_oldest_minor or newer, with wasm-opt of binaryen."
		say "Install both (https://tinygo.org/getting-started/install/), or name one: TINYGO=/path/to/tinygo"
		say "On Debian 12 or newer nothing need be installed: run by root, make builds TinyGo by itself."
	fi
	[ "$status" = 0 ] || exit 1
fi
echo "$directory/bin/tinygo"
