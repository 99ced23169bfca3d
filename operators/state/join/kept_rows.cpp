// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include "operators/state/join/kept_rows.h"

#include <algorithm>
#include <array>
#include <numeric>

#include <fmt/format.h>

#include "engine/codes/machine.h"
#include "engine/go.h"
#include "engine/mutant.h"
#include "operators/data/cell_place.h"

namespace leat::state {

namespace {

/// Batches of at least so many rows are kept as they are.
constexpr size_t kLargeRows = kBatchRowsMax / 2;
/// So many small batches are joined although they are few rows: each column is a block of memory.
constexpr size_t kSmallBatchesMax = 64;

/// Leads from the ordinals that KeptRows::range gives back to the places of the rows.
class KeptOrigin final : public RowOrigin {
 public:
  KeptOrigin(const KeptRows& rows, Ordinal first) : rows_(rows), split_(first.split()) {}
  TextPlace locate(uint64_t row) const override {
    return rows_.place(static_cast<uint32_t>(Ordinal(split_, row).packed()));
  }
  std::string raw(uint64_t) const override { return {}; }

 private:
  const KeptRows& rows_;
  uint64_t split_;
};

struct PlacedRow {
  Ordinal ordinal;
  RowRef ref;
};

/// Sorts by ordinal; rows of one ordinal stay as they are. Lanes keep rows in few ascending runs,
/// which are found and merged. `spare` is as long as `rows`.
void merge_runs(std::span<PlacedRow> rows, std::span<PlacedRow> spare) {
  const auto before = [](const PlacedRow& a, const PlacedRow& b) { return a.ordinal < b.ordinal; };
  std::vector<size_t> ends;
  for (size_t i = 1; i <= rows.size(); ++i) {
    if (i == rows.size() || before(rows[i], rows[i - 1])) ends.push_back(i);
  }
  std::span<PlacedRow> from = rows;
  std::span<PlacedRow> to = spare;
  while (ends.size() > 1) {
    std::vector<size_t> merged;
    size_t begin = 0;
    for (size_t i = 0; i < ends.size(); i += 2) {
      const size_t middle = ends[i];
      const size_t end = i + 1 < ends.size() ? ends[i + 1] : middle;
      const auto at = [&](size_t index) { return from.begin() + static_cast<ptrdiff_t>(index); };
      std::merge(at(begin), at(middle), at(middle), at(end),
                 to.begin() + static_cast<ptrdiff_t>(begin), before);
      merged.push_back(end);
      begin = end;
      checkpoint();
    }
    ends = std::move(merged);
    std::swap(from, to);
  }
  if (from.data() != rows.data()) std::copy(from.begin(), from.end(), rows.begin());
}

}  // namespace

std::string describe(const TextPlace& place) {
  return place.file.empty() ? std::string("an unknown place")
                            : place_text({place.file, place.line, 0});
}

// ------------------------------------------------------------------------------------------- places

uint64_t RowLines::number_of(const std::string& file) {
  // The newest first: rows come file by file.
  for (size_t i = files_.size(); i-- > 0;) {
    if (files_[i] == file) return i + 1;
  }
  files_.push_back(file);
  return files_.size();
}

Status RowLines::add(const Batch& batch) {
  const RowOriginRef& origin = batch.places().origin;
  for (size_t i = 0; i < batch.rows(); ++i) {
    uint64_t packed = 0;
    if (origin) {
      const TextPlace place = origin->locate(batch.ordinal(i).row());
      packed = number_of(place.file) << kLineBits | place.line;
    }
    LEAT_TRY(lines_.push_back(packed));
  }
  return {};
}

Status RowLines::absorb(const RowLines& other) {
  std::vector<uint64_t> numbers{0};
  for (const std::string& file : other.files_) numbers.push_back(number_of(file));
  constexpr uint64_t kLine = (uint64_t{1} << kLineBits) - 1;
  for (size_t i = 0; i < other.size(); ++i) {
    const uint64_t packed = other.lines_[i];
    LEAT_TRY(lines_.push_back(numbers[packed >> kLineBits] << kLineBits | (packed & kLine)));
  }
  return {};
}

Status RowLines::reorder(const StateArray<uint32_t>& order) {
  if (size() == 0 || order.size() == 0) return {};
  StateArray<uint64_t> ordered(*memory_);
  LEAT_TRY(ordered.resize(order.size(), 0));
  for (size_t i = 0; i < order.size(); ++i) ordered[i] = lines_[order[i]];
  lines_ = std::move(ordered);
  return {};
}

TextPlace RowLines::at(size_t index) const {
  TextPlace place;
  const uint64_t packed = lines_[index];
  if (packed == 0) return place;
  place.file = files_[(packed >> kLineBits) - 1];
  place.line = packed & ((uint64_t{1} << kLineBits) - 1);
  return place;
}

// ------------------------------------------------------------------------------------------- keeping

Status RowKeeper::keep(const Batch& batch) {
  if (batch.rows() == 0) return {};
  LEAT_TRY_ASSIGN(Batch kept, compact(batch, *memory_));
  if (keep_places_ == KeepPlaces::kYes) LEAT_TRY(lines_.add(batch));
  if (kept.rows() >= kLargeRows) {
    LEAT_TRY(flush_small());
    rows_ += kept.rows();
    batches_.push_back(std::move(kept));
    return {};
  }
  rows_ += kept.rows();
  small_rows_ += kept.rows();
  small_.push_back(std::move(kept));
  if (small_rows_ >= kBatchRowsMax) return flush_small();
  return small_.size() < kSmallBatchesMax ? Status() : join_small();
}

Status RowKeeper::join_small() {
  if (small_.size() < 2) return {};
  LEAT_TRY_ASSIGN(const BufferRef buffer, memory_->allocate(small_rows_ * sizeof(RowRef)));
  RowRef* ref = buffer->mutable_as<RowRef>();
  for (uint32_t i = 0; i < small_.size(); ++i) {
    for (uint32_t row = 0; row < small_[i].rows(); ++row) *ref++ = {i, row};
  }
  LEAT_TRY_ASSIGN(Batch joined, take(small_, {buffer->as<RowRef>(), small_rows_}, *memory_));
  small_.clear();
  small_.push_back(std::move(joined));
  return {};
}

Status RowKeeper::flush_small() {
  LEAT_TRY(join_small());
  for (Batch& batch : small_) batches_.push_back(std::move(batch));
  small_.clear();
  small_rows_ = 0;
  return {};
}

std::vector<Batch> RowKeeper::take_batches() {
  // Small ones are younger: they are joined before a large one is kept.
  for (Batch& batch : small_) batches_.push_back(std::move(batch));
  small_.clear();
  small_rows_ = 0;
  return std::move(batches_);
}

// ------------------------------------------------------------------------------------------- numbering

Status KeptRows::absorb(RowKeeper& keeper) {
  if (rows_ + keeper.rows() >= kNoRow) {
    return fail(code::kTooManyRows, ErrorCode::kMemory,
                "the held side of the join has more than 2^32 rows",
                "swap the sides, or filter before the join");
  }
  for (Batch& batch : keeper.batches_) {
    rows_ += batch.rows();
    batches_.push_back(std::move(batch));
  }
  keeper.batches_.clear();
  return lines_.absorb(keeper.lines_);
}

/// Writes rows in order if no two batches lie in one another, as is usual: then their order is that
/// of batches.
bool KeptRows::order_batches(StateArray<RowRef>& refs) const {
  std::vector<uint32_t> order(batches_.size());
  std::iota(order.begin(), order.end(), uint32_t{0});
  std::stable_sort(order.begin(), order.end(), [this](uint32_t a, uint32_t b) {
    return batches_[a].ordinal(0) < batches_[b].ordinal(0);
  });
  size_t number = 0;
  Ordinal last;
  for (const uint32_t at : order) {
    const Batch& batch = batches_[at];
    for (size_t row = 0; row < batch.rows(); ++row) {
      const Ordinal ordinal = batch.ordinal(row);
      if (ordinal < last) return false;
      last = ordinal;
      refs[number++] = {at, static_cast<uint32_t>(row)};
    }
  }
  return true;
}

Status KeptRows::order_rows(StateArray<RowRef>& refs) const {
  StateArray<PlacedRow> placed(*memory_);
  StateArray<PlacedRow> spare(*memory_);
  LEAT_TRY(placed.resize(rows_, PlacedRow{}));
  LEAT_TRY(spare.resize(rows_, PlacedRow{}));
  size_t next = 0;
  for (uint32_t at = 0; at < batches_.size(); ++at) {
    for (uint32_t row = 0; row < batches_[at].rows(); ++row)
      placed[next++] = {batches_[at].ordinal(row), {at, row}};
  }
  merge_runs({placed.data(), rows_}, {spare.data(), rows_});
  for (size_t i = 0; i < rows_; ++i) refs[i] = placed[i].ref;
  return {};
}

/// One column after the other, so that there is but one of them twice.
Status KeptRows::join_columns(const StateArray<RowRef>& refs) {
  std::vector<std::vector<ColumnRef>> columns;
  for (const Batch& batch : batches_) columns.push_back(batch.columns());
  batches_.clear();
  for (size_t i = 0; i < schema_->size(); ++i) {
    std::vector<ColumnRef> pieces;
    for (std::vector<ColumnRef>& batch : columns) pieces.push_back(std::move(batch[i]));
    LEAT_TRY_ASSIGN(ColumnRef null_row, null_column((*schema_)[i].type, 1, *memory_));
    pieces.push_back(std::move(null_row));
    LEAT_TRY_ASSIGN(ColumnRef joined, take_column(pieces, {refs.data(), refs.size()}, *memory_));
    columns_.push_back(std::move(joined));
    checkpoint();
  }
  return {};
}

Status KeptRows::list_arrivals(const StateArray<RowRef>& refs) {
  std::vector<uint32_t> begins{0};
  for (const Batch& batch : batches_)
    begins.push_back(begins.back() + static_cast<uint32_t>(batch.rows()));
  LEAT_TRY(arrivals_.resize(rows_, 0));
  bool in_order = true;
  for (uint32_t number = 0; number < rows_; ++number) {
    arrivals_[number] = begins[refs[number].batch] + refs[number].row;
    in_order = in_order && arrivals_[number] == number;
  }
  if (in_order) arrivals_.clear();
  return lines_.reorder(arrivals_);
}

Status KeptRows::finish() {
  StateArray<RowRef> refs(*memory_);
  LEAT_TRY(refs.resize(rows_, RowRef{}));
  if (!order_batches(refs)) LEAT_TRY(order_rows(refs));
  if (LEAT_MUTANT("join_right_order_broken")) std::reverse(refs.data(), refs.data() + rows_);
  LEAT_TRY(list_arrivals(refs));
  LEAT_TRY(refs.push_back({static_cast<uint32_t>(batches_.size()), 0}));
  return join_columns(refs);
}

Result<ColumnRef> KeptRows::pick_column(size_t column, std::span<const uint32_t> numbers,
                                        MemoryAccount& memory) const {
  const Column& from = *columns_[column];
  if (std::find(numbers.begin(), numbers.end(), kNoRow) == numbers.end())
    return take_column(from, numbers, memory);
  LEAT_TRY_ASSIGN(const BufferRef buffer, memory.allocate(numbers.size() * sizeof(uint32_t)));
  uint32_t* const rows = buffer->mutable_as<uint32_t>();
  for (size_t i = 0; i < numbers.size(); ++i)
    rows[i] = numbers[i] == kNoRow ? static_cast<uint32_t>(rows_) : numbers[i];
  return take_column(from, {rows, numbers.size()}, memory);
}

Result<Batch> KeptRows::range(size_t begin, size_t end, MemoryAccount& memory) const {
  LEAT_TRY_ASSIGN(const BufferRef buffer, memory.allocate((end - begin) * sizeof(uint32_t)));
  uint32_t* const numbers = buffer->mutable_as<uint32_t>();
  std::iota(numbers, numbers + (end - begin), static_cast<uint32_t>(begin));
  std::vector<ColumnRef> columns;
  for (const ColumnRef& column : columns_) {
    LEAT_TRY_ASSIGN(ColumnRef taken, take_column(*column, {numbers, end - begin}, memory));
    columns.push_back(std::move(taken));
  }
  RowPlaces places;
  places.first = Ordinal::from_packed(begin);
  if (lines_.size() > 0) places.origin = std::make_shared<KeptOrigin>(*this, places.first);
  return Batch(schema_, std::move(columns), end - begin, std::move(places));
}

TextPlace KeptRows::place(uint32_t number) const {
  return lines_.size() == 0 ? TextPlace() : lines_.at(number);
}

}  // namespace leat::state
