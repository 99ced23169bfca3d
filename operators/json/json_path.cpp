// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Problem: users write where the records are as they do in other tools, `$.data.items[*]`,
// `$['odd name'][0]`.
//
// Invariants: every path can be followed in one pass, with a position and a number for each level;
// text(all steps) parses to the same path.
//
// Not chosen: filters, slices, `..` and negative positions, for which more of a document would have
// to be kept than its path.
#include "operators/json/json_path.h"

#include <algorithm>
#include <charconv>
#include <optional>

#include <fmt/format.h>

#include "engine/codes/option.h"
#include "operators/json/json_encoder.h"

namespace leat::io {
namespace {

constexpr std::string_view kHint =
    "write it as '$.data.items[*]', a name with other signs as '$[\"odd name\"]'";
constexpr size_t kStepsMax = 64;

bool is_name(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
         c == '-' || static_cast<uint8_t>(c) >= 0x80;
}

std::unexpected<Error> bad(std::string_view text, std::string_view why) {
  return fail(code::kRecordsPath, ErrorCode::kInvalid,
              fmt::format("'{}' is no path to records: {}", text, why), std::string(kHint));
}

/// Takes steps off the front of a path.
class PathReader {
 public:
  explicit PathReader(std::string_view text) : text_(text), rest_(text.substr(1)) {}

  bool done() const { return rest_.empty(); }
  Result<JsonStep> next() {
    if (rest_.starts_with("..")) return bad(text_, "'..' is not supported");
    if (rest_.starts_with('.')) {
      rest_.remove_prefix(1);
      if (rest_.starts_with('"')) return quoted_field();
      return plain_field();
    }
    if (!rest_.starts_with('[')) return bad(text_, fmt::format("'{}' is no step", rest_));
    rest_.remove_prefix(1);
    LEAT_TRY_ASSIGN(JsonStep step, in_brackets());
    if (!rest_.starts_with(']')) return bad(text_, "a '[' is not closed");
    rest_.remove_prefix(1);
    return step;
  }

 private:
  Result<JsonStep> plain_field() {
    const auto end = std::find_if_not(rest_.begin(), rest_.end(), is_name);
    const auto length = static_cast<size_t>(end - rest_.begin());
    if (length == 0) return bad(text_, "a name is missing behind '.'");
    JsonStep step{.name = std::string(rest_.substr(0, length))};
    rest_.remove_prefix(length);
    return step;
  }

  Result<JsonStep> quoted_field() {
    const char quote = rest_.front();
    JsonStep step;
    for (size_t i = 1; i < rest_.size(); ++i) {
      if (rest_[i] == quote) {
        rest_.remove_prefix(i + 1);
        return step;
      }
      if (rest_[i] == '\\' && i + 1 < rest_.size()) ++i;
      step.name += rest_[i];
    }
    return bad(text_, "a name in quotes does not end");
  }

  Result<JsonStep> in_brackets() {
    if (rest_.starts_with('*')) {
      rest_.remove_prefix(1);
      return JsonStep{.kind = JsonStep::Kind::kElements};
    }
    if (rest_.starts_with('"') || rest_.starts_with('\'')) return quoted_field();
    JsonStep step{.kind = JsonStep::Kind::kElement};
    const char* const begin = rest_.data();
    const auto [end, error] = std::from_chars(begin, begin + rest_.size(), step.index);
    if (error != std::errc())
      return bad(text_, "'[' takes a '*', a number from 0, or a name in quotes");
    rest_.remove_prefix(static_cast<size_t>(end - begin));
    return step;
  }

  const std::string_view text_;
  std::string_view rest_;
};

}  // namespace

JsonPath JsonPath::lists_or_values() {
  JsonPath path;
  path.steps.push_back({.kind = JsonStep::Kind::kElements});
  path.list_is_optional = true;
  return path;
}

std::string JsonPath::text(size_t count) const {
  std::string text = "$";
  for (size_t i = 0; i < std::min(count, steps.size()); ++i) {
    const JsonStep& step = steps[i];
    const bool plain =
        !step.name.empty() && std::all_of(step.name.begin(), step.name.end(), is_name);
    switch (step.kind) {
      case JsonStep::Kind::kElements: text += "[*]"; break;
      case JsonStep::Kind::kElement: text += fmt::format("[{}]", step.index); break;
      case JsonStep::Kind::kField:
        text += plain ? "." + step.name : fmt::format("[{}]", json_quote(step.name));
        break;
    }
  }
  return text;
}

Result<JsonPath> parse_json_path(std::string_view text) {
  if (!text.starts_with('$')) return bad(text, "it does not begin with '$', the whole value");
  JsonPath path;
  for (PathReader reader(text); !reader.done();) {
    if (path.steps.size() == kStepsMax) return bad(text, "it has more than 64 steps");
    LEAT_TRY_ASSIGN(JsonStep step, reader.next());
    path.steps.push_back(std::move(step));
  }
  return path;
}

}  // namespace leat::io
