// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include "operators/input/inputs.h"

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <set>
#include <string_view>

#include <fmt/format.h>

#include "engine/mutant.h"
#include "operators/input/byte_source.h"
#include "operators/input/file_pattern.h"

namespace leat::io {
namespace {

bool exists(const std::string& path) {
  struct stat status{};
  return ::stat(path.c_str(), &status) == 0;
}

bool is_directory(const std::string& path) {
  struct stat status{};
  return ::stat(path.empty() ? "." : path.c_str(), &status) == 0 && S_ISDIR(status.st_mode);
}

/// What is wrong with `path`, which cannot be looked at for `error`: the part of it that exists
/// decides.
void report_missing(const SourceText& path, int error, Diagnostics& diagnostics) {
  const std::string& text = path.text();
  if (const std::string link = broken_link(text, error); !link.empty()) {
    diagnostics.error(path.span(), fmt::format("the file '{}' cannot be read: {}", text, link));
    return;
  }
  const size_t slash = text.rfind('/');
  const std::string directory = slash == std::string::npos ? "" : text.substr(0, slash + 1);
  if (error != ENOENT && error != ENOTDIR && !LEAT_MUTANT("what_is_not_reached_is_not_there")) {
    diagnostics.error(path.span(),
                      fmt::format("the file '{}' cannot be read: {}", text, errno_text(error)));
    return;
  }
  if (!is_directory(directory)) {
    diagnostics.error(path.span(), fmt::format("there is no folder '{}', in which '{}' should be",
                                               directory, text));
    return;
  }
  int unlisted = 0;
  std::vector<std::string> candidates = list_folder(directory, unlisted);
  for (std::string& name : candidates) name = directory + name;
  diagnostics.error(path.span(), fmt::format("there is no file '{}'", text),
                    did_you_mean(text, candidates));
}

/// Reports why the existing `name`, named by `path`, cannot be read, if so.
bool check_readable(const std::string& name, const SourceText& path, Diagnostics& diagnostics) {
  if (is_directory(name)) {
    const std::string trimmed = name.substr(0, name.find_last_not_of('/') + 1);
    diagnostics.error(path.span(), fmt::format("'{}' is a folder, not a file", name),
                      fmt::format("to read the files in it write '{}/*'", trimmed));
    return false;
  }
  if (::access(name.c_str(), R_OK) != 0) {
    diagnostics.error(path.span(),
                      fmt::format("the file '{}' cannot be read: {}", name, errno_text(errno)));
    return false;
  }
  return true;
}

/// Obstacles of one pattern that are told one by one.
constexpr size_t kObstaclesShown = 20;

/// The files that a pattern stands for; empty after reporting.
std::vector<std::string> resolve_pattern(const SourceText& path, Diagnostics& diagnostics) {
  const std::string& text = path.text();
  Matches matches = match_files(text);
  size_t told = 0;
  for (const Matches::Obstacle& obstacle : matches.obstacles) {
    if (++told > kObstaclesShown) {
      diagnostics.error(path.span(), fmt::format("the pattern meets {} more obstacles",
                                                 matches.obstacles.size() - kObstaclesShown));
      break;
    }
    diagnostics.error(path.span(), fmt::format("'{}': {}", obstacle.path, obstacle.reason),
                      "mend or remove it, or write a pattern that does not cover it");
  }
  if (!matches.obstacles.empty()) return {};
  const bool is_name = exists(text);
  const bool lists_itself =
      std::find(matches.files.begin(), matches.files.end(), text) != matches.files.end();
  if (is_name && !lists_itself) {
    // Brackets are frequent in names; who writes a star means other files as well.
    if (matches.files.empty() || text.find_first_of("*?") == std::string::npos)
      return check_readable(text, path, diagnostics) ? std::vector{text}
                                                     : std::vector<std::string>();
    diagnostics.error(path.span(),
                      fmt::format("'{}' is the name of a file, and a pattern that matches '{}'",
                                  text, matches.files.front()),
                      "in a pattern, '[[]' stands for the bracket itself");
    return {};
  }
  if (matches.files.empty())
    diagnostics.error(path.span(), fmt::format("no file matches '{}'", text));
  std::erase_if(matches.files,
                [&](const std::string& name) { return !check_readable(name, path, diagnostics); });
  return std::move(matches.files);
}

/// Is `path` a name of the descriptor that standard input has?
bool is_stdin(const std::string& path) {
  if (path == "-" || path == "stdin" || path == "/dev/stdin") return true;
  return path == "/dev/fd/0" || path == "/proc/self/fd/0" ||
         path == fmt::format("/proc/{}/fd/0", ::getpid());
}

/// The names that one path stands for; empty after reporting.
std::vector<std::string> resolve_path(const SourceText& path, Diagnostics& diagnostics) {
  const std::string& text = path.text();
  if (text.empty() || text.contains('\0')) {
    diagnostics.error(path.span(), text.empty() ? "the path is empty"
                                                : "the path holds a NUL, which no name can");
    return {};
  }
  if (is_stdin(text)) return {std::string(kStdinName)};
  if (has_wildcard(text)) return resolve_pattern(path, diagnostics);
  struct stat status{};
  if (::stat(text.c_str(), &status) != 0) {
    report_missing(path, errno, diagnostics);
    return {};
  }
  if (!check_readable(text, path, diagnostics)) return {};
  return {text};
}

}  // namespace

std::optional<Inputs> resolve_inputs(const std::vector<SourceText>& paths, Diagnostics& diagnostics,
                                     uint64_t max_expansion, std::string_view stdin_user) {
  const size_t errors_before = diagnostics.count();
  Inputs inputs;
  std::set<std::string> seen;
  for (const SourceText& path : paths) {
    for (std::string& name : resolve_path(path, diagnostics)) {
      if (!seen.insert(name).second) {
        diagnostics.error(path.span(),
                          fmt::format("'{}' is named twice, its rows would be read twice", name));
        continue;
      }
      if (name == kStdinName && !stdin_user.empty()) {
        diagnostics.error(path.span(),
                          fmt::format("standard input can be read only once, and {}", stdin_user),
                          "read a file; one whose name is 'stdin' is './stdin'");
      }
      inputs.push_back(std::make_shared<Input>(
          Input{std::move(name), static_cast<uint32_t>(inputs.size()), max_expansion}));
    }
  }
  if (diagnostics.count() > errors_before) return std::nullopt;
  return inputs;
}

bool reads_stdin(const Inputs& inputs) {
  return std::any_of(inputs.begin(), inputs.end(),
                     [](const auto& input) { return input->name == kStdinName; });
}

std::vector<std::string> file_names(const Inputs& inputs) {
  std::vector<std::string> names;
  for (const auto& input : inputs) {
    if (input->name != kStdinName) names.push_back(input->name);
  }
  return names;
}

}  // namespace leat::io
