// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include "engine/error.h"

#include <system_error>

namespace leat {

std::string errno_text(int errno_value) { return std::generic_category().message(errno_value); }

}  // namespace leat
