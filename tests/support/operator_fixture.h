// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// What tests of operators need: a budget, batches from literals, options without YAML, a strict or
// forgiving FaultPolicy, an Output that collects, and one call per species that runs a bound
// operator. Rows are compared as text: values joined by '|', NULL as `NULL`.
//
//   OperatorFixture fixture;
//   SchemaRef schema = make_schema({{"id", kInt64Type}, {"name", kUtf8Type}});
//   Batch batch = make_batch(fixture.memory, schema, {{1, "a"}, {2, null_cell}});
//   auto bound = bind(operator_filter, Opt("id > 1"), schema);
//   EXPECT_EQ(run(fixture, bound, {batch}).rows, (std::vector<std::string>{"2|NULL"}));
#pragma once

#include <algorithm>
#include <cstdint>
#include <initializer_list>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <gtest/gtest.h>

#include "engine/codes/file.h"
#include "operators/data/builder.h"
#include "operators/data/decimal_values.h"
#include "operators/operator.h"

namespace leat::test {

// ------------------------------------------------------------------------------- cells and batches

/// One value of a literal batch; implicit from what people write.
struct Cell {
  std::variant<std::monostate, bool, int64_t, double, std::string> value;

  Cell() = default;
  Cell(std::nullptr_t) {}
  Cell(bool v) : value(v) {}
  Cell(int v) : value(int64_t{v}) {}
  Cell(int64_t v) : value(v) {}
  Cell(double v) : value(v) {}
  Cell(const char* v) : value(std::string(v)) {}
  Cell(std::string v) : value(std::move(v)) {}

