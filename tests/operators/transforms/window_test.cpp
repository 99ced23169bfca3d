// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include <cmath>
#include <limits>
#include <map>

#include <gtest/gtest.h>

#include "operators/expr/window_expression.h"
#include "operators/state/accumulators/accumulator.h"
#include "tests/support/dealt_rows.h"
#include "tests/support/operator_fixture.h"
#include "tests/support/seed.h"

namespace leat {

extern const OperatorDef operator_window;

namespace {

using test::bind_ok;
using test::Binding;
using test::Cell;
using test::DealtRows;
using test::make_batch;
using test::make_schema;
using test::null_cell;
using test::OperatorFixture;
using test::Opt;
using test::Row;
using test::run;
using test::run_lanes;
using Rows = std::vector<std::string>;

Opt columns(const std::vector<std::pair<std::string, std::string>>& named) {
  std::vector<std::pair<std::string, Opt>> entries;
  for (const auto& [name, expression] : named) entries.push_back({name, expression});
  return Opt::map(std::move(entries));
}

/// The option `columns` and nothing else.
Opt only(const std::vector<std::pair<std::string, std::string>>& named) {
  return Opt::map({{"columns", columns(named)}});
}

// ---------------------------------------------------------------------------- what must come out
//
// Everything below is written to be plainly right: a window is what its rows say it is, looked at
// row by row.

using Random = std::mt19937_64;

/// One key of the order as text and as numbers that compare alike; NaN is greatest.
struct Key {
  std::string column;
  size_t index;
  bool descending;
  bool nulls_first;
};

enum Edge { kUnboundedPreceding, kPreceding, kCurrent, kFollowing, kUnboundedFollowing };

struct Frame {
  std::string unit;  // empty: nothing is written
  Edge start = kUnboundedPreceding;
  Edge end = kCurrent;
  int start_offset = 0;
  int end_offset = 0;
  std::string exclude;
};

const SchemaRef kSchema = make_schema({{"p", kInt64Type},
                                       {"a", kInt64Type},
                                       {"f", kFloat64Type},
                                       {"d", Type::decimal(10, 2)},
                                       {"t", kTimestampType},
                                       {"s", kUtf8Type},
                                       {"ok", kBoolType},
                                       {"n", kInt64Type}});
constexpr int64_t kDay = int64_t{86'400} * 1'000'000;

/// The cell as a number; t in days, d in hundredths.
long double number_of(const Cell& cell, const std::string& column) {
  if (const double* value = std::get_if<double>(&cell.value)) return *value;
  const auto value = static_cast<long double>(std::get<int64_t>(cell.value));
  return column == "t" ? value / kDay : value;
}

int compare(long double a, long double b) {
  if (std::isnan(a) || std::isnan(b))
    return static_cast<int>(std::isnan(a)) - static_cast<int>(std::isnan(b));
  return a < b ? -1 : a > b ? 1 : 0;
}

int compare_rows(const Row& a, const Row& b, const std::vector<Key>& keys) {
  for (const Key& key : keys) {
    const Cell& left = a[key.index];
    const Cell& right = b[key.index];
    if (left.is_null() || right.is_null()) {
      if (left.is_null() && right.is_null()) continue;
      return left.is_null() == key.nulls_first ? -1 : 1;
    }
    int order = 0;
    if (key.column == "s") {
      order = std::get<std::string>(left.value).compare(std::get<std::string>(right.value));
    } else {
      order = compare(number_of(left, key.column), number_of(right, key.column));
    }
    if (order != 0) return key.descending ? -order : order;
  }
  return 0;
}

/// A partition in its order, and how a row of it sees the others.
class Oracle {
 public:
  Oracle(std::vector<const Row*> rows, const std::vector<Key>& keys, const Frame& frame)
      : rows_(std::move(rows)), keys_(keys), frame_(frame) {
    std::stable_sort(rows_.begin(), rows_.end(),
                     [&](const Row* a, const Row* b) { return compare_rows(*a, *b, keys_) < 0; });
    for (size_t i = 0; i < rows_.size(); ++i)
      groups_.push_back(i == 0 ? 0 : groups_.back() + (are_peers(i - 1, i) ? 0 : 1));
  }

  const std::vector<const Row*>& rows() const { return rows_; }
  const std::vector<int>& groups() const { return groups_; }
  bool are_peers(size_t i, size_t j) const {
    return compare_rows(*rows_[i], *rows_[j], keys_) == 0;
  }

  /// The rows in the frame of row `i`.
  std::vector<size_t> frame_of(size_t i) const {
    std::vector<size_t> found;
    for (size_t j = 0; j < rows_.size(); ++j) {
      if (!begun(i, j) || ended(i, j)) continue;
      if (frame_.exclude == "current row" && i == j) continue;
      if (frame_.exclude == "group" && are_peers(i, j)) continue;
      if (frame_.exclude == "ties" && are_peers(i, j) && i != j) continue;
      found.push_back(j);
    }
    return found;
  }

 private:
  bool begun(size_t i, size_t j) const {
    if (frame_.start == kUnboundedPreceding) return true;
    const int away = frame_.start == kPreceding ? -frame_.start_offset : frame_.start_offset;
    if (frame_.unit == "rows")
      return static_cast<int>(j) >= static_cast<int>(i) + (frame_.start == kCurrent ? 0 : away);
    if (frame_.start == kCurrent) return groups_[j] >= groups_[i];
    if (frame_.unit == "groups") return groups_[j] >= groups_[i] + away;
    return !is_before(j, i, away);
  }
  bool ended(size_t i, size_t j) const {
    if (frame_.end == kUnboundedFollowing) return false;
    const int away = frame_.end == kPreceding ? -frame_.end_offset : frame_.end_offset;
    if (frame_.unit == "rows")
      return static_cast<int>(j) > static_cast<int>(i) + (frame_.end == kCurrent ? 0 : away);
    if (frame_.end == kCurrent) return groups_[j] > groups_[i];
    if (frame_.unit == "groups") return groups_[j] > groups_[i] + away;
    return is_behind(j, i, away);
  }
  /// Where row j's key lies against the key of i moved by `away` in the direction of the order.
  int range_order(size_t j, size_t i, int away) const {
    const Key& key = keys_[0];
    const Cell& at_i = (*rows_[i])[key.index];
    const Cell& at_j = (*rows_[j])[key.index];
    if (at_i.is_null() || at_j.is_null()) return compare_rows(*rows_[j], *rows_[i], keys_);
    const long double bound =
        number_of(at_i, key.column) + (key.descending ? -1 : 1) * static_cast<long double>(away);
    const int order = compare(number_of(at_j, key.column), bound);
    return key.descending ? -order : order;
  }
  bool is_before(size_t j, size_t i, int away) const { return range_order(j, i, away) < 0; }
  bool is_behind(size_t j, size_t i, int away) const { return range_order(j, i, away) > 0; }

  std::vector<const Row*> rows_;
  const std::vector<Key>& keys_;
  const Frame& frame_;
  std::vector<int> groups_;
};

/// One function with what the oracle has to know of it.
struct Function {
  std::string text;
  std::string name;
  std::string argument;                // a column; empty for count(*)
  std::string second;                  // an argument more, or the key of an order
  std::vector<state::KeyOrder> order;  // of that key
  state::FoldParameters parameters;
  bool distinct = false;
  int number = 1;
  bool has_default = false;  // n
  bool ignore_nulls = false;
  bool filtered = false;
};

size_t index_of(const std::string& column) { return *kSchema->find(column); }

std::string text_of(OperatorFixture& fixture, const Cell& cell, const Type& type) {
  return test::value_text(*test::make_column(fixture.memory, type, {cell}), 0);
}

/// The aggregate of the rows in `frame` by an accumulator that sees nothing else.
std::string accumulate(OperatorFixture& fixture, const Function& function, const Oracle& oracle,
                       const std::vector<size_t>& frame, const Type& result) {
  std::vector<std::string> arguments;
  for (const std::string& column : {function.argument, function.second}) {
    if (!column.empty()) arguments.push_back(column);
  }
  if (arguments.empty()) arguments.push_back("n");  // count(*)
  const state::Fold fold =
      *state::fold_of(function.name, function.distinct, !function.order.empty());
  state::FoldSpec spec{fold, {}, function.order, function.distinct && state::heeds_distinct(fold)};
  std::vector<ColumnRef> columns;
  for (const std::string& argument : arguments) {
    std::vector<Cell> cells;
    for (const size_t j : frame) {
      const Row& row = *oracle.rows()[j];
      if (function.filtered && (row[6].is_null() || !std::get<bool>(row[6].value))) continue;
      cells.push_back(row[index_of(argument)]);
    }
    spec.types.push_back((*kSchema)[index_of(argument)].type);
    columns.push_back(test::make_column(fixture.memory, spec.types.back(), cells));
  }
  const auto accumulator = state::Accumulator::make(spec, fixture.memory);
  EXPECT_TRUE(accumulator->resize(1));
  const size_t rows = columns.front()->length();
  const std::vector<uint32_t> group_of(rows, 0);
  if (rows > 0) {
    EXPECT_TRUE(accumulator->update(
        {columns.front().get(), Selection(rows), group_of.data(), RowPlaces{}, columns}));
  }
  EXPECT_TRUE(accumulator->seal());
  const uint32_t group = 0;
  std::vector<RowFault> faults;
  auto value =
      accumulator->finish({{&group, 1}, fold, result, fixture.memory, faults, function.parameters});
  EXPECT_TRUE(value);
  return test::value_text(**value, 0);
}

std::string rank_of(const Function& function, const Oracle& oracle, size_t i) {
  const auto rows = static_cast<double>(oracle.rows().size());
  size_t before = 0;
  size_t with = 0;  // before or peers
  for (size_t j = 0; j < oracle.rows().size(); ++j) {
    before += oracle.groups()[j] < oracle.groups()[i] ? 1 : 0;
    with += oracle.groups()[j] <= oracle.groups()[i] ? 1 : 0;
  }
  if (function.name == "row_number") return fmt::format("{}", i + 1);
  if (function.name == "rank") return fmt::format("{}", before + 1);
  if (function.name == "dense_rank") return fmt::format("{}", oracle.groups()[i] + 1);
  if (function.name == "percent_rank")
    return fmt::format("{}", rows == 1 ? 0.0 : static_cast<double>(before) / (rows - 1));
  if (function.name == "cume_dist") return fmt::format("{}", static_cast<double>(with) / rows);
  // ntile: dealt one by one, as long as parts are not full
  const size_t parts = static_cast<size_t>(function.number);
  size_t left = oracle.rows().size();
  size_t place = 0;
  for (size_t part = 0;; ++part) {
    const size_t size = left / (parts - part) + (left % (parts - part) == 0 ? 0 : 1);
    if (i < place + size) return fmt::format("{}", part + 1);
    place += size;
    left -= size;
  }
}

std::string value_of(OperatorFixture& fixture, const Function& function, const Oracle& oracle,
                     size_t i, const Type& result) {
  const std::string& name = function.name;
  const bool shifts = name == "lag" || name == "lead";
  if (!shifts && !name.ends_with("_value")) {
    if (expr::is_window_function(name)) return rank_of(function, oracle, i);
    return accumulate(fixture, function, oracle, oracle.frame_of(i), result);
  }
  std::vector<size_t> candidates;
  if (name == "lag") {
    for (size_t j = i; j-- > 0;) candidates.push_back(j);
  } else if (name == "lead") {
    for (size_t j = i + 1; j < oracle.rows().size(); ++j) candidates.push_back(j);
  } else {
    candidates = oracle.frame_of(i);
    if (name == "last_value") std::reverse(candidates.begin(), candidates.end());
  }
  const size_t column = index_of(function.argument);
  const auto cell = [&](size_t j) { return (*oracle.rows()[j])[column]; };
  if (shifts && function.number == 0) return text_of(fixture, cell(i), result);
  int nth = 0;
  for (const size_t j : candidates) {
    const Cell& passes = (*oracle.rows()[j])[6];
    if (function.ignore_nulls && cell(j).is_null()) continue;
    if (function.filtered && (passes.is_null() || !std::get<bool>(passes.value))) continue;
    if (++nth == function.number) return text_of(fixture, cell(j), result);
  }
  return function.has_default ? text_of(fixture, (*oracle.rows()[i])[7], result) : "NULL";
}

// --------------------------------------------------------------------------- what is tried at random

Row random_row(Random& random, int64_t number) {
  const auto maybe = [&](Cell cell) { return random() % 6 == 0 ? Cell() : cell; };
  const std::vector<double> floats{0.0,
                                   -0.0,
                                   1.25,
                                   -3.5,
                                   2.25,
                                   1e150,
                                   -1e150,
                                   1e-300,
                                   std::numeric_limits<double>::quiet_NaN(),
                                   std::numeric_limits<double>::infinity(),
                                   7.0,
                                   1.25};
  return {maybe(static_cast<int64_t>(random() % 3)),
          maybe(static_cast<int64_t>(random() % 9) - 4),
          maybe(random() % 2 == 0 ? static_cast<double>(random() % 12) / 4
                                  : floats[random() % floats.size()]),
          maybe(static_cast<int64_t>(random() % 900) - 300),
          maybe(static_cast<int64_t>(random() % 20) * kDay / 2),
          maybe("prefix00" + std::string(random() % 3, 'x')),
          maybe(random() % 3 != 0),
          number};
}

Key random_key(Random& random, const std::vector<std::string>& columns) {
  const std::string column = columns[random() % columns.size()];
  return {column, index_of(column), random() % 2 == 0, random() % 2 == 0};
}

Frame random_frame(Random& random, const std::vector<Key>& keys) {
  Frame frame;
  if (random() % 5 == 0) return frame;
  std::vector<std::string> units{"rows", "range"};
  if (!keys.empty()) units.push_back("groups");
  frame.unit = units[random() % units.size()];
  const bool counts = frame.unit != "range" || (keys.size() == 1 && keys[0].column != "s");
  const auto allowed = [&](int edge) {
    return counts || (edge != kPreceding && edge != kFollowing);
  };
  int start = 0;
  int end = 0;
  do {
    start = static_cast<int>(random() % 4);
    end = start + static_cast<int>(random() % 5);
  } while (end < 1 || end > 4 || !allowed(start) || !allowed(end));
  frame.start = static_cast<Edge>(start);
  frame.end = static_cast<Edge>(end);
  frame.start_offset = static_cast<int>(random() % 4);
  frame.end_offset = static_cast<int>(random() % 4);
  const std::vector<std::string> excludes{"", "", "no others", "current row", "group", "ties"};
  frame.exclude = excludes[random() % excludes.size()];
  return frame;
}

std::string edge_text(Edge edge, int offset, bool is_time, bool is_decimal) {
  const std::string away = is_time      ? fmt::format("interval '{} days'", offset)
                           : is_decimal ? fmt::format("{}.{:02}", offset / 100, offset % 100)
                                        : fmt::format("{}", offset);
  switch (edge) {
    case kUnboundedPreceding: return "unbounded preceding";
    case kPreceding: return away + " preceding";
    case kCurrent: return "current row";
    case kFollowing: return away + " following";
    default: return "unbounded following";
  }
}

std::string window_text(bool partitioned, const std::vector<Key>& keys, const Frame& frame) {
  std::string text = partitioned ? "partition by p" : "";
  for (size_t i = 0; i < keys.size(); ++i) {
    text +=
        fmt::format("{}{} {} nulls {}", i == 0 ? " order by " : ", ", keys[i].column,
                    keys[i].descending ? "desc" : "asc", keys[i].nulls_first ? "first" : "last");
  }
  if (frame.unit.empty()) return text;
  const bool by_key = frame.unit == "range" && !keys.empty();
  const bool is_time = by_key && keys[0].column == "t";
  const bool is_decimal = by_key && keys[0].column == "d";
  text += fmt::format(" {} between {} and {}", frame.unit,
                      edge_text(frame.start, frame.start_offset, is_time, is_decimal),
                      edge_text(frame.end, frame.end_offset, is_time, is_decimal));
  if (!frame.exclude.empty()) text += " exclude " + frame.exclude;
  return text;
}

/// Aggregates of two values, or of one in an order, or with a number.
Function random_aggregate_with_more(Random& random) {
  const bool descending = random() % 2 == 0;
  const std::string direction = descending ? " desc" : "";
  const double fraction = static_cast<double>(random() % 5) / 4;
  const std::string numbers[] = {"a", "f", "d"};
  Function function;
  function.argument = numbers[random() % 3];
  switch (random() % 7) {
    case 6:
      function.name = "approx_quantile";
      function.parameters = {fraction, false};
      function.text = fmt::format("approx_quantile({}, {})", function.argument, fraction);
      break;
    case 0:
      function.name = std::vector<std::string>{"corr", "regr_slope", "covar_samp"}[random() % 3];
      function.second = numbers[random() % 3];
      function.text = fmt::format("{}({}, {})", function.name, function.argument, function.second);
      break;
    case 1:
      function.name = random() % 2 == 0 ? "arg_max" : "arg_min";
      function.argument = "s";
      function.second = "a";
      function.order = {{function.name == "arg_max", false}};
      function.text = fmt::format("{}(s, a)", function.name);
      break;
    case 2:
      function.name = std::vector<std::string>{"first", "last", "array_agg"}[random() % 3];
      function.argument = "s";
      function.second = "a";
      function.order = {{descending, descending}};
      function.text = fmt::format("{}(s order by a{})", function.name, direction);
      break;
    case 3:
      function.name = "string_agg";
      function.argument = "s";
      function.parameters.separator = "; ";
      function.text = "string_agg(s, '; ')";
      break;
    case 4:
      function.name = random() % 2 == 0 ? "percentile_cont" : "percentile_disc";
      function.parameters = {fraction, descending};
      function.text = fmt::format("{}({}) within group (order by {}{})", function.name, fraction,
                                  function.argument, direction);
      break;
    default:
      function.name = random() % 2 == 0 ? "quantile_cont" : "quantile_disc";
      if (function.name == "quantile_disc") function.argument = random() % 2 == 0 ? "s" : "t";
      if (function.name == "quantile_cont" && random() % 2 == 0) function.argument = "t";
      function.parameters = {fraction, false};
      function.text = fmt::format("{}({}, {})", function.name, function.argument, fraction);
  }
  return function;
}

Function random_aggregate(Random& random) {
  const std::vector<std::pair<std::string, std::vector<std::string>>> kinds{
      {"count", {"", "a", "s"}},
      {"sum", {"a", "f", "d"}},
      {"avg", {"a", "f", "d"}},
      {"min", {"a", "f", "d", "t", "s"}},
      {"max", {"a", "f", "d", "t", "s"}},
      {"var_samp", {"a", "f", "d"}},
      {"stddev_pop", {"a", "f"}},
      {"bool_and", {"ok"}},
      {"bool_or", {"ok"}},
      {"median", {"a", "f", "d", "t"}},
      {"first", {"a", "s"}},
      {"last", {"d", "s"}},
      {"mode", {"a", "d", "s", "t", "ok"}},
      {"bit_xor", {"a"}},
      {"bit_or", {"a"}},
      {"skewness", {"a", "d"}},
      {"kurtosis", {"a"}},
      {"histogram", {"a", "s"}},
      {"array_agg", {"a", "s"}},
      {"approx_count_distinct", {"s", "t"}},
      {"median", {"a", "f", "d", "t"}}};
  Function function;
  if (random() % 3 == 0) {
    function = random_aggregate_with_more(random);
  } else {
    const auto& [name, arguments] = kinds[random() % kinds.size()];
    function.name = name;
    function.argument = arguments[random() % arguments.size()];
    const bool may_be_distinct = name == "count" || name == "sum" || name == "avg" ||
                                 name == "median" || name == "var_samp" || name == "array_agg" ||
                                 name == "bit_xor";
    function.distinct = may_be_distinct && !function.argument.empty() && random() % 2 == 0;
    function.text = fmt::format("{}({}{})", name, function.distinct ? "distinct " : "",
                                function.argument.empty() ? "*" : function.argument);
  }
  function.filtered = random() % 4 == 0;
  if (function.filtered) function.text += " filter (where ok)";
  return function;
}

Function random_function(Random& random) {
  if (random() % 2 == 0) return random_aggregate(random);
  const std::vector<std::string> names{"row_number",  "rank",       "dense_rank", "percent_rank",
                                       "cume_dist",   "ntile",      "lag",        "lead",
                                       "first_value", "last_value", "nth_value"};
  Function function;
  function.name = names[random() % names.size()];
  std::string inside;
  if (function.name == "ntile") {
    function.number = 1 + static_cast<int>(random() % 5);
    inside = fmt::format("{}", function.number);
  } else if (function.name == "lag" || function.name == "lead" ||
             function.name.ends_with("_value")) {
    function.argument = std::vector<std::string>{"a", "s", "d"}[random() % 3];
    inside = function.argument;
    function.ignore_nulls = random() % 3 == 0;
    if (!function.name.starts_with("l") || function.name == "last_value") {
      function.filtered = random() % 4 == 0;
      function.number = function.name == "nth_value" ? 1 + static_cast<int>(random() % 3) : 1;
      if (function.name == "nth_value") inside += fmt::format(", {}", function.number);
    } else if (random() % 2 == 0) {
      function.number = static_cast<int>(random() % 4);
      function.has_default = function.argument == "a" && random() % 2 == 0;
      inside += fmt::format(", {}{}", function.number, function.has_default ? ", n" : "");
    }
  }
  function.text = fmt::format("{}({}){}{}", function.name, inside,
                              function.filtered ? " filter (where ok)" : "",
                              function.ignore_nulls ? " ignore nulls" : "");
  return function;
}

bool looks_at_frame(const Function& function) {
  return function.name.ends_with("_value") || !expr::is_window_function(function.name);
}

/// Several windows in one stage, whose rows come in any lanes, against the oracle.
TEST(Window, EqualsALoopOverAllRows) {
  const test::Seed seed;
  Random random = seed.generator();
  for (size_t round = 0; round < 150; ++round) {
    std::vector<std::vector<Row>> splits(1 + random() % 4);
    std::vector<Row> rows;
    for (std::vector<Row>& split : splits) {
      for (size_t i = random() % 25; i > 0; --i) {
        rows.push_back(random_row(random, static_cast<int64_t>(rows.size())));
        split.push_back(rows.back());
      }
    }
    std::vector<std::pair<std::string, std::string>> named;
    std::vector<Function> functions;
    std::vector<std::pair<bool, std::vector<Key>>> windows;
    std::vector<Frame> frames;
    for (size_t i = 0; i < 6; ++i) {
      functions.push_back(random_function(random));
      windows.push_back({random() % 2 == 0, {}});
      for (size_t key = random() % 3; key > 0; --key)
        windows[i].second.push_back(random_key(random, {"a", "f", "d", "t", "s"}));
      frames.push_back(looks_at_frame(functions[i]) ? random_frame(random, windows[i].second)
                                                    : Frame());
      std::string window = window_text(windows[i].first, windows[i].second, frames[i]);
      // The stage's window is there for all of them; nothing of it is inherited.
      if (!windows[i].first && windows[i].second.empty() && !window.empty())
        window = "order by null" + window;
      named.push_back({fmt::format("w{}", i), functions[i].text + " over (" + window + ")"});
    }
    const Binding binding = bind_ok(
        operator_window, Opt::map({{"order_by", "n desc"}, {"columns", columns(named)}}), kSchema);
    if (!binding.bound) continue;
    OperatorFixture fixture;
    Rows wanted(rows.size());
    for (size_t i = 0; i < functions.size(); ++i) {
      std::map<std::string, std::vector<const Row*>> partitions;
      for (const Row& row : rows)
        partitions[windows[i].first ? text_of(fixture, row[0], kInt64Type) : ""].push_back(&row);
      const Type& result = (*binding.bound->output)[kSchema->size() + i].type;
      for (auto& [key, members] : partitions) {
        const Oracle oracle(std::move(members), windows[i].second, frames[i]);
        for (size_t j = 0; j < oracle.rows().size(); ++j) {
          const auto number = static_cast<size_t>(std::get<int64_t>((*oracle.rows()[j])[7].value));
          wanted[number] += '|' + value_of(fixture, functions[i], oracle, j, result);
        }
      }
    }
    std::string what;
    for (const auto& [name, text] : named) what += text + '\n';
    const DealtRows data(kSchema, std::move(splits));
    for (const size_t lanes : {1, 3}) {
      OperatorFixture other;
      test::Run result = run_lanes(other, binding, data.dealt(other.memory, lanes, random));
      ASSERT_FALSE(result.error) << result.error_message();
      ASSERT_EQ(result.rows.size(), wanted.size());
      for (size_t i = 0; i < wanted.size(); ++i) {
        ASSERT_TRUE(result.rows[i].ends_with(fmt::format("|{}{}", i, wanted[i])))
            << "round " << round << ", lanes " << lanes << ", row " << i << ": " << result.rows[i]
            << "\nwanted ..." << wanted[i] << "\n"
            << what;
      }
    }
  }
}

// ------------------------------------------------------------------------------------------- in words

const SchemaRef kDocumented =
    make_schema({{"x", kInt64Type}, {"name", kUtf8Type}, {"ok", kBoolType}});
const std::vector<Row> kDocumentedRows{{1, "a", true},
                                       {2, "b", true},
                                       {2, "b", false},
                                       {null_cell, null_cell, null_cell},
                                       {5, "c", true}};

std::string last_column(const test::Run& result) {
  std::string text;
  for (const std::string& row : result.rows) {
    const size_t bar = row.rfind('|');
    text += (text.empty() ? "" : " ") + row.substr(bar + 1);
  }
  return text;
}

TEST(Window, EveryDocumentedExampleGivesWhatItSays) {
  for (const expr::WindowFunction& function : expr::window_functions()) {
    OperatorFixture fixture;
    const Binding binding =
        bind_ok(operator_window, only({{"v", std::string(function.example)}}), kDocumented);
    EXPECT_EQ(last_column(run(fixture, binding,
                              {make_batch(fixture.memory, kDocumented, kDocumentedRows)})),
              function.result)
        << function.example;
  }
}

TEST(Window, ExpressionsAroundCallsAndAnExistingName) {
  OperatorFixture fixture;
  const SchemaRef schema = make_schema({{"shop", kUtf8Type}, {"total", kInt64Type}});
  const Binding binding = bind_ok(
      operator_window,
      Opt::map({{"partition_by", "shop"},
                {"columns",
                 columns({{"total", "total * 100 / sum(total)"},
                          {"all", "sum(total) over ()"},
                          {"left", "sum(total) - sum(total) over (rows unbounded preceding)"}})}}),
      schema);
  const test::Run result =
      run(fixture, binding,
          {make_batch(fixture.memory, schema, {{"a", 10}, {"b", 5}, {"a", 30}, {"b", 15}})});
  EXPECT_EQ(result.rows, (Rows{"a|25|60|30", "b|25|60|15", "a|75|60|0", "b|75|60|0"}));
  EXPECT_EQ(binding.bound->output->fields()[1].name, "total");
}

TEST(Window, ASumOutOfRangeIsABadRow) {
  const SchemaRef schema = make_schema({{"v", kInt64Type}});
  const int64_t most = std::numeric_limits<int64_t>::max();
  const std::vector<Row> rows{{1}, {most}, {-5}, {2}};
  for (const OnError on_error : {OnError::kFail, OnError::kSkip}) {
    OperatorFixture fixture(size_t{1} << 30, on_error);
    const Binding binding =
        bind_ok(operator_window, only({{"s", "sum(v) over (rows unbounded preceding)"}}), schema);
    const test::Run result = run(fixture, binding, {make_batch(fixture.memory, schema, rows)});
    if (on_error == OnError::kFail) {
      EXPECT_EQ(result.rows, (Rows{"1|1"}));
      EXPECT_EQ(result.error_message(), "'sum(v) over (rows unbounded preceding)' overflows int64");
    } else {
      EXPECT_EQ(result.rows,
                (Rows{"1|1", fmt::format("-5|{}", most - 4), fmt::format("2|{}", most - 2)}));
      EXPECT_EQ(fixture.ledger[Counter::kSkipped], 1u);
    }
  }
}

TEST(Window, NoRows) {
  OperatorFixture fixture;
  const Binding binding =
      bind_ok(operator_window, only({{"v", "sum(x) over (order by x)"}}), kDocumented);
  EXPECT_EQ(run(fixture, binding, {}).rows, Rows());
}

/// Expressions, and the mistake in each.
using Mistakes = std::vector<std::pair<std::string, std::string>>;

void expect_mistakes(const Mistakes& cases) {
  const SchemaRef schema = make_schema({{"a", kInt64Type},
                                        {"s", kUtf8Type},
                                        {"t", kTimestampType},
                                        {"j", kJsonType},
                                        {"f", kFloat64Type}});
  for (const auto& [expression, mistake] : cases) {
    const Binding binding = test::bind(operator_window, only({{"v", expression}}), schema);
    EXPECT_EQ(binding.mistakes, (Rows{mistake})) << expression;
  }
}

TEST(Window, MistakesAreFoundBeforeTheRun) {
  expect_mistakes({
      {"a + 1", "there is no window function in this column [a + 1]"},
      {"upper(s) over ()", "'upper' is no window function [upper]"},
      {"sum(a) over (order by s range 1 preceding)",
       "an offset in a frame of range needs a number or a time in the order, not utf8 [1 "
       "preceding]"},
      {"sum(a) over (order by a, s range 1 preceding)",
       "an offset in a frame of range needs one key in the order, not several [1 preceding]"},
      {"sum(a) over (range 1 preceding)",
       "an offset in a frame of range needs one key in the order, not none [1 preceding]"},
      {"sum(a) over (order by t range 1 preceding)",
       "the order is by timestamp, from which int64 cannot be counted [1]"},
      {"sum(a) over (order by a range interval '1 day' preceding)",
       "the order is by int64, from which interval cannot be counted [interval '1 day']"},
      {"sum(a) over (order by a range -1 preceding)",
       "the offset of a frame is negative or no finite number [-1]"},
      {"sum(a) over (order by t range interval '-1 day' preceding)",
       "the offset of a frame is negative or no finite number [interval '-1 day']"},
      {"sum(a) over (rows -1 preceding)", "the offset of a frame is at least 0, not -1 [-1]"},
      {"sum(a) over (rows a preceding)", "the offset of a frame is not the same for all rows [a]"},
      {"sum(a) over (rows 1.5 preceding)",
       "the offset of a frame is a whole number, not decimal(2,1) [1.5]"},
      {"sum(a) over (groups 1 preceding)", "a frame of groups needs an order [groups 1 preceding]"},
      {"sum(a) over (rows between current row and 1 preceding)",
       "the frame ends before it begins [rows between current row and 1 preceding]"},
      {"sum(a) over (rows unbounded following)",
       "a frame cannot begin with 'unbounded following' [unbounded following]"},
      {"sum(lag(a))", "'sum' takes no call that itself looks at other rows [lag(a)]"},
      {"lag(sum(a))", "'lag' takes no call that itself looks at other rows [sum(a)]"},
      {"rank() over (order by sum(a))",
       "'rank' takes no call that itself looks at other rows [sum(a)]"},
      {"lag(a, -1)", "the offset of 'lag' is at least 0, not -1 [-1]"},
      {"lag(a, 1, s)", "the default is of type utf8, not int64 [s]"},
      {"lag()", "'lag' takes one to three arguments [lag]"},
      {"ntile(0)", "the number of parts is at least 1, not 0 [0]"},
      {"nth_value(a, 0)", "the number of the row is at least 1, not 0 [0]"},
      {"rank(a)", "'rank' takes no argument [rank]"},
      {"rank() filter (where a > 1)", "'rank' takes no filter [a > 1]"},
      {"sum(a) ignore nulls", "'sum' takes no 'ignore nulls' [sum]"},
      {"lag(a) over (rows 1 preceding)",
       "'lag' looks at the whole partition, not at a frame [rows 1 preceding]"},
      {"sum(a) over (partition by j)",
       "cannot partition by a value of type json [sum(a) over (partition by j)]"},
      {"sum(s)", "'sum' needs a number, not utf8 [sum]"},
      {"sum(a) over (rows 1)", "expected 'preceding' or 'following', found ')' [)]"},
  });
}

TEST(Window, MistakesOfAggregates) {
  expect_mistakes({
      {"mode(j)", "'mode' does not take json [mode]"},
      {"first(a order by lag(a))",
       "'first' takes no call that itself looks at other rows [lag(a)]"},
      {"lag(a order by t)", "'lag' takes no order of its own [lag]"},
  });
}

TEST(Window, AllMistakesAtOnce) {
  const Binding binding =
      test::bind(operator_window, only({{"u", "lag(a, -1)"}, {"v", "rank(x) + ntile(0)"}}),
                 make_schema({{"a", kInt64Type}}));
  EXPECT_EQ(binding.mistakes.size(), 3u) << fmt::format("{}", fmt::join(binding.mistakes, "\n"));
}

}  // namespace
}  // namespace leat
