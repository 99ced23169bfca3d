// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include "cli/lsp/wire.h"

#include <poll.h>
#include <unistd.h>

#include <array>
#include <cctype>
#include <cerrno>
#include <charconv>

#include <fmt/format.h>

namespace leat::cli {
namespace {

constexpr std::string_view kLength = "content-length:";
constexpr size_t kLineMax = 4096;

/// The number in a line `Content-Length: N`, whatever its case; nullopt: it is another header.
std::optional<size_t> length_in(std::string_view line) {
  if (line.size() < kLength.size()) return std::nullopt;
  for (size_t i = 0; i < kLength.size(); ++i) {
    if (std::tolower(static_cast<unsigned char>(line[i])) != kLength[i]) return std::nullopt;
  }
  line.remove_prefix(kLength.size());
  while (line.starts_with(' ')) line.remove_prefix(1);
  size_t length = 0;
  const auto [end, error] = std::from_chars(line.data(), line.data() + line.size(), length);
  const bool whole = error == std::errc() && end == line.data() + line.size();
  return whole ? std::optional(length) : std::nullopt;
}

}  // namespace

bool MessageReader::fill() {
  std::array<char, 1 << 16> piece;
  for (;;) {
    const ssize_t got = ::read(descriptor_, piece.data(), piece.size());
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) return false;
    buffer_.append(piece.data(), static_cast<size_t>(got));
    return true;
  }
}

std::optional<std::string> MessageReader::line() {
  size_t end = 0;
  while ((end = buffer_.find('\n')) == std::string::npos) {
    if (buffer_.size() > kLineMax || !fill()) return std::nullopt;
  }
  std::string line = buffer_.substr(0, end);
  buffer_.erase(0, end + 1);
  if (line.ends_with('\r')) line.pop_back();
  return line;
}

std::optional<std::string> MessageReader::next() {
  std::optional<size_t> length;
  for (;;) {
    const std::optional<std::string> header = line();
    if (!header) return std::nullopt;
    if (const auto found = length_in(*header)) length = found;
    if (header->empty() && length) break;
  }
  if (*length > kBytesMax) return std::nullopt;
  while (buffer_.size() < *length) {
    if (!fill()) return std::nullopt;
  }
  std::string content = buffer_.substr(0, *length);
  buffer_.erase(0, *length);
  return content;
}

bool MessageReader::is_ready() const {
  if (!buffer_.empty()) return true;
  pollfd asked{descriptor_, POLLIN, 0};
  return ::poll(&asked, 1, 0) > 0;
}

bool write_message(int descriptor, std::string_view content) {
  const std::string message = fmt::format("Content-Length: {}\r\n\r\n{}", content.size(), content);
  std::string_view rest = message;
  while (!rest.empty()) {
    const ssize_t written = ::write(descriptor, rest.data(), rest.size());
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return false;
    rest.remove_prefix(static_cast<size_t>(written));
  }
  return true;
}

}  // namespace leat::cli
