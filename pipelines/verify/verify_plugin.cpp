// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Problem: most mistakes of a plugin show in one run of a thousand: with an empty batch, a NULL,
// the other schedule, an error on the way. Here they are made to show.
//
// How: an operator is bound as the example in its own documentation says, to an input that has a
// column of each type, and columns of the names that the example mentions. The same rows are then
// dealt in many ways, and whatever comes out must be the same, with an account that balances and
// memory that is back to where it was.
//
// Invariants:
//  1. What is compared is compared in the order of rows: dealing rows to lanes changes nothing else.
//  2. After each deal everything was destroyed, so a byte that is still counted has leaked.
//  3. What cannot be tried is a check of its own that says why, never one that passed.
//
// Rejected: a file with test data for each plugin (its author would not write the rare cases), and
// a process for each check (a crash ends the program; its report names the operator, and the line
// before it the check that was passed last).
#include "pipelines/verify/verify_plugin.h"

#include <algorithm>
#include <array>
#include <cstdio>
#include <map>
#include <memory>
#include <utility>

#include <fmt/format.h>

#include "engine/check.h"
#include "operators/expr/expression.h"
#include "operators/expr/kernels/constant.h"
#include "operators/plugin/late_releases.h"
#include "operators/text/terminal_text.h"
#include "pipelines/run/faults.h"
#include "pipelines/text/document.h"
#include "pipelines/text/yaml_tree.h"
#include "pipelines/verify/sample_rows.h"

namespace leat::pipelines {
namespace {

using Outcome = PluginCheck::Outcome;
using OnCheck = std::function<void(PluginCheck)>;

constexpr size_t kBudgetBytes = size_t{1} << 30;
constexpr uint64_t kRows = 5000;

/// Rows [begin, begin + count) as one batch; with gaps as a selection of twice as many rows.
struct Piece {
  uint64_t begin = 0;
  uint64_t count = 0;
  bool gaps = false;
};

/// A way of dealing rows.
struct Deal {
  std::string_view name;
  std::vector<std::vector<Piece>> lanes;
  SampleNulls nulls = SampleNulls::kSome;
  bool backwards = false;  ///< Lanes are absorbed in the other order.
  bool cancelled = false;
  bool late = false;       ///< Arrays are released after the states, columns after their arrays.
  size_t spare_bytes = 0;  ///< 0: plenty; else what the operator may have besides its input.
};

std::vector<Piece> pieces(uint64_t rows, uint64_t size, bool gaps = false) {
  std::vector<Piece> all;
  for (uint64_t begin = 0; begin < rows; begin += size)
    all.push_back({begin, std::min(size, rows - begin), gaps});
  return all;
}

std::vector<std::vector<Piece>> lanes(size_t count, uint64_t size) {
  std::vector<std::vector<Piece>> dealt(count);
  size_t next = 0;
  for (const Piece& piece : pieces(kRows, size)) dealt[next++ % count].push_back(piece);
  return dealt;
}

/// What came out.
struct Made {
  std::vector<std::pair<uint64_t, std::string>> rows;  // identity and text
  std::optional<Error> error;
  std::string imbalance;
  size_t leaked = 0;
};

class Never final : public RunWatch {
 public:
  explicit Never(bool cancelled) : cancelled_(cancelled) {}
  bool cancelled() const override { return cancelled_; }
  void note(std::string_view from, std::string_view message) const override {
    // Not fmt::print, which throws where nothing can be written.
    std::fputs(io::terminal_text(fmt::format("{}: {}\n", from, message)).c_str(), stderr);
  }

 private:
  bool cancelled_;
};

class Keep final : public Output {
 public:
  Keep(Ledger& ledger, Made& made) : ledger_(ledger), made_(made) {}
  Status emit(Batch batch) override {
    ledger_.add(Counter::kOut, batch.rows());
    for (size_t i = 0; i < batch.rows(); ++i)
      made_.rows.emplace_back(batch.ordinal(i).packed(), sample_text(batch, i));
    return {};
  }

