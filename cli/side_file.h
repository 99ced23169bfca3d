// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// A file about a run beside its outputs: --report-json, --metrics. Readers (a collector that polls)
// see the old one or the new one, never a half.
#pragma once

#include <string>
#include <string_view>

#include "engine/error.h"

namespace leat::cli {

/// THREADS: main.
class SideFile {
 public:
  /// Looks that it can be written, before the run. ERRORS: kIo.
  static Result<SideFile> open(std::string path);
  SideFile(SideFile&& other) noexcept;
  SideFile& operator=(SideFile&&) = delete;
  /// Removes what was not finished.
  ~SideFile();

  /// Replaces the file, or the one that links lead to, by one that holds `text` and has its mode.
  /// Called once. ERRORS: kIo.
  Status write(std::string_view text);

 private:
  SideFile(std::string path, std::string staged, int descriptor)
      : path_(std::move(path)), staged_(std::move(staged)), descriptor_(descriptor) {}

  std::string path_;
  std::string staged_;   // empty: `path_` itself is written, a pipe or a device
  int descriptor_ = -1;  // -1: closed
};

}  // namespace leat::cli
