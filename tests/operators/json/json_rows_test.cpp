// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include "operators/json/json_rows.h"

#include <cstring>

#include <gtest/gtest.h>

#include "operators/input/line_splitter.h"
#include "tests/support/operator_fixture.h"

namespace leat::io {
namespace {

// The decoders' tests have what becomes of text; here, what they rely on.
TEST(JsonRows, BadRecordsLeaveGapsInTheNumbers) {
  const std::string text = "{\"a\":1}\n{\"a\":x}\n{\"a\":3}\n";
  test::OperatorFixture fixture(size_t{1} << 30, OnError::kSkip);
  Split split;
  split.index = 5;
  split.input = std::make_shared<Input>(Input{"x", 0});
  split.chunk = *fixture.memory.allocate(text.size() + 64);
  std::memcpy(split.chunk->mutable_data(), text.data(), text.size());
  split.end = static_cast<uint32_t>(text.size());
  const SchemaRef schema = test::make_schema({{"a", kInt64Type}});
  JsonRows rows({.schema = schema, .known = schema}, fixture.lane());
  test::CollectingOutput output(fixture.ledger);
  ASSERT_TRUE(rows.start(split, 1, make_line_origin(split, EmptyLines::kAreRows), output));
  EXPECT_TRUE(rows.is_utf8());
  const char* const begin = split.bytes().data();
  const char* const end = begin + text.size();
  EXPECT_EQ(*rows.read(begin, end, 0), begin + 7);
  EXPECT_EQ(*rows.read(begin + 8, end, 1), nullptr);
  EXPECT_EQ(*rows.read(begin + 16, end, 2), begin + 23);
  ASSERT_TRUE(rows.finish());
  EXPECT_EQ(output.rows, (std::vector<std::string>{"1", "3"}));
  EXPECT_EQ(output.ids, (std::vector<Ordinal>{Ordinal(5, 0), Ordinal(5, 2)}));
  ASSERT_EQ(fixture.faults.absorbed().size(), 1u);
  EXPECT_EQ(fixture.faults.absorbed()[0].data, (TextPlace{"x", 2, 6}));
}

}  // namespace
}  // namespace leat::io
