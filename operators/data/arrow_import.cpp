// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Problem: columns come from code that we did not write, in any layout that Arrow knows.
//
// Invariants:
//  1. The array is released exactly once, after the last read of it, on every path.
//  2. Everything is copied into buffers of the budget. Nothing foreign is kept.
//  3. What can be checked without trusting the producer is: lengths, offsets, indices, UTF-8, JSON,
//     ranges. What a pointer points to cannot be.
//
// How: a column is built from a list of rows of the source, in which kNoRow stands for NULL. So
// offsets, dictionaries, views of lists and NULL lists with elements behind them need no code of
// their own: each only makes another list of rows for what is below it.
//
// Rejected: to use foreign buffers where they lie. They are not part of the budget, and our kernels
// read up to 64 bytes past the end of a buffer.
#include "operators/data/arrow_import.h"

#include <algorithm>
#include <cstring>
#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <simdjson.h>

#include "engine/codes/plugin.h"
#include "operators/data/arrow_export.h"
#include "operators/data/arrow_values.h"
#include "operators/data/builder.h"

namespace leat {
namespace {

using arrow::Kind;
using arrow::Layout;

constexpr int kDepthMax = 64;
constexpr int64_t kNoRow = -1;
/// Rows of an array, counted behind its offset.
struct Rows : std::vector<int64_t> {
  using std::vector<int64_t>::vector;
  bool is_run = false;  // ascending without gaps
};

std::unexpected<Error> broken(std::string_view what) {
  return fail(code::kArrow, ErrorCode::kPlugin, fmt::format("the Arrow array is wrong: {}", what));
}

/// `error` of a value with the name of its column.
Error in_column(const Field& column, Error error) {
  if (error.code == ErrorCode::kData)
    error.message = fmt::format("column '{}': {}", column.name, error.message);
  return error;
}

// --------------------------------------------------------------------------------------------------------------- types

/// Is the type marked as JSON by its metadata?
bool is_json(const char* metadata) {
  if (metadata == nullptr) return false;
  const auto number = [&metadata] {
    int32_t value = 0;
    std::memcpy(&value, metadata, sizeof(value));
    metadata += sizeof(value);
    return value;
  };
  const auto text = [&] {
    const int32_t length = std::max(number(), 0);
    const std::string_view view(metadata, static_cast<size_t>(length));
    metadata += length;
    return view;
  };
  for (int32_t pairs = number(); pairs > 0; --pairs) {
    const std::string_view key = text();
    const std::string_view value = text();
    if (key == "ARROW:extension:name") return value == "arrow.json";
  }
  return false;
}

Result<Type> type_of(const ArrowSchema& schema, int depth);

Result<std::vector<Field>> fields_of(const ArrowSchema& schema, int depth) {
  std::vector<Field> fields;
  for (int64_t i = 0; i < schema.n_children; ++i) {
    const ArrowSchema& child = *schema.children[i];
    LEAT_TRY_ASSIGN(Type type, type_of(child, depth + 1));
    fields.push_back({child.name == nullptr ? "" : child.name, std::move(type)});
    if (!simdjson::validate_utf8(fields.back().name))
      return fail(code::kArrow, ErrorCode::kPlugin, "the name of an Arrow field is not UTF-8");
  }
  return fields;
}

Result<Type> type_of(const ArrowSchema& schema, int depth) {
  if (depth > kDepthMax)
    return fail(code::kArrow, ErrorCode::kPlugin, "the Arrow type is nested too deep");
  if (schema.dictionary != nullptr) return type_of(*schema.dictionary, depth + 1);
  LEAT_TRY_ASSIGN(const Layout layout, arrow::layout_of(schema.format));
  switch (layout.kind) {
    case Kind::kText: return is_json(schema.metadata) ? kJsonType : kUtf8Type;
    case Kind::kDecimal: return Type::decimal(layout.precision, layout.scale);
    case Kind::kStruct: {
      LEAT_TRY_ASSIGN(std::vector<Field> fields, fields_of(schema, depth));
      return Type::structure(std::move(fields));
    }
    case Kind::kList: {
      if (schema.n_children != 1)
        return fail(code::kArrow, ErrorCode::kPlugin,
                    "an Arrow list has not one column of elements");
      LEAT_TRY_ASSIGN(Type element, type_of(*schema.children[0], depth + 1));
      return Type::list(std::move(element));
    }
    default: return layout.is_zoned ? kTimestampTzType : Type(arrow::type_id(layout.kind));
  }
}

// -------------------------------------------------------------------------------------------------------------- values

/// An array with its schema, of which single rows can be asked.
class Source {
 public:
  Source(const ArrowSchema& schema, const ArrowArray& array, const Layout& layout)
      : schema(schema), array(array), layout(layout) {}

