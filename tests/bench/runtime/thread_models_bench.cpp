// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// What each thread model costs, one number per process: `thread_models_bench MODEL CASE`.
// tests/bench/thread_models.py runs all of them and prints the table.
#include <sys/resource.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <functional>
#include <string>
#include <string_view>

#include "engine/blocking.h"
#include "engine/channel.h"
#include "engine/go.h"
#include "engine/runtime.h"
#include "engine/sync.h"
#include "engine/time.h"

namespace leat {
namespace {

using Real = std::chrono::steady_clock;

double ns_since(Real::time_point start) {
  return std::chrono::duration<double, std::nano>(Real::now() - start).count();
}

double ms_since(Real::time_point start) { return ns_since(start) / 1e6; }

// Starting and ending a goroutine, ns; some hundred are alive at a time.
double create_case() {
  constexpr int kBatches = 100, kEach = 200;
  const auto start = Real::now();
  for (int batch = 0; batch < kBatches; ++batch) {
    WaitGroup done;
    done.add(kEach);
    for (int i = 0; i < kEach; ++i) go([&done] { done.done(); });
    done.wait();
  }
  return ns_since(start) / (kBatches * kEach);
}

// A value to another goroutine and back through unbuffered channels, ns.
double switch_case() {
  constexpr int kRounds = 20'000;
  Channel<int> there(0), back(0);
  go([&] {
    while (auto value = there.recv()) back.send(*value);
    back.close();
  });
  const auto start = Real::now();
  for (int i = 0; i < kRounds; ++i) {
    there.send(i);
    back.recv();
  }
  const double each = ns_since(start) / kRounds;
  there.close();
  back.recv();
  return each;
}

double kilobytes_of_process() {
  std::ifstream status("/proc/self/status");
  double sum = 0;
  for (std::string line; std::getline(status, line);)
    if (line.starts_with("VmRSS:") || line.starts_with("VmPTE:"))
      sum += std::strtod(line.c_str() + 6, nullptr);
  return sum;
}

// Of a goroutine that waits, KiB: resident memory and page tables.
double memory_case() {
  constexpr int kCount = 2000;
  const double before = kilobytes_of_process();
  Event go_on;
  WaitGroup there, done;
  there.add(kCount);
  done.add(kCount);
  for (int i = 0; i < kCount; ++i) {
    go([&] {
      there.done();
      go_on.wait();
      done.done();
    });
  }
  there.wait();
  const double after = kilobytes_of_process();
  go_on.set();
  done.wait();
  return (after - before) / kCount;
}

void compute_for(std::chrono::milliseconds duration, bool gives_way) {
  const auto until = Real::now() + duration;
  while (Real::now() < until)
    if (gives_way) checkpoint();
}

// Processors kept busy by eight goroutines that compute and give way.
double cores_case() {
  constexpr int kCount = 8;
  rusage used_before{}, used_after{};
  getrusage(RUSAGE_SELF, &used_before);
  const auto start = Real::now();
  WaitGroup done;
  done.add(kCount);
  for (int i = 0; i < kCount; ++i) {
    go([&] {
      compute_for(std::chrono::milliseconds(300), true);
      done.done();
    });
  }
  done.wait();
  const double wall_ms = ms_since(start);
  getrusage(RUSAGE_SELF, &used_after);
  const auto ms = [](const rusage& used) {
    return static_cast<double>(used.ru_utime.tv_sec) * 1e3 +
           static_cast<double>(used.ru_utime.tv_usec) / 1e3;
  };
  return (ms(used_after) - ms(used_before)) / wall_ms;
}

// The longest that a goroutine which sleeps for 1 ms again and again had to wait, ms, while others
// do what `disturb` starts.
double longest_gap(const std::function<void(WaitGroup&)>& disturb) {
  WaitGroup done;
  std::atomic<bool> stop = false;
  double longest_ms = 0;
  WaitGroup beat_done;
  beat_done.add(1);
  go([&] {
    while (!stop) {
      const auto start = Real::now();
      sleep_for(std::chrono::milliseconds(1));
      longest_ms = std::max(longest_ms, ms_since(start));
    }
    beat_done.done();
  });
  sleep_for(std::chrono::milliseconds(20));
  disturb(done);
  done.wait();
  stop = true;
  beat_done.wait();
  return longest_ms;
}

constexpr std::chrono::milliseconds kDisturbance{300};

double quiet_case() {
  return longest_gap([](WaitGroup&) { sleep_for(kDisturbance); });
}

// One blocking call of 300 ms for each of two processors, wrapped in blocking().
double blocked_case() {
  return longest_gap([](WaitGroup& done) {
    done.add(2);
    for (int i = 0; i < 2; ++i) {
      go([&] {
        blocking([] {
          const timespec duration{0, kDisturbance.count() * 1'000'000};
          clock_nanosleep(CLOCK_MONOTONIC, 0, &duration, nullptr);
        });
        done.done();
      });
    }
  });
}

// One goroutine for each of two processors that computes for 300 ms and calls nothing.
double hog_case() {
  return longest_gap([](WaitGroup& done) {
    done.add(2);
    for (int i = 0; i < 2; ++i) {
      go([&] {
        compute_for(kDisturbance, false);
        done.done();
      });
    }
  });
}

struct Case {
  const char* name;
  double (*run)();
};
constexpr Case kCases[] = {
    {"create", create_case}, {"switch", switch_case}, {"memory", memory_case},
    {"cores", cores_case},   {"quiet", quiet_case},   {"blocked", blocked_case},
    {"hog", hog_case},
};

}  // namespace
}  // namespace leat

int main(int argc, char** argv) {
  if (argc != 3) {
    std::fputs("usage: thread_models_bench mpg|kernel|user CASE\n", stderr);
    return 2;
  }
  const std::string_view model = argv[1];
  leat::RuntimeConfig config;
  config.procs = 2;
  config.model = model == "kernel" ? leat::ThreadModel::kKernel
                 : model == "user" ? leat::ThreadModel::kUser
                                   : leat::ThreadModel::kMpg;
  config.on_hog = [](const leat::HogReport&) {};
  for (const leat::Case& each : leat::kCases) {
    if (std::string_view(argv[2]) != each.name) continue;
    double result = 0;
    leat::Runtime(config).run([&] { result = each.run(); });
    std::printf("%.3f\n", result);
    return 0;
  }
  std::fprintf(stderr, "thread_models_bench: there is no case '%s'\n", argv[2]);
  return 2;
}
