// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Any text as an expression: it compiles or says why, and the value of a row does not depend on
// which other rows are selected.
#include <simdjson.h>

#include "tests/fuzz/fuzz.h"
#include "tests/operators/expr/expression_tester.h"

namespace leat {
namespace {

constexpr size_t kTextMax = 300;

void add_columns(expr::ExpressionTester& tester) {
  const std::nullopt_t null = std::nullopt;
  tester.add({"i", kInt64Type, {"1", null, "-9223372036854775808"}})
      .add({"x", kFloat64Type, {"0.5", "-1e300", null}})
      .add({"s", kUtf8Type, {"one", "\u00e4 b,c", null}})
      .add({"b", kBoolType, {"true", null, "false"}})
      .add({"d", kDateType, {"2026-01-31", null, "0001-01-01"}})
      .add({"t", kTimestampType, {"2026-03-29T01:30:00", "1969-12-31T23:59:59.999999", null}})
      .add({"m", *parse_type("decimal(18,2)"), {"12.50", "-0.01", null}})
      .add({"j", *parse_type("json"), {R"({"a":[1,"x"]})", "null", null}});
}

}  // namespace

extern "C" int LLVMFuzzerInitialize(int*, char***) {
  leat::fuzz::stop_at_first_failure();
  return 0;
}

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string text(reinterpret_cast<const char*>(data), size);
  // A document is UTF-8, or it is refused before its expressions are looked at.
  if (size > kTextMax || !simdjson::validate_utf8(text)) return 0;
  expr::ExpressionTester tester;
  add_columns(tester);
  if (!tester.mistakes(text).empty()) return 0;
  const expr::Outcome all = tester.evaluate(text);
  for (uint32_t row = 0; row < 3; ++row) {
    const std::vector<uint32_t> only{row};
    const expr::Outcome alone = tester.evaluate(text, &only);
    EXPECT_EQ(alone.faults.contains(row), all.faults.contains(row)) << text;
    if (!alone.faults.contains(row)) {
      EXPECT_EQ(alone.values[0], all.values[row]) << text;
    }
  }
  return 0;
}

}  // namespace leat