  const ArrowSchema& schema;
  const ArrowArray& array;
  const Layout& layout;

  bool is_valid(int64_t row) const {
    if (row == kNoRow || layout.kind == Kind::kNull) return false;
    const auto* const bits = buffer<uint8_t>(0);
    return bits == nullptr || get_bit(bits, static_cast<size_t>(array.offset + row));
  }
  template <typename T>
  const T* buffer(int64_t index) const {
    return static_cast<const T*>(array.buffers[index]);
  }
  /// Value `row`, of type T, in buffer `index`. Producers need not align.
  template <typename T>
  T value(int64_t row, int64_t index = 1) const {
    T result;
    std::memcpy(&result, buffer<uint8_t>(index) + (array.offset + row) * int64_t{sizeof(T)},
                sizeof(T));
    return result;
  }
};

class Importer {
 public:
  explicit Importer(MemoryAccount& memory) : memory_(memory) {}

  Result<ColumnRef> column(const ArrowSchema& schema, const ArrowArray& array, const Type& type,
                           const Rows& rows) {
    if (schema.dictionary != nullptr) return from_dictionary(schema, array, type, rows);
    LEAT_TRY_ASSIGN(const Layout layout, arrow::layout_of(schema.format));
    LEAT_TRY(check(schema, array, layout, rows));
    const Source source(schema, array, layout);
    switch (type.id()) {
      case TypeId::kNull: return std::make_shared<Column>(type, rows.size(), Column::Parts{});
      case TypeId::kBool: return bools(source, rows);
      case TypeId::kInt64: return fixed<int64_t>(source, type, rows, arrow::read_int64);
      case TypeId::kFloat64: return fixed<double>(source, type, rows, arrow::read_float64);
      case TypeId::kDecimal: return fixed<arrow::Int128>(source, type, rows, arrow::read_decimal);
      case TypeId::kDate: return fixed<int32_t>(source, type, rows, arrow::read_date);
      case TypeId::kTimestamp: return fixed<int64_t>(source, type, rows, arrow::read_timestamp);
      case TypeId::kInterval: return fixed<Interval>(source, type, rows, arrow::read_interval);
      case TypeId::kUtf8:
      case TypeId::kBinary:
      case TypeId::kJson: return texts(source, type, rows);
      case TypeId::kList: return lists(source, type, rows);
      case TypeId::kStruct: return structs(source, type, rows);
    }
    return broken("its type is unknown");
  }

 private:
  /// Can the rows be asked for?
  static Status check(const ArrowSchema& schema, const ArrowArray& array, const Layout& layout,
                      const Rows& rows) {
    if (array.length < 0 || array.offset < 0) return broken("a length or offset is negative");
    if (array.n_children != schema.n_children) return broken("a column is missing");
    if (array.n_buffers < layout.buffers) return broken("a buffer is missing");
    bool wanted = false;
    for (const int64_t row : rows) {
      if (row >= array.length) return broken("a column is too short");
      wanted |= row != kNoRow;
    }
    // The bytes of text may be nowhere when there are none.
    const int64_t needed =
        layout.kind == Kind::kList ? layout.buffers : std::min<int64_t>(layout.buffers, 2);
    for (int64_t i = 1; i < needed; ++i) {
      if (wanted && array.buffers[i] == nullptr) return broken("a buffer is missing");
    }
    return {};
  }

