// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Regular expressions as PostgreSQL writes them, in the spelling of RE2. The difference is what a
// letter is: RE2's `\w`, `\s` and `[[:alpha:]]` know ASCII only, PostgreSQL's follow Unicode.
#pragma once

#include <string>
#include <string_view>

#include "engine/error.h"

namespace leat::io {

/// `pattern` with classes of characters spelled out, as PostgreSQL 15 has them in C.UTF-8: `\w`,
/// `\s` and their opposites, `[[:alpha:]]` and its like; `\d` and `[[:digit:]]` are ASCII digits.
/// `\y` and `\Y` become `\b` and `\B`, `\Z` the end of the text; `\m` and `\M` become `\b` where a
/// word character stands behind or before them. Anything else is left to RE2, mistakes too. ERRORS:
/// kInvalid for `\m` and `\M` elsewhere, and for `\W` or `\S` in brackets that begin with `^`.
Result<std::string> to_re2_syntax(std::string_view pattern);

}  // namespace leat::io
