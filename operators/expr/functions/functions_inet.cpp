// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Functions of addresses and networks, as PostgreSQL has them.
#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "engine/codes/data.h"
#include "operators/data/inet.h"
#include "operators/expr/functions/functions.h"
#include "operators/expr/kernels/inet_values.h"

namespace leat::expr {
namespace {

using io::Inet;

/// Does the network `outer` hold all of `inner`?
bool holds_all(const Inet& outer, const Inet& inner) {
  return inner.bits >= outer.bits && io::share_bits(outer, inner, outer.bits);
}
constexpr auto kSub = [](std::string_view left, std::string_view right) {
  const Inet inner = io::decode_inet(left);
  const Inet outer = io::decode_inet(right);
  return holds_all(outer, inner) && inner.bits != outer.bits;
};
constexpr auto kSubOrEqual = [](std::string_view left, std::string_view right) {
  return holds_all(io::decode_inet(right), io::decode_inet(left));
};
constexpr auto kSup = [](std::string_view left, std::string_view right) {
  return kSub(right, left);
};
constexpr auto kSupOrEqual = [](std::string_view left, std::string_view right) {
  return kSubOrEqual(right, left);
};
constexpr auto kOverlap = [](std::string_view left, std::string_view right) {
  const Inet a = io::decode_inet(left);
  const Inet b = io::decode_inet(right);
  return io::share_bits(a, b, std::min(a.bits, b.bits));
};

constexpr auto kFamily = [](std::string_view value) {
  return int64_t{io::decode_inet(value).is_v6 ? 6 : 4};
};
constexpr auto kMasklen = [](std::string_view value) {
  return int64_t{io::decode_inet(value).bits};
};
constexpr auto kHost = [](TextCall& call, std::string_view bytes) {
  std::array<char, io::kInetTextBytes> text;
  const char* const end = io::format_host(io::decode_inet(bytes), text.data());
  call.write({text.data(), static_cast<size_t>(end - text.data())});
};
constexpr auto kText = [](TextCall& call, std::string_view bytes) {
  const Inet value = io::decode_inet(bytes);
  std::array<char, io::kInetTextBytes> text;
  const char* const end = io::format_host(value, text.data());
  call.write(fmt::format(
      "{}/{}", std::string_view(text.data(), static_cast<size_t>(end - text.data())), value.bits));
};
constexpr auto kAbbrev = [](TextCall& call, std::string_view bytes) {
  std::array<char, io::kInetTextBytes> text;
  const char* const end = io::format_inet(io::decode_inet(bytes), text.data());
  call.write({text.data(), static_cast<size_t>(end - text.data())});
};
constexpr auto kNetwork = [](TextCall& call, std::string_view bytes) {
  const Inet value = io::decode_inet(bytes);
  write_inet(call, io::with_host_bits(value, value.bits, false));
};
constexpr auto kBroadcast = [](TextCall& call, std::string_view bytes) {
  const Inet value = io::decode_inet(bytes);
  write_inet(call, io::with_host_bits(value, value.bits, true));
};

/// All bits, or none, before the host's; the others after it.
Inet mask_of(const Inet& value, bool ones_in_host) {
  Inet mask{.is_v6 = value.is_v6, .bits = value.bits_max()};
  for (uint8_t& byte : mask.address) byte = ones_in_host ? 0 : 0xff;
  return io::with_host_bits(mask, value.bits, ones_in_host);
}
constexpr auto kNetmask = [](TextCall& call, std::string_view bytes) {
  write_inet(call, mask_of(io::decode_inet(bytes), false));
};
constexpr auto kHostmask = [](TextCall& call, std::string_view bytes) {
  write_inet(call, mask_of(io::decode_inet(bytes), true));
};

constexpr auto kSetMasklen = [](TextCall& call, std::string_view bytes, int64_t bits) {
  Inet value = io::decode_inet(bytes);
  if (bits == -1) bits = value.bits_max();
  if (bits < 0 || bits > value.bits_max())
    return call.fault(code::kBadArgument, fmt::format("there is no network of {} bits", bits));
  value.bits = static_cast<uint8_t>(bits);
  write_inet(call, value);
};
constexpr auto kSameFamily = [](std::string_view left, std::string_view right) {
  return io::decode_inet(left).is_v6 == io::decode_inet(right).is_v6;
};
constexpr auto kMerge = [](TextCall& call, std::string_view left, std::string_view right) {
  Inet a = io::decode_inet(left);
  const Inet b = io::decode_inet(right);
  if (a.is_v6 != b.is_v6)
    return call.fault(code::kBadArgument, "no network holds addresses of IPv4 and of IPv6");
  a.bits = std::min(a.bits, b.bits);
  while (!io::share_bits(a, b, a.bits)) --a.bits;
  write_inet(call, io::with_host_bits(a, a.bits, false));
};

constexpr std::array<Function, 17> kInetFunctions = {{
    {"network_sub", "network_sub(inner inet, outer inet) -> bool",
     "Is `inner` within the network `outer`, and smaller? Also written `inner << outer`.",
     "network_sub(inet '10.1.2.3', inet '10.1.0.0/16')", "true", row_kernel<kSub>},
    {"network_subeq", "network_subeq(inner inet, outer inet) -> bool",
     "Is `inner` within the network `outer`, or the same? Also written `inner <<= outer`.",
     "network_subeq(inet '10.1.0.0/16', inet '10.1.0.0/16')", "true", row_kernel<kSubOrEqual>},
    {"network_sup", "network_sup(outer inet, inner inet) -> bool",
     "Does the network `outer` hold `inner`, and more? Also written `outer >> inner`.",
     "network_sup(inet '10.1.0.0/16', inet '10.2.0.1')", "false", row_kernel<kSup>},
    {"network_supeq", "network_supeq(outer inet, inner inet) -> bool",
     "Does the network `outer` hold `inner`, or are they the same? Also written `outer >>= inner`.",
     "network_supeq(inet '2001:db8::/32', inet '2001:db8::1')", "true", row_kernel<kSupOrEqual>},
    {"network_overlap", "network_overlap(left inet, right inet) -> bool",
     "Does one of the networks hold the other? Also written `left && right`.",
     "network_overlap(inet '10.1.0.0/16', inet '10.0.0.0/8')", "true", row_kernel<kOverlap>},
    {"family", "family(address inet) -> int64", "4 of an IPv4 address, 6 of an IPv6 address.",
     "family(inet '::1')", "6", row_kernel<kFamily>},
    {"host", "host(address inet) -> utf8", "The address without the bits of its network.",
     "host(inet '192.0.2.5/24')", "192.0.2.5", text_kernel<kHost>},
    {"text", "text(address inet) -> utf8",
     "The address with the bits of its network, even if that are all.", "text(inet '192.0.2.5')",
     "192.0.2.5/32", text_kernel<kText>},
    {"abbrev", "abbrev(address inet) -> utf8", "The text of the address, as a cast gives it.",
     "abbrev(inet '192.0.2.5/32')", "192.0.2.5", text_kernel<kAbbrev>},
    {"masklen", "masklen(address inet) -> int64", "How many bits of the address name the network.",
     "masklen(inet '192.0.2.5/24')", "24", row_kernel<kMasklen>},
    {"netmask", "netmask(address inet) -> inet", "The mask of the network.",
     "netmask(inet '192.0.2.5/24')", "255.255.255.0", text_kernel<kNetmask>},
    {"hostmask", "hostmask(address inet) -> inet", "The mask of the hosts in the network.",
     "hostmask(inet '192.0.2.5/24')", "0.0.0.255", text_kernel<kHostmask>},
    {"network", "network(address inet) -> inet",
     "The network of the address: the bits of the host are 0.", "network(inet '192.0.2.5/24')",
     "192.0.2.0/24", text_kernel<kNetwork>},
    {"broadcast", "broadcast(address inet) -> inet",
     "The last address of the network: the bits of the host are 1.",
     "broadcast(inet '192.0.2.5/24')", "192.0.2.255/24", text_kernel<kBroadcast>},
    {"set_masklen",
     "set_masklen(address inet, bits int64) -> inet",
     {"The address in a network of so many bits; -1 means all.",
      "There is no such network: `set_masklen(inet '192.0.2.5', 33)`."},
     "set_masklen(inet '192.0.2.5', 24)",
     "192.0.2.5/24",
     text_kernel<kSetMasklen>},
    {"inet_merge",
     "inet_merge(left inet, right inet) -> inet",
     {"The smallest network that holds both.",
      "One is of IPv4 and one of IPv6: `inet_merge(inet '::1', inet '192.0.2.5')`."},
     "inet_merge(inet '192.168.1.5/24', inet '192.168.2.5/24')",
     "192.168.0.0/22",
     text_kernel<kMerge>},
    {"inet_same_family", "inet_same_family(left inet, right inet) -> bool",
     "Are both of IPv4, or both of IPv6?", "inet_same_family(inet '::1', inet '192.0.2.5')",
     "false", row_kernel<kSameFamily>},
}};
}  // namespace

std::span<const Function> inet_functions() { return kInetFunctions; }

}  // namespace leat::expr
