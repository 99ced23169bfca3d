// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Problem: rows leave the process (spill files, other processes, later runs) and come back as the
// same rows, or as a clear error.
//
// Invariants:
//  1. Decoding what encoding wrote gives equal schema, values, NULLs and row identities.
//  2. Decoding reads no byte outside of its input, whatever the bytes are: every count is compared
//     with the bytes that are left before anything is allocated or read for it.
//  3. What decoding accepts keeps the promises of types: text is UTF-8, lengths add up, bits behind
//     the end of a bitmap are not looked at. JSON text is trusted: the checksum guards it.
//  4. Codes of types are those of TypeId and never change; a change of anything else is a new
//     version.
//
// Rejected: Arrow's IPC format, whose messages are flatbuffers, a dependency, and which knows
// neither row identities nor json; offsets instead of lengths, which cost a pass to make and to
// check and compress worse.
#include "operators/data/encoding.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cstring>
#include <limits>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <simdjson.h>
#include <xxhash.h>

#include "engine/codes/machine.h"
#include "operators/data/take.h"

namespace leat {
namespace {

static_assert(std::endian::native == std::endian::little, "values are written as they lie");
static_assert(static_cast<int>(TypeId::kNull) == 0 && static_cast<int>(TypeId::kBool) == 1 &&
              static_cast<int>(TypeId::kInt64) == 2 && static_cast<int>(TypeId::kFloat64) == 3 &&
              static_cast<int>(TypeId::kDecimal) == 4 && static_cast<int>(TypeId::kUtf8) == 5 &&
              static_cast<int>(TypeId::kBinary) == 6 && static_cast<int>(TypeId::kDate) == 7 &&
              static_cast<int>(TypeId::kTimestamp) == 8 &&
              static_cast<int>(TypeId::kInterval) == 9 && static_cast<int>(TypeId::kList) == 10 &&
              static_cast<int>(TypeId::kStruct) == 11 && static_cast<int>(TypeId::kJson) == 12);

constexpr char kMagic[4] = {'L', 'E', 'A', 'B'};
constexpr int kTypeDepthMax = 64;
/// Types with a mark, behind those of TypeId: one code for each, in this order for good.
constexpr uint8_t kMarkedCode = 13;
const std::array<Type, 4> kMarkedTypes = {kTimestampTzType, kTimeType, kUuidType, kInetType};
constexpr uint64_t kColumnTextMax = std::numeric_limits<uint32_t>::max();

struct Header {
  char magic[4];
  uint16_t version;
  uint16_t zero;
  uint64_t body_bytes;
  uint64_t checksum;
};
static_assert(sizeof(Header) == kEncodedHeaderBytes);

// ------------------------------------------------------------------------------------------------------------ encoding

/// Writes a batch twice: first to nowhere, which gives its length, then to memory.
class Encoder {
 public:
  explicit Encoder(uint8_t* out) : out_(out) {}

  void batch(const Batch& batch) {
    schema(batch.schema()->fields());
    number<uint64_t>(batch.length());
    ids(batch);
    for (const ColumnRef& column : batch.columns()) this->column(*column, 0, batch.length());
  }
  size_t length() const { return length_; }

 private:
  void bytes(const void* data, size_t count) {
    if (out_ != nullptr && count > 0) std::memcpy(out_ + length_, data, count);
    length_ += count;
  }
  template <typename T>
  void number(T value) {
    bytes(&value, sizeof(value));
  }

  void schema(const std::vector<Field>& fields) {
    number(static_cast<uint32_t>(fields.size()));
    for (const Field& field : fields) {
      number(static_cast<uint32_t>(field.name.size()));
      bytes(field.name.data(), field.name.size());
      type(field.type);
    }
  }
  void type(const Type& type) {
    const auto marked = std::find(kMarkedTypes.begin(), kMarkedTypes.end(), type);
    number(marked == kMarkedTypes.end()
               ? static_cast<uint8_t>(type.id())
               : static_cast<uint8_t>(kMarkedCode + (marked - kMarkedTypes.begin())));
    if (type.is(TypeId::kDecimal)) number(type.precision()), number(type.scale());
    if (type.is(TypeId::kList)) this->type(type.element());
    if (type.is(TypeId::kStruct)) schema(type.fields());
  }

  void ids(const Batch& batch) {
    const RowPlaces& ids = batch.places();
    number(static_cast<uint8_t>(ids.ordinals ? 1 : 0));
    if (ids.ordinals) {
      bytes(ids.ordinals->data(), batch.length() * sizeof(uint64_t));
    } else {
      number(ids.first.packed());
    }
  }

