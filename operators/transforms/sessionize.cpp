// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// sessionize: numbers the sessions of each partition. Rows that come in the order of time pass
// through with one session of each partition in memory; with an order of their own all are held.
#include <algorithm>
#include <array>
#include <bit>
#include <string>
#include <utility>
#include <variant>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "engine/codes/expression.h"
#include "engine/codes/option.h"
#include "engine/mutant.h"
#include "operators/data/builder.h"
#include "operators/data/decimal_values.h"
#include "operators/emit_columns.h"
#include "operators/expr/constant_value.h"
#include "operators/expr/kernels/calendar.h"
#include "operators/expr/kernels/decimal_math.h"
#include "operators/operator.h"
#include "operators/state/groups/group_table.h"
#include "operators/state/keyed/keyed_plan.h"
#include "operators/state/keyed/partitioned_collect.h"
#include "operators/state/keyed/picked_rows.h"

namespace leat {

namespace {

using state::GroupTable;
using state::KeyedPlan;
using state::PartitionedRows;
using state::PartitionPlan;

/// What `gap` and `max_length` hold, by the type of the time.
using Length = std::variant<Interval, int64_t, double>;

/// A time as 64 bits: microseconds, a whole number, or the bits of a float64.
using Moment = int64_t;

Moment moment_at(const Column& times, size_t row) {
  switch (times.type().id()) {
    case TypeId::kDate: return times.values<int32_t>()[row] * kMicrosPerDay;
    case TypeId::kFloat64: return std::bit_cast<int64_t>(times.values<double>()[row]);
    default: return times.values<int64_t>()[row];
  }
}

/// Is `to` more than `length` after `from`? What is beyond all times is not reached.
bool is_beyond(Moment from, Moment to, const Length& length) {
  if (const auto* const interval = std::get_if<Interval>(&length)) {
    const std::optional<int64_t> end = expr::add_interval(from, *interval);
    return end && to > *end;
  }
  if (const auto* const whole = std::get_if<int64_t>(&length)) {
    int64_t end = 0;
    return !__builtin_add_overflow(from, *whole, &end) && to > end;
  }
  return std::bit_cast<double>(to) - std::bit_cast<double>(from) > std::get<double>(length);
}

struct SessionLimits {
  std::optional<Length> gap;
  std::optional<Length> max_length;
};

/// The session a partition is in.
struct Session {
  int64_t number;  // 0: none yet
  Moment first;
  Moment last;

  /// The number of the session of a row at `moment`.
  int64_t next(Moment moment, const SessionLimits& limits) {
    if (number == 0 || (limits.gap && is_beyond(last, moment, *limits.gap)) ||
        (limits.max_length && is_beyond(first, moment, *limits.max_length))) {
      ++number;
      first = moment;
    }
    last = moment;
    return number;
  }
};

/// The columns of a stage's input out of `stored`, and `sessions` behind them.
std::vector<ColumnRef> with_sessions(const Batch& stored, size_t inputs, ColumnRef sessions) {
  std::vector<ColumnRef> columns(stored.columns().begin(),
                                 stored.columns().begin() + static_cast<ptrdiff_t>(inputs));
  columns.push_back(std::move(sessions));
  return columns;
}

// ------------------------------------------------------------------------ in the order of the input

struct StreamPlan {
  KeyedPlan partitions;  ///< The first key of its order is the time; rows come as they come.
  SessionLimits limits;
  SchemaRef output;
};

class SessionizeState final : public SequentialState {
 public:
  SessionizeState(const StreamPlan& plan, const LaneContext& context)
      : plan_(plan),
        context_(context),
        reader_(plan.partitions, context),
        table_(GroupTable::make(plan.partitions.key_types(), context.memory)),
        sessions_(context.memory),
        group_of_(context.memory) {}

