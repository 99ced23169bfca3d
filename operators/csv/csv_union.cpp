// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Problem: the export of each year has one more column than that of the year before, in another
// order, and someday numbers with fractions where there were none.
//
// Invariants:
//  1. What is the same column is said by the pipeline, never guessed from how names look.
//  2. The order of columns is that of their first appearance, and types are those that hold for the
//     samples of all files; neither depends on which file is read first by whom.
//  3. A value that a file does not have is NULL, in every row of that file and of no other.
//
// Not chosen: one schema for each file and a cast of batches behind the decoder (values would be
// read as the narrower type, and `1.50` of a text column be written as 1.5).
#include "operators/csv/csv_union.h"

#include <algorithm>
#include <set>
#include <utility>

#include <fmt/format.h>

#include "engine/mutant.h"

namespace leat::io {

ColumnsBy read_columns_by(const OptionValues& options) {
  const std::string by = options.text(kColumnsByOption.name);
  if (by == "name") return ColumnsBy::kName;
  return by == "position" ? ColumnsBy::kPosition : ColumnsBy::kStrict;
}

std::vector<std::string> number_names(const std::vector<std::string>& names) {
  std::set<std::string> taken(names.begin(), names.end());
  std::set<std::string> seen;
  std::vector<std::string> numbered;
  for (const std::string& name : names) {
    numbered.push_back(name);
    if (seen.insert(name).second) continue;
    for (size_t number = 2; !taken.insert(numbered.back()).second; ++number)
      numbered.back() = fmt::format("{}_{}", name, number);
  }
  return numbered;
}

void CsvUnion::add(CsvFileColumns file) {
  file.sniffers.resize(file.fields);
  if (by_ == ColumnsBy::kName) {
    for (const std::string& name : file.names) {
      if (places_.emplace(name, names_.size()).second) names_.push_back(name);
    }
    sniffers_.resize(names_.size());
  } else {
    for (size_t i = names_.size(); i < file.names.size(); ++i) names_.push_back(file.names[i]);
    sniffers_.resize(std::max(sniffers_.size(), file.fields));
  }
  const std::vector<size_t> positions = positions_in(file);
  for (size_t i = 0; i < positions.size(); ++i) {
    if (positions[i] != CsvLayout::kAbsent) sniffers_[i].merge(file.sniffers[positions[i]]);
  }
  files_.push_back(std::move(file));
}

std::vector<size_t> CsvUnion::positions_in(const CsvFileColumns& file) const {
  std::vector<size_t> positions(columns(), CsvLayout::kAbsent);
  for (size_t i = 0; i < file.fields; ++i) {
    const bool by_name = by_ == ColumnsBy::kName && !LEAT_MUTANT("names_are_positions");
    positions[by_name ? places_.at(file.names.at(i)) : i] = i;
  }
  return positions;
}

std::vector<CsvHeader> CsvUnion::headers() const {
  std::vector<CsvHeader> headers;
  for (const CsvFileColumns& file : files_)
    headers.push_back({file.header, std::max<size_t>(file.fields, 1)});
  return headers;
}

std::vector<CsvLayout> CsvUnion::layouts(std::span<const CsvColumn> columns) const {
  std::vector<CsvLayout> layouts;
  for (const CsvFileColumns& file : files_) {
    const std::vector<size_t> positions = positions_in(file);
    CsvLayout& layout = layouts.emplace_back();
    layout.columns = std::max<size_t>(file.fields, 1);
    for (const CsvColumn& column : columns) {
      layout.positions.push_back(column.position < positions.size() ? positions[column.position]
                                                                    : CsvLayout::kAbsent);
    }
  }
  return layouts;
}

}  // namespace leat::io
