// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// The kernels behind operators. Kernels behind functions stand in the tables of functions_*.cpp.
#pragma once

#include <optional>
#include <span>
#include <string_view>

#include "operators/data/type.h"
#include "operators/expr/kernels/kernel.h"

namespace leat::expr {

/// An operator for one pair of types: binary, or unary when `left` is kNull.
struct OperatorRow {
  std::string_view symbol;
  TypeId left;
  TypeId right;
  TypeId result;
  Kernel kernel;
};

/// `+ - * / % ^` and unary `-`; of several rows that fit equally well the first wins.
std::span<const OperatorRow> arithmetic_operators();
/// Likewise, of types with marks.
struct MarkedOperatorRow {
  std::string_view symbol;
  Type left;
  Type right;
  Type result;
  Kernel kernel;
};
/// `+ -` of times and addresses.
std::span<const MarkedOperatorRow> marked_operators();
/// `+ -` of dates, timestamps and intervals.
std::span<const OperatorRow> time_operators();

// Comparisons see no NULL constants. Types of both operands are equal.
enum class Comparison : uint8_t { kEqual, kNotEqual, kLess, kLessEqual, kGreater, kGreaterEqual };
/// Does it hold of two values of which the first is less (below 0), equal (0), or greater?
inline bool holds(Comparison comparison, int order) {
  switch (comparison) {
    case Comparison::kEqual: return order == 0;
    case Comparison::kNotEqual: return order != 0;
    case Comparison::kLess: return order < 0;
    case Comparison::kLessEqual: return order <= 0;
    case Comparison::kGreater: return order > 0;
    case Comparison::kGreaterEqual: return order >= 0;
  }
  return false;
}
/// Null when values of the type cannot be compared so.
Kernel comparison_kernel(Comparison comparison, const Type& type);
/// `a is distinct from b`: never NULL.
Result<Vector> distinct_kernel(const KernelContext& context, std::span<const Vector> inputs);

// Logic. Operands are bool.
Result<Vector> not_kernel(const KernelContext& context, std::span<const Vector> inputs);
Result<Vector> is_null_kernel(const KernelContext& context, std::span<const Vector> inputs);
Result<Vector> is_not_null_kernel(const KernelContext& context, std::span<const Vector> inputs);
Result<Vector> is_true_kernel(const KernelContext& context, std::span<const Vector> inputs);
Result<Vector> is_false_kernel(const KernelContext& context, std::span<const Vector> inputs);

/// `a || b` of text.
Result<Vector> concatenate_kernel(const KernelContext& context, std::span<const Vector> inputs);

/// `text like pattern`; the state is a LikePattern when the pattern is constant.
Result<Vector> like_kernel(const KernelContext& context, std::span<const Vector> inputs);
Result<Vector> ilike_kernel(const KernelContext& context, std::span<const Vector> inputs);

/// `x in (constants)`: the state is an InList; inputs[0] alone is an operand.
Result<Vector> in_list_kernel(const KernelContext& context, std::span<const Vector> inputs);

/// The larger (smaller) of the operands that are not NULL.
Result<Vector> greatest_kernel(const KernelContext& context, std::span<const Vector> inputs);
Result<Vector> least_kernel(const KernelContext& context, std::span<const Vector> inputs);

/// A field of a struct: the state is the field's index, a size_t.
Result<Vector> field_kernel(const KernelContext& context, std::span<const Vector> inputs);

/// A field of a timestamp: the state is a TimeField.
Result<Vector> extract_whole_kernel(const KernelContext& context, std::span<const Vector> inputs);
Result<Vector> extract_fraction_kernel(const KernelContext& context,
                                       std::span<const Vector> inputs);
/// The same of an interval.
Result<Vector> extract_interval_kernel(const KernelContext& context,
                                       std::span<const Vector> inputs);
Result<Vector> extract_interval_fraction_kernel(const KernelContext& context,
                                                std::span<const Vector> inputs);

/// How values of one type become values of another.
struct CastRow {
  TypeId from;
  TypeId to;
  Kernel kernel;
};
/// The rows for decimals.
std::span<const CastRow> decimal_casts();
/// Of types without marks; null when there is no such cast.
Kernel plain_cast_kernel(TypeId from, TypeId to);
/// Null when there is no such cast. A cast to the same type needs none. Limits are not asked.
Kernel cast_kernel(const Type& from, const Type& to);
/// From a type to that type with a limit, which is the type of the result.
Kernel limit_kernel(const Type& type);
/// Of types with a text of bounded length (is_fixed_text).
Result<Vector> scalar_text_kernel(const KernelContext& context, std::span<const Vector> inputs);
/// The same values as another type of the same layout.
Result<Vector> same_bytes_kernel(const KernelContext& context, std::span<const Vector> inputs);

}  // namespace leat::expr
