// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include "operators/state/sorting/sort_run.h"

#include <algorithm>
#include <bit>
#include <limits>

#include <fmt/format.h>

#include "engine/check.h"
#include "engine/codes/option.h"
#include "engine/mutant.h"
#include "operators/data/decimal_values.h"
#include "operators/data/value_order.h"
#include "operators/state/row_faults.h"

namespace leat::state {

namespace {

/// Batches with fewer rows are gathered into larger ones, as each costs its buffers: when together
/// they fill a batch, or when they have become many.
constexpr size_t kSmallRows = kBatchRowsMax / 4;
constexpr size_t kSmallBatchesMax = 256;

/// Do 64 bits of prefix hold all of a value?
bool is_prefix_exact(const Type& type) { return !type.is_view() && type.width() <= 8; }

// ---------------------------------------------------------------------------------------- prefixes

uint64_t prefix_of(int64_t value) {
  return static_cast<uint64_t>(value) ^ uint64_t { 1 } << 63;
}

uint64_t prefix_of(Int128 value) {
  const auto least = static_cast<Int128>(std::numeric_limits<int64_t>::min());
  const auto most = static_cast<Int128>(std::numeric_limits<int64_t>::max());
  return prefix_of(static_cast<int64_t>(std::clamp(value, least, most)));
}

uint64_t prefix_of(std::string_view text) {
  uint64_t word = 0;
  std::memcpy(&word, text.data(), std::min(text.size(), sizeof(word)));
  if constexpr (std::endian::native == std::endian::little) word = __builtin_bswap64(word);
  return word;
}

template <typename PrefixOf>
void fill_prefixes(const Column& column, uint64_t flip, uint64_t* prefixes, PrefixOf&& prefix) {
  const bool nulls = column.may_have_nulls();
  for (size_t row = 0; row < column.length(); ++row) {
    prefixes[row] = nulls && !column.is_valid(row) ? 0 : prefix(row) ^ flip;
  }
}

}  // namespace

void write_prefixes(const SortPlan& plan, const Batch& stored, uint64_t* prefixes) {
  if (plan.keys.empty()) {
    for (size_t row = 0; row < stored.length(); ++row)
      prefixes[row] = stored.places()[row].packed();
    return;
  }
  const SortPlan::Key& key = plan.keys.front();
  const Column& column = stored.column(key.stored);
  const uint64_t flip = key.descending ? ~uint64_t{0} : 0;
  switch (column.type().id()) {
    case TypeId::kBool:
      return fill_prefixes(column, flip, prefixes,
                           [&](size_t row) { return prefix_of(int64_t{column.bool_at(row)}); });
    case TypeId::kDate:
      return fill_prefixes(column, flip, prefixes, [values = column.values<int32_t>()](size_t row) {
        return prefix_of(int64_t{values[row]});
      });
    case TypeId::kFloat64:
      return fill_prefixes(column, flip, prefixes, [values = column.values<double>()](size_t row) {
        return prefix_of(order_of(values[row]));
      });
    case TypeId::kDecimal:
      return visit_decimals(column, [&](const auto* values) {
        fill_prefixes(column, flip, prefixes, [=](size_t row) { return prefix_of(values[row]); });
      });
    case TypeId::kInterval:
      return fill_prefixes(column, flip, prefixes,
                           [values = column.values<Interval>()](size_t row) {
                             return prefix_of(order_of(values[row]));
                           });
    case TypeId::kUtf8:
    case TypeId::kBinary:
      return fill_prefixes(column, flip, prefixes,
                           [&](size_t row) { return prefix_of(column.view_at(row)); });
    case TypeId::kInt64:
    case TypeId::kTimestamp:
      return fill_prefixes(column, flip, prefixes, [values = column.values<int64_t>()](size_t row) {
        return prefix_of(values[row]);
      });
    default: std::fill_n(prefixes, column.length(), 0);
  }
}

SortPart part_of(const SortPlan& plan, bool is_null) {
  return is_null == plan.keys.front().nulls_first ? SortPart::kEarlier : SortPart::kLater;
}

// ------------------------------------------------------------------------------------------- order

RowOrder::RowOrder(const SortPlan& plan, const std::vector<Batch>& batches)
    : plan_(&plan),
      batches_(&batches),
      first_key_(!plan.keys.empty() &&
                         is_prefix_exact(expr::result_type(*plan.keys.front().program))
                     ? 1
                     : 0) {}

int RowOrder::compare_keys(const SortEntry& a, const SortEntry& b) const {
  if (a.prefix != b.prefix) return a.prefix < b.prefix ? -1 : 1;
  const Batch& batch_a = (*batches_)[a.batch];
  const Batch& batch_b = (*batches_)[b.batch];
  for (size_t i = first_key_; i < plan_->keys.size(); ++i) {
    const SortPlan::Key& key = plan_->keys[i];
    const Column& column_a = batch_a.column(key.stored);
    const Column& column_b = batch_b.column(key.stored);
    const bool null_a = !column_a.is_valid(a.row);
    const bool null_b = !column_b.is_valid(b.row);
    if (null_a || null_b) {
      if (null_a && null_b) continue;
      return null_a == key.nulls_first ? -1 : 1;
    }
    const int order = compare_values(column_a, a.row, column_b, b.row);
    if (order != 0) return key.descending ? -order : order;
  }
  return 0;
}

bool RowOrder::tie_before(const SortEntry& a, const SortEntry& b) const {
  if (const int order = compare_keys(a, b); order != 0) return order < 0;
  const Ordinal id_a = (*batches_)[a.batch].places()[a.row];
  const Ordinal id_b = (*batches_)[b.batch].places()[b.row];
  if (LEAT_MUTANT("sort_unstable")) return id_b < id_a;
  if (id_a != id_b) return id_a < id_b;
  if (plan_->arrival) {
    const int64_t arrival_a = (*batches_)[a.batch].column(*plan_->arrival).values<int64_t>()[a.row];
    const int64_t arrival_b = (*batches_)[b.batch].column(*plan_->arrival).values<int64_t>()[b.row];
    if (arrival_a != arrival_b) return arrival_a < arrival_b;
  }
  return a.batch != b.batch ? a.batch < b.batch : a.row < b.row;
}

// ----------------------------------------------------------------------------------------- entries

namespace {

/// The entries of all rows, unsorted.
Result<SortedEntries> list_entries(const SortPlan& plan, const std::vector<Batch>& batches,
                                   MemoryAccount& memory) {
  SortedEntries entries(memory);
  size_t counts[2] = {0, 0};
  // Without keys all rows belong to one part.
  const auto nullable_key = [&](const Batch& batch) -> const Column* {
    if (plan.keys.empty()) return nullptr;
    const Column& column = batch.column(plan.keys.front().stored);
    return column.may_have_nulls() ? &column : nullptr;
  };
  const auto plain =
      static_cast<size_t>(plan.keys.empty() ? SortPart::kEarlier : part_of(plan, false));
  const auto part_at = [&](const Column* column, size_t row) {
    return column == nullptr ? plain : static_cast<size_t>(part_of(plan, !column->is_valid(row)));
  };
  for (const Batch& batch : batches) {
    const Column* const key = nullable_key(batch);
    if (key == nullptr) {
      counts[plain] += batch.rows();
    } else {
      for (size_t row = 0; row < batch.rows(); ++row) ++counts[part_at(key, row)];
    }
  }
  for (size_t part = 0; part < 2; ++part)
    LEAT_TRY(entries.parts[part].resize(counts[part], SortEntry{}));
  StateArray<uint64_t> prefixes(memory);
  SortEntry* next[2] = {entries.parts[0].data(), entries.parts[1].data()};
  for (uint32_t i = 0; i < batches.size(); ++i) {
    const Column* const key = nullable_key(batches[i]);
    LEAT_TRY(prefixes.resize(std::max(prefixes.size(), batches[i].length()), 0));
    write_prefixes(plan, batches[i], prefixes.data());
    for (uint32_t row = 0; row < batches[i].rows(); ++row)
      *next[part_at(key, row)]++ = {prefixes[row], i, row};
  }
  return entries;
}

}  // namespace

Result<SortedEntries> sort_entries(const SortPlan& plan, const std::vector<Batch>& batches,
                                   MemoryAccount& memory) {
  LEAT_TRY_ASSIGN(SortedEntries entries, list_entries(plan, batches, memory));
  const RowOrder before(plan, batches);
  for (StateArray<SortEntry>& part : entries.parts)
    std::sort(part.data(), part.data() + part.size(), before);
  return entries;
}

// --------------------------------------------------------------------------------------------- run

SortRun::SortRun(const SortPlan& plan, const LaneContext& context)
    : plan_(plan), context_(context), entries_(context.memory) {
  for (const SortPlan::Key& key : plan.keys) {
    evaluators_.emplace_back();
    if (!key.column) evaluators_.back().emplace(key.program, context.memory);
  }
}

Result<Batch> SortRun::prepare(const Batch& batch) {
  std::vector<ColumnRef> columns = batch.columns();
  std::vector<RowFault> faults;
  for (size_t i = 0; i < plan_.keys.size(); ++i) {
    if (plan_.keys[i].column) continue;
    LEAT_TRY_ASSIGN(ColumnRef column, evaluators_[i]->evaluate(batch, batch.selection(), faults));
    columns.push_back(std::move(column));
  }
  Batch prepared = batch.with_columns(plan_.stored, std::move(columns));
  if (faults.empty()) return prepared;
  sort_faults(faults);
  LEAT_TRY_ASSIGN(Settled settled,
                  context_.faults.settle(batch, batch.selection(), std::move(faults)));
  if (settled.error) return std::unexpected(std::move(*settled.error));
  return prepared.with_selection(std::move(settled.selection));
}

Status SortRun::keep(const Batch& prepared) {
  if (prepared.rows() == 0) return {};
  LEAT_TRY_ASSIGN(Batch batch, compact(prepared, context_.memory));
  if (batch.rows() >= kSmallRows) {
    LEAT_TRY(flush_small());
    store(std::move(batch));
    return {};
  }
  small_rows_ += batch.rows();
  small_.push_back(std::move(batch));
  if (small_rows_ > kBatchRowsMax - kSmallRows) return flush_small();
  return small_.size() >= kSmallBatchesMax ? join_small() : Status();
}

Status SortRun::join_small() {
  std::vector<RowRef> rows;
  rows.reserve(small_rows_);
  for (uint32_t batch = 0; batch < small_.size(); ++batch) {
    for (uint32_t row = 0; row < small_[batch].rows(); ++row) rows.push_back({batch, row});
  }
  LEAT_TRY_ASSIGN(Batch together, take(small_, rows, context_.memory));
  small_.assign(1, std::move(together));
  return {};
}

Status SortRun::flush_small() {
  if (small_.empty()) return {};
  LEAT_TRY(join_small());
  store(std::move(small_.front()));
  small_.clear();
  small_rows_ = 0;
  return {};
}

void SortRun::store(Batch batch) {
  rows_ += batch.rows();
  batches_.push_back(std::move(batch));
}

Status SortRun::sort() {
  LEAT_TRY(flush_small());
  LEAT_TRY_ASSIGN(entries_, sort_entries(plan_, batches_, context_.memory));
  return {};
}

Status SortRun::keep_first(size_t count) {
  LEAT_TRY(flush_small());
  if (rows_ <= count) return {};
  LEAT_TRY_ASSIGN(SortedEntries all, list_entries(plan_, batches_, context_.memory));
  // The last row kept lies in one part; of the earlier part all rows before it stay.
  const size_t earlier = all.parts[0].size();
  const size_t part = count > earlier ? 1 : 0;
  StateArray<SortEntry>& entries = all.parts[part];
  const size_t wanted = part == 1 ? count - earlier : count;
  SortEntry* const begin = entries.data();
  if (wanted > 0) {
    std::nth_element(begin, begin + (wanted - 1), begin + entries.size(),
                     RowOrder(plan_, batches_));
    boundary_ = Boundary{static_cast<SortPart>(part), begin[wanted - 1].prefix};
  }
  StateArray<RowRef> rows(context_.memory);
  LEAT_TRY(rows.resize(count, RowRef{}));
  RowRef* next = rows.data();
  for (size_t i = 0; part == 1 && i < earlier; ++i)
    *next++ = {all.parts[0][i].batch, all.parts[0][i].row};
  for (size_t i = 0; i < wanted; ++i) *next++ = {begin[i].batch, begin[i].row};
  // In the order of arrival, which decides between rows of one identity.
  std::sort(rows.data(), rows.data() + count, [](const RowRef& a, const RowRef& b) {
    return a.batch != b.batch ? a.batch < b.batch : a.row < b.row;
  });
  std::vector<Batch> kept;
  const RowTaker taker(batches_, plan_.stored);
  for (size_t at = 0; at < count; at += kBatchRowsMax) {
    const std::span<const RowRef> some(rows.data() + at, std::min(kBatchRowsMax, count - at));
    LEAT_TRY_ASSIGN(Batch batch, taker.pick(some, context_.memory));
    kept.push_back(std::move(batch));
  }
  batches_ = std::move(kept);
  rows_ = count;
  return {};
}

// ----------------------------------------------------------------------------------------- binding

std::optional<SortPlan> make_sort_plan(const OptionValues& options, const BindContext& context,
                                       std::string_view option) {
  const size_t errors_before = context.diagnostics.count();
  SortPlan plan;
  plan.input = context.input();
  std::vector<Field> stored = context.input()->fields();
  for (const SourceText& source : options.list(option)) {
    std::optional<expr::SortKey> key =
        expr::compile_sort_key(source, *context.input(), context.environment, context.diagnostics);
    if (!key) continue;
    const Type& type = expr::result_type(*key->key);
    const std::optional<size_t> column = expr::as_column(*key->key);
    if (!column) stored.push_back({fmt::format("key {}", plan.keys.size() + 1), type});
    plan.keys.push_back(
        {key->key, column, column.value_or(stored.size() - 1), key->descending, key->nulls_first});
  }
  if (context.diagnostics.count() == errors_before && plan.keys.empty()) {
    context.diagnostics.error(code::kOptionEmpty, options.span(option),
                              fmt::format("'{}' is an empty list", option),
                              "write at least one expression to sort by");
  }
  if (context.diagnostics.count() != errors_before) return std::nullopt;
  plan.stored = std::make_shared<const Schema>(std::move(stored));
  return plan;
}

void describe_sort(const SortPlan& plan, BoundOperator& bound) {
  bound.output = plan.input;
  for (size_t i = 0; i < plan.input->size(); ++i) bound.column_inputs.push_back({i});
  for (const SortPlan::Key& key : plan.keys) {
    const std::vector<size_t>& read = expr::columns_read(*key.program);
    bound.always_read.insert(bound.always_read.end(), read.begin(), read.end());
  }
  std::sort(bound.always_read.begin(), bound.always_read.end());
  bound.always_read.erase(std::unique(bound.always_read.begin(), bound.always_read.end()),
                          bound.always_read.end());
}

}  // namespace leat::state
