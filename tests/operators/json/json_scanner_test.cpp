// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// What is JSON and what is not: a list by category, then random texts judged by two other parsers
// as well.
#include "operators/json/json_scanner.h"

#include <string>
#include <vector>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>
#include <simdjson.h>

#include "tests/support/seed.h"

namespace leat::io {
namespace {

/// `text` followed by bytes that must make no difference.
class Padded {
 public:
  Padded(const std::string& text, char filler)
      : bytes_(text + std::string(64, filler)), size_(text.size()) {}
  std::string_view text() const { return {bytes_.data(), size_}; }

 private:
  std::string bytes_;
  size_t size_;
};

/// Does the scanner take all of `text` as one value?
bool accepts(std::string_view text) {
  JsonScanner scanner(text);
  const char* at = scanner.skip_value(scanner.skip_space(text.data()));
  return at != nullptr && scanner.skip_space(at) == text.data() + text.size();
}

/// The same whatever follows the text.
bool accepts_always(const std::string& text) {
  const bool verdict = accepts(Padded(text, '\0').text());
  for (const char filler : {'"', '1', '}', ']', '\\', 'e', ' ', '\n', ':', '.'}) {
    EXPECT_EQ(accepts(Padded(text, filler).text()), verdict) << text << " followed by " << filler;
  }
  return verdict;
}

bool simdjson_accepts(const std::string& text) {
  simdjson::dom::parser parser;
  return parser.parse(text).error() == simdjson::SUCCESS;
}

std::string repeat(const std::string& text, size_t times) {
  std::string all;
  for (size_t i = 0; i < times; ++i) all += text;
  return all;
}

const std::vector<std::string> kValid = {
    // Structures.
    "{}",
    "[]",
    "[[]]",
    "[{}]",
    "{\"a\":{}}",
    "{\"a\":[]}",
    "[[],[]]",
    "[[[[]]]]",
    "{\"a\":{\"b\":{\"c\":{}}}}",
    "[1]",
    "[1,2]",
    "[1,[2],{\"a\":3}]",
    "{\"a\":1}",
    "{\"a\":1,\"b\":2}",
    "{\"\":0}",
    "{\"a\":1,\"a\":2}",
    "{\"a\":[{\"b\":[]}]}",
    "[[1],[2],[3]]",
    "{\"a\":{},\"b\":[]}",
    "[null]",
    "[true]",
    "[false]",
    "[\"\"]",
    "[null,true,false,1,\"s\",[],{}]",
    // Space.
    " [] ",
    "[ ]",
    "{ }",
    "[ 1 , 2 ]",
    "{ \"a\" : 1 , \"b\" : 2 }",
    "\t[\t1\t]\t",
    "[\r1\r]",
    "[\t1\r]",
    " \t\r1\r\t ",
    "{\"a\"\r:\t1\r}",
    "[ [ ] , { } ]",
    // Scalars on their own.
    "null",
    "true",
    "false",
    "0",
    "1",
    "-1",
    "\"\"",
    "\"a\"",
    "1.5",
    // Numbers.
    "-0",
    "0.0",
    "-0.0",
    "0e0",
    "0e+0",
    "0E-0",
    "1e1",
    "1E1",
    "1e+1",
    "1e-1",
    "1.5e3",
    "1.5E+3",
    "-1.5e-3",
    "123456789",
    "1234567890123456789",
    "0.1",
    "0.10",
    "0.000001",
    "12.34",
    "1e22",
    "1e-400",
    "9007199254740993",
    "-9223372036854775808",
    "9223372036854775807",
    "18446744073709551615",
    "1.7976931348623157e308",
    "4.9e-324",
    "2.2250738585072014E-308",
    "1e00",
    "1e007",
    "[0,0]",
    "[-0,1]",
    "10",
    "100",
    "12345678",
    "123456780",
    "1234567.8",
    "12345678.12345678",
    "0.12345678",
    // Strings.
    "\"abc\"",
    "\"\\\"\"",
    "\"\\\\\"",
    "\"\\/\"",
    "\"\\b\\f\\n\\r\\t\"",
    "\"\\u0000\"",
    "\"\\u0041\"",
    "\"\\uABCD\"",
    "\"\\uabcd\"",
    "\"\\u00e9\"",
    "\"\\ud83d\\ude00\"",
    "\"\\uD83D\\uDE00\"",
    "\"\\uD800\\uDC00\"",
    "\"\\udbff\\udfff\"",
    "\"\xC3\xA9\"",
    "\"\xE2\x82\xAC\"",
    "\"\xF0\x9F\x98\x80\"",
    "\"\x7F\"",
    "\"\xEF\xBB\xBF\"",
    "\"\xE2\x80\xA8\"",
    "\"/\"",
    "\"'\"",
    "\"{}[],:\"",
    "\"\\\\\\\"\"",
    "\"\\\\\\\\\"",
    "\"0123456789abcde\"",
    "\"0123456789abcdef\"",
    "\"0123456789abcdef0\"",
    "\"0123456789abcde\\\"\"",
    "\"0123456789abcdef\\\"\"",
    "\"0123456789abcde\\u0041\"",
    "\"\\uFFFF\"",
    "\"\\u2028\"",
    "{\"\\u0041\":1}",
    "{\"a\\\"b\":1}",
    "\"\\u0022\"",
    "\"\\u005C\"",
};

const std::vector<std::string> kInvalid = {
    // Nothing, or more than one.
    "",
    " ",
    "1 2",
    "1,2",
    "[] []",
    "{}{}",
    "[]1",
    "null null",
    "\"a\"\"b\"",
    "[1],",
    "{}x",
    "1:2",
    // Structures.
    "[",
    "]",
    "{",
    "}",
    "[[",
    "[[]",
    "[]]",
    "{]",
    "[}",
    "[1",
    "[1,",
    "[,",
    "[,]",
    "[,1]",
    "[1,]",
    "[1,,2]",
    "[1 2]",
    "[1:2]",
    "[1}",
    "{1}",
    "[{]}",
    "[[1,2]",
    "{\"a\"",
    "{\"a\":",
    "{\"a\":}",
    "{\"a\":1",
    "{\"a\":1,",
    "{\"a\":1,}",
    "{,}",
    "{,\"a\":1}",
    "{\"a\" 1}",
    "{\"a\",1}",
    "{\"a\":1 \"b\":2}",
    "{\"a\":1,,\"b\":2}",
    "{\"a\"::1}",
    "{\"a\":1:2}",
    "{a:1}",
    "{'a':1}",
    "{1:1}",
    "{null:1}",
    "{[]:1}",
    "{\"a\":1]",
    "{\"a\":[1}",
    "[\"a\":1]",
    "{\"a\"}",
    "{\"a\":1}}",
    "{\"a\":{\"b\":1}",
    "{\"a\":1 ,}",
    "[1 ,]",
    "{:1}",
    "{\"a\":,\"b\":1}",
    // Words.
    "nul",
    "nulll",
    "NULL",
    "Null",
    "tru",
    "truee",
    "True",
    "TRUE",
    "fals",
    "falsee",
    "False",
    "none",
    "undefined",
    "NaN",
    "nan",
    "Infinity",
    "-Infinity",
    "inf",
    "-inf",
    "[nul]",
    "[truefalse]",
    "yes",
    "t",
    "f",
    "n",
    "a",
    "[a]",
    // Numbers.
    "-",
    "+",
    "+1",
    "--1",
    "-+1",
    "+-1",
    "01",
    "00",
    "-01",
    "-00",
    "007",
    "0123",
    ".5",
    "-.5",
    "1.",
    "-1.",
    "1.e1",
    ".e1",
    "1e",
    "1e+",
    "1e-",
    "1E",
    "1e1.5",
    "1e1e1",
    "1.5.5",
    "1..5",
    "0x1",
    "0b1",
    "0o7",
    "1_000",
    "1,5x",
    "1a",
    "1 .5",
    "1. 5",
    "1e 5",
    "1f",
    "1L",
    "0.",
    "[-]",
    "[1.]",
    "[.1]",
    "[01]",
    "[1e]",
    "\xEF\xBC\x91",
    "12345678a",
    "12345678.",
    "123456789012345678.",
    "1-",
    "1+1",
    "1-1",
    "2.e3",
    "2.e-3",
    "0e",
    "0e+",
    "-e1",
    // Strings.
    "\"",
    "\"a",
    "\"\\\"",
    "\"\\",
    "'a'",
    "\"\\x\"",
    "\"\\a\"",
    "\"\\0\"",
    "\"\\'\"",
    "\"\\u\"",
    "\"\\u1\"",
    "\"\\u12\"",
    "\"\\u123\"",
    "\"\\u123g\"",
    "\"\\uG000\"",
    "\"\\u 123\"",
    "\"\\u-123\"",
    "\"\\U0041\"",
    "\"\\ud800\"",
    "\"\\udc00\"",
    "\"\\ud800a\"",
    "\"\\ud800\\n\"",
    "\"\\ud800\\ud800\"",
    "\"\\udc00\\ud800\"",
    "\"\\ud83d\\u0041\"",
    "\"\\ud83d\\u\"",
    "\"\\ud83d\\ude0\"",
    "\"\n\"",
    "\"\t\"",
    "\"\r\"",
    "\"a\x01z\"",
    "\"\x1F\"",
    "\"a\nb\"",
    "[\"a",
    "[\"a]",
    "{\"a:1}",
    "\"0123456789abcdef",
    "\"0123456789abcdef\n\"",
    "\"0123456789abcdef\\\"",
    "\"0123456789abcdef\\x\"",
    "\"\\\xC3\xA9\"",
    "\"\\u00e\xC3\"",
    "{\"\\x\":1}",
    "{\"a\n\":1}",
    "\"\\\n\"",
    // Comments and other languages.
    "// c\n1",
    "1 // c",
    "/* c */ 1",
    "[1 /* c */]",
    "# c",
    "<a/>",
    "[1;2]",
    "(1)",
    "{\"a\"=1}",
    "[...]",
    "`a`",
    "\\u0031",
    "\xEF\xBB\xBF[]",
    "[\f1]",
    "[\v1]",
    "[1\xC2\xA0]",
    "\xE2\x80\x89[]",
};

TEST(JsonScanner, AcceptsWhatIsJson) {
  for (const std::string& text : kValid) {
    EXPECT_TRUE(accepts_always(text)) << text;
    EXPECT_TRUE(simdjson_accepts(text)) << text << ": the list is wrong";
  }
}

TEST(JsonScanner, RejectsWhatIsNot) {
  for (const std::string& text : kInvalid) {
    EXPECT_FALSE(accepts_always(text)) << text;
    EXPECT_FALSE(nlohmann::json::accept(text) && !text.starts_with("\xEF\xBB\xBF") &&
                 text.find('/') == std::string::npos)
        << text << ": the list is wrong";
  }
}

// The one difference from the standard: a value does not go on in the next line.
TEST(JsonScanner, LineFeedsAreNoSpace) {
  for (const std::string text : {"[\n1]", "[1\n]", "{\n}", "{\"a\"\n:1}", "{\"a\":\n1}",
                                 "{\"a\":1\n}", "\n1", "1\n", "[1,\n2]"}) {
    EXPECT_FALSE(accepts_always(text)) << text;
    EXPECT_TRUE(nlohmann::json::accept(text)) << text;
  }
}

TEST(JsonScanner, AcceptsNumbersOfAnySize) {
  EXPECT_TRUE(accepts_always(std::string(1000, '9')));
  EXPECT_TRUE(accepts_always("1e400"));
  EXPECT_TRUE(accepts_always("-1e99999999999999999999"));
  EXPECT_TRUE(accepts_always("0." + std::string(1000, '0') + "1"));
}

TEST(JsonScanner, DepthIsLimited) {
  for (const auto& [open, close] :
       {std::pair<std::string, std::string>{"[", "]"}, {"{\"a\":", "}"}}) {
    const std::string inner = open == "[" ? "" : "1";
    EXPECT_TRUE(accepts_always(repeat(open, kJsonDepthMax) + inner + repeat(close, kJsonDepthMax)));
    EXPECT_FALSE(
        accepts_always(repeat(open, kJsonDepthMax + 1) + inner + repeat(close, kJsonDepthMax + 1)));
    EXPECT_FALSE(accepts_always(repeat(open, 1'000'000)));
  }
}

TEST(JsonScanner, MixedNestingClosesInOrder) {
  EXPECT_TRUE(accepts_always(repeat("[{\"a\":", 200) + "1" + repeat("}]", 200)));
  EXPECT_FALSE(
      accepts_always(repeat("[{\"a\":", 200) + "1" + repeat("}]", 100) + repeat("]}", 100)));
}

TEST(JsonScanner, NumbersAreReadApart) {
  const Padded padded("-1234567890.0625e1", '7');
  JsonScanner scanner(padded.text().substr(0, 16));
  JsonNumber number;
  EXPECT_EQ(scanner.number(padded.text().data(), number), padded.text().data() + 16);
  EXPECT_TRUE(number.negative);
  EXPECT_TRUE(number.has_point);
  EXPECT_FALSE(number.has_exponent);
  EXPECT_EQ(number.digits, 14u);
  EXPECT_EQ(number.fraction, 4u);
  EXPECT_EQ(number.mantissa, 12345678900625u);
}

TEST(JsonScanner, FaultsSayWhere) {
  const std::vector<std::tuple<std::string, size_t, std::string>> cases = {
      {"{\"a\" 1}", 5, "here should be a ':'"},
      {"[1 2]", 3, "here should be a ',' or ']'"},
      {"{\"a\":1 2}", 7, "here should be a ',' or '}'"},
      {"[1,]", 3, "here should be a value"},
      {"{a:1}", 1, "here should be a field name in quotes"},
      {"\"ab\\xcd\"", 3, "JSON has no such escape"},
      {"\"a\\u00g0\"", 2, "\\u needs four hexadecimal digits"},
      {"\"a\\ud800\"", 2, "half of a surrogate pair stands alone"},
      {"\"a\tb\"", 2, "a control character in a string must be escaped"},
      {"\"0123456789abcdefgh\tb\"", 19, "a control character in a string must be escaped"},
      {"\"abc", 4, "the string does not end"},
      {"[01]", 1, "a number cannot begin with 0"},
      {"[1.x]", 3, "here should be a digit"},
      {"[1e+]", 4, "here should be a digit"},
      {"[trug]", 1, "here should be a value"},
  };
  for (const auto& [text, position, what] : cases) {
    const Padded padded(text, 'x');
    JsonScanner scanner(padded.text());
    EXPECT_EQ(scanner.skip_value(padded.text().data()), nullptr) << text;
    EXPECT_EQ(scanner.fault_at() - padded.text().data(), static_cast<ptrdiff_t>(position)) << text;
    EXPECT_EQ(scanner.fault(), what) << text;
  }
}

TEST(JsonScanner, UnescapesWhatItAccepts) {
  const std::vector<std::pair<std::string, std::string>> cases = {
      {"abc", "abc"},
      {"", ""},
      {"\\\"\\\\\\/\\b\\f\\n\\r\\t", "\"\\/\b\f\n\r\t"},
      {"\\u0041\\u00e9\\u20ac", "A\xC3\xA9\xE2\x82\xAC"},
      {"\\ud83d\\ude00!", "\xF0\x9F\x98\x80!"},
      {"a\\u0000b", std::string("a\0b", 3)},
      {"x\\ny\\n", "x\ny\n"},
      {"\\uFFFF", "\xEF\xBF\xBF"},
      {"\\udbff\\udfff", "\xF4\x8F\xBF\xBF"},
      {"\\u07ff\\u0800", "\xDF\xBF\xE0\xA0\x80"},
  };
  for (const auto& [raw, plain] : cases) {
    std::string out(raw.size() + 1, '\0');
    out.resize(static_cast<size_t>(json_unescape(raw, out.data()) - out.data()));
    EXPECT_EQ(out, plain) << raw;
  }
}

/// Random JSON, mostly.
class Generator {
 public:
  explicit Generator(std::mt19937_64& random) : random_(random) {}

