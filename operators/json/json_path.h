// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Where in JSON documents the records stand: `$.data.items[*]`, a path of SQL/JSON that can be
// followed while the text goes by.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "engine/error.h"

namespace leat::io {

/// One step into a value.
struct JsonStep {
  enum class Kind : uint8_t {
    kField,     ///< `.name`: a field of an object.
    kElements,  ///< `[*]`: each element of a list.
    kElement,   ///< `[3]`: one element of a list, from 0.
  };

  Kind kind = Kind::kField;
  std::string name = {};  ///< Of a field.
  uint64_t index = 0;     ///< Of an element.

  bool is_into_list() const { return kind != Kind::kField; }
};

/// THREADS: immutable, any.
struct JsonPath {
  std::vector<JsonStep> steps;
  /// Is a value that is no list a record itself, where the only step goes into lists? So it is when
  /// nobody has written a path.
  bool list_is_optional = false;

  /// `$[*]`, and values that are no lists as they are.
  static JsonPath lists_or_values();
  /// The first `count` steps as they are written.
  std::string text(size_t count) const;
};

/// ERRORS: kInvalid, a message that says what is wrong and a hint.
Result<JsonPath> parse_json_path(std::string_view text);

}  // namespace leat::io
