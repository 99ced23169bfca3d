// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Problem: "why is order 42 not in the report?" is answered today by an evening of copying stages
// away, one after another.
//
// The first run looks for the rows, the second one follows them (trail.h). What the looks of the
// second have captured is then read stage by stage: a row that came in and did not come out was
// dropped, and by what, the operator and its options tell.
//
// Invariants
// 1. Nothing is published: no trail has a sink.
// 2. A stage that the column cannot be handed on by is found when the trail is loaded; the trail is
//    written once more without it, at most once for each stage.
//
// Rejected: one run with the condition in the place of numbers (a million matches would all be
// followed, and how many there are would not be known).
#include "pipelines/tracing/trace.h"

#include <algorithm>
#include <array>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <nlohmann/json.hpp>

#include "engine/codes/file.h"
#include "engine/codes/form.h"
#include "engine/codes/graph.h"
#include "engine/codes/machine.h"
#include "operators/expr/expression.h"
#include "pipelines/run/captured_rows.h"
#include "pipelines/run/cuts.h"
#include "pipelines/run/run.h"
#include "pipelines/text/diagnostic.h"
#include "pipelines/text/tree_builder.h"
#include "pipelines/text/yaml_text.h"
#include "pipelines/text/yaml_tree.h"
#include "pipelines/tracing/trail.h"

namespace leat::pipelines {
namespace {

/// How many of the rows that one row became are told.
constexpr size_t kRowsTold = 3;

using Captures = std::vector<std::unique_ptr<CapturedRows>>;

Error wrong(Code number, std::string message, std::string hint = {}) {
  return Error(number, ErrorCode::kInvalid, std::move(message), std::move(hint));
}

/// The first mistake as an error.
Error first_of(const Diagnostics& diagnostics, std::string_view before) {
  const Diagnostic& mistake = diagnostics.errors().front();
  return wrong(mistake.number, fmt::format("{}{}", before, mistake.message), mistake.hint);
}

// ------------------------------------------------------------------------------- running a trail

/// What a trail is loaded as, or the entry of `stages` that has a mistake.
struct LoadedTrail {
  std::optional<Pipeline> pipeline;
  std::optional<size_t> wrong_entry;
};

class TrailRun {
 public:
  /// `rows_max`: how many rows are found.
  TrailRun(const std::string& file, const LoadOptions& load, const PlanOptions& plan,
           size_t rows_max)
      : file_(file), load_(load), plan_(plan), rows_max_(rows_max) {
    load_.params.clear();
    load_.resolved = nullptr;
    load_.portion = {};
  }

  Result<std::shared_ptr<Document>> document_of(std::string text) const {
    if (text.size() > Document::kBytesMax)
      return std::unexpected(wrong(code::kTooLarge, "the pipeline is too long to be followed"));
    return std::make_shared<Document>(file_, std::move(text));
  }

  std::optional<Pipeline> load(std::shared_ptr<Document> document, const Portion& portion,
                               Diagnostics& diagnostics) const {
    LoadOptions options = load_;
    options.portion = portion;
    return pipelines::load(std::move(document), options, diagnostics);
  }

  /// Loads the trail. ERRORS: it has a mistake that no stage is to blame for.
  Result<LoadedTrail> load(const Trail& trail) const {
    LEAT_TRY_ASSIGN(const std::shared_ptr<Document> document, document_of(yaml_text(trail.tree)));
    Portion portion;
    for (const TrailLook& look : trail.looks) portion.targets.push_back({look.target, {}, {}});
    Diagnostics diagnostics;
    LoadedTrail loaded{load(document, portion, diagnostics), std::nullopt};
    if (loaded.pipeline) return loaded;
    const std::optional<OptionNode> tree = parse_tree(*document, diagnostics);
    const uint32_t at = diagnostics.errors().front().where.begin;
    const auto& stages = find_key(*tree, "stages")->items;
    for (size_t i = 0; i < stages.size(); ++i) {
      if (stages[i].span.begin <= at && at < stages[i].span.end) loaded.wrong_entry = i;
    }
    if (!loaded.wrong_entry || *loaded.wrong_entry >= trail.of_stages.size())
      return std::unexpected(first_of(diagnostics, ""));
    return loaded;
  }

