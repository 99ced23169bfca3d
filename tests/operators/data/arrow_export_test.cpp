// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include "operators/data/arrow_export.h"

#include <string>
#include <thread>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "operators/data/arrow_import.h"
#include "tests/operators/text/random_rows.h"
#include "tests/support/operator_fixture.h"
#include "tests/support/seed.h"

namespace leat {
namespace {

using test::make_batch;
using test::make_schema;
using test::null_cell;
using test::rows_of;
using ::testing::ElementsAre;

constexpr ArrowText kTexts[] = {ArrowText::kViews, ArrowText::kContiguous};

class ArrowExportTest : public ::testing::Test {
 protected:
  /// Releases the schema when it goes.
  struct Exported {
    ArrowSchema schema;
    ArrowArray array;
    ~Exported() {
      if (schema.release != nullptr) schema.release(&schema);
      if (array.release != nullptr) array.release(&array);
    }
  };
  std::unique_ptr<Exported> export_all(const Batch& batch, ArrowText text) {
    auto exported = std::make_unique<Exported>();
    export_schema(*batch.schema(), text, &exported->schema);
    const Status status = export_batch(batch, text, fixture_.memory, &exported->array);
    EXPECT_TRUE(status) << status.error().message;
    return exported;
  }

  test::OperatorFixture fixture_;
};

TEST_F(ArrowExportTest, AnyBatchComesBackThroughImport) {
  const test::Seed seed;
  std::mt19937_64 random = seed.generator();
  for (int round = 0; round < 300; ++round) {
    io::RandomRows maker(random, fixture_.memory);
    Batch batch = maker.batch(maker.schema(), maker.below(50)).first;
    if (maker.below(2) == 0) {
      std::vector<uint32_t> selected;
      for (uint32_t row = 0; row < batch.length(); ++row) {
        if (maker.below(3) != 0) selected.push_back(row);
      }
      batch = test::select_rows(fixture_.memory, batch, selected);
    }
    for (const ArrowText text : kTexts) {
      const auto exported = export_all(batch, text);
      const auto back = import_batch(exported->schema, &exported->array, fixture_.memory);
      ASSERT_TRUE(back) << back.error().message;
      EXPECT_EQ(exported->array.release, nullptr);
      EXPECT_EQ(*back->schema(), *batch.schema());
      ASSERT_EQ(rows_of(*back), rows_of(batch));
    }
  }
}

TEST_F(ArrowExportTest, SchemasAreWrittenAsTheSpecificationSays) {
  const Schema schema({{"n", kNullType},
                       {"b", kBoolType},
                       {"i", kInt64Type},
                       {"f", kFloat64Type},
                       {"d", Type::decimal(18, 2)},
                       {"u", kUtf8Type},
                       {"x", kBinaryType},
                       {"day", kDateType},
                       {"t", kTimestampType},
                       {"v", kIntervalType},
                       {"l", Type::list(kUtf8Type)},
                       {"s", Type::structure({{"a", kInt64Type}})},
                       {"j", kJsonType}});
  const auto formats = [&](ArrowText text) {
    ArrowSchema out;
    export_schema(schema, text, &out);
    std::vector<std::string> result{out.format};
    for (int64_t i = 0; i < out.n_children; ++i) {
      EXPECT_EQ(out.children[i]->name, schema[static_cast<size_t>(i)].name);
      EXPECT_EQ(out.children[i]->flags, ARROW_FLAG_NULLABLE);
      result.emplace_back(out.children[i]->format);
    }
    EXPECT_STREQ(out.children[10]->children[0]->name, "item");
    EXPECT_STREQ(out.children[11]->children[0]->name, "a");
    const std::string metadata("\1\0\0\0\24\0\0\0ARROW:extension:name\12\0\0\0arrow.json", 42);
    EXPECT_EQ(std::string(out.children[12]->metadata, metadata.size()), metadata);
    out.release(&out);
    EXPECT_EQ(out.release, nullptr);
    return result;
  };
  EXPECT_THAT(formats(ArrowText::kViews),
              ElementsAre("+s", "n", "b", "l", "g", "d:18,2", "vu", "vz", "tdD", "tsu:", "tin",
                          "+l", "+s", "vu"));
  EXPECT_THAT(formats(ArrowText::kContiguous),
              ElementsAre("+s", "n", "b", "l", "g", "d:18,2", "u", "z", "tdD", "tsu:", "tin", "+l",
                          "+s", "u"));
}

/// Those that lie in 64 bits here are widened: `d:18,2` stands for 128.
TEST_F(ArrowExportTest, DecimalsHave128Bits) {
  const SchemaRef schema = make_schema({{"d", Type::decimal(18, 2)}, {"w", Type::decimal(19, 2)}});
  const int64_t most = 999'999'999'999'999'999;
  const Batch batch =
      make_batch(fixture_.memory, schema, {{most, most}, {-most, -most}, {null_cell, 0}, {-1, -1}});
  const auto exported = export_all(batch, ArrowText::kViews);
  for (int64_t i = 0; i < 2; ++i) {
    const auto* const values = static_cast<const Int128*>(exported->array.children[i]->buffers[1]);
    EXPECT_TRUE(values[0] == most && values[1] == -most && values[3] == -1) << i;
  }
  EXPECT_EQ(exported->array.children[0]->null_count, 1);
}

TEST_F(ArrowExportTest, BuffersAreKeptUntilReleaseAndNoLonger) {
  MemoryBudget budget(size_t{64} << 20);
  MemoryAccount& account = budget.open_account("x");
  const SchemaRef schema = make_schema({{"u", kUtf8Type}, {"i", kInt64Type}});
  ArrowSchema described;
  export_schema(*schema, ArrowText::kViews, &described);
  ArrowArray array;
  {
    const Batch batch = make_batch(account, schema, {{"a text that is not short", 1}, {"b", 2}});
    ASSERT_TRUE(export_batch(batch, ArrowText::kViews, account, &array));
  }
  EXPECT_GT(budget.used(), 0u);
  // On another thread, as plugins may.
  std::thread([&] { array.release(&array); }).join();
  EXPECT_EQ(budget.used(), 0u);
  described.release(&described);
}

TEST_F(ArrowExportTest, AChildMayOutliveItsParent) {
  const SchemaRef schema = make_schema({{"i", kInt64Type}, {"u", kUtf8Type}});
  const Batch batch = make_batch(fixture_.memory, schema, {{7, "x"}});
  const auto exported = export_all(batch, ArrowText::kViews);
  ArrowArray child = *exported->array.children[0];  // moved, as the specification has it
  exported->array.children[0]->release = nullptr;
  exported->array.release(&exported->array);
  EXPECT_EQ(static_cast<const int64_t*>(child.buffers[1])[0], 7);
  child.release(&child);
}

TEST_F(ArrowExportTest, FailuresLeaveNothing) {
  MemoryBudget budget(size_t{64} << 20);
  MemoryAccount& account = budget.open_account("x");
  FixedBuilder<Interval> builder(kIntervalType, account);
  ASSERT_TRUE(builder.reserve(1));
  builder.append(Interval{0, 0, INT64_MAX});
  const SchemaRef schema = make_schema({{"i", kInt64Type}, {"v", kIntervalType}});
  ArrowArray array;
  {
    const Batch batch(schema, {test::make_column(account, kInt64Type, {1}), builder.finish()}, 1,
                      RowPlaces());
    const Status status = export_batch(batch, ArrowText::kViews, account, &array);
    ASSERT_FALSE(status);
    EXPECT_EQ(status.error().message, "an interval is too long to be counted in nanoseconds");
  }
  EXPECT_EQ(array.release, nullptr);
  EXPECT_EQ(budget.used(), 0u);
}

TEST_F(ArrowExportTest, NullsAreCounted) {
  const SchemaRef schema = make_schema({{"n", kNullType}, {"i", kInt64Type}, {"j", kInt64Type}});
  const Batch batch =
      make_batch(fixture_.memory, schema, {{null_cell, null_cell, 1}, {null_cell, 2, 2}});
  const auto exported = export_all(batch, ArrowText::kViews);
  EXPECT_EQ(exported->array.children[0]->null_count, 2);
  EXPECT_EQ(exported->array.children[0]->n_buffers, 0);
  EXPECT_EQ(exported->array.children[1]->null_count, 1);
  EXPECT_EQ(exported->array.children[2]->null_count, 0);
  EXPECT_EQ(exported->array.children[2]->buffers[0], nullptr);
}

}  // namespace
}  // namespace leat