  /// The rows [begin, begin + count) of `column`.
  void column(const Column& column, size_t begin, size_t count) {
    const Column::Parts& parts = column.parts();
    number(static_cast<uint8_t>(parts.validity ? 1 : 0));
    if (parts.validity) bitmap(parts.validity->data(), begin, count);
    if (column.type().is_view()) return texts(column, begin, count);
    switch (column.type().id()) {
      case TypeId::kNull: return;
      case TypeId::kBool: return count > 0 ? bitmap(parts.values->data(), begin, count) : void();
      case TypeId::kList: return lists(column, begin, count);
      case TypeId::kStruct:
        for (const ColumnRef& child : parts.children) this->column(*child, begin, count);
        return;
      default: {
        const size_t width = column.type().width();
        if (count > 0) bytes(parts.values->data() + begin * width, count * width);
      }
    }
  }

  void bitmap(const uint8_t* bits, size_t begin, size_t count) {
    if (begin % 8 == 0 && count % 8 == 0) return bytes(bits + begin / 8, count / 8);
    for (size_t row = 0; row < count; row += 8) {
      uint8_t byte = 0;
      for (size_t i = 0; i < 8 && row + i < count; ++i)
        byte |= static_cast<uint8_t>(get_bit(bits, begin + row + i) << i);
      number(byte);
    }
  }

  void texts(const Column& column, size_t begin, size_t count) {
    const auto* const views = count > 0 ? column.values<Utf8View>() + begin : nullptr;
    for (size_t row = 0; row < count; ++row)
      number(column.is_valid(begin + row) ? views[row].length : uint32_t{0});
    for (size_t row = 0; row < count; ++row) {
      if (!column.is_valid(begin + row)) continue;
      const std::string_view text = column.resolve(views[row]);
      bytes(text.data(), text.size());
    }
  }

  void lists(const Column& column, size_t begin, size_t count) {
    const auto* const offsets = count > 0 ? column.values<int32_t>() + begin : nullptr;
    for (size_t row = 0; row < count; ++row)
      number(static_cast<uint32_t>(offsets[row + 1] - offsets[row]));
    const auto first = count > 0 ? static_cast<size_t>(offsets[0]) : 0;
    const auto end = count > 0 ? static_cast<size_t>(offsets[count]) : 0;
    this->column(column.child(0), first, end - first);
  }

  uint8_t* const out_;
  size_t length_ = 0;
};

// ------------------------------------------------------------------------------------------------------------ decoding

std::unexpected<Error> damaged(std::string_view what) {
  return fail(code::kSpillDamaged, ErrorCode::kData,
              fmt::format("the encoded batch is damaged: {}", what));
}

class Decoder {
 public:
  Decoder(std::span<const uint8_t> body, MemoryAccount& memory) : rest_(body), memory_(memory) {}

  Result<Batch> batch() {
    LEAT_TRY_ASSIGN(std::vector<Field> fields, schema(0));
    uint64_t rows = 0;
    LEAT_TRY(number(rows));
    // Columns of type null take no bytes, so the bytes do not bound their rows.
    if (rows > std::numeric_limits<uint32_t>::max()) return damaged("it has too many rows");
    LEAT_TRY_ASSIGN(RowPlaces places, ids(rows));
    std::vector<ColumnRef> columns;
    for (const Field& field : fields) {
      LEAT_TRY_ASSIGN(ColumnRef values, column(field.type, rows));
      columns.push_back(std::move(values));
    }
    if (!rest_.empty()) return damaged("something follows its end");
    return Batch(std::make_shared<const Schema>(std::move(fields)), std::move(columns), rows,
                 std::move(places));
  }

 private:
  template <typename T>
  Status number(T& value) {
    if (rest_.size() < sizeof(T)) return damaged("it is cut off");
    std::memcpy(&value, rest_.data(), sizeof(T));
    rest_ = rest_.subspan(sizeof(T));
    return {};
  }
  /// The next `count` values of `width` bytes.
  Result<std::span<const uint8_t>> take(uint64_t count, size_t width) {
    if (count > rest_.size() / width) return damaged("it is cut off");
    const auto taken = rest_.first(count * width);
    rest_ = rest_.subspan(taken.size());
    return taken;
  }
  Result<BufferRef> copy(std::span<const uint8_t> bytes) {
    LEAT_TRY_ASSIGN(BufferRef buffer, memory_.allocate(bytes.size()));
    if (!bytes.empty()) std::memcpy(buffer->mutable_data(), bytes.data(), bytes.size());
    return buffer;
  }

