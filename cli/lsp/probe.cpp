// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Problem: ask the loader about any text whatever, as often as a key is pressed, and stay alive.
//
// Invariants
// 1. Loading happens in a child process, which has a limit of time: a named pipe that nobody writes
//    to, a network drive that does not answer or a fault of ours ends the child and not the server.
// 2. No plugin is loaded; stages of plugins are unchecked, which is no mistake.
// 3. The child has no standard input or output: those are the editor's.
//
// Rejected: a thread (what blocks in it could not be ended).
#include "cli/lsp/probe.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <functional>
#include <memory>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include <nlohmann/json.hpp>

#include "cli/lsp/positions.h"
#include "engine/codes/form.h"
#include "engine/codes/graph.h"
#include "engine/codes/machine.h"
#include "pipelines/load/pipeline.h"
#include "pipelines/text/yaml_tree.h"

namespace leat::cli {
namespace {

using Json = nlohmann::json;

constexpr std::chrono::milliseconds kTimeMax{3'000};
constexpr int kSeverityError = 1;
constexpr int kSeverityWarning = 2;
constexpr int kSeverityInformation = 3;

int64_t now_us() {
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  return std::chrono::duration_cast<std::chrono::microseconds>(now).count();
}

/// What comes out of `descriptor` until it ends, or time is up.
std::string read_for_a_while(int descriptor) {
  const auto end = std::chrono::steady_clock::now() + kTimeMax;
  std::string text;
  std::array<char, 1 << 16> piece;
  for (;;) {
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(
        end - std::chrono::steady_clock::now());
    pollfd asked{descriptor, POLLIN, 0};
    if (left.count() <= 0 || ::poll(&asked, 1, static_cast<int>(left.count())) == 0) return {};
    const ssize_t got = ::read(descriptor, piece.data(), piece.size());
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) return text;
    text.append(piece.data(), static_cast<size_t>(got));
  }
}

[[noreturn]] void answer_in_child(int out, const std::function<Json()>& work) {
  const int nothing = ::open("/dev/null", O_RDWR);
  for (const int descriptor : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO})
    ::dup2(nothing, descriptor);
  const std::string text = work().dump(-1, ' ', false, Json::error_handler_t::replace);
  std::string_view rest = text;
  while (!rest.empty()) {
    const ssize_t written = ::write(out, rest.data(), rest.size());
    if (written <= 0) break;
    rest.remove_prefix(static_cast<size_t>(written));
  }
  ::_exit(0);
}

/// What `work` returns in a process of its own; null when it did not end well, or in time.
Json in_child(const std::function<Json()>& work) {
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC) != 0) return nullptr;
  const pid_t child = ::fork();
  if (child == 0) answer_in_child(ends[1], work);
  ::close(ends[1]);
  const std::string text = child < 0 ? std::string() : read_for_a_while(ends[0]);
  ::close(ends[0]);
  if (child > 0) {
    ::kill(child, SIGKILL);
    while (::waitpid(child, nullptr, 0) < 0 && errno == EINTR) {
    }
  }
  Json answer = Json::parse(text, nullptr, false);
  return answer.is_discarded() ? Json() : answer;
}

pipelines::LoadOptions load_options() {
  pipelines::LoadOptions options;
  options.now = now_us();
  options.is_online = false;
  options.plugins = std::make_shared<plugin::PluginSet>();
  options.plugin_policy.load = pipelines::PluginPolicy::Load::kAllowed;  // of which there are none
  return options;
}

/// A value of the type, as `-p` takes it.
std::string value_of_type(std::string_view type) {
  if (type.starts_with("list")) return "[]";
  if (type.starts_with("timestamp")) return "2000-01-01 00:00:00";
  if (type == "date") return "2000-01-01";
  if (type == "bool") return "true";
  const bool is_number =
      type.starts_with("int") || type.starts_with("float") || type.starts_with("decimal");
  return is_number ? "0" : "x";
}

Json range_of(const std::string& text, Span span) {
  const auto json = [&](size_t offset) {
    const EditorPosition position = position_of(text, std::min<size_t>(offset, text.size()));
    return Json{{"line", position.line}, {"character", position.character}};
  };
  return {{"start", json(span.begin)}, {"end", json(std::max(span.begin, span.end))}};
}

