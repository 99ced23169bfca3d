// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// split: a text in parts, as rows, a list or columns. The parts are views of the text, nothing is
// copied.
#include <algorithm>
#include <array>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "engine/codes/data.h"
#include "engine/codes/expression.h"
#include "engine/codes/option.h"
#include "engine/mutant.h"
#include "operators/data/builder.h"
#include "operators/emit_columns.h"
#include "operators/expr/column_items.h"
#include "operators/operator.h"
#include "operators/repeated_rows.h"
#include "operators/unnesting.h"

namespace leat {

namespace {

enum class Into : uint8_t { kRows, kList, kColumns };

struct SplitPlan {
  size_t column = 0;
  std::string name;
  std::string separator;
  bool trim = false;
  Into into = Into::kRows;
  size_t parts = 0;   ///< Of kColumns.
  SchemaRef schema;   ///< Of kList and kColumns: the output.
  UnnestPlan unnest;  ///< Of kRows.
};

std::string_view trimmed(std::string_view text) {
  const size_t begin = text.find_first_not_of(" \t");
  if (begin == std::string_view::npos) return text.substr(0, 0);
  return text.substr(begin, text.find_last_not_of(" \t") + 1 - begin);
}

/// Calls `take(part)` for each part of `text`; there is one at least.
template <typename Take>
size_t for_each_part(std::string_view text, const SplitPlan& plan, const Take& take) {
  size_t count = 0;
  for (size_t begin = 0;; ++count) {
    const size_t end = text.find(plan.separator, begin);
    const std::string_view part = text.substr(begin, end - begin);
    take(plan.trim ? trimmed(part) : part);
    if (end == std::string_view::npos) return count + 1;
    begin = end + plan.separator.size();
  }
}

/// The view of `part`, which is part of the value `whole` of a column whose data buffers the new
/// column shares.
Utf8View view_of_part(std::string_view part, std::string_view text, const Utf8View& whole) {
  if (part.size() <= Utf8View::kInlineBytes) return Utf8View::of_short(part);
  const auto offset = static_cast<uint32_t>(part.data() - text.data());
  return Utf8View::of(part, whole.ref.buffer, whole.ref.offset + offset);
}

class SplitLane final : public MapLane {
 public:
  SplitLane(const SplitPlan& plan, const LaneContext& context)
      : plan_(plan), context_(context), unnester_(plan.unnest, context) {}

  Status process(Batch batch, Output& output) override {
    if (plan_.into == Into::kColumns) return process_columns(batch, output);
    LEAT_TRY_ASSIGN(ColumnRef lists, lists_of(batch));
    std::vector<ColumnRef> columns = batch.columns();
    columns[plan_.column] = std::move(lists);
    if (plan_.into == Into::kRows)
      return unnester_.process(batch.with_columns(nullptr, std::move(columns)), output);
    return emit_columns(batch, plan_.schema, std::move(columns), {}, context_, output);
  }

 private:
  /// The parts of each selected row; other rows are empty.
  Result<ColumnRef> lists_of(const Batch& batch) {
    const Column& source = batch.column(plan_.column);
    size_t total = 0;
    for_each_row(batch.selection(), [&](size_t row) {
      if (source.is_valid(row))
        total += for_each_part(source.view_at(row), plan_, [](std::string_view) {});
    });
    LEAT_TRY_ASSIGN(BufferRef views, context_.memory.allocate(total * sizeof(Utf8View)));
    LEAT_TRY_ASSIGN(BufferRef offsets,
                    context_.memory.allocate((batch.length() + 1) * sizeof(int32_t)));
    auto* const view = views->mutable_as<Utf8View>();
    auto* const offset = offsets->mutable_as<int32_t>();
    size_t made = 0;
    size_t next = 0;
    for_each_row(batch.selection(), [&](size_t row) {
      while (next <= row) offset[next++] = static_cast<int32_t>(made);
      if (!source.is_valid(row)) return;
      const std::string_view text = source.view_at(row);
      for_each_part(text, plan_, [&](std::string_view part) {
        view[made++] = view_of_part(part, text, source.values<Utf8View>()[row]);
      });
    });
    while (next <= batch.length()) offset[next++] = static_cast<int32_t>(made);
    Column::Parts elements;
    elements.values = std::move(views);
    elements.data = source.parts().data;
    Column::Parts lists;
    lists.validity = source.parts().validity;
    lists.values = std::move(offsets);
    lists.children.push_back(std::make_shared<Column>(kUtf8Type, made, std::move(elements)));
    return std::make_shared<Column>(Type::list(kUtf8Type), batch.length(), std::move(lists));
  }

