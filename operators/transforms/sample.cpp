// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// sample: some of the rows, chosen at random but always the same. Each row draws a number from the
// seed and its own number in the input; the rows with the lowest draws of a partition are chosen.
//
// Draws are all different, as both numbers are mixed by bijections. Rows that can no longer be
// among the lowest are dropped as rows arrive. Of `share` it is not known how many rows will be
// chosen; but of n rows with draws from 0 to 1, fewer than k lie below (k + d) / n with a
// probability of at most exp(-d^2 / (2 (k + d))) (Chernoff). With d as in bound_of this is e^-60,
// and the bound falls as n grows: what lies above it now will not be chosen.
#include <algorithm>
#include <array>
#include <cmath>
#include <string>
#include <utility>

#include <fmt/format.h>
#include <xxhash.h>

#include "engine/check.h"
#include "engine/codes/option.h"
#include "engine/go.h"
#include "engine/mutant.h"
#include "operators/expr/kernels/draw.h"
#include "operators/operator.h"
#include "operators/state/groups/group_table.h"
#include "operators/state/keyed/grouped_rows.h"
#include "operators/state/keyed/keyed_plan.h"

namespace leat {

namespace {

using expr::draw;
using expr::mix;
using state::GroupArray;
using state::GroupedRows;
using state::GroupTable;
using state::KeyedPlan;
using state::StateArray;

/// `numerator / denominator` of the rows, from 0 to 1. The denominator is a power of ten.
struct Share {
  uint64_t numerator = 0;
  uint64_t denominator = 1;

  /// The nearest whole number of `rows` rows; a half counts as one.
  uint64_t of(uint64_t rows) const {
    __extension__ using Wide = unsigned __int128;
    return static_cast<uint64_t>((Wide{rows} * numerator * 2 + denominator) /
                                 (Wide{denominator} * 2));
  }
};

struct SamplePlan {
  KeyedPlan partitions;
  std::optional<uint64_t> rows;  ///< Of each partition; else `share`.
  Share share;
  uint64_t seed = 0;
};

class SampleState final : public SequentialState {
 public:
  SampleState(const SamplePlan& plan, const LaneContext& context)
      : plan_(plan),
        context_(context),
        reader_(plan.partitions, context),
        table_(GroupTable::make(plan.partitions.key_types(), context.memory)),
        rows_(plan.partitions.order, context.memory),
        draws_(context.memory),
        seen_(context.memory),
        bounds_(context.memory),
        group_of_(context.memory),
        numbers_(context.memory) {}

  Result<Demand> process(Batch batch, Output&) override {
    LEAT_TRY(numbers_.resize(std::max(batch.length(), numbers_.size()), 0));
    if (LEAT_MUTANT("sample_numbers_by_batch")) next_number_ = 0;
    for_each_row(batch.selection(), [&](size_t row) { numbers_[row] = next_number_++; });
    LEAT_TRY_ASSIGN(const state::PreparedRows prepared, reader_.prepare_all(batch));
    const Selection& selection = prepared.rows.selection();
    if (selection.count() == 0) return Demand::kMore;
    LEAT_TRY(group_of_.resize(std::max(batch.length(), group_of_.size()), 0));
    LEAT_TRY(table_->assign(prepared.keys, selection, group_of_.data()));
    LEAT_TRY(seen_.resize(table_->size(), 0));
    LEAT_TRY(bounds_.resize(table_->size(), UINT64_MAX));
    LEAT_TRY(rows_.begin(prepared.rows));
    LEAT_TRY(keep_low(selection));
    if (rows_.size() >= next_prune_) {
      LEAT_TRY_ASSIGN(const StateArray<Drawn> drawn, by_draw());
      LEAT_TRY(prune(drawn));
    }
    return Demand::kMore;
  }

  Status finish(Output& output) override {
    LEAT_TRY_ASSIGN(const StateArray<Drawn> drawn, by_draw());
    GroupArray<uint8_t> chosen(context_.memory);
    LEAT_TRY(chosen.resize(rows_.size(), 0));
    for_each_partition(drawn, [&](uint32_t group, std::span<const Drawn> held) {
      const uint64_t wanted = wanted_of(seen_[group]);
      LEAT_CHECK(held.size() >= wanted, "a row that is to be chosen was dropped");
      for (const Drawn& row : held.first(wanted)) chosen[row.row] = 1;
    });
    return emit(chosen, output);
  }

 private:
  struct Drawn {
    uint64_t draw;
    uint32_t group;
    GroupedRows::Handle row;
  };

  /// Rows to choose of a partition of `seen` rows.
  uint64_t wanted_of(uint64_t seen) const {
    return plan_.rows ? std::min(*plan_.rows, seen) : plan_.share.of(seen);
  }

