// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include <map>
#include <random>

#include <gtest/gtest.h>

#include "tests/support/dealt_rows.h"
#include "tests/support/operator_fixture.h"
#include "tests/support/seed.h"

namespace leat {

extern const OperatorDef operator_join;

namespace {

using test::bind_inputs;
using test::Binding;
using test::Cell;
using test::DealtRows;
using test::make_batch;
using test::make_schema;
using test::null_cell;
using test::OperatorFixture;
using test::Opt;
using test::Row;
using test::Run;
using test::run_join;
using Rows = std::vector<std::string>;
using Options = std::vector<std::pair<std::string, Opt>>;

Opt options(Options more) {
  more.insert(more.begin(), {"with", "customers"});
  return Opt::map(std::move(more));
}

/// Rows of a file called `name`; row i stands in line i + 1.
class Lines final : public RowOrigin {
 public:
  explicit Lines(std::string name) : name_(std::move(name)) {}
  TextPlace locate(uint64_t row) const override { return {name_, row + 1, 1}; }
  std::string raw(uint64_t row) const override { return fmt::format("{}", row); }

 private:
  std::string name_;
};

Batch of_file(Batch batch, std::string name) {
  RowPlaces places = batch.places();
  places.origin = std::make_shared<Lines>(std::move(name));
  return batch.with_places(std::move(places));
}

/// Joins two small tables in one lane each.
struct Tables {
  SchemaRef left = make_schema({{"id", kInt64Type}, {"v", kUtf8Type}});
  SchemaRef right = make_schema({{"id", kInt64Type}, {"name", kUtf8Type}});
  std::vector<Row> left_rows{{1, "a"}, {2, "b"}, {1, "c"}, {null_cell, "d"}, {3, "e"}};
  std::vector<Row> right_rows{{2, "x"}, {1, "y"}, {1, "z"}, {null_cell, "n"}, {9, "w"}};