  Result<Demand> process(Batch batch, Output& output) override {
    LEAT_TRY_ASSIGN(state::PreparedRows prepared, reader_.prepare(batch));
    const Batch& rows = prepared.rows;
    LEAT_TRY(group_of_.resize(std::max(rows.length(), group_of_.size()), 0));
    LEAT_TRY(table_->assign(prepared.keys, rows.selection(), group_of_.data()));
    if (LEAT_MUTANT("sessions_forgotten_between_batches")) LEAT_TRY(sessions_.resize(0, Session{}));
    LEAT_TRY(sessions_.resize(table_->size(), Session{}));
    LEAT_TRY_ASSIGN(ColumnRef numbers, number(rows));
    LEAT_TRY(
        emit_columns(rows, plan_.output,
                     with_sessions(rows, plan_.partitions.order.input->size(), std::move(numbers)),
                     {}, context_, output));
    if (prepared.error) return std::unexpected(std::move(*prepared.error));
    return Demand::kMore;
  }

  Status finish(Output&) override { return {}; }

 private:
  Result<ColumnRef> number(const Batch& rows) {
    const Column& times = rows.column(plan_.partitions.order.keys.front().stored);
    FixedBuilder<int64_t> builder(kInt64Type, context_.memory);
    LEAT_TRY(builder.reserve(rows.length()));
    const auto fill_to = [&builder](size_t row) {
      while (builder.length() < row) builder.append(0);  // rows that are not selected
    };
    for (size_t i = 0; i < rows.rows(); ++i) {
      const size_t row = rows.selection()[i];
      fill_to(row);
      if (times.is_valid(row)) {
        builder.append(sessions_[group_of_[row]].next(moment_at(times, row), plan_.limits));
      } else {
        LEAT_TRY(builder.append_null());
      }
    }
    fill_to(rows.length());
    return builder.finish();
  }

  const StreamPlan& plan_;
  LaneContext context_;
  state::KeyedReader reader_;
  std::unique_ptr<GroupTable> table_;
  state::GroupArray<Session> sessions_;
  state::StateArray<uint32_t> group_of_;
};

class Sessionize final : public Sequential {
 public:
  explicit Sessionize(StreamPlan plan) : plan_(std::move(plan)) {}

  std::unique_ptr<SequentialState> start(const LaneContext& context) const override {
    return std::make_unique<SessionizeState>(plan_, context);
  }

 private:
  StreamPlan plan_;
};

// -------------------------------------------------------------------------- in an order of their own

/// Rows where they stood, with the numbers of their sessions.
class SessionizedRows final : public Collected {
 public:
  /// `numbers` by position; 0: no session.
  SessionizedRows(std::unique_ptr<PartitionedRows> rows, state::StateArray<int64_t> numbers,
                  SchemaRef output)
      : rows_(std::move(rows)), numbers_(std::move(numbers)), output_(std::move(output)) {}

  size_t parts() const override { return rows_->batches().size(); }
  Status emit_part(size_t part, const LaneContext& context, Output& output) const override {
    const Batch& batch = rows_->batches()[part];
    FixedBuilder<int64_t> builder(kInt64Type, context.memory);
    LEAT_TRY(builder.reserve(batch.rows()));
    const int64_t* const numbers = numbers_.data() + rows_->begin_of(part);
    for (size_t row = 0; row < batch.rows(); ++row) {
      if (numbers[row] != 0) {
        builder.append(numbers[row]);
      } else {
        LEAT_TRY(builder.append_null());
      }
    }
    context.ledger.add(Counter::kMade, batch.rows());
    return output.emit(
        batch.with_columns(output_, with_sessions(batch, output_->size() - 1, builder.finish())));
  }

 private:
  std::unique_ptr<PartitionedRows> rows_;
  state::StateArray<int64_t> numbers_;
  SchemaRef output_;
};

Result<CollectedRef> number_sessions(std::unique_ptr<PartitionedRows> rows,
                                     const PartitionPlan& plan, const SessionLimits& limits,
                                     const SchemaRef& output, const LaneContext& context) {
  state::StateArray<int64_t> numbers(context.memory);
  LEAT_TRY(numbers.resize(rows->rows(), 0));
  LEAT_TRY_ASSIGN(const state::ArrangedRows arranged, rows->arrange(0));
  const size_t time = plan.arrangements.front().order.keys.front().stored;
  for (size_t i = 0; i < arranged.partition_count(); ++i) {
    Session session{};
    for (const uint32_t position : arranged.partition(i)) {
      const RowRef row = rows->locate(position);
      const Column& times = rows->batches()[row.batch].column(time);
      if (times.is_valid(row.row))
        numbers[position] = session.next(moment_at(times, row.row), limits);
    }
  }
  return std::make_shared<const SessionizedRows>(std::move(rows), std::move(numbers), output);
}

// ----------------------------------------------------------------------------------------- binding

class SessionBinder {
 public:
  SessionBinder(const OptionValues& options, const BindContext& context)
      : options_(options), context_(context), errors_before_(context.diagnostics.count()) {}

