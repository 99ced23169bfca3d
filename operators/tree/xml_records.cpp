// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Problem: XML of any length and of unknown origin, of which one record at a time should be in
// memory, and nothing but the file should be read.
//
// Invariants
// 1. The parser sees pieces of the file as they come; a record is handed out when its element ends,
//    and what is not a record is not kept.
// 2. A document that declares entities is refused where it does; nothing is ever fetched.
// 3. Depth and length of a record have limits, and its memory is charged.
// 4. Nothing parks inside of the parser: it is given bytes that were read before.
//
// expat: kept up, a parser that is pushed, 200 KB to link. Not chosen: libxml2 (in Debian it loads
// 30 MB of ICU into every process, which starts 2 ms later, and its reader pulls, so a goroutine
// would park inside of it); pugixml (it holds the document).
#include "operators/tree/xml_records.h"

#include <expat.h>

#include <algorithm>
#include <deque>
#include <set>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "engine/codes/data.h"
#include "engine/codes/option.h"
#include "engine/mutant.h"
#include "operators/text/unicode.h"

namespace leat::io {
namespace {

constexpr size_t kPieceBytes = size_t{64} << 10;
constexpr size_t kDepthMax = 256;
constexpr size_t kNodeBytes = 64;  // about what an element or attribute takes
constexpr size_t kNamesShown = 5;
constexpr std::string_view kValueField = "value";

std::string_view local_name(std::string_view name) {
  const size_t colon = name.rfind(':');
  return colon == std::string_view::npos ? name : name.substr(colon + 1);
}

std::string_view trim_space(std::string_view text) {
  constexpr std::string_view kSpace = " \t\r\n";
  const size_t begin = text.find_first_not_of(kSpace);
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(kSpace) - begin + 1);
}

/// Characters of an encoding with one byte each, for expat. False if it is no such encoding.
bool fill_encoding(const char* name, XML_Encoding& encoding) {
  const auto found = TextEncoding::find(name);
  if (!found || found->table() == nullptr) return false;
  for (size_t i = 0; i < 256; ++i) {
    const uint32_t packed = (*found->table())[i];
    const size_t length = packed >> 24;
    const char bytes[] = {static_cast<char>(packed), static_cast<char>(packed >> 8),
                          static_cast<char>(packed >> 16)};
    size_t at = 0;
    encoding.map[i] = length == 0 ? -1
                                  : static_cast<int>(expr::take_character(
                                        std::string_view(bytes, std::min<size_t>(length, 3)), at));
  }
  encoding.data = nullptr;
  encoding.convert = nullptr;
  encoding.release = nullptr;
  return true;
}

/// An element of a record.
struct Element {
  std::string name;
  std::vector<TextTree::Member> members;
  std::string text;
  bool keeps_space = false;
};

class XmlRecords final : public TreeReader {
 public:
  XmlRecords(std::shared_ptr<const Input> input, const XmlPath& path, const TreeOpening& opening,
             std::unique_ptr<ByteSource> source)
      : input_(std::move(input)),
        path_(path),
        memory_(opening.memory),
        max_record_(opening.max_record),
        source_(std::move(source)),
        parser_(XML_ParserCreate(opening.encoding != nullptr ? "UTF-8" : nullptr)) {
    XML_SetUserData(parser_, this);
    XML_SetElementHandler(
        parser_,
        [](void* self, const XML_Char* name, const XML_Char** attributes) {
          static_cast<XmlRecords*>(self)->start(name, attributes);
        },
        [](void* self, const XML_Char*) { static_cast<XmlRecords*>(self)->end(); });
    XML_SetCharacterDataHandler(parser_, [](void* self, const XML_Char* text, int length) {
      static_cast<XmlRecords*>(self)->characters({text, static_cast<size_t>(length)});
    });
    XML_SetEntityDeclHandler(parser_, [](void* self, const XML_Char* name, int, const XML_Char*,
                                         int, const XML_Char*, const XML_Char*, const XML_Char*,
                                         const XML_Char*) {
      static_cast<XmlRecords*>(self)->refuse(
          code::kBadXml,
          fmt::format("the document declares the entity '{}', and entities are not expanded", name),
          "have them expanded by a program that you trust with the file");
    });
    XML_SetSkippedEntityHandler(parser_, [](void* self, const XML_Char* name, int) {
      static_cast<XmlRecords*>(self)->refuse(
          code::kBadXml,
          fmt::format("the entity '{}' is declared outside of the file, which is not read", name),
          "");
    });
    XML_SetUnknownEncodingHandler(
        parser_,
        [](void*, const XML_Char* name, XML_Encoding* encoding) -> int {
          return fill_encoding(name, *encoding) ? XML_STATUS_OK : XML_STATUS_ERROR;
        },
        nullptr);
  }
  ~XmlRecords() override { XML_ParserFree(parser_); }
  XmlRecords(const XmlRecords&) = delete;
  XmlRecords& operator=(const XmlRecords&) = delete;

