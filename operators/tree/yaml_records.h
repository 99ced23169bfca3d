// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// The records in files of YAML. See yaml_records.cpp.
#pragma once

#include <memory>

#include "operators/json/json_path.h"
#include "operators/tree/tree_source.h"

namespace leat::io {

/// The maps that `path` leads to in each document of a file. What is plain is text without quotes,
/// so its type is guessed; `null`, `~` and nothing are null.
std::shared_ptr<const TreeFormat> make_yaml_format(JsonPath path);

}  // namespace leat::io
