// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include "operators/targets/many_files.h"

#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "tests/operators/sinks/sink_runner.h"
#include "tests/support/temp_dir.h"

namespace leat {
extern const OperatorDef operator_write_csv;
}

namespace leat::io {
namespace {

using test::bind_ok;
using test::make_batch;
using test::make_schema;
using test::OperatorFixture;
using test::Opt;
using test::SinkRun;
using test::TempDir;

const SchemaRef kSchema = make_schema({{"id", kInt64Type}, {"k", kUtf8Type}});

/// Writes `batches` to `path` with `options`.
Status write(const TempDir& dir, const std::string& path,
             std::vector<std::pair<std::string, Opt>> options, OperatorFixture& fixture,
             const std::vector<Batch>& batches) {
  options.emplace_back("path", Opt(dir.file(path)));
  const auto bound = bind_ok(operator_write_csv, Opt::map(options), kSchema);
  return SinkRun(fixture, bound).all(batches);
}

TEST(ManyFiles, EachValueHasAFile) {
  const TempDir dir;
  OperatorFixture fixture;
  ASSERT_TRUE(write(dir, "o/{k}.csv", {}, fixture,
                    {make_batch(fixture.memory, kSchema, {{1, "a"}, {2, "b"}, {3, "a"}}),
                     make_batch(fixture.memory, kSchema, {{4, "b"}, {5, "c"}})}));
  EXPECT_EQ(dir.list(), (std::vector<std::string>{"o/a.csv", "o/b.csv", "o/c.csv"}));
  EXPECT_EQ(dir.read("o/a.csv"), "id,k\n1,a\n3,a\n");
  EXPECT_EQ(dir.read("o/b.csv"), "id,k\n2,b\n4,b\n");
  EXPECT_EQ(fixture.ledger[Counter::kCommitted], 5u);
}

// More is written than is held, by more files than may be open.
TEST(ManyFiles, FilesThatWereClosedGoOnAtTheirEnd) {
  const TempDir dir;
  OperatorFixture fixture(size_t{64} << 20);
  std::vector<std::string> expected(5, "id\n");
  std::vector<Batch> batches;
  for (int i = 0; i < 60; ++i) {
    const std::string key(1, static_cast<char>('a' + i % 5));
    std::vector<test::Row> rows(4096, test::Row{i, key});
    batches.push_back(make_batch(fixture.memory, kSchema, rows));
    for (int row = 0; row < 4096; ++row)
      expected[static_cast<size_t>(i % 5)] += std::to_string(i) + "\n";
  }
  ASSERT_TRUE(write(dir, "o/{k}", {{"max_open", "1"}, {"path_columns", "drop"}}, fixture, batches));
  const std::vector<std::string> files = dir.list();
  ASSERT_EQ(files.size(), 5u);
  for (size_t i = 0; i < files.size(); ++i) EXPECT_TRUE(dir.read(files[i]) == expected[i]) << i;
}

TEST(ManyFiles, PartsEndWhereRowsSay) {
  const TempDir dir;
  OperatorFixture fixture;
  const std::vector<Batch> batches = {
      make_batch(fixture.memory, kSchema, {{1, "a"}, {2, "a"}, {3, "b"}}),
      make_batch(fixture.memory, kSchema, {{4, "a"}, {5, "a"}, {6, "a"}})};
  ASSERT_TRUE(write(dir, "{k}{part}", {{"max_rows", "2"}}, fixture, batches));
  EXPECT_EQ(dir.list(), (std::vector<std::string>{"a0", "a1", "a2", "b0"}));
  EXPECT_EQ(dir.read("a1"), "id,k\n4,a\n5,a\n");
  EXPECT_EQ(dir.read("a2"), "id,k\n6,a\n");
}

TEST(ManyFiles, PartsEndBeforeTheRecordThatIsTooMuch) {
  const TempDir dir;
  OperatorFixture fixture;
  const std::vector<Batch> batches = {make_batch(
      fixture.memory, kSchema, {{1, "a"}, {2, "b"}, {3, std::string(20, 'c')}, {4, "d"}})};
  ASSERT_TRUE(write(dir, "{part}", {{"max_bytes", "8"}, {"header", "false"}}, fixture, batches));
  EXPECT_EQ(dir.read("0"), "1,a\n2,b\n");
  EXPECT_EQ(dir.read("1"), "3," + std::string(20, 'c') + "\n");
  EXPECT_EQ(dir.read("2"), "4,d\n");
}

TEST(ManyFiles, WithoutRowsThereIsOnePartOrNoFile) {
  const TempDir dir;
  OperatorFixture fixture;
  ASSERT_TRUE(write(dir, "p/{part:02}", {{"max_rows", "2"}}, fixture, {}));
  ASSERT_TRUE(write(dir, "k/{k}", {}, fixture, {}));
  EXPECT_EQ(dir.list(), std::vector<std::string>{"p/00"});
  EXPECT_EQ(dir.read("p/00"), "id,k\n");
}

TEST(ManyFiles, PartsAreNumberedOnWhenAppending) {
  const TempDir dir;
  OperatorFixture fixture;
  const std::vector<Batch> batches = {
      make_batch(fixture.memory, kSchema, {{1, "a"}, {2, "a"}, {3, "b"}})};
  for (int run = 0; run < 2; ++run) {
    ASSERT_TRUE(
        write(dir, "{k}{part}", {{"max_rows", "2"}, {"if_exists", "append"}}, fixture, batches));
  }
  EXPECT_EQ(dir.list(), (std::vector<std::string>{"a0", "a1", "b0", "b1"}));
  dir.write("b1", "other\n");
  EXPECT_FALSE(
      write(dir, "{k}{part}", {{"max_rows", "2"}, {"if_exists", "append"}}, fixture, batches));
  EXPECT_EQ(dir.list().size(), 4u);
}

}  // namespace
}  // namespace leat::io
