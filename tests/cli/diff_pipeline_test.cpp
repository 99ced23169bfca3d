// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include "cli/diff_pipeline.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "pipelines/text/document.h"
#include "pipelines/text/yaml_tree.h"

namespace leat::cli {
namespace {

constexpr const char* kTables =
    R"([{"\"id\"":1,"change":"changed","differs":["price"],"before":{"id":1,"price":2},"after":{"id":1,"price":3}},
 {"\"id\"":7,"change":"added","differs":[],"before":null,"after":{"id":7,"price":null}},
 {"\"id\"":9,"change":"removed","differs":[],"before":{"id":9,"price":1},"after":null}]
[{"change":"changed","rows":1200},{"change":"added","rows":1},{"change":"removed","rows":1}]
[{"differs":"price","rows":1200}]
)";

TEST(DiffPipeline, AnyNamesMakeAValidText) {
  const std::string text = diff_pipeline("  - read_csv: a.csv\n", "  - read_csv: b.csv\n",
                                         {.keys = {"a \"'b", "c"}, .ignored = {"x: y"}});
  Diagnostics mistakes;
  const auto root = pipelines::parse_tree(pipelines::Document("diff", text), mistakes);
  ASSERT_TRUE(root && mistakes.ok()) << text;
  const OptionNode& compare = root->entries[0].value.items[2].entries[0].value;
  EXPECT_EQ(compare.entries[1].value.items[0].scalar.text(), "\"a \"\"'b\"");
  EXPECT_EQ(compare.entries[2].value.items[0].scalar.text(), "x: y");
}

TEST(DiffText, HasALineForEachDifference) {
  const DiffSides sides{"a.csv", "b.csv", {"old"}, {}};
  const nlohmann::ordered_json result =
      diff_result(kTables, sides, {.keys = {"id"}, .ignored = {}});
  EXPECT_EQ(result["same"], false);
  EXPECT_EQ(diff_text(result, sides, {.keys = {"id"}, .ignored = {}}, 0),
            "a.csv \u2192 b.csv, by id: 1 added, 1 removed, 1,200 changed (price 1,200)\n"
            "  only in a.csv: old\n"
            "  ~ id 1: price 2 \u2192 3\n"
            "  + id 7: price NULL\n"
            "  - id 9: price 1\n"
            "  and 1,199 more (--rows)\n");
  EXPECT_TRUE(diff_text(result, sides, {.keys = {"id"}, .ignored = {}}, 20)
                  .ends_with("\n  and 1,199 more (-\u2026\n"));
}

TEST(DiffText, OfTheSameRowsIsOneSentence) {
  const DiffSides sides{"a.csv", "b.csv"};
  const nlohmann::ordered_json result =
      diff_result("[]\n[]\n[]\n", sides, {.keys = {"id"}, .ignored = {}});
  EXPECT_EQ(result["same"], true);
  EXPECT_EQ(diff_text(result, sides, {.keys = {"id", "day"}, .ignored = {}}, 0),
            "a.csv and b.csv are the same, by id, day\n");
}

}  // namespace
}  // namespace leat::cli
