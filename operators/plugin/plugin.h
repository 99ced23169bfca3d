// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// The C++ face of plugin_abi.h: a plugin's file reads like the file of a built-in operator.
//
//   #include <leat/plugin.h>
//
//   namespace {

//
//   constexpr leat::api::Option kOptions[] = {
//       leat::api::Option::text("column", "The column to mask.").required(),
//   };
//
//   class Mask {
//    public:
//     void bind(leat::api::Bind& bind) { ... }                          checks, and declares the output
//     void row(const leat::api::Row& in, leat::api::RowOutput& out) const { ... }
//   };
//   }  // namespace
//
//   LEAT_PLUGIN("acme", "1.0", leat::api::rows<Mask>({.name = "mask", .summary = "Masks text.",
//                                                     .options = kOptions}))
//
// Problem: C tables, Arrow buffers and release functions are much to write for a small operator.
//
// Invariants:
//  1. Everything here is compiled into the plugin; only plugin_abi.h crosses. Any C++20 compiler and
//     any standard library will do.
//  2. An exception of the operator's code ends in the function that C called, as an error with its
//     text.
//  3. A bound object is shared by lanes, hence const once bound; what changes lives in a nested
//     class: Lane, State or Reader.
//
// Rejected: base classes with virtual functions (a call for each row), and macros for operators
// (they cannot be read).
#pragma once

#include <leat/plugin_functions.h>
#include <leat/plugin_rows.h>

#include <cstdint>
#include <initializer_list>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace leat::api {

// ------------------------------------------------------------------------------------------------------------- species

/// What an operator says of itself.
struct About {
  const char* name = "";
  const char* summary = "";
  const char* doc = "";
  const char* example = "";
  const char* main_option = nullptr;
  std::span<const Option> options = {};
  bool drops_rows = false;  ///< Of maps: rows may be dropped.
};

/// An operator with what it declared.
template <typename T>
struct Bound {
  T object;
  std::vector<InputColumn> input;
  std::vector<Declared> declared;
};

template <typename T>
leat_operator table_of(const About& about, leat_kind kind) {
  leat_operator table{};
  table.size = sizeof(leat_operator);
  table.name = about.name;
  table.kind = kind;
  table.flags = about.drops_rows ? uint32_t{LEAT_DROPS_ROWS} : 0;
  table.text = LEAT_TEXT_VIEWS;
  table.summary = about.summary;
  table.doc = about.doc;
  table.example = about.example;
  table.main_option = about.main_option;
  table.options = about.options.data();
  table.option_count = about.options.size();
  table.bind = [](const leat_operator*, leat_call* handle, const leat_binding* binding,
                  void** bound) {
    return guarded(handle, [&](Call& call) {
      auto made = std::make_unique<Bound<T>>();
      Bind bind(*binding, call);
      made->object.bind(bind);
      made->input = bind.take_input();
      made->declared = bind.take_declared();
      *bound = made.release();
    });
  };
  table.unbind = [](void* bound) { delete static_cast<Bound<T>*>(bound); };
  return table;
}

/// A map that sees batches: `void process(const Batch&, Output&) const`.
template <typename T>
leat_operator map(const About& about) {
  leat_operator table = table_of<T>(about, LEAT_MAP);
  table.process = [](void* state, leat_call* handle, const leat_rows* rows) {
    return guarded(handle, [&](Call& call) {
      const auto& bound = *static_cast<const Bound<T>*>(state);
      const Batch batch(*rows, bound.input);
      Output output(bound.declared, batch, call);
      bound.object.process(batch, output);
      if (call.ok()) output.emit();
    });
  };
  return table;
}

/// A map that sees one row at a time: `void row(const Row&, RowOutput&) const`.
template <typename T>
leat_operator rows(const About& about) {
  leat_operator table = table_of<T>(about, LEAT_MAP);
  table.process = [](void* state, leat_call* handle, const leat_rows* given) {
    return guarded(handle, [&](Call& call) {
      const auto& bound = *static_cast<const Bound<T>*>(state);
      const Batch batch(*given, bound.input);
      Output output(bound.declared, batch, call);
      for (size_t row = 0; row < batch.rows() && call.ok(); ++row) {
        RowOutput out(output, row);
        bound.object.row(Row(batch, row), out);
      }
      if (call.ok()) output.emit();
    });
  };
  return table;
}

