// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Text in other spellings: base64, hexadecimal digits, URLs, numbers of other bases. What is
// decoded is text again, so that bytes which are not UTF-8 are a mistake.
#include <algorithm>
#include <array>
#include <deque>

#include <fmt/format.h>
#include <simdjson.h>

#include "engine/codes/data.h"
#include "operators/expr/functions/functions.h"
#include "operators/expr/kernels/row_kernel.h"

namespace leat::expr {
namespace {

constexpr std::string_view kHex = "0123456789abcdef";
constexpr std::string_view kBase64 =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
/// PostgreSQL's base64 has lines of this length, as RFC 2045.
constexpr size_t kBase64Line = 76;

/// The value of a hexadecimal digit, or -1.
int hex_value(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  const char lower = static_cast<char>(c | 0x20);
  return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

enum class Lines : uint8_t { kOne, kMany };

void append_hex(ResultText& out, std::string_view text) {
  for (const char c : text) {
    if (!out.is_whole()) return;
    const auto byte = static_cast<uint8_t>(c);
    const std::array<char, 2> digits = {kHex[byte >> 4], kHex[byte & 15]};
    out.append({digits.data(), digits.size()});
  }
}

void append_base64(ResultText& out, std::string_view text, Lines lines) {
  size_t line = 0;
  for (size_t at = 0; at < text.size() && out.is_whole(); at += 3) {
    if (lines == Lines::kMany && line == kBase64Line) {
      out.append("\n");
      line = 0;
    }
    const size_t count = std::min<size_t>(3, text.size() - at);
    uint32_t bits = 0;
    for (size_t i = 0; i < 3; ++i)
      bits = bits << 8 | (i < count ? static_cast<uint8_t>(text[at + i]) : 0);
    std::array<char, 4> group;
    for (size_t i = 0; i < 4; ++i) group[i] = i <= count ? kBase64[bits >> (18 - 6 * i) & 63] : '=';
    out.append({group.data(), group.size()});
    line += 4;
  }
}

/// Why `text` is not what it should be; null when `out` has its bytes.
const char* decode_hex(std::string_view text, std::string& out) {
  int high = -1;
  for (const char c : text) {
    if (c == ' ' || c == '\n' || c == '\t' || c == '\r') continue;
    const int value = hex_value(c);
    if (value < 0) return "another character than a hexadecimal digit";
    if (high < 0) {
      high = value;
      continue;
    }
    out += static_cast<char>(high << 4 | value);
    high = -1;
  }
  return high >= 0 ? "an odd number of hexadecimal digits" : nullptr;
}

const char* decode_base64(std::string_view text, std::string& out) {
  uint32_t bits = 0;
  size_t count = 0;
  size_t padding = 0;
  for (const char c : text) {
    if (c == ' ' || c == '\n' || c == '\t' || c == '\r') continue;
    if (c == '=' && count + padding >= 2 && padding < 2) {
      ++padding;
      continue;
    }
    const size_t value = kBase64.find(c == '-' ? '+' : c == '_' ? '/' : c);
    if (value == std::string_view::npos || padding > 0) return "another character than base64 has";
    bits = bits << 6 | static_cast<uint32_t>(value);
    if (++count < 4) continue;
    for (const int shift : {16, 8, 0}) out += static_cast<char>(bits >> shift & 0xFF);
    bits = 0;
    count = 0;
  }
  if (count == 1 || (padding > 0 && (count + padding) % 4 != 0)) return "an incomplete last group";
  if (count >= 2) out += static_cast<char>(bits >> (count == 2 ? 4 : 10) & 0xFF);
  if (count == 3) out += static_cast<char>(bits >> 2 & 0xFF);
  return nullptr;
}

void write_decoded(TextCall& call, std::string_view what, const char* wrong,
                   const std::string& text) {
  if (wrong != nullptr)
    return call.fault(code::kBadArgument, fmt::format("the {} has {}", what, wrong));
  if (!simdjson::validate_utf8(text.data(), text.size()))
    return call.fault(code::kBadArgument, fmt::format("the bytes of the {} are no UTF-8", what));
  call.write(text);
}

constexpr std::string_view kEncodings = "use base64, hex or url";

// ----------------------------------------------------------------------------------------------------------- URLs

bool is_unreserved(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-' ||
         c == '.' || c == '_' || c == '~';
}

void append_url(ResultText& out, std::string_view text) {
  constexpr std::string_view kUpperHex = "0123456789ABCDEF";
  for (const char c : text) {
    if (!out.is_whole()) return;
    const auto byte = static_cast<uint8_t>(c);
    const std::array<char, 3> escaped = {'%', kUpperHex[byte >> 4], kUpperHex[byte & 15]};
    if (is_unreserved(c)) {
      out.append({&c, 1});
    } else {
      out.append({escaped.data(), escaped.size()});
    }
  }
}

const char* decode_url(std::string_view text, std::string& out) {
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      out += text[i];
      continue;
    }
    const int high = i + 2 < text.size() ? hex_value(text[i + 1]) : -1;
    const int low = i + 2 < text.size() ? hex_value(text[i + 2]) : -1;
    if (high < 0 || low < 0) return "a % without two hexadecimal digits behind it";
    out += static_cast<char>(high << 4 | low);
    i += 2;
  }
  return nullptr;
}

constexpr auto kUrlEncode = [](TextCall& call, std::string_view text) {
  ResultText& result = call.result();
  append_url(result, text);
  call.write(result);
};
constexpr auto kUrlDecode = [](TextCall& call, std::string_view text) {
  if (text.find('%') == std::string_view::npos) return call.share(0, text);
  std::string decoded;
  const char* const wrong = decode_url(text, decoded);
  write_decoded(call, "URL", wrong, decoded);
};

/// Takes `scheme://user@host:port/path?query#fragment` apart.
struct Url {
  std::string_view scheme, user, host, port, path, query, fragment;
  bool has_query = false, has_fragment = false, has_user = false, has_port = false;

