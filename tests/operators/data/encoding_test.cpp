// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include "operators/data/encoding.h"

#include <cstring>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <xxhash.h>

#include "tests/operators/text/random_rows.h"
#include "tests/support/operator_fixture.h"
#include "tests/support/seed.h"

namespace leat {
namespace {

using test::make_batch;
using test::make_schema;
using test::null_cell;
using test::rows_of;
using ::testing::HasSubstr;

std::vector<uint8_t> bytes_of(const BufferRef& buffer) {
  return {buffer->data(), buffer->data() + buffer->size()};
}

/// What is read when someone reads everything; row identities too.
std::vector<std::string> all_of(const Batch& batch) {
  std::vector<std::string> rows = rows_of(batch);
  for (size_t i = 0; i < rows.size(); ++i)
    rows[i] += " #" + std::to_string(batch.ordinal(i).packed());
  return rows;
}

/// Makes the checksum right again after `bytes` were changed.
void sign(std::vector<uint8_t>& bytes) {
  const uint64_t length = bytes.size() - kEncodedHeaderBytes;
  const uint64_t checksum = XXH3_64bits(bytes.data() + kEncodedHeaderBytes, length);
  std::memcpy(bytes.data() + 8, &length, sizeof(length));
  std::memcpy(bytes.data() + 16, &checksum, sizeof(checksum));
}

class EncodingTest : public ::testing::Test {
 protected:
  Batch random_batch(std::mt19937_64& random) {
    io::RandomRows rows(random, fixture_.memory);
    Batch batch = rows.batch(rows.schema(), rows.below(60)).first;
    RowPlaces ids;
    ids.first = Ordinal(rows.below(1000), rows.below(1000));
    if (rows.below(2) == 0) {
      ids.ordinals = *fixture_.memory.allocate(batch.length() * sizeof(uint64_t));
      for (size_t i = 0; i < batch.length(); ++i)
        ids.ordinals->mutable_as<uint64_t>()[i] = random();
    }
    batch = batch.with_places(std::move(ids));
    if (rows.below(2) == 0) return batch;
    std::vector<uint32_t> selected;
    for (uint32_t row = 0; row < batch.length(); ++row) {
      if (rows.below(3) != 0) selected.push_back(row);
    }
    return test::select_rows(fixture_.memory, batch, selected);
  }
  std::vector<uint8_t> encode(const Batch& batch) {
    const auto encoded = encode_batch(batch, fixture_.memory);
    EXPECT_TRUE(encoded);
    return bytes_of(*encoded);
  }
  std::string mistake(const std::vector<uint8_t>& bytes) {
    const auto decoded = decode_batch(bytes, fixture_.memory);
    return decoded ? "" : decoded.error().message;
  }

