// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Problem: a partition that does not fit in memory is to be computed by the code that computes it
// in memory, which keeps arrays by place: values, keys, results.
//
// Whatever moves over a partition moves forward, with a few fingers: at both ends of a frame,
// around its hole, at the row itself. So an array is written once, page by page, from its first
// element to its last, and a few pages of it are in memory while it is read.
//
// Invariants
// 1. Elements are written in order; only what is finished is read.
// 2. An access has no error of its own: what fails is noted in the store, and asked for before a
//    result is used.
//
// Rejected: mapped files (their pages count as the process's, and EIO is a signal); other code for
// large partitions (two of each function, and values that may differ).
#include "operators/state/windows/paged_array.h"

#include "engine/mutant.h"

namespace leat::state {

namespace {

const SchemaRef& page_schema() {
  static const SchemaRef schema =
      std::make_shared<const Schema>(std::vector<Field>{{"words", kInt64Type}});
  return schema;
}

/// What is read where there is nothing to be had.
constexpr std::array<uint64_t, PagedBytes::kPageBytes / sizeof(uint64_t)> kNothing{};

}  // namespace

Status PagedBytes::start() {
  LEAT_TRY_ASSIGN(page_, store_.memory().allocate(kPageBytes));
  std::memset(page_->mutable_data(), 0, kPageBytes);  // the last page is written as it is
  return {};
}

void PagedBytes::end_page() {
  if (!store_.status()) return;
  if (!writer_) writer_ = std::make_unique<SpillWriter>(store_.area(), store_.memory());
  constexpr size_t kWords = kPageBytes / sizeof(uint64_t);
  Column::Parts parts;
  parts.values = page_;
  std::vector<ColumnRef> columns{std::make_shared<Column>(kInt64Type, kWords, std::move(parts))};
  store_.note(writer_->append(Batch(page_schema(), std::move(columns), kWords, RowPlaces())));
}

Status PagedBytes::finish() {
  LEAT_TRY(store_.status());
  end_page();  // of the last elements
  page_.reset();
  LEAT_TRY(store_.status());
  if (!writer_) return {};
  LEAT_TRY_ASSIGN(run_, writer_->finish(store_.memory()));
  writer_.reset();
  return {};
}

const uint8_t* PagedBytes::read(size_t number) const {
  if (LEAT_MUTANT("window_page_mistaken") && number > 0) --number;
  ++reads_;
  Slot* oldest = slots_.data();
  for (Slot& slot : slots_) {
    if (slot.number == number) {
      slot.used = reads_;
      return reinterpret_cast<const uint8_t*>(slot.page->values<uint64_t>());
    }
    if (slot.used < oldest->used) oldest = &slot;
  }
  const auto nothing = [] { return reinterpret_cast<const uint8_t*>(kNothing.data()); };
  if (!run_ || number >= run_->blocks() || !store_.status()) return nothing();
  oldest->page.reset();
  oldest->number = SIZE_MAX;
  run_->read_ahead(number + 1);
  Result<Batch> page = run_->read(number, store_.memory());
  if (!page) {
    store_.note(std::unexpected(std::move(page).error()));
    return nothing();
  }
  *oldest = {number, page->columns().front(), reads_};
  return reinterpret_cast<const uint8_t*>(oldest->page->values<uint64_t>());
}

}  // namespace leat::state
