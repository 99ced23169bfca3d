// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// The stages of a pipeline and who reads whom, as a picture. What runs is `leat explain`.
#pragma once

#include <string>
#include <string_view>

#include "pipelines/load/pipeline.h"

namespace leat::cli {

/// `format` is svg, mermaid or dot.
std::string graph_picture(const pipelines::Pipeline& pipeline, std::string_view format);

}  // namespace leat::cli
