// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include "operators/csv/csv_columns.h"

#include <algorithm>
#include <cstring>
#include <utility>

#include "engine/check.h"
#include "engine/mutant.h"
#include "operators/csv/csv_walker.h"
#include "operators/data/builder.h"
#include "operators/text/decimal_parser.h"
#include "operators/text/stored_value.h"
#include "operators/text/time_units.h"
#include "operators/text/value_parser.h"
#include "operators/text/view_store.h"

namespace leat::io {
namespace {

/// Ends of absent fields lie before their beginnings.
constexpr uint32_t kAbsentLength = ~uint32_t{0};

/// What the slow path of a field found.
enum class Outcome : uint8_t { kValue, kNull, kFault };

/// What all readers share: the rare fields, which are quoted, absent, or spelled like NULL.
class ReaderBase : public CsvColumnReader {
 protected:
  ReaderBase(const CsvDialect& dialect, const NullWords& nulls, MemoryAccount& memory)
      : dialect_(dialect), nulls_(nulls), memory_(memory) {}

  bool is_null(const char* text, uint32_t length) const {
    if (length < 63 && !nulls_.may_have_length(length)) [[likely]]
      return false;
    return length == kAbsentLength || nulls_.contains({text, length});
  }
  bool is_quoted(const char* text, uint32_t length) const {
    return length > 0 && dialect_.quote != 0 && *text == dialect_.quote;
  }
  std::string_view trimmed(std::string_view text) const {
    const bool stays =
        text.size() == kAbsentLength || is_quoted(text.data(), static_cast<uint32_t>(text.size()));
    return stays ? text : trim_blanks(text);
  }
  /// Is the field nothing but `inner` between quotes, without escapes? The usual case, found
  /// without walking over it.
  bool is_plainly_quoted(std::string_view text, std::string_view& inner) const {
    if (text.size() < 2 || dialect_.escape != 0) return false;
    if (std::memchr(text.data() + 1, dialect_.quote, text.size() - 1) != &text.back()) return false;
    inner = text.substr(1, text.size() - 2);
    return true;
  }

  const CsvDialect dialect_;
  const NullWords& nulls_;
  MemoryAccount& memory_;
};

// Parsers: whether they accept a text is all that tells columns of fixed width apart. Those of
// values that are written in the usual way have a fast form.

struct Int64Parser {
  static constexpr bool kFormatted = false;
  bool fast(std::string_view text, int64_t& value) const { return parse_int64_padded(text, value); }
  bool exact(std::string_view text, int64_t& value) const { return parse_int64(text, value); }
};

struct Float64Parser {
  static constexpr bool kFormatted = false;
  bool fast(std::string_view text, double& value) const {
    return parse_float64_padded(text, value);
  }
  bool exact(std::string_view text, double& value) const { return parse_float64(text, value); }
};

struct DateParser {
  static constexpr bool kFormatted = false;
  bool fast(std::string_view text, int32_t& value) const { return parse_date_padded(text, value); }
  bool exact(std::string_view text, int32_t& value) const { return parse_date(text, value); }
};

struct TimestampParser {
  static constexpr bool kFormatted = false;
  FinerTimes finer;
  bool zoned;
  bool fast(std::string_view text, int64_t& value) const {
    return (parse_timestamp_padded(text, value) || rounded(text, value)) && fits(text);
  }
  bool exact(std::string_view text, int64_t& value) const {
    return (parse_timestamp(text, value) || rounded(text, value)) && fits(text);
  }
  /// Only instants name their zone.
  bool fits(std::string_view text) const {
    return has_zone(text) == zoned || LEAT_MUTANT("zone_is_not_asked");
  }
  bool rounded(std::string_view text, int64_t& value) const {
    return finer == FinerTimes::kRound && parse_timestamp_rounded(text, value);
  }
};

struct TimeOfDayParser {
  static constexpr bool kFormatted = false;
  FinerTimes finer;
  bool fast(std::string_view text, int64_t& value) const { return exact(text, value); }
  bool exact(std::string_view text, int64_t& value) const {
    return finer == FinerTimes::kRound ? parse_time_of_day_rounded(text, value)
                                       : parse_time_of_day(text, value);
  }
};

struct DecimalParser {
  static constexpr bool kFormatted = false;
  uint8_t precision;
  uint8_t scale;
  template <typename Unscaled>
  bool fast(std::string_view text, Unscaled& value) const {
    return parse_decimal_padded(text, precision, scale, value) == DecimalResult::kExact;
  }
  /// Digits past the scale are a fault: reading must not change what the file says.
  template <typename Unscaled>
  bool exact(std::string_view text, Unscaled& value) const {
    return parse_decimal(text, precision, scale, value) == DecimalResult::kExact;
  }
};

/// Numbers of a type with a limit.
template <typename Parser>
struct LimitedParser {
  static constexpr bool kFormatted = false;
  Parser parser;
  const Type& type;
  template <typename T>
  bool fast(std::string_view text, T& value) const {
    return parser.fast(text, value) && fits(value);
  }
  template <typename T>
  bool exact(std::string_view text, T& value) const {
    return parser.exact(text, value) && fits(value);
  }

