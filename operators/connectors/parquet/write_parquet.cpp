// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Problem: the rows of a Parquet file stand in groups, whose size decides how well the file can be
// read; and the file ends with what says where everything is.
//
// Invariants:
//  1. A row group has `row_group_rows` rows, but for the last one, whatever the lanes and batches
//     were that the rows came in.
//  2. The encoder is given rows in pieces that are counted from the beginning of the row group, so
//     its pages end at the same rows in every run: the same rows are the same bytes.
//  3. Of a row group only encoded pages wait for its end, and the rows of one piece.
//
// Rejected: row groups by bytes (the sizes of pages would have to be known before they are made).
#include "operators/connectors/parquet/write_parquet.h"

#include <arrow/c/bridge.h>
#include <arrow/io/interfaces.h>
#include <arrow/util/compression.h>
#include <parquet/arrow/writer.h>
#include <parquet/properties.h>

#include <algorithm>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "operators/connectors/options.h"
#include "operators/connectors/parquet/host_pool.h"
#include "operators/connectors/parquet/records.h"
#include "operators/connectors/parquet/types.h"

namespace leat::connectors {
namespace {

constexpr int64_t kPieceRows = 8192;
constexpr size_t kMemoryBytes = size_t{16} << 20;
constexpr const char* kWriteHint = "the rows that were written before are not in any file";

const char* const kCompressions[] = {"zstd", "snappy", "gzip", "lz4", "brotli", "none", nullptr};

const leat_option_def kWriteOptions[] = {
    {sizeof(leat_option_def), "row_group_rows",
     "How many rows a row group has, but for the last one: what is read at once, and left out by "
     "its statistics.",
     "131072", nullptr, LEAT_OPTION_INTEGER, LEAT_HAS_MINIMUM | LEAT_HAS_MAXIMUM, 1, 16'777'216},
    {sizeof(leat_option_def), "compression", "How pages are compressed.", "zstd", kCompressions,
     LEAT_OPTION_CHOICE, 0, 0, 0},
    {sizeof(leat_option_def), "level",
     "How hard to compress: zstd from 1 to 22, gzip from 1 to 9, brotli from 0 to 11. Left out: 1 "
     "for zstd, 6 for gzip, 8 for brotli.",
     nullptr, nullptr, LEAT_OPTION_INTEGER, LEAT_HAS_MINIMUM | LEAT_HAS_MAXIMUM, 0, 22},
    {sizeof(leat_option_def), "dictionary",
     "Columns with few values are written as numbers of them.", "true", nullptr,
     LEAT_OPTION_BOOLEAN, 0, 0, 0},
    {sizeof(leat_option_def), "bloom_filters",
     "Columns that get a Bloom filter in each row group, by which a reader who looks for one value "
     "leaves most row groups out.",
     nullptr, nullptr, LEAT_OPTION_TEXT_LIST, 0, 0, 0},
};

struct Codec {
  const char* name;
  arrow::Compression::type type;
  int least;
  int most;
  int otherwise;
};

constexpr Codec kCodecs[] = {
    {"zstd", arrow::Compression::ZSTD, 1, 22, 1},
    {"gzip", arrow::Compression::GZIP, 1, 9, 6},
    {"brotli", arrow::Compression::BROTLI, 0, 11, 8},
    {"snappy", arrow::Compression::SNAPPY, 0, 0, 0},
    {"lz4", arrow::Compression::LZ4, 0, 0, 0},
    {"none", arrow::Compression::UNCOMPRESSED, 0, 0, 0},
};

/// What all lanes and files of a stage share.
struct Bound {
  std::shared_ptr<arrow::Schema> input;    ///< As rows come.
  std::shared_ptr<arrow::Schema> written;  ///< As they are written.
  std::shared_ptr<parquet::WriterProperties> properties;
};

// ---------------------------------------------------------------------------------------- binding

/// The schema, which stays the host's.
arrow::Result<std::shared_ptr<arrow::Schema>> borrow_schema(const ArrowSchema& schema) {
  ArrowSchema view = schema;
  view.release = [](ArrowSchema* borrowed) { borrowed->release = nullptr; };
  return arrow::ImportSchema(&view);
}

/// False after reporting.
bool choose_types(leat_call* call, Bound& bound) {
  arrow::FieldVector fields;
  bool is_right = true;
  for (const auto& field : bound.input->fields()) {
    const auto type = written_type(*field->type());
    if (type.ok()) {
      fields.push_back(arrow::field(field->name(), *type));
      continue;
    }
    is_right = false;
    host->mistake(call, nullptr,
                  ("column '" + field->name() + "' " + type.status().message()).c_str(),
                  "cast it in a stage above, or leave it out with 'select'");
  }
  bound.written = arrow::schema(std::move(fields));
  return is_right;
}

/// False after reporting.
bool choose_properties(leat_call* call, const Options& options, Bound& bound) {
  parquet::WriterProperties::Builder builder;
  builder.created_by(std::string("leat version ") + host->version);
  builder.max_row_group_length(options.integer("row_group_rows"));
  builder.enable_write_page_index();
  const std::string name = options.text("compression");
  const auto codec = std::find_if(std::begin(kCodecs), std::end(kCodecs),
                                  [&](const Codec& one) { return name == one.name; });
  builder.compression(codec->type);
  bool is_right = true;
  if (options.is_written("level") && codec->most == 0) {
    is_right = false;
    host->mistake(call, "level", ("'level' has no effect on " + name).c_str(), "leave it out");
  } else if (codec->most > 0) {
    const int64_t level = options.is_written("level") ? options.integer("level") : codec->otherwise;
    if (level < codec->least || level > codec->most) {
      is_right = false;
      host->mistake(call, "level",
                    ("levels of " + name + " are " + std::to_string(codec->least) + " to " +
                     std::to_string(codec->most))
                        .c_str(),
                    nullptr);
    }
    builder.compression_level(static_cast<int>(level));
  }
  if (!options.flag("dictionary")) builder.disable_dictionary();
  for (const std::string& column : options.texts("bloom_filters")) {
    if (bound.written->GetFieldByName(column) == nullptr) {
      is_right = false;
      host->mistake(call, "bloom_filters", ("there is no column '" + column + "'").c_str(),
                    "name columns of the rows that are written");
    } else {
      builder.enable_bloom_filter(column, {});
    }
  }
  bound.properties = builder.build();
  return is_right;
}

int bind(const leat_operator*, leat_call* call, const leat_binding* binding, void** out) {
  auto bound = std::make_unique<Bound>();
  const Options options(*binding);
  const auto schema = borrow_schema(*binding->input);
  if (!schema.ok()) return code_of(call, schema.status(), "the columns are not known", nullptr);
  bound->input = *schema;
  const bool has_types = choose_types(call, *bound);
  const bool is_right = choose_properties(call, options, *bound) && has_types;
  host->need_memory(call, kMemoryBytes);
  if (!is_right) return LEAT_ERROR;
  *out = bound.release();
  return LEAT_OK;
}

void unbind(void* bound) { delete static_cast<Bound*>(bound); }

// ------------------------------------------------------------------------------------------- lanes

int process(void* opaque, leat_call* call, const leat_rows* rows) {
  const Bound& bound = *static_cast<const Bound*>(opaque);
  std::string records;
  std::vector<uint64_t> ends;
  const arrow::Status status = caught([&]() -> arrow::Status {
    ARROW_ASSIGN_OR_RAISE(const auto batch, arrow::ImportRecordBatch(rows->array, bound.input));
    return put_records(*batch, records, ends);
  });
  if (!status.ok()) return code_of(call, status, "rows cannot be written", nullptr);
  return host->write_records(call, records.data(), records.size(), ends.data(), ends.size());
}

// ------------------------------------------------------------------------------------------- files

/// What Arrow writes, on its way to the staged file.
class HostStream final : public arrow::io::OutputStream {
 public:
  /// The call that writes; null: none does, and what comes is dropped: a writer that was given up
  /// ends its file when it goes.
  void use(leat_call* call) { call_ = call; }
  /// The code that leat gave; LEAT_OK: all was written.
  int code() const { return code_; }

