// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Any bytes as an encoded batch. Whole inputs are refused by their checksum, so the body is also
// tried with a header that fits it: then it is refused, or it is a batch whose encoding decodes to
// the same rows.
#include <algorithm>
#include <cstring>

#include <xxhash.h>

#include "operators/data/encoding.h"
#include "tests/fuzz/fuzz.h"

namespace leat {
namespace {

std::vector<uint8_t> with_header(const uint8_t* body, uint64_t length) {
  std::vector<uint8_t> bytes(kEncodedHeaderBytes + length);
  const uint64_t checksum = XXH3_64bits(body, length);
  std::memcpy(bytes.data(), "LEAB", 4);
  std::memcpy(bytes.data() + 4, &kEncodingVersion, sizeof kEncodingVersion);
  std::memcpy(bytes.data() + 8, &length, sizeof length);
  std::memcpy(bytes.data() + 16, &checksum, sizeof checksum);
  if (length > 0) std::memcpy(bytes.data() + kEncodedHeaderBytes, body, length);
  return bytes;
}

std::vector<std::string> all_of(const Batch& batch) {
  std::vector<std::string> rows = test::rows_of(batch);
  for (size_t i = 0; i < rows.size(); ++i)
    rows[i] += " #" + std::to_string(batch.ordinal(i).packed());
  return rows;
}

/// The length of the longest column in `column`. NULLs take no bytes: a few bytes can say millions.
size_t longest(const Column& column) {
  size_t length = column.length();
  for (const ColumnRef& child : column.parts().children) length = std::max(length, longest(*child));
  return length;
}

bool can_be_printed(const Batch& batch) {
  constexpr size_t kRowsMax = 10'000;
  return batch.rows() <= kRowsMax &&
         std::all_of(batch.columns().begin(), batch.columns().end(),
                     [](const ColumnRef& column) { return longest(*column) <= kRowsMax; });
}

}  // namespace

extern "C" int LLVMFuzzerInitialize(int*, char***) {
  leat::fuzz::stop_at_first_failure();
  return 0;
}

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  test::OperatorFixture fixture(size_t{1} << 28);
  static_cast<void>(decode_batch({data, size}, fixture.memory));
  const std::vector<uint8_t> bytes = with_header(data, size);
  const Result<Batch> batch = decode_batch(bytes, fixture.memory);
  if (!batch || !can_be_printed(*batch)) return 0;
  const std::vector<std::string> rows = all_of(*batch);
  const Result<BufferRef> encoded = encode_batch(*batch, fixture.memory);
  EXPECT_TRUE(encoded.has_value());
  const Result<Batch> again =
      decode_batch({(*encoded)->data(), (*encoded)->size()}, fixture.memory);
  EXPECT_TRUE(again.has_value());
  EXPECT_EQ(all_of(*again), rows);
  return 0;
}

}  // namespace leat
