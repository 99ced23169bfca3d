// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// The connections of a pipeline: what stands under `connections`, with its values. See
// connections.cpp.
#pragma once

#include "operators/diagnostic.h"
#include "operators/plugin/plugin_set.h"
#include "pipelines/load/interpolate.h"
#include "pipelines/load/spec.h"
#include "pipelines/text/redactions.h"

namespace leat::pipelines {

/// Checks the connections of `spec` and puts values into them. Reports unknown types and fields,
/// values that are wrong, and connections of the pipeline's own file that no stage uses.
/// `redactions`, if not null, learn what no output shows. The result is online.
plugin::Connections resolve_connections(Spec& spec, Interpolator& interpolator,
                                        Redactions* redactions, Diagnostics& diagnostics);

/// Makes each connection that a stage uses, once. Stages with one that cannot be made, or that was
/// reported, become `broken`. SUSPENDS.
void try_connections(Spec& spec, const plugin::PluginSet& plugins, Diagnostics& diagnostics);

}  // namespace leat::pipelines
