// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// What a column keeps of a value that is read as a type with a mark or a limit (data/type.h), the
// same wherever text is read: in files, casts, parameters and literals.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "operators/data/decimal.h"
#include "operators/data/type.h"

namespace leat::io {

/// Is what a column of the type keeps another text than the one that is read, or one that is asked
/// whether it may be? Of types that are views.
bool is_converted(const Type& type);

/// What a column keeps of `text`, a view of `text` or of `scratch`; nullopt: it is no value of the
/// type. REQUIRES: is_converted(type).
std::optional<std::string_view> stored_text(const Type& type, std::string_view text,
                                            std::string& scratch);

/// May a column of the type have the number? REQUIRES: type.limit().
bool is_in_limit(const Type& type, Int128 value);
/// What a column of the type keeps of a number; nullopt: it is none.
std::optional<double> stored_float(const Type& type, double value);

/// Why `text` is no value of a converted or limited type, as `: reason`; empty when that is plain.
std::string why_not_stored(const Type& type, std::string_view text);

}  // namespace leat::io