  /// `read` makes a value of row `row` of an array, or says why it has no counterpart.
  template <typename T, typename Read>
  Result<ColumnRef> fixed(const Source& source, const Type& type, const Rows& rows, Read read) {
    if (rows.is_run && !rows.empty() && has_our_layout(source.schema.format))
      return run_of<T>(source, type, rows);
    FixedBuilder<T> builder(type, memory_);
    LEAT_TRY(builder.reserve(rows.size()));
    for (const int64_t row : rows) {
      if (!source.is_valid(row)) {
        LEAT_TRY(builder.append_null());
        continue;
      }
      const auto* const values = source.buffer<uint8_t>(1);
      LEAT_TRY_ASSIGN(const T value, read(source.layout, values, source.array.offset + row));
      builder.append(value);
    }
    return builder.finish();
  }

  /// Are the values of the format bit for bit ours, each of them valid?
  static bool has_our_layout(std::string_view format) {
    return format == "l" || format == "g" || format == "tdD" || format.starts_with("tsu:");
  }

  /// As `fixed`, for values that can be copied all at once.
  template <typename T>
  Result<ColumnRef> run_of(const Source& source, const Type& type, const Rows& rows) {
    Column::Parts parts;
    const size_t count = rows.size();
    LEAT_TRY_ASSIGN(parts.values, memory_.allocate(count * sizeof(T)));
    const int64_t begin = source.array.offset + rows.front();
    std::memcpy(parts.values->mutable_data(),
                source.buffer<uint8_t>(1) + begin * int64_t{sizeof(T)}, count * sizeof(T));
    if (const auto* const bits = source.buffer<uint8_t>(0); bits != nullptr) {
      ValidityBuilder validity;
      for (size_t i = 0; i < count; ++i) {
        if (get_bit(bits, static_cast<size_t>(begin) + i)) continue;
        LEAT_TRY(validity.append_null(memory_, i, count));
        parts.values->mutable_as<T>()[i] = T{};
      }
      parts.validity = validity.finish(count);
    }
    return std::make_shared<Column>(type, count, std::move(parts));
  }

  Result<ColumnRef> bools(const Source& source, const Rows& rows) {
    BoolBuilder builder(memory_);
    LEAT_TRY(builder.reserve(rows.size()));
    for (const int64_t row : rows) {
      if (!source.is_valid(row)) {
        LEAT_TRY(builder.append_null());
      } else {
        builder.append(
            get_bit(source.buffer<uint8_t>(1), static_cast<size_t>(source.array.offset + row)));
      }
    }
    return builder.finish();
  }

  Result<ColumnRef> texts(const Source& source, const Type& type, const Rows& rows) {
    ViewBuilder builder(type, memory_);
    LEAT_TRY(builder.reserve(rows.size()));
    for (const int64_t row : rows) {
      if (!source.is_valid(row)) {
        LEAT_TRY(builder.append_null());
        continue;
      }
      LEAT_TRY_ASSIGN(const std::string_view text, text_at(source, row));
      if (!type.is(TypeId::kBinary) && !simdjson::validate_utf8(text))
        return fail(code::kArrow, ErrorCode::kData, "a text is not UTF-8");
      if (type.is(TypeId::kJson) && json_.parse(text.data(), text.size()).error() != 0)
        return fail(code::kArrow, ErrorCode::kData, "a json value is none");
      LEAT_TRY(builder.append_copy(text));
    }
    return builder.finish();
  }

  static Result<std::string_view> text_at(const Source& source, int64_t row) {
    if (source.layout.is_view) return view_at(source, row);
    int64_t begin = 0;
    int64_t end = 0;
    int64_t bytes_in = 2;
    if (source.layout.width > 0) {  // all of one length
      begin = (source.array.offset + row) * source.layout.width;
      end = begin + source.layout.width;
      bytes_in = 1;
    } else if (source.layout.is_large) {
      begin = source.value<int64_t>(row);
      end = source.value<int64_t>(row + 1);
    } else {
      begin = source.value<int32_t>(row);
      end = source.value<int32_t>(row + 1);
    }
    if (begin < 0 || end < begin || end - begin > std::numeric_limits<int32_t>::max())
      return broken("offsets of text do not ascend");
    if (begin == end) return std::string_view();
    return std::string_view(source.buffer<char>(bytes_in) + begin,
                            static_cast<size_t>(end - begin));
  }

