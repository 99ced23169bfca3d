// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include "operators/csv/csv_decoder.h"

#include <mutex>
#include <utility>

#include "engine/mutant.h"
#include "operators/csv/csv_walker.h"

namespace leat::io {
namespace {

/// Walks to rows; ascending ones cost one pass over the split together.
class CsvOrigin final : public RowOrigin {
 public:
  CsvOrigin(Split split, const CsvShape& shape)
      : split_(std::move(split)),
        shape_(shape),
        walker_(split_.bytes(), shape_.dialect),
        places_(split_) {}

  TextPlace locate(uint64_t row) const override {
    const std::lock_guard lock(mutex_);
    walk_to(row);
    return places_.at(walker_.begin());
  }
  std::string raw(uint64_t row) const override {
    const std::lock_guard lock(mutex_);
    walk_to(row);
    return std::string(walker_.record());
  }

 private:
  void walk_to(uint64_t row) const {
    if (row + 1 < next_row_) {
      walker_ = CsvWalker(split_.bytes(), shape_.dialect);
      next_row_ = 0;
    }
    while (next_row_ <= row && walker_.next()) next_row_ += is_csv_row(walker_, shape_.columns);
  }

  const Split split_;
  const CsvShape shape_;
  mutable std::mutex mutex_;  // guards what follows: a cache that makes ascending rows cheap
  mutable CsvWalker walker_;
  mutable uint64_t next_row_ = 0;  // the walker stands on the row before it
  mutable PlaceCursor places_;
};

}  // namespace

RowOriginRef make_csv_origin(Split split, const CsvShape& shape) {
  return std::make_shared<CsvOrigin>(std::move(split), shape);
}

CsvDecoder::CsvDecoder(std::shared_ptr<const CsvFormat> format, const LaneContext& context)
    : format_(std::move(format)),
      context_(context),
      index_(format_->shape.dialect, context.memory),
      table_(format_->shape, context.memory),
      rows_(format_, context) {}

Status CsvDecoder::decode(const Split& split, Output& output) {
  CsvShape shape = format_->shape;
  const CsvLayout* layout = nullptr;
  if (!format_->layouts.empty()) {
    layout = &format_->layouts.at(split.input->index);
    shape.columns = layout->columns;
    table_.expect(layout->columns);
  }
  rows_.begin(split, make_csv_origin(split, shape), layout, output);
  index_.begin(split);
  for (CsvWindow window;;) {
    LEAT_TRY_ASSIGN(const bool more, index_.next(window));
    if (!more) return {};
    LEAT_TRY_ASSIGN(CsvRows rows, table_.arrange(split, window, rows_.places(), rows_.records()));
    // Counted by the structure of the text, not by the rows that were made of it.
    context_.ledger.add(Counter::kRead, window.records - table_.ignored());
    if (LEAT_MUTANT("csv_drops_last_record") && rows.rows > 0) --rows.rows;
    LEAT_TRY(rows_.emit(rows));
  }
}

}  // namespace leat::io
