// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// The committer of a sink whose rows go to many files. See many_files.cpp.
#pragma once

#include <memory>
#include <string>

#include "operators/targets/file_target.h"

namespace leat::io {

/// Opens the manifest of a sink with this `if_exists`: it lists the files of one run. SUSPENDS.
/// ERRORS: as OutputTransaction::stage.
Result<StagedFile*> stage_manifest(const std::string& path, IfExists if_exists,
                                   const StageContext& context);

/// Writes what PartitionFrames puts together. REQUIRES: the target has a pattern.
std::unique_ptr<Committer> make_many_files(FileTarget target, const StageContext& context);

}  // namespace leat::io
