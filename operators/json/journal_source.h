// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// The journal of systemd, as `journalctl -o json` writes it. See journal_source.cpp.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "operators/operator.h"

namespace leat::io {

/// The text of a field: a string, a number as written, or the bytes of a list of numbers, which is
/// how texts with control characters are written; of a field with several values the last. nullopt:
/// null, which stands for one that was too long. False in `ok`: it is none of these.
std::optional<std::string> journal_text(std::string_view json, bool& ok);

/// Binds a source of the options of `read_log`. Returns nullopt after reporting.
std::optional<BoundOperator> bind_journal(const OptionValues& options, const BindContext& context);

}  // namespace leat::io