  std::string value(int depth) {
    switch (below(depth > 0 ? 9 : 7)) {
      case 0: return "null";
      case 1: return below(2) != 0 ? "true" : "false";
      case 2: return std::to_string(static_cast<int64_t>(random_()) >> below(63));
      case 3:
        return std::to_string(below(1000)) + "." + std::to_string(below(1000)) +
               (below(3) == 0 ? "e-5" : "");
      case 4:
      case 5:
      case 6: return string();
      case 7: {
        std::string list = "[";
        for (uint64_t i = below(4); i > 0; --i)
          list += space() + value(depth - 1) + space() + (i > 1 ? "," : "");
        return list + "]";
      }
      default: {
        std::string object = "{";
        for (uint64_t i = below(4); i > 0; --i)
          object +=
              space() + string() + space() + ":" + space() + value(depth - 1) + (i > 1 ? "," : "");
        return object + "}";
      }
    }
  }

  /// Changes, takes out, doubles or swaps a byte.
  void damage(std::string& text) {
    if (text.empty()) return;
    const size_t at = below(text.size());
    constexpr std::string_view kBytes = "{}[]:,\"\\/bfnrtu0123456789.eE+- \r\t\x01x\xC3";
    switch (below(4)) {
      case 0: text[at] = kBytes[below(kBytes.size())]; break;
      case 1: text.erase(at, 1); break;
      case 2: text.insert(at, 1, text[at]); break;
      default: text.insert(at, 1, kBytes[below(kBytes.size())]); break;
    }
  }

