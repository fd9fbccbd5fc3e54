#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# usage: tests/cross/sysroot.sh ARCHITECTURE
#
# Unpacks the libraries that the tests need, of another of Debian's architectures (arm64), into
# build/sysroot/ARCHITECTURE.  Needs no root, and leaves apt's and dpkg's own state as they are.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
readonly PACKAGES=(libhwy1 libhwy-dev libgtest-dev libmpfr6 libmpfr-dev libgmp10 libgmp-dev)
architecture=$1
root=$PWD/build/sysroot/$architecture work=$PWD/build/sysroot/$architecture.apt
rm -rf "$root" "$work"
mkdir -p "$root" "$work"/{lists,archives}/partial "$work/debs"

# The machine's own sources and keys, with lists and caches apart.
apt=(apt-get -o APT::Architecture="$architecture" -o APT::Architectures="$architecture" -o APT::Sandbox::User=
  -o Dir::State="$work" -o Dir::State::lists="$work/lists" -o Dir::State::status=/dev/null
  -o Dir::Cache="$work" -o Acquire::Languages=none)
"${apt[@]}" update || true # one source that is out of order need not matter; the download says what does
cd "$work/debs"
"${apt[@]}" download "${PACKAGES[@]}"
for package in *.deb; do
  dpkg-deb --extract "$package" "$root"
done
rm -r "$work"
