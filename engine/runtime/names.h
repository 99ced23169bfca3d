// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Names of goroutines and channels: kept once each and for ever, so that a report may print one at
// any time.
#pragma once

#include <string_view>

namespace leat::runtime {

/// A copy of `name` that lives as long as the process; null for an empty one. THREADS: any.
const char* intern(std::string_view name);

}  // namespace leat::runtime
