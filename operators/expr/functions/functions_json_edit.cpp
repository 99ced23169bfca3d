// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Functions that compare and change JSON values: what the operators @> ? and || stand for.
//
// Invariants:
//  1. What is not changed keeps its text: digits of numbers, order of members, escapes.
//  2. Numbers are compared by value where 19 digits tell it, else by their text.
//  3. Depth is bounded by the scanner (kJsonDepthMax), so recursion is.
//
// Rejected: building trees of values; everything here reads the text once for each level.
#include <array>
#include <string>
#include <utility>

#include <fmt/format.h>

#include "engine/codes/data.h"
#include "operators/expr/functions/functions.h"
#include "operators/expr/functions/json_edit.h"
#include "operators/expr/kernels/json_access.h"
#include "operators/expr/kernels/list_writer.h"
#include "operators/expr/kernels/row_kernel.h"
#include "operators/json/json_encoder.h"
#include "operators/json/json_scanner.h"

namespace leat::expr {
namespace {

/// The value and the fraction digits of a number, without trailing zeros; nullopt when 64 bits do
/// not tell.
std::optional<std::pair<uint64_t, uint32_t>> plain_number(std::string_view json, bool& negative) {
  io::JsonScanner scanner(json);
  io::JsonNumber number;
  if (scanner.number(json.data(), number) == nullptr || number.has_exponent || number.digits > 19)
    return std::nullopt;
  negative = number.negative && number.mantissa != 0;
  while (number.fraction > 0 && number.mantissa % 10 == 0) {
    number.mantissa /= 10;
    --number.fraction;
  }
  return std::pair(number.mantissa, number.fraction);
}

bool is_same_scalar(std::string_view one, std::string_view other) {
  if (one == other) return true;
  if (one.empty() || other.empty()) return false;
  if (one.front() == '"' && other.front() == '"') {
    return unescaped(one.substr(1, one.size() - 2), true) ==
           unescaped(other.substr(1, other.size() - 2), true);
  }
  if (!io::JsonScanner::is_number_start(one.front()) ||
      !io::JsonScanner::is_number_start(other.front()))
    return false;
  bool negative = false;
  bool other_negative = false;
  const auto value = plain_number(one, negative);
  return value && value == plain_number(other, other_negative) && negative == other_negative;
}

bool contains(std::string_view whole, std::string_view part);

bool has_element(std::string_view array, std::string_view part) {
  bool found = false;
  for_each_json_element(array, [&](std::string_view element) {
    found = contains(element, part);
    return !found;
  });
  return found;
}

/// As PostgreSQL's jsonb @>, below the top: an array has no scalar but as its element.
bool contains(std::string_view whole, std::string_view part) {
  bool all = true;
  if (part.starts_with('{')) {
    if (!whole.starts_with('{')) return false;
    for_each_json_member(part, [&](std::string_view name, bool escaped, std::string_view value) {
      const auto found = json_member(whole, unescaped(name, escaped));
      all = found && contains(*found, value);
      return all;
    });
    return all;
  }
  if (part.starts_with('[')) {
    if (!whole.starts_with('[')) return false;
    for_each_json_element(part, [&](std::string_view value) {
      all = has_element(whole, value);
      return all;
    });
    return all;
  }
  return is_same_scalar(whole, part);
}

constexpr auto kJsonContains = [](std::string_view whole, std::string_view part) {
  const bool is_scalar = !part.starts_with('{') && !part.starts_with('[');
  return is_scalar && whole.starts_with('[') ? has_element(whole, part) : contains(whole, part);
};

constexpr auto kJsonExists = [](std::string_view json, std::string_view key) {
  if (json.starts_with('{')) return json_member(json, key).has_value();
  bool found = false;
  const auto is_key = [&](std::string_view value) {
    found = value.starts_with('"') && unescaped(value.substr(1, value.size() - 2), true) == key;
    return !found;
  };
  if (json.starts_with('[')) {
    for_each_json_element(json, is_key);
  } else {
    is_key(json);
  }
  return found;
};

/// Does `json` have one of the keys, or all of them? NULLs are no keys.
template <bool kAll>
Result<Vector> exists_keys(const KernelContext& context, std::span<const Vector> inputs) {
  LEAT_TRY_ASSIGN(BufferRef validity, all_valid(context, inputs));
  LEAT_TRY_ASSIGN(BufferRef bits, new_zero_bits(context));
  for_each_valid(context, validity, [&](size_t row) {
    const std::string_view json = inputs[0]->view_at(inputs[0].at(row));
    const RowList keys(inputs[1], row);
    bool found = kAll;
    for (size_t i = 0; i < keys.size() && found == kAll; ++i) {
      if (keys.is_valid(i)) found = kJsonExists(json, keys.column().view_at(keys.at(i)));
    }
    if (found) set_bit(bits->mutable_data(), row);
  });
  return column_of(context, std::move(validity), std::move(bits));
}

// ------------------------------------------------------------------------------------------------------- making

constexpr auto kJsonConcat = [](TextCall& call, std::string_view left, std::string_view right) {
  ResultText& out = call.result();
  if (!left.starts_with('{') || !right.starts_with('{')) {
    JsonList list(out, "[");
    list.add_all(left);
    list.add_all(right);
    list.close("]");
    return call.write(out);
  }
  JsonList list(out, "{");
  for_each_json_member(left, [&](std::string_view name, bool escaped, std::string_view value) {
    const auto newer = json_member(right, unescaped(name, escaped));
    list.member(name).append(newer.value_or(value));
    return out.is_whole();
  });
  for_each_json_member(right, [&](std::string_view name, bool escaped, std::string_view value) {
    if (!json_member(left, unescaped(name, escaped))) list.member(name).append(value);
    return out.is_whole();
  });
  list.close("}");
  call.write(out);
};

void strip_nulls(std::string_view json, ResultText& out) {
  if (json.starts_with('{')) {
    JsonList list(out, "{");
    for_each_json_member(json, [&](std::string_view name, bool, std::string_view value) {
      if (value != "null") strip_nulls(value, list.member(name));
      return out.is_whole();
    });
    return list.close("}");
  }
  if (json.starts_with('[')) {
    JsonList list(out, "[");
    for_each_json_element(json, [&](std::string_view value) {
      list.add("");
      strip_nulls(value, out);
      return out.is_whole();
    });
    return list.close("]");
  }
  out.append(json);
}

constexpr auto kStripNulls = [](TextCall& call, std::string_view json) {
  ResultText& out = call.result();
  strip_nulls(json, out);
  call.write(out);
};

/// What is put at the end of a path.
struct Edit {
  std::span<const std::string> path;
  std::string_view value;
  bool inserts = false;  ///< jsonb_insert: before the element there; a member that is there stays.
  bool creates = true;