  Status process_columns(const Batch& batch, Output& output) {
    const Column& source = batch.column(plan_.column);
    std::vector<BufferRef> views;
    for (size_t i = 0; i < plan_.parts; ++i) {
      LEAT_TRY_ASSIGN(BufferRef buffer,
                      context_.memory.allocate(batch.length() * sizeof(Utf8View)));
      std::fill_n(buffer->mutable_as<Utf8View>(), batch.length(), Utf8View());
      views.push_back(std::move(buffer));
    }
    std::vector<ValidityBuilder> validity(plan_.parts);
    std::vector<RowFault> faults;
    Status status;
    for_each_row(batch.selection(), [&](size_t row) {
      size_t count = 0;
      if (source.is_valid(row)) {
        const std::string_view text = source.view_at(row);
        const Utf8View& whole = source.values<Utf8View>()[row];
        for_each_part(text, plan_, [&](std::string_view part) {
          if (count < plan_.parts)
            views[count]->mutable_as<Utf8View>()[row] = view_of_part(part, text, whole);
          ++count;
        });
      }
      if (count > plan_.parts) faults.push_back({static_cast<uint32_t>(row), too_many(count)});
      for (size_t i = count; i < plan_.parts && status; ++i)
        status = validity[i].append_null(context_.memory, row, batch.length());
    });
    LEAT_TRY(std::move(status));
    std::vector<ColumnRef> columns;
    for (size_t i = 0; i < batch.columns().size(); ++i) {
      if (i != plan_.column) {
        columns.push_back(batch.columns()[i]);
        continue;
      }
      for (size_t part = 0; part < plan_.parts; ++part) {
        Column::Parts parts;
        parts.validity = validity[part].finish(batch.length());
        parts.values = std::move(views[part]);
        parts.data = source.parts().data;
        columns.push_back(std::make_shared<Column>(kUtf8Type, batch.length(), std::move(parts)));
      }
    }
    if (LEAT_MUTANT("split_drops_surplus_parts")) faults.clear();
    return emit_columns(batch, plan_.schema, std::move(columns), std::move(faults), context_,
                        output);
  }

  Error too_many(size_t count) const {
    return Error(code::kTooManyParts, ErrorCode::kData,
                 fmt::format("column '{}' has {} parts, and there are names for {}", plan_.name,
                             count, plan_.parts),
                 "name more columns under 'into', or split it into a list");
  }

  const SplitPlan& plan_;
  LaneContext context_;
  Unnester unnester_;
};

class Split final : public Map {
 public:
  explicit Split(SplitPlan plan) : plan_(std::move(plan)) {}

  std::unique_ptr<MapLane> lane(const LaneContext& context, Sides) const override {
    return std::make_unique<SplitLane>(plan_, context);
  }

 private:
  SplitPlan plan_;
};

// ----------------------------------------------------------------------------------------- binding

class SplitBinder {
 public:
  SplitBinder(const OptionValues& options, const BindContext& context)
      : options_(options),
        context_(context),
        input_(*context.input()),
        errors_before_(context.diagnostics.count()) {}

  std::optional<BoundOperator> bind() {
    const auto column =
        expr::require_column(options_.source("column"), input_, context_.diagnostics);
    if (column && !input_[*column].type.is(TypeId::kUtf8)) {
      mistake(code::kWrongColumnType, options_.span("column"),
              fmt::format("column '{}' is of type {}, and only a text can be split",
                          input_[*column].name, to_string(input_[*column].type)),
              "cast it to utf8 before");
    }
    plan_.separator = options_.text("separator");
    plan_.trim = options_.flag("trim");
    if (plan_.separator.empty())
      mistake(code::kOptionEmpty, options_.span("separator"), "the separator is empty",
              "write one character or more");
    names_ = options_.list("into");
    read_into();
    if (!ok()) return std::nullopt;
    plan_.column = *column;
    plan_.name = input_[*column].name;
    for (size_t i = 0; i < input_.size(); ++i) add_column(i);
    add_position();
    return ok() ? std::optional(finish()) : std::nullopt;
  }

 private:
  bool ok() const { return context_.diagnostics.count() == errors_before_; }
  void mistake(Code number, Span where, std::string message, std::string hint = {}) {
    context_.diagnostics.error(number, where, std::move(message), std::move(hint));
  }

