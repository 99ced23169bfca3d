// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include "operators/json/json_fields.h"

#include <algorithm>
#include <cstring>
#include <numeric>

#include "operators/json/json_encoder.h"

namespace leat::io {

JsonFields::JsonFields(const std::vector<Field>& fields, const std::vector<size_t>& wanted)
    : fields_(fields.size() + 1) {
  for (size_t i = 0; i < fields.size(); ++i) {
    JsonField& field = fields_[i];
    field.name = fields[i].name;
    const std::string key = '"' + field.name + "\":";
    const size_t length = std::min<size_t>(key.size(), 16);
    std::memcpy(field.words, key.data(), length);
    std::memset(field.masks, 0xFF, length);
    if (json_quote(field.name) + ':' != key) never_match(field);  // as text it stands escaped
    field.key_bytes = static_cast<uint32_t>(key.size());
    if (wanted[i] != SIZE_MAX) field.column = static_cast<uint32_t>(wanted[i]);
    field.next = &fields_[i + 1];
    sorted_.push_back(&field);
  }
  // Behind the last field this one is expected, which no key matches.
  never_match(fields_.back());
  fields_.back().next = &fields_.back();
  start_.next = fields_.data();
  std::sort(sorted_.begin(), sorted_.end(),
            [](const JsonField* a, const JsonField* b) { return a->name < b->name; });
}

void JsonFields::never_match(JsonField& field) { field.words[0] = field.masks[0] = ~uint64_t{0}; }

bool JsonFields::is_long_key(const JsonField& field, const char* at, const char* end) {
  const size_t length = field.name.size();
  const std::string_view rest(at, at < end ? static_cast<size_t>(end - at) : 0);
  return rest.size() > length + 2 && rest.substr(1, length) == field.name &&
         rest.substr(length + 1, 2) == "\":";
}

JsonField* JsonFields::find(std::string_view name) {
  const auto found = std::lower_bound(
      sorted_.begin(), sorted_.end(), name,
      [](const JsonField* field, std::string_view wanted) { return field->name < wanted; });
  return found != sorted_.end() && (*found)->name == name ? *found : nullptr;
}

JsonNode::JsonNode(const Type& type, JsonColumn* target) : column(target) {
  for (JsonColumn& child : target->children()) children.emplace_back(child.type(), &child);
  if (!type.is(TypeId::kStruct)) return;
  std::vector<size_t> all(children.size());
  std::iota(all.begin(), all.end(), 0);
  fields = std::make_unique<JsonFields>(type.fields(), all);
}

}  // namespace leat::io
