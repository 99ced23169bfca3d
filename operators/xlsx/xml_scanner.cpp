// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Problem: a sheet of a million rows is half a gigabyte of XML, cut anywhere into pieces that lanes
// read at once.
//
// Invariants
// 1. Every token lies in the text; a piece that ends inside of one is told apart from a fault.
// 2. There are no document types, hence no entities of the document's own: nothing grows.
//
// Not chosen: libxml2, which read_xml uses. It cannot begin in the middle of a document, so one
// lane would read all cells; and it builds strings for every one of them. expat likewise.
#include "operators/xlsx/xml_scanner.h"

#include <charconv>
#include <cstdint>
#include <cstring>
#include <utility>

#include "operators/text/unicode.h"

namespace leat::io {
namespace {

bool is_space(char c) { return c == ' ' || c == '\n' || c == '\t' || c == '\r'; }

std::string_view local_name(std::string_view name) {
  const size_t colon = name.rfind(':');
  return colon == std::string_view::npos ? name : name.substr(colon + 1);
}

/// The character that the reference `name` stands for, without `&` and `;`.
std::optional<uint32_t> character_of(std::string_view name) {
  if (name == "lt") return '<';
  if (name == "gt") return '>';
  if (name == "amp") return '&';
  if (name == "quot") return '"';
  if (name == "apos") return '\'';
  if (!name.starts_with('#')) return std::nullopt;
  const bool hex = name.starts_with("#x");
  const std::string_view digits = name.substr(hex ? 2 : 1);
  uint32_t code = 0;
  const auto [end, error] =
      std::from_chars(digits.data(), digits.data() + digits.size(), code, hex ? 16 : 10);
  const bool all = error == std::errc() && end == digits.data() + digits.size();
  const bool surrogate = code >= 0xD800 && code < 0xE000;
  if (!all || code == 0 || code > 0x10FFFF || surrogate) return std::nullopt;
  return code;
}

}  // namespace

XmlScanner::Token XmlScanner::refuse(std::string fault) {
  fault_ = std::move(fault);
  return Token::kFault;
}

XmlScanner::Token XmlScanner::next() {
  for (;;) {
    begin_ = at_;
    if (at_ >= text_.size()) return Token::kNone;
    if (text_[at_] == '<') {
      const Token token = read_tag();
      if (token != Token::kNone) return token;
      continue;  // a comment or an instruction
    }
    const void* const tag = std::memchr(text_.data() + at_, '<', text_.size() - at_);
    if (tag == nullptr) return Token::kCut;
    at_ = static_cast<size_t>(static_cast<const char*>(tag) - text_.data());
    content_ = text_.substr(begin_, at_ - begin_);
    literal_ = false;
    return Token::kText;
  }
}

/// kNone: what was read is no token.
XmlScanner::Token XmlScanner::read_tag() {
  if (at_ + 1 >= text_.size()) return Token::kCut;
  const char mark = text_[at_ + 1];
  if (mark == '!') return read_declaration();
  if (mark == '?') {
    const size_t end = text_.find("?>", at_ + 2);
    if (end == std::string_view::npos) return Token::kCut;
    at_ = end + 2;
    return Token::kNone;
  }
  if (mark != '/') return read_start(at_ + 1);
  const size_t end = text_.find('>', at_ + 2);
  if (end == std::string_view::npos) return Token::kCut;
  std::string_view name = text_.substr(at_ + 2, end - at_ - 2);
  while (!name.empty() && is_space(name.back())) name.remove_suffix(1);
  name_ = local_name(name);
  at_ = end + 1;
  return Token::kEnd;
}

XmlScanner::Token XmlScanner::read_start(size_t name_begin) {
  size_t at = name_begin;
  const size_t size = text_.size();
  while (at < size && !is_space(text_[at]) && text_[at] != '>' && text_[at] != '/') {
    if (text_[at] == '<') return refuse("a '<' inside of a tag");
    ++at;
  }
  if (at == name_begin && at < size) return refuse("a tag without a name");
  const size_t name_end = at;
  char quote = 0;
  for (; at < size; ++at) {
    const char c = text_[at];
    if (quote != 0) {
      if (c == quote) quote = 0;
    } else if (c == '"' || c == '\'') {
      quote = c;
    } else if (c == '>') {
      break;
    }
    if (c == '<') return refuse("a '<' inside of a tag");
  }
  if (at >= size) return Token::kCut;
  name_ = local_name(text_.substr(name_begin, name_end - name_begin));
  empty_ = text_[at - 1] == '/' && at > name_end;
  attributes_ = text_.substr(name_end, at - name_end - (empty_ ? 1 : 0));
  at_ = at + 1;
  return Token::kStart;
}

XmlScanner::Token XmlScanner::read_declaration() {
  constexpr std::string_view kCdata = "<![CDATA[";
  const std::string_view rest = text_.substr(at_);
  if (rest.starts_with("<!--")) {
    const size_t end = text_.find("-->", at_ + 4);
    if (end == std::string_view::npos) return Token::kCut;
    at_ = end + 3;
    return Token::kNone;
  }
  if (rest.starts_with(kCdata)) {
    const size_t begin = at_ + kCdata.size();
    const size_t end = text_.find("]]>", begin);
    if (end == std::string_view::npos) return Token::kCut;
    content_ = text_.substr(begin, end - begin);
    literal_ = true;
    at_ = end + 3;
    return Token::kText;
  }
  if (rest.size() < kCdata.size()) return Token::kCut;
  return refuse("a document type, which a spreadsheet has no use for");
}

std::optional<std::string_view> XmlScanner::attribute(std::string_view wanted) const {
  std::string_view rest = attributes_;
  for (;;) {
    const size_t equals = rest.find('=');
    if (equals == std::string_view::npos) return std::nullopt;
    std::string_view name = rest.substr(0, equals);
    while (!name.empty() && is_space(name.front())) name.remove_prefix(1);
    while (!name.empty() && is_space(name.back())) name.remove_suffix(1);
    rest.remove_prefix(equals + 1);
    while (!rest.empty() && is_space(rest.front())) rest.remove_prefix(1);
    if (rest.empty() || (rest[0] != '"' && rest[0] != '\'')) return std::nullopt;
    const size_t end = rest.find(rest[0], 1);
    if (end == std::string_view::npos) return std::nullopt;
    if (local_name(name) == wanted) return rest.substr(1, end - 1);
    rest.remove_prefix(end + 1);
  }
}

bool XmlScanner::skip_element() {
  if (empty_) return true;
  const std::string_view name = name_;
  for (size_t depth = 1; depth > 0;) {
    const Token token = next();
    if (token == Token::kStart && !empty_) ++depth;
    if (token == Token::kEnd) --depth;
    if (token == Token::kCut || token == Token::kNone || token == Token::kFault) return false;
  }
  if (name_ == name) return true;
  static_cast<void>(refuse("an element that does not end"));
  return false;
}

bool append_xml_text(std::string_view text, std::string& out) {
  for (;;) {
    const size_t begin = text.find('&');
    out += text.substr(0, begin);
    if (begin == std::string_view::npos) return true;
    const size_t end = text.find(';', begin);
    if (end == std::string_view::npos) return false;
    const auto character = character_of(text.substr(begin + 1, end - begin - 1));
    if (!character) return false;
    expr::append_character(out, *character);
    text.remove_prefix(end + 1);
  }
}

void unescape_xlsx(std::string& text) {
  size_t at = text.find("_x");
  if (at == std::string::npos) return;
  std::string out;
  size_t copied = 0;
  for (; at != std::string::npos; at = text.find("_x", at)) {
    uint32_t code = 0;
    const char* const digits = text.data() + at + 2;
    const bool fits = at + 7 <= text.size() && text[at + 6] == '_';
    const auto parsed = fits ? std::from_chars(digits, digits + 4, code, 16)
                             : std::from_chars_result{digits, std::errc::invalid_argument};
    const bool surrogate = code >= 0xD800 && code < 0xE000;
    if (parsed.ec != std::errc() || parsed.ptr != digits + 4 || surrogate) {
      at += 2;
      continue;
    }
    out.append(text, copied, at - copied);
    expr::append_character(out, code);
    at += 7;
    copied = at;
  }
  out.append(text, copied);
  text = std::move(out);
}

}  // namespace leat::io