 private:
  Ledger& ledger_;
  Made& made_;
};

/// Runs one bound operator over one deal.
class Trial {
 public:
  Trial(const BoundOperator& bound, const SchemaRef& input, const Deal& deal)
      : bound_(bound),
        input_(input),
        deal_(deal),
        budget_(std::make_unique<MemoryBudget>(kBudgetBytes)),
        memory_(budget_->open_account("verify")),
        faults_(identity_, ledger_, memory_, failed_),
        watch_(deal.cancelled),
        context_{memory_, faults_, ledger_, &watch_} {}

  Made run() {
    std::optional<plugin::LateReleases> late;
    if (deal_.late) late.emplace();
    Status status = work();
    late.reset();
    if (!status) made_.error = std::move(status).error();
    if (!made_.error) {
      for (const Equation& equation : bound_.equations) {
        if (!equation.holds(ledger_)) made_.imbalance = "its account of rows does not balance";
      }
    }
    if (charged_ > 0) memory_.refund(charged_);
    made_.leaked = memory_.used();
    // What a plugin kept outlives all of this; its memory then stays until the process ends.
    if (made_.leaked > 0) static_cast<void>(budget_.release());
    return std::move(made_);
  }

 private:
  Status work() {
    if (std::holds_alternative<std::unique_ptr<Map>>(bound_.species)) return run_map();
    if (std::holds_alternative<std::unique_ptr<Collect>>(bound_.species)) return run_collect();
    return run_sink();
  }

  Result<Batch> batch(const Piece& piece) {
    std::vector<uint64_t> numbers;
    for (uint64_t row = piece.begin; row < piece.begin + piece.count; ++row) {
      numbers.push_back(row);
      if (piece.gaps) numbers.push_back(row + kRows);
    }
    LEAT_TRY_ASSIGN(Batch made, sample_batch(input_, numbers, deal_.nulls, memory_));
    ledger_.add(Counter::kIn, piece.count);
    limit();
    if (!piece.gaps) return made;
    LEAT_TRY_ASSIGN(BufferRef rows, memory_.allocate((piece.count + 1) * sizeof(uint32_t)));
    for (uint32_t i = 0; i < piece.count; ++i) rows->mutable_as<uint32_t>()[i] = 2 * i;
    return made.with_selection(Selection(std::move(rows), piece.count));
  }

  /// Takes away all memory but the spare bytes.
  void limit() {
    if (deal_.spare_bytes == 0) return;
    const size_t wanted = kBudgetBytes - memory_.used() - deal_.spare_bytes;
    if (charged_ == 0 && memory_.charge(wanted)) charged_ = wanted;
  }

  Status run_map() {
    const auto& map = *std::get<std::unique_ptr<Map>>(bound_.species);
    Keep output(ledger_, made_);
    for (const std::vector<Piece>& dealt : deal_.lanes) {
      const std::unique_ptr<MapLane> lane = map.lane(context_, {});
      for (const Piece& piece : dealt) {
        LEAT_TRY_ASSIGN(Batch made, batch(piece));
        LEAT_TRY(lane->process(std::move(made), output));
      }
      LEAT_TRY(lane->end_split(output));
    }
    std::stable_sort(made_.rows.begin(), made_.rows.end(),
                     [](const auto& a, const auto& b) { return a.first < b.first; });
    return {};
  }

  Status run_collect() {
    const auto& collect = *std::get<std::unique_ptr<Collect>>(bound_.species);
    Keep output(ledger_, made_);
    std::vector<std::unique_ptr<Partial>> partials;
    for (const std::vector<Piece>& dealt : deal_.lanes) {
      partials.push_back(collect.partial(context_));
      for (const Piece& piece : dealt) {
        LEAT_TRY_ASSIGN(const Batch made, batch(piece));
        LEAT_TRY(partials.back()->consume(made));
      }
      LEAT_TRY(partials.back()->seal());
    }
    if (deal_.backwards) std::reverse(partials.begin(), partials.end());
    const std::unique_ptr<Final> final = collect.final(context_);
    for (std::unique_ptr<Partial>& partial : partials) LEAT_TRY(final->absorb(std::move(partial)));
    LEAT_TRY_ASSIGN(const CollectedRef collected, final->finish());
    for (size_t part = 0; part < collected->parts(); ++part)
      LEAT_TRY(collected->emit_part(part, context_, output));
    return {};
  }

