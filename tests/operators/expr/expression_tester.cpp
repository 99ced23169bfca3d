// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include "tests/operators/expr/expression_tester.h"

#include <gtest/gtest.h>

#include "operators/expr/kernels/assemble.h"
#include "operators/expr/kernels/constant.h"
#include "operators/expr/kernels/kernels.h"
#include "operators/expr/kernels/nested_text.h"
#include "operators/expr/syntax/parser.h"

namespace leat::expr {
namespace {

/// A column of `type` from texts, by casting them one by one and putting them together.
ColumnRef parse_column(const TextColumn& column, MemoryAccount& memory) {
  const size_t length = column.values.size();
  std::vector<std::unique_ptr<Rows>> rows;
  std::vector<Piece> pieces;
  std::vector<KernelFault> faults;
  Rows all;
  all.set_all(length);
  Rows one;
  one.set_all(1);
  for (size_t i = 0; i < length; ++i) {
    if (!column.values[i]) continue;
    Vector value{text_constant(*column.values[i]), false};
    if (!column.type.is(TypeId::kUtf8)) {
      const KernelContext context(memory, one, column.type, nullptr, faults, false);
      const bool nested = column.type.is(TypeId::kList) || column.type.is(TypeId::kStruct);
      const Kernel cast = nested ? text_to_nested_kernel : cast_kernel(kUtf8Type, column.type);
      value = *cast(context, std::span(&value, 1));
    }
    value.is_constant = true;
    Rows::Bits bits{};
    bits[i / 64] |= uint64_t{1} << (i % 64);
    rows.push_back(std::make_unique<Rows>());
    rows.back()->set_part(all, bits);
    pieces.push_back({rows.back().get(), value});
  }
  EXPECT_TRUE(faults.empty()) << column.name << ": " << (faults.empty() ? "" : faults[0].message);
  const KernelContext context(memory, all, column.type, nullptr, faults, false);
  return assemble(context, pieces)->column;
}

}  // namespace

SourceText source_of(const std::string& text, bool quoted) {
  return SourceText(text, {0, static_cast<uint32_t>(text.size())}, {{0, 0}}, quoted);
}

std::string mistakes_text(const Diagnostics& diagnostics, const std::string& text) {
  std::string result;
  for (const Diagnostic& mistake : diagnostics.errors()) {
    if (!result.empty()) result += '\n';
    result += '[' + text.substr(mistake.where.begin, mistake.where.end - mistake.where.begin) +
              "] " + mistake.message;
    if (!mistake.hint.empty()) result += " (" + mistake.hint + ")";
  }
  return result;
}

Selection selection_of(const std::vector<uint32_t>& rows, MemoryAccount& memory) {
  BufferRef buffer = *memory.allocate((rows.size() + 1) * sizeof(uint32_t));
  std::copy(rows.begin(), rows.end(), buffer->mutable_as<uint32_t>());
  return Selection(std::move(buffer), rows.size());
}

ExpressionTester& ExpressionTester::add(const TextColumn& column) {
  std::vector<Field> fields = schema_.fields();
  fields.push_back({column.name, column.type});
  schema_ = Schema(std::move(fields));
  length_ = column.values.size();
  columns_.push_back(parse_column(column, account_));
  return *this;
}

Batch ExpressionTester::batch() const {
  return Batch(std::make_shared<Schema>(schema_), columns_, length_, RowPlaces());
}

ProgramRef ExpressionTester::compiled(const std::string& text) {
  Diagnostics diagnostics;
  ProgramRef program = compile(source_of(text), schema_, environment, diagnostics);
  EXPECT_TRUE(program != nullptr) << text << "\n" << mistakes_text(diagnostics, text);
  EXPECT_EQ(program != nullptr, diagnostics.ok()) << text << "\n"
                                                  << mistakes_text(diagnostics, text);
  return program;
}

Outcome ExpressionTester::evaluate(const std::string& text, const std::vector<uint32_t>* rows) {
  Outcome outcome;
  const ProgramRef program = compiled(text);
  if (!program) return outcome;
  outcome.type = program->type();
  const Batch input = batch();
  const Selection selection = rows ? selection_of(*rows, account_) : input.selection();
  Evaluator evaluator(program, account_);
  std::vector<RowFault> faults;
  const auto column = evaluator.evaluate(input, selection, faults);
  EXPECT_TRUE(column.has_value()) << text << ": " << column.error().message;
  if (!column) return outcome;
  EXPECT_EQ((*column)->length(), input.length()) << text;
  EXPECT_EQ((*column)->type(), program->type()) << text;
  for (size_t i = 0; i < selection.count(); ++i)
    outcome.values.push_back(constant_text(**column, selection[i]));
  for (const RowFault& fault : faults) outcome.faults[fault.row] = fault.error.message;
  return outcome;
}

std::string ExpressionTester::value(const std::string& text) {
  Diagnostics diagnostics;
  if (!compile(source_of(text), schema_, environment, diagnostics))
    return "error: " + diagnostics.errors()[0].message;
  const Outcome outcome = evaluate(text);
  if (!outcome.faults.empty()) return "error: " + outcome.faults.begin()->second;
  return outcome.values.empty() ? "no rows" : outcome.values[0];
}

std::vector<uint32_t> ExpressionTester::selected(const std::string& text,
                                                 const std::vector<uint32_t>* rows) {
  Diagnostics diagnostics;
  const ProgramRef program = compile_predicate(source_of(text), schema_, environment, diagnostics);
  EXPECT_TRUE(program != nullptr) << text << "\n" << mistakes_text(diagnostics, text);
  if (!program) return {};
  const Batch input = batch();
  Evaluator evaluator(program, account_);
  std::vector<RowFault> faults;
  const auto selection =
      evaluator.select(input, rows ? selection_of(*rows, account_) : input.selection(), faults);
  EXPECT_TRUE(selection.has_value());
  std::vector<uint32_t> result;
  for (size_t i = 0; selection && i < selection->count(); ++i) result.push_back((*selection)[i]);
  return result;
}

std::string ExpressionTester::mistakes(const std::string& text, bool quoted) {
  Diagnostics diagnostics;
  const ProgramRef program = compile(source_of(text, quoted), schema_, environment, diagnostics);
  EXPECT_EQ(program == nullptr, !diagnostics.ok()) << text;
  return mistakes_text(diagnostics, text);
}

std::string tree_of(const Ast& ast) {
  std::string text = ast.text;
  switch (ast.kind) {
    case AstKind::kNull: return "null";
    case AstKind::kAnd: text = "and"; break;
    case AstKind::kOr: text = "or"; break;
    case AstKind::kNot: text = "not"; break;
    case AstKind::kIs: text = "is " + ast.text; break;
    case AstKind::kDistinct: text = "distinct"; break;
    case AstKind::kBetween: text = "between"; break;
    case AstKind::kIn: text = "in"; break;
    case AstKind::kLike: text = ast.insensitive ? "ilike" : "like"; break;
    case AstKind::kCase: text = "case"; break;
    case AstKind::kCast: text = (ast.quiet ? "try_cast " : "cast ") + ast.type_name; break;
    case AstKind::kTypedLiteral: return ast.type_name + "'" + ast.text + "'";
    case AstKind::kString: return "'" + ast.text + "'";
    case AstKind::kParameter: return "$" + ast.text;
    case AstKind::kField: text = "." + ast.text; break;
    case AstKind::kSubscript: text = "[]"; break;
    case AstKind::kSlice: text = "[:]"; break;
    case AstKind::kList: text = "list"; break;
    case AstKind::kStructure: text = "struct"; break;
    case AstKind::kQuantified: text = ast.text + (ast.star ? " all" : " any"); break;
    case AstKind::kLambda: text = "lambda"; break;
    case AstKind::kExtract: text = "extract " + ast.text; break;
    default: break;
  }
  if (ast.negated) text = "not " + text;
  if (ast.distinct) text += " distinct";
  if (ast.star && ast.kind == AstKind::kCall) text += " *";
  for (const AstName& name : ast.names) text += " " + name.text;
  if (ast.inputs.empty() && !ast.extra && ast.kind != AstKind::kCall) return text;
  std::string result = "(" + text;
  if (ast.extra) result += " <" + tree_of(*ast.extra) + ">";
  for (const AstRef& input : ast.inputs) result += " " + tree_of(*input);
  return result + ")";
}

std::string parsed(const std::string& text) {
  Diagnostics diagnostics;
  const SourceText source = source_of(text);
  Mistakes mistakes(source, diagnostics);
  const AstRef ast = parse(mistakes);
  EXPECT_EQ(ast == nullptr, mistakes.any()) << text;
  return ast ? tree_of(*ast) : mistakes_text(diagnostics, text);
}

}  // namespace leat::expr
