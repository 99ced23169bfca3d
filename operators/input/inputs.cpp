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

#include "engine/codes/file.h"
#include "engine/mutant.h"
#include "operators/input/archive_members.h"
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
    diagnostics.error(code::kCannotRead, path.span(),
                      fmt::format("the file '{}' cannot be read: {}", text, link));
    return;
  }
  const size_t slash = text.rfind('/');
  const std::string directory = slash == std::string::npos ? "" : text.substr(0, slash + 1);
  if (error != ENOENT && error != ENOTDIR && !LEAT_MUTANT("what_is_not_reached_is_not_there")) {
    diagnostics.error(read_code(error), path.span(),
                      fmt::format("the file '{}' cannot be read: {}", text, errno_text(error)));
    return;
  }
  if (!is_directory(directory)) {
    diagnostics.error(
        code::kNoFile, path.span(),
        fmt::format("there is no folder '{}', in which '{}' should be", directory, text));
    return;
  }
  int unlisted = 0;
  std::vector<std::string> candidates = list_folder(directory, unlisted);
  for (std::string& name : candidates) name = directory + name;
  diagnostics.error(code::kNoFile, path.span(), fmt::format("there is no file '{}'", text),
                    did_you_mean(text, candidates));
}

/// Reports why the existing `name`, named by `path`, cannot be read, if so.
bool check_readable(const std::string& name, const SourceText& path, Diagnostics& diagnostics) {
  if (is_directory(name)) {
    const std::string trimmed = name.substr(0, name.find_last_not_of('/') + 1);
    diagnostics.error(code::kIsFolder, path.span(),
                      fmt::format("'{}' is a folder, not a file", name),
                      fmt::format("to read the files in it write '{}/*'", trimmed));
    return false;
  }
  if (::access(name.c_str(), R_OK) != 0) {
    diagnostics.error(read_code(errno), path.span(),
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
  Resolver(const InputChoice& choice, uint64_t max_expansion, Diagnostics& diagnostics)
      : choice_(choice), max_expansion_(max_expansion), diagnostics_(diagnostics) {}

  /// The names that one path stands for; empty after reporting.
  std::vector<std::string> resolve(const SourceText& path) {
    const std::string& text = path.text();
    if (text.empty() || text.contains('\0')) {
      diagnostics_.error(
          code::kBadPath, path.span(),
          text.empty() ? "the path is empty" : "the path holds a NUL, which no name can");
      return {};
    }
    if (names_stdin(text)) {
      if (choice_.state)
        diagnostics_.error(code::kState, path.span(),
                           "of standard input nobody knows whether it is new",
                           "leave 'incremental' out, or read files");
      return {std::string(kStdinName)};
    }
    std::vector<std::string> names = names_of(path);
    if (choice_.newer_than) {
      std::erase_if(names, [&](const std::string& name) {
        const bool old = !is_newer(name, *choice_.newer_than);
        old_ += old;
        return old;
      });
    }
    if (choice_.state)
      known_ += std::erase_if(names, [&](const std::string& name) {
        return choice_.state->is_known(file_of_input(name));
      });
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
    if (known_ > 0)
      why += fmt::format("{}{} read by earlier runs", why.empty() ? "" : ", ", known_);
    return why;
  }

 private:
  bool is_excluded(std::string_view path) const {
    return std::any_of(choice_.exclude.begin(), choice_.exclude.end(),
                       [&](const std::string& pattern) { return path_matches(path, pattern); });
  }

  std::vector<std::string> names_of(const SourceText& path) {
    if (const auto member = split_member_name(path.text())) return of_archives(path, *member);
    return has_wildcard(path.text()) ? of_pattern(path) : of_name(path);
  }

  /// Members of the archive, or of all archives, that the path names.
  std::vector<std::string> of_archives(const SourceText& path, const MemberName& name) {
    if (names_stdin(name.archive)) {
      diagnostics_.error(code::kArchiveMember, path.span(),
                         "an archive cannot be read from standard input",
                         "its members are looked at before they are read: write it to a file");
      return {};
    }
    if (name.member.empty()) {
      diagnostics_.error(code::kArchiveMember, path.span(),
                         "behind '::' the name of a member is missing",
                         fmt::format("write '{}::**' for all of them", name.archive));
      return {};
    }
    const SourceText archives(name.archive, path.span(), {});
    std::vector<std::string> names;
    for (const std::string& archive : names_of(archives)) {
      const auto members = list_members(archive, max_expansion_);
      if (!members) {
        diagnostics_.error(members.error().number, path.span(), members.error().message,
                           members.error().hint);
        continue;
      }
      add_members(path, archive, name.member, **members, names);
    }
    return names;
  }

  /// Adds the names of those of `members` that `pattern` means.
  void add_members(const SourceText& path, const std::string& archive, const std::string& pattern,
                   const std::vector<ArchiveMember>& members, std::vector<std::string>& names) {
    size_t matches = 0;
    const size_t errors_before = diagnostics_.count();
    std::vector<std::string> known;
    for (const ArchiveMember& member : members) {
      if (member.kind == ArchiveMember::Kind::kFile) known.push_back(member.name);
      const bool is_named = member.name == pattern;
      // What leads out is told, though no wildcard matches `..`.
      const bool matches_pattern =
          member_matches(member.name, pattern) ||
          (member.leads_out && path_matches("/" + member.name, "/" + pattern));
      if (!is_named && !(has_wildcard(pattern) && matches_pattern)) continue;
      std::string name = fmt::format("{}{}{}", archive, kMemberMark, member.name);
      if (is_excluded(name) || is_excluded(member.name)) {
        ++excluded_;
        ++matches;
      } else if (member.kind != ArchiveMember::Kind::kFolder || is_named) {
        ++matches;
        if (check_member(path, archive, member)) names.push_back(std::move(name));
      }
    }
    if (matches > 0 || diagnostics_.count() > errors_before || choice_.may_be_missing) return;
    if (has_wildcard(pattern)) {
      diagnostics_.error(code::kArchiveMember, path.span(),
                         fmt::format("no member of '{}' matches '{}'", archive, pattern),
                         "a star stays within a folder: '**/*.csv' looks into all of them");
    } else {
      diagnostics_.error(code::kArchiveMember, path.span(),
                         fmt::format("there is no member '{}' in '{}'", pattern, archive),
                         did_you_mean(pattern, known));
    }
  }

  /// Reports why a member cannot be read, if so.
  bool check_member(const SourceText& path, const std::string& archive,
                    const ArchiveMember& member) {
    const std::string shown = fmt::format("'{}{}{}'", archive, kMemberMark, member.name);
    std::string message;
    std::string hint;
    if (member.leads_out && !LEAT_MUTANT("members_may_lead_out")) {
      message = fmt::format("the name of the member {} leads out of its archive", shown);
      hint = "do not trust the archive; what of it is good, pack again";
    } else if (member.kind == ArchiveMember::Kind::kFolder) {
      message = fmt::format("{} is a folder, not a file", shown);
      hint = fmt::format("to read the files in it write '{}{}{}/*'", archive, kMemberMark,
                         member.name);
    } else if (member.kind != ArchiveMember::Kind::kFile) {
      message = fmt::format("{} is {}, not a file", shown,
                            member.kind == ArchiveMember::Kind::kLink ? "a link" : "a device");
      hint = "name the member that it leads to, or leave it out with 'exclude'";
    } else if (member.is_encrypted) {
      message = fmt::format("{} is encrypted", shown);
      hint = fmt::format("unpack it first, with its password: unzip '{}'", archive);
    } else if (!member.packing.empty()) {
      message = fmt::format("{} is packed with {}, which is not read in zip archives", shown,
                            member.packing);
      hint = fmt::format("unpack it first: unzip '{}'", archive);
    } else {
      return true;
    }
    diagnostics_.error(code::kArchiveMember, path.span(), std::move(message), std::move(hint));
    return false;
  }

  static bool is_newer(const std::string& name, int64_t micros) {
    struct stat status{};
    const std::string file = file_of_input(name);
    if (::stat(file.c_str(), &status) != 0) return true;  // opening it will tell
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
      diagnostics_.error(code::kNoFileMatches, path.span(),
                         fmt::format("'{}' is the name of a file, and a pattern that matches '{}'",
                                     text, matches.files.front()),
                         "in a pattern, '[[]' stands for the bracket itself");
      return {};
    }
    if (matches.files.empty() && !choice_.may_be_missing)
      diagnostics_.error(code::kNoFileMatches, path.span(),
                         fmt::format("no file matches '{}'", text));
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
        diagnostics_.error(
            code::kCannotRead, path.span(),
            fmt::format("the pattern meets {} more obstacles", obstacles.size() - kObstaclesShown));
        return;
      }
      diagnostics_.error(code::kCannotRead, path.span(),
                         fmt::format("'{}': {}", obstacles[i].path, obstacles[i].reason),
                         "mend or remove it, or write a pattern that does not cover it");
    }
  }

  const InputChoice& choice_;
  const uint64_t max_expansion_;
  Diagnostics& diagnostics_;
  size_t excluded_ = 0;  // files that were there
  size_t old_ = 0;
  size_t known_ = 0;
};

}  // namespace

std::optional<Inputs> resolve_inputs(const std::vector<SourceText>& paths, Diagnostics& diagnostics,
                                     uint64_t max_expansion, std::string_view stdin_user,
                                     const InputChoice& choice) {
  const size_t errors_before = diagnostics.count();
  Inputs inputs;
  std::set<std::string> seen;
  const auto meter = std::make_shared<InputMeter>();
  Resolver resolver(choice, max_expansion, diagnostics);
  for (const SourceText& path : paths) {
    for (std::string& name : resolver.resolve(path)) {
      if (!seen.insert(name).second) {
        diagnostics.error(code::kReadTwice, path.span(),
                          fmt::format("'{}' is named twice, its rows would be read twice", name));
        continue;
      }
      if (name == kStdinName && !stdin_user.empty()) {
        diagnostics.error(code::kReadTwice, path.span(),
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
    diagnostics.error(code::kNoFileMatches, paths.front().span(),
                      fmt::format("{}: {}", kNoFileIsLeft, why),
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
    if (input->name == kStdinName) continue;
    std::string file = file_of_input(input->name);
    // The members of an archive follow each other.
    if (names.empty() || names.back() != file) names.push_back(std::move(file));
  }
  return names;
}

}  // namespace leat::io
