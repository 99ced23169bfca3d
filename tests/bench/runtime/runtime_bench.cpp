// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Measures the runtime's operations, one per process, as go/main.go does for Go: prints one number.
// `runtime_bench CASE PROCS [N]`; tests/bench/runtime.py runs both side by side.
#include <poll.h>
#include <sys/resource.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "engine/channel.h"
#include "engine/go.h"
#include "engine/runtime.h"
#include "engine/select.h"
#include "engine/sync.h"
#include "engine/time.h"

namespace leat {
namespace {

using Ints = Channel<long>;

int run_procs = 1;  // of the run; set before it begins

double nanoseconds_each(Clock::time_point start, long n) {
  return std::chrono::duration<double, std::nano>(Clock::now() - start).count() /
         static_cast<double>(n);
}

void check(bool is_right) {
  if (!is_right) std::abort();
}

double yield_case(long n) {
  WaitGroup done;
  done.add(2);
  const auto start = Clock::now();
  for (int i = 0; i < 2; ++i) {
    go([&done, n] {
      for (long k = 0; k < n; ++k) yield();
      done.done();
    });
  }
  done.wait();
  return nanoseconds_each(start, 2 * n);
}

double pingpong_case(long n) {
  Ints a(0), b(0);
  go([&a, &b, n] {
    for (long i = 0; i < n; ++i) b.send(*a.recv());
  });
  const auto start = Clock::now();
  for (long i = 0; i < n; ++i) {
    a.send(i);
    b.recv();
  }
  return nanoseconds_each(start, n);
}

// About 200 ns of arithmetic that no compiler removes; the same in Go.
long work(long value, long rounds) {
  auto x = static_cast<unsigned long>(value);
  for (long i = 0; i < rounds; ++i) {
    x ^= x << 13;
    x ^= x >> 7;
    x ^= x << 17;
  }
  return static_cast<long>(x);
}

constexpr long kWorkRounds = 100;

// `senders` and `receivers` share a channel of 128.
double many_case(long n, int senders, int receivers, long work_rounds) {
  Ints channel(128);
  WaitGroup sent, received;
  sent.add(static_cast<uint32_t>(senders));
  received.add(static_cast<uint32_t>(receivers));
  std::atomic<long> sum = 0;
  const auto start = Clock::now();
  for (int s = 0; s < senders; ++s) {
    go([&, each = n / senders] {
      for (long i = 0; i < each; ++i) {
        if (work_rounds != 0) check(work(i + 1, work_rounds) != 0);
        channel.send(i);
      }
      sent.done();
    });
  }
  for (int r = 0; r < receivers; ++r) {
    go([&] {
      long mine = 0;
      while (auto value = channel.recv()) {
        if (work_rounds != 0) check(work(*value + 1, work_rounds) != 0);
        mine += *value;
      }
      sum += mine;
      received.done();
    });
  }
  sent.wait();
  channel.close();
  received.wait();
  const long each = n / senders;
  check(sum == senders * (each * (each - 1) / 2));
  return nanoseconds_each(start, n);
}

double spsc_case(long n) { return many_case(n, 1, 1, 0); }
double spsc_work_case(long n) { return many_case(n, 1, 1, kWorkRounds); }
double mpmc_case(long n) { return many_case(n, 4, 4, 0); }

double spawnjoin_case(long n) {
  const auto start = Clock::now();
  for (long i = 0; i < n; ++i) {
    auto channel = std::make_shared<Channel<char>>(0);
    go([channel] { channel->close(); });
    channel->recv();
  }
  return nanoseconds_each(start, n);
}

double spawn_case(long n) {
  WaitGroup done;
  done.add(static_cast<uint32_t>(n));
  const auto start = Clock::now();
  for (long i = 0; i < n; ++i) go([&done] { done.done(); });
  done.wait();
  return nanoseconds_each(start, n);
}

void skynet(const std::shared_ptr<Ints>& parent, long number, long size) {
  if (size == 1) return parent->send(number);
  const auto children = std::make_shared<Ints>(0);
  for (int i = 0; i < 10; ++i) go([=] { skynet(children, number + i * (size / 10), size / 10); });
  long sum = 0;
  for (int i = 0; i < 10; ++i) sum += *children->recv();
  parent->send(sum);
}

double skynet_case(long n) {
  const auto start = Clock::now();
  const auto result = std::make_shared<Ints>(0);
  go([=] { skynet(result, 0, n); });
  check(*result->recv() == n * (n - 1) / 2);
  return nanoseconds_each(start, n);
}

// A token goes round 10,000 goroutines.
double ring_case(long n) {
  constexpr size_t kMembers = 10'000;
  std::vector<std::unique_ptr<Ints>> links;
  for (size_t i = 0; i < kMembers; ++i) links.push_back(std::make_unique<Ints>(0));
  WaitGroup done;
  done.add(kMembers);
  for (size_t i = 0; i < kMembers; ++i) {
    go([&, i] {
      Ints& to = *links[(i + 1) % kMembers];
      while (auto value = links[i]->recv()) {
        if (*value == 0) break;
        to.send(*value - 1);
      }
      to.close();  // the end goes round once
      done.done();
    });
  }
  const auto start = Clock::now();
  links[0]->send(n);
  done.wait();
  return nanoseconds_each(start, n);
}

double pipeline_case(long n) {
  constexpr size_t kStages = 5;
  std::vector<std::unique_ptr<Ints>> links;
  for (size_t i = 0; i <= kStages; ++i) links.push_back(std::make_unique<Ints>(64));
  const auto start = Clock::now();
  go([&] {
    for (long i = 0; i < n; ++i) links[0]->send(i);
    links[0]->close();
  });
  for (size_t i = 0; i < kStages; ++i) {
    go([&, i] {
      while (auto value = links[i]->recv()) links[i + 1]->send(*value + 1);
      links[i + 1]->close();
    });
  }
  long sum = 0;
  while (auto value = links[kStages]->recv()) sum += *value;
  check(sum == n * (n - 1) / 2 + n * static_cast<long>(kStages));
  return nanoseconds_each(start, n);
}

// Four goroutines send, each on a channel of its own; the receiver mostly waits.
double select_blocking_case(long n) {
  constexpr size_t kSenders = 4;
  std::array<Ints, kSenders> channels{Ints(0), Ints(0), Ints(0), Ints(0)};
  const long each = n / kSenders;
  const auto start = Clock::now();
  for (Ints& channel : channels) {
    go([&channel, each] {
      for (long i = 0; i < each; ++i) channel.send(i);
    });
  }
  long sum = 0;
  std::optional<long> value;
  for (long i = 0; i < each * static_cast<long>(kSenders); ++i) {
    select(receiving(channels[0], value), receiving(channels[1], value),
           receiving(channels[2], value), receiving(channels[3], value));
    sum += *value;
  }
  check(sum == static_cast<long>(kSenders) * (each * (each - 1) / 2));
  return nanoseconds_each(start, n);
}

// One of four channels has a value: a send and a select.
double select_ready_case(long n) {
  std::array<Ints, 4> channels{Ints(1), Ints(1), Ints(1), Ints(1)};
  const auto start = Clock::now();
  long sum = 0;
  std::optional<long> value;
  for (long i = 0; i < n; ++i) {
    channels[static_cast<size_t>(i % 4)].send(i);
    select(receiving(channels[0], value), receiving(channels[1], value),
           receiving(channels[2], value), receiving(channels[3], value));
    sum += *value;
  }
  check(sum == n * (n - 1) / 2);
  return nanoseconds_each(start, n);
}

double percentile_99(std::vector<double>& values) {
  const size_t index = values.size() * 99 / 100;
  std::nth_element(values.begin(), values.begin() + static_cast<std::ptrdiff_t>(index),
                   values.end());
  return values[index];
}

double milliseconds(std::chrono::nanoseconds duration) {
  return std::chrono::duration<double, std::milli>(duration).count();
}

struct Sleepers {
  double wall_ms;
  double p99_ms;  // how late they wake
};

// 10,000 goroutines sleep n times for 1 ms.
Sleepers sleepers(long n) {
  constexpr long kSleepers = 10'000;
  std::vector<double> late(static_cast<size_t>(kSleepers * n));
  WaitGroup done;
  done.add(static_cast<uint32_t>(kSleepers));
  const auto start = Clock::now();
  for (long s = 0; s < kSleepers; ++s) {
    go([&, s] {
      for (long i = 0; i < n; ++i) {
        const auto before = Clock::now();
        sleep_for(std::chrono::milliseconds(1));
        late[static_cast<size_t>(s * n + i)] = milliseconds(Clock::now() - before) - 1;
      }
      done.done();
    });
  }
  done.wait();
  const double wall_ms = milliseconds(Clock::now() - start);
  return {wall_ms, percentile_99(late)};
}

double sleep_wall_case(long n) { return sleepers(n).wall_ms; }
double sleep_late_case(long n) { return sleepers(n).p99_ms; }

// How late, in ms, the 99th of 100 ticks of 1 ms comes in n ms, beside as many goroutines that
// never let go as there are processors.
double ticker_case(long n) {
  constexpr auto kPeriod = std::chrono::milliseconds(1);
  std::atomic<bool> is_over = false;
  WaitGroup done;
  const uint32_t hogs = static_cast<uint32_t>(run_procs);
  done.add(hogs);
  for (uint32_t i = 0; i < hogs; ++i) {
    go([&] {
      while (!is_over.load(std::memory_order_relaxed)) check(work(1, kWorkRounds) != 0);
      done.done();
    });
  }
  std::vector<double> late;
  Ticker ticker(kPeriod);
  const auto start = Clock::now();
  for (auto last = start; last - start < std::chrono::milliseconds(n);) {
    const auto expected = start + ((last - start) / kPeriod + 1) * kPeriod;
    ticker.channel().recv();
    last = Clock::now();
    late.push_back(std::max(0.0, milliseconds(last - expected)));
  }
  ticker.stop();
  is_over = true;
  done.wait();
  return percentile_99(late);
}

// Kilobytes of a field of /proc/self/status.
double status_kb(const std::string& field) {
  std::FILE* file = std::fopen("/proc/self/status", "re");
  char line[256];
  double kb = 0;
  while (file != nullptr && std::fgets(line, sizeof line, file) != nullptr)
    if (std::string(line).starts_with(field + ":")) kb = std::atof(line + field.size() + 1);
  if (file != nullptr) std::fclose(file);
  return kb;
}

// Gigabytes of memory and page tables while n goroutines wait.
double parked_case(long n) {
  Event go_on;
  WaitGroup there, done;
  there.add(static_cast<uint32_t>(n));
  done.add(static_cast<uint32_t>(n));
  for (long i = 0; i < n; ++i) {
    go([&] {
      there.done();
      go_on.wait();
      done.done();
    });
  }
  there.wait();
  const double gigabytes = (status_kb("VmRSS") + status_kb("VmPTE")) * 1024 / 1e9;
  go_on.set();
  done.wait();
  return gigabytes;
}

// Share of a core that a process takes whose goroutines all wait, in percent, over n ms.
double idle_case(long n) {
  const auto cpu_seconds = [] {
    rusage used;
    getrusage(RUSAGE_SELF, &used);
    return static_cast<double>(used.ru_utime.tv_sec + used.ru_stime.tv_sec) +
           static_cast<double>(used.ru_utime.tv_usec + used.ru_stime.tv_usec) / 1e6;
  };
  Event never, over;
  for (int i = 0; i < 100; ++i) go([&] { never.wait(); });
  double share = 0;
  std::thread clock([&] {
    const double before = cpu_seconds();
    poll(nullptr, 0, static_cast<int>(n));
    share = (cpu_seconds() - before) / (static_cast<double>(n) / 1000) * 100;
    over.set();
  });
  over.wait();
  clock.join();
  never.set();
  while (goroutine_count() != 1) yield();
  return share;
}

struct Case {
  const char* name;
  double (*run)(long n);
  long n;
};

constexpr Case kCases[] = {
    {"yield", yield_case, 5'000'000},
    {"pingpong", pingpong_case, 2'000'000},
    {"spsc", spsc_case, 10'000'000},
    {"spsc_work", spsc_work_case, 2'000'000},
    {"mpmc", mpmc_case, 4'000'000},
    {"spawnjoin", spawnjoin_case, 1'000'000},
    {"spawn", spawn_case, 1'000'000},
    {"skynet", skynet_case, 1'000'000},
    {"ring", ring_case, 2'000'000},
    {"pipeline", pipeline_case, 1'000'000},
    {"parked", parked_case, 1'000'000},
    {"idle", idle_case, 3000},
    {"select_blocking", select_blocking_case, 1'000'000},
    {"select_ready", select_ready_case, 2'000'000},
    {"sleep_wall", sleep_wall_case, 100},
    {"sleep_late", sleep_late_case, 100},
    {"ticker", ticker_case, 3000},
};

int run(int argc, char** argv) {
  if (argc < 3) {
    std::fprintf(stderr, "usage: runtime_bench CASE PROCS [N]\n");
    return 2;
  }
  for (const Case& c : kCases) {
    if (std::string(argv[1]) != c.name) continue;
    run_procs = std::atoi(argv[2]);
    Runtime runtime({.procs = run_procs, .foreign_wakeups = true});
    double result = 0;
    runtime.run([&] { result = c.run(argc > 3 ? std::atol(argv[3]) : c.n); });
    std::printf("%.4f\n", result);
    return 0;
  }
  std::fprintf(stderr, "runtime_bench: there is no case '%s'\n", argv[1]);
  return 2;
}

}  // namespace
}  // namespace leat

int main(int argc, char** argv) { return leat::run(argc, argv); }
