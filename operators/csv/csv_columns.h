// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// The last step of decoding CSV: one column of a table of rows into typed values. Strings are views
// into the chunk.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "operators/csv/csv_rows.h"
#include "operators/csv/field_format.h"
#include "operators/data/column.h"
#include "operators/data/memory.h"

namespace leat::io {

/// The texts that stand for NULL when they are not quoted. THREADS: immutable, any.
class NullWords {
 public:
  explicit NullWords(std::vector<std::string> words);
  /// Can a text of `length` bytes be one? The exact answer for 0.
  bool may_have_length(size_t length) const { return lengths_ >> (length < 63 ? length : 63) & 1; }
  bool contains(std::string_view text) const;

 private:
  std::vector<std::string> words_;
  uint64_t lengths_ = 0;  // bit n: some word has n bytes; bit 63: 63 or more
};

/// A field whose text is no value of its column's type.
struct CsvCellFault {
  uint32_t row;
  uint32_t begin;  ///< Of the field, in the chunk.
  uint32_t end;
};

/// THREADS: one lane.
class CsvColumnReader {
 public:
  virtual ~CsvColumnReader() = default;
  /// The values of field number `field` of all rows. A field that is no value becomes NULL and is
  /// appended to `faults`, in ascending order. `chunk` holds the rows' text. ERRORS: kMemory.
  virtual Result<ColumnRef> read(const CsvRows& rows, size_t field, const BufferRef& chunk,
                                 std::vector<CsvCellFault>& faults) = 0;
};

/// REQUIRES: is_parsed_type(type). `type`, `format`, `nulls` and `memory` outlive the reader.
std::unique_ptr<CsvColumnReader> make_csv_column_reader(const Type& type, const FieldFormat& format,
                                                        const CsvDialect& dialect,
                                                        const NullWords& nulls,
                                                        MemoryAccount& memory);

}  // namespace leat::io
