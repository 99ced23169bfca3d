// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Rows as records, which lanes make and the writer of a file takes apart. See records.cpp.
#pragma once

#include <arrow/api.h>

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace leat::connectors {

/// Appends the value of a row to a record. Bound to one array.
class ValueWriter {
 public:
  virtual ~ValueWriter() = default;
  virtual void put(int64_t row, std::string& out) const = 0;
};

/// The records of all rows of `batch`; `ends` becomes where each ends.
arrow::Status put_records(const arrow::RecordBatch& batch, std::string& records,
                          std::vector<uint64_t>& ends);

/// Takes a value off a record into a builder.
class ValueReader {
 public:
  virtual ~ValueReader() = default;
  /// Returns where the value ends.
  virtual arrow::Result<const char*> take(const char* at, const char* end) = 0;
};

/// Collects records as columns. THREADS: one.
class RecordReader {
 public:
  /// `pool` outlives it.
  static arrow::Result<RecordReader> make(std::shared_ptr<arrow::Schema> schema,
                                          arrow::MemoryPool* pool);

  /// Takes the record at the beginning of `text` and returns its length; 0: its end is missing.
  arrow::Result<size_t> take(std::string_view text);
  int64_t rows() const { return rows_; }
  /// The rows taken since the last time.
  arrow::Result<std::shared_ptr<arrow::RecordBatch>> finish();

 private:
  RecordReader() = default;

  std::shared_ptr<arrow::Schema> schema_;
  std::vector<std::unique_ptr<arrow::ArrayBuilder>> builders_;
  std::vector<std::unique_ptr<ValueReader>> readers_;
  int64_t rows_ = 0;
};

}  // namespace leat::connectors
