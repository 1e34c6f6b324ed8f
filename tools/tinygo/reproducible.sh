#!/bin/sh
# reproducible.sh <target.json> <package>: compiles the package in two copies of this repository, in two folders, each
# with an empty cache, and fails when the outputs differ. Runs in the repository's root; needs git.
set -eu

target=$1
package=$2
TINYGO=$(tools/tinygo/find.sh)
export TINYGO
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

for copy in "$work/a" "$work/another folder/b"; do
	mkdir -p "$copy"
	# What git knows or would add, as it is now; a file that is deleted and still known is left out.
	git ls-files -z --cached --others --exclude-standard |
		tar --null --ignore-failed-read -T - -cf - 2>/dev/null | tar -xf - -C "$copy"
	(cd "$copy" && GOCACHE="$copy/build/cache" tools/tinygo/build.sh build/page.wasm "$target" "$package")
done
cmp "$work/a/build/page.wasm" "$work/another folder/b/build/page.wasm"
