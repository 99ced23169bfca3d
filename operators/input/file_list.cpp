// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Problem: which files are to be read, another program knows, and a command line is too short for
// all of them.
//
// Invariants: a list is read while binding, all of it, and bounded; it is text, and a NUL in it is
// a mistake, not an end.
//
// Not chosen: a mark in `path` (`@list`), which is a good name of a file, and which YAML keeps for
// itself.
#include "operators/input/file_list.h"

#include <algorithm>
#include <string>
#include <string_view>

#include <fmt/format.h>

#include "engine/codes/file.h"
#include "operators/input/byte_source.h"
#include "operators/input/inputs.h"

namespace leat::io {
namespace {

constexpr size_t kListBytesMax = size_t{64} << 20;
constexpr size_t kReadBytes = size_t{64} << 10;

/// All of the text. ERRORS: kIo; kData when it is too long for a list.
Result<std::string> read_all(const std::string& name) {
  const Input input{.name = name};
  LEAT_TRY_ASSIGN(const auto source, open_byte_source(input, OpenFor::kPeek));
  std::string text;
  for (;;) {
    const size_t before = text.size();
    text.resize(before + kReadBytes);
    LEAT_TRY_ASSIGN(
        const size_t got,
        read_fully(*source, {reinterpret_cast<uint8_t*>(text.data()) + before, kReadBytes}));
    text.resize(before + got);
    if (got < kReadBytes) return text;
    if (text.size() > kListBytesMax)
      return fail(code::kFileList, ErrorCode::kData,
                  fmt::format("'{}' is longer than 64 MiB, too long a list", name),
                  "a list has the path of a file on each line");
  }
}

}  // namespace

std::optional<std::vector<SourceText>> read_file_list(const SourceText& source,
                                                      const BindContext& context) {
  const bool is_stdin = names_stdin(source.text());
  if (is_stdin && !context.stdin_user.empty()) {
    context.diagnostics.error(
        code::kReadTwice, source.span(),
        fmt::format("standard input can be read only once, and {}", context.stdin_user));
    return std::nullopt;
  }
  if (source.text().empty()) {
    context.diagnostics.error(code::kFileList, source.span(), "the list needs the name of a file");
    return std::nullopt;
  }
  const Result<std::string> text = read_all(is_stdin ? std::string(kStdinName) : source.text());
  if (!text) {
    context.diagnostics.error(text.error().number, source.span(), text.error().message,
                              text.error().hint);
    return std::nullopt;
  }
  std::vector<SourceText> paths;
  for (size_t begin = 0; begin < text->size();) {
    const size_t end = std::min(text->find('\n', begin), text->size());
    std::string line = text->substr(begin, end - begin);
    if (line.ends_with('\r')) line.pop_back();
    begin = end + 1;
    if (line.empty()) continue;
    if (is_stdin && names_stdin(line)) {
      context.diagnostics.error(code::kReadTwice, source.span(),
                                "the list is read from standard input, which can be no input then");
      return std::nullopt;
    }
    paths.emplace_back(std::move(line), source.span(), std::vector<SourceText::Piece>());
  }
  return paths;
}

bool lists_stdin(const OptionValues& options) {
  return options.has(kFilesFromOption.name) && names_stdin(options.text(kFilesFromOption.name));
}

}  // namespace leat::io
