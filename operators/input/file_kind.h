// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// What a file is that is no text, told by its first bytes: read as text it would give rows of
// nonsense, or a message about its first odd byte.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace leat::io {

/// A file that no source of text reads.
struct ForeignKind {
  std::string what;  ///< As in "the file is ...".
  std::string hint;
};

/// `text` is the beginning of the file `name`, unpacked, 512 bytes of it if it has so many.
/// nullopt: it may be text.
std::optional<ForeignKind> recognise_foreign(std::string_view text, std::string_view name);

}  // namespace leat::io
