// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include "cli/lsp/server.h"

#include <string>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "tests/support/temp_dir.h"

namespace leat::cli {
namespace {

using Json = nlohmann::json;

class ServerTest : public ::testing::Test {
 protected:
  ServerTest() : input_(directory_.write("in.csv", "price,qty\n1,2\n")) {
    ask("initialize", Json::object());
    open("stages:\n  - read_csv: " + input_ +
         "\n    name: orders\n  - derive:\n      total: price * qty\n    from: orders\n  - show\n");
  }

  Json ask(const std::string& method, const Json& parameters) {
    const auto answers = server_.handle(
        Json{{"jsonrpc", "2.0"}, {"id", ++id_}, {"method", method}, {"params", parameters}}.dump());
    EXPECT_EQ(answers.size(), 1u);
    return answers.empty() ? Json() : answers[0];
  }
  void tell(const std::string& method, const Json& parameters) {
    EXPECT_TRUE(
        server_.handle(Json{{"jsonrpc", "2.0"}, {"method", method}, {"params", parameters}}.dump())
            .empty());
  }
  void open(const std::string& text) {
    tell("textDocument/didOpen", {{"textDocument", {{"uri", kUri}, {"text", text}}}});
  }
  Json at(const std::string& method, size_t line, size_t character) {
    return ask(method, {{"textDocument", {{"uri", kUri}}},
                        {"position", {{"line", line}, {"character", character}}}})["result"];
  }

  static constexpr const char* kUri = "file:///job.yaml";
  test::TempDir directory_;
  std::string input_;
  LanguageServer server_;
  int id_ = 0;
};

TEST_F(ServerTest, MistakesArePublishedOncePerChange) {
  ASSERT_EQ(server_.settle().size(), 1u);
  EXPECT_TRUE(server_.settle().empty());
  tell("textDocument/didChange",
       {{"textDocument", {{"uri", kUri}}}, {"contentChanges", {{{"text", "stages: 1\n"}}}}});
  const Json published = server_.settle().at(0);
  EXPECT_EQ(published["method"], "textDocument/publishDiagnostics");
  EXPECT_EQ(published["params"]["uri"], kUri);
  EXPECT_EQ(published["params"]["diagnostics"].size(), 1u);
  tell("textDocument/didClose", {{"textDocument", {{"uri", kUri}}}});
  EXPECT_TRUE(server_.settle().at(0)["params"]["diagnostics"].empty());
}

TEST_F(ServerTest, AChangeMayBeOfARange) {
  tell("textDocument/didChange", {{"textDocument", {{"uri", kUri}}},
                                  {"contentChanges",
                                   {{{"text", "prize"},
                                     {"range",
                                      {{"start", {{"line", 4}, {"character", 13}}},
                                       {"end", {{"line", 4}, {"character", 18}}}}}}}}});
  const Json diagnostics = server_.settle().at(0)["params"]["diagnostics"];
  ASSERT_EQ(diagnostics.size(), 1u) << diagnostics;
  EXPECT_EQ(diagnostics[0]["message"],
            "unknown column 'prize'\ndid you mean 'price'? Text is written 'prize'");
}

TEST_F(ServerTest, HoverExplainsWhatStandsThere) {
  const auto text = [&](size_t line, size_t character) {
    const Json result = at("textDocument/hover", line, character);
    return result.is_null() ? "" : result["contents"]["value"].get<std::string>();
  };
  EXPECT_NE(text(3, 6).find("**derive**"), std::string::npos);
  EXPECT_NE(text(3, 6).find("| total | int64 |"), std::string::npos) << text(3, 6);
  EXPECT_EQ(text(4, 14), "`price` int64");
  EXPECT_NE(text(5, 12).find("| qty | int64 |"), std::string::npos) << text(5, 12);
  EXPECT_EQ(text(0, 2), "");
  EXPECT_EQ(text(999, 999), "");
}

TEST_F(ServerTest, ProposalsKnowTheColumnsAlsoOfABrokenText) {
  open("stages:\n  - read_csv: " + input_ + "\n  - filter: pri\n  - [\n");
  const Json items = at("textDocument/completion", 2, 15);
  bool has_column = false;
  for (const Json& item : items) has_column |= item["label"] == "price";
  EXPECT_TRUE(has_column) << items;
}

TEST_F(ServerTest, DefinitionGoesToTheStage) {
  const Json place = at("textDocument/definition", 5, 12);
  EXPECT_EQ(place["uri"], kUri);
  EXPECT_EQ(place["range"]["start"]["line"], 2);
  EXPECT_TRUE(at("textDocument/definition", 4, 14).is_null());
}

TEST_F(ServerTest, WhateverComesIsAnswered) {
  EXPECT_EQ(server_.handle("{").at(0)["error"]["code"], -32700);
  EXPECT_EQ(server_.handle("[1]").at(0)["error"]["code"], -32600);
  EXPECT_EQ(server_.handle("{\"id\": 7}").at(0)["error"]["code"], -32600);
  EXPECT_TRUE(server_.handle("{\"id\": 7, \"result\": null}").empty());
  EXPECT_EQ(ask("no/such", 1)["error"]["code"], -32601);
  for (const char* method :
       {"textDocument/hover", "textDocument/completion", "textDocument/definition"}) {
    for (const Json& parameters :
         {Json(), Json(1), Json::array({1}), Json{{"textDocument", 1}, {"position", "x"}},
          Json{{"textDocument", {{"uri", kUri}}}, {"position", {{"line", -1}, {"character", 1.5}}}},
          Json{{"textDocument", {{"uri", kUri}}}}})
      EXPECT_FALSE(ask(method, parameters).contains("error")) << method << parameters;
  }
  for (const char* method : {"textDocument/didOpen", "textDocument/didChange", "$/cancelRequest"}) {
    for (const Json& parameters :
         {Json(), Json("x"), Json{{"textDocument", {{"uri", kUri}}}, {"contentChanges", {1, "x"}}},
          Json{{"textDocument", {{"uri", 3}}}}})
      tell(method, parameters);
  }
}

TEST_F(ServerTest, EndsWhenAskedTo) {
  LanguageServer fresh;
  EXPECT_EQ(fresh.handle("{\"id\": 1, \"method\": \"shutdown\"}").at(0)["error"]["code"], -32002);
  EXPECT_TRUE(ask("shutdown", nullptr)["result"].is_null());
  EXPECT_EQ(ask("textDocument/hover", nullptr)["error"]["code"], -32600);
  EXPECT_EQ(server_.exit_code(), std::nullopt);
  tell("exit", nullptr);
  EXPECT_EQ(server_.exit_code(), 0);
  tell("exit", nullptr);
  fresh.handle("{\"method\": \"exit\"}");
  EXPECT_EQ(fresh.exit_code(), 1) << "without a shutdown before";
}

}  // namespace
}  // namespace leat::cli
