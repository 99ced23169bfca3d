// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Problem: others read our columns where they lie, for as long as they like.
//
// Invariants:
//  1. Everything that an exported structure points to is owned by its private data, which lives
//     until release; release of a parent releases children that were not moved away.
//  2. A released structure has a null release and is not touched again.
//  3. What is exported is compact: no hidden rows, no text that nobody refers to.
//
// Counting: private data hold BufferRefs, whose counts are atomic, so release may come from any
// thread.
#include "operators/data/arrow_export.h"

#include <array>
#include <bit>
#include <cstring>
#include <limits>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "engine/codes/plugin.h"
#include "engine/mutant.h"
#include "operators/data/builder.h"
#include "operators/data/decimal.h"
#include "operators/data/inet.h"
#include "operators/data/take.h"

namespace leat {
namespace {

// ------------------------------------------------------------------------------------------------------------- schemas

struct SchemaOwner {
  std::string format;
  std::string name;
  std::string metadata;
  std::vector<std::unique_ptr<ArrowSchema>> children;
  std::vector<ArrowSchema*> pointers;
};

void release_schema(ArrowSchema* schema) {
  const std::unique_ptr<SchemaOwner> owner(static_cast<SchemaOwner*>(schema->private_data));
  for (const auto& child : owner->children) {
    if (child->release != nullptr) child->release(child.get());
  }
  schema->release = nullptr;
}

std::string format_of(const Type& type, ArrowText text) {
  const bool views = text == ArrowText::kViews;
  switch (type.id()) {
    case TypeId::kNull: return "n";
    case TypeId::kBool: return "b";
    case TypeId::kInt64: return "l";
    case TypeId::kFloat64: return "g";
    case TypeId::kDecimal: return fmt::format("d:{},{}", type.precision(), type.scale());
    case TypeId::kUtf8:
    case TypeId::kJson: return views ? "vu" : "u";
    case TypeId::kBinary:
      if (type.is_inet()) return format_of(kUtf8Type, text);
      return views ? "vz" : "z";
    case TypeId::kDate: return "tdD";
    case TypeId::kTimestamp:
      if (type.is_time_of_day()) return "ttu";
      return type.is_zoned() ? "tsu:UTC" : "tsu:";
    case TypeId::kInterval: return "tin";
    case TypeId::kList: return "+l";
    case TypeId::kStruct: return "+s";
  }
  return {};
}

/// One key and its value, as the specification lays them out.
std::string metadata_of(std::string_view key, std::string_view value) {
  std::string text;
  const auto number = [&](size_t n) {
    const auto n32 = static_cast<int32_t>(n);
    text.append(reinterpret_cast<const char*>(&n32), sizeof(n32));
  };
  number(1);
  number(key.size());
  text += key;
  number(value.size());
  text += value;
  return text;
}

void fill_schema(const std::string& name, const Type& type, ArrowText text, ArrowSchema* out) {
  auto owner = std::make_unique<SchemaOwner>();
  owner->format = format_of(type, text);
  owner->name = name;
  if (type.is(TypeId::kJson)) owner->metadata = metadata_of("ARROW:extension:name", "arrow.json");
  const auto add = [&](const std::string& child_name, const Type& child) {
    owner->children.push_back(std::make_unique<ArrowSchema>());
    fill_schema(child_name, child, text, owner->children.back().get());
    owner->pointers.push_back(owner->children.back().get());
  };
  if (type.is(TypeId::kList)) add("item", type.element());
  if (type.is(TypeId::kStruct)) {
    for (const Field& field : type.fields()) add(field.name, field.type);
  }
  *out = ArrowSchema{};
  out->format = owner->format.c_str();
  out->name = owner->name.c_str();
  out->metadata = owner->metadata.empty() ? nullptr : owner->metadata.data();
  out->flags = ARROW_FLAG_NULLABLE;
  out->n_children = static_cast<int64_t>(owner->pointers.size());
  out->children = owner->pointers.data();
  out->release = release_schema;
  out->private_data = owner.release();
}

// -------------------------------------------------------------------------------------------------------------- arrays

struct ArrayOwner {
  ColumnRef column;  // what was exported; null for the struct of all columns
  std::vector<BufferRef> held;
  std::vector<int64_t> data_sizes;  // of the data buffers of views
  std::vector<const void*> buffers;
  std::vector<std::unique_ptr<ArrowArray>> children;
  std::vector<ArrowArray*> pointers;
};

void release_array(ArrowArray* array) {
  const std::unique_ptr<ArrayOwner> owner(static_cast<ArrayOwner*>(array->private_data));
  for (const auto& child : owner->children) {
    if (child->release != nullptr) child->release(child.get());
  }
  array->release = nullptr;
}

/// What consumers expect where there is no value: some check that pointers are not null.
constexpr std::array<int64_t, 8> kNothing{};

struct ArrowInterval {
  int32_t months;
  int32_t days;
  int64_t nanoseconds;
};
static_assert(sizeof(ArrowInterval) == sizeof(Interval));

/// Fills arrays for the columns of one compact batch.
class ArrayFiller {
 public:
  ArrayFiller(ArrowText text, MemoryAccount& memory) : text_(text), memory_(memory) {}

