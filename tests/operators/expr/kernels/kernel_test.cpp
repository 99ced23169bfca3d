// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include "operators/expr/kernels/kernel.h"

#include <gtest/gtest.h>

#include "operators/expr/kernels/constant.h"
#include "tests/operators/expr/expression_tester.h"

namespace leat::expr {
namespace {

class KernelTest : public ::testing::Test {
 protected:
  KernelTest()
      : memory_(budget_.open_account("test")),
        context_(memory_, rows_, kUtf8Type, nullptr, faults_, false) {
    rows_.set_all(3);
  }

  MemoryBudget budget_{1 << 24};
  MemoryAccount& memory_;
  Rows rows_;
  std::vector<KernelFault> faults_;
  KernelContext context_;
};

TEST_F(KernelTest, TextWriterKeepsShortAndLongText) {
  TextWriter writer(context_);
  writer.write(2, "a text of more than twelve bytes");
  writer.write(0, "short");
  const auto result = writer.finish(BufferRef());
  ASSERT_TRUE(result);
  EXPECT_EQ((*result)->view_at(0), "short");
  EXPECT_EQ((*result)->view_at(1), "");  // never written, safe to read
  EXPECT_EQ((*result)->view_at(2), "a text of more than twelve bytes");
}

TEST_F(KernelTest, TextWriterSharesAndWritesInTurn) {
  const ColumnRef source = text_constant("0123456789abcdefghijklmnopqrstuvwxyz");
  TextWriter writer(context_);
  writer.write(0, "something long that is written first");
  const uint32_t base = writer.adopt(*source);
  writer.share(1, source->values<Utf8View>()[0], *source, source->view_at(0).substr(5, 20), base);
  writer.write(2, "something long that is written last!");
  const auto result = writer.finish(BufferRef());
  ASSERT_TRUE(result);
  EXPECT_EQ((*result)->view_at(0), "something long that is written first");
  EXPECT_EQ((*result)->view_at(1), "56789abcdefghijklmno");
  EXPECT_EQ((*result)->view_at(1).data(), source->view_at(0).data() + 5);  // not copied
  EXPECT_EQ((*result)->view_at(2), "something long that is written last!");
}

TEST_F(KernelTest, TextWriterReportsMemoryAtTheEnd) {
  TextWriter writer(context_);
  writer.write(0, std::string(size_t{1} << 25, 'x'));
  writer.write(1, "still safe to call");
  const auto result = writer.finish(BufferRef());
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().code, ErrorCode::kMemory);
}

TEST_F(KernelTest, ValidityIsSharedOrIntersected) {
  ExpressionTester tester;
  tester.add({"a", kInt64Type, {"1", std::nullopt, "3"}});
  tester.add({"b", kInt64Type, {std::nullopt, "2", "3"}});
  tester.add({"c", kInt64Type, {"1", "2", "3"}});
  const Batch batch = tester.batch();
  const std::vector<Vector> inputs = {
      {batch.columns()[0], false}, {batch.columns()[1], false}, {batch.columns()[2], false}};
  const auto both = all_valid(context_, inputs);
  ASSERT_TRUE(both);
  EXPECT_EQ(words(*both)[0] & 7, 0b100u);
  const auto one = all_valid(context_, std::span(inputs).first(1));
  EXPECT_EQ(one->get(), batch.column(0).parts().validity.get());
  EXPECT_EQ(batch.column(0).parts().validity->data()[0] & 7, 0b101);  // the input is as it was
}

TEST_F(KernelTest, NullWriterLeavesTheInputAlone) {
  ExpressionTester tester;
  tester.add({"a", kInt64Type, {"1", std::nullopt, "3"}});
  const BufferRef input = tester.batch().column(0).parts().validity;
  NullWriter nulls(context_, input);
  nulls.set_null(2);
  const auto bits = nulls.finish();
  ASSERT_TRUE(bits);
  EXPECT_EQ(words(*bits)[0] & 7, 0b001u);
  EXPECT_EQ(words(input)[0] & 7, 0b101u);
  NullWriter none(context_, BufferRef());
  EXPECT_FALSE(*none.finish());
}

}  // namespace
}  // namespace leat::expr
