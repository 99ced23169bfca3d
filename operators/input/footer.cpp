// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Problem: an export ends with `Total: 17 rows`, and where the end is nobody knows before it was
// read; a pipe cannot be read twice.
//
// Invariants:
//  1. Nothing is given on that may belong to the footer: what is held back begins with the last
//     lines of all that was read so far, and more text only moves that on.
//  2. What is left out depends on the text alone, not on how reads return.
//  3. No more than kFooterBytesMax and a step are held back.
//
// Not chosen: leaving out the last records instead (a footer is seldom one: its quotes and fields
// are those of prose).
#include "operators/input/footer.h"

#include <algorithm>
#include <cstring>
#include <string>
#include <utility>

#include <fmt/format.h>

#include "engine/codes/data.h"
#include "engine/mutant.h"

namespace leat::io {
namespace {

constexpr size_t kStepBytes = size_t{128} << 10;

class FooterSource final : public ByteSource {
 public:
  FooterSource(std::unique_ptr<ByteSource> text, std::string input, size_t lines,
               MemoryAccount* memory)
      : text_(std::move(text)), input_(std::move(input)), lines_(lines), memory_(memory) {}
  FooterSource(const FooterSource&) = delete;
  FooterSource& operator=(const FooterSource&) = delete;
  ~FooterSource() override {
    if (memory_ != nullptr) memory_->refund(charged_);
  }

  Result<size_t> read(std::span<uint8_t> into) override {
    while (given_ == ready_) {
      if (at_end_) return 0;
      LEAT_TRY(fill());
    }
    const size_t bytes = std::min(into.size(), ready_ - given_);
    std::memcpy(into.data(), held_.data() + given_, bytes);
    given_ += bytes;
    return bytes;
  }

 private:
  Status fill() {
    held_.erase(0, given_);
    given_ = ready_ = 0;
    const size_t begin = held_.size();
    if (begin > kFooterBytesMax) {
      Error error(code::kRecordTooLong, ErrorCode::kData,
                  fmt::format("the last {} lines are too long for a footer", lines_),
                  "'footer' is the number of lines at the end that are no records");
      error.data = TextPlace{input_, 0, 0};
      return std::unexpected(std::move(error));
    }
    if (memory_ != nullptr && begin + kStepBytes > charged_) {
      LEAT_TRY(memory_->charge(begin + kStepBytes - charged_));
      charged_ = begin + kStepBytes;
    }
    held_.resize(begin + kStepBytes);
    LEAT_TRY_ASSIGN(const size_t got,
                    text_->read({reinterpret_cast<uint8_t*>(held_.data()) + begin, kStepBytes}));
    held_.resize(begin + got);
    at_end_ = got == 0;
    ready_ = footer_begin();
    if (at_end_ && LEAT_MUTANT("footers_are_records")) ready_ = held_.size();
    return {};
  }

  /// Where the footer begins if the text ends here.
  size_t footer_begin() const {
    size_t end = held_.size();
    for (size_t found = 0; end > 0;) {
      const void* const newline = ::memrchr(held_.data(), '\n', end);
      const size_t begin =
          newline == nullptr
              ? 0
              : static_cast<size_t>(static_cast<const char*>(newline) - held_.data()) + 1;
      const std::string_view line = std::string_view(held_).substr(begin, end - begin);
      const bool is_empty = line.find_first_not_of('\r') == std::string_view::npos;
      if (!is_empty && ++found == lines_) return begin;
      end = begin == 0 ? 0 : begin - 1;
    }
    return 0;
  }

  const std::unique_ptr<ByteSource> text_;
  const std::string input_;
  const size_t lines_;
  MemoryAccount* const memory_;  // null while binding
  size_t charged_ = 0;
  std::string held_;  // read, and not given on before this read
  size_t ready_ = 0;  // of these bytes are no footer
  size_t given_ = 0;
  bool at_end_ = false;
};

}  // namespace

std::unique_ptr<ByteSource> drop_footer(std::unique_ptr<ByteSource> text, const Input& input,
                                        size_t lines, MemoryAccount* memory) {
  if (lines == 0) return text;
  return std::make_unique<FooterSource>(std::move(text), input.name, lines, memory);
}

}  // namespace leat::io
