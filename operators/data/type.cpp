// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include "operators/data/type.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

#include <fmt/format.h>

#include "engine/check.h"
#include "operators/data/decimal.h"

namespace leat {

Type Type::decimal(uint8_t precision, uint8_t scale) {
  LEAT_CHECK(precision >= 1 && precision <= 38 && scale <= precision,
             "a decimal type out of range");
  Type type(TypeId::kDecimal);
  type.precision_ = precision;
  type.scale_ = scale;
  return type;
}

Type Type::list(Type element) {
  Type type(TypeId::kList);
  type.children_ =
      std::make_shared<const std::vector<Field>>(1, Field{"element", std::move(element)});
  return type;
}

Type Type::marked(TypeId id, Mark mark) {
  Type type(id);
  type.mark_ = mark;
  return type;
}

Type Type::limited(Type type, Limit limit) {
  type.limit_ = std::make_shared<const Limit>(std::move(limit));
  return type;
}

Type Type::structure(std::vector<Field> fields) {
  Type type(TypeId::kStruct);
  type.children_ = std::make_shared<const std::vector<Field>>(std::move(fields));
  return type;
}

Type Type::without_limit() const {
  Type type = *this;
  type.limit_.reset();
  return type;
}

bool Type::asks_more() const {
  if (limit_ != nullptr || children_ == nullptr) return limit_ != nullptr;
  return std::any_of(children_->begin(), children_->end(),
                     [](const Field& field) { return field.type.asks_more(); });
}

const Type& Type::element() const {
  LEAT_CHECK(id_ == TypeId::kList, "only a list has an element type");
  return children_->front().type;
}

const std::vector<Field>& Type::fields() const {
  LEAT_CHECK(id_ == TypeId::kStruct, "only a struct has fields");
  return *children_;
}

bool Type::is_short_decimal() const {
  return id_ == TypeId::kDecimal && precision_ <= kShortDecimalDigits;
}

bool Type::is_numeric() const {
  return id_ == TypeId::kInt64 || id_ == TypeId::kFloat64 || id_ == TypeId::kDecimal;
}

bool Type::is_view() const {
  return id_ == TypeId::kUtf8 || id_ == TypeId::kBinary || id_ == TypeId::kJson;
}

size_t Type::width() const {
  switch (id_) {
    case TypeId::kNull:
    case TypeId::kBool:
    case TypeId::kStruct: return 0;
    case TypeId::kDate:
    case TypeId::kList: return 4;
    case TypeId::kInt64:
    case TypeId::kFloat64:
    case TypeId::kTimestamp: return 8;
    case TypeId::kDecimal: return is_short_decimal() ? 8 : 16;
    case TypeId::kUtf8:
    case TypeId::kBinary:
    case TypeId::kJson:
    case TypeId::kInterval: return 16;
  }
  return 0;
}

bool Type::operator==(const Type& other) const {
  if (id_ != other.id_ || mark_ != other.mark_ || precision_ != other.precision_ ||
      scale_ != other.scale_)
    return false;
  if (children_ == other.children_) return true;
  return children_ != nullptr && other.children_ != nullptr && *children_ == *other.children_;
}

std::string to_string(const Type& type) {
  switch (type.id()) {
    case TypeId::kNull: return "null";
    case TypeId::kBool: return "bool";
    case TypeId::kInt64: return "int64";
    case TypeId::kFloat64: return "float64";
    case TypeId::kDecimal: return fmt::format("decimal({},{})", type.precision(), type.scale());
    case TypeId::kUtf8: return type.is_uuid() ? "uuid" : "utf8";
    case TypeId::kBinary: return type.is_inet() ? "inet" : "binary";
    case TypeId::kDate: return "date";
    case TypeId::kTimestamp:
      return type.is_zoned() ? "timestamptz" : type.is_time_of_day() ? "time" : "timestamp";
    case TypeId::kInterval: return "interval";
    case TypeId::kJson: return "json";
    case TypeId::kList: return fmt::format("list<{}>", to_string(type.element()));
    case TypeId::kStruct: break;
  }
  std::string text = "struct<";
  for (const Field& field : type.fields()) {
    if (text.back() != '<') text += ", ";
    text += field.name + ' ' + to_string(field.type);
  }
  return text + '>';
}

std::string name_with_limit(const Type& type) {
  return type.limit() == nullptr ? to_string(type) : type.limit()->name;
}

namespace {

struct NamedRange {
  std::string_view name;
  int64_t low;
  uint64_t high;
};
constexpr std::array<NamedRange, 6> kRanges = {{
    {"int16", INT16_MIN, INT16_MAX},
    {"int32", INT32_MIN, INT32_MAX},
    {"uint8", 0, UINT8_MAX},
    {"uint16", 0, UINT16_MAX},
    {"uint32", 0, UINT32_MAX},
    {"uint64", 0, UINT64_MAX},
}};
constexpr uint8_t kUint64Digits = 20;

/// Reads a type name by recursive descent. Nesting is bounded: a type name is written by a person.
class TypeReader {
 public:
  explicit TypeReader(std::string_view text) : text_(text) {}

