// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Each kind of project has a source, a pipeline that uses it, and what that pipeline makes of
// in.csv; the rest is the same for all. In the texts, @vendor@, @name@ and @Name@ stand for the
// names. tests/plugin/plugins_test.py builds, tests and runs a project of each kind.
#include "cli/new_project.h"

#include <array>

namespace leat::cli {
namespace {

constexpr std::string_view kBuild = R"(cmake_minimum_required(VERSION 3.25)
project(@name@ LANGUAGES CXX)

# Where leat is installed: -DCMAKE_PREFIX_PATH=..., if not in /usr or /usr/local.
find_package(leat REQUIRED)

leat_add_plugin(@name@ @name@.cpp)
install(TARGETS @name@ LIBRARY DESTINATION lib/leat/plugins)

enable_testing()
# Does the plugin keep the contract: all types, NULLs, empty and large batches, errors on the way?
add_test(NAME contract COMMAND leat::program plugin verify $<TARGET_FILE:@name@>)
# Does the example pipeline give what it should?
add_test(NAME example COMMAND leat::program run -q pipeline.yaml --plugin $<TARGET_FILE:@name@>
         WORKING_DIRECTORY ${CMAKE_CURRENT_SOURCE_DIR})
add_test(NAME expected COMMAND ${CMAKE_COMMAND} -E compare_files out.csv expected.csv
         WORKING_DIRECTORY ${CMAKE_CURRENT_SOURCE_DIR})
set_tests_properties(expected PROPERTIES DEPENDS example)
)";

constexpr std::string_view kReadme = R"(# @vendor@.@name@

A plugin for leat. The source is `@name@.cpp`; its comments say where to go on.

Build it and run its tests:

    cmake -B build && cmake --build build && ctest --test-dir build --output-on-failure

Run the example, and look at the page of its documentation:

    leat run pipeline.yaml --plugin build/@name@.so
    leat @listing@ @vendor@.@name@ --plugin build/@name@.so

A pipeline can name the plugin itself, with `plugins: build/@name@.so`, or by its bare name when its folder is in
LEAT_PLUGIN_PATH. `cmake --install build --prefix /usr/local` puts it into /usr/local/lib/leat/plugins.
)";

constexpr std::string_view kInput = "word,number\nleat,3\nmill,-4\n,5\nw\xC3\xA4hr,\n";

struct Kind {
  std::string_view name;
  std::string_view source;
  std::string_view pipeline;
  std::string_view expected;
};

constexpr std::string_view kRowsSource =
    R"(// @vendor@.@name@: adds the length of a text, one row at a time.
#include <leat/plugin.h>

namespace {

constexpr leat::api::Option kOptions[] = {
    leat::api::Option::text("column", "The text to measure.").required(),
};

class @Name@ {
 public:
  // Called once, before any data is read: looks at options and input, and declares the output.
  void bind(leat::api::Bind& bind) {
    text_ = bind.input("column", leat::api::Type::kText);
    bind.keep_all();
    length_ = bind.add("length", leat::api::Type::kInt64);
  }

  // Called for each row, in many lanes at once, hence const. A column that is not set is NULL;
  // out.drop() drops the row (say so with .drops_rows = true below), out.reject("why") calls it bad.
  void row(const leat::api::Row& in, leat::api::RowOutput& out) const {
    if (!in.is_null(text_)) out.set(length_, in.text(text_).size());
  }

 private:
  size_t text_ = 0;
  size_t length_ = 0;
};

}  // namespace

LEAT_PLUGIN("@vendor@", "0.1",
            leat::api::rows<@Name@>({
                .name = "@name@",
                .summary = "Adds the length of a text in bytes.",
                .doc = "The new column is called `length`.",
                .example = "- @vendor@.@name@: word\n",
                .main_option = "column",
                .options = kOptions,
            }))
)";

constexpr std::string_view kMapSource =
    R"(// @vendor@.@name@: adds twice a number, whole columns at a time.
#include <leat/plugin.h>

namespace {

constexpr leat::api::Option kOptions[] = {
    leat::api::Option::text("column", "The whole number.").required(),
};

class @Name@ {
 public:
  // Called once, before any data is read: looks at options and input, and declares the output.
  void bind(leat::api::Bind& bind) {
    number_ = bind.input("column", leat::api::Type::kInt64);
    bind.keep_all();
    twice_ = bind.add("twice", leat::api::Type::kInt64);
  }

  // Called for each batch, in many lanes at once, hence const.
  void process(const leat::api::Batch& in, leat::api::Output& out) const {
    const leat::api::Column& number = in.column(number_);
    auto& twice = out.column(twice_);
    auto* const values = twice.fill<int64_t>();
    for (size_t row = 0; row < in.rows(); ++row) {
      if (number.is_null(row)) {
        twice.set_null(row);
      } else if (__builtin_mul_overflow(number.int64(row), int64_t{2}, &values[row])) {
        out.reject(row, "twice the number is out of range");
      }
    }
  }