  Result<std::optional<TextTree>> next() override {
    while (ready_.empty()) {
      if (fault_) return std::unexpected(*fault_);
      if (ended_) return std::nullopt;
      LEAT_TRY(parse_piece());
    }
    TextTree record = std::move(ready_.front());
    ready_.pop_front();
    return record;
  }

 private:
  Status parse_piece() {
    piece_.resize(kPieceBytes);
    LEAT_TRY_ASSIGN(const size_t got,
                    source_->read({reinterpret_cast<uint8_t*>(piece_.data()), piece_.size()}));
    ended_ = got == 0;
    const XML_Status status = XML_Parse(parser_, piece_.data(), static_cast<int>(got), ended_);
    if (status == XML_STATUS_ERROR && !fault_) set_fault(code::kBadXml, parser_fault(), "");
    if (ended_ && !fault_ && !found_ && !is_empty() &&
        !LEAT_MUTANT("xml_paths_may_lead_to_nothing"))
      set_nothing_found();
    return {};
  }

  std::string parser_fault() const {
    const XML_Error code = XML_GetErrorCode(parser_);
    if (code == XML_ERROR_UNKNOWN_ENCODING)
      return "the document is in an encoding that is not known: set 'encoding' to its name";
    if (code == XML_ERROR_NO_ELEMENTS) return "the file ends before the document does";
    return fmt::format("the file is not valid XML: {}", XML_ErrorString(code));
  }

  void set_fault(Code number, std::string message, std::string hint) {
    fault_.emplace(number, ErrorCode::kData, std::move(message), std::move(hint));
    fault_->data = TextPlace{input_->name, XML_GetCurrentLineNumber(parser_),
                             XML_GetCurrentColumnNumber(parser_) + 1};
  }

  void refuse(Code number, std::string message, std::string hint) {
    if (fault_ || LEAT_MUTANT("entities_are_taken")) return;
    set_fault(number, std::move(message), std::move(hint));
    XML_StopParser(parser_, XML_FALSE);
  }

  /// Has what could hold records no elements at all?
  bool is_empty() const {
    return !path_.is_anywhere && deepest_ + 1 == path_.steps.size() && beside_.empty();
  }

  void set_nothing_found() {
    const std::string where = deepest_ == 0 ? "the document begins with" : "on the way there are";
    fault_.emplace(code::kRecordsPath, ErrorCode::kData,
                   fmt::format("'records: {}' leads to nothing in '{}': {} '{}'", path_.text(),
                               input_->name, where, fmt::join(beside_, "', '")),
                   "write the path to the records, as /feed/entry, or //entry for any depth");
  }

  bool matches(size_t step, std::string_view name) const {
    return path_.steps[step] == "*" || path_.steps[step] == name;
  }

  /// How many elements of the way to the records are open.
  void follow(std::string_view name, bool& is_record) {
    const size_t steps = path_.steps.size();
    if (path_.is_anywhere) {
      is_record = matches(0, name);
      found_ = found_ || is_record;
      if (depth_ == 0) beside_.insert(std::string(name));
      return;
    }
    if (matched_ != depth_) return;
    if (matched_ < steps && matches(matched_, name)) {
      ++matched_;
      is_record = matched_ == steps;
      found_ = found_ || is_record;
      if (matched_ > deepest_) {
        deepest_ = matched_;
        beside_.clear();
      }
    } else if (matched_ == deepest_ && beside_.size() < kNamesShown) {
      beside_.insert(std::string(name));
    }
  }

  void start(std::string_view name, const XML_Char** attributes) {
    const std::string_view local = local_name(name);
    bool is_record = false;
    if (open_.empty()) follow(local, is_record);
    if (++depth_ > kDepthMax)
      return refuse(code::kBadXml, fmt::format("elements are nested more than {} deep", kDepthMax),
                    "");
    if (open_.empty() && !is_record) return;
    if (is_record) {
      line_ = XML_GetCurrentLineNumber(parser_);
      column_ = XML_GetCurrentColumnNumber(parser_) + 1;
    }
    count(kNodeBytes + local.size());
    Element& element = open_.emplace_back();
    element.name = local;
    for (; *attributes != nullptr; attributes += 2) {
      const std::string_view attribute = attributes[0];
      const std::string_view value = attributes[1];
      if (attribute == "xml:space") element.keeps_space = value == "preserve";
      if (attribute == "xmlns" || attribute.starts_with("xmlns:") || attribute.starts_with("xml:"))
        continue;
      count(kNodeBytes + attribute.size() + value.size());
      element.members.emplace_back(std::string(local_name(attribute)),
                                   TextTree::of(std::string(value)));
    }
  }

