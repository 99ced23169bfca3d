// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Part of the C++ face for plugins, see plugin.h: columns that come and columns that are made.
//
// Every access checks the type of its column, and every write its place: a slip of the author ends
// the call with an error that names the column; without the check it would be garbage in the
// result, or a write past the end of a buffer. One comparison that is always predicted is what it
// costs.
#pragma once

#include <leat/plugin_call.h>

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <limits>
#include <memory>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

namespace leat::api {

// --------------------------------------------------------------------------------------------------------------- input

/// A column of the input. Values of NULL are undefined. REQUIRES: rows of the batch.
class Column {
 public:
  Column() = default;
  Column(const ArrowArray& array, const InputColumn& about)
      : type_(about.type),
        offset_(static_cast<size_t>(array.offset)),
        validity_(array.n_buffers > 0 && array.null_count != 0
                      ? static_cast<const uint8_t*>(array.buffers[0])
                      : nullptr),
        values_(array.n_buffers > 1 ? array.buffers[1] : nullptr),
        array_(&array),
        about_(&about) {}

  bool is_null(size_t row) const { return validity_ != nullptr && !bit(validity_, row); }
  int64_t int64(size_t row) const { return at<int64_t>(Type::kInt64, row); }
  double float64(size_t row) const { return at<double>(Type::kFloat64, row); }
  bool boolean(size_t row) const {
    if (type_ != Type::kBool) wrong_type(type_name(Type::kBool));
    return bit(static_cast<const uint8_t*>(values_), row);
  }
  /// Days since 1970-01-01.
  int32_t date(size_t row) const { return at<int32_t>(Type::kDate, row); }
  /// Microseconds since 1970-01-01T00:00:00Z.
  int64_t timestamp(size_t row) const { return at<int64_t>(Type::kTimestamp, row); }
  /// Of text and binary columns.
  std::string_view text(size_t row) const {
    if (type_ != Type::kText && type_ != Type::kBinary) wrong_type(type_name(Type::kText));
    const char* const view = static_cast<const char*>(values_) + (offset_ + row) * 16;
    int32_t fields[4];
    std::memcpy(fields, view, sizeof(fields));
    const auto length = static_cast<size_t>(fields[0]);
    if (length <= 12) return {view + 4, length};
    return {static_cast<const char*>(array_->buffers[2 + fields[2]]) + fields[3], length};
  }

 private:
  template <typename T>
  T at(Type wanted, size_t row) const {
    if (type_ != wanted) wrong_type(type_name(wanted));
    return static_cast<const T*>(values_)[offset_ + row];
  }
  bool bit(const uint8_t* bits, size_t row) const {
    return (bits[(offset_ + row) / 8] >> ((offset_ + row) % 8) & 1) != 0;
  }
  [[noreturn]] void wrong_type(const char* wanted) const {
    const char* const is = type_name(type_);
    misuse("column '" + about_->name + "' of the input is " +
           (is == nullptr ? "of another type" : is) + ", and was read as " + wanted);
  }

  Type type_ = Type::kOther;
  size_t offset_ = 0;
  const uint8_t* validity_ = nullptr;
  const void* values_ = nullptr;
  const ArrowArray* array_ = nullptr;
  const InputColumn* about_ = nullptr;
};

// -------------------------------------------------------------------------------------------------------------- output

/// A new column of fixed length whose values are set in any order; those not set are NULL.
class NewColumn {
 public:
  NewColumn(Type type, size_t rows, std::string name)
      : type_(type), rows_(rows), name_(std::move(name)), valid_((rows + 7) / 8, 0) {
    values_.resize(type == Type::kBool ? (rows + 7) / 8 : rows * width(type), 0);
  }

  /// A bool, a number or a text, as the column is: whole numbers also into float64, date (days) and
  /// timestamp (microseconds).
  template <typename T>
  void set(size_t row, const T& value) {
    if (row >= rows_) no_such_row(row);
    if constexpr (std::is_same_v<T, bool>) {
      if (type_ != Type::kBool) wrong_type("a bool");
      if (value) {
        values_[row / 8] |= static_cast<uint8_t>(1U << (row % 8));
      } else {
        values_[row / 8] &= static_cast<uint8_t>(~(1U << (row % 8)));
      }
    } else if constexpr (std::is_floating_point_v<T>) {
      if (type_ != Type::kFloat64) wrong_type("a float64");
      store(row, static_cast<double>(value));
    } else if constexpr (std::is_integral_v<T>) {
      if constexpr (std::is_unsigned_v<T> && sizeof(T) == sizeof(int64_t)) {
        if (value > uint64_t{std::numeric_limits<int64_t>::max()})
          misuse("the number set in column '" + name_ + "' is larger than an int64");
      }
      set_integer(row, static_cast<int64_t>(value));
    } else {
      static_assert(std::is_convertible_v<const T&, std::string_view>,
                    "a value is a bool, a number or a text");
      set_text(row, std::string_view(value));
    }
    valid_[row / 8] |= static_cast<uint8_t>(1U << (row % 8));
  }
  void set_null(size_t row) {
    if (row >= rows_) no_such_row(row);
    valid_[row / 8] &= static_cast<uint8_t>(~(1U << (row % 8)));
  }
  /// For loops over whole columns: all values at once, all of them valid. T is int64_t for int64
  /// and timestamp, double for float64, int32_t for date.
  template <typename T>
  T* fill() {
    const bool fits = std::is_same_v<T, int64_t>
                          ? type_ == Type::kInt64 || type_ == Type::kTimestamp
                      : std::is_same_v<T, double>  ? type_ == Type::kFloat64
                      : std::is_same_v<T, int32_t> ? type_ == Type::kDate
                                                   : false;
    if (!fits) wrong_type("an array of another layout");
    std::fill(valid_.begin(), valid_.end(), uint8_t{0xff});
    return reinterpret_cast<T*>(values_.data());
  }

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
  void set_integer(size_t row, int64_t value) {
    switch (type_) {
      case Type::kInt64:
      case Type::kTimestamp: return store(row, value);
      case Type::kFloat64: return store(row, static_cast<double>(value));
      case Type::kDate:
        if (!std::in_range<int32_t>(value))
          misuse("the number of days set in column '" + name_ + "' is no date");
        return store(row, static_cast<int32_t>(value));
      default: wrong_type("an int64");
    }
  }
  void set_text(size_t row, std::string_view text) {
    if (type_ != Type::kText && type_ != Type::kBinary) wrong_type("a text");
    if (text.size() + data_.size() > std::numeric_limits<int32_t>::max())
      misuse("column '" + name_ + "' has more than 2 GiB of text in one batch");
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
  }
  template <typename T>
  void store(size_t row, T value) {
    std::memcpy(values_.data() + row * sizeof(T), &value, sizeof(T));
  }
  [[noreturn]] void wrong_type(const char* given) const {
    misuse("column '" + name_ + "' was declared as " + type_name(type_) + ", and " + given +
           " was set");
  }
  [[noreturn]] void no_such_row(size_t row) const {
    misuse("row " + std::to_string(row + 1) + " of column '" + name_ + "' was set, and there are " +
           std::to_string(rows_));
  }

  Type type_;
  size_t rows_;
  std::string name_;
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

}  // namespace leat::api
