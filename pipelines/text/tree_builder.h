// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Trees of values that no text stands behind: their nodes have no places.
#pragma once

#include <initializer_list>
#include <string>
#include <utility>

#include "operators/options.h"

namespace leat::pipelines {

inline OptionNode scalar_node(SourceText text) {
  OptionNode node;
  node.kind = OptionNode::Kind::kScalar;
  node.scalar = std::move(text);
  return node;
}

inline OptionNode scalar_node(std::string text, bool quoted = false) {
  return scalar_node(SourceText(std::move(text), {}, {}, quoted));
}

inline OptionNode list_node(std::vector<OptionNode> items = {}) {
  OptionNode node;
  node.kind = OptionNode::Kind::kList;
  node.items = std::move(items);
  return node;
}

inline OptionNode map_node() {
  OptionNode node;
  node.kind = OptionNode::Kind::kMap;
  return node;
}

/// Adds `key: value` to a mapping.
inline void put(OptionNode& map, std::string key, OptionNode value) {
  map.entries.push_back({SourceText(std::move(key), {}, {}), std::move(value)});
}
inline void put(OptionNode& map, std::string key, const SourceText& value) {
  put(map, std::move(key), scalar_node(value));
}
inline void put(OptionNode& map, std::string key, std::string value) {
  put(map, std::move(key), scalar_node(std::move(value)));
}

/// A mapping with one entry.
inline OptionNode map_of(std::string key, OptionNode value) {
  OptionNode node = map_node();
  put(node, std::move(key), std::move(value));
  return node;
}

/// The value of `key` in a mapping, or null.
inline OptionNode* find_key(OptionNode& map, std::string_view key) {
  for (OptionEntry& entry : map.entries) {
    if (entry.name.text() == key) return &entry.value;
  }
  return nullptr;
}
inline const OptionNode* find_key(const OptionNode& map, std::string_view key) {
  return find_key(const_cast<OptionNode&>(map), key);
}

}  // namespace leat::pipelines