  /// What each look sees. SUSPENDS
  Result<Captures> run(Pipeline& pipeline, const Trail& trail) const {
    Captures captures;
    for (size_t i = 0; i < trail.looks.size(); ++i) {
      auto captured = std::make_unique<CapturedRows>();
      if (trail.looks[i].kind == TrailLook::Kind::kFound) {
        captured->rows_max = rows_max_;
        captured->with_places = true;
      }
      for (Stage& stage : pipeline.stages) {
        if (stage.name != target_name(i)) continue;
        captured->schema = stage.inputs.front();
        stage.bound->species = make_capture(*captured);
      }
      captures.push_back(std::move(captured));
    }
    cut_diamonds(pipeline);
    LEAT_TRY_ASSIGN(const Plan plan, make_plan(pipeline, plan_));
    RunOptions options;
    options.publish = io::Publish::kNo;
    RunReport report = pipelines::run(pipeline, plan, options);
    if (report.error) return std::unexpected(std::move(*report.error));
    return captures;
  }

 private:
  const std::string& file_;
  LoadOptions load_;
  const PlanOptions& plan_;
  const size_t rows_max_;
};

// ---------------------------------------------------------------------------- where to look for it

/// All columns of a stage, also those that nothing reads.
SchemaRef columns_of(const TrailRun& runner, const std::shared_ptr<Document>& document,
                     const std::string& name) {
  Diagnostics diagnostics;
  Portion portion;
  portion.targets.push_back({name, {}, {}});
  const std::optional<Pipeline> pipeline = runner.load(document, portion, diagnostics);
  return pipeline ? pipeline->stages.back().inputs.front() : nullptr;
}

Result<std::vector<size_t>> find_starts(const TrailRun& runner,
                                        const std::shared_ptr<Document>& document,
                                        const Pipeline& pipeline, const TrailWriter& writer,
                                        const TraceQuestion& question) {
  const SourceText where(question.where, {}, {});
  std::vector<size_t> starts;
  std::optional<Error> mistake;
  std::vector<std::string> names;
  for (size_t i = 0; i < pipeline.stages.size(); ++i) {
    const Stage& stage = pipeline.stages[i];
    if (stage.definition->kind == OperatorKind::kSink) continue;
    names.push_back(writer.name(i));
    const bool is_source = stage.definition->kind == OperatorKind::kSource;
    if (question.at.empty() ? !is_source : writer.name(i) != question.at) continue;
    const SchemaRef columns = columns_of(runner, document, writer.name(i));
    Diagnostics diagnostics;
    if (expr::compile_predicate(where, columns ? *columns : *stage.bound->output,
                                pipeline.environment, diagnostics)) {
      starts.push_back(i);
    } else if (!mistake) {
      mistake =
          first_of(diagnostics, fmt::format("--where, of the rows of '{}': ", writer.name(i)));
    }
  }
  if (!starts.empty()) return starts;
  if (mistake) return std::unexpected(std::move(*mistake));
  return std::unexpected(wrong(code::kUnknownStage,
                               fmt::format("there is no stage '{}'", question.at),
                               fmt::format("its stages are '{}'", fmt::join(names, "', '"))));
}

// ------------------------------------------------------------------------------- telling the story

/// The rows of a look by the number that they carry.
class Followed {
 public:
  explicit Followed(const CapturedRows& captured) : captured_(captured) {
    column_ = captured.schema->find(kFollowedColumn);
    for (size_t i = 0; column_ && i < captured.rows.size(); ++i) {
      const auto ids = nlohmann::json::parse(captured.rows[i][*column_], nullptr, false);
      if (!ids.is_string()) continue;
      const std::string text = ids.get<std::string>();
      for (size_t at = 0; at < text.size();) {
        const size_t end = std::min(text.find(',', at), text.size());
        rows_[text.substr(at, end - at)].push_back(i);
        at = end + 1;
      }
    }
  }

