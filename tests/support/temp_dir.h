// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// A directory of its own for a test, removed with all it holds when the test ends.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace leat::test {

class TempDir {
 public:
  TempDir();
  ~TempDir();
  TempDir(const TempDir&) = delete;
  TempDir& operator=(const TempDir&) = delete;

  const std::string& path() const { return path_; }

  /// The path of `name` inside the directory, whether or not it exists.
  std::string file(std::string_view name) const;

  /// Writes `content` to the file `name`, making the folders above it. Returns its path.
  std::string write(std::string_view name, std::string_view content) const;

  /// The content of the file `name`; a missing file fails the test.
  std::string read(std::string_view name) const;

  bool exists(std::string_view name) const;

  /// The names of all files below the directory, with `/`, in ascending order.
  std::vector<std::string> list() const;

 private:
  std::string path_;
};

}  // namespace leat::test
