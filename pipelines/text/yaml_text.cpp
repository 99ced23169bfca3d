// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Problem: a tree that was changed is to be a text again that means the same.
//
// Invariants
// 1. What one part of the library writes, the other, which yaml_tree.cpp uses, reads back.
// 2. Quotes are kept: they make text of what would be a number.
//
// Rejected: writing the text by hand (when a plain scalar needs quotes is the longest chapter of
// YAML's specification).
#include "pipelines/text/yaml_text.h"

#include <yaml-cpp/emitter.h>

namespace leat::pipelines {
namespace {

void put_scalar(const SourceText& text, YAML::Emitter& out) {
  if (text.quoted()) out << YAML::DoubleQuoted;
  out << text.text();
}

void put(const OptionNode& node, YAML::Emitter& out) {
  switch (node.kind) {
    case OptionNode::Kind::kNull: out << YAML::Null; return;
    case OptionNode::Kind::kScalar: put_scalar(node.scalar, out); return;
    case OptionNode::Kind::kList:
      out << YAML::BeginSeq;
      for (const OptionNode& item : node.items) put(item, out);
      out << YAML::EndSeq;
      return;
    case OptionNode::Kind::kMap:
      out << YAML::BeginMap;
      for (const auto& [name, value] : node.entries) {
        out << YAML::Key;
        put_scalar(name, out);
        out << YAML::Value;
        put(value, out);
      }
      out << YAML::EndMap;
      return;
  }
}

}  // namespace

std::string yaml_text(const OptionNode& root) {
  YAML::Emitter out;
  put(root, out);
  return std::string(out.c_str(), out.size()) + "\n";
}

}  // namespace leat::pipelines
