// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Problem: to try an operator one needs rows of every type, the same ones in every way of handing
// them over.
//
// Invariants:
//  1. A value follows from the number of its row and the place of its column alone.
//  2. Of text there are empty values, values that fit into a view, and longer ones with characters
//     of several bytes; of numbers, both signs and zero.
//
// Rejected: random values (a failure should be the same the next time).
#include "pipelines/verify/sample_rows.h"

#include <array>
#include <utility>

#include <fmt/format.h>

#include "engine/check.h"
#include "operators/data/builder.h"
#include "operators/expr/kernels/constant.h"

namespace leat::pipelines {
namespace {

using Numbers = std::vector<uint64_t>;

/// What the column at one place holds for each row.
struct Sampler {
  const Numbers& numbers;
  SampleNulls nulls;
  uint64_t place;
  MemoryAccount& memory;

  bool is_null(uint64_t number) const {
    if (nulls == SampleNulls::kNone) return false;
    return nulls == SampleNulls::kAll || (number * 7 + place) % 5 == 0;
  }
  int64_t value(uint64_t number) const {
    const uint64_t mixed = (number + 1) * 0x9E3779B97F4A7C15 + place;
    return static_cast<int64_t>(mixed >> 40) - (int64_t{1} << 23);
  }

  template <typename Builder, typename Append>
  Result<ColumnRef> build(Builder builder, Append append) const {
    LEAT_TRY(builder.reserve(numbers.size()));
    for (const uint64_t number : numbers) {
      if (is_null(number)) {
        LEAT_TRY(builder.append_null());
      } else {
        LEAT_TRY(append(builder, number));
      }
    }
    return builder.finish();
  }
  template <typename T, typename Make>
  Result<ColumnRef> fixed(const Type& type, Make make) const {
    return build(FixedBuilder<T>(type, memory), [&](FixedBuilder<T>& builder, uint64_t number) {
      builder.append(make(number));
      return Status();
    });
  }

  std::string text(const Type& type, uint64_t number) const {
    if (type.is(TypeId::kJson)) return fmt::format("{{\"n\":{}}}", value(number));
    if (number % 4 == 0) return {};
    if (number % 4 == 1) return fmt::format("t{}", number % 1000);
    return fmt::format("row {} w\xC3\xB6rter und mehr als zw\xC3\xB6lf Byte", number);
  }

  Result<ColumnRef> column(const Type& type) const {
    switch (type.id()) {
      case TypeId::kNull:
        return std::make_shared<const Column>(type, numbers.size(), Column::Parts{});
      case TypeId::kBool:
        return build(BoolBuilder(memory), [&](BoolBuilder& builder, uint64_t number) {
          builder.append(number % 3 == 0);
          return Status();
        });
      case TypeId::kInt64:
      case TypeId::kTimestamp:
        return fixed<int64_t>(type, [&](uint64_t number) { return value(number); });
      case TypeId::kFloat64:
        return fixed<double>(
            type, [&](uint64_t number) { return static_cast<double>(value(number)) / 64; });
      case TypeId::kDecimal:
        return fixed<Int128>(
            type, [&](uint64_t number) { return value(number) % decimal_power(type.precision()); });
      case TypeId::kDate:
        return fixed<int32_t>(
            type, [&](uint64_t number) { return static_cast<int32_t>(value(number) / 1024); });
      case TypeId::kInterval:
        return fixed<Interval>(type, [&](uint64_t number) {
          return Interval{static_cast<int32_t>(number % 30), static_cast<int32_t>(number % 7),
                          value(number)};
        });
      case TypeId::kUtf8:
      case TypeId::kBinary:
      case TypeId::kJson:
        return build(ViewBuilder(type, memory), [&](ViewBuilder& builder, uint64_t number) {
          return builder.append_copy(text(type, number));
        });
      case TypeId::kList: return list(type);
      case TypeId::kStruct: return structure(type);
    }
    LEAT_CHECK(false, "an unknown type");
  }

  Result<BufferRef> validity() const {
    ValidityBuilder builder;
    for (size_t row = 0; row < numbers.size(); ++row) {
      if (is_null(numbers[row])) LEAT_TRY(builder.append_null(memory, row, numbers.size()));
    }
    return builder.finish(numbers.size());
  }