/// An aggregate. `T::State` has a constructor from `const T&`, `void add(const Row&, Call&)`,
/// `void merge(State&, Call&)` in any order, and `void finish(Writer&)`.
template <typename T>
leat_operator aggregate(const About& about) {
  struct Opened {
    const Bound<T>* bound;
    typename T::State state;
  };
  leat_operator table = table_of<T>(about, LEAT_AGGREGATE);
  table.open = [](void* bound, leat_call* handle, void** state) {
    return guarded(handle, [&](Call&) {
      const auto& of = *static_cast<const Bound<T>*>(bound);
      *state = new Opened{&of, typename T::State(of.object)};
    });
  };
  table.close = [](void* state) { delete static_cast<Opened*>(state); };
  table.process = [](void* state, leat_call* handle, const leat_rows* rows) {
    return guarded(handle, [&](Call& call) {
      auto& opened = *static_cast<Opened*>(state);
      const Batch batch(*rows, opened.bound->input);
      for (size_t row = 0; row < batch.rows() && call.ok(); ++row)
        opened.state.add(Row(batch, row), call);
    });
  };
  table.merge = [](void* into, leat_call* handle, void* from) {
    return guarded(handle, [&](Call& call) {
      static_cast<Opened*>(into)->state.merge(static_cast<Opened*>(from)->state, call);
    });
  };
  table.finish = [](void* state, leat_call* handle) {
    return guarded(handle, [&](Call& call) {
      auto& opened = *static_cast<Opened*>(state);
      Writer writer(opened.bound->declared, call);
      opened.state.finish(writer);
      if (call.ok()) writer.flush();
    });
  };
  return table;
}

/// A source. `T::Reader` has a constructor from `const T&` and `Call&`, and `bool next(Writer&)`,
/// which writes some rows, the next split, and returns false when there was nothing left.
template <typename T>
leat_operator source(const About& about) {
  struct Opened {
    const Bound<T>* bound;
    std::optional<typename T::Reader> reader;
  };
  leat_operator table = table_of<T>(about, LEAT_SOURCE);
  table.open = [](void* bound, leat_call* handle, void** state) {
    return guarded(handle, [&](Call&) {
      *state = new Opened{static_cast<const Bound<T>*>(bound), std::nullopt};
    });
  };
  table.close = [](void* state) { delete static_cast<Opened*>(state); };
  table.next = [](void* state, leat_call* handle, leat_split* split) {
    return guarded(handle, [&](Call& call) {
      auto& opened = *static_cast<Opened*>(state);
      if (!opened.reader) opened.reader.emplace(opened.bound->object, call);
      if (!call.ok()) return;
      Writer writer(opened.bound->declared, call);
      split->first_row = 0;
      split->has_split = opened.reader->next(writer) ? 1 : 0;
      if (call.ok()) writer.flush();
    });
  };
  return table;
}

/// A sink that writes a file: `void encode(const Batch&, std::string& bytes, Call&) const`. Leat
/// gives it the options of a file.
template <typename T>
leat_operator sink(const About& about) {
  leat_operator table = table_of<T>(about, LEAT_SINK);
  table.flags |= LEAT_WRITES_FILE;
  table.process = [](void* state, leat_call* handle, const leat_rows* rows) {
    return guarded(handle, [&](Call& call) {
      std::string bytes;
      const auto& bound = *static_cast<const Bound<T>*>(state);
      bound.object.encode(Batch(*rows, bound.input), bytes, call);
      if (call.ok()) call.note(host_services->write(handle, bytes.data(), bytes.size()));
    });
  };
  return table;
}

// ---------------------------------------------------------------------------------------------------------- the plugin

/// What this face uses was there from the beginning.
inline constexpr uint32_t kNeedsMinor = 0;

/// All that a plugin has.
class Plugin {
 public:
  struct Part {
    Part(const leat_operator& of) : is_operator(true), table(of) {}
    Part(const leat_function& of) : is_operator(false), function(of) {}
    bool is_operator;
    leat_operator table{};
    leat_function function{};
  };

  Plugin(const leat_host* host, const char* vendor, const char* version,
         std::initializer_list<Part> parts) {
    host_services = host;
    for (const Part& part : parts) {
      if (part.is_operator) {
        operators_.push_back(part.table);
      } else {
        functions_.push_back(part.function);
      }
    }
    table_ = leat_plugin{sizeof(leat_plugin),
                         kNeedsMinor,
                         0,
                         vendor,
                         version,
                         operators_.data(),
                         operators_.size(),
                         functions_.data(),
                         functions_.size(),
                         nullptr,
                         nullptr};
  }
  const leat_plugin* table() const { return &table_; }

 private:
  std::vector<leat_operator> operators_;
  std::vector<leat_function> functions_;
  leat_plugin table_{};
};

}  // namespace leat::api

/// The end of a plugin: its vendor and version, then map<T>(...), rows<T>(...), function<f>(...)
/// and so on.
#define LEAT_PLUGIN(vendor, version, ...)                                              \
  extern "C" __attribute__((visibility("default"))) const leat_plugin* leat_plugin_v1( \
      const leat_host* host) {                                                         \
    static const ::leat::api::Plugin plugin(host, vendor, version, {__VA_ARGS__});     \
    return plugin.table();                                                             \
  }