 private:
  size_t number_ = 0;
  size_t twice_ = 0;
};

}  // namespace

LEAT_PLUGIN("@vendor@", "0.1",
            leat::api::map<@Name@>({
                .name = "@name@",
                .summary = "Adds twice a number.",
                .doc = "The new column is called `twice`.",
                .example = "- @vendor@.@name@: number\n",
                .main_option = "column",
                .options = kOptions,
            }))
)";

constexpr std::string_view kAggregateSource = R"(// @vendor@.@name@: the sum of a column.
#include <leat/plugin.h>

namespace {

constexpr leat::api::Option kOptions[] = {
    leat::api::Option::text("of", "The whole numbers to add up.").required(),
};

class @Name@ {
 public:
  // Called once, before any data is read: looks at options and input, and declares the output.
  void bind(leat::api::Bind& bind) {
    number_ = bind.input("of", leat::api::Type::kInt64);
    sum_ = bind.add("sum", leat::api::Type::kInt64);
    rows_ = bind.add("rows", leat::api::Type::kInt64);
  }

  // One for each lane. Which lane sees which rows is chance, so the result must not depend on it:
  // row.id() orders rows as the input does, if that matters. What grows with the data is charged.
  class State {
   public:
    explicit State(const @Name@& of) : of_(of) {}
    void add(const leat::api::Row& row, leat::api::Call&) {
      if (row.is_null(of_.number_)) return;
      sum_ += row.int64(of_.number_);
      ++rows_;
    }
    void merge(State& other, leat::api::Call&) {
      sum_ += other.sum_;
      rows_ += other.rows_;
    }
    void finish(leat::api::Writer& out) {
      if (sum_ < INT64_MIN || sum_ > INT64_MAX)
        return out.call().fail("the sum is out of the range of int64");
      out.next();
      out.set(of_.sum_, static_cast<int64_t>(sum_));
      out.set(of_.rows_, rows_);
    }

   private:
    const @Name@& of_;
    __extension__ __int128 sum_ = 0;
    int64_t rows_ = 0;
  };

 private:
  size_t number_ = 0;
  size_t sum_ = 0;
  size_t rows_ = 0;
};

}  // namespace

LEAT_PLUGIN("@vendor@", "0.1",
            leat::api::aggregate<@Name@>({
                .name = "@name@",
                .summary = "Adds up a column.",
                .doc = "Gives one row: the sum, and how many numbers there were.",
                .example = "- @vendor@.@name@: number\n",
                .main_option = "of",
                .options = kOptions,
            }))
)";

constexpr std::string_view kSourceSource = R"(// @vendor@.@name@: makes rows.
#include <leat/plugin.h>

namespace {

constexpr leat::api::Option kOptions[] = {
    leat::api::Option::integer("count", "How many rows to make.").required().between(0, 1000000000),
};

class @Name@ {
 public:
  // Called once, before any data is read: looks at the options, and declares the output.
  void bind(leat::api::Bind& bind) {
    count_ = bind.integer("count");
    number_ = bind.add("number", leat::api::Type::kInt64);
    square_ = bind.add("square", leat::api::Type::kInt64);
  }

  // Lives as long as the run. Each call of next() writes a part of the rows, which lanes then
  // process side by side; out.call().blocking(...) goes round whatever may wait.
  class Reader {
   public:
    Reader(const @Name@& of, leat::api::Call&) : of_(of) {}
    bool next(leat::api::Writer& out) {
      while (made_ < of_.count_ && out.rows() < leat::api::kRowsMax) {
        if (!out.next()) return false;
        ++made_;
        out.set(of_.number_, made_);
        out.set(of_.square_, made_ * made_);
      }
      return out.rows() > 0;
    }

   private:
    const @Name@& of_;
    int64_t made_ = 0;
  };

 private:
  int64_t count_ = 0;
  size_t number_ = 0;
  size_t square_ = 0;
};

}  // namespace

LEAT_PLUGIN("@vendor@", "0.1",
            leat::api::source<@Name@>({
                .name = "@name@",
                .summary = "Makes numbers and their squares.",
                .doc = "Counts from 1.",
                .example = "- @vendor@.@name@: 10\n",
                .main_option = "count",
                .options = kOptions,
            }))
)";

constexpr std::string_view kSinkSource =
    R"(// @vendor@.@name@: writes the first column as lines of text.
#include <leat/plugin.h>

namespace {

class @Name@ {
 public:
  // Called once, before any data is read. The options of the file are leat's.
  void bind(leat::api::Bind& bind) {
    if (bind.type(0) != leat::api::Type::kText)
      bind.mistake("", "the first column must be text", "choose it with 'select'");
  }

