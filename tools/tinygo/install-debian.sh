#!/bin/sh
# install-debian.sh <directory>: builds TinyGo from the Go module proxy into this directory, on Debian 12 or newer and its
# relatives. It installs LLVM and a C++ compiler by apt-get, which only root may; where the packages are there already,
# any user can run it. find.sh calls it.
#
# Exit 3: it cannot install on this machine, and has changed nothing. Exit 1: a step failed, and was named.
set -eu

. "$(cd "$(dirname "$0")" && pwd)/common.sh"

directory=$1
parent=$(dirname "$directory")
log=$directory.log
GO=${GO:-go}

# TinyGo links libLLVM and libclang, and runs clang-19, wasm-ld-19 and binaryen's wasm-opt at each build. cgo needs a C++
# compiler; the module proxy needs root certificates, which a minimal Debian has not.
packages="llvm-19-dev libclang-19-dev clang-19 lld-19 binaryen g++ ca-certificates"

missing_packages() {
	for package in $packages; do
		[ "$(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null)" = installed ] || printf '%s ' "$package"
	done
}

# step <what> <command...>: runs a step, its output into the log. What a failing one said last is shown.
step() {
	what=$1
	shift
	say "$what"
	"$@" >>"$log" 2>&1 || {
		say "FAILED: $what. The end of $log:"
		tail -n 20 "$log" >&2
		exit 1
	}
}

# The steps. `set -e` does not act inside of what step calls, so each command of theirs says what follows its failure.

install_packages() {
	# A run that was killed may have left packages unpacked and not configured.
	dpkg --configure -a || return
	# A list that cannot be fetched may not be needed: the next command decides.
	apt-get update -q || true
	# shellcheck disable=SC2046
	apt-get -o DPkg::Lock::Timeout=600 install -qy --no-install-recommends $(missing_packages)
}

fetch_source() {
	"$GO" mod download -json "github.com/tinygo-org/tinygo@v$tinygo_version" >module.json || {
		cat module.json
		return 1
	}
	sum=$(sed -n 's/^.*"Sum": "\(.*\)".*$/\1/p' module.json)
	[ "$sum" = "$tinygo_sum" ] || {
		echo "The module TinyGo $tinygo_version has the checksum $sum; the one that we know is $tinygo_sum."
		return 1
	}
	cp -R --no-preserve=mode "$(sed -n 's/^.*"Dir": "\(.*\)".*$/\1/p' module.json)" tinygo &&
		# TinyGo lays its src over Go's, and looks for src/net: a submodule of git, which the module has not.
		mkdir -p tinygo/src/net result/bin
}

compile() (
	cd tinygo &&
		CGO_ENABLED=1 "$GO" build -trimpath -buildvcs=false -ldflags="-s -w" -tags "llvm19 osusergo" -o ../result/bin/tinygo .
)

# At run time TinyGo reads its src, targets and lib, and finds them beside its bin.
collect() {
	mv tinygo/src tinygo/targets tinygo/lib tinygo/LICENSE result && result/bin/tinygo version
}

command -v apt-get >/dev/null && command -v dpkg-query >/dev/null && command -v flock >/dev/null || exit 3
[ -z "$(missing_packages)" ] || [ "$(id -u)" = 0 ] || exit 3
command -v "$GO" >/dev/null || say_no_go "There is no go on the PATH."

# One at a time. The lock goes with its last holder, so a compiler that outlives a killed make is waited for.
mkdir -p "$parent"
exec 9>"$parent/lock"
flock -n 9 || {
	say "another make is building TinyGo: waiting for it."
	flock 9
}
tinygo_is_usable "$directory/bin/tinygo" && exit

rm -rf "$parent"/building.*
: >"$log"
say "there is no TinyGo 0.$tinygo_oldest_minor or newer: making TinyGo $tinygo_version in $directory."
say "Once per machine; it takes some three minutes, more on a busy machine."

if [ -n "$(missing_packages)" ]; then
	export DEBIAN_FRONTEND=noninteractive
	# Services that a package may start must not keep the lock.
	step "installing Debian packages: $(missing_packages)(250 MB to download, 1.5 GB on disk)" install_packages 9>&-
	# A copy of the cache directory may have lacked nothing but these.
	tinygo_is_usable "$directory/bin/tinygo" && exit
fi

work=$(mktemp -d "$parent/building.XXXXXX")
trap 'rm -rf "$work"' EXIT
trap 'exit 129' HUP
trap 'exit 130' INT
trap 'exit 143' TERM
cd "$work"

# No setting of the caller's project reaches this build.
unset GOOS GOARCH GOFLAGS GOEXPERIMENT
export GOWORK=off GOTOOLCHAIN=$tinygo_go
step "fetching the sources of TinyGo $tinygo_version, and $tinygo_go to build with" fetch_source
step "compiling TinyGo" compile
step "trying it" collect

rm -rf "$directory"
mv result "$directory"
rm -f "$log"
say "ready."
