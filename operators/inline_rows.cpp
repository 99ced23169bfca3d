// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include "operators/inline_rows.h"

#include <algorithm>
#include <array>
#include <memory>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <nlohmann/json.hpp>

#include "engine/codes/expression.h"
#include "engine/codes/form.h"
#include "engine/codes/option.h"
#include "operators/data/builder.h"
#include "operators/expr/column_items.h"
#include "operators/expr/expression.h"
#include "operators/json/json_sniffer.h"
#include "operators/text/type_sniffer.h"

namespace leat {

namespace {

struct RowsPlan {
  std::vector<InlineColumn> columns;
  std::vector<expr::ProgramRef> to_values;  ///< Of each column: reads its texts, the one column.
  size_t rows = 0;
  SchemaRef output;
};

bool is_nested_type(const Type& type) { return type.is(TypeId::kList) || type.is(TypeId::kStruct); }

/// `text` as a literal of the expression language.
std::string quoted_literal(std::string_view text) {
  std::string quoted = "'";
  for (const char c : text) quoted.append(c == '\'' ? 2 : 1, c);
  return quoted + "'";
}

/// The program that makes values of `type` of a column of texts, which for lists and structs is
/// JSON; NULLs where there are no texts.
expr::ProgramRef cast_program(const Type& type, Span where, const expr::Environment& environment,
                              Diagnostics& diagnostics) {
  static const Schema text(std::vector<Field>{{"text", kUtf8Type}});
  const std::string name = to_string(type);
  const SourceText cast(is_nested_type(type)
                            ? fmt::format("from_json(text::json, {})", quoted_literal(name))
                            : fmt::format("cast(text as {})", name),
                        where, {});
  return expr::compile(cast, text, environment, diagnostics);
}

/// The texts of rows [begin, begin + count) as a batch of one column.
Result<Batch> text_batch(const InlineColumn& column, size_t begin, size_t count, RowPlaces places,
                         MemoryAccount& memory) {
  ViewBuilder texts(kUtf8Type, memory);
  LEAT_TRY(texts.reserve(count));
  for (size_t row = begin; row < begin + count; ++row) {
    const std::optional<std::string>& cell = column.cells[row];
    LEAT_TRY(cell ? texts.append_copy(*cell) : texts.append_null());
  }
  return Batch(nullptr, {texts.finish()}, count, std::move(places));
}

/// A split for each batch.
class RowsSplitter final : public Splitter {
 public:
  explicit RowsSplitter(const RowsPlan& plan) : plan_(plan) {}

  Result<std::optional<io::Split>> next() override {
    if (index_ * kBatchRowsMax >= plan_.rows) return std::nullopt;
    io::Split split;
    split.index = index_++;
    return split;
  }

 private:
  const RowsPlan& plan_;
  uint64_t index_ = 0;
};

class RowsDecoder final : public Decoder {
 public:
  RowsDecoder(const RowsPlan& plan, const LaneContext& context) : plan_(plan), context_(context) {
    for (const expr::ProgramRef& program : plan.to_values)
      evaluators_.emplace_back(program, context.memory);
  }

  Status decode(const io::Split& split, Output& output) override {
    const size_t begin = split.index * kBatchRowsMax;
    const size_t count = std::min(plan_.rows - begin, kBatchRowsMax);
    const RowPlaces places{Ordinal(split.index, 0), {}, {}};
    std::vector<ColumnRef> columns;
    for (size_t i = 0; i < plan_.columns.size(); ++i) {
      LEAT_TRY_ASSIGN(const Batch batch,
                      text_batch(plan_.columns[i], begin, count, places, context_.memory));
      std::vector<RowFault> faults;
      LEAT_TRY_ASSIGN(ColumnRef values, evaluators_[i].evaluate(batch, batch.selection(), faults));
      if (!faults.empty()) return std::unexpected(std::move(faults.front().error));
      columns.push_back(std::move(values));
    }
    context_.ledger.add(Counter::kRead, count);
    return output.emit(Batch(plan_.output, std::move(columns), count, places));
  }

