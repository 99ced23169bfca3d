// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Carries out what a run decided: all of its outputs are put in place, or all are taken back.
//
// The order, each step durable before the next: staged files; pointers and the names of what is
// staged; the journal, which is the decision; the renames; then old files, the journal and the
// pointers go. When a rename fails, the journal is first marked withdrawn, then what was done is
// undone: without the mark the next run would roll forward what this one said had failed.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "engine/error.h"
#include "operators/output/journal.h"

namespace leat::io {

/// A journal with its folders, open, one for each that it names. REQUIRES, wherever it is used: the
/// locks of all of them are held.
struct Decision {
  Journal journal;
  std::vector<FolderRef> folders;

  const Folder& folder_of(const Move& move) const { return *folders[move.folder]; }
};

/// Which outputs are in place, all of them.
enum class Standing : uint8_t { kOld, kNew, kMixed };

/// What became of a run's outputs.
struct Carried {
  Standing standing = Standing::kOld;
  std::optional<Error> error;
  /// What to say of the outputs after an error, found out by looking at them.
  std::string text = "no output was changed";
  /// Its journal is still there: the next run has something to do.
  bool is_pending = false;
};

/// Writes the decision down and carries it out. SUSPENDS.
Carried decide(const Decision& decision);

/// Rolls a dead run's decision forward, or back where that cannot be. SUSPENDS.
Carried resume(const Decision& decision);

}  // namespace leat::io
