// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// The second step of decoding CSV: from a window's separators to a table of rows, all with the same
// number of fields. A window of well-formed records already is such a table; any other (empty
// lines, comments, carriage returns, faulty records) is rewritten into one, in which a faulty
// record is a row of absent fields.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "engine/error.h"
#include "operators/csv/csv_index.h"
#include "operators/csv/csv_walker.h"
#include "operators/input/split_place.h"

namespace leat::io {

/// What to do with records that have another number of fields: those with too few are padded with
/// NULLs, of those with too many the last fields are ignored, or they are errors.
struct Ragged {
  bool pads = false;
  bool truncates = false;
};

/// Field f of row r ends at ends[r * stride + f] and begins behind ends[r * stride + f - 1].
/// Positions count from `text`. An absent field "ends" one byte before it begins.
struct CsvRows {
  const char* text = nullptr;
  const uint32_t* ends = nullptr;
  size_t stride = 0;
  size_t rows = 0;
  /// Does an end of its own stand before that of each field, since more than a byte lies between
  /// two?
  bool begins_apart = false;

  /// The f by which the field at `position` of a record is found.
  size_t field(size_t position) const { return begins_apart ? 2 * position + 1 : position; }
};

/// A row that is wrong, and why.
struct CsvRowFault {
  uint32_t row;
  Error error;
};

/// The shape that records must have.
struct CsvShape {
  CsvDialect dialect;
  size_t columns = 1;
  Ragged ragged = {};
};

/// THREADS: one lane.
class CsvRowTable {
 public:
  CsvRowTable(const CsvShape& shape, MemoryAccount& memory) : shape_(shape), memory_(memory) {}

  /// Records have this number of fields from now on.
  void expect(size_t columns) { shape_.columns = columns; }
  /// Arranges `window` of `split`. Faults are appended in ascending order of rows. Positions in
  /// errors come from `places`. The result is valid until the next call. ERRORS: kMemory.
  Result<CsvRows> arrange(const Split& split, const CsvWindow& window, PlaceCursor& places,
                          std::vector<CsvRowFault>& faults);

  /// How many of the last window's records were no rows: empty lines and comments.
  size_t ignored() const { return ignored_; }

 private:
  bool is_regular(const CsvWindow& window) const;
  Result<CsvRows> rewrite(const Split& split, const CsvWindow& window, bool utf8,
                          PlaceCursor& places, std::vector<CsvRowFault>& faults);
  struct Record;
  void put_fields(const Record& record, size_t present, uint32_t*& out) const;
  std::optional<Error> check(const Split& split, const Record& record, PlaceCursor& places) const;
  std::optional<Error> check_quotes(const Split& split, const Record& record,
                                    PlaceCursor& places) const;
  std::optional<Error> check_count(const Split& split, const Record& record,
                                   PlaceCursor& places) const;

  CsvShape shape_;
  MemoryAccount& memory_;
  BufferRef table_;
  size_t ignored_ = 0;
};

}  // namespace leat::io
