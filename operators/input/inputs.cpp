// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include "operators/input/inputs.h"

#include <dirent.h>
#include <fnmatch.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <map>
#include <set>
#include <string_view>

#include <fmt/format.h>

#include "operators/input/byte_source.h"

namespace leat::io {
namespace {

bool has_wildcard(std::string_view text) {
  return text.find_first_of("*?[") != std::string_view::npos;
}

bool exists(const std::string& path) {
  struct stat status{};
  return ::stat(path.c_str(), &status) == 0;
}

bool is_directory(const std::string& path) {
  struct stat status{};
  return ::stat(path.empty() ? "." : path.c_str(), &status) == 0 && S_ISDIR(status.st_mode);
}

/// The names in `directory` ("" is the current one), without "." and "..", ordered by their bytes.
std::vector<std::string> list_directory(const std::string& directory) {
  std::vector<std::string> names;
  DIR* const stream = ::opendir(directory.empty() ? "." : directory.c_str());
  if (stream == nullptr) return names;
  while (const dirent* const entry = ::readdir(stream)) {
    const std::string_view name = entry->d_name;
    if (name != "." && name != "..") names.emplace_back(name);
  }
  ::closedir(stream);
  std::sort(names.begin(), names.end());
  return names;
}

/// Matches the parts of a pattern one folder at a time.
class PatternWalk {
 public:
  explicit PatternWalk(const std::string& pattern) {
    size_t begin = pattern.find_first_not_of('/');
    const std::string root = pattern.substr(0, std::min(begin, pattern.size()));
    while (begin < pattern.size()) {
      const size_t end = std::min(pattern.find('/', begin), pattern.size());
      if (end > begin) parts_.push_back(pattern.substr(begin, end - begin));
      begin = end + 1;
    }
    visit(root, 0, 0);
  }
  std::vector<std::string> take() { return {found_.begin(), found_.end()}; }

 private:
  static constexpr int kDepthMax = 64;  // a loop of symbolic links ends here

  /// Matches parts_[part..] below `prefix`, which is empty or ends with a slash.
  void visit(const std::string& prefix, size_t part, int depth) {
    if (part == parts_.size() || depth > kDepthMax) return;
    const bool last = part + 1 == parts_.size();
    const std::string& pattern = parts_[part];
    if (pattern == "**" && !last) {
      visit(prefix, part + 1, depth + 1);
      for (const std::string& name : list_directory(prefix)) {
        if (name[0] != '.' && is_directory(prefix + name))
          visit(prefix + name + "/", part, depth + 1);
      }
      return;
    }
    if (!has_wildcard(pattern)) {
      step(prefix + pattern, part, depth);
      return;
    }
    for (const std::string& name : list_directory(prefix)) {
      if (::fnmatch(pattern.c_str(), name.c_str(), FNM_PERIOD) == 0)
        step(prefix + name, part, depth);
    }
  }
  void step(const std::string& path, size_t part, int depth) {
    if (part + 1 < parts_.size()) {
      if (is_directory(path)) visit(path + "/", part + 1, depth + 1);
    } else if (exists(path) && !is_directory(path)) {
      found_.insert(path);
    }
  }

  std::vector<std::string> parts_;
  std::set<std::string> found_;
};

/// What is wrong with `path` that no pattern was found for: the part of it that exists decides.
void report_missing(const SourceText& path, Diagnostics& diagnostics) {
  const std::string& text = path.text();
  const size_t slash = text.rfind('/');
  const std::string directory = slash == std::string::npos ? "" : text.substr(0, slash + 1);
  if (!is_directory(directory)) {
    diagnostics.error(path.span(), fmt::format("there is no folder '{}', in which '{}' should be",
                                               directory, text));
    return;
  }
  std::vector<std::string> candidates = list_directory(directory);
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

/// The names that one path stands for; empty after reporting.
std::vector<std::string> resolve_path(const SourceText& path, Diagnostics& diagnostics) {
  const std::string& text = path.text();
  if (text.empty()) {
    diagnostics.error(path.span(), "the path is empty");
    return {};
  }
  if (text == "-" || text == "stdin" || text == "/dev/stdin") return {std::string(kStdinName)};
  if (exists(text)) {
    if (!check_readable(text, path, diagnostics)) return {};
    return {text};
  }
  if (!has_wildcard(text)) {
    report_missing(path, diagnostics);
    return {};
  }
  std::vector<std::string> names = match_files(text);
  if (names.empty()) diagnostics.error(path.span(), fmt::format("no file matches '{}'", text));
  std::erase_if(names,
                [&](const std::string& name) { return !check_readable(name, path, diagnostics); });
  return names;
}

}  // namespace

std::vector<std::string> match_files(const std::string& pattern) {
  return PatternWalk(pattern).take();
}

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
