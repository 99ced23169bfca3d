// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include "operators/state/join/range_index.h"

#include <algorithm>
#include <bit>
#include <limits>

#include "engine/go.h"
#include "operators/data/inet.h"
#include "operators/state/row_key.h"
#include "operators/text/value_format.h"

namespace leat::state {

namespace {

constexpr uint64_t kSignBit = uint64_t{1} << 63;

uint64_t code_of(int64_t value) { return static_cast<uint64_t>(value) ^ kSignBit; }

uint64_t code_of(double value) {
  const auto bits = std::bit_cast<uint64_t>(canonical_float(value));
  return (bits & kSignBit) != 0 ? ~bits : bits | kSignBit;
}

struct Entry {
  uint64_t low;
  uint64_t high;
  uint32_t row;
};

/// How many of `count` ascending values fulfil `is_before`. Without a branch on what is read: the
/// search waits for memory, never for a wrong guess.
template <typename IsBefore>
size_t count_before(const uint64_t* values, size_t count, IsBefore&& is_before) {
  const uint64_t* base = values;
  while (count > 1) {
    const size_t half = count / 2;
    base += is_before(base[half - 1]) ? half : 0;
    count -= half;
  }
  return static_cast<size_t>(base - values) + (count == 1 && is_before(*base) ? 1 : 0);
}

}  // namespace

bool has_order_code(const Type& type) {
  switch (type.id()) {
    case TypeId::kInt64:
    case TypeId::kTimestamp:
    case TypeId::kDate:
    case TypeId::kFloat64: return true;
    case TypeId::kDecimal: return type.is_short_decimal();
    default: return false;
  }
}

bool has_range_code(const Type& type) { return has_order_code(type) || type.is_inet(); }

void write_order_codes(const Column& column, const Selection& selection, uint64_t* codes) {
  const auto write = [&](auto&& value_of) {
    for_each_row(selection, [&](size_t row) { codes[row] = code_of(value_of(row)); });
  };
  switch (column.type().id()) {
    case TypeId::kFloat64:
      return write([values = column.values<double>()](size_t row) { return values[row]; });
    case TypeId::kBinary:
      return for_each_row(selection, [&](size_t row) {
        codes[row] =
            column.is_valid(row) ? io::inet_order_code(io::decode_inet(column.view_at(row))) : 0;
      });
    case TypeId::kDate:
      return write(
          [values = column.values<int32_t>()](size_t row) { return int64_t{values[row]}; });
    default: return write([values = column.values<int64_t>()](size_t row) { return values[row]; });
  }
}

Status RangeIndex::build(std::span<const uint32_t> begins, std::span<uint32_t> rows,
                         StateArray<uint64_t> lows, StateArray<uint64_t> highs) {
  lows_ = std::move(lows);
  highs_ = std::move(highs);
  if (lows_.size() == 0) LEAT_TRY(lows_.resize(rows.size(), 0));
  for (size_t group = 0; group + 1 < begins.size(); ++group) {
    LEAT_TRY(order_group(begins[group], begins[group + 1], rows));
    if (group % 1024 == 0) checkpoint();
  }
  if (highs_.size() == 0 || ends_ascend_) return {};
  return build_maxima();
}

Status RangeIndex::order_group(size_t begin, size_t end, std::span<uint32_t> rows) {
  const auto at = [](auto* data, size_t index) { return data + index; };
  const bool in_order = std::is_sorted(at(lows_.data(), begin), at(lows_.data(), end));
  if (!in_order) {
    LEAT_TRY_ASSIGN(const BufferRef buffer, memory_.allocate((end - begin) * sizeof(Entry)));
    Entry* const entries = buffer->mutable_as<Entry>();
    const bool has_highs = highs_.size() > 0;
    for (size_t i = begin; i < end; ++i)
      entries[i - begin] = {lows_[i], has_highs ? highs_[i] : 0, rows[i]};
    std::sort(entries, entries + (end - begin), [](const Entry& a, const Entry& b) {
      return a.low != b.low ? a.low < b.low : a.row < b.row;
    });
    for (size_t i = begin; i < end; ++i) {
      lows_[i] = entries[i - begin].low;
      if (has_highs) highs_[i] = entries[i - begin].high;
      rows[i] = entries[i - begin].row;
    }
  }
  if (highs_.size() > 0 && ends_ascend_)
    ends_ascend_ = std::is_sorted(at(highs_.data(), begin), at(highs_.data(), end));
  return {};
}

Status RangeIndex::build_maxima() {
  std::span<const uint64_t> below(highs_.data(), highs_.size());
  while (below.size() > kFanOut) {
    StateArray<uint64_t> level(memory_);
    LEAT_TRY(level.resize((below.size() + kFanOut - 1) / kFanOut, 0));
    for (size_t i = 0; i < below.size(); ++i)
      level[i / kFanOut] = std::max(level[i / kFanOut], below[i]);
    maxima_.push_back(std::move(level));
    below = {maxima_.back().data(), maxima_.back().size()};
  }
  return {};
}

void RangeIndex::skip_at_most(std::span<Search> searches) const {
  const uint64_t* const lows = lows_.data();
  uint32_t most = 0;
  for (const Search& search : searches) most = std::max(most, search.count);
  for (; most > 1; most -= most / 2) {
    for (Search& search : searches) {
      const uint32_t half = search.count / 2;
      if (half == 0) continue;
      search.position += lows[search.position + half - 1] <= search.code ? half : 0;
      search.count -= half;
    }
  }
  for (Search& search : searches)
    search.position += search.count > 0 && lows[search.position] <= search.code ? 1 : 0;
}

Status RangeIndex::find(size_t begin, size_t end, uint64_t earliest,
                        StateArray<uint32_t>& found) const {
  if (highs_.size() > 0) {
    if (!ends_ascend_) return find_in_tree(begin, end, earliest, found);
    // Of disjoint ranges it is the last, if any: steps that double find where the others begin.
    const uint64_t* const highs = highs_.data();
    size_t step = 1;
    while (step <= end - begin && highs[end - step] >= earliest) step *= 2;
    const size_t from = end - std::min(step, end - begin);
    begin = from + count_before(highs + from, end - from,
                                [earliest](uint64_t high) { return high < earliest; });
  }
  for (; begin < end; ++begin) LEAT_TRY(found.push_back(static_cast<uint32_t>(begin)));
  return {};
}

Status RangeIndex::find_in_tree(size_t begin, size_t end, uint64_t earliest,
                                StateArray<uint32_t>& found) const {
  for (size_t at = begin; at < end;) {
    size_t skipped = 0;
    size_t width = kFanOut;
    // From the widest block that begins here to the narrowest, until one can be skipped.
    size_t levels = 0;
    while (levels < maxima_.size() && at % width == 0 && at + width <= end)
      ++levels, width *= kFanOut;
    while (levels-- > 0) {
      width /= kFanOut;
      if (maxima_[levels][at / width] < earliest) {
        skipped = width;
        break;
      }
    }
    if (skipped > 0) {
      at += skipped;
      continue;
    }
    if (highs_[at] >= earliest) LEAT_TRY(found.push_back(static_cast<uint32_t>(at)));
    ++at;
  }
  return {};
}

}  // namespace leat::state
