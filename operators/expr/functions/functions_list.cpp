// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Texts taken apart into lists, and lists of texts put together.
#include <algorithm>
#include <array>
#include <optional>

#include "operators/expr/functions/functions.h"
#include "operators/expr/kernels/result_text.h"
#include "operators/expr/kernels/row_kernel.h"
#include "operators/expr/kernels/text_list_writer.h"
#include "operators/text/unicode.h"

namespace leat::expr {
namespace {

using Inputs = std::span<const Vector>;

/// Argument `input` of a row; nullopt for NULL, or when there are not so many.
std::optional<std::string_view> text_or_null(Inputs inputs, size_t input, size_t row) {
  if (input >= inputs.size()) return std::nullopt;
  const size_t at = inputs[input].at(row);
  if (!inputs[input]->is_valid(at)) return std::nullopt;
  return inputs[input]->view_at(at);
}

/// The rows in which argument 0 is not NULL.
Result<BufferRef> first_valid(const KernelContext& context, Inputs inputs) {
  if (!inputs[0].is_null_constant()) return all_valid(context, inputs.first(1));
  return new_zero_bits(context);
}

/// As PostgreSQL: NULL separates every character, an empty separator none, and an empty text has no
/// parts.
enum class NoSeparator : uint8_t { kCharacters, kNull };

template <NoSeparator kNoSeparator>
Result<Vector> string_to_array(const KernelContext& context, Inputs inputs) {
  LEAT_TRY_ASSIGN(BufferRef validity, kNoSeparator == NoSeparator::kNull
                                          ? all_valid(context, inputs)
                                          : first_valid(context, inputs));
  TextListWriter writer(context);
  const Vector& input = inputs[0];
  const uint32_t base = writer.adopt(*input.column);
  for_each_valid(context, validity, [&](size_t row) {
    std::string_view text = input->view_at(input.at(row));
    const Utf8View& view = input->values<Utf8View>()[input.at(row)];
    const std::optional<std::string_view> separator = text_or_null(inputs, 1, row);
    const std::optional<std::string_view> null_text = text_or_null(inputs, 2, row);
    const auto append = [&](std::string_view part) {
      if (null_text && part == *null_text) return writer.append_null();
      writer.share(view, *input.column, part, base);
    };
    writer.start(row);
    if (text.empty()) return;
    while (writer.is_whole()) {
      size_t end = std::string_view::npos;
      if (!separator) {
        end = next_character(text, 0) < text.size() ? next_character(text, 0) : end;
      } else if (!separator->empty()) {
        end = text.find(*separator);
      }
      append(text.substr(0, end));
      if (end == std::string_view::npos) return;
      text.remove_prefix(end + (separator ? separator->size() : 0));
    }
  });
  return writer.finish(std::move(validity));
}

/// What the texts of a list without any are together.
enum class NoTexts : uint8_t { kEmpty, kNull };

/// NULL elements are left out, or written as argument 2. Without argument 1 commas are between.
template <NoTexts kNoTexts>
Result<Vector> array_to_string(const KernelContext& context, Inputs inputs) {
  const Inputs needed = inputs.first(std::min<size_t>(inputs.size(), 2));
  LEAT_TRY_ASSIGN(BufferRef validity, all_valid(context, needed));
  for (const Vector& input : needed) {
    if (!input.is_null_constant()) continue;
    LEAT_TRY_ASSIGN(validity, new_zero_bits(context));
  }
  TextWriter writer(context);
  NullWriter nulls(context, validity);
  ResultText joined(context);
  for_each_valid(context, validity, [&](size_t row) {
    const size_t at = inputs[0].at(row);
    const auto* const offsets = inputs[0]->values<int32_t>();
    const Column& elements = inputs[0]->child(0);
    const std::string_view separator =
        inputs.size() > 1 ? inputs[1]->view_at(inputs[1].at(row)) : ",";
    const std::optional<std::string_view> null_text = text_or_null(inputs, 2, row);
    bool any = false;
    joined.start(row);
    for (auto i = static_cast<size_t>(offsets[at]); i < static_cast<size_t>(offsets[at + 1]); ++i) {
      const bool is_valid = elements.is_valid(i);
      if (!joined.is_whole() || (!is_valid && !null_text)) continue;
      if (any) joined.append(separator);
      joined.append(is_valid ? elements.view_at(i) : *null_text);
      any = true;
    }
    joined.write_to(writer);
    if (kNoTexts == NoTexts::kNull && !any) nulls.set_null(row);
  });
  LEAT_TRY(joined.finish());
  LEAT_TRY_ASSIGN(validity, nulls.finish());
  return writer.finish(std::move(validity));
}

constexpr std::array<Function, 4> kListFunctions = {{
    {"string_to_array",
     "string_to_array(text utf8, separator utf8[, null_text utf8]) -> list<utf8>",
     {"The parts of the text between the separators, those that are `null_text` as NULL. NULL as "
      "the "
      "separator gives the characters.",
      "There are more than 4 million parts: `cardinality(string_to_array(repeat('a', 5000000), "
      "null))`."},
     "string_to_array('a,b,,d', ',')[4]",
     "d",
     string_to_array<NoSeparator::kCharacters>,
     nullptr,
     Nulls::kVisible},
    {"string_split",
     "string_split(text utf8, separator utf8) -> list<utf8>",
     {"As string_to_array, but NULL when the separator is.",
      "There are more than 4 million parts: `cardinality(string_split(repeat('a,', 5000000), "
      "','))`."},
     "string_split('2026-03-05', '-')[2]",
     "03",
     string_to_array<NoSeparator::kNull>},
    {"array_to_string",
     "array_to_string(list list<utf8>, separator utf8[, null_text utf8]) -> utf8",
     {"The elements of the list as text with the separator between them; NULL is left out, or "
      "written "
      "as `null_text`.",
      "The result is longer than 64 MiB: `array_to_string(string_to_array('a,b', ','), repeat('x', "
      "67108860) || 'longer')`."},
     "array_to_string(string_to_array('a,b,,d', ',', ''), '-', '?')",
     "a-b-?-d",
     array_to_string<NoTexts::kEmpty>,
     nullptr,
     Nulls::kVisible},
    {"list_string_agg",
     "list_string_agg(list list<utf8>[, separator utf8]) -> utf8",
     {"The texts of the list that are not NULL with the separator, a comma, between them; NULL "
      "when "
      "there is none.",
      "The result is longer than 64 MiB: `list_string_agg(['a', 'b'], repeat('x', 67108860) || "
      "'longer')`."},
     "list_string_agg(['a', null, 'b'])",
     "a,b",
     array_to_string<NoTexts::kNull>},
}};

}  // namespace

std::span<const Function> list_functions() { return kListFunctions; }

}  // namespace leat::expr
