// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Problem: the server takes rows fastest in the form in which it keeps them.
//
// Invariants:
//  1. A column crosses as the type of the server that has all values of leat's type (server_type);
//     what becomes of it in the table is a matter of the statement behind.
//  2. Numbers are exact, digit by digit.
//
// Rejected: text COPY (numbers and times would be written and parsed).
#include "operators/connectors/postgres/row_writer.h"

#include <endian.h>

#include <algorithm>
#include <cstring>
#include <string_view>

namespace leat::connectors {
namespace {

constexpr int32_t kEpochDays = 10'957;
constexpr int64_t kEpochMicros = 946'684'800'000'000;
constexpr int64_t kNanos = 1000;  // in a microsecond
constexpr int kBase = 10'000;
constexpr int kBaseDigits = 4;
constexpr int32_t kNull = -1;

void put16(std::string& out, uint16_t value) {
  value = htobe16(value);
  out.append(reinterpret_cast<const char*>(&value), sizeof(value));
}
void put32(std::string& out, uint32_t value) {
  value = htobe32(value);
  out.append(reinterpret_cast<const char*>(&value), sizeof(value));
}
void put64(std::string& out, uint64_t value) {
  value = htobe64(value);
  out.append(reinterpret_cast<const char*>(&value), sizeof(value));
}

bool bit(const void* bits, int64_t at) {
  return (static_cast<const uint8_t*>(bits)[at / 8] >> (at % 8) & 1) != 0;
}

template <typename T>
T value_at(const ArrowArray& array, int64_t at) {
  T value;
  std::memcpy(&value, static_cast<const char*>(array.buffers[1]) + at * sizeof(T), sizeof(T));
  return value;
}

std::string_view text_at(const ArrowArray& array, int64_t at) {
  constexpr int32_t kInline = 12;
  constexpr int64_t kViewBytes = 16;
  const char* const view = static_cast<const char*>(array.buffers[1]) + at * kViewBytes;
  int32_t parts[4];
  std::memcpy(parts, view, sizeof(parts));
  const auto length = static_cast<size_t>(parts[0]);
  if (parts[0] <= kInline) return {view + sizeof(int32_t), length};
  return {static_cast<const char*>(array.buffers[2 + parts[2]]) + parts[3], length};
}

/// The number of the type that elements of arrays are said to have.
uint32_t element_oid(const ColumnType& type) {
  switch (type.wire) {
    case Wire::kBool: return 16;
    case Wire::kInt8: return 20;
    case Wire::kFloat8: return 701;
    case Wire::kNumeric: return 1700;
    case Wire::kBytes: return 17;
    case Wire::kJson: return 114;
    case Wire::kDate: return 1082;
    case Wire::kTimestamp: return 1114;
    case Wire::kTimestampTz: return 1184;
    case Wire::kInterval: return 1186;
    default: return 25;
  }
}

/// `value` times 10^-scale, behind its length.
void put_numeric(std::string& out, Int128 value, int scale) {
  constexpr uint16_t kNegative = 0x4000;
  constexpr int kGroupsMax = 12;
  const bool is_negative = value < 0;
  auto rest =
      is_negative ? -static_cast<unsigned __int128>(value) : static_cast<unsigned __int128>(value);
  // The last group is full: its digits end where groups end.
  const int behind = (scale + kBaseDigits - 1) / kBaseDigits;
  int pad = behind * kBaseDigits - scale;
  uint16_t groups[kGroupsMax] = {};
  int count = 0;
  if (pad > 0 && rest != 0) {
    unsigned divisor = kBase;
    unsigned factor = 1;
    for (; pad > 0; --pad) {
      divisor /= 10;
      factor *= 10;
    }
    groups[count++] = static_cast<uint16_t>(static_cast<unsigned>(rest % divisor) * factor);
    rest /= divisor;
  }
  for (; rest != 0; rest /= kBase) groups[count++] = static_cast<uint16_t>(rest % kBase);
  int skipped = 0;  // zeros at the end
  while (skipped < count && groups[skipped] == 0) ++skipped;
  const int written = count - skipped;
  put32(out, static_cast<uint32_t>(8 + 2 * written));
  put16(out, static_cast<uint16_t>(written));
  put16(out, static_cast<uint16_t>(written == 0 ? 0 : count - behind - 1));
  put16(out, is_negative ? kNegative : 0);
  put16(out, static_cast<uint16_t>(scale));
  for (int i = count; i-- > skipped;) put16(out, groups[i]);
}

const char* put_value(const ColumnType& type, const ArrowArray& array, int64_t at,
                      std::string& out);

const char* put_list(const ColumnType& type, const ArrowArray& array, int64_t at,
                     std::string& out) {
  const auto begin = value_at<int32_t>(array, at);
  const auto end = value_at<int32_t>(array, at + 1);
  const size_t start = out.size();
  put32(out, 0);
  put32(out, begin == end ? 0 : 1);
  put32(out, 1);  // there may be NULLs
  put32(out, element_oid(*type.element));
  if (begin != end) {
    put32(out, static_cast<uint32_t>(end - begin));
    put32(out, 1);
  }
  for (int32_t i = begin; i < end; ++i) {
    const ArrowArray& child = *array.children[0];
    if (const char* const wrong = put_value(*type.element, child, child.offset + i, out))
      return wrong;
  }
  const uint32_t bytes = htobe32(static_cast<uint32_t>(out.size() - start - sizeof(bytes)));
  std::memcpy(out.data() + start, &bytes, sizeof(bytes));
  return nullptr;
}

const char* put_text(const ColumnType& type, std::string_view text, std::string& out) {
  constexpr size_t kBytesMax = (size_t{1} << 30) - 1;
  if (text.size() > kBytesMax) return "has more bytes than PostgreSQL takes";
  if (type.wire != Wire::kBytes && text.find('\0') != std::string_view::npos)
    return "holds a zero byte, which no text of PostgreSQL does";
  put32(out, static_cast<uint32_t>(text.size()));
  out.append(text);
  return nullptr;
}

/// Value `at` of `array`, counted from the beginning of its buffers. What is wrong, or nullptr.
const char* put_value(const ColumnType& type, const ArrowArray& array, int64_t at,
                      std::string& out) {
  if (array.null_count != 0 && array.buffers[0] != nullptr && !bit(array.buffers[0], at)) {
    put32(out, static_cast<uint32_t>(kNull));
    return nullptr;
  }
  switch (type.wire) {
    case Wire::kBool:
      put32(out, 1);
      out += bit(array.buffers[1], at) ? '\1' : '\0';
      return nullptr;
    case Wire::kInt8:
    case Wire::kFloat8:
      put32(out, sizeof(uint64_t));
      put64(out, value_at<uint64_t>(array, at));
      return nullptr;
    case Wire::kDate:
      put32(out, sizeof(uint32_t));
      put32(out, static_cast<uint32_t>(value_at<int32_t>(array, at) - kEpochDays));
      return nullptr;
    case Wire::kTimestamp:
    case Wire::kTimestampTz:
      put32(out, sizeof(uint64_t));
      put64(out, static_cast<uint64_t>(value_at<int64_t>(array, at) - kEpochMicros));
      return nullptr;
    case Wire::kInterval:
      put32(out, sizeof(Int128));
      put64(out, static_cast<uint64_t>(value_at<int64_t>(array, 2 * at + 1) / kNanos));
      put32(out, static_cast<uint32_t>(value_at<int32_t>(array, 4 * at + 1)));
      put32(out, static_cast<uint32_t>(value_at<int32_t>(array, 4 * at)));
      return nullptr;
    case Wire::kNumeric: put_numeric(out, value_at<Int128>(array, at), type.scale); return nullptr;
    case Wire::kArray: return put_list(type, array, at, out);
    default: return put_text(type, text_at(array, at), out);
  }
}

bool is_json(const ArrowSchema& schema) {
  if (schema.metadata == nullptr) return false;
  // Count, then for each key and value its length and bytes.
  const char* at = schema.metadata;
  const auto number = [&] {
    int32_t value = 0;
    std::memcpy(&value, at, sizeof(value));
    at += sizeof(value);
    return value;
  };
  for (int32_t pairs = number(); pairs > 0; --pairs) {
    std::string_view parts[2];
    for (std::string_view& part : parts) {
      const auto length = static_cast<size_t>(number());
      part = {at, length};
      at += length;
    }
    if (parts[0] == "ARROW:extension:name" && parts[1] == "arrow.json") return true;
  }
  return false;
}

}  // namespace

std::optional<ColumnType> type_of_format(const ArrowSchema& schema) {
  const std::string_view format = schema.format;
  if (format == "b") return ColumnType{.wire = Wire::kBool};
  if (format == "l") return ColumnType{.wire = Wire::kInt8};
  if (format == "g") return ColumnType{.wire = Wire::kFloat8};
  if (format == "vu") return ColumnType{.wire = is_json(schema) ? Wire::kJson : Wire::kText};
  if (format == "vz") return ColumnType{.wire = Wire::kBytes};
  if (format == "tdD") return ColumnType{.wire = Wire::kDate};
  if (format == "tsu:") return ColumnType{.wire = Wire::kTimestamp};
  if (format.starts_with("tsu:")) return ColumnType{.wire = Wire::kTimestampTz};
  if (format == "tin") return ColumnType{.wire = Wire::kInterval};
  if (format.starts_with("d:"))
    return declared_type("decimal(" + std::string(format.substr(2)) + ")");
  if (format != "+l") return std::nullopt;
  auto element = type_of_format(*schema.children[0]);
  if (!element || element->wire == Wire::kArray) return std::nullopt;
  ColumnType list{.wire = Wire::kArray};
  list.element = std::make_shared<const ColumnType>(std::move(*element));
  return list;
}

std::optional<std::string> RowWriter::put(const ArrowArray& rows, int64_t row,
                                          std::string& out) const {
  const size_t before = out.size();
  put16(out, static_cast<uint16_t>(types_.size()));
  for (size_t i = 0; i < types_.size(); ++i) {
    const ArrowArray& column = *rows.children[i];
    const char* const wrong = put_value(types_[i], column, column.offset + rows.offset + row, out);
    if (wrong == nullptr) continue;
    out.resize(before);
    return "the value of '" + names_[i] + "' " + wrong;
  }
  return std::nullopt;
}

std::string RowWriter::header() { return {"PGCOPY\n\377\r\n\0\0\0\0\0\0\0\0\0", 19}; }

std::string RowWriter::trailer() { return "\377\377"; }

}  // namespace leat::connectors