  /// Behind the validity and the views stand the data buffers, then their lengths.
  static Result<std::string_view> view_at(const Source& source, int64_t row) {
    const int64_t data_buffers = source.array.n_buffers - 3;
    const auto* const at = source.buffer<char>(1) + (source.array.offset + row) * 16;
    int32_t fields[4];
    std::memcpy(fields, at, sizeof(fields));
    const auto [length, prefix, buffer, offset] = fields;
    if (length < 0) return broken("a view is of negative length");
    if (length <= static_cast<int32_t>(Utf8View::kInlineBytes))
      return std::string_view(at + 4, static_cast<size_t>(length));
    if (buffer < 0 || buffer >= data_buffers || offset < 0)
      return broken("a view points outside of its buffers");
    const int64_t size = source.buffer<int64_t>(source.array.n_buffers - 1)[buffer];
    if (int64_t{offset} + length > size) return broken("a view points outside of its buffers");
    return std::string_view(source.buffer<char>(2 + buffer) + offset, static_cast<size_t>(length));
  }

  /// The rows that stand below those of `rows` which are valid, and how many belong to each.
  Result<ColumnRef> lists(const Source& source, const Type& type, const Rows& rows) {
    Column::Parts parts;
    LEAT_TRY_ASSIGN(parts.values, memory_.allocate((rows.size() + 1) * sizeof(int32_t)));
    auto* const offsets = parts.values->mutable_as<int32_t>();
    ValidityBuilder validity;
    Rows elements;
    offsets[0] = 0;
    for (size_t i = 0; i < rows.size(); ++i) {
      if (!source.is_valid(rows[i])) {
        LEAT_TRY(validity.append_null(memory_, i, rows.size()));
      } else {
        LEAT_TRY_ASSIGN(const auto range, list_at(source, rows[i]));
        if (range.second < range.first || range.first < 0 ||
            range.second > source.array.children[0]->length)
          return broken("offsets of lists are wrong");
        for (int64_t row = range.first; row < range.second; ++row) elements.push_back(row);
        if (elements.size() > static_cast<size_t>(std::numeric_limits<int32_t>::max()))
          return broken("the lists of one batch are too long");
      }
      offsets[i + 1] = static_cast<int32_t>(elements.size());
    }
    parts.validity = validity.finish(rows.size());
    LEAT_TRY_ASSIGN(ColumnRef child, column(*source.schema.children[0], *source.array.children[0],
                                            type.element(), elements));
    parts.children.push_back(std::move(child));
    return std::make_shared<Column>(type, rows.size(), std::move(parts));
  }

  /// Where the elements of a list begin and end.
  static Result<std::pair<int64_t, int64_t>> list_at(const Source& source, int64_t row) {
    const Layout& layout = source.layout;
    if (layout.width > 0 || layout.is_fixed) {
      const int64_t begin = (source.array.offset + row) * layout.width;
      return std::pair(begin, begin + layout.width);
    }
    if (layout.is_view) {
      const int64_t begin =
          layout.is_large ? source.value<int64_t>(row) : source.value<int32_t>(row);
      const int64_t size =
          layout.is_large ? source.value<int64_t>(row, 2) : source.value<int32_t>(row, 2);
      if (begin < 0 || size < 0 || begin > source.array.children[0]->length)
        return broken("offsets of lists are wrong");
      return std::pair(begin, begin + std::min(size, std::numeric_limits<int64_t>::max() - begin));
    }
    if (layout.is_large)
      return std::pair(source.value<int64_t>(row), source.value<int64_t>(row + 1));
    return std::pair(int64_t{source.value<int32_t>(row)}, int64_t{source.value<int32_t>(row + 1)});
  }

  Result<ColumnRef> structs(const Source& source, const Type& type, const Rows& rows) {
    Column::Parts parts;
    ValidityBuilder validity;
    Rows below(rows.size());
    for (size_t i = 0; i < rows.size(); ++i) {
      const bool valid = source.is_valid(rows[i]);
      if (!valid) LEAT_TRY(validity.append_null(memory_, i, rows.size()));
      below[i] = valid ? source.array.offset + rows[i] : kNoRow;
    }
    parts.validity = validity.finish(rows.size());
    for (size_t i = 0; i < type.fields().size(); ++i) {
      LEAT_TRY_ASSIGN(ColumnRef child, column(*source.schema.children[i], *source.array.children[i],
                                              type.fields()[i].type, below));
      parts.children.push_back(std::move(child));
    }
    return std::make_shared<Column>(type, rows.size(), std::move(parts));
  }

