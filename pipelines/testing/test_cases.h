// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// The tests of a pipeline, as they are written: under `tests:` of the pipeline itself, or of a file
// beside it. See test_cases.cpp.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "engine/error.h"
#include "operators/diagnostic.h"
#include "operators/options.h"
#include "pipelines/load/given.h"
#include "pipelines/text/document.h"

namespace leat::pipelines {

/// What a stage or a port of it is expected to give.
struct ExpectedRows {
  SourceText target;
  OptionNode rows;  ///< A list, unless only their number is expected.
  std::optional<uint64_t> count = {};
  Span count_span = {};
  bool in_flow = false;  ///< Does it stand in braces?
};

struct TestCase {
  SourceText name;
  std::vector<std::pair<std::string, std::string>> params = {};
  std::optional<int64_t> now = {};  ///< Microseconds since 1970.
  std::vector<GivenStage> given = {};
  std::vector<ExpectedRows> expected = {};
  std::optional<SourceText> fails = {};  ///< `true`, or the name of a code.
  bool unordered = false;
};

/// The tests of one text.
struct TestFile {
  std::shared_ptr<Document> document;
  std::string
      pipeline;  ///< The path of the pipeline; that of the text itself when they stand in it.
  std::vector<TestCase> cases;
};

/// Is this the name of a file of tests, `NAME.test.yaml`?
bool is_test_file(std::string_view path);

/// The file of tests beside a pipeline: `NAME.test.yaml` for `NAME.yaml`.
std::string test_file_beside(const std::string& pipeline);

/// Reads the tests of `document`; of a pipeline without any, none. Reports everything that is wrong
/// with their form.
TestFile read_tests(std::shared_ptr<Document> document, Diagnostics& diagnostics);

}  // namespace leat::pipelines
