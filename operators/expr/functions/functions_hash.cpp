// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Checksums and cryptographic digests, as hexadecimal text, by Nettle and zlib: what others
// computed of the same bytes must come out, and both are in every Debian. Text is hashed as UTF-8.
#include <array>
#include <cstdint>

#include <fmt/format.h>
#include <nettle/hmac.h>
#include <nettle/md5.h>
#include <nettle/nettle-meta.h>
#include <nettle/sha1.h>
#include <nettle/sha2.h>
#include <zlib.h>

#include "engine/codes/data.h"
#include "operators/expr/functions/functions.h"
#include "operators/expr/kernels/row_kernel.h"

namespace leat::expr {
namespace {

constexpr size_t kDigestBytesMax = SHA512_DIGEST_SIZE;
constexpr size_t kContextBytesMax = sizeof(sha512_ctx) > sizeof(sha256_ctx) ? sizeof(sha512_ctx)
                                                                            : sizeof(sha256_ctx);
constexpr size_t kBlockBytesMax = SHA512_BLOCK_SIZE;

const uint8_t* bytes_of(std::string_view text) {
  return reinterpret_cast<const uint8_t*>(text.data());
}

/// Nettle's contexts are plain memory of at most this size.
struct alignas(16) HashContext {
  std::array<uint8_t, kContextBytesMax> bytes;
};
static_assert(sizeof(md5_ctx) <= kContextBytesMax && sizeof(sha1_ctx) <= kContextBytesMax);

void write_hex(TextCall& call, std::span<const uint8_t> digest) {
  constexpr std::string_view kHex = "0123456789abcdef";
  std::array<char, kDigestBytesMax * 2> text;
  size_t at = 0;
  for (const uint8_t byte : digest) {
    text[at++] = kHex[byte >> 4];
    text[at++] = kHex[byte & 15];
  }
  call.write({text.data(), at});
}

void digest(const nettle_hash& hash, std::string_view text, uint8_t* out) {
  HashContext context;
  hash.init(context.bytes.data());
  hash.update(context.bytes.data(), text.size(), bytes_of(text));
  hash.digest(context.bytes.data(), hash.digest_size, out);
}

template <const nettle_hash& kHash>
constexpr auto kDigest = [](TextCall& call, std::string_view text) {
  std::array<uint8_t, kDigestBytesMax> out;
  digest(kHash, text, out.data());
  write_hex(call, {out.data(), kHash.digest_size});
};

const nettle_hash* hash_called(std::string_view name) {
  constexpr std::array<const nettle_hash*, 6> kHashes = {
      &nettle_md5, &nettle_sha1, &nettle_sha224, &nettle_sha256, &nettle_sha384, &nettle_sha512};
  for (const nettle_hash* const hash : kHashes) {
    if (name == hash->name) return hash;
  }
  return nullptr;
}

void no_hash(TextCall& call, std::string_view name) {
  call.fault(code::kBadArgument, fmt::format("'{}' is no kind of digest", name.substr(0, 40)),
             "use md5, sha1, sha224, sha256, sha384 or sha512");
}

/// RFC 2104: the key fills a block, first with 0x36 for the text, then with 0x5C for that digest.
constexpr auto kHmac = [](TextCall& call, std::string_view text, std::string_view key,
                          std::string_view name) {
  const nettle_hash* const hash = hash_called(name);
  if (hash == nullptr) return no_hash(call, name);
  std::array<uint8_t, kBlockBytesMax> block{};
  if (key.size() > hash->block_size) {
    digest(*hash, key, block.data());
  } else {
    std::copy(key.begin(), key.end(), block.begin());
  }
  std::array<uint8_t, kDigestBytesMax> out;
  HashContext context;
  const auto pass = [&](uint8_t pad, const uint8_t* data, size_t size) {
    std::array<uint8_t, kBlockBytesMax> padded;
    for (size_t i = 0; i < padded.size(); ++i) padded[i] = block[i] ^ pad;
    hash->init(context.bytes.data());
    hash->update(context.bytes.data(), hash->block_size, padded.data());
    hash->update(context.bytes.data(), size, data);
    hash->digest(context.bytes.data(), hash->digest_size, out.data());
  };
  pass(0x36, bytes_of(text), text.size());
  pass(0x5C, out.data(), hash->digest_size);
  write_hex(call, {out.data(), hash->digest_size});
};

constexpr auto kDigestBytes = [](TextCall& call, std::string_view bytes, std::string_view name) {
  const nettle_hash* const hash = hash_called(name);
  if (hash == nullptr) return no_hash(call, name);
  std::array<uint8_t, kDigestBytesMax> out;
  digest(*hash, bytes, out.data());
  call.write({reinterpret_cast<const char*>(out.data()), hash->digest_size});
};

constexpr auto kCrc32 = [](std::string_view text) {
  return static_cast<int64_t>(::crc32_z(0, bytes_of(text), text.size()));
};

constexpr std::array<Function, 10> kHashFunctions = {{
    {"digest",
     "digest(text utf8, kind utf8) -> binary",
     {"The digest of the text as bytes: md5, sha1, sha224, sha256, sha384 or sha512.",
      "There is no such digest: `digest('abc', 'sha3')`."},
     "typeof(digest('abc', 'sha256'))",
     "binary",
     text_kernel<kDigestBytes>},
    {"digest",
     "digest(bytes binary, kind utf8) -> binary",
     {"The same of bytes.", "As before: `digest(digest('abc', 'md5'), 'sha3')`."},
     "typeof(digest(digest('abc', 'sha1'), 'md5'))",
     "binary",
     text_kernel<kDigestBytes>},
    {"md5", "md5(text utf8) -> utf8", "The MD5 digest of the text, in hexadecimal digits.",
     "md5('abc')", "900150983cd24fb0d6963f7d28e17f72", text_kernel<kDigest<nettle_md5>>},
    {"sha1", "sha1(text utf8) -> utf8", "The SHA-1 digest of the text, in hexadecimal digits.",
     "sha1('abc')", "a9993e364706816aba3e25717850c26c9cd0d89d", text_kernel<kDigest<nettle_sha1>>},
    {"sha224", "sha224(text utf8) -> utf8",
     "The SHA-224 digest of the text, in hexadecimal digits.", "sha224('abc')",
     "23097d223405d8228642a477bda255b32aadbce4bda0b3f7e36c9da7",
     text_kernel<kDigest<nettle_sha224>>},
    {"sha256", "sha256(text utf8) -> utf8",
     "The SHA-256 digest of the text, in hexadecimal digits.", "sha256('abc')",
     "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
     text_kernel<kDigest<nettle_sha256>>},
    {"sha384", "sha384(text utf8) -> utf8",
     "The SHA-384 digest of the text, in hexadecimal digits.", "left(sha384('abc'), 16)",
     "cb00753f45a35e8b", text_kernel<kDigest<nettle_sha384>>},
    {"sha512", "sha512(text utf8) -> utf8",
     "The SHA-512 digest of the text, in hexadecimal digits.", "left(sha512('abc'), 16)",
     "ddaf35a193617aba", text_kernel<kDigest<nettle_sha512>>},
    {"hmac",
     "hmac(text utf8, key utf8, digest utf8) -> utf8",
     {"The keyed digest (RFC 2104) of the text, in hexadecimal digits; `digest` is md5, sha1, "
      "sha224, sha256, sha384 or sha512.",
      "There is no such digest: `hmac('a', 'key', 'sha3')`."},
     "hmac('what do ya want for nothing?', 'Jefe', 'md5')",
     "750c783e6ab0b503eaa86e310a5db738",
     text_kernel<kHmac>},
    {"crc32", "crc32(text utf8) -> int64", "The CRC-32 of zip and gzip.", "crc32('123456789')",
     "3421780262", row_kernel<kCrc32>},
}};

}  // namespace

std::span<const Function> hash_functions() { return kHashFunctions; }

}  // namespace leat::expr
