// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include "pipelines/text/document.h"

#include <string>

#include <gtest/gtest.h>

#include "tests/support/temp_dir.h"

namespace leat::pipelines {
namespace {

TEST(Document, PlacesCountLinesAndBytesFromOne) {
  const Document document("job.yaml", "ab\ncd\n\nx");
  EXPECT_EQ(document.place(0), (TextPlace{"job.yaml", 1, 1}));
  EXPECT_EQ(document.place(2),
            (TextPlace{"job.yaml", 1, 3}));  // the line break belongs to its line
  EXPECT_EQ(document.place(3), (TextPlace{"job.yaml", 2, 1}));
  EXPECT_EQ(document.place(6), (TextPlace{"job.yaml", 3, 1}));
  EXPECT_EQ(document.place(7), (TextPlace{"job.yaml", 4, 1}));
  EXPECT_EQ(document.place(8), (TextPlace{"job.yaml", 4, 2}));
  EXPECT_EQ(document.place(1000), document.place(8));
}

TEST(Document, LinesComeWithoutTheirBreaks) {
  const Document document("job.yaml", "ab\r\ncd\n\r\nx");
  EXPECT_EQ(document.lines(), 4U);
  EXPECT_EQ(document.line(1), "ab");
  EXPECT_EQ(document.line(2), "cd");
  EXPECT_EQ(document.line(3), "");
  EXPECT_EQ(document.line(4), "x");
  EXPECT_EQ(document.line(0), "");
  EXPECT_EQ(document.line(5), "");
  EXPECT_EQ(document.line_begin(2), 4U);
}

TEST(Document, EmptyTextHasOneLine) {
  const Document document("job.yaml", "");
  EXPECT_EQ(document.lines(), 1U);
  EXPECT_EQ(document.line(1), "");
  EXPECT_EQ(document.place(0), (TextPlace{"job.yaml", 1, 1}));
}

TEST(Document, ReadsAFile) {
  const test::TempDir dir;
  const auto document = Document::read(dir.write("job.yaml", std::string(40000, 'x')));
  ASSERT_TRUE(document);
  EXPECT_EQ(document->text().size(), 40000U);
  EXPECT_EQ(document->file(), dir.file("job.yaml"));
}

TEST(Document, MissingFileAndFolderAreErrors) {
  const test::TempDir dir;
  const auto missing = Document::read(dir.file("nope.yaml"));
  ASSERT_FALSE(missing);
  EXPECT_EQ(missing.error().code, ErrorCode::kIo);
  EXPECT_EQ(missing.error().message,
            "cannot open '" + dir.file("nope.yaml") + "': No such file or directory");
  const auto folder = Document::read(dir.path());
  ASSERT_FALSE(folder);
  EXPECT_EQ(folder.error().message, "cannot read '" + dir.path() + "': Is a directory");
}

TEST(Document, TooLongIsAnError) {
  const test::TempDir dir;
  const auto document =
      Document::read(dir.write("data.csv", std::string(Document::kBytesMax + 1, 'x')));
  ASSERT_FALSE(document);
  EXPECT_EQ(document.error().code, ErrorCode::kInvalid);
  EXPECT_TRUE(Document::read(dir.write("data.csv", std::string(Document::kBytesMax, 'x'))));
}

}  // namespace
}  // namespace leat::pipelines
