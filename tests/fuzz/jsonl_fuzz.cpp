// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Any bytes as JSON lines: rows, faults and errors are the same whatever the chunks, and a line is
// read only if another parser takes it for one JSON object.
#include <nlohmann/json.hpp>

#include "operators/input/line_splitter.h"
#include "operators/json/json_decoder.h"
#include "tests/fuzz/fuzz.h"

namespace leat {
namespace {

io::JsonFormat format_of(io::UnknownFields unknown) {
  io::JsonFormat format;
  format.schema = test::make_schema({{"a", kInt64Type},
                                     {"b", kUtf8Type},
                                     {"c", kFloat64Type},
                                     {"d", *parse_type("list<int64>")},
                                     {"e", *parse_type("struct<x bool, y utf8>")},
                                     {"f", *parse_type("json")},
                                     {"g", kTimestampType}});
  format.known = format.schema;
  format.unknown = unknown;
  return format;
}

fuzz::Reading read(const std::string& path, io::UnknownFields unknown, OnError on_error,
                   size_t chunk) {
  test::OperatorFixture fixture(size_t{1} << 28, on_error);
  const auto splitter = io::make_line_splitter(test::inputs_of({path}), fixture.memory,
                                               {chunk, io::kMaxRecordDefault, true});
  const auto decoder = io::make_json_decoder(format_of(unknown), fixture.lane());
  return fuzz::read(fixture, *splitter, *decoder);
}

}  // namespace

extern "C" int LLVMFuzzerInitialize(int*, char***) {
  leat::fuzz::stop_at_first_failure();
  return 0;
}

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  fuzz::Input input(data, size);
  const auto unknown = input.below(2) == 0 ? io::UnknownFields::kIgnore : io::UnknownFields::kError;
  const OnError on_error = input.below(2) == 0 ? OnError::kSkip : OnError::kFail;
  const std::string path = fuzz::file_with(input.rest());
  const fuzz::Reading whole = read(path, unknown, on_error, size_t{1} << 16);
  EXPECT_EQ(read(path, unknown, on_error, 16), whole);
  EXPECT_EQ(read(path, unknown, on_error, 67), whole);
  const bool is_line = input.rest().find_first_of("\r\n") == std::string_view::npos;
  if (is_line && whole.rows.size() == 1 && !input.rest().starts_with("\xEF\xBB\xBF")) {
    EXPECT_TRUE(nlohmann::json::parse(input.rest(), nullptr, false).is_object()) << input.rest();
  }
  return 0;
}

}  // namespace leat