  explicit Url(std::string_view text) {
    if (const size_t at = text.find('#'); at != std::string_view::npos) {
      fragment = text.substr(at + 1);
      has_fragment = true;
      text = text.substr(0, at);
    }
    if (const size_t at = text.find('?'); at != std::string_view::npos) {
      query = text.substr(at + 1);
      has_query = true;
      text = text.substr(0, at);
    }
    const size_t colon = text.find(':');
    if (colon != std::string_view::npos && colon > 0 && is_scheme(text.substr(0, colon))) {
      scheme = text.substr(0, colon);
      text.remove_prefix(colon + 1);
    }
    if (!text.starts_with("//")) {
      path = text;
      return;
    }
    text.remove_prefix(2);
    const size_t slash = std::min(text.find('/'), text.size());
    path = text.substr(slash);
    authority(text.substr(0, slash));
  }

 private:
  static bool is_scheme(std::string_view text) {
    return std::all_of(
               text.begin(), text.end(),
               [](char c) { return (c != '_' && c != '~' && is_unreserved(c)) || c == '+'; }) &&
           !(text[0] >= '0' && text[0] <= '9');
  }
  void authority(std::string_view text) {
    if (const size_t at = text.rfind('@'); at != std::string_view::npos) {
      user = text.substr(0, at);
      has_user = true;
      text.remove_prefix(at + 1);
    }
    const size_t colon = text.rfind(':');
    const bool in_brackets = text.find(']', colon) != std::string_view::npos;  // IPv6
    if (colon != std::string_view::npos && !in_brackets) {
      port = text.substr(colon + 1);
      has_port = !port.empty();
      text = text.substr(0, colon);
    }
    host = text;
  }
};

/// One field of the structs that parse_url gives. REQUIRES: `context` is of texts.
struct UrlPart {
  UrlPart(const KernelContext& context, const Column& urls, const BufferRef& validity)
      : writer(context), nulls(context, validity), base(writer.adopt(urls)) {}