  Status run_sink() {
    const auto& sink = *std::get<std::unique_ptr<Sink>>(bound_.species);
    std::map<uint64_t, std::string> parts;
    for (const std::vector<Piece>& dealt : deal_.lanes) {
      const std::unique_ptr<Encoder> encoder = sink.encoder(context_);
      for (const Piece& piece : dealt) {
        LEAT_TRY_ASSIGN(const Batch made, batch(piece));
        const uint64_t before = ledger_[Counter::kWritten];
        LEAT_TRY_ASSIGN(const BufferRef bytes, encoder->encode(made));
        parts[piece.begin] = {bytes->as<char>(), bytes->size()};
        ledger_.add(Counter::kCommitted, ledger_[Counter::kWritten] - before);
      }
    }
    std::string all;
    for (const auto& [begin, bytes] : parts) all += bytes;
    made_.rows.emplace_back(0, std::move(all));
    return {};
  }

  const BoundOperator& bound_;
  const SchemaRef& input_;
  const Deal& deal_;
  std::unique_ptr<MemoryBudget> budget_;
  MemoryAccount& memory_;
  const StageIdentity identity_{"verify", {}, OnError::kSkip, 0};
  Ledger ledger_;
  FailedRow failed_;
  StageFaults faults_;
  const Never watch_;
  LaneContext context_;
  Made made_;
  size_t charged_ = 0;
};

// ------------------------------------------------------------------------------------------------------------- binding

bool is_name(std::string_view text) {
  const auto is_letter = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
  };
  return !text.empty() && is_letter(text.front()) &&
         std::all_of(text.begin(), text.end(),
                     [&](char c) { return is_letter(c) || (c >= '0' && c <= '9'); });
}

void collect_names(const OptionNode& node, std::vector<std::string>& names) {
  if (node.kind == OptionNode::Kind::kScalar && is_name(node.scalar.text()))
    names.push_back(node.scalar.text());
  for (const OptionNode& item : node.items) collect_names(item, names);
  for (const OptionEntry& entry : node.entries) collect_names(entry.value, names);
}

/// A bound operator with the input it is bound to.
struct Ready {
  SchemaRef input;
  BoundOperator bound;
};

class Trier {
 public:
  Trier(const OperatorDef& definition, const OnCheck& on_check)
      : definition_(definition), on_check_(on_check) {}

  void run() {
    const std::optional<Ready> ready = bind();
    if (!ready) return;
    if (definition_.kind == OperatorKind::kSource)
      return add("its rows", Outcome::kSkipped,
                 "a source is tried by a pipeline that reads from it");
    compare(*ready);
    endure(*ready);
  }

 private:
  void add(std::string_view what, Outcome outcome, std::string detail = {}) {
    on_check_({fmt::format("{}: {}", definition_.name, what), outcome, std::move(detail)});
  }

  /// The value under the operator's key in its example.
  std::optional<std::pair<SourceText, OptionNode>> example() {
    document_ = std::make_unique<Document>("example", std::string(definition_.example));
    Diagnostics mistakes;
    const std::optional<OptionNode> root = parse_tree(*document_, mistakes);
    if (root && mistakes.ok() && root->kind == OptionNode::Kind::kList) {
      for (const OptionNode& stage : root->items) {
        for (const OptionEntry& entry : stage.entries) {
          if (entry.name.text() == definition_.name) return std::pair(entry.name, entry.value);
        }
      }
    }
    return std::nullopt;
  }

