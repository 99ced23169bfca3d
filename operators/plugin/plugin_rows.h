// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Part of the C++ face for plugins, see plugin.h: rows that come and rows that are made.
#pragma once

#include <leat/plugin_call.h>

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

namespace leat::api {

/// Rows of a batch that a face builds.
inline constexpr size_t kRowsMax = 4096;

// --------------------------------------------------------------------------------------------------------------- input

/// A column of the input. Values of NULL are undefined.
class Column {
 public:
  Column() = default;
  explicit Column(const ArrowArray& array)
      : offset_(static_cast<size_t>(array.offset)),
        validity_(array.n_buffers > 0 && array.null_count != 0
                      ? static_cast<const uint8_t*>(array.buffers[0])
                      : nullptr),
        values_(array.n_buffers > 1 ? array.buffers[1] : nullptr),
        array_(&array) {}

  bool is_null(size_t row) const { return validity_ != nullptr && !bit(validity_, row); }
  int64_t int64(size_t row) const { return at<int64_t>(row); }
  double float64(size_t row) const { return at<double>(row); }
  bool boolean(size_t row) const { return bit(static_cast<const uint8_t*>(values_), row); }
  /// Days since 1970-01-01.
  int32_t date(size_t row) const { return at<int32_t>(row); }
  /// Microseconds since 1970-01-01T00:00:00Z.
  int64_t timestamp(size_t row) const { return at<int64_t>(row); }
  /// Of text and binary columns.
  std::string_view text(size_t row) const {
    const char* const view = static_cast<const char*>(values_) + (offset_ + row) * 16;
    int32_t fields[4];
    std::memcpy(fields, view, sizeof(fields));
    const auto length = static_cast<size_t>(fields[0]);
    if (length <= 12) return {view + 4, length};
    return {static_cast<const char*>(array_->buffers[2 + fields[2]]) + fields[3], length};
  }

 private:
  template <typename T>
  T at(size_t row) const {
    return static_cast<const T*>(values_)[offset_ + row];
  }
  bool bit(const uint8_t* bits, size_t row) const {
    return (bits[(offset_ + row) / 8] >> ((offset_ + row) % 8) & 1) != 0;
  }

  size_t offset_ = 0;
  const uint8_t* validity_ = nullptr;
  const void* values_ = nullptr;
  const ArrowArray* array_ = nullptr;
};

/// The rows of one call.
class Batch {
 public:
  explicit Batch(const leat_rows& rows) : rows_(rows) {
    for (int64_t i = 0; i < rows.array->n_children; ++i)
      columns_.emplace_back(*rows.array->children[i]);
  }
  size_t rows() const { return static_cast<size_t>(rows_.array->length); }
  const Column& column(size_t index) const { return columns_[index]; }
  /// Orders rows as the input does, whichever lane sees them.
  uint64_t id(size_t row) const { return rows_.ids[row]; }
  const leat_rows& raw() const { return rows_; }

 private:
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

// -------------------------------------------------------------------------------------------------------------- output

/// A new column of fixed length whose values are set in any order; those not set are NULL.
class NewColumn {
 public:
  NewColumn(Type type, size_t rows) : type_(type), valid_((rows + 7) / 8, 0) {
    values_.resize(type == Type::kBool ? (rows + 7) / 8 : rows * width(type), 0);
  }

  void set(size_t row, int64_t value) {
    if (type_ == Type::kFloat64) return store(row, static_cast<double>(value));
    if (type_ == Type::kDate) return store(row, static_cast<int32_t>(value));
    store(row, value);
  }
  void set(size_t row, double value) { store(row, value); }
  void set(size_t row, bool value) {
    if (value) values_[row / 8] |= static_cast<uint8_t>(1U << (row % 8));
    mark(row);
  }
  void set(size_t row, std::string_view text) {
    uint8_t* const view = values_.data() + row * 16;
    const auto length = static_cast<uint32_t>(text.size());
    std::memcpy(view, &length, sizeof(length));
    if (text.size() <= 12) {
      std::memset(view + 4, 0, 12);
      if (!text.empty()) std::memcpy(view + 4, text.data(), text.size());
    } else {
      const uint32_t place[2] = {0, static_cast<uint32_t>(data_.size())};
      std::memcpy(view + 4, text.data(), 4);
      std::memcpy(view + 8, place, sizeof(place));
      data_.append(text);
    }
    mark(row);
  }
  /// For loops over whole columns: all values at once, all of them valid. REQUIRES: T is the
  /// layout of the type.
  template <typename T>
  T* fill() {
    std::fill(valid_.begin(), valid_.end(), uint8_t{0xff});
    return reinterpret_cast<T*>(values_.data());
  }
  void set_null(size_t row) { valid_[row / 8] &= static_cast<uint8_t>(~(1U << (row % 8))); }

