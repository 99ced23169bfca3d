// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// The types a value can have, and the schema of a stream of rows. Types are logical; each has
// exactly one physical layout (column.h), which is Arrow's. A Type is a small value: scalar types
// carry no allocation.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace leat {

enum class TypeId : uint8_t {
  kNull,       ///< Only NULL. The type of the literal `null` before something gives it one.
  kBool,       ///< Layout: bitmap, least significant bit first.
  kInt64,      ///< Layout: int64_t.
  kFloat64,    ///< Layout: double.
  kDecimal,    ///< Layout: the value times 10^scale, as int64_t with is_short_decimal(), else as a
               ///< signed 128-bit integer.
  kUtf8,       ///< Layout: 16-byte Utf8View; always valid UTF-8.
  kBinary,     ///< Layout: as kUtf8, any bytes.
  kDate,       ///< Layout: int32_t, days since 1970-01-01, proleptic Gregorian.
  kTimestamp,  ///< Layout: int64_t, microseconds since 1970-01-01T00:00:00: what a clock shows;
               ///< with is_zoned() since 1970-01-01T00:00:00Z: an instant; with is_time_of_day()
               ///< since midnight.
  kInterval,   ///< Layout: struct Interval.
  kList,       ///< Layout: int32_t offsets (length + 1) into one child column.
  kStruct,     ///< Layout: one child column of equal length per field.
  kJson,       ///< Layout: as kUtf8; the text of one valid JSON value.
};

struct Field;

/// What tells types of one TypeId apart (docs/decisions/0018): their values are laid out, compared
/// and kept alike, and are written and calculated with each in its own way.
enum class Mark : uint8_t {
  kNone,
  kInstant,    ///< Of kTimestamp: `timestamptz`.
  kTimeOfDay,  ///< Of kTimestamp: `time`, from 0 to 24 hours, both included.
  kUuid,       ///< Of kUtf8: `uuid`, the canonical text of 36 characters in lower case.
  kInet,       ///< Of kBinary: `inet`, whose bytes are in its order (data/inet.h).
};

/// What is asked of values that are read or cast as a type of fewer values: `int32`, `varchar(3)`.
struct Limit {
  enum class Kind : uint8_t {
    kRange,       ///< Whole numbers from `low` to `high`.
    kFloat32,     ///< Of the value that a 32-bit float has for it.
    kCharacters,  ///< At most `characters` of text.
    kWords,       ///< One of `words`.
  };

  Kind kind = Kind::kRange;
  std::string name;  ///< As users write it.
  int64_t low = 0;
  uint64_t high = 0;
  size_t characters = 0;
  std::vector<std::string> words = {};
};

/// A logical type. Equality is structural; a limit has no part in it, because it is asked of a
/// value where that is read or cast, and holds no longer of what is calculated with it. THREADS:
/// immutable, any.
class Type {
 public:
  Type() = default;
  explicit Type(TypeId id) : id_(id) {}
  /// REQUIRES: 1 <= precision <= 38, scale <= precision.
  static Type decimal(uint8_t precision, uint8_t scale);
  static Type list(Type element);
  static Type structure(std::vector<Field> fields);
  /// REQUIRES: the mark is one of the id's.
  static Type marked(TypeId id, Mark mark);
  /// `type`, of whose values more is asked.
  static Type limited(Type type, Limit limit);

  TypeId id() const { return id_; }
  uint8_t precision() const { return precision_; }
  uint8_t scale() const { return scale_; }
  /// REQUIRES: id() == kList.
  const Type& element() const;
  /// The fields of a struct, in order. REQUIRES: id() == kStruct.
  const std::vector<Field>& fields() const;