 private:
  const RowsPlan& plan_;
  LaneContext context_;
  std::vector<expr::Evaluator> evaluators_;
};

class RowsSource final : public Source {
 public:
  explicit RowsSource(RowsPlan plan) : plan_(std::move(plan)) {}

  std::unique_ptr<Splitter> splitter(const StageContext&) const override {
    return std::make_unique<RowsSplitter>(plan_);
  }
  std::unique_ptr<Decoder> decoder(const LaneContext& context) const override {
    return std::make_unique<RowsDecoder>(plan_, context);
  }

 private:
  RowsPlan plan_;
};

// ----------------------------------------------------------------------------------------- reading

/// A value of YAML as JSON. A plain scalar that is a number or a truth value is one.
nlohmann::ordered_json json_of(const OptionNode& node) {
  using Json = nlohmann::ordered_json;
  switch (node.kind) {
    case OptionNode::Kind::kNull: return nullptr;
    case OptionNode::Kind::kScalar: {
      const std::string& text = node.scalar.text();
      Json value = node.scalar.quoted() ? Json() : Json::parse(text, nullptr, false);
      return value.is_number() || value.is_boolean() ? value : Json(text);
    }
    case OptionNode::Kind::kList: {
      Json list = Json::array();
      for (const OptionNode& item : node.items) list.push_back(json_of(item));
      return list;
    }
    case OptionNode::Kind::kMap: {
      Json map = Json::object();
      for (const OptionEntry& entry : node.entries) map[entry.name.text()] = json_of(entry.value);
      return map;
    }
  }
  return nullptr;
}

class RowsReader {
 public:
  explicit RowsReader(Diagnostics& diagnostics)
      : diagnostics_(diagnostics), errors_before_(diagnostics.count()) {}

  std::optional<InlineRows> read(const OptionNode& list) {
    for (const OptionNode& item : list.items) add_row(item);
    if (list.kind == OptionNode::Kind::kMap) add_row(list);
    if (diagnostics_.count() != errors_before_) return std::nullopt;
    return std::move(rows_);
  }

 private:
  void mistake(Code number, Span where, std::string message, std::string hint = {}) {
    diagnostics_.error(number, where, std::move(message), std::move(hint));
  }

  void add_row(const OptionNode& row) {
    if (row.kind != OptionNode::Kind::kMap) {
      return mistake(code::kInlineRows, row.span, "a row is a mapping of columns to values",
                     "write { name: value, other: value }");
    }
    for (const OptionEntry& entry : row.entries) {
      InlineColumn& column = column_of(entry.name.text(), row.span);
      if (column.cells.size() > rows_.rows) {
        mistake(code::kKeyTwice, entry.name.span(),
                fmt::format("'{}' is written twice", entry.name.text()), "remove one of them");
        continue;
      }
      column.places.push_back(entry.value.kind == OptionNode::Kind::kNull ? entry.name.span()
                                                                          : entry.value.span);
      add_cell(entry, column);
    }
    ++rows_.rows;
    for (InlineColumn& column : rows_.columns) {
      column.cells.resize(rows_.rows);
      column.places.resize(rows_.rows, row.span);
    }
  }

  void add_cell(const OptionEntry& entry, InlineColumn& column) {
    const OptionNode& value = entry.value;
    if (value.kind == OptionNode::Kind::kScalar) {
      column.quoted = column.quoted || value.scalar.quoted();
      column.cells.emplace_back(value.scalar.text());
    } else if (value.kind == OptionNode::Kind::kNull) {
      column.cells.emplace_back();
    } else {
      column.nested = true;
      column.cells.emplace_back(json_of(value).dump());
    }
  }

  InlineColumn& column_of(const std::string& name, Span row) {
    for (InlineColumn& column : rows_.columns) {
      if (column.name == name) return column;
    }
    InlineColumn column;
    column.name = name;
    column.cells.resize(rows_.rows);
    column.places.resize(rows_.rows, row);
    rows_.columns.push_back(std::move(column));
    return rows_.columns.back();
  }

