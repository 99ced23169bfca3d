// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Problem: a Parquet file says in its footer what it holds and where; who reads all of it to find
// out wastes most of the work.
//
// Invariants:
//  1. The columns are known while binding, from the footers of all files; only footers are read
//     then.
//  2. A split is a row group, or a piece of one that has more rows than a split may have. Which
//     ones there are is settled by the footers and the filter behind the source, before anything is
//     read; lanes read them in any order, and again.
//  3. A file that is not what it was while binding fails the run.
//  4. Values that leat cannot have are faults of their rows (the host looks at each of them).
//
// Rejected: threads of Arrow (leat's lanes are as many as there are processors), and to keep the
// footers of all files (thousands of them would be memory that nobody counts; they are read again).
#include "operators/connectors/parquet/read_parquet.h"

#include <arrow/c/bridge.h>

#include <algorithm>
#include <iterator>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "operators/connectors/options.h"
#include "operators/connectors/parquet/host_pool.h"
#include "operators/connectors/parquet/parquet_file.h"
#include "operators/connectors/parquet/statistics.h"
#include "operators/connectors/parquet/types.h"

namespace leat::connectors {
namespace {

constexpr int64_t kSplitRowsMax = int64_t{1} << 24;
constexpr size_t kMemoryBytes = size_t{8} << 20;
constexpr const char* kDamagedHint =
    "it is damaged or cut off; copy it again, or have it written again";

const char* const kRoundChoices[] = {"us", nullptr};

const leat_option_def kReadOptions[] = {
    {sizeof(leat_option_def), "columns",
     "The columns to read, in this order. Left out: all. Of what is read only the columns that the "
     "pipeline uses are decoded.",
     nullptr, nullptr, LEAT_OPTION_TEXT_LIST, 0, 0, 0},
    {sizeof(leat_option_def), "round",
     "`us`: times in nanoseconds are rounded to the nearest microsecond. Left out: such a time is "
     "an error of its row, unless it is whole microseconds.",
     nullptr, kRoundChoices, LEAT_OPTION_CHOICE, 0, 0, 0},
};

/// A split.
struct Part {
  int group = 0;
  int64_t first = 0;  ///< Of its rows, in the row group.
  int64_t rows = 0;
  int64_t before = 0;  ///< Rows of the file before it.
};

/// A file as its footer described it.
struct FileFacts {
  std::string path;
  int64_t bytes = 0;
  std::vector<Part> parts;
};

struct Column {
  std::string name;
  std::string type;
};

/// What all lanes of a stage share.
struct Bound {
  std::vector<FileFacts> files;
  std::vector<std::string> columns;
  bool rounds = false;
};

std::string quoted(const std::string& text) { return "'" + text + "'"; }

// ---------------------------------------------------------------------------------------- binding

std::vector<Part> parts_of(const parquet::FileMetaData& metadata) {
  std::vector<Part> parts;
  int64_t before = 0;
  for (int group = 0; group < metadata.num_row_groups(); ++group) {
    const int64_t rows = metadata.RowGroup(group)->num_rows();
    for (int64_t first = 0; first < rows; first += kSplitRowsMax) {
      const int64_t count = std::min(kSplitRowsMax, rows - first);
      parts.push_back({group, first, count, before});
      before += count;
    }
  }
  return parts;
}

/// Reads the footers, and finds the columns.
class Binder {
 public:
  Binder(leat_call* call, const leat_binding& binding)
      : call_(call), options_(binding), binding_(binding) {}

  /// Null after reporting.
  std::unique_ptr<Bound> bind() {
    auto bound = std::make_unique<Bound>();
    bound->rounds = options_.is_written("round");
    chosen_ = options_.texts("columns");
    check_chosen();
    for (size_t i = 0; i < binding_.file_count; ++i) read_footer(binding_.files[i], *bound);
    if (mistakes_ > 0) return nullptr;
    for (const Column& column : columns_) {
      if (!is_wanted(column.name)) continue;
      if (host->add_column(call_, column.name.c_str(), column.type.c_str()) != LEAT_OK)
        return nullptr;
      bound->columns.push_back(column.name);
    }
    host->need_memory(call_, kMemoryBytes);
    return bound;
  }

