// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Problem: rows behind rows of other columns are a file that nobody reads right. So a file that is
// appended to has the header that would be written, byte by byte, or as JSON the same keys in the
// same order; all of this is found out before anything is written.
//
// A byte order mark before the header is no difference. A last line without its end gets one. Of
// JSON the first object is looked at: whoever writes rows gives all of them the same keys.
//
// Rejected: adding what is new to the file itself (it could not be taken back); comparing types
// (CSV and JSON have none).
#include "operators/targets/append.h"

#include <algorithm>
#include <array>
#include <optional>
#include <span>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "engine/codes/file.h"
#include "engine/mutant.h"
#include "operators/json/json_encoder.h"
#include "operators/text/terminal_text.h"
#include "operators/text/utf8.h"

namespace leat::io {
namespace {

constexpr size_t kHeadBytes = size_t{1} << 20;  // an object that is longer is not looked at
constexpr size_t kPieceBytes = size_t{64} << 10;
constexpr size_t kShownBytes = 200;
constexpr std::string_view kBlanks = " \t\r\n";

std::unexpected<Error> refuse(const std::string& shown, std::string reason) {
  return fail(code::kCannotAppend, ErrorCode::kIo,
              fmt::format("cannot append to '{}': {}", shown, reason),
              "write to another file, or set 'if_exists: replace'");
}

std::string first_line(std::string_view text) {
  std::string line(text.substr(0, std::min(text.find('\n'), kShownBytes)));
  if (line.ends_with('\r')) line.pop_back();
  return line;
}

/// The end of the JSON value that begins at `at`; npos when the text ends before.
size_t end_of_value(std::string_view text, size_t at) {
  size_t depth = 0;
  bool in_string = false;
  for (; at < text.size(); ++at) {
    const char c = text[at];
    if (in_string) {
      if (c == '\\') ++at;
      in_string = c != '"' || at >= text.size();
      if (!in_string && depth == 0) return at + 1;
    } else if (c == '"') {
      in_string = true;
    } else if (c == '{' || c == '[') {
      ++depth;
    } else if ((c == '}' || c == ']') && depth > 0) {
      if (--depth == 0) return at + 1;
    } else if (depth == 0 && (c == ',' || c == '}' || c == ']')) {
      return at;
    }
  }
  return std::string_view::npos;
}

/// The keys of the first object as they are written, in quotes; nullopt when it does not end here.
std::optional<std::vector<std::string>> first_keys(std::string_view text) {
  std::vector<std::string> keys;
  size_t at = text.find('{');
  while (at != std::string_view::npos) {
    at = text.find_first_not_of(kBlanks, at + 1);
    if (at == std::string_view::npos) return std::nullopt;
    if (text[at] == '}') return keys;
    const size_t end = end_of_value(text, at);
    if (end == std::string_view::npos) return std::nullopt;
    keys.emplace_back(text.substr(at, end - at));
    at = text.find(':', end);
    if (at == std::string_view::npos) return std::nullopt;
    at = end_of_value(text, text.find_first_not_of(kBlanks, at + 1));
    at = text.find_first_not_of(kBlanks, at);
    if (at == std::string_view::npos) return std::nullopt;
    if (text[at] == '}') return keys;
  }
  return std::nullopt;
}

Status check_head(std::string_view head, const FileFrame& frame, const std::string& shown) {
  if (LEAT_MUTANT("append_looks_at_no_header")) return {};
  if (head.starts_with(kByteOrderMark)) head.remove_prefix(kByteOrderMark.size());
  if (head.empty()) return {};
  if (frame.keys.empty()) {
    if (head.starts_with(frame.header)) return {};
    return refuse(shown, fmt::format("it begins with the line '{}', not with '{}'",
                                     terminal_text(first_line(head)),
                                     terminal_text(first_line(frame.header))));
  }
  if (!frame.header.empty() && !head.starts_with(frame.header))
    return refuse(shown, "it is no JSON array as this sink writes it");
  const auto keys = first_keys(head);
  if (!keys) return {};
  std::vector<std::string> wanted;
  for (const std::string& key : frame.keys) wanted.push_back(json_quote(key));
  if (*keys == wanted) return {};
  return refuse(shown, fmt::format("its first object has the keys {}, not {}",
                                   terminal_text(fmt::format("{}", fmt::join(*keys, ", "))),
                                   terminal_text(fmt::format("{}", fmt::join(wanted, ", ")))));
}

Result<std::string> read_head(ByteSource& old, size_t bytes) {
  std::string head(bytes, '\0');
  LEAT_TRY_ASSIGN(const size_t got,
                  read_fully(old, {reinterpret_cast<uint8_t*>(head.data()), head.size()}));
  head.resize(got);
  return head;
}

}  // namespace

std::vector<std::string> keys_of(const Schema& schema) {
  std::vector<std::string> keys;
  for (const Field& field : schema.fields()) keys.push_back(field.name);
  return keys;
}

Status check_old_head(ByteSource& old, const FileFrame& frame, const std::string& shown) {
  LEAT_TRY_ASSIGN(const std::string head, read_head(old, kHeadBytes));
  return check_head(head, frame, shown);
}

Result<OldContent> read_old(ByteSource& old, const FileFrame& frame, const std::string& shown) {
  LEAT_TRY_ASSIGN(const std::string head, read_head(old, kHeadBytes));
  LEAT_TRY(check_head(head, frame, shown));
  OldContent content{.bytes = head.size()};
  std::string tail = head.substr(head.size() - std::min(head.size(), frame.footer.size() + 1));
  std::vector<uint8_t> piece(kPieceBytes);
  for (;;) {
    LEAT_TRY_ASSIGN(const size_t got, old.read(piece));
    if (got == 0) break;
    content.bytes += got;
    tail.append(reinterpret_cast<const char*>(piece.data()), got);
    tail.erase(0, tail.size() - std::min(tail.size(), frame.footer.size() + 1));
  }
  if (content.bytes == 0) return content;
  if (!tail.ends_with(frame.footer))
    return refuse(shown, "it does not end as this sink ends its files");
  content.kept = content.bytes - frame.footer.size();
  content.is_empty = content.kept <= frame.header.size();
  content.has_line_end = !frame.footer.empty() || tail.ends_with('\n');
  return content;
}

}  // namespace leat::io