  test::OperatorFixture fixture_;
};

TEST_F(EncodingTest, AnyBatchComesBack) {
  const test::Seed seed;
  std::mt19937_64 random = seed.generator();
  for (int round = 0; round < 500; ++round) {
    const Batch batch = random_batch(random);
    const auto bytes = encode(batch);
    EXPECT_EQ(*encoded_batch_bytes(bytes), bytes.size());
    const auto decoded = decode_batch(bytes, fixture_.memory);
    ASSERT_TRUE(decoded) << decoded.error().message;
    EXPECT_EQ(*decoded->schema(), *batch.schema());
    ASSERT_EQ(all_of(*decoded), all_of(batch));
    EXPECT_EQ(encode(*decoded), bytes) << "one batch has one encoding";
  }
}

TEST_F(EncodingTest, EveryTypeWithAndWithoutNulls) {
  const SchemaRef schema = make_schema({{"n", kNullType},
                                        {"b", kBoolType},
                                        {"i", kInt64Type},
                                        {"f", kFloat64Type},
                                        {"d", Type::decimal(38, 10)},
                                        {"u", kUtf8Type},
                                        {"x", kBinaryType},
                                        {"day", kDateType},
                                        {"t", kTimestampType},
                                        {"j", kJsonType}});
  const std::string text = "longer than what a view holds in place";
  const Batch batch = make_batch(fixture_.memory, schema,
                                 {{null_cell, true, -1, 0.5, 7, text, "\xff", -1, 5, "{}"},
                                  {null_cell, null_cell, null_cell, null_cell, null_cell, null_cell,
                                   null_cell, null_cell, null_cell, null_cell},
                                  {null_cell, false, INT64_MAX, -0.0, -7, "", "", 1, -5, "[1]"}},
                                 Ordinal(3, 4));
  const auto decoded = decode_batch(encode(batch), fixture_.memory);
  ASSERT_TRUE(decoded);
  EXPECT_EQ(all_of(*decoded), all_of(batch));
  EXPECT_TRUE(std::signbit(decoded->column(3).values<double>()[2]));
  const Batch empty = make_batch(fixture_.memory, schema, {});
  EXPECT_EQ(decode_batch(encode(empty), fixture_.memory)->rows(), 0u);
  const Batch bare(make_schema({}), {}, 5, RowPlaces());
  EXPECT_EQ(decode_batch(encode(bare), fixture_.memory)->rows(), 5u);
}

TEST_F(EncodingTest, OnlyWhatIsSelectedIsEncoded) {
  const SchemaRef schema = make_schema({{"u", kUtf8Type}});
  const Batch batch = make_batch(fixture_.memory, schema, {{std::string(100'000, 'x')}, {"short"}});
  EXPECT_LT(encode(test::select_rows(fixture_.memory, batch, {1})).size(), 100u);
  EXPECT_GT(encode(batch).size(), 100'000u);
}

TEST_F(EncodingTest, EveryCutAndEveryChangeIsNoticed) {
  const test::Seed seed;
  std::mt19937_64 random = seed.generator();
  const std::vector<uint8_t> bytes = encode(random_batch(random));
  for (size_t length = 0; length < bytes.size(); ++length) {
    ASSERT_THAT(mistake({bytes.begin(), bytes.begin() + static_cast<long>(length)}),
                HasSubstr("the encoded batch is damaged: it is cut off"));
    std::vector<uint8_t> changed = bytes;
    changed[length] ^= static_cast<uint8_t>(1 << random() % 8);
    ASSERT_NE(mistake(changed), "") << length;
  }
  std::vector<uint8_t> longer = bytes;
  longer.push_back(0);
  EXPECT_EQ(mistake(longer), "the encoded batch is damaged: something follows its end");
}

TEST_F(EncodingTest, DamageBehindARightChecksumDoesNoHarm) {
  const test::Seed seed;
  std::mt19937_64 random = seed.generator();
  size_t refused = 0;
  for (int round = 0; round < 4000; ++round) {
    std::vector<uint8_t> bytes = encode(random_batch(random));
    for (uint64_t change = random() % 4 + 1; change > 0; --change) {
      const size_t at = kEncodedHeaderBytes + random() % (bytes.size() - kEncodedHeaderBytes);
      switch (random() % 3) {
        case 0: bytes[at] = static_cast<uint8_t>(random()); break;
        case 1: bytes[at] = random() % 2 == 0 ? 0xFF : 0x00; break;
        default: bytes.erase(bytes.begin() + static_cast<long>(at)); break;
      }
      if (bytes.size() == kEncodedHeaderBytes) break;
    }
    sign(bytes);
    const auto decoded = decode_batch(bytes, fixture_.memory);
    refused += !decoded;
    // What is accepted can be read from end to end, and written again.
    if (decoded && decoded->rows() < 1'000'000) {
      all_of(*decoded);
      encode(*decoded);
    }
  }
  EXPECT_GT(refused, 100u);
}

TEST_F(EncodingTest, OtherVersionsAndOtherThingsAreRefused) {
  std::vector<uint8_t> bytes = encode(Batch(make_schema({}), {}, 1, RowPlaces()));
  std::vector<uint8_t> other = bytes;
  other[4] = 3;
  EXPECT_EQ(mistake(other), "the encoded batch is of version 3, this program knows version 2");
  other = bytes;
  other[0] = 'X';
  EXPECT_EQ(mistake(other), "the encoded batch is damaged: it does not begin as one");
  other = bytes;
  other[6] = 1;
  EXPECT_EQ(mistake(other), "the encoded batch is damaged: its header is wrong");
  other = bytes;
  other.back() ^= 1;
  EXPECT_EQ(mistake(other), "the encoded batch is damaged: its checksum is wrong");
}

TEST_F(EncodingTest, NamedDamage) {
  const SchemaRef schema = make_schema({{"u", kUtf8Type}});
  const auto text_batch = [&](std::string_view a, std::string_view b) {
    return encode(make_batch(fixture_.memory, schema, {{std::string(a)}, {std::string(b)}}));
  };
  std::vector<uint8_t> bytes = text_batch("\u00e9", "x");
  bytes[bytes.size() - 3] = 'y';  // leaves half a character
  sign(bytes);
  EXPECT_EQ(mistake(bytes), "the encoded batch is damaged: text is not UTF-8");
  bytes = text_batch("\u00e9", "");
  // One byte of the character moves to the other row.
  bytes[bytes.size() - 10] = 1;
  bytes[bytes.size() - 6] = 1;
  sign(bytes);
  EXPECT_EQ(mistake(bytes), "the encoded batch is damaged: text is not UTF-8");
  bytes = text_batch("a", "b");
  std::memset(bytes.data() + bytes.size() - 10, 0xFF, 8);
  sign(bytes);
  EXPECT_EQ(mistake(bytes), "the encoded batch is damaged: a column has too much text");
}

TEST_F(EncodingTest, TypesMayNotNestWithoutEnd) {
  // A schema of one field without a name whose type is a list of a list of ...
  std::vector<uint8_t> bytes(kEncodedHeaderBytes);
  const std::vector<uint8_t> header = encode(Batch(make_schema({}), {}, 0, RowPlaces()));
  std::copy_n(header.begin(), kEncodedHeaderBytes, bytes.begin());
  for (const uint8_t byte : {1, 0, 0, 0, 0, 0, 0, 0}) bytes.push_back(byte);
  bytes.insert(bytes.end(), 100'000, static_cast<uint8_t>(TypeId::kList));
  sign(bytes);
  EXPECT_EQ(mistake(bytes), "the encoded batch is damaged: its types are nested too deep");
}

TEST_F(EncodingTest, AllocationStaysNearTheBytes) {
  const test::Seed seed;
  std::mt19937_64 random = seed.generator();
  for (int round = 0; round < 300; ++round) {
    std::vector<uint8_t> bytes = encode(random_batch(random));
    for (int change = 0; change < 3; ++change)
      bytes[kEncodedHeaderBytes + random() % (bytes.size() - kEncodedHeaderBytes)] = 0xFF;
    sign(bytes);
    MemoryBudget budget(256 << 10);  // many buffers, each rounded up to 1 KiB and more
    const auto decoded = decode_batch(bytes, budget.open_account("decoder"));
    EXPECT_TRUE(decoded || decoded.error().code != ErrorCode::kMemory) << bytes.size();
  }
}

}  // namespace
}  // namespace leat