  void read_into() {
    const bool word = options_.find("into")->kind == OptionNode::Kind::kScalar;
    if (word && names_.front().text() == "rows") return;
    plan_.into = word && names_.front().text() == "list" ? Into::kList : Into::kColumns;
    if (plan_.into == Into::kColumns && (word || names_.empty())) {
      mistake(code::kOptionValue, options_.span("into"),
              "'into' is 'rows', 'list' or a list of the names of columns",
              word ? fmt::format("for columns write [{}, other_name]", names_.front().text()) : "");
    }
    plan_.parts = names_.size();
  }

  void add_column(size_t column) {
    const Field& field = input_[column];
    if (column != plan_.column) {
      add(field.name, field.type, options_.span("into"));
      plan_.unnest.made.push_back({UnnestPlan::Part::kColumn, column});
    } else if (plan_.into == Into::kColumns) {
      for (const SourceText& name : names_) add(name.text(), kUtf8Type, name.span());
      inputs_.insert(inputs_.end(), names_.size() - 1, {column});
    } else {
      add(field.name, plan_.into == Into::kList ? Type::list(kUtf8Type) : kUtf8Type, {});
      plan_.unnest.made.push_back({UnnestPlan::Part::kElement, column});
    }
    inputs_.push_back({column});
  }

  void add(const std::string& name, Type type, Span where) {
    if (name.empty()) mistake(code::kNameMissing, where, "a column needs a name");
    if (!used_.insert(name).second) {
      mistake(code::kColumnTwice, where, fmt::format("two columns would be called '{}'", name),
              "give one of them another name");
    }
    fields_.push_back({name, std::move(type)});
  }

  void add_position() {
    if (!options_.has("position")) return;
    const SourceText name = options_.source("position");
    if (plan_.into != Into::kRows) {
      mistake(code::kOptionIdle, name.span(), "'position' is for 'into: rows'", "remove it");
      return;
    }
    add(name.text(), kInt64Type, name.span());
    plan_.unnest.made.push_back({UnnestPlan::Part::kPosition, plan_.column});
    inputs_.push_back({plan_.column});
  }

  BoundOperator finish() {
    BoundOperator bound;
    plan_.schema = std::make_shared<const Schema>(std::move(fields_));
    plan_.unnest.lists = {plan_.column};
    plan_.unnest.output = plan_.schema;
    plan_.unnest.empty = UnnestPlan::Empty::kKeep;
    bound.output = plan_.schema;
    bound.column_inputs = std::move(inputs_);
    // How many parts there are decides about rows, or may make a row bad.
    if (plan_.into != Into::kList) bound.always_read = {plan_.column};
    bound.equations = plan_.into == Into::kRows ? repeating_equations() : passing_equations();
    bound.species = std::make_unique<Split>(std::move(plan_));
    return bound;
  }

  const OptionValues& options_;
  const BindContext& context_;
  const Schema& input_;
  const size_t errors_before_;
  std::vector<SourceText> names_;
  SplitPlan plan_;
  std::vector<Field> fields_;
  std::set<std::string> used_;
  std::vector<std::vector<InputColumn>> inputs_;
};

std::optional<BoundOperator> bind_split(const OptionValues& options, const BindContext& context) {
  return SplitBinder(options, context).bind();
}

constexpr std::array<OptionDef, 5> kSplitOptions{{
    {.name = "column",
     .type = OptionType::kText,
     .doc = "The text column to split.",
     .required = true},
    {.name = "separator",
     .type = OptionType::kText,
     .doc = "What stands between the parts: one character or more, taken literally.",
     .required = true},
    {.name = "into",
     .type = OptionType::kTextList,
     .doc = "`rows`, a row for each part; `list`, one list of them; or a list of the names of "
            "columns.",
     .required = true},
    {.name = "trim",
     .type = OptionType::kBoolean,
     .doc = "Take blanks off both ends of each part.",
     .default_text = "false"},
    {.name = "position",
     .type = OptionType::kText,
     .doc = "With `into: rows`, the name of a column to add, with the number of the part, from 1."},
}};

}  // namespace

extern const OperatorDef operator_split;
const OperatorDef operator_split{
    .name = "split",
    .kind = OperatorKind::kTransform,
    .summary = "Splits a text into rows, a list or columns.",
    .doc =
        R"(What is made takes the place of the column. Rows come in the order of the input, and those of one row in
the order of the parts. A text without the separator, also the empty text, is one part. NULL stays one
row with NULL, or is a list or columns of NULL.

Split into columns, a text with fewer parts than names ends with NULLs; a row with more is bad, and
`on_error` decides what becomes of it.)",
    .example = R"(- split: { column: tags, separator: ';', into: rows }
)",
    .main_option = "",
    .options = kSplitOptions,
    .bind = &bind_split,
};

}  // namespace leat
