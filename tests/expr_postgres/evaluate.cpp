// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Evaluates expressions over a table, for the comparison with PostgreSQL.
//
// usage: leat-evaluate TABLE EXPRESSIONS
//
// TABLE has tab-separated lines: names, types, then rows; \N is NULL. Each line of EXPRESSIONS is
// an expression; its line of output is `mistake`, a tab and the message, or the type and then for
// each row a tab and the value, `\N` for NULL or `\E` and what is wrong with the row. Tabs, line
// feeds and backslashes in values are escaped as \t, \n, \\.
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "operators/data/builder.h"
#include "operators/data/memory.h"
#include "operators/expr/expression.h"
#include "operators/expr/kernels/constant.h"

namespace {

using leat::Batch;
using leat::ColumnRef;
using leat::Diagnostics;
using leat::Field;
using leat::Result;
using leat::RowFault;
using leat::SourceText;

std::vector<std::string> split(const std::string& line) {
  std::vector<std::string> cells(1);
  for (const char c : line) {
    if (c == '\t') {
      cells.emplace_back();
    } else {
      cells.back() += c;
    }
  }
  return cells;
}

std::string unescaped(const std::string& cell) {
  std::string text;
  for (size_t i = 0; i < cell.size(); ++i) {
    if (cell[i] != '\\' || i + 1 == cell.size()) {
      text += cell[i];
      continue;
    }
    ++i;
    text += cell[i] == 't' ? '\t' : cell[i] == 'n' ? '\n' : cell[i];
  }
  return text;
}

std::string escaped(const std::string& text) {
  std::string cell;
  for (const char c : text) {
    if (c == '\t') {
      cell += "\\t";
    } else if (c == '\n') {
      cell += "\\n";
    } else if (c == '\\') {
      cell += "\\\\";
    } else {
      cell += c;
    }
  }
  return cell;
}

[[noreturn]] void die(const std::string& message) {
  fmt::print(stderr, "leat-evaluate: {}\n", message);
  std::exit(2);
}

template <typename T>
T must(Result<T> result) {
  if (!result) die(result.error().message);
  return std::move(*result);
}

class Table {
 public:
  explicit Table(const std::string& path) {
    std::ifstream file(path);
    std::string line;
    std::vector<std::vector<std::string>> lines;
    while (std::getline(file, line)) lines.push_back(split(line));
    if (lines.size() < 3) die("the table has no rows");
    const size_t rows = lines.size() - 2;
    std::vector<Field> fields;
    std::vector<ColumnRef> columns;
    for (size_t column = 0; column < lines[0].size(); ++column) {
      leat::ViewBuilder builder(leat::kUtf8Type, memory_);
      if (!builder.reserve(rows)) die("out of memory");
      for (size_t row = 0; row < rows; ++row) {
        const std::string& cell = lines[row + 2].at(column);
        const bool added = cell == "\\N" ? builder.append_null().has_value()
                                         : builder.append_copy(unescaped(cell)).has_value();
        if (!added) die("out of memory");
      }
      const Field text{"text", leat::kUtf8Type};
      const Batch batch(std::make_shared<leat::Schema>(std::vector<Field>{text}),
                        {builder.finish()}, rows, {});
      columns.push_back(typed(batch, lines[1].at(column)));
      fields.push_back({lines[0][column], columns.back()->type()});
    }
    batch_.emplace(std::make_shared<leat::Schema>(std::move(fields)), std::move(columns), rows,
                   leat::RowPlaces());
  }

  std::string evaluate(const std::string& text) {
    const SourceText source(text, {0, 0}, {{0, 0}}, false);
    Diagnostics diagnostics;
    const leat::expr::ProgramRef program =
        leat::expr::compile(source, *batch_->schema(), {}, diagnostics);
    if (!program) return "mistake\t" + escaped(diagnostics.errors()[0].message);
    leat::expr::Evaluator evaluator(program, memory_);
    std::vector<RowFault> faults;
    const ColumnRef values = must(evaluator.evaluate(*batch_, batch_->selection(), faults));
    std::string line = leat::to_string(values->type());
    for (size_t row = 0; row < batch_->length(); ++row) {
      const auto fault = std::find_if(faults.begin(), faults.end(),
                                      [&](const RowFault& one) { return one.row == row; });
      line += '\t';
      if (fault != faults.end()) {
        line += "\\E" + escaped(fault->error.message);
      } else {
        line += values->is_valid(row) ? escaped(leat::expr::constant_text(*values, row)) : "\\N";
      }
    }
    return line;
  }

 private:
  ColumnRef typed(const Batch& batch, const std::string& type) {
    const SourceText source("text::" + type, {0, 0}, {{0, 0}}, false);
    Diagnostics diagnostics;
    const leat::expr::ProgramRef program =
        leat::expr::compile(source, *batch.schema(), {}, diagnostics);
    if (!program) die(diagnostics.errors()[0].message);
    leat::expr::Evaluator evaluator(program, memory_);
    std::vector<RowFault> faults;
    ColumnRef column = must(evaluator.evaluate(batch, batch.selection(), faults));
    if (!faults.empty()) die(faults[0].error.message);
    return column;
  }

  leat::MemoryBudget budget_{size_t{1} << 30};
  leat::MemoryAccount& memory_{budget_.open_account("table")};
  std::optional<Batch> batch_;
};

}  // namespace

int main(int count, char** arguments) {
  if (count != 3) die("usage: leat-evaluate TABLE EXPRESSIONS");
  Table table(arguments[1]);
  std::ifstream expressions(arguments[2]);
  std::string line;
  while (std::getline(expressions, line)) fmt::print("{}\n", table.evaluate(unescaped(line)));
  return 0;
}
