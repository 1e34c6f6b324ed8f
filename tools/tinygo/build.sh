#!/bin/sh
# build.sh <output.wasm> <target.json> <package> [more flags of tinygo build]
#
# Compiles a package of this module by TinyGo. The output is the same in every clone and folder. Runs in the repository's root. TINYGO names a compiler, GO a go; see find.sh.
set -eu

here=$(cd "$(dirname "$0")" && pwd)
. "$here/common.sh"

output=$1
target=$2
package=$3
shift 3

# From 1.21 on Go fetches the Go that go.mod asks for. An older one calls go.mod wrong.
GO=${GO:-go}
if command -v "$GO" >/dev/null; then
	minor=$("$GO" version 2>/dev/null | sed -n 's/^go version go1\.\([0-9][0-9]*\).*/\1/p')
	[ "${minor:-21}" -ge 21 ] || say_no_go "$GO is Go 1.$minor, which is too old."
fi

tinygo=$("$here/find.sh")

# TinyGo runs the first go on the PATH.
command -v "$GO" >/dev/null || say_no_go "There is no go on the PATH."
PATH=$(dirname "$(command -v "$GO")"):$PATH
export PATH GOTOOLCHAIN=$tinygo_go

# Our go.mod asks for a Go that is too new for TinyGo. The page's packages import nothing outside of the module, so
# another mod file, which requires nothing, does. Its path is relative: GOFLAGS has no way to write a space.
mkdir -p build "$(dirname "$output")"
{ grep '^module ' go.mod && echo "go 1.25"; } >"build/tinygo.mod.$$"
mv "build/tinygo.mod.$$" build/tinygo.mod

# No setting of Go or TinyGo from the caller's environment reaches the build.
export GOFLAGS=-modfile=build/tinygo.mod GOWORK=off
unset GOOS GOARCH GOEXPERIMENT
case $tinygo in */socketio-jwt-wasm/tinygo-*) unset TINYGOROOT ;; esac

# -no-debug leaves the paths of this folder out of the output.
exec "$tinygo" build -o "$output" -target "$target" -scheduler=none -gc=none -panic=trap -opt=2 -no-debug "$@" "$package"
