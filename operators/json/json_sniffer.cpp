// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// A record is looked at only if all of it is JSON, so that half of a record shows nothing. Numbers
// are judged by their text: their digits decide whether int64 or float64 can hold them.
#include "operators/json/json_sniffer.h"

#include <algorithm>
#include <bit>
#include <limits>
#include <span>

#include <fmt/format.h>

#include "engine/codes/data.h"
#include "engine/codes/machine.h"
#include "operators/data/memory.h"
#include "operators/input/byte_source.h"
#include "operators/input/line_splitter.h"
#include "operators/input/record_splitter.h"
#include "operators/json/json_extent.h"
#include "operators/json/json_scanner.h"
#include "operators/text/block.h"
#include "operators/text/byte_size.h"
#include "operators/text/type_sniffer.h"
#include "operators/text/utf8.h"

namespace leat::io {

namespace {

constexpr size_t kFirstRead = size_t{256} << 10;
constexpr size_t kSampleBytesMax = size_t{64} << 20;
constexpr size_t kScannerPadding = 32;
constexpr int64_t kExactIntegerMax = int64_t{1} << 53;

/// Shows the values of one record, which was found to be JSON, to shapes.
class RecordSniffer {
 public:
  explicit RecordSniffer(std::string_view record) : scanner_(record, LineFeeds::kAreSpace) {}

  void record(const char* at, JsonShape& records) {
    if (scanner_.peek(at) != '{') {
      value(at, records);
      return;
    }
    records.add(JsonShape::kObject);
    object(at, records, std::numeric_limits<size_t>::max());
  }

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
  RecordSniffer(text).record(begin, records);
  return true;
}

Status sniff_value(std::string_view value, JsonShape& records) {
  std::string padded(value);
  padded.append(kScannerPadding, '\0');
  const std::string_view text(padded.data(), value.size());
  const auto fault = [](size_t position, std::string message) -> Status {
    Error error(code::kBadJson, ErrorCode::kData, std::move(message));
    error.data = TextPlace{"", 1, position + 1};
    return std::unexpected(std::move(error));
  };
  if (const size_t invalid = first_invalid_utf8(text); invalid < text.size())
    return fault(invalid, "the value is not valid UTF-8");
  JsonScanner scanner(text, LineFeeds::kAreSpace);
  const char* const end = scanner.skip_value(text.data());
  if (end == nullptr) {
    return fault(static_cast<size_t>(scanner.fault_at() - text.data()),
                 fmt::format("the value is not valid JSON: {}", scanner.fault()));
  }
  if (end != scanner.end()) {
    return fault(static_cast<size_t>(end - text.data()),
                 "the value is not valid JSON: behind the value there is more text");
  }
  RecordSniffer(text).record(text.data(), records);
  return {};
}

namespace {

/// The beginning of an input, of which more and more is read.
class Beginning {
 public:
  /// `rows`: how many are looked for, for a message.
  Beginning(const Input& input, const TextEncoding& encoding, size_t rows)
      : input_(input), encoding_(encoding), rows_(rows) {}

  /// Reads on. False when there is no more, or when it was enough to tell. ERRORS: kMemory; those
  /// of byte_order_mark and of reading.
  Result<bool> grow() {
    const size_t budget = default_memory_limit() / 4;
    if (complete_ || wanted_ > kSampleBytesMax) return false;
    // A shorter look would make the types depend on the machine.
    if (wanted_ > budget) {
      return fail(
          code::kMemoryLimit, ErrorCode::kMemory,
          fmt::format("to look at the first {} records of '{}' takes more memory than there "
                      "is while binding, {}",
                      rows_, input_.name, format_bytes(budget)),
          "declare 'columns', or set a smaller 'sample'");
    }
    if (!source_) {
      LEAT_TRY_ASSIGN(source_, open_byte_source(input_, OpenFor::kPeek, nullptr, &encoding_));
    }
    const size_t had = size_;
    text_.resize(wanted_ + kBlockBytes);
    const std::span<uint8_t> room(reinterpret_cast<uint8_t*>(text_.data()) + had, wanted_ - had);
    LEAT_TRY_ASSIGN(const size_t got, read_fully(*source_, room));
    size_ = had + got;
    complete_ = got < room.size();
    if (had == 0) {
      LEAT_TRY_ASSIGN(begin_, byte_order_mark(input_, text()));
    }
    wanted_ *= 4;
    return true;
  }

  /// What was read so far, without a byte order mark; a block behind it can be read, too.
  std::string_view text() const { return {text_.data() + begin_, size_ - begin_}; }
  /// Is that all of the input?
  bool complete() const { return complete_; }

