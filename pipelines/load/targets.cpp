// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Two sinks with one target cannot both have their way. The run would refuse the second one; but it
// is a mistake of the pipeline, so `check` finds it, before any data is read.
//
// Invariants:
//  1. Nothing is reported that the run would allow: pipes and devices may be written by several.
//  2. A target is known by the file it leads to: `out.csv`, `./out.csv` and a link to it are one.
//
// Rejected: leaving it to the run alone (it ends with the code of failed runs, which schedulers try
// again). The run keeps its check, as links may change until then.
#include "pipelines/load/targets.h"

#include <sys/stat.h>

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <system_error>

#include <fmt/format.h>

#include "engine/blocking.h"
#include "engine/codes/file.h"
#include "operators/input/source_options.h"

namespace leat::pipelines {
namespace {

/// What tells the file `path` from others; nullopt when several may write it, or it is not known.
std::optional<std::string> identity(const std::string& path) {
  if (path == "-") return path;
  struct stat found{};
  if (::stat(path.c_str(), &found) == 0 && !S_ISREG(found.st_mode)) return std::nullopt;
  std::error_code error;
  std::filesystem::path absolute = std::filesystem::absolute(path, error);
  if (!error) absolute = std::filesystem::weakly_canonical(absolute, error);
  if (error) return std::nullopt;
  return absolute.string();
}

/// What the source of a stage keeps of the files it has read; null: nothing.
const io::ReadState* state_of(const BoundOperator& bound) {
  const io::FileSource* const source = io::file_source_of(bound);
  return source == nullptr ? nullptr : source->state();
}

}  // namespace

void report_shared_targets(const BindInput& input, const std::vector<BoundStage>& stages,
                           Diagnostics& diagnostics) {
  std::map<std::string, size_t> owners;
  const auto claim = [&](size_t stage, const SourceText& target) {
    const auto file = blocking([&] { return identity(target.text()); });
    if (!file) return;
    const auto [owner, fresh] = owners.emplace(*file, stage);
    if (fresh) return;
    const Span first = input.spec.stages[owner->second].operator_key.span();
    const auto is_sink = [&](size_t i) { return stages[i].bound->output == nullptr; };
    const bool are_sinks = is_sink(stage) && is_sink(owner->second);
    diagnostics.error(
        code::kWrittenTwice, target.span(),
        fmt::format("two {} write {}", are_sinks ? "sinks" : "stages",
                    target.text() == "-" ? "standard output" : "'" + target.text() + "'"),
        fmt::format("the other one stands on {}; give each a path of its own",
                    input.document.named_line(first.begin)));
  };
  for (size_t i = 0; i < stages.size(); ++i) {
    if (!stages[i].bound) continue;
    const BoundOperator& bound = *stages[i].bound;
    // What a path with placeholders will be is known only when the rows are.
    if (bound.target && !bound.target_folder) claim(i, *bound.target);
    if (bound.manifest) claim(i, *bound.manifest);
    if (const io::ReadState* const state = state_of(bound))
      claim(i, SourceText(state->path(), state->place(), {}));
  }
}

void report_foreign_states(const Pipeline& pipeline, Diagnostics& diagnostics) {
  for (const Stage& stage : pipeline.stages) {
    const io::ReadState* const state = stage.bound ? state_of(*stage.bound) : nullptr;
    const io::ReadState::Owner own{pipeline.name, stage.name};
    if (state == nullptr || !state->owner() || *state->owner() == own) continue;
    diagnostics.error(
        code::kState, state->place(),
        fmt::format("'{}' is the state of the stage '{}' in the pipeline '{}', not that of '{}' in "
                    "'{}'",
                    state->path(), state->owner()->stage, state->owner()->pipeline, own.stage,
                    own.pipeline),
        "give each stage a state of its own; to take this one over, write the names into it");
  }
}

}  // namespace leat::pipelines
