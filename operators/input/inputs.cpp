// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include "operators/input/inputs.h"

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <set>
#include <string_view>

#include <fmt/format.h>

#include "engine/mutant.h"
#include "operators/input/byte_source.h"
#include "operators/input/file_pattern.h"
#include "operators/text/value_format.h"

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

/// Turns paths into names; reports what is wrong with each.
class Resolver {
 public:
  Resolver(const InputChoice& choice, Diagnostics& diagnostics)
      : choice_(choice), diagnostics_(diagnostics) {}

  /// The names that one path stands for; empty after reporting.
  std::vector<std::string> resolve(const SourceText& path) {
    const std::string& text = path.text();
    if (text.empty() || text.contains('\0')) {
      diagnostics_.error(path.span(), text.empty() ? "the path is empty"
                                                   : "the path holds a NUL, which no name can");
      return {};
    }
    if (names_stdin(text)) return {std::string(kStdinName)};
    std::vector<std::string> names = has_wildcard(text) ? of_pattern(path) : of_name(path);
    if (choice_.newer_than) {
      std::erase_if(names, [&](const std::string& name) {
        const bool old = !is_newer(name, *choice_.newer_than);
        old_ += old;
        return old;
      });
    }
    return names;
  }

  /// What became of the files that were there, when none is left.
  std::string why_none() const {
    std::string why;
    if (excluded_ > 0) why = fmt::format("{} excluded", excluded_);
    if (old_ > 0) {
      std::array<char, kScalarTextBytes> time{};
      const char* const end = format_timestamp(*choice_.newer_than, true, time.data());
      why += fmt::format("{}{} not newer than {}", why.empty() ? "" : ", ", old_,
                         std::string_view(time.data(), end));
    }
    return why;
  }

 private:
  bool is_excluded(std::string_view path) const {
    return std::any_of(choice_.exclude.begin(), choice_.exclude.end(),
                       [&](const std::string& pattern) { return path_matches(path, pattern); });
  }

  static bool is_newer(const std::string& name, int64_t micros) {
    struct stat status{};
    if (::stat(name.c_str(), &status) != 0) return true;  // opening it will tell
    const int64_t changed =
        int64_t{status.st_mtim.tv_sec} * 1'000'000 + status.st_mtim.tv_nsec / 1000;
    // Within the microsecond later is later.
    return changed > micros || (changed == micros && status.st_mtim.tv_nsec % 1000 > 0) ||
           LEAT_MUTANT("old_files_are_new");
  }

  std::vector<std::string> of_name(const SourceText& path) {
    const std::string& text = path.text();
    if (is_excluded(text)) {
      ++excluded_;
      return {};
    }
    struct stat status{};
    if (::stat(text.c_str(), &status) != 0) {
      const int error = errno;
      const bool absent = error == ENOENT && broken_link(text, error).empty();
      if (!absent || !choice_.may_be_missing) report_missing(path, error, diagnostics_);
      return {};
    }
    if (!check_readable(text, path, diagnostics_)) return {};
    return {text};
  }

  std::vector<std::string> of_pattern(const SourceText& path) {
    const std::string& text = path.text();
    Matches matches = match_files(text);
    std::erase_if(matches.obstacles,
                  [&](const Matches::Obstacle& obstacle) { return is_excluded(obstacle.path); });
    if (!matches.obstacles.empty()) {
      report_obstacles(path, matches.obstacles);
      return {};
    }
    if (exists(text) &&
        std::find(matches.files.begin(), matches.files.end(), text) == matches.files.end()) {
      // Brackets are frequent in names; who writes a star means other files as well.
      if (matches.files.empty() || text.find_first_of("*?") == std::string::npos)
        return of_name(path);
      diagnostics_.error(path.span(),
                         fmt::format("'{}' is the name of a file, and a pattern that matches '{}'",
                                     text, matches.files.front()),
                         "in a pattern, '[[]' stands for the bracket itself");
      return {};
    }
    if (matches.files.empty() && !choice_.may_be_missing)
      diagnostics_.error(path.span(), fmt::format("no file matches '{}'", text));
    excluded_ +=
        std::erase_if(matches.files, [&](const std::string& name) { return is_excluded(name); });
    std::erase_if(matches.files, [&](const std::string& name) {
      return !check_readable(name, path, diagnostics_);
    });
    return std::move(matches.files);
  }

  void report_obstacles(const SourceText& path, const std::vector<Matches::Obstacle>& obstacles) {
    for (size_t i = 0; i < obstacles.size(); ++i) {
      if (i == kObstaclesShown) {
        diagnostics_.error(path.span(), fmt::format("the pattern meets {} more obstacles",
                                                    obstacles.size() - kObstaclesShown));
        return;
      }
      diagnostics_.error(path.span(),
                         fmt::format("'{}': {}", obstacles[i].path, obstacles[i].reason),
                         "mend or remove it, or write a pattern that does not cover it");
    }
  }

  const InputChoice& choice_;
  Diagnostics& diagnostics_;
  size_t excluded_ = 0;  // files that were there
  size_t old_ = 0;
};

}  // namespace

std::optional<Inputs> resolve_inputs(const std::vector<SourceText>& paths, Diagnostics& diagnostics,
                                     uint64_t max_expansion, std::string_view stdin_user,
                                     const InputChoice& choice) {
  const size_t errors_before = diagnostics.count();
  Inputs inputs;
  std::set<std::string> seen;
  const auto meter = std::make_shared<InputMeter>();
  Resolver resolver(choice, diagnostics);
  for (const SourceText& path : paths) {
    for (std::string& name : resolver.resolve(path)) {
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
          Input{std::move(name), static_cast<uint32_t>(inputs.size()), max_expansion, meter}));
    }
  }
  if (const std::string why = resolver.why_none(); inputs.empty() && !why.empty() &&
                                                   !choice.may_be_missing &&
                                                   diagnostics.count() == errors_before) {
    diagnostics.error(paths.front().span(), fmt::format("no file is left to read: {}", why),
                      "if that is no mistake, write 'if_missing: empty'");
  }
  if (diagnostics.count() > errors_before) return std::nullopt;
  return inputs;
}

bool names_stdin(const std::string& path) {
  if (path == "-" || path == "stdin" || path == "/dev/stdin") return true;
  return path == "/dev/fd/0" || path == "/proc/self/fd/0" ||
         path == fmt::format("/proc/{}/fd/0", ::getpid());
}

bool reads_stdin(const Inputs& inputs) {
  return std::any_of(inputs.begin(), inputs.end(),
                     [](const auto& input) { return input->name == kStdinName; });
}

std::shared_ptr<const InputMeter> meter_of(const Inputs& inputs) {
  return inputs.empty() ? nullptr : inputs.front()->meter;
}

std::vector<std::string> file_names(const Inputs& inputs) {
  std::vector<std::string> names;
  for (const auto& input : inputs) {
    if (input->name != kStdinName) names.push_back(input->name);
  }
  return names;
}

}  // namespace leat::io
