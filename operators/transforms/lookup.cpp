// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// lookup: a value for each key, from a small table. Keys are compared by their text, after both
// sides went through the type of the column, so that `01` finds 1 where the column is of numbers.
#include <array>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "engine/codes/data.h"
#include "engine/codes/option.h"
#include "engine/mutant.h"
#include "operators/data/builder.h"
#include "operators/emit_columns.h"
#include "operators/expr/column_items.h"
#include "operators/lookup_table.h"
#include "operators/operator.h"
#include "operators/repeated_rows.h"
#include "operators/text/type_sniffer.h"

namespace leat {

namespace {

/// Enough for the keys of the largest table, in three forms.
constexpr size_t kKeyBytesMax = 16 * kLookupFileBytesMax;

struct TextHash {
  using is_transparent = void;
  size_t operator()(std::string_view text) const { return std::hash<std::string_view>()(text); }
};

struct LookupPlan {
  std::unordered_map<std::string, uint32_t, TextHash, std::equal_to<>> rows;
  std::vector<std::optional<std::string>> values;  ///< The one for missing keys last, if any.
  expr::ProgramRef to_text;                        ///< The column's value as text.
  expr::ProgramRef to_value;  ///< From a text of `values`, which are its one column.
  enum class Missing : uint8_t { kError, kNull, kValue } missing = Missing::kError;
  std::string column;
  size_t target = 0;  ///< The place of the new column.
  SchemaRef output;
};

Result<ColumnRef> text_column(const std::vector<std::optional<std::string>>& texts,
                              MemoryAccount& memory) {
  ViewBuilder builder(kUtf8Type, memory);
  LEAT_TRY(builder.reserve(texts.size()));
  for (const auto& text : texts)
    LEAT_TRY(text ? builder.append_copy(*text) : builder.append_null());
  return builder.finish();
}

class LookupLane final : public MapLane {
 public:
  LookupLane(const LookupPlan& plan, const LaneContext& context)
      : plan_(plan), context_(context), to_text_(plan.to_text, context.memory) {}

  Status process(Batch batch, Output& output) override {
    if (!values_) LEAT_TRY(make_values());
    std::vector<RowFault> faults;
    LEAT_TRY_ASSIGN(const ColumnRef keys, to_text_.evaluate(batch, batch.selection(), faults));
    std::vector<uint32_t> found(batch.length(), kNullRow);
    for_each_row(batch.selection(), [&](size_t row) {
      const auto entry =
          keys->is_valid(row) ? plan_.rows.find(keys->view_at(row)) : plan_.rows.end();
      if (entry != plan_.rows.end()) {
        found[row] = entry->second;
      } else if (plan_.missing == LookupPlan::Missing::kValue) {
        found[row] = static_cast<uint32_t>(plan_.values.size() - 1);
      } else if (plan_.missing == LookupPlan::Missing::kError &&
                 !LEAT_MUTANT("lookup_forgets_missing_keys")) {
        faults.push_back({static_cast<uint32_t>(row), missing(*keys, row)});
      }
    });
    std::vector<ColumnRef> columns = batch.columns();
    LEAT_TRY_ASSIGN(ColumnRef values, take_or_null(values_, found, context_.memory));
    if (plan_.target == columns.size()) columns.emplace_back();
    columns[plan_.target] = std::move(values);
    return emit_columns(batch, plan_.output, std::move(columns), std::move(faults), context_,
                        output);
  }

 private:
  Status make_values() {
    LEAT_TRY_ASSIGN(ColumnRef texts, text_column(plan_.values, context_.memory));
    const Batch table(nullptr, {std::move(texts)}, plan_.values.size(), RowPlaces());
    std::vector<RowFault> faults;
    expr::Evaluator to_value(plan_.to_value, context_.memory);
    LEAT_TRY_ASSIGN(values_, to_value.evaluate(table, table.selection(), faults));
    if (!faults.empty()) return std::unexpected(std::move(faults.front().error));
    return {};
  }