  Status fill(const ColumnRef& exported, ArrowArray* out) {
    if (exported->type().is_inet()) {
      LEAT_TRY_ASSIGN(const ColumnRef text, text_of(*exported));
      return fill(text, out);
    }
    auto owner = std::make_unique<ArrayOwner>();
    owner->column = exported;
    const Column& column = *exported;
    const int64_t nulls = add_validity(column, *owner);
    LEAT_TRY(add_values(column, *owner));
    for (const ColumnRef& child : column.parts().children) {
      owner->children.push_back(std::make_unique<ArrowArray>());
      owner->pointers.push_back(owner->children.back().get());
      if (Status filled = fill(child, owner->pointers.back()); !filled) {
        owner->children.pop_back();
        release_children(*owner);
        return filled;
      }
    }
    publish(column.length(), nulls, std::move(owner), out);
    return {};
  }

  static void publish(size_t length, int64_t nulls, std::unique_ptr<ArrayOwner> owner,
                      ArrowArray* out) {
    *out = ArrowArray{};
    out->length = static_cast<int64_t>(length);
    out->null_count = nulls;
    out->n_buffers = static_cast<int64_t>(owner->buffers.size());
    out->buffers = owner->buffers.data();
    out->n_children = static_cast<int64_t>(owner->pointers.size());
    out->children = owner->pointers.data();
    out->release = release_array;
    out->private_data = owner.release();
  }
  static void release_children(ArrayOwner& owner) {
    for (const auto& child : owner.children) child->release(child.get());
  }

 private:
  static void hold(const BufferRef& buffer, ArrayOwner& owner) {
    owner.buffers.push_back(buffer ? static_cast<const void*>(buffer->data()) : kNothing.data());
    if (buffer) owner.held.push_back(buffer);
  }

  /// Nobody else has bytes in the order of addresses.
  Result<ColumnRef> text_of(const Column& addresses) {
    ViewBuilder texts(kUtf8Type, memory_);
    LEAT_TRY(texts.reserve(addresses.length()));
    for (size_t row = 0; row < addresses.length(); ++row) {
      if (!addresses.is_valid(row)) {
        LEAT_TRY(texts.append_null());
        continue;
      }
      std::array<char, io::kInetTextBytes> text;
      const char* const end = io::format_inet(io::decode_inet(addresses.view_at(row)), text.data());
      LEAT_TRY(texts.append_copy({text.data(), static_cast<size_t>(end - text.data())}));
    }
    return texts.finish();
  }

  /// Returns the number of NULLs.
  static int64_t add_validity(const Column& column, ArrayOwner& owner) {
    if (column.type().is(TypeId::kNull)) return static_cast<int64_t>(column.length());
    const BufferRef& validity = column.parts().validity;
    owner.buffers.push_back(validity ? validity->data() : nullptr);
    if (!validity) return 0;
    owner.held.push_back(validity);
    size_t valid = 0;
    const uint8_t* const bits = validity->data();
    const size_t bytes = column.length() / 8;
    for (size_t i = 0; i < bytes; ++i) valid += static_cast<size_t>(std::popcount(bits[i]));
    for (size_t row = bytes * 8; row < column.length(); ++row) valid += get_bit(bits, row);
    return static_cast<int64_t>(column.length() - valid);
  }

  Status add_values(const Column& column, ArrayOwner& owner) {
    if (column.type().is_view())
      return text_ == ArrowText::kViews ? add_views(column, owner) : add_text(column, owner);
    if (column.type().is(TypeId::kInterval)) return add_intervals(column, owner);
    if (column.type().is_short_decimal() && !LEAT_MUTANT("short_decimals_are_exported_as_they_lie"))
      return add_short_decimals(column, owner);
    if (!column.type().is(TypeId::kNull) && !column.type().is(TypeId::kStruct))
      hold(column.parts().values, owner);
    return {};
  }

