// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include "pipelines/load/own_outputs.h"

#include <memory>
#include <string>
#include <vector>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "operators/input/source_options.h"
#include "pipelines/load/pipeline.h"
#include "tests/support/temp_dir.h"

namespace leat::pipelines {
namespace {

using ::testing::ElementsAre;

class OwnOutputsTest : public ::testing::Test {
 protected:
  OwnOutputsTest() {
    for (const std::string name : {"a.csv", "b.csv", "total.csv", "DE.csv", "[x].csv"})
      folder_.write(name, "id,c\n1,DE\n");
  }
  /// The names of the files that are read, or what is wrong. `{}` is the folder.
  std::vector<std::string> files(std::string source, std::string sink) {
    for (std::string* const part : {&source, &sink}) {
      for (size_t at; (at = part->find("{}")) != std::string::npos;)
        part->replace(at, 2, folder_.path());
    }
    const std::string text =
        fmt::format("stages:\n  - read_csv: {}\n  - write_csv: {}\n", source, sink);
    Diagnostics diagnostics;
    const auto pipeline =
        load(std::make_shared<Document>("job.yaml", text), LoadOptions{}, diagnostics);
    std::vector<std::string> names;
    for (const Diagnostic& error : diagnostics.errors()) names.push_back(error.message);
    if (!pipeline) return names;
    for (const std::string& file : pipeline->stages.front().bound->files)
      names.push_back(file.substr(file.rfind('/') + 1));
    return names;
  }
  test::TempDir folder_;
};

TEST_F(OwnOutputsTest, PatternsDoNotCoverThem) {
  EXPECT_THAT(files("'{}/?.csv'", "'{}/a.csv'"), ElementsAre("b.csv"));
  EXPECT_THAT(files("'{}/*.csv'", "'{}/total.csv'"),
              ElementsAre("DE.csv", "[x].csv", "a.csv", "b.csv"));
  EXPECT_THAT(files("'{}/*.csv'", "'{}/[x].csv'"),
              ElementsAre("DE.csv", "a.csv", "b.csv", "total.csv"));
  EXPECT_THAT(files("'{}/*.csv'", "'{}/other/total.csv'"),
              ElementsAre("DE.csv", "[x].csv", "a.csv", "b.csv", "total.csv"));
  EXPECT_THAT(files("{ path: '{}/?.csv', exclude: b.csv }", "'{}/a.csv'"),
              ElementsAre("no file is left to read: 2 excluded"));
}

TEST_F(OwnOutputsTest, NorThoseOfPathsWithPlaceholders) {
  EXPECT_THAT(files("'{}/*.csv'", "'{}/D{c}.csv'"),
              ElementsAre("[x].csv", "a.csv", "b.csv", "total.csv"));
  EXPECT_THAT(files("'{}/*.csv'", "'{}/{c}.csv'"),
              ElementsAre("no file is left to read: 5 excluded"));
}

TEST_F(OwnOutputsTest, WhatIsNamedIsRead) {
  EXPECT_THAT(files("'{}/a.csv'", "'{}/a.csv'"), ElementsAre("a.csv"));
  EXPECT_THAT(files("['{}/a.csv', '{}/b.*']", "'{}/a.csv'"), ElementsAre("a.csv", "b.csv"));
}

TEST_F(OwnOutputsTest, ANameIsNotOneInEveryFolder) {
  Spec spec;
  static const OperatorDef sink{.name = "write",
                                .kind = OperatorKind::kSink,
                                .summary = {},
                                .doc = {},
                                .example = {},
                                .main_option = "path",
                                .options = {},
                                .bind = nullptr};
  StageSpec stage;
  stage.definition = &sink;
  stage.options.kind = OptionNode::Kind::kScalar;
  stage.options.scalar = SourceText("out.csv", {}, {});
  spec.stages.push_back(stage);
  const std::vector<std::string> outputs = own_outputs(spec);
  ASSERT_EQ(outputs.size(), 2u);
  EXPECT_EQ(outputs[0], "./out.csv");
  EXPECT_TRUE(outputs[1].starts_with('/') && outputs[1].ends_with("/out.csv"));
}

}  // namespace
}  // namespace leat::pipelines
