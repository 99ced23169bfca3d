// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Problem: PostgreSQL asks the C library what a letter is, RE2 has ASCII classes and the categories
// of Unicode. So `'Zoe'` with a diaeresis would be no `\w+`, silently.
//
// Invariants:
//  1. Categories do most of the work; tables hold what the C library's C.UTF-8 adds to them, as of
//     Unicode 15. Ranges may run over characters that belong to the class anyway.
//  2. What is not a class or an assertion of this file is copied as it stands, so that RE2 judges
//     it.
//
// Not chosen: whole classes as ranges (760 of them for `\w`, where the table has 250). Opposites in
// brackets are alternatives to the brackets, since a class cannot hold the opposite of a set;
// inside `[^...]` that would need an intersection, so it is refused.
#include "operators/text/posix_pattern.h"

#include <algorithm>
#include <array>
#include <optional>

#include <fmt/format.h>

#include "engine/codes/expression.h"

namespace leat::io {
namespace {

/// What is a letter besides the categories L and Nl: digits that are not ASCII, marks and symbols
/// that Unicode calls alphabetic.
constexpr std::string_view kFurtherLetters =
    "\\x{345}\\x{5B0}-\\x{5BD}\\x{5BF}\\x{5C1}-\\x{5C2}\\x{5C4}-\\x{5C5}\\x{5C7}"
    "\\x{610}-\\x{61A}\\x{64B}-\\x{657}\\x{659}-\\x{669}\\x{670}\\x{6D6}-\\x{6DC}"
    "\\x{6E1}-\\x{6E8}\\x{6ED}-\\x{6F9}\\x{711}-\\x{73F}\\x{7A6}-\\x{7B0}\\x{7C0}-\\x{7C9}"
    "\\x{816}-\\x{817}\\x{81B}-\\x{82C}\\x{8D4}-\\x{8DF}\\x{8E3}-\\x{8E9}\\x{8F0}-\\x{93B}"
    "\\x{93E}-\\x{94C}\\x{94E}-\\x{94F}\\x{955}-\\x{963}\\x{966}-\\x{96F}\\x{981}-\\x{983}"
    "\\x{9BE}-\\x{9C4}\\x{9C7}-\\x{9C8}\\x{9CB}-\\x{9CC}\\x{9D7}\\x{9E2}-\\x{9E3}"
    "\\x{9E6}-\\x{9EF}\\x{A01}-\\x{A03}\\x{A3E}-\\x{A42}\\x{A47}-\\x{A48}\\x{A4B}-\\x{A4C}"
    "\\x{A51}\\x{A66}-\\x{A75}\\x{A81}-\\x{A83}\\x{ABE}-\\x{AC5}\\x{AC7}-\\x{AC9}"
    "\\x{ACB}-\\x{ACC}\\x{AE2}-\\x{AE3}\\x{AE6}-\\x{AEF}\\x{AFA}-\\x{AFC}\\x{B01}-\\x{B03}"
    "\\x{B3E}-\\x{B44}\\x{B47}-\\x{B48}\\x{B4B}-\\x{B4C}\\x{B56}-\\x{B57}\\x{B62}-\\x{B63}"
    "\\x{B66}-\\x{B6F}\\x{B82}\\x{BBE}-\\x{BC2}\\x{BC6}-\\x{BC8}\\x{BCA}-\\x{BCC}\\x{BD7}"
    "\\x{BE6}-\\x{BEF}\\x{C00}-\\x{C03}\\x{C3E}-\\x{C44}\\x{C46}-\\x{C48}\\x{C4A}-\\x{C4C}"
    "\\x{C55}-\\x{C56}\\x{C62}-\\x{C63}\\x{C66}-\\x{C6F}\\x{C81}-\\x{C83}\\x{CBE}-\\x{CC4}"
    "\\x{CC6}-\\x{CC8}\\x{CCA}-\\x{CCC}\\x{CD5}-\\x{CD6}\\x{CE2}-\\x{CE3}\\x{CE6}-\\x{CEF}"
    "\\x{D00}-\\x{D03}\\x{D3E}-\\x{D44}\\x{D46}-\\x{D48}\\x{D4A}-\\x{D4C}\\x{D57}"
    "\\x{D62}-\\x{D63}\\x{D66}-\\x{D6F}\\x{D81}-\\x{D83}\\x{DCF}-\\x{DD4}\\x{DD6}"
    "\\x{DD8}-\\x{DDF}\\x{DE6}-\\x{DEF}\\x{DF2}-\\x{DF3}\\x{E31}-\\x{E3A}\\x{E4D}"
    "\\x{E50}-\\x{E59}\\x{EB1}-\\x{EB9}\\x{EBB}-\\x{EBC}\\x{ECD}\\x{ED0}-\\x{ED9}"
    "\\x{F20}-\\x{F29}\\x{F71}-\\x{F81}\\x{F8D}-\\x{F97}\\x{F99}-\\x{FBC}\\x{102B}-\\x{1036}"
    "\\x{1038}\\x{103B}-\\x{1049}\\x{1056}-\\x{109D}\\x{1712}-\\x{1713}\\x{1732}-\\x{1733}"
    "\\x{1752}-\\x{1753}\\x{1772}-\\x{1773}\\x{17B6}-\\x{17C8}\\x{17E0}-\\x{17E9}"
    "\\x{1810}-\\x{1819}\\x{1885}-\\x{18A9}\\x{1920}-\\x{192B}\\x{1930}-\\x{1938}"
    "\\x{1946}-\\x{194F}\\x{19D0}-\\x{19D9}\\x{1A17}-\\x{1A1B}\\x{1A55}-\\x{1A5E}"
    "\\x{1A61}-\\x{1A74}\\x{1A80}-\\x{1A89}\\x{1A90}-\\x{1A99}\\x{1ABF}-\\x{1AC0}"
    "\\x{1ACC}-\\x{1ACE}\\x{1B00}-\\x{1B04}\\x{1B35}-\\x{1B43}\\x{1B50}-\\x{1B59}"
    "\\x{1B80}-\\x{1BA9}\\x{1BAC}-\\x{1BB9}\\x{1BE7}-\\x{1BF1}\\x{1C24}-\\x{1C36}"
    "\\x{1C40}-\\x{1C49}\\x{1C50}-\\x{1C59}\\x{1DE7}-\\x{1DF4}\\x{24B6}-\\x{24E9}"
    "\\x{2DE0}-\\x{2DFF}\\x{A620}-\\x{A629}\\x{A674}-\\x{A67B}\\x{A69E}-\\x{A69F}\\x{A802}"
    "\\x{A80B}-\\x{A827}\\x{A880}-\\x{A8C3}\\x{A8C5}\\x{A8D0}-\\x{A8D9}\\x{A8FF}-\\x{A92A}"
    "\\x{A947}-\\x{A952}\\x{A980}-\\x{A983}\\x{A9B4}-\\x{A9BF}\\x{A9D0}-\\x{A9D9}"
    "\\x{A9E5}-\\x{A9F9}\\x{AA29}-\\x{AA36}\\x{AA43}-\\x{AA4D}\\x{AA50}-\\x{AA59}"
    "\\x{AA7B}-\\x{AABE}\\x{AAEB}-\\x{AAEF}\\x{AAF5}\\x{ABE3}-\\x{ABEA}\\x{ABF0}-\\x{ABF9}"
    "\\x{FB1E}\\x{FF10}-\\x{FF19}\\x{10376}-\\x{1037A}\\x{104A0}-\\x{104A9}"
    "\\x{10A01}-\\x{10A03}\\x{10A05}-\\x{10A06}\\x{10A0C}-\\x{10A0F}\\x{10D24}-\\x{10D27}"
    "\\x{10D30}-\\x{10D39}\\x{10EAB}-\\x{10EAC}\\x{11000}-\\x{11045}\\x{11066}-\\x{1106F}"
    "\\x{11073}-\\x{11074}\\x{11082}-\\x{110B8}\\x{110C2}\\x{110F0}-\\x{110F9}"
    "\\x{11100}-\\x{11132}\\x{11136}-\\x{1113F}\\x{11145}-\\x{11146}\\x{11180}-\\x{111BF}"
    "\\x{111CE}-\\x{111D9}\\x{1122C}-\\x{11234}\\x{11237}\\x{1123E}\\x{112DF}-\\x{112E8}"
    "\\x{112F0}-\\x{112F9}\\x{11300}-\\x{11303}\\x{1133E}-\\x{11344}\\x{11347}-\\x{11348}"
    "\\x{1134B}-\\x{1134C}\\x{11357}\\x{11362}-\\x{11363}\\x{11435}-\\x{11441}"
    "\\x{11443}-\\x{11445}\\x{11450}-\\x{11459}\\x{114B0}-\\x{114C1}\\x{114D0}-\\x{114D9}"
    "\\x{115AF}-\\x{115B5}\\x{115B8}-\\x{115BE}\\x{115DC}-\\x{115DD}\\x{11630}-\\x{1163E}"
    "\\x{11640}\\x{11650}-\\x{11659}\\x{116AB}-\\x{116B5}\\x{116C0}-\\x{116C9}"
    "\\x{1171D}-\\x{1172A}\\x{11730}-\\x{11739}\\x{1182C}-\\x{11838}\\x{118E0}-\\x{118E9}"
    "\\x{11930}-\\x{11935}\\x{11937}-\\x{11938}\\x{1193B}-\\x{1193C}\\x{11940}-\\x{11942}"
    "\\x{11950}-\\x{11959}\\x{119D1}-\\x{119D7}\\x{119DA}-\\x{119DF}\\x{119E4}"
    "\\x{11A01}-\\x{11A0A}\\x{11A35}-\\x{11A3E}\\x{11A51}-\\x{11A97}\\x{11C2F}-\\x{11C36}"
    "\\x{11C38}-\\x{11C3E}\\x{11C50}-\\x{11C59}\\x{11C92}-\\x{11CA7}\\x{11CA9}-\\x{11CB6}"
    "\\x{11D31}-\\x{11D36}\\x{11D3A}\\x{11D3C}-\\x{11D3D}\\x{11D3F}-\\x{11D41}\\x{11D43}"
    "\\x{11D47}\\x{11D50}-\\x{11D59}\\x{11D8A}-\\x{11D8E}\\x{11D90}-\\x{11D91}"
    "\\x{11D93}-\\x{11D96}\\x{11DA0}-\\x{11DA9}\\x{11EF3}-\\x{11EF6}\\x{16A60}-\\x{16A69}"
    "\\x{16AC0}-\\x{16AC9}\\x{16B50}-\\x{16B59}\\x{16F4F}-\\x{16F87}\\x{16F8F}-\\x{16F92}"
    "\\x{16FF0}-\\x{16FF1}\\x{1BC9E}\\x{1D7CE}-\\x{1D7FF}\\x{1E000}-\\x{1E006}"
    "\\x{1E008}-\\x{1E018}\\x{1E01B}-\\x{1E021}\\x{1E023}-\\x{1E024}\\x{1E026}-\\x{1E02A}"
    "\\x{1E140}-\\x{1E149}\\x{1E2F0}-\\x{1E2F9}\\x{1E947}\\x{1E950}-\\x{1E959}"
    "\\x{1F130}-\\x{1F149}\\x{1F150}-\\x{1F169}\\x{1F170}-\\x{1F189}\\x{1FBF0}-\\x{1FBF9}";
/// Upper case besides Lu and Lt.
constexpr std::string_view kFurtherUpper =
    "\\x{2160}-\\x{216F}\\x{24B6}-\\x{24CF}\\x{1F130}-\\x{1F149}\\x{1F150}-\\x{1F169}"
    "\\x{1F170}-\\x{1F189}";
/// Lower case besides Ll.
constexpr std::string_view kFurtherLower =
    "\\x{AA}\\x{BA}\\x{1C5}\\x{1C8}\\x{1CB}\\x{1F2}\\x{2B0}-\\x{2B8}\\x{2C0}-\\x{2C1}"
    "\\x{2E0}-\\x{2E4}\\x{345}\\x{37A}\\x{1D2C}-\\x{1DBF}\\x{2071}\\x{207F}\\x{2090}-\\x{209C}"
    "\\x{2170}-\\x{217F}\\x{24D0}-\\x{24E9}\\x{2C7C}-\\x{2C7D}\\x{A69C}-\\x{A69D}\\x{A770}"
    "\\x{A7F8}-\\x{A7F9}\\x{AB5C}-\\x{AB5F}\\x{10780}\\x{10783}-\\x{10785}\\x{10787}-\\x{107B0}"
    "\\x{107B2}-\\x{107BA}";

constexpr std::string_view kSpaces =
    "\\t-\\r \\x{1680}\\x{2000}-\\x{2006}\\x{2008}-\\x{200A}\\x{2028}\\x{2029}\\x{205F}\\x{3000}";
constexpr std::string_view kLetters = "\\pL\\p{Nl}";

/// The inside of brackets for a POSIX class; empty when there is none of that name.
std::string posix_class(std::string_view name) {
  const std::string alpha = fmt::format("{}{}", kLetters, kFurtherLetters);
  if (name == "alpha") return alpha;
  if (name == "alnum") return "0-9" + alpha;
  if (name == "word") return "0-9_" + alpha;
  if (name == "digit") return "0-9";
  if (name == "xdigit") return "0-9A-Fa-f";
  if (name == "upper") return fmt::format("\\p{{Lu}}\\p{{Lt}}{}", kFurtherUpper);
  if (name == "lower") return fmt::format("\\p{{Ll}}{}", kFurtherLower);
  if (name == "space") return std::string(kSpaces);
  if (name == "blank") return "\\t ";
  if (name == "cntrl") return "\\p{Cc}";
  if (name == "punct") return "\\pP\\pS";
  if (name == "graph") return "\\pL\\pM\\pN\\pP\\pS";
  if (name == "print") return "\\pL\\pM\\pN\\pP\\pS\\p{Zs}";
  return {};
}

/// The same for the letter behind a backslash, in either case.
std::string escape_class(char letter) {
  switch (letter) {
    case 'w':
    case 'W': return posix_class("word");
    case 's':
    case 'S': return posix_class("space");
    case 'd':
    case 'D': return posix_class("digit");
    default: return {};
  }
}
bool is_upper(char letter) { return letter >= 'A' && letter <= 'Z'; }

bool is_word(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

class Translator {
 public:
  explicit Translator(std::string_view pattern) : rest_(pattern) {}

  Result<std::string> run() {
    while (!rest_.empty()) {
      if (rest_[0] == '\\' && rest_.size() > 1) {
        LEAT_TRY(escape());
      } else if (rest_[0] == '[') {
        LEAT_TRY(bracket());
      } else {
        // What repeats a word character still ends with one; a choice of none does not.
        const char c = rest_[0];
        if (c != '+') ends_with_word_ = is_word(c);
        copy(1);
      }
    }
    return std::move(out_);
  }

 private:
  void copy(size_t bytes) {
    out_ += rest_.substr(0, bytes);
    rest_.remove_prefix(bytes);
  }
  void replace(size_t bytes, std::string_view by) {
    out_ += by;
    rest_.remove_prefix(bytes);
  }

  /// At a backslash with something behind it.
  Status escape() {
    const char letter = rest_[1];
    if (letter == 'm' || letter == 'M') return word_edge(letter);
    ends_with_word_ = letter == 'w' || letter == 'd';
    if (const std::string set = escape_class(letter); !set.empty()) {
      replace(2, fmt::format("[{}{}]", is_upper(letter) ? "^" : "", set));
    } else if (letter == 'y' || letter == 'Y') {
      replace(2, letter == 'y' ? "\\b" : "\\B");
    } else if (letter == 'Z') {
      replace(2, "\\z");
    } else if (letter == 'Q') {
      const size_t end = rest_.find("\\E");
      copy(end == std::string_view::npos ? rest_.size() : end + 2);
    } else {
      copy(2);
    }
    return {};
  }

  /// `\m` is `\b` where a word begins behind it in any case, `\M` where one ends before it.
  Status word_edge(char letter) {
    const std::string_view behind = rest_.substr(2);
    const bool begins = !behind.empty() && (is_word(behind[0]) || behind.starts_with("\\w") ||
                                            behind.starts_with("\\d"));
    if (letter == 'm' ? !begins : !ends_with_word_) {
      return fail(code::kBadPattern, ErrorCode::kInvalid,
                  fmt::format("'\\{}' is only known {} a letter, a digit or \\w", letter,
                              letter == 'm' ? "before" : "behind"),
                  "matching in linear time cannot look further; write \\b, a word's beginning or "
                  "end");
    }
    replace(2, "\\b");
    return {};
  }

  /// At an opening bracket. One that is not closed is RE2's to report.
  Status bracket() {
    const bool negated = rest_.substr(1).starts_with('^');
    size_t at = negated ? 2 : 1;
    std::string inside;
    std::string opposites;  // of \W and \S: alternatives to the brackets
    for (bool first = true; at < rest_.size() && (first || rest_[at] != ']'); first = false) {
      const std::string_view left = rest_.substr(at);
      if (const size_t length = named_class(left, inside); length > 0) {
        at += length;
        continue;
      }
      const std::string set = left[0] == '\\' && left.size() > 1 ? escape_class(left[1]) : "";
      if (!set.empty() && is_upper(left[1])) {
        if (negated) {
          return fail(code::kBadPattern, ErrorCode::kInvalid,
                      fmt::format("'\\{}' cannot stand in brackets that begin with ^", left[1]),
                      "write what the brackets hold, without ^");
        }
        opposites += fmt::format("|[^{}]", set);
      } else if (!set.empty()) {
        inside += set;
      } else if (first && left[0] == ']') {
        inside += "\\]";
      } else {
        inside += left.substr(0, left[0] == '\\' ? 2 : 1);
      }
      at += left[0] == '\\' ? 2 : 1;
    }
    ends_with_word_ = false;
    if (at >= rest_.size()) return copy(rest_.size()), Status();
    const std::string set = fmt::format("[{}{}]", negated ? "^" : "", inside);
    if (opposites.empty()) return replace(at + 1, set), Status();
    const std::string_view first = inside.empty() ? std::string_view() : set;
    replace(at + 1, fmt::format("(?:{})", first.empty() ? opposites.substr(1)
                                                        : std::string(first) + opposites));
    return {};
  }

  /// Appends what `[:name:]` at the beginning of `text` stands for; returns its length, 0 when
  /// there is none of that name. `[:^name:]` is RE2's own and stays.
  static size_t named_class(std::string_view text, std::string& inside) {
    if (!text.starts_with("[:")) return 0;
    const size_t end = text.find(":]", 2);
    if (end == std::string_view::npos) return 0;
    const std::string set = posix_class(text.substr(2, end - 2));
    inside += set.empty() ? text.substr(0, end + 2) : std::string_view(set);
    return end + 2;
  }

  std::string_view rest_;
  std::string out_;
  bool ends_with_word_ = false;  // is the last character matched a word character?
};

}  // namespace

Result<std::string> to_re2_syntax(std::string_view pattern) { return Translator(pattern).run(); }

}  // namespace leat::io
