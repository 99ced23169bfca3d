// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Problem: most files are sorted by something, so most of their row groups have no row that a
// filter asks for; their statistics say so.
//
// Invariants: a row group is left out only when no row of it can pass.
//  1. NaN is not in the statistics, and greater than all numbers: of columns of floats, row groups
//     are left out only for what is too great.
//  2. Statistics whose order is not that of leat are not looked at: the library leaves those out
//     which an old writer got wrong; text is compared by bytes; values that were cut off still are
//     bounds.
//  3. Bloom filters are asked for integers and text alone, of which a value has one form.
//  4. Literals that are no value of the column's physical kind leave nothing out.
#include "operators/connectors/parquet/statistics.h"

#include <arrow/api.h>
#include <arrow/extension_type.h>
#include <arrow/util/decimal.h>
#include <arrow/util/value_parsing.h>
#include <parquet/arrow/reader.h>
#include <parquet/bloom_filter.h>
#include <parquet/bloom_filter_reader.h>
#include <parquet/statistics.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <compare>
#include <memory>
#include <optional>
#include <string_view>
#include <utility>

namespace leat::connectors {
namespace {

using arrow::Type;

constexpr int kMicroDigits = 6;

/// A decimal number of up to 76 digits, by which all exact ones can be compared.
struct Exact {
  arrow::Decimal256 digits;
  int32_t scale = 0;
};

std::optional<Exact> exact_of(std::string_view text) {
  Exact exact;
  int32_t precision = 0;
  if (!arrow::Decimal256::FromString(text, &exact.digits, &precision, &exact.scale).ok())
    return std::nullopt;
  return exact;
}

/// nullopt: they cannot be compared exactly.
std::optional<std::strong_ordering> compare(Exact a, Exact b) {
  const int32_t scale = std::max(a.scale, b.scale);
  const auto left = a.digits.Rescale(a.scale, scale);
  const auto right = b.digits.Rescale(b.scale, scale);
  if (!left.ok() || !right.ok()) return std::nullopt;
  return *left < *right   ? std::strong_ordering::less
         : *right < *left ? std::strong_ordering::greater
                          : std::strong_ordering::equal;
}

/// Microseconds since 1970 of a time as leat writes it.
std::optional<int64_t> micros_of(std::string_view text) {
  if (text.ends_with('Z')) text.remove_suffix(1);
  int64_t micros = 0;
  if (!arrow::internal::ParseTimestampISO8601(text.data(), text.size(), arrow::TimeUnit::MICRO,
                                              &micros))
    return std::nullopt;
  return micros;
}

Exact exact_number(int64_t number, int32_t scale = 0) { return {arrow::Decimal256(number), scale}; }

/// A bound of a time in seconds, exactly.
Exact exact_time(int64_t value, arrow::TimeUnit::type unit) {
  return exact_number(value, 3 * static_cast<int32_t>(unit));
}

template <typename T>
auto value_of(const arrow::Scalar& scalar) {
  return static_cast<const T&>(scalar).value;
}

/// A bound as an exact number; nullopt: it is none.
std::optional<Exact> exact_of(const arrow::Scalar& bound) {
  switch (bound.type->id()) {
    case Type::INT8: return exact_number(value_of<arrow::Int8Scalar>(bound));
    case Type::INT16: return exact_number(value_of<arrow::Int16Scalar>(bound));
    case Type::INT32: return exact_number(value_of<arrow::Int32Scalar>(bound));
    case Type::INT64: return exact_number(value_of<arrow::Int64Scalar>(bound));
    case Type::UINT8: return exact_number(value_of<arrow::UInt8Scalar>(bound));
    case Type::UINT16: return exact_number(value_of<arrow::UInt16Scalar>(bound));
    case Type::UINT32: return exact_number(value_of<arrow::UInt32Scalar>(bound));
    case Type::DATE32: return exact_number(value_of<arrow::Date32Scalar>(bound));
    case Type::TIMESTAMP:
      return exact_time(value_of<arrow::TimestampScalar>(bound),
                        static_cast<const arrow::TimestampType&>(*bound.type).unit());
    case Type::DECIMAL128:
      return Exact{arrow::Decimal256(value_of<arrow::Decimal128Scalar>(bound)),
                   static_cast<const arrow::DecimalType&>(*bound.type).scale()};
    default: return std::nullopt;
  }
}

/// The literal as it is compared with such bounds.
std::optional<Exact> exact_literal(const std::string& text, const arrow::DataType& type) {
  if (type.id() == Type::DATE32) {
    const auto micros = micros_of(text);
    constexpr int64_t kMicrosPerDay = 86'400'000'000;
    return micros ? std::optional(exact_number(*micros / kMicrosPerDay)) : std::nullopt;
  }
  if (type.id() != Type::TIMESTAMP) return exact_of(std::string_view(text));
  const auto micros = micros_of(text);
  return micros ? std::optional(exact_number(*micros, kMicroDigits)) : std::nullopt;
}

/// How `bound` stands to the literal; nullopt: that is not known.
std::optional<std::partial_ordering> compare(const arrow::Scalar& bound, const std::string& text) {
  const Type::type id = bound.type->id();
  if (id == Type::FLOAT || id == Type::DOUBLE) {
    const double value = id == Type::FLOAT ? double{value_of<arrow::FloatScalar>(bound)}
                                           : value_of<arrow::DoubleScalar>(bound);
    double literal = 0;
    if (!arrow::internal::StringToFloat(text.data(), text.size(), '.', &literal) ||
        std::isnan(literal) || std::isnan(value))
      return std::nullopt;
    return value <=> literal;
  }
  if (arrow::is_base_binary_like(id)) {
    const auto& buffer = static_cast<const arrow::BaseBinaryScalar&>(bound).value;
    const int order = std::string_view(*buffer).compare(std::string_view(text));
    return order <=> 0;
  }
  const auto left = exact_of(bound);
  const auto right = exact_literal(text, *bound.type);
  if (!left || !right) return std::nullopt;
  const auto order = compare(*left, *right);
  if (!order) return std::nullopt;
  return *order;
}

/// May a value between `least` and `most` pass?
bool may_pass(const Condition& condition, const arrow::Scalar& least, const arrow::Scalar& most) {
  const bool may_be_nan = least.type->id() == Type::FLOAT || least.type->id() == Type::DOUBLE;
  const auto low = compare(least, condition.value);
  const auto high = compare(most, condition.value);
  if (!low || !high) return true;
  switch (condition.comparison) {
    case LEAT_EQUAL: return *low <= 0 && *high >= 0;
    case LEAT_LESS: return *low < 0;
    case LEAT_LESS_OR_EQUAL: return *low <= 0;
    case LEAT_GREATER: return *high > 0 || may_be_nan;
    case LEAT_GREATER_OR_EQUAL: return *high >= 0 || may_be_nan;
    default: return true;
  }
}

bool may_be_true(const parquet::ColumnChunkMetaData& chunk, const Condition& condition) {
  const auto statistics = chunk.is_stats_set() ? chunk.statistics() : nullptr;
  if (statistics == nullptr) return true;
  const bool knows_nulls = statistics->HasNullCount();
  if (condition.comparison == LEAT_IS_NULL) return !knows_nulls || statistics->null_count() > 0;
  // Nothing is true of NULL, and no value is.
  if (knows_nulls && statistics->null_count() == chunk.num_values()) return false;
  if (condition.comparison == LEAT_IS_NOT_NULL || !statistics->HasMinMax()) return true;
  std::shared_ptr<arrow::Scalar> least;
  std::shared_ptr<arrow::Scalar> most;
  const arrow::Status status = parquet::arrow::StatisticsAsScalars(*statistics, &least, &most);
  return !status.ok() || may_pass(condition, *least, *most);
}

/// Has the filter the hash of the literal, as a value of a column of `type`?
bool may_hold(const parquet::BloomFilter& filter, const std::string& text, parquet::Type::type kind,
              const arrow::DataType& type) {
  if (kind == parquet::Type::BYTE_ARRAY && arrow::is_base_binary_like(type.id())) {
    const parquet::ByteArray value(text);
    return filter.FindHash(filter.Hash(&value));
  }
  if (!arrow::is_signed_integer(type.id())) return true;
  int64_t number = 0;
  const char* const end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, number);
  if (error != std::errc() || stop != end) return true;
  if (kind == parquet::Type::INT64) return filter.FindHash(filter.Hash(number));
  if (kind != parquet::Type::INT32) return true;
  return std::in_range<int32_t>(number) &&
         filter.FindHash(filter.Hash(static_cast<int32_t>(number)));
}

/// Does the Bloom filter of the column, if there is one, let the condition pass?
bool passes_filter(parquet::ParquetFileReader& file, int group, int column,
                   const arrow::DataType& type, const Condition& condition) {
  if (condition.comparison != LEAT_EQUAL) return true;
  const auto filters = file.GetBloomFilterReader().RowGroup(group);
  const auto filter = filters == nullptr ? nullptr : filters->GetColumnBloomFilter(column);
  const auto kind = file.metadata()->schema()->Column(column)->physical_type();
  return filter == nullptr || may_hold(*filter, condition.value, kind, type);
}

}  // namespace

bool may_have(parquet::ParquetFileReader& file, const parquet::arrow::SchemaManifest& manifest,
              int group, const std::vector<Condition>& conditions) {
  const auto row_group = file.metadata()->RowGroup(group);
  return std::all_of(conditions.begin(), conditions.end(), [&](const Condition& condition) {
    const auto field =
        std::find_if(manifest.schema_fields.begin(), manifest.schema_fields.end(),
                     [&](const auto& one) { return one.field->name() == condition.column; });
    // The values of nested columns are not those that are compared, nor are texts made of others.
    if (field == manifest.schema_fields.end() || field->column_index < 0 ||
        field->field->type()->id() == Type::EXTENSION)
      return true;
    const int column = field->column_index;
    return may_be_true(*row_group->ColumnChunk(column), condition) &&
           passes_filter(file, group, column, *field->field->type(), condition);
  });
}

}  // namespace leat::connectors
