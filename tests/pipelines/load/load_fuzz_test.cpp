// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>

#include "tests/pipelines/fake_operators.h"
#include "tests/support/seed.h"

namespace leat::pipelines {
namespace {

constexpr std::string_view kExamples[] = {
    R"(name: revenue
params:
  since: { type: date, default: 2026-01-01, doc: first day }
  dir: { default: "${env:DIR:-data}" }
settings: { memory: 2GiB, procs: auto }
on_error: fail
stages:
  - read_csv: { path: "${dir}/in.csv", delimiter: ";" }
    name: orders
    on_error: reject
  - filter: name = 'paid' and amount >= $since
  - derive:
      total: amount * 2
      label: "'x' || name"
    name: priced
  - aggregate:
      by: [name]
      columns:
        revenue: sum(total)
        orders: count(*)
  - sort:
      by: [revenue desc]
  - write_csv: out.csv
  - write_csv: { path: bad.csv, if_exists: append }
    from: orders.rejects
)",
    R"(%YAML 1.2
---
x: &a [1, {b: c}]
stages:
  - read_csv: &in
      path: 'it''s.csv'
      columns: { id: int64, name: text }
  - filter: |-
      id > 1
        and name = 'x'

  - filter: >+2
        id > 2
      and id > 3
    lanes: 2
  - derive: { a: id, b: 'name', <<: {c: "x\u00e9\n"} }
  - select:
    - id
    - name
  - write_csv: *a
...
)",
};

/// Pieces that mean something to YAML or to us.
constexpr std::string_view kPieces[] = {
    "\n",
    "\r\n",
    "  ",
    "\t",
    "- ",
    ": ",
    "'",
    "\"",
    "{",
    "}",
    "[",
    "]",
    ",",
    "#",
    " #",
    "&a ",
    "*a",
    "!t ",
    "|",
    ">-",
    "? ",
    "%",
    "---\n",
    "...\n",
    "<<: *a\n",
    "${",
    "$",
    "$${",
    "}",
    "null",
    "~",
    "\\",
    "\\u00e9",
    "é",
    "日",
    "\xFF",
    "@",
    "`",
    "name: ",
    "from: ",
    "x.rejects",
    "on_error: reject\n",
    "stages:\n",
    "  - filter: amount\n",
    "(",
    ")",
    "\xEF\xBB\xBF",
    "\r",
    ":",
    "-",
    "=",
};

std::string mutated(std::string text, std::mt19937_64& random) {
  for (size_t changes = 1 + random() % 6; changes > 0; --changes) {
    const size_t at = random() % (text.size() + 1);
    const size_t length = std::min<size_t>(random() % 12, text.size() - at);
    switch (random() % 5) {
      case 0: text.erase(at, length); break;
      case 1: text.insert(at, kPieces[random() % std::size(kPieces)]); break;
      case 2: text.insert(random() % (text.size() + 1), text.substr(at, length)); break;
      case 3: text.replace(at, length, kPieces[random() % std::size(kPieces)]); break;
      default: text.resize(at); break;
    }
  }
  return text;
}

/// Loading neither crashes nor hangs, whatever the text, and every message has a place in it.
TEST(LoadFuzz, MutatedPipelinesAreLoadedOrExplained) {
  const test::Seed seed;
  auto random = seed.generator();
  size_t loaded_count = 0;
  for (int turn = 0; turn < 6000; ++turn) {
    const std::string text =
        mutated(std::string(kExamples[random() % std::size(kExamples)]), random);
    SCOPED_TRACE(text);
    const std::string errors = testing::errors_of(text);
    loaded_count += errors.empty() ? 1 : 0;
    EXPECT_TRUE(errors.empty() || errors.starts_with("job.yaml:"));
    EXPECT_EQ(errors, testing::errors_of(text));
  }
  EXPECT_GT(loaded_count, 0U);
}

TEST(LoadFuzz, TextsOfNothingButSyntax) {
  const test::Seed seed;
  auto random = seed.generator();
  for (int turn = 0; turn < 6000; ++turn) {
    std::string text = random() % 2 == 0 ? "" : "stages:\n  - filter: ";
    for (size_t pieces = random() % 20; pieces > 0; --pieces)
      text += kPieces[random() % std::size(kPieces)];
    SCOPED_TRACE(text);
    testing::errors_of(text);
  }
}

}  // namespace
}  // namespace leat::pipelines
