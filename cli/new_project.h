// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// The files of a new plugin project, as `leat new operator` writes them.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace leat::cli {

/// What `--kind` may be.
std::span<const std::string_view> project_kinds();

/// Names and contents of the files of a project for the operator or function `vendor.name`.
/// REQUIRES: both are words of small letters; `kind` is one of project_kinds().
std::vector<std::pair<std::string, std::string>> project_files(std::string_view vendor,
                                                               std::string_view name,
                                                               std::string_view kind);

}  // namespace leat::cli
