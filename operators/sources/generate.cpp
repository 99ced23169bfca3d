// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// generate: rows out of nothing but their number. Each split is computed from where it begins, so
// lanes share the work.
#include <algorithm>
#include <array>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "engine/codes/option.h"
#include "operators/data/builder.h"
#include "operators/emit_columns.h"
#include "operators/expr/expression.h"
#include "operators/operator.h"

namespace leat {

namespace {

/// Small enough that a few thousand rows of slow expressions are spread, large enough that cheap
/// ones are not all splitting.
constexpr uint64_t kSplitRows = 16 * kBatchRowsMax;
static_assert(kSplitRows <= Ordinal::kRowsPerSplitMax);

struct GeneratePlan {
  uint64_t rows = 0;
  /// Each reads `n` and then the columns before it.
  std::vector<expr::ProgramRef> programs;
  SchemaRef output;
};

class NumberSplitter final : public Splitter {
 public:
  explicit NumberSplitter(uint64_t rows) : rows_(rows) {}

  Result<std::optional<io::Split>> next() override {
    if (index_ * kSplitRows >= rows_) return std::nullopt;
    io::Split split;
    split.index = index_++;
    return split;
  }

 private:
  uint64_t rows_;
  uint64_t index_ = 0;
};

class GenerateDecoder final : public Decoder {
 public:
  GenerateDecoder(const GeneratePlan& plan, const LaneContext& context)
      : plan_(plan), context_(context) {
    for (const expr::ProgramRef& program : plan.programs)
      evaluators_.emplace_back(program, context.memory);
  }

  Status decode(const io::Split& split, Output& output) override {
    const uint64_t begin = split.index * kSplitRows;
    const uint64_t count = std::min(plan_.rows - begin, kSplitRows);
    for (uint64_t done = 0; done < count; done += kBatchRowsMax) {
      const uint64_t rows = std::min<uint64_t>(count - done, kBatchRowsMax);
      LEAT_TRY(emit(Ordinal(split.index, done), begin + done, rows, output));
    }
    return {};
  }

 private:
  Status emit(Ordinal first, uint64_t number, size_t count, Output& output) {
    FixedBuilder<int64_t> numbers(kInt64Type, context_.memory);
    LEAT_TRY(numbers.reserve(count));
    for (size_t i = 0; i < count; ++i) numbers.append(static_cast<int64_t>(number + i));
    std::vector<ColumnRef> columns{numbers.finish()};
    const RowPlaces places{first, {}, {}};
    std::vector<RowFault> faults;
    for (expr::Evaluator& evaluator : evaluators_) {
      const Batch working(nullptr, columns, count, places);
      LEAT_TRY_ASSIGN(ColumnRef column, evaluator.evaluate(working, working.selection(), faults));
      columns.push_back(std::move(column));
    }
    columns.erase(columns.begin());
    context_.ledger.add(Counter::kRead, count);
    const Batch rows(plan_.output, columns, count, places);
    return emit_columns(rows, plan_.output, std::move(columns), std::move(faults), context_,
                        output);
  }

  const GeneratePlan& plan_;
  LaneContext context_;
  std::vector<expr::Evaluator> evaluators_;
};

class Generate final : public Source {
 public:
  explicit Generate(GeneratePlan plan) : plan_(std::move(plan)) {}

  std::unique_ptr<Splitter> splitter(const StageContext&) const override {
    return std::make_unique<NumberSplitter>(plan_.rows);
  }
  std::unique_ptr<Decoder> decoder(const LaneContext& context) const override {
    return std::make_unique<GenerateDecoder>(plan_, context);
  }

 private:
  GeneratePlan plan_;
};

std::optional<BoundOperator> bind_generate(const OptionValues& options,
                                           const BindContext& context) {
  GeneratePlan plan;
  plan.rows = static_cast<uint64_t>(options.integer("rows"));
  // A column called n hides the number from those after it.
  std::vector<Field> working{{"n", kInt64Type}};
  std::vector<Field> fields;
  expr::Environment environment = context.environment;
  bool ok = true;
  for (const auto& [name, source] : options.named("columns")) {
    if (name.text().empty()) {
      context.diagnostics.error(code::kNameMissing, name.span(), "a column needs a name");
      ok = false;
    }
    expr::ProgramRef program =
        expr::compile(source, Schema(working), environment, context.diagnostics);
    if (!program) {
      environment.broken_columns.insert(name.text());
      ok = false;
      continue;
    }
    if (name.text() == "n") working.front().name.clear();
    working.push_back({name.text(), expr::result_type(*program)});
    fields.push_back(working.back());
    plan.programs.push_back(std::move(program));
  }
  if (ok && fields.empty()) {
    context.diagnostics.error(code::kOptionEmpty, options.span("columns"),
                              "'generate' needs at least one column",
                              "write 'name: expression', in which n is the number of the row");
    ok = false;
  }
  if (!ok) return std::nullopt;
  plan.output = std::make_shared<const Schema>(std::move(fields));
  BoundOperator bound;
  bound.output = plan.output;
  bound.equations = {{{Counter::kRead}, {Counter::kPassed, Counter::kSkipped, Counter::kRejected}},
                     {{Counter::kOut}, {Counter::kPassed}}};
  bound.species = std::make_unique<Generate>(std::move(plan));
  return bound;
}

constexpr std::array<OptionDef, 2> kGenerateOptions{{
    {.name = "rows",
     .type = OptionType::kInteger,
     .doc = "How many rows to make.",
     .required = true,
     .minimum = 0,
     .maximum = int64_t{1} << 56},
    {.name = "columns",
     .type = OptionType::kNamed,
     .doc = "Names and expressions. `n` is the number of the row, from 0; columns written before "
            "may be used, too.",
     .required = true},
}};

}  // namespace

extern const OperatorDef operator_generate;
const OperatorDef operator_generate{
    .name = "generate",
    .kind = OperatorKind::kSource,
    .summary = "Makes rows from expressions over their number.",
    .doc =
        R"(Series of numbers, dates or texts. Rows come by their number. A row for which an expression cannot be
computed is bad, and `on_error` decides what becomes of it.)",
    .example = R"(- generate:
    rows: 365
    columns:
      day: date '2025-01-01' + n
      weekday: strftime(day, '%a')
)",
    .main_option = "",
    .options = kGenerateOptions,
    .bind = &bind_generate,
};

}  // namespace leat
