// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Codes E06xx: files and outputs. See engine/code.h.
#pragma once

#include "engine/code.h"

#define LEAT_CODES_FILE(X)                                                           \
  X(601, kNoFile, "there is no such file")                                           \
  X(602, kNoFileMatches, "no file is left to read")                                  \
  X(603, kCannotRead, "a file cannot be read")                                       \
  X(604, kIsFolder, "the path names a folder, not a file")                           \
  X(605, kBadPath, "this cannot be a path")                                          \
  X(606, kReadTwice, "an input would be read twice")                                 \
  X(607, kFileList, "the list of files cannot be used")                              \
  X(608, kArchiveMember, "a member of an archive cannot be read")                    \
  X(609, kDamaged, "a compressed file or an archive is damaged")                     \
  X(610, kExpandsTooMuch, "a file becomes too large when it is unpacked")            \
  X(611, kState, "the state of an incremental source cannot be used")                \
  X(612, kCannotWrite, "a file cannot be written")                                   \
  X(613, kDiskFull, "the disk is full")                                              \
  X(614, kWrittenTwice, "two stages write the same file")                            \
  X(615, kCannotAppend, "the file cannot be appended to")                            \
  X(616, kChangedMeanwhile, "an output was changed by somebody else during the run") \
  X(617, kLeftover, "an earlier run that died cannot be cleaned up after")

namespace leat::code {

LEAT_CODES_FILE(LEAT_DECLARE_CODE)

}  // namespace leat::code
