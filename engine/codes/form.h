// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Codes E01xx: the text of a pipeline: YAML, its keys, and the form of stages. See engine/code.h.
#pragma once

#include "engine/code.h"

#define LEAT_CODES_FORM(X)                                                              \
  X(101, kYamlSyntax, "the YAML cannot be read")                                        \
  X(102, kTab, "a tab indents a line")                                                  \
  X(103, kUnclosed, "a quote or a bracket is never closed")                             \
  X(104, kNeedsQuotes, "YAML reads the value as something else: it needs quotes")       \
  X(105, kCommentCuts, "' #' begins a comment and cuts the value off")                  \
  X(106, kUnknownEscape, "a backslash is followed by what YAML does not know")          \
  X(107, kIndentation, "a line does not fit the indentation above it")                  \
  X(108, kAlias, "an alias or a merge key refers to nothing it can repeat")             \
  X(109, kTag, "a YAML tag has no meaning in a pipeline")                               \
  X(110, kNotUtf8, "the text is not valid UTF-8")                                       \
  X(111, kControlCharacter, "a control character stands in the text")                   \
  X(112, kTooLarge, "the pipeline is too long or nested too deeply")                    \
  X(113, kEmptyFile, "the file holds no pipeline")                                      \
  X(114, kSecondDocument, "the file holds a second YAML document")                      \
  X(115, kKeyTwice, "a key is written twice")                                           \
  X(116, kUnknownKey, "there is no such key")                                           \
  X(117, kReservedKey, "the key is reserved for later versions")                        \
  X(118, kNoValue, "a key has no value")                                                \
  X(119, kWrongShape, "a scalar, a list or a mapping stands where another one belongs") \
  X(120, kNoStages, "the pipeline has no stages")                                       \
  X(121, kStageForm, "the item is not a stage")                                         \
  X(122, kSecondOperator, "a stage has two operators")                                  \
  X(123, kMisplaced, "a key stands at the wrong level")                                 \
  X(124, kSettingValue, "a setting has no such value")                                  \
  X(125, kRequires, "the pipeline needs another version of leat")                       \
  X(126, kLayout, "the file cannot be laid out")

namespace leat::code {

LEAT_CODES_FORM(LEAT_DECLARE_CODE)

}  // namespace leat::code
