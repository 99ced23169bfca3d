// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// The files that leat finds for sources of plugins, or stages for their sinks. See files.cpp.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "operators/input/source_options.h"
#include "operators/operator.h"
#include "operators/plugin/plugin_abi.h"
#include "operators/targets/file_target.h"

namespace leat::plugin {

/// What a source with LEAT_READS_FILES reads.
struct SourceFiles {
  io::Inputs inputs;
  io::SourceExtras extras;
};

/// The options that leat adds to those of an operator with these flags.
std::span<const OptionDef> file_options(const leat_operator& table);

/// The files that `options` name. nullopt after reporting what is wrong, and inputs that a library
/// cannot open by a path: standard input and members of archives.
std::optional<SourceFiles> read_source_files(const OptionValues& options,
                                             const BindContext& context);

/// Where a sink with LEAT_WRITES_FILE or LEAT_WRITES_FILES writes rows of `input`. nullopt after
/// reporting.
std::optional<io::FileTarget> read_sink_target(const leat_operator& table,
                                               const OptionValues& options, const SchemaRef& input,
                                               Diagnostics& diagnostics);

}  // namespace leat::plugin
