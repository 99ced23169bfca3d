// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// What sinks that write files have in common: the target's options, the committer, and the encoder
// round a format.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "operators/operator.h"
#include "operators/output/output_transaction.h"
#include "operators/output/packer.h"

namespace leat::io {

/// Where a sink writes.
struct FileTarget {
  std::string path;  ///< `-` is standard output, which `stdout` becomes, too.
  IfExists if_exists = IfExists::kReplace;
  std::string header;  ///< Comes before all records.
  Packing packing;
  std::string footer = {};  ///< Comes behind all records, and when there are none.
  /// So many bytes at the beginning of the first record are left out: what separates it from the
  /// one before.
  size_t separator_bytes = 0;
};

/// The options that every file sink has.
inline constexpr OptionDef kTargetOption = {
    .name = "path",
    .doc = "File to write, or '-' or 'stdout' for standard output. Missing folders are made.",
    .required = true};
inline constexpr std::string_view kIfExistsChoices[] = {"replace", "error"};
inline constexpr OptionDef kIfExistsOption = {
    .name = "if_exists",
    .type = OptionType::kChoice,
    .doc =
        "What to do when the file exists: replace it when the run succeeds, or fail at the start.",
    .default_text = "replace",
    .choices = kIfExistsChoices};
inline constexpr std::string_view kCompressionChoices[] = {"auto", "none", "gzip", "zstd"};
inline constexpr OptionDef kCompressionOption = {
    .name = "compression",
    .type = OptionType::kChoice,
    .doc =
        "How the file is compressed; `auto`: as its name says, `.gz` or `.zst`. The bytes are "
        "the same at any number of processors.",
    .default_text = "auto",
    .choices = kCompressionChoices};
inline constexpr OptionDef kLevelOption = {
    .name = "level",
    .type = OptionType::kInteger,
    .doc =
        "How hard to compress: gzip from 1 to 9, zstd from 1 to 19. Left out: 6 for gzip, 3 for "
        "zstd.",
    .minimum = 1,
    .maximum = 19};

/// Memory that a file sink needs at least, packing included: a part under way and its growth, and
/// two blocks with what becomes of them.
size_t sink_memory(const FileTarget& target);

/// Reads the options above.
/// Returns nullopt after reporting a path that names no file, or packing that cannot be.
std::optional<FileTarget> read_target(const OptionValues& options, Diagnostics& diagnostics);

/// The path of the options above as BoundOperator::target has it.
SourceText target_of(const OptionValues& options);

/// False, after reporting, when `input` has no columns: there would be nothing to write.
bool has_columns(const Schema& input, const OptionValues& options, Diagnostics& diagnostics);

/// Writes parts to a staged file of the run's transaction, which makes it visible.
std::unique_ptr<Committer> make_file_committer(FileTarget target, const StageContext& context);

/// in = written + skipped + rejected, written = committed.
std::vector<Equation> sink_equations();

/// An encoder round `Format`, which has `Result<BufferRef> encode(const Batch&,
/// std::vector<RowFault>&)`.
template <typename Format>
class FormatEncoder final : public Encoder {
 public:
  FormatEncoder(const LaneContext& context, Format format)
      : context_(context), format_(std::move(format)) {}

  Result<BufferRef> encode(const Batch& batch) override {
    std::vector<RowFault> faults;
    LEAT_TRY_ASSIGN(BufferRef bytes, format_.encode(batch, faults));
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
  LaneContext context_;
  Format format_;
};

}  // namespace leat::io