  Result<ColumnRef> from_dictionary(const ArrowSchema& schema, const ArrowArray& array,
                                    const Type& type, const Rows& rows) {
    LEAT_TRY_ASSIGN(const Layout layout, arrow::layout_of(schema.format));
    if (layout.kind != Kind::kInt64) return broken("the indices of a dictionary are no integers");
    if (array.dictionary == nullptr) return broken("a dictionary is missing");
    LEAT_TRY(check(schema, array, layout, rows));
    const Source source(schema, array, layout);
    Rows below(rows.size(), kNoRow);
    for (size_t i = 0; i < rows.size(); ++i) {
      if (!source.is_valid(rows[i])) continue;
      LEAT_TRY_ASSIGN(below[i],
                      arrow::read_int64(layout, source.buffer<uint8_t>(1), array.offset + rows[i]));
      if (below[i] < 0 || below[i] >= array.dictionary->length)
        return broken("an index is outside of its dictionary");
    }
    return column(*schema.dictionary, *array.dictionary, type, below);
  }

  MemoryAccount& memory_;
  simdjson::dom::parser json_;
};

}  // namespace

Result<Type> import_type(const ArrowSchema& schema) { return type_of(schema, 0); }

Result<SchemaRef> import_schema(const ArrowSchema& schema) {
  LEAT_TRY_ASSIGN(const Type type, import_type(schema));
  if (!type.is(TypeId::kStruct))
    return fail(code::kArrow, ErrorCode::kPlugin, "the Arrow schema is no struct of columns");
  return std::make_shared<const Schema>(type.fields());
}

Result<Batch> import_batch(const ArrowSchema& schema, ArrowArray* array, MemoryAccount& memory) {
  const auto release = [](ArrowArray* released) {
    if (released->release != nullptr) released->release(released);
  };
  const std::unique_ptr<ArrowArray, decltype(release)> released(array, release);
  if (array->release == nullptr) return broken("it is released already");
  LEAT_TRY_ASSIGN(const SchemaRef columns, import_schema(schema));
  Rows rows(static_cast<size_t>(std::max<int64_t>(array->length, 0)));
  for (size_t i = 0; i < rows.size(); ++i) rows[i] = static_cast<int64_t>(i);
  LEAT_TRY_ASSIGN(
      const ColumnRef all,
      Importer(memory).column(schema, *array, Type::structure(columns->fields()), rows));
  if (all->may_have_nulls()) return broken("a whole row is NULL");
  return Batch(columns, all->parts().children, rows.size(), RowPlaces());
}

Result<std::vector<ColumnRef>> import_columns(const ArrowSchema& schema, const Schema& columns,
                                              const ArrowArray& array, RowRange range,
                                              const std::vector<size_t>& wanted,
                                              MemoryAccount& memory) {
  if (array.n_children != schema.n_children || array.length < 0 || array.offset < 0 ||
      range.begin + range.count > static_cast<size_t>(array.length))
    return broken("a column is missing");
  if (array.n_buffers > 0 && array.buffers[0] != nullptr && array.null_count != 0)
    return broken("a whole row may be NULL");
  Rows rows;
  std::vector<ColumnRef> imported;
  std::optional<Importer> importer;  // made when something is to be copied
  for (const size_t index : wanted) {
    const ArrowArray& child = *array.children[index];
    if (child.release == nullptr) return broken("a column is released already");
    const Type& type = columns[index].type;
    ColumnRef ours = exported_column(child);
    const bool whole = ours != nullptr && array.offset == 0 && range.begin == 0 &&
                       range.count == ours->length() && ours->type() == type;
    if (!whole) {
      if (!importer) {
        importer.emplace(memory);
        rows.is_run = true;
        for (size_t i = 0; i < range.count; ++i)
          rows.push_back(array.offset + static_cast<int64_t>(range.begin + i));
      }
      Result<ColumnRef> copied = importer->column(*schema.children[index], child, type, rows);
      if (!copied) return std::unexpected(in_column(columns[index], std::move(copied).error()));
      ours = std::move(*copied);
    }
    imported.push_back(std::move(ours));
  }
  return imported;
}

}  // namespace leat
