// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// A loop that several processors do at once.
#pragma once

#include <cstddef>
#include <functional>

namespace leat {

/// Cuts [0, count) into as many ranges as processors can work on at once, none of them much shorter
/// than `least`, and calls `body(begin, end)` for each, every one but the first on a goroutine of
/// its own. Returns when all have returned. On no goroutine the caller does it all. REQUIRES:
/// `body` does not throw. SUSPENDS
void parallel_for(size_t count, size_t least, const std::function<void(size_t, size_t)>& body);

}  // namespace leat
