// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include "operators/expr/kernels/json_access.h"

#include <string>

#include <fmt/format.h>

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

/// Calls `visit(value)` for the elements of an array until it returns false.
template <typename Visit>
void for_each_element(std::string_view json, Visit&& visit) {
  JsonScanner scanner(json);
  const char* at = scanner.skip_space(json.data());
  if (scanner.peek(at) != '[') return;
  at = scanner.skip_space(at + 1);
  while (at != nullptr && at < scanner.end() && *at != ']') {
    const char* const end = scanner.skip_value(at);
    if (end == nullptr || !visit(std::string_view(at, static_cast<size_t>(end - at)))) return;
    at = scanner.skip_space(end);
    if (scanner.peek(at) == ',') at = scanner.skip_space(at + 1);
  }
}

}  // namespace

std::optional<std::string_view> json_member(std::string_view json, std::string_view key) {
  std::optional<std::string_view> found;
  JsonScanner scanner(json);
  const char* at = scanner.skip_space(json.data());
  if (scanner.peek(at) != '{') return found;
  at = scanner.skip_space(at + 1);
  while (scanner.peek(at) == '"') {
    bool escaped = false;
    const char* const quote = scanner.string(at + 1, escaped);
    if (quote == nullptr) return found;
    const std::string_view name(at + 1, static_cast<size_t>(quote - at - 1));
    at = scanner.skip_space(scanner.skip_space(quote + 1) + 1);  // past the colon
    const char* const end = scanner.skip_value(at);
    if (end == nullptr) return found;
    if (is_key(name, escaped, key)) found = std::string_view(at, static_cast<size_t>(end - at));
    at = scanner.skip_space(end);
    if (scanner.peek(at) == ',') at = scanner.skip_space(at + 1);
  }
  return found;
}

std::optional<std::string_view> json_element(std::string_view json, int64_t index) {
  if (index < 0) {
    int64_t count = 0;
    for_each_element(json, [&](std::string_view) { return ++count > 0; });
    index += count;
  }
  std::optional<std::string_view> found;
  if (index < 0) return found;
  for_each_element(json, [&](std::string_view value) {
    if (index-- > 0) return true;
    found = value;
    return false;
  });
  return found;
}

namespace {

template <bool kAsText, typename Key>
Result<Vector> get(const KernelContext& context, std::span<const Vector> inputs) {
  LEAT_TRY_ASSIGN(BufferRef validity, all_valid(context, inputs));
  TextWriter writer(context);
  NullWriter nulls(context, validity);
  const Column& column = *inputs[0].column;
  const uint32_t base = writer.adopt(column);
  const Reader<Key> keys(inputs[1]);
  for_each_valid(context, validity, [&](size_t row) {
    const size_t at = inputs[0].at(row);
    const Utf8View& view = column.values<Utf8View>()[at];
    // The view's own bytes, not a copy of it: what is found is shared with the operand.
    const std::string_view json = column.view_at(at);
    std::optional<std::string_view> found;
    if constexpr (std::is_same_v<Key, int64_t>) {
      found = json_element(json, keys[row]);
    } else {
      found = json_member(json, keys[row]);
    }
    if (!found || (kAsText && *found == "null")) return nulls.set_null(row);
    if (!kAsText || found->front() != '"') return writer.share(row, view, column, *found, base);
    const std::string_view raw = found->substr(1, found->size() - 2);
    if (raw.find('\\') == std::string_view::npos) return writer.share(row, view, column, raw, base);
    char* const out = writer.room(raw.size());
    if (out == nullptr) return;
    writer.commit(row, static_cast<size_t>(io::json_unescape(raw, out) - out));
  });
  LEAT_TRY_ASSIGN(validity, nulls.finish());
  return writer.finish(std::move(validity));
}

constexpr auto kTextToJson = [](TextCall& call, std::string_view text) {
  JsonScanner scanner(text);
  const char* const begin = scanner.skip_space(text.data());
  const char* const end = scanner.skip_value(begin);
  const char* const rest = end == nullptr ? nullptr : scanner.skip_space(end);
  if (rest == scanner.end()) {
    return call.share(0, std::string_view(begin, static_cast<size_t>(end - begin)));
  }
  if (call.context.is_quiet()) return call.fault("");
  const char* const where = end == nullptr ? scanner.fault_at() : rest;
  call.fault(fmt::format("no JSON value: {} at byte {}",
                         end == nullptr ? scanner.fault() : "the value should end",
                         where - text.data() + 1),
             "try_cast gives NULL instead of an error");
};

}  // namespace

Result<Vector> json_get_kernel(const KernelContext& context, std::span<const Vector> inputs) {
  return inputs[1]->type().is(TypeId::kInt64) ? get<false, int64_t>(context, inputs)
                                              : get<false, std::string_view>(context, inputs);
}

Result<Vector> json_get_text_kernel(const KernelContext& context, std::span<const Vector> inputs) {
  return inputs[1]->type().is(TypeId::kInt64) ? get<true, int64_t>(context, inputs)
                                              : get<true, std::string_view>(context, inputs);
}

Result<Vector> text_to_json(const KernelContext& context, std::span<const Vector> inputs) {
  return text_kernel<kTextToJson>(context, inputs);
}

}  // namespace leat::expr
