// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Sources that read files which leat finds, and sinks whose files leat stages.
#include "operators/plugin/files.h"

#include "operators/output/output_transaction.h"
#include "tests/operators/plugin/fake_plugin.h"
#include "tests/support/temp_dir.h"

namespace leat::test {
namespace {

using plugin::host;

std::vector<std::string> bound_files;
std::vector<std::string> told;
int64_t first_bad = -1;

/// Gives rows [0, count) as one column of unsigned integers; row `first_bad` is past all int64.
int emit_unsigned(leat_call* call, uint64_t count) {
  std::vector<uint64_t> numbers;
  for (uint64_t i = 0; i < count; ++i)
    numbers.push_back(static_cast<int64_t>(i) == first_bad ? UINT64_MAX : i);
  const void* buffers[] = {nullptr, numbers.data()};
  static const void* none[] = {nullptr};
  const auto length = static_cast<int64_t>(count);
  const auto release = [](ArrowArray* one) { one->release = nullptr; };
  ArrowArray column{length, 0, 0, 2, 0, buffers, nullptr, nullptr, release, nullptr};
  ArrowArray* children[] = {&column};
  ArrowArray array{length, 0, 0, 1, 1, none, children, nullptr, release, nullptr};
  const auto forget = [](ArrowSchema* one) { one->release = nullptr; };
  ArrowSchema field{"L", "n", nullptr, ARROW_FLAG_NULLABLE, 0, nullptr, nullptr, forget, nullptr};
  ArrowSchema* fields[] = {&field};
  const ArrowSchema schema{"+s", "", nullptr, 0, 1, fields, nullptr, forget, nullptr};
  const leat_output output{sizeof(leat_output), &array, &schema, nullptr, nullptr};
  return host().emit(call, &output);
}

/// Each file has two splits of ten rows.
leat_operator tens_table() {
  bound_files.clear();
  told.clear();
  first_bad = -1;
  leat_operator table = pass_table("tens");
  table.kind = LEAT_SOURCE;
  table.flags = LEAT_READS_FILES;
  table.process = nullptr;
  table.bind = [](const leat_operator*, leat_call* call, const leat_binding* binding, void**) {
    bound_files.assign(binding->files, binding->files + binding->file_count);
    return host().add_column(call, "n", "int64");
  };
  table.next = [](void*, leat_call*, leat_split* split) -> int {
    split->has_split = split->part < 2 ? 1 : 0;
    split->first_row = split->part * 10;
    return LEAT_OK;
  };
  table.decode = [](void*, leat_call* call, const leat_split*) -> int {
    return emit_unsigned(call, 10);
  };
  table.prune = [](void*, const leat_condition* conditions, size_t count) -> int64_t {
    for (size_t i = 0; i < count; ++i) {
      told.push_back(fmt::format("{} {} {}", conditions[i].column, conditions[i].comparison,
                                 conditions[i].value == nullptr ? "-" : conditions[i].value));
    }
    return 0;
  };
  return table;
}

/// Files of the names, with anything in them; returns a pattern for all.
std::string make_files(const TempDir& folder, const std::vector<std::string>& names) {
  for (const std::string& name : names) folder.write(name, "x");
  return folder.file("day=*/*");
}

TEST(PluginFiles, ASourceReadsFileByFile) {
  const TempDir folder;
  const std::string pattern = make_files(folder, {"day=1/b", "day=1/a", "day=2/a"});
  FakePlugin fake(tens_table());
  OperatorFixture fixture;
  io::OutputTransaction outputs;
  const Binding binding =
      bind_ok(fake.definition(), Opt::map({{"path", pattern}, {"row_column", "row"}}), nullptr);
  EXPECT_EQ(bound_files, (std::vector<std::string>{folder.file("day=1/a"), folder.file("day=1/b"),
                                                   folder.file("day=2/a")}));
  EXPECT_EQ(binding.bound->files, bound_files);
  EXPECT_EQ(*binding.bound->output,
            Schema({{"n", kInt64Type}, {"day", kInt64Type}, {"row", kInt64Type}}));
  auto& source =
      dynamic_cast<io::FileSource&>(*std::get<std::unique_ptr<Source>>(binding.bound->species));
  source.keep({true, false, true});
  const auto splitter = source.splitter({fixture.memory, fixture.ledger, outputs});
  const auto decoder = source.decoder(fixture.lane());
  CollectingOutput output(fixture.ledger);
  for (int i = 0; i < 4; ++i) {
    auto split = splitter->next();
    ASSERT_TRUE(split && *split);
    ASSERT_TRUE(decoder->decode(**split, output));
  }
  ASSERT_FALSE(splitter->next()->has_value());
  EXPECT_EQ(output.rows[3], "3|1|4");
  EXPECT_EQ(output.rows[13], "3|1|14");
  EXPECT_EQ(output.rows[39], "9|2|20");
  EXPECT_EQ(output.batches.back().places().origin->locate(3),
            (TextPlace{folder.file("day=2/a"), 14, 0}));
}

TEST(PluginFiles, ValuesWithoutACounterpartAreFaultsOfTheirRows) {
  const TempDir folder;
  const std::string pattern = make_files(folder, {"day=1/a"});
  FakePlugin fake(tens_table());
  first_bad = 6;
  OperatorFixture fixture(size_t{1} << 30, OnError::kReject);
  io::OutputTransaction outputs;
  const Binding binding = bind_ok(fake.definition(), Opt(pattern), nullptr);
  const auto& source = *std::get<std::unique_ptr<Source>>(binding.bound->species);
  const auto splitter = source.splitter({fixture.memory, fixture.ledger, outputs});
  const auto decoder = source.decoder(fixture.lane());
  CollectingOutput output(fixture.ledger);
  auto split = splitter->next();
  ASSERT_TRUE(split && *split);
  ASSERT_TRUE(decoder->decode(**split, output));
  EXPECT_EQ(output.rows.size(), 9u);
  EXPECT_EQ(output.ids[6], Ordinal(0, 7));
  ASSERT_EQ(fixture.faults.absorbed().size(), 1u);
  EXPECT_EQ(fixture.faults.absorbed()[0].data->line, 7u);
  EXPECT_EQ(fixture.faults.absorbed()[0].message,
            "column 'n': a value cannot be kept exactly: a uint64 is out of range");
  expect_balanced(*binding.bound, fixture.ledger);
}

TEST(PluginFiles, ASourceIsToldWhatIsTrueOfItsOwnColumns) {
  const TempDir folder;
  const std::string pattern = make_files(folder, {"day=1/a"});
  FakePlugin fake(tens_table());
  const Binding binding = bind_ok(fake.definition(), Opt(pattern), nullptr);
  auto& source =
      dynamic_cast<io::FileSource&>(*std::get<std::unique_ptr<Source>>(binding.bound->species));
  const std::vector<RowCondition> conditions = {
      {"n", RowCondition::Comparison::kGreaterOrEqual, "5"},
      {"day", RowCondition::Comparison::kEqual, "1"},
      {"n", RowCondition::Comparison::kIsNotNull, ""}};
  source.leave_out(conditions);
  EXPECT_EQ(told, (std::vector<std::string>{"n 5 5", "n 7 -"}));
}

TEST(PluginFiles, WhatHasNoPathCannotBeRead) {
  FakePlugin fake(tens_table());
  const Binding binding = bind(fake.definition(), Opt("-"), nullptr);
  ASSERT_EQ(binding.mistakes.size(), 1u);
  EXPECT_TRUE(binding.mistakes[0].contains("standard input cannot be read")) << binding.mistakes[0];
}

// ------------------------------------------------------------------------------------------ sinks

/// A line for each row, and how many there were as the footer.
leat_operator lines_table() {
  leat_operator table = pass_table("lines");
  table.kind = LEAT_SINK;
  table.flags = LEAT_WRITES_FILES;
  table.process = [](void*, leat_call* call, const leat_rows* rows) {
    std::string records;
    std::vector<uint64_t> ends;
    for (int64_t i = 0; i < rows->array->length; ++i) {
      records += "row\n";
      ends.push_back(records.size());
    }
    return host().write_records(call, records.data(), records.size(), ends.data(), ends.size());
  };
  table.file_open = [](void*, leat_call* call, void** file) -> int {
    leat_pool* const pool = host().open_pool(call);
    EXPECT_EQ(host().pool_charge(pool, 1000), LEAT_OK);
    *file = new std::string();
    return LEAT_OK;
  };
  table.file_write = [](void* file, leat_call*, const void* records, size_t size) -> int {
    static_cast<std::string*>(file)->append(static_cast<const char*>(records), size);
    return LEAT_OK;
  };
  table.file_finish = [](void* file, leat_call* call) -> int {
    std::string& text = *static_cast<std::string*>(file);
    text += fmt::format("{} rows\n", std::count(text.begin(), text.end(), '\n'));
    return host().write(call, text.data(), text.size());
  };
  table.file_close = [](void* file) { delete static_cast<std::string*>(file); };
  return table;
}

void write_all(const Binding& binding, OperatorFixture& fixture) {
  io::OutputTransaction outputs;
  const auto& sink = *std::get<std::unique_ptr<Sink>>(binding.bound->species);
  {
    const auto encoder = sink.encoder(fixture.lane());
    const auto committer = sink.committer({fixture.memory, fixture.ledger, outputs});
    ASSERT_TRUE(committer->open());
    fixture.ledger.add(Counter::kIn, 5);
    const auto bytes = encoder->encode(number_batch(fixture.memory, 5));
    ASSERT_TRUE(bytes);
    ASSERT_TRUE(committer->write(*bytes, 5));
    ASSERT_TRUE(committer->prepare(1));
    ASSERT_TRUE(outputs.commit());
  }
  expect_balanced(*binding.bound, fixture.ledger);
  EXPECT_EQ(fixture.memory.used(), 0u);
}

TEST(PluginFiles, ASinkMakesAFileWithAFooter) {
  const TempDir folder;
  FakePlugin fake(lines_table());
  OperatorFixture fixture;
  write_all(bind_ok(fake.definition(), Opt(folder.file("out")), number_schema()), fixture);
  EXPECT_EQ(folder.read("out"), "row\nrow\nrow\nrow\nrow\n5 rows\n");
}

TEST(PluginFiles, RecordsGoToManyFiles) {
  const TempDir folder;
  FakePlugin fake(lines_table());
  OperatorFixture fixture;
  write_all(
      bind_ok(fake.definition(),
              Opt::map({{"path", folder.file("part-{part}")}, {"max_rows", "2"}}), number_schema()),
      fixture);
  EXPECT_EQ(folder.read("part-0"), "row\nrow\n2 rows\n");
  EXPECT_EQ(folder.read("part-2"), "row\n1 rows\n");
}

TEST(PluginFiles, EndsOfRecordsMustBeRight) {
  leat_operator table = lines_table();
  table.process = [](void*, leat_call* call, const leat_rows*) {
    const uint64_t ends[] = {3, 2, 4, 4, 4};
    return host().write_records(call, "abcd", 4, ends, 5);
  };
  FakePlugin fake(table);
  OperatorFixture fixture;
  const Binding binding = bind_ok(fake.definition(), Opt("out"), number_schema());
  const auto& sink = *std::get<std::unique_ptr<Sink>>(binding.bound->species);
  const auto bytes = sink.encoder(fixture.lane())->encode(number_batch(fixture.memory, 5));
  ASSERT_FALSE(bytes);
  EXPECT_TRUE(bytes.error().message.contains("the ends of its records")) << bytes.error().message;
}

TEST(PluginFiles, ATableOfMinorZeroIsTaken) {
  leat_operator table = pass_table();
  table.size = offsetof(leat_operator, file_open);
  table.file_open = [](void*, leat_call*, void**) -> int { return LEAT_ERROR; };  // not looked at
  FakePlugin fake(table);
  EXPECT_EQ(fake.definition().name, "fake.pass");
  leat_operator wants = lines_table();
  wants.size = offsetof(leat_operator, file_open);
  const leat_plugin plugin{sizeof(leat_plugin), 0, 0, "old", "1", &wants, 1, nullptr, 0};
  plugin::PluginSet set;
  const Status added = set.add(&plugin, "old.so");
  ASSERT_FALSE(added);
  EXPECT_TRUE(added.error().message.contains("it has no 'file_open'")) << added.error().message;
}

}  // namespace
}  // namespace leat::test