 private:
  const Input& input_;
  const TextEncoding& encoding_;
  const size_t rows_;
  std::unique_ptr<ByteSource> source_;
  std::string text_;
  size_t size_ = 0;
  size_t begin_ = 0;  // behind the byte order mark
  size_t wanted_ = kFirstRead;
  bool complete_ = false;
};

/// Where byte `position` of `text`, the beginning of `input`, stands.
TextPlace place_of(const Input& input, std::string_view text, size_t position) {
  const auto* const bytes = reinterpret_cast<const uint8_t*>(text.data());
  const size_t newline = text.substr(0, position).rfind('\n');
  return {input.name, 1 + count_newlines(bytes, bytes + position),
          newline == std::string_view::npos ? position + 1 : position - newline};
}

/// Walks over the records of the beginning of an input.
class DocumentSampler {
 public:
  DocumentSampler(const Input& input, const JsonDocuments& documents, size_t rows,
                  JsonShape& records)
      : input_(input),
        wanted_(rows),
        records_(records),
        walker_(documents.path, documents.values) {}

  /// False when it has seen enough.
  bool walk(std::string_view text, bool complete) {
    while (sample_.rows < wanted_) {
      const JsonWalker::Stop stop = walker_.next(text, at_, complete);
      if (stop == JsonWalker::Stop::kFault) {
        note({code::kBadJson, ErrorCode::kData,
              fmt::format("the file is not valid JSON: {}", walker_.fault())},
             text, at_ + walker_.fault_offset());
      }
      if (stop != JsonWalker::Stop::kRecord) return stop == JsonWalker::Stop::kMore;
      const size_t end = JsonExtent(at_).find_end(text, complete);
      if (end == std::string_view::npos && !complete) return true;
      const std::string_view record = text.substr(at_, end - at_);
      sample_.has_nulls |= record == "null";
      Status shown = sniff_value(record, records_);
      if (!shown) {
        const size_t position = at_ + shown.error().data->column - 1;
        note(std::move(shown).error(), text, position);
      }
      ++sample_.rows;
      if (end == std::string_view::npos) return false;
      at_ = end;
      walker_.behind_record();
    }
    return false;
  }

  JsonSample take() {
    sample_.has_values = walker_.has_values();
    return std::move(sample_);
  }
  const JsonWalker& walker() const { return walker_; }

 private:
  void note(Error error, std::string_view text, size_t position) {
    if (sample_.fault) return;
    error.data = place_of(input_, text, position);
    sample_.fault = std::move(error);
  }

  const Input& input_;
  const size_t wanted_;
  JsonShape& records_;
  JsonWalker walker_;
  size_t at_ = 0;
  JsonSample sample_;
};

}  // namespace

Result<JsonSample> sample_json(const Input& input, const TextEncoding& encoding,
                               const JsonDocuments& documents, size_t rows, JsonShape& records) {
  Beginning beginning(input, encoding, rows);
  DocumentSampler sampler(input, documents, rows, records);
  for (bool goes_on = true; goes_on;) {
    LEAT_TRY_ASSIGN(const bool more, beginning.grow());
    if (!more) break;
    goes_on = sampler.walk(beginning.text(), beginning.complete());
  }
  const JsonWalker& walker = sampler.walker();
  JsonSample sample = sampler.take();
  if (beginning.complete() && !sample.fault && sample.has_values && !walker.has_found())
    return std::unexpected(nothing_found(input, *documents.path, walker));
  return sample;
}

Result<std::optional<JsonPath>> guess_records(const Input& input, const TextEncoding& encoding,
                                              ListRecords lists) {
  Beginning beginning(input, encoding, 1);
  LEAT_TRY(beginning.grow());
  const std::string_view text = beginning.text();
  constexpr std::string_view kSpace = " \t\r\n";
  const size_t first = text.find_first_not_of(kSpace);
  if (first == std::string_view::npos) return std::nullopt;
  const size_t inside =
      text[first] == '[' ? text.find_first_not_of(kSpace, first + 1) : std::string_view::npos;
  if (inside == std::string_view::npos || text[inside] == '{') return JsonPath::lists_or_values();
  if (lists == ListRecords::kRows && text[inside] != '[' && text[inside] != ']') return JsonPath();
  const size_t end = JsonExtent(first).find_end(text, beginning.complete());
  const size_t next = end == std::string_view::npos ? end : text.find_first_not_of(kSpace, end);
  if (next == std::string_view::npos || text[next] != '[') return JsonPath::lists_or_values();
  return JsonPath();
}

Result<size_t> sample_jsonl(const Input& input, const TextEncoding& encoding, size_t rows,
                            JsonShape& records) {
  Beginning beginning(input, encoding, rows);
  size_t seen = 0;
  size_t used = 0;  // bytes of the text in lines that were looked at
  while (seen < rows) {
    LEAT_TRY_ASSIGN(const bool more, beginning.grow());
    if (!more) break;
    const std::string_view text = beginning.text();
    for (LineWalker walker(text.substr(used)); seen < rows && walker.next();) {
      const size_t end = used + walker.begin() + walker.line().size();
      if (end == text.size() && !beginning.complete()) break;  // the rest of the line is to come
      if (walker.line().find_first_not_of(" \t") == std::string_view::npos) continue;
      sniff_line(walker.line(), records);
      ++seen;
    }
    const size_t last = text.rfind('\n');
    if (last != std::string_view::npos) used = last + 1;
  }
  return seen;
}

}  // namespace leat::io
