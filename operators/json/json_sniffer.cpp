// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include "operators/json/json_sniffer.h"

#include <algorithm>
#include <bit>
#include <span>

#include <simdjson.h>

#include "operators/input/byte_source.h"
#include "operators/input/line_splitter.h"

namespace leat::io {

namespace {

constexpr size_t kFirstRead = size_t{256} << 10;
constexpr size_t kSampleBytesMax = size_t{64} << 20;
constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";

void add_object(const simdjson::dom::object& object, JsonShape& shape);

void add_value(const simdjson::dom::element& value, JsonShape& shape) {
  switch (value.type()) {
    case simdjson::dom::element_type::BOOL: return shape.add(JsonShape::kBool);
    case simdjson::dom::element_type::INT64: return shape.add(JsonShape::kInteger);
    case simdjson::dom::element_type::UINT64: return shape.add(JsonShape::kBig);
    case simdjson::dom::element_type::DOUBLE: return shape.add(JsonShape::kNumber);
    case simdjson::dom::element_type::STRING: return shape.add(JsonShape::kString);
    case simdjson::dom::element_type::NULL_VALUE: return;
    case simdjson::dom::element_type::OBJECT: {
      simdjson::dom::object object;
      shape.add(JsonShape::kObject);
      if (value.get_object().get(object) == simdjson::SUCCESS) add_object(object, shape);
      return;
    }
    case simdjson::dom::element_type::ARRAY: {
      simdjson::dom::array array;
      shape.add(JsonShape::kList);
      if (value.get_array().get(array) != simdjson::SUCCESS) return;
      for (const simdjson::dom::element element : array) add_value(element, shape.element());
    }
  }
}

void add_object(const simdjson::dom::object& object, JsonShape& shape) {
  for (const simdjson::dom::key_value_pair& field : object)
    add_value(field.value, shape.member(field.key));
}

}  // namespace

JsonShape& JsonShape::element() {
  if (!element_) element_ = std::make_unique<JsonShape>();
  return *element_;
}

JsonShape& JsonShape::member(std::string_view name) {
  const auto found = std::find_if(members_.begin(), members_.end(),
                                  [&](const Member& member) { return member.name == name; });
  if (found != members_.end()) return found->shape;
  // Of a map with ever new keys the first ones are enough to see what it is.
  if (members_.size() > kStructFieldsMax) return members_.back().shape;
  members_.push_back({std::string(name), {}});
  return members_.back().shape;
}

std::vector<Field> JsonShape::fields() const {
  std::vector<Field> fields;
  for (const Member& member : members_) fields.push_back({member.name, member.shape.type()});
  return fields;
}

Type JsonShape::type() const {
  if (kinds_ == (kInteger | kNumber)) return kFloat64Type;
  if (std::popcount(kinds_) != 1) return kJsonType;
  switch (kinds_) {
    case kBool: return kBoolType;
    case kInteger: return kInt64Type;
    case kNumber: return kFloat64Type;
    case kString: return kUtf8Type;
    case kList: return Type::list(element_ ? element_->type() : kJsonType);
    case kObject:
      if (members_.empty() || members_.size() > kStructFieldsMax) return kJsonType;
      return Type::structure(fields());
    default: return kJsonType;  // integers beyond int64: json keeps their digits
  }
}

bool sniff_line(std::string_view line, JsonShape& records) {
  simdjson::dom::parser parser;
  simdjson::dom::object object;
  if (parser.parse(line.data(), line.size()).get_object().get(object) != simdjson::SUCCESS)
    return false;
  add_object(object, records);
  return true;
}

Result<size_t> sample_jsonl(const Input& input, size_t rows, JsonShape& records) {
  LEAT_TRY_ASSIGN(const std::unique_ptr<ByteSource> source,
                  open_byte_source(input, OpenFor::kPeek));
  std::string text;
  size_t seen = 0;
  size_t used = 0;  // bytes of text in lines that were looked at
  for (size_t wanted = kFirstRead; seen < rows && wanted <= kSampleBytesMax; wanted *= 4) {
    const size_t had = text.size();
    text.resize(wanted);
    const std::span<uint8_t> room(reinterpret_cast<uint8_t*>(text.data()) + had, wanted - had);
    LEAT_TRY_ASSIGN(const size_t got, read_fully(*source, room));
    text.resize(had + got);
    if (had == 0 && text.starts_with(kByteOrderMark)) used = kByteOrderMark.size();
    const bool complete = got < room.size();
    for (LineWalker walker(std::string_view(text).substr(used)); seen < rows && walker.next();) {
      const size_t end = used + walker.begin() + walker.line().size();
      if (end == text.size() && !complete) break;  // the rest of the line is yet to come
      if (walker.line().find_first_not_of(" \t") == std::string_view::npos) continue;
      sniff_line(walker.line(), records);
      ++seen;
    }
    if (complete) break;
    const size_t last = text.rfind('\n');
    if (last != std::string::npos) used = last + 1;
  }
  return seen;
}

}  // namespace leat::io
