// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
// The operator: what binding finds out and reports, and the way from files to rows. Decoding is
// tested in tests/operators/csv/csv_decoder_test.cpp.
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/operators/input/source_run.h"
#include "tests/operators/output/pack.h"
#include "tests/support/temp_dir.h"

namespace leat {

extern const OperatorDef operator_read_csv;

namespace {

using test::Opt;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

class ReadCsvTest : public ::testing::Test {
 protected:
  std::string write(const std::string& name, const std::string& text) {
    return folder_.write(name, text);
  }
  test::Binding bind(std::vector<std::pair<std::string, Opt>> options) {
    return test::bind(operator_read_csv, Opt::map(std::move(options)), nullptr);
  }
  /// Binds and runs; the schema is in schema_.
  test::Run run(std::vector<std::pair<std::string, Opt>> options,
                OnError on_error = OnError::kFail) {
    const test::Binding binding =
        test::bind_ok(operator_read_csv, Opt::map(std::move(options)), nullptr);
    if (!binding.bound) return {};
    schema_.clear();
    for (const Field& field : binding.bound->output->fields())
      schema_.push_back(field.name + " " + to_string(field.type));
    fixture_ = std::make_unique<test::OperatorFixture>(size_t{1} << 30, on_error);
    return test::run_source(*fixture_, *binding.bound);
  }
  /// A mistake with the test's folder taken out.
  std::vector<std::string> shortened(std::vector<std::string> texts) const {
    for (std::string& text : texts) {
      for (size_t at; (at = text.find(folder_.path() + "/")) != std::string::npos;)
        text.erase(at, folder_.path().size() + 1);
    }
    return texts;
  }

