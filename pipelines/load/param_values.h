// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// What may be written as the value of a parameter of some type.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "operators/data/type.h"
#include "operators/diagnostic.h"
#include "operators/options.h"

namespace leat::pipelines {

/// Can a parameter have the type: a scalar that is read from text, or a list of such?
bool is_param_type(const Type& type);

/// Is `text` a value of a scalar type?
bool is_value_of(const Type& type, std::string_view text);

/// A list as a cast to `type` reads it, of a YAML list or one value. Returns nullopt after
/// reporting the elements that are no values. REQUIRES: is_param_type, a list.
std::optional<std::string> list_of_node(const OptionNode& node, const Type& type,
                                        Diagnostics& diagnostics);

/// The same of a text, as it is given on the command line: a YAML list `[a, b]`, or one value.
/// Mistakes stand at `where`.
std::optional<std::string> list_of_text(const std::string& text, const Type& type, Span where,
                                        Diagnostics& diagnostics);

}  // namespace leat::pipelines