 private:
  void mistake(const char* option, const std::string& message, const std::string& hint) {
    ++mistakes_;
    host->mistake(call_, option, message.c_str(), hint.c_str());
  }

  bool is_wanted(const std::string& name) const {
    if (binding_.wanted == nullptr) return true;
    return std::any_of(binding_.wanted, binding_.wanted + binding_.wanted_count,
                       [&](const char* wanted) { return name == wanted; });
  }

  void check_chosen() {
    std::set<std::string> seen;
    for (const std::string& name : chosen_) {
      if (!seen.insert(name).second)
        mistake("columns", "the column " + quoted(name) + " stands twice", "write it once");
    }
  }

  void read_footer(const std::string& path, Bound& bound) {
    const arrow::Status status = caught([&]() -> arrow::Status {
      ARROW_ASSIGN_OR_RAISE(const auto file, ParquetFile::open(path, pool_, call_));
      bound.files.push_back({path, file->bytes(), parts_of(file->metadata())});
      take_columns(path, *file);
      return arrow::Status::OK();
    });
    if (!status.ok())
      mistake("path", quoted(path) + " cannot be read: " + status.message(), kDamagedHint);
  }

  /// The columns of the file that are read; nullopt after reporting.
  std::optional<std::vector<Column>> columns_of(const std::string& path, const ParquetFile& file) {
    std::vector<std::string> names = chosen_;
    if (names.empty()) {
      for (const auto& field : file.manifest().schema_fields) names.push_back(field.field->name());
    }
    std::vector<Column> columns;
    std::set<std::string> seen;
    const int before = mistakes_;
    for (const std::string& name : names) {
      const parquet::arrow::SchemaField* const field = file.find(name);
      if (field == nullptr) {
        mistake("columns", "there is no column " + quoted(name) + " in " + quoted(path),
                "it has " + names_in(file));
        continue;
      }
      if (!seen.insert(name).second) {
        mistake("path", quoted(path) + " has two columns called " + quoted(name),
                "name those to read in 'columns'");
        continue;
      }
      const TypeName type =
          file.is_interval(*field) ? TypeName{"interval", ""} : leat_type(*field->field->type());
      if (type.name.empty())
        mistake("path", "column " + quoted(name) + " of " + quoted(path) + " " + type.problem,
                "name the other columns in 'columns'");
      columns.push_back({name, type.name});
    }
    return mistakes_ > before ? std::nullopt : std::optional(std::move(columns));
  }

  static std::string names_in(const ParquetFile& file) {
    constexpr size_t kShown = 20;
    std::string names;
    size_t shown = 0;
    for (const auto& field : file.manifest().schema_fields) {
      if (++shown > kShown) return names + " and others";
      names += (names.empty() ? "" : ", ") + field.field->name();
    }
    return names.empty() ? "none" : names;
  }

  void take_columns(const std::string& path, const ParquetFile& file) {
    auto columns = columns_of(path, file);
    if (!columns) return;
    if (first_.empty()) {
      first_ = path;
      columns_ = std::move(*columns);
      return;
    }
    for (const Column& column : columns_) compare(path, column, find(*columns, column.name));
    for (const Column& column : *columns) {
      if (find(columns_, column.name) == nullptr)
        mistake("path",
                quoted(path) + " has a column " + quoted(column.name) + ", and " + quoted(first_) +
                    " has not",
                "name the columns that all files have in 'columns'");
    }
  }

  static const Column* find(const std::vector<Column>& columns, const std::string& name) {
    const auto found = std::find_if(columns.begin(), columns.end(),
                                    [&](const Column& column) { return column.name == name; });
    return found == columns.end() ? nullptr : &*found;
  }

  void compare(const std::string& path, const Column& first, const Column* here) {
    if (here == nullptr) {
      mistake("path",
              quoted(first_) + " has a column " + quoted(first.name) + ", and " + quoted(path) +
                  " has not",
              "name the columns that all files have in 'columns'");
    } else if (here->type != first.type) {
      mistake("path",
              "column " + quoted(first.name) + " is of type " + first.type + " in " +
                  quoted(first_) + ", and of type " + here->type + " in " + quoted(path),
              "read these files in a stage of their own, cast the column there, and bring the "
              "rows together with 'union'");
    }
  }

