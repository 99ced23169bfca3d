// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Operators whose author slipped where the C++ face can notice it, and some that end the process.
#include <leat/plugin.h>

#include <cstdlib>

namespace {

using leat::api::Bind;
using leat::api::Row;
using leat::api::RowOutput;
using leat::api::Type;
using leat::api::Writer;

// The input is a int64, b utf8; the output both and n int64.
struct Base {
  void bind(Bind& bind) {
    bind.keep_all();
    n_ = bind.add("n", Type::kInt64);
  }
  size_t n_ = 0;
};

struct SetsText : Base {
  void row(const Row&, RowOutput& out) const { out.set(n_, "a text longer than twelve bytes"); }
};
struct SetsFloat : Base {
  void row(const Row&, RowOutput& out) const { out.set(n_, 3.5); }
};
struct SetsBool : Base {
  void row(const Row&, RowOutput& out) const { out.set(n_, true); }
};
struct SetsKept : Base {
  void row(const Row&, RowOutput& out) const { out.set(0, 1); }
};
struct SetsBeyond : Base {
  void row(const Row&, RowOutput& out) const { out.set(n_ + 5, 1); }
};
struct FarDate {
  void bind(Bind& bind) {
    bind.keep_all();
    bind.add("day", Type::kDate);
  }
  void row(const Row&, RowOutput& out) const { out.set(2, int32_t{2'000'000'000}); }
};
struct ReadsText : Base {
  void row(const Row& in, RowOutput& out) const { out.set(n_, in.text(0).size()); }
};
struct ReadsBeyond : Base {
  void row(const Row& in, RowOutput& out) const { out.set(n_, in.int64(77)); }
};
struct KeepsBeyond : Base {
  void bind(Bind& bind) { bind.keep(99); }
  void row(const Row&, RowOutput&) const {}
};
struct AsksOption : Base {
  void bind(Bind& bind) { bind.text("colum"); }
  void row(const Row&, RowOutput&) const {}
};
struct SaysOk : Base {
  void row(const Row&, RowOutput& out) const { out.call().fail("all is lost", "", LEAT_OK); }
};
struct RejectsBytes : Base {
  void row(const Row&, RowOutput& out) const { out.reject("two\nlines \xff"); }
};
struct EmitsTwice : Base {
  void process(const leat::api::Batch&, leat::api::Output& out) const { out.emit(); }
};
struct Exits : Base {
  void row(const Row&, RowOutput&) const { std::exit(0); }
};
struct Crashes : Base {
  void row(const Row&, RowOutput& out) const {
    int* volatile nowhere = nullptr;
    out.set(n_, *nowhere);
  }
};

struct Rows {
  void bind(Bind& bind) { bind.add("n", Type::kInt64); }
  struct Base {
    explicit Base(const Rows&) {}
    void add(const Row&, leat::api::Call&) {}
    void merge(Base&, leat::api::Call&) {}
  };
};
struct SetsNoRow : Rows {
  struct State : Base {
    using Base::Base;
    void finish(Writer& out) { out.set(0, 1); }
  };
};
struct MixesIds : Rows {
  struct State : Base {
    using Base::Base;
    void finish(Writer& out) {
      out.next(1);
      out.next();
    }
  };
};
struct KeepsRows : Rows {
  void bind(Bind& bind) { bind.keep_all(); }
  struct State : Base {
    using Base::Base;
    void finish(Writer&) {}
  };
};

std::string throws(std::string_view) { throw std::runtime_error("no such luck"); }
// Signatures that say the same with other names of types.
std::string same(std::string_view value) { return std::string(value); }
int64_t later(int64_t micros) { return micros + 1'000'000; }
int64_t far(int64_t) { return INT64_MAX; }
#ifdef WRONG_SIGNATURE
int64_t length(std::string_view text) { return static_cast<int64_t>(text.size()); }
#endif

template <typename T>
leat_operator one(const char* name) {
  return leat::api::rows<T>({.name = name, .summary = "Slips.", .example = name});
}

}  // namespace

LEAT_PLUGIN(
    "slip", "1.0", one<SetsText>("sets_text"), one<SetsFloat>("sets_float"),
    one<SetsBool>("sets_bool"), one<SetsKept>("sets_kept"), one<SetsBeyond>("sets_beyond"),
    one<ReadsText>("reads_text"), one<ReadsBeyond>("reads_beyond"),
    one<KeepsBeyond>("keeps_beyond"), one<AsksOption>("asks_option"), one<SaysOk>("says_ok"),
    one<FarDate>("far_date"), one<RejectsBytes>("rejects_bytes"), one<Exits>("exits"),
    leat::api::rows<Crashes>(
        {.name = "crashes", .summary = "Crashes.", .example = "- slip.crashes:\n"}),
    leat::api::map<EmitsTwice>({.name = "emits_twice", .summary = "Slips."}),
    leat::api::aggregate<SetsNoRow>({.name = "sets_no_row", .summary = "Slips."}),
    leat::api::aggregate<MixesIds>({.name = "mixes_ids", .summary = "Slips."}),
    leat::api::aggregate<KeepsRows>({.name = "keeps_rows", .summary = "Slips."}),
#ifdef WRONG_SIGNATURE
    leat::api::function<length>({.name = "length", .signature = "length(n int64) -> int64"}),
#endif
    leat::api::function<same>({.name = "same", .signature = "same(value VARCHAR) -> text"}),
    leat::api::function<far>({.name = "far", .signature = "far(t timestamp) -> timestamp"}),
    leat::api::function<later>({.name = "later", .signature = "later(t timestamp) -> timestamp"}),
    leat::api::function<throws>({.name = "throws", .signature = "throws(t utf8) -> utf8"}))