  Result<ColumnRef> list(const Type& type) const {
    Column::Parts parts;
    LEAT_TRY_ASSIGN(parts.validity, validity());
    LEAT_TRY_ASSIGN(parts.values, memory.allocate((numbers.size() + 1) * sizeof(int32_t)));
    auto* const offsets = parts.values->mutable_as<int32_t>();
    Numbers elements;
    offsets[0] = 0;
    for (size_t row = 0; row < numbers.size(); ++row) {
      const uint64_t count = is_null(numbers[row]) ? 0 : numbers[row] % 4;
      for (uint64_t i = 0; i < count; ++i) elements.push_back(numbers[row] + i);
      offsets[row + 1] = static_cast<int32_t>(elements.size());
    }
    LEAT_TRY_ASSIGN(ColumnRef child,
                    (Sampler{elements, nulls, place, memory}.column(type.element())));
    parts.children.push_back(std::move(child));
    return std::make_shared<const Column>(type, numbers.size(), std::move(parts));
  }

  Result<ColumnRef> structure(const Type& type) const {
    Column::Parts parts;
    LEAT_TRY_ASSIGN(parts.validity, validity());
    for (size_t i = 0; i < type.fields().size(); ++i) {
      LEAT_TRY_ASSIGN(ColumnRef child,
                      (Sampler{numbers, nulls, place + i, memory}.column(type.fields()[i].type)));
      parts.children.push_back(std::move(child));
    }
    return std::make_shared<const Column>(type, numbers.size(), std::move(parts));
  }
};

std::string value_text(const Column& column, size_t row) {
  if (!column.is_valid(row)) return "NULL";
  std::string text;
  if (column.type().is(TypeId::kList)) {
    const int32_t* const offsets = column.values<int32_t>() + row;
    for (int32_t i = offsets[0]; i < offsets[1]; ++i)
      text += value_text(column.child(0), static_cast<size_t>(i)) + ',';
    return '[' + text + ']';
  }
  if (column.type().is(TypeId::kStruct)) {
    for (size_t i = 0; i < column.parts().children.size(); ++i)
      text += value_text(column.child(i), row) + ',';
    return '{' + text + '}';
  }
  return '\'' + expr::constant_text(column, row) + '\'';
}

}  // namespace

std::vector<Field> sample_fields() {
  const Type pair = Type::structure({{"x", kInt64Type}, {"y", kUtf8Type}});
  return {{"c_bool", kBoolType},
          {"c_int64", kInt64Type},
          {"c_float64", kFloat64Type},
          {"c_decimal", Type::decimal(18, 2)},
          {"c_utf8", kUtf8Type},
          {"c_binary", kBinaryType},
          {"c_date", kDateType},
          {"c_timestamp", kTimestampTzType},
          {"c_interval", kIntervalType},
          {"c_json", kJsonType},
          {"c_list", Type::list(kInt64Type)},
          {"c_struct", pair}};
}

Result<Batch> sample_batch(const SchemaRef& schema, const std::vector<uint64_t>& numbers,
                           SampleNulls nulls, MemoryAccount& memory) {
  std::vector<ColumnRef> columns;
  for (size_t i = 0; i < schema->size(); ++i) {
    LEAT_TRY_ASSIGN(ColumnRef column,
                    (Sampler{numbers, nulls, i, memory}.column((*schema)[i].type)));
    columns.push_back(std::move(column));
  }
  LEAT_TRY_ASSIGN(BufferRef ids, memory.allocate((numbers.size() + 1) * sizeof(uint64_t)));
  for (size_t i = 0; i < numbers.size(); ++i)
    ids->mutable_as<uint64_t>()[i] = Ordinal(0, numbers[i]).packed();
  return Batch(schema, std::move(columns), numbers.size(),
               RowPlaces{Ordinal(), std::move(ids), nullptr});
}

std::string sample_text(const Batch& batch, size_t index) {
  std::string text;
  for (const ColumnRef& column : batch.columns())
    text += value_text(*column, batch.selection()[index]) + '|';
  return text;
}

}  // namespace leat::pipelines