  Error missing(const Column& keys, size_t row) const {
    std::string message =
        keys.is_valid(row) ? fmt::format("the table has no key '{}' for column '{}'",
                                         keys.view_at(row), plan_.column)
                           : fmt::format("column '{}' is NULL, which no table has", plan_.column);
    return Error(code::kNotInTable, ErrorCode::kData, std::move(message),
                 "add it, or say what to do with 'missing: null' or 'missing: a value'");
  }

  const LookupPlan& plan_;
  LaneContext context_;
  expr::Evaluator to_text_;
  ColumnRef values_;  // of the table; null before the first batch
};

class Lookup final : public Map {
 public:
  explicit Lookup(LookupPlan plan) : plan_(std::move(plan)) {}

  std::unique_ptr<MapLane> lane(const LaneContext& context, Sides) const override {
    return std::make_unique<LookupLane>(plan_, context);
  }

 private:
  LookupPlan plan_;
};

// ----------------------------------------------------------------------------------------- binding

class LookupBinder {
 public:
  LookupBinder(const OptionValues& options, const BindContext& context)
      : options_(options),
        context_(context),
        input_(*context.input()),
        errors_before_(context.diagnostics.count()) {}

  std::optional<BoundOperator> bind() {
    const auto column =
        expr::require_column(options_.source("column"), input_, context_.diagnostics);
    std::optional<LookupTable> table = read_lookup_table(*options_.find("table"), context_);
    const SourceText into = options_.source("into");
    if (into.text().empty()) mistake(code::kNameMissing, into.span(), "a column needs a name");
    if (!ok() || !column || !table) return std::nullopt;
    plan_.column = input_[*column].name;
    read_keys(*table, *column);
    if (!ok()) return std::nullopt;
    read_missing();
    if (!ok()) return std::nullopt;
    return finish(*column, into.text(), *table);
  }

 private:
  bool ok() const { return context_.diagnostics.count() == errors_before_; }
  void mistake(Code number, Span where, std::string message, std::string hint = {}) {
    context_.diagnostics.error(number, where, std::move(message), std::move(hint));
  }

  expr::ProgramRef cast(const std::string& text, const Schema& input, Span where) {
    return expr::compile(SourceText(text, where, {}), input, context_.environment,
                         context_.diagnostics);
  }

  /// The keys as the text of values of the column's type.
  void read_keys(const LookupTable& table, size_t column) {
    const Type& type = input_[column].type;
    const Span where = options_.span("column");
    plan_.to_text = cast(fmt::format("cast({} as utf8)", expr::quoted_name(input_[column].name)),
                         input_, where);
    const Schema texts(std::vector<Field>{{"text", kUtf8Type}});
    const expr::ProgramRef normal =
        cast(fmt::format("cast(try_cast(text as {}) as utf8)", to_string(type)), texts, where);
    if (!plan_.to_text || !normal) return;
    MemoryBudget budget(kKeyBytesMax);
    MemoryAccount& memory = budget.open_account("lookup");
    std::vector<std::optional<std::string>> keys;
    for (const LookupTable::Entry& entry : table.entries) keys.emplace_back(entry.key);
    const Result<ColumnRef> column_of_keys = text_column(keys, memory);
    if (!column_of_keys)
      return mistake(column_of_keys.error().number, where, column_of_keys.error().message);
    const Batch batch(nullptr, {*column_of_keys}, keys.size(), RowPlaces());
    std::vector<RowFault> faults;
    expr::Evaluator evaluator(normal, memory);
    const Result<ColumnRef> normal_keys = evaluator.evaluate(batch, batch.selection(), faults);
    if (!normal_keys)
      return mistake(normal_keys.error().number, where, normal_keys.error().message);
    for (size_t i = 0; i < keys.size(); ++i) add_key(table.entries[i], **normal_keys, i, type);
  }

