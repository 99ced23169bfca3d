// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include "pipelines/load/bind_stages.h"

#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "tests/pipelines/fake_operators.h"

namespace leat::pipelines {
namespace {

using testing::errors_of;

/// The output columns of each stage that has any.
std::vector<std::string> columns(const std::string& stages) {
  const auto loaded = testing::load_text("stages:\n" + stages);
  EXPECT_EQ(loaded.errors, "");
  std::vector<std::string> out;
  if (!loaded.pipeline) return out;
  for (const Stage& stage : loaded.pipeline->stages) {
    if (stage.bound->output) out.push_back(testing::columns_of(*stage.bound->output));
  }
  return out;
}

using Columns = std::vector<std::string>;

TEST(Bind, SchemasFollowTheRows) {
  EXPECT_EQ(
      columns("  - read_csv: in.csv\n  - derive: { x: amount * 2 }\n  - write_csv: out.csv\n"),
      (Columns{"id int64, amount float64, name utf8",
               "id int64, amount float64, name utf8, x float64"}));
}

TEST(Bind, SourcesDecodeOnlyWhatIsRead) {
  EXPECT_EQ(columns("  - read_csv: in.csv\n  - filter: id > 1\n  - aggregate: { by: name, columns: "
                    "{ n: count(*) } }\n  - write_csv: out.csv\n"),
            (Columns{"id int64, name utf8", "id int64, name utf8", "name utf8, n float64"}));
  EXPECT_EQ(columns("  - read_csv: in.csv\n  - aggregate: { by: [], columns: { n: count(*) } }\n  "
                    "- write_csv: out.csv\n"),
            (Columns{"", "n float64"}));
}

TEST(Bind, AStageThatCannotDoWithLessGetsWhatItMentions) {
  // The fake `select` names columns without counting them as read.
  EXPECT_EQ(columns("  - read_csv: in.csv\n  - select: [id, name]\n  - select: [id]\n  - "
                    "write_csv: out.csv\n"),
            (Columns{"id int64, name utf8", "id int64, name utf8", "id int64"}));
}

TEST(Bind, ReadersOfRejectsSeeTheSchemaOfRejects) {
  const auto loaded = testing::load_text(R"(stages:
  - read_csv: in.csv
    on_error: reject
  - write_csv: out.csv
  - filter: reason = 'x'
    from: read_csv.rejects
  - write_csv: bad.csv
)");
  ASSERT_EQ(loaded.errors, "");
  EXPECT_EQ(loaded.pipeline->stages[2].inputs.front(), rejects_schema());
}

TEST(Bind, SinksAndTransformsKnowTheirInput) {
  const auto loaded =
      testing::load_text("stages:\n  - read_csv: in.csv\n  - select: id\n  - write_csv: out.csv\n");
  ASSERT_EQ(loaded.errors, "");
  const auto& stages = loaded.pipeline->stages;
  EXPECT_TRUE(stages[0].inputs.empty());
  EXPECT_EQ(stages[1].inputs.front(), stages[0].bound->output);
  EXPECT_EQ(stages[2].inputs.front(), stages[1].bound->output);
  EXPECT_EQ(stages[2].bound->output, nullptr);
}

TEST(Bind, OptionsAreCheckedEvenWhereTheInputIsNotKnown) {
  EXPECT_EQ(errors_of("stages:\n  - read_csv: missing.csv\n  - filter: amuont\n  - write_csv: { "
                      "path: x, level: 99 }\n"),
            R"(job.yaml:2:15: error: cannot open 'missing.csv': No such file or directory
  - read_csv: missing.csv
              ^~~~~~~~~~~
job.yaml:4:34: error: option 'level' has the value '99', which is not a whole number from 1 to 9
  - write_csv: { path: x, level: 99 }
                                 ^~
2 errors
)");
}

TEST(Bind, UnknownParametersAreMistakesInExpressions) {
  EXPECT_EQ(errors_of("params: { n: { type: int64 } }\nstages:\n  - read_csv: in.csv\n  - filter: "
                      "amount > $n and id > $m\n  - write_csv: x\n",
                      {.params = {{"n", "1"}}, .environment = {}}),
            R"(job.yaml:4:34: error: unknown parameter 'm'
  - filter: amount > $n and id > $m
                                 ^~
1 error
)");
}

TEST(Bind, TheWordNullIsAnExpression) {
  EXPECT_EQ(
      columns("  - read_csv: in.csv\n  - derive: { x: null }\n  - write_csv: out.csv\n").at(1),
      "id int64, amount float64, name utf8, x float64");
}

}  // namespace
}  // namespace leat::pipelines
