// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Problem: Parquet C++ reads ahead on threads of its own, and says of a file that is none things
// that help nobody.
//
// Invariants: nothing is read ahead; what a read takes is charged to the pool of its owner.
#include "operators/connectors/parquet/parquet_file.h"

#include <parquet/file_reader.h>
#include <parquet/properties.h>

#include <cstring>
#include <utility>

namespace leat::connectors {
namespace {

constexpr int64_t kBatchRows = int64_t{16} << 10;
constexpr int64_t kMagicBytes = 4;

/// Does the file begin and end as Parquet files do?
arrow::Status look_at(InputFile& file) {
  ARROW_ASSIGN_OR_RAISE(const int64_t bytes, file.GetSize());
  char begin[kMagicBytes] = {};
  char end[kMagicBytes] = {};
  ARROW_RETURN_NOT_OK(file.ReadAt(0, kMagicBytes, begin).status());
  const std::string_view first(begin, kMagicBytes);
  if (first == "PARE")
    return arrow::Status::Invalid("it is encrypted, and no key for it can be given");
  if (first != "PAR1")
    return arrow::Status::Invalid(bytes == 0 ? "it is empty" : "it is no Parquet file");
  if (bytes >= 3 * kMagicBytes)
    ARROW_RETURN_NOT_OK(file.ReadAt(bytes - kMagicBytes, kMagicBytes, end).status());
  const std::string_view last(end, kMagicBytes);
  if (last != "PAR1" && last != "PARE") return arrow::Status::Invalid("its end is missing");
  return arrow::Status::OK();
}

void add_leaves(const parquet::arrow::SchemaField& field, std::vector<int>& leaves) {
  if (field.column_index >= 0) leaves.push_back(field.column_index);
  for (const parquet::arrow::SchemaField& child : field.children) add_leaves(child, leaves);
}

/// Months, days and milliseconds of 4 bytes each.
arrow::Result<std::shared_ptr<arrow::Array>> intervals_of(const arrow::Array& array,
                                                          arrow::MemoryPool* pool) {
  const auto& bytes = static_cast<const arrow::FixedSizeBinaryArray&>(array);
  arrow::MonthDayNanoIntervalBuilder builder(pool);
  for (int64_t i = 0; i < bytes.length(); ++i) {
    uint32_t parts[3] = {};
    if (bytes.IsNull(i)) {
      ARROW_RETURN_NOT_OK(builder.AppendNull());
      continue;
    }
    std::memcpy(parts, bytes.GetValue(i), sizeof(parts));
    constexpr int64_t kNanosPerMilli = 1'000'000;
    ARROW_RETURN_NOT_OK(
        builder.Append({static_cast<int32_t>(parts[0]), static_cast<int32_t>(parts[1]),
                        static_cast<int64_t>(parts[2]) * kNanosPerMilli}));
  }
  return builder.Finish();
}

/// A column that is read.
struct Chosen {
  std::string name;
  bool is_interval = false;
};

/// Gives batches the columns in the order that was asked for.
class Arranged final : public arrow::RecordBatchReader {
 public:
  Arranged(std::unique_ptr<arrow::RecordBatchReader> inner, std::vector<Chosen> columns,
           arrow::MemoryPool* pool)
      : inner_(std::move(inner)), chosen_(std::move(columns)), pool_(pool) {
    arrow::FieldVector fields;
    for (const Chosen& column : chosen_) {
      places_.push_back(inner_->schema()->GetFieldIndex(column.name));
      const auto& field = inner_->schema()->field(places_.back());
      fields.push_back(column.is_interval ? field->WithType(arrow::month_day_nano_interval())
                                          : field);
    }
    schema_ = arrow::schema(std::move(fields));
  }
  std::shared_ptr<arrow::Schema> schema() const override { return schema_; }
  arrow::Status ReadNext(std::shared_ptr<arrow::RecordBatch>* batch) override {
    ARROW_RETURN_NOT_OK(inner_->ReadNext(batch));
    if (*batch == nullptr) return arrow::Status::OK();
    arrow::ArrayVector columns;
    for (size_t i = 0; i < places_.size(); ++i) {
      std::shared_ptr<arrow::Array> column = (*batch)->column(places_[i]);
      if (chosen_[i].is_interval) {
        ARROW_ASSIGN_OR_RAISE(column, intervals_of(*column, pool_));
      }
      columns.push_back(std::move(column));
    }
    *batch = arrow::RecordBatch::Make(schema_, (*batch)->num_rows(), std::move(columns));
    return arrow::Status::OK();
  }

 private:
  std::unique_ptr<arrow::RecordBatchReader> inner_;
  const std::vector<Chosen> chosen_;
  arrow::MemoryPool* const pool_;
  std::shared_ptr<arrow::Schema> schema_;
  std::vector<int> places_;
};

}  // namespace

arrow::Result<std::unique_ptr<ParquetFile>> ParquetFile::open(const std::string& path,
                                                              HostPool& pool, leat_call* call) {
  auto made = std::unique_ptr<ParquetFile>(new ParquetFile());
  ARROW_ASSIGN_OR_RAISE(made->file_, InputFile::open(path, pool));
  made->pool_ = &pool;
  made->file_->use(call);
  ARROW_ASSIGN_OR_RAISE(made->bytes_, made->file_->GetSize());
  ARROW_RETURN_NOT_OK(look_at(*made->file_));
  parquet::ArrowReaderProperties properties(/*use_threads=*/false);
  properties.set_batch_size(kBatchRows);
  properties.set_pre_buffer(false);
  properties.set_arrow_extensions_enabled(true);
  // As nanoseconds, times before 1677 and after 2262 would become others.
  properties.set_coerce_int96_timestamp_unit(arrow::TimeUnit::MICRO);
  parquet::arrow::FileReaderBuilder builder;
  ARROW_RETURN_NOT_OK(builder.Open(made->file_, parquet::ReaderProperties(&pool)));
  builder.memory_pool(&pool);
  ARROW_ASSIGN_OR_RAISE(made->reader_, builder.properties(properties)->Build());
  return made;
}

bool ParquetFile::is_interval(const parquet::arrow::SchemaField& field) const {
  return field.column_index >= 0 &&
         metadata().schema()->Column(field.column_index)->converted_type() ==
             parquet::ConvertedType::INTERVAL;
}

const parquet::arrow::SchemaField* ParquetFile::find(const std::string& name) const {
  for (const parquet::arrow::SchemaField& field : manifest().schema_fields) {
    if (field.field->name() == name) return &field;
  }
  return nullptr;
}

arrow::Result<std::unique_ptr<arrow::RecordBatchReader>> ParquetFile::read(
    int group, const std::vector<std::string>& columns) {
  std::vector<int> leaves;
  std::vector<Chosen> chosen;
  for (const std::string& column : columns) {
    const parquet::arrow::SchemaField* const field = find(column);
    if (field == nullptr) return arrow::Status::Invalid("it has no column '", column, "' any more");
    add_leaves(*field, leaves);
    chosen.push_back({column, is_interval(*field)});
  }
  ARROW_ASSIGN_OR_RAISE(auto batches, reader_->GetRecordBatchReader({group}, leaves));
  return std::make_unique<Arranged>(std::move(batches), std::move(chosen), pool_);
}

}  // namespace leat::connectors
