// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include "operators/state/join/join_lookup.h"

#include <algorithm>
#include <bit>
#include <limits>

#include "operators/state/groups/group_slots.h"

namespace leat::state {

namespace {

constexpr uint64_t kSign = uint64_t{1} << 63;

/// The float whose order code this is.
double float_of(uint64_t code) {
  return std::bit_cast<double>((code & kSign) != 0 ? code & ~kSign : ~code);
}

}  // namespace

JoinLookup::JoinLookup(const JoinPlan& plan, const JoinTable& table, const LaneContext& context)
    : plan_(plan),
      table_(table),
      context_(context),
      bounds_(left_bounds(plan)),
      key_values_(plan.left_keys, context.memory),
      bound_values_(bounds_, context.memory),
      lookup_(context.memory),
      group_of_(context.memory),
      codes_{StateArray<uint64_t>(context.memory), StateArray<uint64_t>(context.memory)},
      searches_(context.memory),
      behind_(context.memory),
      after_(context.memory),
      times_(context.memory),
      found_(context.memory) {
  if (plan.asof && plan.asof->tolerance) tolerance_.emplace(plan.asof->tolerance, context.memory);
}

Result<std::optional<Error>> JoinLookup::start(const Batch& batch) {
  std::vector<RowFault> faults;
  rows_ = batch.selection();
  LEAT_TRY_ASSIGN(keys_, key_values_.evaluate(batch, rows_, faults));
  LEAT_TRY_ASSIGN(bound_columns_, bound_values_.evaluate(batch, rows_, faults));
  std::optional<Error> error;
  const auto settle = [&]() -> Status {
    if (faults.empty()) return {};
    LEAT_TRY_ASSIGN(Settled settled,
                    context_.faults.settle(batch, rows_, std::exchange(faults, {})));
    rows_ = std::move(settled.selection);
    if (!error) error = std::move(settled.error);
    return {};
  };
  LEAT_TRY(settle());
  LEAT_TRY(group_of_.resize(std::max(batch.length(), group_of_.size()), kNoGroup));
  LEAT_TRY(table_.groups().find(keys_, rows_, group_of_.data(), lookup_));
  for (size_t i = 0; i < bound_columns_.size(); ++i) {
    const Column& column = *bound_columns_[i];
    LEAT_TRY(codes_[i].resize(std::max(batch.length(), codes_[i].size()), 0));
    write_order_codes(column, rows_, codes_[i].data());
    if (!column.may_have_nulls()) continue;
    for_each_row(rows_, [&](size_t row) {
      if (!column.is_valid(row)) group_of_[row] = kNoGroup;
    });
  }
  if (plan_.range && plan_.range->low)
    LEAT_TRY(search(plan_.range->low->strict ? Ends::kBeforeCode : Ends::kAtCode, behind_));
  if (!plan_.asof) return error;
  LEAT_TRY(find_times(batch, faults));
  // A bad row in front of one that was found before is the first.
  std::optional<Error> later = std::exchange(error, std::nullopt);
  LEAT_TRY(settle());
  if (!error) error = std::move(later);
  return error;
}

/// For each row with a group: the first position behind the rows of the group that come before its
/// code, or at it.
Status JoinLookup::search(Ends ends, StateArray<uint32_t>& positions) {
  LEAT_TRY(searches_.resize(rows_.count(), RangeIndex::Search{}));
  LEAT_TRY(positions.resize(std::max(group_of_.size(), positions.size()), 0));
  RangeIndex::Search* const searches = searches_.data();
  size_t count = 0;
  for_each_row(rows_, [&](size_t row) {
    const uint32_t group = group_of_[row];
    if (group == kNoGroup) return;
    const auto begin = static_cast<uint32_t>(table_.begin_of(group));
    uint32_t length = static_cast<uint32_t>(table_.end_of(group)) - begin;
    uint64_t code = codes_[0][row];
    if (ends == Ends::kBeforeCode && code-- == 0) length = 0;
    searches[count++] = {code, begin, length};
  });
  table_.ranges().skip_at_most({searches, count});
  count = 0;
  for_each_row(rows_, [&](size_t row) {
    if (group_of_[row] != kNoGroup) positions[row] = searches[count++].position;
  });
  return {};
}

/// Of the rows at two positions the nearer one, the first if both are equally near.
uint32_t JoinLookup::nearer(uint32_t before, uint32_t after, uint64_t code) const {
  const uint64_t low = table_.ranges().low(before);
  const uint64_t high = table_.ranges().low(after);
  const bool is_after = plan_.asof->type.is(TypeId::kFloat64)
                            ? float_of(high) - float_of(code) < float_of(code) - float_of(low)
                            : high - code < code - low;
  return table_.row_at(is_after ? after : before);
}

Status JoinLookup::find_times(const Batch& batch, std::vector<RowFault>& faults) {
  const AsofMatch& asof = *plan_.asof;
  const bool seeks_before = asof.direction != AsofDirection::kForward;
  const bool seeks_after = asof.direction != AsofDirection::kBackward;
  if (seeks_before) LEAT_TRY(search(asof.exact ? Ends::kAtCode : Ends::kBeforeCode, behind_));
  if (seeks_after) LEAT_TRY(search(asof.exact ? Ends::kBeforeCode : Ends::kAtCode, after_));
  LEAT_TRY(times_.resize(std::max(batch.length(), times_.size()), kNoRow));
  for_each_row(rows_, [&](size_t row) {
    const uint32_t group = group_of_[row];
    times_[row] = kNoRow;
    if (group == kNoGroup) return;
    const bool has_before = seeks_before && behind_[row] > table_.begin_of(group);
    const bool has_after = seeks_after && after_[row] < table_.end_of(group);
    if (has_before && has_after) {
      times_[row] = nearer(behind_[row] - 1, after_[row], codes_[0][row]);
    } else if (has_before || has_after) {
      times_[row] = table_.row_at(has_before ? behind_[row] - 1 : after_[row]);
    }
  });
  return tolerance_ ? check_tolerance(batch, bound_columns_.back(), faults) : Status();
}

/// Partners that are too far away are none.
Status JoinLookup::check_tolerance(const Batch& batch, const ColumnRef& times,
                                   std::vector<RowFault>& faults) {
  const size_t length = batch.length();
  LEAT_TRY_ASSIGN(
      const ColumnRef partners,
      table_.rows().pick_column(plan_.asof->kept, {times_.data(), length}, context_.memory));
  const SchemaRef schema = std::make_shared<Schema>();
  for (const bool left_is_later : {true, false}) {
    LEAT_TRY_ASSIGN(BufferRef buffer, context_.memory.allocate((length + 1) * sizeof(uint32_t)));
    StateArray<uint64_t>& codes = codes_[1];
    LEAT_TRY(codes.resize(std::max(length, codes.size()), 0));
    size_t count = 0;
    for_each_row(rows_, [&](size_t row) {
      if (times_[row] != kNoRow)
        buffer->mutable_as<uint32_t>()[count++] = static_cast<uint32_t>(row);
    });
    const Selection met(buffer, count);
    write_order_codes(*partners, met, codes.data());
    LEAT_TRY_ASSIGN(BufferRef side, context_.memory.allocate((length + 1) * sizeof(uint32_t)));
    size_t sided = 0;
    for_each_row(met, [&](size_t row) {
      if ((codes[row] <= codes_[0][row]) == left_is_later)
        side->mutable_as<uint32_t>()[sided++] = static_cast<uint32_t>(row);
    });
    const Selection asked(side, sided);
    const Batch pair(schema,
                     left_is_later ? std::vector{partners, times} : std::vector{times, partners},
                     length, RowPlaces());
    LEAT_TRY_ASSIGN(const Selection near, tolerance_->select(pair, asked, faults));
    size_t next = 0;
    for_each_row(asked, [&](size_t row) {
      if (next < near.count() && near[next] == row) {
        ++next;
      } else {
        times_[row] = kNoRow;
      }
    });
  }
  return {};
}

Status JoinLookup::find_ranges(uint32_t row, uint32_t group) {
  const RangeMatch& match = *plan_.range;
  uint64_t earliest = 0;
  if (match.high) {
    earliest = codes_[match.low ? 1 : 0][row];
    if (match.high->strict && earliest++ == std::numeric_limits<uint64_t>::max()) return {};
  }
  const size_t end = match.low ? behind_[row] : table_.end_of(group);
  LEAT_TRY(table_.ranges().find(table_.begin_of(group), end, earliest, found_));
  for (size_t i = 0; i < found_.size(); ++i) found_[i] = table_.row_at(found_[i]);
  if (!std::is_sorted(found_.data(), found_.data() + found_.size()))
    std::sort(found_.data(), found_.data() + found_.size());
  return {};
}

Result<Partners> JoinLookup::candidates(uint32_t row) {
  const uint32_t group = group_of_[row];
  if (group == kNoGroup) return Partners{};
  if (plan_.keys_only()) return Partners{nullptr, 1};
  if (plan_.asof) return Partners{&times_[row], times_[row] == kNoRow ? size_t{0} : 1};
  if (!plan_.range) return table_.partners(group);
  LEAT_TRY(found_.resize(0, 0));
  LEAT_TRY(find_ranges(row, group));
  return Partners{found_.data(), found_.size()};
}

}  // namespace leat::state
