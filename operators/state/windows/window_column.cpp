// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include "operators/state/windows/window_column.h"

#include <algorithm>

#include <fmt/format.h>

#include "operators/data/builder.h"
#include "operators/expr/kernels/constant.h"
#include "operators/state/accumulators/float_result.h"

namespace leat::state {

Status WindowColumn::use_numbers() {
  LEAT_TRY(states_.resize(rows_.rows(), kNull));
  const bool wide = call_.type.is(TypeId::kDecimal) && !call_.type.is_short_decimal();
  return wide ? wides_.resize(rows_.rows(), 0) : words_.resize(rows_.rows(), 0);
}

Status WindowColumn::use_sources() { return sources_.resize(rows_.rows(), kNoRow); }

Status WindowColumn::use_blocks() {
  blocks_.resize((rows_.rows() + kBlockRows - 1) / kBlockRows);
  return use_sources();
}

Status WindowColumn::set_fault(uint32_t position, const Error& error) {
  constexpr size_t kFaultBytes = 512;
  const std::lock_guard lock(faults_mutex_);
  LEAT_TRY(fault_room_.resize(fault_room_.size() + kFaultBytes, 0));
  faults_.emplace(position, error);
  return {};
}

Status WindowColumn::finish() {
  LEAT_TRY(states_.finish());
  LEAT_TRY(words_.finish());
  LEAT_TRY(wides_.finish());
  LEAT_TRY(sources_.finish());
  if (sources_.size() == 0) return {};
  const auto schema =
      std::make_shared<const Schema>(std::vector<Field>{{std::string("value"), call_.type}});
  const auto add = [&](size_t column) {
    for (const Batch& batch : rows_.batches())
      choices_.emplace_back(schema, std::vector<ColumnRef>{batch.columns()[column]}, batch.rows(),
                            RowPlaces{});
  };
  if (!blocks_.empty()) {
    for (ColumnRef& block : blocks_) {
      const size_t length = block->length();
      choices_.emplace_back(schema, std::vector<ColumnRef>{std::move(block)}, length, RowPlaces{});
    }
    taker_.emplace(choices_, schema);
    return {};
  }
  if (rows_.pages() != nullptr) return {};
  add(*call_.argument);
  if (call_.fallback) add(*call_.fallback);
  choices_.emplace_back(schema, std::vector<ColumnRef>{expr::null_constant(call_.type)}, 1,
                        RowPlaces{});
  taker_.emplace(choices_, schema);
  return {};
}

template <typename Number, typename NumberOf>
Result<ColumnRef> WindowColumn::numbers(uint32_t begin, size_t count, MemoryAccount& memory,
                                        std::vector<RowFault>& faults, NumberOf&& number_of) const {
  FixedBuilder<Number> builder(call_.type, memory);
  LEAT_TRY(builder.reserve(count));
  for (uint32_t row = 0; row < count; ++row) {
    const uint8_t state = states_[begin + row];
    if (state == kValue) {
      builder.append(number_of(begin + row));
      continue;
    }
    LEAT_TRY(builder.append_null());
    if (state == kNull) continue;
    tell(row, overflow_error(call_.type), faults);
  }
  return builder.finish();
}

void WindowColumn::tell(uint32_t row, const Error& error, std::vector<RowFault>& faults) const {
  Error told(error.number, ErrorCode::kData, fmt::format("'{}' {}", call_.text, error.message),
             error.hint);
  told.pipeline = call_.where;
  faults.push_back({row, std::move(told)});
}

/// Where the value that the row refers to is among the choices.
RowRef WindowColumn::choice_of(uint32_t position) const {
  const uint32_t source = sources_[position];
  if (!blocks_.empty()) return {source / kBlockRows, source % kBlockRows};
  if (source == kNoRow) return {static_cast<uint32_t>(choices_.size() - 1), 0};
  if (source != kFallback) return rows_.locate(source);
  const RowRef own = rows_.locate(position);
  return {static_cast<uint32_t>(rows_.batches().size()) + own.batch, own.row};
}

/// References to rows on disk: values are picked from a few batches at a time.
Result<ColumnRef> WindowColumn::gather(uint32_t begin, size_t count, MemoryAccount& memory) const {
  constexpr size_t kBatches = 6;
  struct Known {
    uint32_t batch;
    size_t column;  // stored
  };
  std::vector<Known> known;
  std::vector<ColumnRef> columns;  // those of `known` behind a NULL
  std::vector<RowRef> refs;
  std::vector<ColumnRef> pieces;
  std::vector<RowRef> all;
  const auto pick = [&]() -> Status {
    LEAT_TRY_ASSIGN(ColumnRef piece, take_column(columns, refs, memory));
    for (uint32_t row = 0; row < refs.size(); ++row)
      all.push_back({static_cast<uint32_t>(pieces.size()), row});
    pieces.push_back(std::move(piece));
    refs.clear();
    known.clear();
    columns.resize(1);
    return {};
  };
  LEAT_TRY_ASSIGN(ColumnRef none, null_column(call_.type, 1, memory));
  columns.push_back(std::move(none));
  for (uint32_t position = begin; position < begin + count; ++position) {
    const uint32_t source = sources_[position];
    if (source == kNoRow) {
      refs.push_back({0, 0});
      continue;
    }
    const bool own = source == kFallback;
    const RowRef at = rows_.locate(own ? position : source);
    const size_t column = own ? *call_.fallback : *call_.argument;
    auto found = std::find_if(known.begin(), known.end(), [&](const Known& one) {
      return one.batch == at.batch && one.column == column;
    });
    if (found == known.end()) {
      if (known.size() == kBatches) LEAT_TRY(pick());
      LEAT_TRY_ASSIGN(const Batch batch, rows_.batch(at.batch));
      columns.push_back(batch.columns()[column]);
      known.push_back({at.batch, column});
      found = known.end() - 1;
    }
    refs.push_back({static_cast<uint32_t>(found - known.begin()) + 1, at.row});
  }
  LEAT_TRY(pick());
  return pieces.size() == 1 ? pieces.front() : take_column(pieces, all, memory);
}

Result<ColumnRef> WindowColumn::values(uint32_t begin, size_t count, MemoryAccount& memory,
                                       std::vector<RowFault>& faults) const {
  if (sources_.size() == 0) {
    switch (call_.type.id()) {
      case TypeId::kDate:
        return numbers<int32_t>(begin, count, memory, faults, [&](uint32_t position) {
          return static_cast<int32_t>(words_[position]);
        });
      case TypeId::kDecimal:
        return numbers<Int128>(begin, count, memory, faults, [&](uint32_t position) {
          return is_wide() ? wides_[position] : static_cast<int64_t>(words_[position]);
        });
      case TypeId::kFloat64:
        return numbers<double>(begin, count, memory, faults, [&](uint32_t position) {
          return std::bit_cast<double>(words_[position]);
        });
      default:
        return numbers<int64_t>(begin, count, memory, faults, [&](uint32_t position) {
          return static_cast<int64_t>(words_[position]);
        });
    }
  }
  if (!taker_) return gather(begin, count, memory);
  std::vector<RowRef> refs;
  refs.reserve(count);
  for (uint32_t position = begin; position < begin + count; ++position)
    refs.push_back(choice_of(position));
  for (auto fault = faults_.lower_bound(begin);
       fault != faults_.end() && fault->first < begin + count; ++fault)
    tell(fault->first - begin, fault->second, faults);
  LEAT_TRY_ASSIGN(const Batch picked, taker_->pick(refs, memory));
  return picked.columns().front();
}

}  // namespace leat::state