  bool is(TypeId id) const { return id_ == id; }
  Mark mark() const { return mark_; }
  /// Of kTimestamp: is it an instant, and not what a clock shows?
  bool is_zoned() const { return mark_ == Mark::kInstant; }
  bool is_time_of_day() const { return mark_ == Mark::kTimeOfDay; }
  bool is_uuid() const { return mark_ == Mark::kUuid; }
  bool is_inet() const { return mark_ == Mark::kInet; }
  /// The type that values are kept as.
  Type without_limit() const;
  /// Has the type a limit, or one of those it is made of?
  bool asks_more() const;
  /// Null when every value of the layout will do.
  const Limit* limit() const { return limit_.get(); }
  /// A decimal of at most 18 digits, which fit 64 bits.
  bool is_short_decimal() const;
  /// int64, float64 or decimal.
  bool is_numeric() const;
  /// utf8, binary or json: values are Utf8View.
  bool is_view() const;
  /// Bytes per value in the values buffer; 0 for bool (bits), null, struct; 4 for the offsets of a
  /// list.
  size_t width() const;

  bool operator==(const Type& other) const;

 private:
  TypeId id_ = TypeId::kNull;
  uint8_t precision_ = 0;
  uint8_t scale_ = 0;
  Mark mark_ = Mark::kNone;
  std::shared_ptr<const std::vector<Field>> children_;
  std::shared_ptr<const Limit> limit_;
};

inline const Type kNullType{TypeId::kNull};
inline const Type kBoolType{TypeId::kBool};
inline const Type kInt64Type{TypeId::kInt64};
inline const Type kFloat64Type{TypeId::kFloat64};
inline const Type kUtf8Type{TypeId::kUtf8};
inline const Type kBinaryType{TypeId::kBinary};
inline const Type kDateType{TypeId::kDate};
inline const Type kTimestampType{TypeId::kTimestamp};
inline const Type kTimestampTzType = Type::marked(TypeId::kTimestamp, Mark::kInstant);
inline const Type kTimeType = Type::marked(TypeId::kTimestamp, Mark::kTimeOfDay);
inline const Type kUuidType = Type::marked(TypeId::kUtf8, Mark::kUuid);
inline const Type kInetType = Type::marked(TypeId::kBinary, Mark::kInet);
inline const Type kIntervalType{TypeId::kInterval};
inline const Type kJsonType{TypeId::kJson};

/// A named type: a column of a schema, or a member of a struct.
struct Field {
  std::string name;
  Type type;
  /// Was the type guessed from the first rows? Messages say so; fields that differ in it are equal.
  bool guessed = false;

  bool operator==(const Field& other) const { return name == other.name && type == other.type; }
};

/// Months, days and microseconds are kept apart, as in PostgreSQL and Arrow.
struct Interval {
  int32_t months = 0;
  int32_t days = 0;
  int64_t microseconds = 0;

  bool operator==(const Interval&) const = default;
};

/// The name users write and read: `int64`, `decimal(10,2)`, `list<utf8>`, `struct<a int64, b
/// utf8>`. Of a limited type, that of the type its values are kept as.
std::string to_string(const Type& type);
/// The same, but `int32` and not `int64`: what messages name that refuse a value.
std::string name_with_limit(const Type& type);

/// Reads a type name: our names, and the SQL spellings `bigint int8 integer int smallint`, `double
/// precision`, `float8 real float double`, `numeric`, `text varchar string`, `bytea`, `boolean`,
/// `timestamp with time zone`, `time`; and the limited types `int16 int32 uint8 uint16 uint32
/// uint64`, `float32`, `varchar(n)`, `char(n)` and `enum('a', 'b')`, alone or as fields of records
/// that are read. Case does not matter. Returns nullopt when the text is no type.
std::optional<Type> parse_type(std::string_view text);

/// The columns of a stream, in order. Names are unique; they are compared exactly.
class Schema {
 public:
  Schema() = default;
  explicit Schema(std::vector<Field> fields) : fields_(std::move(fields)) {}

  const std::vector<Field>& fields() const { return fields_; }
  size_t size() const { return fields_.size(); }
  const Field& operator[](size_t index) const { return fields_[index]; }
  /// The index of the column called `name`.
  std::optional<size_t> find(std::string_view name) const;

  bool operator==(const Schema&) const = default;

 private:
  std::vector<Field> fields_;
};

using SchemaRef = std::shared_ptr<const Schema>;

}  // namespace leat
