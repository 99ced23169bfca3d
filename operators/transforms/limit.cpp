// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// limit: the first rows of the input; what comes after them need not be read.
#include <algorithm>
#include <array>

#include "operators/operator.h"

namespace leat {

namespace {

class LimitState final : public SequentialState {
 public:
  LimitState(uint64_t offset, uint64_t rows, const LaneContext& context)
      : offset_(offset), rows_(rows), context_(context) {}

  Result<Demand> process(Batch batch, Output& output) override {
    const uint64_t seen = batch.rows();
    const uint64_t before = std::min(offset_, seen);
    const uint64_t passed = std::min(rows_, seen - before);
    offset_ -= before;
    rows_ -= passed;
    context_.ledger.add(Counter::kBeyond, seen - passed);
    context_.ledger.add(Counter::kPassed, passed);
    if (passed > 0) {
      LEAT_TRY_ASSIGN(Selection selection, slice(batch.selection(), before, passed));
      LEAT_TRY(output.emit(batch.with_selection(std::move(selection))));
    }
    return rows_ == 0 ? Demand::kDone : Demand::kMore;
  }

  Status finish(Output&) override { return {}; }

 private:
  /// `count` of the selected rows, from number `begin` on.
  Result<Selection> slice(const Selection& selection, size_t begin, size_t count) {
    if (begin == 0) return selection.prefix(count);
    LEAT_TRY_ASSIGN(BufferRef rows, context_.memory.allocate(count * sizeof(uint32_t)));
    for (size_t i = 0; i < count; ++i) rows->mutable_as<uint32_t>()[i] = selection[begin + i];
    return Selection(std::move(rows), count);
  }

  uint64_t offset_;  // rows still to be left out
  uint64_t rows_;    // rows still wanted
  LaneContext context_;
};

class Limit final : public Sequential {
 public:
  Limit(uint64_t offset, uint64_t rows) : offset_(offset), rows_(rows) {}

  std::unique_ptr<SequentialState> start(const LaneContext& context) const override {
    return std::make_unique<LimitState>(offset_, rows_, context);
  }

 private:
  uint64_t offset_;
  uint64_t rows_;
};

std::optional<BoundOperator> bind_limit(const OptionValues& options, const BindContext& context) {
  BoundOperator bound;
  bound.output = context.input();
  for (size_t i = 0; i < context.input()->size(); ++i) bound.column_inputs.push_back({i});
  bound.equations = {{{Counter::kIn}, {Counter::kPassed, Counter::kBeyond}},
                     {{Counter::kOut}, {Counter::kPassed}}};
  bound.species = std::make_unique<Limit>(static_cast<uint64_t>(options.integer("offset")),
                                          static_cast<uint64_t>(options.integer("rows")));
  return bound;
}

constexpr std::array<OptionDef, 2> kLimitOptions{{
    {.name = "rows",
     .type = OptionType::kInteger,
     .doc = "How many rows to let through.",
     .required = true,
     .minimum = 0},
    {.name = "offset",
     .type = OptionType::kInteger,
     .doc = "How many rows to leave out first.",
     .default_text = "0",
     .minimum = 0},
}};

}  // namespace

extern const OperatorDef operator_limit;
const OperatorDef operator_limit{
    .name = "limit",
    .kind = OperatorKind::kTransform,
    .summary = "Lets the first rows through and stops reading.",
    .doc =
        R"(Once it has seen enough rows, the stages above stop: the rest of the input is neither
read nor checked. The ledger of the run shows under `beyond` the rows that were seen and not wanted.)",
    .example = R"(- limit: 100
)",
    .main_option = "rows",
    .options = kLimitOptions,
    .bind = &bind_limit,
    .keeps_columns = true,
};

}  // namespace leat