  using OutputStream::Write;
  arrow::Status Write(const void* data, int64_t bytes) override {
    if (call_ == nullptr) return arrow::Status::Cancelled("the file was given up");
    code_ = host->write(call_, data, static_cast<size_t>(bytes));
    if (code_ != LEAT_OK) return arrow::Status::IOError("it cannot be written");
    at_ += bytes;
    return arrow::Status::OK();
  }
  arrow::Result<int64_t> Tell() const override { return at_; }
  arrow::Status Close() override {
    is_closed_ = true;
    return arrow::Status::OK();
  }
  bool closed() const override { return is_closed_; }

 private:
  leat_call* call_ = nullptr;
  int code_ = LEAT_OK;
  int64_t at_ = 0;
  bool is_closed_ = false;
};

/// One file in the making.
class OutputFile {
 public:
  OutputFile(const Bound& bound, leat_pool* pool) : bound_(bound), pool_(pool) {}

  void use(leat_call* call) { stream_->use(call); }

  arrow::Status open() {
    ARROW_ASSIGN_OR_RAISE(auto reader, RecordReader::make(bound_.written, &pool_));
    reader_.emplace(std::move(reader));
    ARROW_ASSIGN_OR_RAISE(writer_, parquet::arrow::FileWriter::Open(
                                       *bound_.written, &pool_, stream_, bound_.properties,
                                       parquet::default_arrow_writer_properties()));
    return arrow::Status::OK();
  }
  arrow::Status write(std::string_view text) {
    if (!rest_.empty()) {
      rest_ += text;
      text = rest_;
    }
    for (;;) {
      ARROW_ASSIGN_OR_RAISE(const size_t taken, reader_->take(text));
      if (taken == 0) break;
      text.remove_prefix(taken);
      if (reader_->rows() == piece_end()) ARROW_RETURN_NOT_OK(write_piece());
    }
    rest_ = std::string(text);
    return arrow::Status::OK();
  }
  arrow::Status finish() {
    if (!rest_.empty()) return arrow::Status::Invalid("the last record is cut short");
    if (reader_->rows() > 0) ARROW_RETURN_NOT_OK(write_piece());
    return writer_->Close();
  }
  int host_code() const { return stream_->code(); }

