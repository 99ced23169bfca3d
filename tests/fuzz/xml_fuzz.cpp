// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Any bytes as XML and as HTML: records end, have places, and become JSON.
#include <nlohmann/json.hpp>

#include "operators/html/html_tables.h"
#include "operators/text/utf8.h"
#include "operators/tree/xml_records.h"
#include "tests/fuzz/fuzz.h"

namespace leat {
namespace {

void read(const io::TreeFormat& format, const std::string& path) {
  test::OperatorFixture fixture(size_t{1} << 28);
  {
    auto reader = format.open(test::inputs_of({path})[0], {.memory = &fixture.memory});
    io::TreeShape shape;
    std::vector<io::TextTree> records;
    while (reader) {
      auto record = (*reader)->next();
      if (!record || !*record) break;
      shape.add(**record);
      records.push_back(std::move(**record));
    }
    const std::vector<Field> fields = shape.fields();
    for (const io::TextTree& record : records) {
      std::string json;
      io::append_record(record, fields, json);
      if (io::first_invalid_utf8(json) < json.size()) continue;  // of pages that lie about it
      EXPECT_TRUE(nlohmann::json::parse(json, nullptr, false).is_object()) << json;
    }
  }
  EXPECT_EQ(fixture.memory.used(), 0u);
}

}  // namespace

extern "C" int LLVMFuzzerInitialize(int*, char***) {
  leat::fuzz::stop_at_first_failure();
  return 0;
}

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  static const auto elements = io::make_xml_format(*io::parse_xml_path("/*/*"));
  static const auto anywhere = io::make_xml_format(*io::parse_xml_path("//i"));
  static const auto table = io::make_html_format({.number = 1, .name = "", .header = true});
  static const auto cells = io::make_html_format({.number = 1, .name = "", .header = false});
  fuzz::Input input(data, size);
  const size_t kind = input.below(4);
  const std::string path = fuzz::file_with(input.rest());
  read(kind == 0 ? *elements : kind == 1 ? *anywhere : kind == 2 ? *table : *cells, path);
  return 0;
}

}  // namespace leat
