// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Random expressions over random tables, selections and batch lengths, compared with a reference
// that computes one row at a time from closures made together with the text: no batches, no
// selections, no kernels.
#include <cmath>
#include <compare>
#include <functional>
#include <random>
#include <variant>

#include <gtest/gtest.h>

#include "operators/expr/kernels/constant.h"
#include "tests/operators/expr/expression_tester.h"
#include "tests/support/seed.h"

namespace leat::expr {
namespace {

struct Null {
  auto operator<=>(const Null&) const = default;
};
struct Fault {
  auto operator<=>(const Fault&) const = default;
};
using Value = std::variant<Null, Fault, bool, int64_t, std::string>;
using Formula = std::function<Value(size_t row)>;

/// A piece of an expression and what it means.
struct Piece {
  std::string text;
  Formula formula;
};

bool is_null(const Value& value) { return std::holds_alternative<Null>(value); }
bool is_fault(const Value& value) { return std::holds_alternative<Fault>(value); }
bool is(const Value& value, bool wanted) {
  const bool* const truth = std::get_if<bool>(&value);
  return truth != nullptr && *truth == wanted;
}

/// A function of two values that are neither NULL nor faults; all arguments are computed first.
template <typename Function>
Formula strict(Formula left, Formula right, Function function) {
  return [=](size_t row) -> Value {
    const Value a = left(row);
    const Value b = right(row);
    if (is_fault(a) || is_fault(b)) return Fault();
    if (is_null(a) || is_null(b)) return Null();
    return function(a, b);
  };
}

class Generator {
 public:
  Generator(uint64_t seed, size_t rows) : random_(seed) {
    for (const char* name : {"i", "j"}) {
      ints_.push_back({name, {}});
      for (size_t row = 0; row < rows; ++row) ints_.back().second.push_back(some_int());
    }
    for (const char* name : {"s", "t"}) {
      texts_.push_back({name, {}});
      for (size_t row = 0; row < rows; ++row) texts_.back().second.push_back(some_text());
    }
  }

  void fill(ExpressionTester& tester) {
    for (const auto& [name, values] : ints_) {
      TextColumn column{name, kInt64Type, {}};
      for (const Value& value : values) {
        column.values.push_back(is_null(value)
                                    ? std::nullopt
                                    : std::optional(std::to_string(std::get<int64_t>(value))));
      }
      tester.add(column);
    }
    for (const auto& [name, values] : texts_) {
      TextColumn column{name, kUtf8Type, {}};
      for (const Value& value : values) {
        column.values.push_back(is_null(value) ? std::nullopt
                                               : std::optional(std::get<std::string>(value)));
      }
      tester.add(column);
    }
  }

  Piece number(int depth) {
    if (depth == 0) return int_column();
    switch (pick(7)) {
      case 0: return arithmetic('+', number(depth - 1), number(depth - 1));
      case 1: return arithmetic('-', number(depth - 1), number(depth - 1));
      case 2: return arithmetic('*', number(depth - 1), number(depth - 1));
      case 3: return arithmetic('/', number(depth - 1), number(depth - 1));
      case 4: return choose(condition(depth - 1), number(depth - 1), number(depth - 1));
      case 5: return coalesce(number(depth - 1), number(depth - 1));
      default: return length(text(depth - 1));
    }
  }

  Piece text(int depth) {
    if (depth == 0) return text_column();
    switch (pick(4)) {
      case 0: return concatenate(text(depth - 1), text(depth - 1));
      case 1: return choose(condition(depth - 1), text(depth - 1), text(depth - 1));
      case 2: return coalesce(text(depth - 1), text(depth - 1));
      default: return tail(text(depth - 1));
    }
  }

  Piece condition(int depth) {
    if (depth <= 0) return compare(int_column(), int_literal());
    switch (pick(7)) {
      case 0: return compare(number(depth - 1), number(depth - 1));
      case 1: return compare(text(depth - 1), text(depth - 1));
      case 2: return logical("and", condition(depth - 1), condition(depth - 1));
      case 3: return logical("or", condition(depth - 1), condition(depth - 1));
      case 4: return negate(condition(depth - 1));
      case 5: return null_test(number(depth - 1));
      default:
        return logical("and", condition(depth - 1),
                       logical("or", condition(depth - 1), condition(depth - 1)));
    }
  }

  uint64_t pick(uint64_t count) { return random_() % count; }