  std::optional<Type> read_all() {
    std::optional<Type> type = read(0);
    skip_spaces();
    return at_ == text_.size() ? type : std::nullopt;
  }

 private:
  static constexpr int kNestingMax = 32;
  static constexpr size_t kCharactersMax = 10'485'760;  // PostgreSQL's
  static constexpr size_t kWordsMax = 1000;

  void skip_spaces() {
    while (at_ < text_.size() && (text_[at_] == ' ' || text_[at_] == '\t' || text_[at_] == '\n'))
      ++at_;
  }
  bool take(char wanted) {
    skip_spaces();
    if (at_ == text_.size() || text_[at_] != wanted) return false;
    ++at_;
    return true;
  }
  static bool is_word(char byte) {
    return (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') ||
           (byte >= '0' && byte <= '9') || byte == '_';
  }
  std::string_view word() {
    skip_spaces();
    const size_t begin = at_;
    while (at_ < text_.size() && is_word(text_[at_])) ++at_;
    return text_.substr(begin, at_ - begin);
  }
  static std::string lower(std::string_view text) {
    std::string result(text);
    for (char& byte : result) {
      if (byte >= 'A' && byte <= 'Z') byte = static_cast<char>(byte + ('a' - 'A'));
    }
    return result;
  }
  /// Takes `words` (lower case, single spaces) if they come next.
  bool take_words(std::initializer_list<std::string_view> words) {
    const size_t begin = at_;
    for (const std::string_view wanted : words) {
      if (lower(word()) != wanted) {
        at_ = begin;
        return false;
      }
    }
    return true;
  }
  std::optional<uint8_t> number() {
    const std::string_view digits = word();
    if (digits.empty() || digits.size() > 2) return std::nullopt;
    unsigned value = 0;
    for (const char digit : digits) {
      if (digit < '0' || digit > '9') return std::nullopt;
      value = value * 10 + static_cast<unsigned>(digit - '0');
    }
    return static_cast<uint8_t>(value);
  }

  std::optional<Type> read(int depth) {
    if (depth > kNestingMax) return std::nullopt;
    const std::string name = lower(word());
    if (name == "double") {
      take_words({"precision"});
      return kFloat64Type;
    }
    if (name == "timestamp") {
      const bool zoned = take_words({"with"});
      const bool is_said = zoned || take_words({"without"});
      if (is_said && !take_words({"time", "zone"})) return std::nullopt;
      return zoned ? kTimestampTzType : kTimestampType;
    }
    if (name == "timestamptz") return kTimestampTzType;
    if (name == "time") {
      if (take_words({"without"}) && !take_words({"time", "zone"})) return std::nullopt;
      return kTimeType;
    }
    if (name == "uuid") return kUuidType;
    if (name == "inet") return kInetType;
    if (name == "varchar" || name == "char" || name == "character") return read_text(name);
    if (name == "enum") return read_enum();
    if (std::optional<Type> limited = read_limited(name)) return limited;
    if (name == "decimal" || name == "numeric") return read_decimal();
    if (name == "list") return read_list(depth);
    if (name == "struct") return read_struct(depth);
    return simple(name);
  }

  static std::optional<Type> simple(std::string_view name) {
    static constexpr std::array<std::pair<std::string_view, TypeId>, 25> kNames{{
        {"null", TypeId::kNull},         {"bool", TypeId::kBool},
        {"boolean", TypeId::kBool},      {"int64", TypeId::kInt64},
        {"bigint", TypeId::kInt64},      {"int8", TypeId::kInt64},
        {"integer", TypeId::kInt64},     {"int", TypeId::kInt64},
        {"int4", TypeId::kInt64},        {"smallint", TypeId::kInt64},
        {"int2", TypeId::kInt64},        {"float64", TypeId::kFloat64},
        {"float8", TypeId::kFloat64},    {"float4", TypeId::kFloat64},
        {"real", TypeId::kFloat64},      {"float", TypeId::kFloat64},
        {"utf8", TypeId::kUtf8},         {"text", TypeId::kUtf8},
        {"string", TypeId::kUtf8},       {"binary", TypeId::kBinary},
        {"bytea", TypeId::kBinary},      {"date", TypeId::kDate},
        {"interval", TypeId::kInterval}, {"json", TypeId::kJson},
        {"jsonb", TypeId::kJson},
    }};
    for (const auto& [known, id] : kNames) {
      if (known == name) return Type(id);
    }
    return std::nullopt;
  }

  static std::optional<Type> read_limited(std::string_view name) {
    if (name == "float32") {
      return Type::limited(kFloat64Type, {.kind = Limit::Kind::kFloat32, .name = "float32"});
    }
    for (const NamedRange& range : kRanges) {
      if (range.name != name) continue;
      const bool is_wide = range.high > INT64_MAX;
      return Type::limited(is_wide ? Type::decimal(kUint64Digits, 0) : kInt64Type,
                           {.name = std::string(name), .low = range.low, .high = range.high});
    }
    return std::nullopt;
  }

  /// Text of at most so many characters. A bare `varchar` is any text; of a `char`, which is one
  /// character in SQL and any text elsewhere, the length must be written.
  std::optional<Type> read_text(std::string name) {
    const bool varies = name == "varchar" || (name == "character" && take_words({"varying"}));
    if (!take('(')) return varies ? std::optional(kUtf8Type) : std::nullopt;
    const std::string_view digits = word();
    size_t characters = 0;
    const auto [end, error] =
        std::from_chars(digits.data(), digits.data() + digits.size(), characters);
    const bool is_number = error == std::errc() && end == digits.data() + digits.size();
    if (!is_number || characters == 0 || characters > kCharactersMax || !take(')'))
      return std::nullopt;
    return Type::limited(kUtf8Type,
                         {.kind = Limit::Kind::kCharacters,
                          .name = fmt::format("{}({})", varies ? "varchar" : "char", characters),
                          .characters = characters});
  }

  std::optional<Type> read_enum() {
    Limit limit{.kind = Limit::Kind::kWords, .name = {}};
    if (!take('(')) return std::nullopt;
    const size_t begin = at_;
    do {
      std::optional<std::string> word = quoted_word();
      if (!word || limit.words.size() == kWordsMax) return std::nullopt;
      limit.words.push_back(std::move(*word));
    } while (take(','));
    limit.name = fmt::format("enum({})", text_.substr(begin, at_ - begin));
    if (!take(')')) return std::nullopt;
    return Type::limited(kUtf8Type, std::move(limit));
  }
  std::optional<std::string> quoted_word() {
    if (!take('\'')) return std::nullopt;
    std::string word;
    for (; at_ < text_.size(); ++at_) {
      if (text_[at_] != '\'') {
        word += text_[at_];
        continue;
      }
      ++at_;
      if (at_ == text_.size() || text_[at_] != '\'') return word;
      word += '\'';
    }
    return std::nullopt;
  }

  /// A precision must be written: whatever were assumed would round somebody's values silently.
  std::optional<Type> read_decimal() {
    if (!take('(')) return std::nullopt;
    const std::optional<uint8_t> precision = number();
    std::optional<uint8_t> scale = uint8_t{0};
    if (take(',')) scale = number();
    if (!precision || !scale || !take(')')) return std::nullopt;
    if (*precision < 1 || *precision > 38 || *scale > *precision) return std::nullopt;
    return Type::decimal(*precision, *scale);
  }

  std::optional<Type> read_list(int depth) {
    if (!take('<')) return std::nullopt;
    std::optional<Type> element = read(depth + 1);
    if (!element || !take('>')) return std::nullopt;
    return Type::list(std::move(*element));
  }

  std::optional<Type> read_struct(int depth) {
    if (!take('<')) return std::nullopt;
    std::vector<Field> fields;
    if (take('>')) return Type::structure(std::move(fields));
    do {
      std::string name(word());
      std::optional<Type> type = read(depth + 1);
      if (name.empty() || !type) return std::nullopt;
      fields.push_back({std::move(name), std::move(*type)});
    } while (take(','));
    if (!take('>')) return std::nullopt;
    return Type::structure(std::move(fields));
  }

  std::string_view text_;
  size_t at_ = 0;
};

}  // namespace

std::optional<Type> parse_type(std::string_view text) { return TypeReader(text).read_all(); }

std::optional<size_t> Schema::find(std::string_view name) const {
  for (size_t i = 0; i < fields_.size(); ++i) {
    if (fields_[i].name == name) return i;
  }
  return std::nullopt;
}

}  // namespace leat
