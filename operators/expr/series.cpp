// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include "operators/expr/series.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "engine/codes/expression.h"
#include "operators/data/builder.h"
#include "operators/data/take.h"
#include "operators/expr/constant_value.h"
#include "operators/expr/kernels/calendar.h"
#include "operators/expr/kernels/series_step.h"
#include "operators/expr/syntax/parser.h"

namespace leat::expr {

namespace {

constexpr std::string_view kFunction = "generate_series";

/// Enough for the longest series, and for as many short texts.
constexpr size_t kValuesBytes = size_t{64} << 20;

/// Values of columns that live as long as what they are part of; not charged to a run.
class OwnMemory {
 public:
  OwnMemory()
      : budget_(std::make_shared<MemoryBudget>(kValuesBytes)),
        account_(budget_->open_account("values")) {}
  MemoryAccount& account() { return account_; }
  /// The column, which keeps the memory.
  ColumnRef keep(ColumnRef column) {
    auto both = std::make_shared<std::pair<std::shared_ptr<MemoryBudget>, ColumnRef>>(
        budget_, std::move(column));
    return {both, both->second.get()};
  }

 private:
  std::shared_ptr<MemoryBudget> budget_;
  MemoryAccount& account_;
};

/// Text `range` of `source` as a source of its own.
SourceText part_of(const SourceText& source, Range range) {
  const Span where = source.span(range.begin, range.end);
  return SourceText(source.text().substr(range.begin, range.end - range.begin), where,
                    {{0, where.begin}});
}

/// One end of a series, as microseconds, days or whole numbers; nullopt after reporting.
std::optional<int64_t> end_of(const SourceText& source, const Type& type, const Schema& input,
                              const Environment& environment, Diagnostics& diagnostics) {
  const ColumnRef value = compile_constant(source, input, environment, diagnostics);
  if (!value) return std::nullopt;
  const Type& given = value->type();
  const bool widened = type.is(TypeId::kTimestamp) && given.is(TypeId::kDate);
  if (!value->is_valid(0) || (given != type && !widened)) {
    diagnostics.error(
        code::kSeries, source.span(),
        fmt::format("this is {}, and the column of type {}",
                    value->is_valid(0) ? "of type " + to_string(given) : "NULL", to_string(type)),
        "both ends of a series are values of its column");
    return std::nullopt;
  }
  if (given.is(TypeId::kDate)) {
    const int64_t days = value->values<int32_t>()[0];
    return widened ? days * kMicrosPerDay : days;
  }
  return value->values<int64_t>()[0];
}

std::optional<SeriesStep> step_of(const SourceText& source, const Type& type, const Schema& input,
                                  const Environment& environment, Diagnostics& diagnostics) {
  const ColumnRef value = compile_constant(source, input, environment, diagnostics);
  if (!value) return std::nullopt;
  const bool times = !type.is(TypeId::kInt64);
  std::string message;
  SeriesStep step;
  if (!value->is_valid(0) || !value->type().is(times ? TypeId::kInterval : TypeId::kInt64)) {
    message = fmt::format("the step of a series of type {} is {}", to_string(type),
                          times ? "an interval" : "an int64");
  } else if (times) {
    message = set_step(value->values<Interval>()[0], type.id(), step);
  } else {
    message = set_step(value->values<int64_t>()[0], step);
  }
  if (message.empty()) return step;
  diagnostics.error(code::kSeries, source.span(), std::move(message),
                    times ? "write an interval such as interval '1 day'" : "write a whole number");
  return std::nullopt;
}

template <typename Value>
Result<ColumnRef> column_of(const std::vector<int64_t>& values, const Type& type,
                            MemoryAccount& memory) {
  FixedBuilder<Value> builder(type, memory);
  LEAT_TRY(builder.reserve(values.size()));
  for (const int64_t value : values) builder.append(static_cast<Value>(value));
  return builder.finish();
}

/// Null after reporting, at `where`, that there is no room.
ColumnRef kept(OwnMemory& memory, Result<ColumnRef> column, Span where, Diagnostics& diagnostics) {
  if (column) return memory.keep(std::move(*column));
  const Error error = std::move(column).error();
  diagnostics.error(error.number, where, error.message);
  return nullptr;
}

}  // namespace

bool is_series_type(const Type& type) {
  return type.is(TypeId::kInt64) || type.is(TypeId::kDate) ||
         (type.is(TypeId::kTimestamp) && !type.is_time_of_day()) || type.is(TypeId::kUtf8);
}

int compare_series(const Column& a, size_t row_a, const Column& b, size_t row_b) {
  if (a.type().is_view()) {
    const int order = a.view_at(row_a).compare(b.view_at(row_b));
    return order < 0 ? -1 : order > 0 ? 1 : 0;
  }
  const auto whole = [](const Column& column, size_t row) {
    return column.type().is(TypeId::kDate) ? int64_t{column.values<int32_t>()[row]}
                                           : column.values<int64_t>()[row];
  };
  const int64_t left = whole(a, row_a);
  const int64_t right = whole(b, row_b);
  return left < right ? -1 : left > right ? 1 : 0;
}

bool is_series_call(const SourceText& source) {
  const std::string& text = source.text();
  const size_t name = text.find_first_not_of(" \t\n");
  return name != std::string::npos && std::string_view(text).substr(name).starts_with(kFunction);
}

ColumnRef compile_series(const SourceText& source, const Type& type, const Schema& input,
                         const Environment& environment, Diagnostics& diagnostics) {
  Mistakes mistakes(source, diagnostics);
  const AstRef ast = parse(mistakes);
  if (!ast) return nullptr;
  const bool call = ast->kind == AstKind::kCall && ast->text == kFunction;
  const bool times = !type.is(TypeId::kInt64);
  const size_t arguments = call ? ast->inputs.size() : 0;
  if (type.is(TypeId::kUtf8) || arguments > 3 || arguments < (times ? 3U : 2U)) {
    mistakes.add(code::kSeries, ast->range,
                 type.is(TypeId::kUtf8) ? "there is no series of texts"
                                        : "a series is generate_series(start, stop, step)",
                 type.is(TypeId::kUtf8)
                     ? "list the values: [a, b, c]"
                     : "the step may be left out of whole numbers, it is 1 then");
    return nullptr;
  }
  const auto argument = [&](size_t i) { return part_of(source, ast->inputs[i]->range); };
  const auto start = end_of(argument(0), type, input, environment, diagnostics);
  const auto stop = end_of(argument(1), type, input, environment, diagnostics);
  std::optional<SeriesStep> step = SeriesStep{.interval = {}, .whole = 1};
  if (arguments == 3) step = step_of(argument(2), type, input, environment, diagnostics);
  if (!start || !stop || !step) return nullptr;
  std::vector<int64_t> values;
  for (std::optional<int64_t> next = start; next; next = step->after(*next, type.id())) {
    if (step->is_past(*next, *stop)) break;
    if (values.size() == kSeriesMax) {
      mistakes.add(code::kSeries, ast->range,
                   fmt::format("this series has more than {} values", kSeriesMax),
                   "make its step larger, or its ends closer to each other");
      return nullptr;
    }
    values.push_back(*next);
  }
  if (step->descending) std::reverse(values.begin(), values.end());
  OwnMemory memory;
  return kept(memory,
              type.is(TypeId::kDate) ? column_of<int32_t>(values, type, memory.account())
                                     : column_of<int64_t>(values, type, memory.account()),
              source.span(), diagnostics);
}

ColumnRef compile_values(const std::vector<SourceText>& items, const Type& type,
                         Diagnostics& diagnostics) {
  std::vector<ColumnRef> values;
  for (const SourceText& item : items) {
    std::string quoted;
    for (const char c : item.text()) quoted += c == '\'' ? "''" : std::string(1, c);
    Diagnostics ignored;
    const SourceText cast(fmt::format("cast('{}' as {})", quoted, to_string(type)), item.span(),
                          {});
    ColumnRef value = compile_constant(cast, Schema(), {}, ignored);
    if (value) {
      values.push_back(std::move(value));
    } else {
      diagnostics.error(
          code::kSeries, item.span(),
          fmt::format("'{}' is no value of type {}", item.text(), to_string(type)),
          "write values of the column's type, or generate_series(...) in place of the list");
    }
  }
  if (values.size() != items.size()) return nullptr;
  std::sort(values.begin(), values.end(), [](const ColumnRef& a, const ColumnRef& b) {
    return compare_series(*a, 0, *b, 0) < 0;
  });
  const auto same = [](const ColumnRef& a, const ColumnRef& b) {
    return compare_series(*a, 0, *b, 0) == 0;
  };
  values.erase(std::unique(values.begin(), values.end(), same), values.end());
  std::vector<Batch> rows;
  std::vector<RowRef> refs;
  const auto schema = std::make_shared<const Schema>(std::vector<Field>{{"value", type}});
  for (ColumnRef& value : values) {
    refs.push_back({static_cast<uint32_t>(rows.size()), 0});
    rows.emplace_back(schema, std::vector<ColumnRef>{std::move(value)}, 1, RowPlaces());
  }
  OwnMemory memory;
  const Result<Batch> together = take(rows, refs, memory.account());
  return kept(memory,
              together ? Result<ColumnRef>(together->columns().front())
                       : Result<ColumnRef>(std::unexpected(together.error())),
              items.front().span(), diagnostics);
}

}  // namespace leat::expr
