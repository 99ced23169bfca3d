// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// The options that say how the fields of a source of text are written, and what columns it has.
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "operators/csv/field_format.h"
#include "operators/diagnostic.h"
#include "operators/options.h"

namespace leat::io {

/// A column as it is declared.
struct DeclaredColumn {
  SourceText name;
  Type type;
  FieldFormat format;
  SourceText at;         ///< Where it stands in a line, of sources that ask for it.
  bool has_type = true;  ///< Else the type may be guessed.
};

/// What a plain value of a column is, in `columns: { name: value }`.
enum class PlainColumn : uint8_t {
  kType,   ///< Its type.
  kPlace,  ///< Where it stands, `1-8`; the mapping has it as `at`, and the type is utf8 if left
           ///< out.
};

/// The columns of the mapping `node`, in order: `name: type`, or `name: { type: date, format:
/// '%d.%m.%Y' }`. What a column does not say of itself is as in `base`. Reports mistakes, and
/// leaves those columns out. Null: none.
std::vector<DeclaredColumn> read_declared_columns(const OptionNode* node, PlainColumn plain,
                                                  const FieldFormat& base,
                                                  Diagnostics& diagnostics);

/// What the options `trim`, `decimal_separator`, `thousands_separator` and `round` say of all
/// columns. Reports mistakes.
FieldFormat read_field_format(const OptionValues& options, Diagnostics& diagnostics);
inline constexpr OptionDef kTrimOption = {
    .name = "trim",
    .type = OptionType::kBoolean,
    .doc =
        "Leave out spaces and tabs around names, and around fields that are not in quotes. A "
        "field of blanks is then the empty field.",
    .default_text = "false"};
inline constexpr OptionDef kDecimalSeparatorOption = {
    .name = "decimal_separator",
    .doc = "The character between the whole part of a number and its fraction.",
    .default_text = "."};
inline constexpr OptionDef kThousandsSeparatorOption = {
    .name = "thousands_separator",
    .doc =
        "A character that may stand between groups of three digits of a whole part: all groups, "
        "or none. Left out: there is none."};

}  // namespace leat::io
