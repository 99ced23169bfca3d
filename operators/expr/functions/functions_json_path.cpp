// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Functions that take a path of SQL/JSON, or what DuckDB takes for one.
//
// Invariants:
//  1. A path that is constant is read once, and what is wrong with it is found by `check`.
//  2. What a path cannot do with a value (a text that is added up) fails the row, except where
//     PostgreSQL is silent: `@?`, `@@`, json_value, json_query and json_exists.
#include <array>
#include <optional>
#include <string>
#include <utility>

#include <fmt/format.h>

#include "engine/codes/data.h"
#include "engine/codes/expression.h"
#include "operators/expr/functions/functions.h"
#include "operators/expr/functions/json_edit.h"
#include "operators/expr/kernels/json_access.h"
#include "operators/expr/kernels/json_query.h"
#include "operators/expr/kernels/row_kernel.h"
#include "operators/expr/kernels/text_list_writer.h"

namespace leat::expr {
namespace {

using QueryPtr = std::shared_ptr<const JsonQuery>;

/// How the text of a path is read.
enum class PathForm : uint8_t {
  kQuery,   ///< SQL/JSON.
  kEither,  ///< SQL/JSON, or the name of a member.
  kSingle,  ///< As kEither, and it leads to one value at most.
};

Result<QueryPtr> read_path(PathForm form, std::string_view text) {
  const bool is_query = form == PathForm::kQuery || text.starts_with('$');
  if (!is_query) return JsonQuery::member(text);
  LEAT_TRY_ASSIGN(QueryPtr query, JsonQuery::parse(text));
  if (form == PathForm::kSingle && !query->is_single()) {
    return fail(code::kBadPattern, ErrorCode::kInvalid,
                fmt::format("'{}' can lead to more than one value", text),
                "json_path gives a list of all of them");
  }
  return query;
}

template <PathForm kForm>
Result<Prepared> prepare_path(std::span<const Column* const> constants) {
  if (constants[1] == nullptr) return Prepared();
  LEAT_TRY_ASSIGN(QueryPtr query, read_path(kForm, constants[1]->view_at(0)));
  return Prepared(std::move(query));
}

/// The path for a row: the prepared one, or one that is kept while the next rows have the same.
class Paths {
 public:
  Paths(const KernelContext& context, PathForm form, std::span<const Vector> inputs)
      : context_(context), form_(form), inputs_(inputs) {}

  /// Null after reporting a fault.
  const JsonQuery* find(size_t row) {
    if (context_.has_state()) return &context_.state<JsonQuery>();
    const std::string_view text = inputs_[1]->view_at(inputs_[1].at(row));
    if (!last_ || *last_ != text) {
      last_ = text;
      query_ = read_path(form_, text);
    }
    if (query_) return query_->get();
    context_.fault(query_.error().number, row, query_.error().message, query_.error().hint);
    return nullptr;
  }
  /// Calls `visit` for what is found in the document of a row; false after a fault, reported unless
  /// it is to be silent.
  bool search(size_t row, bool silent, QueryVisit visit) {
    const JsonQuery* const query = find(row);
    if (query == nullptr) return false;
    const std::string_view variables =
        inputs_.size() > 2 ? inputs_[2]->view_at(inputs_[2].at(row)) : std::string_view();
    std::optional<std::string> fault =
        find_json(*query, inputs_[0]->view_at(inputs_[0].at(row)), variables, visit);
    if (fault && !silent) context_.fault(code::kBadArgument, row, std::move(*fault));
    return !fault;
  }

