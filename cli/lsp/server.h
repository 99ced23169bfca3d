// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// The language server without its descriptors: messages in, messages out. See server.cpp.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include <nlohmann/json_fwd.hpp>

namespace leat::cli {

/// THREADS: one.
class LanguageServer {
 public:
  using Json = nlohmann::json;

  /// What is to be sent because of `message`, which may be anything.
  std::vector<Json> handle(const std::string& message);
  /// The diagnostics of texts that were changed since the last call. For when nothing is to be
  /// read, so that not every letter is checked of who types fast.
  std::vector<Json> settle();
  /// How the process is to end, once the editor has asked for it.
  std::optional<int> exit_code() const { return exit_code_; }

 private:
  struct OpenText {
    std::string path;
    std::string text;
  };

  Json answer(const std::string& method, const Json& parameters);
  void notice(const std::string& method, const Json& parameters);
  void change(OpenText& open, const Json& changes);
  Json initialize(const Json& parameters);
  Json hover(const Json& parameters);
  Json complete(const Json& parameters);
  Json define(const Json& parameters);
  OpenText* find_text(const Json& parameters);

  std::map<std::string, OpenText> texts_;  // by URI
  std::set<std::string> changed_;          // URIs
  bool is_initialized_ = false;
  bool is_shut_down_ = false;
  std::optional<int> exit_code_;
};

}  // namespace leat::cli
