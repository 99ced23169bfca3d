// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// What the fuzz targets share. A target is tests/fuzz/<name>_fuzz.cpp, a libFuzzer program; its
// seeds are the files of tests/fuzz/seeds/<name>/. Each states what must hold of any bytes, beyond
// that nothing crashes: the sanitizers see to that. `./dev soak fuzz` builds and runs them.
//
// The helpers of the unit tests are used as they are: a failed EXPECT ends the process.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>

#include "tests/operators/input/source_run.h"
#include "tests/support/temp_dir.h"

namespace leat::fuzz {

/// Aborts, for which libFuzzer keeps the input.
class AbortOnFailure final : public testing::EmptyTestEventListener {
 public:
  void OnTestPartResult(const testing::TestPartResult& result) override {
    if (!result.failed()) return;
    std::fprintf(stderr, "%s:%d: %s\n", result.file_name(), result.line_number(), result.message());
    std::abort();
  }
};

inline void stop_at_first_failure() {
  testing::UnitTest::GetInstance()->listeners().Append(new AbortOnFailure);  // which owns it
}

/// Takes options from the front of the input, the rest is the text.
class Input {
 public:
  Input(const uint8_t* data, size_t size) : rest_(reinterpret_cast<const char*>(data), size) {}

  /// A number below `limit`, at most 256; 0 when nothing is left.
  size_t below(size_t limit) {
    if (rest_.empty()) return 0;
    const auto byte = static_cast<uint8_t>(rest_.front());
    rest_.remove_prefix(1);
    return byte % limit;
  }
  std::string_view rest() const { return rest_; }

 private:
  std::string_view rest_;
};

/// Everything a source says of a file: rows, faults and the error, with their places.
struct Reading {
  std::vector<std::string> rows;
  std::vector<std::string> faults;
  std::string error;

  bool operator==(const Reading&) const = default;
};

inline std::ostream& operator<<(std::ostream& out, const Reading& reading) {
  for (const std::string& row : reading.rows) out << "row " << row << '\n';
  for (const std::string& fault : reading.faults) out << "fault " << fault << '\n';
  return out << "error " << reading.error << '\n';
}

/// Runs a splitter and a decoder. When the text cannot be split, the rows before that place are
/// those of the splits that were made, which depend on the chunk: only the error counts then.
inline Reading read(test::OperatorFixture& fixture, Splitter& splitter, Decoder& decoder) {
  test::Splits splits = test::run_splitter(splitter);
  if (splits.error) return {{}, {}, test::text_of(*splits.error)};
  const test::Run run = test::run_decoder(fixture, decoder, splits.splits);
  Reading reading{run.rows, {}, run.error ? test::text_of(*run.error) : std::string()};
  for (const Error& fault : fixture.faults.absorbed())
    reading.faults.push_back(test::text_of(fault));
  return reading;
}

/// The path of a file that holds `text`, behind an empty line if it could be taken for compressed:
/// the place of damage in a compressed file depends on how much is unpacked at a time.
inline std::string file_with(std::string_view text) {
  static const test::TempDir folder;
  constexpr std::string_view kFirstOfMagic = "\x1F\x28\x04\x42\xFD\x50";
  const bool may_be_packed =
      !text.empty() && kFirstOfMagic.find(text.front()) != std::string_view::npos;
  return folder.write("input", may_be_packed ? '\n' + std::string(text) : std::string(text));
}

}  // namespace leat::fuzz
