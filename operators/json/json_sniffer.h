// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Guesses the columns of JSON from a sample. A field whose values are of one kind has that
// kind's type: bool, int64, float64 (also integers and fractions together), utf8, list, struct. A
// field of several kinds, of null only, with numbers whose digits its type would change, or an
// object with more than kStructFieldsMax keys (a map, most likely) is json. Columns stand in the
// order in which their fields first appear, however many there are.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/error.h"
#include "operators/data/split.h"
#include "operators/data/type.h"
#include "operators/json/json_splitter.h"

namespace leat::io {

inline constexpr size_t kStructFieldsMax = 200;

/// The kinds of the values seen in one place. THREADS: one.
class JsonShape {
 public:
  struct Member;

  enum Kind : uint8_t {
    kBool = 1,
    kInteger = 2,
    kNumber = 4,
    kBig = 8,  ///< A number whose digits neither int64 nor float64 has.
    kString = 16,
    kList = 32,
    kObject = 64,
    kWide = 128  ///< Besides kInteger: one that float64 may not have.
  };

  void add(Kind kind) { kinds_ |= kind; }
  /// The shape of the elements of lists.
  JsonShape& element();
  /// The shape of the field `name` of objects. From `members_max` on, new names share one.
  JsonShape& member(std::string_view name, size_t members_max);
  Type type() const;
  std::vector<Field> fields() const;
  /// Was every value an object (or null), and had one of them a field?
  bool are_objects() const { return kinds_ == kObject && !members_.empty(); }

 private:
  uint8_t kinds_ = 0;
  std::unique_ptr<JsonShape> element_;
  std::vector<Member> members_;
  std::map<std::string, size_t, std::less<>> numbers_;  // of members_, by their names
};

struct JsonShape::Member {
  std::string name;
  JsonShape shape;
};

/// Adds the record in `line` to `records`; false when it is no JSON object, which reading will
/// report.
bool sniff_line(std::string_view line, JsonShape& records);

/// Adds the record in `value`, which may be any value and have line feeds. ERRORS: kData, what is
/// no JSON; the column of the place is the position in `value`, from 1.
Status sniff_value(std::string_view value, JsonShape& records);

/// What the beginning of a file shows.
struct JsonSample {
  size_t rows = 0;
  bool has_values = false;
  bool has_nulls = false;  ///< Is a record null?
  /// The first value that is no JSON, or what is wrong between them.
  std::optional<Error> fault = {};
};

/// Adds up to `rows` records from the beginning of `input`. SUSPENDS. ERRORS: kIo; kMemory; kData
/// when it is no text, or when the path leads to nothing.
Result<JsonSample> sample_json(const Input& input, const TextEncoding& encoding,
                               const JsonDocuments& documents, size_t rows, JsonShape& records);

/// Can a list be a row, the values of columns that are known?
enum class ListRecords : uint8_t { kNone, kRows };

/// Where records stand in `input` if nobody says: each value at the top is one, if several lists
/// stand there that begin with something else than an object, or if one does that can be a row and
/// does not begin with a list; else lists have them as elements. nullopt: `input` has no value.
/// SUSPENDS. ERRORS: kIo; kData when it is no text.
Result<std::optional<JsonPath>> guess_records(const Input& input, const TextEncoding& encoding,
                                              ListRecords lists);

/// Adds up to `rows` lines from the beginning of `input`; returns how many there were, blank ones
/// left out. SUSPENDS. ERRORS: kIo; kData when it is no text.
Result<size_t> sample_jsonl(const Input& input, const TextEncoding& encoding, size_t rows,
                            JsonShape& records);

}  // namespace leat::io
