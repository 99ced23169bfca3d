// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Files with values for a pipeline: --params and --env-file.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "engine/error.h"
#include "operators/diagnostic.h"
#include "pipelines/text/document.h"

namespace leat::cli {

/// The parameters in a mapping of names to values, in YAML or JSON. A list is `[a, b]`, as on the
/// command line.
std::vector<std::pair<std::string, std::string>> read_params(const pipelines::Document& document,
                                                             Diagnostics& diagnostics);

using Variables = std::map<std::string, std::string, std::less<>>;

/// Lines NAME=VALUE. Empty lines and those that begin with '#' are left out; `export ` may stand
/// before a name, and a value may stand in quotes. ERRORS: kInvalid, with the place of the line.
Result<Variables> parse_env_file(std::string_view text, const std::string& file);

}  // namespace leat::cli