  /// Which of rows() carry `id`.
  std::vector<size_t> find(const std::string& id) const {
    const auto found = rows_.find(id);
    return found == rows_.end() ? std::vector<size_t>() : found->second;
  }
  TracedValues values(size_t row) const {
    TracedValues values;
    for (size_t i = 0; i < captured_.schema->size(); ++i) {
      if (i != column_) values.emplace_back((*captured_.schema)[i].name, captured_.rows[row][i]);
    }
    return values;
  }

 private:
  const CapturedRows& captured_;
  std::optional<size_t> column_;
  std::map<std::string, std::vector<size_t>> rows_;
};

/// The values of `row` that the one of `before` has not that is most like it.
TracedValues changes(const std::vector<TracedValues>& before, const TracedValues& row) {
  std::optional<TracedValues> fewest;
  for (const TracedValues& one : before) {
    TracedValues changed;
    for (const auto& value : row) {
      if (std::find(one.begin(), one.end(), value) == one.end()) changed.push_back(value);
    }
    if (!fewest || changed.size() < fewest->size()) fewest = std::move(changed);
  }
  return *fewest;
}

class Story {
 public:
  Story(const Pipeline& pipeline, const TrailWriter& writer, const Trail& trail,
        const Captures& captures)
      : pipeline_(pipeline), writer_(writer), trail_(trail), captures_(captures) {
    for (const auto& captured : captures_) followed_.emplace_back(*captured);
  }

  std::vector<TraceStep> tell(const FollowedRow& row) {
    row_ = &row;
    std::vector<TraceStep> steps;
    rejected_.clear();
    for (size_t i = row.start + 1; i < pipeline_.stages.size(); ++i) {
      if (auto step = step_of(i)) steps.push_back(std::move(*step));
    }
    return steps;
  }

 private:
  const Stage& stage(size_t index) const { return pipeline_.stages[index]; }

  std::optional<size_t> look(TrailLook::Kind kind, size_t stage, size_t port) const {
    for (size_t i = 0; i < trail_.looks.size(); ++i) {
      const TrailLook& one = trail_.looks[i];
      if (one.kind == kind && one.stage == stage && one.port == port) return i;
    }
    return std::nullopt;
  }

  /// The rows at a port that carry the number, and the look that has them.
  std::vector<size_t> rows_at(const From& from, std::optional<size_t>& seen) const {
    const bool rows = from.port == From::kRows;
    seen = look(rows ? TrailLook::Kind::kRows : TrailLook::Kind::kPort, from.stage, from.port);
    return seen ? followed_[*seen].find(row_->id()) : std::vector<size_t>();
  }

  /// The rows that came in by the first input by which any did.
  std::vector<TracedValues> rows_in(size_t index) const {
    std::vector<TracedValues> values;
    for (const From& from : stage(index).from) {
      std::optional<size_t> seen;
      for (const size_t row : rows_at(from, seen)) values.push_back(followed_[*seen].values(row));
      if (!values.empty()) break;
    }
    return values;
  }

  std::optional<TraceStep> step_of(size_t index) {
    TraceStep step{writer_.name(index), std::string(stage(index).definition->name)};
    if (stage(index).definition->kind == OperatorKind::kSink) return step_of_sink(index, step);
    const std::vector<TracedValues> in = rows_in(index);
    if (in.empty()) return std::nullopt;
    std::optional<size_t> seen;
    const std::vector<size_t> out = rows_at({index, From::kRows}, seen);
    if (const auto reason = rejection(index); reason && out.empty()) {
      step.outcome = TraceStep::Outcome::kRejected;
      step.detail = *reason;
      rejected_.insert(index);
    } else if (!seen) {
      step.outcome = TraceStep::Outcome::kNotFollowed;
    } else if (!out.empty()) {
      tell_rows(index, in, out, followed_[*seen], step);
    } else if (const auto port = port_of(index)) {
      step.outcome = TraceStep::Outcome::kPort;
      step.detail = *port;
    } else {
      step.outcome =
          keeps_all(index) ? TraceStep::Outcome::kRejected : TraceStep::Outcome::kDropped;
      step.detail = reason_of(index, in.front());
    }
    return step;
  }