/// Some value for each parameter that a run would have to give: for what does not depend on it.
std::vector<std::pair<std::string, std::string>> placeholders(const pipelines::Document& document) {
  std::vector<std::pair<std::string, std::string>> values;
  Diagnostics ignored;
  const std::optional<OptionNode> root = pipelines::parse_tree(document, ignored);
  if (!root) return values;
  for (const OptionEntry& entry : root->entries) {
    if (entry.name.text() != "params") continue;
    for (const OptionEntry& param : entry.value.entries) {
      std::string type;
      bool has_default = param.value.kind != OptionNode::Kind::kMap;
      for (const OptionEntry& key : param.value.entries) {
        if (key.name.text() == "type") type = key.value.scalar.text();
        has_default |= key.name.text() == "default";
      }
      if (!has_default) values.emplace_back(param.name.text(), value_of_type(type));
    }
  }
  return values;
}

/// Will a run give what is missing?
bool is_missing_value(Code number) { return number == code::kParameterUnset; }

/// A mistake in an included file stands at the begin of the text, and says where it is.
Json diagnostic_json(const pipelines::Document& document, const std::string& text,
                     const Diagnostic& mistake, int severity) {
  std::string message = mistake.message;
  if (!mistake.hint.empty()) message += "\n" + mistake.hint;
  Span where = mistake.where;
  if (where.begin > text.size()) {
    const TextPlace place = document.place(where.begin);
    message = place.file + ":" + std::to_string(place.line) + ": " + message;
    where = {};
  }
  return {{"range", range_of(text, where)},
          {"severity", is_missing_value(mistake.number) ? kSeverityInformation : severity},
          {"source", "leat"},
          {"code", to_string(mistake.number)},
          {"message", message}};
}

Json columns_json(const Schema& schema) {
  Json columns = Json::array();
  for (const Field& field : schema.fields())
    columns.push_back({{"name", field.name}, {"type", to_string(field.type)}});
  return columns;
}

/// Files that are included, and files of tests, are no pipelines: only their form is looked at.
bool is_pipeline(const pipelines::Document& document, Diagnostics& mistakes) {
  const std::optional<OptionNode> root = pipelines::parse_tree(document, mistakes);
  if (!root || root->kind != OptionNode::Kind::kMap) return root.has_value();
  bool has_stages = false;
  bool is_other = false;
  for (const OptionEntry& entry : root->entries) {
    has_stages |= entry.name.text() == "stages";
    is_other |= entry.name.text() == "groups" || entry.name.text() == "tests";
  }
  return has_stages || !is_other;
}

Json check(const EditedText& edited) {
  Json answer = Json::array();
  const auto document = std::make_shared<pipelines::Document>(edited.path, edited.text);
  Diagnostics mistakes;
  if (is_pipeline(*document, mistakes)) {
    mistakes = Diagnostics();
    pipelines::load(document, load_options(), mistakes);
  }
  for (const Diagnostic& mistake : mistakes.errors())
    answer.push_back(diagnostic_json(*document, edited.text, mistake, kSeverityError));
  for (const Diagnostic& warning : mistakes.warnings())
    answer.push_back(diagnostic_json(*document, edited.text, warning, kSeverityWarning));
  return answer;
}

Json columns(const EditedText& edited, const std::string& stage) {
  pipelines::LoadOptions options = load_options();
  options.portion.to = stage;
  Diagnostics mistakes;
  const auto document = std::make_shared<pipelines::Document>(edited.path, edited.text);
  options.params = placeholders(*document);
  const auto pipeline = pipelines::load(document, options, mistakes);
  return pipeline ? columns_json(*pipeline->stages.back().inputs.front()) : Json::array();
}

bool is_too_long(const EditedText& edited) {
  return edited.text.size() > pipelines::Document::kBytesMax;
}

}  // namespace

nlohmann::json check_edited(const EditedText& edited) {
  Json answer = is_too_long(edited) ? Json() : in_child([&] { return check(edited); });
  if (answer.is_array()) return answer;
  return Json::array(
      {{{"range", range_of(edited.text, {})},
        {"severity", kSeverityError},
        {"source", "leat"},
        {"code", to_string(is_too_long(edited) ? code::kTooLarge : code::kInternal)},
        {"message", is_too_long(edited) ? "the file is too long for a pipeline"
                                        : "leat could not check this file in time"}}});
}

nlohmann::json columns_of(const EditedText& edited, const std::string& stage) {
  if (is_too_long(edited)) return Json::array();
  Json answer = in_child([&] { return columns(edited, stage); });
  return answer.is_array() ? answer : Json::array();
}

}  // namespace leat::cli