  static Status add_views(const Column& column, ArrayOwner& owner) {
    hold(column.parts().values, owner);
    for (const BufferRef& buffer : column.parts().data) {
      hold(buffer, owner);
      owner.data_sizes.push_back(buffer ? static_cast<int64_t>(buffer->size()) : 0);
    }
    owner.buffers.push_back(owner.data_sizes.empty()
                                ? static_cast<const void*>(kNothing.data())
                                : static_cast<const void*>(owner.data_sizes.data()));
    return {};
  }

  Status add_text(const Column& column, ArrayOwner& owner) {
    const size_t length = column.length();
    LEAT_TRY_ASSIGN(BufferRef offsets, memory_.allocate((length + 1) * sizeof(int32_t)));
    auto* const out = offsets->mutable_as<int32_t>();
    size_t total = 0;
    for (size_t row = 0; row < length; ++row) {
      out[row] = static_cast<int32_t>(total);
      if (column.is_valid(row)) total += column.values<Utf8View>()[row].length;
      if (total > static_cast<size_t>(std::numeric_limits<int32_t>::max()))
        return fail(code::kArrow, ErrorCode::kData,
                    "the text of one batch is too long for a plugin");
    }
    out[length] = static_cast<int32_t>(total);
    LEAT_TRY_ASSIGN(BufferRef bytes, memory_.allocate(total));
    for (size_t row = 0; row < length; ++row) {
      if (!column.is_valid(row)) continue;
      const std::string_view text = column.view_at(row);
      if (!text.empty()) std::memcpy(bytes->mutable_data() + out[row], text.data(), text.size());
    }
    hold(offsets, owner);
    hold(bytes, owner);
    return {};
  }

  /// Few know Arrow's decimals of 64 bits; all know those of 128.
  Status add_short_decimals(const Column& column, ArrayOwner& owner) {
    const size_t length = column.length();
    LEAT_TRY_ASSIGN(BufferRef values, memory_.allocate(length * sizeof(Int128)));
    const auto* const in = column.values<int64_t>();
    auto* const out = values->mutable_as<Int128>();
    for (size_t row = 0; row < length; ++row) out[row] = in[row];
    hold(values, owner);
    return {};
  }

  Status add_intervals(const Column& column, ArrayOwner& owner) {
    const size_t length = column.length();
    LEAT_TRY_ASSIGN(BufferRef values, memory_.allocate(length * sizeof(ArrowInterval)));
    auto* const out = values->mutable_as<ArrowInterval>();
    for (size_t row = 0; row < length; ++row) {
      out[row] = ArrowInterval{};
      if (!column.is_valid(row)) continue;
      const Interval& interval = column.values<Interval>()[row];
      out[row].months = interval.months;
      out[row].days = interval.days;
      if (__builtin_mul_overflow(interval.microseconds, int64_t{1000}, &out[row].nanoseconds))
        return fail(code::kArrow, ErrorCode::kData,
                    "an interval is too long to be counted in nanoseconds");
    }
    hold(values, owner);
    return {};
  }

  const ArrowText text_;
  MemoryAccount& memory_;
};

}  // namespace

void export_schema(const Schema& schema, ArrowText text, ArrowSchema* out) {
  fill_schema("", Type::structure(schema.fields()), text, out);
  out->flags = 0;
}

ColumnRef exported_column(const ArrowArray& array) {
  if (array.release != release_array) return nullptr;
  const auto* const owner = static_cast<const ArrayOwner*>(array.private_data);
  const bool untouched = owner->column != nullptr && array.offset == 0 &&
                         array.length == static_cast<int64_t>(owner->column->length()) &&
                         array.buffers == owner->buffers.data();
  return untouched ? owner->column : nullptr;
}

Status export_batch(const Batch& batch, ArrowText text, MemoryAccount& memory, ArrowArray* out) {
  *out = ArrowArray{};
  LEAT_TRY_ASSIGN(const Batch whole, compact(batch, memory));
  return export_whole(whole, text, memory, out);
}

Status export_whole(const Batch& whole, ArrowText text, MemoryAccount& memory, ArrowArray* out) {
  *out = ArrowArray{};
  auto owner = std::make_unique<ArrayOwner>();
  owner->buffers.push_back(nullptr);  // no row is NULL
  ArrayFiller filler(text, memory);
  for (const ColumnRef& column : whole.columns()) {
    owner->children.push_back(std::make_unique<ArrowArray>());
    owner->pointers.push_back(owner->children.back().get());
    if (Status filled = filler.fill(column, owner->pointers.back()); !filled) {
      owner->children.pop_back();
      ArrayFiller::release_children(*owner);
      return filled;
    }
  }
  ArrayFiller::publish(whole.rows(), 0, std::move(owner), out);
  return {};
}

}  // namespace leat
