// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// The server as an editor has it: a process with two pipes.
#include <string>
#include <string_view>
#include <vector>

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "tests/support/run_cli.h"
#include "tests/support/temp_dir.h"

namespace leat::cli {
namespace {

using Json = nlohmann::json;

std::string framed(const Json& message) {
  const std::string text = message.dump();
  return fmt::format("Content-Length: {}\r\n\r\n{}", text.size(), text);
}

std::vector<Json> messages_in(std::string_view out) {
  std::vector<Json> messages;
  while (out.starts_with("Content-Length: ")) {
    const size_t length = std::stoul(std::string(out.substr(16)));
    const size_t begin = out.find("\r\n\r\n") + 4;
    messages.push_back(Json::parse(out.substr(begin, length)));
    out.remove_prefix(begin + length);
  }
  EXPECT_TRUE(out.empty()) << out;
  return messages;
}

class CmdLspTest : public ::testing::Test {
 protected:
  test::CliRun serve(const std::string& input) {
    return test::run_cli({"lsp"},
                         {.directory = directory_.path(), .input = input, .environment = {}});
  }
  Json request(int id, const char* method, const Json& parameters) {
    return {{"jsonrpc", "2.0"}, {"id", id}, {"method", method}, {"params", parameters}};
  }
  Json notice(const char* method, const Json& parameters) {
    return {{"jsonrpc", "2.0"}, {"method", method}, {"params", parameters}};
  }

  test::TempDir directory_;
};

TEST_F(CmdLspTest, ASessionFromBeginToEnd) {
  directory_.write("work/in.csv", "price,qty\n1,2\n");
  const std::string root = "file://" + directory_.path() + "/work";
  const std::string uri = root + "/job.yaml";
  const Json document{{"uri", uri},
                      {"text", "stages:\n  - read_csv: in.csv\n  - filter: prize > 1\n  - show\n"}};
  const Json place{{"textDocument", {{"uri", uri}}},
                   {"position", {{"line", 2}, {"character", 14}}}};
  const test::CliRun run =
      serve(framed(request(1, "initialize", {{"rootUri", root}})) +
            framed(notice("initialized", Json::object())) +
            framed(notice("textDocument/didOpen", {{"textDocument", document}})) +
            framed(request(2, "textDocument/completion", place)) +
            framed(notice("textDocument/didSave", {{"textDocument", {{"uri", uri}}}})) +
            "Content-Length: 3\r\n\r\n{x}" + framed(request(3, "shutdown", nullptr)) +
            framed(notice("exit", nullptr)));
  EXPECT_EQ(run.exit_code, 0);
  EXPECT_EQ(run.err, "");
  const std::vector<Json> messages = messages_in(run.out);
  Json diagnostics;
  Json proposals;
  for (const Json& message : messages) {
    if (message.value("method", "") == "textDocument/publishDiagnostics")
      diagnostics = message["params"]["diagnostics"];
    if (message.value("id", Json()) == 2) proposals = message["result"];
  }
  EXPECT_EQ(messages.front()["result"]["serverInfo"]["name"], "leat");
  EXPECT_GT(proposals.size(), 2u) << "columns of a file below the root";
  EXPECT_EQ(proposals[0]["label"], "price");
  EXPECT_TRUE(diagnostics.is_null() || diagnostics.size() == 1u) << diagnostics;
}

TEST_F(CmdLspTest, MistakesComeWhenTheEditorPauses) {
  directory_.write("in.csv", "price\n1\n");
  const Json document{{"uri", "file:///job.yaml"}, {"text", "stages:\n  - read_csv: in.csv\n"}};
  const test::CliRun run =
      serve(framed(request(1, "initialize", Json::object())) +
            framed(notice("textDocument/didOpen", {{"textDocument", document}})));
  EXPECT_EQ(run.exit_code, 1) << "the editor left without a word";
  const std::vector<Json> messages = messages_in(run.out);
  ASSERT_EQ(messages.size(), 2u);
  EXPECT_EQ(messages[1]["params"]["diagnostics"].size(), 1u) << messages[1];
}

TEST_F(CmdLspTest, RubbishEndsIt) {
  EXPECT_EQ(serve("GET / HTTP/1.1\r\n\r\n").exit_code, 1);
  EXPECT_EQ(serve(std::string(10'000, 'x')).exit_code, 1);
  EXPECT_EQ(serve("").out, "");
}

}  // namespace
}  // namespace leat::cli
