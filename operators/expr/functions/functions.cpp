// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include "operators/expr/functions/functions.h"

#include <algorithm>
#include <array>

#include "engine/check.h"

namespace leat::expr {
namespace {

/// Reads a signature; a mistake in that of a built-in function is a bug of ours.
class SignatureReader {
 public:
  explicit SignatureReader(const Function& function)
      : function_(function), text_(function.signature) {}

  /// Could the signature be read?
  bool ok() const { return ok_; }

  Overload read() {
    Overload overload;
    overload.function = &function_;
    if (function_.kernel == nullptr) return overload;  // a form: the binder knows its arguments
    expect(function_.name);
    expect("(");
    bool optional = false;
    while (ok_ && !accept(")")) {
      const size_t left = text_.size();
      if (accept("[")) optional = true;
      accept(",");
      accept("]");
      if (accept("...")) {
        overload.repeats = true;
        continue;
      }
      if (text_.starts_with(")") || text_.starts_with("[")) continue;
      take_word();
      const std::string_view type = take_word();
      overload.takes_any.push_back(type == "any");
      overload.takes_decimal.push_back(type == "decimal");
      overload.shapes.push_back(shape_of(type));
      overload.is_generic = overload.is_generic || overload.shapes.back() != Shape::kPlain;
      overload.parameters.push_back(type == "any" ? kNullType : type_of(type));
      if (!optional) ++overload.required;
      ok_ = ok_ && text_.size() < left;
    }
    expect(" -> ");
    overload.result_shape = shape_of(text_);
    overload.result = text_ == "any" ? kNullType : type_of(text_);
    return overload;
  }

 private:
  static Shape shape_of(std::string_view type) {
    if (type == "T") return Shape::kElement;
    if (type == "list<T>") return Shape::kList;
    return type == "list<list<T>>" ? Shape::kListOfLists : Shape::kPlain;
  }
  Type type_of(std::string_view text) {
    if (shape_of(text) != Shape::kPlain) return kNullType;
    if (text == "decimal") return Type::decimal(38, 0);  // a rule says how many digits
    const std::optional<Type> type = parse_type(text);
    ok_ = ok_ && type.has_value();
    return type.value_or(kNullType);
  }
  bool accept(std::string_view part) {
    while (part != " -> " && text_.starts_with(' ')) text_.remove_prefix(1);
    if (!text_.starts_with(part)) return false;
    text_.remove_prefix(part.size());
    return true;
  }
  void expect(std::string_view part) { ok_ = accept(part) && ok_; }
  std::string_view take_word() {
    accept("");
    const size_t end = text_.find_first_of(" ,[])");
    const std::string_view word = text_.substr(0, end);
    text_.remove_prefix(word.size());
    return word;
  }

  const Function& function_;
  std::string_view text_;
  bool ok_ = true;
};

struct Section {
  std::string_view name;
  std::span<const Function> (*functions)();
};
constexpr std::array<Section, 32> kSections = {{
    {"numbers", math_functions},
    {"numbers", decimal_functions},
    {"numbers", number_functions},
    {"numbers", bits_functions},
    {"text", text_functions},
    {"text", text_edit_functions},
    {"text", text_shape_functions},
    {"text", format_functions},
    {"text", template_functions},
    {"text", encoding_functions},
    {"text", hash_functions},
    {"text", similarity_functions},
    {"regular expressions", regexp_functions},
    {"regular expressions", regexp_place_functions},
    {"dates and times", time_functions},
    {"dates and times", time_text_functions},
    {"dates and times", zone_functions},
    {"dates and times", interval_functions},
    {"dates and times", clock_functions},
    {"addresses and identifiers", inet_functions},
    {"addresses and identifiers", uuid_functions},
    {"json", json_functions},
    {"json", json_edit_functions},
    {"json", json_list_functions},
    {"json", json_path_functions},
    {"lists", list_functions},
    {"lists", list_edit_functions},
    {"lists", list_search_functions},
    {"lists", list_pick_functions},
    {"lists", list_form_functions},
    {"lists", series_functions},
    {"any type", general_functions},
}};

struct Registry {
  std::vector<Function> functions;
  std::vector<Overload> overloads;  // overloads[i] is of functions[i]

  Registry() {
    for (const Section& section : kSections) {
      for (Function function : section.functions()) {
        function.section = section.name;
        functions.push_back(function);
      }
    }
    std::stable_sort(
        functions.begin(), functions.end(),
        [](const Function& left, const Function& right) { return left.name < right.name; });
    for (const Function& function : functions) {
      SignatureReader reader(function);
      overloads.push_back(reader.read());
      LEAT_CHECK(reader.ok(), "a signature is malformed, or names an unknown type");
    }
  }
};

const Registry& registry() {
  static const Registry instance;
  return instance;
}

/// The run of overloads called `name`.
std::span<const Overload> find_overloads(std::span<const Overload> all, std::string_view name) {
  const auto begin = std::find_if(all.begin(), all.end(), [&](const Overload& overload) {
    return overload.function->name == name;
  });
  auto end = begin;
  while (end != all.end() && end->function->name == name) ++end;
  return {begin, end};
}

}  // namespace

FunctionSet::FunctionSet(std::vector<Function> functions, Completeness completeness)
    : completeness_(completeness), functions_(std::move(functions)) {
  std::stable_sort(
      functions_.begin(), functions_.end(),
      [](const Function& left, const Function& right) { return left.name < right.name; });
  for (const Function& function : functions_)
    overloads_.push_back(SignatureReader(function).read());
}

std::span<const Overload> FunctionSet::overloads(std::string_view name) const {
  return find_overloads(overloads_, name);
}

bool can_read_signature(const Function& function) {
  SignatureReader reader(function);
  const Overload overload = reader.read();
  const bool decimal = overload.result.is(TypeId::kDecimal) ||
                       std::find(overload.takes_decimal.begin(), overload.takes_decimal.end(),
                                 true) != overload.takes_decimal.end();
  return reader.ok() && !decimal && !overload.is_generic && !overload.result.is(TypeId::kNull);
}

std::span<const Function> functions() { return registry().functions; }

std::span<const Overload> overloads(std::string_view name) {
  return find_overloads(registry().overloads, name);
}

std::vector<std::string> function_names() {
  std::vector<std::string> names;
  for (const Function& function : functions()) {
    if (names.empty() || names.back() != function.name) names.emplace_back(function.name);
  }
  return names;
}

}  // namespace leat::expr
