// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Colour of messages, on terminals only.
#pragma once

#include <string>
#include <string_view>

namespace leat::cli {

/// Should what goes to `descriptor` be coloured? `when` is auto, always or never; auto: it is a
/// terminal that knows colours, and NO_COLOR is not set.
bool wants_color(std::string_view when, int descriptor);

/// Messages as pipelines/text/diagnostic.h renders them, with colours: the words `error:` and
/// `hint:`, and the line under the place. `text` is complete lines.
std::string colored(std::string_view text);

}  // namespace leat::cli