  bool is_null() const { return std::holds_alternative<std::monostate>(value); }
};
inline const Cell null_cell;
using Row = std::vector<Cell>;

inline SchemaRef make_schema(std::vector<Field> fields) {
  return std::make_shared<const Schema>(std::move(fields));
}

/// A column of cells. int64, timestamp, date and decimal take integers (a decimal its unscaled
/// value); json, binary and utf8 text.
inline ColumnRef make_column(MemoryAccount& memory, const Type& type,
                             const std::vector<Cell>& cells) {
  const auto fixed = [&](auto sample) {
    using T = decltype(sample);
    FixedBuilder<T> builder(type, memory);
    EXPECT_TRUE(builder.reserve(cells.size()));
    for (const Cell& cell : cells) {
      if (cell.is_null()) {
        EXPECT_TRUE(builder.append_null());
      } else if (const double* number = std::get_if<double>(&cell.value)) {
        builder.append(static_cast<T>(*number));
      } else {
        builder.append(static_cast<T>(std::get<int64_t>(cell.value)));
      }
    }
    return builder.finish();
  };
  switch (type.id()) {
    case TypeId::kInt64:
    case TypeId::kTimestamp: return fixed(int64_t{});
    case TypeId::kFloat64: return fixed(double{});
    case TypeId::kDate: return fixed(int32_t{});
    case TypeId::kDecimal: return fixed(Int128{});
    case TypeId::kBool: {
      BoolBuilder builder(memory);
      EXPECT_TRUE(builder.reserve(cells.size()));
      for (const Cell& cell : cells) {
        if (cell.is_null()) {
          EXPECT_TRUE(builder.append_null());
        } else {
          builder.append(std::get<bool>(cell.value));
        }
      }
      return builder.finish();
    }
    case TypeId::kUtf8:
    case TypeId::kBinary:
    case TypeId::kJson: {
      ViewBuilder builder(type, memory);
      EXPECT_TRUE(builder.reserve(cells.size()));
      for (const Cell& cell : cells) {
        EXPECT_TRUE(cell.is_null() ? builder.append_null()
                                   : builder.append_copy(std::get<std::string>(cell.value)));
      }
      return builder.finish();
    }
    case TypeId::kNull: return std::make_shared<Column>(type, cells.size(), Column::Parts{});
    default: ADD_FAILURE() << "make_column has no literals for " << to_string(type); return nullptr;
  }
}

/// A batch whose rows have identities from `first` on.
inline Batch make_batch(MemoryAccount& memory, const SchemaRef& schema,
                        const std::vector<Row>& rows, Ordinal first = Ordinal(0, 0)) {
  std::vector<ColumnRef> columns;
  for (size_t i = 0; i < schema->size(); ++i) {
    std::vector<Cell> cells;
    for (const Row& row : rows) {
      EXPECT_EQ(row.size(), schema->size()) << "a literal row has the wrong number of cells";
      cells.push_back(i < row.size() ? row[i] : Cell());
    }
    columns.push_back(make_column(memory, (*schema)[i].type, cells));
  }
  RowPlaces ids;
  ids.first = first;
  return Batch(schema, std::move(columns), rows.size(), std::move(ids));
}

/// `batch` with only the physical rows `rows` (ascending) selected.
inline Batch select_rows(MemoryAccount& memory, const Batch& batch,
                         const std::vector<uint32_t>& rows) {
  auto buffer = memory.allocate(rows.size() * sizeof(uint32_t));
  EXPECT_TRUE(buffer);
  std::copy(rows.begin(), rows.end(), (*buffer)->mutable_as<uint32_t>());
  return batch.with_selection(Selection(std::move(*buffer), rows.size()));
}

inline std::string value_text(const Column& column, size_t row) {
  if (!column.is_valid(row)) return "NULL";
  switch (column.type().id()) {
    case TypeId::kNull: return "NULL";
    case TypeId::kBool: return column.bool_at(row) ? "true" : "false";
    case TypeId::kInt64:
    case TypeId::kTimestamp: return fmt::format("{}", column.values<int64_t>()[row]);
    case TypeId::kFloat64: return fmt::format("{}", column.values<double>()[row]);
    case TypeId::kDate: return fmt::format("{}", column.values<int32_t>()[row]);
    case TypeId::kDecimal: return fmt::format("{}", decimal_at(column, row));
    case TypeId::kUtf8:
    case TypeId::kBinary:
    case TypeId::kJson: return std::string(column.view_at(row));
    case TypeId::kInterval: {
      const Interval& value = column.values<Interval>()[row];
      return fmt::format("{}m{}d{}us", value.months, value.days, value.microseconds);
    }
    case TypeId::kList: {
      std::string text;
      const int32_t* const offsets = column.values<int32_t>() + row;
      for (int32_t i = offsets[0]; i < offsets[1]; ++i) {
        text += (text.empty() ? "" : ",") + value_text(column.child(0), static_cast<size_t>(i));
      }
      return '[' + text + ']';
    }
    case TypeId::kStruct: {
      std::string text;
      for (size_t i = 0; i < column.parts().children.size(); ++i) {
        text += (i == 0 ? "" : ",") + value_text(column.child(i), row);
      }
      return '{' + text + '}';
    }
  }
  return "?";
}

/// The selected rows of `batch` as text.
inline std::vector<std::string> rows_of(const Batch& batch) {
  std::vector<std::string> rows;
  for_each_row(batch.selection(), [&](size_t row) {
    std::string text;
    for (size_t i = 0; i < batch.columns().size(); ++i) {
      text += (i == 0 ? "" : "|") + value_text(batch.column(i), row);
    }
    rows.push_back(std::move(text));
  });
  return rows;
}

// ----------------------------------------------------------------------------------------- options

/// An option value as people would write it in YAML: text, `Opt::list({...})` or `Opt::map({{"key",
/// value}, ...})`.
struct Opt {
  OptionNode::Kind kind = OptionNode::Kind::kNull;
  std::string text;
  std::vector<Opt> items;
  std::vector<std::pair<std::string, Opt>> entries;

  Opt() = default;
  Opt(const char* scalar) : kind(OptionNode::Kind::kScalar), text(scalar) {}
  Opt(std::string scalar) : kind(OptionNode::Kind::kScalar), text(std::move(scalar)) {}
  static Opt list(std::vector<Opt> items) {
    Opt option;
    option.kind = OptionNode::Kind::kList;
    option.items = std::move(items);
    return option;
  }
  static Opt map(std::vector<std::pair<std::string, Opt>> entries) {
    Opt option;
    option.kind = OptionNode::Kind::kMap;
    option.entries = std::move(entries);
    return option;
  }
};

/// Writes options into a made-up document, so that spans can be looked up in it.
class OptionDocument {
 public:
  SourceText scalar(const std::string& text) {
    const auto begin = static_cast<uint32_t>(document_.size());
    document_ += text + '\n';
    return SourceText(text, {begin, begin + static_cast<uint32_t>(text.size())}, {{0, begin}});
  }
  OptionNode node(const Opt& option) {
    OptionNode node;
    node.kind = option.kind;
    node.span.begin = static_cast<uint32_t>(document_.size());
    if (option.kind == OptionNode::Kind::kScalar) node.scalar = scalar(option.text);
    for (const Opt& item : option.items) node.items.push_back(this->node(item));
    for (const auto& [key, value] : option.entries) {
      SourceText name = scalar(key);
      OptionNode child = this->node(value);
      node.entries.push_back({std::move(name), std::move(child)});
    }
    const size_t end = document_.size() > node.span.begin ? document_.size() - 1 : document_.size();
    node.span.end = static_cast<uint32_t>(end);
    return node;
  }
  /// The text at `span`.
  std::string at(Span span) const { return document_.substr(span.begin, span.end - span.begin); }

