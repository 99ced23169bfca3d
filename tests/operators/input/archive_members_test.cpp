// Copyright 2026 The leat authors. SPDX-License-Identifier: Apache-2.0
#include "operators/input/archive_members.h"

#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "operators/input/inputs.h"
#include "tests/operators/input/source_run.h"
#include "tests/operators/input/tar_archive.h"
#include "tests/operators/output/pack.h"
#include "tests/support/temp_dir.h"

namespace leat {

extern const OperatorDef operator_read_csv;

namespace io {
namespace {

using test::Opt;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

TEST(MemberName, TwoParts) {
  const test::TempDir folder;
  const auto name = split_member_name("a.tar::d/x.csv");
  ASSERT_TRUE(name);
  EXPECT_EQ(name->archive, "a.tar");
  EXPECT_EQ(name->member, "d/x.csv");
  EXPECT_FALSE(split_member_name("a.tar"));
  EXPECT_FALSE(split_member_name("::x"));
  EXPECT_FALSE(split_member_name(folder.write("odd::name", ""))) << "a file of that name";
  EXPECT_EQ(file_of_input("a.tar::x"), "a.tar");
  EXPECT_EQ(file_of_input("a.tar"), "a.tar");
}

TEST(MemberMatches, AsFilesDo) {
  EXPECT_TRUE(member_matches("a.csv", "*.csv"));
  EXPECT_FALSE(member_matches("d/a.csv", "*.csv"));
  EXPECT_TRUE(member_matches("d/a.csv", "d/?.csv"));
  EXPECT_TRUE(member_matches("a.csv", "**/*.csv"));
  EXPECT_TRUE(member_matches("d/e/a.csv", "**/*.csv"));
  EXPECT_TRUE(member_matches("d/e/a.csv", "d/**"));
  EXPECT_FALSE(member_matches("._a.csv", "*.csv"));
  EXPECT_FALSE(member_matches(".d/a.csv", "**/*.csv"));
}

class ArchiveMembersTest : public ::testing::Test {
 protected:
  test::Binding bind(const std::string& path,
                     std::vector<std::pair<std::string, Opt>> options = {}) {
    options.emplace_back("path", folder_.file(path));
    return test::bind(operator_read_csv, Opt::map(std::move(options)), nullptr);
  }
  std::string said(const std::string& path, std::vector<std::pair<std::string, Opt>> options = {}) {
    const test::Binding binding = bind(path, std::move(options));
    std::string text = fmt::format("{}", fmt::join(binding.mistakes, "\n"));
    for (size_t at; (at = text.find(folder_.path() + "/")) != std::string::npos;)
      text.erase(at, folder_.path().size() + 1);
    return text;
  }
  std::vector<std::string> rows(const std::string& path,
                                std::vector<std::pair<std::string, Opt>> options = {}) {
    const test::Binding binding = bind(path, std::move(options));
    EXPECT_TRUE(binding.bound) << fmt::format("{}", fmt::join(binding.mistakes, "\n"));
    if (!binding.bound) return {};
    test::OperatorFixture fixture;
    auto rows = test::run_source(fixture, *binding.bound).rows;
    EXPECT_EQ(fixture.budget.used(), 0u);
    return rows;
  }

  test::TempDir folder_;
};

TEST_F(ArchiveMembersTest, MembersAreFiles) {
  const std::vector<test::Packed> members = {{"z.csv", "id\n1\n"},
                                             {"2025/b.csv", "id\n2\n"},
                                             {"2025/a.csv.gz", test::gzip("id\n3\n")},
                                             {"readme.txt", "no table"}};
  folder_.write("x.tar", test::tar(members));
  folder_.write("x.tar.gz", test::gzip(test::tar(members)));
  folder_.write("x.zip", test::zip(members));
  for (const std::string archive : {"x.tar", "x.tar.gz", "x.zip"}) {
    EXPECT_THAT(rows(archive + "::z.csv"), ElementsAre("1"));
    EXPECT_THAT(rows(archive + "::2025/*"), ElementsAre("2", "3"));
    EXPECT_THAT(rows(archive + "::**/*.csv*"), ElementsAre("1", "2", "3"));
    EXPECT_THAT(rows(archive + "::**/*.csv*", {{"exclude", "z*"}}), ElementsAre("2", "3"));
    EXPECT_THAT(rows(archive + "::z.csv", {{"file_column", "file"}}),
                ElementsAre("1|" + folder_.file(archive + "::z.csv")));
  }
  EXPECT_THAT(rows("x.*::z.csv"), ElementsAre("1", "1", "1"));
}

TEST_F(ArchiveMembersTest, AnArchiveIsReadOnceForAllOfItsMembers) {
  std::vector<test::Packed> members;
  std::vector<std::string> all;
  for (int i = 0; i < 100; ++i) {
    members.push_back({std::to_string(i) + ".csv",
                       "id,x\n" + std::to_string(i) + "," + std::string(30'000, 'x') + "\n"});
    all.push_back(std::to_string(i));
  }
  folder_.write("x.tar", test::tar(members));
  const test::Binding binding = bind("x.tar::*.csv", {{"columns", Opt::map({{"id", "utf8"}})}});
  ASSERT_TRUE(binding.bound);
  test::OperatorFixture fixture;
  EXPECT_EQ(test::run_source(fixture, *binding.bound).rows, all);
  EXPECT_LT(binding.bound->meter->bytes.load(), 5'000'000u);
}

TEST_F(ArchiveMembersTest, MistakesAreTold) {
  folder_.write("x.tar", test::tar({{"orders.csv", "id\n1\n"},
                                    {"d", "", AE_IFDIR},
                                    {"../up.csv", "id\n1\n"},
                                    {"link.csv", "", AE_IFLNK, "orders.csv"}}));
  folder_.write("secret.zip", test::zip({{"a.csv", "x"}}, "zip:encryption=zipcrypt", "secret"));
  folder_.write("text.csv", "id\n1\n");
  EXPECT_THAT(said("x.tar::order.csv"), HasSubstr("there is no member 'order.csv' in 'x.tar'"));
  EXPECT_THAT(said("x.tar::*.json"), HasSubstr("no member of 'x.tar' matches '*.json'"));
  EXPECT_THAT(said("x.tar::d"), HasSubstr("'x.tar::d' is a folder, not a file"));
  EXPECT_THAT(said("x.tar::link.csv"), HasSubstr("'x.tar::link.csv' is a link, not a file"));
  EXPECT_THAT(said("x.tar::../up.csv"),
              HasSubstr("the name of the member 'x.tar::../up.csv' leads out of its archive"));
  EXPECT_THAT(said("x.tar::"), HasSubstr("the name of a member is missing"));
  EXPECT_THAT(said("secret.zip::*"), HasSubstr("'secret.zip::a.csv' is encrypted"));
  EXPECT_THAT(said("text.csv::*"), HasSubstr("'text.csv' is no tar or zip archive"));
  EXPECT_THAT(said("none.tar::*"), HasSubstr("there is no file 'none.tar'"));
  EXPECT_THAT(said("x.tar"), HasSubstr("the file is a tar archive, not text"));
  EXPECT_TRUE(
      bind("x.tar::*.json", {{"if_missing", "empty"}, {"columns", Opt::map({{"id", "int64"}})}})
          .bound);
}

}  // namespace
}  // namespace io
}  // namespace leat
