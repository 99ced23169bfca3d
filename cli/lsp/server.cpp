// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Problem: tell an editor what leat knows of the pipeline that is being written.
//
// Invariants
// 1. Whatever comes in is answered or passed over: what is no message, has members of other types,
//    or comes at the wrong time, is an error of the protocol, and the next message is read.
// 2. What is wrong in a text is found by the loader that `leat check` uses, in a process of its own
//    (probe.h).
// 3. Proposals and explanations need no valid text: where the loader has nothing to say, the lines
//    do (outline.h).
//
// Rejected: threads (answers take milliseconds, and what is late can be dropped); keeping trees and
// changing them with each letter (loading 500 stages takes less than a frame).
#include "cli/lsp/server.h"

#include <unistd.h>

#include <algorithm>
#include <cctype>
#include <string_view>
#include <utility>

#include <nlohmann/json.hpp>

#include "cli/lsp/explain_words.h"
#include "cli/lsp/outline.h"
#include "cli/lsp/positions.h"
#include "cli/lsp/probe.h"

namespace leat::cli {
namespace {

using Json = nlohmann::json;

// Of the protocol.
constexpr int kParseError = -32700;
constexpr int kInvalidRequest = -32600;
constexpr int kMethodNotFound = -32601;
constexpr int kNotInitialized = -32002;
constexpr int kWholeTexts = 1;  // TextDocumentSyncKind.Full

/// The member at the end of `path`; null where there is none.
const Json& member(const Json& of, std::initializer_list<const char*> path) {
  static const Json kNone;
  const Json* at = &of;
  for (const char* const name : path) {
    if (!at->is_object()) return kNone;
    const auto found = at->find(name);
    if (found == at->end()) return kNone;
    at = &*found;
  }
  return *at;
}

std::string text_of(const Json& json) {
  return json.is_string() ? json.get<std::string>() : std::string();
}

size_t number_of(const Json& json) {
  return json.is_number_integer() && json.get<int64_t>() >= 0
             ? static_cast<size_t>(json.get<int64_t>())
             : 0;
}

EditorPosition position_in(const Json& json) {
  return {number_of(member(json, {"line"})), number_of(member(json, {"character"}))};
}

Json error(Json id, int code, std::string_view message) {
  return {
      {"jsonrpc", "2.0"}, {"id", std::move(id)}, {"error", {{"code", code}, {"message", message}}}};
}

Json markdown(std::string text) {
  return {{"contents", {{"kind", "markdown"}, {"value", std::move(text)}}}};
}

/// The text up to a line.
std::string text_before(std::string_view text, size_t line) {
  return std::string(text.substr(0, offset_of(text, {line, 0})));
}

/// Where a cursor is, in bytes of its line.
struct Looked {
  Outline outline;
  Cursor cursor;
  size_t line;
};

Looked look(std::string_view text, const Json& parameters) {
  const EditorPosition position = position_in(member(parameters, {"position"}));
  Outline outline(text);
  const size_t column = offset_of(text, position) - offset_of(text, {position.line, 0});
  const Cursor cursor = outline.cursor(position.line, column);
  return {std::move(outline), cursor, position.line};
}

/// The columns that come into the stage; the text behind it is not looked at.
Json columns_into(const EditedText& edited, const Outline& outline, size_t number) {
  const OutlineStage& stage = outline.stages()[number];
  return columns_of({edited.path, text_before(edited.text, stage.first_line)}, stage.from);
}

/// The columns that come out of the stage.
Json columns_out_of(const EditedText& edited, const Outline& outline, size_t number) {
  const OutlineStage& stage = outline.stages()[number];
  return columns_of({edited.path, text_before(edited.text, stage.end_line)}, "");
}

Json hover_word(const EditedText& edited, const Looked& at) {
  using Place = Cursor::Place;
  if (!at.cursor.stage || at.cursor.word.empty()) return nullptr;
  const OutlineStage& stage = at.outline.stages()[*at.cursor.stage];
  const std::string_view word = at.cursor.word;
  const OperatorDef* const definition = find_operator(stage.operator_name);
  if (word == stage.operator_name && at.line == stage.operator_line) {
    std::string page = definition == nullptr ? std::string() : operator_page(*definition);
    const Json columns = columns_out_of(edited, at.outline, *at.cursor.stage);
    if (!columns.empty()) page += "\n" + columns_page(columns);
    return page.empty() ? Json() : markdown(page);
  }
  const std::string_view before_dot = word.substr(0, word.find('.'));
  if (at.cursor.place == Place::kStageName ||
      (at.cursor.place == Place::kValue && find_option(stage, at.cursor.option) != nullptr &&
       find_option(stage, at.cursor.option)->type == OptionType::kStage)) {
    for (size_t i = 0; i < at.outline.stages().size(); ++i) {
      if (at.outline.stages()[i].name != before_dot) continue;
      const Json columns = columns_out_of(edited, at.outline, i);
      return columns.empty() ? Json() : markdown(columns_page(columns));
    }
    return nullptr;
  }
  if (at.cursor.place == Place::kOptionKey || at.cursor.option == word) {
    const OptionDef* const option = find_option(stage, word);
    return option == nullptr ? Json() : markdown(option_page(*option));
  }
  if (at.cursor.place != Place::kValue) return nullptr;
  for (const Json& column : columns_into(edited, at.outline, *at.cursor.stage)) {
    if (column["name"] == std::string(word))
      return markdown("`" + std::string(word) + "` " + column["type"].get<std::string>());
  }
  std::string name(word);
  std::transform(name.begin(), name.end(), name.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  const std::string page = function_page(name);
  return page.empty() ? Json() : markdown(page);
}

}  // namespace

std::vector<Json> LanguageServer::handle(const std::string& message) {
  const Json json = Json::parse(message, nullptr, false);
  if (json.is_discarded()) return {error(nullptr, kParseError, "this is no JSON")};
  const std::string method = text_of(member(json, {"method"}));
  const Json& id = member(json, {"id"});
  const Json& parameters = member(json, {"params"});
  const bool is_request = id.is_string() || id.is_number_integer();
  if (method.empty()) {
    const bool is_response =
        json.is_object() && (json.contains("result") || json.contains("error"));
    if (is_response) return {};
    return {error(is_request ? id : Json(), kInvalidRequest, "this is no request")};
  }
  if (!is_request) {
    notice(method, parameters);
    return {};
  }
  if (!is_initialized_ && method != "initialize")
    return {error(id, kNotInitialized, "initialize comes first")};
  if (is_shut_down_) return {error(id, kInvalidRequest, "the server was shut down")};
  Json result = answer(method, parameters);
  if (result.is_discarded()) return {error(id, kMethodNotFound, "there is no '" + method + "'")};
  return {{{"jsonrpc", "2.0"}, {"id", id}, {"result", std::move(result)}}};
}

Json LanguageServer::answer(const std::string& method, const Json& parameters) {
  if (method == "initialize") return initialize(parameters);
  if (method == "textDocument/hover") return hover(parameters);
  if (method == "textDocument/completion") return complete(parameters);
  if (method == "textDocument/definition") return define(parameters);
  if (method == "shutdown") {
    is_shut_down_ = true;
    return nullptr;
  }
  return Json(Json::value_t::discarded);
}

Json LanguageServer::initialize(const Json& parameters) {
  is_initialized_ = true;
  std::string root = path_of_uri(text_of(member(parameters, {"rootUri"})));
  if (root.empty()) root = text_of(member(parameters, {"rootPath"}));
  // Paths in pipelines are those of the folder in which leat runs.
  if (!root.empty()) static_cast<void>(::chdir(root.c_str()) == 0);
  return {{"serverInfo", {{"name", "leat"}, {"version", LEAT_VERSION}}},
          {"capabilities",
           {{"textDocumentSync", {{"openClose", true}, {"change", kWholeTexts}, {"save", true}}},
            {"hoverProvider", true},
            {"definitionProvider", true},
            {"completionProvider", {{"triggerCharacters", {" ", "(", ".", "$"}}}}}}};
}

void LanguageServer::notice(const std::string& method, const Json& parameters) {
  if (method == "exit") {
    exit_code_ = is_shut_down_ ? 0 : 1;
    return;
  }
  const Json& document = member(parameters, {"textDocument"});
  const std::string uri = text_of(member(document, {"uri"}));
  if (!is_initialized_ || uri.empty()) return;
  if (method == "textDocument/didOpen") {
    texts_[uri] = {path_of_uri(uri), text_of(member(document, {"text"}))};
  } else if (method == "textDocument/didClose") {
    texts_.erase(uri);
  } else if (method == "textDocument/didChange") {
    if (const auto open = texts_.find(uri); open != texts_.end())
      change(open->second, member(parameters, {"contentChanges"}));
  } else if (method != "textDocument/didSave") {
    return;
  }
  changed_.insert(uri);
}

void LanguageServer::change(OpenText& open, const Json& changes) {
  if (!changes.is_array()) return;
  for (const Json& change : changes) {
    const Json& text = member(change, {"text"});
    if (!text.is_string()) continue;
    const Json& range = member(change, {"range"});
    if (!range.is_object()) {
      open.text = text.get<std::string>();
      continue;
    }
    const size_t begin = offset_of(open.text, position_in(member(range, {"start"})));
    const size_t end = offset_of(open.text, position_in(member(range, {"end"})));
    open.text.replace(begin, std::max(begin, end) - begin, text.get<std::string>());
  }
}

std::vector<Json> LanguageServer::settle() {
  std::vector<Json> out;
  for (const std::string& uri : std::exchange(changed_, {})) {
    Json diagnostics = Json::array();
    if (const auto open = texts_.find(uri); open != texts_.end())
      diagnostics = check_edited({open->second.path, open->second.text});
    out.push_back({{"jsonrpc", "2.0"},
                   {"method", "textDocument/publishDiagnostics"},
                   {"params", {{"uri", uri}, {"diagnostics", std::move(diagnostics)}}}});
  }
  return out;
}

LanguageServer::OpenText* LanguageServer::find_text(const Json& parameters) {
  const auto open = texts_.find(text_of(member(parameters, {"textDocument", "uri"})));
  return open == texts_.end() ? nullptr : &open->second;
}

Json LanguageServer::hover(const Json& parameters) {
  const OpenText* const open = find_text(parameters);
  if (open == nullptr) return nullptr;
  return hover_word({open->path, open->text}, look(open->text, parameters));
}

Json LanguageServer::complete(const Json& parameters) {
  const OpenText* const open = find_text(parameters);
  if (open == nullptr) return nullptr;
  const Looked at = look(open->text, parameters);
  const OutlineStage none;
  const OutlineStage& stage = at.cursor.stage ? at.outline.stages()[*at.cursor.stage] : none;
  switch (at.cursor.place) {
    case Cursor::Place::kNowhere: break;
    case Cursor::Place::kTopKey: return propose_top_keys();
    case Cursor::Place::kStageKey: return propose_stage_keys();
    case Cursor::Place::kOptionKey: return propose_options(stage);
    case Cursor::Place::kStageName: return propose_stages(at.outline);
    case Cursor::Place::kSeverity: return propose_severities();
    case Cursor::Place::kValue: {
      const OptionDef* const option = find_option(stage, at.cursor.option);
      const Json columns = takes_columns(option) ? columns_into({open->path, open->text},
                                                                at.outline, *at.cursor.stage)
                                                 : Json::array();
      return propose_values(option, at.outline, columns);
    }
  }
  return Json::array();
}

Json LanguageServer::define(const Json& parameters) {
  const OpenText* const open = find_text(parameters);
  if (open == nullptr) return nullptr;
  const Looked at = look(open->text, parameters);
  if (!at.cursor.stage) return nullptr;
  const OutlineStage* found = at.outline.find(at.cursor.word);
  if (found == nullptr) found = at.outline.find(at.cursor.word.substr(0, at.cursor.word.find('.')));
  if (found == nullptr) return nullptr;
  const Json place{{"line", found->name_line}, {"character", found->key_column}};
  return {{"uri", member(parameters, {"textDocument", "uri"})},
          {"range", {{"start", place}, {"end", place}}}};
}

}  // namespace leat::cli
