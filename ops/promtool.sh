#!/bin/sh
# Puts promtool into a folder, from Debian's package `prometheus`; nothing is installed or started.
set -eu
to=$1
if command -v promtool >/dev/null 2>&1; then
    ln -sf "$(command -v promtool)" "$to/promtool"
    exit 0
fi
command -v apt-get >/dev/null && command -v dpkg-deb >/dev/null || exit 1
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
chmod 755 "$work"
cd "$work"
apt-get download -q prometheus >log 2>&1 || { [ "$(id -u)" = 0 ] && apt-get update -q >log 2>&1 && apt-get download -q prometheus >log 2>&1; }
dpkg-deb -x prometheus_*.deb out
cd - >/dev/null
cp "$work/out/usr/bin/promtool" "$to/promtool"