 private:
  uint64_t below(uint64_t bound) { return random_() % bound; }
  std::string space() { return below(6) == 0 ? std::string(below(3), ' ') : ""; }
  std::string string() {
    static const std::vector<std::string> kPieces = {"a",
                                                     "bc",
                                                     "\\n",
                                                     "\\\"",
                                                     "\\\\",
                                                     "\\u00e9",
                                                     "\\ud83d\\ude00",
                                                     "\xC3\xA9",
                                                     "0123456789abcdef",
                                                     " ",
                                                     "{",
                                                     ","};
    std::string text = "\"";
    for (uint64_t i = below(6); i > 0; --i) text += kPieces[below(kPieces.size())];
    return text + "\"";
  }

  std::mt19937_64& random_;
};

TEST(JsonScanner, AgreesWithOtherParsersOnRandomText) {
  const test::Seed seed;
  std::mt19937_64 random = seed.generator();
  Generator generator(random);
  simdjson::dom::parser parser;
  size_t accepted = 0;
  size_t rejected = 0;
  for (int i = 0; i < 100'000; ++i) {
    std::string text = generator.value(4);
    for (uint64_t damages = random() % 3; damages > 0; --damages) generator.damage(text);
    if (!simdjson::validate_utf8(text)) continue;
    const bool ours = accepts(Padded(text, "\"1}\\ "[i % 5]).text());
    const simdjson::error_code theirs = parser.parse(text).error();
    (ours ? accepted : rejected) += 1;
    if (ours == (theirs == simdjson::SUCCESS)) continue;
    // Both others refuse numbers too large for a double, which are JSON all the same. Of other
    // differences a third judges.
    if (ours && theirs == simdjson::NUMBER_ERROR && text.find_first_of("eE") != std::string::npos)
      continue;
    ASSERT_EQ(ours, nlohmann::json::accept(text))
        << text << ": simdjson says " << simdjson::error_message(theirs);
  }
  EXPECT_GT(accepted, 1000u);
  EXPECT_GT(rejected, 1000u);
}

}  // namespace
}  // namespace leat::io
