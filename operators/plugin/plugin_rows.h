// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Part of the C++ face for plugins, see plugin.h: rows that come and rows that are made.
#pragma once

#include <leat/plugin_columns.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace leat::api {

/// Rows of a batch that a face builds.
inline constexpr size_t kRowsMax = 4096;

/// The rows of one call.
class Batch {
 public:
  /// `input` says what the columns are and outlives the batch.
  Batch(const leat_rows& rows, const std::vector<InputColumn>& input) : rows_(rows) {
    columns_.reserve(input.size());
    for (size_t i = 0; i < input.size(); ++i)
      columns_.emplace_back(*rows.array->children[i], input[i]);
  }
  size_t rows() const { return static_cast<size_t>(rows_.array->length); }
  const Column& column(size_t index) const {
    if (index >= columns_.size()) no_such_column(index);
    return columns_[index];
  }
  /// Orders rows as the input does, whichever lane sees them.
  uint64_t id(size_t row) const { return rows_.ids[row]; }
  const leat_rows& raw() const { return rows_; }

 private:
  [[noreturn]] void no_such_column(size_t index) const {
    misuse("column " + std::to_string(index + 1) + " of the input was read, and there are " +
           std::to_string(columns_.size()));
  }

  const leat_rows& rows_;
  std::vector<Column> columns_;
};

/// One row of a batch.
class Row {
 public:
  Row(const Batch& batch, size_t row) : batch_(batch), row_(row) {}
  bool is_null(size_t column) const { return batch_.column(column).is_null(row_); }
  int64_t int64(size_t column) const { return batch_.column(column).int64(row_); }
  double float64(size_t column) const { return batch_.column(column).float64(row_); }
  bool boolean(size_t column) const { return batch_.column(column).boolean(row_); }
  int32_t date(size_t column) const { return batch_.column(column).date(row_); }
  int64_t timestamp(size_t column) const { return batch_.column(column).timestamp(row_); }
  std::string_view text(size_t column) const { return batch_.column(column).text(row_); }
  uint64_t id() const { return batch_.id(row_); }

 private:
  const Batch& batch_;
  size_t row_;
};

/// New columns for what was declared; kept ones are null.
inline std::vector<std::unique_ptr<NewColumn>> make_columns(const std::vector<Declared>& declared,
                                                            size_t rows) {
  std::vector<std::unique_ptr<NewColumn>> made;
  made.reserve(declared.size());
  for (const Declared& column : declared) {
    made.push_back(column.kept ? nullptr
                               : std::make_unique<NewColumn>(column.type, rows, column.name));
  }
  return made;
}

/// Column `index` of `made`, to set values in.
inline NewColumn& column_to_set(const std::vector<std::unique_ptr<NewColumn>>& made,
                                const std::vector<Declared>& declared, size_t index) {
  if (index < made.size() && made[index] != nullptr) return *made[index];
  if (index >= declared.size())
    misuse("column " + std::to_string(index + 1) + " of the output was set, and " +
           std::to_string(declared.size()) + " were declared");
  misuse(declared[index].kept ? "column '" + declared[index].name +
                                    "' of the output is kept from the input and cannot be set; set "
                                    "the number that add() returned"
                              : std::string("a column was set after the rows had been given"));
}

/// What a map gives for a batch: columns of as many rows as came, and which rows stay.
class Output {
 public:
  Output(const std::vector<Declared>& declared, const Batch& batch, Call& call)
      : declared_(declared),
        batch_(batch),
        call_(call),
        made_(make_columns(declared, batch.rows())) {}

  /// One that was added.
  NewColumn& column(size_t index) { return column_to_set(made_, declared_, index); }
  void drop(size_t row) {
    if (row >= batch_.rows()) misuse("a row was dropped that did not come");
    if (keep_.empty()) keep_.assign(batch_.rows(), 1);
    keep_[row] = 0;
  }
  void reject(size_t row, const std::string& reason) {
    call_.reject(batch_.raw().first_row + row, reason);
  }
  Call& call() { return call_; }

