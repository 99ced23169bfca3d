// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Options that all sources of text have: columns that say where a row comes from, what becomes of
// text that is not UTF-8, and how far a compressed input may grow. None of them costs anything when
// it is not asked for: the decoder of a format knows nothing of them, and is wrapped.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "operators/input/inputs.h"
#include "operators/operator.h"
#include "operators/options.h"

namespace leat::io {

inline constexpr OptionDef kFileColumnOption = {
    .name = "file_column",
    .doc = "Name of a further column that holds the name of the row's file, as messages show it."};
inline constexpr std::string_view kRowColumnDoc =
    "Name of a further column that holds the number of the row in its file, from 1; rejected rows "
    "are counted, the header is not.";
inline constexpr std::string_view kLineColumnDoc =
    "Name of a further column that holds the number of the row's line in its file, from 1.";
inline constexpr std::string_view kInvalidUtf8Choices[] = {"error", "replace"};
inline constexpr OptionDef kInvalidUtf8Option = {
    .name = "invalid_utf8",
    .type = OptionType::kChoice,
    .doc = "What bytes are that are no UTF-8: an error of their row, or each U+FFFD.",
    .default_text = "error",
    .choices = kInvalidUtf8Choices};
inline constexpr std::string_view kRoundChoices[] = {"us"};
inline constexpr OptionDef kRoundOption = {
    .name = "round",
    .type = OptionType::kChoice,
    .doc =
        "`us`: times with more digits than microseconds are rounded to the nearest. Left out: "
        "such a time is an error of its row, unless the further digits are zeros.",
    .choices = kRoundChoices};
inline constexpr OptionDef kMaxExpansionOption = {
    .name = "max_expansion",
    .type = OptionType::kInteger,
    .doc =
        "How many bytes a compressed input may become for each of its own, once they are more "
        "than 16 MiB; 0: any number. Guards against files made to fill the machine.",
    .default_text = "500",
    .minimum = 0};

/// What the options above ask for. THREADS: immutable, any.
class SourceExtras {
 public:
  /// Reads file_column, `row_option` and invalid_utf8 of `options`. nullopt after reporting an
  /// empty name, or the same twice.
  static std::optional<SourceExtras> read(const OptionValues& options, std::string_view row_option,
                                          Diagnostics& diagnostics);

  /// `schema` with the further columns behind it, as far as `projection` wants them. Reports names
  /// that `schema` has already. Call once, before wrap.
  SchemaRef extend(const SchemaRef& schema, const std::optional<std::vector<std::string>>& wanted,
                   const OptionValues& options, Diagnostics& diagnostics);
  /// A decoder that does what `inner` does and what was asked for.
  std::unique_ptr<Decoder> wrap(std::unique_ptr<Decoder> inner, const LaneContext& context) const;

  bool replaces_invalid_utf8() const { return replace_utf8_; }
  /// Are rows numbered? Only then must Split::first_row be right.
  bool numbers_rows() const { return !row_column_.empty(); }

 private:
  std::string file_column_;  // empty: not asked for
  std::string row_column_;
  std::string_view row_option_;
  bool replace_utf8_ = false;
  bool wants_file_ = false;  // after extend: some stage reads the column
  bool wants_row_ = false;
  SchemaRef schema_;
};

/// The inputs of option `path` under option `max_expansion`; as resolve_inputs.
std::optional<Inputs> read_inputs(const OptionValues& options, const BindContext& context,
                                  const InputChoice& choice = {});

}  // namespace leat::io
