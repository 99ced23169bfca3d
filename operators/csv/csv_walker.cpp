// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include "operators/csv/csv_walker.h"

#include <algorithm>
#include <cstring>

namespace leat::io {

CsvField read_csv_field(std::string_view text, const CsvDialect& dialect) {
  CsvField field;
  if (dialect.quote == 0 || text.empty() || text[0] != dialect.quote) {
    field.content = text;
    return field;
  }
  field.quoted = true;
  size_t i = 1;
  for (; i < text.size(); ++i) {
    const bool escape = dialect.escape != 0 && text[i] == dialect.escape;
    const bool doubled = dialect.escape == 0 && text[i] == dialect.quote && i + 1 < text.size() &&
                         text[i + 1] == dialect.quote;
    if (escape || doubled) {
      field.has_escapes = true;
      ++i;
    } else if (text[i] == dialect.quote) {
      break;
    }
  }
  const size_t end = std::min(i, text.size());
  field.content = text.substr(1, end - 1);
  field.closed = end < text.size();
  if (field.closed && end + 1 < text.size()) field.junk = end + 1;
  return field;
}

char* unescape_csv(std::string_view content, const CsvDialect& dialect, char* out) {
  const char escape = dialect.escape != 0 ? dialect.escape : dialect.quote;
  while (!content.empty()) {
    const size_t plain = std::min(content.find(escape), content.size());
    std::memcpy(out, content.data(), plain);
    out += plain;
    content.remove_prefix(plain);
    if (content.size() > 1) *out++ = content[1];
    content.remove_prefix(std::min<size_t>(2, content.size()));
  }
  return out;
}

std::string csv_text(const CsvField& field, const CsvDialect& dialect) {
  std::string text(field.content);
  if (field.has_escapes)
    text.resize(
        static_cast<size_t>(unescape_csv(field.content, dialect, text.data()) - text.data()));
  return text;
}

CsvWalker::CsvWalker(std::string_view text, const CsvDialect& dialect)
    : text_(text), dialect_(dialect), scanner_(dialect) {}

bool CsvWalker::refill() {
  if (scanned_ == text_.size()) return false;
  const size_t bytes = std::min(kBlockBytes, text_.size() - scanned_);
  block_begin_ = scanned_;
  marks_ =
      scanner_.scan(reinterpret_cast<const uint8_t*>(text_.data()) + scanned_, low_bits(bytes));
  separators_left_ = marks_.separators;
  scanned_ += bytes;
  return true;
}

bool CsvWalker::next() {
  if (next_ == text_.size()) return false;
  begin_ = next_;
  separators_.clear();
  terminated_ = unclosed_ = false;
  for (;;) {
    if (separators_left_ == 0) {
      if (refill()) continue;
      end_ = next_ = text_.size();
      unclosed_ = scanner_.inside_quotes();
      return true;
    }
    const int bit = std::countr_zero(separators_left_);
    separators_left_ &= separators_left_ - 1;
    const size_t position = block_begin_ + static_cast<size_t>(bit);
    if ((marks_.record_ends >> bit & 1) == 0) {
      separators_.push_back(position);
      continue;
    }
    end_ = position;
    next_ = position + 1;
    terminated_ = true;
    if (end_ > begin_ && text_[end_ - 1] == '\r') --end_;
    return true;
  }
}

std::vector<CsvWalker::Piece> CsvWalker::pieces() const {
  std::vector<Piece> pieces;
  size_t begin = begin_;
  const size_t before = dialect_.delimiter_bytes() - 1;  // bytes of a delimiter but its last
  for (const size_t separator : separators_) {
    pieces.push_back({begin, text_.substr(begin, separator - before - begin)});
    begin = separator + 1;
  }
  pieces.push_back({begin, text_.substr(begin, end_ - begin)});
  return pieces;
}

}  // namespace leat::io
