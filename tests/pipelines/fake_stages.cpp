// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include "tests/pipelines/fake_stages.h"

#include <algorithm>
#include <cstring>
#include <mutex>
#include <set>
#include <utility>

#include "engine/codes/data.h"
#include "engine/codes/file.h"
#include "engine/codes/machine.h"
#include "operators/data/builder.h"
#include "pipelines/run/cuts.h"

namespace leat::pipelines::testing {
namespace {

using Predicate = std::function<bool(int64_t)>;

SchemaRef numbers_schema() {
  static const SchemaRef schema = std::make_shared<Schema>(std::vector<Field>{{"n", kInt64Type}});
  return schema;
}

Result<Batch> make_batch(const std::vector<int64_t>& numbers, RowPlaces ids,
                         MemoryAccount& memory) {
  FixedBuilder<int64_t> builder(kInt64Type, memory);
  LEAT_TRY(builder.reserve(std::max<size_t>(numbers.size(), 1)));
  for (const int64_t number : numbers) builder.append(number);
  return Batch(numbers_schema(), {builder.finish()}, numbers.size(), std::move(ids));
}

/// Row r of a split is record r; its text is its number.
class NumbersOrigin final : public RowOrigin {
 public:
  explicit NumbersOrigin(int64_t first) : first_(first) {}
  TextPlace locate(uint64_t row) const override {
    return {"numbers", static_cast<uint64_t>(first_) + row + 1, 1};
  }
  std::string raw(uint64_t row) const override {
    return std::to_string(first_ + static_cast<int64_t>(row));
  }

 private:
  int64_t first_;
};

struct NumbersSource final : Source {
  uint64_t rows;
  uint64_t rows_per_split;
  Predicate bad;

  NumbersSource(uint64_t all, uint64_t each, Predicate faulty)
      : rows(all), rows_per_split(each), bad(std::move(faulty)) {}

  struct Cutter final : Splitter {
    explicit Cutter(const NumbersSource& of) : source(of) {}
    Result<std::optional<io::Split>> next() override {
      if (index * source.rows_per_split >= source.rows) return std::nullopt;
      io::Split split;
      split.index = index++;
      return split;
    }
    const NumbersSource& source;
    uint64_t index = 0;
  };

  struct Reader final : Decoder {
    Reader(const NumbersSource& of, const LaneContext& lane) : source(of), context(lane) {}
    Status decode(const io::Split& split, Output& output) override {
      const uint64_t first = split.index * source.rows_per_split;
      const uint64_t end = std::min(first + source.rows_per_split, source.rows);
      const auto origin = std::make_shared<NumbersOrigin>(static_cast<int64_t>(first));
      std::vector<int64_t> numbers;
      Ordinal begin(split.index, 0);
      for (uint64_t n = first; n < end; ++n) {
        context.ledger.add(Counter::kRead, 1);
        const Ordinal row(split.index, n - first);
        const bool bad = source.bad && source.bad(static_cast<int64_t>(n));
        if (bad || numbers.size() == 3) {
          LEAT_TRY(flush(numbers, begin, origin, output));
          begin = row;
        }
        if (bad) {
          LEAT_TRY(context.faults.record(
              origin, row,
              Error(code::kNotOfType, ErrorCode::kData, "bad number " + std::to_string(n))));
          begin = row + 1;
          continue;
        }
        numbers.push_back(static_cast<int64_t>(n));
      }
      return flush(numbers, begin, origin, output);
    }
    Status flush(std::vector<int64_t>& numbers, Ordinal begin, const RowOriginRef& origin,
                 Output& output) {
      LEAT_TRY_ASSIGN(Batch batch, make_batch(std::exchange(numbers, {}),
                                              RowPlaces{begin, {}, origin}, context.memory));
      return output.emit(std::move(batch));
    }
    const NumbersSource& source;
    LaneContext context;
  };

  std::unique_ptr<Splitter> splitter(const StageContext&) const override {
    return std::make_unique<Cutter>(*this);
  }
  std::unique_ptr<Decoder> decoder(const LaneContext& context) const override {
    return std::make_unique<Reader>(*this, context);
  }
};

struct KeepMap final : Map {
  Predicate keep;
  Predicate bad;

  KeepMap(Predicate passes, Predicate faulty) : keep(std::move(passes)), bad(std::move(faulty)) {}

