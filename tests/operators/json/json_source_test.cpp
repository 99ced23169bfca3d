// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include "operators/json/json_source.h"

#include <gtest/gtest.h>

#include "tests/operators/sources/json_source_run.h"
#include "tests/support/temp_dir.h"

namespace leat {
extern const OperatorDef operator_read_json;
extern const OperatorDef operator_read_jsonl;

namespace io {
namespace {

using test::Opt;

// Both sources have the same columns, the same mistakes, and the same words for them.
TEST(JsonSource, LinesAndDocumentsBindAlike) {
  const test::TempDir dir;
  const std::string path = dir.write("x", "{\"a\":1,\"b\":[1.5]}\n{\"a\":2,\"c\":null}\n");
  for (const std::vector<std::pair<std::string, Opt>>& options :
       std::vector<std::vector<std::pair<std::string, Opt>>>{
           {},
           {{"columns", Opt::map({{"a", "int64"}, {"z", "utf8"}})}},
           {{"types", Opt::map({{"c", "date"}})}},
           {{"types", Opt::map({{"d", "date"}})}},
           {{"columns", Opt::map({{"a", "integral"}})}, {"types", Opt::map({{"a", "utf8"}})}},
           {{"sample", "0"}, {"unknown_fields", "maybe"}},
           {{"file_column", "a"}}}) {
    std::vector<std::pair<std::string, Opt>> all = options;
    all.emplace_back("path", Opt(path));
    const auto lines = test::bind_source(operator_read_jsonl, Opt::map(all));
    const auto documents = test::bind_source(operator_read_json, Opt::map(all));
    EXPECT_EQ(lines.mistakes, documents.mistakes);
    ASSERT_EQ(lines.bound.has_value(), documents.bound.has_value());
    if (!lines.bound) continue;
    EXPECT_EQ(test::schema_text(lines.output()), test::schema_text(documents.output()));
  }
}

TEST(JsonSource, NamesOfInputs) {
  EXPECT_EQ(names_of({std::make_shared<Input>(Input{"a", 0})}), "'a'");
  EXPECT_EQ(
      names_of({std::make_shared<Input>(Input{"a", 0}), std::make_shared<Input>(Input{"b", 1})}),
      "all files");
}

}  // namespace
}  // namespace io
}  // namespace leat
