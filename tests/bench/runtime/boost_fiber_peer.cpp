// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// The cases of runtime_bench.cpp with Boost.Fiber, on one thread: its channels between threads need
// a scheduler that its documentation calls an example.
#include <memory>

#include <boost/fiber/all.hpp>

#include "tests/bench/runtime/peer_main.h"

namespace leat::peer {
namespace {

using boost::fibers::fiber;
using boost::fibers::pooled_fixedsize_stack;
using Unbuffered = boost::fibers::unbuffered_channel<long>;
using Buffered = boost::fibers::buffered_channel<long>;

double yield_case(long n, int) {
  const auto start = Clock::now();
  const auto loop = [n] {
    for (long i = 0; i < n; ++i) boost::this_fiber::yield();
  };
  fiber a(loop), b(loop);
  a.join();
  b.join();
  return nanoseconds_each(start, 2 * n);
}

double pingpong_case(long n, int) {
  Unbuffered a, b;
  fiber other([&] {
    for (long i = 0; i < n; ++i) b.push(a.value_pop());
  });
  const auto start = Clock::now();
  for (long i = 0; i < n; ++i) {
    a.push(i);
    b.value_pop();
  }
  const double each = nanoseconds_each(start, n);
  other.join();
  return each;
}

double spsc_case(long n, int) {
  Buffered channel(128);
  const auto start = Clock::now();
  fiber sender([&] {
    for (long i = 0; i < n; ++i) channel.push(i);
    channel.close();
  });
  long sum = 0;
  for (const long value : channel) sum += value;
  sender.join();
  check(sum == n * (n - 1) / 2);
  return nanoseconds_each(start, n);
}

double spawnjoin_case(long n, int) {
  pooled_fixedsize_stack stacks;
  const auto start = Clock::now();
  for (long i = 0; i < n; ++i) fiber(std::allocator_arg, stacks, [] {}).join();
  return nanoseconds_each(start, n);
}

double ring_case(long n, int) {
  constexpr size_t kMembers = 10'000;
  std::vector<std::unique_ptr<Unbuffered>> links;
  for (size_t i = 0; i < kMembers; ++i) links.push_back(std::make_unique<Unbuffered>());
  std::vector<fiber> members;
  for (size_t i = 0; i < kMembers; ++i) {
    members.emplace_back([&, i] {
      Unbuffered& to = *links[(i + 1) % kMembers];
      for (const long value : *links[i]) {
        if (value == 0) break;
        to.push(value - 1);
      }
      to.close();
    });
  }
  const auto start = Clock::now();
  links[0]->push(n);
  for (fiber& member : members) member.join();
  return nanoseconds_each(start, n);
}

double pipeline_case(long n, int) {
  constexpr size_t kStages = 5;
  std::vector<std::unique_ptr<Buffered>> links;
  for (size_t i = 0; i <= kStages; ++i) links.push_back(std::make_unique<Buffered>(64));
  const auto start = Clock::now();
  std::vector<fiber> stages;
  stages.emplace_back([&] {
    for (long i = 0; i < n; ++i) links[0]->push(i);
    links[0]->close();
  });
  for (size_t i = 0; i < kStages; ++i) {
    stages.emplace_back([&, i] {
      for (const long value : *links[i]) links[i + 1]->push(value + 1);
      links[i + 1]->close();
    });
  }
  long sum = 0;
  for (const long value : *links[kStages]) sum += value;
  for (fiber& stage : stages) stage.join();
  check(sum == n * (n - 1) / 2 + n * static_cast<long>(kStages));
  return nanoseconds_each(start, n);
}

const std::vector<Case> kCases{{"yield", yield_case, 1}, {"pingpong", pingpong_case, 1},
                               {"spsc", spsc_case, 1},   {"spawnjoin", spawnjoin_case, 1},
                               {"ring", ring_case, 1},   {"pipeline", pipeline_case, 1}};

}  // namespace
}  // namespace leat::peer

int main(int argc, char** argv) { return leat::peer::run_case(argc, argv, leat::peer::kCases); }
