// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Problem: a pipeline from a stranger can name any file that the user may read or write. It should
// have what lies in the folder in which it is run, and nothing else.
//
// Invariants:
//  1. Paths are looked at after interpolation and before anything opens them: binding reads the
//     beginnings of inputs.
//  2. What counts is where a path leads: `..`, absolute paths, links in any part of it, and links
//     among the files that a pattern matches. A link that leads nowhere is refused, since a sink
//     would make what it names.
//  3. Standard input and output are the user's own choice, under all their names.
//
// Not covered: links that somebody makes between this look and the opening. That needs the kernel.
//
// Rejected: the folder of the pipeline's file in place of the one in which leat runs (paths are
// relative to the latter, and a pipeline may come from standard input).
#include "pipelines/load/confine.h"

#include <algorithm>
#include <filesystem>
#include <string_view>
#include <system_error>
#include <vector>

#include <fmt/format.h>

#include "engine/blocking.h"
#include "engine/codes/graph.h"
#include "engine/mutant.h"
#include "operators/input/archive_members.h"
#include "operators/input/file_pattern.h"

namespace leat::pipelines {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kHint =
    "an untrusted pipeline reads and writes below the folder in which leat runs, nothing else";

/// A name of what leat was started with.
bool is_standard(std::string_view path) {
  for (const std::string_view name : {"-", "stdin", "stdout", "/dev/stdin", "/dev/stdout"}) {
    if (path == name) return true;
  }
  return path == "/dev/fd/0" || path == "/dev/fd/1";
}

bool lies_in(const fs::path& path, const fs::path& folder) {
  const auto [end, rest] = std::mismatch(folder.begin(), folder.end(), path.begin(), path.end());
  static_cast<void>(rest);
  return end == folder.end();
}

/// Why `path` leads out of `folder`, or "".
std::string escape_of(const std::string& path, const fs::path& folder) {
  const fs::path written(path);
  if (std::find(written.begin(), written.end(), "..") != written.end())
    return fmt::format("'{}' goes up with '..'", path);
  std::error_code error;
  fs::path part;
  for (const fs::path& name : written) {
    part /= name;
    if (fs::is_symlink(part, error) && !fs::exists(part, error))
      return fmt::format("'{}' is a symbolic link that leads nowhere", part.string());
  }
  const fs::path real = fs::weakly_canonical(fs::absolute(written, error), error);
  if (error) return fmt::format("'{}' cannot be looked at: {}", path, error.message());
  if (lies_in(real, folder) || LEAT_MUTANT("untrusted_paths_escape")) return {};
  return fmt::format("'{}' leads to '{}', which lies elsewhere", path, real.string());
}

fs::path working_folder() {
  std::error_code error;
  return fs::canonical(fs::current_path(error), error);
}

/// Reports what is wrong with one path; false then.
bool is_below(const SourceText& path, const fs::path& folder, Diagnostics& diagnostics) {
  const std::string& text = path.text();
  if (text.empty() || is_standard(text)) return true;
  // Of members of archives: the archives. Their names lead nowhere.
  const auto member = io::split_member_name(text);
  const std::string file_text = member ? member->archive : text;
  std::string escape = escape_of(file_text, folder);
  if (escape.empty() && io::has_wildcard(file_text)) {
    for (const std::string& file : io::match_files(file_text).files) {
      if (escape.empty()) escape = escape_of(file, folder);
    }
  }
  if (escape.empty()) return true;
  diagnostics.error(code::kUntrusted, path.span(), std::move(escape), std::string(kHint));
  return false;
}

/// Reports lists of files, which other programs write: what they name is not known to lie below.
void refuse_lists(StageSpec& stage, Diagnostics& diagnostics) {
  for (const auto& [name, value] : stage.options.entries) {
    if (name.text() != "files_from") continue;
    diagnostics.error(code::kUntrusted, name.span(),
                      "a pipeline that is not trusted names its files itself", std::string(kHint));
    stage.broken = true;
  }
}

/// The values of the options that name files.
std::vector<const OptionNode*> paths_of(const StageSpec& stage) {
  std::vector<const OptionNode*> paths;
  if (stage.options.kind != OptionNode::Kind::kMap) {
    if (stage.definition->main_option == "path") paths.push_back(&stage.options);
    return paths;
  }
  for (const auto& [name, value] : stage.options.entries) {
    if (name.text() == "path" || name.text() == "manifest" || name.text() == "incremental")
      paths.push_back(&value);
  }
  return paths;
}

}  // namespace

bool is_confined(const SourceText& path, Diagnostics& diagnostics) {
  return blocking([&] { return is_below(path, working_folder(), diagnostics); });
}

void confine_paths(Spec& spec, Diagnostics& diagnostics) {
  blocking([&] {
    const fs::path folder = working_folder();
    if (spec.spill_dir && spec.spill_dir->text() != "auto" &&
        !is_below(*spec.spill_dir, folder, diagnostics))
      spec.spill_dir.reset();
    for (const ConnectionSpec& connection : spec.connections) {
      if (!connection.wins)
        diagnostics.error(code::kUntrusted, connection.name.span(),
                          "an untrusted pipeline may name no services",
                          "give it the connection yourself, in a file for --connections");
    }
    for (StageSpec& stage : spec.stages) {
      if (stage.definition == nullptr || stage.broken) continue;
      refuse_lists(stage, diagnostics);
      for (const OptionNode* const path : paths_of(stage)) {
        if (path->kind == OptionNode::Kind::kScalar)
          stage.broken |= !is_below(path->scalar, folder, diagnostics);
        for (const OptionNode& item : path->items) {
          if (item.kind == OptionNode::Kind::kScalar)
            stage.broken |= !is_below(item.scalar, folder, diagnostics);
        }
      }
    }
  });
}

}  // namespace leat::pipelines
