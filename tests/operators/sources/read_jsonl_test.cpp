// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "tests/operators/sources/json_source_run.h"
#include "tests/support/temp_dir.h"

namespace leat {
extern const OperatorDef operator_read_jsonl;

namespace {

using test::Binding;
using test::Opt;
using test::ReadAll;
using test::schema_text;
using test::TempDir;
using Rows = std::vector<std::string>;

Binding bind_source(const Opt& options,
                    std::optional<std::vector<std::string>> projection = std::nullopt) {
  return test::bind_source(operator_read_jsonl, options, std::move(projection));
}

TEST(ReadJsonl, GuessesColumnsFromTheFirstRows) {
  const TempDir dir;
  const std::string path = dir.write("in.jsonl",
                                     "{\"id\":1,\"name\":\"a\",\"tags\":[\"x\"],\"at\":{\"city\":"
                                     "\"Oslo\"}}\n{\"id\":2,\"price\":1.5}\n");
  const Binding binding = bind_source(Opt(path));
  ASSERT_TRUE(binding.bound);
  EXPECT_EQ(schema_text(binding.output()),
            "id int64, name utf8, tags list<utf8>, at struct<city utf8>, price float64");
  const ReadAll all(binding);
  EXPECT_EQ(all.output.rows, (Rows{"1|a|[x]|{Oslo}|NULL", "2|NULL|NULL|NULL|1.5"}));
  EXPECT_EQ(all.fixture.ledger[Counter::kRead], 2u);
}

TEST(ReadJsonl, DeclaredColumnsAreAllThatIsRead) {
  const TempDir dir;
  const std::string path = dir.write(
      "in.jsonl",
      "{\"id\":1,\"at\":\"2026-01-01T00:00:00Z\",\"rest\":[]}\n{\"at\":null,\"other\":{}}\n");
  const Binding binding = bind_source(
      Opt::map({{"path", Opt(path)},
                {"columns", Opt::map({{"at", "timestamptz"}, {"id", "decimal(10,2)"}})}}));
  ASSERT_TRUE(binding.bound);
  EXPECT_EQ(schema_text(binding.output()), "at timestamptz, id decimal(10,2)");
  EXPECT_EQ(ReadAll(binding).output.rows, (Rows{"1767225600000000|100", "NULL|NULL"}));
}

TEST(ReadJsonl, TypesOverrideGuesses) {
  const TempDir dir;
  const std::string path = dir.write("in.jsonl", "{\"id\":1,\"at\":\"1970-01-02\"}\n");
  const Binding binding =
      bind_source(Opt::map({{"path", Opt(path)}, {"types", Opt::map({{"at", "date"}})}}));
  ASSERT_TRUE(binding.bound);
  EXPECT_EQ(schema_text(binding.output()), "id int64, at date");
}

TEST(ReadJsonl, OnlyTheProjectionIsRead) {
  const TempDir dir;
  const std::string path =
      dir.write("in.jsonl", "{\"a\":1,\"b\":2,\"c\":3}\n{\"c\":6,\"b\":\"no int64\",\"a\":4}\n");
  const Binding two = bind_source(Opt(path), std::vector<std::string>{"c", "a"});
  ASSERT_TRUE(two.bound);
  EXPECT_EQ(schema_text(two.output()), "a int64, c int64");
  EXPECT_EQ(ReadAll(two).output.rows, (Rows{"1|3", "4|6"}));
  const Binding none = bind_source(Opt(path), std::vector<std::string>{});
  ASSERT_TRUE(none.bound);
  const ReadAll all(none);
  EXPECT_EQ(all.fixture.ledger[Counter::kOut], 2u);
}

TEST(ReadJsonl, FieldsBeyondTheSampleAreErrorsUnlessIgnored) {
  const TempDir dir;
  const std::string path = dir.write("in.jsonl", "{\"a\":1}\n{\"a\":2,\"late\":1}\n");
  const ReadAll strict(bind_source(Opt::map({{"path", Opt(path)}, {"sample", "1"}})));
  ASSERT_FALSE(strict.status);
  EXPECT_EQ(strict.status.error().message, "the field \"late\" is not among the columns");
  EXPECT_EQ(strict.status.error().data, (TextPlace{path, 2, 8}));
  EXPECT_EQ(strict.output.rows, Rows{"1"});
  EXPECT_EQ(ReadAll(bind_source(Opt::map(
                        {{"path", Opt(path)}, {"sample", "1"}, {"unknown_fields", "ignore"}})))
                .output.rows,
            (Rows{"1", "2"}));
  const ReadAll declared(bind_source(Opt::map({{"path", Opt(path)},
                                               {"columns", Opt::map({{"a", "int64"}})},
                                               {"unknown_fields", "error"}})));
  EXPECT_FALSE(declared.status);
}

TEST(ReadJsonl, BadLinesSayWhereInTheData) {
  const TempDir dir;
  const std::string path =
      dir.write("in.jsonl", "\xEF\xBB\xBF{\"a\":1}\n\n{\"a\":\"x\"}\n{\"a\":1,}\n{\"a\":4}\n");
  const Binding binding =
      bind_source(Opt::map({{"path", Opt(path)}, {"columns", Opt::map({{"a", "int64"}})}}));
  const ReadAll strict(binding);
  ASSERT_FALSE(strict.status);
  EXPECT_EQ(strict.status.error().data, (TextPlace{path, 3, 6}));
  const ReadAll lenient(binding, OnError::kSkip);
  EXPECT_TRUE(lenient.status);
  EXPECT_EQ(lenient.output.rows, (Rows{"1", "4"}));
  ASSERT_EQ(lenient.fixture.faults.absorbed().size(), 2u);
  EXPECT_EQ(lenient.fixture.faults.absorbed()[1].data, (TextPlace{path, 4, 8}));
}

TEST(ReadJsonl, FilesOfAPatternAreReadInOrder) {
  const TempDir dir;
  dir.write("b.jsonl", "{\"a\":2}");
  dir.write("a.jsonl", "{\"a\":1}");
  dir.write("c.jsonl", "");
  dir.write("d.jsonl", "{\"a\":3}\n");
  EXPECT_EQ(ReadAll(bind_source(Opt(dir.file("*.jsonl")))).output.rows, (Rows{"1", "2", "3"}));
}

TEST(ReadJsonl, EmptyFilesNeedColumns) {
  const TempDir dir;
  const std::string path = dir.write("in.jsonl", "\n");
  EXPECT_EQ(bind_source(Opt(path)).mistakes,
            Rows{fmt::format("'{0}' is empty, so the columns are not known [{0}]", path)});
  const Binding binding =
      bind_source(Opt::map({{"path", Opt(path)}, {"columns", Opt::map({{"a", "int64"}})}}));
  ASSERT_TRUE(binding.bound);
  EXPECT_EQ(ReadAll(binding).output.rows, Rows{});
}

TEST(ReadJsonl, LinesBeyondMaxRecordAreErrors) {
  const TempDir dir;
  const std::string path = dir.write("in.jsonl", "{\"a\":\"" + std::string(9 << 20, 'x') + "\"}\n");
  const auto with_limit = [&](const char* limit) {
    return bind_source(Opt::map(
        {{"path", Opt(path)}, {"columns", Opt::map({{"a", "utf8"}})}, {"max_record", limit}}));
  };
  EXPECT_FALSE(ReadAll(with_limit("4MiB")).status);
  EXPECT_EQ(ReadAll(with_limit("16MiB")).output.rows.size(), 1u);
}

TEST(ReadJsonl, LargeFilesKeepOrderAndIdentity) {
  const TempDir dir;
  std::string text;
  for (int i = 0; i < 200'000; ++i)
    text += fmt::format("{{\"i\":{},\"s\":\"text {}\"}}\n", i, i * 7);
  const Binding binding = bind_source(Opt(dir.write("in.jsonl", text)));
  const ReadAll all(binding);
  ASSERT_EQ(all.output.rows.size(), 200'000u);
  for (size_t i = 0; i < all.output.rows.size(); ++i)
    ASSERT_EQ(all.output.rows[i], fmt::format("{}|text {}", i, i * 7));
  EXPECT_TRUE(std::is_sorted(all.output.ids.begin(), all.output.ids.end()));
}

TEST(ReadJsonl, MistakesAreReportedWhileBinding) {
  const TempDir dir;
  const std::string path = dir.write("in.jsonl", "{\"a\":1}\n");
  const auto mistakes = [&](std::vector<std::pair<std::string, Opt>> options) {
    options.insert(options.begin(), {"path", Opt(path)});
    return bind_source(Opt::map(std::move(options))).mistakes;
  };
  EXPECT_EQ(mistakes({{"columns", Opt::map({{"a", "integral"}})}}),
            Rows{"'integral' is not a type [integral]"});
  EXPECT_EQ(
      mistakes({{"columns", Opt::map({{"a", "int64"}})}, {"types", Opt::map({{"a", "int64"}})}})
          .size(),
      1u);
  EXPECT_EQ(mistakes({{"types", Opt::map({{"b", "int64"}})}}).size(), 1u);
  EXPECT_EQ(mistakes({{"unknown_fields", "drop"}}).size(), 1u);
  EXPECT_EQ(bind_source(Opt(dir.file("missing.jsonl"))).mistakes.size(), 1u);
  EXPECT_EQ(bind_source(Opt(dir.write("bad.jsonl", "[1]\n[2]\n"))).mistakes,
            Rows{fmt::format("no object with fields is among the first lines of '{0}' [{0}]",
                             dir.file("bad.jsonl"))});
}

}  // namespace
}  // namespace leat
