// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include "operators/expr/kernels/json_access.h"

#include <charconv>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "engine/codes/data.h"
#include "engine/mutant.h"
#include "operators/expr/kernels/row_kernel.h"
#include "operators/json/json_scanner.h"

namespace leat::expr {
namespace {

using io::JsonScanner;

/// Is `raw`, the inside of a JSON string, the text `key`?
bool is_key(std::string_view raw, bool escaped, std::string_view key) {
  if (!escaped) return raw == key;
  std::string text(raw.size(), '\0');
  text.resize(static_cast<size_t>(io::json_unescape(raw, text.data()) - text.data()));
  return text == key;
}

}  // namespace

std::optional<std::string_view> json_member(std::string_view json, std::string_view key) {
  std::optional<std::string_view> found;
  for_each_json_member(json, [&](std::string_view name, bool escaped, std::string_view value) {
    if (is_key(name, escaped, key)) found = value;
    return true;
  });
  return found;
}

std::optional<std::string_view> json_element(std::string_view json, int64_t index) {
  if (index < 0) {
    int64_t count = 0;
    for_each_json_element(json, [&](std::string_view) { return ++count > 0; });
    index += count;
  }
  std::optional<std::string_view> found;
  if (index < 0) return found;
  for_each_json_element(json, [&](std::string_view value) {
    if (index-- > 0) return true;
    found = value;
    return false;
  });
  return found;
}

std::optional<int64_t> json_index(std::string_view key) {
  int64_t index = 0;
  const auto [end, error] = std::from_chars(key.data(), key.data() + key.size(), index);
  if (error != std::errc() || end != key.data() + key.size()) return std::nullopt;
  return index;
}

std::optional<std::vector<std::string>> read_json_path(std::string_view text) {
  std::vector<std::string> keys;
  if (!text.starts_with('{') || !text.ends_with('}') || text.size() < 2) return std::nullopt;
  text = text.substr(1, text.size() - 2);
  const auto skip_spaces = [&] {
    while (text.starts_with(' ')) text.remove_prefix(1);
  };
  for (skip_spaces(); !text.empty() || !keys.empty(); skip_spaces()) {
    std::string key;
    const bool quoted = text.starts_with('"');
    if (quoted) text.remove_prefix(1);
    while (!text.empty() && text[0] != (quoted ? '"' : ',')) {
      if (!quoted && (text[0] == '"' || text[0] == '{' || text[0] == '}')) return std::nullopt;
      if (text[0] == '\\') text.remove_prefix(1);
      if (text.empty()) return std::nullopt;
      key += text[0];
      text.remove_prefix(1);
    }
    if (quoted) {
      if (text.empty()) return std::nullopt;
      text.remove_prefix(1);
      skip_spaces();
    } else {
      while (key.ends_with(' ')) key.pop_back();
      if (key.empty()) return std::nullopt;
    }
    keys.push_back(std::move(key));
    if (text.empty()) return keys;
    if (text[0] != ',') return std::nullopt;
    text.remove_prefix(1);
  }
  return keys;
}

namespace {

/// Writes a part that was found in a value of `input` as json, or as text.
template <bool kAsText>
class PartWriter {
 public:
  PartWriter(const KernelContext& context, const Vector& input, const BufferRef& validity)
      : input_(input),
        writer_(context),
        nulls_(context, validity),
        base_(writer_.adopt(*input.column)) {}

  /// The value's own bytes, not a copy of it: what is found is shared with the operand.
  std::string_view json(size_t row) const { return input_->view_at(input_.at(row)); }

  void write(size_t row, std::optional<std::string_view> found) {
    if (!found || (kAsText && *found == "null")) return nulls_.set_null(row);
    const Column& column = *input_.column;
    const Utf8View& view = column.values<Utf8View>()[input_.at(row)];
    if (!kAsText || found->front() != '"') return writer_.share(row, view, column, *found, base_);
    const std::string_view raw = found->substr(1, found->size() - 2);
    if (raw.find('\\') == std::string_view::npos)
      return writer_.share(row, view, column, raw, base_);
    char* const out = writer_.room(raw.size());
    if (out == nullptr) return;
    writer_.commit(row, static_cast<size_t>(io::json_unescape(raw, out) - out));
  }
  Result<Vector> finish() {
    LEAT_TRY_ASSIGN(BufferRef validity, nulls_.finish());
    return writer_.finish(std::move(validity));
  }