  // Called for each batch, in many lanes at once, hence const. Leat puts the bytes in order, and
  // the file appears when the run has succeeded.
  void encode(const leat::api::Batch& in, std::string& bytes, leat::api::Call&) const {
    for (size_t row = 0; row < in.rows(); ++row) {
      bytes += in.column(0).is_null(row) ? std::string_view("-") : in.column(0).text(row);
      bytes += '\n';
    }
  }
};

}  // namespace

LEAT_PLUGIN("@vendor@", "0.1",
            leat::api::sink<@Name@>({
                .name = "@name@",
                .summary = "Writes the first column as lines of text.",
                .doc = "NULL is written as a hyphen.",
                .example = "- @vendor@.@name@: out.csv\n",
            }))
)";

constexpr std::string_view kFunctionSource = R"text(// @vendor@.@name@: a function of expressions.
#include <leat/plugin.h>

namespace {

// Parameters are bool, int64_t, double or std::string_view, and the signature below says the same.
// NULL arguments give NULL without a call. A function that can fail has a first parameter
// leat::api::Fault& and calls reject("why") on it.
std::string value_of(std::string_view text) {
  std::string made(text);
  for (char& c : made) c = c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
  return made + '!';
}

}  // namespace

LEAT_PLUGIN("@vendor@", "0.1",
            leat::api::function<value_of>({
                .name = "@name@",
                .signature = "@name@(text utf8) -> utf8",
                .doc = "The text in large letters.",
                .example = "@vendor@.@name@('leat')",
                .result = "LEAT!",
            }))
)text";

constexpr std::string_view kMapPipeline = R"(stages:
  - read_csv:
      path: in.csv
      columns: { word: utf8, number: int64 }
  - @vendor@.@name@: @column@
  - write_csv: out.csv
)";

constexpr std::array<Kind, 6> kKinds = {{
    {"rows", kRowsSource, kMapPipeline,
     "word,number,length\nleat,3,4\nmill,-4,4\n,5,\nw\xC3\xA4hr,,5\n"},
    {"map", kMapSource, kMapPipeline,
     "word,number,twice\nleat,3,6\nmill,-4,-8\n,5,10\nw\xC3\xA4hr,,\n"},
    {"aggregate", kAggregateSource, kMapPipeline, "sum,rows\n4,3\n"},
    {"source", kSourceSource, R"(stages:
  - @vendor@.@name@: 3
  - write_csv: out.csv
)",
     "number,square\n1,1\n2,4\n3,9\n"},
    {"sink", kSinkSource, R"(stages:
  - read_csv:
      path: in.csv
      columns: { word: utf8, number: int64 }
  - @vendor@.@name@: out.csv
)",
     "leat\nmill\n-\nw\xC3\xA4hr\n"},
    {"function", kFunctionSource, R"(stages:
  - read_csv:
      path: in.csv
      columns: { word: utf8, number: int64 }
  - select:
      - "@vendor@.@name@(word) as loud"
  - write_csv: out.csv
)",
     "loud\nLEAT!\nMILL!\n\nW\xC3\xA4HR!\n"},
}};

constexpr std::array<std::string_view, kKinds.size()> kKindNames = {"rows",   "map",  "aggregate",
                                                                    "source", "sink", "function"};

std::string filled(std::string_view text,
                   const std::vector<std::pair<std::string, std::string>>& with) {
  std::string made(text);
  for (const auto& [name, value] : with) {
    for (size_t at = made.find(name); at != std::string::npos;
         at = made.find(name, at + value.size()))
      made.replace(at, name.size(), value);
  }
  return made;
}

/// `two_words` as TwoWords.
std::string class_name(std::string_view name) {
  std::string made;
  bool large = true;
  for (const char c : name) {
    if (c == '_') {
      large = true;
      continue;
    }
    made += large && c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
    large = false;
  }
  return made;
}

}  // namespace

std::span<const std::string_view> project_kinds() { return kKindNames; }

std::vector<std::pair<std::string, std::string>> project_files(std::string_view vendor,
                                                               std::string_view name,
                                                               std::string_view kind) {
  std::vector<std::pair<std::string, std::string>> files;
  for (const Kind& one : kKinds) {
    if (one.name != kind) continue;
    const std::vector<std::pair<std::string, std::string>> with = {
        {"@vendor@", std::string(vendor)},
        {"@name@", std::string(name)},
        {"@Name@", class_name(name)},
        {"@column@", kind == "rows" ? "word" : "number"},
        {"@listing@", kind == "function" ? "functions" : "operators"}};
    files = {{"CMakeLists.txt", filled(kBuild, with)},
             {std::string(name) + ".cpp", filled(one.source, with)},
             {"pipeline.yaml", filled(one.pipeline, with)},
             {"expected.csv", std::string(one.expected)},
             {"README.md", filled(kReadme, with)}};
    if (kind != "source") files.emplace_back("in.csv", std::string(kInput));
  }
  return files;
}

}  // namespace leat::cli
