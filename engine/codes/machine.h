// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Codes E07xx: memory, spilling and the limits of the machine. See engine/code.h.
#pragma once

#include "engine/code.h"

#define LEAT_CODES_MACHINE(X)                                                               \
  X(701, kMemoryLimit, "the memory limit is reached")                                       \
  X(702, kMemoryTooSmall, "the memory limit is less than the pipeline needs")               \
  X(703, kMemoryAboveContainer, "the memory limit is more than the container has")          \
  X(704, kMemoryRefused, "the operating system refuses more memory")                        \
  X(705, kTooManyRows, "there are more rows, groups, elements or columns than can be held") \
  X(706, kSpillFolder, "the folder for spilled rows cannot be used")                        \
  X(707, kSpillLimit, "more would be spilled than allowed")                                 \
  X(708, kSpillDamaged, "what was spilled cannot be read back")                             \
  X(709, kSandbox, "the sandbox cannot be entered")                                         \
  X(710, kInterrupted, "the run was stopped")                                               \
  X(711, kLedger, "the ledger does not balance")                                            \
  X(712, kInternal, "leat is at fault")

namespace leat::code {

LEAT_CODES_MACHINE(LEAT_DECLARE_CODE)

}  // namespace leat::code