 private:
  template <typename T>
  bool fits(T& value) const {
    if constexpr (std::is_same_v<T, double>) {
      const std::optional<double> stored = stored_float(type, value);
      value = stored.value_or(0);
      return stored.has_value();
    } else {
      return is_in_limit(type, value);
    }
  }
};

struct BoolParser {
  static constexpr bool kFormatted = false;
  bool fast(std::string_view text, bool& value) const { return exact(text, value); }
  bool exact(std::string_view text, bool& value) const { return parse_bool(text, value); }
};

/// Values of a column with a FieldFormat, which is chosen while binding: columns without one pay
/// nothing for it.
template <typename T, typename Plain>
struct FormattedParser {
  static constexpr bool kFormatted = true;
  Type type;
  Plain plain;
  const FieldFormat& format;

  bool fast(std::string_view text, T& value) const { return exact(text, value); }
  bool exact(std::string_view text, T& value) const {
    if (format.time) return timed(text, value);
    if constexpr (std::is_same_v<T, bool>) {
      if (format.words.empty()) return plain.exact(text, value);
      const std::optional<bool> truth = truth_of(text, format);
      return truth ? value = *truth, true : false;
    } else if constexpr (std::is_same_v<Plain, TimestampParser>) {
      return format.zone ? local(text, value) : plain.exact(text, value);
    } else {
      if (!type.is_numeric() || !format.changes_numbers()) return plain.exact(text, value);
      std::string scratch;
      const auto number = plain_number(text, format, scratch);
      return number && plain.exact(*number, value);
    }
  }

 private:
  /// A time that a clock shows, or one that names its zone.
  bool local(std::string_view text, T& value) const {
    Plain clock = plain;
    clock.zoned = false;
    if (clock.exact(text, value)) return to_instant(format, value);
    return plain.exact(text, value);
  }
  bool timed(std::string_view text, T& value) const {
    const std::optional<int64_t> micros = time_of(text, format, type);
    if (!micros) return false;
    // Of dates a whole number of days.
    value = static_cast<T>(type.is(TypeId::kDate) ? *micros / kMicrosPerDay : *micros);
    return true;
  }
};

template <typename T, typename Parser>
class FixedReader final : public ReaderBase {
 public:
  FixedReader(Type type, Parser parser, const CsvDialect& dialect, const NullWords& nulls,
              MemoryAccount& memory)
      : ReaderBase(dialect, nulls, memory), type_(std::move(type)), parser_(parser) {}

  Result<ColumnRef> read(const CsvRows& rows, size_t field, const BufferRef&,
                         std::vector<CsvCellFault>& faults) override {
    constexpr bool kBits = std::is_same_v<T, bool>;
    const size_t bytes = kBits ? bitmap_bytes(rows.rows) : rows.rows * sizeof(T);
    LEAT_TRY_ASSIGN(BufferRef values, memory_.allocate(bytes));
    if constexpr (kBits) std::memset(values->mutable_data(), 0, bytes);
    auto* const out = values->mutable_as<T>();
    ValidityBuilder validity;
    const uint32_t* ends = rows.ends + field;
    for (size_t row = 0; row < rows.rows; ++row, ends += rows.stride) {
      const uint32_t begin = ends[-1] + 1;
      const uint32_t length = ends[0] - begin;
      std::string_view text(rows.text + begin, length);
      if constexpr (Parser::kFormatted) text = parser_.format.trim ? trimmed(text) : text;
      T value{};
      const bool null = is_null(text.data(), static_cast<uint32_t>(text.size()));
      if (null || !parser_.fast(text, value)) [[unlikely]] {
        const Outcome outcome = null ? Outcome::kNull : read_slowly(text, value);
        if (outcome == Outcome::kFault)
          faults.push_back({static_cast<uint32_t>(row), begin, ends[0]});
        if (outcome != Outcome::kValue) LEAT_TRY(validity.append_null(memory_, row, rows.rows));
      }
      if constexpr (kBits) {
        if (value) set_bit(values->mutable_data(), row);
      } else {
        out[row] = value;
      }
    }
    Column::Parts parts;
    parts.validity = validity.finish(rows.rows);
    parts.values = std::move(values);
    return std::make_shared<Column>(type_, rows.rows, std::move(parts));
  }