 private:
  const KernelContext& context_;
  PathForm form_;
  std::span<const Vector> inputs_;
  std::optional<std::string> last_;
  Result<QueryPtr> query_;
};

Result<Vector> json_path_list(const KernelContext& context, std::span<const Vector> inputs) {
  LEAT_TRY_ASSIGN(BufferRef validity, all_valid(context, inputs));
  TextListWriter writer(context);
  Paths paths(context, PathForm::kQuery, inputs);
  for_each_valid(context, validity, [&](size_t row) {
    writer.start(row);
    const auto append = [&](std::string_view json) {
      writer.append(json);
      return writer.is_whole();
    };
    paths.search(row, false, append);
  });
  return writer.finish(std::move(validity));
}

Result<Vector> json_path_array(const KernelContext& context, std::span<const Vector> inputs) {
  Paths paths(context, PathForm::kQuery, inputs);
  return texts_of(context, inputs, [&](size_t row, ResultText& out) {
    out.append("[");
    bool is_first = true;
    const auto append = [&](std::string_view json) {
      if (!std::exchange(is_first, false)) out.append(",");
      out.append(json);
      return out.is_whole();
    };
    paths.search(row, false, append);
    out.append("]");
    return true;
  });
}

/// What becomes of a value that was found.
enum class Taken : uint8_t {
  kFirst,   ///< The first value.
  kOnly,    ///< The only value; NULL when there are several, or a fault.
  kText,    ///< The first value, a string without its quotes; NULL also for null.
  kScalar,  ///< The only value as text, unless it is an object or array.
};

void append_text(std::string_view json, ResultText& out) {
  if (!json.starts_with('"')) return out.append(json);
  const std::string_view raw = json.substr(1, json.size() - 2);
  if (!raw.contains('\\')) return out.append(raw);
  out.append(unescaped(raw, true));
}

template <Taken kTaken, PathForm kForm>
Result<Vector> json_path_value(const KernelContext& context, std::span<const Vector> inputs) {
  constexpr bool kIsOnly = kTaken == Taken::kOnly || kTaken == Taken::kScalar;
  constexpr bool kAsText = kTaken == Taken::kText || kTaken == Taken::kScalar;
  Paths paths(context, kForm, inputs);
  return texts_of(context, inputs, [&](size_t row, ResultText& out) {
    size_t count = 0;
    bool is_null = false;
    const auto take = [&](std::string_view json) {
      if (++count > 1) return false;
      const bool nested = json.starts_with('{') || json.starts_with('[');
      is_null = (kAsText && json == "null") || (kTaken == Taken::kScalar && nested);
      if (is_null) return kIsOnly;
      if (kAsText) {
        append_text(json, out);
      } else {
        out.append(json);
      }
      return kIsOnly;
    };
    return paths.search(row, kIsOnly, take) && count == 1 && !is_null;
  });
}

enum class Silence : uint8_t { kFails, kSilent, kFalse };

/// Is there a value?
template <Silence kSilence, PathForm kForm>
Result<Vector> json_path_exists(const KernelContext& context, std::span<const Vector> inputs) {
  LEAT_TRY_ASSIGN(BufferRef validity, all_valid(context, inputs));
  LEAT_TRY_ASSIGN(BufferRef bits, new_zero_bits(context));
  NullWriter nulls(context, validity);
  Paths paths(context, kForm, inputs);
  for_each_valid(context, validity, [&](size_t row) {
    bool found = false;
    const auto note = [&](std::string_view) { return !(found = true); };
    const bool ok = paths.search(row, kSilence != Silence::kFails, note);
    if (!ok && kSilence == Silence::kSilent) return nulls.set_null(row);
    if (found) set_bit(bits->mutable_data(), row);
  });
  LEAT_TRY_ASSIGN(validity, nulls.finish());
  return column_of(context, std::move(validity), std::move(bits));
}

/// Is what is found true? NULL when it is null.
template <Silence kSilence>
Result<Vector> json_path_match(const KernelContext& context, std::span<const Vector> inputs) {
  LEAT_TRY_ASSIGN(BufferRef validity, all_valid(context, inputs));
  LEAT_TRY_ASSIGN(BufferRef bits, new_zero_bits(context));
  NullWriter nulls(context, validity);
  Paths paths(context, PathForm::kQuery, inputs);
  for_each_valid(context, validity, [&](size_t row) {
    size_t count = 0;
    char first = 0;
    const auto note = [&](std::string_view json) {
      if (++count == 1) first = json.front();
      return count == 1;
    };
    if (!paths.search(row, kSilence != Silence::kFails, note)) return nulls.set_null(row);
    if (count == 1 && first == 't') return set_bit(bits->mutable_data(), row);
    if (count == 1 && first == 'f') return;
    nulls.set_null(row);
    if ((count != 1 || first != 'n') && kSilence == Silence::kFails)
      context.fault(code::kBadArgument, row, "the path gives no single true or false");
  });
  LEAT_TRY_ASSIGN(validity, nulls.finish());
  return column_of(context, std::move(validity), std::move(bits));
}

template <Taken kTaken>
constexpr Kernel kSingleValue = json_path_value<kTaken, PathForm::kSingle>;

/// `function`, whose argument 1 is a path.
constexpr Function with_path(Function function, Prepare prepare = prepare_path<PathForm::kQuery>) {
  function.prepare = prepare;
  function.blamed = 1;
  return function;
}

constexpr const char* kFirstFails =
    "The path does arithmetic with what is no number: `jsonb_path_query_first('{\"a\": "
    "\"x\"}'::json, '$.a + 1')`.";

constexpr std::array<Function, 17> kJsonPathFunctions = {{
    with_path({"json_path",
               "json_path(json json, path utf8[, variables json]) -> list<json>",
               {"All values at the end of a path of SQL/JSON, as PostgreSQL reads it in lax mode: "
                "`$.a.b`, `[*]`, `[0 to 2]`, `[last]`, `.*`, `.**`, `? (@.x > 1 && @.y == \"z\")`, "
                "arithmetic, and the methods type, size, double, number, ceiling, floor, abs, "
                "string, keyvalue. `variables` has the values of `$name`.",
                "The path does arithmetic with what is no number: `json_path('{\"a\": "
                "\"x\"}'::json, '$.a + 1')`."},
               "json_path('{\"a\": [{\"b\": 1}, {\"b\": 2}]}'::json, '$.a[*].b')",
               "[1,2]",
               json_path_list}),
    with_path({"jsonb_path_query",
               "jsonb_path_query(json json, path utf8[, variables json]) -> list<json>",
               {"As json_path.",
                "The path does arithmetic with what is no number: `jsonb_path_query('{\"a\": "
                "\"x\"}'::json, '$.a + 1')`."},
               "jsonb_path_query('[1, 2, 3]'::json, '$[*] ? (@ > $least)', '{\"least\": 1}'::json)",
               "[2,3]",
               json_path_list}),
    with_path({"jsonb_path_query_array",
               "jsonb_path_query_array(json json, path utf8[, variables json]) -> json",
               {"As json_path, the values as an array of JSON.",
                "The path does arithmetic with what is no number: "
                "`jsonb_path_query_array('{\"a\": \"x\"}'::json, '$.a + 1')`."},
               "jsonb_path_query_array('{\"a\": [5, \"x\", 7]}'::json, '$.a[last, 0]')",
               "[7,5]",
               json_path_array}),
    with_path({"jsonb_path_query_first",
               "jsonb_path_query_first(json json, path utf8[, variables json]) -> json",
               {"The first value at the end of the path; NULL when there is none.", kFirstFails},
               "jsonb_path_query_first('{\"a\": [5, 6]}'::json, '$.a[*] ? (@ > 5)')",
               "6",
               json_path_value<Taken::kFirst, PathForm::kQuery>}),
    with_path({"jsonb_path_exists",
               "jsonb_path_exists(json json, path utf8[, variables json]) -> bool",
               {"Is there a value at the end of the path?",
                "The path does arithmetic with what is no number: `jsonb_path_exists('{\"a\": "
                "\"x\"}'::json, '$.a + 1')`."},
               "jsonb_path_exists('{\"a\": [1, 2]}'::json, '$.a[*] ? (@ > 2)')",
               "false",
               json_path_exists<Silence::kFails, PathForm::kQuery>}),
    with_path({"jsonb_path_exists_opr", "jsonb_path_exists_opr(json json, path utf8) -> bool",
               "As jsonb_path_exists, NULL where that fails. Also written `json @? path`.",
               "'{\"a\": 1}'::json @? '$.a'", "true",
               json_path_exists<Silence::kSilent, PathForm::kQuery>}),
    with_path({"jsonb_path_match",
               "jsonb_path_match(json json, path utf8[, variables json]) -> bool",
               {"What a condition says of the value; NULL when it is unknown.",
                "The path is no condition: `jsonb_path_match('{\"a\": 1}'::json, '$.a')`."},
               "jsonb_path_match('{\"a\": [1, 5]}'::json, 'exists($.a[*] ? (@ >= 5))')",
               "true",
               json_path_match<Silence::kFails>}),
    with_path({"jsonb_path_match_opr", "jsonb_path_match_opr(json json, path utf8) -> bool",
               "As jsonb_path_match, NULL where that fails. Also written `json @@ path`.",
               "'{\"a\": 2}'::json @@ '$.a > 1'", "true", json_path_match<Silence::kSilent>}),
    with_path({"json_value", "json_value(json json, path utf8[, variables json]) -> utf8",
               "The number, string, true or false at the end of a path of SQL/JSON as text; NULL "
               "when there is none, or more than one, or an object or array.",
               "json_value('{\"a\": {\"b\": \"x\"}}'::json, '$.a.b')", "x",
               json_path_value<Taken::kScalar, PathForm::kQuery>}),
    with_path({"json_query", "json_query(json json, path utf8[, variables json]) -> json",
               "The value at the end of a path of SQL/JSON; NULL when there is none, or more than "
               "one.",
               "json_query('{\"a\": {\"b\": [1]}}'::json, '$.a')", "{\"b\": [1]}",
               json_path_value<Taken::kOnly, PathForm::kQuery>}),
    with_path({"json_exists", "json_exists(json json, path utf8) -> bool",
               "Is there a value at the end of a path of SQL/JSON? A text that does not begin with "
               "$ is the name of a member.",
               "json_exists('{\"a\": {\"b\": null}}'::json, '$.a.b')", "true",
               json_path_exists<Silence::kFalse, PathForm::kEither>},
              prepare_path<PathForm::kEither>),
    with_path({"json_extract",
               "json_extract(json json, path utf8) -> json",
               {"The value at the end of a path such as $.a[0], or the member of that name; NULL "
                "when there is none.",
                "The path leads to several values: `json_extract('[1]'::json, concat('$[', "
                "'*]'))`."},
               "json_extract('{\"a\": [1, 2]}'::json, '$.a[1]')",
               "2",
               kSingleValue<Taken::kFirst>},
              prepare_path<PathForm::kSingle>),
    {"json_extract", "json_extract(json json, index int64) -> json",
     "The element of an array, counted from 0.", "json_extract('[10, 20]'::json, 1)", "20",
     json_get_kernel},
    with_path({"json_extract_string",
               "json_extract_string(json json, path utf8) -> utf8",
               {"As json_extract, a string without its quotes; NULL also for null.",
                "The path leads to several values: `json_extract_string('[1]'::json, concat('$[', "
                "'*]'))`."},
               "json_extract_string('{\"a\": \"x\"}'::json, '$.a')",
               "x",
               kSingleValue<Taken::kText>},
              prepare_path<PathForm::kSingle>),
    {"json_extract_string", "json_extract_string(json json, index int64) -> utf8",
     "The element of an array, counted from 0, a string without its quotes.",
     "json_extract_string('[\"a\"]'::json, 0)", "a", json_get_text_kernel},
    {"jsonb_extract_path", "jsonb_extract_path(json json, key utf8, ...) -> json",
     "As json_extract_path.", "jsonb_extract_path('{\"a\": {\"b\": 1}}'::json, 'a', 'b')", "1",
     json_extract_path_kernel},
    {"jsonb_extract_path_text", "jsonb_extract_path_text(json json, key utf8, ...) -> utf8",
     "As json_extract_path_text.", "jsonb_extract_path_text('{\"a\": \"x\"}'::json, 'a')", "x",
     json_extract_path_text_kernel},
}};

}  // namespace

std::span<const Function> json_path_functions() { return kJsonPathFunctions; }

}  // namespace leat::expr
