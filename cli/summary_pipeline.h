// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// The pipeline behind `leat summarize`.
#pragma once

#include <cstdint>
#include <string>

#include "operators/data/type.h"

namespace leat::cli {

inline constexpr int64_t kSummaryColumnsMax = 100'000;

/// A pipeline that reads `path`, whose columns are `schema`, and has a row for each column: its
/// type, how many values are NULL and how many differ, the least, the greatest, the mean, quartiles
/// and the commonest.
std::string summary_pipeline(const std::string& path, const Schema& schema);

}  // namespace leat::cli