  leat_call* const call_;
  const Options options_;
  const leat_binding& binding_;
  HostPool pool_{nullptr};
  std::vector<std::string> chosen_;
  std::string first_;  // the file that said what the columns are
  std::vector<Column> columns_;
  int mistakes_ = 0;
};

int bind(const leat_operator*, leat_call* call, const leat_binding* binding, void** out) {
  std::unique_ptr<Bound> bound = Binder(call, *binding).bind();
  if (bound == nullptr) return LEAT_ERROR;
  *out = bound.release();
  return LEAT_OK;
}

void unbind(void* bound) { delete static_cast<Bound*>(bound); }

int64_t prune(void* opaque, const leat_condition* conditions, size_t count) {
  Bound& bound = *static_cast<Bound*>(opaque);
  std::vector<Condition> kept;
  for (size_t i = 0; i < count; ++i) {
    const leat_condition& one = conditions[i];
    kept.push_back(
        {one.column, one.comparison,
         one.value == nullptr ? std::string() : std::string(one.value, one.value_bytes)});
  }
  HostPool pool(nullptr);
  int64_t left_out = 0;
  for (FileFacts& facts : bound.files) {
    // What cannot be told now keeps its parts.
    static_cast<void>(caught([&]() -> arrow::Status {
      ARROW_ASSIGN_OR_RAISE(const auto file, ParquetFile::open(facts.path, pool, nullptr));
      if (file->bytes() != facts.bytes) return arrow::Status::OK();
      left_out += static_cast<int64_t>(std::erase_if(facts.parts, [&](const Part& part) {
        return !may_have(file->reader(), file->manifest(), part.group, kept);
      }));
      return arrow::Status::OK();
    }));
  }
  return left_out;
}

// ------------------------------------------------------------------------------------------- lanes

/// What a lane reads with. Also that of who asks for splits, which opens no file.
struct Lane {
  Lane(const Bound& of, leat_pool* given) : bound(of), pool(given) {}
  const Bound& bound;
  HostPool pool;
  std::unique_ptr<ParquetFile> file;  // that of the last split
  uint64_t file_index = 0;
};

int open_lane(void* bound, leat_call* call, void** out) {
  *out = new Lane(*static_cast<const Bound*>(bound), host->open_pool(call));
  return LEAT_OK;
}

void close_lane(void* lane) { delete static_cast<Lane*>(lane); }

int next(void* opaque, leat_call*, leat_split* split) {
  const Lane& lane = *static_cast<const Lane*>(opaque);
  const std::vector<Part>& parts = lane.bound.files[split->file].parts;
  split->has_split = split->part < parts.size() ? 1 : 0;
  if (split->has_split != 0) split->first_row = static_cast<uint64_t>(parts[split->part].before);
  return LEAT_OK;
}

arrow::Status open_file(Lane& lane, leat_call* call, uint64_t index) {
  if (lane.file == nullptr || lane.file_index != index) {
    lane.file = nullptr;
    ARROW_ASSIGN_OR_RAISE(lane.file,
                          ParquetFile::open(lane.bound.files[index].path, lane.pool, call));
    lane.file_index = index;
  }
  lane.file->use(call);
  return lane.file->bytes() == lane.bound.files[index].bytes
             ? arrow::Status::OK()
             : arrow::Status::Invalid("it has changed since the run began");
}

/// Gives a batch to leat. `code` is what that returned.
arrow::Status emit(Lane& lane, leat_call* call, const arrow::RecordBatch& batch, int& code) {
  arrow::ArrayVector columns;
  arrow::FieldVector fields;
  for (int i = 0; i < batch.num_columns(); ++i) {
    ARROW_ASSIGN_OR_RAISE(auto column, crossing(batch.column(i), lane.bound.rounds, &lane.pool));
    fields.push_back(batch.schema()->field(i)->WithType(column->type()));
    columns.push_back(std::move(column));
  }
  const auto crossed =
      arrow::RecordBatch::Make(arrow::schema(std::move(fields)), batch.num_rows(), columns);
  ArrowSchema schema{};
  ArrowArray array{};
  ARROW_RETURN_NOT_OK(arrow::ExportRecordBatch(*crossed, &array, &schema));
  leat_output output{};
  output.size = sizeof(output);
  output.array = &array;
  output.schema = &schema;
  code = host->emit(call, &output);
  schema.release(&schema);
  return arrow::Status::OK();
}

/// Rows [part.first, part.first + part.rows) of the row group.
arrow::Status read_part(Lane& lane, leat_call* call, const Part& part, int& code) {
  ARROW_ASSIGN_OR_RAISE(const auto batches, lane.file->read(part.group, lane.bound.columns));
  int64_t at = 0;  // of the row group
  int64_t given = 0;
  while (code == LEAT_OK && given < part.rows) {
    std::shared_ptr<arrow::RecordBatch> batch;
    ARROW_RETURN_NOT_OK(batches->ReadNext(&batch));
    if (batch == nullptr) return arrow::Status::Invalid("rows are missing");
    const int64_t begin = std::clamp<int64_t>(part.first - at, 0, batch->num_rows());
    at += batch->num_rows();
    batch = batch->Slice(begin, part.rows - given);
    given += batch->num_rows();
    if (batch->num_rows() > 0) ARROW_RETURN_NOT_OK(emit(lane, call, *batch, code));
    host->checkpoint(call);
  }
  return arrow::Status::OK();
}

int decode(void* opaque, leat_call* call, const leat_split* split) {
  Lane& lane = *static_cast<Lane*>(opaque);
  const FileFacts& facts = lane.bound.files[split->file];
  const Part& part = facts.parts[split->part];
  int code = LEAT_OK;
  const arrow::Status status = caught([&]() -> arrow::Status {
    ARROW_RETURN_NOT_OK(open_file(lane, call, split->file));
    return read_part(lane, call, part, code);
  });
  if (code != LEAT_OK) return code;
  if (!status.ok()) lane.file = nullptr;
  const int failed = code_of(call, status,
                             "row group " + std::to_string(part.group + 1) + " of " +
                                 quoted(facts.path) + " cannot be read",
                             kDamagedHint);
  return failed == LEAT_ERROR ? LEAT_ERROR_DATA : failed;
}

}  // namespace

leat_operator read_parquet_table() {
  leat_operator table{};
  table.size = sizeof(table);
  table.name = "read_parquet";
  table.kind = LEAT_SOURCE;
  table.flags = LEAT_READS_FILES;
  table.text = LEAT_TEXT_VIEWS;
  table.summary = "Reads rows from Parquet files.";
  table.doc =
      "Columns and their types come from the footers of the files, which must have the same "
      "columns; their order may differ. Row groups are read side by side, and only the columns "
      "that the pipeline uses. Row groups in which a filter right behind the source can pass no "
      "row, by their statistics and Bloom filters, are not read.\n\n"
      "Integers become int64, floats float64, decimals of up to 38 digits stay exact, dates and "
      "times are kept to the microsecond, times of day become intervals, UUIDs text, dictionaries "
      "what they hold, maps lists of `key` and `value`. A value that does not fit (an unsigned "
      "integer past int64, parts of microseconds, text that is not UTF-8) is an error of its row, "
      "which `on_error` deals with.\n\n"
      "Files are read from anywhere in them, so Parquet cannot come from standard input. A file "
      "that is damaged fails the run.";
  table.example =
      "- read_parquet: data/orders.parquet\n"
      "- read_parquet:\n"
      "    path: \"data/day=*/part-*.parquet\"\n"
      "    columns: [id, price]\n";
  table.main_option = "path";
  table.options = kReadOptions;
  table.option_count = std::size(kReadOptions);
  table.bind = bind;
  table.unbind = unbind;
  table.open = open_lane;
  table.close = close_lane;
  table.next = next;
  table.decode = decode;
  table.prune = prune;
  return table;
}

}  // namespace leat::connectors
