// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// The functions of the language. A function is one row of a table in a functions_*.cpp file; from
// it derive name lookup, type checking, documentation, listings, and a test that the example gives
// what it says.
#pragma once

#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "operators/expr/kernels/kernel.h"

namespace leat::expr {

/// Makes of a call's constant arguments what the kernel needs for all rows (a compiled pattern).
/// `constants[i]` is null when argument i is not constant. Null when there is nothing to prepare.
/// ERRORS: kInvalid when a constant cannot be used.
using Prepared = std::shared_ptr<const void>;
using Prepare = Result<Prepared> (*)(std::span<const Column* const> constants);

/// The type that a call gives whose signature says only `decimal`. `constants` as for Prepare.
using DecimalRule = Type (*)(std::span<const Type> arguments,
                             std::span<const Column* const> constants);

enum class Nulls : uint8_t {
  kStrict,   ///< NULL when any argument is; the kernel sees no NULL constants.
  kVisible,  ///< The kernel deals with NULLs.
};

/// What a function does, and for which values it fails, with one that does in backquotes; a
/// function without `errors` never fails. Tests hold both to it.
struct Doc {
  constexpr Doc(const char* does, const char* fails = "") : text(does), errors(fails) {}

  std::string_view text;
  std::string_view errors;
};

/// A function, or one of several of the same name. All views point to literals.
struct Function {
  std::string_view name;
  /// `name(argument type, ...[, optional type]) -> type`. `any` takes every type, `decimal`
  /// decimals of any digits, `T` and lists of it every type that is the same for all of them;
  /// `...` repeats the argument before it. Checking reads the types from here, so that it cannot
  /// say anything else than the documentation.
  std::string_view signature;
  Doc doc;
  std::string_view example;
  std::string_view result;  ///< Of the example, as text.
  Kernel kernel = nullptr;  ///< Null for forms that the binder expands (coalesce, nullif).
  Prepare prepare = nullptr;
  Nulls nulls = Nulls::kStrict;
  bool as_text = false;           ///< Arguments of type any arrive as text.
  DecimalRule decimal = nullptr;  ///< Null unless the result is `decimal`.
  std::string_view section = {};  ///< Which table it stands in; functions() fills it in.
  /// Of a plugin's function: what its kernel finds in KernelContext::state. Outlives all programs.
  const void* plugin = nullptr;
  bool compares = false;  ///< Values of type T are compared, so they must not be json.
  /// The argument that `prepare` complains of; kWholeCall: the call.
  uint8_t blamed = kWholeCall;

  static constexpr uint8_t kWholeCall = UINT8_MAX;
};

/// `function`, which compares values of type T.
constexpr Function comparing(Function function) {
  function.compares = true;
  return function;
}

/// All functions, by name.
std::span<const Function> functions();

/// Where the type T stands in the type of a parameter or result.
enum class Shape : uint8_t { kPlain, kElement, kList, kListOfLists };

/// A signature taken apart.
struct Overload {
  const Function* function = nullptr;
  std::vector<Type> parameters;
  std::vector<Shape> shapes;  ///< Of parameters; other than kPlain, their type is null.
  Shape result_shape = Shape::kPlain;
  bool is_generic = false;  ///< Does T stand in it?
  std::vector<bool> takes_any;
  std::vector<bool> takes_decimal;
  size_t required = 0;
  bool repeats = false;  ///< The last parameter may be given any number of times.
  Type result;
};

/// The functions called `name` (lower case), in the order of their table.
std::span<const Overload> overloads(std::string_view name);
std::vector<std::string> function_names();

/// May there be functions besides those that are known?
enum class Completeness : uint8_t { kComplete, kOthersUnknown };

/// The message of what is no mistake, but could not be checked: a function `vendor.name` that is
/// unknown where there may be others. Whoever said that there may be takes it out.
inline constexpr std::string_view kNotChecked = "";

/// Functions besides the built-in ones, called `vendor.name`. THREADS: immutable, any.
class FunctionSet {
 public:
  /// REQUIRES: can_read_signature() of each.
  explicit FunctionSet(std::vector<Function> functions,
                       Completeness completeness = Completeness::kComplete);
  FunctionSet(const FunctionSet&) = delete;
  FunctionSet& operator=(const FunctionSet&) = delete;

  std::span<const Function> functions() const { return functions_; }
  std::span<const Overload> overloads(std::string_view name) const;
  /// Is a function that is not here unknown, and not just that of a plugin that was not loaded?
  bool is_complete() const { return completeness_ == Completeness::kComplete; }

 private:
  Completeness completeness_;
  std::vector<Function> functions_;  // by name
  std::vector<Overload> overloads_;  // overloads_[i] is of functions_[i]
};

/// Is the signature of the function one that a FunctionSet can read? Its types must be single
/// words, and none of them `decimal`.
bool can_read_signature(const Function& function);

// The tables.
std::span<const Function> text_functions();
std::span<const Function> text_edit_functions();
std::span<const Function> text_shape_functions();
std::span<const Function> format_functions();
std::span<const Function> template_functions();
std::span<const Function> encoding_functions();
std::span<const Function> hash_functions();
std::span<const Function> similarity_functions();
std::span<const Function> regexp_functions();
std::span<const Function> regexp_place_functions();
std::span<const Function> math_functions();
std::span<const Function> decimal_functions();
std::span<const Function> number_functions();
std::span<const Function> time_functions();
std::span<const Function> time_text_functions();
std::span<const Function> zone_functions();
std::span<const Function> interval_functions();
std::span<const Function> clock_functions();
std::span<const Function> inet_functions();
std::span<const Function> uuid_functions();
std::span<const Function> json_functions();
std::span<const Function> json_edit_functions();
std::span<const Function> json_list_functions();
std::span<const Function> json_path_functions();
std::span<const Function> bits_functions();
std::span<const Function> list_functions();
std::span<const Function> list_edit_functions();
std::span<const Function> list_search_functions();
std::span<const Function> list_pick_functions();
std::span<const Function> list_form_functions();
std::span<const Function> series_functions();
std::span<const Function> general_functions();

}  // namespace leat::expr