  Result<std::vector<Field>> schema(int depth) {
    uint32_t count = 0;
    LEAT_TRY(number(count));
    std::vector<Field> fields;
    for (uint32_t i = 0; i < count; ++i) {
      uint32_t length = 0;
      LEAT_TRY(number(length));
      LEAT_TRY_ASSIGN(const auto name, take(length, 1));
      LEAT_TRY_ASSIGN(Type field_type, type(depth));
      fields.push_back(
          {std::string(reinterpret_cast<const char*>(name.data()), name.size()), field_type});
      if (!simdjson::validate_utf8(fields.back().name)) return damaged("a name is not UTF-8");
    }
    return fields;
  }
  Result<Type> type(int depth) {
    if (depth > kTypeDepthMax) return damaged("its types are nested too deep");
    uint8_t code = 0;
    LEAT_TRY(number(code));
    if (code >= kMarkedCode && code < kMarkedCode + kMarkedTypes.size())
      return kMarkedTypes[code - kMarkedCode];
    if (code > static_cast<uint8_t>(TypeId::kJson)) return damaged("it has an unknown type");
    const auto id = static_cast<TypeId>(code);
    if (id == TypeId::kDecimal) {
      uint8_t precision = 0;
      uint8_t scale = 0;
      LEAT_TRY(number(precision));
      LEAT_TRY(number(scale));
      if (precision < 1 || precision > 38 || scale > precision)
        return damaged("it has a decimal that cannot be");
      return Type::decimal(precision, scale);
    }
    if (id == TypeId::kList) {
      LEAT_TRY_ASSIGN(Type element, type(depth + 1));
      return Type::list(std::move(element));
    }
    if (id == TypeId::kStruct) {
      LEAT_TRY_ASSIGN(std::vector<Field> fields, schema(depth + 1));
      return Type::structure(std::move(fields));
    }
    return Type(id);
  }

  Result<RowPlaces> ids(uint64_t rows) {
    RowPlaces places;
    uint8_t each = 0;
    LEAT_TRY(number(each));
    if (each > 1) return damaged("its row identities are of no known kind");
    if (each == 1) {
      LEAT_TRY_ASSIGN(const auto packed, take(rows, sizeof(uint64_t)));
      LEAT_TRY_ASSIGN(places.ordinals, copy(packed));
    } else {
      uint64_t first = 0;
      LEAT_TRY(number(first));
      places.first = Ordinal::from_packed(first);
    }
    return places;
  }

  Result<ColumnRef> column(const Type& type, uint64_t rows) {
    Column::Parts parts;
    uint8_t nulls = 0;
    LEAT_TRY(number(nulls));
    if (nulls > 1) return damaged("it has a column of no known kind");
    if (nulls == 1) LEAT_TRY(bitmap(rows, parts.validity));
    if (type.is_view()) {
      LEAT_TRY(texts(type, rows, parts));
    } else if (type.is(TypeId::kBool)) {
      LEAT_TRY(bitmap(rows, parts.values));
    } else if (type.is(TypeId::kList)) {
      LEAT_TRY(lists(type.element(), rows, parts));
    } else if (type.is(TypeId::kStruct)) {
      for (const Field& field : type.fields()) {
        LEAT_TRY_ASSIGN(ColumnRef child, column(field.type, rows));
        parts.children.push_back(std::move(child));
      }
    } else if (!type.is(TypeId::kNull)) {
      LEAT_TRY_ASSIGN(const auto values, take(rows, type.width()));
      LEAT_TRY_ASSIGN(parts.values, copy(values));
    }
    return std::make_shared<Column>(type, rows, std::move(parts));
  }

  Status bitmap(uint64_t rows, BufferRef& out) {
    LEAT_TRY_ASSIGN(const auto bits, take(bitmap_bytes(rows), 1));
    LEAT_TRY_ASSIGN(out, copy(bits));
    return {};
  }

