// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// What dead runs left in folders of outputs is finished, and what they left over is removed: before
// a run reads or stages anything there, and again under the locks before it decides itself, so that
// no earlier decision is carried out after a later one.
//
// Rules. (1) What is foreign or damaged (journal.h) is left alone and said in one line; it keeps
// nobody from working. (2) A pointer whose journal is not there belongs to a run that decided
// nothing, or is done. (3) A folder that cannot be reached, because it is not mounted, is no such
// proof: then the run is refused, for outputs would stay half old and half new. (4) Staged files
// that no journal needs go when their writer is dead.
#pragma once

#include <vector>

#include "engine/error.h"
#include "operators/output/folder_locks.h"

namespace leat::io {

/// Takes the locks of `folders` and brings them to rest. SUSPENDS. ERRORS: kIo (rule 3; a journal
/// of our own cannot be read); kCancelled.
Result<FolderLocks> settle(const std::vector<FolderRef>& folders, Notes& notes);

}  // namespace leat::io
