// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// The table of window functions.
#include <algorithm>

#include "operators/expr/window_expression.h"

namespace leat::expr {

const std::vector<WindowFunction>& window_functions() {
  static const std::vector<WindowFunction> table = {
      {"cume_dist", "cume_dist() -> float64",
       "The part of the partition's rows that come before the row or are its peers, the row "
       "included.",
       "cume_dist() over (order by x)", "0.2 0.6 0.6 1 0.8"},
      {"dense_rank", "dense_rank() -> int64",
       "The number of the row's group of peers, counted from 1 without gaps.",
       "dense_rank() over (order by x)", "1 2 2 4 3"},
      {"first_value", "first_value(value) -> the value's type",
       "The value in the first row of the frame; with `ignore nulls` the first that is not NULL.",
       "first_value(name)", "a a a a a"},
      {"lag", "lag(value [, rows [, default]]) -> the value's type",
       "The value so many rows before this one in the partition, 1 if nothing is said; `default`, "
       "computed for this row, where there is none. With `ignore nulls` rows without a value do "
       "not count.",
       "lag(x)", "NULL 1 2 2 NULL"},
      {"last_value", "last_value(value) -> the value's type",
       "The value in the last row of the frame; with `ignore nulls` the last that is not NULL.",
       "last_value(x) over (rows between unbounded preceding and current row)", "1 2 2 NULL 5"},
      {"lead", "lead(value [, rows [, default]]) -> the value's type",
       "As lag, the value so many rows behind this one.", "lead(x, 2, 0)", "2 NULL 5 0 0"},
      {"nth_value", "nth_value(value, n) -> the value's type",
       "The value in the nth row of the frame, counted from 1; NULL when it has fewer. With "
       "`ignore nulls` only values that are not NULL count.",
       "nth_value(x, 2)", "2 2 2 2 2"},
      {"ntile", "ntile(parts) -> int64",
       "The number of the row's part, counted from 1, when the partition is cut into so many parts "
       "of equal size, the first ones a row longer.",
       "ntile(2)", "1 1 1 2 2"},
      {"percent_rank", "percent_rank() -> float64",
       "(rank - 1) / (rows of the partition - 1); 0 in a partition of one row.",
       "percent_rank() over (order by x)", "0 0.25 0.25 1 0.75"},
      {"rank", "rank() -> int64",
       "One more than there are rows in front of the row's group of peers.",
       "rank() over (order by x)", "1 2 2 5 4"},
      {"row_number", "row_number() -> int64", "The number of the row in its partition, from 1.",
       "row_number()", "1 2 3 4 5"},
  };
  return table;
}

bool is_window_function(std::string_view name) {
  const std::vector<WindowFunction>& table = window_functions();
  return std::any_of(table.begin(), table.end(),
                     [&](const WindowFunction& function) { return function.name == name; });
}

}  // namespace leat::expr