 private:
  std::string document_;
};

/// An operator bound from literals, or the mistakes: each as `message [place]`, and their hints.
struct Binding {
  std::optional<BoundOperator> bound;
  std::vector<std::string> mistakes;
  std::vector<std::string> hints;

  BoundOperator* operator->() { return &*bound; }
  const Schema& output() const { return *bound->output; }
};

/// As bind, of an operator with any number of inputs, which are called `names`.
inline Binding bind_inputs(const OperatorDef& definition, const Opt& option,
                           std::vector<SchemaRef> inputs, std::vector<std::string> names = {},
                           const expr::Environment& environment = {},
                           OnError on_error = OnError::kFail, bool ports_read = false) {
  Binding binding;
  Diagnostics diagnostics;
  OptionDocument document;
  const SourceText key = document.scalar(std::string(definition.name));
  const OptionNode node = document.node(option);
  const std::optional<OptionValues> values =
      read_options(definition.options, definition.main_option, node, key, diagnostics);
  if (values) {
    BindContext context{std::move(inputs), std::nullopt, environment,
                        on_error,          diagnostics,  &definition};
    context.input_names = std::move(names);
    context.ports_read = ports_read;
    binding.bound = definition.bind(*values, context);
    // A bind that reports a mistake may still return what later stages need to be checked.
    EXPECT_TRUE(binding.bound.has_value() || !diagnostics.ok())
        << "an operator that does not bind reports why";
  }
  for (const Diagnostic& error : diagnostics.errors()) {
    binding.mistakes.push_back(fmt::format("{} [{}]", error.message, document.at(error.where)));
    binding.hints.push_back(error.hint);
  }
  return binding;
}

inline Binding bind(const OperatorDef& definition, const Opt& option, SchemaRef input,
                    const expr::Environment& environment = {}, OnError on_error = OnError::kFail) {
  std::vector<SchemaRef> inputs;
  if (input) inputs.push_back(std::move(input));
  return bind_inputs(definition, option, std::move(inputs), {}, environment, on_error);
}

/// As bind, and fails the test when the operator does not bind.
inline Binding bind_ok(const OperatorDef& definition, const Opt& option, SchemaRef input,
                       const expr::Environment& environment = {},
                       OnError on_error = OnError::kFail) {
  Binding binding = bind(definition, option, std::move(input), environment, on_error);
  EXPECT_TRUE(binding.bound.has_value()) << fmt::format("{}", fmt::join(binding.mistakes, "\n"));
  return binding;
}

// ---------------------------------------------------------------------------------- faults, output

/// Applies one `on_error`, counts, and keeps what was absorbed.
class TestFaults final : public FaultPolicy {
 public:
  TestFaults(OnError on_error, Ledger& ledger, MemoryAccount& memory)
      : on_error_(on_error), ledger_(ledger), memory_(memory) {}

  Result<Settled> settle(const Batch& batch, const Selection& selection,
                         std::vector<RowFault> faults) override {
    // Stable, as the first fault of a row counts, and faults are few.
    for (size_t i = 1; i < faults.size(); ++i) {
      for (size_t j = i; j > 0 && faults[j].row < faults[j - 1].row; --j)
        std::swap(faults[j], faults[j - 1]);
    }
    auto buffer = memory_.allocate(selection.count() * sizeof(uint32_t));
    if (!buffer) return std::unexpected(buffer.error());
    uint32_t* const rows = (*buffer)->mutable_as<uint32_t>();
    size_t kept = 0;
    size_t next = 0;
    for (size_t i = 0; i < selection.count(); ++i) {
      const uint32_t row = selection[i];
      while (next < faults.size() && faults[next].row < row) ++next;
      if (next == faults.size() || faults[next].row != row) {
        rows[kept++] = row;
        continue;
      }
      Error error = std::move(faults[next].error);
      if (on_error_ == OnError::kFail || error.code != ErrorCode::kData) {
        if (batch.places().origin)
          error.data = batch.places().origin->locate(batch.places()[row].row());
        return Settled{Selection(std::move(*buffer), kept), std::move(error)};
      }
      absorb(std::move(error));
    }
    return Settled{Selection(std::move(*buffer), kept), std::nullopt};
  }

