// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Where the state of a run goes when memory has run out: a few files without names in one folder,
// which writers share by extents. See spill_area.cpp; what stands in the files is spill_run.h's.
#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <deque>
#include <limits>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

#include "engine/error.h"
#include "engine/sync.h"
#include "operators/output/file_calls.h"
#include "operators/state/spill/spill_calls.h"

namespace leat::state {

struct SpillOptions {
  std::string dir;  ///< Empty: the first of $TMPDIR, /var/tmp and /tmp that is a disk.
  uint64_t bytes_max = std::numeric_limits<uint64_t>::max();  ///< On disk at once.
  bool compress = true;
};

/// A stretch of one of the area's files.
struct SpillExtent {
  int file = 0;  ///< A descriptor of the area.
  uint64_t begin = 0;
  uint64_t bytes = 0;
};

/// Where the files will be: `options.dir`, or the first usual folder that is a disk; nullopt when
/// there is none. SUSPENDS
std::optional<std::string> spill_folder(const SpillOptions& options);

/// Outlives all that is written to it. THREADS: any.
class SpillArea {
 public:
  /// `lane_bytes` is what a lane may hold before it spills without having been refused. Null when
  /// no folder is named and none of the usual ones is a disk. ERRORS: kIo when `options.dir` cannot
  /// hold files, or is no disk. SUSPENDS
  static Result<std::unique_ptr<SpillArea>> open(const SpillOptions& options, size_t lane_bytes,
                                                 SpillCalls calls = SpillCalls());

  SpillArea(std::string dir, const SpillOptions& options, size_t lane_bytes, SpillCalls calls)
      : dir_(std::move(dir)),
        options_(options),
        lane_bytes_(lane_bytes),
        calls_(std::move(calls)) {}
  SpillArea(const SpillArea&) = delete;
  SpillArea& operator=(const SpillArea&) = delete;

  /// The share of memory of one lane of a stage that can spill, in bytes.
  size_t lane_bytes() const { return lane_bytes_; }
  bool compresses() const { return options_.compress; }
  const std::string& dir() const { return dir_; }
  /// Bytes written and not yet given back.
  uint64_t used() const { return used_.load(std::memory_order_relaxed); }

  /// The number of a file for one more writer. ERRORS: kIo. SUSPENDS
  Result<size_t> choose_file();
  /// Room for `bytes` at the end of a file. REQUIRES: `file` comes from choose_file.
  SpillExtent reserve(size_t file, uint64_t bytes);
  /// Writes at `offset` of a reserved extent. ERRORS: kIo, also when `settings.spill.max` would be
  /// exceeded. SUSPENDS
  Status write(const SpillExtent& extent, uint64_t offset, std::string_view bytes);
  /// Nothing more is written to the extent: it goes to the disk and out of the page cache, as those
  /// before it. ERRORS: kIo. SUSPENDS
  Status close(const SpillExtent& extent);
  /// Reads all of `bytes` at `offset`. ERRORS: kIo, also when the file is shorter. SUSPENDS
  Status read(int file, uint64_t offset, void* out, size_t bytes) const;
  void read_ahead(int file, uint64_t offset, uint64_t bytes) const noexcept {
    calls_.read_ahead(file, offset, bytes);
  }
  /// An extent of which `written` bytes were used is not read any more.
  void release(const SpillExtent& extent, uint64_t written) noexcept;

  /// What is wrong with bytes that were read back.
  std::unexpected<Error> damaged(std::string_view what) const;

 private:
  /// Files of a run: several, as the system lets one writer at a time into each.
  static constexpr size_t kFiles = 8;
  struct File {
    io::Descriptor descriptor;
    std::atomic<uint64_t> end{0};
  };

  std::unexpected<Error> failed(std::string_view what, int error) const;

  const std::string dir_;
  const SpillOptions options_;
  const size_t lane_bytes_;
  const SpillCalls calls_;
  std::atomic<uint64_t> used_{0};
  Mutex opening_;
  std::array<File, kFiles> files_;
  size_t chosen_ = 0;        // guarded by opening_
  std::mutex behind_mutex_;  // guards the next two
  std::deque<SpillExtent> behind_;
  uint64_t behind_bytes_ = 0;
};

/// The refusal `error` as it is for a stage that could have written to disk: names the setting when
/// there is no `area`.
Error without_area(Error error, const SpillArea* area);

}  // namespace leat::state
