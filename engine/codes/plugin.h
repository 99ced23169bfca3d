// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Codes E08xx: plugins and libraries. See engine/code.h.
#pragma once

#include "engine/code.h"

#define LEAT_CODES_PLUGIN(X)                                               \
  X(801, kPluginNotFound, "there is no such plugin")                       \
  X(802, kPluginNotLoaded, "the plugin cannot be loaded")                  \
  X(803, kPluginRefused, "the plugin is not trusted")                      \
  X(804, kPluginUnusable, "the plugin does not fit this leat")             \
  X(805, kPluginContract, "the plugin broke its contract")                 \
  X(806, kPluginThrew, "the plugin threw an exception")                    \
  X(807, kPluginFailed, "the plugin reported an error, or rejected a row") \
  X(808, kPluginMistake, "the plugin refuses an option")                   \
  X(809, kArrow, "a batch cannot be exchanged with a plugin")              \
  X(810, kUnchecked, "stages were not checked")                            \
  X(811, kLibraryMissing, "a library is missing")                          \
  X(812, kUnknownOutcome, "it is not known whether a target was changed")

namespace leat::code {

LEAT_CODES_PLUGIN(LEAT_DECLARE_CODE)

}  // namespace leat::code
