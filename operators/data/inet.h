// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Addresses of hosts and networks, IPv4 and IPv6, as PostgreSQL's `inet` has them: an address and
// how many of its first bits name the network.
//
// A value lies in a column as bytes whose order is that of the type, so that sorts, groups and
// comparisons need not know what they are:
//
//   family (4 or 6) | the address, without the bits of the host | bits of the network | the address
//
// That is PostgreSQL's order: of one family, by the bits of the network that both have, then the
// network of fewer bits, then the rest of the address. Values of IPv4 have ten bytes, which a view
// holds in itself.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace leat::io {

struct Inet {
  static constexpr size_t kBytesMax = 16;

  bool is_v6 = false;
  uint8_t bits = 32;                            ///< Of the network: up to 32, or 128.
  std::array<uint8_t, kBytesMax> address = {};  ///< Of IPv4 the first four.

  size_t bytes() const { return is_v6 ? 16 : 4; }
  uint8_t bits_max() const { return is_v6 ? 128 : 32; }

  bool operator==(const Inet&) const = default;
};

/// The bytes of a value in a column.
inline constexpr size_t kInetBytesMax = 2 + 2 * Inet::kBytesMax;
/// The text of a value: of IPv6 eight groups, and the bits of the network.
inline constexpr size_t kInetTextBytes = 50;

/// Writes the bytes; returns how many. REQUIRES: room for kInetBytesMax.
size_t encode_inet(const Inet& value, char* out);
/// REQUIRES: bytes that encode_inet wrote.
Inet decode_inet(std::string_view bytes);

/// `192.0.2.1`, `192.0.2.0/24`, `2001:db8::1/64`, `192.0.2/24`, as PostgreSQL reads them: numbers
/// of an IPv4 address are decimal, and those behind may be left out where the network's bits are
/// there.
std::optional<Inet> parse_inet(std::string_view text);

/// Writes the text and returns the end of it; the bits of the network stand in it unless all are.
/// REQUIRES: room for kInetTextBytes.
char* format_inet(const Inet& value, char* out);
/// Without the bits of the network.
char* format_host(const Inet& value, char* out);

/// The address with only its first `bits` bits, the others 0, or 1.
Inet with_host_bits(const Inet& value, uint8_t bits, bool ones);

/// Have `a` and `b` the same family and the same first `bits` bits?
bool share_bits(const Inet& a, const Inet& b, uint8_t bits);

/// A number that is at most that of `other` where the value is at most `other`: 64 bits do not tell
/// all values apart.
uint64_t inet_order_code(const Inet& value);

}  // namespace leat::io
