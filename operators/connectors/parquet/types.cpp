// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Problem: Parquet has more types than leat, and leat some that Parquet has not.
//
// Invariants:
//  1. No value changes its meaning: what does not fit is refused as a type while binding, or as a
//     value where it stands.
//  2. What is written and read again has the same type, but for columns of type null.
//
// Widths, dictionaries, layouts of lists and units of time are leat's to take (its import of Arrow
// arrays checks each value); only what it has no eye for is changed here.
#include "operators/connectors/parquet/types.h"

#include <arrow/extension/json.h>
#include <arrow/extension/uuid.h>
#include <arrow/extension_type.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <string_view>
#include <utility>
#include <vector>

namespace leat::connectors {
namespace {

using arrow::Type;

constexpr int32_t kDigitsMax = 38;
constexpr int64_t kUuidBytes = 16;

/// Can the name stand in the name of a type?
bool is_plain(const std::string& name) {
  return !name.empty() && std::all_of(name.begin(), name.end(), [](unsigned char c) {
    return c == '_' || (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
  });
}

TypeName none(std::string problem) { return {"", std::move(problem)}; }

TypeName decimal_name(const arrow::DecimalType& type) {
  const int32_t scale = type.scale();
  const int32_t precision = std::max(type.precision(), scale);
  if (precision > kDigitsMax || scale < 0)
    return none("has the type " + type.ToString() + ", and decimals have up to 38 digits");
  return {"decimal(" + std::to_string(precision) + "," + std::to_string(scale) + ")", ""};
}

TypeName list_name(const arrow::DataType& type) {
  TypeName element = leat_type(*type.field(0)->type());
  if (!element.name.empty()) element.name = "list<" + element.name + ">";
  return element;
}

TypeName struct_name(const arrow::DataType& type) {
  std::string text;
  for (const auto& field : type.fields()) {
    if (!is_plain(field->name()))
      return none("has a field '" + field->name() +
                  "', and names of fields consist of letters, digits and underscores");
    TypeName child = leat_type(*field->type());
    if (child.name.empty()) return child;
    text += (text.empty() ? "" : ", ") + field->name() + " " + child.name;
  }
  return {"struct<" + text + ">", ""};
}

bool is_uuid(const arrow::DataType& type) {
  return type.id() == Type::EXTENSION &&
         static_cast<const arrow::ExtensionType&>(type).extension_name() == "arrow.uuid";
}

bool is_json(const arrow::DataType& type) {
  return type.id() == Type::EXTENSION &&
         static_cast<const arrow::ExtensionType&>(type).extension_name() == "arrow.json";
}

}  // namespace

TypeName leat_type(const arrow::DataType& type) {
  switch (type.id()) {
    case Type::NA: return {"utf8", ""};
    case Type::BOOL: return {"bool", ""};
    case Type::INT8:
    case Type::INT16:
    case Type::INT32:
    case Type::INT64:
    case Type::UINT8:
    case Type::UINT16:
    case Type::UINT32:
    case Type::UINT64: return {"int64", ""};
    case Type::HALF_FLOAT:
    case Type::FLOAT:
    case Type::DOUBLE: return {"float64", ""};
    case Type::DECIMAL32:
    case Type::DECIMAL64:
    case Type::DECIMAL128:
    case Type::DECIMAL256: return decimal_name(static_cast<const arrow::DecimalType&>(type));
    case Type::STRING:
    case Type::LARGE_STRING:
    case Type::STRING_VIEW: return {"utf8", ""};
    case Type::BINARY:
    case Type::LARGE_BINARY:
    case Type::BINARY_VIEW:
    case Type::FIXED_SIZE_BINARY: return {"binary", ""};
    case Type::DATE32:
    case Type::DATE64: return {"date", ""};
    case Type::TIMESTAMP: {
      const bool is_zoned = !static_cast<const arrow::TimestampType&>(type).timezone().empty();
      return {is_zoned ? "timestamptz" : "timestamp", ""};
    }
    case Type::TIME32:
    case Type::TIME64:
    case Type::DURATION:
    case Type::INTERVAL_MONTHS:
    case Type::INTERVAL_DAY_TIME:
    case Type::INTERVAL_MONTH_DAY_NANO: return {"interval", ""};
    case Type::DICTIONARY:
      return leat_type(*static_cast<const arrow::DictionaryType&>(type).value_type());
    case Type::LIST:
    case Type::LARGE_LIST:
    case Type::LIST_VIEW:
    case Type::LARGE_LIST_VIEW:
    case Type::FIXED_SIZE_LIST:
    case Type::MAP: return list_name(type);
    case Type::STRUCT: return struct_name(type);
    case Type::EXTENSION: {
      if (is_json(type)) return {"json", ""};
      if (is_uuid(type)) return {"utf8", ""};
      return leat_type(*static_cast<const arrow::ExtensionType&>(type).storage_type());
    }
    default: return none("has the type " + type.ToString() + ", which leat does not have");
  }
}

// ---------------------------------------------------------------------------------------- reading

namespace {

/// Must values of `type` be changed before they cross?
bool is_changed(const arrow::DataType& type, bool rounds) {
  if (type.id() == Type::NA) return true;
  if (type.id() == Type::DECIMAL256) return true;
  if (type.id() == Type::EXTENSION) return !is_json(type);
  if (type.id() == Type::TIMESTAMP)
    return rounds && static_cast<const arrow::TimestampType&>(type).unit() == arrow::TimeUnit::NANO;
  return std::any_of(type.fields().begin(), type.fields().end(),
                     [&](const auto& field) { return is_changed(*field->type(), rounds); });
}

/// A UUID as it is written: 8-4-4-4-12 hexadecimal digits.
std::string uuid_text(const uint8_t* bytes) {
  constexpr char kDigits[] = "0123456789abcdef";
  std::string text;
  for (int64_t i = 0; i < kUuidBytes; ++i) {
    if (i == 4 || i == 6 || i == 8 || i == 10) text += '-';
    text += kDigits[bytes[i] >> 4];
    text += kDigits[bytes[i] & 15];
  }
  return text;
}

arrow::Result<std::shared_ptr<arrow::Array>> uuid_texts(const arrow::Array& storage,
                                                        arrow::MemoryPool* pool) {
  const auto& ids = static_cast<const arrow::FixedSizeBinaryArray&>(storage);
  arrow::StringBuilder builder(pool);
  for (int64_t i = 0; i < ids.length(); ++i) {
    ARROW_RETURN_NOT_OK(ids.IsNull(i) ? builder.AppendNull()
                                      : builder.Append(uuid_text(ids.GetValue(i))));
  }
  return builder.Finish();
}

/// Halves are rounded away from 0, as leat rounds.
int64_t rounded(int64_t nanos) {
  const int64_t whole = nanos / 1000;
  const int64_t rest = nanos % 1000;
  return whole + (rest >= 500 ? 1 : rest <= -500 ? -1 : 0);
}

arrow::Result<std::shared_ptr<arrow::Array>> rounded_times(const arrow::Array& array,
                                                           arrow::MemoryPool* pool) {
  const auto& times = static_cast<const arrow::TimestampArray&>(array);
  const auto& type = static_cast<const arrow::TimestampType&>(*array.type());
  arrow::TimestampBuilder builder(arrow::timestamp(arrow::TimeUnit::MICRO, type.timezone()), pool);
  for (int64_t i = 0; i < times.length(); ++i) {
    ARROW_RETURN_NOT_OK(times.IsNull(i) ? builder.AppendNull()
                                        : builder.Append(rounded(times.Value(i))));
  }
  return builder.Finish();
}

/// Decimals of 256 bits whose type says that they fit 128.
arrow::Result<std::shared_ptr<arrow::Array>> narrowed(const arrow::Array& array,
                                                      arrow::MemoryPool* pool) {
  const auto& wide = static_cast<const arrow::Decimal256Array&>(array);
  const auto& type = static_cast<const arrow::DecimalType&>(*array.type());
  arrow::Decimal128Builder builder(arrow::decimal128(type.precision(), type.scale()), pool);
  for (int64_t i = 0; i < wide.length(); ++i) {
    if (wide.IsNull(i)) {
      ARROW_RETURN_NOT_OK(builder.AppendNull());
      continue;
    }
    const arrow::Decimal256 value(wide.GetValue(i));
    const auto words = value.little_endian_array();
    ARROW_RETURN_NOT_OK(
        builder.Append(arrow::Decimal128(static_cast<int64_t>(words[1]), words[0])));
  }
  return builder.Finish();
}

arrow::Result<std::shared_ptr<arrow::Array>> crossing_list(const arrow::Array& array, bool rounds,
                                                           arrow::MemoryPool* pool) {
  const auto& list = static_cast<const arrow::ListArray&>(array);
  ARROW_ASSIGN_OR_RAISE(auto values, crossing(list.values(), rounds, pool));
  const auto type = arrow::list(array.type()->field(0)->WithType(values->type()));
  return std::make_shared<arrow::ListArray>(type, list.length(), list.value_offsets(), values,
                                            list.null_bitmap(), list.null_count(), list.offset());
}

arrow::Result<std::shared_ptr<arrow::Array>> crossing_struct(const arrow::Array& array, bool rounds,
                                                             arrow::MemoryPool* pool) {
  const auto& rows = static_cast<const arrow::StructArray&>(array);
  arrow::ArrayVector children;
  arrow::FieldVector fields;
  for (int i = 0; i < rows.num_fields(); ++i) {
    // As it lies: the bitmap of the struct counts from its offset, and so do the children.
    const auto child = arrow::MakeArray(rows.data()->child_data[static_cast<size_t>(i)]);
    ARROW_ASSIGN_OR_RAISE(auto changed, crossing(child, rounds, pool));
    fields.push_back(array.type()->field(i)->WithType(changed->type()));
    children.push_back(std::move(changed));
  }
  return std::make_shared<arrow::StructArray>(arrow::struct_(fields), rows.length(), children,
                                              rows.null_bitmap(), rows.null_count(), rows.offset());
}

}  // namespace

arrow::Result<std::shared_ptr<arrow::Array>> crossing(const std::shared_ptr<arrow::Array>& array,
                                                      bool rounds, arrow::MemoryPool* pool) {
  const arrow::DataType& type = *array->type();
  if (!is_changed(type, rounds)) return array;
  switch (type.id()) {
    case Type::NA: return arrow::MakeArrayOfNull(arrow::utf8(), array->length(), pool);
    case Type::TIMESTAMP: return rounded_times(*array, pool);
    case Type::DECIMAL256: return narrowed(*array, pool);
    case Type::EXTENSION: {
      const auto& storage = static_cast<const arrow::ExtensionArray&>(*array).storage();
      return is_uuid(type) ? uuid_texts(*storage, pool) : crossing(storage, rounds, pool);
    }
    case Type::LIST:
    case Type::MAP: return crossing_list(*array, rounds, pool);
    case Type::STRUCT: return crossing_struct(*array, rounds, pool);
    default:
      return arrow::Status::NotImplemented("values of type ", type.ToString(),
                                           " cannot be taken apart");
  }
}

// ---------------------------------------------------------------------------------------- writing

std::string interval_text(const arrow::MonthDayNanoIntervalType::MonthDayNanos& interval) {
  std::string text;
  bool is_negative = false;  // the part before
  const auto begin_part = [&](int64_t value) {
    if (!text.empty()) text += ' ';
    if (is_negative && value > 0) text += '+';
    is_negative = value < 0;
  };
  const auto add_part = [&](int64_t value, const char* unit) {
    if (value == 0) return;
    begin_part(value);
    text += std::to_string(value) + " " + unit + (value == 1 ? "" : "s");
  };
  add_part(interval.months / 12, "year");
  add_part(interval.months % 12, "mon");
  add_part(interval.days, "day");
  const int64_t micros = interval.nanoseconds / 1000;
  if (micros == 0 && !text.empty()) return text;
  begin_part(micros);
  const uint64_t size =
      micros < 0 ? uint64_t{0} - static_cast<uint64_t>(micros) : static_cast<uint64_t>(micros);
  constexpr uint64_t kMicrosPerSecond = 1'000'000;
  const uint64_t seconds = size / kMicrosPerSecond;
  std::array<char, 48> clock;
  std::snprintf(clock.data(), clock.size(), "%s%02llu:%02llu:%02llu.%06llu", micros < 0 ? "-" : "",
                static_cast<unsigned long long>(seconds / 3600),
                static_cast<unsigned long long>(seconds / 60 % 60),
                static_cast<unsigned long long>(seconds % 60),
                static_cast<unsigned long long>(size % kMicrosPerSecond));
  std::string_view digits(clock.data());
  // As many digits behind the point as it takes.
  while (digits.back() == '0') digits.remove_suffix(1);
  if (digits.back() == '.') digits.remove_suffix(1);
  return text.append(digits);
}

arrow::Result<std::shared_ptr<arrow::DataType>> written_type(const arrow::DataType& type) {
  switch (type.id()) {
    case Type::STRING_VIEW: return arrow::utf8();
    case Type::BINARY_VIEW: return arrow::binary();
    case Type::LIST: {
      ARROW_ASSIGN_OR_RAISE(auto element, written_type(*type.field(0)->type()));
      return arrow::list(arrow::field("element", std::move(element)));
    }
    case Type::STRUCT: {
      if (type.num_fields() == 0)
        return arrow::Status::Invalid("is a struct without fields, which no column can be");
      arrow::FieldVector fields;
      for (const auto& field : type.fields()) {
        ARROW_ASSIGN_OR_RAISE(auto child, written_type(*field->type()));
        fields.push_back(arrow::field(field->name(), std::move(child)));
      }
      return arrow::struct_(std::move(fields));
    }
    case Type::EXTENSION: return arrow::extension::json(arrow::utf8());
    // No type of Parquet that others read is one.
    case Type::INTERVAL_MONTH_DAY_NANO: return arrow::utf8();
    case Type::NA:
    case Type::BOOL:
    case Type::INT64:
    case Type::DOUBLE:
    case Type::DECIMAL128:
    case Type::DATE32:
    case Type::TIMESTAMP: return type.GetSharedPtr();
    default:
      return arrow::Status::Invalid("is of type ", type.ToString(), ", which cannot be written");
  }
}

}  // namespace leat::connectors
