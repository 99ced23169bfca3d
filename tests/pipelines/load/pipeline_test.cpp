// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include "pipelines/load/pipeline.h"

#include <cstdlib>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "tests/pipelines/fake_operators.h"

namespace leat::pipelines {
namespace {

using testing::errors_of;
using testing::load_text;

TEST(Load, APipelineHasAllThatWasWritten) {
  const auto loaded = load_text(R"(name: revenue
doc: for the report
settings: { memory: 2GiB, procs: 3, fuse: off }
on_error: skip
max_rejects: 100
stages:
  - read_csv: in.csv
    name: orders
    on_error: reject
    doc: all of them
  - filter: amount > 1
    lanes: 2
    capacity: 16
  - write_csv: out.csv
  - write_csv: bad.csv
    from: orders.rejects
)");
  ASSERT_EQ(loaded.errors, "");
  const Pipeline& pipeline = *loaded.pipeline;
  EXPECT_EQ(pipeline.name, "revenue");
  EXPECT_EQ(pipeline.doc, "for the report");
  EXPECT_EQ(pipeline.settings.memory, uint64_t{2} << 30);
  EXPECT_EQ(pipeline.settings.procs, 3);
  EXPECT_FALSE(pipeline.settings.fuse);
  EXPECT_EQ(pipeline.max_rejects->count, 100U);
  ASSERT_EQ(pipeline.stages.size(), 4U);
  const Stage& orders = pipeline.stages[0];
  EXPECT_EQ(orders.name, "orders");
  EXPECT_EQ(orders.definition->name, "read_csv");
  EXPECT_EQ(orders.on_error, OnError::kReject);
  EXPECT_EQ(orders.doc, "all of them");
  EXPECT_EQ(pipeline.document->place(orders.span.begin).line, 7U);
  EXPECT_EQ(pipeline.stages[1].lanes, 2);
  EXPECT_EQ(pipeline.stages[1].capacity, 16);
  EXPECT_EQ(pipeline.stages[1].on_error, OnError::kSkip);
  EXPECT_EQ(pipeline.stages[3].from, (std::vector<From>{{0, From::kRejects}}));
}

TEST(Load, DefaultsOfWhatWasNotWritten) {
  const auto loaded = load_text(
      "settings: { memory: auto, procs: auto }\nstages:\n  - read_csv: in.csv\n  - write_csv: "
      "out.csv\n");
  ASSERT_EQ(loaded.errors, "");
  EXPECT_FALSE(loaded.pipeline->settings.memory);
  EXPECT_FALSE(loaded.pipeline->settings.procs);
  EXPECT_TRUE(loaded.pipeline->settings.fuse);
  EXPECT_FALSE(loaded.pipeline->max_rejects);
  EXPECT_EQ(loaded.pipeline->name, "job");  // the file is called job.yaml
  EXPECT_FALSE(loaded.pipeline->stages[0].lanes);
}

TEST(Load, WindowsLineEndsAndByteOrderMark) {
  EXPECT_EQ(errors_of("\xEF\xBB\xBF"
                      "stages:\r\n  - read_csv: in.csv\r\n  - filter: |\r\n      amount > 1\r\n    "
                      "    and amuont\r\n  - write_csv: x\r\n"),
            "job.yaml:5:13: error: unknown column 'amuont'\n        and amuont\n            "
            "^~~~~~\n  hint: did you mean 'amount'?\n1 error\n");
  EXPECT_EQ(errors_of("\xEF\xBB\xBF"
                      "stgaes: x\r\n"),
            "job.yaml:1:4: error: the pipeline has no key 'stgaes'\nstgaes: x\n^~~~~~\n  hint: did "
            "you mean 'stages'?\n1 error\n");
}

TEST(Load, AMistakeInAnAliasIsReportedWhereItIsWritten) {
  EXPECT_EQ(errors_of("stages:\n  - read_csv: in.csv\n  - filter: &f amuont > 1\n  - write_csv: "
                      "a\n  - read_csv: in.csv\n  - filter: *f\n  - write_csv: b\n"),
            "job.yaml:3:16: error: unknown column 'amuont'\n  - filter: &f amuont > 1\n            "
            "   ^~~~~~\n  hint: did you mean 'amount'?\n1 error\n");
}

TEST(Load, TheSystemsEnvironment) {
  ASSERT_EQ(setenv("LEAT_TEST_VARIABLE", "x", 1), 0);
  EXPECT_EQ(system_environment("LEAT_TEST_VARIABLE"), "x");
  ASSERT_EQ(unsetenv("LEAT_TEST_VARIABLE"), 0);
  EXPECT_EQ(system_environment("LEAT_TEST_VARIABLE"), std::nullopt);
}

TEST(Pipeline, AllMistakesOfAllPhasesAtOnce) {
  EXPECT_EQ(errors_of(R"(name: revenue
stages:
  - read_csv: missing.csv
  - write_csv: a.csv
  - read_csv: in.csv
  - fliter: amount > 1
  - write_csv: b.csv
  - read_csv: in.csv
    name: orders
  - filter: amuont > 5
  - write_csv: c.csv
    from: ordres
)"),
            R"(job.yaml:3:15: error: cannot open 'missing.csv': No such file or directory
  - read_csv: missing.csv
              ^~~~~~~~~~~
job.yaml:6:5: error: there is no operator 'fliter'
  - fliter: amount > 1
    ^~~~~~
  hint: did you mean 'filter'?
job.yaml:10:13: error: unknown column 'amuont'
  - filter: amuont > 5
            ^~~~~~
  hint: did you mean 'amount'?
job.yaml:12:11: error: there is no stage called 'ordres'
    from: ordres
          ^~~~~~
  hint: did you mean 'orders'?
4 errors
)");
}

TEST(Pipeline, OneMistakeDoesNotBreedOthers) {
  EXPECT_EQ(errors_of(R"(stages:
  - read_csv: missing.csv
  - filter: amuont > 5
  - derive: { x: nmae }
  - write_csv: { path: c.csv, level: 10 }
)"),
            R"(job.yaml:2:15: error: cannot open 'missing.csv': No such file or directory
  - read_csv: missing.csv
              ^~~~~~~~~~~
job.yaml:5:38: error: option 'level' has the value '10', which is not a whole number from 1 to 9
  - write_csv: { path: c.csv, level: 10 }
                                     ^~
2 errors
)");
}

TEST(Pipeline, MistakesInOptions) {
  EXPECT_EQ(errors_of(R"(stages:
  - read_csv: in.csv
  - filter: [amount]
  - sort: {a: b}
  - select:
  - write_csv: {path: x, if_exists: replac, level: 20, pth: y}
)"),
            R"(job.yaml:3:13: error: option 'where' must be a single value, not a list
  - filter: [amount]
            ^~~~~~~~
  hint: remove the brackets
job.yaml:4:5: error: 'sort' needs the option 'by'
  - sort: {a: b}
    ^~~~
  hint: The keys.
job.yaml:4:12: error: 'sort' has no option 'a'
  - sort: {a: b}
           ^
  hint: its options are 'by'
job.yaml:5:5: error: 'select' needs the option 'columns'
  - select:
    ^~~~~~
  hint: Columns to keep.
job.yaml:6:37: error: option 'if_exists' has the value 'replac', which is none of its choices
  - write_csv: {path: x, if_exists: replac, level: 20, pth: y}
                                    ^~~~~~
  hint: did you mean 'replace'?
job.yaml:6:52: error: option 'level' has the value '20', which is not a whole number from 1 to 9
  - write_csv: {path: x, if_exists: replac, level: 20, pth: y}
                                                   ^~
job.yaml:6:56: error: 'write_csv' has no option 'pth'
  - write_csv: {path: x, if_exists: replac, level: 20, pth: y}
                                                       ^~~
  hint: did you mean 'path'?
7 errors
)");
}

TEST(Pipeline, CaretsInAllStyles) {
  EXPECT_EQ(errors_of(R"(stages:
  - read_csv: in.csv
    name: in
  - filter: |
      amount > 1 and
        amuont
  - write_csv: a.csv
  - filter: >-
      amount > 1

      and amuont
    from: in
  - write_csv: b.csv
  - filter: "amount\t> 1 and \u0061muont > \
      nmae"
    from: in
  - write_csv: c.csv
  - filter: 'amount > ''x'' and
      amuont'
    from: in
  - write_csv: d.csv
  - filter: amount > 1
      and amuont
    from: in
  - write_csv: e.csv
  - derive:
      x: "'日本' = amuont"
    from: in
  - write_csv: f.csv
)"),
            R"(job.yaml:6:9: error: unknown column 'amuont'
        amuont
        ^~~~~~
  hint: did you mean 'amount'?
job.yaml:11:11: error: unknown column 'amuont'
      and amuont
          ^~~~~~
  hint: did you mean 'amount'?
job.yaml:14:30: error: unknown column 'amuont'
  - filter: "amount\t> 1 and \u0061muont > \
                             ^~~~~~~~~~~
  hint: did you mean 'amount'?
job.yaml:15:7: error: unknown column 'nmae'
      nmae"
      ^~~~
  hint: did you mean 'name'?
job.yaml:19:7: error: unknown column 'amuont'
      amuont'
      ^~~~~~
  hint: did you mean 'amount'?
job.yaml:23:11: error: unknown column 'amuont'
      and amuont
          ^~~~~~
  hint: did you mean 'amount'?
job.yaml:27:22: error: unknown column 'amuont'
      x: "'日本' = amuont"
                   ^~~~~~
  hint: did you mean 'amount'?
7 errors
)");
}

}  // namespace
}  // namespace leat::pipelines