  /// Hands the first `rows` values over.
  static void release_into(std::unique_ptr<NewColumn> column, size_t rows, ArrowArray* out) {
    NewColumn& self = *column;
    self.buffers_ = {self.valid_.data(), self.values_.data()};
    const bool views = self.type_ == Type::kText || self.type_ == Type::kBinary;
    if (views) {
      self.data_bytes_ = static_cast<int64_t>(self.data_.size());
      self.buffers_.push_back(self.data_.data());
      self.buffers_.push_back(&self.data_bytes_);
    }
    *out = ArrowArray{};
    out->length = static_cast<int64_t>(rows);
    out->null_count = -1;
    out->n_buffers = static_cast<int64_t>(self.buffers_.size());
    out->buffers = self.buffers_.data();
    out->private_data = column.release();
    out->release = [](ArrowArray* array) {
      delete static_cast<NewColumn*>(array->private_data);
      array->release = nullptr;
    };
  }

 private:
  static size_t width(Type type) {
    if (type == Type::kText || type == Type::kBinary) return 16;
    return type == Type::kDate ? 4 : 8;
  }
  template <typename T>
  void store(size_t row, T value) {
    std::memcpy(values_.data() + row * sizeof(T), &value, sizeof(T));
    mark(row);
  }
  void mark(size_t row) { valid_[row / 8] |= static_cast<uint8_t>(1U << (row % 8)); }

  Type type_;
  std::vector<uint8_t> valid_;
  std::vector<uint8_t> values_;
  std::string data_;
  int64_t data_bytes_ = 0;
  std::vector<const void*> buffers_;
};

/// Columns put together to a struct array; released with it.
class NewRows {
 public:
  explicit NewRows(size_t columns) : columns_(columns) {
    for (ArrowArray& column : columns_) {
      column = ArrowArray{};
      pointers_.push_back(&column);
    }
  }
  ArrowArray* column(size_t index) { return pointers_[index]; }

  static void release_into(std::unique_ptr<NewRows> rows, size_t length, ArrowArray* out) {
    *out = ArrowArray{};
    out->length = static_cast<int64_t>(length);
    out->n_buffers = 1;
    out->buffers = &rows->no_validity_;
    out->n_children = static_cast<int64_t>(rows->pointers_.size());
    out->children = rows->pointers_.data();
    out->private_data = rows.release();
    out->release = [](ArrowArray* array) {
      const std::unique_ptr<NewRows> owner(static_cast<NewRows*>(array->private_data));
      for (ArrowArray& column : owner->columns_) {
        if (column.release != nullptr) column.release(&column);
      }
      array->release = nullptr;
    };
  }

 private:
  std::vector<ArrowArray> columns_;
  std::vector<ArrowArray*> pointers_;
  const void* no_validity_ = nullptr;
};

/// What a map gives for a batch: columns of as many rows as came, and which rows stay.
class Output {
 public:
  Output(const std::vector<Declared>& declared, const Batch& batch, Call& call)
      : declared_(declared), batch_(batch), call_(call), made_(declared.size()) {
    for (size_t i = 0; i < declared.size(); ++i) {
      if (!declared[i].kept) made_[i] = std::make_unique<NewColumn>(declared[i].type, batch.rows());
    }
  }

  /// REQUIRES: a column that was added.
  NewColumn& column(size_t index) { return *made_[index]; }
  void drop(size_t row) {
    if (keep_.empty()) keep_.assign(batch_.rows(), 1);
    keep_[row] = 0;
  }
  void reject(size_t row, const std::string& reason) {
    call_.reject(batch_.raw().first_row + row, reason);
  }
  Call& call() { return call_; }

  /// Gives it all to the host.
  void emit() {
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
};

/// What the row-wise face gives for one row.
class RowOutput {
 public:
  RowOutput(Output& output, size_t row) : output_(output), row_(row) {}
  /// A column that is not set is NULL.
  template <typename T>
  void set(size_t column, T value) {
    if constexpr (std::is_same_v<T, bool> || std::is_same_v<T, double>) {
      output_.column(column).set(row_, value);
    } else if constexpr (std::is_integral_v<T>) {
      output_.column(column).set(row_, static_cast<int64_t>(value));
    } else {
      output_.column(column).set(row_, std::string_view(value));
    }
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

  /// Begins a row, all columns NULL. False when the host wants no more.
  bool next(std::optional<uint64_t> id = std::nullopt) {
    if (rows_ == kRowsMax) flush();
    if (rows_ == 0) {
      for (const Declared& column : declared_)
        columns_.push_back(std::make_unique<NewColumn>(column.type, kRowsMax));
    }
    ++rows_;
    ++total_;
    if (id) ids_.push_back(*id);
    return call_.ok();
  }
  template <typename T>
  void set(size_t column, T value) {
    if constexpr (std::is_same_v<T, bool> || std::is_same_v<T, double>) {
      columns_[column]->set(rows_ - 1, value);
    } else if constexpr (std::is_integral_v<T>) {
      columns_[column]->set(rows_ - 1, static_cast<int64_t>(value));
    } else {
      columns_[column]->set(rows_ - 1, std::string_view(value));
    }
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
    const bool has_ids = ids_.size() == rows_;
    const leat_output output{sizeof(leat_output), &array, nullptr, has_ids ? ids_.data() : nullptr,
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
};

}  // namespace leat::api