  struct Lane final : MapLane {
    Lane(const KeepMap& of, const LaneContext& lane) : map(of), context(lane) {}
    Status process(Batch batch, Output& output) override {
      std::vector<RowFault> faults;
      for_each_row(batch.selection(), [&](size_t row) {
        const int64_t n = batch.column(0).values<int64_t>()[row];
        if (map.bad && map.bad(n)) {
          faults.push_back({static_cast<uint32_t>(row), Error(code::kNotOfType, ErrorCode::kData,
                                                              "cannot keep " + std::to_string(n))});
        }
      });
      LEAT_TRY_ASSIGN(Settled settled,
                      context.faults.settle(batch, batch.selection(), std::move(faults)));
      LEAT_TRY_ASSIGN(BufferRef rows,
                      context.memory.allocate((settled.selection.count() + 1) * sizeof(uint32_t)));
      size_t count = 0;
      for_each_row(settled.selection, [&](size_t row) {
        if (map.keep(batch.column(0).values<int64_t>()[row])) {
          rows->mutable_as<uint32_t>()[count++] = static_cast<uint32_t>(row);
        }
      });
      context.ledger.add(Counter::kPassed, count);
      context.ledger.add(Counter::kDropped, settled.selection.count() - count);
      LEAT_TRY(output.emit(batch.with_selection(Selection(std::move(rows), count))));
      if (settled.error) return std::unexpected(std::move(*settled.error));
      return {};
    }
    const KeepMap& map;
    LaneContext context;
  };

  std::unique_ptr<MapLane> lane(const LaneContext& context, Sides) const override {
    return std::make_unique<Lane>(*this, context);
  }
};

struct DescendingCollect final : Collect {
  /// A part for each row.
  struct Made final : leat::Collected {
    explicit Made(std::vector<int64_t> made) : numbers(std::move(made)) {}
    size_t parts() const override { return numbers.size(); }
    Status emit_part(size_t part, const LaneContext& context, Output& output) const override {
      context.ledger.add(Counter::kMade, 1);
      LEAT_TRY_ASSIGN(Batch batch, make_batch({numbers[part]}, {}, context.memory));
      return output.emit(std::move(batch));
    }
    std::vector<int64_t> numbers;
  };
  explicit DescendingCollect(std::optional<int64_t> bad = {}) : fails_at(bad) {}

  struct Part final : Partial {
    explicit Part(const LaneContext& lane, std::optional<int64_t> bad = {})
        : context(lane), fails_at(bad) {}
    Status consume(const Batch& batch) override {
      for_each_row(batch.selection(),
                   [&](size_t row) { numbers.push_back(batch.column(0).values<int64_t>()[row]); });
      context.ledger.add(Counter::kFolded, batch.rows());
      is_broken = fails_at && std::find(numbers.begin(), numbers.end(), *fails_at) != numbers.end();
      return is_broken ? fail(code::kMemoryLimit, ErrorCode::kMemory, "no memory") : Status();
    }
    Status seal() override { return {}; }
    LaneContext context;
    std::optional<int64_t> fails_at;
    bool is_broken = false;
    std::vector<int64_t> numbers;
  };
  struct End final : Final {
    explicit End(const LaneContext& lane) : context(lane) {}
    Status absorb(std::unique_ptr<Partial> partial) override {
      EXPECT_FALSE(static_cast<Part&>(*partial).is_broken);
      auto& part = static_cast<Part&>(*partial).numbers;
      numbers.insert(numbers.end(), part.begin(), part.end());
      return {};
    }
    Result<CollectedRef> finish() override {
      std::sort(numbers.begin(), numbers.end(), std::greater<>());
      return std::make_shared<const Made>(std::move(numbers));
    }
    LaneContext context;
    std::vector<int64_t> numbers;
  };

  std::unique_ptr<Partial> partial(const LaneContext& context) const override {
    return std::make_unique<Part>(context, fails_at);
  }
  std::unique_ptr<Final> final(const LaneContext& context) const override {
    return std::make_unique<End>(context);
  }

  const std::optional<int64_t> fails_at;
};

struct FirstRows final : Sequential {
  uint64_t rows;
  explicit FirstRows(uint64_t wanted) : rows(wanted) {}

