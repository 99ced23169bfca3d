#!/usr/bin/env bash
# Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
# Makes packages of the release build: leat_*.deb and leat-dev_*.deb for Debian 12, and leat-*.tar.gz, which is unpacked
# anywhere and brings all libraries but the C library's. `./dev package` builds what it needs and calls it.
#
# usage: package.sh FOLDER   where the packages go
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
folder=$(mkdir -p "$1" && cd "$1" && pwd)
build=$root/build/release
leat=$build/leat
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# Manual pages, from the definitions that parse the command line.
make_pages() {
  local pages=$build/pages command
  rm -rf "$pages"
  mkdir -p "$pages/man/man1"
  "$leat" man | gzip -9n >"$pages/man/man1/leat.1.gz"
  for command in $("$leat" man | sed -n 's/.*See \\fBleat\\-\(.*\)\\fR(1)\./\1/p'); do
    "$leat" man "$command" | gzip -9n >"$pages/man/man1/leat-$command.1.gz"
  done
}

make_archive() {
  local version name tree library
  version=$("$leat" version | awk '{ print $2 }')
  name=leat-$version-$(uname -s | tr '[:upper:]' '[:lower:]')-$(uname -m)
  tree=$work/$name
  cmake --install "$build" --prefix "$tree" --strip >/dev/null
  install -s -m 755 "$build/portable/leat" "$tree/bin/leat"
  mkdir -p "$tree/lib/leat"
  # The C library must be the system's: it belongs to the kernel, the names service and the loader.
  for library in $(ldd "$build/portable/leat" | awk '$3 ~ /^\// { print $3 }'); do
    case ${library##*/} in
      libc.so.* | libm.so.* | libpthread.so.* | libdl.so.* | librt.so.*) ;;
      *) install -m 644 "$(readlink -f "$library")" "$tree/lib/leat/${library##*/}" ;;
    esac
  done
  tar -C "$work" --owner=0 --group=0 --sort=name -czf "$folder/$name.tar.gz" "$name"
  echo "$folder/$name.tar.gz"
}

make_debs() {
  (cd "$work" && cpack --config "$build/CPackConfig.cmake" -B "$work/debs" >"$work/cpack.log" 2>&1) ||
    { cat "$work/cpack.log" >&2; exit 1; }
  mv "$work"/debs/*.deb "$folder"
  ls "$folder"/*.deb
}

rm -f "$folder"/leat*.deb "$folder"/leat-*.tar.gz
make_pages
make_debs
make_archive
