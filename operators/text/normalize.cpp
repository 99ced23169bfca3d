// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include "operators/text/normalize.h"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <memory>

#include <utf8proc.h>

#include "operators/text/unicode.h"

namespace leat::expr {
namespace {

struct Spelling {
  uint32_t character;
  std::string_view text;
};
/// Letters without a decomposition, by code.
constexpr std::array<Spelling, 22> kSpellings = {{
    {0xC6, "AE"}, {0xD0, "D"},   {0xD8, "O"},   {0xDE, "TH"},   {0xDF, "ss"}, {0xE6, "ae"},
    {0xF0, "d"},  {0xF8, "o"},   {0xFE, "th"},  {0x110, "D"},   {0x111, "d"}, {0x126, "H"},
    {0x127, "h"}, {0x131, "i"},  {0x138, "q"},  {0x141, "L"},   {0x142, "l"}, {0x14A, "N"},
    {0x14B, "n"}, {0x152, "OE"}, {0x153, "oe"}, {0x1E9E, "SS"},
}};

bool is_mark(uint32_t character) {
  const auto category = utf8proc_category(static_cast<utf8proc_int32_t>(character));
  return category == UTF8PROC_CATEGORY_MN || category == UTF8PROC_CATEGORY_ME;
}

}  // namespace

std::optional<NormalForm> parse_normal_form(std::string_view text) {
  std::string upper;
  append_upper(upper, text.substr(0, 8));
  if (upper == "NFC") return NormalForm::kNfc;
  if (upper == "NFD") return NormalForm::kNfd;
  if (upper == "NFKC") return NormalForm::kNfkc;
  if (upper == "NFKD") return NormalForm::kNfkd;
  return std::nullopt;
}

std::string normalized(std::string_view text, NormalForm form) {
  if (text.empty() || is_ascii(text)) return std::string(text);
  const bool composes = form == NormalForm::kNfc || form == NormalForm::kNfkc;
  const bool compatible = form == NormalForm::kNfkc || form == NormalForm::kNfkd;
  const auto options = static_cast<utf8proc_option_t>(
      UTF8PROC_STABLE | (composes ? UTF8PROC_COMPOSE : UTF8PROC_DECOMPOSE) |
      (compatible ? UTF8PROC_COMPAT : 0));
  utf8proc_uint8_t* mapped = nullptr;
  const utf8proc_ssize_t bytes =
      utf8proc_map(reinterpret_cast<const utf8proc_uint8_t*>(text.data()),
                   static_cast<utf8proc_ssize_t>(text.size()), &mapped, options);
  const std::unique_ptr<utf8proc_uint8_t, decltype(&std::free)> owner(mapped, &std::free);
  if (bytes < 0) return std::string(text);  // not UTF-8
  return std::string(reinterpret_cast<const char*>(mapped), static_cast<size_t>(bytes));
}

std::string without_accents(std::string_view text) {
  if (is_ascii(text)) return std::string(text);
  const std::string decomposed = normalized(text, NormalForm::kNfd);
  std::string plain;
  plain.reserve(decomposed.size());
  for (size_t at = 0; at < decomposed.size();) {
    const size_t begin = at;
    const uint32_t character = take_character(decomposed, at);
    if (character < 0x80) {
      plain += static_cast<char>(character);
      continue;
    }
    if (is_mark(character)) continue;
    const auto found =
        std::find_if(kSpellings.begin(), kSpellings.end(),
                     [&](const Spelling& spelling) { return spelling.character == character; });
    if (found != kSpellings.end()) {
      plain += found->text;
    } else {
      plain.append(decomposed, begin, at - begin);
    }
  }
  return normalized(plain, NormalForm::kNfc);
}

}  // namespace leat::expr
