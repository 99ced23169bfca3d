// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// rows: a small table that stands in the pipeline. Its cells are text until a type is inferred, as
// for a CSV file of the same text.
#include <algorithm>
#include <array>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "operators/data/builder.h"
#include "operators/expr/expression.h"
#include "operators/operator.h"
#include "operators/text/type_sniffer.h"

namespace leat {

namespace {

using Cell = std::optional<std::string>;

/// A column as text, with what makes values of it.
struct TextColumn {
  std::string name;
  std::vector<Cell> cells;
  bool quoted = false;         ///< Is a cell quoted? Then all of them are text.
  expr::ProgramRef to_values;  ///< Reads the texts, which are its one column.
};

struct RowsPlan {
  std::vector<TextColumn> columns;
  size_t rows = 0;
  SchemaRef output;
};

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
    for (const TextColumn& column : plan.columns)
      evaluators_.emplace_back(column.to_values, context.memory);
  }

  Status decode(const io::Split& split, Output& output) override {
    const size_t begin = split.index * kBatchRowsMax;
    const size_t count = std::min(plan_.rows - begin, kBatchRowsMax);
    const RowPlaces places{Ordinal(split.index, 0), {}, {}};
    std::vector<ColumnRef> columns;
    for (size_t i = 0; i < plan_.columns.size(); ++i) {
      ViewBuilder texts(kUtf8Type, context_.memory);
      LEAT_TRY(texts.reserve(count));
      for (size_t row = begin; row < begin + count; ++row) {
        const Cell& cell = plan_.columns[i].cells[row];
        LEAT_TRY(cell ? texts.append_copy(*cell) : texts.append_null());
      }
      const Batch batch(nullptr, {texts.finish()}, count, places);
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

class InlineRows final : public Source {
 public:
  explicit InlineRows(RowsPlan plan) : plan_(std::move(plan)) {}

  std::unique_ptr<Splitter> splitter(const StageContext&) const override {
    return std::make_unique<RowsSplitter>(plan_);
  }
  std::unique_ptr<Decoder> decoder(const LaneContext& context) const override {
    return std::make_unique<RowsDecoder>(plan_, context);
  }

 private:
  RowsPlan plan_;
};

// ----------------------------------------------------------------------------------------- binding

class RowsBinder {
 public:
  RowsBinder(const OptionValues& options, const BindContext& context)
      : options_(options), context_(context), errors_before_(context.diagnostics.count()) {}

  std::optional<BoundOperator> bind() {
    const OptionNode& node = *options_.find("rows");
    if (node.kind == OptionNode::Kind::kMap) {
      add_row(node);
    } else if (node.kind != OptionNode::Kind::kList || node.items.empty()) {
      mistake(node.span, "'rows' takes a list of rows, one at least",
              "write '- { name: value, other: value }' below it");
    }
    for (const OptionNode& item : node.items) add_row(item);
    if (ok() && plan_.columns.empty())
      mistake(node.span, "these rows have no column", "write '- { name: value }'");
    if (!ok()) return std::nullopt;
    return finish();
  }

 private:
  bool ok() const { return context_.diagnostics.count() == errors_before_; }
  void mistake(Span where, std::string message, std::string hint = {}) {
    context_.diagnostics.error(where, std::move(message), std::move(hint));
  }

  void add_row(const OptionNode& row) {
    if (row.kind != OptionNode::Kind::kMap) {
      return mistake(row.span, "a row is a mapping of columns to values",
                     "write { name: value, other: value }");
    }
    for (const OptionEntry& entry : row.entries) {
      TextColumn& column = column_of(entry.name.text());
      if (column.cells.size() > plan_.rows) {
        mistake(entry.name.span(), fmt::format("'{}' is written twice", entry.name.text()),
                "remove one of them");
      } else if (entry.value.kind == OptionNode::Kind::kScalar) {
        column.quoted = column.quoted || entry.value.scalar.quoted();
        column.cells.emplace_back(entry.value.scalar.text());
      } else if (entry.value.kind != OptionNode::Kind::kNull) {
        mistake(entry.value.span,
                fmt::format("'{}' must be a single value, or nothing", entry.name.text()),
                "for a list, write a text and use 'split', or read a JSON file");
      }
    }
    ++plan_.rows;
    for (TextColumn& column : plan_.columns) column.cells.resize(plan_.rows);
  }

  TextColumn& column_of(const std::string& name) {
    for (TextColumn& column : plan_.columns) {
      if (column.name == name) return column;
    }
    plan_.columns.push_back({name, std::vector<Cell>(plan_.rows), false, nullptr});
    return plan_.columns.back();
  }

  static Type type_of(const TextColumn& column) {
    io::TypeSniffer sniffer;
    for (const Cell& cell : column.cells) {
      if (cell) sniffer.add(*cell);
    }
    return column.quoted ? kUtf8Type : sniffer.type();
  }

  std::optional<BoundOperator> finish() {
    std::vector<Field> fields;
    const Schema text(std::vector<Field>{{"text", kUtf8Type}});
    for (TextColumn& column : plan_.columns) {
      fields.push_back({column.name, type_of(column)});
      const SourceText cast(fmt::format("cast(text as {})", to_string(fields.back().type)),
                            options_.span("rows"), {});
      column.to_values = expr::compile(cast, text, context_.environment, context_.diagnostics);
    }
    if (!ok()) return std::nullopt;
    plan_.output = std::make_shared<const Schema>(std::move(fields));
    BoundOperator bound;
    bound.output = plan_.output;
    bound.equations = {Equation({Counter::kRead}, {Counter::kOut})};
    bound.species = std::make_unique<InlineRows>(std::move(plan_));
    return bound;
  }

  const OptionValues& options_;
  const BindContext& context_;
  const size_t errors_before_;
  RowsPlan plan_;
};

std::optional<BoundOperator> bind_rows(const OptionValues& options, const BindContext& context) {
  return RowsBinder(options, context).bind();
}

constexpr std::array<OptionDef, 1> kOptions{{
    {.name = "rows",
     .type = OptionType::kTree,
     .doc = "A list of rows, each a mapping of columns to values.",
     .required = true},
}};

}  // namespace

extern const OperatorDef operator_rows;
const OperatorDef operator_rows{
    .name = "rows",
    .kind = OperatorKind::kSource,
    .summary = "Holds a small table in the pipeline itself.",
    .doc =
        R"(Rows come as they are written, columns in the order in which they first appear. A column that a row does
not have is NULL there, and so is a value left empty.

Types are inferred as in CSV, from all values of a column; a column with a quoted value is text, so
`"007"` stays what it is. `cast` gives other types.)",
    .example = R"(- rows:
    - { code: DE, name: Germany, since: 1958-01-01 }
    - { code: FR, name: France, since: 1958-01-01 }
)",
    .main_option = "rows",
    .options = kOptions,
    .bind = &bind_rows,
};

}  // namespace leat
