// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include "operators/expr/column_items.h"

#include <gtest/gtest.h>

#include "tests/support/operator_fixture.h"

namespace leat::expr {
namespace {

using Names = std::vector<std::string>;

Schema wide() {
  return Schema({{"id", kInt64Type},
                 {"Name", kUtf8Type},
                 {"m1", kInt64Type},
                 {"m2", kInt64Type},
                 {"rev_de", kInt64Type},
                 {"a b", kInt64Type}});
}

/// `name<-column` of what `item` means, or the mistakes with their places.
Names meant(const std::string& item) {
  test::OptionDocument document;
  Diagnostics diagnostics;
  const auto columns = meant_columns(document.scalar(item), wide(), diagnostics);
  Names names;
  for (const Diagnostic& error : diagnostics.errors())
    names.push_back(error.message + " [" + document.at(error.where) + "]");
  if (columns) {
    for (const MeantColumn& column : *columns)
      names.push_back(column.name + "<-" + wide()[column.column].name);
  }
  return names;
}

/// As meant, of an item of `select`: `name = text`.
Names selected(const std::string& item) {
  test::OptionDocument document;
  Diagnostics diagnostics;
  const auto programs = compile_items(document.scalar(item), wide(), {}, diagnostics);
  Names names;
  for (const Diagnostic& error : diagnostics.errors())
    names.push_back(error.message + " [" + document.at(error.where) + "]");
  if (programs) {
    for (const NamedProgram& program : *programs)
      names.push_back(program.name + "=" + program.text);
  }
  return names;
}

TEST(ColumnItems, NamesAndPatterns) {
  EXPECT_EQ(meant("m1"), (Names{"m1<-m1"}));
  EXPECT_EQ(meant("a b"), (Names{"a b<-a b"})) << "as it stands";
  EXPECT_EQ(meant("\"a b\""), (Names{"a b<-a b"}));
  EXPECT_EQ(meant("NAME"), (Names{"Name<-Name"})) << "the only one that differs in case";
  EXPECT_EQ(meant("columns('^m\\d+$')"), (Names{"m1<-m1", "m2<-m2"}));
  EXPECT_EQ(meant("columns('^rev_(.*)$')"), (Names{"de<-rev_de"})) << "group 1 is the name";
}

TEST(ColumnItems, WhatMeansNoColumn) {
  EXPECT_EQ(meant("m3"), (Names{"the input has no column 'm3' [m3]"}));
  EXPECT_EQ(meant("columns('^x')"),
            (Names{"no column of the input matches the pattern '^x' ['^x']"}));
  EXPECT_EQ(meant("columns('(')").front().substr(0, 30), "this is no regular expression:");
  EXPECT_EQ(find_column(Schema({{"A", kInt64Type}, {"a", kInt64Type}}), "a"), 1u);
  EXPECT_EQ(find_column(Schema({{"AB", kInt64Type}, {"ab", kInt64Type}}), "aB"), std::nullopt);
}

TEST(ColumnItems, Stars) {
  EXPECT_EQ(selected("*").size(), 6u);
  EXPECT_EQ(selected("* except (id, columns('^m'), \"a b\")"),
            (Names{"Name=Name", "rev_de=rev_de"}));
  EXPECT_EQ(selected("* except (columns('^m'), rev_de, \"a b\") replace (id + 1 as id, "
                     "substr(\"Name\", 1, 2) as NAME)"),
            (Names{"id=id + 1", "Name=substr(\"Name\", 1, 2)"}));
  EXPECT_EQ(selected("columns('^m')"), (Names{"m1=m1", "m2=m2"}));
  EXPECT_EQ(selected("m1 * m2 as x"), (Names{"x=m1 * m2"}));
}

TEST(ColumnItems, MistakesOfStars) {
  EXPECT_EQ(selected("* except (idd)"), (Names{"the input has no column 'idd' [idd]"}));
  EXPECT_EQ(selected("* replace (id + 1)"),
            (Names{"'replace' needs the name of the column that it replaces [id + 1]"}));
  EXPECT_EQ(selected("* replace (1 as x)"), (Names{"the input has no column 'x' [1 as x]"}));
  EXPECT_EQ(selected("* replace (nope as id)"), (Names{"unknown column 'nope' [nope]"}));
  EXPECT_EQ(selected("* without (id)"), (Names{"'without' cannot stand here [without]"}));
  EXPECT_EQ(selected("* except (id) replace (1 as id)").size(), 1u);
  EXPECT_EQ(selected("* except (id").size(), 1u);
}

}  // namespace
}  // namespace leat::expr