 private:
  const Vector& input_;
  TextWriter writer_;
  NullWriter nulls_;
  uint32_t base_;
};

template <bool kAsText, typename Key>
Result<Vector> get(const KernelContext& context, std::span<const Vector> inputs) {
  LEAT_TRY_ASSIGN(BufferRef validity, all_valid(context, inputs));
  PartWriter<kAsText> parts(context, inputs[0], validity);
  const Reader<Key> keys(inputs[1]);
  for_each_valid(context, validity, [&](size_t row) {
    if constexpr (std::is_same_v<Key, int64_t>) {
      parts.write(row, json_element(parts.json(row), keys[row]));
    } else {
      parts.write(row, json_member(parts.json(row), keys[row]));
    }
  });
  return parts.finish();
}

/// The member or element that `key` names.
std::optional<std::string_view> json_step(std::string_view json, std::string_view key) {
  if (!json.starts_with('[')) return json_member(json, key);
  const auto index = json_index(key);
  return index ? json_element(json, *index) : std::nullopt;
}

template <bool kAsText>
Result<Vector> extract_path(const KernelContext& context, std::span<const Vector> inputs) {
  LEAT_TRY_ASSIGN(BufferRef validity, all_valid(context, inputs));
  PartWriter<kAsText> parts(context, inputs[0], validity);
  for_each_valid(context, validity, [&](size_t row) {
    std::optional<std::string_view> found = parts.json(row);
    for (const Vector& key : inputs.subspan(1)) {
      if (found) found = json_step(*found, key->view_at(key.at(row)));
    }
    parts.write(row, found);
  });
  return parts.finish();
}

template <bool kAsText>
Result<Vector> follow_path(const KernelContext& context, std::span<const Vector> inputs) {
  LEAT_TRY_ASSIGN(BufferRef validity, all_valid(context, inputs));
  PartWriter<kAsText> parts(context, inputs[0], validity);
  const Reader<std::string_view> paths(inputs[1]);
  std::optional<std::string> last;
  std::optional<std::vector<std::string>> keys;
  for_each_valid(context, validity, [&](size_t row) {
    if (!last || *last != paths[row]) {
      last = paths[row];
      keys = read_json_path(*last);
    }
    if (!keys) {
      context.fault(code::kBadArgument, row,
                    fmt::format("'{}' is no path of json like '{{a,b,0}}'", *last));
      return;
    }
    std::optional<std::string_view> found = parts.json(row);
    for (const std::string& key : *keys) {
      if (found && !LEAT_MUTANT("json_path_stops_early")) found = json_step(*found, key);
    }
    parts.write(row, found);
  });
  return parts.finish();
}

constexpr auto kTextToJson = [](TextCall& call, std::string_view text) {
  JsonScanner scanner(text, io::LineFeeds::kAreSpace);
  const char* const begin = scanner.skip_space(text.data());
  const char* const end = scanner.skip_value(begin);
  const char* const rest = end == nullptr ? nullptr : scanner.skip_space(end);
  if (rest == scanner.end()) {
    return call.share(0, std::string_view(begin, static_cast<size_t>(end - begin)));
  }
  if (call.context.is_quiet()) return call.fault(code::kCastFailed, "");
  const char* const where = end == nullptr ? scanner.fault_at() : rest;
  call.fault(code::kCastFailed,
             fmt::format("no JSON value: {} at byte {}",
                         end == nullptr ? scanner.fault() : "the value should end",
                         where - text.data() + 1),
             "try_cast gives NULL instead of an error");
};

constexpr auto kScalarText = [](TextCall& call, std::string_view json) {
  if (json == "null") return call.null();
  const char first = json.empty() ? '\0' : json.front();
  if (JsonScanner::is_number_start(first) || first == 't' || first == 'f')
    return call.share(0, json);
  if (call.context.is_quiet()) return call.fault(code::kCastFailed, "");
  call.fault(code::kCastFailed,
             fmt::format("the json is {}, not a number or bool", first == '{'   ? "an object"
                                                                 : first == '[' ? "an array"
                                                                                : "a string"),
             first == '"' ? "take the text of a string with ->> or #>>, and cast that" : "");
};

}  // namespace

Result<Vector> json_scalar_kernel(const KernelContext& context, std::span<const Vector> inputs) {
  return text_kernel<kScalarText>(context, inputs);
}

Result<Vector> json_get_kernel(const KernelContext& context, std::span<const Vector> inputs) {
  return inputs[1]->type().is(TypeId::kInt64) ? get<false, int64_t>(context, inputs)
                                              : get<false, std::string_view>(context, inputs);
}

Result<Vector> json_get_text_kernel(const KernelContext& context, std::span<const Vector> inputs) {
  return inputs[1]->type().is(TypeId::kInt64) ? get<true, int64_t>(context, inputs)
                                              : get<true, std::string_view>(context, inputs);
}

Result<Vector> json_extract_path_kernel(const KernelContext& context,
                                        std::span<const Vector> inputs) {
  return extract_path<false>(context, inputs);
}
Result<Vector> json_extract_path_text_kernel(const KernelContext& context,
                                             std::span<const Vector> inputs) {
  return extract_path<true>(context, inputs);
}
Result<Vector> json_path_kernel(const KernelContext& context, std::span<const Vector> inputs) {
  return follow_path<false>(context, inputs);
}
Result<Vector> json_path_text_kernel(const KernelContext& context, std::span<const Vector> inputs) {
  return follow_path<true>(context, inputs);
}

Result<Vector> text_to_json(const KernelContext& context, std::span<const Vector> inputs) {
  return text_kernel<kTextToJson>(context, inputs);
}

}  // namespace leat::expr
