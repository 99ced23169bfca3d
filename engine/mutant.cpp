// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include "engine/mutant.h"

#ifdef LEAT_MUTANTS
#include <cstdlib>
#include <string_view>

namespace leat {

bool mutant_enabled(const char* name) {
  static const char* const chosen = std::getenv("LEAT_MUTANT");
  return chosen != nullptr && std::string_view(chosen) == name;
}

}  // namespace leat
#endif
