// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Problem: a sandbox needs a list of all that a run will touch, before it touches anything.
//
// Invariants
// 1. The list comes from what was bound, never from the text of the pipeline: patterns and
//    parameters are in it as the files they stand for.
// 2. An output is made beside its target and renamed onto it, so its folder is what is written to.
//    Of a folder that is not there yet, the nearest one above it that is.
// 3. A target that is a link is where it leads to. One that is a device or a pipe is itself. The
//    folder that has its name is opened before that is known.
//
// Rejected: making missing folders first, so that the list gets narrower (a run that fails early
// would have changed something).
#include "pipelines/run/reach.h"

#include <sys/stat.h>

#include <filesystem>
#include <set>
#include <system_error>
#include <vector>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "operators/input/source_options.h"
#include "operators/state/spill/spill_area.h"

namespace leat::pipelines {
namespace {

namespace fs = std::filesystem;

constexpr size_t kNamesMax = 8;

/// What stands for all the files that the sink of `bound` may write.
std::string target_path(const BoundOperator& bound) {
  if (!bound.target_folder) return bound.target->text();
  return (fs::path(*bound.target_folder) / "any").string();
}

std::string named_folder(const std::string& target) {
  std::string folder = fs::path(target).parent_path().string();
  return folder.empty() ? "." : folder;
}

/// What must be writable for `target` to be.
std::string written_folder(const std::string& target) {
  struct stat found = {};
  if (::stat(target.c_str(), &found) == 0 && !S_ISREG(found.st_mode)) return target;
  std::error_code error;
  fs::path path = fs::absolute(target, error);
  if (!error) path = fs::weakly_canonical(path, error);
  do {
    path = path.parent_path();
  } while (path.has_relative_path() && !fs::is_directory(path, error));
  return path.string();
}

std::string listed(std::vector<std::string> names) {
  const size_t more = names.size() > kNamesMax ? names.size() - kNamesMax : 0;
  names.resize(names.size() - more);
  const std::string text = fmt::format("{}", fmt::join(names, ", "));
  return more == 0 ? text : fmt::format("{} and {} more", text, more);
}

/// Calls `use(path, shown, is_target)` in the order of the stages.
template <typename Use>
void for_each_path(const Pipeline& pipeline, Use&& use) {
  for (const Stage& stage : pipeline.stages) {
    const BoundOperator& bound = *stage.bound;
    for (const std::string& file : bound.files) use(file, file, false);
    if (bound.target && bound.target->text() != "-")
      use(target_path(bound), bound.target->text(), true);
    if (bound.manifest) use(bound.manifest->text(), bound.manifest->text(), true);
    if (const io::FileSource* const source = io::file_source_of(bound);
        source != nullptr && source->state() != nullptr)
      use(source->state()->path(), source->state()->path(), true);
  }
}

}  // namespace

SandboxRules reach_of(const Pipeline& pipeline, const std::vector<std::string>& further) {
  SandboxRules rules = common_rules();
  std::set<std::string> folders;
  for_each_path(pipeline, [&](const std::string& path, const std::string&, bool is_target) {
    if (is_target) {
      folders.insert(written_folder(path));
      rules.lists.push_back(named_folder(path));
    } else {
      rules.reads.push_back(path);
    }
  });
  for (const std::string& path : further) folders.insert(written_folder(path));
  state::SpillOptions spill;
  if (pipeline.settings.spill.dir) spill.dir = pipeline.settings.spill.dir->text();
  if (const auto folder = state::spill_folder(spill)) folders.insert(*folder);
  rules.writes.assign(folders.begin(), folders.end());
  return rules;
}

std::string reach_text(const Pipeline& pipeline) {
  std::vector<std::string> reads;
  std::vector<std::string> writes;
  std::set<std::string> seen;
  for_each_path(pipeline, [&](const std::string&, const std::string& shown, bool is_target) {
    if (seen.insert(shown).second) (is_target ? writes : reads).push_back(shown);
  });
  std::string text;
  if (!reads.empty()) text += fmt::format("may read: {}\n", listed(std::move(reads)));
  if (!writes.empty())
    text +=
        fmt::format("may write: {} (beside each while it is made)\n", listed(std::move(writes)));
  return text;
}

}  // namespace leat::pipelines
