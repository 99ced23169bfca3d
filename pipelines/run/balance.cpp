// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Problem: rows must not get lost without anybody noticing, whatever bug or fault made them vanish.
//
// Invariants
// 1. Both sides of every comparison were counted by different code: senders and receivers, the run and the operator.
// 2. A run whose books do not balance has failed, and its outputs do not appear.
//
// Rejected: comparing only the rows read with the rows written (says that rows are lost, not
// where).
#include "pipelines/run/balance.h"

#include <memory>
#include <string>

#include <fmt/format.h>

#include "engine/codes/data.h"
#include "engine/codes/machine.h"
#include "pipelines/run/run.h"

namespace leat::pipelines {
namespace {

std::string side_text(std::span<const Counter> side, const Ledger& ledger) {
  std::string text;
  for (const Counter counter : side) {
    text += fmt::format("{}{} {}", text.empty() ? "" : " + ", to_string(counter), ledger[counter]);
  }
  return text;
}

Error imbalance(const Stage& stage, std::string message) {
  Error error(
      code::kLedger, ErrorCode::kInternal, std::move(message),
      "this is a bug in leat or in a plugin; the outputs were not touched. Please report it");
  error.pipeline = stage.span;
  error.stage = stage.name;
  return error;
}

std::optional<Error> unbalanced(const Stage& stage, const std::vector<Equation>& equations,
                                const Ledger& ledger) {
  for (const Equation& equation : equations) {
    if (equation.holds(ledger)) continue;
    return imbalance(stage, fmt::format("the ledger of stage '{}' does not balance: {} is not {}",
                                        stage.name, side_text(equation.left(), ledger),
                                        side_text(equation.right(), ledger)));
  }
  return std::nullopt;
}

uint64_t sent_by(const StageReport& stage, size_t port) {
  if (port == From::kRows) return stage.ledger[Counter::kOut];
  if (port == From::kRejects) return stage.rejected();
  return stage.further_sent[port - From::kFurther];
}

}  // namespace

uint64_t StageReport::rejected() const {
  uint64_t rows = ledger[Counter::kRejected];
  for (const Ledger& side : sides) rows += side[Counter::kRejected];
  return rows;
}

std::optional<Error> find_imbalance(const Pipeline& pipeline, const RunReport& report) {
  for (size_t index = 0; index < pipeline.stages.size(); ++index) {
    const Stage& stage = pipeline.stages[index];
    const StageReport& found = report.stages[index];
    if (auto error = unbalanced(stage, stage.bound->equations, found.ledger)) return error;
    for (const Ledger& side : found.sides) {
      const std::vector<Equation> collected = {
          {{Counter::kIn}, {Counter::kFolded, Counter::kSkipped, Counter::kRejected}}};
      if (auto error = unbalanced(stage, collected, side)) return error;
    }
    for (size_t input = 0; input < stage.from.size(); ++input) {
      const From& from = stage.from[input];
      const uint64_t sent = sent_by(report.stages[from.stage], from.port);
      if (sent == found.received[input]) continue;
      return imbalance(
          stage,
          fmt::format("stage '{}' sent {} rows to stage '{}', which received {}",
                      pipeline.stages[from.stage].name, sent, stage.name, found.received[input]));
    }
  }
  for (const EdgeReport& edge : report.edges) {
    if (!edge.ordered || edge.sent == edge.received) continue;
    const Stage& stage = pipeline.stages[edge.stage];
    return imbalance(stage,
                     fmt::format("{} rows were sent to the head of stage '{}', which received {}",
                                 edge.sent, stage.name, edge.received));
  }
  return std::nullopt;
}

std::optional<Error> find_excess(const Pipeline& pipeline,
                                 const std::vector<StageReport>& reports) {
  if (!pipeline.max_rejects) return std::nullopt;
  uint64_t rejected = 0;
  uint64_t read = 0;
  const Error* first = nullptr;
  for (const StageReport& report : reports) {
    rejected += report.rejected();
    read += report.ledger[Counter::kRead];
    if (first == nullptr && report.first_reject) first = &*report.first_reject;
  }
  const RejectLimit& limit = *pipeline.max_rejects;
  const bool exceeded =
      (limit.count && rejected > *limit.count) ||
      (limit.share && static_cast<double>(rejected) > *limit.share * static_cast<double>(read));
  if (!exceeded) return std::nullopt;
  Error error(code::kTooManyRejects, ErrorCode::kData,
              fmt::format("{}{} rejected, more than the {} that max_rejects allows", rejected,
                          limit.share     ? fmt::format(" of {} rows were", read)
                          : rejected == 1 ? " row was"
                                          : " rows were",
                          limit.written.text()),
              "rejects are written when the run succeeds: to see them all, raise max_rejects");
  error.pipeline = limit.written.span();
  if (first != nullptr) error.cause = std::make_shared<const Error>(*first);
  return error;
}

}  // namespace leat::pipelines
