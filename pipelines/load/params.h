// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// The values of a pipeline's parameters: given on the command line, or else their defaults, checked
// against their types.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "operators/data/type.h"
#include "operators/diagnostic.h"
#include "operators/environment.h"
#include "pipelines/load/spec.h"

namespace leat::pipelines {

/// Answers `${env:NAME}`.
using EnvironmentLookup = std::function<std::optional<std::string>(std::string_view)>;

/// A declared parameter. One whose value is missing or wrong (reported) is `broken` and stands as
/// NULL of its type, so that expressions which use it can be checked all the same.
struct Param {
  Type type = kUtf8Type;
  std::optional<std::string> text;  ///< nullopt: NULL.
  bool broken = false;
};

using ParamTable = std::map<std::string, Param, std::less<>>;

/// Reports unknown types, values of the wrong type, missing values, and values for parameters that
/// do not exist.
ParamTable resolve_params(const Spec& spec,
                          const std::vector<std::pair<std::string, std::string>>& given,
                          const EnvironmentLookup& environment, Diagnostics& diagnostics);

/// The parameters as expressions see them.
expr::Environment expression_environment(const ParamTable& params, int64_t now);

}  // namespace leat::pipelines
