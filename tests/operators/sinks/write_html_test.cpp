// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "tests/operators/sinks/sink_runner.h"
#include "tests/support/temp_dir.h"

namespace leat {
extern const OperatorDef operator_write_html;

namespace {

using test::Opt;

TEST(WriteHtml, APageOrATable) {
  const test::TempDir dir;
  test::OperatorFixture fixture;
  const SchemaRef schema = test::make_schema({{"t", kUtf8Type}});
  const auto write = [&](std::vector<std::pair<std::string, Opt>> options) {
    options.emplace_back("path", dir.file("x.html"));
    const auto bound = test::bind_ok(operator_write_html, Opt::map(std::move(options)), schema);
    EXPECT_TRUE(
        test::SinkRun(fixture, bound).all({test::make_batch(fixture.memory, schema, {{"<b>"}})}));
    return dir.read("x.html");
  };
  EXPECT_EQ(
      write({{"document", "false"}}),
      "<table>\n<thead>\n<tr><th>t</th></tr>\n</thead>\n<tbody>\n<tr><td>&lt;b&gt;</td></tr>\n"
      "</tbody>\n</table>\n");
  const std::string page = write({{"title", "A & B"}});
  EXPECT_TRUE(
      page.starts_with("<!DOCTYPE html>\n<html>\n<head>\n<meta charset=\"utf-8\">\n"
                       "<title>A &amp; B</title>"));
  EXPECT_TRUE(page.ends_with("</tbody>\n</table>\n</body>\n</html>\n"));
}

}  // namespace
}  // namespace leat
