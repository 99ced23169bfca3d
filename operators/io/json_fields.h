// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// The fields that objects may have. They are expected in the order of the object before, which
// makes finding a field one comparison.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "operators/data/type.h"
#include "operators/io/json_column.h"
#include "operators/io/value_parser.h"

namespace leat::io {

/// The fields of an object, found by name. THREADS: one.
class JsonFields {
 public:
  /// `wanted[i]` is the column of field i, or SIZE_MAX: then the field is known, and checked, but
  /// not read.
  JsonFields(const std::vector<Field>& fields, const std::vector<size_t>& wanted);

  static constexpr size_t kUnknown = SIZE_MAX;

  /// Does the key with its quotes at `at` belong to field `field`? Reads 32 bytes.
  bool is_key(size_t field, const char* at, const char* end) const {
    const Entry& entry = entries_[field];
    const uint64_t differs = ((swar::load8(at) ^ entry.words[0]) & entry.masks[0]) |
                             ((swar::load8(at + 8) ^ entry.words[1]) & entry.masks[1]);
    if (differs != 0 || static_cast<size_t>(end - at) < entry.key_bytes) return false;
    return entry.key_bytes <= 16 || is_long_key(field, at);
  }
  size_t key_bytes(size_t field) const { return entries_[field].key_bytes; }
  /// The field called `name`, or kUnknown.
  size_t find(std::string_view name) const;
  /// The field that followed `field` (kUnknown: the first field) last time.
  size_t expected_after(size_t field) const { return next_[field + 1]; }
  /// REQUIRES: `field` is known.
  void learn(size_t before, size_t field) { next_[before + 1] = static_cast<uint32_t>(field); }
  size_t column(size_t field) const { return entries_[field].column; }
  const std::string& name(size_t field) const { return names_[field]; }

 private:
  struct Entry {
    uint64_t words[2] = {0, 0};  // the first 16 bytes of the key with its quotes
    uint64_t masks[2] = {0, 0};
    size_t key_bytes = 0;
    size_t column = SIZE_MAX;
  };
  static void never_match(Entry& entry);
  bool is_long_key(size_t field, const char* at) const;

  std::vector<Entry> entries_;
  std::vector<uint32_t> next_;  // next_[f + 1] followed f; next_[0] was first
  std::vector<std::string> names_;
  std::vector<uint32_t> sorted_;  // fields by name
};

/// A column of a struct, a list or the record, with what is needed to read it.
struct JsonNode {
  JsonNode(const Type& type, JsonColumn* target);
  JsonColumn* column;
  std::vector<JsonNode> children;
  std::unique_ptr<JsonFields> fields;  ///< Of a struct.
};

}  // namespace leat::io