  struct State final : SequentialState {
    State(uint64_t wanted, const LaneContext& lane) : left(wanted), context(lane) {}
    Result<Demand> process(Batch batch, Output& output) override {
      const uint64_t passed = std::min<uint64_t>(left, batch.rows());
      left -= passed;
      context.ledger.add(Counter::kPassed, passed);
      context.ledger.add(Counter::kBeyond, batch.rows() - passed);
      LEAT_TRY(output.emit(batch.with_selection(batch.selection().prefix(passed))));
      return left == 0 ? Demand::kDone : Demand::kMore;
    }
    Status finish(Output&) override { return {}; }
    uint64_t left;
    LaneContext context;
  };

  std::unique_ptr<SequentialState> start(const LaneContext& context) const override {
    return std::make_unique<State>(rows, context);
  }
};

struct CountBehind final : Sequential {
  struct State final : SequentialState {
    explicit State(const LaneContext& lane) : context(lane) {}
    Result<Demand> process(Batch batch, Output& output) override {
      count += static_cast<int64_t>(batch.rows());
      context.ledger.add(Counter::kPassed, batch.rows());
      LEAT_TRY(output.emit(std::move(batch)));
      return Demand::kMore;
    }
    Status finish(Output& output) override {
      context.ledger.add(Counter::kMade, 1);
      LEAT_TRY_ASSIGN(Batch batch, make_batch({count}, {}, context.memory));
      return output.emit(std::move(batch));
    }
    int64_t count = 0;
    LaneContext context;
  };

  std::unique_ptr<SequentialState> start(const LaneContext& context) const override {
    return std::make_unique<State>(context);
  }
};

struct PlainUnion final : Union {
  Order wanted;
  explicit PlainUnion(Order order) : wanted(order) {}

  struct Lane final : MapLane {
    explicit Lane(const LaneContext& lane) : context(lane) {}
    Status process(Batch batch, Output& output) override {
      context.ledger.add(Counter::kPassed, batch.rows());
      return output.emit(std::move(batch));
    }
    LaneContext context;
  };

  Order order() const override { return wanted; }
  std::unique_ptr<MapLane> align(size_t, const LaneContext& context) const override {
    return std::make_unique<Lane>(context);
  }
};

/// The numbers of a side input.
struct NumberSet final : leat::Collected {
  explicit NumberSet(std::set<int64_t> all) : numbers(std::move(all)) {}
  size_t parts() const override { return 0; }
  Status emit_part(size_t, const LaneContext&, Output&) const override { return {}; }
  const std::set<int64_t> numbers;
  mutable std::mutex mutex;  // guards met
  mutable std::set<int64_t> met;
};

struct SetCollect final : Collect {
  struct End final : Final {
    Status absorb(std::unique_ptr<Partial> partial) override {
      auto& part = static_cast<DescendingCollect::Part&>(*partial).numbers;
      numbers.insert(part.begin(), part.end());
      return {};
    }
    Result<CollectedRef> finish() override {
      return std::make_shared<const NumberSet>(std::move(numbers));
    }
    std::set<int64_t> numbers;
  };

  std::unique_ptr<Partial> partial(const LaneContext& context) const override {
    return std::make_unique<DescendingCollect::Part>(context);
  }
  std::unique_ptr<Final> final(const LaneContext&) const override {
    return std::make_unique<End>();
  }
};

/// Rows of the first input whose number the second has, then the numbers that only the second has.
struct MatchMap final : Map {
  MatchMap() { collects.push_back(std::make_unique<SetCollect>()); }

  struct Lane final : MapLane {
    Lane(const LaneContext& lane, const NumberSet& set) : context(lane), side(set) {}
    Status process(Batch batch, Output& output) override {
      LEAT_TRY_ASSIGN(BufferRef rows,
                      context.memory.allocate((batch.rows() + 1) * sizeof(uint32_t)));
      size_t count = 0;
      for_each_row(batch.selection(), [&](size_t row) {
        const int64_t number = batch.column(0).values<int64_t>()[row];
        if (!side.numbers.contains(number)) return;
        rows->mutable_as<uint32_t>()[count++] = static_cast<uint32_t>(row);
        met.insert(number);
      });
      context.ledger.add(Counter::kPassed, count);
      context.ledger.add(Counter::kDropped, batch.rows() - count);
      return output.emit(batch.with_selection(Selection(std::move(rows), count)));
    }
    Status seal() override {
      const std::lock_guard lock(side.mutex);
      side.met.insert(met.begin(), met.end());
      return {};
    }
    LaneContext context;
    const NumberSet& side;
    std::set<int64_t> met;
  };

