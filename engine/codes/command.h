// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Codes E09xx: the command line, and tests of pipelines. See engine/code.h.
#pragma once

#include "engine/code.h"

#define LEAT_CODES_COMMAND(X)                                               \
  X(901, kUsage, "the command line is not understood")                      \
  X(902, kUnknownCommand, "there is no such command")                       \
  X(903, kUnknownFlag, "the command has no such option")                    \
  X(904, kArgumentValue, "an option of the command line has a wrong value") \
  X(905, kFileKind, "the command takes another kind of file")               \
  X(906, kExists, "the file or folder is there already")                    \
  X(907, kProjectName, "this cannot be the name of a project")              \
  X(908, kParamFile, "the file of parameters or variables is wrong")        \
  X(909, kTestForm, "a test is not written correctly")                      \
  X(910, kNoTests, "there are no tests")                                    \
  X(911, kOneLiner, "the one-line pipeline is not understood")              \
  X(912, kStdoutTaken, "standard output is needed for something else")      \
  X(913, kUnknownCode, "there is no such code")                             \
  X(914, kAdvice, "the machine could be set up better")

namespace leat::code {

LEAT_CODES_COMMAND(LEAT_DECLARE_CODE)

}  // namespace leat::code
