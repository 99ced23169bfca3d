// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// What an encoder makes of a batch whose rows go to many files: the records of each file together,
// behind its name. Lanes put it together, the committer takes it apart.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "operators/context.h"
#include "operators/targets/path_pattern.h"

namespace leat::io {

/// The records of one batch that go to one file, or to its parts.
struct PartitionFrame {
  std::string_view name;  ///< As PathPattern::put_name makes it.
  uint64_t rows = 0;
  std::string_view records;
  const char* ends = nullptr;  ///< Where each record ends in `records`, as uint64_t not aligned.

  uint64_t end_of(uint64_t record) const;
};

/// Sorts the records of batches by file. THREADS: one.
class PartitionFrames {
 public:
  PartitionFrames(const PathPattern& pattern, MemoryAccount& memory)
      : pattern_(pattern), memory_(memory) {}

  /// Names the file of each selected row. Rows whose names are too long are appended to `faults`.
  void name_rows(const Batch& batch, std::vector<RowFault>& faults);
  /// `text` holds the records of the rows named last; `ends` says where each ends, in order. Rows
  /// in `faults` are left out. ERRORS: kMemory.
  Result<BufferRef> put_together(const Batch& batch, std::string_view text,
                                 const std::vector<uint64_t>& ends,
                                 const std::vector<RowFault>& faults);

 private:
  struct Group {
    size_t name = 0;  // offset in names_
    size_t name_bytes = 0;
    uint64_t rows = 0;
    uint64_t bytes = 0;
    size_t records_at = 0;  // while the buffer is filled: where the next record goes
    size_t ends_at = 0;
  };
  static constexpr uint32_t kNone = UINT32_MAX;

  uint32_t group_of(size_t name_begin);
  void take_out(const Batch& batch, const std::vector<RowFault>& faults);
  size_t lay_out();

  const PathPattern& pattern_;
  MemoryAccount& memory_;
  std::string names_;
  std::vector<Group> groups_;      // in the order of their first rows
  std::vector<uint32_t> slots_;    // a hash table of groups
  std::vector<uint32_t> of_rows_;  // the group of each selected row
};

/// The frames of what put_together made.
class PartitionReader {
 public:
  explicit PartitionReader(const BufferRef& bytes);
  /// Nullopt behind the last.
  std::optional<PartitionFrame> next();

 private:
  const char* at_;
  uint64_t left_;
};

}  // namespace leat::io
