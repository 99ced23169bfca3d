// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// The cases of runtime_bench.cpp with threads of the system, a mutex and condition variables; on
// one processor they are pinned to it. Numbers of operations are cut, as each takes microseconds.
#include <sched.h>

#include <algorithm>
#include <condition_variable>
#include <deque>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>

#include "tests/bench/runtime/peer_main.h"

namespace leat::peer {
namespace {

void pin(int procs) {
  if (procs != 1) return;
  cpu_set_t one;
  CPU_ZERO(&one);
  CPU_SET(static_cast<unsigned>(sched_getcpu()), &one);
  check(sched_setaffinity(0, sizeof one, &one) == 0);
}

class Queue {
 public:
  explicit Queue(size_t capacity) : capacity_(capacity) {}

  void send(long value) {
    std::unique_lock lock(mutex_);
    not_full_.wait(lock, [this] { return values_.size() < capacity_; });
    values_.push_back(value);
    not_empty_.notify_one();
  }
  std::optional<long> recv() {
    std::unique_lock lock(mutex_);
    not_empty_.wait(lock, [this] { return !values_.empty() || closed_; });
    if (values_.empty()) return std::nullopt;
    const long value = values_.front();
    values_.pop_front();
    not_full_.notify_one();
    return value;
  }
  void close() {
    const std::lock_guard lock(mutex_);
    closed_ = true;
    not_empty_.notify_all();
  }

 private:
  const size_t capacity_;
  std::mutex mutex_;
  std::condition_variable not_full_, not_empty_;
  std::deque<long> values_;
  bool closed_ = false;
};

double yield_case(long n, int procs) {
  n = std::min(n, 200'000L);
  pin(procs);
  const auto start = Clock::now();
  const auto loop = [n] {
    for (long i = 0; i < n; ++i) std::this_thread::yield();
  };
  std::thread a(loop), b(loop);
  a.join();
  b.join();
  return nanoseconds_each(start, 2 * n);
}

double pingpong_case(long n, int procs) {
  n = std::min(n, 50'000L);
  pin(procs);
  Queue a(1), b(1);
  std::thread other([&] {
    for (long i = 0; i < n; ++i) b.send(*a.recv());
  });
  const auto start = Clock::now();
  for (long i = 0; i < n; ++i) {
    a.send(i);
    b.recv();
  }
  const double each = nanoseconds_each(start, n);
  other.join();
  return each;
}

double spsc_case(long n, int procs) {
  n = std::min(n, 1'000'000L);
  pin(procs);
  Queue channel(128);
  const auto start = Clock::now();
  std::thread sender([&] {
    for (long i = 0; i < n; ++i) channel.send(i);
    channel.close();
  });
  long sum = 0;
  while (const auto value = channel.recv()) sum += *value;
  sender.join();
  check(sum == n * (n - 1) / 2);
  return nanoseconds_each(start, n);
}

double spawnjoin_case(long n, int procs) {
  n = std::min(n, 20'000L);
  pin(procs);
  const auto start = Clock::now();
  for (long i = 0; i < n; ++i) std::thread([] {}).join();
  return nanoseconds_each(start, n);
}

double pipeline_case(long n, int procs) {
  constexpr size_t kStages = 5;
  n = std::min(n, 200'000L);
  pin(procs);
  std::vector<std::unique_ptr<Queue>> links;
  for (size_t i = 0; i <= kStages; ++i) links.push_back(std::make_unique<Queue>(64));
  const auto start = Clock::now();
  std::vector<std::thread> stages;
  stages.emplace_back([&] {
    for (long i = 0; i < n; ++i) links[0]->send(i);
    links[0]->close();
  });
  for (size_t i = 0; i < kStages; ++i) {
    stages.emplace_back([&, i] {
      while (const auto value = links[i]->recv()) links[i + 1]->send(*value + 1);
      links[i + 1]->close();
    });
  }
  long sum = 0;
  while (const auto value = links[kStages]->recv()) sum += *value;
  for (std::thread& stage : stages) stage.join();
  check(sum == n * (n - 1) / 2 + n * static_cast<long>(kStages));
  return nanoseconds_each(start, n);
}

const std::vector<Case> kCases{{"yield", yield_case, 2},
                               {"pingpong", pingpong_case, 2},
                               {"spsc", spsc_case, 2},
                               {"spawnjoin", spawnjoin_case, 2},
                               {"pipeline", pipeline_case, 2}};

}  // namespace
}  // namespace leat::peer

int main(int argc, char** argv) { return leat::peer::run_case(argc, argv, leat::peer::kCases); }
