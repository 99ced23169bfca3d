// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// Problem: rows of one stage go two ways and meet again in a join or a union. A lane hands every
// batch to all of its readers before it takes the next split, so if one way must end before the
// other is read, the lanes would wait for themselves.
//
// Invariants
// 1. After cut_diamonds no input is blocked (wiring.h): the run cannot hang for its shape.
// 2. Only the input that waits is cut, so the other one keeps streaming. Each cut makes a segment
//    of what was a part of another, so cutting ends.
//
// Rejected: refusing such pipelines (they are the natural way to write "share of the total");
// channels that grow (state outside the budget).
#include "pipelines/run/cuts.h"

#include <utility>

#include <fmt/format.h>

#include "operators/state/spool.h"
#include "pipelines/run/wiring.h"

namespace leat::pipelines {
namespace {

/// A stage that keeps the rows of `from` until they are asked for.
Stage make_spool(const Pipeline& pipeline, From from, SchemaRef schema) {
  Stage spool;
  const Stage& above = pipeline.stages[from.stage];
  spool.name = fmt::format("spool of {}", above.name);
  spool.definition = &state::spool_definition();
  spool.bound = state::bind_spool(schema);
  spool.inputs = {std::move(schema)};
  spool.from = {from};
  spool.span = above.span;
  return spool;
}

}  // namespace

void cut_diamonds(Pipeline& pipeline) {
  // A cut blocks nobody, so what was not blocked need not be looked at again.
  size_t from = 0;
  while (const std::optional<InputRef> blocked = blocked_input(pipeline, from)) {
    const size_t at = blocked->stage;
    const Stage& reader = pipeline.stages[at];
    const From rows = reader.from[blocked->input];
    pipeline.notes.push_back(fmt::format(
        "spool: rows of '{}' are kept until the other input of '{}' has ended, as both come from "
        "one stage",
        pipeline.stages[rows.stage].name, reader.name));
    Stage spool = make_spool(pipeline, rows, reader.inputs[blocked->input]);
    // It stands right before its reader: all numbers from there on move by one.
    for (Stage& stage : pipeline.stages) {
      for (From& input : stage.from) input.stage += input.stage >= at ? 1 : 0;
    }
    pipeline.stages[at].from[blocked->input] = From{at};
    pipeline.stages.insert(pipeline.stages.begin() + static_cast<ptrdiff_t>(at), std::move(spool));
    from = at + 1;  // the reader, which may have other inputs that are blocked
  }
}

}  // namespace leat::pipelines
