// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// The options that say how CSV files are written.
#pragma once

#include "operators/csv/csv_sample.h"
#include "operators/diagnostic.h"
#include "operators/options.h"

namespace leat::io {

/// Is a file of this name, packed or not, one whose delimiters are tabs: `.tsv`, `.tab`?
bool is_tab_file(std::string_view path);

/// What the options below, and those of column_options.h, say; the encoding is not among them.
/// Reports mistakes.
CsvReading read_csv_reading(const OptionValues& options, Diagnostics& diagnostics);

inline constexpr OptionDef kDelimiterOption = {
    .name = "delimiter",
    .doc =
        "What stands between fields: a character, or several (`||`), 16 bytes at most. Left out: a "
        "comma, or a tab for files called `.tsv` or "
        "`.tab`. `auto`: of tab, `;`, `|` and comma the one by which most of the first 100 records "
        "of the first file that is not empty have the same number of fields, two at least; of "
        "equals the first of these. Then what else is left out is found there, too: `quote`, `'` "
        "if only that one stands around fields; `header`, none if all columns of numbers, dates or "
        "booleans begin with one; `decimal_separator` and `thousands_separator`, if numbers can be "
        "read in one way only. A first line such as `sep=;`, which Excel writes, says the "
        "delimiter "
        "and is left out. `leat explain` shows what was found."};
inline constexpr OptionDef kQuoteOption = {
    .name = "quote",
    .doc =
        "The character around fields that hold delimiters, quotes or line breaks; empty if "
        "quotes are ordinary text.",
    .default_text = "\""};
inline constexpr OptionDef kEscapeOption = {
    .name = "escape",
    .doc =
        "The character that makes the one after it text, inside quotes. Left out: a quote is "
        "written twice."};
inline constexpr OptionDef kHeaderOption = {
    .name = "header",
    .type = OptionType::kBoolean,
    .doc =
        "Do the files begin with the names of the columns? Without a header columns are named "
        "by `columns`, or column1, column2 and so on.",
    .default_text = "true"};
inline constexpr OptionDef kNullsOption = {
    .name = "nulls",
    .type = OptionType::kTextList,
    .doc =
        "Texts that stand for NULL when they are not in quotes. Left out: the empty field. In "
        "columns other than text quotes make no difference."};
inline constexpr OptionDef kCommentOption = {
    .name = "comment", .doc = "The character that makes a line a comment when it begins one."};
inline constexpr OptionDef kSkipOption = {
    .name = "skip",
    .type = OptionType::kInteger,
    .doc = "Lines to leave out at the beginning of each file, before the header.",
    .default_text = "0",
    .minimum = 0};

inline constexpr OptionDef kFooterOption = {
    .name = "footer",
    .type = OptionType::kInteger,
    .doc =
        "Lines with text to leave out at the end of each file, with the empty ones among and "
        "behind them.",
    .default_text = "0",
    .minimum = 0,
    .maximum = 1'000'000};

}  // namespace leat::io
