// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include "operators/state/spool.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "operators/data/take.h"

namespace leat::state {

namespace {

/// Batches of one part of the result: some of them, so that lanes have work of a good size.
constexpr size_t kBatchesPerPart = 16;

/// The references to one lane's first batches.
constexpr size_t kMemoryMinimum = size_t{1} << 20;

class SpoolPartial final : public Partial {
 public:
  explicit SpoolPartial(const LaneContext& context) : context_(context) {}

  Status consume(const Batch& batch) override {
    if (batch.rows() == 0) return {};
    // Compact: a view would keep the chunk of its text alive.
    LEAT_TRY_ASSIGN(Batch kept, compact(batch, context_.memory));
    context_.ledger.add(Counter::kFolded, kept.rows());
    batches_.push_back(std::move(kept));
    return {};
  }
  Status seal() override { return {}; }
  std::vector<Batch> take() { return std::move(batches_); }

 private:
  LaneContext context_;
  std::vector<Batch> batches_;
};

class Spooled final : public Collected {
 public:
  explicit Spooled(std::vector<Batch> batches) : batches_(std::move(batches)) {}

  size_t parts() const override {
    return (batches_.size() + kBatchesPerPart - 1) / kBatchesPerPart;
  }
  Status emit_part(size_t part, const LaneContext& context, Output& output) const override {
    const size_t end = std::min(batches_.size(), (part + 1) * kBatchesPerPart);
    for (size_t i = part * kBatchesPerPart; i < end; ++i) {
      context.ledger.add(Counter::kMade, batches_[i].rows());
      LEAT_TRY(output.emit(batches_[i]));
    }
    return {};
  }

 private:
  std::vector<Batch> batches_;
};

class SpoolFinal final : public Final {
 public:
  Status absorb(std::unique_ptr<Partial> partial) override {
    for (Batch& batch : static_cast<SpoolPartial&>(*partial).take())
      batches_.push_back(std::move(batch));
    return {};
  }
  Result<CollectedRef> finish() override {
    // The batches of a split come from one lane, in order; equal ordinals too.
    std::stable_sort(batches_.begin(), batches_.end(),
                     [](const Batch& a, const Batch& b) { return a.ordinal(0) < b.ordinal(0); });
    return std::make_shared<const Spooled>(std::move(batches_));
  }

 private:
  std::vector<Batch> batches_;
};

class Spool final : public Collect {
 public:
  std::unique_ptr<Partial> partial(const LaneContext& context) const override {
    return std::make_unique<SpoolPartial>(context);
  }
  std::unique_ptr<Final> final(const LaneContext&) const override {
    return std::make_unique<SpoolFinal>();
  }
};

}  // namespace

const OperatorDef& spool_definition() {
  static constexpr OperatorDef kDefinition{
      .name = "spool",
      .kind = OperatorKind::kTransform,
      .summary = "Keeps rows until they are asked for.",
      .doc = "",
      .example = "",
      .main_option = "",
      .options = {},
      .bind = nullptr,
      .keeps_columns = true,
  };
  return kDefinition;
}

BoundOperator bind_spool(SchemaRef schema) {
  BoundOperator bound;
  for (size_t i = 0; i < schema->size(); ++i) bound.column_inputs.push_back({i});
  bound.output = std::move(schema);
  bound.equations = {{{Counter::kIn}, {Counter::kFolded}},
                     {{Counter::kFolded}, {Counter::kMade}},
                     {{Counter::kOut}, {Counter::kMade}}};
  bound.memory_minimum = kMemoryMinimum;
  bound.species = std::make_unique<Spool>();
  return bound;
}

}  // namespace leat::state
