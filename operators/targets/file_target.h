// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Where a sink that writes files writes them, as its options say.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "operators/operator.h"
#include "operators/output/output_transaction.h"
#include "operators/targets/output_part.h"
#include "operators/targets/path_pattern.h"

namespace leat::io {

struct FileTarget {
  std::string path;  ///< `-` is standard output, which `stdout` becomes, too.
  IfExists if_exists = IfExists::kReplace;
  PartStyle style;
  /// With placeholders: the rows go to many files.
  std::optional<PathPattern> pattern = {};
  uint64_t max_rows = 0;  ///< Of a part; 0: any number.
  uint64_t max_bytes = 0;
  size_t max_open = 0;
  std::optional<std::string> manifest = {};
  /// The rows as they are written, and which columns of the input that is; empty: all.
  SchemaRef schema = nullptr;
  std::vector<size_t> columns = {};
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
inline constexpr std::string_view kCompressionChoices[] = {"auto", "none",  "gzip", "zstd",
                                                           "lz4",  "bzip2", "xz"};
inline constexpr OptionDef kCompressionOption = {
    .name = "compression",
    .type = OptionType::kChoice,
    .doc =
        "How the file is compressed; `auto`: as its name says, `.gz`, `.zst`, `.lz4`, `.bz2` or "
        "`.xz`. The bytes are the same at any number of processors.",
    .default_text = "auto",
    .choices = kCompressionChoices};
inline constexpr OptionDef kLevelOption = {
    .name = "level",
    .type = OptionType::kInteger,
    .doc =
        "How hard to compress: gzip, bzip2 and xz from 1 to 9, zstd from 1 to 19, lz4 from 1 to "
        "12. Left out: 6 for gzip and xz, 3 for zstd, 1 for lz4, 9 for bzip2.",
    .minimum = 1,
    .maximum = 19};

/// What those have in their place, and beside it, whose rows may go to many files.
inline constexpr OptionDef kTargetsOption = {
    .name = "path",
    .doc =
        "File to write, or '-' or 'stdout' for standard output. Missing folders are made. With "
        "`{column}` in it there is a file for each value, with `{part}` or `{part:05}` one for "
        "each "
        "part.",
    .required = true};
inline constexpr std::string_view kIfExistChoices[] = {"replace", "error", "append"};
inline constexpr OptionDef kIfExistOption = {
    .name = "if_exists",
    .type = OptionType::kChoice,
    .doc =
        "What to do when a file exists: replace it when the run succeeds, fail, or write behind "
        "its "
        "rows, which must have the same columns; parts are numbered on then.",
    .default_text = "replace",
    .choices = kIfExistChoices};
inline constexpr std::string_view kPathColumnsChoices[] = {"drop", "keep"};
inline constexpr OptionDef kPathColumnsOption = {
    .name = "path_columns",
    .type = OptionType::kChoice,
    .doc =
        "Leave the columns that are in the path out of the rows, or keep them. Left out: those of "
        "folders `name={column}` go, others stay.",
    .choices = kPathColumnsChoices};
inline constexpr OptionDef kMaxRowsOption = {
    .name = "max_rows",
    .type = OptionType::kInteger,
    .doc = "Most rows of a part; needs `{part}` in the path.",
    .minimum = 1};
inline constexpr OptionDef kMaxBytesOption = {
    .name = "max_bytes",
    .doc =
        "Most bytes of the records of a part before compression, as `64MiB`; needs `{part}` in the "
        "path. A record that is longer is a part alone."};
inline constexpr OptionDef kMaxOpenOption = {
    .name = "max_open",
    .type = OptionType::kInteger,
    .doc = "Most files that are open at once; others are closed, and opened again for more rows.",
    .default_text = "100",
    .minimum = 1,
    .maximum = 100'000};
inline constexpr OptionDef kManifestOption = {
    .name = "manifest",
    .doc =
        "File that lists, as JSON, the files written with the rows of this run, their bytes and "
        "SHA-256, and the columns with their types."};

/// Memory that a file sink needs at least, packing included: a part under way and its growth, and
/// two blocks with what becomes of them.
size_t sink_memory(const FileTarget& target);

/// Reads path, if_exists, compression and level. Returns nullopt after reporting a path that names
/// no file, or packing that cannot be.
std::optional<FileTarget> read_target(const OptionValues& options, Diagnostics& diagnostics);

/// What the files of a sink are.
enum class TargetForm : uint8_t {
  kText,       ///< Text, which may be compressed, and appended to.
  kContainer,  ///< What PartStyle::container makes: there is no option `compression`.
};

/// Reads all of the options above, for rows of `input`. Returns nullopt after reporting.
std::optional<FileTarget> read_targets(const OptionValues& options, const SchemaRef& input,
                                       Diagnostics& diagnostics,
                                       TargetForm form = TargetForm::kText);

/// Reports, when the file is there and is to be appended to, that its header or keys are others.
/// REQUIRES: the style is complete.
void check_appending(const FileTarget& target, const OptionValues& options,
                     Diagnostics& diagnostics);

/// The path of the options above as BoundOperator::target has it.
SourceText target_of(const OptionValues& options);

/// False, after reporting, when `input` has no columns: there would be nothing to write.
bool has_columns(const Schema& input, const OptionValues& options, Diagnostics& diagnostics);

/// What the run is told of the target.
void describe_target(const FileTarget& target, const OptionValues& options, BoundOperator& bound);

}  // namespace leat::io