  std::span<const std::unique_ptr<Collect>> sides() const override { return collects; }
  std::unique_ptr<MapLane> lane(const LaneContext& context, Sides sides) const override {
    return std::make_unique<Lane>(context, static_cast<const NumberSet&>(*sides.front()));
  }
  bool has_rest() const override { return true; }
  Result<CollectedRef> rest(const LaneContext&, Sides sides) const override {
    const auto& set = static_cast<const NumberSet&>(*sides.front());
    std::vector<int64_t> left;
    for (const int64_t number : set.numbers) {
      if (!set.met.contains(number)) left.push_back(number);
    }
    return std::make_shared<const DescendingCollect::Made>(std::move(left));
  }

  std::vector<std::unique_ptr<Collect>> collects;
};

struct CollectSink final : Sink {
  Collected& into;
  uint64_t loses;
  CollectSink(Collected& target, uint64_t lost) : into(target), loses(lost) {}

  struct Lines final : Encoder {
    explicit Lines(const LaneContext& lane) : context(lane) {}
    Result<BufferRef> encode(const Batch& batch) override {
      std::string text;
      for_each_row(batch.selection(), [&](size_t row) {
        const Column& column = batch.column(batch.columns().size() - 1);
        text += column.type().is(TypeId::kInt64) ? std::to_string(column.values<int64_t>()[row])
                                                 : std::string(column.view_at(row));
        text += '\n';
      });
      context.ledger.add(Counter::kWritten, batch.rows());
      LEAT_TRY_ASSIGN(BufferRef bytes, context.memory.allocate(text.size()));
      std::memcpy(bytes->mutable_data(), text.data(), text.size());
      return bytes;
    }
    LaneContext context;
  };
  struct Target final : Committer {
    Target(Collected& target, uint64_t lost, const StageContext& stage)
        : into(target), loses(lost), context(stage) {}
    Status open() override {
      into.opened = true;
      return {};
    }
    Status write(const BufferRef& bytes, uint64_t rows) override {
      into.written.append(bytes->as<char>(), bytes->size());
      if (into.disk_bytes && into.written.size() > *into.disk_bytes)
        return fail(code::kCannotWrite, ErrorCode::kIo, "disk is full");
      const uint64_t lost = std::min(loses, rows);
      loses -= lost;
      context.ledger.add(Counter::kCommitted, rows - lost);
      return {};
    }
    Status prepare(uint64_t) override {
      into.prepared = true;
      return {};
    }
    Status commit(uint64_t) override {
      into.text = into.written;
      return {};
    }
    void abort() noexcept override { into.aborted = true; }
    Collected& into;
    uint64_t loses;
    StageContext context;
  };

