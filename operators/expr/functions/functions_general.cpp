// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Functions of values of any type. The conditional ones are forms: they compute their arguments
// only for rows that need them.
#include <array>
#include <bit>
#include <cmath>

#include <xxhash.h>

#include "operators/data/decimal_values.h"
#include "operators/expr/functions/functions.h"

namespace leat::expr {
namespace {

uint64_t hash_bytes(const void* bytes, size_t size, uint64_t seed) {
  return XXH3_64bits_withSeed(bytes, size, seed);
}

uint64_t hash_value(const Column& column, size_t row, uint64_t seed) {
  if (!column.is_valid(row)) return hash_bytes("null", 4, seed + 1);
  switch (column.type().id()) {
    case TypeId::kBool: {
      const uint64_t value = column.bool_at(row);
      return hash_bytes(&value, sizeof(value), seed);
    }
    case TypeId::kFloat64: {
      // Equal numbers hash alike: one zero, one NaN.
      double value = column.values<double>()[row];
      value = std::isnan(value) ? std::nan("") : value == 0 ? 0.0 : value;
      return hash_bytes(&value, sizeof(value), seed);
    }
    case TypeId::kUtf8:
    case TypeId::kBinary:
    case TypeId::kJson: {
      const std::string_view text = column.view_at(row);
      return hash_bytes(text.data(), text.size(), seed);
    }
    case TypeId::kDecimal: {
      const Int128 value = decimal_at(column, row);
      return hash_bytes(&value, sizeof(value), seed);
    }
    default: {
      const size_t width = column.type().width();
      return hash_bytes(column.values<uint8_t>() + row * width, width, seed);
    }
  }
}

Result<Vector> hash(const KernelContext& context, std::span<const Vector> inputs) {
  LEAT_TRY_ASSIGN(BufferRef values, context.memory().allocate(context.length() * sizeof(int64_t)));
  for_each_row(context.rows(), [&](size_t row) {
    uint64_t result = 0;
    for (const Vector& input : inputs) result = hash_value(*input.column, input.at(row), result);
    values->mutable_as<int64_t>()[row] = static_cast<int64_t>(result);
  });
  return column_of(context, BufferRef(), std::move(values));
}

template <bool kOfNulls>
Result<Vector> count_nulls(const KernelContext& context, std::span<const Vector> inputs) {
  LEAT_TRY_ASSIGN(BufferRef values, context.memory().allocate(context.length() * sizeof(int64_t)));
  for_each_row(context.rows(), [&](size_t row) {
    int64_t count = 0;
    for (const Vector& input : inputs) count += input->is_valid(input.at(row)) != kOfNulls;
    values->mutable_as<int64_t>()[row] = count;
  });
  return column_of(context, BufferRef(), std::move(values));
}

constexpr std::array<Function, 8> kGeneralFunctions = {{
    {"num_nulls", "num_nulls(value any, ...) -> int64", "How many of the values are NULL.",
     "num_nulls(1, null, 'x')", "1", count_nulls<true>, nullptr, Nulls::kVisible},
    {"num_nonnulls", "num_nonnulls(value any, ...) -> int64",
     "How many of the values are not NULL.", "num_nonnulls(1, null, 'x')", "2", count_nulls<false>,
     nullptr, Nulls::kVisible},
    {"hash", "hash(value any, ...) -> int64",
     "XXH3-64 of the values, the same in every run and on every machine; NULL has a hash of its "
     "own.",
     "hash('a') = hash('a')", "true", hash, nullptr, Nulls::kVisible},
    {"coalesce", "coalesce(value any, ...) -> any",
     "The first value that is not NULL; later ones are computed only for rows that need them.",
     "coalesce(null, 2, 3)", "2"},
    {"nullif", "nullif(value any, other any) -> any", "NULL when both are equal, else the first.",
     "nullif(1, 1)", "null"},
    {"greatest", "greatest(value any, ...) -> any", "The largest value that is not NULL.",
     "greatest(1, null, 3)", "3"},
    {"least", "least(value any, ...) -> any", "The smallest value that is not NULL.",
     "least(2, 1.5)", "1.5"},
    {"typeof", "typeof(value any) -> utf8", "The name of the value's type.", "typeof(1 + 1.5)",
     "decimal(3,1)"},
}};

}  // namespace

std::span<const Function> general_functions() { return kGeneralFunctions; }

}  // namespace leat::expr