 private:
  /// How many rows the piece under way may have.
  int64_t piece_end() const {
    return std::min(kPieceRows, bound_.properties->max_row_group_length() - group_rows_);
  }
  arrow::Status write_piece() {
    ARROW_ASSIGN_OR_RAISE(const auto batch, reader_->finish());
    if (group_rows_ == 0) ARROW_RETURN_NOT_OK(writer_->NewBufferedRowGroup());
    ARROW_RETURN_NOT_OK(writer_->WriteRecordBatch(*batch));
    group_rows_ += batch->num_rows();
    if (group_rows_ == bound_.properties->max_row_group_length()) group_rows_ = 0;
    return arrow::Status::OK();
  }

  const Bound& bound_;
  HostPool pool_;
  std::shared_ptr<HostStream> stream_ = std::make_shared<HostStream>();
  std::optional<RecordReader> reader_;
  std::unique_ptr<parquet::arrow::FileWriter> writer_;
  std::string rest_;  // of a record
  int64_t group_rows_ = 0;
};

/// `step` of the file, as a code: what leat itself said wins.
template <typename Step>
int in_file(OutputFile& file, leat_call* call, Step&& step) {
  file.use(call);
  const arrow::Status status = caught(step);
  file.use(nullptr);
  if (file.host_code() != LEAT_OK) return file.host_code();
  return code_of(call, status, "the Parquet file cannot be written", kWriteHint);
}

int file_open(void* opaque, leat_call* call, void** out) {
  auto file =
      std::make_unique<OutputFile>(*static_cast<const Bound*>(opaque), host->open_pool(call));
  const int code = in_file(*file, call, [&] { return file->open(); });
  if (code == LEAT_OK) *out = file.release();
  return code;
}

int file_write(void* opaque, leat_call* call, const void* records, size_t size) {
  auto& file = *static_cast<OutputFile*>(opaque);
  return in_file(file, call, [&] { return file.write({static_cast<const char*>(records), size}); });
}

int file_finish(void* opaque, leat_call* call) {
  auto& file = *static_cast<OutputFile*>(opaque);
  return in_file(file, call, [&] { return file.finish(); });
}

void file_close(void* opaque) {
  // A writer that was not closed closes itself, and throws what goes wrong then.
  static_cast<void>(caught([&] {
    delete static_cast<OutputFile*>(opaque);
    return arrow::Status::OK();
  }));
}

}  // namespace

leat_operator write_parquet_table() {
  leat_operator table{};
  table.size = sizeof(table);
  table.name = "write_parquet";
  table.kind = LEAT_SINK;
  table.flags = LEAT_WRITES_FILES;
  table.text = LEAT_TEXT_VIEWS;
  table.summary = "Writes rows to a Parquet file.";
  table.doc =
      "The file appears when the whole run has succeeded; until then an existing file stays as it "
      "is. It has statistics, a page index and dictionaries; the same rows give the same bytes, on "
      "however many processors they are written.\n\n"
      "`timestamp` becomes a local timestamp in microseconds, `timestamptz` one in UTC, `json` a "
      "text marked as JSON, lists and structs what they are. An `interval` becomes text, as "
      "`1 day 02:00:00`.\n\n"
      "A `path` with `{column}` in it writes a file for each combination of values, in folders "
      "`name={column}` without that column; `{part}` with `max_rows` cuts files at a number of "
      "rows, as `write_csv` does. `max_bytes` counts the rows before they are encoded.";
  table.example =
      "- write_parquet: out/orders.parquet\n"
      "- write_parquet:\n"
      "    path: out/country={country}/part-{part:05}.parquet\n"
      "    max_rows: 1000000\n"
      "    compression: snappy\n";
  table.main_option = "path";
  table.options = kWriteOptions;
  table.option_count = std::size(kWriteOptions);
  table.bind = bind;
  table.unbind = unbind;
  table.process = process;
  table.file_open = file_open;
  table.file_write = file_write;
  table.file_finish = file_finish;
  table.file_close = file_close;
  return table;
}

}  // namespace leat::connectors
