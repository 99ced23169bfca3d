// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// The options of an operator: declared once in its file as a table of OptionDef, from which
// reading, checking, documentation, JSON Schema and listings derive. Values arrive as a tree of
// scalars with places; nothing here knows of YAML.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "operators/diagnostic.h"

namespace leat {

enum class OptionType : uint8_t {
  kText,            ///< Any scalar.
  kCharacter,       ///< A scalar of one byte, or `\t`.
  kInteger,         ///< A whole number, optionally bounded.
  kNumber,          ///< A finite number.
  kBoolean,         ///< true or false.
  kChoice,          ///< One of `choices`.
  kExpression,      ///< A scalar in the expression language.
  kTextList,        ///< A list of scalars; a single scalar is a list of one.
  kExpressions,     ///< A list of expressions; a single scalar is a list of one.
  kNamed,           ///< A mapping of names to scalars (expressions, types, ...), in order.
  kStage,           ///< The name of a stage whose rows are a further input.
  kNamedLists,      ///< A mapping of names to scalars or lists of scalars, in order.
  kTree,            ///< Scalars, lists and mappings in any shape, which `bind` checks.
  kExpressionTree,  ///< The same with scalars in the expression language.
  kReferences,      ///< A mapping of columns to columns of stages, `stage.column`, in order: the
                    ///< rows of each stage are a further input.
};

/// One option of an operator. All views point to literals.
struct OptionDef {
  std::string_view name;
  OptionType type = OptionType::kText;
  std::string_view doc;                ///< One or two sentences.
  std::string_view default_text = {};  ///< As it would be written; empty: no default.
  bool required = false;
  std::span<const std::string_view> choices = {};
  std::optional<int64_t> minimum = {};
  std::optional<int64_t> maximum = {};
};

struct OptionEntry;

/// A value as written: a scalar, a list, or a mapping with ordered entries. `null` counts as kNull.
struct OptionNode {
  enum class Kind : uint8_t { kNull, kScalar, kList, kMap };

  Kind kind = Kind::kNull;
  SourceText scalar;                 ///< Of kScalar.
  std::vector<OptionNode> items;     ///< Of kList.
  std::vector<OptionEntry> entries;  ///< Of kMap.
  Span span;                         ///< The whole value.
};

/// `name: value` of a mapping. Not a std::pair, which may not hold the type it is a part of.
struct OptionEntry {
  SourceText name;
  OptionNode value;
};

/// The options of one stage after checking: required ones are there, types are right, defaults are
/// filled in by the getters.
class OptionValues {
 public:
  OptionValues(std::span<const OptionDef> definitions, Span stage)
      : definitions_(definitions), stage_(stage) {}

  /// Was the option written (not defaulted)?
  bool has(std::string_view name) const { return find(name) != nullptr; }
  /// The written value, or null.
  const OptionNode* find(std::string_view name) const;
  /// Where the option stands; the stage's place when it was not written.
  Span span(std::string_view name) const;
  /// The place of the stage's operator key.
  Span stage() const { return stage_; }

  /// Written or default text. REQUIRES: a scalar option.
  std::string text(std::string_view name) const;
  /// The written scalar with its places; a default has the stage's place.
  SourceText source(std::string_view name) const;
  char character(std::string_view name) const;
  int64_t integer(std::string_view name) const;
  double number(std::string_view name) const;
  bool flag(std::string_view name) const;
  /// Elements of kTextList or kExpressions.
  std::vector<SourceText> list(std::string_view name) const;
  /// Entries of kNamed and kReferences, in order: name, value. Those of kNamedLists, and
  /// trees, are read with find().
  std::vector<std::pair<SourceText, SourceText>> named(std::string_view name) const;

 private:
  friend std::optional<OptionValues> read_options(std::span<const OptionDef>, std::string_view,
                                                  const OptionNode&, const SourceText&,
                                                  Diagnostics&);
  const OptionDef& definition(std::string_view name) const;

  std::span<const OptionDef> definitions_;
  Span stage_;
  std::map<std::string, OptionNode, std::less<>> values_;
};

/// `stage.column`, the value of a reference, in two; an odd name of a column stands in double
/// quotes. nullopt when it is no such pair.
struct Reference {
  SourceText stage;
  SourceText column;
};
std::optional<Reference> split_reference(const SourceText& text);

/// Is a mapping that is written directly after the operator the value of its main option? So it is
/// when that is the only one, as in `derive: { total: price * qty }`.
bool takes_whole_mapping(std::span<const OptionDef> definitions, std::string_view main_option);

/// Checks `node`, the value written under the operator key `operator_key`, against `definitions`. A
/// scalar or list fills `main_option`. Reports unknown options (with the nearest name), missing
/// required ones, and values of the wrong shape or range. Returns nullopt when anything was
/// reported.
std::optional<OptionValues> read_options(std::span<const OptionDef> definitions,
                                         std::string_view main_option, const OptionNode& node,
                                         const SourceText& operator_key, Diagnostics& diagnostics);

}  // namespace leat
