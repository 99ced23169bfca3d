// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Guesses the type of a column from a sample of its texts. Cautiously: a type is guessed only if
// nothing about the texts is lost in it. `00123`, `+1`, `1e400`, a fraction whose nearest float64
// is written with other digits, a time of nanoseconds are text.
#pragma once

#include <cstdint>
#include <string_view>

#include "operators/data/type.h"

namespace leat::io {

/// Does the float64 nearest to `text`, a number, have the digits of `text` when it is written?
bool reads_back_as_float64(std::string_view text);

/// THREADS: one.
class TypeSniffer {
 public:
  /// Takes a value that is not NULL into account.
  void add(std::string_view text);
  /// As add, of a text that is no number where it stands, whatever it looks like.
  void add_no_number(std::string_view text);
  /// Takes all values into account that `other` has seen.
  void merge(const TypeSniffer& other);
  /// bool, int64, float64, date, timestamp, or utf8, also when nothing was added. Integers and
  /// fractions together are float64, dates and timestamps together are timestamp; times of which
  /// all name their zone are timestamptz, and of which only some do, text. With `rounds_times` a
  /// time may have more digits than microseconds.
  Type type(bool rounds_times = false) const;

 private:
  void narrow(std::string_view text, uint8_t numbers);

  uint8_t possible_ = 0xFF;  // one bit a type
  bool seen_ = false;
};

}  // namespace leat::io