  std::optional<Ready> bind() {
    constexpr std::string_view kWhat = "the example in its documentation";
    const auto written = example();
    if (!written) {
      add(kWhat, Outcome::kFailed, "it is no list of stages with this operator");
      return std::nullopt;
    }
    Diagnostics mistakes;
    const auto options = read_options(definition_.options, definition_.main_option, written->second,
                                      written->first, mistakes);
    if (!options) {
      add(kWhat, Outcome::kFailed, mistakes.errors().front().message);
      return std::nullopt;
    }
    std::vector<std::string> names;
    collect_names(written->second, names);
    for (const OptionDef& option : definition_.options) {
      if (is_name(option.default_text)) names.emplace_back(option.default_text);
    }
    std::string first_mistake;
    std::optional<Ready> ready = try_inputs(*options, names, first_mistake);
    const bool source = definition_.kind == OperatorKind::kSource;
    if (ready) {
      add(kWhat, Outcome::kOk);
    } else {
      add(kWhat, source ? Outcome::kSkipped : Outcome::kFailed,
          fmt::format("it does not bind: {}", first_mistake));
    }
    return ready;
  }

  /// Tries types for the columns that have the names, all alike first.
  std::optional<Ready> try_inputs(const OptionValues& options,
                                  const std::vector<std::string>& names, std::string& mistake) {
    static const std::array<Type, 6> types = {kUtf8Type, kInt64Type, kFloat64Type,
                                              kBoolType, kDateType,  kTimestampTzType};
    constexpr size_t kNamesMax = 4;
    const size_t varied = std::min(names.size(), kNamesMax);
    size_t combinations = 1;
    for (size_t i = 0; i < varied; ++i) combinations *= types.size();
    for (size_t number = 0; number < combinations; ++number) {
      std::vector<Field> fields;
      for (size_t i = 0, rest = number; i < varied; ++i, rest /= types.size())
        fields.push_back({names[i], types[rest % types.size()]});
      for (const Field& field : sample_fields()) fields.push_back(field);
      std::stable_sort(fields.begin(), fields.end(),
                       [](const Field& a, const Field& b) { return a.name < b.name; });
      fields.erase(std::unique(fields.begin(), fields.end(),
                               [](const Field& a, const Field& b) { return a.name == b.name; }),
                   fields.end());
      Diagnostics mistakes;
      const bool source = definition_.kind == OperatorKind::kSource;
      const auto input = source ? nullptr : std::make_shared<const Schema>(std::move(fields));
      const std::vector<SchemaRef> inputs(source ? 0 : 1, input);
      const expr::Environment environment;
      std::optional<BoundOperator> bound = definition_.bind(options, {.inputs = inputs,
                                                                      .projection = std::nullopt,
                                                                      .environment = environment,
                                                                      .on_error = OnError::kSkip,
                                                                      .diagnostics = mistakes,
                                                                      .definition = &definition_});
      if (bound && mistakes.ok()) return Ready{input, std::move(*bound)};
      if (mistake.empty() && !mistakes.ok()) mistake = mistakes.errors().front().message;
    }
    return std::nullopt;
  }

  /// Deals that must all give the same.
  void compare(const Ready& ready) {
    for (const SampleNulls nulls : {SampleNulls::kSome, SampleNulls::kNone, SampleNulls::kAll}) {
      const Deal base{"", {pieces(kRows, 2048)}, nulls};
      const Made expected = Trial(ready.bound, ready.input, base).run();
      const std::string_view with = nulls == SampleNulls::kSome   ? "all types, some NULL"
                                    : nulls == SampleNulls::kNone ? "all types, nothing NULL"
                                                                  : "all types, everything NULL";
      judge(with, expected, nullptr);
      if (expected.error) return;
      const std::array<Deal, 6> deals = {
          Deal{"one row at a time, then large batches", {mixed_sizes()}, nulls},
          Deal{"selected rows", {pieces(kRows, 1000, true)}, nulls},
          Deal{"three lanes", lanes(3, 100), nulls},
          Deal{"three lanes, merged backwards", lanes(3, 100), nulls, true},
          Deal{"lanes without rows", {{}, pieces(kRows, 4096), {}}, nulls},
          Deal{"lanes without rows, merged backwards", {{}, pieces(kRows, 4096), {}}, nulls, true}};
      for (const Deal& deal : deals) {
        // A map that flushes ends its splits where the lanes end.
        judge(fmt::format("{}, {}", with, deal.name), Trial(ready.bound, ready.input, deal).run(),
              &expected);
      }
    }
    Deal late{"", {pieces(kRows, 1000)}};
    late.late = true;
    judge("arrays released late, and in another order", Trial(ready.bound, ready.input, late).run(),
          nullptr);
    judge("no rows at all", Trial(ready.bound, ready.input, {"", {{}}}).run(), nullptr);
  }

