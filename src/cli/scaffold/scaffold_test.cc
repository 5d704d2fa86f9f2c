// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "cli/scaffold/scaffold.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>

namespace bellrock::cli {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

TEST(Scaffold, NamesFitEachAlphabet) {
  const Result<ServiceNames> names = ServiceNames::Parse("music/price-list2");
  ASSERT_TRUE(names.ok()) << names.status().ToString();
  EXPECT_EQ(names->line_word, "music");
  EXPECT_EQ(names->service_word, "price_list2");
  EXPECT_EQ(names->class_name, "PriceList2");
}

TEST(Scaffold, BadNamesAreRefusedWithThePartAtFault) {
  for (const char* text : {"", "music", "music/", "/storage", "a/b/c", "Music/storage", "music/1x",
                           "music/a_b", "music/a--b", "music/a-", "music/../x"}) {
    EXPECT_EQ(ServiceNames::Parse(text).status().code(), StatusCode::kInvalidArgument) << text;
  }
  EXPECT_FALSE(ServiceNames::Parse("music/" + std::string(64, 'a')).ok());
  EXPECT_THAT(std::string(ServiceNames::Parse("music/class").status().message()),
              HasSubstr("service 'class': is a word of C++"));
  EXPECT_THAT(std::string(ServiceNames::Parse("time/zone").status().message()),
              HasSubstr("line 'time'"));
  EXPECT_TRUE(ServiceNames::Parse("zone/time").ok());
}

TEST(Scaffold, EveryFileHasItsPlaceAndNoWordIsLeftOpen) {
  std::map<std::string, std::string> files;
  for (ScaffoldFile& file : Scaffold(*ServiceNames::Parse("music/price-list"))) {
    EXPECT_THAT(file.text, Not(HasSubstr("{{"))) << file.path;
    files[file.path] = std::move(file.text);
  }
  EXPECT_THAT(files["proto/music/price_list/v1/price_list.proto"],
              HasSubstr("package music.price_list.v1;"));
  EXPECT_THAT(files["price_list.cc"], HasSubstr("BELLROCK_PLUGIN(music::price_list::PriceList)"));
  EXPECT_THAT(files["CMakeLists.txt"], HasSubstr("bellrock_add_plugin(music/price-list"));
  EXPECT_EQ(files.count("etc/price-list.json"), 1u);
  EXPECT_EQ(files.size(), 7u);
}

}  // namespace
}  // namespace bellrock::cli
