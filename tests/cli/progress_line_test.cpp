// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include "cli/progress_line.h"

#include <unistd.h>

#include <array>
#include <string>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace leat::cli {
namespace {

pipelines::RunProgress half_way() {
  return {.seconds = 10,
          .bytes_read = 500 << 20,
          .bytes_total = 1000 << 20,
          .rows_read = 31'000'000,
          .rejected = 1234,
          .spilled = 5 << 20,
          .memory = 64 << 20};
}

TEST(ProgressText, TellsAllWhereThereIsRoom) {
  EXPECT_EQ(progress_text("orders", half_way(), 200),
            "orders  50 %  500 MiB of 1000 MiB  3.1M rows/s  0:10 left  1,234 rejected  spilled 5 "
            "MiB  memory 64 MiB");
}

TEST(ProgressText, IsNeverWiderThanTheTerminal) {
  for (size_t width = 0; width < 120; ++width) {
    const std::string text = progress_text("bestellungen_größer", half_way(), width);
    EXPECT_LE(text.size(), width + 2) << text;  // ö and ß have two bytes
  }
  EXPECT_EQ(progress_text("orders", half_way(), 30), "50 %  3.1M rows/s  0:10 left");
  EXPECT_EQ(progress_text("orders", half_way(), 4), "50 %");
  EXPECT_EQ(progress_text("orders", half_way(), 2), "");
}

TEST(ProgressText, WhatIsNotKnownIsNotGuessed) {
  pipelines::RunProgress progress;
  EXPECT_EQ(progress_text("a", progress, 200), "a  0 bytes read  memory 0 bytes");
  progress = {.seconds = 2, .bytes_read = 2048, .rows_read = 10};
  EXPECT_EQ(progress_text("a", progress, 200), "a  2 KiB read  5 rows/s  memory 0 bytes");
  progress.bytes_total = 1 << 20;
  EXPECT_EQ(progress_text("a", progress, 200).find("left"), std::string::npos)
      << "too little was read to tell";
}

TEST(ProgressText, NamesReachNoTerminal) {
  EXPECT_EQ(progress_text("a\x1b[31m", {}, 200).find('\x1b'), std::string::npos);
}

TEST(ProgressText, LongTimes) {
  pipelines::RunProgress progress = half_way();
  progress.seconds = 3723;
  EXPECT_NE(progress_text("a", progress, 200).find("1:02:03 left"), std::string::npos);
}

TEST(ProgressJson, HasFields) {
  const auto json = progress_json("orders", half_way());
  EXPECT_EQ(json["pipeline"], "orders");
  EXPECT_EQ(json["bytes_total"], 1000 << 20);
  EXPECT_EQ(json["seconds_left"], 10.0);
  EXPECT_EQ(json["rejected"], 1234);
  EXPECT_FALSE(progress_json("orders", {}).contains("bytes_total"));
}

TEST(ProgressLine, NothingOfItIsLeft) {
  std::array<int, 2> ends{};
  ASSERT_EQ(pipe(ends.data()), 0);
  {
    ProgressLine line(ends[1]);
    line.clear();
    line.show("a", {});
  }
  close(ends[1]);
  std::array<char, 200> bytes{};
  const ssize_t got = read(ends[0], bytes.data(), bytes.size());
  EXPECT_EQ(std::string(bytes.data(), static_cast<size_t>(got)),
            "\ra  0 bytes read  memory 0 bytes\x1b[K\r\x1b[K");
  close(ends[0]);
}

}  // namespace
}  // namespace leat::cli
