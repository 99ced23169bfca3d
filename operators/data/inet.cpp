// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include "operators/data/inet.h"

#include <arpa/inet.h>

#include <algorithm>
#include <charconv>
#include <cstring>
#include <utility>

namespace leat::io {
namespace {

constexpr char kFamily4 = 4;
constexpr char kFamily6 = 6;
constexpr size_t kWords = 8;

bool is_decimal_digit(char c) { return c >= '0' && c <= '9'; }

/// Reads digits at the beginning of `text` that make a number up to `max`, and takes them away.
std::optional<unsigned> take_number(std::string_view& text, unsigned max) {
  size_t count = 0;
  unsigned value = 0;
  for (; count < text.size() && is_decimal_digit(text[count]); ++count) {
    value = value * 10 + static_cast<unsigned>(text[count] - '0');
    if (value > max) return std::nullopt;
  }
  if (count == 0) return std::nullopt;
  text.remove_prefix(count);
  return value;
}

/// The number of octets that were written; nullopt: it is no address.
std::optional<size_t> read_v4(std::string_view text, Inet& value) {
  for (size_t octet = 0; octet < 4; ++octet) {
    const auto number = take_number(text, 255);
    if (!number) return std::nullopt;
    value.address[octet] = static_cast<uint8_t>(*number);
    if (text.empty()) return octet + 1;
    if (text.front() != '.') return std::nullopt;
    text.remove_prefix(1);
  }
  return std::nullopt;
}

bool read_v6(std::string_view text, Inet& value) {
  std::array<char, INET6_ADDRSTRLEN> copy{};
  if (text.size() >= copy.size()) return false;
  std::copy(text.begin(), text.end(), copy.begin());
  return inet_pton(AF_INET6, copy.data(), value.address.data()) == 1;
}

char* put_octets(const uint8_t* octets, char* out) {
  for (size_t i = 0; i < 4; ++i) {
    if (i > 0) *out++ = '.';
    out = std::to_chars(out, out + 3, octets[i]).ptr;
  }
  return out;
}

/// Where the longest run of at least two words of 0 stands, and its length, which is 0 without one.
std::pair<size_t, size_t> longest_zeros(const std::array<unsigned, kWords>& words) {
  std::pair<size_t, size_t> best{0, 0};
  for (size_t begin = 0; begin < kWords;) {
    size_t end = begin;
    while (end < kWords && words[end] == 0) ++end;
    if (end - begin >= 2 && end - begin > best.second) best = {begin, end - begin};
    begin = end + 1;
  }
  return best;
}

char* put_v6(const Inet& value, char* out) {
  std::array<unsigned, kWords> words;
  for (size_t i = 0; i < kWords; ++i)
    words[i] = static_cast<unsigned>(value.address[2 * i]) << 8 | value.address[2 * i + 1];
  const auto [zeros, count] = longest_zeros(words);
  // Addresses of IPv4 within IPv6 are written as such.
  const bool holds_v4 = zeros == 0 && (count == 6 || (count == 5 && words[5] == 0xffff));
  for (size_t i = 0; i < kWords; ++i) {
    if (i >= zeros && i < zeros + count) {
      if (i == zeros) *out++ = ':';
      continue;
    }
    if (i > 0) *out++ = ':';
    if (i == 6 && holds_v4) return put_octets(&value.address[12], out);
    out = std::to_chars(out, out + 4, words[i], 16).ptr;
  }
  if (count > 0 && zeros + count == kWords) *out++ = ':';
  return out;
}

}  // namespace

size_t encode_inet(const Inet& value, char* out) {
  const size_t bytes = value.bytes();
  const Inet network = with_host_bits(value, value.bits, false);
  *out = value.is_v6 ? kFamily6 : kFamily4;
  std::memcpy(out + 1, network.address.data(), bytes);
  out[1 + bytes] = static_cast<char>(value.bits);
  std::memcpy(out + 2 + bytes, value.address.data(), bytes);
  return 2 + 2 * bytes;
}

Inet decode_inet(std::string_view bytes) {
  Inet value;
  value.is_v6 = bytes.size() == kInetBytesMax;
  const size_t length = value.bytes();
  value.bits = static_cast<uint8_t>(bytes[1 + length]);
  std::memcpy(value.address.data(), bytes.data() + 2 + length, length);
  return value;
}

std::optional<Inet> parse_inet(std::string_view text) {
  Inet value;
  const size_t slash = text.find('/');
  const std::string_view address = text.substr(0, slash);
  value.is_v6 = address.find(':') != std::string_view::npos;
  value.bits = value.bits_max();
  if (slash != std::string_view::npos) {
    std::string_view bits = text.substr(slash + 1);
    const auto number = take_number(bits, value.bits_max());
    if (!number || !bits.empty()) return std::nullopt;
    value.bits = static_cast<uint8_t>(*number);
  }
  if (value.is_v6) return read_v6(address, value) ? std::optional(value) : std::nullopt;
  const std::optional<size_t> octets = read_v4(address, value);
  const bool is_cut = octets && *octets < 4;
  if (!octets || (is_cut && (slash == std::string_view::npos || value.bits / 8 > *octets)))
    return std::nullopt;
  return value;
}

char* format_host(const Inet& value, char* out) {
  return value.is_v6 ? put_v6(value, out) : put_octets(value.address.data(), out);
}

char* format_inet(const Inet& value, char* out) {
  out = format_host(value, out);
  if (value.bits == value.bits_max()) return out;
  *out++ = '/';
  return std::to_chars(out, out + 3, value.bits).ptr;
}

Inet with_host_bits(const Inet& value, uint8_t bits, bool ones) {
  Inet result = value;
  for (size_t i = 0; i < value.bytes(); ++i) {
    const size_t before = 8 * i;
    const unsigned kept = bits <= before ? 0 : bits >= before + 8 ? 8 : bits - before;
    const auto host = static_cast<uint8_t>(0xff >> kept);
    result.address[i] =
        static_cast<uint8_t>(ones ? value.address[i] | host : value.address[i] & ~unsigned{host});
  }
  return result;
}

bool share_bits(const Inet& a, const Inet& b, uint8_t bits) {
  return a.is_v6 == b.is_v6 &&
         with_host_bits(a, bits, false).address == with_host_bits(b, bits, false).address;
}

uint64_t inet_order_code(const Inet& value) {
  const Inet network = with_host_bits(value, value.bits, false);
  uint64_t code = 0;
  for (size_t i = 0; i < 8; ++i) code = code << 8 | network.address[i];
  if (value.is_v6) return uint64_t{1} << 63 | code >> 1;
  // The first half is the network; 33 lengths fit below it.
  return code >> 1 | value.bits;
}

}  // namespace leat::io
