// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// UUIDs (RFC 9562), and numbers that are drawn. What is drawn is a function of a number and a seed;
// of what row a call without arguments draws for, the binder knows (random_form).
#include <array>
#include <cmath>

#include <fmt/format.h>
#include <nettle/sha1.h>

#include "engine/codes/data.h"
#include "operators/expr/functions/functions.h"
#include "operators/expr/kernels/draw.h"
#include "operators/expr/kernels/row_kernel.h"
#include "operators/text/uuid.h"

namespace leat::expr {
namespace {

using io::UuidBytes;

uint64_t seed_of(std::span<const Vector> inputs, size_t argument, size_t row) {
  if (inputs.size() <= argument) return 0;
  return static_cast<uint64_t>(inputs[argument]->values<int64_t>()[inputs[argument].at(row)]);
}

uint64_t number_of(const Vector& input, size_t row) {
  return static_cast<uint64_t>(input->values<int64_t>()[input.at(row)]);
}

/// The highest 53 bits of a draw, as a part of 1.
Result<Vector> random_kernel(const KernelContext& context, std::span<const Vector> inputs) {
  LEAT_TRY_ASSIGN(BufferRef validity, all_valid(context, inputs));
  LEAT_TRY_ASSIGN(BufferRef values, context.memory().allocate(context.length() * sizeof(double)));
  auto* const out = values->mutable_as<double>();
  for_each_valid(context, validity, [&](size_t row) {
    const uint64_t drawn = draw(seed_of(inputs, 1, row), number_of(inputs[0], row));
    out[row] = std::ldexp(static_cast<double>(drawn >> 11), -53);
  });
  return column_of(context, std::move(validity), std::move(values));
}

/// `value` in the `count` bytes from `at` on, the highest first.
void put_number(UuidBytes& bytes, size_t at, size_t count, uint64_t value) {
  for (size_t i = count; i-- > 0; value >>= 8) bytes[at + i] = static_cast<uint8_t>(value);
}

Result<Vector> uuid_v4_kernel(const KernelContext& context, std::span<const Vector> inputs) {
  LEAT_TRY_ASSIGN(BufferRef validity, all_valid(context, inputs));
  TextWriter writer(context);
  for_each_valid(context, validity, [&](size_t row) {
    const uint64_t high = draw(seed_of(inputs, 1, row), number_of(inputs[0], row));
    UuidBytes bytes;
    put_number(bytes, 0, 8, high);
    put_number(bytes, 8, 8, draw(high, number_of(inputs[0], row)));
    writer.write(row, io::format_uuid(io::with_uuid_version(bytes, 4)));
  });
  return writer.finish(std::move(validity));
}

/// Milliseconds, then 42 bits of the number, so that those of one time are in the order of their
/// numbers; the last 32 bits are drawn.
Result<Vector> uuid_v7_kernel(const KernelContext& context, std::span<const Vector> inputs) {
  LEAT_TRY_ASSIGN(BufferRef validity, all_valid(context, inputs));
  TextWriter writer(context);
  for_each_valid(context, validity, [&](size_t row) {
    const int64_t micros = inputs[0]->values<int64_t>()[inputs[0].at(row)];
    if (micros < 0) {
      return context.fault(code::kOutOfRange, row, "a UUID of version 7 has no time before 1970");
    }
    const uint64_t number = number_of(inputs[1], row);
    UuidBytes bytes;
    put_number(bytes, 0, 6, static_cast<uint64_t>(micros) / 1000);
    put_number(bytes, 6, 2, number >> 30 & 0xfff);
    put_number(bytes, 8, 4, number & 0x3fffffff);
    put_number(bytes, 12, 4, draw(seed_of(inputs, 2, row), number));
    writer.write(row, io::format_uuid(io::with_uuid_version(bytes, 7)));
  });
  return writer.finish(std::move(validity));
}

constexpr auto kUuidV5 = [](TextCall& call, std::string_view space, std::string_view name) {
  const UuidBytes outer = *io::parse_uuid(space);  // what a column keeps is one
  sha1_ctx context;
  sha1_init(&context);
  sha1_update(&context, outer.size(), outer.data());
  sha1_update(&context, name.size(), reinterpret_cast<const uint8_t*>(name.data()));
  std::array<uint8_t, SHA1_DIGEST_SIZE> digest;
  sha1_digest(&context, digest.size(), digest.data());
  UuidBytes bytes;
  std::copy_n(digest.begin(), bytes.size(), bytes.begin());
  call.write(io::format_uuid(io::with_uuid_version(bytes, 5)));
};

constexpr std::array<Function, 5> kUuidFunctions = {{
    {"random", "random(number int64[, seed int64]) -> float64",
     "What `number` draws: from 0 to less than 1, the same each time; another seed draws others. "
     "Without arguments, in `derive`, each row draws by its number in the input.",
     "round(random(1, 7), 6)", "0.721508", random_kernel},
    {"uuid_v4", "uuid_v4(number int64[, seed int64]) -> uuid",
     "The random UUID that `number` draws, the same each time; another seed draws others. Without "
     "arguments, in `derive`, each row draws by its number in the input. Also gen_random_uuid.",
     "uuid_v4(1)", "a706dd2f-4d19-4e6f-a130-748aaac80268", uuid_v4_kernel},
    {"gen_random_uuid", "gen_random_uuid(number int64[, seed int64]) -> uuid",
     "Another name of uuid_v4.", "gen_random_uuid(1) = uuid_v4(1)", "true", uuid_v4_kernel},
    {"uuid_v7",
     "uuid_v7(time timestamptz, number int64[, seed int64]) -> uuid",
     {"The UUID of a time and what `number` draws; those of one time are in the order of their "
      "numbers. Without arguments, in `derive`, the time is that of the run, and the number that "
      "of the row in the input.",
      "The time is before 1970: `uuid_v7(timestamptz '1969-12-31T00:00:00Z', 1)`."},
     "uuid_v7(timestamptz '2026-01-31T10:00:00Z', 1)",
     "019c137e-c100-7000-8000-00014d197e6f",
     uuid_v7_kernel},
    {"uuid_v5", "uuid_v5(namespace uuid, name utf8) -> uuid",
     "The UUID of a name within a namespace, such as that of domain names, "
     "`6ba7b810-9dad-11d1-80b4-00c04fd430c8`.",
     "uuid_v5(uuid '6ba7b810-9dad-11d1-80b4-00c04fd430c8', 'www.example.com')",
     "2ed6657d-e927-568b-95e1-2665a8aea6a2", text_kernel<kUuidV5>},
}};

}  // namespace

std::span<const Function> uuid_functions() { return kUuidFunctions; }

}  // namespace leat::expr