  /// A row that such a stage does not give out was bad.
  bool keeps_all(size_t index) const {
    constexpr std::array<std::string_view, 9> kKeeping{
        "bin", "cast", "derive", "parse", "rename", "sort", "sequence", "select", "window"};
    return std::find(kKeeping.begin(), kKeeping.end(), stage(index).definition->name) !=
           kKeeping.end();
  }

  std::optional<TraceStep> step_of_sink(size_t index, TraceStep& step) const {
    const From& from = stage(index).from.front();
    std::optional<size_t> seen;
    const bool arrives =
        from.port == From::kRejects ? rejected_.contains(from.stage) : !rows_at(from, seen).empty();
    if (!arrives) return std::nullopt;
    step.outcome = TraceStep::Outcome::kWritten;
    if (stage(index).bound->target) step.detail = stage(index).bound->target->text();
    return step;
  }

  void tell_rows(size_t index, const std::vector<TracedValues>& in, const std::vector<size_t>& out,
                 const Followed& rows, TraceStep& step) const {
    const bool grouped = stage(index).definition->name == "aggregate";
    step.row_count = out.size();
    for (size_t i = 0; i < std::min(out.size(), kRowsTold); ++i) {
      const TracedValues row = rows.values(out[i]);
      TracedValues told = grouped ? row : changes(in, row);
      if (!told.empty() || out.size() > 1) step.rows.push_back(std::move(told));
    }
    step.outcome = grouped             ? TraceStep::Outcome::kGrouped
                   : step.rows.empty() ? TraceStep::Outcome::kKept
                                       : TraceStep::Outcome::kChanged;
  }

  /// The reason why the stage rejected the line that the row stands on.
  std::optional<std::string> rejection(size_t index) const {
    const auto seen = look(TrailLook::Kind::kRejects, index, From::kRejects);
    if (!seen || row_->place.file.empty()) return std::nullopt;
    const CapturedRows& captured = *captures_[*seen];
    const auto column = [&](std::string_view name) { return *captured.schema->find(name); };
    for (const auto& row : captured.rows) {
      if (row[column("line")] == std::to_string(row_->place.line) &&
          row[column("file")] == nlohmann::json(row_->place.file).dump())
        return nlohmann::json::parse(row[column("reason")]).get<std::string>();
    }
    return std::nullopt;
  }

  std::optional<std::string> port_of(size_t index) const {
    for (size_t i = 0; i < stage(index).ports.size(); ++i) {
      std::optional<size_t> seen;
      if (!rows_at({index, From::kFurther + i}, seen).empty()) return stage(index).ports[i];
    }
    return std::nullopt;
  }

  /// Why a row that came in did not come out.
  std::string reason_of(size_t index, const TracedValues& in) const {
    const std::string_view name = stage(index).definition->name;
    if (name == "filter") return failed_condition(index, in);
    if (name == "limit") return "it stands behind the first rows";
    if (name == "top") return "others come before it in the order";
    if (name == "distinct") return "another row with the same key was kept";
    if (name == "sample") return "it was not drawn";
    if (name == "unnest" || name == "split") return "it has no elements";
    if (name == "join") {
      const OptionNode* const how = writer_.option(index, "how");
      return how != nullptr && how->scalar.text() == "anti" ? "it has a partner"
                                                            : "it has no partner";
    }
    return {};
  }

  /// The first condition that is not true, with the values it reads.
  std::string failed_condition(size_t index, const TracedValues& in) const {
    const auto seen = look(TrailLook::Kind::kTests, index, From::kRows);
    const OptionNode* const where = writer_.option(index, "where");
    if (!seen || where == nullptr) return {};
    const std::vector<size_t> rows = followed_[*seen].find(row_->id());
    if (rows.empty()) return {};
    const TracedValues row = followed_[*seen].values(rows.front());
    const std::vector<TrailCondition> conditions = conditions_of(where->scalar.text());
    for (size_t i = 0; i < conditions.size(); ++i) {
      const std::string& value = row[row.size() - conditions.size() + i].second;
      if (value == "true") continue;
      std::string read;
      for (const std::string& column : conditions[i].columns) {
        const auto found = std::find_if(in.begin(), in.end(),
                                        [&](const auto& one) { return one.first == column; });
        if (found != in.end())
          read += fmt::format("{}{} {}", read.empty() ? "" : ", ", column, found->second);
      }
      return fmt::format("`{}` is {}{}", conditions[i].text, value == "null" ? "NULL" : value,
                         read.empty() ? "" : " (" + read + ")");
    }
    return {};
  }

