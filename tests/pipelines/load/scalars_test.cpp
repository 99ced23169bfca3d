// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include "pipelines/load/scalars.h"

#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "pipelines/text/yaml_tree.h"
#include "tests/pipelines/fake_operators.h"

namespace leat::pipelines {
namespace {

/// The scalars of `yaml` as options of the operator `name`: `text` or `expression`, and their text.
std::vector<std::string> uses(std::string_view name, const std::string& yaml) {
  const OperatorDef* definition = nullptr;
  for (const OperatorDef* candidate : testing::fake_operators()) {
    if (candidate->name == name) definition = candidate;
  }
  Diagnostics diagnostics;
  const auto root = parse_tree(Document("job.yaml", yaml), diagnostics);
  EXPECT_TRUE(definition != nullptr && root && diagnostics.ok()) << yaml;
  std::vector<std::string> found;
  visit_values(*definition, *root, [&](const OptionNode& node, ScalarUse use) {
    found.push_back((use == ScalarUse::kText ? "text " : "expression ") + node.scalar.text());
  });
  return found;
}

using Uses = std::vector<std::string>;

TEST(Scalars, AScalarOrListFillsTheMainOption) {
  EXPECT_EQ(uses("read_csv", "in.csv"), (Uses{"text in.csv"}));
  EXPECT_EQ(uses("filter", "a > 1"), (Uses{"expression a > 1"}));
  EXPECT_EQ(uses("sort", "[a, b]"), (Uses{"expression a", "expression b"}));
  EXPECT_EQ(uses("select", "[a, b]"), (Uses{"text a", "text b"}));
  EXPECT_EQ(uses("aggregate", "x"), (Uses{}));  // it has no main option
}

TEST(Scalars, AMappingNamesOptions) {
  EXPECT_EQ(uses("read_csv", "{path: a, delimiter: b, unknown: c, columns: {x: int64, y: text}}"),
            (Uses{"text a", "text b", "expression int64", "expression text"}));
  EXPECT_EQ(uses("aggregate", "{by: a, columns: {n: count(*)}}"),
            (Uses{"expression a", "expression count(*)"}));
}

TEST(Scalars, AMappingIsTheMainOptionWhereThatIsTheOnlyOne) {
  EXPECT_EQ(uses("derive", "{a: 1, columns: 2}"), (Uses{"expression 1", "expression 2"}));
}

TEST(Scalars, ValuesOfTheWrongShapeAreVisitedAsTheyAre) {
  EXPECT_EQ(uses("filter", "[a]"), (Uses{"expression "}));
  EXPECT_EQ(uses("sort", "{by: {a: b}}"), (Uses{"expression "}));
}

}  // namespace
}  // namespace leat::pipelines
