// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Makes kernels from functions of one row, for work that costs more than the loop around it:
//
//   row_kernel<[](double x) { return std::exp(x); }>                          pure
//   row_kernel<[](Call& call, double x) { ... call.fault("..."); return 0.0; }>   can fail, or has a state
//   text_kernel<[](TextCall& call, std::string_view text) { call.share(0, text.substr(1)); }>   makes text
//
// Parameters are bool, int64_t, double, Int128 (of decimals), Date, Timestamp, Interval and
// std::string_view; the function is called for wanted rows in which no operand is NULL. A result of
// std::optional<T> without a value is NULL.
#pragma once

#include <optional>
#include <tuple>
#include <type_traits>
#include <utility>

#include "operators/data/decimal_values.h"
#include "operators/expr/kernels/kernel.h"
#include "operators/expr/kernels/result_text.h"

namespace leat::expr {

struct Date {
  int32_t days;
};
struct Timestamp {
  int64_t micros;
};

/// One row of a kernel that can fail.
struct Call {
  const KernelContext& context;
  size_t row = 0;

  void fault(Code number, std::string message, std::string hint = {}) const {
    context.fault(number, row, std::move(message), std::move(hint));
  }
  template <typename T>
  const T& state() const {
    return context.state<T>();
  }
};

/// One row of a kernel that makes text. Write, share or null once; a row without is the empty text.
class TextCall {
 public:
  TextCall(const KernelContext& context, std::span<const Vector> inputs, TextWriter& writer,
           NullWriter& nulls, ResultText& result)
      : context(context), inputs_(inputs), writer_(writer), nulls_(nulls), result_(result) {}

  const KernelContext& context;
  size_t row = 0;

  void fault(Code number, std::string message, std::string hint = {}) const {
    context.fault(number, row, std::move(message), std::move(hint));
  }
  template <typename T>
  const T& state() const {
    return context.state<T>();
  }
  void write(std::string_view text) { writer_.write(row, text); }
  /// Begins a text that is as long as the arguments say; write(result) ends it.
  ResultText& result() {
    result_.start(row);
    return result_;
  }
  void write(const ResultText& result) { result.write_to(writer_); }
  /// `part` lies within the value of text operand `input`. REQUIRES: adopt_all() was called.
  void share(size_t input, std::string_view part) {
    const Vector& vector = inputs_[input];
    const Utf8View& view = vector->values<Utf8View>()[vector.at(row)];
    writer_.share(row, view, *vector.column, part, bases_[input]);
  }
  char* room(size_t bytes) { return writer_.room(bytes); }
  void commit(size_t bytes) { writer_.commit(row, bytes); }
  void null() { nulls_.set_null(row); }

  void adopt_all() {
    for (size_t i = 0; i < inputs_.size() && i < kInputsMax; ++i) {
      if (inputs_[i]->type().is_view()) bases_[i] = writer_.adopt(*inputs_[i].column);
    }
  }

