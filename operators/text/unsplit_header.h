// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// What the columns of a file show that was read with the wrong delimiter. See unsplit_header.cpp.
#pragma once

#include <string>
#include <vector>

namespace leat::io {

/// What to do if the only one of `columns` looks like a header that was not taken apart; empty if
/// it does not. For whoever does not find a column.
std::string unsplit_header_hint(const std::vector<std::string>& columns);

}  // namespace leat::io