  Binding bind(Options more, OnError on_error = OnError::kFail) const {
    return bind_inputs(operator_join, options(std::move(more)), {left, right},
                       {"orders", "customers"}, {}, on_error);
  }
  Run run(Options more, OnError on_error = OnError::kFail) {
    const Binding binding = bind(std::move(more), on_error);
    EXPECT_TRUE(binding.bound.has_value()) << fmt::format("{}", fmt::join(binding.mistakes, "\n"));
    if (!binding.bound) return {};
    fixture.emplace(size_t{1} << 30, on_error);
    return run_join(
        *fixture, binding,
        {{of_file(make_batch(fixture->memory, left, left_rows, Ordinal(0, 0)), "orders.csv")}},
        {{of_file(make_batch(fixture->memory, right, right_rows, Ordinal(0, 0)),
                  "customers.csv")}});
  }
  std::optional<OperatorFixture> fixture;
};

TEST(Join, InnerInTheOrderOfTheLeftThenOfTheRight) {
  Tables tables;
  EXPECT_EQ(tables.run({{"on", "id"}}).rows, (Rows{"1|a|y", "1|a|z", "2|b|x", "1|c|y", "1|c|z"}));
  EXPECT_EQ(tables.fixture->ledger[Counter::kMatched], 3u);
  EXPECT_EQ(tables.fixture->ledger[Counter::kUnmatched], 2u);
  EXPECT_EQ(tables.fixture->ledger[Counter::kPaired], 5u);
}

TEST(Join, LeftKeepsRowsWithoutAPartner) {
  Tables tables;
  EXPECT_EQ(tables.run({{"on", "id"}, {"how", "left"}}).rows,
            (Rows{"1|a|y", "1|a|z", "2|b|x", "1|c|y", "1|c|z", "NULL|d|NULL", "3|e|NULL"}));
}

struct TwoPorts final : Output {
  explicit TwoPorts(Ledger& ledger) : rows(ledger), unmatched(ledger) {}
  Status emit(Batch batch) override { return rows.emit(std::move(batch)); }
  Output* port(size_t) override { return &unmatched; }
  test::CollectingOutput rows;
  test::CollectingOutput unmatched;
};

TEST(Join, LeftRowsWithoutAPartnerLeaveByAPort) {
  Tables tables;
  const auto unmatched = [&](Options more) {
    const Binding binding = tables.bind(std::move(more));
    OperatorFixture fixture;
    TwoPorts main(fixture.ledger);
    const auto& map = *std::get<std::unique_ptr<Map>>(binding.bound->species);
    auto table = test::collect(
        fixture, *map.sides()[0],
        {{make_batch(fixture.memory, tables.right, tables.right_rows, Ordinal(0, 0))}});
    EXPECT_TRUE(table);
    const std::vector<CollectedRef> sides{std::move(*table)};
    EXPECT_TRUE(map.lane(fixture.lane(), sides)
                    ->process(make_batch(fixture.memory, tables.left, tables.left_rows), main));
    return main.unmatched.rows;
  };
  EXPECT_EQ(unmatched({{"on", "id"}}), (Rows{"NULL|d", "3|e"}));
  EXPECT_EQ(unmatched({{"on", "id"}, {"how", "right"}, {"where", "left.v <> 'b'"}}),
            (Rows{"2|b", "NULL|d", "3|e"}));
  EXPECT_EQ(unmatched({{"on", "id"}, {"how", "left"}}), Rows()) << "they come out with NULLs";
  EXPECT_EQ(operator_join.ports({}), (Rows{"unmatched"}));
}

TEST(Join, RightRowsWithoutAPartnerComeLastWithTheirKeys) {
  Tables tables;
  EXPECT_EQ(tables.run({{"on", "id"}, {"how", "right"}}).rows,
            (Rows{"1|a|y", "1|a|z", "2|b|x", "1|c|y", "1|c|z", "NULL|NULL|n", "9|NULL|w"}));
}

TEST(Join, FullKeepsBoth) {
  Tables tables;
  EXPECT_EQ(tables.run({{"on", "id"}, {"how", "full"}}).rows,
            (Rows{"1|a|y", "1|a|z", "2|b|x", "1|c|y", "1|c|z", "NULL|d|NULL", "3|e|NULL",
                  "NULL|NULL|n", "9|NULL|w"}));
}

TEST(Join, SemiAndAntiGiveLeftRowsOnce) {
  Tables tables;
  EXPECT_EQ(tables.run({{"on", "id"}, {"how", "semi"}}).rows, (Rows{"1|a", "2|b", "1|c"}));
  EXPECT_EQ(tables.run({{"on", "id"}, {"how", "anti"}}).rows, (Rows{"NULL|d", "3|e"}));
}

TEST(Join, CrossPairsEveryRowWithEveryRow) {
  Tables tables;
  tables.left_rows.resize(2);
  tables.right_rows.resize(2);
  EXPECT_EQ(tables.run({{"how", "cross"}, {"columns", "name"}}).rows,
            (Rows{"1|a|x", "1|a|y", "2|b|x", "2|b|y"}));
}

TEST(Join, NullKeysMeetEachOtherOnlyWhenAsked) {
  Tables tables;
  EXPECT_EQ(tables.run({{"on", "id"}, {"null_keys", "match"}}).rows.back(), "NULL|d|n");
}

TEST(Join, OneOfSeveralPartners) {
  Tables tables;
  EXPECT_EQ(tables.run({{"on", "id"}, {"matches", "first"}}).rows,
            (Rows{"1|a|y", "2|b|x", "1|c|y"}));
  EXPECT_EQ(tables.run({{"on", "id"}, {"matches", "last"}}).rows,
            (Rows{"1|a|z", "2|b|x", "1|c|z"}));
}

TEST(Join, TheConditionIsPartOfTheMatch) {
  Tables tables;
  EXPECT_EQ(
      tables.run({{"on", "id"}, {"how", "left"}, {"where", "name <> 'y' and left.v < 'c'"}}).rows,
      (Rows{"1|a|z", "2|b|x", "1|c|NULL", "NULL|d|NULL", "3|e|NULL"}));
}

TEST(Join, AConditionNeedsNoKeys) {
  Tables tables;
  EXPECT_EQ(tables.run({{"how", "semi"}, {"where", "left.id + 6 = right.id"}}).rows, (Rows{"3|e"}));
}

TEST(Join, KeysOfOtherNamesAndTypes) {
  Tables tables;
  tables.right = make_schema({{"sku", Type::decimal(10, 1)}, {"name", kUtf8Type}});
  tables.right_rows = {{20, "x"}, {15, "y"}, {10, "z"}};
  EXPECT_EQ(tables.run({{"on", "id = sku"}}).rows, (Rows{"1|a|z", "2|b|x", "1|c|z"}));
  const Binding full = tables.bind({{"on", "id = sku"}, {"how", "full"}});
  ASSERT_TRUE(full.bound);
  EXPECT_EQ((*full.bound->output)[0].type, Type::decimal(20, 1));
}

TEST(Join, SeveralKeysAndExpressions) {
  Tables tables;
  tables.right = make_schema({{"id", kInt64Type}, {"letter", kUtf8Type}, {"n", kInt64Type}});
  tables.right_rows = {{1, "A", 7}, {1, "C", 8}, {2, "x", 9}};
  EXPECT_EQ(tables.run({{"on", Opt::list({"id", "upper(v) = letter"})}}).rows,
            (Rows{"1|a|7", "1|c|8"}));
  // What the left gives is an expression: the right key is not in any left column.
  EXPECT_EQ(tables
                .run({{"on", Opt::list({"id", "upper(v) = letter"})},
                      {"how", "right"},
                      {"columns", Opt::list({"letter", "n * 2 as twice"})}})
                .rows,
            (Rows{"1|a|A|14", "1|c|C|16", "2|NULL|x|18"}));
}

TEST(Join, ColumnsArePrefixedUnlessNamed) {
  Tables tables;
  const Binding binding =
      tables.bind({{"on", "id"}, {"prefix", "c_"}, {"columns", Opt::list({"name", "id as key"})}});
  ASSERT_TRUE(binding.bound);
  EXPECT_EQ((*binding.bound->output)[2].name, "c_name");
  EXPECT_EQ((*binding.bound->output)[3].name, "key");
}

TEST(Join, ASecondPartnerBreaksManyToOne) {
  Tables tables;
  const auto run = tables.run({{"on", "id"}, {"cardinality", "many_to_one"}});
  ASSERT_TRUE(run.error);
  EXPECT_EQ(run.error->message,
            "the row has several partners in 'customers': customers.csv:2 and customers.csv:3");
  EXPECT_EQ(run.error->data->file, "orders.csv");
  EXPECT_EQ(run.error->data->line, 1u);
}

TEST(Join, BadRowsHaveNoPairs) {
  Tables tables;
  EXPECT_EQ(tables.run({{"on", "id"}, {"cardinality", "many_to_one"}}, OnError::kSkip).rows,
            (Rows{"2|b|x"}));
  EXPECT_EQ(tables.fixture->ledger[Counter::kSkipped], 2u);
}

TEST(Join, ASecondLeftRowBreaksOneToMany) {
  Tables tables;
  const auto run = tables.run({{"on", "id"}, {"cardinality", "one_to_many"}});
  ASSERT_TRUE(run.error);
  EXPECT_EQ(run.error->message,
            "its partner in 'customers', customers.csv:2, has a partner already: orders.csv:1");
  EXPECT_EQ(run.error->data->line, 3u);
  EXPECT_EQ(
      tables.run({{"on", "id"}, {"how", "full"}, {"cardinality", "one_to_many"}}, OnError::kReject)
          .rows,
      (Rows{"1|a|y", "1|a|z", "2|b|x", "NULL|d|NULL", "3|e|NULL", "NULL|NULL|n", "9|NULL|w"}));
  EXPECT_EQ(tables.fixture->faults.absorbed().size(), 1u);
}

TEST(Join, AMissingPartnerCanBeAnError) {
  Tables tables;
  const auto run = tables.run({{"on", "id"}, {"missing", "error"}});
  EXPECT_EQ(run.error_message(), "there is no partner in 'customers' with id = null");
  EXPECT_EQ(run.rows.size(), 5u);
  EXPECT_EQ(run.error->data->line, 4u);
}

TEST(Join, AConditionThatCannotBeComputedMakesTheLeftRowBad) {
  Tables tables;
  tables.left_rows = {{1, "a"}, {2, "b"}, {1, "c"}};
  EXPECT_EQ(tables.run({{"on", "id"}, {"where", "10 / (left.id - 2) < 100"}}, OnError::kSkip).rows,
            (Rows{"1|a|y", "1|a|z", "1|c|y", "1|c|z"}));
}

TEST(Join, ARowWithManyPartnersMakesManyBatches) {
  Tables tables;
  tables.right_rows.assign(3 * kBatchRowsMax + 5, Row{1, "x"});
  tables.left_rows = {{1, "a"}, {2, "b"}, {1, "c"}};
  for (const char* where : {"true", "left.id = right.id"}) {
    const auto run = tables.run({{"on", "id"}, {"how", "left"}, {"where", where}});
    ASSERT_EQ(run.rows.size(), 2 * tables.right_rows.size() + 1);
    EXPECT_EQ(run.rows[tables.right_rows.size()], "2|b|NULL");
    for (const size_t rows : run.batch_rows) EXPECT_LE(rows, kBatchRowsMax);
  }
}

TEST(Join, MistakesAreReportedTogetherWithBothSides) {
  Tables tables;
  tables.right = make_schema({{"id", kUtf8Type}, {"v", kUtf8Type}});
  const Binding types = tables.bind({{"on", "id"}});
  EXPECT_EQ(types.mistakes.front(), "cannot match int64 with utf8 [id]");
  EXPECT_NE(types.hints.front().find("'id' of 'customers' is utf8"), std::string::npos);
  EXPECT_EQ(types.mistakes.back(), "two columns are called 'v' [customers]");
  EXPECT_EQ(types.mistakes.size(), 2u);
  Tables clash;
  clash.right = make_schema({{"id", kInt64Type}, {"v", kUtf8Type}});
  EXPECT_EQ(clash.bind({{"on", "id"}}).hints,
            (Rows{"rename the one of 'customers': columns: [v as other_name]; or set prefix: "
                  "customers_"}));
  EXPECT_EQ(clash.bind({{"on", "id"}, {"prefix", "p_"}, {"where", "v = 'a'"}}).mistakes,
            (Rows{"both sides have a column 'v' [v]"}));
  EXPECT_EQ(clash.bind({}).mistakes, (Rows{"the join does not say which rows match [join]"}));
  EXPECT_EQ(clash.bind({{"on", "id"}, {"how", "semi"}, {"columns", "v"}}).mistakes,
            (Rows{"'columns' does not go with how: semi [v]"}));
  EXPECT_EQ(clash.bind({{"on", "nam = id"}, {"prefix", "p_"}}).mistakes,
            (Rows{"the left side has no column 'nam' [nam]"}));
  EXPECT_EQ(clash.bind({{"on", "id"}, {"prefix", "p_"}, {"tolerance", "1"}}).mistakes,
            (Rows{"'tolerance' says how 'asof' matches, and there is no 'asof' [1]"}));
}

// ------------------------------------------------------------------------------------------- as of

Rows asof(Options more, const Type& type = kInt64Type) {
  Tables tables;
  tables.left = make_schema({{"s", kUtf8Type}, {"ts", type}});
  tables.right = make_schema({{"s", kUtf8Type}, {"at", type}, {"price", kInt64Type}});
  tables.left_rows = {{"a", 5}, {"a", 0}, {"b", 9}, {"a", 20}, {"a", null_cell}, {"c", 1}};
  tables.right_rows = {{"a", 10, 1}, {"a", 5, 2}, {"b", 1, 3}, {"a", 5, 4}, {"a", 16, 5}};
  more.insert(more.end(), {{"on", "s"}, {"asof", "ts = at"}, {"columns", "price"}});
  return tables.run(std::move(more)).rows;
}

TEST(Join, AsofFindsTheLastRowBefore) {
  EXPECT_EQ(asof({{"how", "left"}}),
            (Rows{"a|5|4", "a|0|NULL", "b|9|3", "a|20|5", "a|NULL|NULL", "c|1|NULL"}));
  EXPECT_EQ(asof({{"exact", "false"}}), (Rows{"b|9|3", "a|20|5"}));
  EXPECT_EQ(asof({}, kFloat64Type), (Rows{"a|5|4", "b|9|3", "a|20|5"}));
}

TEST(Join, AsofForwardAndNearest) {
  EXPECT_EQ(asof({{"direction", "forward"}}), (Rows{"a|5|2", "a|0|2"}));
  EXPECT_EQ(asof({{"direction", "nearest"}}), (Rows{"a|5|4", "a|0|2", "b|9|3", "a|20|5"}));
}

TEST(Join, AsofWithinATolerance) {
  EXPECT_EQ(asof({{"tolerance", "4"}}), (Rows{"a|5|4", "a|20|5"}));
  EXPECT_EQ(asof({{"tolerance", "5"}, {"direction", "nearest"}}),
            (Rows{"a|5|4", "a|0|2", "a|20|5"}));
  EXPECT_EQ(asof({{"tolerance", "interval '4 microseconds'"}}, kTimestampType),
            (Rows{"a|5|4", "a|20|5"}));
}

// ------------------------------------------------------------------------------------------- agreement

int64_t skewed(std::mt19937_64& random, int64_t most) {
  // Few values have most of the rows.
  int64_t value = most;
  for (int i = 0; i < 3; ++i)
    value = std::min<int64_t>(value, static_cast<int64_t>(random() % 1000) * most / 1000);
  return value;
}

struct Table {
  std::vector<std::vector<Row>> splits;
  std::vector<Row> rows() const {
    std::vector<Row> all;
    for (const auto& split : splits) all.insert(all.end(), split.begin(), split.end());
    return all;
  }
};

Table random_table(std::mt19937_64& random, size_t most) {
  Table table;
  table.splits.resize(random() % 6);
  for (auto& split : table.splits) {
    split.resize(random() % (most + 1));
    for (Row& row : split) {
      row = {skewed(random, 12), skewed(random, 50), static_cast<int64_t>(random() % 60)};
      for (Cell& cell : row) {
        if (random() % 10 == 0) cell = Cell();
      }
    }
  }
  return table;
}

std::string text_of(const Cell& cell) {
  return cell.is_null() ? "NULL" : fmt::format("{}", std::get<int64_t>(cell.value));
}
std::string text_of(const Row& row) {
  return fmt::format("{}|{}|{}", text_of(row[0]), text_of(row[1]), text_of(row[2]));
}

struct Form {
  std::string on;
  std::string where;
};

/// Do the rows belong together, by the plainest reading?
bool matches(const Form& form, const Row& left, const Row& right) {
  const auto at = [](const Row& row, size_t i) { return std::get<int64_t>(row[i].value); };
  const auto known = [&](const Row& row, std::initializer_list<size_t> cells) {
    return std::all_of(cells.begin(), cells.end(), [&](size_t i) { return !row[i].is_null(); });
  };
  if (!form.on.empty() && !(known(left, {0}) && known(right, {0}) && at(left, 0) == at(right, 0)))
    return false;
  if (form.where.empty()) return true;
  if (form.where == "left.b between right.b and right.c")
    return known(left, {1}) && known(right, {1, 2}) && at(left, 1) >= at(right, 1) &&
           at(left, 1) <= at(right, 2);
  if (form.where == "left.b < right.c and left.c > right.b")
    return known(left, {1, 2}) && known(right, {1, 2}) && at(left, 1) < at(right, 2) &&
           at(left, 2) > at(right, 1);
  return known(left, {1}) && known(right, {1}) && (at(left, 1) + at(right, 1)) % 3 == 0;
}

Rows nested_loops(const Form& form, const std::string& how, const std::string& which,
                  const std::vector<Row>& left, const std::vector<Row>& right) {
  Rows rows;
  std::vector<bool> met(right.size(), false);
  for (const Row& row : left) {
    std::vector<size_t> partners;
    for (size_t i = 0; i < right.size(); ++i) {
      if (matches(form, row, right[i])) partners.push_back(i);
    }
    if (partners.size() > 1 && which == "first") partners = {partners.front()};
    if (partners.size() > 1 && which == "last") partners = {partners.back()};
    if (how == "semi" || how == "anti") {
      if (partners.empty() == (how == "anti")) rows.push_back(text_of(row));
      continue;
    }
    for (const size_t i : partners) {
      rows.push_back(text_of(row) + '|' + text_of(right[i]));
      met[i] = true;
    }
    if (partners.empty() && (how == "left" || how == "full"))
      rows.push_back(text_of(row) + "|NULL|NULL|NULL");
  }
  for (size_t i = 0; i < right.size(); ++i) {
    if (met[i] || (how != "right" && how != "full")) continue;
    const std::string key = form.on.empty() ? "NULL" : text_of(right[i][0]);
    rows.push_back(key + "|NULL|NULL|" + text_of(right[i]));
  }
  return rows;
}

TEST(Join, EqualsNestedLoopsHoweverRowsAreDealt) {
  const test::Seed seed;
  std::mt19937_64 random = seed.generator();
  const SchemaRef left = make_schema({{"a", kInt64Type}, {"b", kInt64Type}, {"c", kInt64Type}});
  const std::vector<Form> forms{
      {"a", ""},
      {"a", "left.b between right.b and right.c"},
      {"", "left.b between right.b and right.c"},
      {"", "left.b < right.c and left.c > right.b"},
      {"a", "(left.b + right.b) % 3 = 0"},
      {"", "(left.b + right.b) % 3 = 0"},
  };
  for (size_t round = 0; round < 60; ++round) {
    const Form& form = forms[random() % forms.size()];
    constexpr const char* kHow[] = {"inner", "left", "right", "full", "semi", "anti"};
    constexpr const char* kMatches[] = {"all", "all", "first", "last"};
    const std::string how = kHow[random() % 6];
    const bool filter = how == "semi" || how == "anti";
    const std::string which = filter ? "all" : kMatches[random() % 4];
    SCOPED_TRACE(
        fmt::format("on '{}' where '{}' how {} matches {}", form.on, form.where, how, which));
    const Table left_table = random_table(random, 80);
    const Table right_table = random_table(random, random() % 8 == 0 ? 1500 : 60);
    Options more{{"how", how}};
    if (!form.on.empty()) more.emplace_back("on", form.on);
    if (!form.where.empty()) more.emplace_back("where", form.where);
    if (!filter) {
      more.emplace_back("matches", which);
      more.emplace_back("columns", Opt::list({"a as x", "b as y", "c as z"}));
    }
    const Binding binding =
        bind_inputs(operator_join, options(more), {left, left}, {"orders", "customers"});
    ASSERT_TRUE(binding.bound) << fmt::format("{}", fmt::join(binding.mistakes, "\n"));
    OperatorFixture fixture;
    const DealtRows dealt_left(left, left_table.splits);
    const DealtRows dealt_right(left, right_table.splits);
    const auto run =
        run_join(fixture, binding, dealt_left.dealt(fixture.memory, 1 + random() % 4, random),
                 dealt_right.dealt(fixture.memory, 1 + random() % 4, random));
    ASSERT_FALSE(run.error) << run.error_message();
    ASSERT_EQ(run.rows, nested_loops(form, how, which, left_table.rows(), right_table.rows()));
  }
}

}  // namespace
}  // namespace leat
