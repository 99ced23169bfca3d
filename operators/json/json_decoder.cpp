// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include "operators/json/json_decoder.h"

#include <cstring>

#include "operators/input/line_splitter.h"

namespace leat::io {

namespace {

class JsonDecoder final : public Decoder {
 public:
  JsonDecoder(const JsonFormat& format, const LaneContext& context)
      : rows_(format, context), context_(context) {}

  Status decode(const Split& split, Output& output) override {
    LEAT_TRY(rows_.start(split, 1, make_line_origin(split, EmptyLines::kAreRows), output));
    const std::string_view text = split.bytes();
    const char* at = text.data();
    const char* const end = at + text.size();
    const JsonScanner scanner(text);
    for (uint32_t line = 0; at < end; ++line) {
      const char* const line_begin = at;
      at = scanner.skip_space(at);
      if (scanner.peek(at) != '\n' && at < end) {
        LEAT_TRY_ASSIGN(at, read_line(line_begin, at, end, line));
      }
      ++at;  // past the line feed
    }
    return rows_.finish();
  }

 private:
  /// Reads the line at `begin`, whose first character that is no space is at `first`; returns its
  /// end.
  Result<const char*> read_line(const char* begin, const char* first, const char* end,
                                uint32_t number) {
    context_.ledger.add(Counter::kRead, 1);
    if (!rows_.is_utf8()) [[unlikely]] {
      const char* const line_end = find_end(begin, end);
      LEAT_TRY_ASSIGN(const bool valid, rows_.check_utf8({begin, line_end}, number));
      if (!valid) return line_end;
    }
    LEAT_TRY_ASSIGN(const char* const line_end, rows_.read(first, end, number));
    return line_end != nullptr ? line_end : find_end(begin, end);
  }

  static const char* find_end(const char* at, const char* end) {
    const void* const feed = std::memchr(at, '\n', static_cast<size_t>(end - at));
    return feed == nullptr ? end : static_cast<const char*>(feed);
  }

  JsonRows rows_;
  LaneContext context_;
};

}  // namespace

std::unique_ptr<Decoder> make_json_decoder(const JsonFormat& format, const LaneContext& context) {
  return std::make_unique<JsonDecoder>(format, context);
}

}  // namespace leat::io
