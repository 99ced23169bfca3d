// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Functions that give text another shape: parts overlaid, accents taken off, normal forms, names
// for addresses.
#include <array>

#include <fmt/format.h>

#include "engine/codes/data.h"
#include "operators/expr/functions/functions.h"
#include "operators/expr/kernels/row_kernel.h"
#include "operators/text/normalize.h"
#include "operators/text/unicode.h"

namespace leat::expr {
namespace {

/// Text of which others are made at once must be this short: it may become some times as long, and
/// is not charged while it is made.
constexpr size_t kShapedBytesMax = kResultBytesMax / 4;
constexpr std::string_view kShapedTooLong = "the text is longer than 16 MiB";

void overlay(TextCall& call, std::string_view text, std::string_view part, int64_t start,
             int64_t count) {
  if (start < 1)
    return call.fault(code::kBadArgument, "an overlay starts at character 1 or behind it");
  int64_t rest = 0;
  if (__builtin_add_overflow(start, count, &rest)) rest = count < 0 ? 1 : INT64_MAX;
  ResultText& result = call.result();
  result.append(text.substr(0, byte_of_character(text, static_cast<size_t>(start - 1))));
  result.append(part);
  result.append(text.substr(byte_of_character(text, static_cast<size_t>(rest < 1 ? 0 : rest - 1))));
  call.write(result);
}
constexpr auto kOverlay = [](TextCall& call, std::string_view text, std::string_view part,
                             int64_t start) {
  overlay(call, text, part, start, static_cast<int64_t>(count_characters(part)));
};
constexpr auto kOverlayFor = [](TextCall& call, std::string_view text, std::string_view part,
                                int64_t start,
                                int64_t count) { overlay(call, text, part, start, count); };

constexpr auto kUnaccent = [](TextCall& call, std::string_view text) {
  if (is_ascii(text)) return call.share(0, text);
  if (text.size() > kShapedBytesMax)
    return call.fault(code::kBadArgument, std::string(kShapedTooLong));
  call.write(without_accents(text));
};

void normalize(TextCall& call, std::string_view text, std::string_view name) {
  const std::optional<NormalForm> form = parse_normal_form(name);
  if (!form) {
    return call.fault(code::kBadArgument, fmt::format("'{}' is no normal form", name.substr(0, 40)),
                      "use NFC, NFD, NFKC or NFKD");
  }
  if (is_ascii(text)) return call.share(0, text);
  if (text.size() > kShapedBytesMax)
    return call.fault(code::kBadArgument, std::string(kShapedTooLong));
  call.write(normalized(text, *form));
}
constexpr auto kNormalize = [](TextCall& call, std::string_view text) {
  normalize(call, text, "NFC");
};
constexpr auto kNormalizeTo = [](TextCall& call, std::string_view text, std::string_view form) {
  normalize(call, text, form);
};

/// Letters and digits of ASCII in lower case, and one dash for each run of others between them.
constexpr auto kSlugify = [](TextCall& call, std::string_view text) {
  if (text.size() > kShapedBytesMax)
    return call.fault(code::kBadArgument, std::string(kShapedTooLong));
  std::string slug;
  bool gap = false;
  for (const char c : without_accents(text)) {
    const char lower = c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
    if (lower == '\'') continue;
    if (!(lower >= 'a' && lower <= 'z') && !(lower >= '0' && lower <= '9')) {
      gap = true;
      continue;
    }
    if (gap && !slug.empty()) slug += '-';
    gap = false;
    slug += lower;
  }
  call.write(slug);
};

constexpr std::array<Function, 7> kTextShapeFunctions = {{
    {"overlay",
     "overlay(text utf8, part utf8, start int64) -> utf8",
     {"The text with `part` in place of as many characters from number `start` on. Also written "
      "`overlay(text placing part from start)`.",
      "`start` is less than 1: `overlay('abc', 'x', 0)`."},
     "overlay('Txxxxas', 'hom', 2)",
     "Thomxas",
     text_kernel<kOverlay>},
    {"overlay",
     "overlay(text utf8, part utf8, start int64, count int64) -> utf8",
     {"As before, in place of `count` characters. Also written `overlay(text placing part from "
      "start "
      "for count)`.",
      "`start` is less than 1: `overlay('abc', 'x', 0, 1)`."},
     "overlay('Txxxxas', 'hom', 2, 4)",
     "Thomas",
     text_kernel<kOverlayFor>},
    {"unaccent",
     "unaccent(text utf8) -> utf8",
     {"The text without accents and other marks; ß is ss, ø is o, æ is ae.",
      "The text is longer than 16 MiB: `unaccent(repeat('é', 9000000))`."},
     "unaccent('Straße nach Hôtel Łódź')",
     "Strasse nach Hotel Lodz",
     text_kernel<kUnaccent>},
    {"strip_accents",
     "strip_accents(text utf8) -> utf8",
     {"As unaccent.", "The text is longer than 16 MiB: `strip_accents(repeat('é', 9000000))`."},
     "strip_accents('mühleisen')",
     "muhleisen",
     text_kernel<kUnaccent>},
    {"normalize",
     "normalize(text utf8) -> utf8",
     {"The text in Unicode's normal form NFC: one character for a letter with its accent.",
      "The text is longer than 16 MiB: `normalize(repeat('é', 9000000))`."},
     "length(normalize('e\u0301'))",
     "1",
     text_kernel<kNormalize>},
    {"normalize",
     "normalize(text utf8, form utf8) -> utf8",
     {"As before, in the form NFC, NFD, NFKC or NFKD.",
      "There is no such form, or the text is longer than 16 MiB: `normalize('a', 'NFX')`."},
     "normalize('\ufb01', 'NFKC')",
     "fi",
     text_kernel<kNormalizeTo>},
    {"slugify",
     "slugify(text utf8) -> utf8",
     {"The text for an address: lower case letters and digits without accents, other characters as "
      "one "
      "dash.",
      "The text is longer than 16 MiB: `slugify(repeat('a', 20000000))`."},
     "slugify('  Füße & Hände: 10% off! ')",
     "fusse-hande-10-off",
     text_kernel<kSlugify>},
}};

}  // namespace

std::span<const Function> text_shape_functions() { return kTextShapeFunctions; }

}  // namespace leat::expr
