// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// The list of a sink's files, as JSON, for whoever loads or checks them.
#pragma once

#include <span>
#include <string>

#include "operators/data/type.h"
#include "operators/targets/output_part.h"

namespace leat::io {

/// `schema`: of the rows as they are written. Ends with a line feed.
std::string manifest_text(std::span<const FileEntry> files, const Schema& schema);

}  // namespace leat::io
