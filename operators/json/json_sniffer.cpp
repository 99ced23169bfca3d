// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// A line is looked at only if all of it is JSON, so that half of a record shows nothing. Numbers
// are judged by their text: their digits decide whether int64 or float64 can hold them.
#include "operators/json/json_sniffer.h"

#include <algorithm>
#include <bit>
#include <limits>
#include <span>

#include <fmt/format.h>

#include "operators/data/memory.h"
#include "operators/input/byte_source.h"
#include "operators/input/line_splitter.h"
#include "operators/input/record_splitter.h"
#include "operators/json/json_scanner.h"
#include "operators/text/byte_size.h"
#include "operators/text/type_sniffer.h"
#include "operators/text/utf8.h"

namespace leat::io {

namespace {

constexpr size_t kFirstRead = size_t{256} << 10;
constexpr size_t kSampleBytesMax = size_t{64} << 20;
constexpr size_t kScannerPadding = 32;
constexpr int64_t kExactIntegerMax = int64_t{1} << 53;

/// Shows the values of one line, which was found to be JSON, to shapes.
class LineSniffer {
 public:
  explicit LineSniffer(std::string_view line) : scanner_(line) {}

  /// `at` is at the opening brace. Of objects inside records the first keys are enough.
  const char* object(const char* at, JsonShape& shape, size_t members_max) {
    for (at = next(at + 1); scanner_.peek(at) != '}'; at = behind_comma(at)) {
      bool escaped = false;
      const char* const quote = scanner_.string(at + 1, escaped);
      std::string name(at + 1, quote);
      if (escaped) name.resize(static_cast<size_t>(json_unescape(name, name.data()) - name.data()));
      at = next(next(quote + 1) + 1);  // past the colon
      at = value(at, shape.member(name, members_max));
    }
    return at + 1;
  }

 private:
  const char* next(const char* at) const { return scanner_.skip_space(at); }
  /// Behind a value: at the next one, or at what closes them.
  const char* behind_comma(const char* at) const {
    at = next(at);
    return scanner_.peek(at) == ',' ? next(at + 1) : at;
  }

  const char* value(const char* at, JsonShape& shape) {
    switch (scanner_.peek(at)) {
      case '{': shape.add(JsonShape::kObject); return object(at, shape, kStructFieldsMax);
      case '[': {
        shape.add(JsonShape::kList);
        JsonShape& element = shape.element();
        for (at = next(at + 1); scanner_.peek(at) != ']'; at = behind_comma(at))
          at = value(at, element);
        return at + 1;
      }
      case '"': shape.add(JsonShape::kString); break;
      case 't':
      case 'f': shape.add(JsonShape::kBool); break;
      case 'n': break;
      default: return number(at, shape);
    }
    return scanner_.skip_value(at);
  }

  const char* number(const char* at, JsonShape& shape) {
    JsonNumber number;
    const char* const end = scanner_.number(at, number);
    const std::string_view text(at, static_cast<size_t>(end - at));
    int64_t integer = 0;
    if (!number.is_integer() || text == "-0") {
      shape.add(reads_back_as_float64(text) ? JsonShape::kNumber : JsonShape::kBig);
    } else if (!parse_int64(text, integer)) {
      shape.add(JsonShape::kBig);
    } else {
      shape.add(JsonShape::kInteger);
      if (integer > kExactIntegerMax || integer < -kExactIntegerMax) shape.add(JsonShape::kWide);
    }
    return end;
  }

  JsonScanner scanner_;
};

}  // namespace

JsonShape& JsonShape::element() {
  if (!element_) element_ = std::make_unique<JsonShape>();
  return *element_;
}

JsonShape& JsonShape::member(std::string_view name, size_t members_max) {
  const auto found = numbers_.find(name);
  if (found != numbers_.end()) return members_[found->second].shape;
  // Of a map with ever new keys the first ones are enough to see what it is.
  if (members_.size() > members_max) return members_.back().shape;
  numbers_.emplace(name, members_.size());
  members_.push_back({std::string(name), {}});
  return members_.back().shape;
}

std::vector<Field> JsonShape::fields() const {
  std::vector<Field> fields;
  for (const Member& member : members_) fields.push_back({member.name, member.shape.type()});
  return fields;
}

Type JsonShape::type() const {
  const uint8_t kinds = kinds_ & static_cast<uint8_t>(~kWide);
  // Wide integers would be rounded by float64, so json keeps the digits of both.
  if (kinds == (kInteger | kNumber)) return (kinds_ & kWide) != 0 ? kJsonType : kFloat64Type;
  if (std::popcount(kinds) != 1) return kJsonType;
  switch (kinds) {
    case kBool: return kBoolType;
    case kInteger: return kInt64Type;
    case kNumber: return kFloat64Type;
    case kString: return kUtf8Type;
    case kList: return Type::list(element_ ? element_->type() : kJsonType);
    case kObject:
      if (members_.empty() || members_.size() > kStructFieldsMax) return kJsonType;
      return Type::structure(fields());
    default: return kJsonType;  // numbers whose digits neither int64 nor float64 has
  }
}

bool sniff_line(std::string_view line, JsonShape& records) {
  std::string padded(line);
  padded.append(kScannerPadding, '\0');
  const std::string_view text(padded.data(), line.size());
  JsonScanner scanner(text);
  const char* const begin = scanner.skip_space(text.data());
  if (scanner.peek(begin) != '{' || first_invalid_utf8(text) < text.size()) return false;
  const char* const end = scanner.skip_value(begin);
  if (end == nullptr || scanner.skip_space(end) != scanner.end()) return false;
  LineSniffer(text).object(begin, records, std::numeric_limits<size_t>::max());
  return true;
}

Result<size_t> sample_jsonl(const Input& input, size_t rows, JsonShape& records) {
  LEAT_TRY_ASSIGN(const std::unique_ptr<ByteSource> source,
                  open_byte_source(input, OpenFor::kPeek));
  std::string text;
  size_t seen = 0;
  size_t used = 0;  // bytes of text in lines that were looked at
  const size_t budget = default_memory_limit() / 4;
  for (size_t wanted = kFirstRead; seen < rows && wanted <= kSampleBytesMax; wanted *= 4) {
    const size_t had = text.size();
    // A shorter look would make the types depend on the machine.
    if (wanted > budget) {
      return fail(
          ErrorCode::kMemory,
          fmt::format("to look at the first {} records of '{}' takes more memory than there "
                      "is while binding, {}",
                      rows, input.name, format_bytes(budget)),
          "declare 'columns', or set a smaller 'sample'");
    }
    text.resize(wanted);
    const std::span<uint8_t> room(reinterpret_cast<uint8_t*>(text.data()) + had, wanted - had);
    LEAT_TRY_ASSIGN(const size_t got, read_fully(*source, room));
    text.resize(had + got);
    if (had == 0) {
      LEAT_TRY_ASSIGN(used, byte_order_mark(input, text));
    }
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
