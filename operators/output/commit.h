// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// The commit of a run's staged files: what can be tested is tested first, under the locks of all
// folders; then one output is renamed, and several are decided upon in a journal (decision.h).
#pragma once

#include <string>
#include <vector>

#include "operators/output/decision.h"
#include "operators/output/notes.h"
#include "operators/output/staged_file.h"

namespace leat::io {

/// A staged file that is prepared.
struct Output {
  const Staging* staging = nullptr;
  IfExists if_exists = IfExists::kReplace;
};

/// `id`: of the run. The journal lies in the first of `homes`, should there be any: in folders
/// where a later run looks, whatever its own outputs are. SUSPENDS (waits for commits of other
/// runs).
Carried commit_outputs(const std::string& id, const std::vector<Output>& outputs,
                       const std::vector<FolderRef>& homes, Notes& notes);

}  // namespace leat::io
