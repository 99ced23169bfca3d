// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include "operators/state/groups/group_table.h"

#include <map>

#include <gtest/gtest.h>

#include "operators/state/groups/group_slots.h"
#include "tests/support/operator_fixture.h"
#include "tests/support/seed.h"

namespace leat::state {
namespace {

using test::Cell;
using test::make_batch;
using test::make_schema;
using test::OperatorFixture;
using test::Row;
using test::rows_of;

/// The keys of all groups as text, in the order of their numbers.
std::vector<std::string> groups_of(const GroupTable& table, const SchemaRef& schema,
                                   MemoryAccount& memory) {
  std::vector<uint32_t> groups(table.size());
  for (uint32_t i = 0; i < groups.size(); ++i) groups[i] = i;
  auto columns = table.keys_of(groups, memory);
  EXPECT_TRUE(columns);
  return rows_of(Batch(schema, std::move(*columns), groups.size(), {}));
}

struct Kind {
  SchemaRef schema;
  Row (*row)(uint64_t number);
};

std::vector<Kind> kinds() {
  return {
      {make_schema({{"i", kInt64Type}}), [](uint64_t n) { return Row{static_cast<int64_t>(n)}; }},
      {make_schema({{"d", kDateType}}),
       [](uint64_t n) { return Row{static_cast<int64_t>(n) - 100}; }},
      {make_schema({{"f", kFloat64Type}}),
       [](uint64_t n) { return Row{static_cast<double>(n) / 4}; }},
      {make_schema({{"s", kUtf8Type}}),
       [](uint64_t n) { return Row{std::string(n % 20, 'a') + std::to_string(n)}; }},
      {make_schema({{"s", kUtf8Type}, {"b", kBoolType}, {"i", kInt64Type}}), [](uint64_t n) {
         return Row{std::to_string(n / 4), n % 2 == 0, static_cast<int64_t>(n % 4)};
       }}};
}

std::vector<Type> types_of(const Schema& schema) {
  std::vector<Type> types;
  for (const Field& field : schema.fields()) types.push_back(field.type);
  return types;
}

TEST(GroupTable, FindsWhatIsThereAndAddsNothing) {
  for (const Kind& kind : kinds()) {
    OperatorFixture fixture;
    const auto table = GroupTable::make(types_of(*kind.schema), fixture.memory);
    std::vector<Row> known;
    std::vector<Row> asked;
    for (uint64_t n = 0; n < 3000; ++n) {
      if (n % 3 == 0) known.push_back(kind.row(n));
      asked.push_back(kind.row(n));
    }
    asked.push_back(Row(kind.schema->size(), Cell()));
    const Batch seen = make_batch(fixture.memory, kind.schema, known);
    std::vector<uint32_t> groups(asked.size());
    ASSERT_TRUE(table->assign(seen.columns(), seen.selection(), groups.data()));
    ASSERT_TRUE(table->seal());
    const Batch batch = make_batch(fixture.memory, kind.schema, asked);
    GroupLookup lookup(fixture.memory);
    ASSERT_TRUE(table->find(batch.columns(), batch.selection(), groups.data(), lookup));
    for (size_t n = 0; n < 3000; ++n) ASSERT_EQ(groups[n], n % 3 == 0 ? n / 3 : kNoGroup);
    EXPECT_EQ(groups.back(), kNoGroup);
    EXPECT_EQ(table->size(), known.size());
  }
}

TEST(GroupTable, NumbersKeysInTheOrderTheyAreSeen) {
  const test::Seed seed;
  std::mt19937_64 random = seed.generator();
  for (const Kind& kind : kinds()) {
    OperatorFixture fixture;
    const auto table = GroupTable::make(types_of(*kind.schema), fixture.memory);
    std::map<std::string, uint32_t> known;
    std::vector<uint32_t> group_of(4096);
    for (int batch_number = 0; batch_number < 12; ++batch_number) {
      std::vector<Row> rows;
      for (int i = 0; i < 1000; ++i) {
        rows.push_back(random() % 50 == 0 ? Row(kind.schema->size()) : kind.row(random() % 5000));
      }
      const Batch batch = make_batch(fixture.memory, kind.schema, rows);
      ASSERT_TRUE(table->assign(batch.columns(), batch.selection(), group_of.data()));
      const std::vector<std::string> texts = rows_of(batch);
      for (size_t i = 0; i < texts.size(); ++i) {
        const auto next = static_cast<uint32_t>(known.size());
        ASSERT_EQ(group_of[i], known.try_emplace(texts[i], next).first->second);
      }
    }
    ASSERT_EQ(table->size(), known.size());
    const std::vector<std::string> texts = groups_of(*table, kind.schema, fixture.memory);
    for (const auto& [text, group] : known) ASSERT_EQ(texts[group], text);
  }
}

TEST(GroupTable, FindsTheGroupsOfAnotherTable) {
  for (const Kind& kind : kinds()) {
    OperatorFixture fixture;
    const auto ours = GroupTable::make(types_of(*kind.schema), fixture.memory);
    const auto theirs = GroupTable::make(types_of(*kind.schema), fixture.memory);
    std::vector<uint32_t> group_of(8192);
    std::vector<Row> first, second;
    for (uint64_t i = 0; i < 3000; ++i) first.push_back(kind.row(i));
    for (uint64_t i = 4500; i-- > 1500;) second.push_back(kind.row(i));
    second.push_back(Row(kind.schema->size()));
    const Batch a = make_batch(fixture.memory, kind.schema, first);
    const Batch b = make_batch(fixture.memory, kind.schema, second);
    ASSERT_TRUE(ours->assign(a.columns(), a.selection(), group_of.data()));
    ASSERT_TRUE(theirs->assign(b.columns(), b.selection(), group_of.data()));
    const std::vector<std::string> other = groups_of(*theirs, kind.schema, fixture.memory);
    GroupNumbers absorbed(fixture.memory);
    ASSERT_TRUE(ours->absorb(*theirs, absorbed));
    ASSERT_EQ(absorbed.size(), other.size());
    EXPECT_EQ(ours->size(), 4501u);
    const std::vector<std::string> texts = groups_of(*ours, kind.schema, fixture.memory);
    for (size_t i = 0; i < other.size(); ++i) ASSERT_EQ(texts[absorbed[i]], other[i]);
  }
}

TEST(GroupTable, WithoutKeysAllRowsAreOneGroup) {
  OperatorFixture fixture;
  const auto table = GroupTable::make({}, fixture.memory);
  std::vector<uint32_t> group_of(3, 9);
  ASSERT_TRUE(table->assign({}, Selection(0), group_of.data()));
  EXPECT_EQ(table->size(), 0u);
  ASSERT_TRUE(table->assign({}, Selection(3), group_of.data()));
  EXPECT_EQ(table->size(), 1u);
  EXPECT_EQ(group_of, (std::vector<uint32_t>{0, 0, 0}));
}

TEST(GroupTable, KeepsNothingOfTheBatch) {
  OperatorFixture source;
  OperatorFixture fixture;
  const SchemaRef schema = make_schema({{"s", kUtf8Type}});
  const auto table = GroupTable::make({kUtf8Type}, fixture.memory);
  std::vector<uint32_t> group_of(1);
  ASSERT_TRUE(
      table->assign(make_batch(source.memory, schema, {{"a key that is not short"}}).columns(),
                    Selection(1), group_of.data()));
  EXPECT_EQ(source.memory.used(), 0u);
  EXPECT_EQ(groups_of(*table, schema, fixture.memory),
            (std::vector<std::string>{"a key that is not short"}));
}

TEST(GroupTable, TellsWhichTypesCanBeKeys) {
  EXPECT_TRUE(is_groupable(kUtf8Type));
  EXPECT_TRUE(is_groupable(kNullType));
  EXPECT_FALSE(is_groupable(kJsonType));
  EXPECT_FALSE(is_groupable(Type::list(kInt64Type)));
}

}  // namespace
}  // namespace leat::state
