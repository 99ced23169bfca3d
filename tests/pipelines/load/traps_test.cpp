// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include "pipelines/load/traps.h"

#include <string>

#include <gtest/gtest.h>

#include "tests/pipelines/fake_operators.h"

namespace leat::pipelines {
namespace {

using testing::errors_of;
TEST(Traps, CommentsBehindCompleteExpressionsAreComments) {
  EXPECT_EQ(errors_of(R"(
stages:
  - read_csv: in.csv    # all of them
  - filter: name = 'a'  # it's the paid ones
  - filter: |
      name = 'a'
        and amount > 1
  - filter: "name = 'a #1'"
  - write_csv: out.csv #1
)"),
            "");
}

TEST(Traps, QuotedExpressionsThatAreRightAreLeftAlone) {
  EXPECT_EQ(errors_of(R"(
stages:
  - read_csv: in.csv
  - filter: 'amount > 1'
  - derive: { a: 'amount', b: "'web'" }
  - write_csv: 'out.csv'
)"),
            "");
}

TEST(Traps, TheCorrectedLineGoesBesideOtherHints) {
  EXPECT_EQ(errors_of("stages:\n  - read_csv: in.csv\n  - filter: 'amuont'\n  - write_csv: x\n"),
            R"(job.yaml:3:14: error: unknown column 'amuont'
  - filter: 'amuont'
             ^~~~~~
  hint: did you mean 'amount'?
    YAML removed the quotes; for the text 'amuont' write:
    - filter: "'amuont'"
1 error
)");
}

TEST(Traps, NoQuotesHintForWhatCannotBeAText) {
  EXPECT_EQ(errors_of(R"(stages:
  - read_csv: in.csv
  - filter: "amuont > 1"
  - write_csv: out.csv
)"),
            R"(job.yaml:3:14: error: unknown column 'amuont'
  - filter: "amuont > 1"
             ^~~~~~
  hint: did you mean 'amount'?
1 error
)");
}

TEST(Traps, AMappingWhoseKeyIsAWordIsJustTheWrongShape) {
  EXPECT_EQ(errors_of(R"(stages:
  - read_csv: in.csv
  - sort:
      by:
        - name: desc
  - write_csv: out.csv
)"),
            R"(job.yaml:5:11: error: the items of option 'by' must be single values, not a mapping
        - name: desc
          ^~~~~~~~~~
1 error
)");
}

TEST(Traps, OperatorsOfPostgresqlAreNoComments) {
  for (const std::string comment : {"#>> '{a,b}'", "#> $path", "#- '{a}' as b"}) {
    EXPECT_NE(errors_of("stages:\n  - read_csv: in.csv\n  - filter: name " + comment +
                        "\n  - write_csv: out.csv\n")
                  .find("' #' begins a comment"),
              std::string::npos)
        << comment;
  }
  EXPECT_EQ(errors_of("stages:\n  - read_csv: in.csv\n  - filter: name = 'a' #>> see below\n"
                      "  - write_csv: out.csv\n"),
            "");
}

TEST(Traps, CommentInsideAnExpression) {
  EXPECT_EQ(errors_of(R"(stages:
  - read_csv: in.csv
  - filter: name = 'a #1'
  - write_csv: out.csv
)"),
            R"(job.yaml:3:23: error: ' #' begins a comment, which cuts the expression off
  - filter: name = 'a #1'
                      ^
  hint: quote the expression:
    - filter: "name = 'a #1'"
1 error
)");
}

TEST(Traps, CommentInsideAnExpressionOverTwoLines) {
  EXPECT_EQ(errors_of(R"(stages:
  - read_csv: in.csv
  - filter: amount > 1 and
      name = 'a #1'
  - write_csv: out.csv
)"),
            R"(job.yaml:4:17: error: ' #' begins a comment, which cuts the expression off
      name = 'a #1'
                ^
  hint: write the expression as a block that begins with '|'
1 error
)");
}

TEST(Traps, CorrectionEscapesWhatTheQuotesNeed) {
  EXPECT_EQ(errors_of(R"(stages:
  - read_csv: in.csv
  - filter: "name" = 'a'
  - derive:
      x: a || "b" || 'c #1'
  - write_csv: out.csv
)"),
            R"(job.yaml:3:20: error: YAML ends the value at its closing quote, but it goes on
  - filter: "name" = 'a'
                   ^~~~~
  hint: quote all of it:
    - filter: "\"name\" = 'a'"
1 error
)");
}

TEST(Traps, CommentAfterQuotedNameStillOpen) {
  EXPECT_EQ(errors_of(R"(stages:
  - read_csv: in.csv
  - derive:
      x: a || "b" || 'c #1'
  - write_csv: out.csv
)"),
            R"(job.yaml:4:25: error: ' #' begins a comment, which cuts the expression off
      x: a || "b" || 'c #1'
                        ^
  hint: quote the expression:
    x: "a || \"b\" || 'c #1'"
1 error
)");
}

TEST(Traps, QuotesThatYamlRemoved) {
  EXPECT_EQ(errors_of(R"(stages:
  - read_csv: in.csv
  - derive: { source: 'web', url: "http://a.b/c-d" }
  - write_csv: out.csv
  - read_csv: in.csv
  - filter: 'web'
  - write_csv: out.csv
)"),
            R"(job.yaml:3:24: error: unknown column 'web'
  - derive: { source: 'web', url: "http://a.b/c-d" }
                       ^~~
  hint: YAML removed the quotes; for the text 'web' write:
    - derive: { source: "'web'", url: "http://a.b/c-d" }
job.yaml:3:36: error: unknown column 'http'
  - derive: { source: 'web', url: "http://a.b/c-d" }
                                   ^~~~
  hint: YAML removed the quotes; for the text 'http://a.b/c-d' write:
    - derive: { source: 'web', url: "'http://a.b/c-d'" }
job.yaml:6:14: error: unknown column 'web'
  - filter: 'web'
             ^~~
  hint: YAML removed the quotes; for the text 'web' write:
    - filter: "'web'"
3 errors
)");
}

TEST(Traps, ColonMakesAMappingOfAListItem) {
  EXPECT_EQ(errors_of(R"(stages:
  - read_csv: in.csv
  - sort:
      by:
        - case when name then 'a: b' end
  - write_csv: out.csv
)"),
            R"(job.yaml:5:33: error: ': ' makes a mapping of this expression
        - case when name then 'a: b' end
                                ^
  hint: quote the expression:
    - "case when name then 'a: b' end"
1 error
)");
}

TEST(Traps, ColonMakesAMappingOfTheMainOption) {
  EXPECT_EQ(errors_of(R"(stages:
  - read_csv: in.csv
  - filter:
      name = 'a: b'
  - write_csv: out.csv
)"),
            R"(job.yaml:4:16: error: ': ' makes a mapping of this expression
      name = 'a: b'
               ^
  hint: quote the expression:
    "name = 'a: b'"
1 error
)");
}

}  // namespace
}  // namespace leat::pipelines
