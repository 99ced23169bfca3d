// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// A scanner for the XML inside of spreadsheets: what a program wrote, of which almost all are the
// cells of one sheet. It reads pieces of a document, knows no document types, resolves no entities
// but the five and those of characters, and copies nothing.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace leat::io {

/// THREADS: one.
class XmlScanner {
 public:
  enum class Token {
    kStart,  ///< The tag that begins name(); is_empty(): there will be no end.
    kEnd,    ///< The tag that ends name().
    kText,   ///< text() between tags, as it stands, blanks as well.
    kCut,    ///< The text ends inside of what begins at position().
    kNone,   ///< The text ends.
    kFault,  ///< No XML, or what is refused: fault().
  };

  explicit XmlScanner(std::string_view text) : text_(text) {}

  Token next();
  /// The name of the element, without the prefix of its namespace.
  std::string_view name() const { return name_; }
  bool is_empty() const { return empty_; }
  /// Of kText. A literal one (CDATA) has no references to characters.
  std::string_view text() const { return content_; }
  bool is_literal() const { return literal_; }
  /// An attribute of the start tag by its name without prefix, as it stands; nullopt: there is
  /// none.
  std::optional<std::string_view> attribute(std::string_view wanted) const;
  /// Where the token begins, and where the next one does.
  size_t position() const { return begin_; }
  size_t next_position() const { return at_; }
  const std::string& fault() const { return fault_; }
  /// Goes on behind the end of the element whose start was read last. False when the text ends
  /// before, or has a fault.
  bool skip_element();

 private:
  Token read_tag();
  Token read_start(size_t name_begin);
  Token read_declaration();
  Token refuse(std::string fault);

  std::string_view text_;
  size_t at_ = 0;
  size_t begin_ = 0;
  std::string_view name_;
  std::string_view attributes_;
  std::string_view content_;
  bool empty_ = false;
  bool literal_ = false;
  std::string fault_;
};

/// Appends `text` to `out` with the characters that its references stand for. False when a
/// reference is none.
bool append_xml_text(std::string_view text, std::string& out);

/// Replaces `_x000D_` and the like, by which the format writes characters that XML cannot hold.
void unescape_xlsx(std::string& text);

}  // namespace leat::io
