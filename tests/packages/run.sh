#!/usr/bin/env bash
# Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
# Makes the packages as `./dev package` does, and installs them as people do: each into a Debian tree in which nothing
# was installed before. Each test is a function; the last line counts them.
#
# The tree is made by debootstrap, once, and kept in $LEAT_PACKAGE_TREES (default: $TMPDIR/leat-package-trees). Must be
# root: so must debootstrap and chroot. What is missing is said, and then nothing is tested and nothing has passed.
#
#   run.sh [FILTER]   only tests whose name contains FILTER
set -uo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
store=${LEAT_PACKAGE_TREES:-${TMPDIR:-/tmp}/leat-package-trees}
filter=${1:-}
filter=${filter#--filter=}
passed=0
failed=0

missing() {
  echo "note: SKIPPED, $1"
  echo "0 passed, 0 failed"
  exit 0
}

[[ $EUID == 0 ]] || missing "making a Debian tree needs root"
command -v debootstrap >/dev/null || missing "'debootstrap' is not installed (./dev packages containers)"

mkdir -p "$store"
work=$(mktemp -d)
tree=$work/tree
trap 'rm -rf "$work"' EXIT

make_base() {
  [[ -f $store/whole ]] && return
  rm -rf "$store/base"
  debootstrap --variant=minbase bookworm "$store/base" >"$store/debootstrap.log" 2>&1 && touch "$store/whole"
}

make_packages() { bash "$root/dev" package "$work/packages" >"$store/package.log" 2>&1; }

# A tree in which nothing was installed yet, with the names servers of this machine.
fresh_tree() {
  rm -rf "$tree"
  cp -a "$store/base" "$tree"
  cp /etc/resolv.conf "$tree/etc/resolv.conf"
  cp "$work"/packages/* "$tree/root/"
}

in_tree() { chroot "$tree" env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root "$@"; }

apt() {
  in_tree env DEBIAN_FRONTEND=noninteractive apt-get -qq -o APT::Sandbox::User=root "$@" >>"$store/apt.log" 2>&1
}

install_debs() {
  local names=()
  for name in "$@"; do names+=("/root/$(basename "$work"/packages/"$name"_*.deb)"); done
  apt update && apt install -y --no-install-recommends "${names[@]}"
}

# orders_run LEAT: the example gives the expected bytes.
orders_run() {
  cp -r "$root/pipelines/examples" "$tree/root/examples"
  in_tree bash -c "mkdir -p /root/job/pipelines && mv /root/examples /root/job/pipelines/ && cd /root/job &&
    $1 run --quiet pipelines/examples/orders.yaml" >"$work/stdout" || return
  diff -r "$root/pipelines/examples/expected/orders/out" "$tree/root/job/out"
}

deb_installs_and_runs() {
  local started=$SECONDS
  install_debs leat || { tail -n 5 "$store/apt.log"; return 1; }
  orders_run leat || return
  echo "  $((SECONDS - started)) s from the package to the first result, the network's part included"
}

deb_brings_manuals_and_examples() {
  install_debs leat || return
  [[ $(in_tree zcat /usr/share/man/man1/leat-run.1.gz | head -n 1) == ".TH LEAT\\-run 1 "* ]] &&
    [[ -f $tree/usr/share/doc/leat/examples/orders.yaml && -f $tree/usr/share/doc/leat/copyright ]]
}

deb_depends_on_what_it_loads_and_no_more() {
  install_debs leat || return
  local wanted
  wanted=$(bash "$root/dev" packages runtime | sort | xargs)
  local got
  got=$(in_tree dpkg-query -W -f '${Depends}' leat | tr ',' '\n' | awk '$1 != "libc6" { print $1 }' | sort -u | xargs)
  [[ $wanted == "$got" ]] || { echo "  depends on '$got', docker/packages.txt has '$wanted'"; return 1; }
}

removing_leaves_nothing() {
  install_debs leat leat-dev || return
  [[ -f $tree/usr/include/leat/plugin.h && -f $tree/usr/lib/cmake/leat/leatConfig.cmake ]] || return
  apt remove -y leat leat-dev || return
  [[ -z $(find "$tree/usr" -name '*leat*' -print -quit) ]]
}

archive_runs_where_it_is_unpacked() {
  in_tree bash -c 'mkdir /opt/anywhere && tar -C /opt/anywhere --strip-components 1 -xf /root/leat-*.tar.gz' || return
  orders_run /opt/anywhere/bin/leat
}

check() {
  [[ $1 == *"$filter"* ]] || return 0
  fresh_tree
  if "$1"; then
    echo "ok $1"
    passed=$((passed + 1))
  else
    echo "FAILED $1"
    failed=$((failed + 1))
  fi
}

for step in make_base make_packages; do
  if ! "$step"; then
    echo "FAILED $step"
    tail -n 20 "$store"/*.log
    echo "0 passed, 1 failed"
    exit 1
  fi
done

check deb_installs_and_runs
check deb_brings_manuals_and_examples
check deb_depends_on_what_it_loads_and_no_more
check removing_leaves_nothing
check archive_runs_where_it_is_unpacked

echo "$passed passed, $failed failed"
[[ $failed == 0 ]]
