// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Comparisons write bitmaps, 64 rows to a word. Only =, < and <= are computed; the other three are
// these negated or with the operands swapped. NaN equals NaN and is greater than all other numbers,
// as in PostgreSQL. Text compares by bytes.
#include <array>
#include <bit>
#include <cmath>
#include <cstring>

#include "operators/expr/kernels/calendar.h"
#include "operators/expr/kernels/constant.h"
#include "operators/expr/kernels/kernels.h"
#include "operators/expr/kernels/operand_values.h"
#include "operators/text/value_format.h"

namespace leat::expr {
namespace {

// ----------------------------------------------------------------------------------------------------------- operands

struct EachBool {
  const uint8_t* bits;
  bool operator[](size_t row) const { return get_bit(bits, row); }
  EachBool from(size_t row) const { return {bits + row / 8}; }
};

/// A string with the column that holds its bytes. The first eight bytes of a view are its length
/// and first four bytes.
struct Text {
  Utf8View view;
  const Column* column;

  std::string_view bytes() const { return column->resolve(view); }
};
inline uint64_t low_half(const Utf8View& view) {
  uint64_t half = 0;
  std::memcpy(&half, &view, 8);
  return half;
}
inline uint64_t high_half(const Utf8View& view) {
  uint64_t half = 0;
  std::memcpy(&half, reinterpret_cast<const char*>(&view) + 8, 8);
  return half;
}
struct EachText {
  const Utf8View* views;
  const Column* column;
  Text operator[](size_t row) const { return {views[row], column}; }
  EachText from(size_t row) const { return {views + row, column}; }
};

// ---------------------------------------------------------------------------------------------------------- operations

struct Equal {
  template <typename T>
  bool operator()(T a, T b) const {
    return a == b;
  }
  bool operator()(double a, double b) const { return (a == b) | ((a != a) & (b != b)); }
  bool operator()(const Text& a, const Text& b) const {
    if (low_half(a.view) != low_half(b.view)) return false;
    if (a.view.is_inline()) return high_half(a.view) == high_half(b.view);
    return a.bytes() == b.bytes();
  }
};
struct Less {
  template <typename T>
  bool operator()(T a, T b) const {
    return a < b;
  }
  bool operator()(double a, double b) const { return !(a >= b) & (a == a); }
  bool operator()(const Text& a, const Text& b) const {
    const uint32_t left = std::byteswap(static_cast<uint32_t>(low_half(a.view) >> 32));
    const uint32_t right = std::byteswap(static_cast<uint32_t>(low_half(b.view) >> 32));
    if (left != right)
      return left <
             right;  // short text is followed by zeros, which sort first as the end of text does
    return a.bytes() < b.bytes();
  }
};
struct LessEqual {
  template <typename T>
  bool operator()(T a, T b) const {
    return a <= b;
  }
  bool operator()(double a, double b) const { return (a <= b) | (b != b); }
  bool operator()(const Text& a, const Text& b) const { return !Less()(b, a); }
};

/// Days of 24 hours and months of 30 days, as PostgreSQL compares intervals.
Int128 span_of(const Interval& interval) {
  const int64_t days = int64_t{interval.months} * 30 + interval.days;
  return static_cast<Int128>(days) * kMicrosPerDay + interval.microseconds;
}
struct EachInterval {
  const Interval* values;
  Int128 operator[](size_t row) const { return span_of(values[row]); }
  EachInterval from(size_t row) const { return {values + row}; }
};

// --------------------------------------------------------------------------------------------------------------- loops

constexpr std::array<uint64_t, 64> kBitOf = [] {
  std::array<uint64_t, 64> bits{};
  for (size_t i = 0; i < 64; ++i) bits[i] = uint64_t{1} << i;
  return bits;
}();

/// 64 results. Masks and a table of bits become vector instructions, a shift by i would not.
template <typename Operation, typename Left, typename Right>
[[gnu::noinline]] uint64_t compare_block(Left left, Right right) {
  constexpr Operation kOperation;
  uint64_t bits = 0;
  for (size_t i = 0; i < 64; ++i)
    bits |= (kOperation(left[i], right[i]) ? ~uint64_t{0} : 0) & kBitOf[i];
  return bits;
}

template <bool kNegate, typename Operation, typename Left, typename Right>
void compare_rows(const KernelContext& context, Left left, Right right, uint64_t* out) {
  constexpr Operation kOperation;
  const size_t length = context.length();
  const size_t count = words_of(length);
  if (!context.rows().is_dense()) {
    std::memset(out, 0, count * sizeof(uint64_t));
    for_each_row(context.rows(), [&](size_t row) {
      out[row / 64] |= static_cast<uint64_t>(kOperation(left[row], right[row]) != kNegate)
                       << (row % 64);
    });
    return;
  }
  for (size_t word = 0; word < count; ++word) {
    const size_t begin = word * 64;
    uint64_t bits = 0;
    if (begin + 64 <= length) [[likely]] {
      bits = compare_block<Operation>(left.from(begin), right.from(begin));
    } else {
      for (size_t i = 0; begin + i < length; ++i) {
        bits |= static_cast<uint64_t>(kOperation(left[begin + i], right[begin + i])) << i;
      }
    }
    out[word] = kNegate ? ~bits : bits;
  }
}

/// Equality with one short constant: two words, no branch.
template <bool kNegate>
void equal_short_text(const KernelContext& context, const Utf8View* views, const Utf8View& constant,
                      uint64_t* out) {
  struct Halves {
    uint64_t low;
    uint64_t high;
  };
  struct SameHalves {
    bool operator()(Halves a, Halves b) const { return ((a.low ^ b.low) | (a.high ^ b.high)) == 0; }
  };
  struct EachHalves {
    const Utf8View* views;
    Halves operator[](size_t row) const { return {low_half(views[row]), high_half(views[row])}; }
    EachHalves from(size_t row) const { return {views + row}; }
  };
  const Same<Halves> same{{low_half(constant), high_half(constant)}};
  compare_rows<kNegate, SameHalves>(context, EachHalves{views}, same, out);
}

template <bool kNegate, typename Operation, typename Operand>
void compare_operands(const KernelContext& context, std::span<const Vector> inputs, Operand left,
                      Operand right, uint64_t* out) {
  if (inputs[0].is_constant) {
    compare_rows<kNegate, Operation>(context, Same<decltype(left[0])>{left[0]}, right, out);
  } else if (inputs[1].is_constant) {
    compare_rows<kNegate, Operation>(context, left, Same<decltype(right[0])>{right[0]}, out);
  } else {
    compare_rows<kNegate, Operation>(context, left, right, out);
  }
}

template <typename Value>
auto operand(const Vector& input) {
  if constexpr (std::is_same_v<Value, bool>) {
    return EachBool{input->parts().values->data()};
  } else if constexpr (std::is_same_v<Value, std::string_view>) {
    return EachText{input->values<Utf8View>(), input.column.get()};
  } else if constexpr (std::is_same_v<Value, Interval>) {
    return EachInterval{input->values<Interval>()};
  } else {
    return Each<Value>{input->values<Value>()};
  }
}

template <bool kNegate, typename Operation, typename Value>
Result<Vector> compare(const KernelContext& context, std::span<const Vector> inputs) {
  LEAT_TRY_ASSIGN(BufferRef validity, all_valid(context, inputs));
  LEAT_TRY_ASSIGN(BufferRef bits, new_bits(context));
  auto* const out = bits->mutable_as<uint64_t>();
  if constexpr (std::is_same_v<Value, std::string_view> && std::is_same_v<Operation, Equal>) {
    const size_t constant = inputs[0].is_constant ? 0 : 1;
    const auto* const view = inputs[constant]->values<Utf8View>();
    if (inputs[constant].is_constant && view->is_inline()) {
      equal_short_text<kNegate>(context, inputs[1 - constant]->values<Utf8View>(), *view, out);
      return column_of(context, std::move(validity), std::move(bits));
    }
  }
  compare_operands<kNegate, Operation>(context, inputs, operand<Value>(inputs[0]),
                                       operand<Value>(inputs[1]), out);
  return column_of(context, std::move(validity), std::move(bits));
}

/// a > b is b < a.
template <typename Operation, typename Value>
Result<Vector> compare_swapped(const KernelContext& context, std::span<const Vector> inputs) {
  const std::array<Vector, 2> swapped = {inputs[1], inputs[0]};
  return compare<false, Operation, Value>(context, swapped);
}

template <typename Value>
Kernel kernel_for(Comparison comparison) {
  switch (comparison) {
    case Comparison::kEqual: return compare<false, Equal, Value>;
    case Comparison::kNotEqual: return compare<true, Equal, Value>;
    case Comparison::kLess: return compare<false, Less, Value>;
    case Comparison::kLessEqual: return compare<false, LessEqual, Value>;
    case Comparison::kGreater: return compare_swapped<Less, Value>;
    case Comparison::kGreaterEqual: return compare_swapped<LessEqual, Value>;
  }
  return nullptr;
}

// ---------------------------------------------------------------------------------------------------- greatest, least

using Words = std::array<uint64_t, kWordsMax>;

void valid_words(const Vector& input, size_t count, Words& out) {
  if (input.is_constant) {
    out.fill(input->is_valid(0) ? ~uint64_t{0} : 0);
  } else {
    for (size_t i = 0; i < count; ++i) out[i] = word_or_ones(words(input->parts().validity), i);
  }
}

template <typename Value>
void choose(const KernelContext& context, const Words& take_second, std::span<const Vector> inputs,
            Value* out) {
  for_each_row(context.rows(), [&](size_t row) {
    const bool second = (take_second[row / 64] >> (row % 64) & 1) != 0;
    const Vector& from = inputs[second ? 1 : 0];
    out[row] = from->template values<Value>()[from.at(row)];
  });
}

Result<Vector> chosen(const KernelContext& context, const Words& take_second, BufferRef validity,
                      std::span<const Vector> inputs) {
  const Type& type = context.type();
  if (type.is_view()) {
    TextWriter writer(context);
    const std::array<uint32_t, 2> bases = {writer.adopt(*inputs[0].column),
                                           writer.adopt(*inputs[1].column)};
    for_each_row(context.rows(), [&](size_t row) {
      const size_t side = take_second[row / 64] >> (row % 64) & 1;
      const Vector& from = inputs[side];
      const Utf8View& view = from->values<Utf8View>()[from.at(row)];
      writer.share(row, view, *from.column, from->resolve(view), bases[side]);
    });
    return writer.finish(std::move(validity));
  }
  if (type.is(TypeId::kBool)) {
    LEAT_TRY_ASSIGN(BufferRef bits, new_zero_bits(context));
    for_each_row(context.rows(), [&](size_t row) {
      const Vector& from = inputs[take_second[row / 64] >> (row % 64) & 1];
      if (from->bool_at(from.at(row))) set_bit(bits->mutable_data(), row);
    });
    return column_of(context, std::move(validity), std::move(bits));
  }
  LEAT_TRY_ASSIGN(BufferRef values, context.memory().allocate(context.length() * type.width()));
  switch (type.width()) {
    case 4: choose(context, take_second, inputs, values->mutable_as<int32_t>()); break;
    case 8: choose(context, take_second, inputs, values->mutable_as<int64_t>()); break;
    default: choose(context, take_second, inputs, values->mutable_as<Int128>()); break;
  }
  return column_of(context, std::move(validity), std::move(values));
}

/// Keeps the better of two operands in each row: the second where it is `better` (than the first)
/// or the first is NULL.
Result<Vector> better_of(const KernelContext& context, std::span<const Vector> inputs,
                         Comparison better) {
  const size_t count = words_of(context.length());
  Words first;
  Words second;
  valid_words(inputs[0], count, first);
  valid_words(inputs[1], count, second);
  Words take_second{};
  if (!inputs[0].is_null_constant() && !inputs[1].is_null_constant()) {
    const std::array<Vector, 2> swapped = {inputs[1], inputs[0]};
    std::vector<KernelFault> none;
    const KernelContext compares(context.memory(), context.rows(), kBoolType, nullptr, none, false);
    LEAT_TRY_ASSIGN(Vector wins, comparison_kernel(better, context.type())(compares, swapped));
    for (size_t i = 0; i < count; ++i) take_second[i] = wins->values<uint64_t>()[i];
  }
  LEAT_TRY_ASSIGN(BufferRef validity, new_bits(context));
  for (size_t i = 0; i < count; ++i) {
    take_second[i] = (take_second[i] & first[i] & second[i]) | (~first[i] & second[i]);
    validity->mutable_as<uint64_t>()[i] = first[i] | second[i];
  }
  return chosen(context, take_second, std::move(validity), inputs);
}

Result<Vector> best_of(const KernelContext& context, std::span<const Vector> inputs,
                       Comparison better) {
  Vector best = inputs[0];
  for (size_t i = 1; i < inputs.size(); ++i) {
    if (best.is_constant && inputs[i].is_constant) {
      LEAT_TRY_ASSIGN(best.column,
                      repeat_constant(*best.column, context.length(), context.memory()));
      best.is_constant = false;
    }
    const std::array<Vector, 2> pair = {best, inputs[i]};
    LEAT_TRY_ASSIGN(best, better_of(context, pair, better));
  }
  return best;
}

}  // namespace

Kernel comparison_kernel(Comparison comparison, const Type& type) {
  switch (type.id()) {
    case TypeId::kBool: return kernel_for<bool>(comparison);
    case TypeId::kInt64:
    case TypeId::kTimestamp: return kernel_for<int64_t>(comparison);
    case TypeId::kFloat64: return kernel_for<double>(comparison);
    case TypeId::kDecimal:
      return type.is_short_decimal() ? kernel_for<int64_t>(comparison)
                                     : kernel_for<Int128>(comparison);
    case TypeId::kUtf8:
    case TypeId::kBinary: return kernel_for<std::string_view>(comparison);
    case TypeId::kDate: return kernel_for<int32_t>(comparison);
    case TypeId::kInterval: return kernel_for<Interval>(comparison);
    default: return nullptr;
  }
}

Result<Vector> distinct_kernel(const KernelContext& context, std::span<const Vector> inputs) {
  const size_t count = words_of(context.length());
  Words first;
  Words second;
  valid_words(inputs[0], count, first);
  valid_words(inputs[1], count, second);
  LEAT_TRY_ASSIGN(BufferRef bits, new_zero_bits(context));
  auto* const out = bits->mutable_as<uint64_t>();
  if (!inputs[0].is_null_constant() && !inputs[1].is_null_constant()) {
    LEAT_TRY_ASSIGN(Vector differ,
                    comparison_kernel(Comparison::kNotEqual, inputs[0]->type())(context, inputs));
    std::memcpy(out, differ->values<uint64_t>(), count * sizeof(uint64_t));
  }
  for (size_t i = 0; i < count; ++i)
    out[i] = (out[i] & first[i] & second[i]) | (first[i] ^ second[i]);
  return column_of(context, BufferRef(), std::move(bits));
}

Result<Vector> greatest_kernel(const KernelContext& context, std::span<const Vector> inputs) {
  return best_of(context, inputs, Comparison::kGreater);
}

Result<Vector> least_kernel(const KernelContext& context, std::span<const Vector> inputs) {
  return best_of(context, inputs, Comparison::kLess);
}

}  // namespace leat::expr
