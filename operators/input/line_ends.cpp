// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Problem: a file of an old Macintosh or of a spreadsheet ends its lines with carriage returns. To
// every reader of lines it is one line, which is a header without rows.
//
// Invariants:
//  1. What decides is the beginning of the text, never how reads return or how long chunks are.
//  2. A file with line feeds is passed on untouched, and is not looked at behind its first one: a
//     carriage return there is a part of a line break, or text.
//
// Not chosen: an option (nobody knows what line ends a file has before it was read wrong), and any
// mixture of line ends, in which a carriage return inside quotes would become a row.
#include "operators/input/line_ends.h"

#include <algorithm>
#include <cstring>
#include <string>
#include <utility>

#include "engine/mutant.h"

namespace leat::io {
namespace {

class LineEndSource final : public ByteSource {
 public:
  explicit LineEndSource(std::unique_ptr<ByteSource> text) : text_(std::move(text)) {}

  Result<size_t> read(std::span<uint8_t> into) override {
    if (given_ < ahead_.size()) return give_ahead(into);
    LEAT_TRY_ASSIGN(const size_t got, text_->read(into));
    const auto bytes = into.first(got);
    if (ends_ == Ends::kUnknown) LEAT_TRY(look_at(bytes));
    if (ends_ == Ends::kCarriageReturns) translate(bytes);
    return got;
  }

 private:
  enum class Ends : uint8_t { kUnknown, kLineFeeds, kCarriageReturns };

  static void translate(std::span<uint8_t> bytes) {
    if (LEAT_MUTANT("carriage_returns_are_text")) return;
    std::replace(bytes.begin(), bytes.end(), uint8_t{'\r'}, uint8_t{'\n'});
  }

  /// The next bytes, before which there was no line end.
  Status look_at(std::span<const uint8_t> bytes) {
    const auto part = bytes.first(std::min(bytes.size(), kLineEndProbeBytes - looked_at_));
    looked_at_ += part.size();
    const bool carriage_return = has(part, '\r');
    if (has(part, '\n')) {
      ends_ = Ends::kLineFeeds;
    } else if (carriage_return) {
      LEAT_TRY(look_ahead());
    } else if (looked_at_ == kLineEndProbeBytes) {
      ends_ = Ends::kLineFeeds;
    }
    return {};
  }

  /// Reads the rest of what decides.
  Status look_ahead() {
    ahead_.resize(kLineEndProbeBytes - looked_at_);
    auto* const bytes = reinterpret_cast<uint8_t*>(ahead_.data());
    LEAT_TRY_ASSIGN(const size_t got, read_fully(*text_, {bytes, ahead_.size()}));
    ahead_.resize(got);
    ends_ = has({bytes, got}, '\n') ? Ends::kLineFeeds : Ends::kCarriageReturns;
    if (ends_ == Ends::kCarriageReturns) translate({bytes, got});
    return {};
  }

  size_t give_ahead(std::span<uint8_t> into) {
    const size_t bytes = std::min(into.size(), ahead_.size() - given_);
    std::memcpy(into.data(), ahead_.data() + given_, bytes);
    given_ += bytes;
    if (given_ == ahead_.size()) {
      ahead_ = std::string();
      given_ = 0;
    }
    return bytes;
  }

  static bool has(std::span<const uint8_t> bytes, char c) {
    return !bytes.empty() && std::memchr(bytes.data(), c, bytes.size()) != nullptr;
  }

  const std::unique_ptr<ByteSource> text_;
  Ends ends_ = Ends::kUnknown;
  size_t looked_at_ = 0;  // bytes, while that is unknown
  std::string ahead_;     // read to find it out
  size_t given_ = 0;      // of these
};

}  // namespace

std::unique_ptr<ByteSource> unify_line_ends(std::unique_ptr<ByteSource> text) {
  return std::make_unique<LineEndSource>(std::move(text));
}

}  // namespace leat::io
