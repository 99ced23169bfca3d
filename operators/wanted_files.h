// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Which files a condition on rows can want, by what their paths say. See wanted_files.cpp.
#pragma once

#include <vector>

#include "operators/environment.h"
#include "operators/input/path_columns.h"

namespace leat {

/// Which of `count` inputs can have rows for which `where` is true, a condition on rows of `schema`
/// that stands in a pipeline without mistakes. What cannot be told without rows can.
std::vector<bool> wanted_files(const io::PathColumns& paths, size_t count, const SourceText& where,
                               const SchemaRef& schema, const expr::Environment& environment);

}  // namespace leat
