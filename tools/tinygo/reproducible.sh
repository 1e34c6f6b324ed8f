#!/bin/sh
# reproducible.sh: builds the package once more, from a copy of this repository in another folder, TinyGo with an empty cache.
# Fails when the scripts or their maps differ from those in js/dist, or name a folder of this machine. Runs in the
# repository's root; needs git.
set -eu

TINYGO=$(tools/tinygo/find.sh)
export TINYGO
make --no-print-directory dist
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
trap 'exit 130' INT
trap 'exit 143' TERM
copy="$work/another folder/copy"

mkdir -p "$copy"
# What git knows or would add, as it is now; a file that is deleted and still known is left out.
git ls-files -z --cached --others --exclude-standard |
	tar --null --ignore-failed-read -T - -cf - 2>/dev/null | tar -xf - -C "$copy"
(
	cd "$copy"
	GOCACHE=$work/cache make --no-print-directory build/core.wasm build/core.js
	# Go's own cache holds esbuild, and nothing of the package.
	make --no-print-directory dist
)

status=0
for script in index.js index.cjs nowasm.js nowasm.cjs socketio-jwt.min.js socketio-jwt.nowasm.min.js; do
	for file in "$script" "$script.map"; do
		cmp "js/dist/$file" "$copy/js/dist/$file" || status=1
		for folder in "$PWD" "$work" "$(dirname "$TINYGO")" "$(go env GOROOT)" "$(go env GOMODCACHE)"; do
			if grep -qF "$folder" "js/dist/$file" "$copy/js/dist/$file"; then
				echo "$file names $folder, a folder of this machine"
				status=1
			fi
		done
	done
done
exit $status