  void add_key(const LookupTable::Entry& entry, const Column& keys, size_t row, const Type& type) {
    const std::string at = entry.place.empty() ? "" : entry.place + ": ";
    if (!keys.is_valid(row)) {
      return mistake(code::kLookupTable, entry.span,
                     fmt::format("{}the key '{}' is no {}, the type of column '{}'", at, entry.key,
                                 to_string(type), plan_.column),
                     "correct it, or cast the column to utf8 before");
    }
    const auto number = static_cast<uint32_t>(plan_.values.size());
    if (!plan_.rows.emplace(keys.view_at(row), number).second) {
      return mistake(code::kLookupTable, entry.span,
                     fmt::format("{}the key '{}' stands twice", at, entry.key),
                     "remove one of them");
    }
    plan_.values.push_back(entry.value);
  }

  void read_missing() {
    const OptionNode* const node = options_.find("missing");
    if (node == nullptr) return;
    if (node->kind == OptionNode::Kind::kNull) {
      plan_.missing = LookupPlan::Missing::kNull;
    } else if (node->kind != OptionNode::Kind::kScalar) {
      mistake(code::kOptionValue, node->span, "'missing' is 'error', 'null' or a value",
              "write one of them");
    } else if (node->scalar.text() != "error") {
      plan_.missing = LookupPlan::Missing::kValue;
      plan_.values.emplace_back(node->scalar.text());
    }
  }

  std::optional<BoundOperator> finish(size_t column, const std::string& into,
                                      const LookupTable& table) {
    io::TypeSniffer sniffer;
    for (const auto& value : plan_.values) {
      if (value) sniffer.add(*value);
    }
    const Type type = table.values_are_text ? kUtf8Type : sniffer.type();
    plan_.to_value = cast(fmt::format("cast(text as {})", to_string(type)),
                          Schema(std::vector<Field>{{"text", kUtf8Type}}), options_.span("table"));
    if (!plan_.to_value) return std::nullopt;
    std::vector<Field> fields = input_.fields();
    BoundOperator bound;
    for (size_t i = 0; i < fields.size(); ++i) bound.column_inputs.push_back({i});
    plan_.target = input_.find(into).value_or(fields.size());
    if (plan_.target == fields.size()) {
      fields.emplace_back();
      bound.column_inputs.emplace_back();
    }
    fields[plan_.target] = {into, type};
    bound.column_inputs[plan_.target] = {column};
    plan_.output = std::make_shared<const Schema>(std::move(fields));
    bound.output = plan_.output;
    bound.always_read = {column};
    bound.equations = passing_equations();
    bound.species = std::make_unique<Lookup>(std::move(plan_));
    return bound;
  }

  const OptionValues& options_;
  const BindContext& context_;
  const Schema& input_;
  const size_t errors_before_;
  LookupPlan plan_;
};

std::optional<BoundOperator> bind_lookup(const OptionValues& options, const BindContext& context) {
  return LookupBinder(options, context).bind();
}

constexpr std::array<OptionDef, 4> kLookupOptions{{
    {.name = "column",
     .type = OptionType::kText,
     .doc = "The column that holds the keys.",
     .required = true},
    {.name = "into",
     .type = OptionType::kText,
     .doc = "The name of the column for the values. One that exists already is replaced in its "
            "place.",
     .required = true},
    {.name = "table",
     .type = OptionType::kTree,
     .doc = "Keys and values; or the path of a CSV file with a header and two columns.",
     .required = true},
    {.name = "missing",
     .type = OptionType::kTree,
     .doc = "What a key that the table does not have gives: `error`, a bad row; `null`; or a value "
            "of its own.",
     .default_text = "error"},
}};

}  // namespace

extern const OperatorDef operator_lookup;
const OperatorDef operator_lookup{
    .name = "lookup",
    .kind = OperatorKind::kTransform,
    .summary = "Finds a value for each key in a small table.",
    .doc =
        R"(Rows and their order stay. Keys are compared as values of the column's type; NULL is in no table. The
type of the values is inferred as in CSV, and they are text if one of them is quoted in the pipeline. A
key that stands twice is a mistake.

The table is read before the run begins; a file may have 16 MiB. For larger ones, or for several columns,
there is `join`.)",
    .example = R"(- lookup:
    column: code
    into: country
    table: { DE: Germany, FR: France }
    missing: unknown
)",
    .main_option = "",
    .options = kLookupOptions,
    .bind = &bind_lookup,
};

}  // namespace leat
