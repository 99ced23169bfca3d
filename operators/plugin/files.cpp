// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Problem: which files are read, and when written ones appear, should be the same for all formats,
// also for those that a library brings; so it is leat that finds and stages them.
//
// Invariants:
//  1. The options are those of built-in sources and sinks, with their names, defaults and mistakes.
//  2. A source is given paths that it can open and read from anywhere in them.
//
// Rejected: a service that lists files (each plugin would have its own options and its own ideas of
// a pattern, and what is read in a run could not be said before it begins).
#include "operators/plugin/files.h"

#include <fmt/format.h>

#include "engine/codes/file.h"
#include "operators/input/byte_source.h"
#include "operators/input_choice.h"

namespace leat::plugin {
namespace {

constexpr OptionDef kSourceOptions[] = {
    {.name = "path",
     .type = OptionType::kTextList,
     .doc = "File, pattern (`data/*`, `data/**/*`) or list of these. The files of a pattern are "
            "read in the order of their names."},
    io::kFileColumnOption,
    {.name = "row_column", .doc = io::kRowColumnDoc},
    kExcludeOption,
    kNewerThanOption,
    kIfMissingOption,
    io::kFolderColumnsOption,
    io::kFilesFromOption,
    io::kIncrementalOption,
    io::kFullRefreshOption,
};

constexpr OptionDef kOneFileOptions[] = {
    io::kTargetOption,
    io::kIfExistsOption,
    io::kCompressionOption,
    io::kLevelOption,
};

constexpr OptionDef kManyFilesOptions[] = {
    io::kTargetsOption,  io::kIfExistsOption, io::kPathColumnsOption, io::kMaxRowsOption,
    io::kMaxBytesOption, io::kMaxOpenOption,  io::kManifestOption,
};

/// Has the input a path of its own? Reports one that has none.
bool has_path(const io::Input& input, const OptionValues& options, Diagnostics& diagnostics) {
  const bool is_stdin = input.name == io::kStdinName;
  if (!is_stdin && io::file_names({std::make_shared<const io::Input>(input)}).front() == input.name)
    return true;
  diagnostics.error(code::kCannotRead, options.span("path"),
                    is_stdin ? std::string("standard input cannot be read from anywhere in it, as "
                                           "this format needs")
                             : fmt::format("'{}' lies in an archive, in which this format cannot "
                                           "be read",
                                           input.name),
                    is_stdin ? "write it to a file first" : "unpack the archive first");
  return false;
}

}  // namespace

std::span<const OptionDef> file_options(const leat_operator& table) {
  if (table.kind == LEAT_SOURCE && (table.flags & LEAT_READS_FILES) != 0) return kSourceOptions;
  if (table.kind != LEAT_SINK) return {};
  if ((table.flags & LEAT_WRITES_FILES) != 0) return kManyFilesOptions;
  return (table.flags & LEAT_WRITES_FILE) != 0 ? std::span<const OptionDef>(kOneFileOptions)
                                               : std::span<const OptionDef>();
}

std::optional<SourceFiles> read_source_files(const OptionValues& options,
                                             const BindContext& context) {
  const size_t errors_before = context.diagnostics.count();
  auto extras = io::SourceExtras::read(options, "row_column", context.diagnostics,
                                       io::SourceExtras::Of::kBytes);
  const auto choice = read_input_choice(options, context, false);
  auto inputs = io::read_inputs(options, context, choice.value_or(io::InputChoice()));
  if (inputs && extras && choice)
    extras->read_paths(options, *inputs, *choice, context.diagnostics);
  if (inputs) {
    for (const auto& input : *inputs)
      if (!has_path(*input, options, context.diagnostics)) break;
  }
  if (context.diagnostics.count() > errors_before) return std::nullopt;
  return SourceFiles{std::move(*inputs), std::move(*extras)};
}

std::optional<io::FileTarget> read_sink_target(const leat_operator& table,
                                               const OptionValues& options, const SchemaRef& input,
                                               Diagnostics& diagnostics) {
  if ((table.flags & LEAT_WRITES_FILES) != 0)
    return io::read_targets(options, input, diagnostics, io::TargetForm::kContainer);
  return io::read_target(options, diagnostics);
}

}  // namespace leat::plugin