  std::optional<BoundOperator> bind() {
    const std::optional<std::string> name = state::new_column_name(options_, "column", context_);
    const bool ordered = options_.has("order_by");
    if (ordered && options_.has("time"))
      mistake(code::kOptionsExclude, "time", "'time' and 'order_by' are both there",
              "the first key of 'order_by' is the time");
    const std::string_view order = ordered ? "order_by" : options_.has("time") ? "time" : "";
    std::optional<KeyedPlan> partitions =
        state::make_keyed_plan(options_, context_, {.order = order});
    if (partitions && order.empty()) find_time(partitions->order);
    if (partitions && !partitions->order.keys.empty()) check_time(partitions->order.keys.front());
    SessionLimits limits;
    if (!options_.has("gap") && !options_.has("max_length")) {
      context_.diagnostics.error(code::kOptionMissing, options_.stage(),
                                 "'sessionize' needs 'gap' or 'max_length'",
                                 "write, for example, gap: interval '30 minutes'");
    }
    limits.gap = length("gap", partitions);
    limits.max_length = length("max_length", partitions);
    if (context_.diagnostics.count() != errors_before_) return std::nullopt;
    return finish(std::move(*partitions), limits, *name, ordered);
  }

 private:
  void mistake(Code number, std::string_view option, std::string message, std::string hint = {}) {
    context_.diagnostics.error(number, options_.span(option), std::move(message), std::move(hint));
  }

  /// Without `order_by` and `time` the time is the only column of times.
  void find_time(state::SortPlan& order) {
    const Schema& input = *context_.input();
    std::vector<std::string> names;
    for (size_t i = 0; i < input.size(); ++i) {
      if (!input[i].type.is(TypeId::kTimestamp) && !input[i].type.is(TypeId::kDate)) continue;
      names.push_back(input[i].name);
      order.keys.assign(1, {expr::column_program(input, i), i, i, false, false});
    }
    if (names.size() == 1) return;
    context_.diagnostics.error(
        code::kOptionMissing, options_.stage(),
        names.empty()
            ? "the input has no column of times to make sessions by"
            : fmt::format("the input has several columns of times: '{}'", fmt::join(names, "', '")),
        "name the time with 'order_by', or with 'time' if rows come in its order");
    order.keys.clear();
  }

  void check_time(const state::SortPlan::Key& key) {
    const std::string_view option = options_.has("order_by") ? "order_by" : "time";
    type_ = expr::result_type(*key.program);
    switch (type_.id()) {
      case TypeId::kTimestamp:
      case TypeId::kDate:
      case TypeId::kInt64:
      case TypeId::kFloat64: break;
      default:
        return mistake(
            code::kWrongColumnType, option,
            fmt::format("sessions cannot be made by a time of type {}", to_string(type_)),
            "a time is a timestamp, a date, an int64 or a float64; cast it to one");
    }
    if (key.descending)
      mistake(code::kOptionValue, option, "sessions are made forward in time", "remove 'desc'");
  }

