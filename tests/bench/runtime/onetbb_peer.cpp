// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// The cases of runtime_bench.cpp that oneTBB has: its tasks cannot wait for each other in the
// middle, so only starting and joining them.
#include <atomic>

#include <oneapi/tbb/global_control.h>
#include <oneapi/tbb/task_group.h>

#include "tests/bench/runtime/peer_main.h"

namespace leat::peer {
namespace {

using oneapi::tbb::global_control;
using oneapi::tbb::task_group;

double spawn_case(long n, int procs) {
  const global_control limit(global_control::max_allowed_parallelism, static_cast<size_t>(procs));
  std::atomic<long> done = 0;
  task_group tasks;
  const auto start = Clock::now();
  for (long i = 0; i < n; ++i) tasks.run([&done] { done.fetch_add(1, std::memory_order_relaxed); });
  tasks.wait();
  check(done == n);
  return nanoseconds_each(start, n);
}

double spawnjoin_case(long n, int procs) {
  const global_control limit(global_control::max_allowed_parallelism, static_cast<size_t>(procs));
  const auto start = Clock::now();
  task_group tasks;
  for (long i = 0; i < n; ++i) {
    tasks.run([] {});
    tasks.wait();
  }
  return nanoseconds_each(start, n);
}

long skynet(long number, long size) {
  if (size == 1) return number;
  long sums[10];
  task_group children;
  for (int i = 0; i < 10; ++i)
    children.run(
        [&sums, number, size, i] { sums[i] = skynet(number + i * (size / 10), size / 10); });
  children.wait();
  long sum = 0;
  for (const long part : sums) sum += part;
  return sum;
}

double skynet_case(long n, int procs) {
  const global_control limit(global_control::max_allowed_parallelism, static_cast<size_t>(procs));
  const auto start = Clock::now();
  check(skynet(0, n) == n * (n - 1) / 2);
  return nanoseconds_each(start, n);
}

const std::vector<Case> kCases{
    {"spawn", spawn_case, 64}, {"spawnjoin", spawnjoin_case, 64}, {"skynet", skynet_case, 64}};

}  // namespace
}  // namespace leat::peer

int main(int argc, char** argv) { return leat::peer::run_case(argc, argv, leat::peer::kCases); }
