// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// The files a pipeline is made of: its own, and those that it includes.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "operators/diagnostic.h"
#include "operators/options.h"
#include "pipelines/text/document.h"

namespace leat::pipelines {

struct Confinement;

/// The trees of all files, with places in one document.
struct Sources {
  OptionNode root;                        ///< Of the pipeline's own file.
  std::vector<OptionNode> included;       ///< Each behind those it includes itself.
  std::optional<OptionNode> connections;  ///< Of the file that whoever runs it names.
  /// Collections whose contents are not what was meant (cut_values.h).
  std::vector<Span> cuts;
};

/// Parses the own file of `document`, and reads, appends and parses what it includes. A file that
/// is included several times is read once. Paths are relative to the folder of the file that has
/// them; `confinement` (may be null) keeps them below the folder in which leat runs. `connections`
/// is a file of them; empty: there is none. Returns nullopt when the pipeline's own file could not
/// be parsed; goes on behind mistakes in others. SUSPENDS (blocking).
std::optional<Sources> read_sources(Document& document, const Confinement* confinement,
                                    const std::string& connections, Diagnostics& diagnostics);

}  // namespace leat::pipelines