  Diagnostics& diagnostics_;
  const size_t errors_before_;
  InlineRows rows_;
};

// ----------------------------------------------------------------------------------------- binding

/// The type of a column of JSON. Reports cells that are none, which single values are not.
Type inferred_nested_type(const InlineColumn& column, Diagnostics& diagnostics) {
  io::JsonShape shape;
  for (size_t row = 0; row < column.cells.size(); ++row) {
    const std::optional<std::string>& cell = column.cells[row];
    if (!cell) continue;
    if (cell->starts_with('[') || cell->starts_with('{')) {
      static_cast<void>(io::sniff_value(*cell, shape));
      continue;
    }
    diagnostics.error(code::kInlineRows, column.places[row],
                      fmt::format("'{}' is a single value here, and a list or a mapping in another "
                                  "row",
                                  column.name),
                      "write a list of one value, or nothing");
  }
  return shape.type();
}

Type inferred_type(const InlineColumn& column, Diagnostics& diagnostics) {
  if (column.nested) return inferred_nested_type(column, diagnostics);
  io::TypeSniffer sniffer;
  for (const std::optional<std::string>& cell : column.cells) {
    if (cell) sniffer.add(*cell);
  }
  return column.quoted ? kUtf8Type : sniffer.type();
}

std::optional<BoundOperator> bind_columns(InlineRows rows, const std::vector<Type>& types,
                                          Span where, const BindContext& context) {
  const size_t errors_before = context.diagnostics.count();
  RowsPlan plan;
  std::vector<Field> fields;
  for (size_t i = 0; i < rows.columns.size(); ++i) {
    fields.push_back({rows.columns[i].name, types[i]});
    plan.to_values.push_back(
        cast_program(types[i], where, context.environment, context.diagnostics));
  }
  if (context.diagnostics.count() != errors_before) return std::nullopt;
  plan.columns = std::move(rows.columns);
  plan.rows = rows.rows;
  plan.output = std::make_shared<const Schema>(std::move(fields));
  BoundOperator bound;
  bound.output = plan.output;
  bound.equations = {Equation({Counter::kRead}, {Counter::kOut})};
  bound.species = std::make_unique<RowsSource>(std::move(plan));
  return bound;
}

/// The columns of the stage in their order, with the cells that are given. Reports those of other
/// columns.
InlineRows arranged(InlineRows given, const std::vector<Field>& fields, const OptionNode& list,
                    Diagnostics& diagnostics) {
  std::vector<std::string> names;
  for (const Field& field : fields) names.push_back(field.name);
  for (const OptionNode& row : list.items) {
    for (const OptionEntry& entry : row.entries) {
      if (std::find(names.begin(), names.end(), entry.name.text()) != names.end()) continue;
      std::string hint = did_you_mean(entry.name.text(), names);
      if (hint.empty()) hint = fmt::format("its columns are '{}'", fmt::join(names, "', '"));
      diagnostics.error(code::kUnknownColumn, entry.name.span(),
                        fmt::format("the stage has no column '{}'", entry.name.text()), hint);
    }
  }
  InlineRows all;
  all.rows = given.rows;
  for (const Field& field : fields) {
    const auto found = std::find_if(given.columns.begin(), given.columns.end(),
                                    [&](const auto& column) { return column.name == field.name; });
    if (found != given.columns.end()) {
      all.columns.push_back(std::move(*found));
      continue;
    }
    InlineColumn missing;
    missing.name = field.name;
    missing.cells.resize(given.rows);
    missing.places.resize(given.rows);
    all.columns.push_back(std::move(missing));
  }
  return all;
}

std::optional<BoundOperator> bind_given(const OptionValues& options, const BindContext& context) {
  const OptionNode& list = *options.find("rows");
  const size_t errors_before = context.diagnostics.count();
  std::optional<InlineRows> rows = read_inline_rows(list, context.diagnostics);
  if (!rows) return std::nullopt;
  std::vector<Type> types;
  if (options.has("types")) {
    std::vector<Field> fields;
    for (const auto& [name, type] : options.named("types"))
      fields.push_back({name.text(), *parse_type(type.text())});
    rows = arranged(std::move(*rows), fields, list, context.diagnostics);
    for (const Field& field : fields) types.push_back(field.type);
  } else {
    for (const InlineColumn& column : rows->columns)
      types.push_back(inferred_type(column, context.diagnostics));
  }
  MemoryBudget budget(size_t{256} << 20);
  MemoryAccount& memory = budget.open_account("given");
  for (size_t i = 0; i < rows->columns.size(); ++i)
    cast_cells(rows->columns[i], types[i], context.environment, memory, context.diagnostics);
  if (context.diagnostics.count() != errors_before) return std::nullopt;
  return bind_columns(std::move(*rows), types, options.stage(), context);
}

constexpr std::array<OptionDef, 2> kGivenOptions{{
    {.name = "rows", .type = OptionType::kTree, .doc = "The rows.", .required = true},
    {.name = "types", .type = OptionType::kNamed, .doc = "The columns with their types."},
}};

}  // namespace

std::optional<InlineRows> read_inline_rows(const OptionNode& list, Diagnostics& diagnostics) {
  return RowsReader(diagnostics).read(list);
}

ColumnRef cast_cells(const InlineColumn& column, const Type& type,
                     const expr::Environment& environment, MemoryAccount& memory,
                     Diagnostics& diagnostics) {
  const Span where = column.places.empty() ? Span{} : column.places.front();
  const expr::ProgramRef program = cast_program(type, where, environment, diagnostics);
  if (!program) return nullptr;
  std::vector<RowFault> faults;
  expr::Evaluator evaluator(program, memory);
  const auto cast = [&]() -> Result<ColumnRef> {
    LEAT_TRY_ASSIGN(const Batch batch,
                    text_batch(column, 0, column.cells.size(), RowPlaces(), memory));
    return evaluator.evaluate(batch, batch.selection(), faults);
  };
  Result<ColumnRef> values = cast();
  if (!values) {
    diagnostics.error(values.error().number, where, values.error().message, values.error().hint);
    return nullptr;
  }
  for (const RowFault& fault : faults) {
    diagnostics.error(code::kInlineRows, column.places[fault.row],
                      fmt::format("the column '{}' is {}, and '{}' is none", column.name,
                                  to_string(type), *column.cells[fault.row]));
  }
  return faults.empty() ? *values : nullptr;
}

std::optional<BoundOperator> bind_inline_rows(const OptionValues& options,
                                              const BindContext& context) {
  const OptionNode& node = *options.find("rows");
  const bool is_row = node.kind == OptionNode::Kind::kMap;
  if (!is_row && (node.kind != OptionNode::Kind::kList || node.items.empty())) {
    context.diagnostics.error(code::kInlineRows, node.span,
                              "'rows' takes a list of rows, one at least",
                              "write '- { name: value, other: value }' below it");
    return std::nullopt;
  }
  const size_t errors_before = context.diagnostics.count();
  std::optional<InlineRows> rows = read_inline_rows(node, context.diagnostics);
  if (!rows) return std::nullopt;
  if (rows->columns.empty()) {
    context.diagnostics.error(code::kInlineRows, node.span, "these rows have no column",
                              "write '- { name: value }'");
    return std::nullopt;
  }
  std::vector<Type> types;
  for (const InlineColumn& column : rows->columns)
    types.push_back(inferred_type(column, context.diagnostics));
  if (context.diagnostics.count() != errors_before) return std::nullopt;
  return bind_columns(std::move(*rows), types, options.span("rows"), context);
}

const OperatorDef& given_definition() {
  static constexpr OperatorDef kDefinition{
      .name = "given",
      .kind = OperatorKind::kSource,
      .summary = "Stands in for a stage in a test.",
      .doc = "",
      .example = "",
      .main_option = "",
      .options = kGivenOptions,
      .bind = &bind_given,
  };
  return kDefinition;
}

}  // namespace leat
