// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include "engine/blocking.h"

#include "engine/runtime/handoff.h"
#include "engine/runtime/stack.h"

namespace leat::runtime {

BlockingScope::BlockingScope() {
  if (G* g = current_g()) enter_blocking(g);
}

BlockingScope::~BlockingScope() {
  if (G* g = current_g()) exit_blocking(g);
}

}  // namespace leat::runtime