  void characters(std::string_view text) {
    if (open_.empty()) return;
    count(text.size());
    open_.back().text += text;
  }

  void end() {
    if (--depth_ < matched_ && open_.empty()) matched_ = depth_;
    if (open_.empty()) return;
    Element element = std::move(open_.back());
    open_.pop_back();
    const bool is_record = open_.empty();
    if (!element.keeps_space) element.text = trim_space(element.text);
    TextTree value;
    if (element.members.empty() && !is_record) {
      if (!element.text.empty()) value = TextTree::of(std::move(element.text));
    } else {
      if (!element.text.empty() && !trim_space(element.text).empty())
        element.members.emplace_back(std::string(kValueField),
                                     TextTree::of(std::move(element.text)));
      value = TextTree::of_members(std::move(element.members));
    }
    if (!is_record) {
      open_.back().members.emplace_back(std::move(element.name), std::move(value));
      return;
    }
    if (!path_.is_anywhere) matched_ = depth_;
    value.line = line_;
    value.column = column_;
    ready_.push_back(std::move(value));
    memory_.release();
  }

  /// Charges what the record takes.
  void count(size_t bytes) {
    if (fault_) return;
    if (Status charged = memory_.add(bytes); !charged) {
      fault_ = std::move(charged).error();
      XML_StopParser(parser_, XML_FALSE);
    } else if (memory_.bytes() > max_record_) {
      refuse(code::kRecordTooLong,
             fmt::format("the record that begins in line {} is longer than max_record", line_),
             "raise 'max_record' if the record is as long as that, or let 'records' lead into it");
    }
  }

  const std::shared_ptr<const Input> input_;
  const XmlPath& path_;
  RecordMemory memory_;  // of the record under way
  const size_t max_record_;
  const std::unique_ptr<ByteSource> source_;
  XML_Parser const parser_;
  std::string piece_;
  std::deque<TextTree> ready_;  // records of the piece that was parsed last
  std::optional<Error> fault_;  // behind them
  bool ended_ = false;
  size_t depth_ = 0;  // of open elements
  // The way to the records:
  size_t matched_ = 0;
  size_t deepest_ = 0;
  bool found_ = false;
  std::set<std::string> beside_;  // the first elements that are off the way, where it was deepest
  // The record under way:
  std::vector<Element> open_;
  uint64_t line_ = 0;
  uint64_t column_ = 0;
};

class XmlFormat final : public TreeFormat {
 public:
  explicit XmlFormat(XmlPath path) : path_(std::move(path)) {}

  Result<std::unique_ptr<TreeReader>> open(std::shared_ptr<const Input> input,
                                           const TreeOpening& opening) const override {
    LEAT_TRY_ASSIGN(auto source,
                    open_byte_source(*input, opening.purpose, opening.memory, opening.encoding));
    return std::make_unique<XmlRecords>(std::move(input), path_, opening, std::move(source));
  }

 private:
  const XmlPath path_;
};

}  // namespace

std::string XmlPath::text() const {
  return fmt::format("{}{}", is_anywhere ? "//" : "/", fmt::join(steps, "/"));
}

Result<XmlPath> parse_xml_path(std::string_view text) {
  constexpr std::string_view kHint =
      "write the names of elements from the root on, as /feed/entry, or //entry for any depth";
  const auto wrong = [&](std::string message) {
    return fail(code::kRecordsPath, ErrorCode::kInvalid, std::move(message), std::string(kHint));
  };
  XmlPath path;
  path.is_anywhere = text.starts_with("//");
  std::string_view rest = text.substr(std::min<size_t>(text.size(), path.is_anywhere ? 2 : 1));
  if (!text.starts_with('/') || rest.empty())
    return wrong(fmt::format("'{}' is no path to records", text));
  for (;;) {
    const size_t slash = rest.find('/');
    const std::string_view step = local_name(rest.substr(0, slash));
    if (step.empty()) return wrong(fmt::format("'{}' has a step without a name", text));
    if (step.find_first_of("[]@()\"' ") != std::string_view::npos)
      return wrong(fmt::format("'{}' is more than names of elements", text));
    path.steps.emplace_back(step);
    if (slash == std::string_view::npos) break;
    rest.remove_prefix(slash + 1);
  }
  if (path.is_anywhere && path.steps.size() > 1)
    return wrong(fmt::format("'{}' has more than one name behind '//'", text));
  return path;
}

std::shared_ptr<const TreeFormat> make_xml_format(XmlPath path) {
  return std::make_shared<XmlFormat>(std::move(path));
}

}  // namespace leat::io