 private:
  Value some_int() {
    static constexpr int64_t kValues[] = {0, 1, -1, 2, 7, 1000, INT64_MAX, INT64_MIN, 3037000500};
    if (pick(6) == 0) return Null();
    return pick(2) == 0 ? static_cast<int64_t>(pick(10)) : kValues[pick(std::size(kValues))];
  }
  Value some_text() {
    static const char* const kValues[] = {
        "", "a", "b", "ab", "exactly twelv", "a text that is not kept in place", "abc"};
    if (pick(6) == 0) return Null();
    return std::string(kValues[pick(std::size(kValues))]);
  }

  Piece int_column() {
    const size_t which = pick(ints_.size());
    return {ints_[which].first, [this, which](size_t row) { return ints_[which].second[row]; }};
  }
  Piece text_column() {
    const size_t which = pick(texts_.size());
    return {texts_[which].first, [this, which](size_t row) { return texts_[which].second[row]; }};
  }
  Piece int_literal() {
    const auto value = static_cast<int64_t>(pick(5));
    return {std::to_string(value), [value](size_t) { return Value(value); }};
  }

  Piece arithmetic(char operation, Piece a, Piece b) {
    if (pick(3) == 0) b = int_literal();
    return {
        "(" + a.text + " " + operation + " " + b.text + ")",
        strict(a.formula, b.formula, [operation](const Value& left, const Value& right) -> Value {
          const auto x = std::get<int64_t>(left);
          const auto y = std::get<int64_t>(right);
          int64_t result = 0;
          bool wrong = false;
          if (operation == '+') wrong = __builtin_add_overflow(x, y, &result);
          if (operation == '-') wrong = __builtin_sub_overflow(x, y, &result);
          if (operation == '*') wrong = __builtin_mul_overflow(x, y, &result);
          if (operation == '/') {
            wrong = y == 0 || (y == -1 && x == INT64_MIN);
            if (!wrong) result = x / y;
          }
          return wrong ? Value(Fault()) : Value(result);
        })};
  }
  Piece concatenate(const Piece& a, const Piece& b) {
    return {"(" + a.text + " || " + b.text + ")",
            strict(a.formula, b.formula, [](const Value& left, const Value& right) -> Value {
              return std::get<std::string>(left) + std::get<std::string>(right);
            })};
  }
  Piece tail(const Piece& a) {
    const Formula zero = [](size_t) { return Value(int64_t{0}); };
    return {"substr(" + a.text + ", 2)",
            strict(a.formula, zero, [](const Value& value, const Value&) -> Value {
              const auto& text = std::get<std::string>(value);
              return text.empty() ? text : text.substr(1);
            })};
  }
  Piece length(const Piece& a) {
    const Formula zero = [](size_t) { return Value(int64_t{0}); };
    return {"length(" + a.text + ")",
            strict(a.formula, zero, [](const Value& value, const Value&) -> Value {
              return static_cast<int64_t>(std::get<std::string>(value).size());
            })};
  }
  Piece compare(const Piece& a, const Piece& b) {
    static const char* const kOperators[] = {"=", "<>", "<", "<=", ">", ">="};
    const size_t which = pick(6);
    return {"(" + a.text + " " + kOperators[which] + " " + b.text + ")",
            strict(a.formula, b.formula, [which](const Value& left, const Value& right) -> Value {
              const bool results[] = {left == right, left != right,
                                      left<right, left <= right, left> right, left >= right};
              return results[which];
            })};
  }
  Piece logical(const std::string& word, const Piece& a, const Piece& b) {
    const bool decides = word == "or";
    return {"(" + a.text + " " + word + " " + b.text + ")", [a, b, decides](size_t row) -> Value {
              const Value left = a.formula(row);
              if (is_fault(left) || is(left, decides)) return left;
              const Value right = b.formula(row);
              if (is_fault(right) || is(right, decides)) return right;
              return is_null(left) || is_null(right) ? Value(Null()) : Value(!decides);
            }};
  }
  Piece negate(const Piece& a) {
    return {"(not " + a.text + ")", [a](size_t row) -> Value {
              const Value value = a.formula(row);
              if (is_fault(value) || is_null(value)) return value;
              return !std::get<bool>(value);
            }};
  }
  Piece null_test(const Piece& a) {
    return {"(" + a.text + " is null)", [a](size_t row) -> Value {
              const Value value = a.formula(row);
              return is_fault(value) ? value : Value(is_null(value));
            }};
  }
  Piece choose(const Piece& when, const Piece& a, const Piece& b) {
    return {"(case when " + when.text + " then " + a.text + " else " + b.text + " end)",
            [=](size_t row) -> Value {
              const Value condition = when.formula(row);
              if (is_fault(condition)) return Fault();
              return is(condition, true) ? a.formula(row) : b.formula(row);
            }};
  }
  Piece coalesce(const Piece& a, const Piece& b) {
    return {"coalesce(" + a.text + ", " + b.text + ")", [=](size_t row) -> Value {
              const Value first = a.formula(row);
              return is_null(first) ? b.formula(row) : first;
            }};
  }

