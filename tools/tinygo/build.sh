#!/bin/sh
# build.sh <output.wasm> <target.json> <package> [more flags of tinygo build]
#
# Compiles a package of this module by TinyGo, with all that each such build needs. The output is the same in each clone,
# in whatever folder. Runs in the repository's root. TINYGO names a compiler, GO a go; see find.sh.
set -eu

here=$(cd "$(dirname "$0")" && pwd)
. "$here/common.sh"

output=$1
target=$2
package=$3
shift 3

tinygo=$("$here/find.sh")

# TinyGo runs the first go on the PATH.
GO=${GO:-go}
PATH=$(dirname "$(command -v "$GO")"):$PATH
export PATH GOTOOLCHAIN=$tinygo_go

# Our go.mod asks for a Go that is too new for TinyGo. The page's packages import nothing outside of the module, so
# another mod file, which requires nothing, does. Its path is relative: GOFLAGS has no way to write a space.
mkdir -p build "$(dirname "$output")"
{ grep '^module ' go.mod && echo "go 1.25"; } >"build/tinygo.mod.$$"
mv "build/tinygo.mod.$$" build/tinygo.mod

# Only what is said here decides: no setting of Go or TinyGo from the caller's environment.
export GOFLAGS=-modfile=build/tinygo.mod GOWORK=off
unset GOOS GOARCH GOEXPERIMENT
case $tinygo in */socketio-jwt-wasm/tinygo-*) unset TINYGOROOT ;; esac

# -no-debug leaves the paths of this folder out of the output.
exec "$tinygo" build -o "$output" -target "$target" -scheduler=none -gc=none -panic=trap -opt=2 -no-debug "$@" "$package"