  /// Gives it all to the host. The face does it once the operator returns.
  void emit() {
    if (std::exchange(emitted_, true))
      misuse("emit() was called twice; leat calls it when the operator has returned");
    if (declared_.empty()) return emit_array(batch_.raw().array);
    auto rows = std::make_unique<NewRows>(declared_.size());
    for (size_t i = 0; i < declared_.size(); ++i) {
      if (declared_[i].kept) {
        ArrowArray* const from = batch_.raw().array->children[*declared_[i].kept];
        *rows->column(i) = *from;
        from->release = nullptr;
      } else {
        NewColumn::release_into(std::move(made_[i]), batch_.rows(), rows->column(i));
      }
    }
    ArrowArray array;
    NewRows::release_into(std::move(rows), batch_.rows(), &array);
    emit_array(&array);
  }

 private:
  void emit_array(ArrowArray* array) {
    const leat_output output{sizeof(leat_output), array, nullptr, nullptr,
                             keep_.empty() ? nullptr : keep_.data()};
    call_.note(host_services->emit(call_.handle(), &output));
  }

  const std::vector<Declared>& declared_;
  const Batch& batch_;
  Call& call_;
  std::vector<std::unique_ptr<NewColumn>> made_;
  std::vector<uint8_t> keep_;
  bool emitted_ = false;
};

/// What the row-wise face gives for one row.
class RowOutput {
 public:
  RowOutput(Output& output, size_t row) : output_(output), row_(row) {}
  /// A column that is not set is NULL.
  template <typename T>
  void set(size_t column, const T& value) {
    output_.column(column).set(row_, value);
  }
  void drop() { output_.drop(row_); }
  /// The row is bad; the stage's on_error decides.
  void reject(const std::string& reason) { output_.reject(row_, reason); }
  Call& call() { return output_.call(); }

 private:
  Output& output_;
  size_t row_;
};

/// Rows made one after the other: what sources and aggregates give.
class Writer {
 public:
  Writer(const std::vector<Declared>& declared, Call& call) : declared_(declared), call_(call) {}

  /// Begins a row, all columns NULL. `id` orders it among all rows; either all rows have one, or
  /// none. False when the host wants no more.
  bool next(std::optional<uint64_t> id = std::nullopt) {
    if (total_ > 0 && id.has_value() != has_ids_)
      misuse("some rows were given with an id and some without");
    has_ids_ = id.has_value();
    if (rows_ == kRowsMax) flush();
    if (rows_ == 0) columns_ = make_columns(declared_, kRowsMax);
    ++rows_;
    ++total_;
    if (id) ids_.push_back(*id);
    return call_.ok();
  }
  template <typename T>
  void set(size_t column, const T& value) {
    if (rows_ == 0) misuse("a value was set before next() began a row");
    column_to_set(columns_, declared_, column).set(rows_ - 1, value);
  }
  /// Rows begun so far.
  size_t rows() const { return total_; }
  Call& call() { return call_; }

  void flush() {
    if (rows_ == 0) return;
    auto rows = std::make_unique<NewRows>(declared_.size());
    for (size_t i = 0; i < declared_.size(); ++i)
      NewColumn::release_into(std::move(columns_[i]), rows_, rows->column(i));
    ArrowArray array;
    NewRows::release_into(std::move(rows), rows_, &array);
    const leat_output output{sizeof(leat_output), &array, nullptr, has_ids_ ? ids_.data() : nullptr,
                             nullptr};
    call_.note(host_services->emit(call_.handle(), &output));
    columns_.clear();
    ids_.clear();
    rows_ = 0;
  }

 private:
  const std::vector<Declared>& declared_;
  Call& call_;
  std::vector<std::unique_ptr<NewColumn>> columns_;
  std::vector<uint64_t> ids_;
  size_t rows_ = 0;
  size_t total_ = 0;
  bool has_ids_ = false;
};

}  // namespace leat::api
