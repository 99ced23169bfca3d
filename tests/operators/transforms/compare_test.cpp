// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "tests/support/operator_fixture.h"

namespace leat {

extern const OperatorDef operator_compare;

namespace {

using test::bind_inputs;
using test::Binding;
using test::make_batch;
using test::make_schema;
using test::null_cell;
using test::OperatorFixture;
using test::Opt;
using test::Row;
using test::Run;
using Rows = std::vector<std::string>;
using Options = std::vector<std::pair<std::string, Opt>>;

struct Snapshots {
  SchemaRef after = make_schema({{"id", kInt64Type}, {"v", kUtf8Type}, {"n", kInt64Type}});
  SchemaRef before = after;
  std::vector<Row> after_rows{{1, "a", 1}, {4, "d", 4}, {2, "", 2}, {3, "c", null_cell}};
  std::vector<Row> before_rows{{3, "x", 7}, {9, "z", 9}, {1, "a", 1}, {2, null_cell, 2}};
  std::optional<OperatorFixture> fixture;

  Binding bind(Options more, OnError on_error = OnError::kFail) const {
    more.insert(more.begin(), {"with", "yesterday"});
    return bind_inputs(operator_compare, Opt::map(std::move(more)), {after, before},
                       {"today", "yesterday"}, {}, on_error);
  }
  Run run(Options more, OnError on_error = OnError::kFail) {
    const Binding binding = bind(std::move(more), on_error);
    EXPECT_TRUE(binding.bound.has_value()) << fmt::format("{}", fmt::join(binding.mistakes, "\n"));
    if (!binding.bound) return {};
    fixture.emplace(size_t{1} << 30, on_error);
    return test::run_join(*fixture, binding, {{make_batch(fixture->memory, after, after_rows)}},
                          {{make_batch(fixture->memory, before, before_rows)}});
  }
};

TEST(Compare, AddedRemovedChangedWithTheColumnsThatDiffer) {
  Snapshots snapshots;
  EXPECT_EQ(snapshots.run({{"on", "id"}}).rows,
            (Rows{"4|added|[]|NULL|{4,d,4}", "2|changed|[v]|{2,NULL,2}|{2,,2}",
                  "3|changed|[v,n]|{3,x,7}|{3,c,NULL}", "9|removed|[]|{9,z,9}|NULL"}));
  EXPECT_EQ(snapshots.fixture->ledger[Counter::kDropped], 1u);
}

TEST(Compare, UnchangedRowsAndIgnoredColumns) {
  Snapshots snapshots;
  EXPECT_EQ(
      snapshots.run({{"on", "id"}, {"ignore", "v"}, {"same", "true"}}).rows,
      (Rows{"1|same|[]|{1,a,1}|{1,a,1}", "4|added|[]|NULL|{4,d,4}", "2|same|[]|{2,NULL,2}|{2,,2}",
            "3|changed|[n]|{3,x,7}|{3,c,NULL}", "9|removed|[]|{9,z,9}|NULL"}));
}

TEST(Compare, KeysIdentifyRowsOfBothSides) {
  Snapshots snapshots;
  snapshots.after_rows = {{1, "a", 1}, {null_cell, "b", 2}, {5, "e", 5}, {5, "f", 5}};
  snapshots.before_rows = {{1, "a", 1}, {1, "b", 1}, {null_cell, "c", 3}};
  EXPECT_EQ(snapshots.run({{"on", "id"}}, OnError::kReject).rows,
            (Rows{"5|added|[]|NULL|{5,e,5}"}));
  EXPECT_EQ(snapshots.fixture->ledger[Counter::kRejected], 4u);
  EXPECT_EQ(snapshots.run({{"on", "id"}}).error_message(), "the key 'id' is NULL");
}

TEST(Compare, TypesMayDifferAsFarAsTheyCompare) {
  Snapshots snapshots;
  snapshots.before = make_schema({{"id", kFloat64Type}, {"v", kUtf8Type}, {"n", kFloat64Type}});
  snapshots.before_rows = {{1.0, "a", 1.0}, {4.0, "d", 4.5}};
  snapshots.after_rows.resize(2);
  EXPECT_EQ(snapshots.run({{"on", "id"}}).rows, (Rows{"4|changed|[n]|{4,d,4.5}|{4,d,4}"}));
}

TEST(Compare, MistakesNameTheColumn) {
  Snapshots snapshots;
  snapshots.before = make_schema({{"id", kInt64Type}, {"v", kInt64Type}});
  EXPECT_EQ(snapshots.bind({{"on", "id"}}).mistakes,
            (Rows{"the column 'v' cannot be compared: it is utf8 and int64 [yesterday]"}));
  EXPECT_EQ(snapshots.bind({{"on", "id"}, {"ignore", Opt::list({"v", "nn"})}}).mistakes,
            (Rows{"neither side has a column 'nn' [nn]"}));
}

}  // namespace
}  // namespace leat