  /// The draw above which no row of a partition will be chosen, now that it has `seen` rows.
  uint64_t bound_of(uint64_t seen, std::span<const Drawn> held) const {
    if (plan_.rows) {
      if (*plan_.rows == 0) return 0;
      return held.size() < *plan_.rows ? UINT64_MAX : held[*plan_.rows - 1].draw;
    }
    const auto rows = static_cast<double>(seen);
    const double chosen = static_cast<double>(wanted_of(seen)) + 1;
    const double more = 60 + std::sqrt(3600 + 120 * chosen);
    const double part = (chosen + more) / rows;
    return part >= 1 ? UINT64_MAX : static_cast<uint64_t>(std::ldexp(part, 64));
  }

  Status keep_low(const Selection& selection) {
    LEAT_TRY_ASSIGN(BufferRef buffer,
                    context_.memory.allocate(selection.count() * sizeof(uint32_t)));
    uint32_t* const kept = buffer->mutable_as<uint32_t>();
    size_t count = 0;
    LEAT_TRY(draws_.resize(rows_.size() + selection.count(), 0));
    for_each_row(selection, [&](size_t row) {
      const uint32_t group = group_of_[row];
      const uint64_t drawn = draw(plan_.seed, numbers_[row]);
      ++seen_[group];
      if (drawn > bounds_[group]) return;
      draws_[rows_.size() + count] = drawn;
      kept[count++] = static_cast<uint32_t>(row);
    });
    context_.ledger.add(Counter::kDropped, selection.count() - count);
    LEAT_TRY(rows_.keep(Selection(std::move(buffer), count), group_of_.data()));
    return draws_.resize(rows_.size(), 0);
  }

  /// The rows held, by partition, the lowest draws first.
  Result<StateArray<Drawn>> by_draw() const {
    StateArray<Drawn> drawn(context_.memory);
    LEAT_TRY(drawn.resize(rows_.size(), Drawn{}));
    for (GroupedRows::Handle row = 0; row < rows_.size(); ++row)
      drawn[row] = {draws_[row], rows_.group(row), row};
    std::sort(drawn.data(), drawn.data() + drawn.size(), [](const Drawn& a, const Drawn& b) {
      return a.group != b.group ? a.group < b.group : a.draw < b.draw;
    });
    return drawn;
  }

  template <typename Visit>
  static void for_each_partition(const StateArray<Drawn>& drawn, Visit&& visit) {
    for (size_t begin = 0; begin < drawn.size();) {
      size_t end = begin + 1;
      while (end < drawn.size() && drawn[end].group == drawn[begin].group) ++end;
      visit(drawn[begin].group, std::span<const Drawn>(drawn.data() + begin, end - begin));
      begin = end;
    }
  }

  Status prune(const StateArray<Drawn>& drawn) {
    GroupArray<uint8_t> kept(context_.memory);
    LEAT_TRY(kept.resize(rows_.size(), 0));
    uint64_t dropped = rows_.size();
    for_each_partition(drawn, [&](uint32_t group, std::span<const Drawn> held) {
      bounds_[group] = bound_of(seen_[group], held);
      for (const Drawn& row : held) {
        if (row.draw > bounds_[group]) break;
        kept[row.row] = 1;
        --dropped;
      }
    });
    if (dropped > 0) {
      context_.ledger.add(Counter::kDropped, dropped);
      state::GroupNumbers moved(context_.memory);
      LEAT_TRY(rows_.retain(kept, moved));
      for (size_t row = 0; row < moved.size(); ++row) {
        if (moved[row] != GroupedRows::kNone) draws_[moved[row]] = draws_[row];
      }
      LEAT_TRY(draws_.resize(rows_.size(), 0));
    }
    next_prune_ = 2 * rows_.size() + 2 * kBatchRowsMax;
    return {};
  }

  /// The chosen rows in the order of the input, which is that of their handles.
  Status emit(const GroupArray<uint8_t>& chosen, Output& output) {
    if (rows_.size() == 0) return {};
    const RowTaker taker(rows_.batches(), plan_.partitions.order.input);
    std::vector<RowRef> picked;
    picked.reserve(kBatchRowsMax);
    for (GroupedRows::Handle row = 0; row < rows_.size(); ++row) {
      if (row % kBetweenCheckpoints == 0) checkpoint();
      if (chosen[row] == 0) {
        context_.ledger.add(Counter::kDropped, 1);
      } else {
        picked.push_back({rows_.entry(row).batch, rows_.entry(row).row});
      }
      if (picked.empty() || (picked.size() < kBatchRowsMax && row + 1 < rows_.size())) continue;
      LEAT_TRY_ASSIGN(Batch batch, taker.pick(picked, context_.memory));
      context_.ledger.add(Counter::kPassed, picked.size());
      LEAT_TRY(output.emit(std::move(batch)));
      picked.clear();
    }
    return {};
  }

  const SamplePlan& plan_;
  LaneContext context_;
  state::KeyedReader reader_;
  std::unique_ptr<GroupTable> table_;
  GroupedRows rows_;
  GroupArray<uint64_t> draws_;   // of each row held
  GroupArray<uint64_t> seen_;    // of each partition, its rows so far
  GroupArray<uint64_t> bounds_;  // of each partition, the draw above which rows are dropped
  StateArray<uint32_t> group_of_;
  StateArray<uint64_t> numbers_;  // of one batch, the numbers of its rows in the input
  uint64_t next_number_ = 0;
  size_t next_prune_ = 2 * kBatchRowsMax;
};

class Sample final : public Sequential {
 public:
  explicit Sample(SamplePlan plan) : plan_(std::move(plan)) {}

