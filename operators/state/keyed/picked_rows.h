// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Held rows in the order in which they leave a stage.
#pragma once

#include <algorithm>
#include <memory>
#include <optional>
#include <span>
#include <utility>

#include "operators/data/take.h"
#include "operators/operator.h"
#include "operators/state/keyed/grouped_rows.h"

namespace leat::state {

/// Emits `order`, rows of `rows`, with the columns of the stage's input; what is made of it adds
/// its own in complete(). THREADS: as Collected.
class PickedRows : public Collected {
 public:
  PickedRows(std::unique_ptr<GroupedRows> rows, StateArray<RowRef> order)
      : rows_(std::move(rows)), order_(std::move(order)) {
    if (!rows_->batches().empty()) taker_.emplace(rows_->batches(), rows_->order().input);
  }

  size_t parts() const override { return (order_.size() + kBatchRowsMax - 1) / kBatchRowsMax; }
  Status emit_part(size_t part, const LaneContext& context, Output& output) const override {
    const size_t begin = part * kBatchRowsMax;
    const std::span<const RowRef> some(order_.data() + begin,
                                       std::min(kBatchRowsMax, order_.size() - begin));
    LEAT_TRY_ASSIGN(Batch batch, taker_->pick(some, context.memory));
    LEAT_TRY_ASSIGN(batch, complete(std::move(batch), some, context));
    context.ledger.add(Counter::kMade, batch.rows());
    return output.emit(std::move(batch));
  }

 protected:
  const GroupedRows& rows() const { return *rows_; }
  /// `batch`, which holds the rows `picked`, as it leaves the stage.
  virtual Result<Batch> complete(Batch batch, std::span<const RowRef> picked,
                                 const LaneContext& context) const {
    static_cast<void>(picked);
    static_cast<void>(context);
    return batch;
  }

 private:
  std::unique_ptr<GroupedRows> rows_;
  StateArray<RowRef> order_;
  std::optional<RowTaker> taker_;  // of the batches of rows_
};

/// `batch` with `column` behind its own, of the schema `output`.
inline Batch with_column(const Batch& batch, const SchemaRef& output, ColumnRef column) {
  std::vector<ColumnRef> columns = batch.columns();
  columns.push_back(std::move(column));
  return batch.with_columns(output, std::move(columns));
}

/// `input` with a column `name` of `type` behind its own.
inline SchemaRef with_field(const SchemaRef& input, std::string name, const Type& type) {
  std::vector<Field> fields = input->fields();
  fields.push_back({std::move(name), type});
  return std::make_shared<const Schema>(std::move(fields));
}

}  // namespace leat::state