 private:
  /// A field in quotes, or no value. What stands for NULL does so in quotes too: these types have
  /// no empty text.
  Outcome read_slowly(std::string_view text, T& value) const {
    value = T{};
    if (!is_quoted(text.data(), static_cast<uint32_t>(text.size()))) return Outcome::kFault;
    if (std::string_view inner; is_plainly_quoted(text, inner)) {
      if (nulls_.contains(inner)) return Outcome::kNull;
      return parser_.fast(inner, value) ? Outcome::kValue : Outcome::kFault;
    }
    const CsvField field = read_csv_field(text, dialect_);
    const std::string content = csv_text(field, dialect_);
    if (nulls_.contains(content)) return Outcome::kNull;
    return parser_.exact(content, value) ? Outcome::kValue : Outcome::kFault;
  }

  const Type type_;
  const Parser parser_;
};

/// Fields with escapes, copied without them into buffers of the column's own.
class UnescapedText {
 public:
  UnescapedText(const BufferRef& chunk, const CsvDialect& dialect, MemoryAccount& memory)
      : dialect_(dialect), memory_(memory), buffers_{chunk} {}

  Result<Utf8View> add(std::string_view content) {
    if (used_ + content.size() > room_) {
      const size_t room = std::max(kRoom, content.size());
      LEAT_TRY_ASSIGN(BufferRef buffer, memory_.allocate(room));
      buffers_.push_back(std::move(buffer));
      room_ = room;
      used_ = 0;
    }
    char* const begin = buffers_.back()->mutable_as<char>() + used_;
    const std::string_view text(
        begin, static_cast<size_t>(unescape_csv(content, dialect_, begin) - begin));
    const auto view = Utf8View::of(text, static_cast<uint32_t>(buffers_.size() - 1),
                                   static_cast<uint32_t>(used_));
    used_ += text.size();
    return view;
  }
  std::vector<BufferRef> take() { return std::move(buffers_); }

 private:
  static constexpr size_t kRoom = size_t{16} << 10;

  const CsvDialect& dialect_;
  MemoryAccount& memory_;
  std::vector<BufferRef> buffers_;  // the chunk comes first
  size_t used_ = 0;
  size_t room_ = 0;
};

template <bool kTrims>
class TextReader final : public ReaderBase {
 public:
  TextReader(const CsvDialect& dialect, const NullWords& nulls, MemoryAccount& memory)
      : ReaderBase(dialect, nulls, memory) {}

  Result<ColumnRef> read(const CsvRows& rows, size_t field, const BufferRef& chunk,
                         std::vector<CsvCellFault>&) override {
    LEAT_TRY_ASSIGN(BufferRef values, memory_.allocate(rows.rows * sizeof(Utf8View)));
    auto* const out = values->mutable_as<Utf8View>();
    ValidityBuilder validity;
    UnescapedText unescaped(chunk, dialect_, memory_);
    const uint32_t* ends = rows.ends + field;
    const char quote = dialect_.quote;
    for (size_t row = 0; row < rows.rows; ++row, ends += rows.stride) {
      uint32_t begin = ends[-1] + 1;
      uint32_t length = ends[0] - begin;
      const char* text = rows.text + begin;
      if constexpr (kTrims) {
        const std::string_view inner = trimmed({text, length});
        text = inner.data();
        begin = static_cast<uint32_t>(text - rows.text);
        length = static_cast<uint32_t>(inner.size());
      }
      if (is_null(text, length)) [[unlikely]] {
        LEAT_TRY(validity.append_null(memory_, row, rows.rows));
        out[row] = Utf8View();
      } else if (*text == quote && is_quoted(text, length)) {
        LEAT_TRY(read_quoted({text, length}, rows.text, unescaped, out + row));
      } else {
        store_view(text, length, 0, begin, out + row);
      }
    }
    Column::Parts parts;
    parts.validity = validity.finish(rows.rows);
    parts.values = std::move(values);
    parts.data = unescaped.take();
    return std::make_shared<Column>(kUtf8Type, rows.rows, std::move(parts));
  }

 private:
  Status read_quoted(std::string_view text, const char* chunk, UnescapedText& unescaped,
                     Utf8View* out) const {
    if (std::string_view inner; is_plainly_quoted(text, inner)) {
      store_view(inner.data(), static_cast<uint32_t>(inner.size()), 0,
                 static_cast<uint32_t>(inner.data() - chunk), out);
      return {};
    }
    const CsvField field = read_csv_field(text, dialect_);
    if (field.has_escapes) {
      LEAT_TRY_ASSIGN(*out, unescaped.add(field.content));
    } else {
      *out = Utf8View::of(field.content, 0, static_cast<uint32_t>(field.content.data() - chunk));
    }
    return {};
  }
};

/// Text of which the column keeps another form, or which is asked whether it may be (is_converted).
class ConvertedReader final : public ReaderBase {
 public:
  ConvertedReader(const Type& type, const FieldFormat& format, const CsvDialect& dialect,
                  const NullWords& nulls, MemoryAccount& memory)
      : ReaderBase(dialect, nulls, memory), type_(type), trims_(format.trim) {}