  std::unique_ptr<SequentialState> start(const LaneContext& context) const override {
    return std::make_unique<SampleState>(plan_, context);
  }

 private:
  SamplePlan plan_;
};

// ----------------------------------------------------------------------------------------- binding

/// Reads `12.5%` or `0.125`; nullopt when it is neither, or not from 0 to 1.
std::optional<Share> parse_share(std::string_view text) {
  constexpr size_t kDigitsMax = 15;
  Share share;
  if (text.ends_with('%')) {
    text.remove_suffix(1);
    while (text.ends_with(' ')) text.remove_suffix(1);
    share.denominator = 100;
  }
  size_t digits = 0;
  bool point = false;
  for (const char c : text) {
    if (c == '.' && !point) {
      point = true;
      continue;
    }
    if (c < '0' || c > '9' || ++digits > kDigitsMax) return std::nullopt;
    share.numerator = share.numerator * 10 + static_cast<uint64_t>(c - '0');
    if (point) share.denominator *= 10;
  }
  if (digits == 0 || share.numerator > share.denominator) return std::nullopt;
  return share;
}

std::optional<BoundOperator> bind_sample(const OptionValues& options, const BindContext& context) {
  const size_t errors_before = context.diagnostics.count();
  SamplePlan plan;
  if (options.has("rows") == options.has("share")) {
    context.diagnostics.error(options.has("rows") ? code::kOptionsExclude : code::kOptionMissing,
                              options.stage(),
                              options.has("rows") ? "'sample' has both 'rows' and 'share'"
                                                  : "'sample' needs 'rows' or 'share'",
                              "write one of them, such as 'rows: 100' or 'share: 1%'");
  } else if (options.has("rows")) {
    plan.rows = static_cast<uint64_t>(options.integer("rows"));
  } else if (const std::optional<Share> share = parse_share(options.text("share"))) {
    plan.share = *share;
  } else {
    context.diagnostics.error(
        code::kOptionValue, options.span("share"),
        fmt::format("option 'share' has the value '{}', which is no share from 0% to 100%",
                    options.text("share")),
        "write a percentage such as 2.5%, or a number from 0 to 1, of at most 15 digits");
  }
  std::optional<KeyedPlan> partitions = state::make_keyed_plan(options, context, {.order = {}});
  if (context.diagnostics.count() != errors_before) return std::nullopt;
  plan.partitions = std::move(*partitions);
  plan.seed = static_cast<uint64_t>(options.integer("seed"));
  // Two stages over the same rows are independent.
  if (!LEAT_MUTANT("samples_are_the_same"))
    plan.seed = mix(plan.seed) ^ XXH3_64bits(context.stage_name.data(), context.stage_name.size());
  BoundOperator bound;
  state::describe_keyed(plan.partitions, bound);
  bound.equations = {{{Counter::kIn},
                      {Counter::kPassed, Counter::kDropped, Counter::kSkipped, Counter::kRejected,
                       Counter::kBeyond}},
                     {{Counter::kOut}, {Counter::kPassed}}};
  bound.species = std::make_unique<Sample>(std::move(plan));
  return bound;
}

constexpr std::array<OptionDef, 4> kSampleOptions{{
    {.name = "rows",
     .type = OptionType::kInteger,
     .doc = "How many rows to choose, of each partition if there are any; all if there are fewer.",
     .minimum = 0,
     .maximum = 1'000'000'000},
    {.name = "share",
     .type = OptionType::kText,
     .doc = "Which part of the rows to choose: `1%`, or a number from 0 to 1. Of each partition "
            "the nearest whole number of rows is chosen, half a row counts as one."},
    {.name = "partition_by",
     .type = OptionType::kExpressions,
     .doc = "Columns or expressions: rows are chosen of each combination of their values. Left "
            "out, all rows are one partition."},
    {.name = "seed",
     .type = OptionType::kInteger,
     .doc = "Another seed chooses other rows.",
     .default_text = "0"},
}};

}  // namespace

extern const OperatorDef operator_sample;
const OperatorDef operator_sample{
    .name = "sample",
    .kind = OperatorKind::kTransform,
    .summary = "Chooses rows at random.",
    .doc =
        R"(Every set of so many rows is as likely as any other. Which rows are chosen depends on `seed`, on the
name of the stage and on the numbers of the rows in the input, and on nothing else: the same input and
seed give the same rows on every machine, and two stages choose independently. Rows come out in the
order of the input, after the last one was read; rows that can no longer be chosen are not held in
memory.)",
    .example = R"(- sample:
    share: 1%
    partition_by: country
    seed: 7
)",
    .main_option = "rows",
    .options = kSampleOptions,
    .bind = &bind_sample,
    .keeps_columns = true,
};

}  // namespace leat
