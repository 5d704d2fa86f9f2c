// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "naming/path.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace bellrock::naming {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

std::string ErrorOf(std::string_view text) {
  const auto path = Path::ParseInstance(text);
  EXPECT_FALSE(path.ok()) << text;
  if (path.ok()) return "";
  EXPECT_EQ(path.status().code(), StatusCode::kInvalidArgument);
  return std::string(path.status().message());
}

TEST(Path, GivesItsComponents) {
  const auto path = Path::ParseInstance("/sz/im/music/catalog/default/10.0.0.1:80");
  ASSERT_TRUE(path.ok()) << path.status().ToString();
  EXPECT_EQ(path->depth(), 6);
  EXPECT_EQ(path->component(0), "sz");
  EXPECT_EQ(path->component(3), "catalog");
  EXPECT_EQ(path->component(5), "10.0.0.1:80");
}

TEST(Path, RootAndTrailingSlashAreCanonical) {
  EXPECT_EQ(Path::Parse("")->text(), "/");
  EXPECT_EQ(Path::Parse("/")->depth(), 0);
  EXPECT_EQ(Path::Parse("/sz/")->text(), "/sz");
  EXPECT_EQ(Path::Parse("/sz/im")->component(1), "im");
}

TEST(Path, ErrorsNameComponentValueAndRemedy) {
  EXPECT_THAT(ErrorOf("sz/im"), HasSubstr("must begin with \"/\""));
  EXPECT_THAT(ErrorOf("/sz/im"), HasSubstr("has 2 of the six components"));
  EXPECT_THAT(ErrorOf("/sz/i m/a/b/c/d"), AllOf(HasSubstr("department \"i m\""),
                                                HasSubstr("\" \" at 1"), HasSubstr("use A-Z")));
  EXPECT_THAT(ErrorOf("/sz//a/b/c/d"), HasSubstr("department is empty"));
  EXPECT_THAT(ErrorOf("/sz/im/a/b/c/d/e"), HasSubstr("more than six"));
  EXPECT_THAT(ErrorOf("/sz/im/../b/c/d"), HasSubstr("line \"..\""));
  EXPECT_THAT(ErrorOf("/" + std::string(64, 'x') + "/a/b/c/d/e"),
              AllOf(HasSubstr("site"), HasSubstr("64 bytes long: use at most 63")));
  EXPECT_THAT(ErrorOf("/s\n/a/b/c/d/e"), HasSubstr("\\x0a"));
}

TEST(Path, OnlyInstancesMayHoldAColonAndBeLong) {
  EXPECT_TRUE(Path::ParseInstance("/a/b/c/d/e/" + std::string(128, 'x')).ok());
  EXPECT_FALSE(Path::ParseInstance("/a/b/c/d/e/" + std::string(129, 'x')).ok());
  EXPECT_FALSE(Path::ParseInstance("/a/b/c/d:1/e/f").ok());
}

TEST(Target, IsAPathOrAShortName) {
  EXPECT_FALSE(Target::Parse("/a/b/")->is_service);
  EXPECT_EQ(Target::Parse("/a/b/")->key, "/a/b");
  EXPECT_TRUE(Target::Parse("music/catalog")->is_service);
  EXPECT_FALSE(Target::Parse("catalog").ok());
  EXPECT_FALSE(Target::Parse("a/b/c").ok());
  EXPECT_THAT(Target::Parse("mu$ic/catalog").status().ToString(), HasSubstr("line \"mu$ic\""));
}

TEST(Target, CoversWhatLiesUnderIt) {
  const std::string path = "/sz/im/music/catalog/default/1";
  EXPECT_EQ(ShortNameOf(path), "music/catalog");
  for (const char* yes :
       {"", "/sz", "/sz/im/music/catalog", "/sz/im/music/catalog/default/1", "music/catalog"}) {
    EXPECT_TRUE(Covers(*Target::Parse(yes), path)) << yes;
  }
  for (const char* no : {"/s", "/sz/i", "/sz/im/music/catalog/default/11", "music/cata"}) {
    EXPECT_FALSE(Covers(*Target::Parse(no), path)) << no;
  }
}

}  // namespace
}  // namespace bellrock::naming
