#!/bin/sh
# Gets what the tests need beside Go, Node and make: the browsers, and a C compiler for the race detector. On Debian as root
# it installs them; otherwise it says what to install.
set -eu

node_major=$(node --version 2>/dev/null | sed 's/^v\([0-9]*\).*/\1/') || true
if [ "${node_major:-0}" -lt 20 ]; then
	echo "The tests need Node 20 or newer; here is $(node --version 2>/dev/null || echo none)."
	exit 1
fi

missing=""
command -v "${CHROMIUM:-/usr/bin/chromium}" >/dev/null || missing="chromium"
command -v "${CHROMIUM:-/usr/bin/chromium-headless-shell}" >/dev/null || missing="$missing chromium-headless-shell"
command -v "${FIREFOX:-/usr/bin/firefox-esr}" >/dev/null || missing="$missing firefox-esr"
command -v "$(go env CC)" >/dev/null || missing="$missing gcc libc6-dev"
[ -z "$missing" ] && exit 0

if [ -z "${CHROMIUM:-}${FIREFOX:-}" ] && [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
	apt-get update -q
	# shellcheck disable=SC2086
	DEBIAN_FRONTEND=noninteractive apt-get install -qy --no-install-recommends $missing
else
	echo "The tests need: $missing"
	echo "On Debian: sudo apt-get install $missing"
	echo "Browsers elsewhere: CHROMIUM=/path/to/chromium FIREFOX=/path/to/firefox make test"
	exit 1
fi
