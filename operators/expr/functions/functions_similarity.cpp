// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// How much alike two texts are. Characters are compared as they are: lower() and unaccent() first,
// where case and accents should not count. What takes time by the product of both lengths is
// limited to texts of a length that names and addresses have, so that no row can hold up a run.
#include <algorithm>
#include <array>
#include <cstdint>
#include <set>
#include <string>
#include <vector>

#include <fmt/format.h>
#include <utf8proc.h>

#include "engine/codes/data.h"
#include "operators/expr/functions/functions.h"
#include "operators/expr/kernels/row_kernel.h"
#include "operators/text/unicode.h"

namespace leat::expr {
namespace {

constexpr size_t kCharactersMax = 10'000;

using Characters = std::vector<uint32_t>;

Characters characters_of(std::string_view text) {
  Characters characters;
  for (size_t at = 0; at < text.size();) characters.push_back(take_character(text, at));
  return characters;
}

/// False after a fault.
bool are_short(Call& call, std::string_view left, std::string_view right) {
  for (const std::string_view text : {left, right}) {
    if (text.size() <= kCharactersMax) continue;
    call.fault(code::kBadArgument,
               fmt::format("a text of {} bytes is too long to be compared: {} at most", text.size(),
                           kCharactersMax));
    return false;
  }
  return true;
}

// ------------------------------------------------------------------------------------------------------- edits

struct Costs {
  int64_t insert = 1;
  int64_t remove = 1;
  int64_t replace = 1;
};

enum class Swaps : uint8_t { kNo, kYes };

/// The cheapest way from `from` to `to`; with swaps of neighbours as one edit (optimal string
/// alignment) if asked for.
int64_t edit_distance(const Characters& from, const Characters& to, const Costs& costs,
                      Swaps swaps) {
  std::vector<int64_t> before_last(to.size() + 1);
  std::vector<int64_t> last(to.size() + 1);
  std::vector<int64_t> row(to.size() + 1);
  for (size_t j = 0; j <= to.size(); ++j) last[j] = static_cast<int64_t>(j) * costs.insert;
  for (size_t i = 1; i <= from.size(); ++i) {
    row[0] = static_cast<int64_t>(i) * costs.remove;
    for (size_t j = 1; j <= to.size(); ++j) {
      const bool same = from[i - 1] == to[j - 1];
      row[j] = std::min({last[j - 1] + (same ? 0 : costs.replace), last[j] + costs.remove,
                         row[j - 1] + costs.insert});
      const bool swapped = swaps == Swaps::kYes && i > 1 && j > 1 && from[i - 1] == to[j - 2] &&
                           from[i - 2] == to[j - 1];
      if (swapped) row[j] = std::min(row[j], before_last[j - 2] + 1);
    }
    std::swap(before_last, last);
    std::swap(last, row);
  }
  return last[to.size()];
}

constexpr auto kLevenshtein = [](Call& call, std::string_view left, std::string_view right) {
  if (!are_short(call, left, right)) return int64_t{0};
  return edit_distance(characters_of(left), characters_of(right), {}, Swaps::kNo);
};
constexpr auto kLevenshteinCosts = [](Call& call, std::string_view left, std::string_view right,
                                      int64_t insert, int64_t remove, int64_t replace) {
  if (!are_short(call, left, right)) return int64_t{0};
  constexpr int64_t kCostMax = 1'000'000;
  for (const int64_t cost : {insert, remove, replace}) {
    if (cost >= 0 && cost <= kCostMax) continue;
    call.fault(code::kBadArgument, fmt::format("a cost is 0 to {}, not {}", kCostMax, cost));
    return int64_t{0};
  }
  return edit_distance(characters_of(left), characters_of(right), {insert, remove, replace},
                       Swaps::kNo);
};
constexpr auto kDamerau = [](Call& call, std::string_view left, std::string_view right) {
  if (!are_short(call, left, right)) return int64_t{0};
  return edit_distance(characters_of(left), characters_of(right), {}, Swaps::kYes);
};
constexpr auto kHamming = [](Call& call, std::string_view left, std::string_view right) {
  const Characters a = characters_of(left);
  const Characters b = characters_of(right);
  if (a.size() != b.size()) {
    call.fault(
        code::kBadArgument,
        fmt::format("texts of {} and {} characters have no Hamming distance", a.size(), b.size()));
    return int64_t{0};
  }
  int64_t count = 0;
  for (size_t i = 0; i < a.size(); ++i) count += a[i] != b[i];
  return count;
};

// -------------------------------------------------------------------------------------------------------- Jaro

double jaro(const Characters& a, const Characters& b) {
  if (a.empty() && b.empty()) return 1;
  if (a.empty() || b.empty()) return 0;
  const size_t longest = std::max(a.size(), b.size());
  const size_t window = longest / 2 > 0 ? longest / 2 - 1 : 0;
  std::vector<bool> used(b.size());
  Characters matched;
  for (size_t i = 0; i < a.size(); ++i) {
    const size_t begin = i > window ? i - window : 0;
    const size_t end = std::min(b.size(), i + window + 1);
    for (size_t j = begin; j < end; ++j) {
      if (used[j] || a[i] != b[j]) continue;
      used[j] = true;
      matched.push_back(a[i]);
      break;
    }
  }
  if (matched.empty()) return 0;
  size_t at = 0;
  size_t moved = 0;
  for (size_t j = 0; j < b.size(); ++j) {
    if (used[j]) moved += matched[at++] != b[j];
  }
  const auto count = static_cast<double>(matched.size());
  const double transposed = static_cast<double>(moved / 2);
  return (count / static_cast<double>(a.size()) + count / static_cast<double>(b.size()) +
          (count - transposed) / count) /
         3;
}

constexpr auto kJaro = [](Call& call, std::string_view left, std::string_view right) {
  if (!are_short(call, left, right)) return 0.0;
  return jaro(characters_of(left), characters_of(right));
};
/// Winkler: up to four characters at the beginning that are equal count more, when the texts are
/// much alike anyway.
constexpr auto kJaroWinkler = [](Call& call, std::string_view left, std::string_view right) {
  if (!are_short(call, left, right)) return 0.0;
  const Characters a = characters_of(left);
  const Characters b = characters_of(right);
  const double similarity = jaro(a, b);
  constexpr double kThreshold = 0.7;
  if (similarity <= kThreshold) return similarity;
  size_t prefix = 0;
  while (prefix < std::min({a.size(), b.size(), size_t{4}}) && a[prefix] == b[prefix]) ++prefix;
  return similarity + static_cast<double>(prefix) * 0.1 * (1 - similarity);
};

// ---------------------------------------------------------------------------------------------------- trigrams

/// The different trigrams of the words of a text, each word in lower case with two spaces before it
/// and one behind.
std::set<std::array<uint32_t, 3>> trigrams_of(std::string_view text) {
  std::set<std::array<uint32_t, 3>> trigrams;
  std::string lower;
  append_lower(lower, text);
  Characters word;
  const auto finish = [&] {
    if (word.empty()) return;
    word.insert(word.begin(), {' ', ' '});
    word.push_back(' ');
    for (size_t i = 0; i + 2 < word.size(); ++i)
      trigrams.insert({word[i], word[i + 1], word[i + 2]});
    word.clear();
  };
  for (const uint32_t character : characters_of(lower)) {
    const auto category = utf8proc_category(static_cast<utf8proc_int32_t>(character));
    const bool is_letter = category >= UTF8PROC_CATEGORY_LU && category <= UTF8PROC_CATEGORY_LO;
    if (is_letter || category == UTF8PROC_CATEGORY_ND) {
      word.push_back(character);
    } else {
      finish();
    }
  }
  finish();
  return trigrams;
}

/// pg_trgm computes with float4, so that its results have seven digits.
constexpr auto kSimilarity = [](Call& call, std::string_view left, std::string_view right) {
  if (!are_short(call, left, right)) return 0.0;
  const auto a = trigrams_of(left);
  const auto b = trigrams_of(right);
  if (a.empty() || b.empty()) return 0.0;
  size_t common = 0;
  for (const auto& trigram : a) common += b.count(trigram);
  return static_cast<double>(common) / static_cast<double>(a.size() + b.size() - common);
};

// ----------------------------------------------------------------------------------------------------- Soundex

std::string soundex_of(std::string_view text) {
  constexpr std::string_view kCodes = "01230120022455012623010202";  // of A to Z
  const auto code_of = [&](char letter) { return kCodes[static_cast<size_t>(letter - 'A')]; };
  std::string result;
  char last = '0';
  for (const char c : text) {
    const char letter = c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c;
    if (letter < 'A' || letter > 'Z') {
      if (!result.empty()) last = c;
      continue;
    }
    const char code = code_of(letter);
    if (result.empty()) {
      result += letter;
    } else if (code != last && code != '0') {
      result += code;
    }
    // As in PostgreSQL, every other character between two letters of one code breaks the run.
    last = code;
    if (result.size() == 4) break;
  }
  if (!result.empty()) result.resize(4, '0');
  return result;
}

constexpr auto kSoundex = [](TextCall& call, std::string_view text) {
  call.write(soundex_of(text));
};
constexpr auto kDifference = [](std::string_view left, std::string_view right) {
  const std::string a = soundex_of(left);
  const std::string b = soundex_of(right);
  int64_t same = 0;
  for (size_t i = 0; i < 4; ++i)
    same += (i < a.size() ? a[i] : '\0') == (i < b.size() ? b[i] : '\0');
  return same;
};

constexpr std::array<Function, 9> kSimilarityFunctions = {{
    {"levenshtein",
     "levenshtein(left utf8, right utf8) -> int64",
     {"How many characters must be inserted, removed or replaced to come from one text to the "
      "other.",
      "A text is longer than 10000 bytes: `levenshtein(repeat('a', 20000), 'b')`."},
     "levenshtein('GUMBO', 'GAMBOL')",
     "2",
     row_kernel<kLevenshtein>},
    {"levenshtein",
     "levenshtein(left utf8, right utf8, insert int64, remove int64, replace int64) -> int64",
     {"As before, with what an edit costs.",
      "A cost is negative, or a text is longer than 10000 bytes: `levenshtein('a', 'b', -1, 1, "
      "1)`."},
     "levenshtein('GUMBO', 'GAMBOL', 2, 1, 1)",
     "3",
     row_kernel<kLevenshteinCosts>},
    {"damerau_levenshtein",
     "damerau_levenshtein(left utf8, right utf8) -> int64",
     {"As levenshtein, with two neighbours that change places as one edit.",
      "A text is longer than 10000 bytes: `damerau_levenshtein(repeat('a', 20000), 'b')`."},
     "damerau_levenshtein('Smith', 'Simth')",
     "1",
     row_kernel<kDamerau>},
    {"hamming",
     "hamming(left utf8, right utf8) -> int64",
     {"At how many places the characters differ.",
      "The texts are not equally long: `hamming('a', 'ab')`."},
     "hamming('karolin', 'kathrin')",
     "3",
     row_kernel<kHamming>},
    {"jaro_similarity",
     "jaro_similarity(left utf8, right utf8) -> float64",
     {"The Jaro similarity, 0 to 1.",
      "A text is longer than 10000 bytes: `jaro_similarity(repeat('a', 20000), 'b')`."},
     "round(jaro_similarity('MARTHA', 'MARHTA'), 4)",
     "0.9444",
     row_kernel<kJaro>},
    {"jaro_winkler_similarity",
     "jaro_winkler_similarity(left utf8, right utf8) -> float64",
     {"As jaro_similarity, with more weight on how the texts begin.",
      "A text is longer than 10000 bytes: `jaro_winkler_similarity(repeat('a', 20000), 'b')`."},
     "round(jaro_winkler_similarity('MARTHA', 'MARHTA'), 4)",
     "0.9611",
     row_kernel<kJaroWinkler>},
    {"similarity",
     "similarity(left utf8, right utf8) -> float64",
     {"Which share of their trigrams both texts have, 0 to 1, as in PostgreSQL's pg_trgm.",
      "A text is longer than 10000 bytes: `similarity(repeat('a', 20000), 'b')`."},
     "round(similarity('word', 'two words'), 4)",
     "0.3636",
     row_kernel<kSimilarity>},
    {"soundex", "soundex(text utf8) -> utf8",
     "How an English word sounds: a letter and three digits; other characters than A to Z do not "
     "count.",
     "soundex('Anne')", "A500", text_kernel<kSoundex>},
    {"difference", "difference(left utf8, right utf8) -> int64",
     "How many places of both soundex codes are equal, 0 to 4.", "difference('Anne', 'Andrew')",
     "2", row_kernel<kDifference>},
}};

}  // namespace

std::span<const Function> similarity_functions() { return kSimilarityFunctions; }

}  // namespace leat::expr