  Result<ColumnRef> read(const CsvRows& rows, size_t field, const BufferRef&,
                         std::vector<CsvCellFault>& faults) override {
    ViewBuilder values(type_, memory_);
    LEAT_TRY(values.reserve(rows.rows));
    const uint32_t* ends = rows.ends + field;
    for (size_t row = 0; row < rows.rows; ++row, ends += rows.stride) {
      const uint32_t begin = ends[-1] + 1;
      std::string_view text(rows.text + begin, ends[0] - begin);
      if (trims_) text = trimmed(text);
      std::optional<std::string_view> stored;
      bool null = is_null(text.data(), static_cast<uint32_t>(text.size()));
      if (!null) {
        const std::string_view content = unquoted(text, null);
        if (!null) stored = stored_text(type_, content, scratch_);
        if (!null && !stored) faults.push_back({static_cast<uint32_t>(row), begin, ends[0]});
      }
      if (stored) {
        LEAT_TRY(values.append_copy(*stored));
      } else {
        LEAT_TRY(values.append_null());
      }
    }
    return values.finish();
  }

 private:
  /// What the field says. Types of their own have no empty text, so that in quotes, too, it stands
  /// for NULL.
  std::string_view unquoted(std::string_view text, bool& null) {
    if (!is_quoted(text.data(), static_cast<uint32_t>(text.size()))) return text;
    content_ = csv_text(read_csv_field(text, dialect_), dialect_);
    null = type_.mark() != Mark::kNone && nulls_.contains(content_);
    return content_;
  }

  const Type type_;
  const bool trims_;
  std::string scratch_;
  std::string content_;
};

}  // namespace

NullWords::NullWords(std::vector<std::string> words) : words_(std::move(words)) {
  for (const std::string& word : words_)
    lengths_ |= uint64_t{1} << std::min<size_t>(word.size(), 63);
}

bool NullWords::contains(std::string_view text) const {
  return may_have_length(text.size()) &&
         std::find(words_.begin(), words_.end(), text) != words_.end();
}

std::unique_ptr<CsvColumnReader> make_csv_column_reader(const Type& type, const FieldFormat& format,
                                                        const CsvDialect& dialect,
                                                        const NullWords& nulls,
                                                        MemoryAccount& memory) {
  const auto fixed = [&]<typename T, typename Parser>(
                         T, Parser parser) -> std::unique_ptr<CsvColumnReader> {
    if (format.is_plain(type))
      return std::make_unique<FixedReader<T, Parser>>(type, parser, dialect, nulls, memory);
    using Formatted = FormattedParser<T, Parser>;
    return std::make_unique<FixedReader<T, Formatted>>(type, Formatted{type, parser, format},
                                                       dialect, nulls, memory);
  };
  const auto number = [&]<typename T, typename Parser>(T zero, Parser parser) {
    if (type.limit() == nullptr) return fixed(zero, parser);
    return fixed(zero, LimitedParser<Parser>{parser, type});
  };
  if (is_converted(type))
    return std::make_unique<ConvertedReader>(type, format, dialect, nulls, memory);
  switch (type.id()) {
    case TypeId::kBool: return fixed(bool{}, BoolParser{});
    case TypeId::kInt64: return number(int64_t{}, Int64Parser{});
    case TypeId::kFloat64: return number(double{}, Float64Parser{});
    case TypeId::kDecimal: {
      const DecimalParser parser{type.precision(), type.scale()};
      return type.is_short_decimal() ? number(int64_t{}, parser) : number(Int128{}, parser);
    }
    case TypeId::kDate: return fixed(int32_t{}, DateParser{});
    case TypeId::kTimestamp:
      if (type.is_time_of_day()) return fixed(int64_t{}, TimeOfDayParser{format.finer_times});
      return fixed(int64_t{}, TimestampParser{format.finer_times, type.is_zoned()});
    case TypeId::kUtf8:
      if (format.trim) return std::make_unique<TextReader<true>>(dialect, nulls, memory);
      return std::make_unique<TextReader<false>>(dialect, nulls, memory);
    default: break;
  }
  LEAT_CHECK(false, "the type was checked while binding");
  return nullptr;
}

}  // namespace leat::io
