// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include "operators/data/inet.h"

#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace leat::io {
namespace {

std::string text_of(const Inet& value) {
  std::string text(kInetTextBytes, '\0');
  text.resize(static_cast<size_t>(format_inet(value, text.data()) - text.data()));
  return text;
}

std::string read(std::string_view text) {
  const auto value = parse_inet(text);
  return value ? text_of(*value) : "none";
}

std::string bytes_of(std::string_view text) {
  std::string bytes(kInetBytesMax, '\0');
  bytes.resize(encode_inet(*parse_inet(text), bytes.data()));
  return bytes;
}

// As PostgreSQL 15 reads and writes them.
TEST(Inet, TextsOfAddresses) {
  EXPECT_EQ(read("192.168.0.1"), "192.168.0.1");
  EXPECT_EQ(read("192.168.0.1/32"), "192.168.0.1");
  EXPECT_EQ(read("192.168.1/24"), "192.168.1.0/24");
  EXPECT_EQ(read("10/8"), "10.0.0.0/8");
  EXPECT_EQ(read("010.1.2.3"), "10.1.2.3");
  EXPECT_EQ(read("0.0.0.0/0"), "0.0.0.0/0");
  EXPECT_EQ(read("2001:DB8:0:0:0:0:0:1"), "2001:db8::1");
  EXPECT_EQ(read("::"), "::");
  EXPECT_EQ(read("::1/64"), "::1/64");
  EXPECT_EQ(read("::ffff:1.2.3.4"), "::ffff:1.2.3.4");
  EXPECT_EQ(read("::1.2.3.4"), "::1.2.3.4");
  EXPECT_EQ(read("1:0:0:2:0:0:0:3"), "1:0:0:2::3");
  EXPECT_EQ(read("1:2:3:4:5:6:7::"), "1:2:3:4:5:6:7:0");
  EXPECT_EQ(read("1:2:3:4:5:6::"), "1:2:3:4:5:6::");
}

TEST(Inet, WhatIsNone) {
  for (const std::string_view text :
       {"", "10", "10.1.2", "10.0.0.256", "1.2.3.4.5", "1.2.3.4/33", "1.2.3.4/", "1.2.3.4/-1",
        "1.2.3.", "10.1/24", ":", ":::", "1:2:3:4:5:6:7", "::1/129", "g::1", "1.2.3.4 ", " 1.2.3.4",
        "::1%eth0", "0000000000000000000000000000000000000000000000000000000000000000::1"})
    EXPECT_EQ(read(text), "none") << text;
}

TEST(Inet, BytesAreInTheOrderOfPostgresql) {
  const std::vector<std::string> ascending = {
      "0.0.0.0/0", "10.0.0.0/8",    "10.0.0.1/8",  "10.255.0.0/8",    "10.0.0.0/16", "10.0.0.0/32",
      "10.0.0.1",  "10.1.0.0/16",   "11.0.0.0",    "255.255.255.255", "::/0",        "::",
      "::1",       "2001:db8::/32", "2001:db8::1", "ffff::1"};
  for (size_t i = 0; i < ascending.size(); ++i) {
    EXPECT_EQ(text_of(decode_inet(bytes_of(ascending[i]))), read(ascending[i]));
    for (size_t j = i + 1; j < ascending.size(); ++j) {
      EXPECT_LT(bytes_of(ascending[i]), bytes_of(ascending[j]))
          << ascending[i] << " " << ascending[j];
      EXPECT_LE(inet_order_code(*parse_inet(ascending[i])),
                inet_order_code(*parse_inet(ascending[j])));
    }
  }
}

TEST(Inet, AddressesOfIPv4FitAView) { EXPECT_EQ(bytes_of("255.255.255.255").size(), 10U); }

TEST(Inet, BitsOfNetworks) {
  EXPECT_EQ(text_of(with_host_bits(*parse_inet("10.11.12.13/20"), 20, false)), "10.11.0.0/20");
  EXPECT_EQ(text_of(with_host_bits(*parse_inet("10.11.12.13/20"), 20, true)), "10.11.15.255/20");
  EXPECT_TRUE(share_bits(*parse_inet("10.11.0.0"), *parse_inet("10.11.15.1"), 20));
  EXPECT_FALSE(share_bits(*parse_inet("10.11.0.0"), *parse_inet("10.11.16.1"), 20));
  EXPECT_FALSE(share_bits(*parse_inet("0.0.0.0"), *parse_inet("::"), 0));
}

}  // namespace
}  // namespace leat::io
