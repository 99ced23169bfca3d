// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Problem: say how far a run is without slowing it down, and without a word of it in the outputs.
//
// Invariants
// 1. A run costs what it costs without: lanes add to one counter once a split, a bad row adds to
//    another, and everything else is looked up when somebody is told.
// 2. Nobody is told after stop(), so that what is told may refer to the run.
// 3. The clock decides when something is told, never what a run does.
//
// Rejected: a thread beside the scheduler (it would have to know when the run's parts begin and end
// to live), and counters of every stage (a million rows a second are counted by lanes for
// themselves, and added up at their end).
#include "pipelines/run/progress.h"

#include <sys/stat.h>
#include <unistd.h>

#include "engine/blocking.h"
#include "engine/go.h"
#include "engine/select.h"
#include "engine/time.h"

namespace leat::pipelines {
namespace {

bool is_source(const Stage& stage) { return stage.definition->kind == OperatorKind::kSource; }

/// 0 for what is no regular file.
uint64_t size_of(int result, const struct stat& status) {
  return result == 0 && S_ISREG(status.st_mode) ? static_cast<uint64_t>(status.st_size) : 0;
}

}  // namespace

uint64_t input_bytes(const Pipeline& pipeline) {
  return blocking([&]() -> uint64_t {
    uint64_t total = 0;
    for (const Stage& stage : pipeline.stages) {
      if (!is_source(stage)) continue;
      struct stat status{};
      for (const std::string& file : stage.bound->files) {
        const uint64_t bytes = size_of(::stat(file.c_str(), &status), status);
        if (!S_ISREG(status.st_mode)) return 0;
        total += bytes;
      }
      if (!stage.bound->reads_stdin) continue;
      const uint64_t bytes = size_of(::fstat(STDIN_FILENO, &status), status);
      if (!S_ISREG(status.st_mode)) return 0;
      total += bytes;
    }
    return total;
  });
}

uint64_t bytes_read(const Pipeline& pipeline) {
  uint64_t bytes = 0;
  for (const Stage& stage : pipeline.stages) {
    if (stage.bound->meter != nullptr)
      bytes += stage.bound->meter->bytes.load(std::memory_order_relaxed);
  }
  return bytes;
}

ProgressTeller::ProgressTeller(const ProgressOptions& options,
                               const std::function<RunProgress()>& look)
    : options_(options), look_(look), stopped_(0) {
  if (!options.tell) return;
  is_running_ = true;
  ended_.add(1);
  go(
      [this] {
        tell_until_stopped();
        ended_.done();
      },
      {StackClass::kStage, "progress"});
}

void ProgressTeller::stop() {
  if (!is_running_) return;
  is_running_ = false;
  stopped_.close();
  ended_.wait();
  if (options_.ended) options_.ended();
}

void ProgressTeller::tell_until_stopped() {
  std::optional<bool> none;
  Clock::time_point next = Clock::now() + options_.first;
  while (select_until(next, receiving(stopped_, none)) == kSelectTimedOut) {
    options_.tell(look_());
    next = Clock::now() + options_.every;
  }
}

}  // namespace leat::pipelines