  std::mt19937_64 random_;
  std::vector<std::pair<std::string, std::vector<Value>>> ints_;
  std::vector<std::pair<std::string, std::vector<Value>>> texts_;
};

std::string text_of(const Value& value) {
  if (is_null(value)) return "null";
  if (is_fault(value)) return "fault";
  if (const bool* truth = std::get_if<bool>(&value)) return *truth ? "true" : "false";
  if (const auto* number = std::get_if<int64_t>(&value)) return std::to_string(*number);
  return std::get<std::string>(value);
}

void check_one(uint64_t seed) {
  SCOPED_TRACE("seed " + std::to_string(seed));
  std::mt19937_64 random(seed);
  static constexpr size_t kLengths[] = {1, 3, 63, 64, 65, 130, 200};
  const size_t rows = kLengths[random() % std::size(kLengths)];
  Generator generator(seed, rows);
  ExpressionTester tester;
  generator.fill(tester);
  const int depth = static_cast<int>(1 + generator.pick(3));
  const uint64_t kind = generator.pick(3);
  const Piece piece = kind == 0   ? generator.number(depth)
                      : kind == 1 ? generator.text(depth)
                                  : generator.condition(depth);
  std::vector<uint32_t> some;
  const uint64_t density = 1 + random() % 10;
  for (uint32_t row = 0; row < rows; ++row) {
    if (random() % 10 < density) some.push_back(row);
  }
  const Outcome outcome = tester.evaluate(piece.text, &some);
  ASSERT_EQ(outcome.values.size(), some.size()) << piece.text;
  for (size_t i = 0; i < some.size(); ++i) {
    const Value wanted = piece.formula(some[i]);
    ASSERT_EQ(outcome.faults.contains(some[i]), is_fault(wanted))
        << piece.text << " in row " << some[i];
    ASSERT_EQ(outcome.values[i], is_fault(wanted) ? "null" : text_of(wanted))
        << piece.text << " in row " << some[i];
  }
  if (kind != 2) return;
  std::vector<uint32_t> chosen;
  for (uint32_t row : some) {
    if (is(piece.formula(row), true)) chosen.push_back(row);
  }
  ASSERT_EQ(tester.selected(piece.text, &some), chosen) << piece.text;
}

TEST(Evaluator, AgreesWithRowAtATimeReference) {
  const test::Seed seed;
  for (uint64_t i = 0; i < 500 && !::testing::Test::HasFatalFailure(); ++i)
    check_one(seed.value() + i);
}

TEST(Evaluator, FaultsComeInOrderOfRowsAndOncePerRow) {
  ExpressionTester tester;
  tester.add({"a", kInt64Type, {"0", "5", "0", "7"}});
  tester.add({"b", kInt64Type, {"0", "0", "1", "1"}});
  const ProgramRef program = tester.compiled("(10 / b) + (20 / a)");
  Evaluator evaluator(program, tester.memory());
  const Batch batch = tester.batch();
  std::vector<RowFault> faults;
  const auto column = evaluator.evaluate(batch, batch.selection(), faults);
  ASSERT_TRUE(column);
  ASSERT_EQ(faults.size(), 3u);
  EXPECT_EQ(faults[0].row, 0u);
  EXPECT_EQ(faults[1].row, 1u);
  EXPECT_EQ(faults[2].row, 2u);
  EXPECT_EQ(faults[0].error.message, "division by zero: 10 / 0");
  EXPECT_EQ(faults[2].error.message, "division by zero: 20 / 0");
  EXPECT_EQ(faults[0].error.code, ErrorCode::kData);
  ASSERT_TRUE(faults[2].error.pipeline);
  EXPECT_EQ(*faults[2].error.pipeline, (Span{11, 19}));
  EXPECT_TRUE((*column)->is_valid(3));
  EXPECT_FALSE((*column)->is_valid(2));
}

TEST(Evaluator, BranchesNotTakenHaveNoFaults) {
  ExpressionTester tester;
  tester.add({"a", kInt64Type, {"0", "5", std::nullopt}});
  for (const char* text :
       {"a <> 0 and 10 / a > 1", "a = 0 or 10 / a > 1", "case when a = 0 then 0 else 10 / a end",
        "coalesce(nullif(a, 0) + 1, 2)", "nullif(a, 0) is null or 10 / a = 2"}) {
    EXPECT_TRUE(tester.evaluate(text).faults.empty()) << text;
  }
  EXPECT_EQ(tester.evaluate("10 / a > 1 and a <> 0").faults.size(), 1u);
}

TEST(Evaluator, AFaultDoesNotDependOnTheOtherRowsOfTheBatch) {
  // The first operand of + is NULL for all selected rows; the second must fail all the same.
  ExpressionTester tester;
  tester.add({"a", kInt64Type, {"0", "0"}});
  EXPECT_EQ(tester.evaluate("(case when a > 0 then 1 end) + 1 / a").faults.size(), 2u);
}

TEST(Evaluator, FaultyRowsAreNullAndNotSelected) {
  ExpressionTester tester;
  tester.add({"a", kInt64Type, {"0", "1"}});
  EXPECT_EQ(tester.evaluate("coalesce(1 / a, 7)").values, (std::vector<std::string>{"null", "1"}));
  EXPECT_EQ(tester.selected("(1 / a) is null or true"), (std::vector<uint32_t>{1}));
}

TEST(Evaluator, ReportsMemoryThatRunsOut) {
  ExpressionTester tester;
  tester.add({"a", kInt64Type, {"1", "2"}});
  MemoryBudget tiny(16);
  Evaluator evaluator(tester.compiled("a + 1"), tiny.open_account("tiny"));
  std::vector<RowFault> faults;
  const Batch batch = tester.batch();
  const auto result = evaluator.evaluate(batch, batch.selection(), faults);
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().code, ErrorCode::kMemory);
}

int kernels_run = 0;

Result<Vector> counting_kernel(const KernelContext&, std::span<const Vector> inputs) {
  ++kernels_run;
  return inputs[0];
}

uint32_t counted(ProgramBuilder& builder, std::vector<uint32_t> inputs) {
  Node node;
  node.kind = NodeKind::kCall;
  node.type = kInt64Type;
  node.inputs = std::move(inputs);
  node.kernel = counting_kernel;
  return builder.add(std::move(node));
}

TEST(Evaluator, ComputesEqualPartsOnceABatch) {
  ExpressionTester tester;
  tester.add({"a", kInt64Type, {"1", "2", "3"}});
  Diagnostics diagnostics;
  const SourceText source = source_of("");
  Mistakes mistakes(source, diagnostics);
  ProgramBuilder builder(mistakes);
  Node column;
  column.kind = NodeKind::kColumn;
  column.type = kInt64Type;
  const uint32_t a = builder.add(std::move(column));
  // f(f(a), f(a), coalesce(f(f(a)), f(a))): f(a) stands there four times.
  const uint32_t inner = counted(builder, {a});
  EXPECT_EQ(counted(builder, {a}), inner);
  Node coalesce;
  coalesce.kind = NodeKind::kCoalesce;
  coalesce.type = kInt64Type;
  coalesce.inputs = {counted(builder, {inner}), inner};
  const uint32_t branch = builder.add(std::move(coalesce));
  const uint32_t root = counted(builder, {inner, inner, branch});
  Evaluator evaluator(builder.finish(root, "f"), tester.memory());
  for (int batch = 1; batch <= 3; ++batch) {
    std::vector<RowFault> faults;
    kernels_run = 0;
    const auto values = evaluator.evaluate(tester.batch(), tester.batch().selection(), faults);
    ASSERT_TRUE(values);
    EXPECT_EQ((*values)->values<int64_t>()[2], 3);
    EXPECT_EQ(kernels_run, 3) << "f(a), f(f(a)) and the root";
  }
}

TEST(Evaluator, KeepsNoMemoryBetweenBatches) {
  ExpressionTester tester;
  tester.add({"a", kInt64Type, {"1", "2"}});
  MemoryBudget budget(1 << 20);
  MemoryAccount& account = budget.open_account("lane");
  Evaluator evaluator(tester.compiled("(a + 1) * (a + 1)"), account);
  const Batch batch = tester.batch();
  std::vector<RowFault> faults;
  ASSERT_TRUE(evaluator.evaluate(batch, batch.selection(), faults));
  EXPECT_EQ(account.used(), 0u);
}

TEST(Evaluator, TakesEmptySelectionsAndBatches) {
  ExpressionTester tester;
  tester.add({"a", kInt64Type, {"1", "0"}});
  const std::vector<uint32_t> none;
  EXPECT_TRUE(tester.evaluate("1 / a", &none).faults.empty());
  ExpressionTester empty;
  empty.add({"a", kInt64Type, {}});
  for (const char* text : {"a + 1", "a > 1 and a < 3", "case when a > 1 then 'x' end",
                           "upper(a::utf8)", "a in (1, 2)"}) {
    EXPECT_TRUE(empty.evaluate(text).values.empty()) << text;
  }
}

}  // namespace
}  // namespace leat::expr
