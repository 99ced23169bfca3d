// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Functions that take JSON apart into lists, for `unnest` and for functions of lists, or take parts
// out of it.
//
// Invariants:
//  1. What stays keeps its text: digits of numbers, order of members, escapes.
//  2. Depth is bounded by the scanner (kJsonDepthMax), so recursion is.
#include <array>
#include <string>
#include <utility>

#include <fmt/format.h>

#include "engine/codes/data.h"
#include "engine/mutant.h"
#include "operators/expr/functions/functions.h"
#include "operators/expr/functions/json_edit.h"
#include "operators/expr/kernels/json_access.h"
#include "operators/expr/kernels/list_writer.h"
#include "operators/expr/kernels/row_kernel.h"
#include "operators/expr/kernels/text_list_writer.h"

namespace leat::expr {
namespace {

/// Reports a value that is not of the kind whose first byte is `first`.
bool is_of_kind(const KernelContext& context, size_t row, std::string_view json, char first) {
  if (json.starts_with(first)) return true;
  context.fault(code::kBadArgument, row,
                fmt::format("the value is no {}", first == '{' ? "object" : "array"),
                "json_typeof tells what a value is");
  return false;
}

// --------------------------------------------------------------------------------------- to lists

/// Appends an element, as json or as text: a string without its quotes, NULL for null.
template <bool kAsText>
void append_part(std::string_view json, TextListWriter& writer) {
  if (!kAsText) return writer.append(json);
  if (json == "null") return writer.append_null();
  if (!json.starts_with('"')) return writer.append(json);
  const std::string_view raw = json.substr(1, json.size() - 2);
  if (raw.contains('\\')) return writer.append(unescaped(raw, true));
  writer.append(raw);
}

template <bool kAsText>
Result<Vector> json_elements(const KernelContext& context, std::span<const Vector> inputs) {
  LEAT_TRY_ASSIGN(BufferRef validity, all_valid(context, inputs));
  TextListWriter writer(context);
  for_each_valid(context, validity, [&](size_t row) {
    writer.start(row);
    const std::string_view json = inputs[0]->view_at(inputs[0].at(row));
    if (!is_of_kind(context, row, json, '[')) return;
    for_each_json_element(json, [&](std::string_view value) {
      append_part<kAsText>(value, writer);
      return writer.is_whole();
    });
  });
  return writer.finish(std::move(validity));
}

template <bool kAsText>
Result<Vector> json_members(const KernelContext& context, std::span<const Vector> inputs) {
  LEAT_TRY_ASSIGN(BufferRef validity, all_valid(context, inputs));
  TextListWriter keys(context);
  TextListWriter values(context);
  for_each_valid(context, validity, [&](size_t row) {
    keys.start(row);
    values.start(row);
    const std::string_view json = inputs[0]->view_at(inputs[0].at(row));
    if (!is_of_kind(context, row, json, '{')) return;
    for_each_json_member(json, [&](std::string_view name, bool escaped, std::string_view value) {
      if (escaped) {
        keys.append(unescaped(name, true));
      } else {
        keys.append(name);
      }
      append_part<kAsText>(value, values);
      return keys.is_whole() && values.is_whole();
    });
  });
  const Type& element = context.type().element();
  BufferRef offsets;
  Column::Parts parts;
  LEAT_TRY_ASSIGN(ColumnRef names, keys.finish_elements(kUtf8Type, offsets));
  LEAT_TRY_ASSIGN(ColumnRef parts_of, values.finish_elements(element.fields()[1].type, offsets));
  const size_t count = names->length();
  parts.children = {std::move(names), std::move(parts_of)};
  return list_of(context, std::move(validity), std::move(offsets),
                 std::make_shared<Column>(element, count, std::move(parts)));
}

Result<Vector> json_names(const KernelContext& context, std::span<const Vector> inputs) {
  LEAT_TRY_ASSIGN(BufferRef validity, all_valid(context, inputs));
  TextListWriter writer(context);
  for_each_valid(context, validity, [&](size_t row) {
    writer.start(row);
    const std::string_view json = inputs[0]->view_at(inputs[0].at(row));
    if (!is_of_kind(context, row, json, '{')) return;
    for_each_json_member(json, [&](std::string_view name, bool escaped, std::string_view) {
      writer.append(unescaped(name, escaped));
      return writer.is_whole();
    });
  });
  return writer.finish(std::move(validity));
}

// --------------------------------------------------------------------------------------- deletion

bool is_listed(const RowList& keys, std::string_view key) {
  for (size_t i = 0; i < keys.size(); ++i) {
    if (keys.is_valid(i) && keys.column().view_at(keys.at(i)) == key) return true;
  }
  return false;
}

/// `json` without the members, or the strings in an array, whose text `goes`.
template <typename Goes>
void delete_keys(std::string_view json, ResultText& out, Goes&& goes) {
  if (json.starts_with('{')) {
    JsonList list(out, "{");
    for_each_json_member(json, [&](std::string_view name, bool escaped, std::string_view value) {
      if (!goes(unescaped(name, escaped))) list.member(name).append(value);
      return out.is_whole();
    });
    return list.close("}");
  }
  JsonList list(out, "[");
  for_each_json_element(json, [&](std::string_view value) {
    const bool is_text = value.starts_with('"');
    if (!is_text || !goes(unescaped(value.substr(1, value.size() - 2), true))) list.add(value);
    return out.is_whole();
  });
  list.close("]");
}

/// Reports a value that has no parts.
bool has_parts(const KernelContext& context, size_t row, std::string_view json) {
  if (json.starts_with('{') || json.starts_with('[')) return true;
  context.fault(code::kBadArgument, row, "nothing can be deleted from a scalar",
                "json_typeof tells what a value is");
  return false;
}

Result<Vector> json_delete_key(const KernelContext& context, std::span<const Vector> inputs) {
  return texts_of(context, inputs, [&](size_t row, ResultText& out) {
    const std::string_view json = inputs[0]->view_at(inputs[0].at(row));
    const std::string_view key = inputs[1]->view_at(inputs[1].at(row));
    if (!has_parts(context, row, json)) return false;
    delete_keys(json, out, [&](const std::string& name) { return name == key; });
    return true;
  });
}

Result<Vector> json_delete_all(const KernelContext& context, std::span<const Vector> inputs) {
  return texts_of(context, inputs, [&](size_t row, ResultText& out) {
    const std::string_view json = inputs[0]->view_at(inputs[0].at(row));
    const RowList keys(inputs[1], row);
    if (!has_parts(context, row, json)) return false;
    delete_keys(json, out, [&](const std::string& name) { return is_listed(keys, name); });
    return true;
  });
}

/// The array without the element `index`, which `change` may replace.
template <typename Change>
void edit_at(std::string_view json, int64_t index, ResultText& out, Change&& change) {
  if (index < 0) {
    for_each_json_element(json, [&](std::string_view) { return ++index > INT64_MIN; });
  }
  int64_t at = 0;
  JsonList list(out, "[");
  for_each_json_element(json, [&](std::string_view value) {
    if (at++ != index) {
      list.add(value);
    } else {
      change(value, list);
    }
    return out.is_whole();
  });
  list.close("]");
}

constexpr auto kDeleteIndex = [](TextCall& call, std::string_view json, int64_t index) {
  if (!is_of_kind(call.context, call.row, json, '[')) return;
  ResultText& out = call.result();
  edit_at(json, index, out, [](std::string_view, JsonList&) {});
  call.write(out);
};

/// `json` without what is at the end of `path`; `path` has a key at least. False when one of them
/// should be the number of an element and is none; then `path` begins with it.
bool delete_path(std::string_view json, std::span<const std::string>& path, ResultText& out) {
  if (!json.starts_with('{') && !json.starts_with('[')) return out.append(json), true;
  const std::string& key = path.front();
  const bool is_last = path.size() == 1;
  bool ok = true;
  const auto go_on = [&](std::string_view value) {
    std::span<const std::string> rest = path.subspan(1);
    ok = delete_path(value, rest, out);
    if (!ok) path = rest;
  };
  if (json.starts_with('{')) {
    JsonList list(out, "{");
    for_each_json_member(json, [&](std::string_view name, bool escaped, std::string_view value) {
      if (unescaped(name, escaped) != key) {
        list.member(name).append(value);
      } else if (!is_last) {
        list.member(name);
        go_on(value);
      }
      return ok && out.is_whole();
    });
    list.close("}");
    return ok;
  }
  const auto index = json_index(key);
  if (!index) return false;
  edit_at(json, *index, out, [&](std::string_view value, JsonList& list) {
    if (is_last) return;
    list.add("");
    go_on(value);
  });
  return ok;
}

bool delete_row(const KernelContext& context, size_t row, std::string_view json,
                std::span<const std::string> path, ResultText& out) {
  if (!has_parts(context, row, json)) return false;
  if (path.empty()) return out.append(json), true;
  const size_t steps = path.size();
  if (delete_path(json, path, out)) return true;
  context.fault(code::kBadArgument, row,
                fmt::format("step {} of the path leads into an array, and '{}' is no number",
                            steps - path.size() + 1, path.front()));
  return false;
}

Result<Vector> json_delete_path(const KernelContext& context, std::span<const Vector> inputs) {
  return texts_of(context, inputs, [&](size_t row, ResultText& out) {
    const std::string_view text = inputs[1]->view_at(inputs[1].at(row));
    const auto path = read_json_path(text);
    if (!path) {
      context.fault(code::kBadArgument, row,
                    fmt::format("'{}' is no path of json like '{{a,b,0}}'", text));
      return false;
    }
    return delete_row(context, row, inputs[0]->view_at(inputs[0].at(row)), *path, out);
  });
}

Result<Vector> json_delete_steps(const KernelContext& context, std::span<const Vector> inputs) {
  return texts_of(context, inputs, [&](size_t row, ResultText& out) {
    const RowList steps(inputs[1], row);
    std::vector<std::string> path;
    for (size_t i = 0; i < steps.size(); ++i) {
      if (!steps.is_valid(i)) return false;
      path.emplace_back(steps.column().view_at(steps.at(i)));
    }
    return delete_row(context, row, inputs[0]->view_at(inputs[0].at(row)), path, out);
  });
}

// ---------------------------------------------------------------------------------------- merging

/// As RFC 7386 has it. `target` may be empty: there is nothing.
void merge_patch(std::string_view target, std::string_view patch, ResultText& out) {
  if (!patch.starts_with('{')) return out.append(patch);
  JsonList list(out, "{");
  for_each_json_member(target, [&](std::string_view name, bool escaped, std::string_view value) {
    const auto newer = json_member(patch, unescaped(name, escaped));
    if (!newer) {
      list.member(name).append(value);
    } else if (*newer != "null" || LEAT_MUTANT("json_merge_keeps_nulls")) {
      merge_patch(value, *newer, list.member(name));
    }
    return out.is_whole();
  });
  for_each_json_member(patch, [&](std::string_view name, bool escaped, std::string_view value) {
    if (value != "null" && !json_member(target, unescaped(name, escaped)))
      merge_patch({}, value, list.member(name));
    return out.is_whole();
  });
  list.close("}");
}

constexpr auto kMergePatch = [](TextCall& call, std::string_view target, std::string_view patch) {
  ResultText& out = call.result();
  merge_patch(target, patch, out);
  call.write(out);
};

void pretty(std::string_view json, size_t level, ResultText& out) {
  constexpr size_t kIndent = 4;
  const bool is_object = json.starts_with('{');
  if (!is_object && !json.starts_with('[')) return out.append(json);
  bool is_first = true;
  const auto begin = [&] {
    out.append(std::exchange(is_first, false) ? "\n" : ",\n");
    out.append((level + 1) * kIndent, ' ');
  };
  out.append(is_object ? "{" : "[");
  for_each_json_member(json, [&](std::string_view name, bool, std::string_view value) {
    begin();
    out.append("\"");
    out.append(name);
    out.append("\": ");
    pretty(value, level + 1, out);
    return out.is_whole();
  });
  for_each_json_element(json, [&](std::string_view value) {
    begin();
    pretty(value, level + 1, out);
    return out.is_whole();
  });
  out.append("\n");
  out.append(level * kIndent, ' ');
  out.append(is_object ? "}" : "]");
}

constexpr auto kPretty = [](TextCall& call, std::string_view json) {
  ResultText& out = call.result();
  pretty(json, 0, out);
  call.write(out);
};

constexpr auto kDuckType = [](TextCall& call, std::string_view json) {
  const char first = json.empty() ? '\0' : json.front();
  const bool is_whole = json.find_first_of(".eE") == std::string_view::npos;
  call.write(first == '{'                   ? "OBJECT"
             : first == '['                 ? "ARRAY"
             : first == '"'                 ? "VARCHAR"
             : first == 'n'                 ? "NULL"
             : first == 't' || first == 'f' ? "BOOLEAN"
             : !is_whole                    ? "DOUBLE"
             : first == '-'                 ? "BIGINT"
                                            : "UBIGINT");
};

#define LEAT_JSON_LISTS(PREFIX)                                                           \
  {PREFIX "_array_elements",                                                              \
   PREFIX "_array_elements(json json) -> list<json>",                                     \
   {"The elements of an array as a list, for unnest.",                                    \
    "The value is no array: `" PREFIX "_array_elements('{}'::json)`."},                   \
   PREFIX "_array_elements('[1, {\"a\": 2}]'::json)[1]",                                  \
   "1",                                                                                   \
   json_elements<false>},                                                                 \
      {PREFIX "_array_elements_text",                                                     \
       PREFIX "_array_elements_text(json json) -> list<utf8>",                            \
       {"As before, of texts: strings without their quotes, NULL for null.",              \
        "The value is no array: `" PREFIX "_array_elements_text('1'::json)`."},           \
       PREFIX "_array_elements_text('[\"x\", null]'::json)",                              \
       R"(["x",null])",                                                                   \
       json_elements<true>},                                                              \
      {PREFIX "_each",                                                                    \
       PREFIX "_each(json json) -> list<struct<key utf8, value json>>",                   \
       {"The members of an object as a list of names and values, for unnest.",            \
        "The value is no object: `" PREFIX "_each('[]'::json)`."},                        \
       PREFIX "_each('{\"a\": 1, \"b\": [2]}'::json)[2].value",                           \
       "[2]",                                                                             \
       json_members<false>},                                                              \
      {PREFIX "_each_text",                                                               \
       PREFIX "_each_text(json json) -> list<struct<key utf8, value utf8>>",              \
       {"As before, with texts for values: strings without their quotes, NULL for null.", \
        "The value is no object: `" PREFIX "_each_text('[]'::json)`."},                   \
       PREFIX "_each_text('{\"a\": \"x\"}'::json)[1].value",                              \
       "x",                                                                               \
       json_members<true>},                                                               \
  {                                                                                       \
    PREFIX "_object_keys", PREFIX "_object_keys(json json) -> list<utf8>",                \
        {"The names of an object's members, in their order.",                             \
         "The value is no object: `" PREFIX "_object_keys('[]'::json)`."},                \
        PREFIX "_object_keys('{\"b\": 1, \"a\": 2}'::json)", R"(["b","a"])", json_names   \
  }

constexpr std::array<Function, 18> kJsonListFunctions = {{
    LEAT_JSON_LISTS("json"),
    LEAT_JSON_LISTS("jsonb"),
    {"jsonb_delete",
     "jsonb_delete(json json, key utf8) -> json",
     {"Without the member, or the strings of an array that are `key`. Also written `json - 'key'`.",
      "The value is a scalar: `jsonb_delete('1'::json, 'a')`."},
     "'{\"a\": 1, \"b\": 2}'::json - 'a'",
     "{\"b\":2}",
     json_delete_key},
    {"jsonb_delete",
     "jsonb_delete(json json, index int64) -> json",
     {"Without the element of an array, counted from 0, from its end if negative. Also written "
      "`json - 0`.",
      "The value is no array: `jsonb_delete('{}'::json, 0)`."},
     "'[1, 2, 3]'::json - -1",
     "[1,2]",
     text_kernel<kDeleteIndex>},
    {"jsonb_delete",
     "jsonb_delete(json json, keys list<utf8>) -> json",
     {"Without all of these members. Also written `json - array['a', 'b']`.",
      "The value is a scalar: `jsonb_delete('1'::json, array['a'])`."},
     "'{\"a\": 1, \"b\": 2}'::json - array['a', 'b']",
     "{}",
     json_delete_all},
    {"jsonb_delete_path",
     "jsonb_delete_path(json json, path utf8) -> json",
     {"Without what is at the end of the path. Also written `json #- '{a,0}'`.",
      "The path has another form: `jsonb_delete_path('{}'::json, 'a')`."},
     "jsonb_delete_path('{\"a\": [1, 2]}'::json, '{a,0}')",
     "{\"a\":[2]}",
     json_delete_path},
    {"jsonb_delete_path",
     "jsonb_delete_path(json json, path list<utf8>) -> json",
     {"As before, of a path that is a list.",
      "The value is a scalar: `jsonb_delete_path('1'::json, array['a'])`."},
     "jsonb_delete_path('{\"a\": {\"b\": 1}}'::json, array['a', 'b'])",
     "{\"a\":{}}",
     json_delete_steps},
    {"json_merge_patch",
     "json_merge_patch(json json, patch json) -> json",
     {"The value with the members of the patch, at every level; those that are null there go (RFC "
      "7386).",
      "The result would be longer than 64 MiB: `json_merge_patch(('{\"a\":\"' || repeat('x', "
      "40000000) || '\"}')::json, ('{\"b\":\"' || repeat('x', 40000000) || '\"}')::json)`."},
     "json_merge_patch('{\"a\": 1, \"b\": {\"c\": 2}}'::json, '{\"a\": null, \"b\": {\"d\": "
     "3}}'::json)",
     "{\"b\":{\"c\":2,\"d\":3}}",
     text_kernel<kMergePatch>},
    {"jsonb_pretty",
     "jsonb_pretty(json json) -> utf8",
     {"The value over several lines, four blanks a level.",
      "The result would be longer than 64 MiB: `jsonb_pretty(('[\"' || repeat('x', 40000000) || "
      "'\",\"' || repeat('x', 40000000) || '\"]')::json)`."},
     "replace(jsonb_pretty('{\"a\": 1}'::json), chr(10), '/')",
     "{/    \"a\": 1/}",
     text_kernel<kPretty>},
    {"json_type", "json_type(json json) -> utf8",
     "What the value is in DuckDB's words: OBJECT, ARRAY, VARCHAR, UBIGINT, BIGINT (below zero), "
     "DOUBLE, BOOLEAN or NULL.",
     "json_type('-1'::json)", "BIGINT", text_kernel<kDuckType>},
}};

#undef LEAT_JSON_LISTS

}  // namespace

std::span<const Function> json_list_functions() { return kJsonListFunctions; }

}  // namespace leat::expr
