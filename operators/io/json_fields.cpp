// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include "operators/io/json_fields.h"

#include <algorithm>
#include <cstring>
#include <numeric>

#include "operators/io/json_encoder.h"

namespace leat::io {

JsonFields::JsonFields(const std::vector<Field>& fields, const std::vector<size_t>& wanted) {
  for (size_t i = 0; i < fields.size(); ++i) {
    const std::string quoted = '"' + fields[i].name + '"';
    const size_t length = std::min<size_t>(quoted.size(), 16);
    Entry entry;
    std::memcpy(entry.words, quoted.data(), length);
    std::memset(entry.masks, 0xFF, length);
    if (json_quote(fields[i].name) != quoted) never_match(entry);  // as text it stands escaped
    entry.key_bytes = quoted.size();
    entry.column = wanted[i];
    entries_.push_back(entry);
    names_.push_back(fields[i].name);
    sorted_.push_back(static_cast<uint32_t>(i));
    next_.push_back(static_cast<uint32_t>(i));
  }
  next_.push_back(0);
  // An object type without fields expects this one, which no key matches.
  entries_.emplace_back();
  never_match(entries_.back());
  std::sort(sorted_.begin(), sorted_.end(),
            [this](uint32_t a, uint32_t b) { return names_[a] < names_[b]; });
}

void JsonFields::never_match(Entry& entry) { entry.words[0] = entry.masks[0] = ~uint64_t{0}; }

bool JsonFields::is_long_key(size_t field, const char* at) const {
  const std::string& name = names_[field];
  return std::memcmp(at + 1, name.data(), name.size()) == 0 && at[name.size() + 1] == '"';
}

size_t JsonFields::find(std::string_view name) const {
  const auto found = std::lower_bound(
      sorted_.begin(), sorted_.end(), name,
      [this](uint32_t field, std::string_view wanted) { return names_[field] < wanted; });
  return found != sorted_.end() && names_[*found] == name ? *found : kUnknown;
}

JsonNode::JsonNode(const Type& type, JsonColumn* target) : column(target) {
  for (JsonColumn& child : target->children()) children.emplace_back(child.type(), &child);
  if (!type.is(TypeId::kStruct)) return;
  std::vector<size_t> all(children.size());
  std::iota(all.begin(), all.end(), 0);
  fields = std::make_unique<JsonFields>(type.fields(), all);
}

}  // namespace leat::io