  Status record(const RowOriginRef& origin, Ordinal row, Error error) override {
    if (origin && !error.data) error.data = origin->locate(row.row());
    if (on_error_ == OnError::kFail || error.code != ErrorCode::kData)
      return std::unexpected(std::move(error));
    absorb(std::move(error));
    return {};
  }

  /// What was skipped or rejected.
  const std::vector<Error>& absorbed() const { return absorbed_; }

 private:
  void absorb(Error error) {
    ledger_.add(on_error_ == OnError::kSkip ? Counter::kSkipped : Counter::kRejected, 1);
    absorbed_.push_back(std::move(error));
  }

  OnError on_error_;
  Ledger& ledger_;
  MemoryAccount& memory_;
  std::vector<Error> absorbed_;
};

/// Keeps every batch with rows and counts kOut. Set `fail_after` to make it report an error after
/// that many batches.
class CollectingOutput final : public Output {
 public:
  explicit CollectingOutput(Ledger& ledger) : ledger_(ledger) {}

  Status emit(Batch batch) override {
    if (batch.rows() == 0) return {};
    if (batches.size() == fail_after)
      return fail(code::kCannotWrite, ErrorCode::kIo, "the test's output is full");
    ledger_.add(Counter::kOut, batch.rows());
    for (std::string& row : rows_of(batch)) rows.push_back(std::move(row));
    for (size_t i = 0; i < batch.rows(); ++i) ids.push_back(batch.ordinal(i));
    batches.push_back(std::move(batch));
    return {};
  }

  std::vector<Batch> batches;
  std::vector<std::string> rows;
  std::vector<Ordinal> ids;
  size_t fail_after = SIZE_MAX;

 private:
  Ledger& ledger_;
};

// -------------------------------------------------------------------------------------------- runs

/// A budget, one stage's account, its ledger and policy.
class OperatorFixture {
 public:
  explicit OperatorFixture(size_t limit_bytes = size_t{1} << 30, OnError on_error = OnError::kFail)
      : budget(limit_bytes),
        memory(budget.open_account("test")),
        faults(on_error, ledger, memory) {}

  LaneContext lane() { return {memory, faults, ledger, nullptr, spill}; }

  MemoryBudget budget;
  MemoryAccount& memory;
  Ledger ledger;
  TestFaults faults;
  state::SpillArea* spill = nullptr;
};

/// What an operator made of its input.
struct Run {
  std::vector<std::string> rows;
  std::vector<Ordinal> ids;
  std::vector<size_t> batch_rows;  ///< Rows of each emitted batch.
  std::optional<Error> error;

