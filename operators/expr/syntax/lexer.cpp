// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include "operators/expr/syntax/lexer.h"

#include <array>

#include <fmt/format.h>

#include "engine/codes/expression.h"
#include "engine/codes/form.h"
#include "operators/text/ascii.h"
#include "operators/text/utf8.h"

namespace leat::expr {
namespace {

bool is_space(char c) {
  return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f' || c == '\v';
}
bool starts_name(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' ||
         static_cast<unsigned char>(c) >= 0x80;
}
bool continues_name(char c) { return starts_name(c) || is_digit(c); }

int hex_value(char c) {
  if (is_digit(c)) return c - '0';
  const char lower = ascii_lower(c);
  return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

void append_code_point(std::string& text, uint32_t code) {
  if (code < 0x80) {
    text += static_cast<char>(code);
  } else if (code < 0x800) {
    text += static_cast<char>(0xC0 | code >> 6);
    text += static_cast<char>(0x80 | (code & 0x3F));
  } else if (code < 0x10000) {
    text += static_cast<char>(0xE0 | code >> 12);
    text += static_cast<char>(0x80 | (code >> 6 & 0x3F));
    text += static_cast<char>(0x80 | (code & 0x3F));
  } else {
    text += static_cast<char>(0xF0 | code >> 18);
    text += static_cast<char>(0x80 | (code >> 12 & 0x3F));
    text += static_cast<char>(0x80 | (code >> 6 & 0x3F));
    text += static_cast<char>(0x80 | (code & 0x3F));
  }
}

// Longest first, so that the first match is the longest.
constexpr auto kSymbols = std::to_array<std::string_view>(
    {"!~*", "->>", "#>>", "!~~", "||/", "<<=", ">>=", "#>", "#-", "?|", "?&", "@?",
     "@@",  "|/",  "::",  ":=",  "||",  "<=",  ">=",  "<>", "!=", "!~", "~*", "~~",
     "->",  "==",  "&&",  "<<",  ">>",  "@>",  "<@",  "^@", "=>", "+",  "-",  "*",
     "/",   "%",   "^",   "(",   ")",   "[",   "]",   "{",  "}",  ",",  ".",  ":",
     "=",   "<",   ">",   "~",   "&",   "|",   "#",   "?",  "@"});

// Characters and spellings of other languages, and what to write instead.
struct Foreign {
  std::string_view symbol;
  std::string_view hint;
};
constexpr std::array<Foreign, 8> kForeign = {
    {{"==", "equality is written ="},
     {"!~~", "write not like"},
     {"~~", "write like"},
     {"\xE2\x80\x98", "text stands in straight quotes: 'text'"},
     {"\xE2\x80\x99", "text stands in straight quotes: 'text'"},
     {"\xE2\x80\x9C", "a column name stands in straight double quotes: \"name\""},
     {"\xE2\x80\x9D", "a column name stands in straight double quotes: \"name\""},
     {"`", "a column name stands in double quotes: \"name\""}}};

class Lexer {
 public:
  explicit Lexer(Mistakes& mistakes) : mistakes_(mistakes), text_(mistakes.source().text()) {}

  std::optional<std::vector<Token>> run() {
    if (const size_t wrong = io::first_invalid_utf8(text_); wrong < text_.size()) {
      mistakes_.add(code::kNotUtf8,
                    {static_cast<uint32_t>(wrong), static_cast<uint32_t>(wrong + 1)},
                    "the text is not valid UTF-8");
      return std::nullopt;
    }
    while (skip_blanks()) next();
    push(TokenKind::kEnd, at_, {});
    if (mistakes_.any()) return std::nullopt;
    return std::move(tokens_);
  }

 private:
  char peek(size_t ahead = 0) const {
    return at_ + ahead < text_.size() ? text_[at_ + ahead] : '\0';
  }
  Range from(size_t begin) const {
    return {static_cast<uint32_t>(begin), static_cast<uint32_t>(at_)};
  }
  void push(TokenKind kind, size_t begin, std::string text) {
    tokens_.push_back({kind, from(begin), std::move(text), {}});
  }

  /// Skips blanks and comments; false at the end of the text.
  bool skip_blanks() {
    while (at_ < text_.size()) {
      if (is_space(text_[at_])) {
        ++at_;
      } else if (peek() == '-' && peek(1) == '-') {
        while (at_ < text_.size() && text_[at_] != '\n') ++at_;
      } else if (peek() == '/' && peek(1) == '*') {
        skip_block_comment();
      } else {
        return true;
      }
    }
    return false;
  }

  void skip_block_comment() {
    const size_t begin = at_;
    size_t depth = 0;  // PostgreSQL's comments nest
    do {
      if (peek() == '/' && peek(1) == '*') {
        ++depth;
        at_ += 2;
      } else if (peek() == '*' && peek(1) == '/') {
        --depth;
        at_ += 2;
      } else {
        ++at_;
      }
    } while (depth > 0 && at_ < text_.size());
    if (depth > 0) {
      at_ = text_.size();
      mistakes_.add(code::kUnclosedText, from(begin), "the comment never ends", "close it with */");
    }
  }

  void next() {
    const char c = peek();
    if (c == '\'') return string(at_, false);
    if (c == '"') return quoted_name();
    if ((c == 'e' || c == 'E') && peek(1) == '\'') return escape_string();
    if (is_digit(c) || (c == '.' && is_digit(peek(1)))) return number();
    if (c == '$') return parameter();
    if (c == '>' && peek(1) == '>' && is_in_type_) return closing_bracket();
    if (const Foreign* const foreign = find_foreign()) return reject(*foreign);
    if (starts_name(c)) return name();
    symbol();
  }

  const Foreign* find_foreign() const {
    for (const Foreign& foreign : kForeign) {
      if (std::string_view(text_).substr(at_).starts_with(foreign.symbol)) return &foreign;
    }
    return nullptr;
  }

  void reject(const Foreign& foreign) {
    const size_t begin = at_;
    at_ += foreign.symbol.size();
    mistakes_.add(code::kForeignSyntax, from(begin),
                  fmt::format("'{}' is not an operator here", foreign.symbol),
                  std::string(foreign.hint));
  }

  void name() {
    const size_t begin = at_;
    while (at_ < text_.size() && continues_name(text_[at_]) && !at_foreign_quote()) ++at_;
    push(TokenKind::kName, begin, text_.substr(begin, at_ - begin));
    std::string& lower = tokens_.back().lower;
    lower = tokens_.back().text;
    for (char& c : lower) c = ascii_lower(c);
  }
  bool at_foreign_quote() const { return peek() == '\xE2' && find_foreign() != nullptr; }

  void escape_string() {
    const size_t begin = at_;
    ++at_;
    string(begin, true);
  }

  void string(size_t begin, bool escapes) {
    ++at_;
    std::string value;
    while (at_ < text_.size()) {
      const char c = text_[at_++];
      if (c == '\'') {
        if (peek() != '\'') return push(TokenKind::kString, begin, std::move(value));
        ++at_;
        value += '\'';
      } else if (c == '\\' && escapes) {
        escape(value);
      } else {
        value += c;
      }
    }
    mistakes_.add(code::kUnclosedText, from(begin), "the text is not closed",
                  "end it with a single quote; a quote inside is written twice: 'it''s'");
  }

  void escape(std::string& value) {
    const size_t begin = at_ - 1;
    if (at_ >= text_.size()) return;
    const char c = text_[at_++];
    switch (c) {
      case 'n': value += '\n'; return;
      case 't': value += '\t'; return;
      case 'r': value += '\r'; return;
      case 'b': value += '\b'; return;
      case 'f': value += '\f'; return;
      case 'x': return code_point(value, begin, 2);
      case 'u': return code_point(value, begin, 4);
      case 'U': return code_point(value, begin, 8);
      default: value += c;
    }
  }

  void code_point(std::string& value, size_t begin, size_t digits) {
    uint32_t code = 0;
    for (size_t i = 0; i < digits; ++i, ++at_) {
      const int digit = hex_value(peek());
      if (digit < 0) {
        mistakes_.add(code::kSyntax, from(begin),
                      fmt::format("the escape needs {} hexadecimal digits", digits));
        return;
      }
      code = code << 4 | static_cast<uint32_t>(digit);
    }
    const bool surrogate = code >= 0xD800 && code < 0xE000;
    if (code == 0 || code > 0x10FFFF || surrogate) {
      mistakes_.add(code::kSyntax, from(begin), "the escape names no character");
      return;
    }
    append_code_point(value, code);
  }

  void quoted_name() {
    const size_t begin = at_++;
    std::string value;
    while (at_ < text_.size()) {
      const char c = text_[at_++];
      if (c != '"') {
        value += c;
      } else if (peek() == '"') {
        ++at_;
        value += '"';
      } else if (value.empty()) {
        mistakes_.add(code::kSyntax, from(begin), "a name must not be empty",
                      "empty text is written ''");
        return;
      } else {
        return push(TokenKind::kQuotedName, begin, std::move(value));
      }
    }
    mistakes_.add(code::kUnclosedText, from(begin), "the name in double quotes is not closed",
                  "end it with a double quote");
  }

  /// Digits, with single `_` between them, which are left out of `digits`.
  void digits(std::string& digits) {
    while (is_digit(peek()) ||
           (peek() == '_' && at_ > 0 && is_digit(text_[at_ - 1]) && is_digit(peek(1)))) {
      if (peek() != '_') digits += peek();
      ++at_;
    }
  }

  /// `0x1F`, `0o17`, `0b101`: what is behind the letter; false when it is no number.
  bool based_number() {
    const char letter = ascii_lower(peek(1));
    const int base = letter == 'x' ? 16 : letter == 'o' ? 8 : letter == 'b' ? 2 : 0;
    if (peek() != '0' || base == 0) return false;
    size_t end = at_ + 2;
    uint64_t value = 0;
    bool fits = true;
    for (; end < text_.size() && continues_name(text_[end]); ++end) {
      if (text_[end] == '_' && end + 1 < text_.size()) continue;
      const int digit = hex_value(text_[end]);
      if (digit < 0 || digit >= base) return false;
      fits = fits && value <= (static_cast<uint64_t>(INT64_MAX) - static_cast<uint64_t>(digit)) /
                                  static_cast<uint64_t>(base);
      value = value * static_cast<uint64_t>(base) + static_cast<uint64_t>(digit);
    }
    if (end == at_ + 2) return false;
    const size_t begin = at_;
    at_ = end;
    if (fits) {
      push(TokenKind::kInteger, begin, fmt::format("{}", value));
    } else {
      mistakes_.add(
          code::kLiteralRange, from(begin),
          fmt::format("{} is out of the range of int64", text_.substr(begin, end - begin)));
    }
    return true;
  }

  void number() {
    const size_t begin = at_;
    bool whole = true;
    if (based_number()) return;
    std::string plain;
    digits(plain);
    if (peek() == '.') {
      whole = false;
      ++at_;
      plain += '.';
      digits(plain);
    }
    const size_t exponent = at_;
    const char sign = peek(1);
    if (ascii_lower(peek()) == 'e' &&
        (is_digit(sign) || ((sign == '+' || sign == '-') && is_digit(peek(2))))) {
      whole = false;
      at_ += 2;
      while (is_digit(peek())) ++at_;
    }
    if (at_ < text_.size() && continues_name(text_[at_])) {
      while (at_ < text_.size() && continues_name(text_[at_])) ++at_;
      const std::string text = text_.substr(begin, at_ - begin);
      mistakes_.add(
          code::kSyntax, from(begin), fmt::format("'{}' is neither a number nor a name", text),
          fmt::format("a column whose name begins with a digit is written in double quotes: \"{}\"",
                      text));
      return;
    }
    plain += text_.substr(exponent, at_ - exponent);
    push(whole ? TokenKind::kInteger : TokenKind::kFloat, begin, std::move(plain));
  }

  void parameter() {
    const size_t begin = at_++;
    const bool braces = peek() == '{';
    while (at_ < text_.size() && continues_name(text_[at_])) ++at_;
    if (at_ == begin + 1) {
      mistakes_.add(
          code::kSyntax, {static_cast<uint32_t>(begin), static_cast<uint32_t>(begin + 1)},
          "a parameter needs a name after '$'",
          braces ? "inside expressions a parameter is written $name, without braces" : "");
      if (braces) at_ = text_.size();
      return;
    }
    push(TokenKind::kParameter, begin, text_.substr(begin + 1, at_ - begin - 1));
  }

  /// The first of those that close `list<list<int64>>`: two of them are no shift there.
  void closing_bracket() {
    const size_t begin = at_++;
    push(TokenKind::kSymbol, begin, ">");
  }

  void symbol() {
    const size_t begin = at_;
    if (peek() == '<' && !tokens_.empty())
      is_in_type_ =
          is_in_type_ || tokens_.back().is_word("list") || tokens_.back().is_word("struct");
    for (std::string_view symbol : kSymbols) {
      const bool begins_comment = symbol.ends_with("|/") && peek(symbol.size()) == '*';
      if (!begins_comment && std::string_view(text_).substr(at_).starts_with(symbol)) {
        at_ += symbol.size();
        return push(TokenKind::kSymbol, begin, std::string(symbol));
      }
    }
    ++at_;
    const char c = text_[begin];
    const std::string hint =
        c == '!'   ? "write not"
        : c == ';' ? "if YAML cut the expression here, put it in a block: a new line after |"
                   : "";
    mistakes_.add(code::kSyntax, from(begin), printable(c), hint);
  }

  static std::string printable(char c) {
    if (c >= 0x20 && c < 0x7F) return fmt::format("'{}' means nothing here", c);
    return fmt::format("the control character 0x{:02X} means nothing here",
                       static_cast<unsigned char>(c));
  }

  Mistakes& mistakes_;
  const std::string& text_;
  size_t at_ = 0;
  bool is_in_type_ = false;  // did `list<` or `struct<` come before?
  std::vector<Token> tokens_;
};

}  // namespace

std::optional<std::vector<Token>> tokenize(Mistakes& mistakes) { return Lexer(mistakes).run(); }

}  // namespace leat::expr
