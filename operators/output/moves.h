// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Putting a staged file in place so that it can be taken back. What has been done is read from the
// folder, by the files' records, not remembered: whoever dies in the middle leaves all there is to
// know.
//
//                 staged name   kept name   target
//   to do         new           -           old (or nothing)
//   done          old           -           new         files were exchanged
//   done          -             old         new         where they cannot be: the old one linked
//   done          -             -           new         there was none, or it could not be kept
#pragma once

#include <expected>

#include "operators/output/journal.h"

namespace leat::io {

enum class MoveState : uint8_t {
  kToDo,
  kDone,
  kOvertaken,  ///< The target is neither old nor new: somebody wrote it since.
  kLost,       ///< Neither staged nor in place.
};

/// Or a negative errno. SUSPENDS.
std::expected<MoveState, int> state_of(const Folder& folder, const Move& move);

/// 0 or a negative errno; -EBUSY when somebody replaced the target at this moment. REQUIRES: the
/// state is kToDo. SUSPENDS.
int make_move(const Folder& folder, const Move& move);

/// Puts the old file back. 0 (also when nothing was done) or a negative errno; -ENOENT when the old
/// file was not kept. SUSPENDS.
int undo_move(const Folder& folder, const Move& move);

/// Removes the second names of the old file. REQUIRES: the move is durable, or was undone.
void remove_old(const Folder& folder, const Move& move);

}  // namespace leat::io
