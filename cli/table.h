// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Figures in columns, for people.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace leat::cli {

/// Rows of cells, all of the same number.
using Table = std::vector<std::vector<std::string>>;

/// A line for each row, indented: the first column to the left, the others to the right. Where
/// lines would be longer than `width` cells of a terminal (0: any length) the first column is cut,
/// then columns in the middle give way to one `…`. REQUIRES: a row.
std::string aligned(const Table& table, size_t width = 0);

/// Without the columns that say nothing (`-` in all rows but the first), and, as long as lines
/// would be longer than `width`, without those in `less_wanted`, by their heads, in this order.
Table narrowed(Table table, size_t width, std::span<const std::string_view> less_wanted);

/// `text` in at most `width` cells, with one `…` in place of its middle. REQUIRES: width >= 3.
std::string cut_in_the_middle(std::string_view text, size_t width);

/// `7 µs`, `12.3 ms`, `4.56 s`, `7 min 8 s`; `-` for nothing.
std::string short_time(uint64_t nanoseconds);

}  // namespace leat::cli
