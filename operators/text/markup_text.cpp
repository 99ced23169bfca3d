// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Problem: a value that is written into a document must not become a part of the document's own
// language, whatever it holds: `<script>` least of all.
//
// Invariants: every character with a meaning in a place where values are put is escaped, always; so
// nothing need be known of what stands around.
#include "operators/text/markup_text.h"

#include <algorithm>
#include <cstdint>
#include <initializer_list>
#include <utility>

namespace leat::io {
namespace {

using Mark = std::pair<char, std::string_view>;

std::string replaced(std::string_view text, std::initializer_list<Mark> marks) {
  std::string out;
  for (const char c : text) {
    const auto* const mark =
        std::find_if(marks.begin(), marks.end(), [c](const Mark& one) { return one.first == c; });
    if (mark == marks.end()) {
      out += c;
    } else {
      out += mark->second;
    }
  }
  return out;
}

}  // namespace

std::string html_text(std::string_view text) {
  std::string out = replaced(text, {{'&', "&amp;"},
                                    {'<', "&lt;"},
                                    {'>', "&gt;"},
                                    {'"', "&quot;"},
                                    {'\'', "&#39;"},
                                    {'\r', "&#13;"}});
  const auto is_forbidden = [](char c) {
    return static_cast<uint8_t>(c) < 0x20 && c != '\n' && c != '\t';
  };
  if (std::none_of(out.begin(), out.end(), is_forbidden)) return out;
  std::string clean;
  for (const char c : out) {
    if (is_forbidden(c)) {
      clean += "\xEF\xBF\xBD";
    } else {
      clean += c;
    }
  }
  return clean;
}

std::string latex_text(std::string_view text) {
  return replaced(text, {{'\\', "\\textbackslash{}"},
                         {'{', "\\{"},
                         {'}', "\\}"},
                         {'$', "\\$"},
                         {'&', "\\&"},
                         {'#', "\\#"},
                         {'%', "\\%"},
                         {'_', "\\_"},
                         {'^', "\\textasciicircum{}"},
                         {'~', "\\textasciitilde{}"},
                         {'<', "\\textless{}"},
                         {'>', "\\textgreater{}"},
                         {'|', "\\textbar{}"},
                         {'"', "\\textquotedbl{}"},
                         {'[', "{[}"},  // behind a \\ it would be a distance
                         {']', "{]}"},
                         {'\n', " "},
                         {'\r', ""}});
}

std::string markdown_text(std::string_view text) {
  return replaced(text, {{'|', "\\|"}, {'\n', "<br>"}, {'\r', ""}});
}

}  // namespace leat::io
