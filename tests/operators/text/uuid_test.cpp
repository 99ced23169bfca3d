// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include "operators/text/uuid.h"

#include <string>

#include <gtest/gtest.h>

namespace leat::io {
namespace {

std::string read(std::string_view text) {
  const auto bytes = parse_uuid(text);
  return bytes ? format_uuid(*bytes) : "none";
}

// As PostgreSQL 15 reads them.
TEST(Uuid, SpellingsOfOne) {
  const std::string canonical = "a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11";
  EXPECT_EQ(read(canonical), canonical);
  EXPECT_EQ(read("A0EEBC99-9C0B-4EF8-BB6D-6BB9BD380A11"), canonical);
  EXPECT_EQ(read("{a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11}"), canonical);
  EXPECT_EQ(read("a0eebc999c0b4ef8bb6d6bb9bd380a11"), canonical);
  EXPECT_EQ(read("a0ee-bc99-9c0b-4ef8-bb6d-6bb9-bd38-0a11"), canonical);
  EXPECT_EQ(read("{a0eebc99-9c0b4ef8-bb6d6bb9-bd380a11}"), canonical);
}

TEST(Uuid, WhatIsNone) {
  for (const std::string_view text :
       {"", "x", "{}", "a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a1",
        "a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a111", "{a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11",
        "a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11}", "a0-eebc999c0b4ef8bb6d6bb9bd380a11",
        "g0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11", "-a0eebc999c0b4ef8bb6d6bb9bd380a11",
        " a0eebc999c0b4ef8bb6d6bb9bd380a11"})
    EXPECT_EQ(read(text), "none") << text;
}

TEST(Uuid, VersionsHaveTheirBits) {
  UuidBytes bytes;
  bytes.fill(0xff);
  EXPECT_EQ(format_uuid(with_uuid_version(bytes, 4)), "ffffffff-ffff-4fff-bfff-ffffffffffff");
  bytes.fill(0);
  EXPECT_EQ(format_uuid(with_uuid_version(bytes, 7)), "00000000-0000-7000-8000-000000000000");
}

}  // namespace
}  // namespace leat::io
