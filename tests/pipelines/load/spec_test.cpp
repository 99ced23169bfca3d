// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include "pipelines/load/spec.h"

#include <string>

#include <gtest/gtest.h>

#include "pipelines/text/yaml_tree.h"
#include "tests/pipelines/fake_operators.h"

namespace leat::pipelines {
namespace {

using testing::errors_of;
SourceText source(const std::string& text) {
  return SourceText(text, {0, static_cast<uint32_t>(text.size())}, {{0, 0}});
}

Spec spec_of(const std::string& text) {
  const Document document("job.yaml", text);
  Diagnostics diagnostics;
  const auto root = parse_tree(document, diagnostics);
  EXPECT_TRUE(root);
  Spec spec = read_spec(document, {*root, {}, {}}, testing::fake_operators(), diagnostics);
  EXPECT_TRUE(diagnostics.ok()) << diagnostics.errors().front().message;
  return spec;
}

TEST(ReadSpec, EveryKeyHasItsField) {
  const Spec spec = spec_of(R"(
name: revenue
doc: for the report
params:
  since: { type: date, default: 2026-01-01, doc: first day }
  top:
settings: { memory: 2GiB, procs: auto, fuse: off }
on_error: skip
max_rejects: 1%
stages:
  - read_csv: { path: in.csv }
    name: orders
    on_error: reject
    lanes: 2
    capacity: 8
    doc: all orders
  - from: orders
    acme.enrich: amount > 1
)");
  EXPECT_EQ(spec.name->text(), "revenue");
  EXPECT_EQ(spec.doc, "for the report");
  ASSERT_EQ(spec.params.size(), 2U);
  EXPECT_EQ(spec.params[0].name.text(), "since");
  EXPECT_EQ(spec.params[0].type->text(), "date");
  EXPECT_EQ(spec.params[0].default_value->scalar.text(), "2026-01-01");
  EXPECT_EQ(spec.params[0].doc, "first day");
  EXPECT_FALSE(spec.params[1].type);
  EXPECT_EQ(spec.memory->text(), "2GiB");
  EXPECT_EQ(spec.procs->text(), "auto");
  EXPECT_EQ(spec.fuse->text(), "off");
  EXPECT_EQ(spec.on_error->text(), "skip");
  EXPECT_EQ(spec.max_rejects->text(), "1%");
  ASSERT_EQ(spec.stages.size(), 2U);
  const StageSpec& read = spec.stages[0];
  EXPECT_EQ(read.operator_key.text(), "read_csv");
  EXPECT_EQ(read.definition->name, "read_csv");
  EXPECT_EQ(read.options.entries.at(0).name.text(), "path");
  EXPECT_EQ(read.name->text(), "orders");
  EXPECT_EQ(read.on_error->text(), "reject");
  EXPECT_EQ(read.lanes->text(), "2");
  EXPECT_EQ(read.capacity->text(), "8");
  EXPECT_EQ(read.doc, "all orders");
  EXPECT_EQ(spec.stages[1].operator_key.text(), "acme.enrich");
  EXPECT_EQ(spec.stages[1].from->scalar.text(), "orders");
  EXPECT_FALSE(spec.stages[1].broken);
}

TEST(ReadSpec, Values) {
  Diagnostics diagnostics;
  EXPECT_EQ(read_bytes(source("512MiB"), diagnostics), uint64_t{512} << 20);
  EXPECT_EQ(read_count("lanes", source("1024"), 1024, diagnostics), 1024);
  EXPECT_EQ(read_switch("fuse", source("on"), diagnostics), true);
  EXPECT_EQ(read_switch("fuse", source("false"), diagnostics), false);
  EXPECT_EQ(read_on_error(source("fail"), diagnostics), OnError::kFail);
  EXPECT_EQ(read_on_error(source("reject"), diagnostics), OnError::kReject);
  EXPECT_EQ(read_reject_limit(source("100"), diagnostics)->count, 100U);
  EXPECT_FALSE(read_reject_limit(source("100"), diagnostics)->share);
  EXPECT_EQ(read_reject_limit(source("0"), diagnostics)->count, 0U);
  EXPECT_EQ(read_reject_limit(source("0.5%"), diagnostics)->share, 0.005);
  EXPECT_EQ(read_reject_limit(source("100%"), diagnostics)->share, 1.0);
  EXPECT_TRUE(diagnostics.ok());
}

TEST(ReadSpec, ValuesOutOfRange) {
  for (const std::string text : {"0", "65537", "1.5", "", "x", "-1", " 1"}) {
    Diagnostics diagnostics;
    EXPECT_FALSE(read_count("lanes", source(text), 1024, diagnostics)) << text;
    EXPECT_EQ(diagnostics.count(), 1U);
  }
  for (const std::string text : {"-1", "101%", "%", "", "0.5", "1e3", "nan%", "x"}) {
    Diagnostics diagnostics;
    EXPECT_FALSE(read_reject_limit(source(text), diagnostics)) << text;
    EXPECT_EQ(diagnostics.count(), 1U);
  }
  for (const std::string text : {"0", "", "lots", "-1GiB"}) {
    Diagnostics diagnostics;
    EXPECT_FALSE(read_bytes(source(text), diagnostics)) << text;
    EXPECT_EQ(diagnostics.count(), 1U);
  }
}

TEST(Spec, TopIsAList) {
  EXPECT_EQ(errors_of(R"(- read_csv: in.csv
- write_csv: out.csv
)"),
            R"(job.yaml:1:1: error: a pipeline is a mapping of keys
- read_csv: in.csv
^
  hint: write 'stages:' above the list
1 error
)");
}

TEST(Spec, TopIsAScalar) {
  EXPECT_EQ(errors_of(R"(read_csv
)"),
            R"(job.yaml:1:1: error: a pipeline is a mapping of keys
read_csv
^
  hint: begin with 'stages:' and a list of stages
1 error
)");
}

TEST(Spec, NoStages) {
  EXPECT_EQ(errors_of(R"(name: x
)"),
            R"(job.yaml:1:1: error: the pipeline has no 'stages'
name: x
^
  hint: write 'stages:' and below it a list such as '- read_csv: data.csv'
1 error
)");
}

TEST(Spec, StagesOfTheWrongShape) {
  EXPECT_EQ(errors_of(R"(stages: { read_csv: in.csv }
)"),
            R"(job.yaml:1:9: error: 'stages' must be a list
stages: { read_csv: in.csv }
        ^~~~~~~~~~~~~~~~~~~~
  hint: write each stage as an item: '- read_csv: data.csv'
1 error
)");
}

TEST(Spec, StagesWithoutValue) {
  EXPECT_EQ(errors_of(R"(stages:
)"),
            R"(job.yaml:1:1: error: 'stages' is empty
stages:
^~~~~~
  hint: write each stage as an item: '- read_csv: data.csv'
1 error
)");
}

TEST(Spec, EmptyStages) {
  EXPECT_EQ(errors_of(R"(stages: []
)"),
            R"(job.yaml:1:9: error: 'stages' is empty
stages: []
        ^~
  hint: a pipeline needs a source and a sink
1 error
)");
}

TEST(Spec, UnknownAndReservedTopKeys) {
  EXPECT_EQ(errors_of(R"(nmae: x
schema: y
filter: z
foo: 1
stages:
  - read_csv: in.csv
  - write_csv: out.csv
)"),
            R"(job.yaml:1:1: error: the pipeline has no key 'nmae'
nmae: x
^~~~
  hint: did you mean 'name'?
job.yaml:2:1: error: the key 'schema' is reserved for later versions
schema: y
^~~~~~
  hint: the option 'columns' of a source declares its columns
job.yaml:3:1: error: the operator 'filter' stands outside of 'stages'
filter: z
^~~~~~
  hint: write it as an item of the list under 'stages': '- filter: ...'
job.yaml:4:1: error: the pipeline has no key 'foo'
foo: 1
^~~
  hint: its keys are 'name', 'doc', 'requires', 'include', 'plugins', 'connections', 'params', 'settings', )"
            R"('on_error', 'max_rejects', 'groups', 'stages', 'tests'
4 errors
)");
}

TEST(Spec, KeysForAnchorsAndAVersionThatIsMet) {
  EXPECT_EQ(errors_of(R"(requires: leat >= 0.1
x-columns: &columns { id: int64 }
stages:
  - read_csv: { path: in.csv, columns: *columns }
  - write_csv: out.csv
)"),
            "");
}

TEST(Spec, AVersionThatIsNotMet) {
  EXPECT_EQ(
      errors_of("requires: leat >= 99.1\nstages:\n  - read_csv: a\n  - write_csv: b\n"),
      "job.yaml:1:11: error: this pipeline needs leat >= 99.1, and this is leat " LEAT_VERSION
      "\nrequires: leat >= 99.1\n          ^~~~~~~~~~~~\n  hint: install a newer leat\n1 error\n");
  EXPECT_EQ(errors_of("requires: 1.2\nstages:\n  - read_csv: a\n  - write_csv: b\n"),
            "job.yaml:1:11: error: 'requires' cannot be '1.2'\nrequires: 1.2\n          ^~~\n"
            "  hint: write the least version, as in 'leat >= 1.2'\n1 error\n");
}

TEST(Spec, ValuesOfTheWrongShape) {
  EXPECT_EQ(errors_of(R"(name: [a]
doc:
settings: x
params: [a]
stages:
  - read_csv: in.csv
    name: { a: b }
    lanes:
  - write_csv: out.csv
)"),
            R"(job.yaml:1:7: error: 'name' must be a single value
name: [a]
      ^~~
job.yaml:2:1: error: 'doc' has no value
doc:
^~~
job.yaml:3:11: error: 'settings' must be a mapping of settings
settings: x
          ^
job.yaml:4:9: error: 'params' must be a mapping of parameters
params: [a]
        ^~~
job.yaml:7:11: error: 'name' must be a single value
    name: { a: b }
          ^~~~~~~~
job.yaml:8:5: error: 'lanes' has no value
    lanes:
    ^~~~~
6 errors
)");
}

TEST(Spec, Settings) {
  EXPECT_EQ(errors_of(R"(settings: { memory: 2XiB, procs: 0, fuse: maybe, foo: 1 }
on_error: rejct
max_rejects: 0.1
stages:
  - read_csv: in.csv
    lanes: many
    capacity: -1
    on_error: ignore
  - write_csv: out.csv
)"),
            R"(job.yaml:1:21: error: '2XiB' is not an amount of memory
settings: { memory: 2XiB, procs: 0, fuse: maybe, foo: 1 }
                    ^~~~
  hint: write a number and a unit, such as 512MiB or 2GiB
job.yaml:1:34: error: 'procs' must be a whole number from 1 to 1024, not '0'
settings: { memory: 2XiB, procs: 0, fuse: maybe, foo: 1 }
                                 ^
job.yaml:1:43: error: 'fuse' must be 'on' or 'off', not 'maybe'
settings: { memory: 2XiB, procs: 0, fuse: maybe, foo: 1 }
                                          ^~~~~
job.yaml:1:50: error: 'settings' has no key 'foo'
settings: { memory: 2XiB, procs: 0, fuse: maybe, foo: 1 }
                                                 ^~~
  hint: its keys are 'memory', 'procs', 'fuse', 'spill', 'sandbox'
job.yaml:2:11: error: 'rejct' is not a valid on_error value
on_error: rejct
          ^~~~~
  hint: did you mean 'reject'?
job.yaml:3:14: error: 'max_rejects' must be a count or a share, not '0.1'
max_rejects: 0.1
             ^~~
  hint: write the share as '10%'
job.yaml:6:12: error: 'lanes' must be a whole number from 1 to 1024, not 'many'
    lanes: many
           ^~~~
job.yaml:7:15: error: 'capacity' must be a whole number from 1 to 65536, not '-1'
    capacity: -1
              ^~
job.yaml:8:15: error: 'ignore' is not a valid on_error value
    on_error: ignore
              ^~~~~~
  hint: choose one of 'fail', 'skip', 'reject'
9 errors
)");
}

TEST(Spec, MaxRejectsIsNoNumber) {
  EXPECT_EQ(errors_of(R"(max_rejects: 120%
stages:
  - read_csv: in.csv
  - write_csv: out.csv
)"),
            R"(job.yaml:1:14: error: 'max_rejects' must be a count or a share, not '120%'
max_rejects: 120%
             ^~~~
  hint: a share is 100% at most
1 error
)");
}

}  // namespace
}  // namespace leat::pipelines