  Edit below() const { return {path.subspan(1), value, inserts, creates}; }
  bool is_last() const { return path.size() == 1; }
};

void change(std::string_view json, const Edit& edit, ResultText& out);

void edit_member(std::string_view json, const Edit& edit, ResultText& out) {
  bool found = false;
  JsonList list(out, "{");
  for_each_json_member(json, [&](std::string_view name, bool escaped, std::string_view value) {
    const bool is_here = unescaped(name, escaped) == edit.path.front();
    found = found || is_here;
    list.member(name);
    if (!is_here || (edit.is_last() && edit.inserts)) {
      out.append(value);
    } else if (edit.is_last()) {
      out.append(edit.value);
    } else {
      change(value, edit.below(), out);
    }
    return out.is_whole();
  });
  if (!found && edit.is_last() && (edit.creates || edit.inserts)) {
    const std::string quoted = io::json_quote(edit.path.front());
    list.member(std::string_view(quoted).substr(1, quoted.size() - 2)).append(edit.value);
  }
  list.close("}");
}

void edit_element(std::string_view json, const Edit& edit, int64_t index, ResultText& out) {
  int64_t count = 0;
  for_each_json_element(json, [&](std::string_view) { return ++count > 0; });
  const bool before_all = index < -count;
  if (index < 0) index += count;
  const bool adds = edit.is_last() && (edit.creates || edit.inserts);
  JsonList list(out, "[");
  if (before_all && adds) list.add(edit.value);
  int64_t at = 0;
  for_each_json_element(json, [&](std::string_view value) {
    const bool is_here = at++ == index && !before_all;
    if (is_here && edit.is_last()) {
      list.add(edit.value);
      if (edit.inserts) list.add(value);
    } else if (is_here) {
      list.add("");
      change(value, edit.below(), out);
    } else {
      list.add(value);
    }
    return out.is_whole();
  });
  if (index >= count && adds) list.add(edit.value);
  list.close("]");
}

void change(std::string_view json, const Edit& edit, ResultText& out) {
  if (json.starts_with('{')) return edit_member(json, edit, out);
  const auto index = json_index(edit.path.front());
  if (json.starts_with('[') && index) return edit_element(json, edit, *index, out);
  out.append(json);
}

void edit_row(TextCall& call, std::string_view json, std::string_view path, Edit edit) {
  const auto keys = read_json_path(path);
  if (!keys)
    return call.fault(code::kBadArgument,
                      fmt::format("'{}' is no path of json like '{{a,b,0}}'", path));
  ResultText& out = call.result();
  edit.path = *keys;
  if (keys->empty()) {
    out.append(json);
  } else {
    change(json, edit, out);
  }
  call.write(out);
}

constexpr auto kJsonSet = [](TextCall& call, std::string_view json, std::string_view path,
                             std::string_view value) { edit_row(call, json, path, {{}, value}); };
constexpr auto kJsonSetOrNot = [](TextCall& call, std::string_view json, std::string_view path,
                                  std::string_view value, bool creates) {
  edit_row(call, json, path, {{}, value, false, creates});
};
constexpr auto kJsonInsert = [](TextCall& call, std::string_view json, std::string_view path,
                                std::string_view value) {
  edit_row(call, json, path, {{}, value, true});
};

constexpr std::array<Function, 14> kJsonEditFunctions = {{
    {"json_contains", "json_contains(json json, part json) -> bool",
     "Does `json` have all members and elements of `part`, at every level? Numbers are compared by "
     "value. Also written `json @> part` and `part <@ json`.",
     "json_contains('{\"a\": [1, 2], \"b\": 3}'::json, '{\"a\": [2]}'::json)", "true",
     row_kernel<kJsonContains>},
    {"jsonb_exists", "jsonb_exists(json json, key utf8) -> bool",
     "Does the object have this member, or the array this string as an element? Also written `json "
     "? 'key'`.",
     "jsonb_exists('{\"a\": null}'::json, 'a')", "true", row_kernel<kJsonExists>},
    {"jsonb_exists_any", "jsonb_exists_any(json json, keys list<utf8>) -> bool",
     "As jsonb_exists, of one key at least. Also written `json ?| array['a', 'b']`.",
     "'{\"a\": 1}'::json ?| array['a', 'b']", "true", exists_keys<false>},
    {"jsonb_exists_all", "jsonb_exists_all(json json, keys list<utf8>) -> bool",
     "As jsonb_exists, of all keys. Also written `json ?& array['a', 'b']`.",
     "'{\"a\": 1}'::json ?& array['a', 'b']", "false", exists_keys<true>},
    {"jsonb_contains", "jsonb_contains(json json, part json) -> bool", "As json_contains.",
     "jsonb_contains('[1, 2]'::json, '[2]'::json)", "true", row_kernel<kJsonContains>},
    {"jsonb_concat",
     "jsonb_concat(left json, right json) -> json",
     {"As json_concat.",
      "The result would be longer than 64 MiB: `jsonb_concat(('\"' || repeat('x', 40000000) || "
      "'\"')::json, ('\"' || repeat('x', 40000000) || '\"')::json)`."},
     "jsonb_concat('[1]'::json, '2'::json)",
     "[1,2]",
     text_kernel<kJsonConcat>},
    {"jsonb_strip_nulls", "jsonb_strip_nulls(json json) -> json", "As json_strip_nulls.",
     "jsonb_strip_nulls('{\"a\": null}'::json)", "{}", text_kernel<kStripNulls>},
    {"json_concat",
     "json_concat(left json, right json) -> json",
     {"The members of both objects, those of `right` where both have one; or an array of the "
      "elements "
      "of both, with what is no array as one element. Also written `left || right`.",
      "The result would be longer than 64 MiB: `json_concat(('\"' || repeat('x', 40000000) || "
      "'\"')::json, ('\"' || repeat('x', 40000000) || '\"')::json)`."},
     "json_concat('{\"a\": 1, \"b\": 2}'::json, '{\"b\": 3}'::json)",
     "{\"a\":1,\"b\":3}",
     text_kernel<kJsonConcat>},
    {"json_strip_nulls", "json_strip_nulls(json json) -> json",
     "The value without members that are null, at every level; elements that are null stay.",
     "json_strip_nulls('{\"a\": null, \"b\": [null, {\"c\": null}]}'::json)", "{\"b\":[null,{}]}",
     text_kernel<kStripNulls>},
    {"jsonb_set",
     "jsonb_set(json json, path utf8, value json) -> json",
     {"With `value` at the end of the path, instead of what is there or as a new member or "
      "element; "
      "unchanged when what is above it is not there.",
      "The path has another form: `jsonb_set('{}'::json, 'a', '1'::json)`."},
     "jsonb_set('{\"a\": [1, 2]}'::json, '{a,1}', '5'::json)",
     "{\"a\":[1,5]}",
     text_kernel<kJsonSet>},
    {"jsonb_set",
     "jsonb_set(json json, path utf8, value json, create bool) -> json",
     {"As before; `create` says whether a new member or element is made.",
      "The path has another form: `jsonb_set('{}'::json, 'a', '1'::json, true)`."},
     "jsonb_set('{\"a\": 1}'::json, '{b}', '5'::json, false)",
     "{\"a\":1}",
     text_kernel<kJsonSetOrNot>},
    {"jsonb_insert",
     "jsonb_insert(json json, path utf8, value json) -> json",
     {"With `value` as a new member, or before the element at the end of the path. A member that "
      "is "
      "there stays.",
      "The path has another form: `jsonb_insert('{}'::json, 'a', '1'::json)`."},
     "jsonb_insert('{\"a\": [1, 2]}'::json, '{a,1}', '5'::json)",
     "{\"a\":[1,5,2]}",
     text_kernel<kJsonInsert>},
    {"from_json",
     "from_json(json json, type utf8) -> any",
     {"The value as a list, struct or scalar of the type that is written: a cast to it.",
      "The value is none of that type: `from_json('[\"a\"]'::json, 'list<int64>')`."},
     "from_json('[1, 2]'::json, 'list<int64>')[2]",
     "2"},
    {"row_to_json", "row_to_json(value any) -> json", "As to_json.",
     "row_to_json(struct_pack(a := 1, b := 'x'))", "{\"a\":1,\"b\":\"x\"}"},
}};

}  // namespace

std::span<const Function> json_edit_functions() { return kJsonEditFunctions; }

}  // namespace leat::expr
