// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include "pipelines/text/syntax_error.h"

#include <string>

#include <gtest/gtest.h>

#include "tests/pipelines/fake_operators.h"

namespace leat::pipelines {
namespace {

using testing::errors_of;
TEST(SyntaxErrors, UnknownWordsOfTheLibraryAreTheLastResort) {
  const Document document("job.yaml", "a: b\n");
  const auto explained = explain_syntax_error(
      document, {.offset = 3, .message = "something new", .last_event = 0, .open_flow = {}});
  ASSERT_EQ(explained.size(), 1U);
  EXPECT_EQ(explained[0].message, "YAML syntax error: something new");
  EXPECT_EQ(explained[0].where, (Span{3, 3}));
}

TEST(SyntaxErrors, OffsetAtTheEndOfTheFileIsAPlace) {
  const Document document("job.yaml", "");
  for (const std::string message :
       {"illegal EOF in scalar", "end of map not found", "end of map flow not found",
        "illegal map value", "unknown token", "unknown escape character: x", "illegal flow end",
        "alias not found after *", "illegal tab when looking for indentation", "bad file"}) {
    const auto explained = explain_syntax_error(
        document, {.offset = 0, .message = message, .last_event = 0, .open_flow = {}});
    ASSERT_EQ(explained.size(), 1U) << message;
    EXPECT_EQ(explained[0].where.begin, 0U) << message;
  }
}

TEST(SyntaxError, ColonInAPlainValue) {
  EXPECT_EQ(errors_of(R"(stages:
  - read_csv: in.csv
  - filter: name = 'x: y'
  - write_csv: out.csv
)"),
            R"(job.yaml:3:22: error: ': ' cannot stand in a plain value: it begins a mapping
  - filter: name = 'x: y'
                     ^
  hint: quote the value:
    - filter: "name = 'x: y'"
1 error
)");
}

TEST(SyntaxError, GoesOnAfterAQuote) {
  EXPECT_EQ(errors_of(R"(stages:
  - read_csv: in.csv
  - filter: 'web' = name   # why not
  - write_csv: out.csv
)"),
            R"(job.yaml:3:19: error: YAML ends the value at its closing quote, but it goes on
  - filter: 'web' = name   # why not
                  ^~~~~~
  hint: quote all of it:
    - filter: "'web' = name"   # why not
1 error
)");
}

TEST(SyntaxError, QuoteNeverClosed) {
  EXPECT_EQ(errors_of(R"(stages:
  - read_csv: "in.csv
  - filter: name
  - write_csv: out.csv
)"),
            R"(job.yaml:2:15: error: this quote is never closed
  - read_csv: "in.csv
              ^
1 error
)");
}

TEST(SyntaxError, SingleQuoteNeverClosed) {
  EXPECT_EQ(errors_of(R"(stages:
  - read_csv: in.csv
  - filter: 'name
  - write_csv: out.csv
)"),
            R"(job.yaml:3:13: error: this quote is never closed
  - filter: 'name
            ^
1 error
)");
}

TEST(SyntaxError, TabIndent) {
  EXPECT_EQ(errors_of(R"(stages:
  - read_csv: in.csv
	- filter: name
  - write_csv: out.csv
)"),
            R"(job.yaml:3:1: error: a tab cannot indent a line in YAML
	- filter: name
^
  hint: use spaces
1 error
)");
}

TEST(SyntaxError, WrongIndent) {
  EXPECT_EQ(errors_of(R"(stages:
  - read_csv: in.csv
    name: a
   lanes: 2
  - write_csv: out.csv
)"),
            R"(job.yaml:4:4: error: this fits no list or mapping above it
   lanes: 2
   ^~~~~~~~
  hint: check its indentation, and that a space follows each '-' and ':'
1 error
)");
}

TEST(SyntaxError, ContinuesTheValueAbove) {
  EXPECT_EQ(errors_of(R"(stages:
  - read_csv: in.csv
  - filter: a
      name: b
  - write_csv: out.csv
)"),
            R"(job.yaml:4:7: error: this line is indented as if it continued the value above it
      name: b
      ^~~~
  hint: indent it like the key it belongs beside
1 error
)");
}

TEST(SyntaxError, BraceNeverClosed) {
  EXPECT_EQ(errors_of(R"(stages:
  - read_csv: {path: in.csv
  - write_csv: out.csv
)"),
            R"(job.yaml:2:15: error: this '{' is never closed
  - read_csv: {path: in.csv
              ^
1 error
)");
}

TEST(SyntaxError, BracketNeverClosed) {
  EXPECT_EQ(errors_of(R"(stages:
  - read_csv: in.csv
  - sort: [name
)"),
            R"(job.yaml:3:11: error: this '[' is never closed
  - sort: [name
          ^
1 error
)");
}

TEST(SyntaxError, MissingComma) {
  EXPECT_EQ(errors_of(R"(stages:
  - read_csv: {"path": "in.csv" "delimiter": ";"}
  - write_csv: out.csv
)"),
            R"(job.yaml:2:33: error: a ',' or the closing '}' is missing before this
  - read_csv: {"path": "in.csv" "delimiter": ";"}
                                ^
1 error
)");
}

TEST(SyntaxError, BracketTooMany) {
  EXPECT_EQ(errors_of(R"(stages:
  - read_csv: in.csv
  - sort: [name]]
  - write_csv: out.csv
)"),
            R"(job.yaml:3:17: error: this bracket closes nothing
  - sort: [name]]
                ^
  hint: quote the value if it belongs to it
1 error
)");
}

TEST(SyntaxError, StarAsFirstCharacter) {
  EXPECT_EQ(errors_of(R"(stages:
  - read_csv: in.csv
  - filter: *x
  - write_csv: out.csv
)"),
            R"(job.yaml:3:13: error: '*x' repeats a value that nothing above is marked with
  - filter: *x
            ^~
  hint: if the '*' belongs to the value, quote it:
    - filter: "*x"
1 error
)");
}

TEST(SyntaxError, StarAlone) {
  EXPECT_EQ(errors_of(R"(stages:
  - read_csv: in.csv
  - filter: * 2 > 1
  - write_csv: out.csv
)"),
            R"(job.yaml:3:13: error: a value cannot begin with '*' in YAML
  - filter: * 2 > 1
            ^
  hint: quote the value:
    - filter: "* 2 > 1"
1 error
)");
}

TEST(SyntaxError, StarInBrackets) {
  EXPECT_EQ(errors_of(R"(stages:
  - read_csv: in.csv
  - select: [id, * except (raw, tmp), mail]
  - write_csv: out.csv
)"),
            R"x(job.yaml:3:31: error: the comma ends the value here, as it stands inside [ ]
  - select: [id, * except (raw, tmp), mail]
                              ^
  hint: quote the value:
    - select: [id, "* except (raw, tmp)", mail]
1 error
)x");
}

TEST(SyntaxError, AtSignAsFirstCharacter) {
  EXPECT_EQ(errors_of(R"(stages:
  - read_csv: in.csv
  - filter: @x
  - write_csv: out.csv
)"),
            R"(job.yaml:3:13: error: a value cannot begin with '@' in YAML
  - filter: @x
            ^
  hint: quote the value:
    - filter: "@x"
1 error
)");
}

TEST(SyntaxError, PercentAsFirstCharacter) {
  EXPECT_EQ(errors_of(R"(stages:
  - read_csv: in.csv
  - filter: %x
  - write_csv: out.csv
)"),
            R"(job.yaml:3:13: error: a value cannot begin with '%' in YAML
  - filter: %x
            ^
  hint: quote the value:
    - filter: "%x"
1 error
)");
}

TEST(SyntaxError, TextAfterBlockIndicator) {
  EXPECT_EQ(errors_of(R"(stages:
  - read_csv: in.csv
  - filter: | name
  - write_csv: out.csv
)"),
            R"(job.yaml:3:15: error: nothing but a comment may follow '|' or '>' on their line
  - filter: | name
              ^
  hint: begin the text on the next line
1 error
)");
}

TEST(SyntaxError, UnknownEscape) {
  EXPECT_EQ(errors_of(R"(stages:
  - read_csv: "in\d.csv"
)"),
            R"(job.yaml:2:18: error: '\d' is not an escape that YAML knows
  - read_csv: "in\d.csv"
                 ^~
  hint: write '\\' for a backslash, or use single quotes, which have no escapes
1 error
)");
}

TEST(SyntaxError, BadHexadecimalEscape) {
  EXPECT_EQ(errors_of(R"(stages:
  - read_csv: "in\u00zz.csv"
)"),
            R"(job.yaml:2:18: error: '\u00zz' is not an escape that YAML knows
  - read_csv: "in\u00zz.csv"
                 ^~~~~~
  hint: write '\\' for a backslash, or use single quotes, which have no escapes
1 error
)");
}

TEST(SyntaxError, SurrogateEscape) {
  EXPECT_EQ(errors_of(R"(stages:
  - read_csv: "in\ud83d.csv"
)"),
            R"(job.yaml:2:18: error: '\ud83d' is not an escape that YAML knows
  - read_csv: "in\ud83d.csv"
                 ^~~~~~
  hint: write '\\' for a backslash, or use single quotes, which have no escapes
1 error
)");
}

}  // namespace
}  // namespace leat::pipelines
