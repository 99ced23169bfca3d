// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include "cli/reference/man_page.h"

#include <string>

#include <CLI/CLI.hpp>
#include <gtest/gtest.h>

namespace leat::cli {
namespace {

TEST(ManPage, SaysWhatTheDefinitionSays) {
  CLI::App app("leat runs", "leat");
  CLI::App* const command = app.add_subcommand("mend", "Mend a file");
  std::string file;
  std::string tool;
  bool gently = false;
  command->add_option("FILE", file, "The file")->required();
  command->add_option("--tool", tool, "Such as .hammer\n'or' a C:\\saw")->type_name("NAME");
  command->add_flag("-g,--gently", gently, "Take care");
  EXPECT_EQ(man_page(app, "mend"),
            ".TH LEAT\\-mend 1 \"\" \"leat " LEAT_VERSION
            "\" \"User Commands\"\n"
            ".SH NAME\nleat\\-mend \\- Mend a file\n"
            ".SH SYNOPSIS\n\\fBleat mend\\fR \\fIFILE\\fR [\\fIOPTION\\fR]...\n"
            ".SH OPTIONS\n"
            ".TP\n\\fB\\-h, \\-\\-help\\fR\nPrint this help message and exit\n"
            ".TP\n\\fBFILE\\fR\nThe file\n"
            ".TP\n\\fB\\-\\-tool NAME\\fR\nSuch as .hammer\n\\&'or' a C:\\esaw\n"
            ".TP\n\\fB\\-g, \\-\\-gently\\fR\nTake care\n"
            ".SH SEE ALSO\n\\fBleat\\fR(1)\n");
}

}  // namespace
}  // namespace leat::cli