  TextWriter writer;
  NullWriter nulls;
  uint32_t base;
};

Result<Vector> parse_url(const KernelContext& context, std::span<const Vector> inputs) {
  LEAT_TRY_ASSIGN(BufferRef validity, all_valid(context, inputs));
  const Column& urls = *inputs[0].column;
  std::vector<KernelFault> none;
  const KernelContext texts(context.memory(), context.rows(), kUtf8Type, nullptr, none, false);
  std::deque<UrlPart> parts;
  for (size_t i = 0; i < context.type().fields().size(); ++i)
    parts.emplace_back(texts, urls, validity);
  for_each_valid(context, validity, [&](size_t row) {
    const Utf8View& view = urls.values<Utf8View>()[inputs[0].at(row)];
    const std::string_view text = urls.resolve(view);
    const Url url(text);
    const auto give = [&](size_t part, std::string_view value, bool there) {
      if (!there) return parts[part].nulls.set_null(row);
      parts[part].writer.share(row, view, urls, value.empty() ? text.substr(0, 0) : value,
                               parts[part].base);
    };
    give(0, url.scheme, !url.scheme.empty());
    give(1, url.user, url.has_user);
    give(2, url.host, !url.host.empty());
    give(3, url.port, url.has_port);
    give(4, url.path, true);
    give(5, url.query, url.has_query);
    give(6, url.fragment, url.has_fragment);
  });
  Column::Parts columns;
  for (UrlPart& part : parts) {
    LEAT_TRY_ASSIGN(BufferRef valid, part.nulls.finish());
    LEAT_TRY_ASSIGN(Vector field, part.writer.finish(std::move(valid)));
    columns.children.push_back(std::move(field.column));
  }
  columns.validity = std::move(validity);
  return column_of(context.type(), context.length(), std::move(columns));
}

constexpr auto kUrlParameter = [](TextCall& call, std::string_view text, std::string_view name) {
  std::string_view query = Url(text).query;
  while (!query.empty()) {
    const size_t end = std::min(query.find('&'), query.size());
    const std::string_view pair = query.substr(0, end);
    query.remove_prefix(std::min(end + 1, query.size()));
    const size_t equals = std::min(pair.find('='), pair.size());
    std::string key;
    if (decode_url(pair.substr(0, equals), key) != nullptr || key != name) continue;
    std::string raw(pair.substr(std::min(equals + 1, pair.size())));
    std::replace(raw.begin(), raw.end(), '+', ' ');
    std::string value;
    const char* const wrong = decode_url(raw, value);
    return write_decoded(call, "URL", wrong, value);
  }
  call.null();
};

// ------------------------------------------------------------------------------------------- encode, decode, bases

constexpr auto kEncode = [](TextCall& call, std::string_view text, std::string_view encoding) {
  ResultText& result = call.result();
  if (encoding == "hex") {
    append_hex(result, text);
  } else if (encoding == "base64") {
    append_base64(result, text, Lines::kMany);
  } else if (encoding == "url") {
    append_url(result, text);
  } else {
    return call.fault(code::kBadArgument,
                      fmt::format("'{}' is no encoding", encoding.substr(0, 40)),
                      std::string(kEncodings));
  }
  call.write(result);
};
constexpr auto kDecode = [](TextCall& call, std::string_view text, std::string_view encoding) {
  std::string decoded;
  const char* wrong = nullptr;
  if (encoding == "hex") {
    wrong = decode_hex(text, decoded);
  } else if (encoding == "base64") {
    wrong = decode_base64(text, decoded);
  } else if (encoding == "url") {
    wrong = decode_url(text, decoded);
  } else {
    return call.fault(code::kBadArgument,
                      fmt::format("'{}' is no encoding", encoding.substr(0, 40)),
                      std::string(kEncodings));
  }
  write_decoded(call, encoding, wrong, decoded);
};
constexpr auto kToBase64 = [](TextCall& call, std::string_view text) {
  ResultText& result = call.result();
  append_base64(result, text, Lines::kOne);
  call.write(result);
};
constexpr auto kFromBase64 = [](TextCall& call, std::string_view text) {
  std::string decoded;
  const char* const wrong = decode_base64(text, decoded);
  write_decoded(call, "base64", wrong, decoded);
};
constexpr auto kHexOfText = [](TextCall& call, std::string_view text) {
  ResultText& result = call.result();
  append_hex(result, text);
  call.write(result);
};

/// The digits of a number that is not negative.
void write_base(TextCall& call, uint64_t number, uint64_t base, size_t digits_min) {
  constexpr std::string_view kDigits = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ";
  std::array<char, 64> text;
  size_t at = text.size();
  do {
    text[--at] = kDigits[number % base];
    number /= base;
  } while (number > 0);
  while (text.size() - at < digits_min) text[--at] = '0';
  call.write({text.data() + at, text.size() - at});
}
constexpr auto kToHex = [](TextCall& call, int64_t number) {
  call.write(fmt::format("{:x}", static_cast<uint64_t>(number)));
};
constexpr auto kToBinary = [](TextCall& call, int64_t number) {
  call.write(fmt::format("{:b}", static_cast<uint64_t>(number)));
};
void to_base(TextCall& call, int64_t number, int64_t base, int64_t digits) {
  if (base < 2 || base > 36)
    return call.fault(code::kBadArgument, fmt::format("a base is 2 to 36, not {}", base));
  if (number < 0) return call.fault(code::kBadArgument, fmt::format("{} is negative", number));
  if (digits < 0 || digits > 64)
    return call.fault(code::kBadArgument,
                      fmt::format("a number has at least 0 to 64 digits, not {}", digits));
  write_base(call, static_cast<uint64_t>(number), static_cast<uint64_t>(base),
             static_cast<size_t>(digits));
}
constexpr auto kToBase = [](TextCall& call, int64_t number, int64_t base) {
  to_base(call, number, base, 1);
};
constexpr auto kToBasePadded = [](TextCall& call, int64_t number, int64_t base, int64_t digits) {
  to_base(call, number, base, digits);
};

constexpr std::array<Function, 13> kEncodingFunctions = {{
    {"encode",
     "encode(text utf8, encoding utf8) -> utf8",
     {"The bytes of the text as `base64` (lines of 76 characters), `hex` or `url`.",
      "There is no such encoding: `encode('a', 'rot13')`."},
     "encode('Zürich', 'hex')",
     "5ac3bc72696368",
     text_kernel<kEncode>},
    {"decode",
     "decode(text utf8, encoding utf8) -> utf8",
     {"The text whose bytes are written as `base64` (also that of URLs), `hex` or `url`.",
      "The text is not so encoded, or its bytes are no UTF-8: `decode('ff', 'hex')`."},
     "decode('WsO8cmljaA==', 'base64')",
     "Zürich",
     text_kernel<kDecode>},
    {"to_base64",
     "to_base64(text utf8) -> utf8",
     {"The bytes of the text as base64, in one line.",
      "The result is longer than 64 MiB: `to_base64(repeat('abc', 20000000))`."},
     "to_base64('Zürich')",
     "WsO8cmljaA==",
     text_kernel<kToBase64>},
    {"from_base64",
     "from_base64(text utf8) -> utf8",
     {"The text whose bytes are written as base64.",
      "The text is no base64, or its bytes are no UTF-8: `from_base64('*')`."},
     "from_base64('WsO8cmljaA==')",
     "Zürich",
     text_kernel<kFromBase64>},
    {"to_hex", "to_hex(number int64) -> utf8",
     "The number in hexadecimal digits; negative ones as their 64 bits.", "to_hex(2147483647)",
     "7fffffff", text_kernel<kToHex>},
    {"hex",
     "hex(text utf8) -> utf8",
     {"The bytes of the text in hexadecimal digits.",
      "The result is longer than 64 MiB: `hex(repeat('a', 34000000))`."},
     "hex('AZ')",
     "415a",
     text_kernel<kHexOfText>},
    {"bin", "bin(number int64) -> utf8",
     "The number in binary digits; negative ones as their 64 bits.", "bin(10)", "1010",
     text_kernel<kToBinary>},
    {"to_base",
     "to_base(number int64, base int64) -> utf8",
     {"The number in the digits of a base from 2 to 36.",
      "The base is another, or the number is negative: `to_base(1, 37)`."},
     "to_base(255, 36)",
     "73",
     text_kernel<kToBase>},
    {"to_base",
     "to_base(number int64, base int64, digits int64) -> utf8",
     {"As before, with at least `digits` digits.",
      "`digits` is more than 64, or as before: `to_base(1, 2, 65)`."},
     "to_base(5, 2, 8)",
     "00000101",
     text_kernel<kToBasePadded>},
    {"url_encode",
     "url_encode(text utf8) -> utf8",
     {"The text with %xx for each byte that is no letter, digit, - . _ or ~.",
      "The result is longer than 64 MiB: `url_encode(repeat('/', 30000000))`."},
     "url_encode('a b/ü')",
     "a%20b%2F%C3%BC",
     text_kernel<kUrlEncode>},
    {"url_decode",
     "url_decode(text utf8) -> utf8",
     {"The text that url_encode made this of.",
      "A % has no two digits behind it, or the bytes are no UTF-8: `url_decode('100%')`."},
     "url_decode('a%20b%2F%C3%BC')",
     "a b/ü",
     text_kernel<kUrlDecode>},
    {"parse_url",
     "parse_url(url utf8) -> struct<scheme utf8, user utf8, host utf8, port utf8, path utf8, query "
     "utf8, fragment utf8>",
     "The parts of the URL, as they stand in it; what it has not is NULL.",
     "parse_url('https://leat.example:8080/a/b?x=1#top').host", "leat.example", parse_url},
    {"url_parameter",
     "url_parameter(url utf8, name utf8) -> utf8",
     {"The first value that the query of the URL has for the name, decoded; NULL when it has none.",
      "The value is not encoded as URLs are: `url_parameter('http://a?x=%', 'x')`."},
     "url_parameter('https://a/b?q=red%20shoes&page=2', 'q')",
     "red shoes",
     text_kernel<kUrlParameter>},
}};

}  // namespace

std::span<const Function> encoding_functions() { return kEncodingFunctions; }

}  // namespace leat::expr
