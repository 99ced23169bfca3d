// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// First passes: pipelines/load/first_pass.cpp says what they are, this file runs them.
//
// Invariants
// 1. A pass runs like any other run, within the same memory, and publishes nothing. It has ended,
//    with all of its threads, before the next is begun.
// 2. What gives up rights for a pass does so in a thread of its own: the run itself needs others
//    (the folders of outputs), and rights that a thread gave up are gone for all that it makes.
// 3. A file that was changed between a pass and the loading behind it is a mistake: a value that the
//    pass has not seen would have no column, and its rows would be lost without a word.
// 4. What does not give the same rows twice (a pipe, a service) is refused before it is read.
//
// Rejected: a process of its own for a pass (its memory, signals and messages would all have to be
// handed through).
#include "pipelines/run/found_values.h"

#include <sys/stat.h>

#include <algorithm>
#include <compare>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <nlohmann/json.hpp>

#include "engine/codes/file.h"
#include "engine/codes/option.h"
#include "engine/mutant.h"
#include "pipelines/run/captured_rows.h"
#include "pipelines/run/cuts.h"
#include "pipelines/run/run.h"

namespace leat::pipelines {
namespace {

/// What tells that a file is still what it was.
struct FileState {
  std::string path;
  dev_t device = 0;
  ino_t inode = 0;
  off_t size = 0;
  int64_t changed_ns = 0;

