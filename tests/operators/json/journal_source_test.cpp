// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include "operators/json/journal_source.h"

#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/operators/input/source_run.h"
#include "tests/support/temp_dir.h"

namespace leat {

extern const OperatorDef operator_read_log;

namespace io {
namespace {

using test::Opt;
using ::testing::ElementsAre;

TEST(JournalText, HoweverItIsWritten) {
  bool ok = false;
  EXPECT_EQ(journal_text(R"("a \"b\"\n")", ok), "a \"b\"\n");
  EXPECT_EQ(journal_text("[27,91,49,109]", ok), "\x1B[1m");
  EXPECT_EQ(journal_text("[255]", ok), "\uFFFD");
  EXPECT_EQ(journal_text(R"(["one","two"])", ok), "two");
  EXPECT_EQ(journal_text("12", ok), "12");
  EXPECT_EQ(journal_text("null", ok), std::nullopt);
  EXPECT_TRUE(ok);
  for (const char* const bad : {"{}", "[]", "true", "[[]]"}) {
    journal_text(bad, ok);
    EXPECT_FALSE(ok) << bad;
  }
}

TEST(Journal, LinesAreRows) {
  const test::TempDir folder;
  const std::string path = folder.write(
      "j.json",
      R"({"__REALTIME_TIMESTAMP":"1000001","PRIORITY":"6","_HOSTNAME":"web1","_PID":"12",)"
      R"("SYSLOG_IDENTIFIER":"sshd","_SYSTEMD_UNIT":"ssh.service","MESSAGE":"hi \"you\"","X":"y"})"
      "\n"
      R"({"__REALTIME_TIMESTAMP":"2000000","MESSAGE":[104,105]})"
      "\n"
      R"({"__REALTIME_TIMESTAMP":"soon","MESSAGE":"x"})"
      "\n");
  const test::Binding binding = test::bind_ok(
      operator_read_log, Opt::map({{"path", path}, {"format", "journald"}, {"row_column", "nr"}}),
      nullptr);
  ASSERT_TRUE(binding.bound);
  EXPECT_EQ((*binding.bound->output)[0].type, kTimestampTzType);
  test::OperatorFixture fixture(size_t{1} << 30, OnError::kSkip);
  EXPECT_THAT(test::run_source(fixture, *binding.bound).rows,
              ElementsAre("1000001|6|web1|ssh.service|sshd|12|hi \"you\"|1",
                          "2000000|NULL|NULL|NULL|NULL|NULL|hi|2"));
}

}  // namespace
}  // namespace io
}  // namespace leat
