// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Runs scenarios (scenarios.h), one for each seed, until the time is over or one fails:
//
//     soak [--first N] [--seeds N] [--seconds N] [--only SCENARIO]
//
// Seeds run in blocks, each in a process of its own, forked from one that has done nothing yet and
// (in the simulation build) without address space randomisation: so a seed does the same whenever
// it runs, after those before it in its block. LEAT_SEED=N runs these and that one. What hangs is
// ended by an alarm.
// The last line is for machines: seeds=N first=N last=N failed=N.
#include <sys/mman.h>
#include <sys/personality.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <csignal>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <new>
#include <string_view>

#include "engine/runtime/sim.h"
#include "tests/soak/scenarios.h"

namespace leat::soak {
namespace {

constexpr uint64_t kBlock = runtime::sim::kSimulated ? 25 : 1;  // starting a process takes as long
constexpr unsigned kHangs_s = runtime::sim::kSimulated ? 60 : 120;

/// What parent and children share.
struct Shared {
  static constexpr size_t kCounts = 16;
  volatile uint64_t seed_now = 0;  ///< Which seed the child is at.
  struct Count {
    const char* what = nullptr;
    uint64_t times = 0;
  };
  std::array<Count, kCounts> counts;
};

Shared* shared = nullptr;

struct Arguments {
  uint64_t first = 1;
  uint64_t seeds = UINT64_MAX;
  int64_t seconds = INT64_MAX;
  std::string_view only;
  bool tells_fingerprint = false;
};

const Scenario& scenario_of(uint64_t seed, std::string_view only) {
  for (const Scenario& scenario : scenarios())
    if (scenario.name == only) return scenario;
  return scenarios()[seed % scenarios().size()];
}

// Runs the seeds up to `last`, and ends the process.
[[noreturn]] void run_here(uint64_t first, uint64_t last, const Arguments& arguments) {
  alarm(kHangs_s);
  for (uint64_t seed = first; seed <= last; ++seed) {
    shared->seed_now = seed;
    Choices choices(seed);
    scenario_of(seed, arguments.only).run(seed, choices);
  }
#ifdef LEAT_SIM
  if (arguments.tells_fingerprint)
    std::printf("fingerprint %016llx after %llu steps\n",
                static_cast<unsigned long long>(runtime::sim::fingerprint()),
                static_cast<unsigned long long>(runtime::sim::steps()));
#endif
  std::fflush(stdout);
  std::_Exit(0);
}

// True: they kept their promises.
bool run_in_child(uint64_t first, uint64_t last, const Arguments& arguments) {
  const pid_t child = fork();
  if (child < 0) {
    std::perror("soak: fork");
    std::exit(2);
  }
  if (child == 0) run_here(first, last, arguments);
  int status = 0;
  while (waitpid(child, &status, 0) < 0) {
  }
  if (status == 0) return true;
  std::fflush(stdout);
  std::fprintf(stderr, "soak: FAILED seed %llu (%s): %s %d; repeat with LEAT_SEED=%llu\n",
               static_cast<unsigned long long>(shared->seed_now),
               scenario_of(shared->seed_now, arguments.only).name,
               WIFSIGNALED(status) ? strsignal(WTERMSIG(status)) : "exit code",
               WIFSIGNALED(status) ? WTERMSIG(status) : WEXITSTATUS(status),
               static_cast<unsigned long long>(shared->seed_now));
  return false;
}

Arguments parse(int argc, char** argv) {
  Arguments arguments;
  for (int i = 1; i + 1 < argc; i += 2) {
    const std::string_view option = argv[i];
    const auto number = std::strtoull(argv[i + 1], nullptr, 10);
    if (option == "--first") arguments.first = number;
    if (option == "--seeds") arguments.seeds = number;
    if (option == "--seconds") arguments.seconds = static_cast<int64_t>(number);
    if (option == "--only") arguments.only = argv[i + 1];
  }
  if (const char* given = std::getenv("LEAT_SEED")) {
    arguments.first = std::strtoull(given, nullptr, 10);
    arguments.seeds = 1;
    arguments.tells_fingerprint = true;
  }
  arguments.first = std::max<uint64_t>(arguments.first, 1);
  return arguments;
}

// The same addresses in each process, if the system allows it.
void fix_addresses(char** argv) {
  const int now = personality(0xffffffff);
  if (!runtime::sim::kSimulated || now < 0 || (now & ADDR_NO_RANDOMIZE) != 0) return;
  if (personality(static_cast<unsigned long>(now) | ADDR_NO_RANDOMIZE) >= 0)
    execv("/proc/self/exe", argv);
}

int run(const Arguments& arguments) {
  void* const memory =
      mmap(nullptr, sizeof(Shared), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  if (memory == MAP_FAILED) return 2;
  shared = new (memory) Shared;
  const auto end = std::chrono::steady_clock::now() +
                   std::chrono::seconds(std::min<int64_t>(arguments.seconds, 1'000'000));
  // Blocks begin at 1, kBlock + 1 and so on, whatever was asked for. (Seed 0 stands for none.)
  const uint64_t first = arguments.first - (arguments.first - 1) % kBlock;
  const uint64_t stop = arguments.first + std::min(arguments.seeds, UINT64_MAX - arguments.first);
  uint64_t next = first;
  bool failed = false;
  while (!failed && next < stop && std::chrono::steady_clock::now() < end) {
    const uint64_t last = std::min(next + kBlock, stop) - 1;
    failed = !run_in_child(next, last, arguments);
    next = failed ? shared->seed_now + 1 : last + 1;
  }
  for (const Shared::Count& count : shared->counts) {
    if (count.what != nullptr)
      std::printf("%s: %llu\n", count.what, static_cast<unsigned long long>(count.times));
  }
  std::printf("seeds=%llu first=%llu last=%llu failed=%d\n",
              static_cast<unsigned long long>(next - first), static_cast<unsigned long long>(first),
              static_cast<unsigned long long>(next - 1), failed ? 1 : 0);
  return failed ? 1 : 0;
}

}  // namespace

void expect(bool holds, const char* what) {
  if (holds) return;
  std::fprintf(stderr, "soak: %s\n", what);
  std::fflush(stderr);
  std::abort();
}

void count(const char* what) {
  for (Shared::Count& count : shared->counts) {
    if (count.what == nullptr) count.what = what;
    if (count.what != what) continue;
    ++count.times;
    return;
  }
}

}  // namespace leat::soak

int main(int argc, char** argv) {
  leat::soak::fix_addresses(argv);
  return leat::soak::run(leat::soak::parse(argc, argv));
}
