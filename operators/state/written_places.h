// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Where rows came from, written down in columns of their own: for rows that leave memory, or meet
// rows of other splits, and may yet be named in a message; and what is wrong with them.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "operators/data/batch.h"
#include "operators/data/builder.h"
#include "operators/data/memory.h"

namespace leat::state {

/// Where a row came from, in columns: its file, and its line and column in one number.
struct PlaceColumns {
  size_t file;
  size_t line() const { return file + 1; }
};

/// Leads from the rows of `batch`, numbered from `first`, to the places that stand in its columns.
class WrittenOrigin final : public RowOrigin {
 public:
  WrittenOrigin(const Batch& batch, PlaceColumns place, std::optional<size_t> raw, Ordinal first);
  TextPlace locate(uint64_t row) const override;
  std::string raw(uint64_t row) const override;

 private:
  ColumnRef file_;
  ColumnRef line_;
  ColumnRef raw_;
  uint64_t first_;
};

/// The place in two columns of a row.
TextPlace place_at(const Column& file, const Column& line, size_t row);

/// Where the physical row `row` of `batch` came from; without a file when that is not known.
TextPlace place_of_row(const Batch& batch, size_t row);

/// Line and column of a place in one number.
int64_t pack_line(const TextPlace& place);

/// Writes places of rows as two columns.
class PlaceBuilder {
 public:
  explicit PlaceBuilder(MemoryAccount& memory)
      : file_(kUtf8Type, memory), line_(kInt64Type, memory) {}

  Status reserve(size_t rows) {
    LEAT_TRY(file_.reserve(rows));
    return line_.reserve(rows);
  }
  Status add(const TextPlace& place) {
    LEAT_TRY(file_.append_copy(place.file));
    line_.append(pack_line(place));
    return {};
  }
  void finish(std::vector<ColumnRef>& columns) {
    columns.push_back(file_.finish());
    columns.push_back(line_.finish());
  }

 private:
  ViewBuilder file_;
  FixedBuilder<int64_t> line_;
};

/// Appends two columns with the places of the selected rows `rows` of `length`, of others none:
/// `place_of(index in rows, row)`. ERRORS: kMemory.
template <typename PlaceOf>
Status add_places(size_t length, const Selection& rows, MemoryAccount& memory,
                  std::vector<ColumnRef>& columns, PlaceOf&& place_of) {
  PlaceBuilder places(memory);
  LEAT_TRY(places.reserve(length));
  size_t next = 0;
  for (size_t row = 0; row < length; ++row) {
    const bool wanted = next < rows.count() && rows[next] == row;
    LEAT_TRY(places.add(wanted ? place_of(next, row) : TextPlace{}));
    next += wanted ? 1 : 0;
  }
  places.finish(columns);
  return {};
}

/// What is wrong with a row as text, and back.
std::string pack_fault(const Error& error);
Error unpack_fault(std::string_view text);

}  // namespace leat::state
