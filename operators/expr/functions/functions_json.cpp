// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Functions of JSON. Those that make JSON of values are forms, as they take every type.
#include <array>

#include <fmt/format.h>

#include "engine/codes/data.h"
#include "operators/expr/functions/functions.h"
#include "operators/expr/kernels/json_access.h"
#include "operators/expr/kernels/row_kernel.h"
#include "operators/expr/kernels/text_list_writer.h"
#include "operators/json/json_scanner.h"

namespace leat::expr {
namespace {

/// What the value is; `json` is valid and has no space before it.
std::string_view kind_of(std::string_view json) {
  switch (json.empty() ? '\0' : json[0]) {
    case '{': return "object";
    case '[': return "array";
    case '"': return "string";
    case 't':
    case 'f': return "boolean";
    case 'n': return "null";
    default: return "number";
  }
}

constexpr auto kTypeof = [](TextCall& call, std::string_view json) { call.write(kind_of(json)); };

constexpr auto kArrayLength = [](Call& call, std::string_view json) {
  int64_t count = 0;
  if (kind_of(json) != "array") {
    call.fault(code::kBadArgument,
               fmt::format("json_array_length needs an array, not {}{}",
                           json.starts_with('{') ? "an " : "a ", kind_of(json)));
    return count;
  }
  for_each_json_element(json, [&](std::string_view) { return ++count > 0; });
  return count;
};

constexpr auto kValid = [](std::string_view text) {
  io::JsonScanner scanner(text, io::LineFeeds::kAreSpace);
  const char* const end = scanner.skip_value(scanner.skip_space(text.data()));
  return end != nullptr && scanner.skip_space(end) == scanner.end();
};

Result<Vector> json_keys(const KernelContext& context, std::span<const Vector> inputs) {
  LEAT_TRY_ASSIGN(BufferRef validity, all_valid(context, inputs));
  TextListWriter writer(context);
  std::string key;
  for_each_valid(context, validity, [&](size_t row) {
    writer.start(row);
    // The view's own bytes, which the scanner may read beyond.
    const std::string_view json = inputs[0]->view_at(inputs[0].at(row));
    for_each_json_member(json, [&](std::string_view name, bool escaped, std::string_view) {
      if (!escaped) {
        writer.append(name);
      } else {
        key.resize(name.size());
        key.resize(static_cast<size_t>(io::json_unescape(name, key.data()) - key.data()));
        writer.append(key);
      }
      return writer.is_whole();
    });
  });
  return writer.finish(std::move(validity));
}

constexpr std::array<Function, 19> kJsonFunctions = {{
    {"json_typeof", "json_typeof(json json) -> utf8",
     "What the value is: object, array, string, number, boolean or null.",
     "json_typeof('[1, 2]'::json)", "array", text_kernel<kTypeof>},
    {"json_array_length",
     "json_array_length(json json) -> int64",
     {"How many elements the array has.",
      "The value is no array: `json_array_length('{}'::json)`."},
     "json_array_length('[1, [2, 3], null]'::json)",
     "3",
     row_kernel<kArrayLength>},
    {"json_keys", "json_keys(json json) -> list<utf8>",
     "The names of an object's members, in their order; no names when the value is no object.",
     "json_keys('{\"a\": 1, \"b\": 2}'::json)[2]", "b", json_keys},
    {"json_valid", "json_valid(text utf8) -> bool", "Is the text one JSON value?",
     "json_valid('{\"a\": }')", "false", row_kernel<kValid>},
    {"json_extract_path", "json_extract_path(json json, key utf8, ...) -> json",
     "The part at the end of a path of names, and of numbers of elements from 0; NULL when there "
     "is "
     "none. Also written `json #> '{a,0}'`.",
     "json_extract_path('{\"a\": {\"b\": [10, 20]}}'::json, 'a', 'b', '1')", "20",
     json_extract_path_kernel},
    {"json_extract_path_text", "json_extract_path_text(json json, key utf8, ...) -> utf8",
     "As before, a string without its quotes; NULL also for null. Also written `json #>> '{a,0}'`.",
     "json_extract_path_text('{\"a\": [\"x\"]}'::json, 'a', '0')", "x",
     json_extract_path_text_kernel},
    {"to_json",
     "to_json(value any) -> json",
     {"The value as JSON: numbers, true and false as they are, others as strings, lists and "
      "structs as "
      "arrays and objects.",
      "JSON has no word for it: `to_json('nan'::float64)`."},
     "to_json('say \"hi\"')",
     "\"say \\\"hi\\\"\""},
    {"json_build_object",
     "json_build_object(key utf8, value any, ...) -> json",
     {"An object of these names and values. Also json_object.",
      "A key is NULL, or JSON has no word for a value: `json_build_object('x', 'nan'::float64)`."},
     "json_build_object('a', 1, 'b', 'x', 'c', null)",
     "{\"a\":1,\"b\":\"x\",\"c\":null}"},
    {"json_object",
     "json_object(key utf8, value any, ...) -> json",
     {"As json_build_object.",
      "A key is NULL, or JSON has no word for a value: `json_object('x', 'nan'::float64)`."},
     "json_object('a', true)",
     "{\"a\":true}"},
    {"json_build_array",
     "json_build_array(value any, ...) -> json",
     {"An array of the values. Also json_array.",
      "JSON has no word for a value: `json_build_array('nan'::float64)`."},
     "json_build_array(1, 'x', null, 2.5)",
     "[1,\"x\",null,2.5]"},
    {"json_array",
     "json_array(value any, ...) -> json",
     {"As json_build_array.", "JSON has no word for a value: `json_array('nan'::float64)`."},
     "json_array(1, 2)",
     "[1,2]"},
    {"json_from_entries",
     "json_from_entries(entries list) -> json",
     {"An object of a list of structs with the fields `key` (utf8) and `value` (json), as "
      "json_each "
      "makes it.",
      "A key is NULL: `json_from_entries([struct_pack(key := null::utf8, value := '1'::json)])`."},
     "json_from_entries(json_each('{\"a\": 1}'::json))",
     "{\"a\":1}"},
    {"jsonb_typeof", "jsonb_typeof(json json) -> utf8", "As json_typeof.",
     "jsonb_typeof('\"x\"'::json)", "string", text_kernel<kTypeof>},
    {"jsonb_array_length",
     "jsonb_array_length(json json) -> int64",
     {"As json_array_length.", "The value is no array: `jsonb_array_length('{}'::json)`."},
     "jsonb_array_length('[1, 2]'::json)",
     "2",
     row_kernel<kArrayLength>},
    {"to_jsonb",
     "to_jsonb(value any) -> json",
     {"As to_json.", "JSON has no word for it: `to_jsonb('nan'::float64)`."},
     "to_jsonb([1, 2])",
     "[1,2]"},
    {"array_to_json",
     "array_to_json(list list) -> json",
     {"As to_json, of a list.", "JSON has no word for a value: `array_to_json(['nan'::float64])`."},
     "array_to_json([1, 2])",
     "[1,2]"},
    {"jsonb_build_object",
     "jsonb_build_object(key utf8, value any, ...) -> json",
     {"As json_build_object.",
      "A key is NULL, or JSON has no word for a value: `jsonb_build_object('x', 'nan'::float64)`."},
     "jsonb_build_object('a', 1)",
     "{\"a\":1}"},
    {"jsonb_object",
     "jsonb_object(key utf8, value any, ...) -> json",
     {"As json_build_object.",
      "A key is NULL, or JSON has no word for a value: `jsonb_object('x', 'nan'::float64)`."},
     "jsonb_object('a', 1)",
     "{\"a\":1}"},
    {"jsonb_build_array",
     "jsonb_build_array(value any, ...) -> json",
     {"As json_build_array.", "JSON has no word for a value: `jsonb_build_array('nan'::float64)`."},
     "jsonb_build_array(1, 'x')",
     "[1,\"x\"]"},
}};

}  // namespace

std::span<const Function> json_functions() { return kJsonFunctions; }

}  // namespace leat::expr
