// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include "cli/log.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace leat::cli {
namespace {

constexpr LogEvent kEvent{LogLevel::kWarning, "rows_rejected", "3 rows were rejected"};

TEST(Log, ALineOfJsonHasTimeLevelEventAndMessageFirst) {
  EXPECT_EQ(log_line(kEvent, {{"rejected", 3}}, 1'769'853'600'000'007),
            R"({"time":"2026-01-31T10:00:00.000007Z","level":"warning","event":"rows_rejected",)"
            R"("message":"3 rows were rejected","rejected":3})"
            "\n");
}

TEST(Log, OneEventIsOneLineWhateverItQuotes) {
  const std::string line =
      log_line({LogLevel::kError, "run_failed", "'a\nb\"\xFF'"}, nlohmann::ordered_json(), 0);
  EXPECT_EQ(line.find('\n'), line.size() - 1);
  EXPECT_EQ(nlohmann::json::parse(line)["message"], "'a\nb\"\uFFFD'");
}

TEST(Log, TextIsWrittenAsItIs) {
  ::testing::internal::CaptureStderr();
  Log(LogFormat::kText).write(kEvent, "job: 3 rows were rejected\n", {{"rejected", 3}});
  EXPECT_EQ(::testing::internal::GetCapturedStderr(), "job: 3 rows were rejected\n");
}

}  // namespace
}  // namespace leat::cli