  std::optional<Length> length(std::string_view option,
                               const std::optional<KeyedPlan>& partitions) {
    if (!options_.has(option)) return std::nullopt;
    const ColumnRef value = expr::compile_constant(options_.source(option), *context_.input(),
                                                   context_.environment, context_.diagnostics);
    if (!value || !partitions || partitions->order.keys.empty()) return std::nullopt;
    const bool times = type_.is(TypeId::kTimestamp) || type_.is(TypeId::kDate);
    const TypeId given = value->type().id();
    if (!value->is_valid(0)) {
      mistake(code::kOptionValue, option, fmt::format("'{}' is NULL", option));
    } else if (times && given == TypeId::kInterval) {
      const Interval interval = value->values<Interval>()[0];
      if (interval.months >= 0 && interval.days >= 0 && interval.microseconds >= 0) return interval;
      mistake(code::kOptionValue, option, fmt::format("'{}' is negative", option));
    } else if (!times && given == TypeId::kInt64) {
      const int64_t whole = value->values<int64_t>()[0];
      if (whole < 0) mistake(code::kOptionValue, option, fmt::format("'{}' is negative", option));
      return type_.is(TypeId::kInt64) ? Length(whole) : Length(static_cast<double>(whole));
    } else if (type_.is(TypeId::kFloat64) &&
               (given == TypeId::kFloat64 || given == TypeId::kDecimal)) {
      const double number =
          given == TypeId::kFloat64
              ? value->values<double>()[0]
              : expr::nearest_float64(decimal_at(*value, 0), value->type().scale());
      if (!(number >= 0))
        mistake(code::kOptionValue, option, fmt::format("'{}' is negative", option));
      return number;
    } else {
      mistake(code::kOptionValue, option,
              fmt::format("'{}' is of type {}, and the time of type {}", option,
                          to_string(value->type()), to_string(type_)),
              times ? "write an interval such as interval '30 minutes'" : "write a number");
    }
    return std::nullopt;
  }

  BoundOperator finish(KeyedPlan partitions, const SessionLimits& limits, std::string name,
                       bool ordered) {
    const SchemaRef output = state::with_field(context_.input(), std::move(name), kInt64Type);
    BoundOperator bound;
    state::describe_keyed(partitions, bound);
    bound.output = output;
    bound.column_inputs.push_back(bound.always_read);
    if (!ordered) {
      bound.equations = passing_equations();
      bound.species =
          std::make_unique<Sessionize>(StreamPlan{std::move(partitions), limits, output});
      return bound;
    }
    bound.equations = state::collected_equations();
    bound.species = std::make_unique<state::PartitionedCollect>(
        state::arranged_plan(partitions),
        [limits, output](std::unique_ptr<PartitionedRows> rows, const PartitionPlan& plan,
                         const LaneContext& context) {
          return number_sessions(std::move(rows), plan, limits, output, context);
        });
    return bound;
  }

  const OptionValues& options_;
  const BindContext& context_;
  const size_t errors_before_;
  Type type_;  // of the time
};

std::optional<BoundOperator> bind_sessionize(const OptionValues& options,
                                             const BindContext& context) {
  return SessionBinder(options, context).bind();
}

constexpr std::array<OptionDef, 6> kSessionizeOptions{{
    {.name = "gap",
     .type = OptionType::kExpression,
     .doc = "A longer pause than this begins a new session: an interval, or a number where the "
            "time is one. This, `max_length` or both are needed."},
    {.name = "max_length",
     .type = OptionType::kExpression,
     .doc = "A row that is more than this after the first of its session begins a new one."},
    {.name = "partition_by",
     .type = OptionType::kExpressions,
     .doc = "Columns or expressions: each combination of their values has its own sessions. Left "
            "out, all rows are one partition."},
    {.name = "order_by",
     .type = OptionType::kExpressions,
     .doc = "The order in which sessions are made; its first key is the time. Left out: the order "
            "of the input, of which no more than one row of each partition is then held."},
    {.name = "time",
     .type = OptionType::kExpression,
     .doc = "What `gap` and `max_length` are about when there is no `order_by`. Left out: the only "
            "timestamp or date column of the input."},
    {.name = "column",
     .type = OptionType::kText,
     .doc = "The name of the column to add.",
     .default_text = "session"},
}};

}  // namespace

extern const OperatorDef operator_sessionize;
const OperatorDef operator_sessionize{
    .name = "sessionize",
    .kind = OperatorKind::kTransform,
    .summary = "Numbers sessions: rows without a long pause between them.",
    .doc =
        R"(Adds a column of type `int64`: the number of the row's session, from 1 in each partition. A pause that is
longer than `gap`, or a row more than `max_length` after the session's first, begins a new one. Rows
stay where they are. A row without a time (NULL) is of no session, its number is NULL.

With `order_by` all rows are held in memory until the last one has come.)",
    .example = R"(- sessionize:
    partition_by: user
    order_by: ts
    gap: interval '30 minutes'
)",
    .main_option = "gap",
    .options = kSessionizeOptions,
    .bind = &bind_sessionize,
};

}  // namespace leat
