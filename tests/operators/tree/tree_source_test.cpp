// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Splits, places and faults, of trees that no file holds.
#include "operators/tree/tree_source.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "engine/codes/data.h"
#include "tests/operators/input/source_run.h"

namespace leat::io {
namespace {

using ::testing::ElementsAre;

/// Records `n: 1` and so on, one a line, then an error.
class Numbers final : public TreeFormat {
 public:
  Numbers(std::vector<std::string> values, bool is_faulty)
      : values_(std::move(values)), is_faulty_(is_faulty) {}

  Result<std::unique_ptr<TreeReader>> open(std::shared_ptr<const Input> input,
                                           const TreeOpening&) const override {
    class Reader final : public TreeReader {
     public:
      Reader(const Numbers& numbers, std::shared_ptr<const Input> input)
          : numbers_(numbers), input_(std::move(input)) {}
      Result<std::optional<TextTree>> next() override {
        if (next_ == numbers_.values_.size()) {
          if (!numbers_.is_faulty_) return std::nullopt;
          Error error(code::kNotOfType, ErrorCode::kData, "the end");
          error.data = TextPlace{input_->name, next_ + 1, 1};
          return std::unexpected(std::move(error));
        }
        TextTree record = TextTree::of_members({{"n", TextTree::of(numbers_.values_[next_++])}});
        record.line = next_;
        record.column = 3;
        return record;
      }

     private:
      const Numbers& numbers_;
      const std::shared_ptr<const Input> input_;
      size_t next_ = 0;
    };
    return std::make_unique<Reader>(*this, std::move(input));
  }

 private:
  std::vector<std::string> values_;
  bool is_faulty_;
};

TEST(TreeSource, RowsPlacesAndTheErrorBehind) {
  for (const size_t chunk : {size_t{16}, size_t{1} << 20}) {
    TreeKind kind(std::make_shared<Numbers>(std::vector<std::string>{"1", "x", "3"}, true));
    JsonFormat format;
    format.schema = format.known = test::make_schema({{"n", kInt64Type}});
    const auto source = kind.make(test::inputs_of({"a.xml"}), {.chunk_bytes = chunk}, format, {});
    test::OperatorFixture fixture(size_t{1} << 30, OnError::kSkip);
    OutputTransaction outputs;
    const auto splitter = source->splitter({fixture.memory, fixture.ledger, outputs});
    const test::Splits splits = test::run_splitter(*splitter);
    const auto decoder = source->decoder(fixture.lane());
    EXPECT_THAT(test::run_decoder(fixture, *decoder, splits.splits).rows, ElementsAre("1", "3"));
    ASSERT_EQ(fixture.faults.absorbed().size(), 1u);
    EXPECT_EQ(fixture.faults.absorbed()[0].data, (TextPlace{"a.xml", 2, 3}));
    ASSERT_TRUE(splits.error);
    EXPECT_EQ(splits.error->message, "the end");
  }
}

}  // namespace
}  // namespace leat::io
