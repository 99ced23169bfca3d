// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// What sinks that write files have in common behind their options: the committer, and the encoder
// round a format.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include "operators/operator.h"
#include "operators/targets/file_target.h"
#include "operators/targets/partition_frames.h"

namespace leat::io {

/// Writes what encoders make to staged files of the run's transaction, which makes them visible.
std::unique_ptr<Committer> make_file_committer(FileTarget target, const StageContext& context);

/// in = written + skipped + rejected, written = committed.
std::vector<Equation> sink_equations();

/// The columns of `batch` that are written to `target`.
Batch written_columns(Batch batch, const FileTarget& target);

/// An encoder round `Format`, which has `Result<BufferRef> encode(const Batch&,
/// std::vector<RowFault>&, std::vector<uint64_t>* ends)`. `target` outlives it.
template <typename Format>
class FormatEncoder final : public Encoder {
 public:
  FormatEncoder(const FileTarget& target, const LaneContext& context, Format format)
      : target_(target), context_(context), format_(std::move(format)) {
    if (target.pattern) frames_.emplace(*target.pattern, context.memory);
  }

  Result<BufferRef> encode(const Batch& batch) override {
    std::vector<RowFault> faults;
    if (frames_) frames_->name_rows(batch, faults);
    LEAT_TRY_ASSIGN(BufferRef bytes, format_.encode(written_columns(batch, target_), faults,
                                                    frames_ ? &ends_ : nullptr));
    if (frames_) {
      const std::string_view text(bytes->as<char>(), bytes->size());
      LEAT_TRY_ASSIGN(bytes, frames_->put_together(batch, text, ends_, faults));
    }
    size_t rows = batch.rows();
    if (!faults.empty()) [[unlikely]] {
      LEAT_TRY_ASSIGN(Settled settled,
                      context_.faults.settle(batch, batch.selection(), std::move(faults)));
      if (settled.error) return std::unexpected(std::move(*settled.error));
      rows = settled.selection.count();
    }
    context_.ledger.add(Counter::kWritten, rows);
    return bytes;
  }

 private:
  const FileTarget& target_;
  LaneContext context_;
  Format format_;
  std::optional<PartitionFrames> frames_;  // when the rows go to many files
  std::vector<uint64_t> ends_;
};

}  // namespace leat::io
