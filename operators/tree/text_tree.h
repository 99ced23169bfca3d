// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Records of formats in which everything is text (XML, YAML): their fields nest, and say nothing of
// types. These are guessed from a sample, and with them a record becomes JSON, which is decoded.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "operators/data/type.h"
#include "operators/text/type_sniffer.h"

namespace leat::io {

/// A record, or a value in it.
struct TextTree {
  enum class Kind : uint8_t { kNull, kText, kList, kMap };
  struct Member;

  Kind kind = Kind::kNull;
  bool is_quoted = false;  ///< Of a text: it is no number, whatever it looks like.
  bool is_joined = false;  ///< Of a list: it was made of several fields of one name.
  std::string text;
  std::vector<TextTree> items;  ///< Of a list.
  std::vector<Member> fields;   ///< Of a map, each name once.
  uint64_t line = 0;            ///< Of a record: where it begins in its file.
  uint64_t column = 0;          ///< The same.

  static TextTree of(std::string text);
  /// A map of `members`, in which several of one name become a list.
  static TextTree of_members(std::vector<Member> members);
};

struct TextTree::Member {
  std::string name;
  TextTree value;
};

/// The shape of the values seen in one place: the type of a column. THREADS: one.
class TreeShape {
 public:
  void add(const TextTree& value);
  /// A place that had a list is one of lists, in which a single value is a list of one. One with
  /// texts and maps, with lists in lists, or with more than kStructFieldsMax fields is json.
  Type type() const;
  /// Of records: their columns, in the order in which they first appeared.
  std::vector<Field> fields() const;

 private:
  struct Member;

  void add_single(const TextTree& value);

  bool has_text_ = false;
  bool has_list_ = false;
  bool has_nested_list_ = false;
  TypeSniffer texts_;
  std::vector<Member> members_;
  std::map<std::string, size_t, std::less<>> numbers_;  // of members_, by their names
};

struct TreeShape::Member {
  std::string name;
  TreeShape shape;
};

/// Appends `record`, a map, as JSON from which the columns `known` can be read as far as its values
/// fit; fields that are none of these are written as they are. An empty text is null in all but
/// texts.
void append_record(const TextTree& record, const std::vector<Field>& known, std::string& out);

}  // namespace leat::io
