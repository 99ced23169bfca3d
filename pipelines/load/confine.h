// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// What a pipeline that is not trusted may name. See confine.cpp.
#pragma once

#include <set>
#include <string>

#include "operators/diagnostic.h"
#include "pipelines/load/spec.h"

namespace leat::pipelines {

/// A pipeline that is not trusted.
struct Confinement {
  std::set<std::string, std::less<>> environment;  ///< The variables it may ask for.
};

/// Reports a path that leads out of the folder in which leat runs; false then.
bool is_confined(const SourceText& path, Diagnostics& diagnostics);

/// Reports every path of `spec` that leads out of the folder in which leat runs, itself or by a
/// link, and marks its stage broken: nothing opens it. REQUIRES: the options were interpolated.
void confine_paths(Spec& spec, Diagnostics& diagnostics);

}  // namespace leat::pipelines
