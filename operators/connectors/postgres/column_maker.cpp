// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Problem: most of the time of reading goes into values; each should be looked at once, and none
// should be trusted to be one of leat's.
//
// Invariants:
//  1. A value is exact or a fault of its row: infinite dates, NaN in a numeric, digits that a
//     declared decimal has no room for, arrays of several dimensions.
//  2. A row is taken whole or not at all.
//  3. Lengths that the server sends are checked against the bytes that are there.
//
// Rejected: text COPY (three times the work for numbers and times).
#include "operators/connectors/postgres/column_maker.h"

#include <endian.h>

#include <algorithm>
#include <cstring>
#include <limits>
#include <utility>

namespace leat::connectors {
namespace {

constexpr int32_t kEpochDays = 10'957;                 // from 1970 to 2000
constexpr int64_t kEpochMicros = 946'684'800'000'000;  // the same
constexpr size_t kHeaderBytes = 19;                    // signature, flags, length of the rest
constexpr const char* kTooShort = "has fewer bytes than its type";
constexpr int kBase = 10'000;  // of the digits of a numeric
constexpr int kBaseDigits = 4;
constexpr size_t kUuidBytes = 16;

template <typename T>
T big_endian(const char* at) {
  T value;
  std::memcpy(&value, at, sizeof(T));
  if constexpr (sizeof(T) == 2) return static_cast<T>(be16toh(static_cast<uint16_t>(value)));
  if constexpr (sizeof(T) == 4) return static_cast<T>(be32toh(static_cast<uint32_t>(value)));
  return static_cast<T>(be64toh(static_cast<uint64_t>(value)));
}

Int128 power_of_ten(int exponent) {
  Int128 power = 1;
  for (int i = 0; i < exponent; ++i) power *= 10;
  return power;
}

std::string uuid_text(std::string_view bytes) {
  constexpr std::string_view kHex = "0123456789abcdef";
  std::string text;
  for (size_t i = 0; i < bytes.size(); ++i) {
    if (i == 4 || i == 6 || i == 8 || i == 10) text += '-';
    const auto byte = static_cast<uint8_t>(bytes[i]);
    text += kHex[byte >> 4U];
    text += kHex[byte & 15U];
  }
  return text;
}

/// One digit group of a numeric: `digit` times 10^exponent, added to `value`. What is wrong, or
/// nullptr.
const char* add_digits(Int128& value, int digit, int exponent, Int128 limit) {
  constexpr const char* kTooLong = "has more digits than its decimal";
  if (digit == 0) return nullptr;
  if (exponent <= -kBaseDigits) return kTooLong;
  if (exponent < 0) {
    const auto divisor = static_cast<int>(power_of_ten(-exponent));
    if (digit % divisor != 0) return kTooLong;
    value += digit / divisor;
  } else {
    if (exponent > std::numeric_limits<Int128>::digits10) return kTooLong;
    const Int128 power = power_of_ten(exponent);
    if (digit > limit / power) return kTooLong;
    value += digit * power;
  }
  return value >= limit ? kTooLong : nullptr;
}

}  // namespace

ColumnMaker::ColumnMaker(const ColumnType& type) : type_(type) {
  if (type.wire == Wire::kArray) element_ = std::make_unique<ColumnMaker>(*type.element);
  if (is_text() || element_ != nullptr) store(int32_t{0});
}

bool ColumnMaker::is_text() const {
  switch (type_.wire) {
    case Wire::kText:
    case Wire::kBytes:
    case Wire::kUuid:
    case Wire::kJson:
    case Wire::kJsonb: return true;
    default: return false;
  }
}

/// Bytes of a value in `fixed_`; 0: they are bits.
size_t ColumnMaker::width() const {
  switch (type_.wire) {
    case Wire::kBool: return 0;
    case Wire::kDate: return sizeof(int32_t);
    case Wire::kNumeric:
    case Wire::kTime:
    case Wire::kInterval: return sizeof(Int128);
    default: return is_text() || element_ != nullptr ? sizeof(int32_t) : sizeof(int64_t);
  }
}

size_t ColumnMaker::bytes() const {
  return validity_.size() + fixed_.size() + data_.size() +
         (element_ == nullptr ? 0 : element_->bytes());
}

void ColumnMaker::end_value(bool is_valid) {
  if (rows_ % 8 == 0) validity_ += '\0';
  if (is_valid)
    validity_.back() =
        static_cast<char>(static_cast<uint8_t>(validity_.back()) | 1U << (rows_ % 8));
  ++rows_;
}

void ColumnMaker::add_null() {
  if (is_text() || element_ != nullptr) {
    store(static_cast<int32_t>(is_text() ? data_.size() : element_->rows()));
  } else if (type_.wire == Wire::kBool) {
    if (rows_ % 8 == 0) fixed_ += '\0';
  } else {
    fixed_.append(width(), '\0');
  }
  end_value(false);
}

const char* ColumnMaker::add(std::string_view field) {
  const char* const wrong = add_value(field);
  if (wrong == nullptr) end_value(true);
  return wrong;
}

const char* ColumnMaker::add_text(std::string_view text) {
  if (data_.size() + text.size() > std::numeric_limits<int32_t>::max())
    return "is too long, together with others";
  data_.append(text);
  store(static_cast<int32_t>(data_.size()));
  return nullptr;
}

const char* ColumnMaker::add_value(std::string_view field) {
  const char* const at = field.data();
  const auto has = [&](size_t bytes) { return field.size() == bytes; };
  switch (type_.wire) {
    case Wire::kBool:
      if (!has(1)) return kTooShort;
      if (rows_ % 8 == 0) fixed_ += '\0';
      if (*at != 0)
        fixed_.back() = static_cast<char>(static_cast<uint8_t>(fixed_.back()) | 1U << (rows_ % 8));
      return nullptr;
    case Wire::kInt2:
      if (!has(sizeof(int16_t))) return kTooShort;
      store(int64_t{big_endian<int16_t>(at)});
      return nullptr;
    case Wire::kInt4:
      if (!has(sizeof(int32_t))) return kTooShort;
      store(int64_t{big_endian<int32_t>(at)});
      return nullptr;
    case Wire::kOid:
      if (!has(sizeof(uint32_t))) return kTooShort;
      store(int64_t{big_endian<uint32_t>(at)});
      return nullptr;
    case Wire::kInt8:
    case Wire::kFloat8:
      if (!has(sizeof(int64_t))) return kTooShort;
      store(big_endian<int64_t>(at));
      return nullptr;
    case Wire::kFloat4: {
      if (!has(sizeof(float))) return kTooShort;
      const auto bits = big_endian<int32_t>(at);
      float value = 0;
      std::memcpy(&value, &bits, sizeof(value));
      store(double{value});
      return nullptr;
    }
    case Wire::kText:
    case Wire::kBytes:
    case Wire::kJson: return add_text(field);
    case Wire::kUuid: return has(kUuidBytes) ? add_text(uuid_text(field)) : kTooShort;
    case Wire::kJsonb: return field.empty() ? kTooShort : add_text(field.substr(1));
    case Wire::kNumeric: return add_numeric(field);
    case Wire::kArray: return add_array(field);
    default: return add_time(field);
  }
}

const char* ColumnMaker::add_time(std::string_view field) {
  constexpr const char* kInfinite = "is infinite, which leat has no date or time for";
  constexpr int64_t kNanos = 1000;  // in a microsecond
  const char* const at = field.data();
  if (type_.wire == Wire::kDate) {
    if (field.size() != sizeof(int32_t)) return kTooShort;
    const auto days = big_endian<int32_t>(at);
    if (days == std::numeric_limits<int32_t>::max() || days == std::numeric_limits<int32_t>::min())
      return kInfinite;
    store(days + kEpochDays);
    return nullptr;
  }
  const size_t length = type_.wire == Wire::kInterval ? sizeof(Int128) : sizeof(int64_t);
  if (field.size() != length) return kTooShort;
  const auto micros = big_endian<int64_t>(at);
  if (type_.wire == Wire::kTimestamp || type_.wire == Wire::kTimestampTz) {
    if (micros == std::numeric_limits<int64_t>::max() ||
        micros == std::numeric_limits<int64_t>::min())
      return kInfinite;
    store(micros + kEpochMicros);
    return nullptr;
  }
  const bool is_interval = type_.wire == Wire::kInterval;
  if (micros > std::numeric_limits<int64_t>::max() / kNanos ||
      micros < std::numeric_limits<int64_t>::min() / kNanos)
    return "is an interval of more than 292 years in hours, which leat has no room for";
  store(is_interval ? big_endian<int32_t>(at + 12) : int32_t{0});
  store(is_interval ? big_endian<int32_t>(at + 8) : int32_t{0});
  store(micros * kNanos);
  return nullptr;
}

const char* ColumnMaker::add_numeric(std::string_view field) {
  constexpr size_t kHead = 8;
  constexpr uint16_t kNegative = 0x4000;
  constexpr uint16_t kSpecial = 0xC000;
  if (field.size() < kHead) return kTooShort;
  const char* const at = field.data();
  const auto groups = big_endian<uint16_t>(at);
  const int weight = big_endian<int16_t>(at + 2);
  const auto sign = big_endian<uint16_t>(at + 4);
  if (field.size() != kHead + 2 * size_t{groups}) return kTooShort;
  if ((sign & kSpecial) == kSpecial) return "is NaN or infinite, which no decimal is";
  const Int128 limit = power_of_ten(type_.precision);
  Int128 value = 0;
  for (int i = 0; i < groups; ++i) {
    const int digit = big_endian<int16_t>(at + kHead + 2 * static_cast<size_t>(i));
    if (digit < 0 || digit >= kBase) return "is no number";
    const int exponent = kBaseDigits * (weight - i) + type_.scale;
    if (const char* const wrong = add_digits(value, digit, exponent, limit)) return wrong;
  }
  store(sign == kNegative ? -value : value);
  return nullptr;
}

const char* ColumnMaker::add_array(std::string_view field) {
  constexpr size_t kHead = 12;      // dimensions, flags, type
  constexpr size_t kDimension = 8;  // length, lower bound
  const auto add_end = [&] {
    store(static_cast<int32_t>(element_->rows()));
    return nullptr;
  };
  if (field.size() < kHead) return kTooShort;
  const auto dimensions = big_endian<int32_t>(field.data());
  if (dimensions == 0) return add_end();
  if (dimensions != 1) return "is an array of several dimensions, which is no list";
  if (field.size() < kHead + kDimension) return kTooShort;
  const auto length = big_endian<int32_t>(field.data() + kHead);
  std::string_view rest = field.substr(kHead + kDimension);
  for (int32_t i = 0; i < length; ++i) {
    if (rest.size() < sizeof(int32_t)) return kTooShort;
    const auto bytes = big_endian<int32_t>(rest.data());
    rest.remove_prefix(sizeof(int32_t));
    if (bytes < 0) {
      element_->add_null();
      continue;
    }
    if (rest.size() < static_cast<size_t>(bytes)) return kTooShort;
    if (const char* const wrong = element_->add(rest.substr(0, static_cast<size_t>(bytes))))
      return wrong;
    rest.remove_prefix(static_cast<size_t>(bytes));
  }
  return add_end();
}

void ColumnMaker::truncate(size_t rows) {
  const bool has_offsets = is_text() || element_ != nullptr;
  const size_t bits = (rows + 7) / 8;
  const auto clear_bits = [&](std::string& of) {
    of.resize(bits);
    if (rows % 8 != 0)
      of.back() = static_cast<char>(static_cast<uint8_t>(of.back()) & ((1U << (rows % 8)) - 1U));
  };
  clear_bits(validity_);
  rows_ = rows;
  if (type_.wire == Wire::kBool) return clear_bits(fixed_);
  fixed_.resize((rows + (has_offsets ? 1 : 0)) * width());
  if (!has_offsets) return;
  int32_t end = 0;
  std::memcpy(&end, fixed_.data() + rows * sizeof(end), sizeof(end));
  if (element_ != nullptr) return element_->truncate(static_cast<size_t>(end));
  data_.resize(static_cast<size_t>(end));
}

struct ColumnMaker::Buffers {
  std::string validity;
  std::string fixed;
  std::string data;
  const void* pointers[3] = {};
  ArrowArray element{};
  ArrowArray* child = &element;
};

void ColumnMaker::finish(ArrowArray* out) {
  auto owned = std::make_unique<Buffers>();
  owned->validity = std::exchange(validity_, {});
  owned->fixed = std::exchange(fixed_, {});
  owned->data = std::exchange(data_, {});
  owned->pointers[0] = owned->validity.data();
  owned->pointers[1] = owned->fixed.data();
  owned->pointers[2] = owned->data.data();
  *out = ArrowArray{};
  out->length = static_cast<int64_t>(std::exchange(rows_, 0));
  out->null_count = -1;
  out->n_buffers = is_text() ? 3 : 2;
  out->buffers = owned->pointers;
  if (element_ != nullptr) {
    element_->finish(&owned->element);
    out->n_children = 1;
    out->children = &owned->child;
  }
  out->private_data = owned.release();
  out->release = [](ArrowArray* array) {
    const std::unique_ptr<Buffers> buffers(static_cast<Buffers*>(array->private_data));
    if (buffers->element.release != nullptr) buffers->element.release(&buffers->element);
    array->release = nullptr;
  };
  if (is_text() || element_ != nullptr) store(int32_t{0});
}

std::optional<std::string> add_row(std::string_view row, std::vector<ColumnMaker>& columns,
                                   const std::vector<std::string>& names) {
  const std::string broken = "the server sent a row that is no row of this table";
  if (row.size() < sizeof(int16_t) ||
      static_cast<size_t>(big_endian<uint16_t>(row.data())) != columns.size())
    return broken;
  row.remove_prefix(sizeof(int16_t));
  const size_t before = columns.empty() ? 0 : columns.front().rows();
  const auto take_back = [&](std::string reason) {
    for (ColumnMaker& column : columns) column.truncate(before);
    return std::optional(std::move(reason));
  };
  for (size_t i = 0; i < columns.size(); ++i) {
    if (row.size() < sizeof(int32_t)) return take_back(broken);
    const auto length = big_endian<int32_t>(row.data());
    row.remove_prefix(sizeof(int32_t));
    if (length < 0) {
      columns[i].add_null();
      continue;
    }
    if (row.size() < static_cast<size_t>(length)) return take_back(broken);
    if (const char* const wrong = columns[i].add(row.substr(0, static_cast<size_t>(length))))
      return take_back("the value of '" + names[i] + "' " + wrong);
    row.remove_prefix(static_cast<size_t>(length));
  }
  return std::nullopt;
}

std::string_view without_header(std::string_view bytes) {
  if (bytes.size() < kHeaderBytes) return {};
  const auto extension = big_endian<uint32_t>(bytes.data() + kHeaderBytes - sizeof(uint32_t));
  return bytes.substr(std::min(bytes.size(), kHeaderBytes + size_t{extension}));
}

bool is_trailer(std::string_view row) {
  return row.size() == sizeof(int16_t) && big_endian<int16_t>(row.data()) == -1;
}

}  // namespace leat::connectors
