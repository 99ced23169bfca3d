// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Stages without formats or expressions, to run plans made by hand: numbers flow from `numbers` to
// a `collect` sink whose text the test reads.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "pipelines/load/pipeline.h"
#include "pipelines/run/plan.h"
#include "pipelines/run/run.h"

namespace leat::pipelines::testing {

/// What a collect sink saw. `text` holds one number a line once the run has committed.
struct Collected {
  std::string written;
  std::string text;
  bool opened = false;
  bool prepared = false;
  bool aborted = false;
  /// Makes the committer's write of this many bytes or more fail.
  std::optional<size_t> disk_bytes;
};

/// Adds stages to a pipeline; each reads the one added before it unless `from` says otherwise.
class FakePipeline {
 public:
  FakePipeline();

  /// Emits column n: 0, 1, ... `rows` in splits of `rows_per_split`, batches of three rows.
  /// Records for which `bad` is true are faults.
  FakePipeline& numbers(uint64_t rows, uint64_t rows_per_split,
                        std::function<bool(int64_t)> bad = nullptr);
  /// Passes rows for which `keep` is true; rows for which `bad` is true are faults.
  FakePipeline& keep(std::function<bool(int64_t)> keep, std::function<bool(int64_t)> bad = nullptr);
  /// Gathers all rows and emits them descending. The lane that meets `fails_at` runs out of memory
  /// in the middle of a batch; then nobody may look at what it has.
  FakePipeline& descending(std::optional<int64_t> fails_at = {});
  FakePipeline& limit(uint64_t rows);
  /// Passes all rows; behind them comes how many they were.
  FakePipeline& count_behind();
  /// Needs several inputs: from(a).from(b).
  FakePipeline& unite(Union::Order order = Union::Order::kInputs);
  /// Of two inputs: rows of the first whose number the second has; behind all of them the numbers
  /// that only the second has, ascending.
  FakePipeline& match();
  /// `loses` drops that many rows without counting them.
  FakePipeline& collect(Collected& into, uint64_t loses = 0);

  /// The stage to come reads stage `stage`, or its rejects; call it again for further inputs.
  FakePipeline& from(size_t stage, bool rejects = false);
  /// Of the stage added last.
  FakePipeline& on_error(OnError policy);

  Pipeline& pipeline() { return pipeline_; }
  RunReport run(size_t procs, bool fuse = true, const RunControl* control = nullptr,
                ThreadModel threads = ThreadModel::kMpg);

 private:
  Stage& add(const char* name, BoundOperator bound, bool is_source = false);

  Pipeline pipeline_;
  std::vector<From> next_from_;
};

}  // namespace leat::pipelines::testing
