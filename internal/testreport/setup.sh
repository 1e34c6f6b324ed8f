#!/bin/sh
# Gets what the tests need beside Go, Node and make: a browser, and a C compiler for the race detector. On Debian as root
# it installs them; otherwise it says what to install.
set -eu

missing=""
command -v "${CHROMIUM:-/usr/bin/chromium}" >/dev/null || missing="chromium"
command -v "$(go env CC)" >/dev/null || missing="$missing gcc libc6-dev"
[ -z "$missing" ] && exit 0

if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
	apt-get update -q
	# shellcheck disable=SC2086
	DEBIAN_FRONTEND=noninteractive apt-get install -qy --no-install-recommends $missing
else
	echo "The tests need: $missing"
	echo "On Debian: sudo apt-get install $missing"
	echo "Chromium elsewhere: CHROMIUM=/path/to/chromium make test"
	exit 1
fi
