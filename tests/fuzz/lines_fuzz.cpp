// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Any bytes as lines of logs: fields are parts of their line, and what is wrong has a place in it.
#include <vector>

#include "operators/csv/log_formats.h"
#include "operators/text/utf8.h"
#include "tests/fuzz/fuzz.h"

namespace leat {
namespace {

/// All shapes, made once.
const std::vector<std::shared_ptr<const io::LineShape>>& shapes() {
  static const auto all = [] {
    std::vector<std::shared_ptr<const io::LineShape>> made;
    for (const std::string_view name : io::kLogFormatNames)
      made.push_back(io::make_log_shape(io::log_format(name)));
    made.push_back(io::make_logfmt_shape({"a", "level", "msg"}));
    return made;
  }();
  return all;
}

}  // namespace

extern "C" int LLVMFuzzerInitialize(int*, char***) {
  leat::fuzz::stop_at_first_failure();
  return 0;
}

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  fuzz::Input input(data, size);
  const io::LineShape& shape = *shapes()[input.below(shapes().size())];
  std::string text = io::replace_invalid_utf8(input.rest());
  const size_t length = text.size();
  text.append(16, '\0');  // what may be read behind a text
  const std::string_view line = std::string_view(text).substr(0, length);
  if (line.empty()) return 0;
  std::vector<std::string_view> fields(shape.fields());
  if (const auto fault = shape.take(line, fields.data())) {
    EXPECT_LE(fault->position, line.size());
    return 0;
  }
  for (const std::string_view field : fields) {
    if (field.data() == nullptr) continue;
    EXPECT_GE(field.data(), line.data());
    EXPECT_LE(field.data() + field.size(), line.data() + line.size());
  }
  return 0;
}

}  // namespace leat
