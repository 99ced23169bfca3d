// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// With a server: tests/connectors/postgres/postgres_test.py.
#include "pipelines/load/connections.h"

#include <string>

#include <gtest/gtest.h>

#include "tests/pipelines/fake_operators.h"

namespace leat::pipelines {
namespace {

using testing::errors_of;

constexpr const char* kStages = "stages:\n  - read_csv: in.csv\n  - write_csv: out.csv\n";

TEST(Connections, EachMustBeUsed) {
  const std::string errors = errors_of(
      std::string("connections:\n  a: { type: postgres, database: d, user: u }\n") + kStages);
  EXPECT_NE(errors.find("no stage uses the connection 'a'"), std::string::npos) << errors;
}

TEST(Connections, AWrongOneIsNotUnusedAsWell) {
  const std::string errors =
      errors_of(std::string("connections:\n  a: { type: postgrse }\n") + kStages);
  EXPECT_NE(errors.find("there are no connections of type 'postgrse'"), std::string::npos);
  EXPECT_NE(errors.find("did you mean 'postgres'?"), std::string::npos);
  EXPECT_EQ(errors.find("no stage uses"), std::string::npos) << errors;
}

TEST(Connections, SecretsAreHiddenAndSpecKeepsValues) {
  Spec spec;
  OptionNode fields;
  fields.kind = OptionNode::Kind::kMap;
  for (const auto& [name, value] : {std::pair{"type", "postgres"},
                                    {"database", "d"},
                                    {"user", "u"},
                                    {"password", "sesame-street"}}) {
    OptionNode node;
    node.kind = OptionNode::Kind::kScalar;
    node.scalar = SourceText(value, {1, 2}, {});
    fields.entries.push_back({SourceText(name, {1, 2}, {}), std::move(node)});
  }
  spec.connections.push_back({SourceText("a", {1, 2}, {}), fields, true, true});
  const EnvironmentLookup none(
      [](std::string_view) -> std::optional<std::string> { return std::nullopt; });
  Diagnostics diagnostics;
  Interpolator interpolator(nullptr, none, diagnostics);
  Redactions redactions;
  const plugin::Connections known =
      resolve_connections(spec, interpolator, &redactions, diagnostics);
  ASSERT_TRUE(diagnostics.ok());
  ASSERT_NE(known.find("a"), nullptr);
  EXPECT_EQ(known.find("a")->values.text("password"), "sesame-street");
  EXPECT_EQ(redactions.apply("with sesame-street"), "with ***");
  EXPECT_FALSE(known.is_broken("a"));
}

}  // namespace
}  // namespace leat::pipelines
