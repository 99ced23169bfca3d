// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// What to write instead of a text that names no type.
#pragma once

#include <string>
#include <string_view>

namespace leat {

/// The hint beside "'...' is not a type". REQUIRES: parse_type(text) has no value.
std::string type_hint(std::string_view text);

}  // namespace leat
