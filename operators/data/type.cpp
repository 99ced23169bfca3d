// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include "operators/data/type.h"

#include <array>
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

Type Type::timestamptz() {
  Type type(TypeId::kTimestamp);
  type.zoned_ = true;
  return type;
}

Type Type::structure(std::vector<Field> fields) {
  Type type(TypeId::kStruct);
  type.children_ = std::make_shared<const std::vector<Field>>(std::move(fields));
  return type;
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
  if (id_ != other.id_ || zoned_ != other.zoned_ || precision_ != other.precision_ ||
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
    case TypeId::kUtf8: return "utf8";
    case TypeId::kBinary: return "binary";
    case TypeId::kDate: return "date";
    case TypeId::kTimestamp: return type.is_zoned() ? "timestamptz" : "timestamp";
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

namespace {

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
    if (name == "decimal" || name == "numeric") return read_decimal();
    if (name == "list") return read_list(depth);
    if (name == "struct") return read_struct(depth);
    return simple(name);
  }

  static std::optional<Type> simple(std::string_view name) {
    static constexpr std::array<std::pair<std::string_view, TypeId>, 26> kNames{{
        {"null", TypeId::kNull},      {"bool", TypeId::kBool},      {"boolean", TypeId::kBool},
        {"int64", TypeId::kInt64},    {"bigint", TypeId::kInt64},   {"int8", TypeId::kInt64},
        {"integer", TypeId::kInt64},  {"int", TypeId::kInt64},      {"int4", TypeId::kInt64},
        {"smallint", TypeId::kInt64}, {"int2", TypeId::kInt64},     {"float64", TypeId::kFloat64},
        {"float8", TypeId::kFloat64}, {"float4", TypeId::kFloat64}, {"real", TypeId::kFloat64},
        {"float", TypeId::kFloat64},  {"utf8", TypeId::kUtf8},      {"text", TypeId::kUtf8},
        {"varchar", TypeId::kUtf8},   {"string", TypeId::kUtf8},    {"binary", TypeId::kBinary},
        {"bytea", TypeId::kBinary},   {"date", TypeId::kDate},      {"interval", TypeId::kInterval},
        {"json", TypeId::kJson},      {"jsonb", TypeId::kJson},
    }};
    for (const auto& [known, id] : kNames) {
      if (known == name) return Type(id);
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
