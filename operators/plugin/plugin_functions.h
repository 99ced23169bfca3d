// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Part of the C++ face for plugins, see plugin.h: functions of expressions, made of C++ functions.
//
// The C++ type of a function says what buffers are read and made; the signature says what leat
// sends. That the two agree is checked when the plugin is loaded, for a value read as another type
// is garbage, or memory that is not there.
#pragma once

#include <leat/plugin_rows.h>

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

namespace leat::api {

/// What a function says of itself. The signature names the types: `slug(text utf8) -> utf8`.
struct AboutFunction {
  const char* name = "";
  const char* signature = "";
  const char* doc = "";
  const char* errors = nullptr;
  const char* example = "";
  const char* result = "";
};

/// For functions that can fail: their first parameter.
class Fault {
 public:
  void reject(std::string reason) { reason_ = std::move(reason); }
  const std::optional<std::string>& reason() const { return reason_; }

 private:
  std::optional<std::string> reason_;
};

template <typename T>
T value_at(const Column& column, size_t row) {
  if constexpr (std::is_same_v<T, bool>) {
    return column.boolean(row);
  } else if constexpr (std::is_same_v<T, int64_t>) {
    return column.int64(row);
  } else if constexpr (std::is_same_v<T, double>) {
    return column.float64(row);
  } else {
    static_assert(std::is_same_v<T, std::string_view>,
                  "a parameter is a bool, int64_t, double or std::string_view");
    return column.text(row);
  }
}

template <typename T>
struct ValueOf {
  using Of = T;
};
template <typename T>
struct ValueOf<std::optional<T>> {
  using Of = T;
};

/// The type of a column with values of T: a parameter, or what a function returns.
template <typename T>
constexpr Type type_for() {
  using Value = typename ValueOf<T>::Of;
  if constexpr (std::is_same_v<Value, bool>) {
    return Type::kBool;
  } else if constexpr (std::is_same_v<Value, int64_t>) {
    return Type::kInt64;
  } else if constexpr (std::is_same_v<Value, double>) {
    return Type::kFloat64;
  } else {
    static_assert(std::is_same_v<Value, std::string_view> || std::is_same_v<Value, std::string>,
                  "a function returns a bool, int64_t, double, std::string_view or std::string, or "
                  "std::optional of one");
    return Type::kText;
  }
}

template <typename T>
void set_value(NewColumn& column, size_t row, const T& value) {
  column.set(row, value);
}
template <typename T>
void set_value(NewColumn& column, size_t row, const std::optional<T>& value) {
  if (value) column.set(row, *value);
}

template <typename Result, typename... Arguments, typename Function>
int evaluate_rows(leat_call* handle, const leat_rows* rows, Function&& function) {
  return guarded(handle, [&](Call& call) {
    static const std::vector<InputColumn> arguments = {{"argument", type_for<Arguments>()}...};
    const Batch batch(*rows, arguments);
    auto column = std::make_unique<NewColumn>(type_for<Result>(), batch.rows(), "value");
    for (size_t row = 0; row < batch.rows() && call.ok(); ++row) {
      Fault fault;
      [&]<size_t... I>(std::index_sequence<I...>) {
        set_value(*column, row, function(fault, value_at<Arguments>(batch.column(I), row)...));
      }(std::index_sequence_for<Arguments...>());
      if (fault.reason()) call.reject(row, *fault.reason());
    }
    auto made = std::make_unique<NewRows>(1);
    NewColumn::release_into(std::move(column), batch.rows(), made->column(0));
    ArrowArray array;
    NewRows::release_into(std::move(made), batch.rows(), &array);
    const leat_output output{sizeof(leat_output), &array, nullptr, nullptr, nullptr};
    call.note(host_services->emit(handle, &output));
  });
}

template <auto kFunction, typename Result, typename... Arguments>
int evaluate(const leat_function*, leat_call* handle, const leat_rows* rows) {
  return evaluate_rows<Result, Arguments...>(
      handle, rows, [](Fault&, Arguments... arguments) { return kFunction(arguments...); });
}
template <auto kFunction, typename Result, typename... Arguments>
int evaluate_with_fault(const leat_function*, leat_call* handle, const leat_rows* rows) {
  return evaluate_rows<Result, Arguments...>(
      handle, rows,
      [](Fault& fault, Arguments... arguments) { return kFunction(fault, arguments...); });
}

using EvaluatePointer = int (*)(const leat_function*, leat_call*, const leat_rows*);

/// What the signature of a function must say of its types.
struct FunctionTypes {
  std::vector<Type> parameters;
  Type result = Type::kOther;
};

// By the type of the C++ function: the C function for it, and its types.
template <auto kFunction, typename Result, typename... Arguments>
constexpr EvaluatePointer evaluator_of(Result (*)(Arguments...)) {
  return &evaluate<kFunction, Result, Arguments...>;
}
template <auto kFunction, typename Result, typename... Arguments>
constexpr EvaluatePointer evaluator_of(Result (*)(Fault&, Arguments...)) {
  return &evaluate_with_fault<kFunction, Result, Arguments...>;
}
template <typename Result, typename... Arguments>
FunctionTypes types_of(Result (*)(Arguments...)) {
  return {{type_for<Arguments>()...}, type_for<Result>()};
}
template <typename Result, typename... Arguments>
FunctionTypes types_of(Result (*)(Fault&, Arguments...)) {
  return {{type_for<Arguments>()...}, type_for<Result>()};
}

/// `(int64, utf8) -> bool`, as signatures have it.
inline std::string to_string(const FunctionTypes& types) {
  std::string text;
  for (const Type type : types.parameters)
    text += (text.empty() ? "" : ", ") + std::string(type_name(type));
  return "(" + text + ") -> " + type_name(types.result);
}

/// How a function sees values of the type that signatures call `name`, which may also be one of
/// SQL's names: timestamps are int64_t (microseconds), binary and json are std::string_view.
inline std::string_view seen_as(std::string_view name) {
  constexpr std::pair<std::string_view, std::string_view> kSeen[] = {
      {"boolean", "bool"},      {"bigint", "int64"},   {"int8", "int64"},
      {"integer", "int64"},     {"int", "int64"},      {"int4", "int64"},
      {"smallint", "int64"},    {"int2", "int64"},     {"timestamp", "int64"},
      {"timestamptz", "int64"}, {"float8", "float64"}, {"float4", "float64"},
      {"real", "float64"},      {"float", "float64"},  {"double", "float64"},
      {"text", "utf8"},         {"varchar", "utf8"},   {"string", "utf8"},
      {"binary", "utf8"},       {"bytea", "utf8"},     {"json", "utf8"},
      {"jsonb", "utf8"}};
  for (const auto& [written, seen] : kSeen) {
    if (written == name) return seen;
  }
  return name;
}

/// The types of `name(text utf8, count int64) -> utf8`, without the names, as they are seen. One
/// that cannot be read is refused by the host.
inline std::string types_in(std::string_view signature) {
  const size_t open = signature.find('(');
  const size_t close = signature.rfind(')');
  const size_t arrow = signature.rfind("->");
  if (open == signature.npos || close == signature.npos || arrow == signature.npos || close < open)
    return {};
  const auto last_type = [](std::string_view text) {
    while (!text.empty() && text.back() == ' ') text.remove_suffix(1);
    const size_t blank = text.rfind(' ');
    std::string word(blank == text.npos ? text : text.substr(blank + 1));
    for (char& letter : word)
      letter = letter >= 'A' && letter <= 'Z' ? static_cast<char>(letter + 32) : letter;
    return std::string(seen_as(word));
  };
  std::string types;
  std::string_view rest = signature.substr(open + 1, close - open - 1);
  while (!rest.empty()) {
    const size_t comma = rest.find(',');
    types += (types.empty() ? "" : ", ") + last_type(rest.substr(0, comma));
    rest = comma == rest.npos ? std::string_view() : rest.substr(comma + 1);
  }
  return "(" + types + ") -> " + last_type(signature.substr(arrow + 2));
}

/// A function of expressions from one of C++: parameters bool, int64_t, double and
/// std::string_view, a result of these, std::string, or std::optional of one (NULL without value).
/// The signature says the same, else the plugin is refused.
template <auto kFunction>
leat_function function(const AboutFunction& about) {
  const std::string types = to_string(types_of(kFunction));
  const std::string signed_types = types_in(about.signature);
  if (!signed_types.empty() && signed_types != types)
    misuse(std::string("the signature '") + about.signature +
           "' does not fit its C++ function, which is " + types);
  leat_function table{};
  table.size = sizeof(leat_function);
  table.name = about.name;
  table.signature = about.signature;
  table.doc = about.doc;
  table.errors = about.errors;
  table.example = about.example;
  table.result = about.result;
  table.text = LEAT_TEXT_VIEWS;
  table.evaluate = evaluator_of<kFunction>(kFunction);
  return table;
}

}  // namespace leat::api
