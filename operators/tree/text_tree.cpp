// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Problem: `<qty>7</qty>` and `qty: 7` are text until somebody says that they are numbers, and a
// field that comes twice in one record only is a list in all of them.
//
// Invariants
// 1. Types are guessed as in CSV: `007` stays text.
// 2. What a record says survives: a value that does not fit its column's type becomes JSON that does
//    not fit either, and the decoder says so.
//
// Not chosen: a decoder of trees into columns, beside that of JSON (the same types, messages, and
// faults, twice).
#include "operators/tree/text_tree.h"

#include <algorithm>

#include "operators/json/json_encoder.h"
#include "operators/json/json_sniffer.h"
#include "operators/text/value_parser.h"

namespace leat::io {
namespace {

/// Is `text` a number as JSON writes it?
bool is_json_number(std::string_view text) {
  if (text.starts_with('-')) text.remove_prefix(1);
  const auto digits = [&] {
    size_t count = 0;
    while (count < text.size() && text[count] >= '0' && text[count] <= '9') ++count;
    text.remove_prefix(count);
    return count;
  };
  const bool zero = text.starts_with('0');
  const size_t whole = digits();
  if (whole == 0 || (zero && whole > 1)) return false;
  if (text.starts_with('.')) {
    text.remove_prefix(1);
    if (digits() == 0) return false;
  }
  if (text.starts_with('e') || text.starts_with('E')) {
    text.remove_prefix(1);
    if (text.starts_with('+') || text.starts_with('-')) text.remove_prefix(1);
    if (digits() == 0) return false;
  }
  return text.empty();
}

/// A number that JSON would write in another way, such as `+7`.
std::string plain_number_of(std::string_view text) {
  if (text.starts_with('+')) text.remove_prefix(1);
  const bool negative = text.starts_with('-');
  std::string out(negative ? text.substr(1) : text);
  const size_t first = out.find_first_not_of('0');
  if (first == std::string::npos || out[first] == '.' || out[first] == 'e') {
    out.erase(0, first == std::string::npos ? out.size() - std::min<size_t>(1, out.size())
                                            : std::max<size_t>(first, 1) - 1);
  } else {
    out.erase(0, first);
  }
  return negative ? '-' + out : out;
}

/// Does a column of `type` take numbers as JSON writes them?
bool takes_number(const Type& type) {
  return type.is(TypeId::kInt64) || type.is(TypeId::kFloat64) || type.is(TypeId::kDecimal);
}

void append_text(const TextTree& tree, const Type& type, std::string& out) {
  const std::string& text = tree.text;
  if (text.empty() && !type.is(TypeId::kUtf8) && !type.is(TypeId::kJson)) {
    out += "null";
  } else if (takes_number(type) &&
             (is_json_number(text) || is_json_number(plain_number_of(text)))) {
    out += is_json_number(text) ? text : plain_number_of(text);
  } else if (bool truth = false; type.is(TypeId::kBool) && parse_bool(text, truth)) {
    out += truth ? "true" : "false";
  } else if (type.is(TypeId::kJson) && !tree.is_quoted &&
             (is_json_number(text) || text == "true" || text == "false")) {
    out += text;
  } else {
    out += json_quote(text);
  }
}

void append_value(const TextTree& tree, const Type& type, std::string& out);

/// Fields mostly come in the order of the columns, so the search goes on where it ended.
void append_fields(const TextTree& map, const std::vector<Field>& known, std::string& out) {
  size_t at = 0;
  out += '{';
  for (size_t i = 0; i < map.fields.size(); ++i) {
    const auto& [name, value] = map.fields[i];
    size_t tried = 0;
    while (tried < known.size() && known[at].name != name) {
      at = at + 1 == known.size() ? 0 : at + 1;
      ++tried;
    }
    if (i > 0) out += ',';
    out += json_quote(name);
    out += ':';
    append_value(value, tried < known.size() ? known[at].type : kJsonType, out);
  }
  out += '}';
}

void append_list(const std::vector<TextTree>& items, const Type& element, std::string& out) {
  out += '[';
  for (size_t i = 0; i < items.size(); ++i) {
    if (i > 0) out += ',';
    append_value(items[i], element, out);
  }
  out += ']';
}

void append_value(const TextTree& tree, const Type& type, std::string& out) {
  const bool is_list = type.is(TypeId::kList);
  switch (tree.kind) {
    case TextTree::Kind::kNull: out += "null"; return;
    case TextTree::Kind::kList:
      return append_list(tree.items, is_list ? type.element() : kJsonType, out);
    case TextTree::Kind::kText:
    case TextTree::Kind::kMap: break;
  }
  if (is_list) {  // a single value is a list of one
    out += '[';
    append_value(tree, type.element(), out);
    out += ']';
  } else if (tree.kind == TextTree::Kind::kText) {
    append_text(tree, type, out);
  } else {
    static const std::vector<Field> kNone;
    append_fields(tree, type.is(TypeId::kStruct) ? type.fields() : kNone, out);
  }
}

}  // namespace

TextTree TextTree::of(std::string text) {
  TextTree tree;
  tree.kind = Kind::kText;
  tree.text = std::move(text);
  return tree;
}

TextTree TextTree::of_members(std::vector<Member> members) {
  TextTree map;
  map.kind = Kind::kMap;
  std::map<std::string, size_t, std::less<>> numbers;
  for (auto& [name, value] : members) {
    const auto [place, is_new] = numbers.emplace(name, map.fields.size());
    if (is_new) {
      map.fields.push_back({std::move(name), std::move(value)});
      continue;
    }
    TextTree& before = map.fields[place->second].value;
    // A list that the format itself has is one value of several.
    if (!before.is_joined) {
      TextTree list;
      list.kind = Kind::kList;
      list.is_joined = true;
      list.items.push_back(std::move(before));
      before = std::move(list);
    }
    before.items.push_back(std::move(value));
  }
  return map;
}

void TreeShape::add(const TextTree& value) {
  if (value.kind != TextTree::Kind::kList) return add_single(value);
  has_list_ = true;
  for (const TextTree& item : value.items) {
    has_nested_list_ = has_nested_list_ || item.kind == TextTree::Kind::kList;
    add_single(item);
  }
}

void TreeShape::add_single(const TextTree& value) {
  if (value.kind == TextTree::Kind::kText) {
    has_text_ = true;
    if (value.is_quoted) {
      texts_.add_no_number(value.text);
    } else if (!value.text.empty()) {
      texts_.add(value.text);
    }
  }
  for (const auto& [name, field] : value.fields) {
    const auto [place, is_new] = numbers_.emplace(name, members_.size());
    if (is_new) members_.push_back({name, TreeShape()});
    members_[place->second].shape.add(field);
  }
}

Type TreeShape::type() const {
  const bool is_mixed = has_text_ && !members_.empty();
  if (is_mixed || has_nested_list_ || members_.size() > kStructFieldsMax) return kJsonType;
  const Type single = members_.empty() ? texts_.type() : Type::structure(fields());
  return has_list_ ? Type::list(single) : single;
}

std::vector<Field> TreeShape::fields() const {
  std::vector<Field> fields;
  for (const Member& member : members_) fields.push_back({member.name, member.shape.type(), true});
  return fields;
}

void append_record(const TextTree& record, const std::vector<Field>& known, std::string& out) {
  append_fields(record, known, out);
}

}  // namespace leat::io
