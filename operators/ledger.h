// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// The account of rows. Stages count what they do with rows, edges count what is sent and received,
// and each operator declares equations between counters that were counted independently; at the end
// of a run every equation must hold, or the run fails. Lanes count into ledgers of their own; the
// run adds them up.
#pragma once

#include <array>
#include <cstdint>
#include <initializer_list>
#include <span>
#include <string_view>

namespace leat {

enum class Counter : uint8_t {
  kIn,         ///< Rows received from the edge (counted by the run).
  kOut,        ///< Rows handed to the main port (counted by the run).
  kRead,       ///< Records found in the input by the decoder.
  kPassed,     ///< Rows a filter or map let through.
  kDropped,    ///< Rows a filter or a distinct took out.
  kSkipped,    ///< Bad rows dropped by `on_error: skip`.
  kRejected,   ///< Bad rows sent to the rejects port.
  kFolded,     ///< Rows taken into the state of an aggregate, a sort or a top.
  kMade,       ///< Rows made from state (groups, sorted rows).
  kBeyond,     ///< Rows a `limit` or `top` saw and did not want.
  kWritten,    ///< Rows encoded by a sink.
  kCommitted,  ///< Rows whose bytes the sink's committer wrote.
  kMatched,    ///< Rows of the first input that a join found partners for.
  kUnmatched,  ///< Rows of the first input without a partner.
  kPaired,     ///< Pairs of rows that belong together, counted where they are found.
  kPadded,     ///< Rows that come out with NULLs in place of a partner.
  kSpilled,    ///< Rows, or groups, written to disk for want of memory; in each pass.
  kRestored,   ///< Rows, or groups, read back from there; in each pass.
};
inline constexpr size_t kCounters = 18;

/// The name of a counter as printed: `in`, `out`, `read`, ...
std::string_view to_string(Counter counter);

/// THREADS: one writer; read after the run.
class Ledger {
 public:
  void add(Counter counter, uint64_t rows) { counts_[static_cast<size_t>(counter)] += rows; }
  uint64_t operator[](Counter counter) const { return counts_[static_cast<size_t>(counter)]; }
  void merge(const Ledger& other) {
    for (size_t i = 0; i < kCounters; ++i) counts_[i] += other.counts_[i];
  }

 private:
  std::array<uint64_t, kCounters> counts_{};
};

/// `left` summed equals `right` summed, e.g. in = passed + dropped. Up to six terms a side.
class Equation {
 public:
  constexpr Equation(std::initializer_list<Counter> left, std::initializer_list<Counter> right) {
    for (Counter counter : left) left_[left_size_++] = counter;
    for (Counter counter : right) right_[right_size_++] = counter;
  }
  std::span<const Counter> left() const { return {left_.data(), left_size_}; }
  std::span<const Counter> right() const { return {right_.data(), right_size_}; }
  bool holds(const Ledger& ledger) const;

 private:
  std::array<Counter, 6> left_{};
  std::array<Counter, 6> right_{};
  size_t left_size_ = 0;
  size_t right_size_ = 0;
};

}  // namespace leat
