// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// The files that a pattern matches. See file_pattern.cpp.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace leat::io {

/// What a pattern stands for.
struct Matches {
  /// Something that the pattern covers and that cannot be looked at or read.
  struct Obstacle {
    std::string path;
    std::string reason;  ///< Of a sentence, such as `the folder cannot be read: ...`.
  };
  std::vector<std::string> files;  ///< Ordered by their bytes; folders are not among them.
  std::vector<Obstacle> obstacles;
};

/// Does `text` hold one of `*`, `?` and `[`?
bool has_wildcard(std::string_view text);

/// The files that match `pattern`: `*`, `?` and `[a-z]` within a folder, `**` for any number of
/// folders. A wildcard does not match a leading full stop, `**` does not go through symbolic links.
/// SUSPENDS: never; call it in `blocking`.
Matches match_files(const std::string& pattern);

/// Does a wildcard match a leading full stop?
enum class HiddenNames : uint8_t { kMatch, kDoNotMatch };

/// Is `path` one of those that `pattern` stands for, by its text alone? `**` is any number of
/// folders, also at the end; a pattern without a slash is compared with the name of the file,
/// whatever folder that is in.
bool path_matches(std::string_view path, std::string_view pattern,
                  HiddenNames hidden = HiddenNames::kMatch);

/// The names in `folder` ("" is the current one), without "." and "..", ordered by their bytes;
/// errno in `error`, or 0.
std::vector<std::string> list_folder(const std::string& folder, int& error);

/// What is wrong with `path`, which cannot be looked at for `error`: says so of symbolic links that
/// lead nowhere, else "".
std::string broken_link(const std::string& path, int error);

}  // namespace leat::io