  static std::vector<Piece> mixed_sizes() {
    std::vector<Piece> all = pieces(100, 1);
    for (const Piece& piece : pieces(kRows - 100, 4096))
      all.push_back({piece.begin + 100, piece.count});
    return all;
  }

  /// Errors on the way: whatever comes of them, nothing leaks.
  void endure(const Ready& ready) {
    Deal cancelled{"cancelled", lanes(2, 500)};
    cancelled.cancelled = true;
    leaks("a cancelled run", Trial(ready.bound, ready.input, cancelled).run());
    for (const size_t spare : {size_t{1}, size_t{4096}, size_t{100'000}, size_t{1'000'000}}) {
      Deal poor{"no memory", lanes(2, 500)};
      poor.spare_bytes = spare;
      leaks(fmt::format("only {} bytes of memory", spare),
            Trial(ready.bound, ready.input, poor).run());
    }
  }

  void leaks(std::string_view what, const Made& made) {
    if (made.leaked == 0) return add(what, Outcome::kOk);
    add(what, Outcome::kFailed, fmt::format("{} bytes of arrays or charges leaked", made.leaked));
  }

  void judge(std::string_view what, const Made& made, const Made* expected) {
    if (made.error) return add(what, Outcome::kFailed, made.error->message);
    if (!made.imbalance.empty()) return add(what, Outcome::kFailed, made.imbalance);
    if (made.leaked > 0) return leaks(what, made);
    if (expected == nullptr) return add(what, Outcome::kOk);
    if (made.rows.size() != expected->rows.size()) {
      return add(what, Outcome::kFailed,
                 fmt::format("{} rows instead of {}", made.rows.size(), expected->rows.size()));
    }
    for (size_t i = 0; i < made.rows.size(); ++i) {
      if (made.rows[i].second == expected->rows[i].second) continue;
      return add(what, Outcome::kFailed,
                 fmt::format("row {} is {} instead of {}", i + 1, made.rows[i].second,
                             expected->rows[i].second));
    }
    add(what, Outcome::kOk);
  }

  const OperatorDef& definition_;
  const OnCheck& on_check_;
  std::unique_ptr<Document> document_;
};

// ----------------------------------------------------------------------------------------------------------- functions

class FunctionTrier {
 public:
  FunctionTrier(const plugin::PluginSet& plugins, const expr::Function& function,
                const OnCheck& on_check)
      : function_(function), on_check_(on_check) {
    environment_.functions = plugins.functions();
  }

  void run() {
    try_example();
    for (const expr::Overload& overload : environment_.functions->overloads(function_.name)) {
      if (overload.function->signature == function_.signature) try_rows(overload);
    }
  }

 private:
  void add(std::string_view what, Outcome outcome, std::string detail = {}) {
    on_check_({fmt::format("{}: {}", function_.name, what), outcome, std::move(detail)});
  }

  expr::ProgramRef compile(const std::string& text, const Schema& schema, std::string& mistake) {
    Diagnostics mistakes;
    const SourceText source(text, {0, static_cast<uint32_t>(text.size())}, {{0, 0}});
    expr::ProgramRef program = expr::compile(source, schema, environment_, mistakes);
    if (!mistakes.ok()) mistake = mistakes.errors().front().message;
    return program;
  }

  void try_example() {
    constexpr std::string_view kWhat = "the example in its documentation";
    std::string mistake;
    const expr::ProgramRef program =
        compile(fmt::format("({})::utf8", function_.example), Schema(), mistake);
    if (!program) return add(kWhat, Outcome::kFailed, mistake);
    MemoryBudget budget(kBudgetBytes);
    expr::Evaluator evaluator(program, budget.open_account("verify"));
    const Batch one(std::make_shared<const Schema>(), {}, 1, RowPlaces());
    std::vector<RowFault> faults;
    const auto value = evaluator.evaluate(one, one.selection(), faults);
    if (!value) return add(kWhat, Outcome::kFailed, value.error().message);
    if (!faults.empty()) return add(kWhat, Outcome::kFailed, faults.front().error.message);
    const std::string got = expr::constant_text(**value, 0);
    add(kWhat, got == function_.result ? Outcome::kOk : Outcome::kFailed,
        got == function_.result ? std::string()
                                : fmt::format("it gives '{}', not '{}'", got, function_.result));
  }

  /// The values for all rows at once, and for one row at a time.
  void try_rows(const expr::Overload& overload) {
    std::string text;
    const auto schema = std::make_shared<const Schema>(sample_fields());
    for (const Type& parameter : overload.parameters) {
      const auto column =
          std::find_if(schema->fields().begin(), schema->fields().end(), [&](const Field& field) {
            return parameter.is(TypeId::kNull) || field.type == parameter;
          });
      if (column == schema->fields().end())
        return add("its values", Outcome::kSkipped,
                   fmt::format("there are no sample values of {}", to_string(parameter)));
      text += (text.empty() ? "" : ", ") + column->name;
    }
    std::string mistake;
    const auto program = compile(fmt::format("{}({})", function_.name, text), *schema, mistake);
    if (!program) return add("its values", Outcome::kFailed, mistake);
    MemoryBudget budget(kBudgetBytes);
    MemoryAccount& memory = budget.open_account("verify");
    const std::string problem = compare_rows(program, schema, memory);
    if (!problem.empty()) return add("values of all rows at once", Outcome::kFailed, problem);
    add("values of all rows at once", Outcome::kOk);
    add("memory", memory.used() == 0 ? Outcome::kOk : Outcome::kFailed,
        memory.used() == 0 ? std::string() : fmt::format("{} bytes leaked", memory.used()));
  }

  static std::string compare_rows(const expr::ProgramRef& program, const SchemaRef& schema,
                                  MemoryAccount& memory) {
    constexpr uint64_t kValues = 500;
    std::vector<uint64_t> numbers;
    for (uint64_t i = 0; i < kValues; ++i) numbers.push_back(i);
    const auto batch = sample_batch(schema, numbers, SampleNulls::kSome, memory);
    if (!batch) return batch.error().message;
    expr::Evaluator evaluator(program, memory);
    std::vector<RowFault> faults;
    const auto all = evaluator.evaluate(*batch, batch->selection(), faults);
    if (!all) return all.error().message;
    for (uint32_t row = 0; row < kValues; ++row) {
      auto rows = memory.allocate(sizeof(uint32_t));
      if (!rows) return rows.error().message;
      *(*rows)->mutable_as<uint32_t>() = row;
      std::vector<RowFault> fault;
      const auto one = evaluator.evaluate(*batch, Selection(std::move(*rows), 1), fault);
      if (!one) return one.error().message;
      const std::string got = expr::constant_text(**one, row);
      const std::string expected = expr::constant_text(**all, row);
      if (got != expected)
        return fmt::format("row {} alone gives '{}', among others '{}'", row + 1, got, expected);
    }
    return {};
  }

  const expr::Function& function_;
  const OnCheck& on_check_;
  expr::Environment environment_;
};

}  // namespace

void verify_plugins(const plugin::PluginSet& plugins, const OnCheck& on_check) {
  for (const OperatorDef* const definition : plugins.operators())
    Trier(*definition, on_check).run();
  const auto functions = plugins.functions();
  if (functions == nullptr) return;
  for (const expr::Function& function : functions->functions())
    FunctionTrier(plugins, function, on_check).run();
}

}  // namespace leat::pipelines
