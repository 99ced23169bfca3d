// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include "pipelines/load/graph.h"

#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "tests/pipelines/fake_operators.h"

namespace leat::pipelines {
namespace {

using testing::errors_of;
/// `stage<input` for each stage in order; `!` marks rejects.
std::vector<std::string> edges(const std::string& text) {
  const auto loaded = testing::load_text(text);
  EXPECT_EQ(loaded.errors, "");
  std::vector<std::string> out;
  if (!loaded.pipeline) return out;
  for (const Stage& stage : loaded.pipeline->stages) {
    std::string edge = stage.name;
    for (const From& from : stage.from) {
      edge +=
          "<" + loaded.pipeline->stages[from.stage].name + (from.port == From::kRejects ? "!" : "");
    }
    out.push_back(edge);
  }
  return out;
}

using Edges = std::vector<std::string>;

TEST(BuildGraph, AStageReadsTheOneAbove) {
  EXPECT_EQ(edges("stages:\n  - read_csv: a\n  - filter: id\n  - write_csv: b\n"),
            (Edges{"read_csv", "filter<read_csv", "write_csv<filter"}));
}

TEST(BuildGraph, InputsComeBeforeTheirReadersAndOtherwiseTheTextDecides) {
  EXPECT_EQ(edges(R"(stages:
  - read_csv: a
    name: a
  - write_csv: out
    from: late
    name: first
  - filter: id
    from: a
    name: late
  - read_csv: b
    name: b
  - write_csv: out2
    from: a
    name: second
  - write_csv: out3
    from: b
    name: third
)"),
            (Edges{"a", "late<a", "first<late", "b", "second<a", "third<b"}));
}

TEST(BuildGraph, RejectsAndForks) {
  EXPECT_EQ(edges(R"(stages:
  - read_csv: a
    on_error: reject
  - filter: id
    on_error: reject
    name: paid
  - write_csv: b
    name: out
  - write_csv: c
    from: read_csv.rejects
    name: bad
  - filter: line
    from: paid.rejects
  - write_csv: d
    name: worse
)"),
            (Edges{"read_csv", "paid<read_csv", "out<paid", "bad<read_csv!", "filter<paid!",
                   "worse<filter"}));
}

TEST(BuildGraph, UnnamedStagesMayShareAName) {
  EXPECT_EQ(
      edges("stages:\n  - read_csv: a\n  - filter: id\n  - filter: id\n  - write_csv: b\n").size(),
      4U);
}

TEST(BuildGraph, AWrittenNameGoesBeforeADefaultOne) {
  EXPECT_EQ(edges(R"(stages:
  - read_csv: a
    name: filter
  - filter: id
  - write_csv: b
    name: x
  - write_csv: c
    name: y
    from: filter
)"),
            (Edges{"filter", "filter<filter", "x<filter", "y<filter"}));
}

TEST(BuildGraph, OperatorsOfPluginsHaveADotInTheirNames) {
  EXPECT_EQ(edges("stages:\n  - read_csv: a\n  - acme.enrich: id\n    on_error: reject\n  - "
                  "write_csv: b\n    from: acme.enrich\n"
                  "  - write_csv: c\n    from: acme.enrich.rejects\n"),
            (Edges{"read_csv", "acme.enrich<read_csv", "write_csv<acme.enrich",
                   "write_csv<acme.enrich!"}));
}

TEST(BuildGraph, AnUnknownOperatorDisturbsNobody) {
  EXPECT_EQ(
      errors_of("stages:\n  - raed_csv: a\n  - filtre: amount\n  - write_scv: b\n  - read_csv: "
                "a\n  - write_csv: b\n"),
      R"(job.yaml:2:5: error: there is no operator 'raed_csv'
  - raed_csv: a
    ^~~~~~~~
  hint: did you mean 'read_csv'?
job.yaml:3:5: error: there is no operator 'filtre'
  - filtre: amount
    ^~~~~~
  hint: did you mean 'filter'?
job.yaml:4:5: error: there is no operator 'write_scv'
  - write_scv: b
    ^~~~~~~~~
  hint: did you mean 'write_csv'?
3 errors
)");
}

TEST(Graph, WrongInputs) {
  EXPECT_EQ(errors_of(R"(stages:
  - filter: amount
  - read_csv: in.csv
    from: filter
  - write_csv: out.csv
  - sort: amount
  - write_csv: out.csv
    from: [a, b]
  - write_csv: out.csv
    from: { left: a }
  - write_csv: out.csv
    from: srot
)"),
            R"(job.yaml:2:5: error: 'filter' has nothing to read, as it stands first
  - filter: amount
    ^~~~~~
  hint: begin with a source such as 'read_csv'
job.yaml:4:11: error: the source 'read_csv' reads no stage, so it cannot have a 'from'
    from: filter
          ^~~~~~
  hint: remove the 'from'
job.yaml:6:5: error: 'sort' has nothing to read, as no rows leave the sink 'write_csv' above it
  - sort: amount
    ^~~~
  hint: name the stage it reads: 'from: NAME'
job.yaml:8:11: error: 'write_csv' takes one input, not a list
    from: [a, b]
          ^~~~~~
  hint: write the name of one stage; 'union' brings the rows of several together
job.yaml:10:11: error: 'write_csv' takes one input, not a mapping
    from: { left: a }
          ^~~~~~~~~~~
  hint: write the name of one stage
job.yaml:12:11: error: there is no stage called 'srot'
    from: srot
          ^~~~
  hint: did you mean 'sort'?
6 errors
)");
}

TEST(Graph, WrongNamesInFrom) {
  EXPECT_EQ(errors_of(R"(stages:
  - read_csv: in.csv
  - sort: amount
  - write_csv: out.csv
    from: sort.main
  - write_csv: out.csv
    from: write_csv
  - write_csv: out.csv
    from:
  - write_csv: out.csv
    name: last
  - write_csv: out.csv
    from: last
)"),
            R"(job.yaml:5:11: error: the stage 'sort' has no port 'main'
    from: sort.main
          ^~~~~~~~~
  hint: rows it could not process come out of 'sort.rejects'
job.yaml:7:11: error: 'write_csv' could be any of 4 stages
    from: write_csv
          ^~~~~~~~~
  hint: give the one that is meant a 'name'; they stand on lines 4, 6, 8, 12
job.yaml:9:5: error: 'from' has no value
    from:
    ^~~~
  hint: write the name of a stage
job.yaml:10:5: error: 'write_csv' has nothing to read, as no rows leave the sink 'write_csv' above it
  - write_csv: out.csv
    ^~~~~~~~~
  hint: name the stage it reads: 'from: NAME'
job.yaml:13:11: error: no rows leave the sink 'last'
    from: last
          ^~~~
  hint: read the stage that the sink reads
5 errors
)");
}

TEST(Graph, Names) {
  EXPECT_EQ(errors_of(R"(stages:
  - read_csv: in.csv
    name: a
  - filter: amount
    name: a
  - write_csv: out.csv
    name: a b
)"),
            R"(job.yaml:5:11: error: two stages are called 'a'
    name: a
          ^
  hint: the other one stands on line 2
job.yaml:7:11: error: 'a b' cannot be the name of a stage
    name: a b
          ^~~
  hint: use letters, digits, '_' and '-'
2 errors
)");
}

TEST(Graph, Circle) {
  EXPECT_EQ(errors_of(R"(stages:
  - read_csv: in.csv
  - write_csv: out.csv
  - filter: amount
    name: c
    from: e
  - filter: amount
    name: d
  - filter: amount
    name: e
  - write_csv: out.csv
  - filter: amount
    name: self
    from: self
)"),
            R"(job.yaml:6:11: error: stages read each other in a circle: c reads e reads d reads c
    from: e
          ^
  hint: let one of them read a source, or a stage that does
job.yaml:14:11: error: stages read each other in a circle: self reads self
    from: self
          ^~~~
  hint: let one of them read a source, or a stage that does
2 errors
)");
}

TEST(Graph, UnreadRows) {
  EXPECT_EQ(errors_of(R"(stages:
  - read_csv: in.csv
    name: a
  - filter: amount
  - read_csv: in.csv
  - write_csv: out.csv
  - filter: amount
    from: a
    name: last
)"),
            R"(job.yaml:4:5: error: nothing reads the rows of 'filter'
  - filter: amount
    ^~~~~~
  hint: add a stage that does, such as a 'write_csv', or remove this one
job.yaml:7:5: error: nothing reads the rows of 'last'
  - filter: amount
    ^~~~~~
  hint: add a stage that does, such as a 'write_csv', or remove this one
2 errors
)");
}

TEST(Graph, Rejects) {
  EXPECT_EQ(errors_of(R"(stages:
  - read_csv: in.csv
    name: a
    on_error: reject
  - write_csv: out.csv
  - read_csv: in.csv
    name: b
  - write_csv: out.csv
  - write_csv: out.csv
    from: b.rejects
)"),
            R"(job.yaml:4:15: error: nothing reads the rejects of 'a'
    on_error: reject
              ^~~~~~
  hint: add a stage that does: '- write_jsonl: rejects.jsonl' with 'from: a.rejects'
job.yaml:10:11: error: the stage 'b' rejects no rows
    from: b.rejects
          ^~~~~~~~~
  hint: write 'on_error: reject' at it (line 6)
2 errors
)");
}

TEST(Graph, RejectsByDefault) {
  EXPECT_EQ(errors_of(R"(on_error: reject
stages:
  - read_csv: in.csv
    name: a
  - filter: amount
  - write_csv: out.csv
)"),
            R"(job.yaml:1:11: error: nothing reads the rejects of 'a', 'filter', 'write_csv'
on_error: reject
          ^~~~~~
  hint: every stage that rejects needs a reader; write 'on_error: reject' at the stages which have one
1 error
)");
}

}  // namespace
}  // namespace leat::pipelines
