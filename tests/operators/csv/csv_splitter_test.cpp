// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include "operators/csv/csv_splitter.h"

#include <algorithm>
#include <set>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "operators/csv/csv_walker.h"
#include "tests/operators/csv/csv_reference.h"
#include "tests/operators/input/source_run.h"
#include "tests/support/seed.h"
#include "tests/support/temp_dir.h"

namespace leat::io {
namespace {

using ::testing::ElementsAre;

class CsvSplitterTest : public ::testing::Test {
 protected:
  test::Splits split(const std::vector<std::string>& paths, size_t chunk,
                     const CsvDialect& dialect = {}, CsvPreamble preamble = {0, false, {}, {}},
                     size_t max_record = kMaxRecordDefault, size_t columns = 2) {
    RecordSplitter splitter(test::inputs_of(paths),
                            std::make_unique<CsvFinder>(dialect, std::move(preamble), columns),
                            fixture_.memory, {chunk, max_record, true});
    return test::run_splitter(splitter);
  }

  test::TempDir folder_;
  test::OperatorFixture fixture_;
};

TEST_F(CsvSplitterTest, NeverSplitsInsideQuotes) {
  const std::string record = "1,\"two\nlines\"\n";
  std::string text;
  for (int i = 0; i < 50; ++i) text += record;
  const auto result = split({folder_.write("a.csv", text)}, 40);
  ASSERT_GT(result.splits.size(), 10u);
  uint64_t line = 1;
  for (const Split& split : result.splits) {
    EXPECT_EQ(split.bytes().size() % record.size(), 0u);
    EXPECT_EQ(split.first_line, line);
    line += 2 * (split.bytes().size() / record.size());
  }
}

TEST_F(CsvSplitterTest, CountsTheRowsBeforeEachSplit) {
  const test::Seed seed;
  std::mt19937_64 random = seed.generator();
  std::vector<CsvDialect> dialects(4);
  dialects[1].quote = 0;
  dialects[2].escape = '\\';
  dialects[3].comment = '#';
  for (int round = 0; round < 300; ++round) {
    const CsvDialect& dialect = dialects[static_cast<size_t>(round) % dialects.size()];
    const std::string text = test::random_csv_soup(random, dialect, 1 + random() % 300);
    const std::string path = folder_.write("a.csv", text);
    for (const size_t columns : {1, 2}) {
      const auto result =
          split({path}, 64, dialect, {0, false, {}, {}}, kMaxRecordDefault, columns);
      uint64_t rows = 0;
      for (const Split& split : result.splits) {
        EXPECT_EQ(split.first_row, rows) << text;
        CsvWalker walker(split.bytes(), dialect);
        while (walker.next()) rows += is_csv_row(walker, columns);
      }
    }
  }
}

TEST_F(CsvSplitterTest, WithoutQuotesEveryLineFeedIsABoundary) {
  CsvDialect dialect;
  dialect.quote = 0;
  const auto result = split({folder_.write("a.csv", "1,\"two\nlines\"\nabcdefgh\n")}, 16, dialect);
  EXPECT_THAT(result.texts(), ElementsAre("1,\"two\nlines\"\n", "abcdefgh\n"));
}

TEST_F(CsvSplitterTest, BoundariesAreThoseOfTheSimpleParserWhateverTheChunk) {
  const test::Seed seed;
  std::mt19937_64 random = seed.generator();
  std::vector<CsvDialect> dialects(4);
  dialects[1].quote = 0;
  dialects[2].escape = '\\';
  dialects[3].comment = '#';
  for (int round = 0; round < 300; ++round) {
    const CsvDialect& dialect = dialects[static_cast<size_t>(round) % dialects.size()];
    const std::string text = test::random_csv_soup(random, dialect, 1 + random() % 300);
    const std::string path = folder_.write("a.csv", text);
    std::set<std::pair<size_t, uint64_t>> begins;
    for (const auto& record : test::ReferenceParser(text, dialect).parse())
      begins.insert({record.begin, record.line});
    for (const size_t chunk : {16, 33, 64, 129, 1024, 4096}) {
      const auto result = split({path}, chunk, dialect);
      ASSERT_FALSE(result.error);
      std::string joined;
      for (const Split& split : result.splits) {
        ASSERT_EQ(split.offset, joined.size());
        const bool comment = dialect.comment != 0 && split.bytes().front() == dialect.comment;
        ASSERT_TRUE(comment || begins.contains({split.offset, split.first_line})) << text;
        joined += split.bytes();
      }
      ASSERT_EQ(joined, text);
    }
  }
}

TEST_F(CsvSplitterTest, AQuoteThatIsNotClosedEndsAtTheLimit) {
  const std::string text = "a,b\nc,d\ne,\"open\n" + std::string(10'000, 'x') + "\n";
  const auto result = split({folder_.write("a.csv", text)}, 64, {}, {0, false, {}, {}}, 2000);
  ASSERT_TRUE(result.error);
  EXPECT_EQ(test::text_of(*result.error),
            "the quote that opens here is not closed within max_record, 2 KiB @ a.csv:3:3");
  EXPECT_LT(fixture_.budget.peak(), size_t{32} << 10) << "memory stays bounded by max_record";
}

TEST_F(CsvSplitterTest, HeadersAreLeftOut) {
  const CsvPreamble preamble{0, true, {"id", "na\nme"}, "a.csv"};
  const std::string header = "id,\"na\nme\"\n";
  for (const size_t chunk : {16, 64}) {
    const auto result =
        split({folder_.write("a.csv", "\xEF\xBB\xBF" + header + "1,x\n"),
               folder_.write("b.csv", header), folder_.write("c.csv", header + "2,y")},
              chunk, {}, preamble);
    ASSERT_FALSE(result.error);
    EXPECT_THAT(result.texts(), ElementsAre("1,x\n", "2,y"));
    EXPECT_EQ(result.splits[0].first_line, 3u);
    EXPECT_EQ(result.splits[0].offset, 3 + header.size());
  }
}

TEST_F(CsvSplitterTest, LinesBeforeTheHeaderAreSkipped) {
  const CsvPreamble preamble{2, true, {"id"}, "a.csv"};
  const std::string path = folder_.write("a.csv", "made by \"x\n\"another\n\nid\n1\n");
  const auto result = split({path}, 16, {}, preamble);
  ASSERT_FALSE(result.error);
  EXPECT_THAT(result.texts(), ElementsAre("1\n"));
  EXPECT_EQ(result.splits[0].first_line, 5u);
}

TEST_F(CsvSplitterTest, EachFileHasItsHeader) {
  CsvPreamble preamble{0, true, {}, ""};
  preamble.headers = {{{"id"}, 1}, {{"name", "id"}, 2}};
  const std::vector<std::string> paths = {folder_.write("a.csv", "id\n1\n"),
                                          folder_.write("b.csv", "name,id\nx,2\n")};
  EXPECT_THAT(split(paths, 64, {}, preamble).texts(), ElementsAre("1\n", "x,2\n"));
  folder_.write("b.csv", "id,name\n2,x\n");
  const auto result = split(paths, 64, {}, preamble);
  ASSERT_TRUE(result.error);
  EXPECT_EQ(test::text_of(*result.error),
            "the header of '" + paths[1] + "' is another than when the run began @ b.csv:1:1");
}

TEST_F(CsvSplitterTest, AnotherHeaderIsAnErrorThatNamesBothFiles) {
  const CsvPreamble preamble{0, true, {"id", "name"}, "first.csv"};
  const std::string other = folder_.write("b.csv", "id,title\n1,x\n");
  auto result = split({folder_.write("a.csv", "id,name\n1,x\n"), other}, 64, {}, preamble);
  ASSERT_TRUE(result.error);
  EXPECT_EQ(test::text_of(*result.error),
            "column 2 is called 'title' in '" + other + "' and 'name' in 'first.csv' @ b.csv:1:1");
  const std::string more = folder_.write("c.csv", "\nid,name,x\n");
  result = split({more}, 64, {}, preamble);
  ASSERT_TRUE(result.error);
  EXPECT_EQ(test::text_of(*result.error),
            "the header of '" + more + "' has 3 columns, that of 'first.csv' has 2 @ c.csv:2:1");
}

TEST(CsvHeader, NamesWithoutTextAreNumbered) {
  EXPECT_THAT(csv_header_names("a,,\"\",\"b,\"\"c\"\"\"", {}),
              ElementsAre("a", "column2", "column3", "b,\"c\""));
}

}  // namespace
}  // namespace leat::io
