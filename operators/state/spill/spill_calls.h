// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// The system calls of spilling as goroutines make them. Apart from those of outputs
// (operators/output/file_calls.h): what is spilled needs no names, locks or rights, and no test of
// outputs wants holes and stretches. The same hooks make the n-th call fail.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

#include "operators/output/file_calls.h"

namespace leat::state {

/// Each function returns 0 (or a number of bytes) or a negative errno, and goes on after
/// interruptions. `path` is for the hook. SUSPENDS (all but those that return nothing). THREADS:
/// any, if the hook allows it.
class SpillCalls {
 public:
  explicit SpillCalls(io::FileHook hook = {}) : hook_(std::move(hook)) {}

  /// A file of mode 0600 in `folder`, open to read and write, that has no name and is gone with its
  /// last descriptor. Where the file system has no such files it has a name for a moment.
  io::Descriptor open_unnamed(const std::string& folder) const;
  /// Writes all of `bytes` at `offset`.
  int write_at(int descriptor, std::string_view bytes, uint64_t offset,
               const std::string& path) const;
  /// Reads up to `bytes` bytes at `offset` into `out`; returns how many there were.
  int64_t read_at(int descriptor, void* out, size_t bytes, uint64_t offset,
                  const std::string& path) const;
  /// Begins to write a stretch of the file to the disk, and does not wait for it.
  int begin_sync(int descriptor, uint64_t offset, uint64_t bytes, const std::string& path) const;
  /// Waits until a stretch of the file is on the disk, then takes it out of the page cache, where
  /// it would count against the process's limits.
  int settle(int descriptor, uint64_t offset, uint64_t bytes, const std::string& path) const;
  /// Has the system read a stretch of the file ahead. A hint: errors do not matter.
  void read_ahead(int descriptor, uint64_t offset, uint64_t bytes) const noexcept;
  /// Gives the blocks of a stretch of the file back to the file system, if it can do that.
  void punch(int descriptor, uint64_t offset, uint64_t bytes) const noexcept;

 private:
  int refused(io::FileCall call, const std::string& path) const {
    return hook_ ? -hook_(call, path) : 0;
  }

  io::FileHook hook_;
};

}  // namespace leat::state