 private:
  static constexpr size_t kInputsMax = 4;
  std::span<const Vector> inputs_;
  TextWriter& writer_;
  NullWriter& nulls_;
  ResultText& result_;
  uint32_t bases_[kInputsMax] = {};
};

// Reads operand values; a constant's mask of 0 maps every row to its one value.
template <typename T>
struct Reader {
  explicit Reader(const Vector& vector)
      : values(vector->template values<T>()), mask(vector.is_constant ? 0 : ~size_t{0}) {}
  T operator[](size_t row) const { return values[row & mask]; }
  const T* values;
  size_t mask;
};
template <>
struct Reader<Int128> {
  explicit Reader(const Vector& vector)
      : values(*vector.column), mask(vector.is_constant ? 0 : ~size_t{0}) {}
  Int128 operator[](size_t row) const { return values[row & mask]; }
  DecimalValues values;
  size_t mask;
};
template <>
struct Reader<bool> {
  explicit Reader(const Vector& vector)
      : bits(vector->parts().values->data()), mask(vector.is_constant ? 0 : ~size_t{0}) {}
  bool operator[](size_t row) const { return get_bit(bits, row & mask); }
  const uint8_t* bits;
  size_t mask;
};
template <>
struct Reader<std::string_view> {
  explicit Reader(const Vector& vector)
      : column(vector.column.get()), mask(vector.is_constant ? 0 : ~size_t{0}) {}
  std::string_view operator[](size_t row) const { return column->view_at(row & mask); }
  const Column* column;
  size_t mask;
};

namespace detail {

template <typename F>
struct Signature : Signature<decltype(&F::operator())> {};
template <typename R, typename C, typename... A>
struct Signature<R (C::*)(A...) const> {
  using Result = R;
  static constexpr bool kHasCall = false;
  using Readers = std::tuple<Reader<A>...>;
};
template <typename R, typename C, typename... A>
struct Signature<R (C::*)(Call&, A...) const> {
  using Result = R;
  static constexpr bool kHasCall = true;
  using Readers = std::tuple<Reader<A>...>;
};
template <typename R, typename C, typename... A>
struct Signature<R (C::*)(TextCall&, A...) const> {
  using Result = R;
  static constexpr bool kHasCall = true;
  using Readers = std::tuple<Reader<A>...>;
};

template <typename T>
struct Unwrap {
  using Type = T;
  static constexpr bool kOptional = false;
};
template <typename T>
struct Unwrap<std::optional<T>> {
  using Type = T;
  static constexpr bool kOptional = true;
};

template <typename Readers, size_t... I>
Readers make_readers(std::span<const Vector> inputs, std::index_sequence<I...>) {
  return Readers(std::tuple_element_t<I, Readers>(inputs[I])...);
}

template <typename Readers>
Readers make_readers(std::span<const Vector> inputs) {
  return make_readers<Readers>(inputs, std::make_index_sequence<std::tuple_size_v<Readers>>());
}

template <auto F, typename CallType, typename Readers>
auto invoke(CallType& call, const Readers& readers, size_t row) {
  return std::apply(
      [&](const auto&... reader) {
        if constexpr (Signature<decltype(F)>::kHasCall) {
          return F(call, reader[row]...);
        } else {
          return F(reader[row]...);
        }
      },
      readers);
}

}  // namespace detail

template <auto F>
Result<Vector> row_kernel(const KernelContext& context, std::span<const Vector> inputs) {
  using Signature = detail::Signature<decltype(F)>;
  using Unwrap = detail::Unwrap<typename Signature::Result>;
  using Value = typename Unwrap::Type;
  constexpr bool kIsBool = std::is_same_v<Value, bool>;
  constexpr bool kIsDecimal = std::is_same_v<Value, Int128>;
  LEAT_TRY_ASSIGN(BufferRef validity, all_valid(context, inputs));
  BufferRef values;
  if constexpr (kIsBool) {
    LEAT_TRY_ASSIGN(values, new_zero_bits(context));
  } else if constexpr (kIsDecimal) {
    LEAT_TRY_ASSIGN(values, decimal_buffer(context));
  } else {
    LEAT_TRY_ASSIGN(values, context.memory().allocate(context.length() * sizeof(Value)));
  }
  const auto readers = detail::make_readers<typename Signature::Readers>(inputs);
  Call call{context};
  NullWriter nulls(context, validity);
  for_each_valid(context, validity, [&](size_t row) {
    call.row = row;
    auto result = detail::invoke<F>(call, readers, row);
    Value value{};
    if constexpr (Unwrap::kOptional) {
      if (!result) return nulls.set_null(row);
      value = *result;
    } else {
      value = result;
    }
    if constexpr (kIsBool) {
      if (value) set_bit(values->mutable_data(), row);
    } else if constexpr (kIsDecimal) {
      DecimalWriter(context.type(), *values).set(row, value);
    } else {
      values->template mutable_as<Value>()[row] = value;
    }
  });
  LEAT_TRY_ASSIGN(validity, nulls.finish());
  return column_of(context, std::move(validity), std::move(values));
}

template <auto F>
Result<Vector> text_kernel(const KernelContext& context, std::span<const Vector> inputs) {
  using Signature = detail::Signature<decltype(F)>;
  LEAT_TRY_ASSIGN(BufferRef validity, all_valid(context, inputs));
  TextWriter writer(context);
  NullWriter nulls(context, validity);
  ResultText result(context);
  TextCall call(context, inputs, writer, nulls, result);
  call.adopt_all();
  const auto readers = detail::make_readers<typename Signature::Readers>(inputs);
  for_each_valid(context, validity, [&](size_t row) {
    call.row = row;
    detail::invoke<F>(call, readers, row);
  });
  LEAT_TRY(result.finish());
  LEAT_TRY_ASSIGN(validity, nulls.finish());
  return writer.finish(std::move(validity));
}

}  // namespace leat::expr