  /// Checks that the lengths fit into what is left and that they split the bytes at characters.
  Status texts(const Type& type, uint64_t rows, Column::Parts& parts) {
    LEAT_TRY_ASSIGN(const auto lengths, take(rows, sizeof(uint32_t)));
    uint64_t total = 0;
    for (size_t row = 0; row < rows; ++row) total += length_at(lengths, row);
    if (total > kColumnTextMax) return damaged("a column has too much text");
    LEAT_TRY_ASSIGN(const auto bytes, take(total, 1));
    const bool is_text = !type.is(TypeId::kBinary);
    const auto* const text = reinterpret_cast<const char*>(bytes.data());
    if (is_text && !simdjson::validate_utf8(text, bytes.size()))
      return damaged("text is not UTF-8");
    LEAT_TRY_ASSIGN(BufferRef data, copy(bytes));
    LEAT_TRY_ASSIGN(parts.values, memory_.allocate(rows * sizeof(Utf8View)));
    auto* const views = parts.values->mutable_as<Utf8View>();
    size_t offset = 0;
    for (size_t row = 0; row < rows; ++row) {
      const uint32_t length = length_at(lengths, row);
      if (is_text && length > 0 && (bytes[offset] & 0xC0) == 0x80)
        return damaged("text is not UTF-8");
      views[row] =
          Utf8View::of({data->as<char>() + offset, length}, 0, static_cast<uint32_t>(offset));
      offset += length;
    }
    parts.data.push_back(std::move(data));
    return {};
  }

  Status lists(const Type& element, uint64_t rows, Column::Parts& parts) {
    LEAT_TRY_ASSIGN(const auto lengths, take(rows, sizeof(uint32_t)));
    LEAT_TRY_ASSIGN(parts.values, memory_.allocate((rows + 1) * sizeof(int32_t)));
    auto* const offsets = parts.values->mutable_as<int32_t>();
    uint64_t total = 0;
    offsets[0] = 0;
    for (size_t row = 0; row < rows; ++row) {
      total += length_at(lengths, row);
      if (total > static_cast<uint64_t>(std::numeric_limits<int32_t>::max()))
        return damaged("its lists are too long");
      offsets[row + 1] = static_cast<int32_t>(total);
    }
    LEAT_TRY_ASSIGN(ColumnRef elements, column(element, total));
    parts.children.push_back(std::move(elements));
    return {};
  }

  static uint32_t length_at(std::span<const uint8_t> lengths, size_t row) {
    uint32_t length = 0;
    std::memcpy(&length, lengths.data() + row * sizeof(length), sizeof(length));
    return length;
  }

  std::span<const uint8_t> rest_;
  MemoryAccount& memory_;
};

}  // namespace

Result<BufferRef> encode_batch(const Batch& batch, MemoryAccount& memory) {
  Batch whole = batch;
  if (!batch.selection().is_all() || batch.rows() != batch.length()) {
    LEAT_TRY_ASSIGN(whole, compact(batch, memory));
  }
  Encoder measure(nullptr);
  measure.batch(whole);
  const size_t body_bytes = measure.length();
  LEAT_TRY_ASSIGN(BufferRef out, memory.allocate(sizeof(Header) + body_bytes));
  uint8_t* const body = out->mutable_data() + sizeof(Header);
  Encoder(body).batch(whole);
  Header header{{}, kEncodingVersion, 0, body_bytes, XXH3_64bits(body, body_bytes)};
  std::memcpy(header.magic, kMagic, sizeof(kMagic));
  std::memcpy(out->mutable_data(), &header, sizeof(header));
  return out;
}

Result<size_t> encoded_batch_bytes(std::span<const uint8_t> header) {
  Header read;
  if (header.size() < sizeof(read)) return damaged("it is cut off");
  std::memcpy(&read, header.data(), sizeof(read));
  if (std::memcmp(read.magic, kMagic, sizeof(kMagic)) != 0)
    return damaged("it does not begin as one");
  if (read.version != kEncodingVersion) {
    return fail(code::kSpillDamaged, ErrorCode::kData,
                fmt::format("the encoded batch is of version {}, this program knows version {}",
                            read.version, kEncodingVersion),
                "read it with the version of leat that wrote it");
  }
  if (read.zero != 0) return damaged("its header is wrong");
  if (read.body_bytes > std::numeric_limits<size_t>::max() / 2)
    return damaged("its length is wrong");
  return sizeof(read) + read.body_bytes;
}

Result<Batch> decode_batch(std::span<const uint8_t> bytes, MemoryAccount& memory) {
  LEAT_TRY_ASSIGN(const size_t length, encoded_batch_bytes(bytes));
  if (bytes.size() < length) return damaged("it is cut off");
  if (bytes.size() > length) return damaged("something follows its end");
  Header header;
  std::memcpy(&header, bytes.data(), sizeof(header));
  const auto body = bytes.subspan(sizeof(header));
  if (XXH3_64bits(body.data(), body.size()) != header.checksum)
    return damaged("its checksum is wrong");
  return Decoder(body, memory).batch();
}

}  // namespace leat
