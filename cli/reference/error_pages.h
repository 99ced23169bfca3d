// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// The pages of docs/errors/, which CMake compiles in.
#pragma once

#include <string_view>

#include "engine/code.h"

namespace leat::cli {

/// What a code means, with an example that is wrong and one that is right, in Markdown. REQUIRES: a
/// code of all_codes().
std::string_view error_page(Code number);

}  // namespace leat::cli