  std::unique_ptr<Encoder> encoder(const LaneContext& context) const override {
    return std::make_unique<Lines>(context);
  }
  std::unique_ptr<Committer> committer(const StageContext& context) const override {
    return std::make_unique<Target>(into, loses, context);
  }
};

const OperatorDef kFakeOperator{"fake", OperatorKind::kTransform, "Stand in", "", "", "", {},
                                nullptr};

}  // namespace

FakePipeline::FakePipeline() {
  pipeline_.document = std::make_shared<Document>("fake.yaml", "stages: []\n");
  pipeline_.name = "fake";
}

Stage& FakePipeline::add(const char* name, BoundOperator bound, bool is_source) {
  Stage stage;
  stage.name = name;
  stage.definition = &kFakeOperator;
  if (!is_source) {
    stage.from = next_from_;
    if (stage.from.empty()) stage.from = {From{pipeline_.stages.size() - 1}};
    stage.inputs.assign(stage.from.size(), numbers_schema());
  }
  next_from_.clear();
  stage.bound = std::move(bound);
  pipeline_.stages.push_back(std::move(stage));
  return pipeline_.stages.back();
}

FakePipeline& FakePipeline::numbers(uint64_t rows, uint64_t rows_per_split, Predicate bad) {
  BoundOperator bound;
  bound.species = std::unique_ptr<Source>(
      std::make_unique<NumbersSource>(rows, rows_per_split, std::move(bad)));
  bound.output = numbers_schema();
  bound.equations = {{{Counter::kRead}, {Counter::kOut, Counter::kSkipped, Counter::kRejected}}};
  add("numbers", std::move(bound), true);
  return *this;
}

FakePipeline& FakePipeline::keep(Predicate keep, Predicate bad) {
  BoundOperator bound;
  bound.species = std::unique_ptr<Map>(std::make_unique<KeepMap>(std::move(keep), std::move(bad)));
  bound.output = numbers_schema();
  bound.equations = {{{Counter::kIn},
                      {Counter::kPassed, Counter::kDropped, Counter::kSkipped, Counter::kRejected}},
                     {{Counter::kOut}, {Counter::kPassed}}};
  add("keep", std::move(bound));
  return *this;
}

FakePipeline& FakePipeline::descending(std::optional<int64_t> fails_at) {
  BoundOperator bound;
  bound.species = std::unique_ptr<Collect>(std::make_unique<DescendingCollect>(fails_at));
  bound.output = numbers_schema();
  bound.equations = {{{Counter::kIn}, {Counter::kFolded}},
                     {{Counter::kFolded}, {Counter::kMade}},
                     {{Counter::kMade}, {Counter::kOut}}};
  add("descending", std::move(bound));
  return *this;
}

FakePipeline& FakePipeline::unite(Union::Order order) {
  BoundOperator bound;
  bound.species = std::make_unique<PlainUnion>(order);
  bound.output = numbers_schema();
  bound.equations = {{{Counter::kIn}, {Counter::kPassed}},
                     {{Counter::kPassed}, {Counter::kOut, Counter::kBeyond}}};
  add("unite", std::move(bound));
  return *this;
}

FakePipeline& FakePipeline::match() {
  BoundOperator bound;
  bound.species = std::make_unique<MatchMap>();
  bound.output = numbers_schema();
  bound.equations = {{{Counter::kIn}, {Counter::kPassed, Counter::kDropped}},
                     {{Counter::kOut}, {Counter::kPassed, Counter::kMade}}};
  add("match", std::move(bound));
  return *this;
}

FakePipeline& FakePipeline::limit(uint64_t rows) {
  BoundOperator bound;
  bound.species = std::unique_ptr<Sequential>(std::make_unique<FirstRows>(rows));
  bound.output = numbers_schema();
  bound.equations = {{{Counter::kIn}, {Counter::kPassed, Counter::kBeyond}},
                     {{Counter::kOut}, {Counter::kPassed}}};
  add("limit", std::move(bound));
  return *this;
}

FakePipeline& FakePipeline::count_behind() {
  BoundOperator bound;
  bound.species = std::unique_ptr<Sequential>(std::make_unique<CountBehind>());
  bound.output = numbers_schema();
  bound.equations = {{{Counter::kIn}, {Counter::kPassed}},
                     {{Counter::kOut}, {Counter::kPassed, Counter::kMade}}};
  add("count_behind", std::move(bound));
  return *this;
}

FakePipeline& FakePipeline::collect(Collected& into, uint64_t loses) {
  BoundOperator bound;
  bound.species = std::unique_ptr<Sink>(std::make_unique<CollectSink>(into, loses));
  bound.equations = {{{Counter::kIn}, {Counter::kWritten}},
                     {{Counter::kWritten}, {Counter::kCommitted}}};
  add("collect", std::move(bound));
  return *this;
}

FakePipeline& FakePipeline::from(size_t stage, bool rejects) {
  next_from_.push_back({stage, rejects ? From::kRejects : From::kRows});
  return *this;
}

FakePipeline& FakePipeline::on_error(OnError policy) {
  pipeline_.stages.back().on_error = policy;
  return *this;
}

RunReport FakePipeline::run(size_t procs, bool fuse, const RunControl* control,
                            ThreadModel threads) {
  cut_diamonds(pipeline_);
  Result<Plan> plan = make_plan(pipeline_, {procs, size_t{1} << 30, fuse});
  if (!plan) return {.error = std::move(plan).error()};
  return pipelines::run(pipeline_, *plan, {threads, 0, control});
}

}  // namespace leat::pipelines::testing