  const Pipeline& pipeline_;
  const TrailWriter& writer_;
  const Trail& trail_;
  const Captures& captures_;
  std::vector<Followed> followed_;  // of the captures
  const FollowedRow* row_ = nullptr;
  std::set<size_t> rejected_;  // the stages that rejected it
};

/// The rows that were found; `limit` of all starts together.
std::vector<TracedRow> found_rows(const Trail& trail, const Captures& captures,
                                  const TrailWriter& writer, size_t limit, Trace& result,
                                  std::vector<FollowedRow>& followed) {
  std::vector<TracedRow> rows;
  for (size_t i = 0; i < trail.looks.size(); ++i) {
    const CapturedRows& captured = *captures[i];
    if (trail.looks[i].kind == TrailLook::Kind::kMatches) {
      result.matches += std::stoull(captured.rows.front().front());
      continue;
    }
    const size_t start = trail.looks[i].stage;
    result.stages.push_back(writer.name(start));
    for (size_t k = 0; k < captured.rows.size() && rows.size() < limit; ++k) {
      TracedRow row{
          writer.name(start), std::stoull(captured.rows[k].back()), captured.places[k], {}, {}};
      for (size_t column = 0; column + 1 < captured.schema->size(); ++column)
        row.values.emplace_back((*captured.schema)[column].name, captured.rows[k][column]);
      followed.push_back({start, row.number, row.place});
      rows.push_back(std::move(row));
    }
  }
  return rows;
}

}  // namespace

Result<Trace> trace(const std::string& file, const std::string& text, const LoadOptions& load,
                    const PlanOptions& plan, const TraceQuestion& question) {
  const TrailRun runner(file, load, plan, question.rows);
  LEAT_TRY_ASSIGN(const std::shared_ptr<Document> document, runner.document_of(text));
  Diagnostics diagnostics;
  const std::optional<Pipeline> pipeline = runner.load(document, {}, diagnostics);
  const std::optional<OptionNode> tree = parse_tree(*document, diagnostics);
  if (!pipeline || !tree) return std::unexpected(first_of(diagnostics, ""));
  const TrailWriter writer(*tree, *pipeline);
  for (size_t i = 0; i < pipeline->stages.size(); ++i) {
    if (pipeline->stages[i].bound->reads_stdin) {
      return std::unexpected(wrong(
          code::kReadTwice,
          fmt::format("'{}' reads standard input, which can be read only once", writer.name(i)),
          "put the rows into a file first"));
    }
  }
  LEAT_TRY_ASSIGN(const std::vector<size_t> starts,
                  find_starts(runner, document, *pipeline, writer, question));

  Trace result;
  std::vector<FollowedRow> followed;
  const Trail search = writer.search(starts, question.where);
  LEAT_TRY_ASSIGN(LoadedTrail searching, runner.load(search));
  if (!searching.pipeline)
    return std::unexpected(wrong(code::kInternal, "the rows cannot be looked for"));
  LEAT_TRY_ASSIGN(const Captures found, runner.run(*searching.pipeline, search));
  result.rows = found_rows(search, found, writer, question.rows, result, followed);
  if (followed.empty()) return result;

  std::set<size_t> ends;
  for (;;) {
    const Trail trail = writer.follow(followed, ends);
    LEAT_TRY_ASSIGN(LoadedTrail loaded, runner.load(trail));
    if (!loaded.pipeline) {
      if (!ends.insert(trail.of_stages[*loaded.wrong_entry]).second)
        return std::unexpected(
            wrong(code::kInternal, "the rows cannot be followed through this pipeline"));
      continue;
    }
    LEAT_TRY_ASSIGN(const Captures captures, runner.run(*loaded.pipeline, trail));
    Story story(*pipeline, writer, trail, captures);
    for (size_t i = 0; i < followed.size(); ++i) result.rows[i].steps = story.tell(followed[i]);
    return result;
  }
}

}  // namespace leat::pipelines
