// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// How pipelines are laid out (`leat fmt`). See layout.cpp.
#pragma once

#include <string>

#include "engine/error.h"
#include "pipelines/text/document.h"

namespace leat::pipelines {

/// The text of the pipeline in its canonical layout; laid out again it stays as it is. It means the
/// same. REQUIRES: parse_tree() accepts `document`, which includes nothing. ERRORS: kInvalid for
/// forms of YAML that cannot be laid out.
Result<std::string> laid_out(const Document& document);

}  // namespace leat::pipelines
