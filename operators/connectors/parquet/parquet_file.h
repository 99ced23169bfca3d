// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// A Parquet file that is open. See parquet_file.cpp.
#pragma once

#include <arrow/api.h>
#include <parquet/arrow/reader.h>
#include <parquet/arrow/schema.h>

#include <memory>
#include <string>
#include <vector>

#include "operators/connectors/parquet/input_file.h"

namespace leat::connectors {

/// THREADS: one at a time.
class ParquetFile {
 public:
  /// Reads the footer. `pool` outlives it; `call` is the one under way.
  static arrow::Result<std::unique_ptr<ParquetFile>> open(const std::string& path, HostPool& pool,
                                                          leat_call* call);

  void use(leat_call* call) { file_->use(call); }
  parquet::ParquetFileReader& reader() const { return *reader_->parquet_reader(); }
  const parquet::FileMetaData& metadata() const { return *reader_->parquet_reader()->metadata(); }
  const parquet::arrow::SchemaManifest& manifest() const { return reader_->manifest(); }
  /// Is the column one of Parquet's own intervals, for which Arrow has bytes?
  bool is_interval(const parquet::arrow::SchemaField& field) const;
  /// The column, or null.
  const parquet::arrow::SchemaField* find(const std::string& name) const;
  int64_t bytes() const { return bytes_; }

  /// The rows of a row group, batch by batch, with `columns` in their order.
  arrow::Result<std::unique_ptr<arrow::RecordBatchReader>> read(
      int group, const std::vector<std::string>& columns);

 private:
  ParquetFile() = default;

  std::shared_ptr<InputFile> file_;
  std::unique_ptr<parquet::arrow::FileReader> reader_;
  HostPool* pool_ = nullptr;
  int64_t bytes_ = 0;
};

}  // namespace leat::connectors