  std::string error_message() const { return error ? error->message : std::string(); }
};

inline Run finish_run(CollectingOutput& output, const Status& status) {
  Run run;
  run.rows = std::move(output.rows);
  run.ids = std::move(output.ids);
  for (const Batch& batch : output.batches) run.batch_rows.push_back(batch.rows());
  if (!status) run.error = status.error();
  return run;
}

inline void expect_balanced(const BoundOperator& bound, const Ledger& ledger) {
  for (const Equation& equation : bound.equations) {
    EXPECT_TRUE(equation.holds(ledger)) << "an equation of the ledger does not hold";
  }
}

/// What a Collect makes of `lanes[i]` given to partial i; the partials are absorbed in order.
/// Counts kIn.
inline Result<CollectedRef> collect(OperatorFixture& fixture, const Collect& collect,
                                    const std::vector<std::vector<Batch>>& lanes) {
  std::vector<std::unique_ptr<Partial>> partials;
  for (const std::vector<Batch>& batches : lanes) {
    partials.push_back(collect.partial(fixture.lane()));
    for (const Batch& batch : batches) {
      fixture.ledger.add(Counter::kIn, batch.rows());
      LEAT_TRY(partials.back()->consume(batch));
    }
    LEAT_TRY(partials.back()->seal());
  }
  const std::unique_ptr<Final> final = collect.final(fixture.lane());
  for (std::unique_ptr<Partial>& partial : partials) LEAT_TRY(final->absorb(std::move(partial)));
  return final->finish();
}

/// Runs a Collect with `lanes[i]` given to partial i, and the partials absorbed in order.
inline Run run_lanes(OperatorFixture& fixture, const Binding& binding,
                     const std::vector<std::vector<Batch>>& lanes) {
  CollectingOutput output(fixture.ledger);
  const auto work = [&]() -> Status {
    LEAT_TRY_ASSIGN(
        const CollectedRef collected,
        collect(fixture, *std::get<std::unique_ptr<Collect>>(binding.bound->species), lanes));
    for (size_t part = 0; part < collected->parts(); ++part)
      LEAT_TRY(collected->emit_part(part, fixture.lane(), output));
    return {};
  };
  const Status status = work();
  if (status) expect_balanced(*binding.bound, fixture.ledger);
  return finish_run(output, status);
}

/// Runs a Map, Sequential or Collect (one lane) over `batches` and checks the ledger.
inline Run run(OperatorFixture& fixture, const Binding& binding,
               const std::vector<Batch>& batches) {
  if (std::holds_alternative<std::unique_ptr<Collect>>(binding.bound->species)) {
    return run_lanes(fixture, binding, {batches});
  }
  CollectingOutput output(fixture.ledger);
  const auto work = [&]() -> Status {
    if (const auto* map = std::get_if<std::unique_ptr<Map>>(&binding.bound->species)) {
      const std::unique_ptr<MapLane> lane = (*map)->lane(fixture.lane(), {});
      for (const Batch& batch : batches) {
        fixture.ledger.add(Counter::kIn, batch.rows());
        LEAT_TRY(lane->process(batch, output));
      }
      return lane->end_split(output);
    }
    const auto state =
        std::get<std::unique_ptr<Sequential>>(binding.bound->species)->start(fixture.lane());
    for (const Batch& batch : batches) {
      fixture.ledger.add(Counter::kIn, batch.rows());
      LEAT_TRY_ASSIGN(const Demand demand, state->process(batch, output));
      if (demand == Demand::kDone) break;
    }
    return state->finish(output);
  };
  const Status status = work();
  if (status) expect_balanced(*binding.bound, fixture.ledger);
  return finish_run(output, status);
}

/// Is what the side counts forgotten, as in a run, where it has a ledger of its own?
enum class SideAccounts : uint8_t { kTogether, kApart };

/// Runs a Map with one side input, or none: `right` is collected, then `left[i]` given to lane i,
/// then the rest is asked for. The rows of lanes are put in order by their ordinals, as a run does.
inline Run run_join(OperatorFixture& fixture, const Binding& binding,
                    const std::vector<std::vector<Batch>>& left,
                    const std::vector<std::vector<Batch>>& right,
                    SideAccounts side_accounts = SideAccounts::kTogether) {
  CollectingOutput output(fixture.ledger);
  const auto& map = *std::get<std::unique_ptr<Map>>(binding.bound->species);
  const auto work = [&]() -> Status {
    std::vector<CollectedRef> sides;
    if (!map.sides().empty()) {
      LEAT_TRY_ASSIGN(CollectedRef side, collect(fixture, *map.sides()[0], right));
      sides.push_back(std::move(side));
    }
    if (side_accounts == SideAccounts::kApart) fixture.ledger = Ledger();
    if (CollectedRef common = map.common(fixture.memory)) sides.push_back(std::move(common));
    std::vector<std::unique_ptr<MapLane>> lanes;
    for (const std::vector<Batch>& batches : left) {
      lanes.push_back(map.lane(fixture.lane(), sides));
      for (const Batch& batch : batches) {
        fixture.ledger.add(Counter::kIn, batch.rows());
        LEAT_TRY(lanes.back()->process(batch, output));
      }
      LEAT_TRY(lanes.back()->end_split(output));
    }
    for (const std::unique_ptr<MapLane>& lane : lanes) LEAT_TRY(lane->seal());
    std::vector<size_t> order(output.rows.size());
    for (size_t i = 0; i < order.size(); ++i) order[i] = i;
    std::stable_sort(order.begin(), order.end(),
                     [&](size_t a, size_t b) { return output.ids[a] < output.ids[b]; });
    std::vector<std::string> rows;
    for (const size_t i : order) rows.push_back(std::move(output.rows[i]));
    output.rows = std::move(rows);
    if (!map.has_rest()) return {};
    LEAT_TRY_ASSIGN(const CollectedRef rest, map.rest(fixture.lane(), sides));
    for (size_t part = 0; rest && part < rest->parts(); ++part)
      LEAT_TRY(rest->emit_part(part, fixture.lane(), output));
    return {};
  };
  const Status status = work();
  if (status) expect_balanced(*binding.bound, fixture.ledger);
  return finish_run(output, status);
}

}  // namespace leat::test
