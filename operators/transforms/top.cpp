// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// top: the first rows of an order, without keeping the others. A lane collects rows until it holds
// twice as many as are wanted, then drops the worse half; from then on rows behind the last one
// kept are turned away at the door. With partitions or ties the same is done by state::TopRows.
#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "engine/codes/expression.h"
#include "operators/operator.h"
#include "operators/state/keyed/top_rows.h"
#include "operators/state/sorting/sort_merge.h"
#include "operators/text/ascii.h"

namespace leat {

namespace {

using state::SortMerge;
using state::SortPart;
using state::SortPlan;
using state::SortRun;
using state::TopPlan;
using state::TopRows;

/// The batches a lane collects before it drops the first.
constexpr size_t kTopMemory = size_t{1} << 20;

/// Without partitions and ties.
struct PlainPlan {
  SortPlan sort;
  uint64_t rows;
};

class TopPartial final : public Partial {
 public:
  TopPartial(const PlainPlan& plan, const LaneContext& context)
      : plan_(plan), context_(context), run_(plan.sort, context), prefixes_(context.memory) {}

  Status consume(const Batch& batch) override {
    LEAT_TRY_ASSIGN(Batch prepared, run_.prepare(batch));
    if (run_.boundary()) {
      LEAT_TRY_ASSIGN(Selection nearer, turn_away(prepared));
      prepared = prepared.with_selection(std::move(nearer));
    }
    LEAT_TRY(run_.keep(prepared));
    held_ += prepared.rows();
    return held_ >= 2 * plan_.rows + kBatchRowsMax ? shorten() : Status();
  }

  Status seal() override {
    LEAT_TRY(shorten());
    return run_.sort();
  }
  SortRun& run() { return run_; }

 private:
  Status shorten() {
    if (held_ <= plan_.rows) return {};
    LEAT_TRY(run_.keep_first(plan_.rows));
    context_.ledger.add(Counter::kBeyond, held_ - run_.rows());
    held_ = run_.rows();
    return {};
  }

  /// The rows that may still be among the first.
  Result<Selection> turn_away(const Batch& batch) {
    const Column& key = batch.column(plan_.sort.keys.front().stored);
    const SortRun::Boundary boundary = *run_.boundary();
    LEAT_TRY(prefixes_.resize(std::max(batch.length(), prefixes_.size()), 0));
    state::write_prefixes(plan_.sort, batch, prefixes_.data());
    LEAT_TRY_ASSIGN(BufferRef rows, context_.memory.allocate(batch.rows() * sizeof(uint32_t)));
    uint32_t* const out = rows->mutable_as<uint32_t>();
    size_t count = 0;
    const bool nulls = key.may_have_nulls();
    for_each_row(batch.selection(), [&](size_t row) {
      const SortPart part = state::part_of(plan_.sort, nulls && !key.is_valid(row));
      const bool beyond =
          part != boundary.part ? part > boundary.part : prefixes_[row] > boundary.prefix;
      out[count] = static_cast<uint32_t>(row);
      count += beyond ? 0 : 1;
    });
    context_.ledger.add(Counter::kBeyond, batch.rows() - count);
    return Selection(std::move(rows), count);
  }

  const PlainPlan& plan_;
  LaneContext context_;
  SortRun run_;
  state::StateArray<uint64_t> prefixes_;
  uint64_t held_ = 0;
};

class TopFinal final : public Final {
 public:
  TopFinal(const PlainPlan& plan, const LaneContext& context)
      : rows_(plan.rows), context_(context), merge_(std::make_shared<SortMerge>(plan.sort)) {}

  Status absorb(std::unique_ptr<Partial> partial) override {
    merge_->take(static_cast<TopPartial&>(*partial).run().take_sorted());
    return {};
  }
  Result<CollectedRef> finish() override {
    context_.ledger.add(Counter::kBeyond, merge_->rows() - std::min(merge_->rows(), rows_));
    LEAT_TRY(merge_->cut(rows_, context_.memory));
    return std::move(merge_);
  }

 private:
  uint64_t rows_;
  LaneContext context_;
  std::shared_ptr<SortMerge> merge_;
};

class Top final : public Collect {
 public:
  explicit Top(PlainPlan plan) : plan_(std::move(plan)) {}

  std::unique_ptr<Partial> partial(const LaneContext& context) const override {
    return std::make_unique<TopPartial>(plan_, context);
  }
  std::unique_ptr<Final> final(const LaneContext& context) const override {
    return std::make_unique<TopFinal>(plan_, context);
  }

