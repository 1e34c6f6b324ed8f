#!/bin/sh
# reproducible.sh: builds the package in two copies of this repository, in two folders, TinyGo with an empty cache in each.
# Fails when the scripts or their maps differ, or name a folder of this machine. Runs in the repository's root; needs git.
set -eu

TINYGO=$(tools/tinygo/find.sh)
export TINYGO
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
trap 'exit 130' INT
trap 'exit 143' TERM
one=$work/a
other="$work/another folder/b"

# build <copy>
build() {
	mkdir -p "$1"
	# What git knows or would add, as it is now; a file that is deleted and still known is left out.
	git ls-files -z --cached --others --exclude-standard |
		tar --null --ignore-failed-read -T - -cf - 2>/dev/null | tar -xf - -C "$1"
	cd "$1"
	GOCACHE=$1/build/cache make --no-print-directory build/core.wasm build/core.js
	# Go's own cache holds esbuild, and nothing of the package.
	make --no-print-directory dist
}

# Both at a time. The first one's output is shown if it fails: the output of both at once is hard to read.
(build "$one") >"$work/log" 2>&1 &
first=$!
status=0
(build "$other") || status=$?
wait "$first" || {
	status=$?
	cat "$work/log"
}
[ "$status" = 0 ] || exit "$status"

for script in index.js index.cjs nowasm.js nowasm.cjs socketio-jwt.min.js socketio-jwt.nowasm.min.js; do
	for file in "js/dist/$script" "js/dist/$script.map"; do
		cmp "$one/$file" "$other/$file" || status=1
		for folder in "$work" "$(dirname "$TINYGO")" "$(go env GOROOT)" "$(go env GOMODCACHE)"; do
			if grep -qF "$folder" "$one/$file"; then
				echo "$file names $folder, a folder of this machine"
				status=1
			fi
		done
	done
done
exit $status
