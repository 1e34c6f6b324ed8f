# Constants and functions of the scripts in this folder, which source this file.

# The TinyGo that is built where none is on the PATH, with the checksum of its module as go.sum would hold it.
tinygo_version=0.40.1
tinygo_sum=h1:MH7ISyt/UxKau5uacBQPg6GI6MhtdrLfv7z8UzX+sWs=

# The oldest TinyGo that compiles the page: 0.minor.
tinygo_oldest_minor=40

# TinyGo 0.40 compiles the standard library of Go 1.19 to 1.25 and refuses a newer one. The module proxy serves this Go.
# Each build names it, also on a machine with an older Go: the page contains parts of the standard library, so another
# Go would give other bytes.
tinygo_go=go1.25.5

say() { echo "tinygo: $*" >&2; }

# say_no_go <why>
say_no_go() {
	say "$1 Install Go 1.26 or newer: https://go.dev/dl/"
	exit 1
}

# tinygo_is_usable <path>: whether the TinyGo that install-debian.sh has built starts here and finds the programs that
# TinyGo runs. A cache directory that was copied to another machine has no LLVM there.
tinygo_is_usable() {
	[ -x "$1" ] && command -v wasm-opt >/dev/null && command -v clang-19 >/dev/null &&
		command -v wasm-ld-19 >/dev/null && "$1" version >/dev/null 2>&1
}
