#!/usr/bin/env bash
# Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
# Builds docker/Dockerfile and runs the image as people do. Each test is a function; the last line counts them.
#
# Needs podman and runc, no daemon and no registry: the base image is made by debootstrap, once, and kept with the
# layers in $LEAT_CONTAINERS (default: $TMPDIR/leat-containers). Must be root: so must debootstrap. What is missing is
# said, and then nothing is tested and nothing has passed.
#
#   run.sh [FILTER]   only tests whose name contains FILTER
set -uo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
store=${LEAT_CONTAINERS:-${TMPDIR:-/tmp}/leat-containers}
filter=${1:-}
filter=${filter#--filter=}
base=leat-test-base
image=leat-test
passed=0
failed=0

missing() {
  echo "note: SKIPPED, $1"
  echo "0 passed, 0 failed"
  exit 0
}

[[ $EUID == 0 ]] || missing "making a base image with debootstrap needs root"
for program in podman runc debootstrap; do
  command -v "$program" >/dev/null || missing "'$program' is not installed (./dev packages containers)"
done

mkdir -p "$store"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# runc, because crun refuses hosts that have both versions of cgroups mounted.
cat >"$store/containers.conf" <<EOF
[containers]
default_ulimits = ["nofile=20000:20000", "nproc=30000:30000"]
netns = "host"
[engine]
cgroup_manager = "cgroupfs"
runtime = "runc"
events_logger = "file"
EOF
printf '[storage]\ndriver="overlay"\ngraphroot="%s"\nrunroot="%s"\n' "$store/storage" "$store/run" \
  >"$store/storage.conf"
export CONTAINERS_CONF=$store/containers.conf CONTAINERS_STORAGE_CONF=$store/storage.conf

# What people pull as debian:bookworm-slim, near enough: a minimal system without manuals and translations.
make_base() {
  podman image exists "$base" && return
  rm -rf "$store/rootfs"
  debootstrap --variant=minbase bookworm "$store/rootfs" >"$store/debootstrap.log" 2>&1 || return
  (
    cd "$store/rootfs" || exit
    rm -rf var/cache/apt/* var/lib/apt/lists/* var/log/* usr/share/{doc,man,info}/* etc/hostname
    find usr/share/locale -mindepth 1 -maxdepth 1 ! -name locale.alias -exec rm -rf {} +
    : >etc/resolv.conf
  )
  tar -C "$store/rootfs" -c . | podman import -c 'CMD ["bash"]' - "$base" >/dev/null
  local status=$?
  rm -rf "$store/rootfs"
  return $status
}

# What people build their own operators in: the same file, another stage.
make_builder() {
  podman build --pull-never --build-arg "BASE=$base" --network host --target plugin-builder -t "$image-builder" \
    -f "$work/Dockerfile" "$work/context" >"$store/builder.log" 2>&1
}

# The tree without what was built in it.
make_context() {
  mkdir "$work/context"
  tar -C "$root" --exclude=./build --exclude=./out --exclude=./.git -c . | tar -C "$work/context" -x
}

# podman 4.3 builds stages that nothing needs, so the one that runs the test suite is cut out.
make_image() {
  sed '/^FROM build AS test$/,/^$/d' "$root/docker/Dockerfile" >"$work/Dockerfile"
  podman build --pull-never --build-arg "BASE=$base" --network host -t "$image" -f "$work/Dockerfile" \
    "$work/context" >"$store/build.log" 2>&1
}

# in_image ARGUMENT...: `leat ARGUMENT...` as careful people run it; each test may set more $options of podman, and
# how the folder of the results is mounted.
options=()
results=rw
in_image() {
  podman run --rm --read-only --read-only-tmpfs=false --cap-drop ALL --security-opt no-new-privileges --network none \
    --user 12345 -v "$root/pipelines:/pipeline/pipelines:ro" -v "$work/out:/pipeline/out:$results" "${options[@]}" \
    "$image" "$@"
}

fresh_out() {
  rm -rf "$work/out"
  install -d -o 12345 "$work/out"
  options=()
  results=rw
}

# expect WHAT WANTED GOT
expect() {
  [[ $2 == "$3" ]] && return
  echo "  $1: expected '$2', got '$3'"
  return 1
}

size_of() { podman image inspect "$1" --format '{{.Size}}'; }

adds_less_than_60_mb() {
  local added=$((($(size_of "$image") - $(size_of "$base")) / 1000000))
  echo "  the image adds $added MB"
  [[ $added -lt 60 ]]
}

runs_as_10001() {
  expect user 10001:10001 "$(podman image inspect "$image" --format '{{.Config.User}}')" &&
    expect uid 10001 "$(podman run --rm --entrypoint id "$image" -u)"
}

has_entrypoint_and_labels() {
  expect entrypoint '[leat]' "$(podman image inspect "$image" --format '{{.Config.Entrypoint}}')" &&
    expect licence Apache-2.0 \
      "$(podman image inspect "$image" --format '{{index .Labels "org.opencontainers.image.licenses"}}')"
}

prints_its_version() {
  expect version "leat $(sed -n 's/^project(leat VERSION \([0-9.]*\).*/\1/p' "$root/CMakeLists.txt")" \
    "$(podman run --rm "$image" version | head -n 1)"
}

orders_give_the_expected_bytes() {
  in_image run pipelines/examples/orders.yaml --quiet >"$work/stdout" || return
  diff -r "$root/pipelines/examples/expected/orders/out" "$work/out"
}

leaves_nothing_else_behind() {
  in_image run pipelines/examples/orders.yaml --quiet >/dev/null || return
  expect "files in out" "rejects.jsonl revenue.csv" "$(find "$work/out" -mindepth 1 -printf '%P\n' | sort | xargs)"
}

exit_codes_come_through() {
  local code
  in_image run pipelines/examples/no-such.yaml 2>/dev/null
  code=$?
  expect "missing pipeline" 2 "$code" || return
  printf 'stages:\n  - read_csv: out/in.csv\n  - write_csv: out/copy.csv\n' >"$work/out/job.yaml"
  printf 'a,b\n1,2\n3\n' >"$work/out/in.csv"
  in_image run out/job.yaml 2>/dev/null
  code=$?
  expect "bad row" 1 "$code" && [[ ! -e $work/out/copy.csv ]]
}

output_that_cannot_be_written_is_said() {
  results=ro
  local said
  said=$(in_image run pipelines/examples/orders.yaml 2>&1) && return 1
  [[ $said == *revenue.csv* ]] || { echo "  $said"; return 1; }
}

procs_follow_the_cpu_quota() {
  # As Go: the quota rounded up, at least 2, at most the processors there are.
  local processors wanted
  processors=$(nproc)
  wanted=$((processors < 2 ? processors : 2))
  options=(--cpus 1)
  in_image explain pipelines/examples/orders.yaml | grep -q "plan of .*: $wanted processors," || return
  options=(--cpuset-cpus 0)
  in_image explain pipelines/examples/orders.yaml | grep -q "plan of .*: 1 processor"
}

memory_follows_the_limit() {
  options=(--memory 500m)
  in_image explain pipelines/examples/orders.yaml >"$work/plan"
  grep -q 'memory limit 300 MiB' "$work/plan" || { head -n 1 "$work/plan"; return 1; }
}

stop_leaves_no_output_and_exits_143() {
  cat >"$work/out/endless.yaml" <<'EOF'
stages:
  - read_lines: stdin
  - write_csv: out/copy.csv
EOF
  local name="leat-test-$$" code
  mkfifo "$work/feed"
  # A reader that waits for its input, and one row that has arrived.
  podman run -i --name "$name" --read-only --cap-drop ALL --network none --user 12345 \
    -v "$work/out:/pipeline/out" "$image" run out/endless.yaml <"$work/feed" >"$work/log" 2>&1 &
  local client=$!
  exec 8>"$work/feed"
  echo row >&8
  until podman inspect "$name" --format '{{.State.Running}}' 2>/dev/null | grep -q true &&
    [[ -n $(find "$work/out" -mindepth 1 ! -name endless.yaml -print -quit) ]]; do
    kill -0 "$client" 2>/dev/null || { cat "$work/log"; return 1; }
  done
  podman stop -t 10 "$name" >/dev/null
  exec 8>&-
  wait "$client"
  code=$(podman inspect "$name" --format '{{.State.ExitCode}}')
  podman rm "$name" >/dev/null
  rm "$work/feed"
  expect "exit code" 143 "$code" && expect files endless.yaml "$(ls -A "$work/out")"
}

# docs/guide/plugins.md, "In a container": from `leat new operator` to a run in a derived image.
own_operator_runs_in_a_derived_image() {
  podman run --rm --user 12345 --network none -v "$work/out:/pipeline/out" "$image" \
    new operator acme.measure --into out/measure >/dev/null 2>&1 || return
  cat >"$work/out/measure/Dockerfile" <<EOF
FROM $image-builder AS build
COPY . /plugin
RUN cmake -G Ninja -B /build && cmake --build /build && ctest --test-dir /build --output-on-failure \\
 && cmake --install /build --prefix /usr/local
FROM $image
COPY --from=build /usr/local/lib/leat/plugins/ /usr/local/lib/leat/plugins/
EOF
  podman build --pull-never --network none -t "$image-derived" "$work/out/measure" >"$store/derived.log" 2>&1 ||
    { tail -n 20 "$store/derived.log"; return 1; }
  { echo "plugins: measure"; sed 's|in.csv|out/measure/in.csv|; s|: out.csv|: out/out.csv|' \
    "$work/out/measure/pipeline.yaml"; } >"$work/out/job.yaml"
  podman run --rm --read-only --cap-drop ALL --network none --user 12345 -v "$work/out:/pipeline/out" \
    "$image-derived" run -q out/job.yaml && diff "$work/out/measure/expected.csv" "$work/out/out.csv"
}

check() {
  [[ $1 == *"$filter"* ]] || return 0
  fresh_out
  if "$1"; then
    echo "ok $1"
    passed=$((passed + 1))
  else
    echo "FAILED $1"
    failed=$((failed + 1))
  fi
}

for step in make_base make_context make_image make_builder; do
  echo "$step ($SECONDS s)"
  if ! "$step"; then
    echo "FAILED $step"
    tail -n 20 "$store"/*.log
    echo "0 passed, 1 failed"
    exit 1
  fi
done
echo "image built ($SECONDS s)"

check adds_less_than_60_mb
check runs_as_10001
check has_entrypoint_and_labels
check prints_its_version
check orders_give_the_expected_bytes
check leaves_nothing_else_behind
check exit_codes_come_through
check output_that_cannot_be_written_is_said
check procs_follow_the_cpu_quota
check memory_follows_the_limit
check stop_leaves_no_output_and_exits_143
check own_operator_runs_in_a_derived_image

# podman leaves empty groups behind.
find /sys/fs/cgroup/*/libpod_parent -depth -type d -exec rmdir {} \; 2>/dev/null
echo "$passed passed, $failed failed"
[[ $failed == 0 ]]
