// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// The columns of CSV files that differ, brought together. See csv_union.cpp.
#pragma once

#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "operators/csv/csv_decoder.h"
#include "operators/csv/csv_splitter.h"
#include "operators/options.h"
#include "operators/text/type_sniffer.h"

namespace leat::io {

/// What tells which columns of several files are the same.
enum class ColumnsBy : uint8_t { kStrict, kName, kPosition };
ColumnsBy read_columns_by(const OptionValues& options);
inline constexpr std::string_view kColumnsByChoices[] = {"strict", "name", "position"};
inline constexpr OptionDef kColumnsByOption = {
    .name = "columns_by",
    .type = OptionType::kChoice,
    .doc =
        "What makes columns of several files the same: `strict`, all files must have the same "
        "header; `name`, columns come in the order in which their names first appear; or "
        "`position`, names are those of the first file that has so many columns. With the last "
        "two all files are looked at, types are guessed from a sample of each, and what a file "
        "does not have is NULL.",
    .default_text = "strict",
    .choices = kColumnsByChoices};

/// `names` with a number behind those that stood before.
std::vector<std::string> number_names(const std::vector<std::string>& names);

/// One file.
struct CsvFileColumns {
  std::vector<std::string> header;    ///< As it stands there; empty: none.
  std::vector<std::string> names;     ///< Of its columns; empty: none.
  size_t fields = 0;                  ///< Of its records; 0: the file is empty.
  std::vector<TypeSniffer> sniffers;  ///< One for each field, or none.
};

/// THREADS: one.
class CsvUnion {
 public:
  /// Files by name or position. Of names that stand twice in a file the last counts.
  explicit CsvUnion(ColumnsBy by) : by_(by) {}

  /// The next file, in the order of inputs.
  void add(CsvFileColumns file);

  /// Of all columns; empty if no file has names.
  const std::vector<std::string>& names() const { return names_; }
  const std::vector<TypeSniffer>& sniffers() const { return sniffers_; }
  size_t columns() const { return sniffers_.size(); }

  /// What each file's header must be.
  std::vector<CsvHeader> headers() const;
  /// Where `columns`, whose positions are those among names(), stand in each file.
  std::vector<CsvLayout> layouts(std::span<const CsvColumn> columns) const;

 private:
  /// Where a column that all files share, by its place among them, stands in one.
  std::vector<size_t> positions_in(const CsvFileColumns& file) const;

  const ColumnsBy by_;
  std::vector<CsvFileColumns> files_;
  std::vector<std::string> names_;
  std::map<std::string, size_t, std::less<>> places_;  // in names_, when they tell columns
  std::vector<TypeSniffer> sniffers_;
};

}  // namespace leat::io