  test::TempDir folder_;
  std::unique_ptr<test::OperatorFixture> fixture_;
  std::vector<std::string> schema_;
};

TEST_F(ReadCsvTest, NamesThatStandTwiceByPolicy) {
  const std::string path = write("twice.csv", "x,y,x,x_2,x\n1,a,2,3,4\n");
  const auto numbered = run({{"path", path}, {"duplicate_names", "number"}});
  EXPECT_THAT(schema_, ElementsAre("x int64", "y utf8", "x_3 int64", "x_2 int64", "x_4 int64"));
  EXPECT_THAT(numbered.rows, ElementsAre("1|a|2|3|4"));
  const auto chosen = run({{"path", path},
                           {"duplicate_names", "number"},
                           {"columns", Opt::map({{"x_4", "utf8"}, {"x", "int64"}})}});
  EXPECT_THAT(chosen.rows, ElementsAre("1|4"));
  const auto last = run({{"path", path}, {"duplicate_names", "last"}});
  EXPECT_THAT(schema_, ElementsAre("y utf8", "x_2 int64", "x int64"));
  EXPECT_THAT(last.rows, ElementsAre("a|3|4"));
  const auto typed =
      run({{"path", path}, {"duplicate_names", "last"}, {"types", Opt::map({{"x", "utf8"}})}});
  EXPECT_THAT(schema_, ElementsAre("y utf8", "x_2 int64", "x utf8"));
  const auto declared =
      run({{"path", path}, {"duplicate_names", "last"}, {"columns", Opt::map({{"x", "int64"}})}});
  EXPECT_THAT(declared.rows, ElementsAre("4"));
  EXPECT_EQ(bind({{"path", path}}).mistakes.size(), 2u);
}

TEST_F(ReadCsvTest, FilesWhoseColumnsDiffer) {
  write("y1.csv", "id,price\n1,2\n3,\n");
  write("y2.csv", "");
  write("y3.csv", "city,price,id\nBath,2.50,4\nUlm,5\n");
  const std::string path = folder_.file("y*.csv");
  auto result = run({{"path", path}, {"columns_by", "name"}, {"row_column", "nr"}}, OnError::kSkip);
  EXPECT_THAT(schema_, ElementsAre("id int64", "price float64", "city utf8", "nr int64"));
  EXPECT_THAT(result.rows, ElementsAre("1|2|NULL|1", "3|NULL|NULL|2", "4|2.5|Bath|1"));
  result = run({{"path", path},
                {"columns_by", "position"},
                {"ragged", "pad"},
                {"duplicate_names", "number"}});
  EXPECT_THAT(schema_, ElementsAre("id utf8", "price float64", "id_2 int64"));
  EXPECT_THAT(result.rows, ElementsAre("1|2|NULL", "3|NULL|NULL", "Bath|2.5|4", "Ulm|5|NULL"));
  result = run({{"path", path},
                {"columns_by", "name"},
                {"columns", Opt::map({{"city", "utf8"}, {"id", "int64"}})},
                {"ragged", "pad"}});
  EXPECT_THAT(result.rows, ElementsAre("1|NULL", "3|NULL", "4|Bath", "NULL|Ulm"))
      << "in the order of the files";
}

TEST_F(ReadCsvTest, ColumnsByNameNeedNames) {
  const std::string path = write("a.csv", "1,2\n");
  EXPECT_THAT(bind({{"path", path}, {"columns_by", "name"}, {"header", "false"}}).mistakes,
              ElementsAre("columns have no names without a header [name]"));
  EXPECT_THAT(
      bind({{"path", path}, {"columns_by", "name"}, {"columns", Opt::map({{"x", "int64"}})}})
          .mistakes,
      ElementsAre("no file has a column 'x' [x]"));
}

TEST_F(ReadCsvTest, GuessesTypesAndReadsRows) {
  const auto result = run({{"path", write("a.csv",
                                          "id,zip,price,day,ok,note\n1,00123,2.5,1970-01-02,true,"
                                          "\n2,00456,3,1970-01-03,false,x\n")}});
  EXPECT_THAT(schema_, ElementsAre("id int64", "zip utf8", "price float64", "day date", "ok bool",
                                   "note utf8"));
  EXPECT_THAT(result.rows, ElementsAre("1|00123|2.5|1|true|NULL", "2|00456|3|2|false|x"));
}

TEST_F(ReadCsvTest, DeclaredColumnsAreTheSchema) {
  const std::string path = write("a.csv", "id,zip,price\n1,00123,2.5\n");
  const auto result =
      run({{"path", path}, {"columns", Opt::map({{"price", "decimal(10,2)"}, {"id", "utf8"}})}});
  EXPECT_THAT(schema_, ElementsAre("id utf8", "price decimal(10,2)")) << "in the order of the file";
  EXPECT_THAT(result.rows, ElementsAre("1|250"));
}

TEST_F(ReadCsvTest, TypesOfSomeColumnsCanBeGiven) {
  const auto result =
      run({{"path", write("a.csv", "id,n\n1,2\n")}, {"types", Opt::map({{"n", "float64"}})}});
  EXPECT_THAT(schema_, ElementsAre("id int64", "n float64"));
  EXPECT_THAT(result.rows, ElementsAre("1|2"));
}

TEST_F(ReadCsvTest, WithoutAHeader) {
  const std::string path = write("a.csv", "Hamburg;12.0\nBulawayo;8.9\n");
  auto result = run({{"path", path},
                     {"delimiter", ";"},
                     {"header", "false"},
                     {"columns", Opt::map({{"station", "utf8"}, {"t", "float64"}})}});
  EXPECT_THAT(result.rows, ElementsAre("Hamburg|12", "Bulawayo|8.9"));
  result = run({{"path", path}, {"delimiter", ";"}, {"header", "false"}});
  EXPECT_THAT(schema_, ElementsAre("column1 utf8", "column2 float64"));
}

TEST_F(ReadCsvTest, OtherDialects) {
  EXPECT_THAT(
      run({{"path", write("t.tsv", "a\tb\n'x\ty'\t2\n")}, {"delimiter", "\\t"}, {"quote", "'"}})
          .rows,
      ElementsAre("x\ty|2"));
  EXPECT_THAT(run({{"path", write("q.csv", "a,b\n5\" pipe,\"\n")}, {"quote", ""}}).rows,
              ElementsAre("5\" pipe|\""));
  EXPECT_THAT(run({{"path", write("e.csv", "a,b\n\"x\\\"y\",2\n")}, {"escape", "\\"}}).rows,
              ElementsAre("x\"y|2"));
  EXPECT_THAT(run({{"path", write("c.csv", "# one\na,b\n# \"two\n1,2\n")}, {"comment", "#"}}).rows,
              ElementsAre("1|2"));
  EXPECT_THAT(run({{"path", write("s.csv", "junk \"\n\nmore\na\n1\n")}, {"skip", "3"}}).rows,
              ElementsAre("1"));
  EXPECT_THAT(
      run({{"path", write("n.csv", "a,b\nNA,-\n")}, {"nulls", Opt::list({"NA", "-"})}}).rows,
      ElementsAre("NULL|NULL"));
  EXPECT_THAT(run({{"path", write("p.csv", "a,b\n1\n")}, {"ragged", "pad"}}).rows,
              ElementsAre("1|NULL"));
}

TEST_F(ReadCsvTest, RecordsWithMoreFieldsThanTheHeader) {
  const std::string path = write("r.csv", "a,b\n1\n2,x,y,z\n3,y\n");
  EXPECT_THAT(run({{"path", path}, {"ragged", "truncate"}}, OnError::kSkip).rows,
              ElementsAre("2|x", "3|y"));
  EXPECT_THAT(run({{"path", path}, {"ragged", "both"}}).rows, ElementsAre("1|NULL", "2|x", "3|y"));
}

TEST_F(ReadCsvTest, DelimitersOfSeveralBytes) {
  EXPECT_THAT(run({{"path", write("d.csv", "id||\"a||b\"||c\n1||x|y||\n2||\"q\"\"||\"||z\n")},
                   {"delimiter", "||"}})
                  .rows,
              ElementsAre("1|x|y|NULL", "2|q\"|||z"));
  EXPECT_THAT(schema_, ElementsAre("id int64", "a||b utf8", "c utf8"));
  EXPECT_THAT(run({{"path", write("p.csv",
                                  "a\xC2\xA7"
                                  "b\n1\xC2\xA7\xC3\xA9\n")},
                   {"delimiter", "\xC2\xA7"}})
                  .rows,
              ElementsAre("1|\xC3\xA9"));
}

TEST_F(ReadCsvTest, NamesThatAreEmptyInTheHeader) {
  const std::string path = write("n.csv", ",a,\n1,x,2\n");
  run({{"path", path}});
  EXPECT_THAT(schema_, ElementsAre("column1 int64", "a utf8", "column3 int64"));
  EXPECT_THAT(run({{"path", path}, {"empty_names", "drop"}}).rows, ElementsAre("x"));
  EXPECT_THAT(bind({{"path", path}, {"empty_names", "error"}}).mistakes,
              ElementsAre("the header of '" + path + "' has no name for column 1 [" + path + "]"));
  EXPECT_THAT(
      run({{"path", path}, {"empty_names", "error"}, {"columns", Opt::map({{"a", "utf8"}})}}).rows,
      ElementsAre("x"));
}

TEST_F(ReadCsvTest, NamesThatDifferInCase) {
  const std::string path = write("c.csv", "ID,Name,name\n1,x,y\n");
  EXPECT_THAT(
      run({{"path", path}, {"columns", Opt::map({{"id", "int64"}, {"name", "utf8"}})}}).rows,
      ElementsAre("1|y"));
  EXPECT_THAT(schema_, ElementsAre("id int64", "name utf8"));
  run({{"path", path}, {"types", Opt::map({{"id", "utf8"}})}});
  EXPECT_THAT(schema_, ElementsAre("ID utf8", "Name utf8", "name utf8"));
  EXPECT_THAT(bind({{"path", path}, {"columns", Opt::map({{"NAME", "utf8"}})}}).mistakes,
              ElementsAre("the header of '" + path + "' has no column 'NAME' [NAME]"));
}

TEST_F(ReadCsvTest, FilesThatNameTheirDelimiter) {
  write("s1.csv", "sep=;\nid;n\n1;2\n");
  write("s2.csv", "id;n\n3;4\n");
  const std::string path = folder_.file("s*.csv");
  EXPECT_THAT(run({{"path", path}, {"delimiter", "auto"}, {"row_column", "nr"}}).rows,
              ElementsAre("1|2|1", "3|4|1"));
}

TEST_F(ReadCsvTest, ByteOrderMarkCarriageReturnsAndQuotedHeader) {
  const auto result = run(
      {{"path", write("a.csv", "\xEF\xBB\xBF\"id\",\"a \"\"b\"\"\"\r\n1,x\r\n2,\"y\r\nz\"\r\n")}});
  EXPECT_THAT(schema_, ElementsAre("id int64", "a \"b\" utf8"));
  EXPECT_THAT(result.rows, ElementsAre("1|x", "2|y\r\nz"));
}

TEST_F(ReadCsvTest, EmptyFiles) {
  EXPECT_THAT(run({{"path", write("h.csv", "a,b\n")}}).rows, ElementsAre());
  EXPECT_THAT(schema_, ElementsAre("a utf8", "b utf8"));
  EXPECT_THAT(run({{"path", write("e.csv", "")}, {"columns", Opt::map({{"x", "int64"}})}}).rows,
              ElementsAre());
  EXPECT_THAT(schema_, ElementsAre("x int64"));
  EXPECT_THAT(run({{"path", write("o.csv", "a,b\n,\n,\n")}}).rows,
              ElementsAre("NULL|NULL", "NULL|NULL"));
  EXPECT_THAT(schema_, ElementsAre("a utf8", "b utf8"));
  EXPECT_THAT(shortened(bind({{"path", folder_.file("e.csv")}}).mistakes),
              ElementsAre("'e.csv' is empty, so its columns are not known [e.csv]"));
}

TEST_F(ReadCsvTest, ManyFilesAreReadInOrder) {
  write("d/b.csv", "id,n\n3,c\n4,d\n");
  write("d/a.csv", "id,n\n1,a\n2,b");
  write("d/c.csv", "");
  const auto result = run({{"path", folder_.file("d/*.csv")}});
  EXPECT_THAT(result.rows, ElementsAre("1|a", "2|b", "3|c", "4|d"));
  EXPECT_TRUE(std::is_sorted(result.ids.begin(), result.ids.end()));
}

TEST_F(ReadCsvTest, CompressedFilesAreReadAsWhatTheyHold) {
  std::string text = "id,n\n";
  for (int i = 0; i < 200'000; ++i) text += fmt::format("{},\"n{}\"\n", i, i);
  const auto plain = run({{"path", write("a.csv", text)}});
  const size_t half = text.find("\n", text.size() / 2);
  const auto packed = run({{"path", write("a.csv.gz", test::gzip(text.substr(0, half)) +
                                                          test::gzip(text.substr(half)))}});
  EXPECT_TRUE(packed.rows == plain.rows);
  EXPECT_EQ(packed.ids, plain.ids);
}

TEST_F(ReadCsvTest, TheSampleSpansFiles) {
  write("d/a.csv", "id\n");
  write("d/b.csv", "id\n1\n");
  write("d/c.csv", "id\nx\n");
  run({{"path", folder_.file("d/*.csv")}});
  EXPECT_THAT(schema_, ElementsAre("id utf8"));
}

TEST_F(ReadCsvTest, HeadersMustMatch) {
  write("a.csv", "id,name\n");
  write("b.csv", "id,title\n");
  EXPECT_THAT(shortened(bind({{"path", folder_.file("*.csv")}}).mistakes),
              ElementsAre("column 2 is called 'title' in 'b.csv' and 'name' in 'a.csv' [*.csv]"));
}

TEST_F(ReadCsvTest, MistakesAreFoundWhileBinding) {
  const std::string path = write("orders.csv", "id,customer\n1,a\n");
  EXPECT_THAT(shortened(bind({{"path", folder_.file("order.csv")}}).hints),
              ElementsAre("did you mean 'orders.csv'?"));
  auto binding =
      bind({{"path", path}, {"columns", Opt::map({{"id", "int64"}, {"custmer", "utf8"}})}});
  EXPECT_THAT(shortened(binding.mistakes),
              ElementsAre("the header of 'orders.csv' has no column 'custmer' [custmer]"));
  EXPECT_THAT(binding.hints, ElementsAre("did you mean 'customer'?"));
  binding =
      bind({{"path", path}, {"columns", Opt::map({{"id", "int46"}, {"customer", "list<utf8>"}})}});
  EXPECT_THAT(binding.mistakes,
              ElementsAre("'int46' is not a type [int46]",
                          "a field of text cannot be read as list<utf8> [list<utf8>]"));
  EXPECT_THAT(bind({{"path", path}, {"delimiter", ","}, {"quote", ","}}).mistakes,
              ElementsAre("'delimiter' and 'quote' are the same character [,]"));
  EXPECT_THAT(bind({{"path", path}, {"quote", "ab"}}).mistakes,
              ElementsAre("option 'quote' must be one ASCII character [ab]"));
  EXPECT_THAT(bind({{"path", path}, {"max_record", "1k"}, {"chunk", "4MiB"}}).mistakes,
              ElementsAre("max_record is 1 KiB, it must be from 2 MiB to 1 GiB [1k]",
                          "chunk is 4 MiB, it must be from 1 KiB to 2 MiB [4MiB]"));
  EXPECT_THAT(bind({{"path", path}, {"header", "false"}, {"columns", Opt::map({{"id", "int64"}})}})
                  .mistakes,
              ElementsAre(HasSubstr("'columns' names 1 columns, the first record has 2 fields")));
  EXPECT_THAT(shortened(bind({{"path", write("twice.csv", "a,b,a\n1,2,3\n")}}).mistakes),
              ElementsAre("the header of 'twice.csv' has the column 'a' twice [twice.csv]"));
  EXPECT_THAT(bind({{"path", path},
                    {"columns", Opt::map({{"id", "int64"}})},
                    {"types", Opt::map({{"id", "utf8"}})}})
                  .mistakes,
              ElementsAre(HasSubstr("'types' and 'columns' exclude each other")));
}

TEST_F(ReadCsvTest, ADuplicateNameThatIsNotReadDoesNoHarm) {
  const auto result =
      run({{"path", write("a.csv", "x,x,y\n1,2,3\n")}, {"columns", Opt::map({{"y", "int64"}})}});
  EXPECT_THAT(result.rows, ElementsAre("3"));
}

TEST_F(ReadCsvTest, ProjectionDecodesOnlyWhatIsRead) {
  const std::string path = write("a.csv", "a,b,c\n1,x,2\n3,y,z\n");
  for (const char* validate : {"read", "all"}) {
    test::OptionDocument document;
    Diagnostics diagnostics;
    const SourceText key = document.scalar("read_csv");
    const auto options = read_options(
        operator_read_csv.options, "path",
        document.node(Opt::map(
            {{"path", path}, {"types", Opt::map({{"c", "int64"}})}, {"validate", validate}})),
        key, diagnostics);
    const expr::Environment environment;
    const BindContext context{
        {}, std::vector<std::string>{"c2", "b"}, environment, OnError::kFail, diagnostics};
    const auto bound = operator_read_csv.bind(*options, context);
    ASSERT_TRUE(bound);
    EXPECT_EQ(*bound->output, Schema({{"b", kUtf8Type}}));
    test::OperatorFixture fixture;
    const test::Run result = test::run_source(fixture, *bound);
    if (std::string_view(validate) == "read") {
      EXPECT_THAT(result.rows, ElementsAre("x", "y"));
    } else {
      EXPECT_THAT(result.rows, ElementsAre("x"));
      EXPECT_EQ(test::text_of(*result.error), "'z' in column 'c' is not an int64 @ a.csv:3:5");
    }
  }
}

TEST_F(ReadCsvTest, AGuessThatFailsLaterSaysHowToFixIt) {
  std::string text = "id\n";
  for (int i = 0; i < 1000; ++i) text += "1\n";
  const auto result = run({{"path", write("a.csv", text + "1.5\n")}});
  ASSERT_TRUE(result.error);
  EXPECT_EQ(test::text_of(*result.error), "'1.5' in column 'id' is not an int64 @ a.csv:1002:1");
  EXPECT_EQ(result.error->hint,
            "the type was guessed from the first rows; say what it is with types: { id: utf8 }");
}

TEST_F(ReadCsvTest, BadRowsCanBeRejected) {
  const std::string path = write("a.csv", "id,n\n1,a\nx,b\n3\n4,d\n");
  const auto result =
      run({{"path", path}, {"types", Opt::map({{"id", "int64"}})}}, OnError::kReject);
  EXPECT_THAT(result.rows, ElementsAre("1|a", "4|d"));
  EXPECT_EQ(fixture_->ledger[Counter::kRead], 4u);
  EXPECT_EQ(fixture_->ledger[Counter::kRejected], 2u);
}

}  // namespace
}  // namespace leat
