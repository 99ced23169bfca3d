// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Codes E05xx: options of operators. See engine/code.h.
#pragma once

#include "engine/code.h"

#define LEAT_CODES_OPTION(X)                                                    \
  X(501, kUnknownOption, "the operator has no such option")                     \
  X(502, kOptionMissing, "an option is missing")                                \
  X(503, kOptionShape, "the value of an option has the wrong shape")            \
  X(504, kOptionValue, "an option has no such value")                           \
  X(505, kOptionEmpty, "an option is empty")                                    \
  X(506, kOptionsExclude, "options exclude each other")                         \
  X(507, kOptionIdle, "an option would have no effect")                         \
  X(508, kNameMissing, "a column needs a name")                                 \
  X(509, kNamedTwice, "something is named twice")                               \
  X(510, kColumnDeclaration, "the declaration of a column is wrong")            \
  X(511, kBadCharacter, "a character cannot be used as a delimiter or a quote") \
  X(512, kPathPlaceholder, "a placeholder in a path is wrong")                  \
  X(513, kPathColumns, "a path does not give the columns it should")            \
  X(514, kNoColumns, "no column is left")                                       \
  X(515, kInlineRows, "rows that are written in the pipeline are wrong")        \
  X(516, kGroupingSets, "the grouping sets are wrong")                          \
  X(517, kBuckets, "the edges of buckets are wrong")                            \
  X(518, kLookupTable, "the table of a lookup is wrong")                        \
  X(519, kPositions, "the positions of columns are wrong")                      \
  X(520, kCellRange, "the range of cells is wrong")                             \
  X(521, kRecordsPath, "the path to the records is wrong")                      \
  X(522, kInputsDiffer, "the inputs have different columns")                    \
  X(523, kNoSheet, "there is no such sheet")

namespace leat::code {

LEAT_CODES_OPTION(LEAT_DECLARE_CODE)

}  // namespace leat::code
