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
#include "operators/json/json_column.h"
#include "operators/text/value_parser.h"

namespace leat::io {

/// A field that objects may have.
struct JsonField {
  static constexpr uint32_t kNotRead = UINT32_MAX;

  uint64_t words[2] = {0, 0};  ///< The first 16 bytes of the key with its quotes and a colon.
  uint64_t masks[2] = {0, 0};
  JsonField* next = nullptr;  ///< The field that followed this one last time.
  uint32_t key_bytes = 0;     ///< Of the key with its quotes and a colon.
  uint32_t column = kNotRead;
  std::string name;
};

/// The fields of an object, found by name. THREADS: one.
class JsonFields {
 public:
  /// `wanted[i]` is the column of field i, or SIZE_MAX: then the field is known, and checked, but
  /// not read.
  JsonFields(const std::vector<Field>& fields, const std::vector<size_t>& wanted);
  JsonFields(const JsonFields&) = delete;
  JsonFields& operator=(const JsonFields&) = delete;

  /// What stands before the first field: its `next` is the field that came first last time.
  JsonField* start() { return &start_; }
  /// Do the key of `field` in its quotes and a colon stand at `at`? Those of up to 16 bytes may lie
  /// beyond `end`. Reads 16 bytes.
  static bool is_key(const JsonField& field, const char* at, const char* end) {
    const uint64_t differs = ((swar::load8(at) ^ field.words[0]) & field.masks[0]) |
                             ((swar::load8(at + 8) ^ field.words[1]) & field.masks[1]);
    return differs == 0 && (field.key_bytes <= 16 || is_long_key(field, at, end));
  }
  /// The field called `name`, or null.
  JsonField* find(std::string_view name);
  /// The field number `place`, or null.
  const JsonField* at(size_t place) const {
    return place + 1 < fields_.size() ? &fields_[place] : nullptr;  // the last one is none
  }

 private:
  static void never_match(JsonField& field);
  static bool is_long_key(const JsonField& field, const char* at, const char* end);

  std::vector<JsonField> fields_;
  JsonField start_;
  std::vector<JsonField*> sorted_;  // by name
};

/// A column of a struct, a list or the record, with what is needed to read it.
struct JsonNode {
  JsonNode(const Type& type, JsonColumn* target);
  JsonColumn* column;
  std::vector<JsonNode> children;
  std::unique_ptr<JsonFields> fields;  ///< Of a struct.
};

}  // namespace leat::io