  auto operator<=>(const FileState&) const = default;
};

FileState state_of(const std::string& path) {
  FileState state{path};
  struct stat info{};
  if (::stat(path.c_str(), &info) != 0) return state;
  state.device = info.st_dev;
  state.inode = info.st_ino;
  state.size = info.st_size;
  state.changed_ns = info.st_mtim.tv_sec * int64_t{1'000'000'000} + info.st_mtim.tv_nsec;
  return state;
}

struct StageFiles {
  Span stage;
  std::vector<FileState> files;
};

std::vector<StageFiles> files_of(const Pipeline& pipeline) {
  std::vector<StageFiles> all;
  for (const Stage& stage : pipeline.stages) {
    if (stage.bound->files.empty()) continue;
    StageFiles read{stage.span, {}};
    for (const std::string& file : stage.bound->files) read.files.push_back(state_of(file));
    std::sort(read.files.begin(), read.files.end());
    all.push_back(std::move(read));
  }
  return all;
}

bool is_regular(const std::string& path) {
  struct stat info{};
  return ::stat(path.c_str(), &info) == 0 && S_ISREG(info.st_mode);
}

class Finder {
 public:
  Finder(const std::shared_ptr<Document>& document, const LoadOptions& options,
         const FirstPasses& passes, Diagnostics& diagnostics)
      : document_(document), options_(options), passes_(passes), diagnostics_(diagnostics) {}

  /// nullopt after reporting.
  Result<std::optional<FoundValues>> find(const Unchecked::Open& open) {
    LoadOptions options = options_;
    options.portion = {.source_limit = options_.portion.source_limit, .values_of = open.stage};
    options.resolved = nullptr;
    std::optional<Pipeline> pipeline = load(document_, options, diagnostics_);
    if (!pipeline || !can_be_read_twice(*pipeline, open)) return std::nullopt;
    for (StageFiles& read : files_of(*pipeline)) before_.push_back(std::move(read));
    LEAT_TRY_ASSIGN(const CapturedRows rows, run(*pipeline));
    FoundValues found{open.stage, {}};
    for (const std::vector<std::string>& row : rows.rows) {
      const auto value = nlohmann::json::parse(row.front());
      found.values.push_back(value.is_null() ? std::nullopt
                                             : std::optional(value.get<std::string>()));
    }
    return found;
  }

  /// False after reporting.
  bool are_unchanged(const Pipeline& pipeline) {
    const size_t before = diagnostics_.count();
    for (const StageFiles& now : files_of(pipeline)) {
      for (const StageFiles& then : before_) {
        if (then.stage.begin != now.stage.begin || then.files == now.files ||
            LEAT_MUTANT("first_pass_trusts_files"))
          continue;
        std::string changed = "a file";
        for (const FileState& file : now.files) {
          if (std::find(then.files.begin(), then.files.end(), file) == then.files.end())
            changed = fmt::format("'{}'", file.path);
        }
        diagnostics_.error(
            code::kReadTwice, now.stage,
            fmt::format("{} was changed between the first pass over it and the run", changed),
            "run it again, or write the names, so that it is read once");
        break;
      }
    }
    return diagnostics_.count() == before;
  }

 private:
  bool can_be_read_twice(const Pipeline& pipeline, const Unchecked::Open& open) {
    const Span where = pipeline.stages.back().span;
    bool can = true;
    for (const Stage& stage : pipeline.stages) {
      std::string what;
      if (stage.bound->reads_stdin) what = "standard input";
      // Between two snapshots of a service there may be new rows.
      const bool is_source = stage.definition->kind == OperatorKind::kSource;
      if (is_source && pipeline.has_connections && stage.definition->plugin != nullptr)
        what = "a service";
      for (const std::string& file : stage.bound->files) {
        if (!is_regular(file)) what = fmt::format("'{}'", file);
      }
      if (what.empty()) continue;
      diagnostics_.error(
          code::kReadTwice, where,
          fmt::format("'{}' finds its names in a first pass, and '{}' reads {}, which does not "
                      "give the same rows twice",
                      open.name, stage.name, what),
          "write 'names', or put the rows into a file first");
      can = false;
    }
    return can;
  }

  Result<CapturedRows> run(Pipeline& pipeline) const {
    CapturedRows rows;
    Stage& end = pipeline.stages.back();
    rows.schema = end.inputs.front();
    end.bound->species = make_capture(rows);
    cut_diamonds(pipeline);
    LEAT_TRY_ASSIGN(const PlanOptions how, passes_.plan(pipeline.settings));
    LEAT_TRY_ASSIGN(const Plan plan, make_plan(pipeline, how));
    RunOptions run_options;
    run_options.publish = io::Publish::kNo;
    run_options.control = passes_.control;
    Status entered;
    std::optional<Error> error;
    std::thread([&] {
      if (passes_.enter) entered = passes_.enter(pipeline);
      if (entered) error = pipelines::run(pipeline, plan, run_options).error;
    }).join();
    if (!entered) return std::unexpected(entered.error());
    if (error) return std::unexpected(std::move(*error));
    return rows;
  }

  const std::shared_ptr<Document>& document_;
  const LoadOptions& options_;
  const FirstPasses& passes_;
  Diagnostics& diagnostics_;
  std::vector<StageFiles> before_;
};

/// A line on what was found.
std::string note_of(const Unchecked::Open& open, const FoundValues& found) {
  constexpr size_t kShown = 12;
  std::vector<std::string> names;
  for (const auto& value : found.values) {
    if (names.size() == kShown) break;
    names.push_back(value.value_or("null"));
  }
  return fmt::format("{}: {} {} found in a first pass: {}{}", open.name, found.values.size(),
                     found.values.size() == 1 ? "name was" : "names were", fmt::join(names, ", "),
                     found.values.size() > kShown ? ", ..." : "");
}

}  // namespace

Result<std::optional<Pipeline>> load_with_first_passes(const std::shared_ptr<Document>& document,
                                                       LoadOptions options,
                                                       const FirstPasses& passes,
                                                       Diagnostics& diagnostics,
                                                       Unchecked* unchecked) {
  Finder finder(document, options, passes, diagnostics);
  std::vector<std::string> notes;
  for (;;) {
    Unchecked left;
    std::optional<Pipeline> pipeline = load(document, options, diagnostics, &left);
    const bool can_find = !left.open.empty() && left.plugins.empty() && left.connections.empty();
    if (pipeline || !diagnostics.ok() || !can_find) {
      if (unchecked != nullptr) *unchecked = std::move(left);
      if (pipeline && !notes.empty() && !finder.are_unchanged(*pipeline)) return std::nullopt;
      if (pipeline) pipeline->notes = std::move(notes);
      return pipeline;
    }
    const Unchecked::Open& open = left.open.front();
    LEAT_TRY_ASSIGN(std::optional<FoundValues> found, finder.find(open));
    if (!found) return std::nullopt;
    notes.push_back(note_of(open, *found));
    options.found.push_back(std::move(*found));
  }
}

}  // namespace leat::pipelines