 private:
  PlainPlan plan_;
};

// -------------------------------------------------------------------------------------- partitions

class TopRowsPartial final : public Partial {
 public:
  TopRowsPartial(const TopPlan& plan, const LaneContext& context)
      : rows_(std::make_unique<TopRows>(plan, context)) {}

  Status consume(const Batch& batch) override { return rows_->consume(batch); }
  Status seal() override { return rows_->prune(); }
  std::unique_ptr<TopRows> take() { return std::move(rows_); }

 private:
  std::unique_ptr<TopRows> rows_;
};

class TopRowsFinal final : public Final {
 public:
  TopRowsFinal(const TopPlan& plan, const LaneContext& context) : rows_(plan, context) {}

  Status absorb(std::unique_ptr<Partial> partial) override {
    return rows_.absorb(static_cast<TopRowsPartial&>(*partial).take());
  }
  Result<CollectedRef> finish() override { return rows_.finish(); }

 private:
  TopRows rows_;
};

class TopOfPartitions final : public Collect {
 public:
  explicit TopOfPartitions(TopPlan plan) : plan_(std::move(plan)) {}

  std::unique_ptr<Partial> partial(const LaneContext& context) const override {
    return std::make_unique<TopRowsPartial>(plan_, context);
  }
  std::unique_ptr<Final> final(const LaneContext& context) const override {
    return std::make_unique<TopRowsFinal>(plan_, context);
  }

 private:
  TopPlan plan_;
};

// ----------------------------------------------------------------------------------------- binding

/// `top: 5` counts rows, and names no order.
bool lacks_order(const OptionValues& options, const BindContext& context) {
  const std::vector<SourceText> order = options.list("by");
  if (options.has("rows") || order.size() != 1) return false;
  const std::string& text = order.front().text();
  if (text.empty() || !std::all_of(text.begin(), text.end(), is_digit)) return false;
  context.diagnostics.error(
      code::kConstantKey, order.front().span(), fmt::format("'{}' is no order of rows", text),
      fmt::format(
          "write {{ by: {} desc, rows: {} }}; the first rows as they come are '- limit: {}'",
          context.input()->size() == 0 ? "column" : (*context.input())[0].name, text, text));
  return true;
}

std::optional<BoundOperator> bind_top(const OptionValues& options, const BindContext& context) {
  if (lacks_order(options, context)) return std::nullopt;
  std::optional<state::KeyedPlan> plan = state::make_keyed_plan(options, context, {.order = "by"});
  if (!plan) return std::nullopt;
  const auto rows = static_cast<uint64_t>(options.integer("rows"));
  const bool ties = options.flag("ties");
  BoundOperator bound;
  state::describe_keyed(*plan, bound);
  bound.equations = {
      {{Counter::kIn}, {Counter::kMade, Counter::kBeyond, Counter::kSkipped, Counter::kRejected}},
      {{Counter::kOut}, {Counter::kMade}}};
  bound.memory_minimum = kTopMemory;
  if (plan->keys.empty() && !ties) {
    bound.species = std::make_unique<Top>(PlainPlan{std::move(plan->order), rows});
  } else {
    bound.species = std::make_unique<TopOfPartitions>(TopPlan{std::move(*plan), rows, ties});
  }
  return bound;
}

constexpr std::array<OptionDef, 4> kTopOptions{{
    {.name = "by",
     .type = OptionType::kExpressions,
     .doc = "The order, as `sort` takes it.",
     .required = true},
    {.name = "rows",
     .type = OptionType::kInteger,
     .doc = "How many rows to keep, of each partition if there are any.",
     .default_text = "10",
     .minimum = 0,
     .maximum = 1'000'000'000},
    {.name = "partition_by",
     .type = OptionType::kExpressions,
     .doc = "Columns or expressions: the first rows of each combination of their values are kept. "
            "Left out, all rows are one partition."},
    {.name = "ties",
     .type = OptionType::kBoolean,
     .doc = "Also keep the rows that are equal to the last one kept in all of `by`.",
     .default_text = "false"},
}};

}  // namespace

extern const OperatorDef operator_top;
const OperatorDef operator_top{
    .name = "top",
    .kind = OperatorKind::kTransform,
    .summary = "Keeps the first rows of an order.",
    .doc =
        R"(Gives what `sort` followed by `limit` gives, in the same order, without holding more than a few times `rows`
rows in memory.

With `partition_by` it does so for each partition: partitions come in the order of their first rows in
the input, each in its own order. A few times `rows` rows of each partition are held.)",
    .example = R"(- top:
    by: revenue desc
    rows: 3
    partition_by: country
)",
    .main_option = "by",
    .options = kTopOptions,
    .bind = &bind_top,
    .keeps_columns = true,
};

}  // namespace leat
