// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Codes E02xx: names, and what stages read. See engine/code.h.
#pragma once

#include "engine/code.h"

#define LEAT_CODES_GRAPH(X)                                                    \
  X(201, kUnknownStage, "there is no such stage")                              \
  X(202, kAmbiguousStage, "several stages could be meant")                     \
  X(203, kStageTwice, "two stages have the same name")                         \
  X(204, kBadName, "this cannot be a name")                                    \
  X(205, kUnknownPort, "the stage has no such port")                           \
  X(206, kNothingToRead, "a stage has nothing to read")                        \
  X(207, kRowsUnread, "nothing reads the rows of a stage")                     \
  X(208, kRejectsUnread, "nothing reads the rejects of a stage")               \
  X(209, kCycle, "stages read each other in a circle")                         \
  X(210, kNoRowsLeave, "a stage reads a sink, which no rows leave")            \
  X(211, kSourceReads, "a source has a 'from'")                                \
  X(212, kInputsForm, "the stage takes other inputs than it is given")         \
  X(213, kOnErrorPlace, "the 'on_error' does not fit the stage")               \
  X(214, kUnknownOperator, "there is no such operator")                        \
  X(215, kUnknownParameter, "there is no such parameter")                      \
  X(216, kParameterUnset, "a parameter has no value")                          \
  X(217, kParameterType, "the value is not of the type of the parameter")      \
  X(218, kParameterPlace, "a parameter cannot be used here")                   \
  X(219, kReferenceForm, "a ${...} names nothing")                             \
  X(220, kEnvironment, "an environment variable is not set, or is no text")    \
  X(221, kUntrusted, "an untrusted pipeline asks for what it may not have")    \
  X(222, kUnknownGroup, "there is no such group")                              \
  X(223, kGroupRecursion, "a group uses itself")                               \
  X(224, kGroupInputs, "a group is given other inputs than it has")            \
  X(225, kDeclaredTwice, "a parameter or a group is declared twice")           \
  X(226, kOrderOfRows, "the branches of a union have no common order of rows") \
  X(227, kUnknownConnection, "there is no such connection")                    \
  X(228, kConnectionForm, "what a connection says is wrong")                   \
  X(229, kUnusedConnection, "nothing uses a connection")                       \
  X(230, kSecretFile, "the file of a secret cannot be read")                   \
  X(231, kConnectionFailed, "a connection cannot be made")

namespace leat::code {

LEAT_CODES_GRAPH(LEAT_DECLARE_CODE)

}  // namespace leat::code
